//! Programs as processes of their own, the server among them.
//!
//! These are the one thing here that talks to another process, so it waits by looking again: the
//! only clock that it could move is the server's own.

use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_crossconnect");

/// Runs a program to its end, within a minute.
pub(super) fn run(command: &mut Command) -> Output {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    finish(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
}

pub(super) fn finish(mut child: Child) -> Output {
    let ended = look_again(|| child.try_wait().expect("a child of ours").map(drop));
    if ended.is_none() {
        child.kill().expect("a child of ours");
    }
    let output = child.wait_with_output().expect("its output");
    assert!(ended.is_some(), "no end within a minute: {output:?}");
    output
}

/// Looks until it is there, for a minute.
pub(super) fn look_again<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    (0..6_000).find_map(|_| {
        let seen = look();
        if seen.is_none() {
            std::thread::sleep(Duration::from_millis(10));
        }
        seen
    })
}

/// What a program that ended well wrote.
#[track_caller]
pub(super) fn written(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The program as a process of its own. Dropped on a failure, it is killed and its folder stays.
pub(super) struct Served {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(super) address: String,
}

impl Served {
    pub(super) fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// With some settings.
    pub(super) fn with(folder: &Path, settings: &[&str]) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("log"));
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .args(settings)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.expect("a log"))
            .spawn()
            .expect("the program is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it speaks");
        let url = line.trim().strip_prefix("crossconnect ready http").unwrap_or_default();
        let (_, address) = url.split_once("://").unwrap_or_default();
        assert!(!address.is_empty(), "{line:?}; its log is in {}", folder.display());
        Self { address: address.to_owned(), child, stdout }
    }

    pub(super) fn control(&self, world: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("http://{}/control/v1/worlds/{world}{path}", self.address);
        let answer = match body {
            Some(body) => ureq::post(&url).send(body.to_string()),
            None => ureq::get(&url).call(),
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = answer.body_mut().read_to_string().expect("a body");
        serde_json::from_str(&text).expect("JSON")
    }

    pub(super) fn fault(&self, world: &str, fault: &Value) {
        self.control(world, "/faults", Some(fault));
    }

    pub(super) fn state(&self, world: &str) -> Value {
        self.control(world, "/state", None)
    }

    /// Asks it to end, as a supervisor does.
    pub(super) fn stop(mut self) {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there");
        assert!(asked.success());
        let ended = look_again(|| self.child.try_wait().expect("a child of ours"));
        assert_eq!(ended.and_then(|status| status.code()), Some(0), "SIGTERM ends it well");
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "", "one line on stdout and no more");
    }

    /// kill -9.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("a child of ours");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The store holds together, as the program itself says, and the folder is no longer needed.
pub(super) fn audit(folder: PathBuf) {
    let mut audit = Command::new(PROGRAM);
    audit.args(["audit", "--store", "sqlite:crossconnect.db"]).current_dir(&folder);
    written(&run(&mut audit));
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}
