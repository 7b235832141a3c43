//! Worlds: clocks, resets, who is in them, what is seen of them, and batches against single steps.

use super::rig::*;
use crate::catalogue::{AccessPoint, LineOperator, PortType};
use crate::circuit::Event;
use crate::command::{
    Amendment, CircuitFilter, Command, Found, GivenCircuit, OrderFilter, Page, Query,
};
use crate::ledger::{LedgerAccount, Posting};
use crate::price::{Currency, Money};
use crate::record::{
    AccountId, Change, Charge, CircuitId, CircuitWords, Key, OrderId, OrderStatus, Outcome,
    Particulars, Proof, Status, User,
};
use crate::state::{Carrier, Rules, State, View};
use crate::{Overlay, Refusal, Timestamp, look, sandbox};
use proptest::prelude::*;

#[test]
fn a_clock_is_moved_forward_only_and_counts_from_the_wall() {
    let mut world = World::new(rules());
    let wall = world.wall;
    let to = |ms: i64| Command::MoveClock { to: wall.plus_ms(ms), wall };
    world.done(to(DAY_MS));
    assert_eq!((world.state().clock(), world.state().latest()), (DAY_MS, wall.plus_ms(DAY_MS)));
    assert_eq!(world.refused(to(DAY_MS - 1)), Refusal::ClockBack);
    world.done(to(DAY_MS));
    let circuit = world.give(given(Status::Enabled), "pc-a");
    assert_eq!(world.circuit(circuit).created_at, wall.plus_ms(DAY_MS));
    // The wall may run back; the world's time does not.
    world.wall = wall.plus_ms(-DAY_MS);
    let circuit = world.give(given(Status::Enabled), "pc-b");
    assert_eq!(world.circuit(circuit).created_at, wall.plus_ms(DAY_MS));
}

#[test]
fn a_reset_world_is_the_fixed_one_at_its_own_instant() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    world.placed(order(circuit, MONTH, false));
    world.done(Command::LoadPrices(Currency::Usd, Vec::new()));
    world.done(Command::PutUser(user(OWNER)));
    let start = Timestamp::parse("2020-01-01T00:00:00Z").expect("a test instant");
    let reset = Command::Reset { start, wall: world.wall };
    // Together with what comes before and after it in a batch.
    let before = world.proposal(Command::TopUp(OWNER, Money(1)));
    let reset = world.proposal(reset);
    let mut after = world.proposal(order(id("pc-sandboxconfirmed"), MONTH, true));
    after.owner = sandbox::RICH;
    let told = world.batch(vec![before, reset, after]);
    assert!(matches!(told[2], Told::Done(Outcome::Order { short: false, .. })), "{told:?}");
    let state = world.state();
    assert_eq!(state.clock(), start.ms() - world.wall.ms());
    assert_eq!((state.latest(), state.price_version()), (start, 1));
    assert_eq!((state.account(OWNER), state.circuit(&circuit)), (None, None));
    assert_eq!((state.users().count(), state.orders().count()), (0, 1));
    assert_eq!(state.next_due(), None);
    let sandbox::RICH_BALANCE = Money(1_000_000_000) else { panic!("100,000.00") };
    let rich = state.account(sandbox::RICH).expect("the sandbox's");
    assert_eq!(rich.balance, Money::units(100_000 - 85));
    assert!(rich.service_open && state.account(sandbox::POOR).expect("too").service_open);
    assert_eq!(state.circuits_of(sandbox::RICH, home()).count(), Status::ALL.len());
    for &status in Status::ALL {
        let name = format!("pc-sandbox{}", status.text().to_lowercase().replace(' ', ""));
        let circuit = state.circuit(&id(&name)).expect("one of each");
        let ordered = status == Status::Confirmed;
        assert_eq!(circuit.state.status, if ordered { Status::Enabled } else { status });
        assert_eq!((circuit.created_at, circuit.given), (start, true));
    }
    let poor = state.circuit(&id("pc-sandboxpoor")).expect("the sandbox's");
    assert_eq!((poor.account, poor.state.status), (sandbox::POOR, Status::Confirmed));
}

fn user(account: AccountId) -> User {
    User { account, name: "u".into(), policies: vec!["{}".into()] }
}

fn key(account: AccountId, user: Option<&str>) -> Key {
    Key {
        id: "k".into(),
        account,
        user: user.map(Into::into),
        proof: Proof::Secret("hush".into()),
        security_token: None,
        expires_at: None,
        bearer_token: None,
        dialect: None,
        active: true,
    }
}

#[test]
fn users_and_keys_belong_to_someone() {
    let mut world = World::new(rules());
    let nobody = AccountId(9);
    assert_eq!(world.refused(Command::PutUser(user(nobody))), Refusal::NoSuchAccount);
    assert_eq!(world.refused(Command::PutKey(key(nobody, None))), Refusal::NoSuchAccount);
    assert_eq!(world.refused(Command::PutKey(key(OWNER, Some("u")))), Refusal::NoSuchUser);
    world.done(Command::PutUser(user(OWNER)));
    assert_eq!(world.refused(Command::PutKey(key(OTHER, Some("u")))), Refusal::NoSuchUser);
    world.done(Command::PutKey(key(OWNER, Some("u"))));
    let Found::World(people) = look(world.state(), &Query::People) else { panic!("people") };
    assert_eq!(people.users, [user(OWNER)]);
    assert_eq!(people.keys, [key(OWNER, Some("u"))]);
    let accounts: Vec<_> = people.accounts.iter().map(|account| account.id).collect();
    assert_eq!((accounts, people.circuits.len()), (vec![OWNER, OTHER], 0));
    assert_eq!(world.state().user(OWNER, "u"), Some(&user(OWNER)));
    assert_eq!(world.state().user(OWNER, "v"), None);
}

#[test]
fn nothing_that_proves_a_key_is_ever_shown() {
    let mut key = key(OWNER, None);
    for proof in [Proof::Secret("hush".into()), Proof::PublicKey("hush".into())] {
        assert!(!format!("{proof:?}").is_empty());
        key.proof = proof;
        key.security_token = Some("hush".into());
        key.bearer_token = Some("hush".into());
        let shown = format!("{:?} {key:?}", key.proof);
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("\"k\""), "{shown}");
    }
}

#[test]
fn price_lists_are_numbered_from_two_and_the_newest_of_a_currency_counts() {
    let mut world = World::new(rules());
    assert_eq!((world.state().price_version(), world.state().price_list(Currency::Usd)), (1, None));
    for (nth, currency) in [Currency::Usd, Currency::Cny, Currency::Usd].into_iter().enumerate() {
        world.done(Command::LoadPrices(currency, Vec::new()));
        let version = u32::try_from(nth).expect("few") + 2;
        assert_eq!(world.state().price_version(), version);
        assert_eq!(world.state().price_list(currency).map(|list| list.version), Some(version));
    }
    assert_eq!(world.state().price_list(Currency::Cny).map(|list| list.version), Some(3));
    assert_eq!(world.state().price_list(Currency::Jpy), None);
}

#[test]
fn a_page_holds_its_rows_and_knows_of_all() {
    let (mut world, _) = World::with(Status::Confirmed);
    let mut orders = Vec::new();
    for name in ["pc-b", "pc-c", "pc-d", "pc-e"] {
        let circuit = world.give(given(Status::Confirmed), name);
        orders.push(world.placed(order(circuit, MONTH, false)));
        world.wall = world.wall.plus_ms(1);
    }
    orders.reverse();
    for (number, size, rows) in
        [(1, 2, 0..2), (2, 2, 2..4), (3, 2, 4..5), (4, 2, 5..5), (2, 3, 3..5), (1, 9, 0..5)]
    {
        let page = Page { number, size };
        let query = Query::Circuits(OWNER, home(), CircuitFilter::default(), page);
        let Found::Circuits(found, 5) = look(world.state(), &query) else { panic!("{page:?}") };
        let names: Vec<_> = found.iter().map(|circuit| circuit.id).collect();
        assert_eq!(
            names,
            ["pc-a", "pc-b", "pc-c", "pc-d", "pc-e"][rows.clone()]
                .iter()
                .map(|n| id(n))
                .collect::<Vec<_>>()
        );
        let query = Query::Orders(OWNER, OrderFilter::default(), page);
        let Found::Orders(found, 4) = look(world.state(), &query) else { panic!("{page:?}") };
        assert_eq!(found, orders[rows.start.min(4)..rows.end.min(4)]);
    }
    let beyond = Page { number: u32::MAX, size: u32::MAX };
    let query = Query::Orders(OWNER, OrderFilter::default(), beyond);
    assert_eq!(look(world.state(), &query), Found::Orders(Vec::new(), 4));
}

#[test]
fn circuits_are_found_by_each_condition_and_by_all_of_them() {
    let mut world = World::new(rules());
    let plain = given(Status::Allocated);
    let words =
        CircuitWords { name: "n".into(), resource_group: "r".into(), ..CircuitWords::default() };
    let odd = GivenCircuit {
        particulars: Particulars {
            access_point: AccessPoint::of(home())
                .find(|point| point.id() != "ap-cn-hangzhou-yh-B")
                .expect("several"),
            line_operator: LineOperator::Equinix,
            port_type: PortType::Base10GLr,
            bandwidth_mbps: 1,
            words: Some(Box::new(words)),
        },
        status: Status::Enabled,
        ..plain.clone()
    };
    let point: Box<str> = odd.particulars.access_point.id().into();
    let (plain, odd) = (world.give(plain, "pc-plain"), world.give(odd, "pc-odd"));
    world.give(GivenCircuit { account: OTHER, ..given(Status::Enabled) }, "pc-theirs");
    world.give(GivenCircuit { region: away(), ..given(Status::Enabled) }, "pc-away");
    let gone = world.give(given(Status::Allocated), "pc-gone");
    world.done(Command::DeleteCircuit(gone));
    let list = |text: &str| vec![Box::from(text)];
    let none = CircuitFilter::default;
    let ids = |names: &[&str]| Some(names.iter().map(|name| CircuitId::new(name)).collect());
    let found = |filter: CircuitFilter| {
        let shown = format!("{filter:?}");
        match look(world.state(), &Query::Circuits(OWNER, home(), filter, ALL)) {
            Found::Circuits(rows, total) => {
                assert_eq!(rows.len(), total, "{shown}");
                rows.iter().map(|circuit| circuit.id).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    for (filter, wanted) in [
        (none(), vec![plain, odd]),
        (CircuitFilter { access_points: list(&point), ..none() }, vec![odd]),
        (CircuitFilter { line_operators: list("Equinix"), ..none() }, vec![odd]),
        (CircuitFilter { specs: list("10G"), ..none() }, vec![odd]),
        (CircuitFilter { statuses: list("Enabled"), ..none() }, vec![odd]),
        (CircuitFilter { names: list("n"), ..none() }, vec![odd]),
        (CircuitFilter { resource_groups: list("r"), ..none() }, vec![odd]),
        (CircuitFilter { names: vec!["x".into(), "n".into()], ..none() }, vec![odd]),
        (CircuitFilter { names: list("n"), specs: list("1G"), ..none() }, vec![]),
        (CircuitFilter { nothing: true, ..none() }, vec![]),
        (CircuitFilter { ids: ids(&["pc-odd", "?", "pc-odd", "pc-never"]), ..none() }, vec![odd]),
        (CircuitFilter { ids: ids(&["pc-theirs", "pc-away", "pc-gone"]), ..none() }, vec![]),
        (CircuitFilter { ids: ids(&["pc-odd"]), specs: list("1G"), ..none() }, vec![]),
        (CircuitFilter { ids: Some(Vec::new()), ..none() }, vec![]),
    ] {
        assert_eq!(found(filter.clone()), wanted, "{filter:?}");
    }
    let one = |id| match look(world.state(), &Query::AnyCircuit(id)) {
        Found::Circuits(rows, total) => (rows.len(), total),
        other => panic!("{other:?}"),
    };
    assert_eq!((one(id("pc-theirs")), one(id("pc-never"))), ((1, 1), (0, 0)));
}

#[test]
fn orders_are_found_by_each_condition_and_only_by_their_account() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let free = world.give(given(Status::Confirmed), "pc-b");
    let first = world.placed(order(circuit, MONTH, false));
    world.wall = world.wall.plus_ms(10);
    let second = world.placed(order(free, Charge::PostPaid, true));
    let none = OrderFilter::default;
    let at = |ms: i64| Some(first.created_at.plus_ms(ms));
    for (filter, wanted) in [
        (none(), vec![second.id, first.id]),
        (OrderFilter { from: at(0), ..none() }, vec![second.id, first.id]),
        (OrderFilter { from: at(1), ..none() }, vec![second.id]),
        (OrderFilter { until: at(10), ..none() }, vec![second.id, first.id]),
        (OrderFilter { until: at(9), ..none() }, vec![first.id]),
        (OrderFilter { status: Some(OrderStatus::Unpaid), ..none() }, vec![first.id]),
        (OrderFilter { status: Some(OrderStatus::Paid), ..none() }, vec![second.id]),
        (OrderFilter { subscription: Some(true), ..none() }, vec![first.id]),
        (OrderFilter { subscription: Some(false), ..none() }, vec![second.id]),
        (OrderFilter { subscription: Some(true), from: at(1), ..none() }, vec![]),
        (OrderFilter { nothing: true, ..none() }, vec![]),
    ] {
        let query = Query::Orders(OWNER, filter.clone(), ALL);
        let Found::Orders(rows, total) = look(world.state(), &query) else { panic!("orders") };
        let ids: Vec<_> = rows.iter().map(|order| order.id).collect();
        assert_eq!((ids, total), (wanted.clone(), wanted.len()), "{filter:?}");
    }
    let found = |query| match look(world.state(), &query) {
        Found::Order(order) => order.map(|order| order.id),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(Query::Order(OWNER, first.id)), Some(first.id));
    assert_eq!(found(Query::Order(OTHER, first.id)), None);
    assert_eq!(found(Query::AnyOrder(second.id)), Some(second.id));
    assert_eq!(found(Query::AnyOrder(OrderId::UNSET)), None);
    let Found::World(all) = look(world.state(), &Query::World) else { panic!("everything") };
    assert_eq!((all.circuits.len(), all.orders.len(), all.accounts.len()), (2, 2, 2));
}

#[test]
fn an_order_of_any_number_is_found_and_no_other_is() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    // Numbers go up with gaps, as in a store with several worlds.
    let mut numbers = Vec::new();
    for gap in [1, 1, 5, 1, 300, 2, 2, 1] {
        let number = numbers.last().copied().unwrap_or(2_000) + gap;
        let mut proposal = world.proposal(order(circuit, MONTH, false));
        proposal.order = OrderId::new(number).expect("not zero");
        assert!(matches!(world.propose(proposal), Told::Done(_)));
        world.done(Command::CancelOrder(OrderId::new(number).expect("not zero")));
        numbers.push(number);
    }
    for number in 1..=3_000 {
        let found = world.state().order(OrderId::new(number).expect("not zero"));
        let found = found.map(|order| order.id.number());
        assert_eq!(found, numbers.contains(&number).then_some(number), "{number}");
    }
    assert_eq!(world.state().order(OrderId::UNSET), None);
    let orders: Vec<_> = world.state().orders().map(|order| order.id.number()).collect();
    assert_eq!(orders, numbers);
}

#[test]
#[should_panic(expected = "order numbers only go up")]
fn an_order_number_that_goes_back_is_a_broken_store() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let order = world.placed(order(circuit, MONTH, false));
    let before = OrderId::new(order.id.number() - 1).expect("not zero");
    let mut state = State::new(rules());
    for id in [order.id, before] {
        state.put_order(crate::record::Order { id, ..order });
    }
}

#[test]
fn what_was_made_to_happen_is_not_looked_for_again() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    for _ in 0..2 {
        world.done(Command::ApplyForCircuit(Box::new(particulars())));
    }
    let mut overlay = Overlay::over(world.state(), 1);
    let first = overlay.next_due().expect("two are due");
    overlay.pass(first);
    let second = overlay.next_due().expect("one is due");
    assert!(second > first);
    overlay.pass(second);
    assert_eq!(overlay.next_due(), None);
}

#[test]
fn a_rebuilt_world_stands_as_it_stood() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    world.done(Command::ApplyForCircuit(Box::new(particulars())));
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let unpaid = world.placed(order(circuit, MONTH, false));
    world.done(Command::LoadPrices(Currency::Usd, Vec::new()));
    let mut rebuilt = State::new(*world.state().rules());
    assert!(rebuilt.is_empty() && !world.state().is_empty());
    for account in world.state().accounts() {
        rebuilt.apply(vec![Change::Account(account.clone())]);
        assert!(!rebuilt.is_empty());
    }
    for circuit in world.state().circuits() {
        rebuilt.add_circuit(circuit.clone());
    }
    rebuilt.put_order(unpaid);
    rebuilt.add_prices(world.state().price_list(Currency::Usd).expect("loaded").clone());
    assert_eq!(look(&rebuilt, &Query::World), look(world.state(), &Query::World));
    assert_eq!(rebuilt.next_due(), world.state().next_due());
    assert_eq!(rebuilt.latest(), world.wall);
    assert_eq!(rebuilt.price_version(), 2);
    assert_eq!(rebuilt.next_due().map(|(at, _)| at), Some(world.wall.plus_ms(250)));
}

#[test]
fn a_world_with_circuits_alone_is_not_empty() {
    let (world, circuit) = World::with(Status::Confirmed);
    let mut state = State::new(rules());
    state.add_circuit(world.circuit(circuit).clone());
    assert!(!state.is_empty());
}

#[test]
fn ledger_accounts_are_shown_by_kind_and_owner() {
    let shown = [
        (LedgerAccount::Cash(OWNER), format!("cash:{OWNER}")),
        (LedgerAccount::Revenue(Currency::Cny), "revenue:CNY".to_owned()),
        (LedgerAccount::Funding(Currency::Jpy), "funding:JPY".to_owned()),
    ];
    for (account, text) in shown {
        assert_eq!(account.to_string(), text);
    }
}

#[test]
fn only_a_customers_cash_has_an_effect_on_it() {
    let at = Timestamp::from_ms(0);
    let top_up = Posting::top_up(OWNER, Money(1), Money(2), Currency::Usd, at).expect("it fits");
    assert_eq!(top_up.cash_effect(), Some((OWNER, Money(2))));
    let order = OrderId::new(1).expect("not zero");
    let payment = Posting::payment(OWNER, Money(3), Money(2), Currency::Usd, order, at);
    let payment = payment.expect("the money is there");
    assert_eq!(payment.cash_effect(), Some((OWNER, Money(-2))));
    let neither = Posting { debit: LedgerAccount::Funding(Currency::Usd), ..payment };
    assert_eq!(neither.cash_effect(), None);
}

/// Something that may be asked, named by three small numbers.
fn command(world: &World, (what, which, how): (u8, u8, u8)) -> Command {
    let circuit = id(["pc-a", "pc-b", "pc-c"][usize::from(which % 3)]);
    let newest = |back: u8| world.state().orders_of(OWNER).nth(usize::from(back));
    let some_order = newest(which % 3).map_or(OrderId::UNSET, |order| order.id);
    let status = Status::ALL[usize::from(how) % Status::ALL.len()];
    match what % 14 {
        0 => Command::ApplyForCircuit(Box::new(particulars())),
        1 => Command::GiveCircuits(Box::new(given(status)), vec![circuit]),
        2 => Command::ConfirmCircuit(circuit),
        3 => order(circuit, MONTH, how % 2 == 0),
        4 => order(circuit, Charge::PostPaid, true),
        5 => Command::CancelOrder(some_order),
        6 => Command::PayOrder(some_order),
        7 => Command::DeleteCircuit(circuit),
        8 => {
            let name = Some(["x", "y"][usize::from(how % 2)].into());
            Command::AmendCircuit(circuit, Box::new(Amendment { name, ..Amendment::default() }))
        }
        9 => Command::CarrierEvent(circuit, Event::ALL[usize::from(how) % Event::ALL.len()]),
        10 => Command::TopUp(OWNER, Money::units(i64::from(how) + 1)),
        11 => Command::MoveClock {
            to: world.wall.plus_ms(world.state().clock() + i64::from(how) * 3_600_000),
            wall: world.wall,
        },
        12 => Command::TerminateCircuit(circuit),
        _ => Command::LoadPrices(
            [Currency::Usd, Currency::Cny][usize::from(how % 2)],
            vec![(PortType::Base1000Lx, home(), Money::units(i64::from(which)))],
        ),
    }
}

/// Events that only calls bring about are never a carrier's.
fn may_happen(command: &Command) -> bool {
    !matches!(command, Command::CarrierEvent(_, event) if Event::of_carrier(event.text()).is_none())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// The comparison itself, and the audit, are the rig's.
    #[test]
    fn a_batch_comes_to_what_its_proposals_come_to_one_by_one(
        auto in any::<bool>(),
        batches in prop::collection::vec(
            prop::collection::vec((any::<(u8, u8, u8)>(), 0..4_u8, 0..1000_i64), 1..12),
            1..8,
        ),
    ) {
        let carrier = if auto { Carrier::Auto } else { Carrier::Manual };
        let mut world = World::new(Rules { carrier, enable_delay_ms: 100, ..rules() });
        world.give(given(Status::Confirmed), "pc-a");
        for batch in batches {
            let mut proposals = Vec::new();
            for (named, token, later) in batch {
                let command = command(&world, named);
                if !may_happen(&command) {
                    continue;
                }
                world.wall = world.wall.plus_ms(later);
                let mut proposal = world.proposal(command);
                if proposal.origin.is_some() && token > 0 {
                    proposal.token = Some(token.to_string().into());
                }
                proposals.push(proposal);
            }
            world.batch(proposals);
        }
        world.pass(30 * DAY_MS);
        prop_assert_eq!(world.state().orders().filter(|o| o.dies_at.is_some()).count(), 0);
    }
}

#[test]
fn an_overlay_that_changed_nothing_has_nothing_to_write() {
    let (world, circuit) = World::with(Status::Confirmed);
    let overlay = Overlay::over(world.state(), 1);
    assert!(overlay.delta().is_empty());
    let state = world.circuit(circuit).clone();
    let account = world.account().clone();
    let at = world.wall;
    let top_up = Posting::top_up(OWNER, Money(0), Money(1), Currency::Usd, at).expect("it fits");
    let receipt = {
        let mut world = World::new(rules());
        let call = world.with_token("t", Command::DeleteCircuit(circuit));
        world.give(given(Status::Allocated), "pc-a");
        world.propose(call);
        world.books().receipts.remove(0)
    };
    let (mut orders, circuit_b) = World::with(Status::Confirmed);
    let unpaid = orders.placed(order(circuit_b, MONTH, false));
    for change in [
        Change::Clear,
        Change::Clock(1),
        Change::Account(account),
        Change::CircuitState(circuit, state.state),
        Change::Particulars(circuit, Box::new(state.particulars.clone())),
        Change::Order(Box::new(unpaid)),
        Change::Posting(top_up),
        Change::Receipt(Box::new(receipt)),
        Change::ForgetReceipts(at),
        Change::Prices(crate::price::PriceList {
            version: 2,
            currency: Currency::Usd,
            rows: vec![],
        }),
        Change::User(user(OWNER)),
        Change::Key(key(OWNER, None)),
    ] {
        let shown = format!("{change:?}");
        let mut overlay = Overlay::over(world.state(), 1);
        overlay.apply(vec![change]);
        assert!(!overlay.into_delta().0.is_empty(), "{shown}");
    }
}
