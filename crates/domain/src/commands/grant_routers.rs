//! GrantRouters: let routers of another account connect to a VPC.

use crate::catalogue::Region;
use crate::draft::Draft;
use crate::grant::{Grant, check_vpc};
use crate::id::{AccountId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::reference::Reference;
use crate::refusal::Refusal;
use crate::router::Router;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Let routers of another account connect to a VPC.
    GrantRouters {
        /// The VPC.
        vpc: Box<str>,
        /// The owner of the routers.
        owner: AccountId,
        /// Their region.
        region: Region,
        /// Which; `None` for every one that is or will be there.
        routers: Option<Vec<RouterId>>,
    }
}

impl Rule for GrantRouters {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        // Where each is at home that another made for him.
        let homes = whose.homes(self.owner);
        let others = homes.into_iter().chain([self.owner]);
        caller.map_or(Parties::Nobody, |caller| Parties::among(caller, others))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        check(draft, &self.vpc, self.owner)?;
        for id in self.routers.iter().flatten() {
            check_router(draft, self.owner, self.region, id)?;
        }
        let mut grant = granted(draft, &self.vpc, self.owner, self.region);
        match &self.routers {
            None => grant.all = true,
            Some(routers) => {
                grant.routers.extend(routers);
                grant.routers.sort_unstable();
                grant.routers.dedup();
            }
        }
        draft.put(grant);
        Ok(Outcome::Done)
    }
}

/// Whether the VPC is there to be opened, and to another account that is there.
pub(super) fn check(draft: &Draft, vpc: &str, owner: AccountId) -> Result<(), Refusal> {
    if owner == draft.caller() || draft.account(owner).is_err() {
        return Err(Refusal::BadGrant);
    }
    check_vpc(vpc)
}

fn check_router(
    draft: &Draft,
    owner: AccountId,
    region: Region,
    id: &RouterId,
) -> Result<(), Refusal> {
    let router: Option<&Router> = draft.find(id);
    let refers = || draft.find::<Reference>(&(owner, id.as_str().into())).is_some();
    let its = |router: &&Router| {
        let own = router.owner == owner && (router.account == owner || refers());
        own && router.region == region && !router.deleted
    };
    router.filter(its).map(drop).ok_or(Refusal::NoSuchGrantee)
}

/// What is granted, which may be nothing.
pub(super) fn granted(draft: &Draft, vpc: &str, owner: AccountId, region: Region) -> Grant {
    let (account, vpc_region) = (draft.caller(), draft.callers_region());
    let name = (account, (vpc.into(), vpc_region, owner, region));
    draft.find::<Grant>(&name).cloned().unwrap_or_else(|| Grant {
        account,
        vpc: vpc.into(),
        vpc_region,
        owner,
        region,
        all: false,
        routers: Vec::new(),
    })
}
