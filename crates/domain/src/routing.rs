//! What commands and time do with routers: whom a caller may speak of, which VLAN is free, and what
//! becomes of routers whose circuit goes.

use crate::circuit::{Circuit, Status};
use crate::draft::Draft;
use crate::history::RouterMove;
use crate::hosting;
use crate::id::{AccountId, CircuitId, GroupId, RouterId};
use crate::parties::Parties;
use crate::peering::Peering;
use crate::refusal::Refusal;
use crate::router::{Router, RouterEvent, RouterStatus, is_under_way, step};
use crate::router_group::RouterGroup;
use crate::rules::Carrier;
use crate::view::{View as _, Whose};

/// Whose accounts a command on a router touches: its caller's; the one at which the router is at
/// home if that is another of which the caller sees it; and those that have VLANs of its circuits.
pub(crate) fn parties(caller: Option<AccountId>, whose: &dyn Whose, router: &RouterId) -> Parties {
    caller.map_or(Parties::Nobody, |caller| {
        let home = whose.home(caller, router.as_str()).unwrap_or(caller);
        Parties::among(caller, whose.homes(home).into_iter().chain([home]))
    })
}

/// The router of this id that the caller sees in the region of the call.
pub(crate) fn callers<'d>(draft: &'d Draft, id: &RouterId) -> Result<&'d Router, Refusal> {
    let caller = draft.caller();
    let router: Option<&Router> = draft.find(id);
    let its = |router: &&Router| {
        let sees = router.account == caller || router.owner == caller;
        sees && router.region == draft.callers_region() && !router.deleted
    };
    router.filter(its).ok_or(Refusal::NoSuchRouter)
}

/// The same, of which is told apart whether the caller sees it in another region.
pub(crate) fn callers_here<'d>(draft: &'d Draft, id: &RouterId) -> Result<&'d Router, Refusal> {
    let is_elsewhere = |router: &Router| {
        let sees = router.account == draft.caller() || router.owner == draft.caller();
        sees && !router.deleted && router.region != draft.callers_region()
    };
    let elsewhere = draft.find(id).is_some_and(is_elsewhere);
    if elsewhere { Err(Refusal::RouterElsewhere) } else { callers(draft, id) }
}

/// The router of this id that the caller owns, in the region of the call.
pub(crate) fn own<'d>(draft: &'d Draft, id: &RouterId) -> Result<&'d Router, Refusal> {
    let router = callers(draft, id)?;
    let own = router.owner == draft.caller();
    if own { Ok(router) } else { Err(Refusal::NoSuchRouter) }
}

/// The circuit that a router is to be on: the caller's, and in service.
pub(crate) fn enabled_circuit<'d>(draft: &'d Draft, id: CircuitId) -> Result<&'d Circuit, Refusal> {
    let circuit = draft.callers_circuit(id).map_err(|_| Refusal::NoSuchCircuit)?;
    let enabled = circuit.state.status == Status::Enabled;
    if enabled { Ok(circuit) } else { Err(Refusal::CircuitNotEnabled) }
}

/// Whether a circuit is neither ended nor being ended.
pub(crate) fn check_not_ended(circuit: &Circuit) -> Result<(), Refusal> {
    let ended = matches!(circuit.state.status, Status::Terminating | Status::Terminated);
    if ended { Err(Refusal::CircuitEnded) } else { Ok(()) }
}

/// Who asks for a VLAN and keeps his own: a router and the shared circuit that was made from it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Own {
    pub(crate) router: Option<RouterId>,
    pub(crate) hosted: Option<CircuitId>,
}

impl Own {
    /// A router, with what was made from it.
    pub(crate) fn router(id: RouterId) -> Self {
        Self { router: Some(id), hosted: None }
    }

    fn has(self, circuit: &Circuit) -> bool {
        let from = circuit.hosted().and_then(|hosted| hosted.router);
        self.hosted == Some(circuit.id) || (from.is_some() && from == self.router)
    }
}

/// Whether a router or a shared circuit may have this VLAN on a circuit of an account.
/// SOURCE: ROUTERS 5. ASSUMED: what is being removed holds nothing any more.
pub(crate) fn check_vlan(
    draft: &Draft,
    account: AccountId,
    circuit: CircuitId,
    vlan: u32,
    own: Own,
) -> Result<(), Refusal> {
    let view = draft.view();
    let kept_ms = draft.rules().vlan_kept_ms;
    let routers = || {
        let others = view.routers_on(account, circuit).filter(|other| {
            let kept = other.off_since().is_none_or(|since| draft.at() < since.plus_ms(kept_ms));
            let there = !other.deleted && other.status != RouterStatus::Deleting;
            there && kept && own.router != Some(other.id)
        });
        others.filter_map(|other| Some((other.vlan_on(&circuit)?, other.status)))
    };
    let hosted = || {
        let others = hosting::on(&view, account, circuit).filter(|other| !own.has(other));
        others.filter_map(|other| other.hosted()).map(|hosted| hosted.vlan)
    };
    let has_it = |(other, status)| (other == vlan).then_some(status == RouterStatus::Terminated);
    let is_had = |off: bool| routers().filter_map(has_it).any(|is_off| is_off == off);
    if vlan != 0 && (is_had(false) || hosted().any(|other| other == vlan)) {
        return Err(Refusal::VlanTaken);
    }
    if vlan != 0 && is_had(true) {
        return Err(Refusal::VlanKept);
    }
    if routers().any(|(other, _)| other == 0) {
        return Err(Refusal::PortTaken);
    }
    if hosted().any(|other| other == 0) {
        return Err(Refusal::PortHosted);
    }
    if vlan == 0 && routers().next().is_some() {
        return Err(Refusal::PortShared);
    }
    if vlan == 0 && hosted().next().is_some() {
        return Err(Refusal::PortHostsOthers);
    }
    Ok(())
}

/// Whether a router on the caller's circuit is another's, on no further circuit and in no group, so
/// that it can be moved to a shared circuit of its owner.
pub(crate) fn check_movable(router: &Router) -> Result<(), Refusal> {
    let bound =
        router.owner == router.account || !router.associations.is_empty() || router.group.is_some();
    if bound { Err(Refusal::RouterBound) } else { Ok(()) }
}

/// Whether an account may have one more router on a circuit of an account.
/// SOURCE: ROUTERS 10. ASSUMED: those that have it as a further one count too.
pub(crate) fn check_count(
    draft: &Draft,
    (account, circuit): (AccountId, CircuitId),
    owner: AccountId,
) -> Result<(), Refusal> {
    let view = draft.view();
    let there = view.routers_on(account, circuit).filter(|router| {
        !router.deleted && router.status != RouterStatus::Deleting && router.owner == owner
    });
    match there.count() >= draft.rules().routers_max as usize {
        true if owner == account => Err(Refusal::RoutersMax),
        true => Err(Refusal::OthersRoutersMax),
        false => Ok(()),
    }
}

/// Whether outbound traffic of the caller is billed, which what is sold today needs.
pub(crate) fn check_service(draft: &Draft, needed: bool) -> Result<(), Refusal> {
    let open = draft.account(draft.caller())?.service_open;
    if needed && !open { Err(Refusal::ServiceClosed) } else { Ok(()) }
}

/// Whether a caller says no other addresses of a line than it has, since they are another's to say.
/// SOURCE: ROUTERS 3.4. ASSUMED: those of IPv6 are told in the codes of IPv4, since none of their
/// own are published; and whether there is IPv6 is either's to say.
pub(crate) fn check_same_addresses(said: &Peering, is: &Peering) -> Result<(), Refusal> {
    let other = |said: &str, is: &str| !said.is_empty() && said != is;
    for (is_other, refusal) in [
        (other(&said.local_ip, &is.local_ip), Refusal::LocalIpNotTheirs),
        (other(&said.peer_ip, &is.peer_ip), Refusal::PeerIpNotTheirs),
        (other(&said.mask, &is.mask), Refusal::MaskNotTheirs),
        (said.has_local_ipv6() && !said.has_local_ipv6_of(is), Refusal::LocalIpNotTheirs),
        (said.has_peer_ipv6() && !said.has_peer_ipv6_of(is), Refusal::PeerIpNotTheirs),
        (other(&said.ipv6_prefix, &is.ipv6_prefix), Refusal::MaskNotTheirs),
    ] {
        if is_other {
            return Err(refusal);
        }
    }
    Ok(())
}

/// Whether all addresses of IPv4 are said.
pub(crate) fn check_complete(peering: &Peering) -> Result<(), Refusal> {
    let Peering { local_ip, peer_ip, mask, .. } = peering;
    for (text, refusal) in
        [(local_ip, Refusal::NoLocalIp), (peer_ip, Refusal::NoPeerIp), (mask, Refusal::NoMask)]
    {
        if text.is_empty() {
            return Err(refusal);
        }
    }
    Ok(())
}

/// Whether a router may be so fast on a circuit, where its port is a limit.
pub(crate) fn check_speed(
    circuit: &Circuit,
    bandwidth_mbps: u32,
    limited: bool,
) -> Result<(), Refusal> {
    let most = circuit.particulars.port_type.router_mbps();
    if limited && bandwidth_mbps > most { Err(Refusal::RouterTooFast) } else { Ok(()) }
}

/// Whether routers are made where a circuit ends, where its access point is a limit.
pub(crate) fn check_open(draft: &Draft, circuit: &Circuit, limited: bool) -> Result<(), Refusal> {
    let is_closed = draft.offers().at(circuit.particulars.access_point).is_disabled();
    if limited && is_closed { Err(Refusal::AccessPointDisabled) } else { Ok(()) }
}

/// Whether there is IPv6 where a circuit ends, if it is wanted.
/// ASSUMED: further circuits are not asked for it, since joining one has no code for that.
pub(crate) fn check_ipv6(draft: &Draft, circuit: &Circuit, wanted: bool) -> Result<(), Refusal> {
    let offers = draft.offers();
    let point = circuit.particulars.access_point;
    if !wanted || offers.at(point).ipv6 {
        return Ok(());
    }
    let nowhere = offers.all_beside(point, |offer| !offer.ipv6);
    Err(if nowhere { Refusal::RegionWithoutIpv6 } else { Refusal::DeviceWithoutIpv6 })
}

/// Whether no router is on a circuit of an account, or has it as a further one.
pub(crate) fn check_free(draft: &Draft, circuit: &Circuit) -> Result<(), Refusal> {
    let view = draft.view();
    let standing = || {
        let all = view.routers_on(circuit.account, circuit.id);
        all.filter(|router| router.stands_on(&circuit.id))
    };
    if standing().next().is_none() {
        return Ok(());
    }
    let first = || standing().filter(|router| router.circuit == circuit.id);
    if first().any(|router| router.owner == circuit.account) {
        return Err(Refusal::RoutersAttached);
    }
    let others = first().next().is_some();
    Err(if others { Refusal::OthersRoutersAttached } else { Refusal::RouterAssociated })
}

/// A router takes a step that the table has for it.
pub(crate) fn step_router(
    draft: &mut Draft,
    id: RouterId,
    event: RouterEvent,
) -> Result<(), Refusal> {
    let (at, rules) = (draft.at(), draft.rules());
    let (is_auto, step_ms) = (rules.carrier == Carrier::Auto, rules.carrier_step_ms);
    let router = draft.edit::<Router>(&id).expect("the router was found before");
    let before = router.status;
    let status = step(before, event)?;
    // ASSUMED: the automatic carrier removes at once, since clients look no sooner than that
    // (ROUTERS 13.2), and takes its time over whatever else is under way.
    let removes = status == RouterStatus::Deleting;
    let at_once = removes && is_auto;
    let deleted = at_once || (removes && event == RouterEvent::Finish);
    router.status = status;
    router.deleted = deleted;
    let waits = is_under_way(status) && !deleted && is_auto;
    router.wakes_at = waits.then(|| at.plus_ms(step_ms));
    let times = &mut router.times;
    match status {
        RouterStatus::Active if before == RouterStatus::Recovering => {
            times.recovered_at = Some(at);
        }
        RouterStatus::Active => {
            times.activated_at.get_or_insert(at);
        }
        RouterStatus::Terminated if before != status => times.terminated_at = Some(at),
        _ => {}
    }
    if status != before || deleted {
        note(draft, id);
    }
    if deleted {
        leave_group(draft, id);
    }
    Ok(())
}

/// Adds to a router's history how it stands now.
pub(crate) fn note(draft: &mut Draft, id: RouterId) {
    let router = draft.find::<Router>(&id).expect("the router was found before");
    let Router { account, owner, status, deleted, .. } = *router;
    let step = RouterMove { router: id, account, owner, status, deleted, why: draft.why() };
    draft.add_router_move(step);
}

/// A circuit is gone: so are the routers on it, and it is no further one of others.
/// ASSUMED: what no document tells, since there a circuit is never released with a router on it.
pub(crate) fn release(draft: &mut Draft, account: AccountId, circuit: CircuitId) {
    let view = draft.view();
    let standing = view.routers_on(account, circuit);
    let standing: Vec<(RouterId, bool)> = standing
        .filter(|router| router.stands_on(&circuit))
        .map(|router| (router.id, router.circuit == circuit))
        .collect();
    for (id, first) in standing {
        let router = draft.edit::<Router>(&id).expect("just found");
        if first {
            router.deleted = true;
            router.wakes_at = None;
            note(draft, id);
            leave_group(draft, id);
        } else {
            router.associations.retain(|its| its.circuit != circuit);
        }
    }
}

/// The failover group of a router that is gone is gone too.
/// ASSUMED: no document tells what becomes of it.
fn leave_group(draft: &mut Draft, id: RouterId) {
    let group = draft.find::<Router>(&id).and_then(|router| router.group);
    if let Some(group) = group {
        dissolve(draft, group);
    }
}

/// A failover group is gone, and its routers are in none. All are at home with one account.
pub(crate) fn dissolve(draft: &mut Draft, group: GroupId) {
    let its = draft.edit::<RouterGroup>(&group).expect("a router names the group that it is in");
    its.deleted = true;
    its.wakes_at = None;
    for id in its.routers {
        draft.edit::<Router>(&id).expect("a group names routers that were made").group = None;
    }
}
