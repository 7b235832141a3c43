//! A whole server without sockets for each input: the real gateway over a real store, whose clock
//! stands still, so that an input always meets the same thing.

use crate::fixtures;
use crossconnect::app::App;
use crossconnect::clock::{Clock, draw_text, now_us};
use crossconnect::config::Config;
use crossconnect::faults::Faults;
use crossconnect::keys::Keys;
use crossconnect::nonces::Nonces;
use crossconnect::requests::Requests;
use crossconnect::worlds::{Worlds, operator};
use domain::command::Wake;
use domain::user::{Key, Proof};
use domain::{AccountId, Timestamp};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::sqlite::{Options, Point, SqliteStore};
use store::{DEFAULT_WORLD, Store as _};

/// When every input comes: most recorded requests were made within a day of this.
const WALL: &str = "2026-11-23T18:39:34Z";

/// A server's insides.
pub struct World {
    runtime: tokio::runtime::Runtime,
    config: Config,
    clock: Arc<Clock>,
    commits: Arc<AtomicUsize>,
    folder: PathBuf,
    store: Arc<SqliteStore>,
    made: usize,
    /// The keys of the recorded requests, but for those of RSA pairs.
    keys: Vec<Key>,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Runs a case on this thread's world; one that changed something is not used again.
pub fn with(case: impl FnOnce(&World)) {
    WORLD.with_borrow_mut(|slot| {
        let world = slot.take().unwrap_or_else(World::make);
        let before = world.commits();
        case(&world);
        // After a panic the world is gone, and after a change it is made anew.
        if world.commits() == before {
            *slot = Some(world);
        } else {
            *slot = Some(world.anew());
        }
    });
}

/// Memory if there is some that looks like a disk: nothing here is about syncing.
fn fresh_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let parent = match std::env::var_os("CROSSCONNECT_FUZZ_FOLDER") {
        Some(folder) => PathBuf::from(folder),
        None if memory.is_dir() => memory.into(),
        None => std::env::temp_dir(),
    };
    let folder = parent.join(format!("crossconnect-fuzz-{}", draw_text()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

fn keys() -> Vec<Key> {
    let key = |id: &str, token: Option<String>, bearer: Option<&str>| Key {
        id: id.into(),
        account: domain::sandbox::RICH,
        user: None,
        proof: Proof::Secret("testsecret".into()),
        security_token: token.map(Into::into),
        expires_at: None,
        bearer_token: bearer.map(Into::into),
        active: true,
        dialect: None,
    };
    let token = fixtures::all().into_iter().find_map(|fixture| fixture.security_token);
    let bearer = Some("testbearertoken");
    vec![key("testid", None, None), key("STS.testid", token, None), key("bearer", None, bearer)]
}

fn open(path: &Path, config: &Config, commits: &Arc<AtomicUsize>) -> Arc<SqliteStore> {
    let mut options = Options::new(now_us, Arc::new(|why: &str| panic!("{why}")));
    options.rules = config.rules();
    options.checks = true;
    let commits = Arc::clone(commits);
    options.at_point = Some(Arc::new(move |point| {
        if point == Point::Committed {
            commits.fetch_add(1, Ordering::AcqRel);
        }
    }));
    Arc::new(SqliteStore::open(path, options).expect("a store opens"))
}

impl World {
    fn make() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        // Recorded requests are of several days and years.
        let settings = [("sandbox", "true"), ("log", "off"), ("stamp_tolerance", "P36500D")];
        let config = Config::with(&settings).expect("settings");
        let clock = Arc::new(Clock::stopped(Timestamp::parse(WALL).expect("a time")));
        let (commits, folder) = (Arc::new(AtomicUsize::new(0)), fresh_folder());
        let store = open(&folder.join("0.db"), &config, &commits);
        let world = Self { runtime, config, clock, commits, folder, store, made: 0, keys: keys() };
        world.app();
        world
    }

    /// The same with a fresh store.
    fn anew(mut self) -> Self {
        self.store.close();
        let path = |number: usize| self.folder.join(format!("{number}.db"));
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path(self.made).display()));
        }
        let store = open(&path(self.made + 1), &self.config, &self.commits);
        self.store = store;
        self.made += 1;
        self.clock.set(Timestamp::parse(WALL).expect("a time"));
        self.app();
        self
    }

    /// Waits for a future. Nothing here needs more than a few seconds.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Waits until the store has done whatever it was asked before, also what nobody waits for.
    pub fn settle_down(&self, app: &App) {
        let moment = self.clock.moment();
        let nobody = operator(Wake { account: AccountId(0) }, &moment);
        let world = app.store.world(DEFAULT_WORLD).expect("it is always there");
        self.wait(app.store.settle(&world, nobody)).expect("it has nothing to do");
    }

    /// How many transactions were committed so far.
    pub fn commits(&self) -> usize {
        self.commits.load(Ordering::Acquire)
    }

    /// The store's file.
    pub fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.db", self.made))
    }

    /// The clock, which stands still.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A process that has seen no request: no nonce is used and no fault ordered.
    pub fn app(&self) -> Arc<App> {
        let tolerance_ms = self.config.stamp_tolerance.0;
        let keys = Arc::new(Keys::new(true));
        for key in &self.keys {
            keys.put_key("default", key).expect("a key");
        }
        let app = App {
            store: Arc::clone(&self.store) as Arc<dyn store::Store>,
            worlds: Worlds::new(true, None),
            keys,
            nonces: Nonces::new(tolerance_ms, true),
            clock: Arc::clone(&self.clock),
            faults: Faults::default(),
            requests: Requests::new(4, self.config.log),
            events: Arc::default(),
            config: self.config.clone(),
        };
        let moment = self.clock.moment();
        let opened = app.worlds.open("default", self.store.as_ref(), &moment);
        self.wait(opened).expect("the store answers").expect("there is room for it");
        Arc::new(app)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.store.close();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
