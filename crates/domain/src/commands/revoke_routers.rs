//! RevokeRouters: let routers of another account no longer connect to a VPC.

use super::grant_routers::{check, granted};
use crate::catalogue::Region;
use crate::draft::Draft;
use crate::id::{AccountId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Let routers of another account no longer connect to a VPC.
    RevokeRouters {
        /// The VPC.
        vpc: Box<str>,
        /// The owner of the routers.
        owner: AccountId,
        /// Their region.
        region: Region,
        /// Which; `None` for all that was granted.
        routers: Option<Vec<RouterId>>,
    }
}

impl Rule for RevokeRouters {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        caller.map_or(Parties::Nobody, |caller| Parties::with(caller, Some(self.owner)))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        check(draft, &self.vpc, self.owner)?;
        let mut grant = granted(draft, &self.vpc, self.owner, self.region);
        match &self.routers {
            None if grant.is_void() => return Err(Refusal::NoSuchGrant),
            None => {
                grant.all = false;
                grant.routers.clear();
            }
            // ASSUMED: what was granted to all is not taken from one.
            Some(routers) => {
                if !routers.iter().all(|id| grant.routers.contains(id)) {
                    return Err(Refusal::NoSuchGrant);
                }
                grant.routers.retain(|id| !routers.contains(id));
            }
        }
        draft.put(grant);
        Ok(Outcome::Done)
    }
}
