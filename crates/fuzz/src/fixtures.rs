//! The recorded requests of `fixtures/wire`, which every corpus begins with.

use serde_json::Value;
use std::path::Path;

/// A recorded request.
pub struct Fixture {
    /// `GET` or `POST`.
    pub method: String,
    /// As sent.
    pub path: String,
    /// As sent, without `?`.
    pub query: String,
    /// In order, as sent.
    pub headers: Vec<(String, String)>,
    /// As sent.
    pub body: String,
    /// The token of its key.
    pub security_token: Option<String>,
}

impl Fixture {
    fn read(text: &str) -> Self {
        let whole: Value = serde_json::from_str(text).expect("a fixture is JSON");
        let request = &whole["request"];
        let word = |name: &str| request[name].as_str().expect("a text").to_owned();
        let pair = |pair: &Value| {
            let part = |place: usize| pair[place].as_str().expect("a text").to_owned();
            (part(0), part(1))
        };
        let headers = request["headers"].as_array().expect("headers").iter().map(pair).collect();
        Self {
            method: word("method"),
            path: word("path"),
            query: word("query"),
            headers,
            body: word("body"),
            security_token: whole["credentials"]["security_token"].as_str().map(str::to_owned),
        }
    }

    /// The first value of a header, in whatever case its name was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The request as HTTP/1.1 sends it.
    pub fn bytes(&self) -> Vec<u8> {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        let mut text = format!("{} {}{query} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.header("content-length").is_none() && !self.body.is_empty() {
            text.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        text.into_bytes()
    }
}

/// All of them, always in the same order.
pub fn all() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire");
    let entries = std::fs::read_dir(folder).expect("the folder of fixtures");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    let read = |path| Fixture::read(&std::fs::read_to_string(path).expect("a fixture"));
    paths.iter().map(read).collect()
}
