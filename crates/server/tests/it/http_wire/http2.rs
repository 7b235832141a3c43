//! The same over HTTP/2, stream by stream.

use super::{look, look_acs3, order, orders_len};
use crate::rig::{ORDER, Rig, Wired};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use wire::client::Signed;

/// HTTP/2 with prior knowledge.
async fn http2(rig: &Rig) -> SendRequest<Full<Bytes>> {
    http2_over(TcpStream::connect(rig.address).await.expect("the server listens")).await
}

/// HTTP/2 over a connection on which nothing was said yet.
pub async fn http2_over<S>(stream: S) -> SendRequest<Full<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("HTTP/2 is spoken");
    tokio::spawn(connection);
    sender
}

/// Sends a signed request over HTTP/2, its host only as `:authority`; `None` if it is reset.
pub async fn ask_http2(
    sender: &SendRequest<Full<Bytes>>,
    rig: &Rig,
    signed: &Signed,
) -> Option<Wired> {
    let mut request = http::Request::builder()
        .method(signed.method.as_str())
        .uri(format!("http://{}{}", rig.address, signed.target));
    for (name, value) in signed.headers.iter().filter(|(name, _)| name != "host") {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(signed.body.clone()))).expect("a request");
    let answer = match sender.clone().send_request(request).await {
        Ok(answer) => answer,
        Err(error) => {
            assert!(!error.is_closed() && !error.is_canceled(), "only the stream ends: {error}");
            return None;
        }
    };
    let text = |value: &http::HeaderValue| value.to_str().expect("ASCII").to_owned();
    let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
    let (status, headers) = (answer.status().as_u16(), headers.collect());
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    Some(Wired { status, headers, text: String::from_utf8(body.to_vec()).expect("UTF-8") })
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_speaks_every_scheme_with_its_authority_as_the_host() {
    let rig = Rig::sandbox().await;
    let sender = http2(&rig).await;
    for signed in [look(&rig), look_acs3(&rig)] {
        let answer = ask_http2(&sender, &rig, &signed).await.expect("an answer").ok();
        assert_eq!(answer.json()["Enabled"], true);
        assert_eq!(answer.header("x-acs-request-id"), answer.json()["RequestId"].as_str());
    }
    let mut wrong = look(&rig);
    wrong.method = "PUT".into();
    let answer = ask_http2(&sender, &rig, &wrong).await.expect("an answer");
    answer.refused(400, "UnsupportedHTTPMethod");
    assert_eq!(answer.json()["HostId"], "127.0.0.1");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_a_dropped_call_resets_its_stream_alone() {
    let rig = Rig::sandbox().await;
    let sender = http2(&rig).await;
    for (kind, orders) in [("drop_before", 0), ("drop_after_commit", 1)] {
        rig.fault(ORDER, kind).await;
        let (signed, beside) = (order(&rig), look(&rig));
        let (dropped, answered) =
            tokio::join!(ask_http2(&sender, &rig, &signed), ask_http2(&sender, &rig, &beside));
        assert!(dropped.is_none(), "{kind}: {dropped:?}");
        answered.expect("a stream of its own").ok();
        assert_eq!(orders_len(&rig).await, orders, "{kind}");
    }
    ask_http2(&sender, &rig, &look(&rig)).await.expect("the connection holds").ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_limits_hold_stream_by_stream() {
    let rig = Rig::with(&[("body_bytes_max", "1000")]).await;
    let sender = http2(&rig).await;
    let mut large = look(&rig);
    large.body = vec![b'x'; 5000];
    let answer = ask_http2(&sender, &rig, &large).await.expect("an answer");
    answer.refused(413, "RequestEntityTooLarge");
    ask_http2(&sender, &rig, &look(&rig)).await.expect("the connection holds").ok();
    rig.end().await;
}
