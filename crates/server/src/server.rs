//! Putting a server together, and taking it apart.

use crate::app::App;
use crate::clock::{Clock, Moment, now_us};
use crate::config::{Config, StoreUrl};
use crate::faults::Faults;
use crate::keys::Keys;
use crate::nonces::Nonces;
use crate::requests::Requests;
use crate::tls::Tls;
use crate::worlds::Worlds;
use crate::{control, http, metrics, wake};
use domain::{Found, Query, Timestamp};
use std::net::SocketAddr;
use std::sync::Arc;
use store::sqlite::{Options, Point, SqliteStore};
use store::{Fault, Listener, Store};
use tokio::net::TcpListener;

/// A server that is ready to serve.
pub struct Server {
    /// The process.
    pub app: Arc<App>,
    /// What it shows to clients that speak TLS; `None` where that is off.
    pub tls: Option<Arc<Tls>>,
    listener: TcpListener,
    address: SocketAddr,
}

/// Changes how a store is opened.
pub type OpenHook = dyn Fn(&mut Options) + Send + Sync;

/// Puts another store before the one that was opened.
pub type StoreHook = dyn Fn(Arc<dyn Store>) -> Arc<dyn Store> + Send + Sync;

/// How a server is put together beyond its settings: for tests.
#[derive(Clone, Default)]
pub struct Parts {
    /// Time; the real clock when absent.
    pub clock: Option<Arc<Clock>>,
    /// Called at each point of a commit.
    pub at_point: Option<Arc<dyn Fn(Point) + Send + Sync>>,
    /// Changes how the store is opened.
    pub open: Option<Arc<OpenHook>>,
    /// Puts another store before it.
    pub before: Option<Arc<StoreHook>>,
}

impl Server {
    /// Opens the store, rebuilds its worlds, fills the sandbox and takes the address.
    pub async fn start(config: Config, parts: Parts) -> Result<Self, String> {
        guard_listener(&config)?;
        metrics::start();
        let keys = Arc::new(Keys::new(config.sandbox));
        let mut store: Arc<dyn Store> = Arc::new(open_store(&config, &parts, &keys)?);
        if let Some(before) = &parts.before {
            store = before(store);
        }
        let clock = parts.clock.unwrap_or_else(|| Arc::new(Clock::real()));
        // Once the store is ours: a second server on it must leave what lies beside it alone.
        let tls = Tls::open(&config, clock.wall())?.map(Arc::new);
        let app = App {
            worlds: Worlds::new(config.sandbox, config.clock),
            keys,
            nonces: Nonces::new(config.stamp_tolerance.0, config.sandbox),
            faults: Faults::default(),
            requests: Requests::new(config.requests_kept, config.log),
            events: Arc::default(),
            store,
            clock,
            config,
        };
        remember(&app).await?;
        let listen = &app.config.listen;
        let listener =
            TcpListener::bind(listen).await.map_err(|error| format!("{listen}: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        Ok(Self { app: Arc::new(app), tls, listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is found.
    pub fn url(&self) -> String {
        format!("{}://{}", self.app.config.scheme(), self.address)
    }

    /// Serves until `stop` resolves; then everything acknowledged is on disk and files are let go.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let app = self.app;
        let control = control::router(Arc::clone(&app));
        let waking = tokio::spawn(wake::run(Arc::clone(&app)));
        http::serve(self.listener, self.tls, Arc::clone(&app), control, stop).await;
        waking.abort();
        app.store.close();
        app.requests.close();
    }
}

/// The control API on an open address needs a token.
fn guard_listener(config: &Config) -> Result<(), String> {
    let address: Option<SocketAddr> = config.listen.parse().ok();
    let loopback = match address {
        Some(address) => address.ip().is_loopback(),
        None => config.listen.starts_with("localhost:"),
    };
    if config.sandbox && !loopback && config.control_token.is_none() {
        return Err(format!(
            "a sandbox on {} lets anyone who reaches it move its clock and money: \
             listen on 127.0.0.1, or set --control-token",
            config.listen
        ));
    }
    Ok(())
}

fn open_store(config: &Config, parts: &Parts, keys: &Arc<Keys>) -> Result<SqliteStore, String> {
    let StoreUrl::Sqlite(path) = &config.store;
    let on_fatal = Arc::new(|why: &str| {
        eprintln!("crossconnect: {why}");
        std::process::exit(70);
    });
    let mut options = Options::new(now_us, on_fatal);
    options.rules = config.rules();
    options.queue_len_max = config.queue_len_max;
    options.worlds_max = config.worlds_max;
    options.nonce_life_ms = Nonces::life_ms(config.stamp_tolerance.0);
    options.listener = Some(Arc::clone(keys) as Arc<dyn Listener>);
    options.at_point.clone_from(&parts.at_point);
    options.on_progress = Arc::new(|done, total| {
        eprintln!("crossconnect: loading, {done} of {total} records");
    });
    if let Some(change) = &parts.open {
        change(&mut options);
    }
    let open = SqliteStore::open(path, options);
    open.map_err(|error| format!("{}: {error}", path.display()))
}

/// A store keeps its kind: the sandbox's fixed world and movable clock are for sandboxes alone.
async fn guard_kind(app: &App, moment: &Moment, filled: bool) -> Result<(), String> {
    let store = app.store.as_ref();
    let Some(world) = store.world(store::DEFAULT_WORLD).filter(|_| filled) else {
        return Ok(());
    };
    let query = Query::Account(domain::sandbox::RICH);
    // As of a time before everything: nothing that is due happens for the sake of the question.
    let found = store.look(&world, Timestamp::from_ms(0), query).await;
    let sandbox = matches!(found, Ok(Found::Account(Some(_))));
    if app.config.sandbox && !sandbox {
        return Err(
            "the store is filled and is no sandbox's: leave out --sandbox, or name another \
             --store"
                .into(),
        );
    }
    if !app.config.sandbox && world.time(moment.wall) != moment.wall {
        return Err(
            "the store is a sandbox's whose clock was moved: serve it with --sandbox".into()
        );
    }
    Ok(())
}

/// Takes up recent nonces that the store has kept, wakes its worlds, and fills a new sandbox.
pub async fn remember(app: &App) -> Result<(), String> {
    let told = |fault: Fault| fault.to_string();
    let moment = app.clock.moment();
    let store = app.store.as_ref();
    let filled = crate::worlds::Worlds::is_filled(store, moment.wall).await.map_err(told)?;
    guard_kind(app, &moment, filled).await?;
    if app.config.clock.is_some() {
        if !app.config.sandbox {
            eprintln!("crossconnect: only a sandbox has a virtual clock, so --clock is ignored");
        } else if filled {
            eprintln!("crossconnect: the store is filled already, so --clock is ignored");
        }
    }
    let open = async |name: &str| match app.worlds.open(name, store, &moment).await {
        Ok(opened) => opened.map_err(|full| full.to_string()),
        Err(fault) => Err(fault.to_string()),
    };
    open(store::DEFAULT_WORLD).await?;
    for world in store.worlds() {
        open(&world.name).await?;
        // What came due while nobody served happens before anybody is served.
        let at = world.time(moment.wall);
        store.look(&world, at, Query::Everybody).await.map_err(told)?;
    }
    for (mark, received_at) in store.found_nonces() {
        // Its stamp is not known any more: it is kept as long as any could be fresh.
        app.nonces.first_use(mark, None, received_at);
    }
    Ok(())
}
