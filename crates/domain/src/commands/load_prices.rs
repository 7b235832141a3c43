//! LoadPrices: the operator loads a price list. Orders keep the version that they were priced by.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::price::{Currency, MonthlyPrices, PriceList};
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::{View as _, Whose};

/// Load a price list; its version is the one after the last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadPrices {
    /// The currency of every row.
    pub currency: Currency,
    /// What the ports cost.
    pub rows: MonthlyPrices,
}

impl Rule for LoadPrices {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::World
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        if !self.rows.values().all(|month| self.currency.has(*month)) {
            return Err(Refusal::AmountTooFine);
        }
        let version = draft.view().price_version() + 1;
        draft.add_prices(PriceList { version, currency: self.currency, rows: self.rows.clone() });
        Ok(Outcome::Done)
    }
}
