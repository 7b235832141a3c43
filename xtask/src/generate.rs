//! `cargo xtask generate`: what is read off the code and committed under `docs/generated`, where
//! its diff shows what a change did. A test of `api` holds the texts, so that `xtask` need not be
//! built with the operations in it.

use crate::place::cargo;
use std::process::Command;

/// What to do with the texts.
#[derive(clap::Args)]
pub struct Options {
    /// Write nothing; fail where a committed file is out of date
    #[arg(long)]
    check: bool,
}

/// Writes the files, or checks them.
pub fn run(options: &Options) -> Result<(), String> {
    if options.check {
        return check();
    }
    compare(cargo().env("UPDATE_EXPECT", "1"))?;
    println!("docs/generated is what is read off the code");
    Ok(())
}

/// Fails where a committed file is not what would be written.
pub fn check() -> Result<(), String> {
    println!("\n==> generated files");
    compare(cargo().env_remove("UPDATE_EXPECT"))
}

fn compare(cargo: &mut Command) -> Result<(), String> {
    cargo.args(["test", "--quiet", "--package", "api", "--test", "documents", "generated::"]);
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("docs/generated: {status}")),
        Err(error) => Err(format!("cargo: {error}")),
    }
}
