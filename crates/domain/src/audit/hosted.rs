//! Invariants of shared circuits.

use super::{Books, Report};
use crate::circuit::{Circuit, Hosted, Payer, Status};
use crate::id::{AccountId, CircuitId};
use crate::order::{Order, OrderKind};
use crate::reference::Reference;
use crate::router::{Router, RouterStatus};
use std::collections::{HashMap, HashSet};

/// Whose an order for a circuit must be.
pub(super) fn payer_of(order: &Order, circuit: &Circuit) -> Option<AccountId> {
    match order.kind {
        OrderKind::Hosting => circuit.hosted().map(|hosted| hosted.partner),
        _ => Some(circuit.account),
    }
}

/// The routers that stand on each circuit, also as a further one.
fn standing(books: &Books) -> HashMap<CircuitId, Vec<&Router>> {
    let mut all: HashMap<CircuitId, Vec<&Router>> = HashMap::new();
    for router in books.routers.iter().filter(|router| !router.deleted) {
        let further = router.associations.iter().map(|its| its.circuit);
        for circuit in further.chain([router.circuit]) {
            all.entry(circuit).or_default().push(router);
        }
    }
    all
}

impl Report<'_> {
    pub(super) fn hosted(&mut self) {
        let books = self.books;
        let sees = |its: &Reference| (its.account, its.thing.clone(), its.home);
        let references: HashSet<_> = books.references.iter().map(sees).collect();
        self.each(
            "H1",
            "a shared circuit is of a port of its partner's, who refers to it, and is in service \
             while that is one of shared circuits",
            &books.circuits,
            |circuit| circuit.id.to_string(),
            |shelves, circuit| {
                let Some(hosted) = circuit.hosted() else { return true };
                let Some(parent) = shelves.circuits.get(&hosted.parent) else { return false };
                let referred = (hosted.partner, circuit.id.as_str().into(), circuit.account);
                let (its, ours) = (&parent.particulars, &circuit.particulars);
                // Time alone takes a port away from under them.
                let serves = parent.state.deleted || parent.state.status == Status::Enabled;
                (parent.account, parent.region) == (hosted.partner, circuit.region)
                    && parent.hosted().is_none()
                    && circuit.account != hosted.partner
                    && ours.bandwidth_mbps == hosted.spec.mbps()
                    && references.contains(&referred)
                    && (circuit.state.deleted || (serves && its.port_type == ours.port_type))
            },
        );
        let standing = standing(books);
        self.ports(&standing);
        self.each(
            "H3",
            "the router of a shared circuit is alone on it, and has its VLAN and its bandwidth",
            &books.routers,
            |router| router.id.to_string(),
            |shelves, router| {
                let circuit = shelves.circuits.get(&router.circuit);
                let Some(hosted) = circuit.and_then(|circuit| circuit.hosted()) else {
                    return true;
                };
                let as_it_is = router.described.vlan == hosted.vlan
                    && router.described.bandwidth_mbps == hosted.spec.router_mbps();
                let alone = || standing.get(&router.circuit).is_none_or(|all| all.len() == 1);
                router.deleted || (as_it_is && router.associations.is_empty() && alone())
            },
        );
        let of_partners = books.orders.iter().filter(|order| order.kind == OrderKind::Hosting);
        let paid: HashSet<CircuitId> = of_partners.map(|order| order.circuit).collect();
        self.each(
            "H4",
            "a shared circuit is paid for by its partner exactly if he was to, and never by both",
            &books.circuits,
            |circuit| circuit.id.to_string(),
            |_, circuit| {
                let payer = circuit.hosted().map(|hosted| hosted.payer);
                let by_partner = payer == Some(Payer::Partner);
                by_partner == paid.contains(&circuit.id)
                    && !(by_partner && circuit.state.paid_order.is_some())
            },
        );
        self.each(
            "H5",
            "a shared circuit is as fast as what was paid for it last",
            &books.circuits,
            |circuit| circuit.id.to_string(),
            |shelves, circuit| {
                let last = circuit.state.subscription.last_order;
                let last = last.and_then(|order| shelves.orders.get(&order));
                let spec = circuit.hosted().map(|hosted| hosted.spec);
                last.is_none_or(|order| order.shared == spec)
            },
        );
    }

    /// What stands on each port shares neither a VLAN nor more than its bandwidth.
    fn ports(&mut self, standing: &HashMap<CircuitId, Vec<&Router>>) {
        let mut on: HashMap<CircuitId, Vec<(&Circuit, &Hosted)>> = HashMap::new();
        for circuit in self.books.circuits.iter().filter(|circuit| !circuit.state.deleted) {
            if let Some(hosted) = circuit.hosted() {
                on.entry(hosted.parent).or_default().push((circuit, hosted));
            }
        }
        let checked = on.values().map(Vec::len).sum();
        let broken = on.iter().filter(|(parent, all)| {
            let mut vlans = HashSet::new();
            let apart = all.iter().all(|(_, hosted)| vlans.insert(hosted.vlan));
            let alone = !vlans.contains(&0) || all.len() == 1;
            let reserved = all.iter().map(|(_, hosted)| u64::from(hosted.reserved_mbps()));
            let routers = standing.get(*parent).into_iter().flatten().filter(|router| {
                let off = [RouterStatus::Terminated, RouterStatus::Deleting];
                !off.contains(&router.status)
            });
            let mut taken = routers.filter(|router| {
                let vlan = router.vlan_on(parent).unwrap_or_default();
                let from = |(_, hosted): &(_, &Hosted)| hosted.router == Some(router.id);
                let meets = vlan == 0 || vlans.contains(&0) || vlans.contains(&vlan);
                meets && !all.iter().any(from)
            });
            let apart = apart && taken.next().is_none();
            let port = self.shelves.circuits.get(*parent).map(|its| its.particulars.port_type);
            let fits =
                port.is_some_and(|port| reserved.sum::<u64>() <= u64::from(port.speed_mbps()));
            !(apart && alone && fits)
        });
        let offenders = broken.map(|(parent, _)| parent.to_string()).collect();
        let statement =
            "shared circuits have VLANs of their own, and no more than their port's bandwidth";
        self.note("H2", statement, checked, offenders);
    }
}
