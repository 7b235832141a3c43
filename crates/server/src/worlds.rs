//! Worlds that lie side by side in a sandbox, each opened when it is first used.

use crate::clock::Moment;
use domain::{AccountId, Command, Found, OrderId, Proposal, Query, Timestamp, sandbox};
use hashbrown::HashMap;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Fault, Store, World};

/// The worlds in use.
pub struct Worlds {
    sandbox: bool,
    /// Where a sandbox's clock starts; the wall when not set.
    start: Option<Timestamp>,
    open: parking_lot::RwLock<HashMap<Box<str>, Arc<World>>>,
    /// Held while a world is being filled, so that it is filled once.
    filling: tokio::sync::Mutex<()>,
    /// Held while a clock is being moved, so that no move is lost.
    pub moving: tokio::sync::Mutex<()>,
}

impl Worlds {
    /// None yet.
    pub fn new(sandbox: bool, start: Option<Timestamp>) -> Self {
        let open = parking_lot::RwLock::default();
        let (filling, moving) = (tokio::sync::Mutex::default(), tokio::sync::Mutex::default());
        Self { sandbox, start, open, filling, moving }
    }

    /// The time of a world, also of one that nobody has used yet.
    pub fn time(&self, name: &str, wall: Timestamp) -> Timestamp {
        match self.open.read().get(name) {
            Some(world) => world.time(wall),
            None => self.start.filter(|_| self.sandbox).unwrap_or(wall),
        }
    }

    /// The world of this name, filled with the sandbox if it is new and there is one.
    pub async fn open(
        &self,
        name: &str,
        store: &dyn Store,
        moment: &Moment,
    ) -> Result<Arc<World>, Fault> {
        if let Some(world) = self.open.read().get(name) {
            return Ok(Arc::clone(world));
        }
        let _turn = self.filling.lock().await;
        if let Some(world) = self.open.read().get(name) {
            return Ok(Arc::clone(world));
        }
        let world = store.open_world(name).await?;
        if self.sandbox && is_empty(store, &world, moment.wall).await? {
            self.reset(store, &world, moment).await?;
        }
        self.open.write().insert(name.into(), Arc::clone(&world));
        Ok(world)
    }

    /// Makes a world the fixed sandbox again, its clock at where it starts.
    pub async fn reset(
        &self,
        store: &dyn Store,
        world: &World,
        moment: &Moment,
    ) -> Result<(), Fault> {
        let start = self.start.unwrap_or(moment.wall);
        let command = Command::Reset { start, wall: moment.wall };
        let proposal = operator(command, world.time(moment.wall), moment);
        store.settle(world, proposal).await.map(drop)
    }

    /// Whether a world of this name was there before this server began.
    pub async fn is_filled(store: &dyn Store, wall: Timestamp) -> Result<bool, Fault> {
        match store.world(DEFAULT_WORLD) {
            Some(world) => Ok(!is_empty(store, &world, wall).await?),
            None => Ok(false),
        }
    }
}

async fn is_empty(store: &dyn Store, world: &World, wall: Timestamp) -> Result<bool, Fault> {
    match store.look(world, world.time(wall), Query::People).await? {
        Found::World(view) => Ok(view.accounts.is_empty()),
        _ => unreachable!("people are found when people are asked for"),
    }
}

/// A command of the operator of a world.
pub fn operator(command: Command, at: Timestamp, moment: &Moment) -> Proposal {
    Proposal {
        wall: moment.wall,
        at,
        seed: moment.seed,
        owner: AccountId(0),
        region: sandbox::region(),
        token: None,
        origin: None,
        order: OrderId::UNSET,
        command,
    }
}
