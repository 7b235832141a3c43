//! Worlds that lie side by side in a sandbox, each opened when it is first used.

use crate::clock::Moment;
use domain::command::{Fill, Reset};
use domain::{Command, Found, Proposal, Query, Timestamp};
use hashbrown::HashMap;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Fault, Store, World, WorldRefusal};

/// The worlds in use.
pub struct Worlds {
    sandbox: bool,
    /// Where a sandbox's clock starts; the wall when not set.
    start: Option<Timestamp>,
    open: parking_lot::RwLock<HashMap<Box<str>, Arc<World>>>,
    /// The clocks that are being moved, by world.
    moving: Moving,
}

/// The clocks that are being moved, by world: where each goes, and how much time had brought about
/// before.
type Moving = Arc<parking_lot::Mutex<HashMap<Box<str>, (Timestamp, u64)>>>;

/// The only one who moves a world's clock, until it is dropped.
pub struct Move {
    moving: Moving,
    world: Box<str>,
}

impl Move {
    /// Says where the clock is going.
    pub fn goes_to(&self, to: Timestamp) {
        if let Some((goes_to, _)) = self.moving.lock().get_mut(&self.world) {
            *goes_to = to;
        }
    }
}

impl Drop for Move {
    fn drop(&mut self) {
        self.moving.lock().remove(&self.world);
    }
}

impl Worlds {
    /// None yet.
    pub fn new(sandbox: bool, start: Option<Timestamp>) -> Self {
        let open = parking_lot::RwLock::default();
        Self { sandbox, start, open, moving: Arc::default() }
    }

    /// Begins to move a world's clock, from `now`; `None` while somebody else does.
    pub fn begin_move(&self, world: &World, now: Timestamp) -> Option<Move> {
        let mut moving = self.moving.lock();
        if moving.contains_key(&world.name) {
            return None;
        }
        let done = world.happened().map(|(_, count)| count).sum();
        moving.insert(world.name.clone(), (now, done));
        Some(Move { moving: Arc::clone(&self.moving), world: world.name.clone() })
    }

    /// Where a world's clock is going, while it is being moved, and how much time had brought about
    /// before that.
    pub fn move_under_way(&self, world: &str) -> Option<(Timestamp, u64)> {
        self.moving.lock().get(world).copied()
    }

    /// The time of a world, also of one that nobody has used yet.
    pub fn time(&self, name: &str, wall: Timestamp) -> Timestamp {
        match self.in_use(name) {
            Some(world) => world.time(wall),
            None => self.start.filter(|_| self.sandbox).unwrap_or(wall),
        }
    }

    fn in_use(&self, name: &str) -> Option<Arc<World>> {
        let open = self.open.read();
        open.get(name).filter(|world| !world.is_removed()).cloned()
    }

    /// The world of this name, filled with the sandbox if it is new and there is one.
    pub async fn open(
        &self,
        name: &str,
        store: &dyn Store,
        moment: &Moment,
    ) -> Result<Result<Arc<World>, WorldRefusal>, Fault> {
        if let Some(world) = self.in_use(name) {
            return Ok(Ok(world));
        }
        let world = loop {
            let world = match store.open_world(name).await? {
                Ok(world) => world,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if !self.sandbox {
                break world;
            }
            let (start, wall) = (self.start(moment), moment.wall);
            match store.settle(&world, operator(Fill { start, wall }, moment)).await {
                // It was removed at once.
                Err(Fault::Removed) => {}
                filled => break filled.map(|_| world)?,
            }
        };
        let mut open = self.open.write();
        open.retain(|_, world| !world.is_removed());
        open.insert(name.into(), Arc::clone(&world));
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
