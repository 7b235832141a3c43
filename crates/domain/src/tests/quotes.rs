//! A quote is what the same call makes next.

use super::rig::*;
use crate::circuit::{Circuit, Event, Status};
use crate::command::{
    CarrierEvent, PayOwnOrder, RefundCircuit, RenewCircuit, SetRenewal, TerminateCircuit, TopUp,
};
use crate::id::{CircuitId, OrderId};
use crate::order::{Charge, Order};
use crate::price::{Cycle, Money, Term};
use crate::query::{Found, Query};
use crate::rules::Kept;
use crate::subscription::Renewal;
use crate::{Assumptions, Command, Outcome, Proposal, Refusal, View as _};
use proptest::prelude::*;
use std::num::NonZeroU32;

/// What a call would cost, assuming something.
fn quoted(
    world: &World,
    proposal: &Proposal,
    assumptions: Assumptions,
) -> Result<Option<Order>, Refusal> {
    let query = Query::Quote(Box::new(proposal.clone()), assumptions);
    let Found::Quote(quoted) = world.look(&query) else { panic!("a quote") };
    quoted.map(|detail| detail.map(|detail| detail.order))
}

/// Something that is drawn to be done, of one of three circuits.
#[derive(Clone, Debug)]
enum Deed {
    Order(u8, u32, bool, bool),
    Renew(u8, u32),
    Refund(u8, bool),
    Pay(u8),
    SetRenewal(u8),
    Terminate(u8),
    Terminated(u8),
    TopUp(i64),
    Pass(i64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let which = || 0..3_u8;
    let deed = prop_oneof![
        4 => (which(), 1..14_u32, any::<bool>(), any::<bool>())
            .prop_map(|(c, count, year, pay)| Deed::Order(c, count, year, pay)),
        3 => (which(), 1..14_u32).prop_map(|(c, months)| Deed::Renew(c, months)),
        3 => (which(), any::<bool>()).prop_map(|(c, now)| Deed::Refund(c, now)),
        3 => (0..12_u8).prop_map(Deed::Pay),
        1 => which().prop_map(Deed::SetRenewal),
        2 => which().prop_map(Deed::Terminate),
        2 => which().prop_map(Deed::Terminated),
        1 => (1..900_i64).prop_map(Deed::TopUp),
        3 => (1..40 * DAY_MS).prop_map(Deed::Pass),
    ];
    prop::collection::vec(deed, 1..40)
}

fn circuit(nth: u8) -> CircuitId {
    id(&format!("pc-{nth}"))
}

/// What is asked, if it is a call or an event.
fn command(deed: &Deed, world: &World) -> Option<Command> {
    let months = |months| NonZeroU32::new(months).expect("not zero");
    Some(match *deed {
        Deed::Order(which, count, year, pay) => {
            let cycle = if year { Cycle::Year } else { Cycle::Month };
            let charge = match count {
                13 => Charge::PostPaid,
                count => Charge::PrePaid(Term { count, cycle }),
            };
            order(circuit(which), charge, pay).into()
        }
        Deed::Renew(which, more) => {
            let kept = Kept::Since2024;
            RenewCircuit { circuit: circuit(which), months: months(more), kept }.into()
        }
        Deed::Refund(which, release_now) => {
            RefundCircuit { circuit: circuit(which), release_now }.into()
        }
        Deed::Pay(nth) => {
            let order = world.state().orders_of(OWNER).nth(nth.into());
            PayOwnOrder { order: order.map_or(OrderId::NONE, |order| order.id) }.into()
        }
        Deed::SetRenewal(which) => {
            SetRenewal { circuits: vec![circuit(which)], renewal: Renewal::Auto(months(1)) }.into()
        }
        Deed::Terminate(which) => TerminateCircuit { circuit: circuit(which) }.into(),
        Deed::Terminated(which) => {
            CarrierEvent { circuit: circuit(which), event: Event::FinishTermination }.into()
        }
        Deed::TopUp(units) => TopUp { account: OWNER, amount: Money::units(units) }.into(),
        Deed::Pass(_) => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    /// For whatever happens before: what is quoted is what the same call makes next, and a refusal
    /// is quoted as that refusal. A quote leaves nothing behind.
    #[test]
    fn a_quote_is_what_the_same_call_makes_next(deeds in deeds()) {
        let mut world = World::new(rules());
        for nth in 0..3 {
            world.give(given(Status::Confirmed), circuit(nth).as_str());
        }
        for deed in deeds {
            if let Deed::Pass(ms) = deed {
                world.pass(ms);
            }
            let Some(command) = command(&deed, &world) else { continue };
            let proposal = world.proposal(command);
            let before = world.books();
            let quote = quoted(&world, &proposal, Assumptions::default());
            prop_assert_eq!(&world.books(), &before);
            // Whatever is taken for granted: an order or a refusal, and nothing left behind.
            for status in Status::ALL {
                let assumed = Assumptions { status: Some(*status), ..Assumptions::default() };
                let _ = quoted(&world, &proposal, assumed);
            }
            prop_assert_eq!(&world.books(), &before);
            match (world.propose(proposal), quote) {
                (Told::Accepted(Outcome::Order { order, .. }), Ok(Some(quote))) => {
                    let made = world.order(order);
                    prop_assert_eq!((made.amount, made.kind), (quote.amount, quote.kind));
                    prop_assert_eq!((made.status, made.circuit), (quote.status, quote.circuit));
                }
                (Told::Accepted(_), Ok(None)) => {}
                (Told::Refused(refusal), Err(quoted)) => prop_assert_eq!(refusal, quoted),
                (told, quote) => prop_assert!(false, "{deed:?}: {told:?} is quoted as {quote:?}"),
            }
        }
    }
}

#[test]
fn a_token_that_was_used_is_not_looked_at() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let call = world.with_token("t", order(circuit, MONTH, true));
    let quote = quoted(&world, &call, Assumptions::default());
    assert_eq!(quote.expect("it would be made").map(|it| it.amount), Some(Money::units(85)));
    assert!(matches!(world.propose(call.clone()), Told::Accepted(_)));
    let again = quoted(&world, &call, Assumptions::default());
    assert_eq!(again, Err(Refusal::CircuitPaid), "a new call would be refused");
}

#[test]
fn a_quote_takes_for_granted_what_an_earlier_step_will_have_brought_about() {
    use crate::catalogue::PortType;
    use crate::circuit::{BusinessStatus, LoaStatus};
    let (mut world, circuit) = World::with(Status::Allocated);
    let call = world.proposal(order(circuit, MONTH, true));
    let assume = |assumptions: Assumptions| {
        quoted(&world, &call, assumptions).map(|order| order.map(|order| order.amount))
    };
    let none = Assumptions::default();
    assert_eq!(assume(none), Err(Refusal::CircuitState));
    let confirmed = Assumptions { status: Some(Status::Confirmed), ..none };
    assert_eq!(assume(confirmed), Ok(Some(Money::units(85))));
    let faster = Assumptions { port_type: Some(PortType::Base10GLr), ..confirmed };
    assert_eq!(assume(faster), Ok(Some(Money::units(720))));
    let locked = BusinessStatus::SecurityLocked;
    let locked = Assumptions { business: Some(locked), ..confirmed };
    assert_eq!(assume(locked), Err(Refusal::CircuitLocked));
    let asked_for = Assumptions { loa: Some(LoaStatus::Applying), ..confirmed };
    assert_eq!(assume(asked_for), Err(Refusal::LoaNotComplete));
    // Nothing of it came to be.
    let before: &Circuit = world.circuit(circuit);
    assert_eq!(before.state.status, Status::Allocated);
    let renewal = RenewCircuit { circuit, months: NonZeroU32::MIN, kept: Kept::Since2024 };
    let enabled = Assumptions { status: Some(Status::Enabled), ..none };
    let call = world.proposal(renewal);
    let renewed = quoted(&world, &call, enabled).map(|order| order.map(|order| order.amount));
    assert_eq!(renewed, Ok(Some(Money::units(85))));
}
