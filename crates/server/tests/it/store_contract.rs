//! One behaviour: whatever is settled through the store, in batches as they fall and across
//! restarts, comes to what a model comes to that decides one proposal after the other in memory.
//!
//! The model has no overlay, no batch and no file: [`domain::decide`], then [`State::apply`]. A
//! failing run prints its seed; `CROSSCONNECT_SEED=…` plays it again.
//! Long because the model, its wishes and what it found stand together.

use crate::rig::fresh_folder;
use crossconnect::clock::Clock;
use domain::audit::{Books, audit};
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::circuit::Event;
use domain::command::{Amendment, GivenCircuit, Origin, Shortfall, WorldView};
use domain::price::{Currency, Cycle, Money, Term};
use domain::record::{BusinessStatus, Charge, CircuitWords, Particulars, Status, User};
use domain::replay::TOKEN_LIFE_MS;
use domain::{
    AccountId, Carrier, Change, CircuitId, Command, Decision, Found, Kind, OrderId, Proposal,
    Query, RequestId, Rules, State, Timestamp, View as _, decide, look, sandbox,
};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::path::Path;
use std::sync::Arc;
use store::sqlite::{Options, SqliteStore, read_books};
use store::{Store, Verdict, World};

/// 2026-11-22T08:00:00Z, where every world begins.
const START: Timestamp = Timestamp::from_ms(1_795_334_400_000);
const HOUR_MS: i64 = 3_600_000;
const WORLDS: [&str; 2] = ["default", "other"];

/// What one proposal asks for. Numbers stand for the n-th of what there is.
#[derive(Clone, Debug)]
enum Act {
    Place { circuit: u8, charge: Option<u8>, pay_now: bool, shortfall: bool },
    Cancel(u8),
    Pay(u8),
    Apply(u8),
    Confirm(u8),
    Terminate(u8),
    Delete(u8),
    Amend(u8, u8),
    Carrier(u8, u8),
    Give(u8),
    TopUp(u16),
    Prices(u8),
    OpenAccount(u8),
    PutUser(u8),
    MoveClock(i16),
    Wake,
    Reset,
}

/// One proposal: where, whose, under which token, how much later, and what.
#[derive(Clone, Debug)]
struct Wish {
    world: usize,
    rich: bool,
    elsewhere: bool,
    token: Option<u8>,
    later_ms: u32,
    seed: u16,
    act: Act,
}

/// What happens to the store: a batch, or a restart.
#[derive(Clone, Debug)]
enum Step {
    Settle(Vec<Wish>),
    Reopen,
}

fn act() -> impl Strategy<Value = Act> {
    let charge = prop::option::weighted(0.8, 1..30_u8);
    let place = (any::<u8>(), charge, any::<bool>(), any::<bool>()).prop_map(
        |(circuit, charge, pay_now, shortfall)| Act::Place { circuit, charge, pay_now, shortfall },
    );
    prop_oneof![
        12 => place,
        3 => any::<u8>().prop_map(Act::Cancel),
        3 => any::<u8>().prop_map(Act::Pay),
        3 => any::<u8>().prop_map(Act::Apply),
        4 => any::<u8>().prop_map(Act::Confirm),
        2 => any::<u8>().prop_map(Act::Terminate),
        3 => any::<u8>().prop_map(Act::Delete),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, how)| Act::Amend(circuit, how)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, event)| Act::Carrier(circuit, event)),
        3 => any::<u8>().prop_map(Act::Give),
        2 => any::<u16>().prop_map(Act::TopUp),
        1 => any::<u8>().prop_map(Act::Prices),
        1 => any::<u8>().prop_map(Act::OpenAccount),
        1 => any::<u8>().prop_map(Act::PutUser),
        3 => (-2..120_i16).prop_map(Act::MoveClock),
        1 => Just(Act::Wake),
        1 => prop::bool::weighted(0.2).prop_map(|yes| if yes { Act::Reset } else { Act::Wake }),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    let later = prop_oneof![Just(0_u32), 1..2_000_u32, 0..40_000_000_u32];
    let who = (0..WORLDS.len(), prop::bool::weighted(0.7), prop::bool::weighted(0.1));
    (who, prop::option::of(0..4_u8), later, any::<u16>(), act()).prop_map(
        |((world, rich, elsewhere), token, later_ms, seed, act)| Wish {
            world,
            rich,
            elsewhere,
            token,
            later_ms,
            seed,
            act,
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        9 => prop::collection::vec(wish(), 1..12).prop_map(Step::Settle),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..16)
}

/// A world of the model, and what its file must hold.
struct ModelWorld {
    state: State,
    latest: Timestamp,
    books: Books,
    /// Receipts made until then are forgotten. A file may keep them longer, for their nonces.
    forgotten: Timestamp,
}

struct Model {
    worlds: Vec<ModelWorld>,
    /// The store was closed and opened since it was new.
    restarted: bool,
    wall: Timestamp,
    next_order: u64,
    requests: u128,
}

impl Model {
    fn new(rules: Rules) -> Self {
        let world = |_: &&str| ModelWorld {
            state: State::new(rules),
            latest: Timestamp::default(),
            books: Books::default(),
            forgotten: Timestamp::from_ms(i64::MIN),
        };
        let worlds = WORLDS.iter().map(world).collect();
        Self { worlds, restarted: false, wall: START, next_order: 200_000_000_000_001, requests: 0 }
    }

    /// One proposal, wholly: what is due first, each at its own instant.
    fn settle(&mut self, world: usize, mut proposal: Proposal) -> Verdict {
        let world = &mut self.worlds[world];
        world.latest = world.latest.max(proposal.at);
        proposal.at = world.latest;
        while let Some((at, _)) = world.state.next_due().filter(|(at, _)| *at <= proposal.at) {
            let wake = Proposal {
                at,
                owner: AccountId(0),
                token: None,
                origin: None,
                command: Command::Wake,
                ..proposal.clone()
            };
            let Decision::Accept { changes, .. } = decide(&world.state, &wake) else {
                panic!("time is never refused")
            };
            world.apply(changes);
        }
        proposal.order = OrderId::new(self.next_order).expect("not zero");
        match decide(&world.state, &proposal) {
            Decision::Accept { changes, outcome } => {
                world.apply(changes);
                self.next_order += u64::from(world.state.order(proposal.order).is_some());
                Verdict::Accepted(outcome)
            }
            Decision::Replay { outcome, first } => Verdict::Replayed(outcome, first),
            Decision::Refuse(refusal) => Verdict::Refused(refusal),
        }
    }

    /// The proposal that a wish stands for, in the model as it is.
    fn proposal(&mut self, wish: &Wish) -> Proposal {
        self.requests += 1;
        let requests = self.requests;
        self.wall = self.wall.plus_ms(i64::from(wish.later_ms));
        let (wall, world) = (self.wall, &self.worlds[wish.world]);
        let now = wall.plus_ms(world.state.clock());
        let command = world.command(wish, wall, now);
        let at = match command {
            Command::MoveClock { to, .. } => to,
            _ => now,
        };
        let ours = command.kind() == Kind::Operator;
        let origin =
            Origin { request: RequestId(requests), nonce_mark: requests, received_at: wall };
        Proposal {
            wall,
            at,
            seed: u128::from(wish.seed % 64),
            owner: if ours { AccountId(0) } else { account(wish.rich) },
            region: region(wish.elsewhere),
            token: wish.token.filter(|_| !ours).map(|n| format!("token-{n}").into()),
            origin: (!ours).then_some(origin),
            order: OrderId::UNSET,
            command,
        }
    }
}

impl ModelWorld {
    fn apply(&mut self, changes: Vec<Change>) {
        for change in &changes {
            match change {
                Change::Clear => {
                    self.books = Books::default();
                    self.latest = Timestamp::default();
                    self.forgotten = Timestamp::from_ms(i64::MIN);
                }
                Change::Posting(posting) => self.books.postings.push(*posting),
                Change::Receipt(receipt) => self.books.receipts.push((**receipt).clone()),
                Change::ForgetReceipts(until) => self.forgotten = *until,
                Change::Prices(list) => self.books.prices.push(list.clone()),
                _ => {}
            }
        }
        self.state.apply(changes);
    }

    /// Whether this is when a receipt that is forgotten was to be: a file may keep it, and a
    /// restart brings it back for as long.
    fn was_forgotten(&self, due: Timestamp) -> bool {
        let until = |made_at: Timestamp| made_at.plus_ms(TOKEN_LIFE_MS + HOUR_MS);
        let gone = self.books.receipts.iter().filter(|r| r.made_at <= self.forgotten);
        gone.map(|receipt| until(receipt.made_at)).any(|at| at == due)
    }

    /// The n-th circuit that there is, or one that there is not.
    fn circuit(&self, nth: u8) -> CircuitId {
        let circuits: Vec<_> = self.state.circuits().collect();
        let found = circuits.get(usize::from(nth) % (circuits.len() + 1));
        found.map_or_else(|| CircuitId::new("pc-none").expect("well formed"), |circuit| circuit.id)
    }

    fn order(&self, nth: u8) -> OrderId {
        let orders: Vec<_> = self.state.orders().collect();
        orders.get(usize::from(nth) % (orders.len() + 1)).map_or(OrderId::UNSET, |order| order.id)
    }

    fn command(&self, wish: &Wish, wall: Timestamp, now: Timestamp) -> Command {
        match &wish.act {
            Act::Place { circuit, charge, pay_now, shortfall } => Command::PlaceOccupancyOrder {
                circuit: self.circuit(*circuit),
                charge: charge.map_or(Charge::PostPaid, |count| {
                    let cycle = if count % 3 == 0 { Cycle::Year } else { Cycle::Month };
                    Charge::PrePaid(Term { count: u32::from(count), cycle })
                }),
                pay_now: *pay_now,
                auto_renew: false,
                auto_renew_months: 1,
                shortfall: if *shortfall { Shortfall::Abnormal } else { Shortfall::Cancel },
            },
            Act::Cancel(nth) => Command::CancelOrder(self.order(*nth)),
            Act::Pay(nth) => Command::PayOrder(self.order(*nth)),
            Act::Apply(how) => Command::ApplyForCircuit(Box::new(self.particulars(*how))),
            Act::Confirm(nth) => Command::ConfirmCircuit(self.circuit(*nth)),
            Act::Terminate(nth) => Command::TerminateCircuit(self.circuit(*nth)),
            Act::Delete(nth) => Command::DeleteCircuit(self.circuit(*nth)),
            Act::Amend(nth, how) => {
                let amendment = Amendment {
                    name: Some(format!("name {}", how % 3).into()),
                    port_type: (how % 2 == 0).then_some(pick(PortType::ALL, *how)),
                    redundant: (how % 5 == 0).then(|| self.circuit(*how)),
                    ..Amendment::default()
                };
                Command::AmendCircuit(self.circuit(*nth), Box::new(amendment))
            }
            Act::Carrier(nth, event) => {
                let all: Vec<Event> =
                    Event::ALL.iter().filter_map(|e| Event::of_carrier(e.text())).collect();
                Command::CarrierEvent(self.circuit(*nth), pick(&all, *event))
            }
            Act::Give(how) => {
                let given = GivenCircuit {
                    account: account(wish.rich),
                    region: region(wish.elsewhere),
                    particulars: self.particulars(*how),
                    status: pick(&[Status::Confirmed, Status::Allocated, Status::Enabled], *how),
                    loa: None,
                    business: BusinessStatus::Normal,
                };
                let seed = u128::from(wish.seed % 512) + 1_000;
                let ids = (0..u32::from(how % 4)).map(|nth| CircuitId::mint(seed, nth)).collect();
                Command::GiveCircuits(Box::new(given), ids)
            }
            Act::TopUp(units) => Command::TopUp(account(wish.rich), Money(i64::from(*units) + 1)),
            Act::Prices(how) => {
                let currency = pick(Currency::ALL, *how);
                let price = Money(i64::from(*how) * 10_001);
                let rows = vec![(PortType::Base1000Lx, sandbox::region(), price)];
                Command::LoadPrices(currency, rows)
            }
            Act::OpenAccount(nth) => Command::OpenAccount {
                account: AccountId(u64::from(nth % 3) + 1),
                currency: pick(Currency::ALL, *nth),
                dialect: (nth % 2 == 0).then(|| "2019".into()),
            },
            Act::PutUser(nth) => Command::PutUser(User {
                account: account(wish.rich),
                name: format!("user-{}", nth % 3).into(),
                policies: vec![Box::from("{}"); usize::from(nth % 3)],
            }),
            Act::MoveClock(hours) => {
                Command::MoveClock { to: now.plus_ms(i64::from(*hours) * HOUR_MS), wall }
            }
            Act::Wake => Command::Wake,
            Act::Reset => Command::Reset { start: START, wall },
        }
    }

    fn particulars(&self, how: u8) -> Particulars {
        let words = CircuitWords {
            name: "named".into(),
            redundant: how.is_multiple_of(7).then(|| self.circuit(how)),
            ..CircuitWords::default()
        };
        Particulars {
            access_point: AccessPoint::find("ap-cn-hangzhou-yh-B").expect("in the catalogue"),
            line_operator: LineOperator::ChinaTelecom,
            port_type: if how.is_multiple_of(4) {
                PortType::Base10GLr
            } else {
                PortType::Base1000Lx
            },
            bandwidth_mbps: 1_000,
            words: how.is_multiple_of(2).then(|| Box::new(words)),
        }
    }

    /// The records, in the order in which a file gives them back.
    fn view(&self) -> WorldView {
        match look(&self.state, &Query::World) {
            Found::World(view) => *view,
            other => panic!("a world is found when a world is asked for: {other:?}"),
        }
    }
}

fn pick<T: Copy>(of: &[T], nth: u8) -> T {
    of[usize::from(nth) % of.len()]
}

fn account(rich: bool) -> AccountId {
    if rich { sandbox::RICH } else { sandbox::POOR }
}

fn region(elsewhere: bool) -> Region {
    let beijing = || Region::find("cn-beijing").expect("in the catalogue");
    if elsewhere { beijing() } else { sandbox::region() }
}

fn open(path: &Path, rules: Rules) -> SqliteStore {
    let fatal = Arc::new(|why: &str| panic!("{why}"));
    let options = Options { rules, ..Options::new(|| 0, fatal) };
    SqliteStore::open(path, options).expect("a store")
}

/// Settles a batch in both, and compares what became of each proposal.
async fn settle(store: &SqliteStore, model: &mut Model, wishes: &[Wish]) {
    let restarted = model.restarted;
    let mut worlds: Vec<Arc<World>> = Vec::new();
    for name in WORLDS {
        worlds.push(store.open_world(name).await.expect("a world"));
    }
    let mut expected = Vec::new();
    let mut settlings = Vec::new();
    let held = store.hold();
    for wish in wishes {
        let proposal = model.proposal(wish);
        // A task each: who is woken first passes the news on to others.
        settlings.push(tokio::spawn(store.settle(&worlds[wish.world], proposal.clone())));
        expected.push((model.settle(wish.world, proposal.clone()), proposal));
    }
    drop(held);
    for (settling, (expected, proposal)) in settlings.into_iter().zip(expected) {
        let settled = settling.await.expect("a task").expect("it is settled");
        assert_eq!(settled.verdict, expected, "{proposal:?}");
        assert_eq!(settled.stages.batch_len, wishes.len(), "they were one batch");
    }
    for (world, model) in worlds.iter().zip(&model.worlds) {
        let (due, expected) = (world.next_due(), model.state.next_due().map(|(at, _)| at));
        let again = restarted && due.is_some_and(|due| model.was_forgotten(due));
        assert!(due == expected || again, "{} has {due:?} and not {expected:?}", world.name);
        assert_eq!(
            world.time(START).ms() - START.ms(),
            model.state.clock(),
            "the clock of a world"
        );
    }
}

/// What the file holds is what the model holds, and every invariant holds.
fn compare(path: &Path, model: &Model) {
    for (name, books) in read_books(path).expect("books") {
        for finding in audit(&books) {
            let broken = (finding.invariant, finding.offenders);
            assert!(broken.1.is_empty(), "{name}: {broken:?}");
        }
        let place = WORLDS.iter().position(|world| *world == name).expect("a world of ours");
        let (model, view) = (&model.worlds[place], model.worlds[place].view());
        let mut accounts = books.accounts;
        accounts.sort_by_key(|account| account.id);
        assert_eq!(accounts, view.accounts, "{name}");
        assert_eq!(books.circuits, view.circuits, "{name}");
        assert_eq!(books.orders, view.orders, "{name}");
        assert_eq!(books.postings, model.books.postings, "{name}");
        assert_eq!(books.prices, model.books.prices, "{name}");
        // The newest ones are all there; of the others some may be.
        let (kept, all) = (books.receipts, &model.books.receipts);
        let first = all.len().checked_sub(kept.len()).expect("no receipt that nobody gave");
        assert_eq!(kept, all[first..], "{name}");
        assert!(all[..first].iter().all(|r| r.made_at <= model.forgotten), "{name}");
    }
}

/// What the store remembers after a restart is what the model holds: but for receipts that were
/// forgotten before, which it forgets again when it next wakes.
async fn compare_memory(store: &SqliteStore, model: &Model) {
    for (name, model) in WORLDS.iter().zip(&model.worlds) {
        let world = store.world(name).expect("it was opened");
        let at = Timestamp::default();
        let found = store.look(&world, at, Query::World).await.expect("it is read");
        assert_eq!(found, Found::World(Box::new(model.view())), "{name}");
    }
}

async fn play(steps: &[Step], rules: Rules) {
    let folder = fresh_folder();
    let path = folder.join("crossconnect.db");
    let mut store = open(&path, rules);
    let mut model = Model::new(rules);
    let both = |act: Act| [0, 1].map(|world| Wish { world, ..later(0, None, act.clone()) });
    settle(&store, &mut model, &both(Act::Reset)).await;
    for step in steps.iter().chain([&Step::Reopen]) {
        match step {
            Step::Settle(wishes) => settle(&store, &mut model, wishes).await,
            Step::Reopen => {
                compare(&path, &model);
                store.close();
                drop(store);
                store = open(&path, rules);
                compare_memory(&store, &model).await;
                model.restarted = true;
                settle(&store, &mut model, &both(Act::Wake)).await;
            }
        }
    }
    store.close();
    drop(store);
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[test]
fn a_store_in_any_batches_and_restarts_comes_to_what_one_by_one_in_memory_does() {
    let seed = std::env::var("CROSSCONNECT_SEED").ok().map(|text| text.parse().expect("a number"));
    let drawn = || Clock::real().moment().seed >> 64;
    let seed = seed.unwrap_or_else(|| u64::try_from(drawn()).expect("64 bits"));
    let config = ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let ran = runner.run(&(steps(), any::<bool>()), |(steps, delayed)| {
        let rules = Rules {
            carrier: if delayed { Carrier::Manual } else { Carrier::Auto },
            enable_delay_ms: if delayed { 36 * HOUR_MS } else { 0 },
            unpaid_life_ms: 72 * HOUR_MS,
            waiting_circuits_max: 3,
        };
        runtime.block_on(play(&steps, rules));
        Ok(())
    });
    if let Err(failure) = ran {
        panic!("CROSSCONNECT_SEED={seed}\n{failure}");
    }
}

/// A wish of account 1 in the default world, this much later.
fn later(hours: u32, token: Option<u8>, act: Act) -> Wish {
    let later_ms = hours * 3_600_000;
    Wish { world: 0, rich: true, elsewhere: false, token, later_ms, seed: 0, act }
}

/// The place of the sandbox's Confirmed circuit among all.
const CONFIRMED: u8 = 4;

fn place(pay_now: bool) -> Act {
    Act::Place { circuit: CONFIRMED, charge: Some(1), pay_now, shortfall: false }
}

/// Found by the test above: a circuit whose words changed in a batch was forgotten by its clock.
#[tokio::test]
async fn a_circuit_amended_in_a_batch_still_moves_by_itself_in_it() {
    let rules = Rules { enable_delay_ms: 36 * HOUR_MS, ..Rules::default() };
    let batch = vec![
        later(0, None, Act::Amend(CONFIRMED, 1)),
        later(0, None, Act::MoveClock(40)),
        later(0, None, Act::Terminate(CONFIRMED)),
    ];
    let steps = [Step::Settle(vec![later(0, None, place(true))]), Step::Settle(batch)];
    play(&steps, rules).await;
}

/// Found by the test above: of tokens that ended at several times within a batch, some were left.
#[tokio::test]
async fn tokens_that_end_at_several_times_within_a_batch_are_all_forgotten_in_it() {
    let steps = [
        Step::Settle(vec![later(0, Some(0), place(false))]),
        Step::Settle(vec![later(2, Some(1), Act::Delete(CONFIRMED))]),
        Step::Settle(vec![
            later(2, Some(2), Act::Confirm(3)),
            later(0, None, Act::MoveClock(119)),
            later(0, None, Act::MoveClock(70)),
        ]),
    ];
    play(&steps, Rules::default()).await;
}

/// Found by the simulator: with a full queue a look was refused for the sake of old receipts.
#[tokio::test]
async fn a_look_does_not_wait_for_receipts_to_be_forgotten() {
    let store = open(&fresh_folder().join("crossconnect.db"), Rules::default());
    let mut model = Model::new(Rules::default());
    let both = [0, 1].map(|world| Wish { world, ..later(0, None, Act::Reset) });
    settle(&store, &mut model, &both).await;
    settle(&store, &mut model, &[later(0, Some(0), place(true))]).await;
    let world = store.world("default").expect("it was opened");
    let at = START.plus_ms(TOKEN_LIFE_MS + 2 * HOUR_MS);
    assert!(world.next_due().is_some_and(|due| due <= at), "receipts are due");
    let held = store.hold();
    let mut look = store.look(&world, at, Query::Account(sandbox::RICH));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let looked = look.as_mut().poll(&mut context);
    assert!(looked.is_ready(), "nobody else's turn is needed");
    drop(held);
}
