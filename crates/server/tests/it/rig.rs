//! A server of a test's own: a fresh store, a port of its own, and a client that signs.
//!
//! Every test ends with [`Rig::end`], which stops the server and audits the store. Time is moved,
//! never slept.

mod line;
mod operator;

pub use line::{Line, Wired, ask, head, request};
pub use operator::merged;

use crossconnect::app::App;
use crossconnect::clock::{Clock, draw_text};
use crossconnect::config::Config;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::{Parts, Server};
use domain::Timestamp;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::sqlite::Point;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wire::client::{Place, Signed, Signer, sign_rpc};
use wire::{Format, Raw};

/// VPC's version.
pub const VPC: &str = "2016-04-28";
/// Billing's version.
pub const BSS: &str = "2017-12-14";
/// The order operation.
pub const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

/// The sandbox's account that has 100,000.00.
pub const RICH: &str = "1000000000000001";
/// Its account that has nothing.
pub const POOR: &str = "1000000000000002";
/// Every `Status`, as the sandbox has one circuit in each.
pub const STATUSES: [&str; 11] = [
    "Initial",
    "Approved",
    "Allocating",
    "Allocated",
    "Confirmed",
    "Enabled",
    "Rejected",
    "Canceled",
    "Allocation Failed",
    "Terminating",
    "Terminated",
];
/// Its circuit of account 1 that waits for payment.
pub const READY: &str = "pc-sandboxconfirmed";

/// An order for a circuit: so many months paid in advance, at once or not.
pub fn prepaid<'a>(
    circuit: &'a str,
    months: &'a str,
    auto_pay: &'a str,
    token: &'a str,
) -> [(&'a str, &'a str); 5] {
    [
        ("PhysicalConnectionId", circuit),
        ("InstanceChargeType", "PrePaid"),
        ("Period", months),
        ("AutoPay", auto_pay),
        ("ClientToken", token),
    ]
}

/// What came back from a call.
#[derive(Debug)]
pub struct Back {
    /// HTTP status.
    pub status: u16,
    /// The body as text.
    pub text: String,
    /// The body as JSON, if it is that.
    pub body: Value,
    /// The request's id.
    pub request_id: String,
    /// The first call's id, of a replay.
    pub replay_of: Option<String>,
    /// Parameters that came to nothing.
    pub ignored: Vec<&'static str>,
}

impl Back {
    /// `Code` of an error, empty for a success.
    pub fn code(&self) -> &str {
        if self.status == 200 { "" } else { self.body["Code"].as_str().unwrap_or("?") }
    }

    /// The order id, in either form of answer.
    pub fn order_id(&self) -> String {
        let camel = &self.body["data"]["orderId"];
        match &self.body["Data"]["OrderId"] {
            Value::String(id) => id.clone(),
            _ => camel.as_u64().unwrap_or_else(|| panic!("no order: {}", self.text)).to_string(),
        }
    }

    /// Fails the test unless it is a success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text);
        self
    }

    /// Fails the test unless it is this error.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
    }
}

/// A server of a test's own.
pub struct Rig {
    /// The process.
    pub app: Arc<App>,
    /// Where it listens.
    pub address: SocketAddr,
    folder: PathBuf,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    kept: bool,
}

/// A folder that nobody else has.
pub fn fresh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("crossconnect-test-{}", draw_text()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

impl Rig {
    /// A sandbox.
    pub async fn sandbox() -> Self {
        Self::with(&[]).await
    }

    /// A sandbox with some settings changed.
    pub async fn with(changes: &[(&str, &str)]) -> Self {
        Self::open(&fresh_folder(), changes, Parts::default()).await
    }

    /// A server on the store of a folder, which may hold one already.
    pub async fn open(folder: &Path, changes: &[(&str, &str)], mut parts: Parts) -> Self {
        // Whatever reads of others than its parties is a mistake, and breaks the test.
        let open = parts.open.take();
        parts.open = Some(Arc::new(move |options| {
            options.checks = true;
            if let Some(open) = &open {
                open(options);
            }
        }));
        let store = format!("sqlite:{}", folder.join("crossconnect.db").display());
        let mut all = vec![("listen", "127.0.0.1:0"), ("store", store.as_str()), ("log", "off")];
        if !changes.iter().any(|(name, _)| *name == "sandbox") {
            all.push(("sandbox", "true"));
        }
        all.extend(changes);
        let config = Config::with(&all).expect("settings of a test");
        let server = Server::start(config, parts).await.expect("a server starts");
        let (app, address) = (Arc::clone(&server.app), server.address());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server.serve(async move {
            let _ = stopped.await;
        }));
        Self { app, address, folder: folder.to_owned(), stop, serving, kept: false }
    }

    /// The store's file.
    pub fn store_path(&self) -> PathBuf {
        self.folder.join("crossconnect.db")
    }

    /// Calls through the gateway, in process, as key `sandbox`.
    pub async fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Back {
        self.call_as("sandbox", VPC, action, parameters).await
    }

    /// Calls as any sandbox key; `Format=JSON` and `RegionId=cn-hangzhou` unless given.
    pub async fn call_as(
        &self,
        key: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Back {
        let signed = self.sign(key, SANDBOX_SECRET, version, action, parameters);
        self.send(&signed).await
    }

    /// The same where the operation is, by its own method.
    pub async fn call_at(
        &self,
        operation: &api::Operation,
        key: &str,
        version: &str,
        parameters: &[(&str, &str)],
    ) -> Back {
        let mut signed = self.sign(key, SANDBOX_SECRET, version, operation.name, parameters);
        if operation.methods == ["GET"] {
            signed = self.sign_by("GET", key, version, operation.name, parameters);
        }
        signed.target.replace_range(..1, operation.path);
        self.send(&signed).await
    }

    /// A signed call that is not sent yet.
    pub fn sign(
        &self,
        key: &str,
        secret: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Signed {
        let all = with_common(version, action, parameters);
        let signer = Signer { access_key_id: key.into(), secret: secret.into() };
        let stamp = stamp(self.app.clock.wall());
        sign_rpc(&signer, "POST", &all, Place::Form, &draw_text(), &stamp)
    }

    fn sign_by(
        &self,
        method: &str,
        key: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Signed {
        let all = with_common(version, action, parameters);
        let signer = Signer { access_key_id: key.into(), secret: SANDBOX_SECRET.into() };
        let stamp = stamp(self.app.clock.wall());
        sign_rpc(&signer, method, &all, Place::Query, &draw_text(), &stamp)
    }

    /// Sends a signed call through the gateway, in process. Panics if the connection is cut.
    pub async fn send(&self, signed: &Signed) -> Back {
        self.try_send(signed).await.expect("the connection was cut")
    }

    /// The same; `None` if the connection is cut.
    pub async fn try_send(&self, signed: &Signed) -> Option<Back> {
        let mut headers = http::HeaderMap::new();
        for (name, value) in &signed.headers {
            let name: http::HeaderName = name.parse().expect("a header name");
            headers.append(name, value.parse().expect("a header value"));
        }
        // ACS3 signs the host and so brings its own.
        let host = headers.entry("host");
        host.or_insert_with(|| self.address.to_string().parse().expect("a host"));
        let (path, query) = signed.target.split_once('?').unwrap_or((&signed.target, ""));
        let (method, body) = (signed.method.as_str(), signed.body.as_slice());
        let raw = Raw { method, path, query, headers: &headers, body };
        let reply = self.app.gateway().answer(raw).await.ok()?;
        let text = String::from_utf8(reply.body).expect("UTF-8");
        let json = reply.format == Format::Json;
        let body = if json { serde_json::from_str(&text).expect("JSON") } else { Value::Null };
        Some(Back {
            status: reply.status,
            text,
            body,
            request_id: reply.request.to_string(),
            replay_of: reply.replay_of.map(|id| id.to_string()),
            ignored: reply.ignored,
        })
    }

    /// The account's balance as billing tells it, but for its thousands separators.
    pub async fn balance(&self, key: &str) -> String {
        let back = self.call_as(key, BSS, "QueryAccountBalance", &[]).await.ok();
        back.body["Data"]["AvailableAmount"].as_str().expect("a balance").replace(',', "")
    }

    /// Stops the server and audits the store.
    pub async fn end(self) {
        let path = self.store_path();
        let folder = self.folder.clone();
        let kept = self.kept;
        self.stop_serving().await;
        audit(&path);
        if !kept {
            std::fs::remove_dir_all(folder).expect("the folder was the test's own");
        }
    }

    /// Stops the server, audits the store and hands its folder over.
    pub async fn end_keeping(mut self) -> PathBuf {
        self.kept = true;
        let folder = self.folder.clone();
        self.end().await;
        folder
    }

    /// Stops the server and hands its folder over without an audit: for damage done on purpose.
    pub async fn stop(self) -> PathBuf {
        let folder = self.folder.clone();
        self.stop_serving().await;
        folder
    }

    async fn stop_serving(self) {
        let _ = self.stop.send(());
        self.serving.await.expect("the server ends well");
    }
}

/// A call's parameters with those that every call has, unless given. An empty region stands for
/// none at all.
fn with_common<'p>(
    version: &'p str,
    action: &'p str,
    parameters: &[(&'p str, &'p str)],
) -> Vec<(&'p str, &'p str)> {
    let mut all = vec![("Action", action), ("Version", version)];
    for (name, value) in [("Format", "JSON"), ("RegionId", "cn-hangzhou")] {
        if !parameters.iter().any(|(given, _)| *given == name) {
            all.push((name, value));
        }
    }
    all.extend(parameters.iter().filter(|(n, v)| *n != "RegionId" || !v.is_empty()));
    all
}

/// Runs the program itself and waits for its end.
pub fn run(arguments: &[&str]) -> std::process::Output {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_crossconnect"));
    program.args(arguments).output().expect("the program runs")
}

/// What a command comes to: its exit, and what it says on stdout and on stderr.
pub async fn said(arguments: &[&str]) -> (Option<i32>, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
    let done = tokio::task::spawn_blocking(move || {
        run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let done = done.await.expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (done.status.code(), text(done.stdout), text(done.stderr))
}

/// A gate on the path of commits: while it is shut, the next batch stops once it has begun.
#[derive(Default)]
pub struct Gate {
    shut: parking_lot::Mutex<bool>,
    moved: parking_lot::Condvar,
    arrived: tokio::sync::Notify,
}

impl Gate {
    /// An open gate, and the parts of a server that it stands in.
    pub fn parts() -> (Arc<Self>, Parts) {
        let gate = Arc::new(Self::default());
        let ours = Arc::clone(&gate);
        let at_point: Arc<dyn Fn(Point) + Send + Sync> = Arc::new(move |point| {
            let mut shut = ours.shut.lock();
            if point == Point::Begun && *shut {
                ours.arrived.notify_one();
                ours.moved.wait_while(&mut shut, |shut| *shut);
            }
        });
        (gate, Parts { at_point: Some(at_point), ..Parts::default() })
    }

    /// Shuts it.
    pub fn shut(&self) {
        *self.shut.lock() = true;
    }

    /// Opens it.
    pub fn open(&self) {
        *self.shut.lock() = false;
        self.moved.notify_all();
    }

    /// Waits until a batch stands before it.
    pub async fn reached(&self) {
        let arrived = tokio::time::timeout(Duration::from_mins(1), self.arrived.notified());
        arrived.await.expect("a batch comes to the gate");
    }
}

/// The oracle of every test.
#[track_caller]
pub fn audit(path: &Path) {
    let report = crossconnect::audit::Report::of(path).expect("a store");
    assert!(report.holds(), "{}", report.text());
}

/// A clock that stands still.
pub fn stopped_clock(at: &str) -> Arc<Clock> {
    Arc::new(Clock::stopped(Timestamp::parse(at).expect("a time")))
}

/// `yyyy-MM-ddTHH:mm:ssZ`.
pub fn stamp(wall: Timestamp) -> String {
    Timestamp::from_ms(wall.seconds() * 1000).to_string()
}
