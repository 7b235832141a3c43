//! `cargo xtask generate`: what is read off the code and committed under `docs/generated`, where
//! its diff shows what a change did.

use crate::ci::root;
use std::fs;

/// What to do with the texts.
#[derive(clap::Args)]
pub struct Options {
    /// Write nothing; fail where a committed file is out of date
    #[arg(long)]
    check: bool,
}

/// Each file's path in the project, and its text.
fn files() -> Vec<(&'static str, String)> {
    vec![("docs/generated/coverage.txt", api::derived::coverage::text())]
}

/// Writes the files, or checks them.
pub fn run(options: &Options) -> Result<(), String> {
    if options.check {
        return check();
    }
    for (name, text) in files() {
        fs::write(root().join(name), text).map_err(|error| format!("{name}: {error}"))?;
        println!("wrote {name}");
    }
    Ok(())
}

/// Fails where a committed file is not what would be written.
pub fn check() -> Result<(), String> {
    println!("\n==> generated files");
    for (name, text) in files() {
        if fs::read_to_string(root().join(name)).ok() != Some(text) {
            return Err(format!("{name} is out of date: run `cargo xtask generate`"));
        }
    }
    Ok(())
}
