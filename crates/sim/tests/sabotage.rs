//! The simulator can fail: behaviour that is broken on purpose is found within a few seeds.

use diskfault::Disk;
use domain::order::Charge;
use domain::{AccountId, Command, Found, Proposal, Timestamp};
use parking_lot::Mutex;
use sim::plan::plan;
use sim::run::{Options, run};
use sim::store::{Hand, Meddler};
use std::sync::Arc;
use store::{Fault, Settled, Verdict};

/// At most so many steps may pass until a broken product is found out.
const STEPS_MAX: u64 = 6_000;

/// Runs seeds until one fails, and says why it did and after how many steps.
#[track_caller]
fn is_found(meddler: fn() -> Hand) -> String {
    let mut steps_taken = 0;
    for seed in 1.. {
        let steps = plan(seed, 100, 200);
        let options = Options { meddler: Some(meddler), ..Options::default() };
        let (tally, done) = run(seed, &steps, options);
        steps_taken += tally.steps;
        if let Err(failure) = done {
            println!("found after {steps_taken} steps: {}", failure.why);
            return failure.why;
        }
        assert!(steps_taken < STEPS_MAX, "not found within {steps_taken} steps");
    }
    unreachable!("there are seeds enough")
}

/// Tokens are not remembered.
struct NoReceipts;

impl Meddler for NoReceipts {
    fn propose(&mut self, proposal: &mut Proposal) {
        if let Some(origin) = &mut proposal.origin {
            origin.token = None;
        }
    }
}

#[test]
fn a_receipt_that_is_dropped_is_found() {
    is_found(|| Arc::new(Mutex::new(NoReceipts)));
}

/// What was a token before a restart is none after it.
#[derive(Default)]
struct ForgetfulRestart(u32);

impl Meddler for ForgetfulRestart {
    fn propose(&mut self, proposal: &mut Proposal) {
        let Some(origin) = &mut proposal.origin else { return };
        if let Some(token) = &origin.token {
            origin.token = Some(Arc::from(format!("{token}#{}", self.0)));
        }
    }

    fn opened(&mut self, _: &Disk) {
        self.0 += 1;
    }
}

#[test]
fn a_token_that_a_restart_forgets_is_found() {
    is_found(|| Arc::new(Mutex::new(ForgetfulRestart::default())));
}

/// Every subscription costs twice.
struct DoubleDebit;

impl Meddler for DoubleDebit {
    fn propose(&mut self, proposal: &mut Proposal) {
        if let Command::PlaceOccupancyOrder(order) = &mut proposal.command
            && let Charge::PrePaid(term) = &mut order.charge
        {
            term.count = term.count.saturating_mul(2);
        }
    }
}

#[test]
fn a_debit_that_is_doubled_is_found() {
    is_found(|| Arc::new(Mutex::new(DoubleDebit)));
}

/// One regional token stands for all regions.
struct OneRegion;

impl Meddler for OneRegion {
    fn propose(&mut self, proposal: &mut Proposal) {
        if let Some(origin) = &mut proposal.origin {
            origin.region = domain::sandbox::region();
        }
    }
}

#[test]
fn a_region_that_is_not_looked_at_is_found() {
    is_found(|| Arc::new(Mutex::new(OneRegion)));
}

/// A nonce may be used again after a restart.
struct FreshNonces;

impl Meddler for FreshNonces {
    fn nonces(&mut self, nonces: &mut Vec<(u128, Timestamp)>) {
        nonces.clear();
    }
}

#[test]
fn a_nonce_that_a_restart_forgets_is_found() {
    is_found(|| Arc::new(Mutex::new(FreshNonces)));
}

/// What happened is told as a failure.
#[derive(Default)]
struct FalseFailure(u32);

impl Meddler for FalseFailure {
    fn told(&mut self, _: &Proposal, result: &mut Result<Settled, Fault>) {
        if matches!(result, Ok(Settled { verdict: Verdict::Accepted(_), .. })) {
            self.0 += 1;
            if self.0.is_multiple_of(20) {
                *result = Err(Fault::Unavailable("so it says".into()));
            }
        }
    }
}

#[test]
fn a_write_that_is_told_as_failed_is_found() {
    is_found(|| Arc::new(Mutex::new(FalseFailure::default())));
}

/// A balance is told too high by the smallest amount.
struct RosyBalance;

impl Meddler for RosyBalance {
    fn found(&mut self, found: &mut Found) {
        if let Found::Account(Some(account)) = found {
            account.balance.0 = account.balance.0.saturating_add(1);
        }
    }
}

#[test]
fn a_balance_that_is_told_wrongly_is_found() {
    is_found(|| Arc::new(Mutex::new(RosyBalance)));
}

/// A proposal comes a millisecond later than it came.
struct LateTime;

impl Meddler for LateTime {
    fn propose(&mut self, proposal: &mut Proposal) {
        if proposal.origin.is_some() {
            proposal.wall = proposal.wall.plus_ms(1);
        }
    }
}

#[test]
fn a_millisecond_that_is_lost_is_found() {
    is_found(|| Arc::new(Mutex::new(LateTime)));
}

/// What is due of whoever looks does not happen first.
struct Sleepy;

impl Meddler for Sleepy {
    fn propose(&mut self, proposal: &mut Proposal) {
        if let Command::Wake(wake) = &mut proposal.command {
            wake.account = AccountId(0);
        }
    }
}

#[test]
fn time_that_does_not_pass_before_a_look_is_found() {
    is_found(|| Arc::new(Mutex::new(Sleepy)));
}

/// Commits are not synced, as under `PRAGMA synchronous = OFF`.
struct Hasty;

impl Meddler for Hasty {
    fn opened(&mut self, disk: &Disk) {
        disk.ignore_syncs();
    }
}

#[test]
fn a_commit_that_is_told_before_it_is_synced_is_found() {
    is_found(|| Arc::new(Mutex::new(Hasty)));
}

/// An order that the disk failed is told as placed, in the words of an earlier one.
struct Boastful(Option<Settled>);

impl Meddler for Boastful {
    fn told(&mut self, proposal: &Proposal, result: &mut Result<Settled, Fault>) {
        if !matches!(proposal.command, Command::PlaceOccupancyOrder(_)) {
            return;
        }
        match (result.clone(), self.0) {
            (Ok(settled), _) if matches!(settled.verdict, Verdict::Accepted(_)) => {
                self.0 = Some(settled);
            }
            (Err(Fault::Unavailable(_)), Some(earlier)) => *result = Ok(earlier),
            _ => {}
        }
    }
}

#[test]
fn a_failed_commit_that_is_told_as_done_is_found() {
    is_found(|| Arc::new(Mutex::new(Boastful(None))));
}
