//! MakeRouterGroup: join two routers to a failover group.

use crate::draft::Draft;
use crate::id::{AccountId, GroupId, Name, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::{Detection, Router, RouterEvent, step};
use crate::router_group::{GroupStatus, RouterGroup};
use crate::routing;
use crate::rule::Rule;
use crate::rules::Carrier;
use crate::view::{View as _, Whose};

command! {
    /// Join two routers to a failover group.
    MakeRouterGroup {
        /// The first router.
        router: RouterId,
        /// The second.
        peer: RouterId,
        /// `Name`.
        name: Box<str>,
        /// `Description`.
        description: Box<str>,
        /// Only find out whether it can be done.
        dry_run: bool,
    }
}

impl Rule for MakeRouterGroup {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let (first, second) = (router(draft, &self.router)?, router(draft, &self.peer)?);
        let region = first.region;
        if first.owner != second.owner {
            return Err(Refusal::GroupOwnersDiffer);
        }
        if first.owner != draft.caller() {
            return Err(Refusal::NoSuchRouter);
        }
        step(first.status, RouterEvent::Join)?;
        step(second.status, RouterEvent::Join)?;
        // ASSUMED: every circuit ends on a device of its own.
        if first.circuit == second.circuit {
            return Err(Refusal::GroupOfOneDevice);
        }
        if first.group.is_some() || second.group.is_some() {
            return Err(Refusal::RouterInGroup);
        }
        if draft.rules().strict_groups {
            let detects = |router: &Router| router.described.detection != Detection::default();
            if !detects(first) || !detects(second) {
                return Err(Refusal::NoDetection);
            }
            // There are no networks here that it could be in.
            return Err(Refusal::NoNetwork);
        }
        if self.dry_run {
            return Err(Refusal::DryRun);
        }
        let (id, at, rules) = (mint(draft), draft.at(), draft.rules());
        let auto = rules.carrier == Carrier::Auto;
        draft.put(RouterGroup {
            id,
            account: draft.caller(),
            region,
            routers: [self.router, self.peer],
            created_at: at,
            status: GroupStatus::Creating,
            wakes_at: auto.then(|| at.plus_ms(rules.carrier_step_ms)),
            deleted: false,
            name: self.name.clone(),
            description: self.description.clone(),
        });
        for router in [self.router, self.peer] {
            draft.edit::<Router>(&router).expect("just found").group = Some(id);
        }
        Ok(Outcome::Group(id))
    }
}

/// A router on one of the caller's circuits.
/// ASSUMED: one that another account made for the caller joins no group, since that account may
/// switch it off and remove its circuit without asking him.
fn router<'d>(draft: &'d Draft, id: &RouterId) -> Result<&'d Router, Refusal> {
    let router = routing::callers(draft, id)?;
    let own = router.account == draft.caller();
    if own { Ok(router) } else { Err(Refusal::NoSuchRouter) }
}

/// An id that no group of this world has or had.
fn mint(draft: &Draft) -> GroupId {
    let mut ids = (0..).map(|nth| GroupId::mint(draft.seed(), nth));
    let free = |id: &GroupId| !draft.view().is_taken(Name::Group(id));
    ids.find(free).expect("ids do not run out")
}
