//! TopUp: the operator puts money on an account.

use crate::billing;
use crate::draft::Draft;
use crate::id::AccountId;
use crate::ledger::Posting;
use crate::parties::Parties;
use crate::price::Money;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

/// Put money on an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopUp {
    /// The account.
    pub account: AccountId,
    /// Above zero, in the account's currency.
    pub amount: Money,
}

impl Rule for TopUp {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::One(self.account)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let account = draft.account(self.account)?;
        let (balance, currency) = (account.balance, account.currency);
        if !currency.has(self.amount) {
            return Err(Refusal::AmountTooFine);
        }
        let posting = Posting::top_up(self.account, balance, self.amount, currency, draft.at());
        draft.post(posting.ok_or(Refusal::AmountTooLarge)?);
        billing::pay_all(draft, self.account);
        Ok(Outcome::Done)
    }
}
