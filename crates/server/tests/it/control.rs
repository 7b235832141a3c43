//! The control API, call by call, as CONTRACT lists it: what its stories share. A file a subject.

mod access;
mod circuits;
mod commands;
mod events;
mod faults;
mod lists;
mod people;
mod prices;
mod world;

use crate::rig::{Rig, prepaid};
use serde_json::Value;

const REGIONS: &str = "DescribeRegions";

/// An order of a month for a circuit, paid at once.
fn month<'a>(circuit: &'a str, token: &'a str) -> [(&'a str, &'a str); 5] {
    prepaid(circuit, "1", "true", token)
}

/// Asserts that a control call is refused in the documented shape and no other.
async fn refused(rig: &Rig, path: &str, body: Value, status: u16, code: &str) {
    let (got, answer) = rig.control("POST", path, &body).await;
    assert_eq!((got, answer["error"]["code"].as_str()), (status, Some(code)), "{path} {body}");
    only_an_error(&answer);
}

#[track_caller]
fn only_an_error(answer: &Value) {
    let members = answer.as_object().expect("an object");
    let error = answer["error"].as_object().expect("an error");
    let code = error["code"].as_str().expect("a code");
    assert!(members.len() == 1 && error.len() == 2 && !code.is_empty(), "{answer}");
    assert!(!error["message"].as_str().expect("a text").is_empty());
}
