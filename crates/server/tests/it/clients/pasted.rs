//! The programs that `crossconnect env` prints, run with the clients' packages.

use super::process::{PROGRAM, Served, audit, run, written};
use super::{Client, FOLDER, one_order_and_one_debit};
use crate::rig::fresh_folder;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// A program that `crossconnect env` prints, saved and run as its reader would.
struct Pasted {
    /// The word for it.
    word: &'static str,
    /// The client whose packages it needs.
    client: &'static str,
    /// What to call the file.
    file: &'static str,
    /// The world it is printed for.
    world: Option<&'static str>,
    /// How it is run.
    run: fn(&Path) -> Command,
    /// The variable that names the CA to it, if the program does not.
    ca_variable: Option<&'static str>,
}

const PYTHON: Pasted = Pasted {
    word: "python",
    client: "python-tea",
    file: "order.py",
    world: None,
    run: |file| program(format!("{FOLDER}/python-tea/venv/bin/python"), file),
    ca_variable: None,
};

const NODE: Pasted = Pasted {
    word: "node",
    client: "node-tea",
    file: "order.js",
    world: None,
    run: |file| {
        let mut node = program("node", file);
        node.env("NODE_PATH", format!("{FOLDER}/node-tea/node_modules"));
        node
    },
    ca_variable: Some("NODE_EXTRA_CA_CERTS"),
};

const GO: Pasted = Pasted {
    word: "go",
    client: "go",
    file: "main.go",
    world: Some("go"),
    run: |file| {
        let mut go = Command::new("go");
        // As setup.sh builds, so that the packages need not be built anew.
        go.args(["run", "-mod=readonly", "-trimpath", "-buildvcs=false"]).arg(file);
        go.current_dir(format!("{FOLDER}/go"));
        go
    },
    ca_variable: Some("SSL_CERT_FILE"),
};

const JAVA: Pasted = Pasted {
    word: "java",
    client: "java",
    file: "Order.java",
    world: Some("java"),
    run: |file| {
        let mut java = Command::new("java");
        java.args(["-cp", &format!("{FOLDER}/java/target/lib/*")]).arg(file);
        java
    },
    ca_variable: None,
};

impl Pasted {
    /// It places an order and prints its number; over TLS, by a CA that it is told of.
    fn places_an_order(&self, over_tls: bool) {
        if Client::find(self.client).is_none() {
            return;
        }
        let folder = fresh_folder();
        let settings: &[_] = if over_tls { &["--tls", "self"] } else { &[] };
        let served = Served::with(&folder, settings);
        let ca = over_tls.then(|| folder.join("crossconnect-ca.pem"));
        let mut env = Command::new(PROGRAM);
        env.args(["env", self.word, "--address", &served.address]);
        env.args(self.world.iter().flat_map(|world| ["--world", world]));
        env.args(ca.iter().flat_map(|ca| [OsStr::new("--tls-ca"), ca.as_os_str()]));
        let file = folder.join(self.file);
        let text = written(&run(&mut env));
        std::fs::write(&file, &text).expect("the folder is ours");
        let mut command = (self.run)(&file);
        command.envs(self.ca_variable.zip(ca));
        for line in text.lines().filter_map(|line| line.strip_prefix("//   ")) {
            if let Some(options) = line.strip_prefix("java ") {
                command.env("JAVA_TOOL_OPTIONS", options).current_dir(&folder);
            } else {
                written(&run(Command::new("sh").args(["-c", line]).current_dir(&folder)));
            }
        }
        // A proxy meant for the world would answer in the server's place.
        for name in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        let printed = written(&run(&mut command));
        let order = one_order_and_one_debit(&served.state(self.world.unwrap_or("default")));
        assert_eq!(printed.trim(), order);
        served.stop();
        audit(folder);
    }
}

fn program(path: impl AsRef<OsStr>, file: &Path) -> Command {
    let mut command = Command::new(path);
    command.arg(file);
    command
}

#[test]
fn the_newest_python_sdk_places_an_order_by_nothing_but_endpoint_key_and_secret() {
    PYTHON.places_an_order(false);
}

#[test]
fn the_newest_node_sdk_places_an_order_by_nothing_but_endpoint_key_and_secret() {
    NODE.places_an_order(false);
}

#[test]
fn the_go_program_that_env_prints_places_an_order() {
    GO.places_an_order(false);
}

#[test]
fn the_java_program_that_env_prints_places_an_order() {
    JAVA.places_an_order(false);
}

#[test]
fn the_programs_that_env_prints_for_https_place_an_order_over_tls() {
    for pasted in [PYTHON, NODE, GO, JAVA] {
        pasted.places_an_order(true);
    }
}
