//! What commands and time do with shared circuits: what a port has room for, who pays, and what
//! follows when one of them changes.

use crate::catalogue::SharedSpec;
use crate::circuit::{Circuit, Hosted};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, OrderId, RouterId};
use crate::order::{Charge, Order, OrderKind};
use crate::ordering::{payment, priced};
use crate::parties::Parties;
use crate::pricing;
use crate::refusal::Refusal;
use crate::router::Router;
use crate::view::{View, Whose};

/// Whose accounts a partner's command on his circuits touches: his own, those of all for whom he
/// has made something, which may take up the same port, and this other.
pub(crate) fn parties(
    caller: Option<AccountId>,
    whose: &dyn Whose,
    other: Option<AccountId>,
) -> Parties {
    caller.map_or(Parties::Nobody, |caller| {
        Parties::among(caller, whose.homes(caller).into_iter().chain(other))
    })
}

/// The shared circuits that an account has made for others, those that are gone too, by id.
pub(crate) fn made_by(view: &dyn View, partner: AccountId) -> impl Iterator<Item = &Circuit> {
    let ids = view.references_of(partner).filter_map(|its| CircuitId::new(&its.thing));
    ids.filter_map(move |id| view.circuit(&id))
}

/// Those of them that are on one of its circuits.
pub(crate) fn on(
    view: &dyn View,
    partner: AccountId,
    parent: CircuitId,
) -> impl Iterator<Item = &Circuit> {
    made_by(view, partner).filter(move |circuit| circuit.is_hosted_on(&parent))
}

/// Whether none is on a circuit.
pub(crate) fn check_free(draft: &Draft, circuit: &Circuit) -> Result<(), Refusal> {
    let any = on(&draft.view(), circuit.account, circuit.id).next().is_some();
    if any { Err(Refusal::HostedAttached) } else { Ok(()) }
}

/// The shared circuit of this id that the caller has made for another, in the region of the call.
pub(crate) fn made_by_caller<'d>(
    draft: &'d Draft,
    id: &CircuitId,
) -> Result<(&'d Circuit, &'d Hosted), Refusal> {
    let circuit: &Circuit = draft.find(id).ok_or(Refusal::NoSuchCircuit)?;
    let hosted = circuit.hosted().filter(|hosted| hosted.partner == draft.caller());
    let here = hosted.filter(|_| circuit.region == draft.callers_region());
    let hosted = here.ok_or(Refusal::NoSuchCircuit)?;
    if circuit.state.deleted { Err(Refusal::CircuitDeleted) } else { Ok((circuit, hosted)) }
}

/// Whether a circuit has room for a shared one so fast, beside all but this one.
/// ASSUMED: a shared circuit has its bandwidth to itself, and routers take up none.
pub(crate) fn check_room(
    draft: &Draft,
    parent: &Circuit,
    spec: SharedSpec,
    but: Option<CircuitId>,
) -> Result<(), Refusal> {
    let most = u64::from(parent.particulars.port_type.speed_mbps());
    let wanted = u64::from(spec.mbps());
    if wanted > most {
        return Err(Refusal::NoSuchSpeed);
    }
    let view = draft.view();
    let others = on(&view, parent.account, parent.id).filter(|its| Some(its.id) != but);
    let reserved = others.filter_map(Circuit::hosted).map(Hosted::reserved_mbps);
    let reserved: u64 = reserved.map(u64::from).sum();
    if reserved + wanted > most { Err(Refusal::NoBandwidthLeft) } else { Ok(()) }
}

/// Whether the router that a shared circuit was made of is not on it yet, and is to be.
pub(crate) fn is_awaited(draft: &Draft, id: CircuitId, hosted: &Hosted) -> bool {
    let router = hosted.router.and_then(|router| draft.find::<Router>(&router));
    router.is_some_and(|router| !router.deleted && router.circuit != id)
}

/// The partner pays for a shared circuit as fast as it is sold, once.
/// ASSUMED: a month's fee, since no page says what he is charged.
pub(crate) fn charge_partner(draft: &mut Draft, circuit: &Circuit) -> Result<OrderId, Refusal> {
    let partner = circuit.hosted().expect("a shared circuit").partner;
    let currency = draft.account(partner)?.currency;
    let price = pricing::month(&draft.view(), circuit.port(), currency)?;
    let order = priced(draft, circuit, Charge::Once, (currency, price));
    let mut order = Order { account: partner, kind: OrderKind::Hosting, ..order };
    let posting = payment(draft, &order).ok_or(Refusal::BalanceTooLow)?;
    order.pay(draft.at(), None);
    draft.post(posting);
    draft.put_order(order);
    Ok(order.id)
}

/// A shared circuit is as fast as what was paid for it says; `None` of circuits that are none.
pub(crate) fn speed_is_paid(draft: &mut Draft, id: CircuitId, paid: Option<SharedSpec>) {
    let Some(spec) = paid else { return };
    let hosted = draft.circuit(id).hosted().expect("a shared circuit was paid for");
    if hosted.spec != spec {
        let hosted = Hosted { spec, ..hosted.clone() };
        set(draft, id, hosted);
    }
}

/// A circuit, for what is paid to leave it as fast as it is.
pub(crate) fn as_fast_as_now(mut circuit: Circuit) -> Circuit {
    let hosted = circuit.particulars.words.as_mut().and_then(|words| words.hosted.as_mut());
    if let Some(hosted) = hosted {
        hosted.expected = None;
    }
    circuit
}

/// A shared circuit is so from now on, and the router on it has its VLAN and its bandwidth.
/// SOURCE: ROUTERS 4.
pub(crate) fn set(draft: &mut Draft, id: CircuitId, hosted: Hosted) {
    let (vlan, spec) = (hosted.vlan, hosted.spec);
    let circuit = draft.circuit_mut(id);
    let tenant = circuit.account;
    let particulars = &mut circuit.particulars;
    particulars.bandwidth_mbps = spec.mbps();
    particulars.words.get_or_insert_default().hosted = Some(hosted);
    let standing: Vec<RouterId> = {
        let view = draft.view();
        let routers = view.routers_on(tenant, id).filter(|router| !router.deleted);
        routers.map(|router| router.id).collect()
    };
    for router in standing {
        let router: &mut Router = draft.edit(&router).expect("just found");
        router.described.vlan = vlan;
        router.described.bandwidth_mbps = spec.router_mbps();
    }
}
