//! A circuit's state machine, as the documents draw it.

use crate::circuit::machine::{relocked, rows};
use crate::circuit::{CircuitState, Event, LoaStatus, Locks, Status, step};
use crate::{Refusal, Timestamp};

fn state(status: Status) -> CircuitState {
    CircuitState::born(status)
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
        E::Cancel,
        E::Terminate,
        E::FinishTermination,
        E::Recover,
        E::Amend,
        E::AmendSpecification,
    ];
    let table = "
        Initial | Approved Rejected Allocated AllocationFailed - - Canceled - - - Initial Initial
        Approved | - Rejected Allocated AllocationFailed - - Canceled - - - Approved -
        Allocating | - - Allocated AllocationFailed - - - - - - - -
        Allocated | - - - - Confirmed - Canceled - - - Allocated -
        Confirmed | - - - - - Enabled Canceled - - - Confirmed -
        Enabled | - - - - - - - Terminating - - Enabled Enabled
        Rejected | - - - - - - - - - - Initial Initial
        Canceled | - - - - - - - - - - - -
        AllocationFailed | - - - - - - - - - - - -
        Terminating | - - - - - - - - Terminated - - -
        Terminated | - - - - - - - - - Enabled - -";
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
    let removable =
        [S::Allocated, S::Confirmed, S::Rejected, S::Canceled, S::AllocationFailed, S::Terminated];
    for &status in Status::ALL {
        let removed = step(state(status), Event::Delete).is_ok_and(|next| next.deleted);
        assert_eq!(removed, removable.contains(&status), "{status:?}");
    }
}

#[test]
fn a_step_or_removal_takes_the_place_of_the_one_that_was_to_come_and_a_lock_does_not() {
    let wakes_at = Some(Timestamp::from_ms(7));
    for (event, kept) in [(Event::Enable, false), (Event::Delete, false), (Event::Unlock, true)] {
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

/// Of a circuit that stands so, what each event makes of its letter: `-` where it is refused
/// for that, `.` where it is refused for where the circuit stands.
#[test]
fn every_letter_goes_where_the_documents_say() {
    use Event as E;
    let head = [
        E::ApplyForLoa,
        E::ApplyForLoaAgain,
        E::ApproveLoa,
        E::RejectLoa,
        E::CompleteLoa,
        E::MaintainLine,
        E::FinishConstruction,
    ];
    let table = "
        Allocated  none        | Applying - - - - - none
        Allocated  Applying    | - - Available Rejected - - Complete
        Allocated  Accept      | - - - - - - Complete
        Allocated  Available   | - - - - Completing Available Complete
        Allocated  Rejected    | Applying Applying - - - - Complete
        Allocated  Completing  | - - - - - - Complete
        Allocated  Complete    | - - - - Completing Complete Complete
        Allocated  Deleted     | Applying - - - - - Complete
        Confirmed  none        | . . - - - - -
        Confirmed  Completing  | . . - - - - Complete
        Enabled    Complete    | . . - - Completing Complete -
        Enabled    Completing  | . . - - - - Complete
        Terminated Applying    | . . Available Rejected . . .
        Initial    Available   | . . - - . . .";
    for line in table.lines().filter(|line| line.contains('|')) {
        let (from, cells) = line.split_once('|').expect("a table row");
        let mut from = from.split_whitespace();
        let status = from.next().and_then(Status::find).expect("a status");
        let letter = from.next().and_then(LoaStatus::find);
        let before = CircuitState { loa: letter, ..state(status) };
        for (event, cell) in head.into_iter().zip(cells.split_whitespace()) {
            let got = step(before, event).map(|next| next.loa);
            let meant = match cell {
                "-" => Err(Refusal::LoaState),
                "." => Err(Refusal::CircuitState),
                cell => Ok(LoaStatus::find(cell)),
            };
            assert_eq!(got, meant, "{line} on {event:?}");
        }
    }
}

#[test]
fn an_event_either_moves_or_locks_and_no_row_says_two_things() {
    for &event in Event::ALL {
        let locks = relocked(Locks::None, event).is_some();
        assert_ne!(locks, rows(event).next().is_some(), "{event:?}");
        for row in rows(event) {
            let from = |place: usize| row.status[place].0;
            for place in 0..row.status.len() {
                assert!((0..place).all(|other| from(other) != from(place)), "{event:?}");
            }
        }
    }
}
