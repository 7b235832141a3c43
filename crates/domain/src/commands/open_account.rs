//! OpenAccount: the operator opens an account.

use crate::account::Account;
use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::price::{Currency, Money};
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

/// Open an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenAccount {
    /// Its number.
    pub account: AccountId,
    /// Its currency.
    pub currency: Currency,
    /// How its requests are to be understood.
    pub dialect: Option<Box<str>>,
    /// Whether its circuits may be enabled without an order.
    pub orderless: bool,
}

impl Rule for OpenAccount {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::One(self.account)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        if draft.account(self.account).is_ok() {
            return Err(Refusal::AccountExists);
        }
        draft.put(Account {
            id: self.account,
            currency: self.currency,
            balance: Money(0),
            dialect: self.dialect.clone(),
            service_open: false,
            waiting_circuits: 0,
            orderless: self.orderless,
        });
        Ok(Outcome::Done)
    }
}
