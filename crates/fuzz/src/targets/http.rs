//! Raw bytes through the real HTTP layer: whole, well-formed answers or a clean end.

use crate::fixtures;
use crate::targets::gateway::check_body;
use crate::world;
use crossconnect::http::serve_connection;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wire::Format;

/// Far more than any answer to a few kilobytes takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Input: what a client writes before it closes its side.
pub fn run(bytes: &[u8]) {
    world::with(|world| {
        let app = world.app();
        let (before, worlds) = (world.commits(), app.store.worlds().len());
        let (mut client, server) = tokio::io::duplex(1 << 20);
        let control = axum::Router::new();
        let answers = world.wait(async {
            let talk = async {
                client.write_all(bytes).await.expect("it fits");
                client.shutdown().await.expect("a duplex shuts down");
                let mut answers = Vec::new();
                client.read_to_end(&mut answers).await.expect("a duplex is read to its end");
                answers
            };
            let serve = serve_connection(server, app.clone(), control);
            let both = async { tokio::join!(talk, serve).0 };
            tokio::time::timeout(PATIENCE, both).await.expect("a connection ends")
        });
        // What HTTP/2 says in return begins with a frame and is for its own reader.
        let statuses = if bytes.starts_with(b"PRI * HTTP/2") {
            None
        } else {
            Some(check_answers(&answers, bytes))
        };
        let opened = app.store.worlds().len() > worlds;
        if statuses.is_some_and(|all| all.iter().all(|status| *status >= 400)) && !opened {
            assert_eq!(world.commits(), before, "a refusal wrote something");
        }
    });
}

/// Fails unless these are whole answers, each well formed. Their statuses.
fn check_answers(mut rest: &[u8], sent: &[u8]) -> Vec<u16> {
    let mut statuses = Vec::new();
    while !rest.is_empty() {
        let end = find(rest, b"\r\n\r\n").expect("an answer's head is whole") + 4;
        let head = std::str::from_utf8(&rest[..end]).expect("a head is text");
        let mut lines = head.split("\r\n");
        let first = lines.next().expect("a line");
        let (version, status) = first.split_at(9);
        assert!(matches!(version, "HTTP/1.1 " | "HTTP/1.0 "), "{first}");
        let status: u16 = status[..3].parse().expect("a status");
        rest = &rest[end..];
        if status == 100 {
            continue;
        }
        let fields: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
        let field = |name: &str| {
            let found = fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| *value)
        };
        let length: usize = field("content-length").map_or(0, |text| text.parse().expect("digits"));
        // An answer to HEAD tells a length and has no body.
        let bodiless = find(sent, b"HEAD ").is_some()
            && (rest.is_empty() || rest.starts_with(b"HTTP/1.") || rest.len() < length);
        let (body, after) = rest.split_at(if bodiless { 0 } else { length });
        rest = after;
        statuses.push(status);
        let format = match field("content-type") {
            Some("application/json;charset=utf-8") => Format::Json,
            Some("text/xml;charset=utf-8") => Format::Xml,
            // The HTTP library's own refusal of what is no HTTP, or what our own paths say.
            None => {
                assert!(body.is_empty() && matches!(status, 400 | 404 | 405 | 414 | 431), "{head}");
                continue;
            }
            // What our own paths say of a request that names no host.
            Some("application/json") => {
                assert_eq!(status, 400, "{head}");
                continue;
            }
            Some(other) => panic!("{other}: {head}"),
        };
        if !bodiless {
            check_body(status, format, body, field("x-acs-request-id"));
        }
    }
    statuses
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<_> = fixtures::all().iter().map(fixtures::Fixture::bytes).collect();
    let more: [&[u8]; 11] = [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n",
        b"HEAD /?Format=JSON HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\na=b",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\na=b",
        b"PUT http://a/?Format=json HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\nCONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\
          \0\0\x0b\x01\x05\0\0\0\x01\x82\x84\x86\
          \x41\x01a\x0f\x10\0",
    ];
    seeds.extend(more.map(<[u8]>::to_vec));
    seeds
}
