//! Who may call the control API, and in what shape every refusal leaves it.

use super::ControlError;
use crate::app::App;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// Without a token the control API is the sandbox's, and only for this machine.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let allowed = if let Some(token) = &app.config.control_token {
        let given = request.headers().get(http::header::AUTHORIZATION);
        let given = given.map_or(b"".as_slice(), HeaderValue::as_bytes);
        given.ct_eq(format!("Bearer {}", token.0).as_bytes()).into()
    } else {
        let peer = request.extensions().get::<SocketAddr>();
        let near = peer.is_some_and(|peer| peer.ip().is_loopback());
        app.config.sandbox && near && !is_of_a_page(&request)
    };
    if allowed {
        return shaped(next.run(request).await);
    }
    let message = "the control API needs --sandbox on a loopback address, or the control token";
    ControlError::new(StatusCode::UNAUTHORIZED, "unauthorized", message).into_response()
}

/// Errors that a call meets before it is ours (its method, its body's length, bytes that are no
/// text) come without a body of our shape: they get one.
fn shaped(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(http::header::CONTENT_TYPE);
    let json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ => "bad_request",
    };
    let text = status.canonical_reason().unwrap_or("the call could not be read");
    let mut answer = ControlError::new(status, code, text).into_response();
    if let Some(allow) = response.headers().get(http::header::ALLOW) {
        answer.headers_mut().insert(http::header::ALLOW, allow.clone());
    }
    answer
}

/// Whether a web page may have sent it: any page that is open on this machine can reach us, by our
/// address or by a name of its own that leads here.
fn is_of_a_page(request: &Request) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = header(http::header::HOST).or_else(|| request.uri().host()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    let loopback = name == "localhost"
        || name.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    !loopback || request.headers().contains_key(http::header::ORIGIN)
}
