//! AmendRouter: change what describes a router. Its owner takes one over that was made for him by
//! saying its addresses.

use crate::circuit::Circuit;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::parties::Parties;
use crate::peering::Peering;
use crate::print::{command, printed};
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{Association, Described, Router, RouterEvent, RouterStatus, step};
use crate::routing::{
    self, Own, check_ipv6, check_same_addresses, check_service, check_speed, check_vlan,
};
use crate::rule::Rule;
use crate::view::Whose;

printed! {
    /// What changes of a further circuit.
    AssociationAmendment {
        /// The circuit.
        circuit: CircuitId,
        /// `VlanId`; `None` leaves it as it is.
        vlan: Option<u32>,
        /// `CircuitCode`.
        circuit_code: Option<Box<str>>,
        /// The addresses there, as far as they change.
        peering: Peering,
        /// `ipv6Enable`.
        ipv6: Option<bool>,
    }
}

printed! {
    /// What changes of a router. `None` leaves it as it is.
    #[derive(Default)]
    RouterAmendment {
        /// `VlanId`.
        vlan: Option<u32>,
        /// `CircuitCode`.
        circuit_code: Option<Box<str>>,
        /// The addresses, as far as they change.
        peering: Peering,
        /// `EnableIpv6`.
        ipv6: Option<bool>,
        /// Mbit/s.
        bandwidth_mbps: Option<u32>,
        /// `MinTxInterval`.
        min_tx_ms: Option<u32>,
        /// `MinRxInterval`.
        min_rx_ms: Option<u32>,
        /// `DetectMultiplier`.
        multiplier: Option<u32>,
        /// `Mtu`.
        mtu: Option<u32>,
        /// `SitelinkEnable`.
        sitelink: Option<bool>,
        /// `Name`.
        name: Option<Box<str>>,
        /// `Description`.
        description: Option<Box<str>>,
        /// Its further circuits, as far as they change.
        associations: Vec<AssociationAmendment>,
    }
}

command! {
    /// Change a router.
    AmendRouter {
        /// The router.
        router: RouterId,
        /// What changes.
        amendment: Box<RouterAmendment>,
    } not compared {
        /// Whether outbound traffic must be billed, as it is sold.
        needs_service: bool,
        /// Whether the port's speed and what its access point offers are limits, as it is sold.
        limited: bool,
        /// Whether a circuit that is locked for money holds it back, as it is sold.
        heeds_locks: bool,
        /// Whether no two circuits of a router may have one address, as it is sold.
        compares: bool,
        /// Whether who takes a router over says all addresses or none, as it is sold.
        wants_all: bool,
    }
}

impl Rule for AmendRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?.clone();
        let amendment = &*self.amendment;
        let peering = router.described.peering.with(&amendment.peering);
        let owns = router.owner == draft.caller();
        let takes_over =
            router.status == RouterStatus::Unconfirmed && owns && peering.is_complete();
        let event = if takes_over { RouterEvent::Accept } else { RouterEvent::Amend };
        step(router.status, event)?;
        let circuit: &Circuit = draft.find(&router.circuit).expect("it is at the same home");
        if self.heeds_locks && circuit.state.locks.financial() {
            return Err(Refusal::CircuitLocked);
        }
        check_service(draft, self.needs_service)?;
        amendment.check_whose(draft, &router)?;
        let tries = owns && router.status == RouterStatus::Unconfirmed && !takes_over;
        if self.wants_all && tries && amendment.peering.has_ipv4() {
            return Err(Refusal::AddressesIncomplete);
        }
        if !peering.is_one_subnet() {
            return Err(Refusal::NotOneSubnet);
        }
        let vlan = amendment.vlan.unwrap_or(router.described.vlan);
        let mbps = amendment.bandwidth_mbps.unwrap_or(router.described.bandwidth_mbps);
        let same = (vlan, mbps) == (router.described.vlan, router.described.bandwidth_mbps);
        if circuit.hosted().is_some() && !same {
            return Err(Refusal::CircuitHosted);
        }
        if vlan != router.described.vlan {
            check_vlan(draft, router.account, router.circuit, vlan, Own::router(router.id))?;
        }
        if let Some(bandwidth_mbps) = amendment.bandwidth_mbps {
            check_speed(circuit, bandwidth_mbps, self.limited)?;
        }
        let more = amendment.ipv6 == Some(true) && !router.described.ipv6;
        check_ipv6(draft, circuit, more && self.limited)?;
        let associations = amendment.associations(draft, &router)?;
        if self.compares {
            amendment.check_addresses(
                (&router.described.peering, &router.associations),
                (&peering, &associations),
            )?;
        }
        let described = amendment.described(&router.described, vlan, peering);
        let changed = draft.edit::<Router>(&router.id).expect("just found");
        changed.described = described;
        changed.associations = associations;
        routing::step_router(draft, router.id, event)?;
        Ok(Outcome::Done)
    }
}

impl RouterAmendment {
    /// Whether everything that is said is the caller's to say, on each circuit of the router. What
    /// is said again as it is changes nothing: the provider says all it knows in every call.
    /// SOURCE: ROUTERS 3.4, 5 and 13.2.
    fn check_whose(&self, draft: &Draft, router: &Router) -> Result<(), Refusal> {
        let caller = draft.caller();
        let (has_circuit, has_router) = (router.account == caller, router.owner == caller);
        let first = (router.circuit, self.vlan, &self.circuit_code, &self.peering);
        let further = self.associations.iter();
        let further = further.map(|its| (its.circuit, its.vlan, &its.circuit_code, &its.peering));
        for (circuit, vlan, circuit_code, peering) in [first].into_iter().chain(further) {
            // One that the router is not on is refused where they are changed.
            let Some(line) = router.line_on(&circuit) else { continue };
            if circuit_code.as_deref().is_some_and(|code| code != line.1) && !has_circuit {
                return Err(Refusal::CircuitCodeNotTheirs);
            }
            if !has_router {
                check_same_addresses(peering, line.2)?;
            }
            if vlan.is_some_and(|vlan| vlan != line.0) && !has_circuit {
                return Err(Refusal::VlanNotTheirs);
            }
        }
        for (said, is, refusal) in [
            (&self.name, &router.described.name, Refusal::NameNotTheirs),
            (&self.description, &router.described.description, Refusal::DescriptionNotTheirs),
        ] {
            if said.as_ref().is_some_and(|said| said != is) && !has_router {
                return Err(refusal);
            }
        }
        Ok(())
    }

    /// The further circuits as they are to be.
    /// ASSUMED: only those that are there can be changed so; AssociatePhysicalConnection… adds one.
    fn associations(&self, draft: &Draft, router: &Router) -> Result<Vec<Association>, Refusal> {
        let mut all = router.associations.clone();
        for change in &self.associations {
            let its = all.iter_mut().find(|its| its.circuit == change.circuit);
            let its = its.ok_or(Refusal::NotAssociated)?;
            let vlan = change.vlan.unwrap_or(its.vlan);
            if vlan != its.vlan {
                check_vlan(draft, router.account, its.circuit, vlan, Own::router(router.id))?;
            }
            *its = Association {
                circuit: its.circuit,
                vlan,
                circuit_code: change.circuit_code.clone().unwrap_or(its.circuit_code.clone()),
                peering: its.peering.with(&change.peering),
                ipv6: change.ipv6.unwrap_or(its.ipv6),
            };
            if !its.peering.is_one_subnet() {
                return Err(Refusal::NotOneSubnet);
            }
        }
        Ok(all)
    }

    /// Refuses addresses that are said twice, and those that the router has on another circuit;
    /// those that it had twice before may stay.
    fn check_addresses(&self, before: Lines, after: Lines) -> Result<(), Refusal> {
        let said = (&self.peering, &self.associations);
        let repeats =
            |is: Same| pairs(said.1.iter().map(|its| &its.peering).chain([said.0]), is) > 0;
        let adds = |is: Same| pairs(peerings(after), is) > pairs(peerings(before), is);
        for (is_so, refusal) in [
            (repeats(Peering::has_local_ip_of), Refusal::LocalIpRepeated),
            (repeats(Peering::has_peer_ip_of), Refusal::PeerIpRepeated),
            (adds(Peering::has_local_ip_of), Refusal::LocalIpTaken),
            (adds(Peering::has_peer_ip_of), Refusal::PeerIpTaken),
        ] {
            if is_so {
                return Err(refusal);
            }
        }
        Ok(())
    }

    fn described(&self, old: &Described, vlan: u32, peering: Peering) -> Described {
        let text = |new: &Option<Box<str>>, old: &str| new.clone().unwrap_or_else(|| old.into());
        let mut detection = old.detection;
        detection.min_tx_ms = self.min_tx_ms.unwrap_or(detection.min_tx_ms);
        detection.min_rx_ms = self.min_rx_ms.unwrap_or(detection.min_rx_ms);
        detection.multiplier = self.multiplier.unwrap_or(detection.multiplier);
        Described {
            vlan,
            circuit_code: text(&self.circuit_code, &old.circuit_code),
            peering,
            ipv6: self.ipv6.unwrap_or(old.ipv6),
            bandwidth_mbps: self.bandwidth_mbps.unwrap_or(old.bandwidth_mbps),
            detection,
            mtu: self.mtu.unwrap_or(old.mtu),
            sitelink: self.sitelink.unwrap_or(old.sitelink),
            name: text(&self.name, &old.name),
            description: text(&self.description, &old.description),
            resource_group: old.resource_group.clone(),
            tags: old.tags.clone(),
        }
    }
}

/// The addresses of a router: on its own circuit, and on its further ones.
pub(super) type Lines<'l> = (&'l Peering, &'l [Association]);

/// Whether two lines have one address.
pub(super) type Same = fn(&Peering, &Peering) -> bool;

pub(super) fn peerings((own, further): Lines<'_>) -> impl Iterator<Item = &Peering> {
    further.iter().map(|its| &its.peering).chain([own])
}

/// How many pairs of lines have one address.
fn pairs<'l>(lines: impl Iterator<Item = &'l Peering>, is_same: Same) -> usize {
    let lines: Vec<_> = lines.collect();
    let of = |(nth, line): (usize, &&Peering)| {
        lines[..nth].iter().filter(|other| is_same(line, other)).count()
    };
    lines.iter().enumerate().map(of).sum()
}
