//! The business: circuits, orders, money, idempotency. No I/O, no clock, no chance, no wire text.
//!
//! [`settle`] says what a proposal comes to and writes it into an [`Overlay`], whose [`Delta`] is
//! all that a store has to keep; [`look`] answers queries. Nothing here knows what an operation, an
//! edition or a database is.
//!
//! Modules import in one direction: nobody imports what stands on it.

// The ground: values that know nothing else.
pub mod catalogue;
pub mod id;
mod kind;
pub mod offers;
mod parties;
pub mod peering;
pub mod price;
mod print;
mod refusal;
mod rules;
mod shelf;
pub mod subscription;
pub mod tag;
mod time;
mod words;

// The records, a subject a file, and the table of them.
pub mod account;
pub mod bill;
pub mod circuit;
pub mod grant;
pub mod history;
pub mod kept;
pub mod ledger;
pub mod letter;
pub mod macsec;
mod numbered;
pub mod order;
pub mod receipt;
pub mod record;
pub mod reference;
#[cfg(test)]
#[path = "tests/renewal.rs"]
mod renewal;
pub mod router;
pub mod router_group;
mod term;
pub mod user;

// What a decision reads and writes.
mod checked;
mod delta;
mod index;
mod overlay;
mod state;
mod table;
mod view;

// Decisions, and answers.
mod assumptions;
pub mod audit;
mod billing;
pub mod command;
mod draft;
mod due;
mod hosting;
mod look;
pub mod news;
mod ordering;
pub mod pricing;
pub mod query;
mod refunding;
mod renewing;
mod routing;
mod rule;
pub mod sandbox;
mod setting_up;
mod settle;
pub mod statement;
#[cfg(test)]
mod tests;

pub use assumptions::Assumptions;
pub use command::{Command, KINDS, Proposal};
pub use delta::Delta;
pub use draft::Numbers;
pub use id::{AccountId, CircuitId, GroupId, KeptRequest, Name, OrderId, RequestId, RouterId};
pub use kind::Kind;
pub use look::{look, looked_at, overdue};
pub use overlay::Overlay;
pub use parties::Parties;
pub use print::mark;
pub use query::{Found, Query};
pub use receipt::Outcome;
pub use record::{Due, Mention};
pub use refusal::Refusal;
pub use rule::Rule;
pub use rules::{Carrier, Kept, Rules};
pub use settle::{Means, Verdict, settle, settle_at_once};
pub use state::State;
pub use table::{Appended, Keyed};
pub use time::{
    Timestamp, billing_day, billing_month, days_of_month, month_text, next_month, parse_day,
    parse_month, period_end, renewed_end,
};
pub use view::{Records, View, Whose};
