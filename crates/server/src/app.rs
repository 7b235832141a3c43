//! The process: everything that a request meets on its way. `gateway.rs` is the way.

use crate::clock::Clock;
use crate::config::Config;
use crate::events::Events;
use crate::faults::Faults;
use crate::keys::Keys;
use crate::nonces::Nonces;
use crate::requests::Requests;
use crate::worlds::Worlds;
use std::sync::Arc;
use store::Store;

/// The process: everything that a request meets on its way.
pub struct App {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The worlds, opened when they are first used.
    pub worlds: Worlds,
    /// Who may sign.
    pub keys: Arc<Keys>,
    /// Which nonces were used.
    pub nonces: Nonces,
    /// Time and chance.
    pub clock: Arc<Clock>,
    /// Faults on purpose.
    pub faults: Faults,
    /// What happened to recent requests.
    pub requests: Requests,
    /// What happens, for those who follow it.
    pub events: Arc<Events>,
    /// What the operator has set.
    pub config: Config,
}
