//! One request to a server, on a connection of its own: for the commands that speak to one.

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Sends a request to a server at this address: the answer's status and text.
pub async fn send(
    address: &str,
    mut request: Request<Full<Bytes>>,
) -> Result<(u16, String), String> {
    let lost = |error: hyper::Error| format!("{address}: {error}");
    let host = HeaderValue::from_str(address).map_err(|error| format!("{address}: {error}"))?;
    request.headers_mut().insert(http::header::HOST, host);
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| format!("{address}: {error}"))?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(lost)?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(lost)?;
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.map_err(lost)?.to_bytes();
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}
