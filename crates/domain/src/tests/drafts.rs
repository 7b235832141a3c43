//! A decision in the making: it sees its own writes, and what does not stand is put back, whatever
//! was written and wherever it was before.
//! Long because every way to write is tried with every other.

use super::rig::*;
use crate::account::Account;
use crate::audit::Books;
use crate::circuit::{Circuit, CircuitState, GivenCircuit, Status};
use crate::command::{GiveCircuits, LoadPrices, OpenAccount, TopUp, Wake};
use crate::delta::Reached;
use crate::draft::{Draft, Occasion};
use crate::id::{AccountId, CircuitId, Name, OrderId};
use crate::ledger::Posting;
use crate::order::{CancelCause, Order, OrderStatus};
use crate::ordering::{unpaid, void};
use crate::parties::Parties;
use crate::price::{Currency, Money, PriceList};
use crate::receipt::{Earlier, ReceiptKey};
use crate::renewal::Renewal;
use crate::{
    Carrier, Due, Mention, Numbers, Outcome, Overlay, Proposal, Records as _, Refusal, Rules,
    Timestamp, View as _, sandbox, settle_at_once,
};
use proptest::prelude::*;

/// All that an overlay shows of what it holds.
#[derive(PartialEq, Debug)]
struct Shown {
    books: Books,
    tokens: Vec<(ReceiptKey, Earlier)>,
    cleared: bool,
    clock: (Option<i64>, i64),
    floor: Timestamp,
    latest: Vec<Reached>,
    due: [Option<(Timestamp, Due)>; 2],
    due_accounts: Vec<AccountId>,
    earliest_due: Option<Timestamp>,
    balances: [Option<Money>; 2],
    orders: Vec<Order>,
    price_version: u32,
}

fn shown(overlay: &Overlay) -> Shown {
    let delta = overlay.delta();
    let both = [OWNER, OTHER];
    Shown {
        books: books_of(delta),
        tokens: delta.tokens().collect(),
        cleared: delta.cleared,
        clock: (delta.clock, overlay.clock()),
        floor: overlay.floor(),
        latest: delta.latest.iter().copied().collect(),
        due: both.map(|account| overlay.next_due(account, None)),
        due_accounts: overlay.due_accounts(Timestamp::from_ms(i64::MAX)),
        earliest_due: overlay.earliest_due(),
        balances: both.map(|account| overlay.account(&account).map(|account| account.balance)),
        orders: both.iter().flat_map(|account| overlay.orders_of(*account)).copied().collect(),
        price_version: overlay.price_version(),
    }
}

/// Below: what [`OTHER`] has, and an unpaid order of [`OWNER`]'s for `pc-below`.
fn below() -> World {
    let mut world = World::new(rules());
    let circuit = world.give(given(Status::Confirmed), "pc-below");
    world.placed(order(circuit, MONTH, false));
    world.give(GivenCircuit { account: OTHER, ..given(Status::Confirmed) }, "pc-other");
    world
}

/// What is decided earlier in the same batch: a top-up, a circuit and an unpaid order for it, under
/// a token.
fn earlier(world: &mut World) -> Vec<Proposal> {
    let given = Box::new(given(Status::Confirmed));
    vec![
        world.proposal(TopUp { account: OWNER, amount: Money(1) }),
        world.proposal(GiveCircuits { given, ids: vec![id("pc-above")] }),
        world.with_token("t", order(id("pc-above"), MONTH, false)),
    ]
}

fn decided<'s>(world: &'s World, proposals: &[Proposal]) -> (Overlay<'s>, Numbers) {
    let (mut overlay, mut numbers) = (Overlay::over(world.state(), 4), world.numbers);
    for proposal in proposals {
        let verdict = settle_at_once(&mut overlay, proposal, &mut numbers, true);
        assert!(matches!(verdict, Told::Accepted(_)), "{verdict:?}");
    }
    (overlay, numbers)
}

fn occasion() -> Occasion<'static> {
    let at = Timestamp::parse("2026-11-22T09:00:00Z").expect("a test instant");
    Occasion {
        parties: &Parties::World,
        checks: true,
        at,
        seed: 0,
        origin: None,
        cause: crate::history::Cause::Operator,
    }
}

/// Has it done by itself in a minute.
fn wind_up(draft: &mut Draft, circuit: CircuitId) {
    let state = draft.circuit(circuit).state;
    let wakes_at = Some(draft.at().plus_ms(60_000));
    draft.move_circuit(circuit, CircuitState { wakes_at, ..state });
}

/// Cancels its unpaid order, if it has one.
fn cancel(draft: &mut Draft, circuit: CircuitId) {
    if let Some(open) = draft.circuit(circuit).state.open_order {
        void(draft, open, CancelCause::Customer);
    }
}

fn new_account(draft: &mut Draft) {
    let account = draft.account(OTHER).expect("opened").clone();
    draft.put(Account { id: NOBODY, ..account });
}

fn top_up(draft: &mut Draft, account: AccountId) {
    let balance = draft.account(account).expect("opened").balance;
    let posting = Posting::top_up(account, balance, Money(5), Currency::Usd, draft.at());
    draft.post(posting.expect("it fits"));
}

fn prices(draft: &mut Draft) {
    let version = draft.view().price_version() + 1;
    let rows = [((particulars().port_type, home()), Money(1))].into();
    let (setup, shared) = (None, [].into());
    draft.add_prices(PriceList { version, currency: Currency::Usd, rows, setup, shared });
}

fn new_order(draft: &mut Draft, circuit: CircuitId) {
    let circuit = draft.circuit(circuit).clone();
    let order = unpaid(draft, &circuit, MONTH).expect("it has a price");
    draft.put(order);
}

/// Something that a decision does.
type Step = (&'static str, fn(&mut Draft));

/// Each can be done again, and after any other.
const WRITES: &[Step] = &[
    ("an account of the batch", |draft| draft.account_mut(OWNER).waiting_circuits = 9),
    ("an account below", |draft| draft.account_mut(OTHER).service_open = true),
    ("an account that was nowhere", new_account),
    ("a circuit of the batch", |draft| wind_up(draft, id("pc-above"))),
    ("a circuit below", |draft| wind_up(draft, id("pc-below"))),
    ("a circuit that was nowhere", |draft| {
        let circuit = given(Status::Enabled).at(id("pc-new"), draft.at());
        draft.put(circuit);
        wind_up(draft, id("pc-new"));
    }),
    ("an order of the batch", |draft| cancel(draft, id("pc-above"))),
    ("an order below", |draft| cancel(draft, id("pc-below"))),
    ("an order that was nowhere", |draft| new_order(draft, id("pc-other"))),
    ("money in the batch", |draft| top_up(draft, OWNER)),
    ("money below", |draft| top_up(draft, OTHER)),
    ("prices", prices),
    ("a user and a key", |draft| {
        draft.put(user(OWNER));
        draft.put(key(OWNER, Some("u")));
    }),
    ("something due", |draft| {
        let at = Some(draft.at());
        draft.put(Renewal { circuit: id("pc-other"), account: OTHER, at });
    }),
    ("the same things twice", |draft| {
        (0..2).for_each(|_| top_up(draft, OWNER));
        (0..2).for_each(|_| wind_up(draft, id("pc-above")));
        (0..2).for_each(|_| new_order(draft, id("pc-other")));
    }),
];

/// After these there is little left to be written to.
const FORGETS: &[Step] = &[
    ("everything forgotten", |draft| draft.clear()),
    ("everything forgotten twice, and written to before and after", |draft| {
        top_up(draft, OWNER);
        cancel(draft, id("pc-below"));
        draft.clear();
        draft.put(user(OTHER));
        draft.clear();
        prices(draft);
    }),
    ("the sandbox", |draft| {
        new_order(draft, id("pc-other"));
        wind_up(draft, id("pc-above"));
        draft.clear();
        let start = draft.at();
        sandbox::fill(draft, start, start);
    }),
];

fn steps() -> impl Iterator<Item = &'static Step> {
    WRITES.iter().chain(FORGETS)
}

/// So is a refusal, however late, and a quote.
#[test]
fn a_decision_that_does_not_stand_is_put_back() {
    let mut world = below();
    let proposals = earlier(&mut world);
    let (mut overlay, mut numbers) = decided(&world, &proposals);
    let before = (shown(&overlay), numbers);
    for (what, step) in steps() {
        let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
        step(&mut draft);
        draft.put_back();
        assert_eq!((shown(&overlay), numbers), before, "{what}");
    }
    // Each would have changed something.
    for (what, step) in steps() {
        let (mut overlay, mut numbers) = decided(&world, &proposals);
        let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
        step(&mut draft);
        draft.keep();
        assert_ne!((shown(&overlay), numbers), before, "{what}");
    }
}

/// Some writes, then perhaps everything forgotten; or, if it stands, the writes alone.
fn decision() -> impl Strategy<Value = (Vec<usize>, Option<usize>, bool)> {
    let writes = prop::collection::vec(0..WRITES.len(), 0..5);
    (writes, prop::option::of(0..FORGETS.len()), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_batch_is_what_stands_of_it(decisions in prop::collection::vec(decision(), 1..8)) {
        let mut world = below();
        let proposals = earlier(&mut world);
        let run = |tries: bool| {
            let (mut overlay, mut numbers) = decided(&world, &proposals);
            for (writes, forgets, stands) in &decisions {
                if !stands && !tries {
                    continue;
                }
                let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
                for nth in writes {
                    WRITES[*nth].1(&mut draft);
                }
                if *stands {
                    draft.keep();
                } else {
                    if let Some(nth) = forgets {
                        FORGETS[*nth].1(&mut draft);
                    }
                    draft.put_back();
                }
            }
            let shown = shown(&overlay);
            let mut state = below().into_state();
            state.merge(overlay.into_delta());
            (shown, numbers, state)
        };
        let (tried, plain) = (run(true), run(false));
        prop_assert_eq!((tried.0, tried.1), (plain.0, plain.1));
        same_state(&tried.2, &plain.2);
    }
}

/// No command sets the clock and is refused, but a quote of one that does would be put back.
#[test]
fn a_clock_that_was_set_is_put_back() {
    let mut world = below();
    let proposals = earlier(&mut world);
    let (mut overlay, mut numbers) = decided(&world, &proposals);
    let before = shown(&overlay);
    for clears in [None, Some(false), Some(true)] {
        let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
        let to = draft.at().plus_ms(DAY_MS);
        draft.set_clock(DAY_MS, to);
        if let Some(again) = clears {
            draft.clear();
            if again {
                draft.set_clock(2 * DAY_MS, to);
            }
        }
        draft.put_back();
        assert_eq!(shown(&overlay), before, "{clears:?}");
    }
}

/// Nor does it leave anything that shows in what is decided afterwards, or once all is merged.
#[test]
fn what_comes_after_a_decision_that_was_put_back_comes_to_the_same() {
    let mut world = below();
    let proposals = earlier(&mut world);
    let mut later = vec![
        world.proposal(order(id("pc-above"), MONTH, true)),
        world.with_token("t", order(id("pc-above"), MONTH, false)),
        world.proposal(Wake { account: OWNER }),
        world.proposal(TopUp { account: OTHER, amount: Money(2) }),
    ];
    // The unpaid orders die here.
    later[2].wall = world.wall.plus_ms(7 * DAY_MS);
    let run = |tries: &[Step]| {
        let (mut overlay, mut numbers) = decided(&world, &proposals);
        let mut verdicts = Vec::new();
        for proposal in &later {
            for (_, step) in tries {
                let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
                step(&mut draft);
                draft.put_back();
            }
            verdicts.push(settle_at_once(&mut overlay, proposal, &mut numbers, true));
        }
        let shown = shown(&overlay);
        let mut state = below().into_state();
        state.merge(overlay.into_delta());
        (verdicts, numbers, shown, state)
    };
    let (verdicts, numbers, shown, state) = run(&[]);
    assert_eq!(verdicts[0], Told::Refused(Refusal::OrderOpen));
    assert!(matches!(verdicts[1], Told::Replayed(..)), "{verdicts:?}");
    for step in steps() {
        let again = run(&[*step, WRITES[0], *step]);
        assert_eq!((again.0, again.1), (verdicts.clone(), numbers), "{}", step.0);
        assert_eq!(again.2, shown, "{}", step.0);
        same_state(&again.3, &state);
    }
}

/// A receipt is kept after its decision stands: what is put back next must not take it along.
#[test]
fn a_refusal_leaves_the_receipts_of_its_batch_alone() {
    let mut world = World::new(rules());
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let before = world.receipts().len();
    let batch = [
        world.with_token("t", order(circuit, MONTH, false)),
        world.with_token("u", order(circuit, MONTH, false)),
        world.with_token("t", order(circuit, MONTH, false)),
    ];
    let told = world.batch(&batch);
    let Told::Accepted(outcome) = told[0] else { panic!("refused: {told:?}") };
    assert_eq!(told[1], Told::Refused(Refusal::OrderOpen));
    assert!(matches!(told[2], Told::Replayed(again, _) if again == outcome), "{told:?}");
    assert_eq!(world.receipts().len(), before + 1);
}

#[test]
fn a_decision_sees_what_it_has_written() {
    let mut world = below();
    let proposals = earlier(&mut world);
    let (mut overlay, mut numbers) = decided(&world, &proposals);
    let next = numbers.next_order;
    let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
    let balance = |draft: &Draft, id| draft.account(id).expect("opened").balance;
    for (account, left) in [(OWNER, Money(10_000_001)), (OTHER, Money(0))] {
        assert_eq!(balance(&draft, account), left);
        top_up(&mut draft, account);
        top_up(&mut draft, account);
        assert_eq!(balance(&draft, account), Money(left.0 + 10));
    }
    for number in [next, next + 1] {
        new_order(&mut draft, id("pc-other"));
        let order = OrderId::new(number).expect("not zero");
        assert_eq!(draft.order(order).status, OrderStatus::Unpaid);
        let mut cancelled = *draft.order(order);
        cancelled.cancel(CancelCause::Customer);
        draft.put_order(cancelled);
        assert_eq!(draft.order(order).status, OrderStatus::Cancelled);
        assert!(draft.view().is_taken(Name::Order(order)));
    }
    assert_eq!(draft.view().orders_of(OTHER).count(), 2);
    let fresh = id("pc-new");
    assert!(!draft.view().is_taken(Name::Circuit(&fresh)));
    draft.put(GivenCircuit { account: OTHER, ..given(Status::Enabled) }.at(fresh, occasion().at));
    assert!(draft.view().is_taken(Name::Circuit(&fresh)));
    assert_eq!(draft.view().circuits_of(OTHER, home()).count(), 2);
    for version in [2, 3] {
        prices(&mut draft);
        assert_eq!(draft.view().price_version(), version);
    }
    // After it has forgotten everything it sees what it has written since.
    draft.clear();
    assert_eq!(draft.account(OWNER).map(|account| account.balance), Err(Refusal::NoSuchAccount));
    assert_eq!((draft.view().price_version(), draft.view().is_filled()), (1, false));
    assert_eq!(draft.find::<Circuit>(&fresh), None);
    assert_eq!(draft.edit::<Circuit>(&id("pc-below")), None);
    let start = draft.at();
    sandbox::fill(&mut draft, start, start);
    assert!(draft.view().is_filled());
    assert_eq!(balance(&draft, sandbox::RICH), sandbox::RICH_BALANCE);
    draft.keep();
    assert_eq!(numbers.next_order, next + 2);
}

/// A number is used up where it is given.
#[test]
fn only_an_order_that_comes_to_be_uses_a_number() {
    let mut world = World::empty(rules());
    world.done(OpenAccount {
        account: OWNER,
        currency: Currency::Cny,
        dialect: None,
        orderless: false,
    });
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let before = world.numbers.next_order;
    assert_eq!(world.refused(order(circuit, MONTH, true)), Refusal::NoPrice);
    assert_eq!(world.refused(order(id("pc-z"), MONTH, true)), Refusal::NoSuchCircuit);
    assert_eq!(world.numbers.next_order, before);
    let rows = [((particulars().port_type, home()), Money(1))].into();
    world.done(LoadPrices::of_ports(Currency::Cny, rows));
    // An order that is short of money comes to be as well, cancelled.
    let short = world.done(order(circuit, MONTH, true));
    assert!(matches!(short, Outcome::Order { short: true, .. }));
    assert_eq!(world.numbers.next_order, before + 1);
    assert_eq!(world.placed(order(circuit, MONTH, false)).id.number(), before + 1);
    assert_eq!(world.refused(order(circuit, MONTH, false)), Refusal::OrderOpen);
    assert_eq!(world.numbers.next_order, before + 2);
}

#[test]
fn whatever_is_written_is_something_to_write() {
    let world = below();
    for (kinds, write) in [
        (
            &["Account"][..],
            (|draft| draft.account_mut(OWNER).service_open = false) as fn(&mut Draft),
        ),
        (&["Circuit", "CircuitMove"], |draft| wind_up(draft, id("pc-below"))),
        (&["Order"], |draft| new_order(draft, id("pc-other"))),
        (&["Circuit", "Order", "CircuitMove", "OrderMove"], |draft| cancel(draft, id("pc-below"))),
        (&["User"], |draft| draft.put(user(OWNER))),
        (&["Key"], |draft| draft.put(key(OWNER, None))),
        (&["Renewal"], |draft| {
            draft.put(Renewal { circuit: id("pc-z"), account: OWNER, at: None });
        }),
        (&["PriceList"], prices),
        (&["Account", "Posting"], |draft| top_up(draft, OWNER)),
        (&[], |draft| draft.clear()),
        (&[], |draft| draft.set_clock(0, Timestamp::default())),
    ] {
        let (mut overlay, mut numbers) = (Overlay::over(world.state(), 1), world.numbers);
        assert!(overlay.delta().is_empty());
        let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
        write(&mut draft);
        draft.keep();
        assert!(!overlay.delta().is_empty(), "{kinds:?}");
        assert_eq!(kinds_of(overlay.delta()), kinds);
        assert_eq!(overlay.delta().mentions().len(), kinds.len());
    }
    let (receipt, mut overlay) = (world.receipts()[0].clone(), Overlay::over(world.state(), 1));
    overlay.delta_mut().keep_receipt(None, receipt);
    assert_eq!((kinds_of(overlay.delta()), overlay.delta().is_empty()), (vec!["Receipt"], false));
}

#[test]
fn who_watches_is_told_whose_each_thing_is() {
    let world = below();
    let (mut overlay, mut numbers) = (Overlay::over(world.state(), 1), world.numbers);
    let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion());
    top_up(&mut draft, OWNER);
    draft.keep();
    overlay.delta_mut().keep_receipt(None, world.receipts()[0].clone());
    let mentions = overlay.delta().mentions();
    let told = [Mention::Account(OWNER), Mention::Posting(Some(OWNER))];
    assert_eq!(mentions[..2], told);
    assert_eq!(mentions[2..], [Mention::Receipt(Some(OWNER))]);
}

/// How far time has come is known in memory alone.
#[test]
fn to_look_and_to_age_is_nothing_to_write() {
    let mut world = below();
    let wall = world.wall.plus_ms(1);
    let wake = Proposal { wall, ..world.proposal(Wake { account: OWNER }) };
    let refused = Proposal { wall, ..world.proposal(order(id("pc-never"), MONTH, true)) };
    let (mut overlay, mut numbers) = (Overlay::over(world.state(), 1), world.numbers);
    for proposal in [wake, refused] {
        settle_at_once(&mut overlay, &proposal, &mut numbers, true);
    }
    assert_eq!((overlay.delta().is_empty(), overlay.latest(OWNER)), (true, wall));
}

#[test]
fn what_was_made_to_happen_is_not_looked_for_again() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    for _ in 0..2 {
        world.done(apply_for_circuit());
    }
    let mut overlay = Overlay::over(world.state(), 1);
    let first = overlay.next_due(OWNER, None).expect("two are due");
    overlay.pass(OWNER, first);
    let second = overlay.next_due(OWNER, None).expect("one is due");
    assert!(second > first);
    overlay.pass(OWNER, second);
    assert_eq!(overlay.next_due(OWNER, None), None);
}

/// An instant before which nothing is due spares those who come earlier the search.
#[test]
fn what_is_due_first_in_a_batch_is_not_passed_over_for_what_was_planned_later() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    world.give(given(Status::Confirmed), "pc-a");
    let apply = world.proposal(apply_for_circuit());
    let unpaid = world.proposal(order(id("pc-a"), MONTH, false));
    let mut wake = world.proposal(Wake { account: OWNER });
    wake.wall = world.wall.plus_ms(250);
    let told = world.batch(&[apply, unpaid, wake]);
    let Told::Accepted(Outcome::Circuit(circuit)) = told[0] else { panic!("{told:?}") };
    assert_eq!(world.status(circuit), Status::Allocating);
}
