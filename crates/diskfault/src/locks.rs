//! Who has locked what: the five levels of a file, and the eight places of a shared memory.

use crate::image::FileId;
use rusqlite::ffi;
use std::ffi::c_int;

/// An open file; no two have the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HandleId(pub(crate) u64);

#[derive(Debug)]
struct Holder {
    handle: HandleId,
    file: FileId,
    /// One of `SQLITE_LOCK_…`.
    level: c_int,
    /// A bit each place.
    shared: u32,
    exclusive: u32,
}

/// All locks of a disk, by those who hold them.
#[derive(Debug, Default)]
pub(crate) struct Locks(Vec<Holder>);

/// `Err`: somebody else has it.
pub(crate) type Locked = Result<(), c_int>;

impl Locks {
    /// Somebody who holds nothing yet.
    pub(crate) fn enter(&mut self, handle: HandleId, file: FileId) {
        let level = ffi::SQLITE_LOCK_NONE;
        self.0.push(Holder { handle, file, level, shared: 0, exclusive: 0 });
    }

    /// Drops everything that somebody holds.
    pub(crate) fn leave(&mut self, handle: HandleId) {
        self.0.retain(|holder| holder.handle != handle);
    }

    fn parted(&mut self, handle: HandleId) -> (&mut Holder, Vec<&Holder>) {
        let (mine, others): (Vec<_>, Vec<_>) =
            self.0.iter_mut().partition(|holder| holder.handle == handle);
        let mine = mine.into_iter().next().expect("whoever locks has entered");
        let others = others.into_iter().map(|other| &*other);
        let file = mine.file;
        (mine, others.filter(|other| other.file == file).collect())
    }

    /// Raises the lock of a file to a level.
    pub(crate) fn raise(&mut self, handle: HandleId, level: c_int) -> Locked {
        let (mine, others) = self.parted(handle);
        let highest = others.iter().map(|other| other.level).max();
        let highest = highest.unwrap_or(ffi::SQLITE_LOCK_NONE);
        if mine.level >= level {
            return Ok(());
        }
        let may_share = level == ffi::SQLITE_LOCK_SHARED && highest < ffi::SQLITE_LOCK_PENDING;
        let may_write = level > ffi::SQLITE_LOCK_SHARED && highest < ffi::SQLITE_LOCK_RESERVED;
        if !may_share && !may_write {
            return Err(ffi::SQLITE_BUSY);
        }
        if level == ffi::SQLITE_LOCK_EXCLUSIVE && highest > ffi::SQLITE_LOCK_NONE {
            // Whoever waits for readers to end keeps new ones out.
            mine.level = ffi::SQLITE_LOCK_PENDING;
            return Err(ffi::SQLITE_BUSY);
        }
        mine.level = level;
        Ok(())
    }

    /// Lowers the lock of a file to a level.
    pub(crate) fn lower(&mut self, handle: HandleId, level: c_int) {
        let (mine, _) = self.parted(handle);
        mine.level = mine.level.min(level);
    }

    /// Whether somebody is about to write the file.
    pub(crate) fn reserved(&mut self, handle: HandleId) -> bool {
        let (mine, others) = self.parted(handle);
        let reserves = |holder: &Holder| holder.level >= ffi::SQLITE_LOCK_RESERVED;
        reserves(mine) || others.into_iter().any(reserves)
    }

    /// Takes or lets go of places of the shared memory, as `flags` of xShmLock say.
    pub(crate) fn shared_memory(&mut self, handle: HandleId, places: u32, flags: c_int) -> Locked {
        let (mine, others) = self.parted(handle);
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            mine.shared &= !places;
            mine.exclusive &= !places;
            return Ok(());
        }
        let exclusive = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
        let taken = others
            .iter()
            .map(|other| if exclusive { other.exclusive | other.shared } else { other.exclusive });
        if taken.fold(0, |all, one| all | one) & places != 0 {
            return Err(ffi::SQLITE_BUSY);
        }
        if exclusive {
            mine.exclusive |= places;
        } else {
            mine.shared |= places;
        }
        Ok(())
    }
}
