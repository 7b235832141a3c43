//! A store on a disk of ours, and what its file says.

use diskfault::{Choice, Disk, Image};
use domain::audit::{Books, audit};
use domain::command::Wake;
use domain::{AccountId, Proposal, Timestamp};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::sqlite::{FileLayer, OpenError, Options, SqliteStore, read_books_in, read_snapshots_in};
use store::{Fault, Store, Verdict, World, WorldChange};

/// The one path of a disk.
pub const PATH: &str = "/crossconnect.db";
/// The worlds of a script.
pub const WORLDS: [&str; 2] = ["default", "other"];

/// A disk as a store takes it.
fn files(disk: &Disk) -> FileLayer {
    let ours = disk.clone();
    let write_again = Arc::new(move |path: &Path| ours.write_again(path));
    FileLayer { vfs: disk.register().into(), write_again }
}

/// Options as a server's, on this disk, and a look at who reads what. No nonce keeps its receipt in
/// the file: so the file forgets whatever memory does, and a restart brings nothing back.
pub fn options(disk: &Disk, log_pages: u32, on_fatal: Arc<dyn Fn(&str) + Send + Sync>) -> Options {
    Options {
        checks: true,
        files: Some(files(disk)),
        log_pages,
        nonce_life_ms: 0,
        ..Options::new(|| 0, on_fatal)
    }
}

/// Something done to the second world as a whole, when the wall shows this, or to its fork.
#[derive(Clone, Copy, Debug)]
pub enum Whole {
    Open,
    Save(Timestamp),
    Restore(Timestamp),
    Fork(Timestamp),
    Remove(Timestamp),
}

/// A proposal and the world it is for, by its place in [`WORLDS`].
pub type Asked = (usize, Proposal);

/// A store on a disk. Where a server would end, it is on a disk without power: nothing it does
/// after that comes to anything.
pub struct Rig {
    store: SqliteStore,
    disk: Disk,
    fatal: Arc<AtomicBool>,
    runtime: tokio::runtime::Runtime,
}

impl Rig {
    pub fn open(disk: &Disk, log_pages: u32) -> Result<Self, OpenError> {
        let fatal = Arc::new(AtomicBool::new(false));
        let (told, cut) = (Arc::clone(&fatal), disk.clone());
        let on_fatal = move |_: &str| {
            told.store(true, Ordering::Release);
            cut.power_off();
        };
        let store =
            SqliteStore::open(Path::new(PATH), options(disk, log_pages, Arc::new(on_fatal)));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Ok(Self { store: store?, disk: disk.clone(), fatal, runtime })
    }

    /// Whether a server would have ended.
    pub fn is_fatal(&self) -> bool {
        self.fatal.load(Ordering::Acquire)
    }

    /// Does something to a world as a whole; what is done already stays done.
    pub fn change(&self, whole: &Whole) -> Result<(), Fault> {
        let id = |name| self.store.world(name).map(|world| world.id);
        let other = || id(WORLDS[1]).expect("it was opened");
        let snapshot = || "kept".into();
        let change = match *whole {
            Whole::Open => WorldChange::Open { name: WORLDS[1].into() },
            Whole::Save(wall) => {
                WorldChange::Save { world: other(), snapshot: snapshot(), replace: true, wall }
            }
            Whole::Restore(wall) => {
                WorldChange::Restore { world: other(), snapshot: snapshot(), wall }
            }
            Whole::Fork(wall) => match id("fork") {
                Some(_) => return Ok(()),
                None => WorldChange::Fork {
                    name: "fork".into(),
                    from: other(),
                    snapshot: Some(snapshot()),
                    wall,
                },
            },
            Whole::Remove(wall) => match id("fork") {
                Some(world) => WorldChange::Remove { world, wall },
                None => return Ok(()),
            },
        };
        let changed = self.runtime.block_on(self.store.change_world(change));
        changed.map(|world| drop(world.expect("nothing is against it")))
    }

    /// Has the store tidy up, and waits for it. `Err`: it could not, which it tells nobody.
    pub fn tidy(&self, wall: Timestamp) -> Result<(), Fault> {
        self.store.tidy(wall);
        // First come, first served; and of nobody nothing is due, so that this changes nothing.
        let command = Wake { account: AccountId(0) }.into();
        self.settle(&[(0, Proposal { wall, seed: 0, origin: None, command })])?;
        let is_due =
            |world: &Arc<World>| world.forgets_at().is_some_and(|at| at <= world.time(wall));
        if self.store.worlds().iter().any(is_due) {
            return Err(Fault::Unavailable("receipts are still due to be forgotten".into()));
        }
        Ok(())
    }

    /// How many nonces a server would take up at its start.
    pub fn nonces(&self) -> usize {
        self.store.found_nonces().len()
    }

    /// Reads the file beside the writer, as an audit does.
    pub fn look(&self) -> Result<(), Fault> {
        let looked = Library::of(&self.disk);
        looked.map(drop).map_err(|error| Fault::Unavailable(error.to_string()))
    }

    /// Settles proposals as one batch: a verdict each, or one failure for all of them.
    pub fn settle(&self, batch: &[Asked]) -> Result<Vec<Verdict>, Fault> {
        let held = self.store.hold();
        let world = |place: usize| self.store.world(WORLDS[place]).expect("it was opened");
        let settlings: Vec<_> = batch
            .iter()
            .map(|(place, proposal)| self.store.settle(&world(*place), proposal.clone()))
            .collect();
        drop(held);
        let settled: Vec<_> =
            settlings.into_iter().map(|settling| self.runtime.block_on(settling)).collect();
        let faults = settled.iter().filter(|settled| settled.is_err()).count();
        assert!(faults == 0 || faults == batch.len(), "a batch is settled wholly or not at all");
        settled.into_iter().map(|settled| settled.map(|settled| settled.verdict)).collect()
    }

    pub fn close(self) {
        self.store.close();
    }
}

/// All that a file says of each world.
#[derive(PartialEq)]
pub struct Library {
    worlds: Vec<(String, Books)>,
    snapshots: Vec<(String, Books)>,
    /// The clock of each, and how far its receipts were forgotten: in no books.
    times: Vec<(i64, Option<i64>)>,
}

impl Library {
    /// What the file of a disk says.
    pub fn of(disk: &Disk) -> Result<Self, OpenError> {
        let worlds = read_books_in(Path::new(PATH), Some(disk.register()))?;
        let snapshots = read_snapshots_in(Path::new(PATH), Some(disk.register()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let db = Connection::open_with_flags_and_vfs(PATH, flags, disk.register())?;
        let mut times = db.prepare(
            "SELECT clock, forgotten_to FROM worlds UNION ALL \
             SELECT taken_at, forgotten_to FROM snapshots",
        )?;
        let times = times.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { worlds, snapshots, times: times.collect::<Result<_, _>>()? })
    }

    /// What a process that starts now would find, if this one were gone.
    pub fn after(image: &Image, choice: &mut Choice) -> Result<Self, OpenError> {
        let disk = Disk::holding(image.after_power_cut(choice), 0);
        let rig = Rig::open(&disk, 1000)?;
        let library = Self::of(&disk);
        rig.close();
        library
    }

    pub fn orders(&self) -> usize {
        self.worlds.iter().map(|(_, books)| books.orders.len()).sum()
    }

    /// Fails the test unless every invariant holds.
    #[track_caller]
    pub fn audit(&self, when: &str) {
        for (world, books) in self.worlds.iter().chain(&self.snapshots) {
            for finding in audit(books) {
                let broken = (finding.invariant, finding.offenders);
                assert!(broken.1.is_empty(), "{when}: {world}: {broken:?}");
            }
        }
    }
}
