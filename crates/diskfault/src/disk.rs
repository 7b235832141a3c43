//! The disk: an image, who has what open and locked, and which call is to fail.

use crate::choice::{Choice, all};
use crate::image::{Effect, FileId, Image};
use crate::locks::{HandleId, Locks};
use crate::vfs;
use chance::Chance;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::ffi;
use std::collections::HashMap;
use std::ffi::c_int;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

/// What SQLite asks of a disk. Unlocking and closing are not here: they cannot fail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are the calls'")]
pub enum Call {
    Open,
    Delete,
    Access,
    /// Of the database itself.
    Read,
    /// Of a log or journal.
    ReadLog,
    Write,
    Truncate,
    Sync,
    FileSize,
    Lock,
    CheckReservedLock,
    ShmMap,
    ShmLock,
}

impl Call {
    /// Every call.
    pub const ALL: [Self; 13] = [
        Self::Open,
        Self::Delete,
        Self::Access,
        Self::Read,
        Self::ReadLog,
        Self::Write,
        Self::Truncate,
        Self::Sync,
        Self::FileSize,
        Self::Lock,
        Self::CheckReservedLock,
        Self::ShmMap,
        Self::ShmLock,
    ];

    /// The failures that this call can have.
    pub fn failures(self) -> impl Iterator<Item = Failure> {
        Failure::ALL.into_iter().filter(move |failure| self.code(*failure).is_some())
    }

    /// What SQLite's own layer for Unix says when this call fails so; `None`: it never does.
    const fn code(self, failure: Failure) -> Option<c_int> {
        Some(match (self, failure) {
            (Self::Open, Failure::Io) => ffi::SQLITE_CANTOPEN,
            (Self::Delete, Failure::Io) => ffi::SQLITE_IOERR_DELETE,
            (Self::Access, Failure::Io) => ffi::SQLITE_IOERR_ACCESS,
            (Self::Read | Self::ReadLog, Failure::Io) => ffi::SQLITE_IOERR_READ,
            (Self::ReadLog, Failure::Short) => ffi::SQLITE_IOERR_SHORT_READ,
            (Self::Write, Failure::Io) => ffi::SQLITE_IOERR_WRITE,
            (Self::Write, Failure::Full) => ffi::SQLITE_FULL,
            (Self::Truncate, Failure::Io) => ffi::SQLITE_IOERR_TRUNCATE,
            (Self::Sync, Failure::Io) => ffi::SQLITE_IOERR_FSYNC,
            (Self::FileSize, Failure::Io) => ffi::SQLITE_IOERR_FSTAT,
            (Self::Lock, Failure::Io) => ffi::SQLITE_IOERR_LOCK,
            (Self::CheckReservedLock, Failure::Io) => ffi::SQLITE_IOERR_CHECKRESERVEDLOCK,
            (Self::ShmMap, Failure::Io) => ffi::SQLITE_IOERR_SHMMAP,
            (Self::ShmMap, Failure::Full) => ffi::SQLITE_IOERR_SHMSIZE,
            (Self::ShmLock, Failure::Io) => ffi::SQLITE_IOERR_SHMLOCK,
            (Self::Lock | Self::ShmLock, Failure::Busy) => ffi::SQLITE_BUSY,
            _ => return None,
        })
    }
}

/// How a call fails.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Failure {
    /// An I/O error. Of a write any part may have come to pass; of a sync too, and what it did not
    /// make durable no later sync will.
    Io,
    /// No room left. Of a write any part may have come to pass.
    Full,
    /// A read gives only the first half, and zeros, though there is more. Of a database SQLite
    /// takes that for the file's end, without a word, so its own layer never says so, nor do we.
    Short,
    /// Somebody else holds the lock.
    Busy,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Self; 4] = [Self::Io, Self::Full, Self::Short, Self::Busy];
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct Disk(Arc<Shared>);

/// A disk and the name under which SQLite knows it.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    registered: OnceLock<vfs::Registration>,
}

impl Disk {
    /// An empty disk. The seed chooses what of failing writes and syncs comes to pass.
    pub fn new(seed: u64) -> Self {
        Self::holding(Image::default(), seed)
    }

    /// A disk that holds this.
    pub fn holding(image: Image, seed: u64) -> Self {
        let state = Mutex::new(State::new(image, Chance::new(seed)));
        Self(Arc::new(Shared { state, registered: OnceLock::new() }))
    }

    /// The name of the file layer by which SQLite reaches this disk, for as long as the disk or any
    /// connection to it lives. Any path will do; all names of a disk lie in one folder.
    pub fn register(&self) -> &str {
        self.0.registered.get_or_init(|| vfs::Registration::of(&self.0)).name()
    }

    /// Cuts the power: the disk fails every call from now on, and what the choice leaves of it is
    /// on the one returned.
    #[must_use]
    pub fn power_cut(&self, choice: &mut Choice) -> Self {
        self.power_off();
        let image = self.lock().image.after_power_cut(choice);
        Self::holding(image, self.lock().chance.draw())
    }

    /// Fails every call from now on.
    pub fn power_off(&self) {
        self.lock().off = true;
    }

    /// Does so once this many more things have been done to what it holds: at once, if none.
    pub fn power_off_after(&self, effects: u64) {
        let mut state = self.lock();
        (state.effects_left, state.off) = (Some(effects), state.off || effects == 0);
    }

    /// Whether every call fails.
    pub fn is_off(&self) -> bool {
        self.lock().off
    }

    /// Calls off what was ordered by [`Disk::power_off_after`] or [`Disk::fail_nth`] and has not
    /// come to pass.
    pub fn spare(&self) {
        let mut state = self.lock();
        (state.effects_left, state.plan) = (None, None);
    }

    /// Says of every sync from now on that it is done, and does nothing: a disk that lies, or a
    /// store that does not ask.
    pub fn ignore_syncs(&self) {
        self.lock().ignores_syncs = true;
    }

    /// Fails the `n`-th of these calls from now on, `n` from 1, once. There is one such plan at a
    /// time.
    ///
    /// # Panics
    /// If the call never fails so: see [`Call::failures`].
    pub fn fail_nth(&self, call: Call, n: u64, failure: Failure) {
        assert!(call.code(failure).is_some(), "{call:?} never fails as {failure:?}");
        let mut state = self.lock();
        let at = state.counts[call as usize] + n;
        (state.plan, state.failed) = (Some(Plan { call, at, failure }), false);
    }

    /// Whether the failure that was ordered last has happened.
    pub fn has_failed(&self) -> bool {
        self.lock().failed
    }

    /// How often this was called.
    pub fn count(&self, call: Call) -> u64 {
        self.lock().counts[call as usize]
    }

    /// What the disk holds now.
    pub fn image(&self) -> Image {
        self.lock().image.clone()
    }

    /// Keeps what is done to the disk from now on for [`Disk::history`].
    pub fn remember(&self) {
        self.lock().history.get_or_insert_default();
    }

    /// What was done to the disk since [`Disk::remember`].
    pub fn history(&self) -> Vec<Effect> {
        self.lock().history.clone().unwrap_or_default()
    }

    /// The length of [`Disk::history`].
    pub fn history_len(&self) -> usize {
        self.lock().history.as_ref().map_or(0, Vec::len)
    }

    /// Writes a file's bytes over themselves and syncs them, as a program does that does not trust
    /// what the machine remembers; nothing if there is no such file.
    pub fn write_again(&self, path: &Path) -> std::io::Result<()> {
        let name = path.to_str().expect("names on this disk are text");
        let told = |code: c_int| std::io::Error::other(format!("SQLite would say {code}"));
        let mut state = self.lock();
        if state.image.find(name).is_none() {
            return Ok(());
        }
        let (file, handle) = state.open(name, false).map_err(told)?;
        let bytes = state.image.bytes(file).to_vec();
        let written = state.write(file, &bytes, 0).and_then(|()| state.sync(file, false));
        state.close(file, handle);
        written.map_err(told)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock()
    }
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

/// A call that is to fail: the `at`-th of its kind since the disk was new.
#[derive(Debug)]
struct Plan {
    call: Call,
    at: u64,
    failure: Failure,
}

/// A stretch of shared memory. Only SQLite looks into it; nothing of it survives its last user.
type Region = Arc<[AtomicU64]>;

/// Everything that changes about a disk. Its methods are the calls; errors are SQLite's codes.
#[derive(Debug)]
pub(crate) struct State {
    image: Image,
    history: Option<Vec<Effect>>,
    chance: Chance,
    counts: [u64; Call::ALL.len()],
    plan: Option<Plan>,
    failed: bool,
    off: bool,
    /// The power goes after so many more effects.
    effects_left: Option<u64>,
    ignores_syncs: bool,
    handles: u64,
    locks: Locks,
    regions: HashMap<FileId, (Vec<HandleId>, Vec<Region>)>,
}

type Answer<T> = Result<T, c_int>;

impl State {
    fn new(image: Image, chance: Chance) -> Self {
        Self {
            image,
            history: None,
            chance,
            counts: [0; _],
            plan: None,
            failed: false,
            off: false,
            effects_left: None,
            ignores_syncs: false,
            handles: 0,
            locks: Locks::default(),
            regions: HashMap::new(),
        }
    }

    fn apply(&mut self, effect: Effect) {
        self.image.apply(&effect);
        if let Some(history) = &mut self.history {
            history.push(effect);
        }
        if let Some(left) = &mut self.effects_left {
            *left = left.saturating_sub(1);
            self.off |= *left == 0;
        }
    }

    /// Counts a call. `Err`: it is the one that is to fail.
    fn meet(&mut self, call: Call) -> Result<(), Failure> {
        if self.off {
            return Err(Failure::Io);
        }
        let count = &mut self.counts[call as usize];
        *count += 1;
        match &self.plan {
            Some(plan) if plan.call == call && plan.at == *count => {
                self.failed = true;
                Err(plan.failure)
            }
            _ => Ok(()),
        }
    }

    /// The same, for calls of which nothing comes to pass when they fail.
    fn pass(&mut self, call: Call) -> Answer<()> {
        self.meet(call).map_err(|failure| code(call, failure))
    }

    pub(crate) fn open(&mut self, name: &str, create: bool) -> Answer<(FileId, HandleId)> {
        self.pass(Call::Open)?;
        let file = match self.image.find(name) {
            Some(file) => file,
            None if create => {
                let file = self.image.next_file();
                self.apply(Effect::Create(name.into()));
                file
            }
            None => return Err(ffi::SQLITE_CANTOPEN),
        };
        self.handles += 1;
        let handle = HandleId(self.handles);
        self.locks.enter(handle, file);
        Ok((file, handle))
    }

    pub(crate) fn close(&mut self, file: FileId, handle: HandleId) {
        self.locks.leave(handle);
        self.shm_unmap(file, handle);
    }

    pub(crate) fn delete(&mut self, name: &str, sync: bool) -> Answer<()> {
        self.pass(Call::Delete)?;
        if self.image.find(name).is_none() {
            return Err(ffi::SQLITE_IOERR_DELETE_NOENT);
        }
        self.apply(Effect::Remove(name.into(), sync));
        Ok(())
    }

    /// Whether there is such a file. An empty one is none, as in SQLite's own layer.
    pub(crate) fn access(&mut self, name: &str) -> Answer<bool> {
        self.pass(Call::Access)?;
        Ok(self.image.find(name).is_some_and(|file| !self.image.bytes(file).is_empty()))
    }

    /// `call` is one of the reads.
    pub(crate) fn read(
        &mut self,
        call: Call,
        file: FileId,
        into: &mut [u8],
        offset: usize,
    ) -> Answer<()> {
        into.fill(0);
        let met = self.meet(call);
        let bytes = self.image.bytes(file);
        let bytes = bytes.get(offset..).unwrap_or_default();
        let mut length = bytes.len().min(into.len());
        match met {
            Err(Failure::Short) => length = length.min(into.len() / 2),
            Err(failure) => return Err(code(call, failure)),
            Ok(()) => {}
        }
        into[..length].copy_from_slice(&bytes[..length]);
        if length < into.len() { Err(ffi::SQLITE_IOERR_SHORT_READ) } else { Ok(()) }
    }

    pub(crate) fn write(&mut self, file: FileId, bytes: &[u8], offset: usize) -> Answer<()> {
        let failed = self.meet(Call::Write);
        let mut parts = all(bytes.len());
        if failed.is_err() {
            let mut choice = Choice::seeded(self.chance.draw());
            parts = if self.off { Vec::new() } else { choice.parts(offset, bytes.len()) };
        }
        for part in parts {
            let (offset, bytes) = (offset + part.start, bytes[part].into());
            self.apply(Effect::Write { file, offset, bytes });
        }
        failed.map_err(|failure| code(Call::Write, failure))
    }

    pub(crate) fn truncate(&mut self, file: FileId, length: usize) -> Answer<()> {
        self.pass(Call::Truncate)?;
        self.apply(Effect::Truncate(file, length));
        Ok(())
    }

    pub(crate) fn sync(&mut self, file: FileId, names: bool) -> Answer<()> {
        match self.meet(Call::Sync) {
            Ok(()) if self.ignores_syncs => {}
            Ok(()) => self.apply(Effect::Sync(file, names)),
            Err(failure) => {
                let seed = self.chance.draw();
                if !self.off {
                    self.apply(Effect::SyncFailed(file, seed));
                }
                return Err(code(Call::Sync, failure));
            }
        }
        Ok(())
    }

    /// Bytes.
    pub(crate) fn file_size(&mut self, file: FileId) -> Answer<usize> {
        self.pass(Call::FileSize)?;
        Ok(self.image.bytes(file).len())
    }

    pub(crate) fn lock(&mut self, handle: HandleId, level: c_int) -> Answer<()> {
        self.pass(Call::Lock)?;
        self.locks.raise(handle, level)
    }

    pub(crate) fn unlock(&mut self, handle: HandleId, level: c_int) {
        self.locks.lower(handle, level);
    }

    pub(crate) fn check_reserved_lock(&mut self, handle: HandleId) -> Answer<bool> {
        self.pass(Call::CheckReservedLock)?;
        Ok(self.locks.reserved(handle))
    }

    /// A stretch of the file's shared memory, of so many bytes; `None` if it is not there and is
    /// not to be made.
    pub(crate) fn shm_map(
        &mut self,
        (file, handle): (FileId, HandleId),
        place: usize,
        bytes: usize,
        extend: bool,
    ) -> Answer<Option<*mut u64>> {
        self.pass(Call::ShmMap)?;
        let (users, regions) = self.regions.entry(file).or_default();
        if !users.contains(&handle) {
            users.push(handle);
        }
        while extend && regions.len() <= place {
            regions.push((0..bytes.div_ceil(8)).map(|_| AtomicU64::new(0)).collect());
        }
        Ok(regions.get(place).map(|region| region[0].as_ptr()))
    }

    pub(crate) fn shm_lock(&mut self, handle: HandleId, places: u32, flags: c_int) -> Answer<()> {
        if flags & ffi::SQLITE_SHM_UNLOCK == 0 {
            self.pass(Call::ShmLock)?;
        }
        self.locks.shared_memory(handle, places, flags)
    }

    pub(crate) fn shm_unmap(&mut self, file: FileId, handle: HandleId) {
        if let Some((users, _)) = self.regions.get_mut(&file) {
            users.retain(|user| *user != handle);
            if users.is_empty() {
                self.regions.remove(&file);
            }
        }
    }
}

fn code(call: Call, failure: Failure) -> c_int {
    call.code(failure).unwrap_or(ffi::SQLITE_IOERR)
}
