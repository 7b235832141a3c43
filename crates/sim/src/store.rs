//! The real store's writer without its thread: proposals gather until the simulation says that so
//! many of them are settled together, and whatever it says happens then and there.

use crate::disk::PATH;
use diskfault::Disk;
use domain::query::Record;
use domain::receipt::Origin;
use domain::{Command, Found, Proposal, Query, Timestamp};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::sqlite::{FileLayer, OpenError, Options, Slots, Writer, find_record, open_writer};
use store::{
    Answering, Fault, Promise, Settled, Settling, Store, Watch, World, WorldChange, WorldId,
    WorldRefusal,
};

/// A hand in the works, for proving that broken behaviour is found. Each hook does nothing unless
/// a test says otherwise.
pub trait Meddler: Send {
    /// A proposal is about to be queued.
    fn propose(&mut self, proposal: &mut Proposal) {
        let _ = proposal;
    }
    /// A caller is about to be told.
    fn told(&mut self, proposal: &Proposal, result: &mut Result<Settled, Fault>) {
        let _ = (proposal, result);
    }
    /// A query was answered.
    fn found(&mut self, found: &mut Found) {
        let _ = found;
    }
    /// The kept nonces were read.
    fn nonces(&mut self, nonces: &mut Vec<(u128, Timestamp)>) {
        let _ = nonces;
    }
    /// The store was opened, again or for the first time, on this disk.
    fn opened(&mut self, disk: &Disk) {
        let _ = disk;
    }
}

/// A meddler, which outlives the store that it meddles with.
pub type Hand = Arc<Mutex<dyn Meddler>>;

/// What a job was, as far as a model cares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// Time passes for this account, since somebody looks.
    Wake(u64),
    /// A call, or a control call.
    Call,
}

/// A job that was settled.
#[derive(Debug)]
pub struct Decided {
    /// Its number, in the order in which jobs were queued.
    pub job: u64,
    /// What it was.
    pub kind: JobKind,
    /// The call it came from, for calls.
    pub origin: Option<Origin>,
    /// What became of it.
    pub result: Result<Settled, Fault>,
}

struct Waiting {
    job: u64,
    world: WorldId,
    proposal: Proposal,
    promise: Promise,
}

struct Inside {
    writer: Writer,
    queue: VecDeque<Waiting>,
    jobs: u64,
    queue_len_max: usize,
    meddler: Option<Hand>,
}

fn decided(waiting: &Waiting, result: Result<Settled, Fault>) -> Decided {
    let kind = match &waiting.proposal.command {
        Command::Wake(wake) => JobKind::Wake(wake.account.0),
        _ => JobKind::Call,
    };
    Decided { job: waiting.job, kind, origin: waiting.proposal.origin.clone(), result }
}

/// The store of a simulation.
pub struct SimStore {
    inside: Mutex<Inside>,
    slots: Arc<Slots>,
    disk: Disk,
}

/// What a crash unwinds with.
pub struct Crashed;

impl SimStore {
    /// Opens the store of a disk.
    pub fn open(
        disk: &Disk,
        mut options: Options,
        meddler: Option<Hand>,
    ) -> Result<Self, OpenError> {
        let queue_len_max = options.queue_len_max;
        let ours = disk.clone();
        let write_again = Arc::new(move |path: &Path| ours.write_again(path));
        options.files = Some(FileLayer { vfs: disk.register().into(), write_again });
        let (writer, slots) = open_writer(Path::new(PATH), options)?;
        if let Some(meddler) = &meddler {
            meddler.lock().opened(disk);
        }
        let inside = Inside { writer, queue: VecDeque::new(), jobs: 0, queue_len_max, meddler };
        Ok(Self { inside: Mutex::new(inside), slots, disk: disk.clone() })
    }

    /// How many jobs were ever queued: a caller that raises the number has queued those between.
    pub fn jobs(&self) -> u64 {
        self.inside.lock().jobs
    }

    /// How many jobs wait.
    pub fn waiting(&self) -> usize {
        self.inside.lock().queue.len()
    }

    /// Whether the next proposal is refused.
    pub fn is_full(&self) -> bool {
        let inside = self.inside.lock();
        inside.queue.len() >= inside.queue_len_max
    }

    /// How many jobs may wait; more are refused.
    pub fn set_queue_len_max(&self, jobs: usize) {
        self.inside.lock().queue_len_max = jobs;
    }

    /// Settles the first `count` jobs together and tells their callers. `Err`: the process died on
    /// the way and nobody was told; these are the jobs that were in the batch.
    pub fn settle_batch(&self, count: usize) -> Result<Vec<Decided>, Vec<Decided>> {
        let mut inside = self.inside.lock();
        let inside = &mut *inside;
        let count = count.min(inside.queue.len());
        let taken: Vec<Waiting> = inside.queue.drain(..count).collect();
        let batch: Vec<_> =
            taken.iter().map(|waiting| (waiting.world, &waiting.proposal)).collect();
        let writer = &mut inside.writer;
        // A crash is a panic that begins at a point of the commit.
        let settled = catch_unwind(AssertUnwindSafe(|| writer.settle_batch(&batch)));
        let settled = match settled {
            Ok(settled) => settled,
            Err(panic) if panic.is::<Crashed>() => {
                let lost = |waiting: Waiting| decided(&waiting, Err(Fault::Closed));
                return Err(taken.into_iter().map(lost).collect());
            }
            Err(panic) => std::panic::resume_unwind(panic),
        };
        let mut all = Vec::with_capacity(count);
        for (waiting, result) in taken.into_iter().zip(settled) {
            let mut told = result.clone();
            if let Some(meddler) = &inside.meddler {
                meddler.lock().told(&waiting.proposal, &mut told);
            }
            all.push(decided(&waiting, result));
            waiting.promise.keep(told);
        }
        Ok(all)
    }

    /// Refuses the first `count` jobs: they have waited too long.
    pub fn refuse(&self, count: usize) -> Vec<Decided> {
        let mut inside = self.inside.lock();
        let count = count.min(inside.queue.len());
        let late: Vec<Waiting> = inside.queue.drain(..count).collect();
        let mut all = Vec::with_capacity(count);
        for waiting in late {
            all.push(decided(&waiting, Err(Fault::Busy)));
            waiting.promise.keep(Err(Fault::Busy));
        }
        all
    }

    /// What is committed in a world, as the server would find it.
    pub fn committed(&self, world: WorldId, query: &Query) -> Found {
        self.slots.look(world, query, true).expect("no world is removed here")
    }

    /// What the file holds of a world. The call to the disk that is to fail may be one of these: it
    /// fails once. Where the power is off nobody has noticed yet: it is as if it went later.
    fn read(&self, world: WorldId, record: &Record) -> Result<Found, Fault> {
        let find = |disk: &Disk| {
            find_record(Path::new(PATH), Some(disk.register()), &self.slots, world, record)
        };
        if self.disk.is_off() {
            return find(&Disk::holding(self.disk.image(), 0));
        }
        find(&self.disk).or_else(|_| find(&self.disk))
    }

    /// What a store does when nobody asks: forgets receipts of a world that are old.
    pub fn tidy_world(&self, name: &str, wall: Timestamp) {
        if let Some(world) = self.slots.world(name) {
            self.inside.lock().writer.tidy(world.id, wall);
        }
    }
}

impl Store for SimStore {
    fn settle(&self, world: &World, mut proposal: Proposal) -> Settling {
        let mut inside = self.inside.lock();
        if inside.queue.len() >= inside.queue_len_max {
            return Settling::done(Err(Fault::Busy));
        }
        let (promise, settling) = Promise::new();
        if let Some(meddler) = &inside.meddler {
            meddler.lock().propose(&mut proposal);
        }
        let job = inside.jobs;
        inside.jobs += 1;
        inside.queue.push_back(Waiting { job, world: world.id, proposal, promise });
        settling
    }

    fn refuse_late(&self, _wait: Duration) {
        // Nothing waits here by a clock: the run says what is settled, and what is refused.
    }

    fn tidy(&self, wall: Timestamp) {
        for world in self.worlds() {
            self.tidy_world(&world.name, wall);
        }
    }

    fn look<'s>(&'s self, world: &'s World, at: Timestamp, query: Query) -> Answering<'s, Found> {
        let wall = world.wall(at);
        Box::pin(async move {
            if world.next_due().is_some_and(|due| due <= at) {
                let accounts = self.slots.overdue(world.id, &query, at);
                store::wake(self, world, wall, accounts).await?;
            }
            let mut found = match &query {
                Query::Record(record) => self.read(world.id, record)?,
                query => self.slots.look(world.id, query, true).ok_or(Fault::Removed)?,
            };
            if let Some(meddler) = &self.inside.lock().meddler {
                meddler.lock().found(&mut found);
            }
            Ok(found)
        })
    }

    fn watch(&self) -> Watch {
        self.inside.lock().writer.feed().watch()
    }

    fn world(&self, name: &str) -> Option<Arc<World>> {
        self.slots.world(name)
    }

    fn worlds(&self) -> Vec<Arc<World>> {
        self.slots.worlds()
    }

    /// At once: whatever was proposed before it is taken to come after it.
    fn change_world(&self, change: WorldChange) -> Answering<'_, Result<Arc<World>, WorldRefusal>> {
        Box::pin(async move { self.inside.lock().writer.change_world(change) })
    }

    fn found_nonces(&self) -> Vec<(u128, Timestamp)> {
        let mut nonces = self.slots.found_nonces();
        if let Some(meddler) = &self.inside.lock().meddler {
            meddler.lock().nonces(&mut nonces);
        }
        nonces
    }

    fn ready(&self) -> bool {
        true
    }

    fn close(&self) {}
}
