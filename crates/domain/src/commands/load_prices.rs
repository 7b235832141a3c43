//! LoadPrices: the operator loads a price list. Orders keep the version that they were priced by.

use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::price::{Currency, Money, MonthlyPrices, PriceList, SharedPrices};
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
    /// What setting a circuit up costs, if the list says so.
    pub setup: Option<Money>,
    /// What shared ports cost.
    pub shared: SharedPrices,
}

impl LoadPrices {
    /// A list of ports alone.
    pub fn of_ports(currency: Currency, rows: MonthlyPrices) -> Self {
        Self { currency, rows, setup: None, shared: SharedPrices::new() }
    }
}

impl Rule for LoadPrices {
    fn parties(&self, _: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::World
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let Self { currency, rows, setup, shared } = self.clone();
        if !rows.values().chain(&setup).chain(shared.values()).all(|price| currency.has(*price)) {
            return Err(Refusal::AmountTooFine);
        }
        let version = draft.view().price_version() + 1;
        draft.add_prices(PriceList { version, currency, rows, setup, shared });
        Ok(Outcome::Done)
    }
}
