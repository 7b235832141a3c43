//! What follows from the declarations of operations: lists for readers, and tests.

pub mod changes;
pub mod coverage;
pub mod facts;
pub mod glance;
pub mod openapi;
pub mod portal;
pub mod proof;
pub mod readme;
pub mod refusals;
pub mod states;

/// A document with this between two marks; `None` if one is missing.
fn between(document: &str, marks: [&str; 2], text: &str) -> Option<String> {
    let (before, rest) = document.split_once(marks[0])?;
    let (_, after) = rest.split_once(marks[1])?;
    Some(format!("{before}{}{text}{}{after}", marks[0], marks[1]))
}
