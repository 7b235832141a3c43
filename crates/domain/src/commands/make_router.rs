//! MakeRouter: make a virtual border router on a circuit, for its owner or for another account.

use crate::circuit::{Circuit, Status};
use crate::draft::Draft;
use crate::hosting::{self, is_awaited};
use crate::id::{AccountId, CircuitId, Name, RouterId};
use crate::parties::Parties;
use crate::peering::Peering;
use crate::print::command;
use crate::receipt::Outcome;
use crate::reference::Reference;
use crate::refusal::Refusal;
use crate::router::{Described, Detection, Router, RouterStatus, Times};
use crate::routing::{
    Own, check_complete, check_count, check_ipv6, check_open, check_same_addresses, check_service,
    check_speed, check_vlan, enabled_circuit, note,
};
use crate::rule::Rule;
use crate::tag::Tags;
use crate::view::{View as _, Whose};

command! {
    /// Make a router.
    MakeRouter {
        /// The circuit that it is on.
        circuit: CircuitId,
        /// Who is to own it, if that is another than the caller.
        owner: Option<AccountId>,
        /// `VlanId`.
        vlan: u32,
        /// `CircuitCode`.
        circuit_code: Box<str>,
        /// The addresses of both sides.
        peering: Peering,
        /// `EnableIpv6`.
        ipv6: bool,
        /// Mbit/s; `None` for as much as the port has.
        bandwidth_mbps: Option<u32>,
        /// `Name`.
        name: Box<str>,
        /// `Description`.
        description: Box<str>,
        /// `ResourceGroupId`.
        resource_group: Box<str>,
        /// `Tags`.
        tags: Tags,
    } not compared {
        /// Whether outbound traffic must be billed, as it is sold.
        needs_service: bool,
        /// Whether the port's speed and what its access point offers are limits, as it is sold.
        limited: bool,
    }
}

/// `Mtu` until somebody sets another. SOURCE: ROUTERS 7.
const MTU: u32 = 1500;

impl Rule for MakeRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        hosting::parties(caller, whose, self.owner)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let caller = draft.caller();
        // SOURCE: ROUTERS 12, point 6: whoever's else a circuit is, it is not found.
        let circuit = draft.callers_circuit(self.circuit).map_err(|_| Refusal::NoSuchCircuit)?;
        let id = circuit.id;
        check_service(draft, self.needs_service)?;
        self.check_hosted(draft, circuit)?;
        let circuit = enabled_circuit(draft, id)?;
        check_open(draft, circuit, self.limited)?;
        check_ipv6(draft, circuit, self.ipv6 && self.limited)?;
        let own = circuit.hosted().map(|hosted| hosted.spec.router_mbps());
        let port_mbps = own.unwrap_or(circuit.particulars.port_type.router_mbps());
        let region = circuit.region;
        let bandwidth_mbps = self.bandwidth_mbps.unwrap_or(port_mbps);
        self.check_addresses(draft)?;
        check_vlan(draft, caller, id, self.vlan, Own::default())?;
        check_speed(circuit, bandwidth_mbps, self.limited)?;
        let owner = self.owner.unwrap_or(caller);
        check_count(draft, (caller, id), owner)?;
        let (router, at) = (mint(draft), draft.at());
        let own = owner == caller;
        draft.put(Router {
            id: router,
            account: caller,
            owner,
            circuit: id,
            region,
            created_at: at,
            status: if own { RouterStatus::Active } else { RouterStatus::Unconfirmed },
            times: Times { activated_at: own.then_some(at), ..Times::default() },
            wakes_at: None,
            deleted: false,
            described: Described {
                vlan: self.vlan,
                circuit_code: self.circuit_code.clone(),
                peering: self.peering.clone(),
                ipv6: self.ipv6,
                bandwidth_mbps,
                detection: Detection::default(),
                mtu: MTU,
                sitelink: false,
                name: self.name.clone(),
                description: self.description.clone(),
                resource_group: self.resource_group.clone(),
                tags: self.tags.clone(),
            },
            associations: Vec::new(),
            group: None,
        });
        if !own {
            let thing = router.as_str().into();
            draft.put(Reference { account: owner, thing, home: caller });
        }
        note(draft, router);
        Ok(Outcome::Router(router))
    }
}

impl MakeRouter {
    /// A shared circuit has one router, which is its owner's and as the circuit is; what was made
    /// of a router is kept for it. SOURCE: ROUTERS 4 and 10.
    fn check_hosted(&self, draft: &Draft, circuit: &Circuit) -> Result<(), Refusal> {
        let Some(hosted) = circuit.hosted() else { return Ok(()) };
        if self.owner.is_some() {
            return Err(Refusal::CircuitHosted);
        }
        if circuit.state.status != Status::Enabled {
            return Err(Refusal::HostedNotEnabled);
        }
        let view = draft.view();
        let taken = view.routers_on(circuit.account, circuit.id).any(|router| !router.deleted);
        if taken || is_awaited(draft, circuit.id, hosted) {
            return Err(Refusal::HostedTaken);
        }
        let fits = |mbps| mbps == hosted.spec.router_mbps();
        let same = self.vlan == hosted.vlan && self.bandwidth_mbps.is_none_or(fits);
        if same { Ok(()) } else { Err(Refusal::HostedDiffers) }
    }

    /// Addresses and words are the owner's to say; whoever makes one for himself says the
    /// addresses. SOURCE: ROUTERS 6 and 8.
    fn check_addresses(&self, draft: &Draft) -> Result<(), Refusal> {
        if let Some(owner) = self.owner {
            draft.account(owner).map_err(|_| Refusal::NoSuchOwner)?;
            check_same_addresses(&self.peering, &Peering::default())?;
            for (text, refusal) in [
                (&self.name, Refusal::NameNotTheirs),
                (&self.description, Refusal::DescriptionNotTheirs),
            ] {
                if !text.is_empty() {
                    return Err(refusal);
                }
            }
            return Ok(());
        }
        check_complete(&self.peering)?;
        if self.peering.is_one_subnet() { Ok(()) } else { Err(Refusal::NotOneSubnet) }
    }
}

/// An id that no router of this world has or had.
fn mint(draft: &Draft) -> RouterId {
    let mut ids = (0..).map(|nth| RouterId::mint(draft.seed(), nth));
    let free = |id: &RouterId| !draft.view().is_taken(Name::Router(id));
    ids.find(free).expect("ids do not run out")
}
