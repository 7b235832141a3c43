//! PlaceSetupOrder: order a circuit together with what setting it up costs. The circuit comes to be
//! as Initial, which the carrier leaves alone until the order is paid.

use super::apply_for_circuit::{Place, add_circuit, check_more};
use crate::circuit::{CircuitState, Particulars, Status};
use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::setting_up;
use crate::view::Whose;

command! {
    /// Order a circuit and its setting up.
    PlaceSetupOrder {
        /// What it is to be.
        particulars: Particulars,
        /// Whether it is paid at once.
        pay_now: bool,
    }
}

impl Rule for PlaceSetupOrder {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    /// ASSUMED: outbound traffic need not be billed, since the fee is waived where it is; and with
    /// too little money nothing is kept.
    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let place = Place::here(draft);
        let where_to = [(place.region, &self.particulars)];
        check_more(draft, self.particulars.redundant(), &where_to)?;
        let state = CircuitState::born(Status::Initial);
        add_circuit(draft, place, &self.particulars, state);
        let circuit = place.id;
        let order = setting_up::unpaid(draft, circuit)?;
        if self.pay_now {
            if !setting_up::pay(draft, order) {
                return Err(Refusal::BalanceTooLow);
            }
        } else {
            setting_up::wait(draft, order);
        }
        Ok(Outcome::SetUp { circuit, order: order.id })
    }
}
