//! What a command is to the rest of the business: whose accounts it touches, and its rule.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::view::{View, Whose};

/// A command's own part of a decision.
pub trait Rule {
    /// Whose accounts it reads and writes; `caller` is the account of whoever calls.
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties;

    /// The circuit that it is about, if it costs or returns money: what a quote assumes is of it.
    fn circuit(&self, _: &Draft) -> Option<CircuitId> {
        None
    }

    /// Whether what it brings about is so, of a command whose tokens clients cut so short that two
    /// calls may share one by chance: there a remembered answer is given only while its effect
    /// stands, and other parameters make another call. `None` of every other.
    fn stands(&self, _: &dyn View) -> Option<bool> {
        None
    }

    /// What it comes to. What is written before a refusal is put back.
    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal>;
}
