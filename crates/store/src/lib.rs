//! Remembering: stores know records, never operations, and hold no `if` about business. Each gives
//! [`domain::settle`] a view, keeps the delta that it leaves, commits that, and only then lets
//! anyone see it.

mod codec;
#[cfg(feature = "contract")]
pub mod contract;
mod fault;
mod row;
mod settling;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod store;
mod tables;
mod watch;
mod words;
mod world;
mod worlds;

pub use domain::Verdict;
pub use fault::Fault;
pub use settling::{Promise, Settled, Settling, Stages};
pub use store::{Answering, Store, wake};
pub use watch::{Commit, Feed, Listener, Told, Watch};
pub use world::{DEFAULT_WORLD, Snapshot, World, WorldId};
pub use worlds::{WorldChange, WorldRefusal};
