//! What is measured, and in which order.

use super::hello::Hello;
use super::load::{Requests, Run, drive};
use super::report::{Report, Row};
use super::server::{Folder, Server, audit, logged_stages, orders_of, profile};
use super::sign::{Desk, Scheme, greetings, shuffled};
use super::stream::Target;
use super::verify::costs;
use super::{Options, Part, Pick, proc};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The sandbox's account with money, and its key.
pub(super) const ACCOUNT: (u64, &str) = (1_000_000_000_000_001, "sandbox");

/// The account whose circuits and orders lie beside.
pub(super) const OTHER: (u64, &str) = (3_000_000_000_000_003, "bench-other");

/// More than a circuit's occupation costs for a month.
const PRICE: usize = 100;

/// The most circuits that the control API gives in one call.
const GIVEN_MAX: usize = 100_000;

/// After so many orders memory is looked at; so many circuits are given at once for them.
const ORDERS_KEPT: usize = 100_000;
const GIVEN_AT_ONCE: usize = 1_000;

/// How often a start is measured.
const STARTS: usize = 9;

/// How often orders alone and orders beside others take turns.
const TURNS: usize = 2;

/// How clients speak with the server.
#[derive(Clone, Copy, PartialEq)]
enum Over {
    Plain,
    Tls,
}

impl Over {
    /// What it adds to the name of a measure.
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Tls => " tls",
        }
    }

    fn target(self, server: &Server) -> Result<Target, String> {
        match self {
            Self::Plain => Ok(server.address.into()),
            Self::Tls => server.over_tls(),
        }
    }
}

/// Which orders are created, how, and by how many at a time.
struct Orders {
    measure: String,
    scheme: Scheme,
    pick: Pick,
    connections: usize,
    over: Over,
}

/// A benchmark under way.
pub struct Bench<'o> {
    pub(super) options: &'o Options,
    pub(super) folder: Folder,
    hello: Hello,
    greetings: Requests,
    pub(super) report: Report,
}

impl<'o> Bench<'o> {
    /// Makes ready.
    pub fn start(options: &'o Options) -> Result<Self, String> {
        let folder = Folder::make()?;
        let hello = Hello::start()?;
        let greetings = greetings(hello.address);
        let place = vec![
            ("processors", format!("{} x {}", proc::processors(), proc::processor_name())),
            ("server", format!("{} serve --sandbox, all defaults", options.binary().display())),
            ("stores", folder.text()),
            ("log", "text, one line a request, to a file beside the store".into()),
            ("generator", "one thread on the same processors; a closed loop".into()),
        ];
        let report = Report { place, ..Report::default() };
        Ok(Self { options, folder, hello, greetings, report })
    }

    /// Everything that was asked for.
    pub fn all(&mut self) -> Result<(), String> {
        let options = self.options;
        if options.wants(Part::Hello) {
            for connections in &options.connections {
                let run = self.greet(*connections, options.seconds)?;
                self.report.row(row("hello", *connections, run, None));
            }
        }
        if options.wants(Part::Start) {
            self.start_up()?;
        }
        if options.wants(Part::Signature) {
            for cost in costs()? {
                let super::verify::Cost { scheme, parse_us, verify_us } = cost;
                self.report.fact(format!("parsing, {scheme}"), parse_us, "us");
                self.report.fact(format!("signature check, {scheme}"), verify_us, "us");
            }
        }
        if options.wants(Part::Memory) {
            self.memory()?;
        }
        if options.wants(Part::Describe) {
            self.describe(64, Over::Plain)?;
        }
        if options.wants(Part::Create) {
            for scheme in &options.scheme {
                for pick in &options.pick {
                    for connections in &options.connections {
                        self.create(*scheme, *pick, *connections, Over::Plain)?;
                    }
                }
            }
        }
        if options.wants(Part::Tls) {
            self.describe(64, Over::Tls)?;
            self.create(Scheme::Rpc, Pick::Local, 64, Over::Tls)?;
        }
        if options.wants(Part::Renew) {
            self.renew()?;
        }
        if options.wants(Part::Filters) {
            self.filters()?;
        }
        if options.wants(Part::Beside) {
            self.beside(options.beside())?;
        }
        Ok(())
    }

    /// What was measured.
    pub fn finish(self) -> Report {
        self.report
    }

    fn greet(&self, connections: usize, seconds: f64) -> Result<Run, String> {
        let duration = Duration::from_secs_f64(seconds);
        let usage = || self.hello.usage();
        good(drive(self.hello.address, connections, duration, &self.greetings, usage)?)
    }

    pub(super) fn serve(&self, store: &Path) -> Result<Server, String> {
        self.serve_over(Over::Plain, store)
    }

    fn serve_over(&self, over: Over, store: &Path) -> Result<Server, String> {
        let settings: &[_] = if over == Over::Tls { &[("TLS", "self")] } else { &[] };
        Server::start_with(&self.options.binary(), store, settings)
    }

    /// How many requests are made for a measurement: what is left over costs only time, but each
    /// order needs a circuit. When they run out, the measurement ends early.
    fn enough(&self, connections: usize, share: f64) -> Result<usize, String> {
        let rate = self.greet(connections, 0.5)?.rate();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Below 2^53.
        Ok((rate * share * self.options.seconds) as usize + 1000)
    }

    /// Hello-world, the load, and hello-world again.
    fn against_hello(
        &self,
        server: &Server,
        over: Over,
        measure: &str,
        connections: usize,
        requests: &Requests,
    ) -> Result<(Run, [f64; 2]), String> {
        // What was written to make ready is not to be written meanwhile.
        let _ = std::process::Command::new("sync").status();
        proc::wait_until_quiet(Duration::from_secs(self.options.patience));
        let seconds = self.options.seconds;
        let before = self.greet(connections, seconds / 2.0)?.rate();
        let duration = Duration::from_secs_f64(seconds);
        let profiled = self.options.profile.as_ref().map(|folder| {
            let name = format!("{}-{connections}.perf", measure.replace(' ', "-"));
            profile(server.id(), &folder.join(name), seconds)
        });
        let profiled = profiled.transpose()?;
        let target = over.target(server)?;
        let run = drive(target, connections, duration, requests, || server.usage())?;
        let mut run = good(run)?;
        run.stages = server.stages()?;
        if let Some(profiled) = profiled {
            profiled.wait();
        }
        let after = self.greet(connections, seconds / 2.0)?.rate();
        Ok((run, [before, after]))
    }

    fn describe(&mut self, connections: usize, over: Over) -> Result<(), String> {
        let server = self.serve_over(over, &self.folder.store()?)?;
        let circuits = give(&server, ACCOUNT.0, 10_000)?;
        let mixed = shuffled(&circuits);
        let enough = self.enough(connections, 1.0)?;
        let asked: Vec<&str> = mixed.iter().copied().cycle().take(enough).collect();
        let desk = Desk::open(server.address, ACCOUNT.1, Scheme::Rpc);
        let requests = desk.looks(&asked);
        desk.fresh()?;
        let measure = format!("describe rpc{}", over.name());
        let (run, hello) = self.against_hello(&server, over, &measure, connections, &requests)?;
        self.report.row(row(&measure, connections, run, Some(hello)));
        Ok(())
    }

    fn create(
        &mut self,
        scheme: Scheme,
        pick: Pick,
        connections: usize,
        over: Over,
    ) -> Result<(), String> {
        let store = self.folder.store()?;
        let measure = format!("create {} {}{}", scheme.name(), pick.name(), over.name());
        let orders = Orders { measure, scheme, pick, connections, over };
        let row = self.create_in(&store, orders, &mut Vec::new())?;
        self.report.row(row);
        remove(&store);
        Ok(())
    }

    /// Creates orders on a server of its own, ends it by SIGKILL, and looks whether its store is
    /// consistent and holds the acknowledged orders, `known` ones included, and no other.
    fn create_in(
        &mut self,
        store: &Path,
        orders: Orders,
        known: &mut Vec<u64>,
    ) -> Result<Row, String> {
        let Orders { measure, scheme, pick, connections, over } = orders;
        let server = self.serve_over(over, store)?;
        let enough = self.enough(connections, if connections < 8 { 0.4 } else { 0.6 })?;
        eprintln!("bench: {measure} c={connections}: {enough} circuits and requests");
        let circuits = give(&server, ACCOUNT.0, enough)?;
        top_up(&server, ACCOUNT.0, enough)?;
        let desk = Desk::open(server.address, ACCOUNT.1, scheme);
        let requests = match pick {
            Pick::Random => desk.orders(&shuffled(&circuits)),
            Pick::Local => desk.orders(&circuits.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        desk.fresh()?;
        let (run, hello) = self.against_hello(&server, over, &measure, connections, &requests)?;
        let resident = mib(server.resident_kib()?);
        let name = format!("resident after {} orders, {measure} c={connections}", run.done);
        self.report.fact(name, resident, "MiB");
        known.extend_from_slice(&run.orders);
        let store = server.kill();
        let check =
            format!("{}; {}", logged_stages(&store)?, self.check(&store, ACCOUNT.0, known)?);
        Ok(Row { check: Some(check), ..row(&measure, connections, run, Some(hello)) })
    }

    fn start_up(&mut self) -> Result<(), String> {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let store = self.folder.store()?;
            times.push(self.serve(&store)?.ready);
            remove(&store);
        }
        self.report.fact("ready, empty store", median_ms(times), "ms");
        let circuits = self.options.circuits;
        if circuits > 0 {
            let store = self.folder.store()?;
            let server = self.serve(&store)?;
            give(&server, ACCOUNT.0, circuits)?;
            server.stop()?;
            self.time_start(&store, &format!("ready, {circuits} circuits"))?;
            remove(&store);
        }
        Ok(())
    }

    /// The median of some starts on a store that was closed in good order.
    fn time_start(&mut self, store: &Path, measure: &str) -> Result<(), String> {
        let mut times = Vec::new();
        for _ in 0..STARTS.div_ceil(2) {
            proc::wait_until_quiet(Duration::from_secs(self.options.patience));
            let server = self.serve(store)?;
            times.push(server.ready);
            // It has written nothing.
            server.kill();
        }
        self.report.fact(measure, median_ms(times), "ms");
        Ok(())
    }

    fn memory(&mut self) -> Result<(), String> {
        let store = self.folder.store()?;
        let server = self.serve(&store)?;
        std::thread::sleep(Duration::from_secs(2));
        self.report.fact("resident idle", mib(server.resident_kib()?), "MiB");
        // A few at a time, as customers apply for them: room that one large call needed for a
        // moment would be counted as the orders'.
        let mut circuits = Vec::with_capacity(ORDERS_KEPT);
        while circuits.len() < ORDERS_KEPT {
            circuits.extend(give(&server, ACCOUNT.0, GIVEN_AT_ONCE)?);
        }
        top_up(&server, ACCOUNT.0, ORDERS_KEPT)?;
        let circuits: Vec<&str> = circuits.iter().map(String::as_str).collect();
        let requests = Desk::open(server.address, ACCOUNT.1, Scheme::Rpc).orders(&circuits);
        let patience = Duration::from_mins(5);
        good(drive(server.address, 64, patience, &requests, || server.usage())?)?;
        let name = format!("resident after {ORDERS_KEPT} orders, one a circuit");
        self.report.fact(name, mib(server.resident_kib()?), "MiB");
        server.kill();
        remove(&store);
        Ok(())
    }

    /// The same orders alone and beside many circuits and orders of another account.
    fn beside(&mut self, many: usize) -> Result<(), String> {
        let store = self.folder.store()?;
        self.load_others(&store, many)?;
        let (mut ratios, mut known) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            let fresh = self.folder.store()?;
            let orders = |measure: &str| Orders {
                measure: measure.into(),
                scheme: Scheme::Rpc,
                pick: Pick::Local,
                connections: 64,
                over: Over::Plain,
            };
            let alone = self.create_in(&fresh, orders("alone rpc"), &mut Vec::new())?;
            remove(&fresh);
            let beside = self.create_in(&store, orders("beside rpc"), &mut known)?;
            ratios.extend(beside.ratio().zip(alone.ratio()).map(|(beside, alone)| beside / alone));
            self.report.row(alone);
            self.report.row(beside);
        }
        #[allow(clippy::cast_precision_loss)] // Few.
        let mean = ratios.iter().sum::<f64>() / ratios.len().max(1) as f64;
        self.report.fact("slower beside others", (1.0 - mean) * 100.0, "%");
        remove(&store);
        Ok(())
    }

    /// Gives another account circuits and places an order for each, through the API, and measures
    /// starts on the way.
    fn load_others(&mut self, store: &PathBuf, many: usize) -> Result<(), String> {
        let server = self.serve(store)?;
        open_other(&server)?;
        top_up(&server, OTHER.0, many)?;
        eprintln!("bench: {many} circuits of another account");
        let circuits = give(&server, OTHER.0, many)?;
        self.report.fact(format!("resident, {many} circuits"), mib(server.resident_kib()?), "MiB");
        server.stop()?;
        self.time_start(store, &format!("ready, {many} circuits"))?;
        let server = self.serve(store)?;
        let mut orders = Vec::new();
        for some in circuits.chunks(GIVEN_MAX) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            let requests = Desk::open(server.address, OTHER.1, Scheme::Rpc).orders(&some);
            let patience = Duration::from_mins(5);
            let run = drive(server.address, 256, patience, &requests, || server.usage())?;
            orders.extend(good(run)?.orders);
            eprintln!("bench: {} of {many} orders of another account", orders.len());
        }
        let measure = format!("resident, {many} circuits and orders");
        self.report.fact(measure, mib(server.resident_kib()?), "MiB");
        server.stop()?;
        self.check(store, OTHER.0, &mut orders)?;
        self.time_start(store, &format!("ready, {many} circuits and orders"))?;
        let measure = format!("store, {many} circuits and orders");
        let bytes = std::fs::metadata(store).map_err(|error| error.to_string())?.len();
        self.report.fact(measure, mib(bytes / 1024), "MiB");
        Ok(())
    }

    /// Audits a store whose server is gone, and compares its paid orders with those acknowledged.
    fn check(
        &self,
        store: &Path,
        account: u64,
        acknowledged: &mut [u64],
    ) -> Result<String, String> {
        let audited = audit(&self.options.binary(), store)?;
        acknowledged.sort_unstable();
        let kept = orders_of(store, account)?;
        if kept != acknowledged {
            let (kept, acknowledged) = (kept.len(), acknowledged.len());
            return Err(format!("{acknowledged} orders were acknowledged, the store holds {kept}"));
        }
        eprintln!("bench: audit: {audited}; {} orders, all acknowledged", kept.len());
        Ok(format!("audit {audited}; orders kept = acknowledged = {}", kept.len()))
    }
}

/// A run without errors.
pub(super) fn good(run: Run) -> Result<Run, String> {
    if run.errors == 0 && run.done > 0 {
        return Ok(run);
    }
    let first = run.first_error.unwrap_or_default();
    Err(format!("{} of {} answers were wrong, the first: {first}", run.errors, run.done))
}

/// Circuits that wait to be ordered.
pub fn give(server: &Server, account: u64, count: usize) -> Result<Vec<String>, String> {
    let mut circuits = Vec::with_capacity(count);
    while circuits.len() < count {
        let some = (count - circuits.len()).min(GIVEN_MAX);
        let order = json!({"account": account.to_string(), "region": "cn-hangzhou",
            "status": "Confirmed", "port_type": "1000Base-LX", "count": some});
        let given = server.control("circuits", &order)?;
        let ids = given["ids"].as_array().into_iter().flatten();
        let before = circuits.len();
        circuits.extend(ids.filter_map(|id| id.as_str().map(String::from)));
        if circuits.len() != before + some {
            return Err(format!("asked for {some} circuits, got {}", circuits.len() - before));
        }
    }
    Ok(circuits)
}

/// The other account and its key.
pub(super) fn open_other(server: &Server) -> Result<(), String> {
    let account = OTHER.0.to_string();
    server.control("accounts", &json!({"account": account, "currency": "USD"}))?;
    let key = json!({"account": account, "access_key_id": OTHER.1, "secret": "sandbox-secret"});
    server.control("keys", &key).map(drop)
}

/// Money for so many orders.
pub fn top_up(server: &Server, account: u64, orders: usize) -> Result<(), String> {
    let amount = json!({"amount": format!("{}.00", orders * PRICE)});
    server.control(&format!("accounts/{account}/credit"), &amount).map(drop)
}

pub(super) fn row(measure: &str, connections: usize, run: Run, hello: Option<[f64; 2]>) -> Row {
    Row { measure: measure.into(), connections, run, hello, check: None }
}

/// Removes a store's folder. What stays goes with the folder of all.
pub(super) fn remove(store: &Path) {
    if let Some(folder) = store.parent() {
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

#[allow(clippy::cast_precision_loss)] // Below 2^53.
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
