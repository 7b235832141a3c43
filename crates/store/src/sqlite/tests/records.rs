//! Records of every kind go into a file and come back as they were, with whatever they may have or
//! lack; and what no release wrote there is an error that says what it is.
//!
//! Long because a record of each kind, and what is wrong with each, is spelt out here.

use super::{Inserts, Page, Pen};
use crate::row::{Row as _, Stored};
use crate::sqlite::Options;
use crate::sqlite::file::{complete_words, migrate};
use crate::sqlite::load::load;
use crate::sqlite::rows;
use crate::sqlite::slots::Slots;
use crate::sqlite::tests::drawn::{
    account, books, circuit, circuit_state, key, moved, order, posting, receipt, user,
};
use crate::sqlite::tests::{Folder, options};
use crate::sqlite::{OpenError, read_books};
use crate::tables::{Receipted, Remembered};
use crate::words::Words;
use crate::world::WorldId;
use domain::account::Account;
use domain::audit::Books;
use domain::bill::Bill;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{Circuit, CircuitState, Particulars, Status};
use domain::grant::Grant;
use domain::history::{Cause, OrderMove, RouterMove, Why};
use domain::ledger::Posting;
use domain::letter::{Engineer, Letter};
use domain::order::{Charge, Order, OrderStatus};
use domain::peering::Peering;
use domain::price::{Currency, Cycle, Money, PriceList, Term};
use domain::receipt::{Outcome, Receipt};
use domain::reference::Reference;
use domain::router::{Association, Described, Detection, Router, RouterStatus, Times};
use domain::router_group::{GroupStatus, RouterGroup};
use domain::tag::Tags;
use domain::user::{Key, Proof, User};
use domain::{
    AccountId, CircuitId, GroupId, OrderId, RequestId, RouterId, Rules, State, Timestamp,
};
use parking_lot::RwLock;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::PathBuf;

/// A file with two worlds, written to by hand.
struct File {
    folder: Folder,
    db: Connection,
    words: Words,
    inserts: Inserts,
    options: Options,
}

const WORLDS: [WorldId; 2] = [WorldId(0), WorldId(1)];

impl File {
    fn new() -> Self {
        let folder = Folder::new();
        let mut db = Connection::open(folder.store()).expect("a file");
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF").expect("a log");
        migrate(&mut db).expect("the schema");
        let words = complete_words(&db).expect("words");
        for world in WORLDS {
            let sql = "INSERT INTO worlds (id, name, clock) VALUES (?1, 'world ' || ?1, 0)";
            db.execute(sql, [world.0]).expect("a world");
        }
        Self { folder, db, words, inserts: Inserts::new(), options: options() }
    }

    fn path(&self) -> PathBuf {
        self.folder.store()
    }

    fn pen(&self) -> Pen<'_> {
        let Self { db, words, inserts, options, .. } = self;
        Pen { db, words, inserts, options }
    }

    /// Writes something into a world of which the state knows nothing.
    fn write(&self, world: WorldId, write: impl FnOnce(&mut Page)) {
        let (pen, state) = (self.pen(), RwLock::new(State::new(Rules::default())));
        let (before, statements) = (state.read(), Vec::new());
        let (cleared, next_place, new_places) = (false, 0, HashMap::new());
        let mut page =
            Page { pen: &pen, world, before, cleared, next_place, new_places, statements };
        write(&mut page);
    }

    fn put<R: Stored>(&self, world: WorldId, records: &[R]) {
        self.write(world, |page| {
            for record in records {
                record.write(page).expect("it is written");
            }
        });
    }

    /// What the file holds of each world.
    fn books(&self) -> Result<[Books; 2], OpenError> {
        let [one, other] = read_books(&self.path())?.try_into().expect("two worlds");
        Ok([one.1, other.1])
    }

    /// What a start comes to: what is then known of the first world.
    fn load(&self) -> rusqlite::Result<Books> {
        let slots = Slots::default();
        load(&self.db, &self.words, &self.path(), &slots, &self.options)?;
        let slot = slots.slot(WORLDS[0]).expect("it is there");
        let books = slot.state.read().books();
        Ok(books)
    }
}

macro_rules! write_books {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Writes every record of every kind.
        fn write_books(file: &File, world: WorldId, books: &Books) {
            $(file.put(world, &books.$many);)+
            $(file.put(world, &books.$entries);)+
        }
    };
}

domain::records!(write_books);

/// Forgets everything in a world.
fn clear(file: &File, world: WorldId) {
    file.pen().clear(world).expect("it is cleared");
}

#[test]
fn every_record_comes_back_as_it_was_and_goes_with_its_world_alone() {
    let file = File::new();
    let both = (books(), books());
    let ran = TestRunner::new(ProptestConfig::with_cases(96)).run(&both, |(one, mut other)| {
        // A fork has orders of the world that it was made of.
        other.orders = [&one.orders[..one.orders.len() / 2], &other.orders].concat();
        other.orders.sort_unstable_by_key(|order| order.id);
        other.orders.dedup_by_key(|order| order.id);
        other.bills = [&one.bills[..one.bills.len() / 2], &other.bills].concat();
        other.bills.sort_unstable_by_key(|bill| bill.id);
        other.bills.dedup_by_key(|bill| bill.id);
        // What a case that failed has left.
        for world in WORLDS {
            clear(&file, world);
        }
        WORLDS.iter().zip([&one, &other]).for_each(|(world, books)| {
            write_books(&file, *world, books);
        });
        prop_assert_eq!(file.books().expect("it is read"), [one, other.clone()]);
        clear(&file, WORLDS[0]);
        prop_assert_eq!(file.books().expect("it is read"), [Books::default(), other]);
        clear(&file, WORLDS[1]);
        prop_assert_eq!(file.books().expect("it is read"), <[Books; 2]>::default());
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

/// A snapshot's number.
const COPY: WorldId = WorldId(rows::SNAPSHOTS.0 + 3);

#[test]
fn a_copy_is_a_world_of_its_own_and_what_is_written_later_comes_after_it() {
    let file = File::new();
    let pen = || file.pen();
    let ran =
        TestRunner::new(ProptestConfig::with_cases(48)).run(&(books(), books()), |(was, is)| {
            for world in [WORLDS[0], WORLDS[1], COPY] {
                clear(&file, world);
            }
            write_books(&file, WORLDS[0], &was);
            pen().copy_rows(WORLDS[0], COPY).expect("it is kept");
            // What comes after that is no snapshot's.
            file.put(WORLDS[0], &is.postings);
            file.put(WORLDS[0], &is.receipts);
            let added = Books {
                postings: [&*was.postings, &is.postings].concat(),
                receipts: [&*was.receipts, &is.receipts].concat(),
                ..was.clone()
            };
            prop_assert_eq!(file.books().expect("it is read"), [added.clone(), Books::default()]);
            pen().copy_rows(COPY, WORLDS[1]).expect("it is forked");
            prop_assert_eq!(file.books().expect("it is read"), [added.clone(), was.clone()]);
            file.put(WORLDS[1], &is.postings);
            file.put(WORLDS[1], &is.receipts);
            prop_assert_eq!(file.books().expect("it is read"), [added.clone(), added.clone()]);
            clear(&file, WORLDS[0]);
            pen().copy_rows(COPY, WORLDS[0]).expect("it is put back");
            prop_assert_eq!(file.books().expect("it is read"), [was, added]);
            Ok(())
        });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn whichever_world_is_written_to_first_each_keeps_its_own_rows_in_order() {
    let file = File::new();
    let rows = || (vec(posting(), 1..4), vec(receipt(), 1..4));
    let ran =
        TestRunner::new(ProptestConfig::with_cases(32)).run(&(rows(), rows()), |(one, two)| {
            let put = |world: usize, (postings, receipts): &(Vec<Posting>, Vec<Receipt>)| {
                file.put(WORLDS[world], postings);
                file.put(WORLDS[world], receipts);
            };
            let books = |all: &[&(Vec<Posting>, Vec<Receipt>)]| Books {
                postings: all.iter().flat_map(|(postings, _)| postings.clone()).collect(),
                receipts: all.iter().flat_map(|(_, receipts)| receipts.clone()).collect(),
                ..Books::default()
            };
            // At first, and later again, the default world has nothing and the other something.
            for _ in 0..2 {
                put(1, &one);
                for rows in [&one, &two] {
                    put(0, rows);
                }
                put(1, &two);
                put(0, &one);
                let told = file.books().expect("it is read");
                prop_assert_eq!(told, [books(&[&one, &two, &one]), books(&[&one, &two])]);
                clear(&file, WORLDS[0]);
                prop_assert_eq!(
                    file.books().expect("it is read"),
                    [books(&[]), books(&[&one, &two])]
                );
                put(0, &two);
                clear(&file, WORLDS[1]);
                prop_assert_eq!(file.books().expect("it is read"), [books(&[&two]), books(&[])]);
                clear(&file, WORLDS[0]);
            }
            Ok(())
        });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn of_a_record_that_is_written_again_the_last_word_comes_back() {
    let file = File::new();
    let twice = (
        (account(), account()),
        (order(), order()),
        (user(), user()),
        (key(), key()),
        (circuit_state(), circuit_state()),
        circuit(),
    );
    let ran = TestRunner::new(ProptestConfig::with_cases(64)).run(&twice, |all| {
        let (mut accounts, mut orders, mut users, mut keys, states, circuit) = all;
        accounts.1.id = accounts.0.id;
        orders.1.id = orders.0.id;
        (users.1.account, users.1.name) = (users.0.account, users.0.name.clone());
        keys.1.id.clone_from(&keys.0.id);
        let circuits = [states.0, states.1].map(|mut state| {
            // No order says such a day, so that there is a row of it each time: this file does not
            // know what it had, and could not tell that one is no longer needed.
            state.subscription.anchor_day = 99;
            Circuit { state, ..circuit.clone() }
        });
        file.put(WORLDS[0], &[accounts.0, accounts.1.clone()]);
        file.put(WORLDS[0], &[orders.0, orders.1]);
        file.put(WORLDS[0], &[users.0, users.1.clone()]);
        file.put(WORLDS[0], &[keys.0, keys.1.clone()]);
        let moves = [0, 1].map(|nth| moved(&circuits[nth], None));
        for (circuit, step) in circuits.iter().zip(&moves) {
            file.put(WORLDS[0], std::slice::from_ref(circuit));
            file.put(WORLDS[0], std::slice::from_ref(step));
        }
        let last = Books {
            accounts: vec![accounts.1],
            orders: vec![orders.1],
            users: vec![users.1],
            keys: vec![keys.1],
            circuits: circuits[1..].to_vec(),
            circuit_moves: moves.to_vec(),
            ..Books::default()
        };
        let told = file.books().expect("it is read");
        // Before it is judged: what one case leaves would fail every smaller one.
        clear(&file, WORLDS[0]);
        prop_assert_eq!(told, [last, Books::default()]);
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Every row of the receipts, read as a whole, and as what is remembered of it.
fn read_both(file: &File) -> Vec<(Receipt, Remembered)> {
    let shape = Receipted::SHAPE;
    let mut found = file.db.prepare(&rows::select_all(&shape)).expect("a statement");
    let mut found = found.query(rows::span(&shape, rows::Worlds::LIVING)).expect("rows");
    let mut both = Vec::new();
    while let Some(row) = found.next().expect("a row") {
        let (spot, receipted) = rows::read::<Receipted>(row, &file.words).expect("a receipt");
        let (world, remembered) = rows::read_remembered(row, &file.words).expect("the same");
        assert_eq!(world, spot.world);
        both.push((receipted.receipt(), remembered));
    }
    both
}

#[test]
fn what_is_remembered_of_a_receipt_is_what_the_receipt_says() {
    let file = File::new();
    let config = ProptestConfig::with_cases(128);
    let ran = TestRunner::new(config).run(&vec(receipt(), 1..8), |receipts| {
        file.put(WORLDS[1], &receipts);
        let both = read_both(&file);
        prop_assert_eq!(both.len(), receipts.len());
        for ((read, remembered), receipt) in both.into_iter().zip(receipts) {
            let expected = Remembered {
                account: receipt.account,
                key: receipt.key(),
                earlier: receipt.earlier(),
                nonce: (receipt.nonce_mark, receipt.received_at),
            };
            prop_assert_eq!(remembered, expected);
            prop_assert_eq!(read, receipt);
        }
        clear(&file, WORLDS[1]);
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

const ACCOUNT: AccountId = AccountId(1);
const START: Timestamp = Timestamp::from_ms(1000);

fn hangzhou() -> Region {
    Region::find("cn-hangzhou").expect("in the catalogue")
}

/// A circuit, and the order that was paid for it.
fn circuit_and_order() -> (Circuit, Order) {
    let id = CircuitId::new("pc-a").expect("well formed");
    let particulars = Particulars {
        access_point: AccessPoint::all().next().expect("there are some"),
        line_operator: LineOperator::ChinaTelecom,
        port_type: PortType::Base1000Lx,
        bandwidth_mbps: 100,
        words: None,
    };
    let mut state = CircuitState::born(Status::Enabled);
    state.subscription.anchor_day = 7;
    let (account, region, created_at, given) = (ACCOUNT, hangzhou(), START, true);
    let circuit = Circuit { id, account, region, created_at, given, particulars, state };
    let order = Order {
        id: OrderId::new(5).expect("not zero"),
        account: ACCOUNT,
        kind: domain::order::OrderKind::New,
        follows: None,
        circuit: id,
        region: hangzhou(),
        port_type: PortType::Base1000Lx,
        shared: None,
        charge: Charge::PrePaid(Term { count: 1, cycle: Cycle::Month }),
        status: OrderStatus::Paid,
        cancel_cause: None,
        amount: Money(2),
        currency: Currency::Usd,
        price_version: 2,
        created_at: START,
        paid_at: Some(START),
        dies_at: None,
        usage: Some((START, Some(START))),
        auto_renew: false,
        auto_renew_months: 1,
        by_time: false,
        request: None,
    };
    (circuit, order)
}

/// A bill that is not paid.
fn one_bill(circuit: CircuitId) -> Bill {
    Bill {
        id: OrderId::new(6).expect("not zero"),
        account: ACCOUNT,
        circuit,
        region: hangzhou(),
        port_type: PortType::Base1000Lx,
        used: (START, START),
        amount: Money(2),
        currency: Currency::Usd,
        price_version: 2,
        made_at: START,
        paid_at: None,
        tries_at: Some(START),
        overdue_at: None,
    }
}

/// A letter with somebody who may enter.
fn one_letter(circuit: CircuitId) -> Letter {
    let nobody = Letter::blank(circuit, ACCOUNT);
    let engineer = Engineer {
        name: "n".into(),
        gender: "Male".into(),
        certificate_type: "IDCard".into(),
        certificate_no: "1**2".into(),
        contact: "3****".into(),
    };
    Letter { company: "c".into(), engineers: vec![engineer], ..nobody }
}

/// A router with a further circuit, in a group.
fn one_router(circuit: CircuitId) -> Router {
    let association = Association {
        circuit,
        vlan: 2,
        circuit_code: "c".into(),
        peering: Peering::default(),
        ipv6: false,
    };
    Router {
        id: RouterId::mint(1, 0),
        account: ACCOUNT,
        owner: ACCOUNT,
        circuit,
        region: hangzhou(),
        created_at: START,
        status: RouterStatus::Active,
        times: Times::default(),
        wakes_at: None,
        deleted: false,
        described: Described {
            vlan: 1,
            circuit_code: "c".into(),
            peering: Peering::default(),
            ipv6: true,
            bandwidth_mbps: 3,
            detection: Detection::default(),
            mtu: 1500,
            sitelink: false,
            name: "n".into(),
            description: "d".into(),
            resource_group: "g".into(),
            tags: Tags::default(),
        },
        associations: vec![association],
        group: Some(GroupId::mint(1, 0)),
    }
}

fn one_account() -> Account {
    Account {
        id: ACCOUNT,
        currency: Currency::Usd,
        balance: Money(7),
        dialect: None,
        service_open: true,
        waiting_circuits: 0,
        orderless: false,
    }
}

fn one_key() -> Key {
    Key {
        id: "k".into(),
        account: ACCOUNT,
        user: None,
        proof: Proof::Secret("s".into()),
        security_token: None,
        expires_at: None,
        bearer_token: None,
        dialect: None,
        active: true,
    }
}

fn one_group() -> RouterGroup {
    RouterGroup {
        id: GroupId::mint(1, 0),
        account: ACCOUNT,
        region: hangzhou(),
        routers: [RouterId::mint(1, 0), RouterId::mint(2, 0)],
        created_at: START,
        status: GroupStatus::Creating,
        wakes_at: None,
        deleted: false,
        name: "n".into(),
        description: "d".into(),
    }
}

fn one_grant() -> Grant {
    Grant {
        account: ACCOUNT,
        vpc: "vpc-a".into(),
        vpc_region: hangzhou(),
        owner: ACCOUNT,
        region: hangzhou(),
        all: false,
        routers: vec![RouterId::mint(1, 0), RouterId::mint(2, 0)],
    }
}

/// A record of each kind.
fn one_of_each() -> Books {
    let (circuit, order) = circuit_and_order();
    let currency = Currency::Usd;
    let posting = Posting::payment(ACCOUNT, Money(9), Money(2), currency, order.id, START);
    let receipt = Receipt {
        account: ACCOUNT,
        region: hangzhou(),
        kind: domain::command::PlaceOccupancyOrder::KIND,
        token: Some("t".into()),
        fingerprint: 1,
        outcome: Outcome::Order { order: order.id, short: false },
        request: RequestId(2),
        made_at: START,
        nonce_mark: 3,
        received_at: START,
    };
    let rows = [((PortType::Base1000Lx, hangzhou()), Money(2))].into();
    let why = Why { at: START, cause: Cause::Call, request: Some(RequestId(2)) };
    let step = moved(&circuit, Some(why));
    let bill = one_bill(circuit.id);
    let shared = [(SharedSpec::M50, Money(4))].into();
    Books {
        accounts: vec![one_account()],
        circuits: vec![circuit.clone()],
        orders: vec![order],
        users: vec![User { account: ACCOUNT, name: "u".into(), policies: vec!["{}".into()] }],
        keys: vec![one_key()],
        price_lists: vec![PriceList { version: 2, currency, rows, setup: Some(Money(3)), shared }],
        postings: vec![posting.expect("the money is there")],
        receipts: vec![receipt],
        bills: vec![bill],
        letters: vec![one_letter(circuit.id)],
        routers: vec![one_router(circuit.id)],
        groups: vec![one_group()],
        references: vec![Reference { account: ACCOUNT, thing: "vbr-a".into(), home: ACCOUNT }],
        grants: vec![one_grant()],
        router_moves: vec![RouterMove {
            router: RouterId::mint(1, 0),
            account: ACCOUNT,
            owner: ACCOUNT,
            status: RouterStatus::Active,
            deleted: false,
            why,
        }],
        circuit_moves: vec![step],
        order_moves: vec![OrderMove {
            order: order.id,
            account: ACCOUNT,
            before: OrderStatus::Unpaid,
            status: OrderStatus::Paid,
            why,
        }],
    }
}

/// What may have happened to a file that holds one record of each kind; what is then said of it;
/// and whether a start reads that too.
const NOT_OURS: &[(&str, &str, bool)] = &[
    ("UPDATE accounts SET currency = 0", "word 0", true),
    ("UPDATE accounts SET currency = 100000", "word 100000, None, is not one", true),
    ("UPDATE accounts SET service_open = 2", "Integer(2) is not a value", true),
    ("UPDATE accounts SET waiting_circuits = -1", "Integer(-1) is not a value", true),
    ("UPDATE accounts SET id = -1", "Integer(-1) is not a value", true),
    ("UPDATE accounts SET dialect = CAST(x'FF' AS TEXT)", "no text: invalid utf-8", true),
    ("UPDATE circuits SET id = 'vbr-1'", "\"vbr-1\" is no circuit's id", true),
    (
        "UPDATE circuits SET region = (SELECT n FROM words WHERE text = 'Enabled')",
        "Some(\"Enabled\"), is not one that this release knows here",
        true,
    ),
    ("UPDATE circuits SET redundant = 'nothing'", "\"nothing\" is no circuit's id", true),
    (
        "UPDATE circuit_states SET status = (SELECT n FROM words WHERE text = 'Paid')",
        "Some(\"Paid\"), is not one that this release knows here",
        true,
    ),
    ("UPDATE circuit_states SET open_order = 0", "Integer(0) is not a value", true),
    ("DELETE FROM circuit_states", " state", true),
    ("DELETE FROM circuits", "a state without a circuit", true),
    ("UPDATE circuit_states SET moved_at = NULL", "an instant and a cause, or neither", false),
    ("UPDATE circuit_states SET request = x'00'", "a request's id has 16 bytes", false),
    ("UPDATE order_moves SET before = 0", "word 0", false),
    ("UPDATE orders SET request = x'00'", "a request's id has 16 bytes", true),
    ("UPDATE bills SET id = 0", "Integer(0) is not a value", true),
    ("UPDATE orders SET id = 0", "Integer(0) is not a value", true),
    ("UPDATE orders SET by_time = 7", "Integer(7) is not a value", true),
    ("UPDATE orders SET kind = 5", "Integer(5) is not a value", true),
    ("UPDATE renewals SET anchor_day = 256", "Integer(256) is not a value", true),
    ("UPDATE renewals SET n = n + 1", "a state without a circuit", true),
    ("UPDATE circuit_states SET stop_after_s = 7", "a stop and a release go together", true),
    ("UPDATE orders SET term_cycle = NULL", "a term has both a count and a cycle", true),
    ("UPDATE orders SET term_count = NULL", "a term has both a count and a cycle", true),
    ("UPDATE orders SET usage_start = NULL", "a usage that ends begins", true),
    ("DELETE FROM users", "policies of a user that is not there", true),
    ("UPDATE keys SET public_key = 'p'", "a key has either a secret or a public key", true),
    ("UPDATE keys SET secret = NULL", "a key has either a secret or a public key", true),
    ("DELETE FROM price_lists", "prices of a list that is not there", true),
    ("DELETE FROM price_lists; DELETE FROM prices", "prices of a list that is not there", true),
    ("UPDATE shared_prices SET spec = 0", "word 0", true),
    ("UPDATE prices SET version = -2", "Integer(-2) is not a value", true),
    (
        "INSERT INTO postings SELECT NULL, world, at, -100000, credit, amount, currency, \
         balance_after, order_id FROM postings",
        "word 100000, None, is not one",
        false,
    ),
    ("UPDATE routers SET id = 'pc-a'", "\"pc-a\" is no router's id", true),
    ("UPDATE routers SET router_group = 'vbr-a'", "\"vbr-a\" is no group's id", true),
    ("UPDATE routers SET status = region", "is not one that this release knows here", true),
    ("UPDATE routers SET tags = 'k'", "\"k\" are no tags", true),
    ("DELETE FROM routers", "further circuits of a router that is not there", true),
    ("UPDATE router_groups SET status = region", "is not one that this release knows here", true),
    ("UPDATE router_moves SET status = cause", "is not one that this release knows here", false),
    ("UPDATE grants SET routers = 'vbr-a,x'", "are no routers", true),
    ("UPDATE receipts SET marks = x'00'", "marks are 48 bytes", true),
    ("UPDATE receipts SET outcome = 9", "9 is no outcome", true),
    ("UPDATE receipts SET outcome = 0", "0 is no outcome, or names something else", true),
    ("UPDATE receipts SET circuit = 'pc-a'", "2 is no outcome, or names something else", true),
    ("UPDATE receipts SET kind = region", "is not one that this release knows here", true),
    ("UPDATE receipts SET token = CAST(x'FF' AS TEXT)", "no text: invalid utf-8", true),
];

#[test]
fn what_no_release_wrote_is_an_error_that_says_what_it_is() {
    let file = File::new();
    write_books(&file, WORLDS[0], &one_of_each());
    assert_eq!(file.books().expect("it is read"), [one_of_each(), Books::default()]);
    let (postings, receipts, circuit_moves, order_moves, router_moves) = Default::default();
    let known =
        Books { postings, receipts, circuit_moves, order_moves, router_moves, ..one_of_each() };
    assert_eq!(file.load().expect("a start reads it"), known);
    clear(&file, WORLDS[0]);
    for &(damage, said, at_start) in NOT_OURS {
        write_books(&file, WORLDS[0], &one_of_each());
        file.db.execute_batch(damage).unwrap_or_else(|error| panic!("{damage}: {error}"));
        let told = file.books().map(drop).map_err(|error| error.to_string());
        assert!(told.as_ref().is_err_and(|told| told.contains(said)), "{damage}: {told:?}");
        let told = file.load().map_err(|error| error.to_string());
        match told {
            Ok(_) => assert!(!at_start, "{damage}"),
            Err(told) => assert!(at_start && told.contains(said), "{damage}: {told}"),
        }
        for shape in crate::tables::shapes() {
            let sql = format!("DELETE FROM {}", shape.name);
            file.db.execute_batch(&sql).expect("it is cleared");
        }
    }
}
