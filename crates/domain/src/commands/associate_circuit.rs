//! AssociateCircuit: put a router on one more circuit.

use super::amend_router::{Same, peerings};
use crate::circuit::Circuit;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::parties::Parties;
use crate::peering::Peering;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{Association, Router, RouterEvent, step};
use crate::routing::{
    self, Own, check_complete, check_count, check_not_ended, check_same_addresses, check_service,
    check_vlan, enabled_circuit,
};
use crate::rule::Rule;
use crate::view::{View, Whose};

command! {
    /// Put a router on one more circuit.
    AssociateCircuit {
        /// The router.
        router: RouterId,
        /// The circuit.
        circuit: CircuitId,
        /// `VlanId` there.
        vlan: u32,
        /// `CircuitCode`.
        circuit_code: Box<str>,
        /// The addresses there.
        peering: Peering,
        /// `EnableIpv6`.
        ipv6: bool,
    } not compared {
        /// Whether outbound traffic must be billed, as it is sold.
        needs_service: bool,
        /// Whether no two circuits of a router may have one address, as it is sold.
        compares: bool,
        /// Whether who says an address of IPv4 says all three, as it is sold.
        wants_all: bool,
    }
}

impl AssociateCircuit {
    fn association(&self) -> Association {
        Association {
            circuit: self.circuit,
            vlan: self.vlan,
            circuit_code: self.circuit_code.clone(),
            peering: self.peering.clone(),
            ipv6: self.ipv6,
        }
    }

    /// Refuses addresses that the router has on another of its circuits.
    fn check_addresses(&self, router: &Router) -> Result<(), Refusal> {
        let (own, new) = (&router.described.peering, &self.peering);
        if new.has_local_ip_of(own) {
            return Err(Refusal::LocalIpOfRouter);
        }
        let any =
            |is_taken: Same| peerings((own, &router.associations)).any(|its| is_taken(new, its));
        for (is_taken, refusal) in [
            (any(Peering::has_local_ip_of), Refusal::LocalIpTaken),
            (any(Peering::has_peer_ip_of), Refusal::PeerIpTaken),
            (any(Peering::has_local_ipv6_of), Refusal::LocalIpv6Taken),
            (any(Peering::has_peer_ipv6_of), Refusal::PeerIpv6Taken),
        ] {
            if is_taken {
                return Err(refusal);
            }
        }
        Ok(())
    }
}

impl Rule for AssociateCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        routing::parties(caller, whose, &self.router)
    }

    /// Of a token that Terraform has cut, one digit of chance is left (ROUTERS 13.1).
    fn stands(&self, view: &dyn View) -> Option<bool> {
        let router = view.router(&self.router).filter(|router| !router.deleted);
        Some(router.is_some_and(|router| router.associations.contains(&self.association())))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers_here(draft, &self.router)?;
        // ASSUMED: a further circuit is its first one's owner's, as all that hangs off it.
        if router.account != draft.caller() {
            return Err(Refusal::NotTheOwners);
        }
        let circuit = draft.callers_circuit_here(self.circuit).map_err(|why| match why {
            Refusal::CircuitDeleted => Refusal::NoSuchCircuit,
            other => other,
        })?;
        step(router.status, RouterEvent::Associate)?;
        let (own, further) = (router.circuit == circuit.id, router.associations.len());
        let again = router.associations.iter().any(|its| its.circuit == circuit.id);
        check_not_ended(circuit)?;
        enabled_circuit(draft, self.circuit)?;
        check_service(draft, self.needs_service)?;
        if own {
            return Err(Refusal::OwnCircuit);
        }
        // SOURCE: ROUTERS 4: a shared circuit and its router have each other alone.
        let first: &Circuit = draft.find(&router.circuit).expect("it is at the same home");
        if circuit.hosted().is_some() || first.hosted().is_some() {
            return Err(Refusal::CircuitHosted);
        }
        if again {
            return Err(Refusal::AlreadyAssociated);
        }
        // The addresses are the router's owner's to say, who says them by changing it.
        if router.owner != draft.caller() {
            check_same_addresses(&self.peering, &Peering::default())?;
        }
        // SOURCE: dossier, annex A (each goes with the others).
        if self.wants_all && self.peering.has_ipv4() {
            check_complete(&self.peering)?;
        }
        if !self.peering.is_one_subnet() {
            return Err(Refusal::NotOneSubnet);
        }
        if self.compares {
            self.check_addresses(router)?;
        }
        check_vlan(draft, draft.caller(), self.circuit, self.vlan, Own::default())?;
        if further >= draft.rules().associations_max as usize {
            return Err(Refusal::AssociationsMax);
        }
        check_count(draft, (draft.caller(), self.circuit), router.owner)?;
        let router = draft.edit::<Router>(&self.router).expect("just found");
        router.associations.push(self.association());
        Ok(Outcome::Done)
    }
}
