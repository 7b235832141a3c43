//! What lies under `docs/generated`, and what README says is served, is what is read off the
//! operations. `cargo xtask generate` renews it by `UPDATE_EXPECT=1`: so nobody has to link the
//! operations but their own tests.

use crate::{fidelity, reference};
use api::derived::{coverage, glance, readme, states};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where a file of the project is.
fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(place(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A file that is JSON.
pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).expect("it is JSON")
}

/// Each file's name, and its text.
fn files() -> Vec<(&'static str, String)> {
    let fidelity = fidelity::text(&reference::names());
    let readme = readme::renewed(&text("README.md")).expect("README has the marks");
    let circuits = states::renewed(&text("docs/circuits.md")).expect("the page has the marks");
    let circuits = glance::renewed(&circuits).expect("the page has the marks");
    vec![
        ("docs/generated/coverage.txt", coverage::text(&reference::rows())),
        ("docs/generated/fidelity.md", fidelity),
        ("README.md", readme),
        ("docs/circuits.md", circuits),
    ]
}

#[test]
fn what_is_generated_is_committed() {
    for (name, text) in files() {
        let path = place(name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &text).expect("its folder is there");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{name} is out of date: run `cargo xtask generate`");
    }
}
