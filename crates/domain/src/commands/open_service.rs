//! OpenService: turn outbound-traffic billing on, which applying for a circuit needs.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Turn outbound-traffic billing on.
    OpenService {}
}

impl Rule for OpenService {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let caller = draft.caller();
        if draft.account(caller)?.service_open {
            return Err(Refusal::ServiceOpen);
        }
        draft.account_mut(caller).service_open = true;
        Ok(Outcome::Done)
    }
}
