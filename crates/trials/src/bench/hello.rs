//! Hello-world on axum, the measure of all others: it reads a form whole and answers 115 bytes.

use super::proc::Usage;
use super::server::{Guarded, ready_line};
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{any, post};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

/// As long as an answer to an order.
const ANSWER: &str = "{\"RequestId\":\"4EC47282-1B74-4534-BD0E-403F3EE64CAF\",\
    \"Data\":{\"OrderId\":\"200000000000001\"},\"Hello\":\"a whole world\"}";

async fn hello(form: Bytes) -> impl IntoResponse {
    std::hint::black_box(form.len());
    ([(CONTENT_TYPE, "application/json")], ANSWER)
}

/// Serves in this process until it is killed.
pub fn serve() -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().build().map_err(said)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(said)?;
        let address = listener.local_addr().map_err(said)?;
        let router = axum::Router::new().route("/", post(hello)).fallback(any(|| async { "ok" }));
        println!("hello ready http://{address}");
        let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
            // As the server under test does.
            let _ = socket.set_nodelay(true);
        });
        axum::serve(listener, router).await.map_err(said)
    })
}

/// Hello-world in a process of its own.
pub struct Hello {
    child: Guarded,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Hello {
    /// Starts it.
    pub fn start() -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(["bench", "--serve-hello"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = Guarded::start(&mut command)?;
        let address = ready_line(&mut child, "hello")?;
        Ok(Self { child, address })
    }

    /// What it has used of the processors.
    pub fn usage(&self) -> Usage {
        Usage::of(self.child.id())
    }
}
