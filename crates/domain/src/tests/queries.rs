//! What is looked at: pages, conditions, whatever is found by its number, and whose due things come
//! before an answer.

use super::rig::*;
use crate::catalogue::{AccessPoint, LineOperator, PortType};
use crate::circuit::{CircuitWords, GivenCircuit, Particulars, Status};
use crate::command::{CancelOrder, DeleteCircuit, TerminateCircuit};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::order::{Charge, Order, OrderStatus};
use crate::query::{
    AccountOf, CircuitFilter, CircuitRow, CircuitsOf, InstanceFilter, Listing, OrderDetail,
    OrderFilter, OrderOf, OrdersOf, Page, Question as _,
};
use crate::{Carrier, Found, Query, Records as _, Rules, State, View as _, overdue};

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
        let Found::CircuitRows(Listing { page: found, total: 5 }) = world.look(&query) else {
            panic!("{page:?}")
        };
        let names: Vec<_> = found.iter().map(|row| row.circuit.id).collect();
        assert_eq!(
            names,
            ["pc-a", "pc-b", "pc-c", "pc-d", "pc-e"][rows.clone()]
                .iter()
                .map(|n| id(n))
                .collect::<Vec<_>>()
        );
        let query = Query::Orders(OWNER, OrderFilter::default(), page);
        let Found::Orders(found, 4) = world.look(&query) else { panic!("{page:?}") };
        assert_eq!(found, orders[rows.start.min(4)..rows.end.min(4)]);
    }
    let beyond = Page { number: u32::MAX, size: u32::MAX };
    let query = Query::Orders(OWNER, OrderFilter::default(), beyond);
    assert_eq!(world.look(&query), Found::Orders(Vec::new(), 4));
}

/// A question of callers finds what it asks for, and takes nothing else for it.
#[test]
fn a_question_finds_what_its_type_says() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let placed = world.placed(order(circuit, MONTH, false));
    let account = world.account().clone();
    let (circuit, none) = (world.circuit(circuit).clone(), Found::Nothing);
    let find = |query: Query| world.look(&query);
    assert_eq!(AccountOf::found(find(AccountOf(OWNER).query())), Some(Some(account)));
    assert_eq!(AccountOf::found(none.clone()), None);
    let circuits = CircuitsOf(OWNER, home(), CircuitFilter::default(), ALL);
    let listed = Listing { page: vec![CircuitRow { circuit, hosts: 0 }], total: 1 };
    assert_eq!(CircuitsOf::found(find(circuits.query())), Some(listed));
    assert_eq!(CircuitsOf::found(none.clone()), None);
    let orders = OrdersOf(OWNER, OrderFilter::default(), ALL);
    let listed = Listing { page: vec![placed], total: 1 };
    assert_eq!(OrdersOf::found(find(orders.query())), Some(listed));
    assert_eq!(OrdersOf::found(none.clone()), None);
    let detail = OrderDetail { order: placed, parts: vec![placed], paid: crate::price::Money(0) };
    assert_eq!(OrderOf::found(find(OrderOf(OWNER, placed.id).query())), Some(Some(detail)));
    assert_eq!(OrderOf::found(none), None);
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
    world.done(DeleteCircuit { circuit: gone, waiting_too: true });
    let list = |text: &str| vec![Box::from(text)];
    let none = CircuitFilter::default;
    let ids = |names: &[&str]| Some(names.iter().map(|name| CircuitId::new(name)).collect());
    let found = |filter: CircuitFilter| {
        let shown = format!("{filter:?}");
        match world.look(&Query::Circuits(OWNER, home(), filter, ALL)) {
            Found::CircuitRows(Listing { page, total }) => {
                assert_eq!(page.len(), total, "{shown}");
                page.iter().map(|row| row.circuit.id).collect::<Vec<_>>()
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
    let one = |id| match world.look(&Query::AnyCircuit(id)) {
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
        let Found::Orders(rows, total) = world.look(&query) else { panic!("orders") };
        let ids: Vec<_> = rows.iter().map(|order| order.id).collect();
        assert_eq!((ids, total), (wanted.clone(), wanted.len()), "{filter:?}");
    }
    let found = |query| match world.look(&query) {
        Found::Order(order) => order.map(|detail| detail.order.id),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(Query::Order(OWNER, first.id)), Some(first.id));
    assert_eq!(found(Query::Order(OTHER, first.id)), None);
    assert_eq!(found(Query::AnyOrder(second.id)), Some(second.id));
    assert_eq!(found(Query::AnyOrder(OrderId::NONE)), None);
    let Found::World(all) = world.look(&Query::World) else { panic!("everything") };
    assert_eq!((all.circuits.len(), all.orders.len(), all.accounts.len()), (2, 2, 2));
}

#[test]
fn an_order_of_any_number_is_found_and_no_other_is() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    // Numbers go up with gaps, as in a store with several worlds.
    let mut numbers = Vec::new();
    for gap in [1, 1, 5, 1, 300, 2, 2, 1] {
        let number = numbers.last().copied().unwrap_or(2_000) + gap;
        world.numbers.next_order = number;
        let placed = world.placed(order(circuit, MONTH, false));
        assert_eq!(placed.id.number(), number);
        world.done(CancelOrder { order: placed.id });
        numbers.push(number);
    }
    for number in 1..=3_000 {
        let found = world.state().order(&OrderId::new(number).expect("not zero"));
        let found = found.map(|order| order.id.number());
        assert_eq!(found, numbers.contains(&number).then_some(number), "{number}");
    }
    assert_eq!(world.state().order(&OrderId::NONE), None);
    let orders: Vec<_> = world.state().orders().map(|order| order.id.number()).collect();
    assert_eq!(orders, numbers);
}

#[test]
#[should_panic(expected = "numbers only go up")]
fn an_order_number_that_goes_back_is_a_broken_store() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let order = world.placed(order(circuit, MONTH, false));
    let before = OrderId::new(order.id.number() - 1).expect("not zero");
    let mut state = State::new(rules());
    for id in [order.id, before] {
        state.put(Order { id, ..order });
    }
}

/// One that ends by itself, a quarter of a second from now.
fn ending(world: &mut World, account: AccountId, name: &str) -> CircuitId {
    let circuit = world.give(GivenCircuit { account, ..given(Status::Enabled) }, name);
    let mut end = world.proposal(TerminateCircuit { circuit });
    origin_of(&mut end).account = account;
    assert!(matches!(world.propose(end), Told::Accepted(_)));
    circuit
}

/// Nobody else is made to wait for what is due of strangers.
#[test]
fn what_is_overdue_before_an_answer_is_what_it_looks_at() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    let (ours, theirs) = (ending(&mut world, OWNER, "pc-a"), ending(&mut world, OTHER, "pc-b"));
    let confirmed = world.give(given(Status::Confirmed), "pc-c");
    let unpaid = world.placed(order(confirmed, MONTH, false)).id;
    let (all, filter, orders) = (ALL, CircuitFilter::default, OrderFilter::default);
    for (query, parties) in [
        (Query::Account(OWNER), vec![OWNER]),
        (Query::Account(OTHER), vec![OTHER]),
        (Query::Account(NOBODY), vec![]),
        (Query::Circuits(OWNER, home(), filter(), all), vec![OWNER]),
        (Query::Circuits(OTHER, away(), filter(), all), vec![OTHER]),
        (Query::Orders(OWNER, orders(), all), vec![OWNER]),
        (Query::Orders(OTHER, orders(), all), vec![OTHER]),
        (Query::Order(OWNER, unpaid), vec![OWNER]),
        // Whoever asks for another's order waits for his own things.
        (Query::Order(OTHER, unpaid), vec![OTHER]),
        (Query::Instances(OTHER, InstanceFilter::default(), ALL), vec![OTHER]),
        (Query::AnyCircuit(ours), vec![OWNER]),
        (Query::AnyCircuit(theirs), vec![OTHER]),
        (Query::AnyCircuit(id("pc-never")), vec![]),
        (Query::AnyOrder(unpaid), vec![OWNER]),
        (Query::AnyOrder(OrderId::NONE), vec![]),
        (Query::IsFilled, vec![]),
        (Query::Everybody, vec![OWNER, OTHER]),
        (Query::World, vec![OWNER, OTHER]),
    ] {
        let due = |ms| overdue(world.state(), &query, world.wall.plus_ms(ms));
        assert_eq!((due(249), due(250)), (vec![], parties), "{query:?}");
    }
    world.pass(250);
    let everybody = overdue(world.state(), &Query::World, world.wall);
    assert_eq!((everybody, world.look(&Query::Everybody)), (vec![], Found::Nothing));
}

#[test]
fn a_world_is_filled_once_it_has_an_account() {
    let (empty, world) = (World::empty(rules()), World::new(rules()));
    for (world, filled) in [(empty, false), (world, true)] {
        assert_eq!(world.look(&Query::IsFilled), Found::IsFilled(filled));
        assert_eq!(world.state().is_filled(), filled);
    }
}

#[test]
fn whatever_belongs_to_others_is_found_by_nobody_who_names_himself() {
    let mut world = World::new(rules());
    let theirs = world.give(GivenCircuit { account: OTHER, ..given(Status::Confirmed) }, "pc-b");
    let mut call = world.proposal(order(theirs, Charge::PostPaid, true));
    origin_of(&mut call).account = OTHER;
    world.propose(call);
    let order = world.state().orders_of(OTHER).next().expect("placed").id;
    assert_eq!(world.look(&Query::Order(OWNER, order)), Found::Order(None));
    let filter = CircuitFilter { ids: Some(vec![Some(theirs)]), ..CircuitFilter::default() };
    let found = world.look(&Query::Circuits(OWNER, home(), filter, ALL));
    assert_eq!(found, Found::CircuitRows(Listing { page: vec![], total: 0 }));
    assert_eq!(world.look(&Query::Account(NOBODY)), Found::Account(None));
}
