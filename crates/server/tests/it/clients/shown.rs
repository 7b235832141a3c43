//! The programs in `examples`, run as their readers would.

use super::process::{PROGRAM, Served, audit, run, written};
use super::{Client, FOLDER};
use crate::rig::fresh_folder;
use std::process::Command;

/// What an example in Python prints against a sandbox.
fn printed(name: &str) -> Option<String> {
    Client::find("python-tea")?;
    let folder = fresh_folder();
    let served = Served::start(&folder);
    let mut command = Command::new(format!("{FOLDER}/python-tea/venv/bin/python"));
    command.arg(format!("{FOLDER}/../examples/{name}"));
    command.env("CROSSCONNECT_ADDRESS", &served.address);
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    let printed = written(&run(&mut command));
    served.stop();
    audit(folder);
    Some(printed)
}

/// The last word of each line.
fn last_words(printed: &str) -> Vec<&str> {
    printed.lines().map(|line| line.rsplit_once(' ').map_or(line, |(_, last)| last)).collect()
}

#[test]
fn the_example_of_a_letter_brings_a_circuit_into_service() {
    let Some(printed) = printed("letter_of_authorization.py") else { return };
    let lines: Vec<&str> = printed.lines().collect();
    let [allocated, letter, order, enabled, paid] = lines[..] else { panic!("{printed}") };
    let circuit = allocated.strip_suffix(" is Allocated").expect(allocated);
    assert_eq!(letter, "letter Available: A. Engineer, P*******8");
    assert!(order.starts_with("order 2"), "{order}");
    assert_eq!(enabled, format!("{circuit} is Enabled"));
    assert!(paid.starts_with("paid until 20"), "{paid}");
}

#[test]
fn the_example_of_enabling_at_once_lives_a_whole_life() {
    let Some(printed) = printed("enable_at_once.py") else { return };
    assert_eq!(last_words(&printed), ["Allocated", "Enabled", "Terminated", "left"], "{printed}");
    assert!(printed.ends_with("\n0 left\n"), "{printed}");
}

#[test]
fn the_example_of_a_router_makes_tags_ends_and_removes_one() {
    let Some(printed) = printed("router.py") else { return };
    let life = ["Allocated", "Enabled", "active", "team=network", "terminated", "gone"];
    assert_eq!(last_words(&printed), life, "{printed}");
}

#[test]
fn the_example_of_a_shared_circuit_plays_both_accounts() {
    let Some(printed) = printed("shared_circuit.py") else { return };
    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines[4].ends_with(", 50M, VLAN 100: Confirmed"), "{printed}");
    let port = lines[0].split(' ').next().expect("an id");
    let shared = lines[2].split(' ').next().expect("an id");
    let steps = |of: &str| {
        let of = format!("{of} is ");
        lines.iter().filter_map(|line| line.strip_prefix(&of)).map(str::to_owned).collect()
    };
    let port: Vec<String> = steps(port);
    assert_eq!(port, ["Allocated", "Enabled", "Terminated", "gone"], "{printed}");
    let shared: Vec<String> = steps(shared);
    let life = ["Allocated", "Enabled", "Terminated", "Enabled", "Terminated", "gone"];
    assert_eq!(shared, life, "{printed}");
}

/// `cargo xtask terraform` runs it, where its provider can be had. This needs the text alone.
#[test]
fn the_example_for_terraform_reaches_a_server_as_env_says() {
    let path = format!("{FOLDER}/../examples/terraform/main.tf");
    let example = std::fs::read_to_string(path).expect("the example");
    let default = "127.0.0.1:8616";
    assert!(example.contains(&format!("default     = \"{default}\"")), "where `env` looks too");
    let printed = written(&run(Command::new(PROGRAM).args(["env", "terraform"])));
    let provider = printed.replace(&format!("\"{default}\""), "var.address");
    assert!(example.contains(&provider), "{provider}");
}
