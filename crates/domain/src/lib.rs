//! The business: circuits, orders, money, idempotency. No I/O, no clock, no chance, no wire text.
//!
//! Two functions are the whole surface: [`decide`] says what a proposal comes to in a [`View`], and
//! applying the [`Change`]s it lists is all that a store does with it. [`look`] answers queries.
//! Nothing here knows what an operation, an edition or a database is.

pub mod audit;
pub mod catalogue;
pub mod circuit;
pub mod command;
mod decide;
pub mod ledger;
mod look;
pub mod order;
mod overlay;
pub mod price;
pub mod record;
mod refusal;
pub mod replay;
pub mod sandbox;
mod shelf;
mod state;
#[cfg(test)]
mod tests;
mod time;

pub use command::{Command, Found, Kind, Proposal, Query};
pub use decide::{Decision, decide};
pub use look::look;
pub use overlay::{Delta, Overlay, Touched};
pub use record::{AccountId, Change, CircuitId, OrderId, Outcome, RequestId};
pub use refusal::Refusal;
pub use state::{Carrier, Due, Rules, State, View};
pub use time::{Timestamp, period_end};
