//! The worlds of a store, each with its state in memory.

use crate::fault::Fault;
use crate::world::{World, WorldId};
use domain::query::Record;
use domain::{AccountId, Delta, Found, Query, State, Timestamp};
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};
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

    /// All of it is so from now on.
    pub(super) fn replace(&self, state: State) {
        let mut held = self.state.write();
        self.world.publish(&state);
        let before = std::mem::replace(&mut *held, state);
        // It is taken apart when nobody waits for it.
        drop(held);
        drop(before);
    }
}

/// Every world, by number and by name.
#[derive(Default)]
pub struct Slots {
    by_id: RwLock<BTreeMap<WorldId, Arc<Slot>>>,
    by_name: RwLock<HashMap<Box<str>, Arc<Slot>>>,
    /// Found in the file when it was loaded, until somebody asks.
    pub(super) nonces: Mutex<Vec<(u128, Timestamp)>>,
}

impl Slots {
    pub(super) fn add(&self, world: World, state: State) -> Arc<World> {
        world.publish(&state);
        let world = Arc::new(world);
        let slot = Arc::new(Slot { world: Arc::clone(&world), state: RwLock::new(state) });
        self.by_id.write().insert(world.id, Arc::clone(&slot));
        self.by_name.write().insert(world.name.clone(), slot);
        world
    }

    /// It is gone for good: whoever holds it is told so by itself.
    pub(super) fn remove(&self, world: &World) {
        world.is_gone();
        self.by_name.write().remove(&world.name);
        self.by_id.write().remove(&world.id);
    }

    /// The world of this number, unless it was removed.
    pub(super) fn slot(&self, id: WorldId) -> Option<Arc<Slot>> {
        self.by_id.read().get(&id).cloned()
    }

    pub(super) fn named(&self, name: &str) -> Option<Arc<Slot>> {
        self.by_name.read().get(name).cloned()
    }

    /// Every world, by number.
    pub(super) fn all(&self) -> Vec<Arc<Slot>> {
        self.by_id.read().values().cloned().collect()
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
        self.by_id.read().values().map(|slot| Arc::clone(&slot.world)).collect()
    }

    /// What is committed in a world, unless it was removed. What is due is for the caller to wake
    /// before.
    pub fn look(&self, world: WorldId, query: &Query, checks: bool) -> Option<Found> {
        let slot = self.slot(world)?;
        let state = slot.state.read();
        Some(domain::look(&state, query, checks))
    }

    /// The same, unless it may look at more than `most` circuits: then nothing is found yet.
    pub(super) fn look_soon(
        &self,
        world: WorldId,
        query: &Query,
        checks: bool,
        most: usize,
    ) -> Result<Option<Found>, Fault> {
        let slot = self.slot(world).ok_or(Fault::Removed)?;
        let state = slot.state.read();
        let is_soon = domain::looked_at(&state, query) <= most;
        Ok(is_soon.then(|| domain::look(&state, query, checks)))
    }

    /// The accounts of which something has to happen before a query is answered as of `at`.
    pub fn overdue(&self, world: WorldId, query: &Query, at: Timestamp) -> Vec<AccountId> {
        let overdue = |slot: Arc<Slot>| domain::overdue(&slot.state.read(), query, at);
        self.slot(world).map(overdue).unwrap_or_default()
    }

    /// Where a circuit that is asked about stands in its world, if it is the account's.
    pub(super) fn place_of(&self, world: WorldId, record: &Record) -> Option<usize> {
        let Record::Circuit(account, id) = record else { return None };
        let slot = self.slot(world)?;
        let state = slot.state.read();
        let (place, circuit) = state.placed_circuit(id)?;
        (circuit.account == *account).then_some(place)
    }

    /// As the store's own.
    pub fn found_nonces(&self) -> Vec<(u128, Timestamp)> {
        std::mem::take(&mut *self.nonces.lock())
    }
}
