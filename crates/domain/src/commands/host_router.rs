//! HostRouter: make a shared circuit of another account's router on one's own circuit. The router
//! stays where it is until it is moved ([`MoveRouter`](super::MoveRouter)).

use super::host_circuit::{dedicated, host};
use crate::catalogue::SharedSpec;
use crate::circuit::{Circuit, CircuitWords, Hosted, Payer};
use crate::draft::Draft;
use crate::hosting;
use crate::id::{AccountId, Name, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::RouterStatus;
use crate::routing::{self, enabled_circuit};
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Make a shared circuit of a router.
    HostRouter {
        /// The router.
        router: RouterId,
        /// Who pays for it.
        payer: Payer,
        /// Whether it is only to be found out whether it could be done.
        dry_run: bool,
    }
}

impl Rule for HostRouter {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        // He is told of none but those on his own circuits.
        let own = caller.is_some() && whose.owner(Name::Router(&self.router)) == caller;
        let tenant = Some(&self.router).filter(|_| own).and_then(|router| whose.holder(router));
        hosting::parties(caller, whose, tenant)
    }

    /// SOURCE: ROUTERS 8. ASSUMED: a router on further circuits, or in a group, cannot leave them.
    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let router = routing::callers(draft, &self.router)?;
        if router.account != draft.caller() {
            return Err(Refusal::NoSuchRouter);
        }
        routing::check_movable(router)?;
        if !matches!(router.status, RouterStatus::Unconfirmed | RouterStatus::Active) {
            return Err(Refusal::RouterState);
        }
        let (id, tenant, described) = (router.id, router.owner, router.described.clone());
        let parent = dedicated(draft, router.circuit)?.clone();
        enabled_circuit(draft, parent.id)?;
        if described.vlan == 0 {
            return Err(Refusal::RouterWholePort);
        }
        let spec = SharedSpec::of_router(described.bandwidth_mbps).ok_or(Refusal::NoSuchSpeed)?;
        let is_its = |circuit: &Circuit| circuit.hosted().is_some_and(|it| it.router == Some(id));
        if hosting::on(&draft.view(), parent.account, parent.id).any(is_its) {
            return Err(Refusal::RouterHosted);
        }
        if !draft.account(tenant).map_err(|_| Refusal::NoSuchTenant)?.service_open {
            return Err(Refusal::TenantServiceClosed);
        }
        let words = CircuitWords {
            name: described.name,
            description: described.description,
            hosted: Some(Hosted {
                parent: parent.id,
                partner: parent.account,
                vlan: described.vlan,
                spec,
                expected: None,
                payer: self.payer,
                router: Some(id),
            }),
            ..CircuitWords::default()
        };
        let outcome = host(draft, &parent, tenant, words)?;
        if self.dry_run { Err(Refusal::DryRun) } else { Ok(outcome) }
    }
}
