//! Looking at worlds without the thread that keeps them: what simulations use beside a [`Writer`].
//!
//! [`Writer`]: super::Writer

use super::{Slots, nonces_since, open_reader};
use crate::{Fault, World, WorldId};
use domain::{Found, Query, Timestamp};
use std::path::Path;
use std::sync::Arc;

impl Slots {
    /// The world of this name, if it was opened.
    pub fn world(&self, name: &str) -> Option<Arc<World>> {
        self.named(name).map(|slot| Arc::clone(&slot.world))
    }

    /// Every world.
    pub fn worlds(&self) -> Vec<Arc<World>> {
        self.by_id.read().iter().map(|slot| Arc::clone(&slot.world)).collect()
    }

    /// What is committed in a world. What is due is for the caller to wake before.
    pub fn look(&self, world: WorldId, query: &Query) -> Found {
        domain::look(&self.slot(world).state.read(), query)
    }
}

/// Marks of nonces of writes accepted since `since`, read from the file as at a server's start.
/// `vfs`: as in [`Options::vfs`](super::Options::vfs).
pub fn kept_nonces(
    path: &Path,
    vfs: Option<&str>,
    since: Timestamp,
) -> Result<Vec<(u128, Timestamp)>, Fault> {
    let fault = |error: rusqlite::Error| Fault::Unavailable(error.to_string());
    let db = open_reader(path, vfs).map_err(fault)?;
    nonces_since(&db, since).map_err(fault)
}
