//! The state machine of a circuit: (state, event) -> state or refusal. It knows nothing of money,
//! owners or time; `order.rs` and `decide.rs` do.

use crate::catalogue::words;
use crate::record::{BusinessStatus, Circuit, CircuitState, LoaStatus, Status};
use crate::refusal::Refusal;

words! {
    /// Something that happens to a circuit. The texts are the control API's names; what only calls
    /// can bring about is kept from it by [`Event::of_carrier`].
    Event {
        /// The application is approved.
        Approve = "approve",
        /// The application is refused.
        Reject = "reject",
        /// Resources are being looked up.
        BeginAllocation = "begin_allocation",
        /// A port is allocated.
        Allocate = "allocate",
        /// There are no resources.
        FailAllocation = "fail_allocation",
        /// The Letter of Authorization is approved.
        ApproveLoa = "approve_loa",
        /// The Letter of Authorization is refused.
        RejectLoa = "reject_loa",
        /// The line is built and handed over.
        FinishConstruction = "finish_construction",
        /// Locked for want of payment.
        LockFinancial = "lock_financial",
        /// Locked for security.
        LockSecurity = "lock_security",
        /// No longer locked.
        Unlock = "unlock",
        /// The port is free again.
        FinishTermination = "finish_termination",
        /// The customer reports the line as ready.
        Confirm = "confirm",
        /// It goes into service.
        Enable = "enable",
        /// The customer ends it.
        Terminate = "terminate",
        /// The customer removes the record.
        Delete = "delete",
        /// The customer changes what describes it.
        Amend = "amend",
    }
}

impl Event {
    /// The events that the carrier or the operator of a world can bring about.
    pub fn of_carrier(text: &str) -> Option<Self> {
        let event = Self::find(text)?;
        let theirs = !matches!(
            event,
            Self::BeginAllocation
                | Self::Confirm
                | Self::Enable
                | Self::Terminate
                | Self::Delete
                | Self::Amend
        );
        theirs.then_some(event)
    }
}

/// What the circuit is after the event.
///
/// SOURCE: api dossier 3.2. ASSUMED: which states `approve`, `reject`, the LOA events and
/// `finish_construction` start from; the documents name the states, not who moves them.
pub fn step(state: CircuitState, event: Event) -> Result<CircuitState, Refusal> {
    use Status as S;
    let to = |status| CircuitState { status, wakes_at: None, ..state };
    let locked = |business| CircuitState { business, ..state };
    let loa = |loa| CircuitState { loa: Some(loa), ..state };
    // A letter that exists is complete once the line is handed over.
    let confirmed =
        || CircuitState { loa: state.loa.map(|_| LoaStatus::Complete), ..to(S::Confirmed) };
    Ok(match (event, state.status) {
        (Event::Approve, S::Initial) => to(S::Approved),
        (Event::Reject, S::Initial | S::Approved) => to(S::Rejected),
        (Event::BeginAllocation, S::Initial | S::Approved) => to(S::Allocating),
        (Event::Allocate, S::Initial | S::Approved | S::Allocating) => to(S::Allocated),
        (Event::FailAllocation, S::Initial | S::Approved | S::Allocating) => {
            to(S::AllocationFailed)
        }
        (Event::ApproveLoa, _) if state.loa == Some(LoaStatus::Applying) => {
            loa(LoaStatus::Available)
        }
        (Event::RejectLoa, _) if state.loa == Some(LoaStatus::Applying) => loa(LoaStatus::Rejected),
        (Event::FinishConstruction | Event::Confirm, S::Allocated) => confirmed(),
        (Event::LockFinancial, _) => locked(BusinessStatus::FinancialLocked),
        (Event::LockSecurity, _) => locked(BusinessStatus::SecurityLocked),
        (Event::Unlock, _) => locked(BusinessStatus::Normal),
        (Event::Enable, S::Confirmed) => to(S::Enabled),
        (Event::Terminate, S::Enabled) => to(S::Terminating),
        (Event::FinishTermination, S::Terminating) => to(S::Terminated),
        (
            Event::Delete,
            S::Allocated
            | S::Confirmed
            | S::Rejected
            | S::Canceled
            | S::AllocationFailed
            | S::Terminated,
        ) => CircuitState { deleted: true, wakes_at: None, ..state },
        // SOURCE: api dossier, annex A (ModifyPhysicalConnectionAttribute): a refused application
        // is handed in again by changing it.
        (Event::Amend, S::Rejected) => to(S::Initial),
        (Event::Amend, S::Initial | S::Approved | S::Allocated | S::Confirmed | S::Enabled) => {
            state
        }
        _ => return Err(Refusal::CircuitState),
    })
}

/// Whether it counts against the number of circuits that may wait to be enabled.
/// SOURCE: api dossier 7 (circuits not in Enabled). ASSUMED: ended and refused ones do not count.
pub fn waits(circuit: &Circuit, state: &CircuitState) -> bool {
    use Status as S;
    !circuit.given
        && !state.deleted
        && matches!(
            state.status,
            S::Initial | S::Approved | S::Allocating | S::Allocated | S::Confirmed
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(status: Status) -> CircuitState {
        CircuitState {
            status,
            loa: None,
            business: BusinessStatus::Normal,
            open_order: None,
            paid_order: None,
            enabled_at: None,
            ends_at: None,
            wakes_at: None,
            deleted: false,
        }
    }

    /// One line a status: what each event makes of it, in the order of the head line.
    #[test]
    fn every_event_leads_where_the_documents_say() {
        use Event as E;
        let head = [
            E::Approve,
            E::Reject,
            E::Allocate,
            E::FailAllocation,
            E::Confirm,
            E::Enable,
            E::Terminate,
            E::FinishTermination,
            E::Amend,
        ];
        let table = "
            Initial           | Approved Rejected Allocated AllocationFailed - - - - Initial
            Approved          | - Rejected Allocated AllocationFailed - - - - Approved
            Allocating        | - - Allocated AllocationFailed - - - - -
            Allocated         | - - - - Confirmed - - - Allocated
            Confirmed         | - - - - - Enabled - - Confirmed
            Enabled           | - - - - - - Terminating - Enabled
            Rejected          | - - - - - - - - Initial
            Canceled          | - - - - - - - - -
            AllocationFailed  | - - - - - - - - -
            Terminating       | - - - - - - - Terminated -
            Terminated        | - - - - - - - - -";
        let mut lines = 0;
        for line in table.lines().filter(|line| line.contains('|')) {
            let (from, cells) = line.split_once('|').expect("a table row");
            let named =
                |text: &str| Status::ALL.iter().copied().find(|s| format!("{s:?}") == text.trim());
            let from = named(from).expect("a status");
            for (event, cell) in head.into_iter().zip(cells.split_whitespace()) {
                let got = step(state(from), event).map(|next| next.status).ok();
                assert_eq!(got, named(cell), "{from:?} on {event:?}");
            }
            lines += 1;
        }
        assert_eq!(lines, Status::ALL.len());
    }

    #[test]
    fn a_record_can_be_removed_only_when_nothing_is_running() {
        use Status as S;
        let removable = [
            S::Allocated,
            S::Confirmed,
            S::Rejected,
            S::Canceled,
            S::AllocationFailed,
            S::Terminated,
        ];
        for &status in Status::ALL {
            let removed = step(state(status), Event::Delete).is_ok_and(|next| next.deleted);
            assert_eq!(removed, removable.contains(&status), "{status:?}");
        }
    }

    #[test]
    fn a_step_or_removal_takes_the_place_of_the_one_that_was_to_come_and_a_lock_does_not() {
        let wakes_at = Some(crate::Timestamp::from_ms(7));
        for (event, kept) in [(Event::Enable, false), (Event::Delete, false), (Event::Unlock, true)]
        {
            let before = CircuitState { wakes_at, ..state(Status::Confirmed) };
            let after = step(before, event).expect("allowed");
            assert_eq!(after.wakes_at, wakes_at.filter(|_| kept), "{event:?}");
        }
    }

    #[test]
    fn handing_over_the_line_completes_a_letter_and_invents_none() {
        let applied = CircuitState { loa: Some(LoaStatus::Completing), ..state(Status::Allocated) };
        let loa_after = |state| step(state, Event::Confirm).expect("allowed").loa;
        assert_eq!(loa_after(applied), Some(LoaStatus::Complete));
        assert_eq!(loa_after(state(Status::Allocated)), None);
    }
}
