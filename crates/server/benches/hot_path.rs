//! Instructions on the hot path, counted by callgrind: the same on a quiet and on a busy machine.
//!
//! Needs valgrind and `cargo install gungraun-runner --version 0.20.0`, and symbols:
//! `CARGO_PROFILE_BENCH_DEBUG=true CARGO_PROFILE_BENCH_STRIP=none cargo bench -p server`.

#![allow(missing_docs)] // The macros of gungraun make items that have none.

use crossconnect::app::App;
use crossconnect::clock::{Clock, draw_text};
use crossconnect::config::Config;
use crossconnect::gateway::Reply;
use crossconnect::keys::SANDBOX_SECRET;
use crossconnect::server::{Parts, Server};
use domain::circuit::{BusinessStatus, GivenCircuit, Status};
use domain::command::{Fill, GiveCircuits, PlaceOccupancyOrder, Shortfall};
use domain::order::Charge;
use domain::price::{Cycle, Term};
use domain::receipt::Origin;
use domain::{
    CircuitId, Command, Numbers, Overlay, Proposal, RequestId, Rules, State, Timestamp, Verdict,
    sandbox, settle_at_once,
};
use gungraun::{library_benchmark, library_benchmark_group, main};
use http::HeaderMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use store::WorldId;
use store::sqlite::{Options, Writer, open_writer};
use tokio::runtime::Runtime;
use wire::client::{Place, Signed, Signer, sign_rpc};
use wire::{Credential, Limits, Raw, SecretKey};

/// What the server itself runs on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A request as the listener hands it over.
struct Arrived {
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Arrived {
    fn new(signed: Signed) -> Self {
        let query = signed.target.strip_prefix("/?").unwrap_or_default().to_owned();
        let mut headers = HeaderMap::new();
        for (name, value) in &signed.headers {
            let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            headers.insert(name, value.parse().expect("a header's value"));
        }
        headers.insert(http::header::HOST, "127.0.0.1:8616".parse().expect("a host"));
        Self { query, headers, body: signed.body }
    }

    fn raw(&self) -> Raw<'_> {
        let Self { query, headers, body } = self;
        Raw { method: "POST", path: "/", query, headers, body }
    }
}

fn sign(action: &str, parameters: &[(&str, &str)], nonce: &str, stamp: &str) -> Arrived {
    let signer = Signer { access_key_id: "sandbox".into(), secret: SANDBOX_SECRET.into() };
    let common = [("Action", action), ("Version", "2016-04-28"), ("Format", "JSON")];
    let all = [&common, parameters].concat();
    Arrived::new(sign_rpc(&signer, "POST", &all, Place::Form, nonce, stamp))
}

fn an_order() -> (Arrived, Credential) {
    let parameters = [
        ("RegionId", "cn-hangzhou"),
        ("PhysicalConnectionId", "pc-sandboxconfirmed"),
        ("InstanceChargeType", "PrePaid"),
        ("PricingCycle", "Month"),
        ("Period", "1"),
        ("AutoPay", "true"),
        ("ClientToken", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
    ];
    let (nonce, stamp) = ("15215528852396-83d3-44af-a94f-4e0ad82f", "2026-11-22T08:00:00Z");
    let arrived = sign("CreatePhysicalConnectionOccupancyOrder", &parameters, nonce, stamp);
    (arrived, Credential::Secret(SecretKey::new(SANDBOX_SECRET)))
}

// From the bytes of an order to who sent it.
#[library_benchmark]
#[bench::order(an_order())]
fn parse_and_verify((arrived, credential): (Arrived, Credential)) -> (Arrived, Credential) {
    let raw = arrived.raw();
    let call = wire::parse(&raw, &Limits::default()).expect("it is well formed");
    black_box(wire::verify(&call, &credential)).expect("it is signed well");
    drop(call);
    (arrived, credential)
}

/// A sandbox that has answered once.
struct Sandbox {
    runtime: Runtime,
    app: Arc<App>,
    folder: PathBuf,
    arrived: Arrived,
}

impl Sandbox {
    fn answer(&self) -> Reply {
        self.runtime.block_on(self.app.gateway().answer(self.arrived.raw())).expect("an answer")
    }
}

fn describe(app: &App) -> Arrived {
    let stamp = app.clock.wall().to_string();
    let stamp = format!("{}Z", stamp.get(..19).expect("a time has 19 characters"));
    let parameters = [
        ("RegionId", "cn-hangzhou"),
        ("Filter.1.Key", "PhysicalConnectionId"),
        ("Filter.1.Value.1", "pc-sandboxconfirmed"),
    ];
    sign("DescribePhysicalConnections", &parameters, &draw_text(), &stamp)
}

fn a_sandbox() -> Sandbox {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let folder = std::env::temp_dir().join(format!("crossconnect-bench-{}", draw_text()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let store = format!("sqlite:{}", folder.join("store.db").display());
    let settings = [("listen", "127.0.0.1:0"), ("store", store.as_str()), ("sandbox", "true")];
    let config = Config::with(&settings).expect("settings");
    // Chance decides which requests have their stages timed: always the same ones here.
    let parts = Parts { clock: Some(Arc::new(Clock::seeded(START, 1))), ..Parts::default() };
    let server = runtime.block_on(Server::start(config, parts)).expect("a server");
    let app = Arc::clone(&server.app);
    let arrived = describe(&app);
    let mut sandbox = Sandbox { runtime, app, folder, arrived };
    // The first answer makes what all others use.
    assert_eq!(sandbox.answer().status, 200);
    sandbox.arrived = describe(&sandbox.app);
    sandbox
}

fn end((sandbox, reply): (Sandbox, Reply)) {
    assert_eq!(reply.status, 200);
    sandbox.app.store.close();
    sandbox.app.requests.close();
    // What stays in a temporary folder is in nobody's way.
    let _ = std::fs::remove_dir_all(&sandbox.folder);
}

// The whole path of a look at a circuit, log line, ring and metrics included; no HTTP.
#[library_benchmark]
#[bench::by_id(args = (a_sandbox()), teardown = end)]
fn answer_describe(sandbox: Sandbox) -> (Sandbox, Reply) {
    let reply = black_box(sandbox.answer());
    (sandbox, reply)
}

const START: Timestamp = Timestamp::from_ms(1_795_334_400_000);

fn order_of(circuit: CircuitId, nth: u64) -> Proposal {
    let command = PlaceOccupancyOrder {
        circuit,
        charge: Charge::PrePaid(Term { count: 1, cycle: Cycle::Month }),
        pay_now: true,
        auto_renew: false,
        kept: domain::Kept::Since2024,
        auto_renew_months: 1,
        shortfall: Shortfall::Cancel,
    };
    let mark = u128::from(nth);
    let origin = Origin {
        account: sandbox::RICH,
        region: sandbox::region(),
        token: Some(format!("3ee8c1b8-83d3-44af-a94f-{nth:012}").into()),
        request: RequestId(mark),
        nonce_mark: mark,
        received_at: START,
    };
    Proposal { wall: START, seed: 3, origin: Some(origin), command: command.into() }
}

/// What the operator asks.
fn operator(command: impl Into<Command>) -> Proposal {
    Proposal { wall: START, seed: 3, origin: None, command: command.into() }
}

const NUMBERS: Numbers = Numbers { next_order: 200_000_000_000_001 };

/// A sandbox in memory.
fn a_state() -> State {
    // Made once in a process, whichever order comes first.
    domain::price::PriceList::builtin();
    let mut state = State::new(Rules::default());
    let mut overlay = Overlay::over(&state, 1);
    let fill = operator(Fill { start: START, wall: START });
    settle_at_once(&mut overlay, &fill, &mut { NUMBERS }, false);
    let delta = overlay.into_delta();
    state.merge(delta);
    state
}

fn a_world() -> (State, Proposal) {
    let circuit = CircuitId::new("pc-sandboxconfirmed").expect("a well-formed id");
    (a_state(), order_of(circuit, 0))
}

// The business of an order: decided over a state, written to an overlay, merged.
#[library_benchmark]
#[bench::order(a_world())]
fn decide_and_apply((mut state, proposal): (State, Proposal)) -> State {
    let mut overlay = Overlay::over(&state, 1);
    let verdict = settle_at_once(&mut overlay, &proposal, &mut { NUMBERS }, false);
    assert!(matches!(black_box(verdict), Verdict::Accepted(_)), "there is money");
    let delta = overlay.into_delta();
    state.merge(delta);
    state
}

/// How many orders make the batch.
const BATCH_LEN: u64 = 64;

/// A store with a batch of orders before it, one of each of which it has taken already.
struct Waiting {
    folder: PathBuf,
    writer: Writer,
    batch: Vec<Proposal>,
}

fn a_batch() -> Waiting {
    let folder = std::env::temp_dir().join(format!("crossconnect-bench-{}", draw_text()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let options = Options::new(|| 0, Arc::new(|why| panic!("{why}")));
    let (writer, _) = open_writer(&folder.join("store.db"), options).expect("a store");
    let world = a_state();
    let like = world.circuits().next().expect("a sandbox has circuits");
    let given = GivenCircuit {
        account: sandbox::RICH,
        region: sandbox::region(),
        particulars: like.particulars.clone(),
        status: Status::Confirmed,
        loa: None,
        business: BusinessStatus::Normal,
    };
    let ids: Vec<_> = (0..2 * u32::try_from(BATCH_LEN).expect("small"))
        .map(|nth| CircuitId::mint(7, nth))
        .collect();
    let orders = ids.iter().zip(0..).map(|(id, nth)| order_of(*id, nth));
    let mut orders: Vec<_> = orders.collect();
    let batch = orders.split_off(orders.len() / 2);
    let mut waiting = Waiting { folder, writer, batch };
    let given = Box::new(given);
    let fill = operator(Fill { start: START, wall: START });
    waiting.settle(&[fill, operator(GiveCircuits { given, ids })]);
    // The first batch prepares the statements that all others use.
    waiting.settle(&orders);
    waiting
}

impl Waiting {
    fn settle(&mut self, batch: &[Proposal]) {
        let batch: Vec<_> = batch.iter().map(|one| (WorldId(0), one)).collect();
        for settled in self.writer.settle_batch(&batch) {
            let verdict = settled.expect("the disk is there").verdict;
            assert!(matches!(verdict, Verdict::Accepted(_)), "{verdict:?}");
        }
    }
}

fn let_go(waiting: Waiting) {
    let Waiting { folder, writer, .. } = waiting;
    drop(writer);
    // What stays in a temporary folder is in nobody's way.
    let _ = std::fs::remove_dir_all(folder);
}

// What the writer does with a batch of orders: decided, written, committed, merged.
#[library_benchmark]
#[bench::orders(args = (a_batch()), teardown = let_go)]
fn settle_batch(mut waiting: Waiting) -> Waiting {
    let batch = std::mem::take(&mut waiting.batch);
    waiting.settle(&batch);
    waiting.batch = batch;
    waiting
}

library_benchmark_group!(
    name = hot_path;
    benchmarks = parse_and_verify, answer_describe, decide_and_apply, settle_batch
);

main!(library_benchmark_groups = hot_path);
