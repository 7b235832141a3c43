//! What can be asked, and how each edition says it.
//!
//! Translation lives here: wire words come in and business words go out, so `domain` cannot name
//! an edition. Each operation is one file under `operations/`; `operations.rs` is the table of
//! contents.

pub mod answer;
mod by_edition;
pub mod check;
pub mod client_token;
pub mod derived;
pub mod does;
pub mod edition;
pub mod error;
pub mod example;
pub mod form;
pub mod operation;
pub mod operations;
pub mod parameter;
mod value;

pub use by_edition::ByEdition;
pub use check::{Caller, Input, Settings, check};
pub use does::{Ask, Blank, Priced, Told};
pub use edition::{Edition, Editions};
pub use error::Invalid;
pub use operation::{Access, Operation, Product};
pub use operations::get_api_price::{no_price, parameters as priced_parameters};
pub use operations::{OPERATIONS, find, is_secret};
