//! A connection over which one call is made after another, and of each call is known whether
//! anything of it was sent. What is measured in numbers is sent by `bench/load.rs` instead.

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unanswered {
    /// Nothing of the request was sent.
    NotSent,
    /// It was sent, at least in part, and no whole answer came.
    Lost,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "it could not be sent",
            Self::Lost => "no whole answer came",
        })
    }
}

/// An open connection.
pub struct Connection {
    host: HeaderValue,
    /// Nobody waits longer for an answer.
    patience: Duration,
    requests: SendRequest<Full<Bytes>>,
    /// Of this connection alone: it moves while a call is made, and closes when it is dropped.
    runtime: Runtime,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr, patience: Duration) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let requests = runtime.block_on(async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let (requests, connection) =
                handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
            // How it ends, the calls are told.
            tokio::spawn(connection);
            Ok::<_, io::Error>(requests)
        })?;
        let host = HeaderValue::from_str(&address.to_string()).expect("digits and punctuation");
        Ok(Self { host, patience, requests, runtime })
    }

    /// Makes a call; its target is a path. After one without an answer the connection is of no use.
    pub fn call<B: Into<Bytes>>(
        &mut self,
        request: Request<B>,
    ) -> Result<Response<Bytes>, Unanswered> {
        let mut request = request.map(|body| Full::new(body.into()));
        request.headers_mut().insert(HOST, self.host.clone());
        let Self { requests, patience, runtime, .. } = self;
        let answer = async {
            requests.ready().await.map_err(|_| Unanswered::NotSent)?;
            let sent = requests.try_send_request(request).await;
            let (head, body) = sent.map_err(|error| why(error.message().is_some()))?.into_parts();
            let body = body.collect().await.map_err(|_| Unanswered::Lost)?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        let in_time = async { tokio::time::timeout(*patience, answer).await };
        runtime.block_on(in_time).unwrap_or(Err(Unanswered::Lost))
    }
}

/// A request that comes back whole was not sent.
fn why(came_back: bool) -> Unanswered {
    if came_back { Unanswered::NotSent } else { Unanswered::Lost }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    /// A server that reads one request, says something, and ends the connection.
    fn server(says: &'static str) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let serve = move || {
            let (mut stream, _) = listener.accept().expect("somebody connects");
            let length = stream.read(&mut [0; 4096]).expect("a request");
            assert!(length > 0);
            stream.write_all(says.as_bytes()).expect("an answer");
        };
        (address, std::thread::spawn(serve))
    }

    fn call(connection: &mut Connection) -> Result<Response<Bytes>, Unanswered> {
        connection.call(Request::post("/").body("a body").expect("a request"))
    }

    #[test]
    fn a_whole_answer_is_told_and_a_broken_one_is_lost() {
        let open = |says| {
            let (address, server) = server(says);
            (Connection::open(address, Duration::from_secs(30)).expect("it listens"), server)
        };
        let (mut connection, server) = open("HTTP/1.1 503 No\r\ncontent-length: 3\r\n\r\nbad");
        let answer = call(&mut connection).expect("a whole answer");
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (503, &b"bad"[..]));
        server.join().expect("it ends well");
        assert_eq!(call(&mut connection).expect_err("it has ended"), Unanswered::NotSent);

        for says in ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nba"] {
            let (mut connection, server) = open(says);
            assert_eq!(call(&mut connection).expect_err(says), Unanswered::Lost);
            server.join().expect("it ends well");
        }
    }

    #[test]
    fn who_waits_too_long_has_lost_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let mut connection = Connection::open(address, Duration::ZERO).expect("it listens");
        assert_eq!(call(&mut connection).expect_err("nobody answers"), Unanswered::Lost);
    }
}
