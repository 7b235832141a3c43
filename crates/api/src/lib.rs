//! What can be asked, and how each edition says it.
//!
//! Translation lives here: wire words come in and business words go out, so `domain` cannot name
//! an edition. Each operation is one file under `operations/`; `operations.rs` is the table of
//! contents.

pub mod check;
pub mod derived;
pub mod edition;
pub mod operation;
pub mod operations;
pub mod parameter;

pub use check::{Caller, Input, Settings, check};
pub use edition::{Edition, Editions};
pub use operation::{Access, Ask, Invalid, Operation, Product, Told};
pub use operations::{OPERATIONS, find};
