//! A circuit's state machine, as tables: which event is taken in which state, and what it leads to.
//! Whatever stands in none of them is refused. `docs/circuits.md` is drawn from them.

use super::{CircuitState, LoaStatus, Locks, Status};
use crate::refusal::Refusal;
use crate::words::words;

words! {
    /// Something that happens to a circuit. The texts are the control API's names; what only calls
    /// and time can bring about is kept from it by [`Event::of_carrier`].
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
        /// The customer asks for a Letter of Authorization.
        ApplyForLoa = "apply_for_loa",
        /// The customer asks again for one that was refused.
        ApplyForLoaAgain = "apply_for_loa_again",
        /// The Letter of Authorization is approved.
        ApproveLoa = "approve_loa",
        /// The Letter of Authorization is refused.
        RejectLoa = "reject_loa",
        /// The customer reports the work on the line as done.
        CompleteLoa = "complete_loa",
        /// The customer tells of a line that he maintains.
        MaintainLine = "maintain_line",
        /// The line is built and handed over.
        FinishConstruction = "finish_construction",
        /// Locked for want of payment.
        LockFinancial = "lock_financial",
        /// Locked for security.
        LockSecurity = "lock_security",
        /// No longer locked, whatever the lock was for.
        Unlock = "unlock",
        /// No longer locked for want of payment.
        UnlockFinancial = "unlock_financial",
        /// No longer locked for security.
        UnlockSecurity = "unlock_security",
        /// The port is free again.
        FinishTermination = "finish_termination",
        /// The customer reports the line as ready.
        Confirm = "confirm",
        /// It goes into service.
        Enable = "enable",
        /// The customer gives it up.
        Cancel = "cancel",
        /// The customer ends it.
        Terminate = "terminate",
        /// The customer brings a shared one back.
        Recover = "recover",
        /// The customer removes the record.
        Delete = "delete",
        /// The customer changes what describes it.
        Amend = "amend",
        /// The customer changes what it is: its port, and what it is redundant with.
        AmendSpecification = "amend_specification",
    }
}

/// Who brings an event about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// A call of the circuit's owner.
    Call,
    /// The carrier or the operator of the world, through the control API; the automatic carrier.
    Carrier,
    /// The automatic carrier alone.
    AutomaticCarrier,
    /// Payment.
    Payment,
}

impl By {
    /// As documentation says it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Call => "a call",
            Self::Carrier => "the carrier",
            Self::AutomaticCarrier => "the automatic carrier",
            Self::Payment => "payment",
        }
    }
}

/// In which states an event is taken, and what it leads to.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// `Status` before, and after.
    pub status: &'static [(Status, Status)],
    /// `LoaStatus` before, and after. Where there is nothing, any is taken and stays.
    pub loa: &'static [(Option<LoaStatus>, LoaStatus)],
    /// Whether it takes a circuit without a letter too, where others have one.
    pub without_loa: bool,
}

const fn row(status: &'static [(Status, Status)]) -> Row {
    Row { status, loa: &[], without_loa: true }
}

impl Row {
    const fn loa(mut self, loa: &'static [(Option<LoaStatus>, LoaStatus)]) -> Self {
        (self.loa, self.without_loa) = (loa, false);
        self
    }

    const fn or_without_loa(mut self) -> Self {
        self.without_loa = true;
        self
    }

    /// The letter afterwards, if this one, or that there is none, allows it.
    fn loa_after(&self, before: Option<LoaStatus>) -> Result<Option<LoaStatus>, Refusal> {
        if self.loa.is_empty() || (before.is_none() && self.without_loa) {
            return Ok(before);
        }
        let found = self.loa.iter().find(|(from, _)| *from == before);
        found.map(|(_, to)| Some(*to)).ok_or(Refusal::LoaState)
    }
}

use LoaStatus as L;
use Status as S;

/// Wherever a circuit stands.
const ANYWHERE: &[(Status, Status)] = &[
    (S::Initial, S::Initial),
    (S::Approved, S::Approved),
    (S::Allocating, S::Allocating),
    (S::Allocated, S::Allocated),
    (S::Confirmed, S::Confirmed),
    (S::Enabled, S::Enabled),
    (S::Rejected, S::Rejected),
    (S::Canceled, S::Canceled),
    (S::AllocationFailed, S::AllocationFailed),
    (S::Terminating, S::Terminating),
    (S::Terminated, S::Terminated),
];

/// Wherever it has a port that it keeps.
const WITH_A_PORT: &[(Status, Status)] =
    &[(S::Allocated, S::Allocated), (S::Confirmed, S::Confirmed), (S::Enabled, S::Enabled)];

/// A letter that exists is complete once the line is handed over. ASSUMED: one that was refused or
/// deleted too, since the line is there, which is what Complete says.
const HANDED_OVER: &[(Option<LoaStatus>, LoaStatus)] = &[
    (Some(L::Applying), L::Complete),
    (Some(L::Accept), L::Complete),
    (Some(L::Available), L::Complete),
    (Some(L::Rejected), L::Complete),
    (Some(L::Completing), L::Complete),
    (Some(L::Complete), L::Complete),
    (Some(L::Deleted), L::Complete),
];

/// The table. An event that is not in it only locks or unlocks.
///
/// SOURCE: api dossier 3.2. ASSUMED: which states `approve`, `reject`, the events of letters and
/// `finish_construction` start from; the documents name the states, not who moves them.
static TABLE: &[(Event, Row)] = &[
    (Event::Approve, row(&[(S::Initial, S::Approved)])),
    (Event::Reject, row(&[(S::Initial, S::Rejected), (S::Approved, S::Rejected)])),
    (Event::BeginAllocation, row(&[(S::Initial, S::Allocating), (S::Approved, S::Allocating)])),
    (
        Event::Allocate,
        row(&[
            (S::Initial, S::Allocated),
            (S::Approved, S::Allocated),
            (S::Allocating, S::Allocated),
        ]),
    ),
    (
        Event::FailAllocation,
        row(&[
            (S::Initial, S::AllocationFailed),
            (S::Approved, S::AllocationFailed),
            (S::Allocating, S::AllocationFailed),
        ]),
    ),
    // SOURCE: dossier 3.3: a letter that was refused can be asked for again, either way.
    // ASSUMED: one that was deleted too; and the circuit is Allocated, as it is between its
    // application and its hand-over.
    (
        Event::ApplyForLoa,
        row(&[(S::Allocated, S::Allocated)]).loa(&[
            (None, L::Applying),
            (Some(L::Rejected), L::Applying),
            (Some(L::Deleted), L::Applying),
        ]),
    ),
    (
        Event::ApplyForLoaAgain,
        row(&[(S::Allocated, S::Allocated)]).loa(&[(Some(L::Rejected), L::Applying)]),
    ),
    (Event::ApproveLoa, row(ANYWHERE).loa(&[(Some(L::Applying), L::Available)])),
    (Event::RejectLoa, row(ANYWHERE).loa(&[(Some(L::Applying), L::Rejected)])),
    // SOURCE: dossier 2: from Available or Complete. ASSUMED: of a line that has a port.
    (
        Event::CompleteLoa,
        row(WITH_A_PORT)
            .loa(&[(Some(L::Available), L::Completing), (Some(L::Complete), L::Completing)]),
    ),
    // ASSUMED: maintenance does not begin the construction anew.
    (
        Event::MaintainLine,
        row(WITH_A_PORT)
            .loa(&[(Some(L::Available), L::Available), (Some(L::Complete), L::Complete)]),
    ),
    (
        Event::FinishConstruction,
        row(&[(S::Allocated, S::Confirmed)]).loa(HANDED_OVER).or_without_loa(),
    ),
    (
        Event::FinishConstruction,
        row(&[(S::Confirmed, S::Confirmed), (S::Enabled, S::Enabled)])
            .loa(&[(Some(L::Completing), L::Complete)]),
    ),
    (Event::Confirm, row(&[(S::Allocated, S::Confirmed)]).loa(HANDED_OVER).or_without_loa()),
    (Event::Enable, row(&[(S::Confirmed, S::Enabled)])),
    // SOURCE: dossier, annex A (CancelPhysicalConnection).
    (
        Event::Cancel,
        row(&[
            (S::Initial, S::Canceled),
            (S::Approved, S::Canceled),
            (S::Allocated, S::Canceled),
            (S::Confirmed, S::Canceled),
        ]),
    ),
    (Event::Terminate, row(&[(S::Enabled, S::Terminating)])),
    (Event::FinishTermination, row(&[(S::Terminating, S::Terminated)])),
    // SOURCE: dossier 3.2. ASSUMED: that it is in service again at once; whose else a circuit is
    // than a tenant's does not come here.
    (Event::Recover, row(&[(S::Terminated, S::Enabled)])),
    // The record goes; where it stood stays.
    (
        Event::Delete,
        row(&[
            (S::Allocated, S::Allocated),
            (S::Confirmed, S::Confirmed),
            (S::Rejected, S::Rejected),
            (S::Canceled, S::Canceled),
            (S::AllocationFailed, S::AllocationFailed),
            (S::Terminated, S::Terminated),
        ]),
    ),
    // SOURCE: dossier, annex A (ModifyPhysicalConnectionAttribute): a refused application is handed
    // in again by changing it.
    (
        Event::Amend,
        row(&[
            (S::Initial, S::Initial),
            (S::Approved, S::Approved),
            (S::Allocated, S::Allocated),
            (S::Confirmed, S::Confirmed),
            (S::Enabled, S::Enabled),
            (S::Rejected, S::Initial),
        ]),
    ),
    // SOURCE: dossier 3.2; EDITIONS, T072: in service from 2022 on. ASSUMED: a specification is a
    // type of port, since the provider changes everything else, the bandwidth too, of an Allocated
    // circuit.
    (
        Event::AmendSpecification,
        row(&[(S::Initial, S::Initial), (S::Enabled, S::Enabled), (S::Rejected, S::Initial)]),
    ),
];

/// The rows of an event; none of what only locks or unlocks.
pub fn rows(event: Event) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |(its, _)| *its == event).map(|(_, row)| row)
}

/// What an event makes of what locks a circuit, wherever that stands; nothing of most.
pub const fn relocked(locks: Locks, event: Event) -> Option<Locks> {
    match event {
        Event::LockFinancial => Some(locks.with_financial(true)),
        Event::LockSecurity => Some(locks.with_security(true)),
        Event::Unlock => Some(Locks::None),
        Event::UnlockFinancial => Some(locks.with_financial(false)),
        Event::UnlockSecurity => Some(locks.with_security(false)),
        _ => None,
    }
}

impl Event {
    /// Who brings it about.
    pub const fn by(self) -> By {
        match self {
            Self::BeginAllocation => By::AutomaticCarrier,
            Self::Enable => By::Payment,
            Self::ApplyForLoa
            | Self::ApplyForLoaAgain
            | Self::CompleteLoa
            | Self::MaintainLine
            | Self::Confirm
            | Self::Cancel
            | Self::Terminate
            | Self::Recover
            | Self::Delete
            | Self::Amend
            | Self::AmendSpecification => By::Call,
            Self::Approve
            | Self::Reject
            | Self::Allocate
            | Self::FailAllocation
            | Self::ApproveLoa
            | Self::RejectLoa
            | Self::FinishConstruction
            | Self::LockFinancial
            | Self::LockSecurity
            | Self::Unlock
            | Self::UnlockFinancial
            | Self::UnlockSecurity
            | Self::FinishTermination => By::Carrier,
        }
    }

    /// The events that the carrier or the operator of a world can bring about.
    pub fn of_carrier(text: &str) -> Option<Self> {
        Self::find(text).filter(|event| event.by() == By::Carrier)
    }
}

/// What the circuit is after the event.
///
/// # Errors
///
/// [`Refusal::CircuitState`] where the event is not taken, [`Refusal::LoaState`] where it is, but
/// not with such a letter.
pub fn step(state: CircuitState, event: Event) -> Result<CircuitState, Refusal> {
    if let Some(locks) = relocked(state.locks, event) {
        return Ok(CircuitState { locks, ..state });
    }
    let mut refusal = Refusal::CircuitState;
    for row in rows(event) {
        let Some((_, status)) = row.status.iter().find(|(from, _)| *from == state.status) else {
            continue;
        };
        let loa = match row.loa_after(state.loa) {
            Ok(loa) => loa,
            Err(letter) => {
                refusal = letter;
                continue;
            }
        };
        let deleted = state.deleted || event == Event::Delete;
        let stays = *status == state.status && !deleted;
        let wakes_at = state.wakes_at.filter(|_| stays);
        return Ok(CircuitState { status: *status, loa, wakes_at, deleted, ..state });
    }
    Err(refusal)
}

/// What the automatic carrier brings about in this state.
pub fn next_of_carrier(status: Status) -> Option<Event> {
    match status {
        Status::Initial => Some(Event::BeginAllocation),
        Status::Allocating => Some(Event::Allocate),
        Status::Terminating => Some(Event::FinishTermination),
        _ => None,
    }
}
