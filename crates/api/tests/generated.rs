//! What lies under `docs/generated` is what is read off the operations. `cargo xtask generate`
//! renews it by `UPDATE_EXPECT=1`: so nobody has to link the operations but their own tests.

use std::path::Path;

/// Each file's name, and its text.
fn files() -> Vec<(&'static str, String)> {
    vec![("coverage.txt", api::derived::coverage::text())]
}

#[test]
fn what_is_generated_is_committed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated");
    for (name, text) in files() {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &text).expect("docs/generated is there");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{name} is out of date: run `cargo xtask generate`");
    }
}
