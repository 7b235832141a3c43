//! Waking accounts before they are looked at: with hardly any room, beside one that is broken, and
//! while the world is reset.

use super::super::{Options, SqliteStore};
use super::{Folder, START, fill, operator, options, settle, wait};
use crate::{Listener, Store, Told};
use domain::circuit::{BusinessStatus, GivenCircuit, Particulars, Status};
use domain::command::{GiveCircuits, MoveClock, Reset, TopUp};
use domain::history::Cause;
use domain::order::OrderStatus;
use domain::price::Money;
use domain::query::{Page, PostingFilter, Record};
use domain::{AccountId, CircuitId, Delta, Found, Proposal, Query, State, Timestamp, sandbox};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

fn id(text: &str) -> CircuitId {
    CircuitId::new(text).expect("well formed")
}

/// An unpaid order, which dies after seven days.
fn unpaid(wall: Timestamp, account: AccountId, circuit: &str) -> Proposal {
    super::unpaid(wall, account, circuit, None)
}

/// The status of every order in the default world, as it stands.
fn statuses(store: &SqliteStore) -> Vec<OrderStatus> {
    let world = store.world(crate::DEFAULT_WORLD).expect("it is always there");
    match wait(store.look(&world, Timestamp::from_ms(0), Query::World)).expect("it is read") {
        Found::World(books) => books.orders.iter().map(|order| order.status).collect(),
        other => panic!("a world is found when a world is asked for: {other:?}"),
    }
}

#[test]
fn everybody_is_woken_where_there_is_room_for_one() {
    let folder = Folder::new();
    let options = Options { queue_len_max: 1, ..options() };
    let store = SqliteStore::open(&folder.store(), options).expect("a store");
    settle(&store, fill());
    settle(&store, unpaid(START, sandbox::RICH, "pc-sandboxconfirmed"));
    settle(&store, unpaid(START, sandbox::POOR, "pc-sandboxpoor"));
    let world = store.world("default").expect("it is always there");
    let later = START.plus_ms(8 * DAY_MS);
    wait(store.look(&world, later, Query::Everybody)).expect("one after the other");
    assert_eq!(statuses(&store), [OrderStatus::Cancelled; 2]);
}

#[test]
fn a_reset_behind_a_moved_clock_is_not_thrown_forward_by_who_looks() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    settle(&store, unpaid(START, sandbox::RICH, "pc-sandboxconfirmed"));
    let world = store.world("default").expect("it is always there");
    settle(&store, operator(START, MoveClock { to: START.plus_ms(3650 * DAY_MS), wall: START }));
    // Somebody has read the clock and looks, and the world is reset before he is looked at.
    let looking = store.look(&world, world.time(START), Query::Account(sandbox::RICH));
    settle(&store, operator(START, Reset { start: START, wall: START }));
    settle(&store, unpaid(START, sandbox::RICH, "pc-sandboxconfirmed"));
    wait(looking).expect("he is answered");
    settle(&store, operator(START, TopUp { account: sandbox::RICH, amount: Money(1) }));
    assert_eq!(statuses(&store), [OrderStatus::Unpaid]);
    drop(store);
    let (_, books) = super::super::read_books(&folder.store()).expect("books").remove(0);
    assert_eq!(books.postings.last().expect("a top-up").at, START);
}

/// A circuit that is paid for a month and renews itself.
fn renewing(circuit: &str) -> Proposal {
    let mut proposal = unpaid(START, sandbox::RICH, circuit);
    let domain::Command::PlaceOccupancyOrder(order) = &mut proposal.command else {
        panic!("it is an order")
    };
    (order.pay_now, order.auto_renew) = (true, true);
    proposal
}

/// Years are let happen a few things a commit; who comes meanwhile is settled in between, and whose
/// own years they are is settled when they have passed.
#[test]
fn years_pass_in_slices_and_others_are_settled_in_between() {
    let folder = Folder::new();
    let options = Options { due_max: 3, ..options() };
    let store = SqliteStore::open(&folder.store(), options).expect("a store");
    settle(&store, fill());
    settle(&store, renewing("pc-sandboxconfirmed"));
    let world = store.world("default").expect("it is always there");
    let later = START.plus_ms(3 * 366 * DAY_MS);
    settle(&store, operator(START, MoveClock { to: later, wall: START }));
    let turn = store.hold();
    let top_up = |account| operator(START, TopUp { account, amount: Money(1) });
    let mine = store.settle(&world, top_up(sandbox::RICH));
    let others = store.settle(&world, top_up(sandbox::POOR));
    drop(turn);
    assert!(wait(others).is_ok() && wait(mine).is_ok());
    let Found::World(books) = wait(store.look(&world, later, Query::World)).expect("all of it")
    else {
        panic!("a world")
    };
    assert_eq!(books.orders.len(), 37, "one a month");
    let happened: Vec<_> = world.happened().filter(|(_, count)| *count > 0).collect();
    assert_eq!(happened, [(Cause::Renewal, 36)]);
    drop(store);
    let (_, books) = super::super::read_books(&folder.store()).expect("books").remove(0);
    let (theirs, mine): (Vec<_>, Vec<_>) = books
        .postings
        .iter()
        .enumerate()
        .filter(|(_, posting)| posting.amount == Money(1))
        .partition(|(_, posting)| posting.balance_after == Money(1));
    assert!(theirs[0].0 < 10, "nobody waits for another's years: {theirs:?}");
    assert_eq!(mine[0].0, books.postings.len() - 1, "what was due has happened before");
}

/// Who has one thing due does not wait for who has years of them, whoever comes first.
#[test]
fn who_has_little_due_does_not_wait_for_who_has_much() {
    let folder = Folder::new();
    let options = Options { due_max: 4, ..options() };
    let store = SqliteStore::open(&folder.store(), options).expect("a store");
    settle(&store, fill());
    settle(&store, renewing("pc-sandboxconfirmed"));
    settle(&store, unpaid(START, sandbox::POOR, "pc-sandboxpoor"));
    let world = store.world("default").expect("it is always there");
    let later = START.plus_ms(3 * 366 * DAY_MS);
    settle(&store, operator(START, MoveClock { to: later, wall: START }));
    let top_up = |account| operator(START, TopUp { account, amount: Money(1) });
    let turn = store.hold();
    let mine = store.settle(&world, top_up(sandbox::RICH));
    let others = store.settle(&world, top_up(sandbox::POOR));
    drop(turn);
    assert!(wait(others).is_ok() && wait(mine).is_ok());
    drop(store);
    let (_, books) = super::super::read_books(&folder.store()).expect("books").remove(0);
    let his = books.postings.iter().position(|posting| posting.balance_after == Money(1));
    assert!(his.expect("a top-up") < 10, "an order of his has died, and he is topped up");
    let last = books.postings.last().expect("a top-up");
    assert_eq!((last.amount, last.order), (Money(1), None), "after his own years");
}

/// What is not in memory is read from the file, as it is committed.
#[test]
fn postings_and_histories_are_read_from_the_file() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    settle(&store, renewing("pc-sandboxconfirmed"));
    settle(&store, unpaid(START, sandbox::POOR, "pc-sandboxpoor"));
    let world = store.world("default").expect("it is always there");
    let look = |record, later: i64| {
        wait(store.look(&world, START.plus_ms(later), Query::Record(record))).expect("it is read")
    };
    let page = |number, size| Page { number, size };
    let postings = |filter: PostingFilter, page| {
        let Found::Postings(found, total) = look(Record::Postings(sandbox::RICH, filter, page), 0)
        else {
            panic!("postings")
        };
        (found.into_iter().map(|one| (one.number, one.posting.amount)).collect::<Vec<_>>(), total)
    };
    let (in_all, paid) = (sandbox::RICH_BALANCE, Money::units(85));
    let all = PostingFilter::default;
    let [paid, in_all] = [(2, paid), (1, in_all)];
    assert_eq!(postings(all(), page(1, 10)), (vec![paid, in_all], 2));
    assert_eq!(postings(all(), page(2, 1)), (vec![in_all], 2));
    let second = PostingFilter { numbers: Some((2, 9)), ..all() };
    assert_eq!(postings(second, page(1, 10)), (vec![paid], 1));
    let before = PostingFilter { below: Some(2), ..all() };
    assert_eq!(postings(before, page(1, 10)), (vec![in_all], 2), "both are counted");
    let out = PostingFilter { income: Some(false), ..all() };
    assert_eq!(postings(out, page(1, 10)), (vec![paid], 1));
    let moves = |account, circuit: &str, later| {
        let Found::CircuitMoves(found) = look(Record::Circuit(account, id(circuit)), later) else {
            panic!("moves")
        };
        found.iter().map(|step| step.why.map(|why| why.cause)).collect::<Vec<_>>()
    };
    let told = moves(sandbox::RICH, "pc-sandboxconfirmed", 0);
    assert_eq!(told, [Some(Cause::Operator), Some(Cause::Call)]);
    assert_eq!(moves(sandbox::POOR, "pc-sandboxconfirmed", 0), [], "it is another's");
    let order = domain::OrderId::new(200_000_000_000_002).expect("the second");
    // What is due of the account has happened before.
    let Found::OrderMoves(found) = look(Record::Order(sandbox::POOR, order), 8 * DAY_MS) else {
        panic!("moves")
    };
    let told: Vec<_> = found.iter().map(|step| (step.status, step.why.cause)).collect();
    assert_eq!(told, [(OrderStatus::Cancelled, Cause::Expiry)]);
}

/// Says when he is told of the second world, and listens until he is let go.
struct Slow {
    told: SyncSender<()>,
    go: Mutex<Receiver<()>>,
}

impl Listener for Slow {
    fn found(&self, _: &str, _: &State) -> Result<(), String> {
        Ok(())
    }

    fn committed(&self, world: &str, _: &Delta) {
        if world == "other" {
            self.told.send(()).expect("the test waits");
            self.go.lock().recv().expect("the test goes on");
        }
    }

    fn replaced(&self, _: &str, _: Option<&State>) {}
}

#[test]
fn whoever_hears_of_a_commit_finds_it_when_he_looks() {
    let folder = Folder::new();
    let (told, is_told) = sync_channel(1);
    let (let_go, go) = sync_channel(1);
    let listener = Some(Arc::new(Slow { told, go: Mutex::new(go) }) as _);
    let store = SqliteStore::open(&folder.store(), Options { listener, ..options() });
    let store = store.expect("a store");
    let one = store.world("default").expect("it is always there");
    let other = wait(store.open_world("other")).expect("nothing fails").expect("there is room");
    let mut watch = store.watch();
    let held = store.hold();
    let batch = [store.settle(&one, fill()), store.settle(&other, fill())];
    drop(held);
    is_told.recv_timeout(Duration::from_mins(1)).expect("the listener is told");
    assert_eq!(watch.heard(), None, "nobody hears of what nobody can see");
    let_go.send(()).expect("the listener waits");
    for settling in batch {
        wait(settling).expect("it is settled");
    }
    assert!(matches!(watch.heard(), Some(Told::Commit(_))));
    let found = wait(store.look(&one, START, Query::IsFilled)).expect("it is read");
    assert_eq!(found, Found::IsFilled(true));
}

/// A circuit of an account, whose order's row a test then breaks.
fn given(account: AccountId, like: &Particulars) -> Proposal {
    let given = GivenCircuit {
        account,
        region: sandbox::region(),
        particulars: like.clone(),
        status: Status::Confirmed,
        loa: None,
        business: BusinessStatus::Normal,
    };
    operator(START, GiveCircuits { given: Box::new(given), ids: vec![id("pc-given")] })
}

#[test]
fn an_account_that_breaks_a_rule_does_not_keep_others_from_being_woken() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    let world = store.world("default").expect("it is always there");
    let Found::World(books) = wait(store.look(&world, START, Query::World)).expect("it is read")
    else {
        panic!("a world is found when a world is asked for")
    };
    settle(&store, given(sandbox::POOR, &books.circuits[0].particulars));
    settle(&store, unpaid(START, sandbox::POOR, "pc-given"));
    settle(&store, unpaid(START, sandbox::RICH, "pc-sandboxconfirmed"));
    drop(store);
    // The poor one's order is paid, by the file, and dies all the same.
    let db = rusqlite::Connection::open(folder.store()).expect("the file");
    let paid = "UPDATE orders SET status = (SELECT n FROM words WHERE text = 'Paid') \
         WHERE circuit = 'pc-given'";
    assert_eq!(db.execute(paid, []).expect("a row"), 1);
    drop(db);
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    let world = store.world("default").expect("it is always there");
    let later = START.plus_ms(8 * DAY_MS);
    let told = wait(store.look(&world, later, Query::Everybody));
    assert!(told.is_err(), "a paid order is not cancelled: {told:?}");
    assert_eq!(statuses(&store), [OrderStatus::Paid, OrderStatus::Cancelled]);
}
