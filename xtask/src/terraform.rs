//! `cargo xtask terraform`: the real Terraform takes `examples/terraform` from apply to destroy,
//! against a server of its own. Tests play a recording of that; here is what was recorded, where
//! Terraform and its alicloud provider can be had.

use crate::place::{Scratch, cargo, root, target};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// How `plan -detailed-exitcode` says that something is left to do.
const CHANGES: i32 = 2;

/// Says what is missing before anything is built.
pub fn run() -> Result<(), String> {
    let scratch = Scratch::make("terraform")?;
    // A copy, so that neither a state nor a lock is left in the example.
    let example = root().join("examples/terraform/main.tf");
    std::fs::copy(&example, scratch.0.join("main.tf"))
        .map_err(|error| format!("{}: {error}", example.display()))?;
    let terraform = Terraform { folder: &scratch.0, address: "" };
    terraform.initialize()?;
    let server = Server::start(&scratch.0)?;
    Terraform { address: &server.address, ..terraform }.live()?;
    server.audit()
}

/// Terraform in a folder.
struct Terraform<'r> {
    folder: &'r Path,
    address: &'r str,
}

impl Terraform<'_> {
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new("terraform");
        command.args(words.split_whitespace()).current_dir(self.folder);
        // It asks nobody, neither at the keyboard nor whether there is a newer one.
        command.env("TF_INPUT", "0").env("TF_IN_AUTOMATION", "1").env("CHECKPOINT_DISABLE", "1");
        command.env("TF_VAR_address", self.address);
        command
    }

    /// The exit of what it is told to do.
    fn exit(&self, words: &str) -> Result<Option<i32>, String> {
        println!("\n==> terraform {}", words.trim_end());
        let status = self.command(words).status();
        status.map(|status| status.code()).map_err(|error| format!("terraform: {error}"))
    }

    fn succeed(&self, words: &str) -> Result<(), String> {
        match self.exit(words)? {
            Some(0) => Ok(()),
            _ => Err(format!("terraform {words} failed")),
        }
    }

    fn initialize(&self) -> Result<(), String> {
        let told = self
            .command("init -no-color")
            .output()
            .map_err(|error| format!("missing: terraform ({error}); nothing was run"))?;
        if told.status.success() {
            return Ok(());
        }
        Err(format!(
            "missing: the alicloud provider; nothing was run. It comes from Terraform's registry \
             or, by provider_installation in Terraform's own settings, from a mirror. \
             terraform init said:\n{}",
            String::from_utf8_lossy(&told.stderr).trim()
        ))
    }

    /// From apply to destroy.
    fn live(&self) -> Result<(), String> {
        self.succeed("apply -auto-approve")?;
        self.nothing_is_left("")?;
        // As the example's head says.
        for variables in ["-var parts=false", "-var parts=false -var status=Terminated"] {
            self.succeed(&format!("apply -auto-approve {variables}"))?;
            self.nothing_is_left(variables)?;
        }
        self.succeed("destroy -auto-approve")
    }

    /// What was applied is what is told, so that a plan is empty.
    fn nothing_is_left(&self, variables: &str) -> Result<(), String> {
        match self.exit(&format!("plan -detailed-exitcode {variables}"))? {
            Some(0) => Ok(()),
            Some(CHANGES) => Err("a plan is not empty right after its apply".into()),
            _ => Err("terraform plan failed".into()),
        }
    }
}

/// A sandbox of its own, which ends with its owner.
struct Server<'r> {
    child: Child,
    folder: &'r Path,
    address: String,
}

/// The server's program, as it is built for tests, in a folder.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(target().join("debug/crossconnect"));
    command.current_dir(folder);
    command
}

/// Its store there.
const STORE: &str = "sqlite:crossconnect.db";

impl<'r> Server<'r> {
    fn start(folder: &'r Path) -> Result<Self, String> {
        println!("\n==> a server");
        let built = cargo().args(["build", "--quiet", "--package", "server"]).status();
        let built = built.map_err(|error| format!("cargo: {error}"))?;
        if !built.success() {
            return Err("the server cannot be built".into());
        }
        let mut child = program(folder)
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--log", "off"])
            .args(["--store", STORE])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("crossconnect: {error}"))?;
        let output = child.stdout.take();
        let mut server = Self { child, folder, address: String::new() };
        let mut line = String::new();
        let read = output.map(|output| BufReader::new(output).read_line(&mut line));
        let address = line.trim().strip_prefix("crossconnect ready http://");
        match (read, address) {
            (Some(Ok(_)), Some(address)) => server.address = address.into(),
            _ => return Err(format!("crossconnect said {line:?} instead of being ready")),
        }
        Ok(server)
    }

    /// What it promises holds after all that.
    fn audit(&self) -> Result<(), String> {
        println!("\n==> crossconnect audit");
        let status = program(self.folder).args(["audit", "--store", STORE]).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("the audit failed: {other:?}")),
        }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
