//! The view of what belongs to the parties: others' things are absent, a question that names a
//! stranger ends the rule that asks it, and without checks nobody looks after either.

use super::rig::*;
use crate::account::Account;
use crate::checked::{Checked, Guard};
use crate::circuit::{BusinessStatus, Circuit, GivenCircuit, Status};
use crate::command::{
    AmendCircuit, LoadPrices, OpenService, PutKey, PutUser, TerminateCircuit, TopUp,
};
use crate::draft::{Draft, Occasion};
use crate::id::Name;
use crate::kept::Record as _;
use crate::kind::Kind;
use crate::order::Charge;
use crate::parties::Parties;
use crate::price::{Currency, Money};
use crate::receipt::ReceiptKey;
use crate::renewal::Renewal;
use crate::user::{Key, User};
use crate::{AccountId, Numbers, OrderId, Overlay, Records as _, Timestamp, View};
use std::panic::{AssertUnwindSafe, catch_unwind};

const KIND: Kind = AmendCircuit::KIND;

/// Of each kind of record one of [`OTHER`]'s, and a token of his.
fn theirs() -> (World, OrderId) {
    let mut world = World::new(rules());
    let circuit = world.give(GivenCircuit { account: OTHER, ..given(Status::Confirmed) }, "pc-b");
    world.done(PutUser { user: user(OTHER) });
    world.done(PutKey { key: Box::new(key(OTHER, Some("u"))) });
    world.renew(circuit, DAY_MS);
    let mut call = world.proposal(order(circuit, Charge::PostPaid, true));
    origin_of(&mut call).account = OTHER;
    world.propose(call);
    let mut call = world
        .with_token("t", AmendCircuit { circuit, amendment: Box::default(), in_service_too: true });
    origin_of(&mut call).account = OTHER;
    world.propose(call);
    let built = GivenCircuit { account: OTHER, ..given(Status::Allocated) };
    world.give(built, "pc-a");
    let serving = GivenCircuit { account: OTHER, ..given(Status::Enabled) };
    for name in ["pc-r", "pc-s"] {
        world.give(serving.clone(), name);
    }
    let business = BusinessStatus::FinancialLocked;
    world.give(given(Status::Enabled), "pc-t");
    let apply = apply_for_circuit();
    for ask in [OpenService {}.into(), apply.into(), super::calls::letter(|_| {})] {
        let mut call = world.proposal(ask);
        origin_of(&mut call).account = OTHER;
        world.propose(call);
    }
    super::routers::of_other(&mut world);
    world.give(GivenCircuit { business, ..serving }, "pc-o");
    let order = world.state().orders_of(OTHER).next().expect("placed").id;
    (world, order)
}

macro_rules! of_each_kind {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// What nobody may forget of a new kind: of whom it is, whether it tells the time, and that
        /// it has moved once it was due.
        #[test]
        fn of_each_kind_strangers_see_nothing_and_whatever_is_due_happens() {
            let (mut world, _) = theirs();
            // What was used of his circuit is billed on the first of December.
            world.pass(9 * DAY_MS);
            world.done(PutUser { user: user(OWNER) });
            world.done(PutKey { key: Box::new(Key { id: "l".into(), ..key(OWNER, Some("u")) }) });
            let mut timeless = Vec::new();
            $({
                let kind = stringify!($kind);
                for one in world.state().$many() {
                    for other in world.state().$many() {
                        let same = one.name() == other.name();
                        assert_eq!(one.is_named(&other.name()), same, "{kind}");
                    }
                }
                let its = world.state().$many().filter(|record| record.owner() == OTHER);
                let its: Vec<_> = its.cloned().collect();
                assert!(!its.is_empty(), "{kind}: `theirs` makes none that is OTHER's");
                if its.iter().all(|record| record.decided_at() == Timestamp::default()) {
                    timeless.push(kind);
                }
                for (parties, sees) in [(Parties::One(OWNER), false), (Parties::One(OTHER), true)] {
                    let view = Checked::new(world.state(), Guard::new(&parties, true));
                    let mut found = false;
                    ends(|| found = view.$one(&its[0].name()).is_some());
                    assert_eq!(found, sees, "{kind}: {parties:?}");
                }
            })+
            let known = ["Account", "Letter", "Reference", "Grant", "User", "Key", "Renewal"];
            assert_eq!(timeless, known, "they tell no instant");
            world.done(TopUp { account: OTHER, amount: Money::units(1000) });
            let mut end = world.proposal(TerminateCircuit { circuit: id("pc-b") });
            origin_of(&mut end).account = OTHER;
            world.propose(end);
            world.pass(100 * DAY_MS);
            assert_eq!(world.state().earliest_due(), None);
        }
    };
}

crate::records!(of_each_kind);

/// What a question panics with, if it does.
fn ends<T>(question: impl FnOnce() -> T) -> Option<String> {
    let end = catch_unwind(AssertUnwindSafe(question)).err()?;
    Some(end.downcast_ref::<String>().expect("said with values").clone())
}

/// A question that names an account, and whether it finds anything.
type Question = (&'static str, fn(&dyn View, AccountId) -> bool);

const QUESTIONS: &[Question] = &[
    ("account", |view, id| view.account(&id).is_some()),
    ("user", |view, id| view.user(&(id, "u".into())).is_some()),
    ("receipt", |view, id| view.receipt(&ReceiptKey::new(id, home(), KIND, "t")).is_some()),
    ("latest", |view, id| view.latest(id) > Timestamp::default()),
    ("next due", |view, id| view.next_due(id, None).is_some()),
    ("circuits", |view, id| view.circuits_of(id, home()).next().is_some()),
    ("circuits at an access point", |view, id| {
        view.standing(id, home(), particulars().access_point) > 0
    }),
    ("overdue circuits", |view, id| view.overdue(id, Timestamp::from_ms(i64::MAX)) > 0),
    ("orders", |view, id| view.orders_of(id).next().is_some()),
    ("routers", |view, id| view.routers_of(id).next().is_some()),
    ("routers on a circuit", |view, its| view.routers_on(its, id("pc-r")).next().is_some()),
    ("references", |view, id| view.references_of(id).next().is_some()),
    ("bills", |view, id| view.bills_of(id).next().is_some() || view.orders_of(id).next().is_some()),
];

#[test]
fn a_question_that_names_a_stranger_ends_the_rule_that_asks_it() {
    let (world, _) = theirs();
    for (what, question) in QUESTIONS {
        let asked = |parties: &Parties, checks, account| {
            let view = Checked::new(world.state(), Guard::new(parties, checks));
            let mut found = None;
            let said = ends(|| found = Some(question(&view, account)));
            (said, found)
        };
        // A stranger who is not there is one as well.
        for (parties, account) in
            [(Parties::One(OWNER), OTHER), (Parties::Nobody, OTHER), (Parties::One(OWNER), NOBODY)]
        {
            let (said, _) = asked(&parties, true, account);
            let said = said.unwrap_or_default();
            assert!(said.contains("none of the parties"), "{what}: {said}");
            assert_eq!(asked(&parties, false, account), (None, Some(account == OTHER)), "{what}");
        }
        for parties in [Parties::One(OTHER), Parties::Two(OWNER, OTHER), Parties::World] {
            assert_eq!(asked(&parties, true, OTHER), (None, Some(true)), "{what}: {parties:?}");
        }
    }
}

#[test]
fn only_the_world_asks_whose_things_are_due() {
    let (world, _) = theirs();
    let asked = |parties: &Parties, checks| {
        let view = Checked::new(world.state(), Guard::new(parties, checks));
        ends(|| view.due_accounts(Timestamp::from_ms(i64::MAX)))
    };
    for parties in [Parties::Nobody, Parties::One(OTHER), Parties::Two(OWNER, OTHER)] {
        let said = asked(&parties, true).expect("not the world");
        assert!(said.contains("only the world"), "{said}");
        assert_eq!(asked(&parties, false), None);
    }
    assert_eq!(asked(&Parties::World, true), None);
}

#[test]
fn by_id_alone_others_things_are_not_there_and_their_names_are_taken() {
    let (world, order) = theirs();
    for (parties, checks, sees) in [
        (Parties::Nobody, true, false),
        (Parties::One(OWNER), true, false),
        (Parties::Two(OWNER, NOBODY), true, false),
        (Parties::One(OTHER), true, true),
        (Parties::Two(OTHER, OWNER), true, true),
        (Parties::World, true, true),
        (Parties::Nobody, false, true),
    ] {
        let view = Checked::new(world.state(), Guard::new(&parties, checks));
        let circuit = id("pc-b");
        let found = [
            view.circuit(&circuit).is_some(),
            view.order(&order).is_some(),
            view.key(&"k".into()).is_some(),
            view.renewal(&circuit).is_some(),
        ];
        assert_eq!(found, [sees; 4], "{parties:?} {checks}");
        for (name, taken) in [
            (Name::Circuit(&circuit), true),
            (Name::Order(order), true),
            (Name::Key("k"), true),
            (Name::Circuit(&id("pc-never")), false),
            (Name::Order(OrderId::NONE), false),
            (Name::Key("l"), false),
        ] {
            assert_eq!(view.is_taken(name), taken, "{name:?}");
        }
    }
}

#[test]
fn the_worlds_own_things_are_everybodys_to_see() {
    let (mut world, _) = theirs();
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    let state = world.state();
    assert_eq!(state.floor(), world.wall);
    for parties in [Parties::Nobody, Parties::One(OWNER), Parties::World] {
        let view = Checked::new(state, Guard::new(&parties, true));
        assert_eq!(view.rules(), state.rules());
        assert_eq!((view.clock(), view.floor()), (state.clock(), state.floor()));
        assert_eq!(view.price_list(Currency::Usd), state.price_list(Currency::Usd));
        assert_eq!(view.price_version(), state.price_version());
        assert_eq!(view.price_list_of(2), state.price_list(Currency::Usd));
        assert_eq!(view.is_filled(), state.is_filled());
        assert_eq!(view.earliest_due(), state.earliest_due());
        assert!(view.earliest_due().is_some());
    }
}

/// A rule reads and writes through its draft, whether what it names was written before in the batch
/// or lies below.
#[test]
fn a_draft_neither_finds_nor_writes_what_is_a_strangers() {
    let (world, _) = theirs();
    let never = Renewal { circuit: id("pc-z"), account: OTHER, at: None };
    for written_before in [false, true] {
        let mut overlay = Overlay::over(world.state(), 1);
        if written_before {
            let delta = overlay.delta_mut();
            delta.accounts.put(world.state().account(&OTHER).expect("opened").clone());
            delta.users.put(user(OTHER));
            delta.circuits.put(world.circuit(id("pc-b")).clone());
            overlay.keep();
        }
        let mut numbers = Numbers { next_order: 1 };
        let occasion = |checks| Occasion {
            parties: &Parties::One(OWNER),
            checks,
            at: world.wall,
            seed: 0,
            origin: None,
            cause: crate::history::Cause::Operator,
        };
        let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion(true));
        assert_eq!(draft.find::<Circuit>(&id("pc-b")), None);
        assert_eq!(draft.edit::<Circuit>(&id("pc-b")), None);
        let strangers: [fn(&mut Draft) -> bool; 4] = [
            |draft| draft.find::<Account>(&OTHER).is_some(),
            |draft| draft.edit::<Account>(&OTHER).is_some(),
            |draft| draft.find::<User>(&(OTHER, "u".into())).is_some(),
            |draft| draft.edit::<User>(&(OTHER, "u".into())).is_some(),
        ];
        for (nth, question) in strangers.iter().enumerate() {
            let said = ends(|| question(&mut draft)).unwrap_or_default();
            assert!(said.contains("none of the parties"), "{nth} {written_before}: {said}");
        }
        for end in [ends(|| draft.put(user(OTHER))), ends(|| draft.put(never.clone()))] {
            assert!(end.is_some_and(|said| said.contains("none of the parties")));
        }
        draft.put_back();
        assert_eq!(overlay.delta().is_empty(), !written_before);
        let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion(false));
        assert!(draft.find::<Circuit>(&id("pc-b")).is_some());
        assert!(draft.edit::<Circuit>(&id("pc-b")).is_some());
        assert!(strangers.iter().all(|question| question(&mut draft)));
        draft.put(never.clone());
    }
}
