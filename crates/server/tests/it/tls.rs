//! TLS on the port of plain HTTP: what clients that trust the certificate can do, and those that
//! stop half-way cannot.

mod files;
mod program;

use crate::http_wire::http2::{ask_http2, http2_over};
use crate::http_wire::{look, order, orders_len};
use crate::rig::{Line, ORDER, Rig, ask, request};
use serde_json::Value;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A client that trusts a certificate in a file and offers these protocols.
fn trusting(ca: &Path, protocols: &[&str]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_file(ca).expect("a certificate");
    roots.add(ca).expect("a CA");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

/// A handshake with whoever listens there, called by that name.
async fn shake(
    client: &TlsConnector,
    address: SocketAddr,
    name: &str,
) -> io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    client.connect(name, stream).await
}

/// A connection to a server with a CA of its own.
pub async fn https(rig: &Rig, protocols: &[&str]) -> TlsStream<TcpStream> {
    let ca = rig.store_path().with_file_name("crossconnect-ca.pem");
    shake(&trusting(&ca, protocols), rig.address, "127.0.0.1").await.expect("a handshake")
}

pub async fn with_own_ca() -> Rig {
    Rig::with(&[("tls", "self")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_and_http_2_are_spoken_as_the_client_chooses_by_alpn() {
    let rig = with_own_ca().await;
    for (offered, chosen) in [
        (&["h2", "http/1.1"][..], Some(b"h2".as_slice())),
        (&["http/1.1"], Some(b"http/1.1")),
        (&[], None),
    ] {
        let stream = https(&rig, offered).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), chosen);
        if chosen == Some(b"h2") {
            let sender = http2_over(stream).await;
            ask_http2(&sender, &rig, &look(&rig)).await.expect("an answer").ok();
        } else {
            let mut line = Line::over(stream);
            for _ in 0..2 {
                line.say(request(&rig, &look(&rig))).await;
                assert_eq!(line.hear().await.ok().json()["Enabled"], true);
            }
        }
    }
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_and_https_share_the_port_and_clients_are_told_so() {
    let rig = with_own_ca().await;
    ask(&rig, &look(&rig)).await.ok();
    let query = [("Id", "cn-hangzhou"), ("ServiceCode", "vpc")];
    let told = rig.call_as("sandbox", "2015-06-12", "DescribeEndpoints", &query).await.ok();
    let protocols = &told.body["Endpoints"]["Endpoint"][0]["Protocols"]["Protocols"];
    assert_eq!(protocols, &serde_json::json!(["HTTP", "HTTPS"]));
    let (_, openapi) = rig.ask("GET", "/openapi.json", &Value::Null).await;
    assert_eq!(openapi["servers"][0]["url"], format!("https://{}", rig.address));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_after_the_commit_loses_the_answer_over_tls_too() {
    for protocol in ["http/1.1", "h2"] {
        let rig = with_own_ca().await;
        rig.fault(ORDER, "drop_after_commit").await;
        let placed = order(&rig);
        let stream = https(&rig, &[protocol]).await;
        if protocol == "h2" {
            let sender = http2_over(stream).await;
            assert!(ask_http2(&sender, &rig, &placed).await.is_none());
            ask_http2(&sender, &rig, &look(&rig)).await.expect("only the stream ends").ok();
        } else {
            let mut line = Line::over(stream);
            line.say(request(&rig, &placed)).await;
            // Cut, not ended: who ends says so in TLS.
            let cut = line.stream.read(&mut [0; 1]).await.expect_err("no answer and no end");
            assert!(matches!(cut.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset));
        }
        assert_eq!(orders_len(&rig).await, 1, "{protocol}");
        rig.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_before_or_amid_its_handshake_loses_its_place() {
    let settings = [("tls", "self"), ("idle_timeout", "PT0.2S"), ("connections_max", "1")];
    let rig = Rig::with(&settings).await;
    for said in [&[][..], &[22], &[22, 3, 1, 2, 0, 1]] {
        let mut stream = TcpStream::connect(rig.address).await.expect("the server listens");
        stream.write_all(said).await.expect("it reads");
        assert_eq!(stream.read(&mut [0; 1]).await.expect("an end"), 0, "after {said:?}");
    }
    ask(&rig, &look(&rig)).await.ok();
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_waits_for_no_handshake() {
    let rig = Rig::with(&[("tls", "self"), ("stop_timeout", "PT24H")]).await;
    let mut half = TcpStream::connect(rig.address).await.expect("the server listens");
    half.write_all(&[22, 3, 1]).await.expect("it reads");
    // Accepted after the other, so that one is accepted too.
    ask(&rig, &look(&rig)).await.ok();
    tokio::time::timeout(Duration::from_mins(1), rig.end()).await.expect("it ends at once");
}
