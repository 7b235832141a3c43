//! AmendCircuit: change what describes a circuit. One whose application was refused is handed in
//! again by it.

use crate::catalogue::{LineOperator, PortType};
use crate::circuit::{Event, Particulars, Status, step};
use crate::draft::Draft;
use crate::hosting;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::{Fingerprint, Print, command, printed};
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::view::Whose;

printed! {
    /// The changeable part of a circuit's particulars; `None` leaves a field as it is.
    #[derive(Default)]
    Amendment {
        /// Carrier.
        line_operator: Option<LineOperator>,
        /// Port.
        port_type: Option<PortType>,
        /// Mbit/s.
        bandwidth_mbps: Option<u32>,
        /// Companion circuit.
        redundant: Option<CircuitId>,
        /// Name.
        name: Option<Box<str>>,
        /// Description.
        description: Option<Box<str>>,
        /// Location of the customer's end.
        peer_location: Option<Box<str>>,
        /// The carrier's own code.
        circuit_code: Option<Box<str>>,
        /// `DownDelayTime`.
        down_delay: DownDelay,
    }
}

/// How long a link may be down before it is taken for it, milliseconds; `None` leaves it as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DownDelay(pub Option<u32>);

/// None prints as nothing: calls that do not say one are the same calls as before there was any.
impl Print for DownDelay {
    fn print(&self, into: &mut Fingerprint) {
        if let Some(ms) = self.0 {
            ms.print(into);
        }
    }
}

command! {
    /// Change what describes a circuit.
    AmendCircuit {
        /// The circuit.
        circuit: CircuitId,
        /// What changes.
        amendment: Box<Amendment>,
    } not compared {
        /// Whether the specification of a circuit in service may change.
        in_service_too: bool,
    }
}

impl Amendment {
    /// What the circuit is to be redundant with, if that is another than it is already.
    fn new_companion(&self, particulars: &Particulars) -> Option<CircuitId> {
        let present = particulars.words.as_deref().and_then(|words| words.redundant);
        self.redundant.filter(|id| Some(*id) != present)
    }

    /// Whether only what the circuit is called changes.
    /// ASSUMED: of a shared one nothing else can, since the port and the line are the partner's.
    fn is_of_words(&self) -> bool {
        let Self { line_operator, port_type, bandwidth_mbps, redundant, .. } = self;
        let Self { peer_location, circuit_code, down_delay, .. } = self;
        (line_operator.is_none() && port_type.is_none() && bandwidth_mbps.is_none())
            && (redundant.is_none() && peer_location.is_none())
            && (circuit_code.is_none() && down_delay.0.is_none())
    }
}

impl Rule for AmendCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        hosting::parties(caller, whose, None)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let circuit = draft.callers_circuit(self.circuit)?;
        let (before, mut particulars) = (circuit.state, circuit.particulars.clone());
        let mut event = Event::Amend;
        let mut next = step(before, event)?;
        if circuit.hosted().is_some() && !self.amendment.is_of_words() {
            return Err(Refusal::CircuitHosted);
        }
        let companion = self.amendment.new_companion(&particulars);
        let other_port = self.amendment.port_type.is_some_and(|it| it != particulars.port_type);
        if other_port || companion.is_some() {
            event = Event::AmendSpecification;
            next = step(before, event)?;
            if before.status == Status::Enabled && !self.in_service_too {
                return Err(Refusal::CircuitState);
            }
        }
        // ASSUMED: another port of a circuit in service costs nothing more of the term that is
        // paid; no order waits then whose price would be another.
        if other_port {
            // ASSUMED: another port would take theirs away from those who share it.
            hosting::check_free(draft, circuit)?;
        }
        if let Some(companion) = companion {
            // ASSUMED: nothing is redundant with itself.
            if companion == self.circuit {
                return Err(Refusal::NoSuchRedundantCircuit);
            }
            draft.check_redundant(companion)?;
        }
        amend(&mut particulars, &self.amendment);
        if particulars != draft.circuit(self.circuit).particulars {
            draft.circuit_mut(self.circuit).particulars = particulars;
        }
        if next.status != before.status {
            draft.step_circuit(self.circuit, event)?;
        }
        Ok(Outcome::Done)
    }
}

fn amend(particulars: &mut Particulars, amendment: &Amendment) {
    particulars.line_operator = amendment.line_operator.unwrap_or(particulars.line_operator);
    particulars.port_type = amendment.port_type.unwrap_or(particulars.port_type);
    particulars.bandwidth_mbps = amendment.bandwidth_mbps.unwrap_or(particulars.bandwidth_mbps);
    let mut words = particulars.words.as_deref().cloned().unwrap_or_default();
    words.redundant = amendment.redundant.or(words.redundant);
    words.down_delay_ms = amendment.down_delay.0.unwrap_or(words.down_delay_ms);
    for (field, new) in [
        (&mut words.name, &amendment.name),
        (&mut words.description, &amendment.description),
        (&mut words.peer_location, &amendment.peer_location),
        (&mut words.circuit_code, &amendment.circuit_code),
    ] {
        if let Some(new) = new {
            field.clone_from(new);
        }
    }
    particulars.words = (!words.is_empty()).then(|| Box::new(words));
}
