//! To be written.

/// How to measure.
#[derive(clap::Args)]
pub struct Options {}

/// Measures.
pub fn run(_: &Options) -> Result<(), String> {
    Err("not yet".into())
}
