//! Second implementations, as slow and plain as can be, written from the dossier of the wire
//! protocol and not from our code: what both say alike is unlikely to be the same mistake.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;
use std::collections::BTreeMap;

/// `enc` of dossier 1.1.
pub fn enc(text: &str) -> String {
    let one = |byte: u8| match char::from(byte) {
        plain @ ('A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' | '.' | '~') => plain.to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Takes a percent-encoded text apart; `None` when an escape is no escape, or the result no text.
pub fn dec(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.to_owned();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('%') {
            let digits = after.get(..2)?;
            if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after[2..].to_owned();
        } else {
            let first = rest.remove(0);
            let shown = if first == '+' { ' ' } else { first };
            bytes.extend(shown.to_string().bytes());
        }
    }
    String::from_utf8(bytes).ok()
}

/// The pairs of a query or form, not yet decoded.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let pieces = text.split('&').filter(|piece| !piece.is_empty());
    let pair = |piece: &str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (name.to_owned(), value.to_owned())
    };
    pieces.map(pair).collect()
}

/// The string to sign of RPC 1.0, dossier 1.1.
pub fn rpc(method: &str, parameters: &BTreeMap<String, String>) -> String {
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        if name != "Signature" {
            pairs.push(format!("{}={}", enc(name), enc(value)));
        }
    }
    format!("{method}&%2F&{}", enc(&pairs.join("&")))
}

/// A header as it was sent: its name, and the bytes of its value.
pub type Header = (String, Vec<u8>);

fn trimmed(value: &[u8]) -> Vec<u8> {
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
    value[start..end].to_vec()
}

/// Trimmed values of a header, in the order sent.
fn values(headers: &[Header], name: &str) -> Vec<Vec<u8>> {
    let named = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    named.map(|(_, value)| trimmed(value)).collect()
}

/// The canonical request of ACS3 and ACS4, dossier 1.2. `query` is decoded.
pub fn acs(
    method: &str,
    path: &str,
    query: &BTreeMap<String, String>,
    headers: &[Header],
    signed: &str,
    body_hash: &str,
) -> Vec<u8> {
    // Sorted as they stand in the text, which is encoded.
    let encoded: BTreeMap<_, _> = query.iter().map(|(n, v)| (enc(n), enc(v))).collect();
    let encoded: Vec<_> = encoded.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let path = if path.is_empty() { "/" } else { path };
    let mut text = format!("{method}\n{path}\n{}\n", encoded.join("&")).into_bytes();
    for name in signed.split(';') {
        let mut values = values(headers, name);
        values.sort();
        text.extend(format!("{}:", name.to_ascii_lowercase()).bytes());
        text.extend(values.join(&b','));
        text.push(b'\n');
    }
    text.extend(format!("\n{signed}\n{body_hash}").bytes());
    text
}

/// The string to sign of ROA 1.0, dossier 1.2b. `query` is decoded.
pub fn roa(
    method: &str,
    path: &str,
    query: &BTreeMap<String, String>,
    headers: &[Header],
) -> Vec<u8> {
    let mut text = method.as_bytes().to_vec();
    for name in ["accept", "content-md5", "content-type", "date"] {
        text.push(b'\n');
        text.extend(values(headers, name).first().cloned().unwrap_or_default());
    }
    text.push(b'\n');
    let names = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let names: std::collections::BTreeSet<_> = names.filter(|n| n.starts_with("x-acs-")).collect();
    for name in names {
        text.extend(format!("{name}:").bytes());
        text.extend(values(headers, &name).join(&b','));
        text.push(b'\n');
    }
    let pair = |(name, value): (&String, &String)| {
        if value.is_empty() { name.clone() } else { format!("{name}={value}") }
    };
    let pairs: Vec<_> = query.iter().map(pair).collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    text.extend(format!("{path}{mark}{}", pairs.join("&")).bytes());
    text
}

/// HMAC as RFC 2104 has it, for hashes with blocks of 64 bytes.
pub fn hmac<D: Digest>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut key = if key.len() > 64 { D::digest(key).to_vec() } else { key.to_vec() };
    key.resize(64, 0);
    let with = |pad: u8| key.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = D::digest([with(0x36), text.to_vec()].concat()).to_vec();
    D::digest([with(0x5C), inner].concat()).to_vec()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
