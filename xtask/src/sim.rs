//! `cargo xtask sim`: the simulator, built as it is measured. It is a program of its own, so that
//! `xtask` need not be built with the whole server in it.

use crate::ci::root;
use clap::Args;
use std::process::Command;

/// What the simulator is told.
#[derive(Args)]
pub struct Options {
    /// The simulator's own arguments; `cargo xtask sim --help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, num_args = 0..)]
    arguments: Vec<String>,
}

impl Options {
    /// So many seconds of seeds, told in a line.
    pub fn brief(seconds: u64) -> Self {
        let arguments = ["--brief", "--seconds", &seconds.to_string()];
        Self { arguments: arguments.map(str::to_owned).into() }
    }
}

/// Runs the simulator.
pub fn run(options: &Options) -> Result<(), String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--release", "--package", "sim", "--"]);
    let status = cargo.args(&options.arguments).current_dir(root()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("the simulation failed".into()),
        Err(error) => Err(format!("cargo: {error}")),
    }
}
