//! Invariants of routers, and of what else hangs off circuits.

use super::Report;
use crate::circuit::Status;
use crate::id::{CircuitId, RouterId};
use crate::macsec::{KEYS_MAX, KeyStatus};
use crate::reference::Reference;
use crate::router::{Router, RouterStatus, is_under_way};
use std::collections::{HashMap, HashSet};

impl Report<'_> {
    pub(super) fn routers(&mut self) {
        let books = self.books;
        let sees = |its: &Reference| (its.account, its.thing.clone(), its.home);
        let references: HashSet<_> = books.references.iter().map(sees).collect();
        self.each(
            "V1",
            "a router's circuits are its home's and in its region, and in service while it stands",
            &books.routers,
            |router| router.id.to_string(),
            |shelves, router| {
                let further = router.associations.iter().map(|its| its.circuit);
                let mut on = further.chain([router.circuit]);
                on.all(|id| {
                    shelves.circuits.get(&id).is_some_and(|circuit| {
                        let own = (circuit.account, circuit.region);
                        let serves = circuit.state.status == Status::Enabled;
                        own == (router.account, router.region)
                            && (router.deleted || (serves && !circuit.state.deleted))
                    })
                })
            },
        );
        self.vlans();
        self.each(
            "V3",
            "a router's owner is there, and refers to one that is at home with another",
            &books.routers,
            |router| router.id.to_string(),
            |shelves, router| {
                let named = (router.owner, router.id.as_str().into(), router.account);
                let referred = references.contains(&named);
                // One that has moved home may have been referred to there before.
                let at_home = router.owner == router.account;
                shelves.accounts.contains_key(&router.owner) && (referred || at_home)
            },
        );
        self.each(
            "V4",
            "a router waits for the carrier only while something is under way",
            &books.routers,
            |router| router.id.to_string(),
            |_, router| {
                let waits = router.wakes_at.is_some();
                let active = router.status == RouterStatus::Active;
                (!waits || (is_under_way(router.status) && !router.deleted))
                    && (!active || router.times.activated_at.is_some())
            },
        );
        self.router_moves();
        self.each(
            "V6",
            "a failover group has two routers that name it, until it is gone",
            &books.groups,
            |group| group.id.to_string(),
            |shelves, group| {
                let right = |id: &RouterId| {
                    let router = shelves.routers.get(id);
                    router.is_some_and(|router| {
                        let names = router.group == Some(group.id);
                        let own = router.account == group.account;
                        own && names != group.deleted && (group.deleted || !router.deleted)
                    })
                };
                let [one, other] = &group.routers;
                one != other && right(one) && right(other)
            },
        );
    }

    pub(super) fn keys(&mut self) {
        let books = self.books;
        self.each(
            "K1",
            "a circuit has at most three MACsec keys, one in use, and none unless it is in service",
            &books.circuits,
            |circuit| circuit.id.to_string(),
            |_, circuit| {
                let keys = circuit.macsec();
                let used = keys.iter().filter(|key| key.status == KeyStatus::Associated);
                let names: HashSet<&str> = keys.iter().map(|key| &*key.ckn).collect();
                let serves = circuit.state.status == Status::Enabled || circuit.state.deleted;
                names.len() == keys.len()
                    && keys.len() <= KEYS_MAX
                    && used.count() <= 1
                    && (keys.is_empty() || serves)
            },
        );
    }

    /// What is off for long enough has lost its VLAN, and may share its number.
    fn vlans(&mut self) {
        let mut taken: HashSet<(CircuitId, u32)> = HashSet::new();
        let mut counts: HashMap<CircuitId, usize> = HashMap::new();
        let mut whole: HashSet<CircuitId> = HashSet::new();
        let mut offenders = Vec::new();
        let standing = |router: &&Router| {
            let off = [RouterStatus::Terminated, RouterStatus::Deleting];
            !router.deleted && !off.contains(&router.status)
        };
        for router in self.books.routers.iter().filter(standing) {
            let further = router.associations.iter().map(|its| (its.circuit, its.vlan));
            for (circuit, vlan) in further.chain([(router.circuit, router.described.vlan)]) {
                *counts.entry(circuit).or_default() += 1;
                if vlan == 0 {
                    whole.insert(circuit);
                }
                if !taken.insert((circuit, vlan)) {
                    offenders.push(router.id.to_string());
                }
            }
        }
        let shared = whole.iter().filter(|circuit| counts[*circuit] > 1);
        offenders.extend(shared.map(ToString::to_string));
        let statement = "no two routers share a VLAN of a circuit, or a port that one has whole";
        self.note("V2", statement, self.books.routers.len(), offenders);
    }

    fn router_moves(&mut self) {
        let mut last: HashMap<RouterId, (RouterStatus, bool)> = HashMap::new();
        for step in &self.books.router_moves {
            last.insert(step.router, (step.status, step.deleted));
        }
        let stands =
            |router: &&Router| last.get(&router.id) != Some(&(router.status, router.deleted));
        let broken = self.books.routers.iter().filter(stands);
        let offenders = broken.map(|router| router.id.to_string()).collect();
        let statement = "a router stands as its history says";
        self.note("V5", statement, self.books.routers.len(), offenders);
    }
}
