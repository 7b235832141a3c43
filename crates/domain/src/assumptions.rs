//! What a quote is to take for granted of its circuit, because an earlier step will have brought it
//! about by the time of the call.

use crate::catalogue::PortType;
use crate::circuit::{BusinessStatus, Circuit, CircuitState, LoaStatus, Status};
use crate::draft::Draft;
use crate::id::CircuitId;
use crate::time::period_end;

/// What is taken for granted of a circuit; `None` leaves it as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Assumptions {
    /// Where it stands.
    pub status: Option<Status>,
    /// Whether it is locked.
    pub business: Option<BusinessStatus>,
    /// Its Letter of Authorization.
    pub loa: Option<LoaStatus>,
    /// What its port is.
    pub port_type: Option<PortType>,
}

impl Assumptions {
    /// Makes them hold of the caller's circuit, if there is one of this id.
    pub(crate) fn hold(self, draft: &mut Draft, id: CircuitId) {
        let Ok(circuit) = draft.own_circuit(id) else { return };
        let next = self.of(circuit.state, draft);
        let port_type = self.port_type.unwrap_or(circuit.particulars.port_type);
        let circuit: &mut Circuit = draft.circuit_mut(id);
        circuit.particulars.port_type = port_type;
        draft.move_circuit(id, next);
    }

    fn of(self, mut state: CircuitState, draft: &Draft) -> CircuitState {
        state.status = self.status.unwrap_or(state.status);
        state.locks = self.business.map_or(state.locks, Into::into);
        state.loa = self.loa.or(state.loa);
        let served =
            matches!(state.status, Status::Enabled | Status::Terminating | Status::Terminated);
        // In service since now, for a month, as one that is given.
        if served && state.enabled_at.is_none() {
            state.enabled_at = Some(draft.at());
            state.ends_at = period_end(draft.at(), 1);
        }
        state
    }
}
