//! Worlds: clocks, resets, who is in them, what is seen of them, and batches against single steps.

use super::rig::*;
use crate::catalogue::{PortType, Region, SharedSpec};
use crate::circuit::{Event, GivenCircuit, Status};
use crate::command::{
    AmendCircuit, Amendment, ApplyForLetter, CancelCircuit, CancelOrder, CarrierEvent,
    ConfirmCircuit, DeleteCircuit, EnableCircuit, Fill, GiveCircuits, LoadPrices, MoveClock, NAMES,
    OpenAccount, PayOrder, PutKey, PutUser, ReportLine, Reset, TerminateCircuit, TopUp, Wake,
};
use crate::command::{RenewCircuit, SetRenewal};
use crate::id::{AccountId, OrderId};
use crate::ledger::{LedgerAccount, Posting};
use crate::order::Charge;
use crate::price::{Currency, Money};
use crate::receipt::Receipt;
use crate::rules::Kept;
use crate::subscription::Renewal;
use crate::user::Proof;
use crate::{
    Carrier, Command, Found, Means, Outcome, Overlay, Proposal, Query, Records as _, Refusal,
    Rules, State, Timestamp, View as _, look, sandbox, settle, settle_at_once,
};
use proptest::prelude::*;
use std::num::NonZeroU32;

#[test]
fn a_clock_is_moved_forward_only_and_counts_from_the_wall() {
    let mut world = World::new(rules());
    let wall = world.wall;
    let to = |ms: i64| MoveClock { to: wall.plus_ms(ms), wall };
    world.done(to(DAY_MS));
    assert_eq!((world.state().clock(), world.state().floor()), (DAY_MS, wall.plus_ms(DAY_MS)));
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
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    world.done(PutUser { user: user(OWNER) });
    let start = Timestamp::parse("2020-01-01T00:00:00Z").expect("a test instant");
    let reset = Reset { start, wall: world.wall };
    // Together with what comes before and after it in a batch.
    let before = world.proposal(TopUp { account: OWNER, amount: Money(1) });
    let reset = world.proposal(reset);
    let mut after = world.proposal(order(id("pc-sandboxconfirmed"), MONTH, true));
    origin_of(&mut after).account = sandbox::RICH;
    // Whatever is put back after it does not bring back what it has made forgotten.
    let refused = world.proposal(order(circuit, MONTH, true));
    let told = world.batch(&[before, reset, refused, after]);
    assert_eq!(told[2], Told::Refused(Refusal::NoSuchCircuit));
    assert!(matches!(told[3], Told::Accepted(Outcome::Order { short: false, .. })), "{told:?}");
    let state = world.state();
    assert_eq!(state.clock(), start.ms() - world.wall.ms());
    assert_eq!((state.latest(OWNER), state.price_version()), (start, 1));
    assert_eq!((state.account(&OWNER), state.circuit(&circuit)), (None, None));
    assert_eq!((state.users().count(), state.orders().count()), (0, 1));
    // But for what becomes of the one circuit that was ordered since.
    assert_eq!(state.due_accounts(start.plus_ms(24 * DAY_MS)), []);
    assert_eq!(state.forgets_at(), None);
    let sandbox::RICH_BALANCE = Money(1_000_000_000) else { panic!("100,000.00") };
    let rich = state.account(&sandbox::RICH).expect("the sandbox's");
    assert_eq!(rich.balance, Money::units(100_000 - 85));
    assert!(rich.service_open && state.account(&sandbox::POOR).expect("too").service_open);
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

/// All of a world that tells one from another.
fn all_of(world: &World) -> (Found, i64, [Timestamp; 2]) {
    let state = world.state();
    let rich = state.latest(sandbox::RICH);
    (world.look(&Query::World), state.clock(), [state.floor(), rich])
}

#[test]
fn a_new_world_is_filled_as_a_reset_one_is() {
    let start = Timestamp::parse("2020-01-01T00:00:00Z").expect("a test instant");
    let mut reset = World::empty(rules());
    let wall = reset.wall;
    reset.done(Reset { start, wall });
    let (reset, reset_postings) = (all_of(&reset), reset.books().postings);
    for (has_prices, is_ahead) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut filled = World::empty(rules());
        // What little a world without accounts may have goes.
        if has_prices {
            filled.done(LoadPrices::of_ports(Currency::Usd, [].into()));
        }
        if is_ahead {
            filled.done(MoveClock { to: wall.plus_ms(DAY_MS), wall });
        }
        filled.done(Fill { start, wall });
        assert_eq!(all_of(&filled), reset);
        assert_eq!(filled.books().postings, reset_postings);
    }
}

#[test]
fn where_there_are_accounts_nothing_is_filled() {
    let mut world = World::new(rules());
    let (before, numbers) = (world.look(&Query::World), world.numbers);
    let wall = world.wall;
    let fill = world.proposal(Fill { start: wall.plus_ms(DAY_MS), wall });
    let mut overlay = Overlay::over(world.state(), 1);
    let verdict = settle_at_once(&mut overlay, &fill, &mut numbers.clone(), true);
    assert_eq!(verdict, Told::Accepted(Outcome::Done));
    assert!(overlay.delta().is_empty());
    assert_eq!(world.propose(fill), verdict);
    assert_eq!((world.look(&Query::World), world.numbers), (before, numbers));
    // It is a command of the world, so everybody has seen its instant.
    assert_eq!((world.state().clock(), world.state().floor()), (0, wall));
    assert_eq!(world.state().account(&sandbox::RICH), None);
}

/// Two who open a world at once both ask.
#[test]
fn a_world_is_filled_once_however_many_ask() {
    let mut once = World::empty(rules());
    let (start, wall) = (once.wall.plus_ms(DAY_MS), once.wall);
    once.done(Fill { start, wall });
    let mut twice = World::empty(rules());
    let batch = [0, 1, 2].map(|later| {
        let (start, wall) = (start.plus_ms(later), wall.plus_ms(later));
        twice.proposal(Fill { start, wall })
    });
    assert_eq!(twice.batch(&batch), [Told::Accepted(Outcome::Done); 3]);
    assert_eq!(all_of(&twice), all_of(&once));
    assert_eq!(twice.books().postings.len(), 1);
}

#[test]
fn users_and_keys_belong_to_someone() {
    let mut world = World::new(rules());
    assert_eq!(world.refused(PutUser { user: user(NOBODY) }), Refusal::NoSuchAccount);
    assert_eq!(world.refused(PutKey { key: Box::new(key(NOBODY, None)) }), Refusal::NoSuchAccount);
    assert_eq!(world.refused(PutKey { key: Box::new(key(OWNER, Some("u"))) }), Refusal::NoSuchUser);
    world.done(PutUser { user: user(OWNER) });
    assert_eq!(world.refused(PutKey { key: Box::new(key(OTHER, Some("u"))) }), Refusal::NoSuchUser);
    world.done(PutKey { key: Box::new(key(OWNER, Some("u"))) });
    let Found::World(people) = world.look(&Query::World) else { panic!("people") };
    assert_eq!(people.users, [user(OWNER)]);
    assert_eq!(people.keys, [key(OWNER, Some("u"))]);
    let accounts: Vec<_> = people.accounts.iter().map(|account| account.id).collect();
    assert_eq!((accounts, people.circuits.len()), (vec![OWNER, OTHER], 0));
    assert_eq!(world.state().user(&(OWNER, "u".into())), Some(&user(OWNER)));
    assert_eq!(world.state().user(&(OWNER, "v".into())), None);
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
        world.done(LoadPrices::of_ports(currency, [].into()));
        let version = u32::try_from(nth).expect("few") + 2;
        assert_eq!(world.state().price_version(), version);
        assert_eq!(world.state().price_list(currency).map(|list| list.version), Some(version));
    }
    assert_eq!(world.state().price_list(Currency::Cny).map(|list| list.version), Some(3));
    assert_eq!(world.state().price_list(Currency::Jpy), None);
}

#[test]
fn no_amount_has_more_digits_than_its_currency() {
    let mut world = World::new(rules());
    let regions = ["cn-hangzhou", "cn-beijing"].map(|name| Region::find(name).expect("one"));
    for (number, currency) in (91..).zip([Currency::Usd, Currency::Cny, Currency::Jpy]) {
        let account = AccountId(number);
        world.done(OpenAccount { account, currency, dialect: None, orderless: false });
        for amount in [Money::units(3), Money(30_001)] {
            let prices = [Money(0), amount];
            let rows = regions.map(|region| (PortType::Base1000Lx, region)).into_iter().zip(prices);
            let ports = LoadPrices::of_ports(currency, rows.collect());
            let setup =
                LoadPrices { setup: Some(amount), ..LoadPrices::of_ports(currency, [].into()) };
            let shared = [(SharedSpec::M50, amount)].into();
            let shared = LoadPrices { shared, ..LoadPrices::of_ports(currency, [].into()) };
            let credit = TopUp { account, amount };
            if currency == Currency::Jpy && amount == Money(30_001) {
                for load in [ports, setup, shared] {
                    assert_eq!(world.refused(load), Refusal::AmountTooFine);
                }
                assert_eq!(world.refused(credit), Refusal::AmountTooFine);
            } else {
                for load in [ports, setup, shared] {
                    world.done(load);
                }
                world.done(credit);
            }
        }
    }
}

#[test]
fn a_rebuilt_world_stands_as_it_stood() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    world.done(apply_for_circuit());
    let circuit = world.give(given(Status::Confirmed), "pc-a");
    let unpaid = world.placed(order(circuit, MONTH, false));
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    world.done(PutUser { user: user(OTHER) });
    world.done(PutKey { key: Box::new(key(OTHER, Some("u"))) });
    let call = world
        .with_token("t", AmendCircuit { circuit, amendment: Box::default(), in_service_too: true });
    world.propose(call);
    let mut rebuilt = State::new(*world.state().rules());
    world.state().accounts().cloned().for_each(|account| rebuilt.put(account));
    world.state().circuits().cloned().for_each(|circuit| rebuilt.put(circuit));
    world.state().users().cloned().for_each(|user| rebuilt.put(user));
    world.state().keys().cloned().for_each(|key| rebuilt.put(key));
    rebuilt.put(unpaid);
    rebuilt.put_prices(world.state().price_list(Currency::Usd).expect("loaded").clone());
    for receipt in world.receipts() {
        rebuilt.put_receipt(receipt.account, receipt.key(), receipt.earlier());
    }
    let everything = |state| look(state, &Query::World, true);
    assert_eq!(everything(&rebuilt), everything(world.state()));
    let due = rebuilt.next_due(OWNER, None);
    assert_eq!(due, world.state().next_due(OWNER, None));
    assert_eq!(due.map(|(at, _)| at), Some(world.wall.plus_ms(250)));
    assert_eq!(rebuilt.latest(OWNER), world.wall);
    // Nothing that OTHER has tells when anything of it was decided.
    assert_eq!(rebuilt.latest(OTHER), Timestamp::default());
    assert_eq!((rebuilt.price_version(), rebuilt.is_filled()), (2, true));
    assert_eq!(rebuilt.forgets_at(), world.state().forgets_at());
    let key = world.receipts().iter().find_map(Receipt::key).expect("one call had a token");
    assert_eq!(rebuilt.receipt(&key), world.state().receipt(&key));
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

fn applied(circuit: crate::CircuitId, again: bool) -> Command {
    let application = Box::new(super::calls::application());
    if again {
        return crate::command::ApplyForLetterAgain { circuit, application }.into();
    }
    ApplyForLetter { circuit, application, needs_service: true }.into()
}

/// Something that may be asked, named by three small numbers and by whose it is.
fn command(world: &World, (what, which, how): (u8, u8, u8), account: AccountId) -> Command {
    // Every fifth is the newest that was made of another's.
    let hosted = || world.state().circuits().filter(|its| its.hosted().is_some()).last();
    let newest = if which % 5 == 4 { hosted().map(|circuit| circuit.id) } else { None };
    let circuit = newest.unwrap_or(id(["pc-a", "pc-b", "pc-c", "pc-d"][usize::from(which % 4)]));
    let newest = |back: u8| world.state().orders_of(account).nth(usize::from(back));
    let some_order = newest(which % 3).map_or(OrderId::NONE, |order| order.id);
    let given = || {
        let status = Status::ALL[usize::from(how) % Status::ALL.len()];
        Box::new(GivenCircuit { account, ..given(status) })
    };
    match what % 33 {
        0 => apply_for_circuit().into(),
        1 => GiveCircuits { given: given(), ids: vec![circuit] }.into(),
        2 => ConfirmCircuit { circuit, needs_service: true }.into(),
        3 => order(circuit, MONTH, how % 2 == 0).into(),
        4 => order(circuit, Charge::PostPaid, true).into(),
        5 => CancelOrder { order: some_order }.into(),
        6 => PayOrder { order: some_order }.into(),
        7 => DeleteCircuit { circuit, waiting_too: true }.into(),
        8 => {
            let name = Some(["x", "y"][usize::from(how % 2)].into());
            let amendment = Box::new(Amendment { name, ..Amendment::default() });
            AmendCircuit { circuit, amendment, in_service_too: how % 3 == 0 }.into()
        }
        9 => {
            CarrierEvent { circuit, event: Event::ALL[usize::from(how) % Event::ALL.len()] }.into()
        }
        10 => TopUp { account, amount: Money::units(i64::from(how) + 1) }.into(),
        11 => {
            let to = world.now().plus_ms(i64::from(how) * 3_600_000);
            MoveClock { to, wall: world.wall }.into()
        }
        12 => TerminateCircuit { circuit }.into(),
        13 => PutUser { user: user(account) }.into(),
        14 => PutKey { key: Box::new(key(account, Some("u").filter(|_| how % 2 == 0))) }.into(),
        15 => Wake { account }.into(),
        16 => RenewCircuit {
            circuit,
            months: NonZeroU32::MIN.saturating_add(u32::from(how % 3)),
            kept: Kept::Since2024,
        }
        .into(),
        17 => {
            let renewal = match how % 3 {
                0 => Renewal::Manual,
                1 => Renewal::Never,
                _ => Renewal::Auto(NonZeroU32::MIN),
            };
            SetRenewal { circuits: vec![circuit], renewal }.into()
        }
        18 => crate::command::PayOwnOrder { order: some_order }.into(),
        19 => crate::command::RefundCircuit { circuit, release_now: how % 2 == 0 }.into(),
        20 => CancelCircuit { circuit }.into(),
        21 => EnableCircuit { circuit, ..super::calls::enable("pc-a", how % 8 == 0) }.into(),
        22 => applied(circuit, how % 2 == 0),
        23 => ReportLine { circuit, finished: how % 2 == 0, report: super::calls::report() }.into(),
        24 => Fill { start: world.wall, wall: world.wall }.into(),
        25..32 => newer(world, circuit, account, (what % 33 - 25, how)),
        _ => {
            let rows = [((PortType::Base1000Lx, home()), Money::units(i64::from(which)))].into();
            let currency = [Currency::Usd, Currency::Cny][usize::from(how % 2)];
            LoadPrices::of_ports(currency, rows).into()
        }
    }
}

/// The same of what has come since.
fn newer(
    world: &World,
    circuit: crate::CircuitId,
    account: AccountId,
    (what, how): (u8, u8),
) -> Command {
    let name = circuit.as_str();
    match what {
        0 => super::tags::tagged(&[name], &[(["k", "l"][usize::from(how % 2)], "v")]).into(),
        1 => super::tags::untagged(&[name], &["k"], how % 4 == 0).into(),
        2 => super::routers::drawn(world, circuit, account, how),
        3 => super::macsec::drawn(circuit, how),
        4 => super::setups::ordered(how % 2 == 0).into(),
        5 => super::sets::applied(&[home(), away()], how % 8 == 0).into(),
        _ => super::hosted::drawn(world, circuit, account, how),
    }
}

/// Those that are not drawn, since they would end the story, or begin another.
const NOT_DRAWN: [&str; 3] = ["OpenService", "OpenAccount", "Reset"];

#[test]
fn every_command_is_drawn_or_said_not_to_be() {
    let (world, _) = World::with(Status::Confirmed);
    let drawn = (0..=u8::MAX)
        .flat_map(|what| (0..32).map(move |how| (what, 0, how)))
        .map(|named| command(&world, named, OWNER).name());
    let drawn: Vec<_> = drawn.chain(NOT_DRAWN).collect();
    for name in NAMES {
        assert!(drawn.contains(name), "{name}");
    }
}

/// Events that only calls bring about are never a carrier's.
fn may_happen(command: &Command) -> bool {
    !matches!(command, Command::CarrierEvent(it) if Event::of_carrier(it.event.text()).is_none())
}

/// Something asked: what, under which token, how much later by the wall, and whether by [`OTHER`].
type Asked = ((u8, u8, u8), u8, i64, bool);

/// What is asked of a world in one batch. The wall may step back on the way.
fn proposals(world: &mut World, asked: Vec<Asked>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (named, token, later, is_other) in asked {
        let account = if is_other { OTHER } else { OWNER };
        let command = command(world, named, account);
        if !may_happen(&command) {
            continue;
        }
        world.wall = world.wall.plus_ms(later);
        let mut proposal = world.proposal(command);
        if let Some(origin) = &mut proposal.origin {
            origin.account = account;
            origin.token = (token > 0).then(|| token.to_string().into());
        }
        proposals.push(proposal);
    }
    proposals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    /// The comparison itself, and the audit, are the rig's.
    #[test]
    fn a_batch_comes_to_what_its_proposals_come_to_one_by_one(
        auto in any::<bool>(),
        batches in prop::collection::vec(
            (
                prop::collection::vec(
                    (any::<(u8, u8, u8)>(), 0..4_u8, -300..1000_i64, any::<bool>()),
                    1..12,
                ),
                // A circuit to be renewed, and when.
                prop::option::of((0..4_usize, 0..1000_i64)),
            ),
            1..8,
        ),
    ) {
        let carrier = if auto { Carrier::Auto } else { Carrier::Manual };
        let mut world = World::new(Rules { carrier, enable_delay_ms: 100, ..rules() });
        world.give(given(Status::Confirmed), "pc-a");
        world.give(GivenCircuit { account: OTHER, ..given(Status::Confirmed) }, "pc-d");
        for (asked, renewed) in batches {
            let circuit = renewed.map(|(which, _)| id(["pc-a", "pc-b", "pc-c", "pc-d"][which]));
            if let Some(circuit) = circuit.filter(|id| world.state().circuit(id).is_some()) {
                world.renew(circuit, renewed.map_or(0, |(_, later)| later));
            }
            let proposals = proposals(&mut world, asked);
            world.batch(&proposals);
        }
        world.pass(30 * DAY_MS);
        prop_assert_eq!(world.state().orders().filter(|o| o.dies_at.is_some()).count(), 0);
        prop_assert_eq!(world.state().renewals().filter(|renewal| renewal.at.is_some()).count(), 0);
    }
}

/// Whatever years bring about comes to the same in slices: who asks in between is told to ask
/// again.
#[test]
fn what_is_due_happens_in_slices_as_it_does_at_once() {
    let mut world = World::new(rules());
    for name in ["pc-a", "pc-b", "pc-c"] {
        let circuit = world.give(given(Status::Confirmed), name);
        let first = order(circuit, MONTH, true);
        world.placed(crate::command::PlaceOccupancyOrder { auto_renew: true, ..first });
    }
    world.wall = world.wall.plus_ms(3 * 365 * DAY_MS);
    let call = world.proposal(crate::command::Wake { account: OWNER });
    let mut numbers = world.numbers;
    let mut whole = Overlay::over(world.state(), 1);
    settle_at_once(&mut whole, &call, &mut numbers, true);
    let mut sliced = Overlay::over(world.state(), 1);
    let (mut numbers_then, mut times) = (world.numbers, 0);
    loop {
        let mut allowance = 3;
        let mut means =
            Means { numbers: &mut numbers_then, allowance: &mut allowance, checks: true };
        match settle(&mut sliced, &call, &mut means) {
            Some(verdict) => {
                assert_eq!(verdict, Told::Accepted(Outcome::Done));
                break;
            }
            None => assert_eq!(allowance, 0),
        }
        times += 1;
        let reached = sliced.latest(OWNER);
        assert!(reached < world.wall, "nothing is said of what is yet to happen");
    }
    assert!(times > 10, "{times}");
    assert_eq!(numbers, numbers_then);
    assert_eq!(books_of(whole.delta()), books_of(sliced.delta()));
}
