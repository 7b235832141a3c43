//! The real server without its sockets: gateway, control API and store, on a clock that stands
//! still and with chance that follows from a seed. Futures are polled by hand, so nothing happens
//! but what the simulation says, and in the order in which it says so.

use crate::call::{Call, HOST};
use crate::disk;
use crate::model::ControlOrder;
use crate::model::calendar::Ms;
use crate::model::state::Settings;
use crate::store::{Crashed, Hand, SimStore};
use axum::body::Body;
use crossconnect::app::App;
use crossconnect::clock::Clock;
use crossconnect::config::Config;
use crossconnect::faults::Faults;
use crossconnect::keys::Keys;
use crossconnect::nonces::Nonces;
use crossconnect::requests::Requests;
use crossconnect::worlds::Worlds;
use diskfault::Disk;
use domain::Timestamp;
use parking_lot::Mutex;
use serde_json::Value;
use std::cell::OnceCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use store::sqlite::{Options, Point};
use tower::ServiceExt as _;
use wire::{Format, Raw};

/// What came back from a call or a control call; `None` of a reply: the connection was cut.
#[derive(Clone, Debug)]
pub struct Back {
    /// HTTP status.
    pub status: u16,
    /// Whether the body is JSON.
    pub is_json: bool,
    /// The body.
    pub body: String,
    /// The request's id; empty for control calls.
    pub request: String,
    /// The first call's id, of a replay.
    pub replay_of: Option<String>,
}

/// Something on its way.
pub type Flight = Pin<Box<dyn Future<Output = Option<Back>>>>;

/// Where the process dies: once so many points of commits have been passed.
#[derive(Clone, Default)]
pub struct DeathAt(Arc<Mutex<Option<u32>>>, Arc<Mutex<Option<Point>>>);

impl DeathAt {
    /// The process dies at the point after so many others.
    pub fn set(&self, points: u32) {
        *self.0.lock() = Some(points);
        *self.1.lock() = None;
    }

    /// It does not die any more, whatever it passes.
    pub fn clear(&self) {
        *self.0.lock() = None;
    }

    /// Where it died.
    pub fn died_at(&self) -> Option<Point> {
        *self.1.lock()
    }

    fn pass(&self, point: Point) {
        let mut left = self.0.lock();
        match *left {
            None => {}
            Some(0) => {
                *left = None;
                *self.1.lock() = Some(point);
                drop(left);
                // Not a panic that anybody is told of: the process is gone.
                std::panic::resume_unwind(Box::new(Crashed));
            }
            Some(points) => *left = Some(points - 1),
        }
    }
}

/// A server.
pub struct Rig {
    /// What its store lies on.
    pub disk: Disk,
    /// The process.
    pub app: Arc<App>,
    /// Its store.
    pub store: Arc<SimStore>,
    /// Where it dies.
    pub death: DeathAt,
    /// Built when the first control call comes: most of the time that a start takes.
    router: OnceCell<axum::Router>,
}

fn config(settings: &Settings) -> Result<Config, String> {
    let delay = format!("PT{}S", settings.enable_delay_ms / 1000);
    let per_point = settings.per_point.map_or_else(String::new, |most| most.to_string());
    let edition = crate::model::atlas::EDITIONS[settings.edition];
    Config::with(&[
        ("sandbox", "true"),
        ("log", "off"),
        ("edition", edition),
        ("carrier", if settings.carrier_auto { "auto" } else { "manual" }),
        ("insufficient_balance", if settings.shortfall_is_error { "error" } else { "cancel" }),
        ("enable_delay", &delay),
        ("access_point_circuits_max", &per_point),
        ("access_points", &crate::model::offers::text(&settings.offers)),
        ("requests_kept", "8"),
    ])
}

impl Rig {
    /// Opens the store of a disk and puts a server on it, as at a process's start.
    pub fn open(
        disk: &Disk,
        clock: Arc<Clock>,
        settings: &Settings,
        meddler: Option<Hand>,
    ) -> Result<Self, String> {
        let config = config(settings)?;
        let death = DeathAt::default();
        let dying = death.clone();
        let failing = disk.clone();
        let on_fatal = Arc::new(move |why: &str| {
            assert!(failing.is_off() || failing.has_failed(), "the process was to end: {why}");
            // Nothing that it still does to the disk counts.
            failing.power_off();
            std::panic::resume_unwind(Box::new(Crashed));
        });
        // Real time has no place here, not even in how long something took.
        let mut options = Options::new(|| 0, on_fatal);
        let keys = Arc::new(Keys::new(true));
        options.rules = config.rules();
        options.checks = true;
        options.listener = Some(Arc::clone(&keys) as Arc<dyn store::Listener>);
        options.busy_timeout_ms = 0;
        // Whoever has more due than his share of a commit comes after the others, and the model
        // takes them as they came.
        options.due_max = usize::MAX;
        options.log_pages = settings.log_pages;
        options.at_point = Some(Arc::new(move |point| dying.pass(point)));
        let store = SimStore::open(disk, options, meddler);
        let store = Arc::new(store.map_err(|error| error.to_string())?);
        let app = Arc::new(App {
            worlds: Worlds::new(true, None),
            keys,
            nonces: Nonces::new(config.stamp_tolerance.0, config.sandbox),
            faults: Faults::default(),
            requests: Requests::new(config.requests_kept, config.log),
            events: Arc::default(),
            store: Arc::clone(&store) as Arc<dyn store::Store>,
            clock,
            config,
        });
        let router = OnceCell::new();
        let rig = Self { disk: disk.clone(), app, store, death, router };
        rig.remember()?;
        Ok(rig)
    }

    fn remember(&self) -> Result<(), String> {
        let app = Arc::clone(&self.app);
        let mut future = Box::pin(async move { crossconnect::server::remember(&app).await });
        loop {
            if let Poll::Ready(done) = poll_once(future.as_mut()) {
                return done;
            }
            let _ = self.store.settle_batch(usize::MAX);
        }
    }

    /// Holds the file as another process would, for as long as the connection lives.
    pub fn block(&self) -> Result<rusqlite::Connection, String> {
        let told = |error: rusqlite::Error| error.to_string();
        let other = disk::connect(&self.disk).map_err(told)?;
        other.execute_batch("BEGIN IMMEDIATE").map_err(told)?;
        Ok(other)
    }

    /// Sets the wall's time.
    pub fn set_wall(&self, wall: Ms) {
        self.app.clock.set(Timestamp::from_ms(wall));
    }

    /// A call on its way: nothing has happened yet.
    pub fn send(&self, call: &Call) -> Flight {
        let app = Arc::clone(&self.app);
        let signed = call.sign();
        Box::pin(async move {
            let mut headers = http::HeaderMap::new();
            for (name, value) in &signed.headers {
                let name: http::HeaderName = name.parse().expect("a header name");
                headers.append(name, value.parse().expect("a header value"));
            }
            headers.entry("host").or_insert(http::HeaderValue::from_static(HOST));
            let (path, query) = signed.target.split_once('?').unwrap_or((&signed.target, ""));
            let (method, body) = (signed.method.as_str(), signed.body.as_slice());
            let raw = Raw { method, path, query, headers: &headers, body };
            let reply = app.gateway().answer(raw).await.ok()?;
            Some(Back {
                status: reply.status,
                is_json: reply.format == Format::Json,
                body: String::from_utf8(reply.body).expect("answers are UTF-8"),
                request: reply.request.to_string(),
                replay_of: reply.replay_of.map(|id| id.to_string()),
            })
        })
    }

    /// A control call on its way.
    pub fn order(&self, world: &str, order: &ControlOrder) -> Flight {
        let (method, path, body) = order.request();
        self.control(world, method, &path, &body)
    }

    /// Any control call on its way.
    pub fn control(&self, world: &str, method: &str, path: &str, body: &Value) -> Flight {
        let prefix = match world {
            "default" => String::new(),
            name => format!("/worlds/{name}"),
        };
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("/control/v1{prefix}{path}"))
            .header(http::header::HOST, HOST)
            .extension(SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000)))
            .body(Body::from(text))
            .expect("a request");
        let router = || crossconnect::control::router(Arc::clone(&self.app));
        let router = self.router.get_or_init(router).clone();
        Box::pin(async move {
            let answer = router.oneshot(request).await.expect("a router answers");
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
            let body = body.expect("a body in memory");
            let body = String::from_utf8(body.to_vec()).expect("UTF-8");
            Some(Back { status, is_json: true, body, request: String::new(), replay_of: None })
        })
    }

    /// Runs something to its end, settling whatever it needs.
    pub fn run(&self, mut flight: Flight) -> Option<Back> {
        loop {
            if let Poll::Ready(back) = poll_once(flight.as_mut()) {
                return back;
            }
            let _ = self.store.settle_batch(usize::MAX);
        }
    }
}

/// Looks once whether something is done.
pub fn poll_once<T>(future: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    let mut context = Context::from_waker(Waker::noop());
    future.poll(&mut context)
}
