//! Looking at worlds without the thread that keeps them: what simulations use beside a [`Writer`].
//!
//! [`Writer`]: super::Writer

use super::Slots;
use crate::{World, WorldId};
use domain::{Found, Query, Timestamp};
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

    /// As [`Store::found_nonces`](crate::Store::found_nonces).
    pub fn found_nonces(&self) -> Vec<(u128, Timestamp)> {
        std::mem::take(&mut *self.nonces.lock())
    }
}
