//! Seeded simulation: the real gateway and the real store, on a virtual clock and without sockets,
//! against a model that was written separately. One seed decides everything, so a failure replays.
//!
//! [`plan`] chooses the steps of a seed, [`run`] takes them, [`flight`] interleaves calls,
//! [`model`] says what each answer must be, [`overlook`] compares all that is remembered, and
//! [`shrink`] makes a failure small. What is sent is made up from the registry by [`generate`].

pub mod call;
pub mod check;
pub mod disk;
pub mod flight;
pub mod generate;
mod hosting;
pub mod model;
mod moves;
pub mod overlook;
pub mod plan;
pub mod report;
pub mod rig;
mod routers;
pub mod run;
pub mod shrink;
pub mod store;
