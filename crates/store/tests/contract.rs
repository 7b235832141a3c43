//! The store in one SQLite file keeps what any store promises.

use domain::Rules;
use domain::audit::Books;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::Store;
use store::contract::Bench;
use store::sqlite::{Options, SqliteStore, read_books};

store::contract!(open);

/// A store in a folder of its own, which goes with it.
struct Ours {
    folder: PathBuf,
    rules: Rules,
    store: Option<SqliteStore>,
}

fn open(rules: Rules) -> Box<dyn Bench> {
    static OPENED: AtomicU32 = AtomicU32::new(0);
    let number = OPENED.fetch_add(1, Ordering::Relaxed);
    let name = format!("crossconnect-contract-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let mut ours = Ours { folder, rules, store: None };
    ours.open_again();
    Box::new(ours)
}

impl Ours {
    fn path(&self) -> PathBuf {
        self.folder.join("crossconnect.db")
    }

    fn sqlite(&self) -> &SqliteStore {
        self.store.as_ref().expect("it is open")
    }
}

impl Bench for Ours {
    fn store(&self) -> &dyn Store {
        self.sqlite()
    }

    fn hold(&self, ask: &mut dyn FnMut(&dyn Store)) {
        let _held = self.sqlite().hold();
        ask(self.sqlite());
    }

    fn books(&self) -> Vec<(String, Books)> {
        read_books(&self.path()).expect("books")
    }

    fn open_again(&mut self) {
        // The file is for one at a time.
        drop(self.store.take());
        let fatal = Arc::new(|why: &str| panic!("{why}"));
        let options = Options { rules: self.rules, checks: true, ..Options::new(|| 0, fatal) };
        self.store = Some(SqliteStore::open(&self.path(), options).expect("a store"));
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        drop(self.store.take());
        // A test that failed may have left it as it is.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
