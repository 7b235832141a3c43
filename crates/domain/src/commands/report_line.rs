//! ReportLine: report the work on a circuit's line as done, or that the line is maintained.

use crate::circuit::Event;
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::letter::{Letter, Report};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

command! {
    /// Report on a circuit's line.
    ReportLine {
        /// The circuit.
        circuit: CircuitId,
        /// Whether the work is done; else the line is maintained.
        finished: bool,
        /// What is said of it.
        report: Report,
    }
}

impl Rule for ReportLine {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let account = draft.callers_circuit(self.circuit)?.account;
        let event = if self.finished { Event::CompleteLoa } else { Event::MaintainLine };
        draft.step_circuit(self.circuit, event)?;
        // A circuit may be born with a letter that nobody applied for.
        let letter = draft.find::<Letter>(&self.circuit).cloned();
        let mut letter = letter.unwrap_or_else(|| Letter::blank(self.circuit, account));
        letter.report(&self.report);
        draft.put(letter);
        Ok(Outcome::Done)
    }
}
