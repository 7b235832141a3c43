//! The account as the unit of consistency: what is due, and how far time has come, is each
//! account's own; nobody is woken or aged by a stranger.

use super::rig::*;
use crate::circuit::{Event, GivenCircuit, Status};
use crate::command::{
    AmendCircuit, CancelCircuit, CancelOrder, CarrierEvent, ConfirmCircuit, DeleteCircuit,
    DeleteRouter, DeleteRouterGroup, FailMacsecKey, Fill, FinishGroup, FinishRouter, GiveCircuits,
    LoadPrices, MakeRouter, MoveClock, NAMES, OpenAccount, OpenService, PayOrder, PutKey, PutUser,
    RecoverRouter, Reset, SetRouterBandwidth, TerminateCircuit, TerminateRouter, TopUp,
    UnassociateCircuit, Wake,
};
use crate::command::{RenewCircuit, SetRenewal};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::order::Order;
use crate::parties::Parties;
use crate::price::{Currency, Money};
use crate::renewal::Renewal;
use crate::rules::Kept;
use crate::user::Key;
use crate::{Carrier, Command, Outcome, Records as _, Refusal, Rules, State, Timestamp, View as _};
use std::num::NonZeroU32;

const HOUR_MS: i64 = 3_600_000;

/// A world in which each of both has a circuit to be renewed, and the money for it: [`OTHER`]'s is
/// due a second earlier.
fn renewing() -> (World, [CircuitId; 2]) {
    let mut world = World::new(rules());
    world.done(TopUp { account: OTHER, amount: Money::units(1000) });
    let circuits = [(OWNER, "pc-a", 2000), (OTHER, "pc-b", 1000)].map(|(account, name, later)| {
        let circuit = world.give(GivenCircuit { account, ..given(Status::Enabled) }, name);
        world.renew(circuit, later);
        circuit
    });
    (world, circuits)
}

fn bought(world: &World, account: AccountId) -> Vec<Order> {
    world.state().orders_of(account).filter(|order| order.by_time).copied().collect()
}

fn due(world: &World) -> Vec<AccountId> {
    world.state().due_accounts(world.now())
}

/// A circuit tells the instant at which it was given.
fn decided_at(world: &mut World, account: AccountId, name: &str) -> Timestamp {
    let circuit = world.give(GivenCircuit { account, ..given(Status::Allocated) }, name);
    world.circuit(circuit).created_at
}

#[test]
fn what_is_due_of_others_stays_due_until_they_are_asked_for() {
    for other_is_first in [false, true] {
        let (mut world, [ours, theirs]) = renewing();
        let start = world.wall;
        world.wall = world.wall.plus_ms(DAY_MS);
        assert_eq!(due(&world), [OTHER, OWNER], "by instant");
        let (first, second) = if other_is_first { (OTHER, OWNER) } else { (OWNER, OTHER) };
        world.done(Wake { account: first });
        assert_eq!((due(&world), bought(&world, second)), (vec![second], vec![]));
        // Neither a call nor the operator's command for one wakes another.
        world.done(TopUp { account: first, amount: Money(1) });
        let circuit = if other_is_first { theirs } else { ours };
        let mut call = world.proposal(TerminateCircuit { circuit });
        origin_of(&mut call).account = first;
        assert!(matches!(world.propose(call), Told::Accepted(_)));
        assert_eq!((due(&world), bought(&world, second)), (vec![second], vec![]));
        world.done(Wake { account: second });
        assert_eq!(due(&world), []);
        // However late, each at its own instant.
        for (account, later) in [(OWNER, 2000), (OTHER, 1000)] {
            let instants: Vec<_> =
                bought(&world, account).iter().map(|order| order.created_at).collect();
            assert_eq!(instants, [start.plus_ms(later)], "{account}");
        }
    }
}

/// Neither what is not there, nor an account that is not, has anything due.
#[test]
fn a_command_that_names_nobody_wakes_nobody() {
    let (mut world, _) = renewing();
    world.wall = world.wall.plus_ms(DAY_MS);
    let never = world.refused(PayOrder { order: OrderId::NONE });
    assert_eq!((never, due(&world)), (Refusal::NoSuchOrder, vec![OTHER, OWNER]));
    let nobody = world.refused(TopUp { account: NOBODY, amount: Money(1) });
    assert_eq!((nobody, due(&world)), (Refusal::NoSuchAccount, vec![OTHER, OWNER]));
}

#[test]
fn a_command_of_the_world_comes_after_everybodys_things_account_by_account() {
    let (mut world, _) = renewing();
    let before = world.numbers.next_order;
    let start = world.wall;
    world.wall = world.wall.plus_ms(DAY_MS);
    let row = ((particulars().port_type, home()), Money(1));
    world.done(LoadPrices::of_ports(Currency::Usd, [row].into()));
    assert_eq!((due(&world), world.state().floor()), (vec![], world.wall));
    // By account, not by instant: OTHER's was due first, and has the second number.
    for (account, later, number) in [(OWNER, 2000, before), (OTHER, 1000, before + 1)] {
        let [order] = bought(&world, account)[..] else { panic!("{account} bought once") };
        assert_eq!((order.id.number(), order.created_at), (number, start.plus_ms(later)));
        assert_eq!(order.price_version, 1, "the list came afterwards");
    }
}

#[test]
fn the_time_of_one_account_is_not_anothers() {
    let mut world = World::new(rules());
    let start = world.wall;
    world.wall = start.plus_ms(HOUR_MS);
    assert_eq!(decided_at(&mut world, OWNER, "pc-a"), start.plus_ms(HOUR_MS));
    // The wall steps back. For OWNER time stands still; OTHER has not seen that hour.
    world.wall = start.plus_ms(1);
    assert_eq!(world.state().latest(OTHER), start);
    assert_eq!(decided_at(&mut world, OTHER, "pc-b"), start.plus_ms(1));
    assert_eq!(decided_at(&mut world, OWNER, "pc-c"), start.plus_ms(HOUR_MS));
    assert_eq!(world.state().latest(OTHER), start.plus_ms(1));
    assert_eq!(world.state().latest(OWNER), start.plus_ms(HOUR_MS));
    // Nor in one batch.
    let mut batch = Vec::new();
    for (later, account) in [(2 * HOUR_MS, OWNER), (2, OTHER), (3, OWNER)] {
        let mut wake = world.proposal(Wake { account });
        wake.wall = start.plus_ms(later);
        batch.push(wake);
    }
    world.batch(&batch);
    assert_eq!(world.state().latest(OTHER), start.plus_ms(2));
    assert_eq!(world.state().latest(OWNER), start.plus_ms(2 * HOUR_MS));
}

#[test]
fn a_refused_call_has_seen_the_time_too() {
    let mut world = World::new(rules());
    let start = world.wall;
    world.wall = start.plus_ms(HOUR_MS);
    world.refused(TerminateCircuit { circuit: id("pc-never") });
    world.wall = start;
    assert_eq!(decided_at(&mut world, OWNER, "pc-a"), start.plus_ms(HOUR_MS));
}

#[test]
fn the_instant_of_two_parties_is_the_later_of_both() {
    for (later_one, other) in [(OWNER, OTHER), (OTHER, OWNER)] {
        let mut world = World::new(rules());
        world.done(OpenAccount {
            account: NOBODY,
            currency: Currency::Usd,
            dialect: None,
            orderless: false,
        });
        let start = world.wall;
        world.done(PutKey { key: Box::new(key(OTHER, None)) });
        world.wall = start.plus_ms(HOUR_MS);
        world.done(Wake { account: later_one });
        world.wall = start.plus_ms(1);
        assert_eq!(world.state().latest(other), start);
        // OWNER takes over the id of OTHER's key.
        world.done(PutKey { key: Box::new(key(OWNER, None)) });
        let latest = [OWNER, OTHER, NOBODY].map(|account| world.state().latest(account));
        assert_eq!(latest, [start.plus_ms(HOUR_MS), start.plus_ms(HOUR_MS), start]);
        assert_eq!(world.state().key(&"k".into()).map(|key| key.account), Some(OWNER));
        assert_eq!(decided_at(&mut world, other, "pc-a"), start.plus_ms(HOUR_MS));
    }
}

#[test]
fn whoever_loses_a_keys_id_is_woken_too_and_no_third() {
    let (mut world, _) = renewing();
    world.done(OpenAccount {
        account: NOBODY,
        currency: Currency::Usd,
        dialect: None,
        orderless: false,
    });
    let third = world.give(GivenCircuit { account: NOBODY, ..given(Status::Enabled) }, "pc-c");
    world.renew(third, 1);
    world.done(PutKey { key: Box::new(key(OTHER, None)) });
    world.wall = world.wall.plus_ms(DAY_MS);
    assert_eq!(due(&world), [NOBODY, OTHER, OWNER]);
    let before = world.numbers.next_order;
    world.done(PutKey { key: Box::new(key(OWNER, None)) });
    assert_eq!(due(&world), [NOBODY]);
    // The smaller account's things come first, whoever's instant is the earlier.
    let [ours, theirs] = [OWNER, OTHER].map(|account| bought(&world, account)[0].id.number());
    assert_eq!([ours, theirs], [before, before + 1]);
    // One's own key again touches nobody else.
    world.wall = world.wall.plus_ms(1);
    world.done(PutKey { key: Box::new(key(OWNER, None)) });
    assert!(world.state().latest(OTHER) < world.state().latest(OWNER));
}

#[test]
fn what_has_come_to_be_anothers_is_due_of_its_new_owner_alone() {
    let (mut world, [ours, _]) = renewing();
    let at = Some(world.now().plus_ms(2000));
    world.keep(|delta| delta.renewals.put(Renewal { circuit: ours, account: OTHER, at }));
    world.wall = world.wall.plus_ms(DAY_MS);
    assert_eq!(due(&world), [OTHER]);
}

#[test]
fn moving_the_clock_moves_the_clock_alone_and_what_is_due_happens_afterwards() {
    let (mut world, _) = renewing();
    let start = world.wall;
    let latest = [OWNER, OTHER].map(|account| world.state().latest(account));
    assert_eq!(latest, [start; 2]);
    let to = start.plus_ms(DAY_MS);
    world.done(MoveClock { to, wall: start });
    assert_eq!((world.state().clock(), world.state().floor()), (DAY_MS, to));
    // Nobody decides before it any more, and yet nobody was woken.
    assert_eq!([OWNER, OTHER].map(|account| world.state().latest(account)), [to; 2]);
    assert_eq!(due(&world), [OTHER, OWNER]);
    assert!(bought(&world, OWNER).is_empty() && bought(&world, OTHER).is_empty());
    world.wake_all();
    for (account, later) in [(OWNER, 2000), (OTHER, 1000)] {
        let [order] = bought(&world, account)[..] else { panic!("{account} bought once") };
        assert_eq!(order.created_at, start.plus_ms(later));
    }
    world.wall = start.plus_ms(-HOUR_MS);
    assert_eq!(decided_at(&mut world, OWNER, "pc-c"), to);
}

/// Not even what was due before, by the clock as it was.
#[test]
fn moving_the_clock_makes_nobodys_things_happen() {
    let (mut world, _) = renewing();
    world.wall = world.wall.plus_ms(DAY_MS);
    let wall = world.wall;
    world.done(MoveClock { to: wall.plus_ms(DAY_MS), wall });
    assert_eq!(due(&world), [OTHER, OWNER]);
    assert_eq!(world.state().orders().count(), 0);
}

/// Who asks in between finds his own things done, and so cannot tell that others' are not.
#[test]
fn whoever_asks_while_the_clock_is_moved_finds_his_own_account_up_to_date() {
    let mut world = World::new(Rules { carrier: Carrier::Auto, ..rules() });
    let apply = apply_for_circuit();
    let Outcome::Circuit(circuit) = world.done(apply) else { panic!("no circuit") };
    let theirs = GivenCircuit { account: OTHER, ..given(Status::Confirmed) };
    let theirs = world.give(theirs, "pc-b");
    let mut open = world.proposal(order(theirs, MONTH, false));
    origin_of(&mut open).account = OTHER;
    let clock = MoveClock { to: world.wall.plus_ms(10 * DAY_MS), wall: world.wall };
    let clock = world.proposal(clock);
    let confirm = world.proposal(ConfirmCircuit { circuit, needs_service: true });
    let told = world.batch(&[open, clock, confirm]);
    assert!(told.iter().all(|told| matches!(told, Told::Accepted(_))), "{told:?}");
    assert_eq!((world.status(circuit), due(&world)), (Status::Confirmed, vec![OTHER]));
}

#[test]
fn a_clock_that_may_not_be_moved_lifts_nobodys_time() {
    let mut world = World::new(rules());
    let start = world.wall;
    world.done(MoveClock { to: start.plus_ms(HOUR_MS), wall: start });
    let wall = start.plus_ms(2 * HOUR_MS);
    let back = world.refused(MoveClock { to: wall.plus_ms(HOUR_MS - 1), wall });
    assert_eq!((back, world.state().floor()), (Refusal::ClockBack, start.plus_ms(HOUR_MS)));
    assert_eq!(world.state().latest(OWNER), start.plus_ms(HOUR_MS));
}

/// The operator's commands for one account are in that account's time as well.
#[test]
fn what_the_operator_does_to_one_account_is_in_its_own_time() {
    let mut world = World::new(rules());
    let start = world.wall;
    world.wall = start.plus_ms(HOUR_MS);
    world.done(PutUser { user: user(OTHER) });
    world.wall = start;
    assert_eq!(world.state().latest(OTHER), start.plus_ms(HOUR_MS));
    world.done(TopUp { account: OTHER, amount: Money(1) });
    world.done(TopUp { account: OWNER, amount: Money(1) });
    let books = world.books();
    let at = |account| {
        let newest = books.postings.iter().rev();
        let mut its =
            newest.filter(|posting| posting.cash_effect().is_some_and(|it| it.0 == account));
        its.next().map(|posting| posting.at)
    };
    assert_eq!((at(OWNER), at(OTHER)), (Some(start), Some(start.plus_ms(HOUR_MS))));
}

const NEVER: crate::subscription::Renewal = crate::subscription::Renewal::Never;

/// The same of what is done to routers, one of which another has lent to the caller.
fn of_routers(circuit: crate::CircuitId, lent: crate::RouterId) -> Vec<(Command, Parties)> {
    let (router, never_group) = (super::routers::router("vbr-a"), super::routers::group("vbrha-a"));
    let (caller, theirs) = (Parties::One(OWNER), Parties::One(OTHER));
    let both = Parties::Two(OWNER, OTHER);
    vec![
        (super::routers::made("pc-a", 1).into(), both.clone()),
        (MakeRouter { owner: Some(OTHER), ..super::routers::made("pc-a", 1) }.into(), both.clone()),
        (super::routers::amended("vbr-a", |_| {}).into(), both.clone()),
        (SetRouterBandwidth { router, bandwidth_mbps: 2, limited: true }.into(), both.clone()),
        (TerminateRouter { router }.into(), both.clone()),
        (RecoverRouter { router, needs_service: true }.into(), both.clone()),
        (DeleteRouter { router }.into(), both.clone()),
        // One that another has made for the caller is at home with him, and whoever is sees all
        // who have VLANs of its circuits.
        (DeleteRouter { router: lent }.into(), both.clone()),
        (super::routers::associated("vbr-a", "pc-b", 2).into(), both.clone()),
        (UnassociateCircuit { router, circuit }.into(), both.clone()),
        (super::routers::grouped("vbr-a", "vbr-b").into(), caller.clone()),
        (DeleteRouterGroup { group: never_group }.into(), caller.clone()),
        (super::routers::granted(OTHER, None).into(), both.clone()),
        (super::routers::revoked(OTHER, None).into(), both.clone()),
        (super::routers::moved("pc-a", "rg-a").into(), caller.clone()),
        (super::hosted::hosted("pc-a", 1).into(), both.clone()),
        (super::hosted::amended("pc-a", 1).into(), both.clone()),
        (super::hosted::of_router("vbr-a").into(), both.clone()),
        (super::hosted::moved("vbr-a", "pc-a").into(), both.clone()),
        (super::hosted::recovered("pc-a").into(), caller.clone()),
        (super::setups::ordered(true).into(), caller.clone()),
        (super::sets::applied(&[home(), away()], false).into(), caller.clone()),
        (super::macsec::keyed("pc-a", "A").into(), caller.clone()),
        (super::macsec::unkeyed("pc-a", "A").into(), caller.clone()),
        (FailMacsecKey { circuit }.into(), theirs.clone()),
        (FinishRouter { router: lent }.into(), theirs.clone()),
        (FinishRouter { router }.into(), Parties::Nobody),
        (FinishGroup { group: never_group }.into(), Parties::Nobody),
    ]
}

/// Whoever calls, [`OWNER`] here; the rest is [`OTHER`]'s, or there is no such thing.
#[test]
fn a_command_touches_its_caller_or_whoever_owns_what_it_names() {
    let mut world = World::new(rules());
    let circuit = world.give(GivenCircuit { account: OTHER, ..given(Status::Confirmed) }, "pc-b");
    world.done(PutKey { key: Box::new(key(OTHER, None)) });
    let mut call = world.proposal(order(circuit, MONTH, false));
    origin_of(&mut call).account = OTHER;
    world.propose(call);
    let paid = world.state().orders_of(OTHER).next().expect("placed").id;
    let (wall, never, unset) = (world.wall, id("pc-never"), OrderId::NONE);
    let (event, currency, kept) = (Event::Unlock, Currency::Usd, Kept::Since2024);
    let given = Box::new(GivenCircuit { account: OTHER, ..given(Status::Enabled) });
    let other_key = Key { id: "l".into(), ..key(OTHER, None) };
    let lent = super::routers::lent(&mut world);
    let (caller, theirs, both) =
        (Parties::One(OWNER), Parties::One(OTHER), Parties::Two(OWNER, OTHER));
    let mut met = Vec::new();
    let amend = AmendCircuit { circuit, amendment: Box::default(), in_service_too: true };
    for (command, parties) in [
        (Command::from(OpenService {}), caller.clone()),
        (apply_for_circuit().into(), caller.clone()),
        // What a caller names is looked for among his own things.
        (ConfirmCircuit { circuit, needs_service: true }.into(), caller.clone()),
        (order(circuit, MONTH, true).into(), caller.clone()),
        // Whoever shares what the caller has may hold it back.
        (amend.into(), both.clone()),
        (TerminateCircuit { circuit }.into(), both.clone()),
        (DeleteCircuit { circuit, waiting_too: true }.into(), caller.clone()),
        (CancelCircuit { circuit }.into(), caller.clone()),
        (super::calls::enable("pc-a", false).into(), caller.clone()),
        (super::calls::letter(|_| {}), caller.clone()),
        (super::calls::letter_again(), caller.clone()),
        (super::calls::reported(|_| {}), caller.clone()),
        (super::tags::tagged(&["pc-a"], &[]).into(), caller.clone()),
        (super::tags::untagged(&["pc-a"], &[], true).into(), caller.clone()),
        (CancelOrder { order: paid }.into(), caller.clone()),
        (crate::command::PayOwnOrder { order: paid }.into(), caller.clone()),
        (crate::command::RefundCircuit { circuit, release_now: true }.into(), caller.clone()),
        (RenewCircuit { circuit, months: NonZeroU32::MIN, kept }.into(), caller.clone()),
        (SetRenewal { circuits: vec![circuit], renewal: NEVER }.into(), caller.clone()),
        (
            OpenAccount { account: NOBODY, currency, dialect: None, orderless: false }.into(),
            Parties::One(NOBODY),
        ),
        (TopUp { account: OTHER, amount: Money(1) }.into(), theirs.clone()),
        (PayOrder { order: paid }.into(), theirs.clone()),
        (PayOrder { order: unset }.into(), Parties::Nobody),
        (GiveCircuits { given, ids: vec![] }.into(), theirs.clone()),
        (CarrierEvent { circuit, event }.into(), theirs.clone()),
        (CarrierEvent { circuit: never, event }.into(), Parties::Nobody),
        (PutUser { user: user(OTHER) }.into(), theirs.clone()),
        (PutKey { key: Box::new(key(OWNER, None)) }.into(), both.clone()),
        (PutKey { key: Box::new(key(OTHER, None)) }.into(), theirs.clone()),
        (PutKey { key: Box::new(other_key) }.into(), theirs.clone()),
        (Wake { account: OTHER }.into(), theirs.clone()),
        (MoveClock { to: wall, wall }.into(), Parties::Nobody),
        (LoadPrices::of_ports(currency, [].into()).into(), Parties::World),
        (Fill { start: wall, wall }.into(), Parties::World),
        (Reset { start: wall, wall }.into(), Parties::World),
    ]
    .into_iter()
    .chain(of_routers(circuit, lent))
    {
        let caller = command.kind().map(|_| OWNER);
        assert_eq!(command.rule().parties(caller, world.state()), parties, "{command:?}");
        met.push(command.name());
    }
    for name in NAMES {
        assert!(met.contains(name), "say above whose accounts {name} touches");
    }
}

/// A record that is taken in when a world is rebuilt.
type Put<'p> = &'p dyn Fn(&mut State);

/// After a start the records tell how far an account's time has come, each by itself.
#[test]
fn a_rebuilt_account_has_come_as_far_as_the_latest_of_its_records() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let start = world.wall;
    world.wall = start.plus_ms(1);
    let unpaid = world.placed(order(circuit, MONTH, false)).id;
    world.wall = start.plus_ms(2);
    world.done(PayOrder { order: unpaid });
    world.wall = start.plus_ms(3);
    let amend = world
        .with_token("t", AmendCircuit { circuit, amendment: Box::default(), in_service_too: true });
    world.propose(amend);
    let (paid, enabled) = (*world.order(unpaid), world.circuit(circuit).clone());
    let receipt = world.receipts().last().expect("just made").clone();
    let puts: [(Put, i64); 5] = [
        (&|state| state.put(Order { paid_at: None, ..paid }), 1),
        (&|state| state.put(paid), 2),
        (&|state| state.put(enabled.clone()), 2),
        (&|state| state.put_receipt(OWNER, receipt.key(), receipt.earlier()), 3),
        // Without a token it tells the time as well.
        (&|state| state.put_receipt(OWNER, None, receipt.earlier()), 3),
    ];
    for (put, later) in puts {
        let mut state = State::new(rules());
        put(&mut state);
        let latest = [OWNER, OTHER].map(|account| state.latest(account));
        assert_eq!(latest, [start.plus_ms(later), Timestamp::default()]);
    }
}
