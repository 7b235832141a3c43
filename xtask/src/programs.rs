//! The simulator and the trials, built as they are measured. They are programs of their own, which
//! get their arguments as they are: so `xtask` is built without the server and what drives it.

use crate::place::{self, cargo, target};
use clap::Args;

/// What such a program is told.
#[derive(Args)]
pub struct Options {
    /// Its own arguments; its own `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, num_args = 0..)]
    arguments: Vec<String>,
}

impl Options {
    /// What follows an argument of this name, or stands in it after `=`.
    fn value_of(&self, name: &str) -> Option<&str> {
        let mut arguments = self.arguments.iter().map(String::as_str);
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix(name) {
                Some("") => return arguments.next(),
                Some(rest) if rest.starts_with('=') => return Some(&rest[1..]),
                _ => {}
            }
        }
        None
    }

    /// Words with spaces between.
    pub fn of(words: &str) -> Self {
        Self { arguments: words.split_whitespace().map(str::to_owned).collect() }
    }
}

/// Runs the simulator.
pub fn simulation(options: &Options) -> Result<(), String> {
    run("the simulation", ["release", "sim"], None, options)
}

/// Runs one of the trials. The benchmark is itself what it compares the server with, so it is built
/// as the server is.
pub fn trial(name: &str, options: &Options) -> Result<(), String> {
    let build = match name {
        "bench" => options.value_of("--build").unwrap_or("dist"),
        _ => "release",
    };
    run(name, [build, "trials"], Some(name), options)
}

fn run(
    what: &str,
    [profile, package]: [&str; 2],
    task: Option<&str>,
    options: &Options,
) -> Result<(), String> {
    let built =
        cargo().args(["build", "--quiet", "--profile", profile, "--package", package]).status();
    if !built.map_err(|error| format!("cargo: {error}"))?.success() {
        return Err(format!("{what} cannot be built"));
    }
    let mut program = place::program(target().join(profile).join(package));
    match program.args(task).args(&options.arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("{what} failed")),
        Err(error) => Err(format!("{package}: {error}")),
    }
}
