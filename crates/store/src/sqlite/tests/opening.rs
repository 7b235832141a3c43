//! Opening a store, who is told of it and of what is committed, and what it forgets.

use super::super::{OpenError, Options, SqliteStore, read_books};
use super::{Folder, START, fill, operator, options, settle, unpaid, wait};
use crate::{Listener, Store, Told};
use domain::command::{LoadPrices, OpenAccount, Reset, TopUp};
use domain::price::{Currency, Money};
use domain::receipt::TOKEN_LIFE_MS;
use domain::{
    AccountId, Delta, Mention, Outcome, Proposal, Query, State, Timestamp, Verdict, sandbox,
};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::task::{Context, Waker};
use std::time::Duration;

const HOUR_MS: i64 = 3_600_000;

/// Takes note of what he is told.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Listener for Notes {
    fn found(&self, world: &str, state: &State) -> Result<(), String> {
        self.0.lock().push(format!("found {world}, {} accounts", state.accounts().count()));
        Ok(())
    }

    fn committed(&self, world: &str, delta: &Delta) {
        let cleared = if delta.cleared { "cleared, " } else { "" };
        self.0.lock().push(format!("{world}: {cleared}{} accounts", delta.accounts.len()));
    }

    fn replaced(&self, world: &str, state: Option<&State>) {
        let accounts = state.map(|state| state.accounts().count());
        self.0.lock().push(format!("{world} is another: {accounts:?} accounts"));
    }
}

#[test]
fn a_listener_is_told_of_each_world_at_opening_and_of_each_commit() {
    let folder = Folder::new();
    let notes = Arc::new(Notes::default());
    let open = || {
        let options = Options { listener: Some(Arc::clone(&notes) as _), ..options() };
        SqliteStore::open(&folder.store(), options).expect("a store")
    };
    let told = || std::mem::take(&mut *notes.0.lock());
    let store = open();
    assert_eq!(told(), ["found default, 0 accounts"]);
    settle(&store, fill());
    let other = wait(store.open_world("other")).expect("nothing fails").expect("there may be two");
    let open_account = OpenAccount {
        account: AccountId(1),
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    };
    let opened = wait(store.settle(&other, operator(START, open_account.clone())));
    opened.expect("it is settled");
    // What is refused, or changes nothing, is not committed.
    wait(store.settle(&other, operator(START, open_account))).expect("it is settled");
    settle(&store, fill());
    assert_eq!(told(), ["default: cleared, 2 accounts", "other: 1 accounts"]);
    drop(store);
    drop(open());
    assert_eq!(told(), ["found default, 2 accounts", "found other, 1 accounts"]);
}

/// Makes no sense of worlds that have accounts.
struct Refuser;

impl Listener for Refuser {
    fn found(&self, world: &str, state: &State) -> Result<(), String> {
        let accounts = state.accounts().count();
        if accounts == 0 { Ok(()) } else { Err(format!("{world} has {accounts} accounts")) }
    }

    fn committed(&self, _: &str, _: &Delta) {}

    fn replaced(&self, _: &str, _: Option<&State>) {}
}

#[test]
fn a_store_that_makes_no_sense_to_its_listener_is_not_opened() {
    let folder = Folder::new();
    let open = |listener: Option<Arc<dyn Listener>>| {
        SqliteStore::open(&folder.store(), Options { listener, ..options() })
    };
    let store = open(Some(Arc::new(Refuser))).expect("an empty store makes sense");
    settle(&store, fill());
    drop(store);
    let unfit = open(Some(Arc::new(Refuser))).map(drop).expect_err("it does not any more");
    assert!(matches!(&unfit, OpenError::Unfit(why) if why == "default has 2 accounts"), "{unfit}");
    assert_eq!(unfit.to_string(), "default has 2 accounts");
    // Whoever is not so particular can have it.
    drop(open(None).expect("it is sound"));
}

/// Says when he is told, and listens until he is let go.
struct Slow {
    told: SyncSender<()>,
    go: Mutex<Receiver<()>>,
}

impl Listener for Slow {
    fn found(&self, _: &str, _: &State) -> Result<(), String> {
        Ok(())
    }

    fn committed(&self, _: &str, _: &Delta) {
        self.told.send(()).expect("the test waits");
        self.go.lock().recv().expect("the test goes on");
    }

    fn replaced(&self, _: &str, _: Option<&State>) {}
}

#[test]
fn a_listener_is_told_before_anybody_hears_or_sees_and_who_watches_before_callers_are_answered() {
    let folder = Folder::new();
    let (told, is_told) = sync_channel(1);
    let (let_go, go) = sync_channel(1);
    let listener = Some(Arc::new(Slow { told, go: Mutex::new(go) }) as _);
    let store = SqliteStore::open(&folder.store(), Options { listener, ..options() });
    let store = store.expect("a store");
    let (mut watch, world) = (store.watch(), store.world("default").expect("it is there"));
    let mut settling = Box::pin(store.settle(&world, fill()));
    is_told.recv_timeout(Duration::from_mins(1)).expect("the listener is told");
    assert!(settling.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(watch.heard(), None);
    let found = wait(store.look(&world, START, Query::IsFilled)).expect("it is read");
    assert_eq!(found, domain::Found::IsFilled(false), "nobody sees it yet");
    let (_, books) = read_books(&folder.store()).expect("books").remove(0);
    assert_eq!(books.accounts.len(), 2, "it is committed");
    let_go.send(()).expect("the listener waits");
    wait(settling).expect("it is settled");
    assert!(watch.heard().is_some(), "whoever was answered can rely on it");
}

#[test]
fn commits_of_a_store_are_told_in_order_and_a_batch_of_two_worlds_once_a_world() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    let mut watch = store.watch();
    let one = store.world("default").expect("it is there");
    let other = wait(store.open_world("other")).expect("nothing fails").expect("there may be two");
    let held = store.hold();
    let top_up = || operator(START, TopUp { account: sandbox::RICH, amount: Money(1) });
    let prices = || operator(START, LoadPrices::of_ports(Currency::Usd, [].into()));
    let batch = [
        store.settle(&other, prices()),
        store.settle(&one, top_up()),
        store.settle(&one, prices()),
    ];
    drop(held);
    for settling in batch {
        wait(settling).expect("it is settled");
    }
    settle(&store, operator(START, Reset { start: START, wall: START }));
    let mut heard = Vec::new();
    while let Some(Told::Commit(commit)) = watch.heard() {
        let rich = Mention::Account(sandbox::RICH);
        let kinds = (commit.cleared, commit.mentions.contains(&rich), commit.mentions.len());
        heard.push((commit.number, commit.world.to_string(), kinds));
    }
    let all = sandbox_len();
    // The first was before anybody watched.
    assert_eq!(
        heard,
        [
            (2, "default".to_owned(), (false, true, 3)),
            (2, "other".to_owned(), (false, false, 1)),
            (3, "default".to_owned(), (true, true, all)),
        ]
    );
}

/// How many records a sandbox begins with: its accounts, a circuit of each status and the poor
/// one's with the first move of each, and a posting.
fn sandbox_len() -> usize {
    2 + (domain::circuit::Status::ALL.len() + 1) * 2 + 1
}

/// An order for the sandbox's Confirmed circuit, under a token.
fn order(wall: Timestamp, token: &str) -> Proposal {
    unpaid(wall, sandbox::RICH, "pc-sandboxconfirmed", Some(token))
}

/// When the newest order of all was made.
fn made_at(folder: &Folder) -> Timestamp {
    let (_, books) = read_books(&folder.store()).expect("books").remove(0);
    books.orders.last().expect("an order").created_at
}

/// Has a store forget receipts that are old when the wall shows `wall`.
fn tidy(store: &SqliteStore, wall: Timestamp) {
    store.tidy(wall);
    // Whatever is proposed next comes after it.
    settle(store, operator(START, domain::command::Wake { account: AccountId(0) }));
}

#[test]
fn how_far_receipts_were_forgotten_is_kept_and_nobody_decides_before_they_were_old() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    settle(&store, order(START, "a"));
    let old = START.plus_ms(TOKEN_LIFE_MS + 2 * HOUR_MS);
    tidy(&store, old);
    drop(store);
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    // Of an account that had no receipt too.
    let open = OpenAccount {
        account: AccountId(1),
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    };
    settle(&store, operator(START, open));
    settle(&store, operator(START, TopUp { account: AccountId(1), amount: Money(1) }));
    let (_, books) = read_books(&folder.store()).expect("books").remove(0);
    assert_eq!(books.postings.last().expect("a top-up").at, START.plus_ms(TOKEN_LIFE_MS));
}

#[test]
fn a_world_that_was_reset_has_forgotten_nothing() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    settle(&store, order(START, "a"));
    tidy(&store, START.plus_ms(TOKEN_LIFE_MS + 2 * HOUR_MS));
    let start = Timestamp::parse("2020-01-01T00:00:00Z").expect("a test instant");
    settle(&store, operator(START, Reset { start, wall: START }));
    drop(store);
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    let verdict = settle(&store, order(START, "a"));
    assert!(matches!(verdict, Verdict::Accepted(Outcome::Order { .. })), "{verdict:?}");
    drop(store);
    assert_eq!(made_at(&folder), start);
}

/// Whatever kind of thing is the only one there: nothing of it may come back with the next start.
#[test]
fn a_reset_leaves_nothing_in_the_file_of_what_was_there_before() {
    let account = OpenAccount {
        account: AccountId(77),
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    };
    let prices = LoadPrices::of_ports(Currency::Usd, [].into());
    for only in [operator(START, account), operator(START, prices)] {
        let folder = Folder::new();
        let store = SqliteStore::open(&folder.store(), options()).expect("a store");
        settle(&store, only.clone());
        settle(&store, operator(START, Reset { start: START, wall: START }));
        drop(store);
        let (_, books) = read_books(&folder.store()).expect("books").remove(0);
        assert!(books.accounts.iter().all(|account| account.id != AccountId(77)), "{only:?}");
        assert_eq!((books.accounts.len(), books.price_lists.len()), (2, 0), "{only:?}");
    }
}

#[test]
fn old_receipts_stay_in_the_file_for_as_long_as_their_nonces_may_be_fresh() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    let receipts = || read_books(&folder.store()).expect("books").remove(0).1.receipts.len();
    settle(&store, fill());
    settle(&store, order(START, "a"));
    let days = |days: i64| START.plus_ms(days * 24 * HOUR_MS);
    // The clock is moved on, and the wall shows hardly more.
    let to = days(8);
    settle(&store, operator(START, domain::command::MoveClock { to, wall: START }));
    tidy(&store, START);
    let world = store.world("default").expect("it is there");
    assert_eq!((world.forgets_at(), receipts()), (None, 1), "forgotten, and kept");
    settle(&store, order(START.plus_ms(2 * HOUR_MS), "b"));
    // By now the nonce is old too, so the receipt goes with the next.
    settle(&store, operator(START, domain::command::MoveClock { to: days(16), wall: START }));
    tidy(&store, START);
    assert_eq!((world.forgets_at(), receipts()), (None, 1), "only the newest");
    drop(store);
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    assert_eq!(store.found_nonces(), [(1, START.plus_ms(2 * HOUR_MS))]);
}
