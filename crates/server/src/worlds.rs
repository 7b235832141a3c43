//! Worlds that lie side by side in a sandbox, each opened when it is first used.

use crate::clock::Moment;
use domain::command::{Fill, Reset};
use domain::{Command, Found, Proposal, Query, Timestamp};
use hashbrown::HashMap;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Fault, Store, World, WorldsMax};

/// The worlds in use.
pub struct Worlds {
    sandbox: bool,
    /// Where a sandbox's clock starts; the wall when not set.
    start: Option<Timestamp>,
    open: parking_lot::RwLock<HashMap<Box<str>, Arc<World>>>,
    /// Held while a clock is being moved, so that no move is lost.
    pub moving: tokio::sync::Mutex<()>,
}

impl Worlds {
    /// None yet.
    pub fn new(sandbox: bool, start: Option<Timestamp>) -> Self {
        let open = parking_lot::RwLock::default();
        Self { sandbox, start, open, moving: tokio::sync::Mutex::default() }
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
    ) -> Result<Result<Arc<World>, WorldsMax>, Fault> {
        if let Some(world) = self.open.read().get(name) {
            return Ok(Ok(Arc::clone(world)));
        }
        let world = match store.open_world(name).await? {
            Ok(world) => world,
            Err(full) => return Ok(Err(full)),
        };
        if self.sandbox {
            let (start, wall) = (self.start(moment), moment.wall);
            store.settle(&world, operator(Fill { start, wall }, moment)).await?;
        }
        self.open.write().insert(name.into(), Arc::clone(&world));
        Ok(Ok(world))
    }

    /// Makes a world the fixed sandbox again, its clock at where it starts.
    pub async fn reset(
        &self,
        store: &dyn Store,
        world: &World,
        moment: &Moment,
    ) -> Result<(), Fault> {
        let (start, wall) = (self.start(moment), moment.wall);
        store.settle(world, operator(Reset { start, wall }, moment)).await.map(drop)
    }

    fn start(&self, moment: &Moment) -> Timestamp {
        self.start.unwrap_or(moment.wall)
    }

    /// Whether a world of this name was there before this server began.
    pub async fn is_filled(store: &dyn Store, wall: Timestamp) -> Result<bool, Fault> {
        let Some(world) = store.world(DEFAULT_WORLD) else { return Ok(false) };
        let found = store.look(&world, world.time(wall), Query::IsFilled).await?;
        Ok(found == Found::IsFilled(true))
    }
}

/// A command of the operator of a world.
pub fn operator(command: impl Into<Command>, moment: &Moment) -> Proposal {
    Proposal { wall: moment.wall, seed: moment.seed, origin: None, command: command.into() }
}
