//! Where a simulated store lies, and what a crash leaves of it. The only way to the file: a disk
//! that loses what was not synced plugs in here.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A disk with one store on it.
pub trait Disk {
    /// Where the store is now, as a plain path for readers.
    fn path(&self) -> &Path;

    /// The name of the SQLite VFS to open it through; `None` for the system's own.
    fn vfs(&self) -> Option<&str> {
        None
    }

    /// The process died just now: whatever it still does to the file must not count. `chance`
    /// decides what becomes of that which was never synced, where that is the disk's affair.
    fn crash(&mut self, chance: u64) -> std::io::Result<()>;

    /// What `Connection::open` is to be given.
    fn location(&self) -> PathBuf {
        match self.vfs() {
            None => self.path().to_owned(),
            Some(vfs) => format!("file:{}?vfs={vfs}", self.path().display()).into(),
        }
    }
}

/// A store in memory, on tmpfs where there is one. A crash keeps what the process had written
/// (the operating system lives on): the files are copied as they lie, and the copy is opened.
pub struct Tmpfs {
    folder: PathBuf,
    life: u32,
    path: PathBuf,
}

impl Tmpfs {
    /// A disk of its own.
    pub fn new() -> std::io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let shared = Path::new("/dev/shm");
        let root = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = root.join(format!("crossconnect-sim-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join("0.db");
        Ok(Self { folder, life: 0, path })
    }
}

impl Disk for Tmpfs {
    fn path(&self) -> &Path {
        &self.path
    }

    fn crash(&mut self, _: u64) -> std::io::Result<()> {
        self.life += 1;
        let next = self.folder.join(format!("{}.db", self.life));
        // The shared-memory index is left behind: it is rebuilt from the log, as after a restart.
        for ending in ["", "-wal"] {
            let beside = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
            let from = beside(&self.path);
            if from.exists() {
                std::fs::copy(from, beside(&next))?;
            }
        }
        self.path = next;
        Ok(())
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
