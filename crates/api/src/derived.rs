//! What follows from the declarations of operations: lists for readers, and tests.

pub mod changes;
pub mod coverage;
pub mod facts;
pub mod openapi;
pub mod portal;
pub mod proof;
pub mod readme;
pub mod refusals;
pub mod states;
