//! `cargo xtask powercut`: the store on disks that lose power and fail.

use crate::place::cargo;

#[derive(clap::Args)]
pub struct Options {
    /// Every write and sync, every call: minutes instead of seconds.
    #[arg(long)]
    all: bool,
    /// Of the sample, or of the whole script.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the tests of `crates/store/tests/disk`, telling how far they have come.
pub fn run(options: &Options) -> Result<(), String> {
    let mut command = cargo();
    command.args(["test", "--release", "--package", "store", "--test", "disk", "--"]);
    // One after the other, since each uses every core.
    command.args(["--nocapture", "--test-threads", "1"]);
    command.env("CROSSCONNECT_SEED", options.seed.to_string());
    if options.all {
        command.env("CROSSCONNECT_DISK", "all");
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the disk tests failed: {status}")),
        Err(error) => Err(format!("cargo: {error}")),
    }
}
