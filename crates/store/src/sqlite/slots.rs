//! The worlds of a store, each with its state in memory.

use crate::world::{World, WorldId};
use domain::query::Record;
use domain::{AccountId, Delta, Found, Query, Rules, State, Timestamp};
use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::sync::Arc;

/// A world and its state.
pub(super) struct Slot {
    pub(super) world: Arc<World>,
    pub(super) state: RwLock<State>,
}

impl Slot {
    /// Takes over what a commit has made durable.
    pub(super) fn merge(&self, delta: Delta) {
        self.world.note(&delta);
        let mut state = self.state.write();
        state.merge(delta);
        self.world.publish(&state);
    }

    /// Lets go of receipts made at or before `until`.
    pub(super) fn forget_receipts(&self, until: Timestamp) {
        let mut state = self.state.write();
        state.forget_receipts(until);
        self.world.publish(&state);
    }
}

/// Every world, by number and by name.
#[derive(Default)]
pub struct Slots {
    by_id: RwLock<Vec<Arc<Slot>>>,
    by_name: RwLock<HashMap<Box<str>, Arc<Slot>>>,
    /// Found in the file when it was loaded, until somebody asks.
    pub(super) nonces: Mutex<Vec<(u128, Timestamp)>>,
}

impl Slots {
    pub(super) fn add(&self, world: World, rules: Rules) -> Arc<World> {
        let world = Arc::new(world);
        let state = RwLock::new(State::new(rules));
        let slot = Arc::new(Slot { world: Arc::clone(&world), state });
        self.by_id.write().push(Arc::clone(&slot));
        self.by_name.write().insert(world.name.clone(), slot);
        world
    }

    pub(super) fn slot(&self, id: WorldId) -> Arc<Slot> {
        Arc::clone(&self.by_id.read()[id.0 as usize])
    }

    pub(super) fn named(&self, name: &str) -> Option<Arc<Slot>> {
        self.by_name.read().get(name).cloned()
    }

    /// Every world, by number.
    pub(super) fn all(&self) -> Vec<Arc<Slot>> {
        self.by_id.read().clone()
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.read().len()
    }
}

/// What whoever has no thread in between may ask: simulations, beside a writer.
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
    pub fn look(&self, world: WorldId, query: &Query, checks: bool) -> Found {
        domain::look(&self.slot(world).state.read(), query, checks)
    }

    /// The accounts of which something has to happen before a query is answered as of `at`.
    pub fn overdue(&self, world: WorldId, query: &Query, at: Timestamp) -> Vec<AccountId> {
        domain::overdue(&self.slot(world).state.read(), query, at)
    }

    /// Where a circuit that is asked about stands in its world, if it is the account's.
    pub(super) fn place_of(&self, world: WorldId, record: &Record) -> Option<usize> {
        let Record::Circuit(account, id) = record else { return None };
        let slot = self.slot(world);
        let state = slot.state.read();
        let (place, circuit) = state.placed_circuit(id)?;
        (circuit.account == *account).then_some(place)
    }

    /// As the store's own.
    pub fn found_nonces(&self) -> Vec<(u128, Timestamp)> {
        std::mem::take(&mut *self.nonces.lock())
    }
}
