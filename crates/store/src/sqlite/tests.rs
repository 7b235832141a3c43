//! Stores in files, tried from within.

mod beside;
pub(super) mod drawn;
mod opening;
mod schema;
mod waking;

use super::{Options, SqliteStore};
use crate::Store;
use domain::command::{Fill, PlaceOccupancyOrder, Shortfall};
use domain::order::Charge;
use domain::price::{Cycle, Term};
use domain::receipt::Origin;
use domain::{AccountId, CircuitId, Command, Proposal, RequestId, Timestamp, Verdict, sandbox};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// 2026-11-22T08:00:00Z.
pub(super) const START: Timestamp = Timestamp::from_ms(1_795_334_400_000);

/// A folder of a test's own, which goes with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("crossconnect-store-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Self(folder)
    }

    /// Where the store is.
    pub(super) fn store(&self) -> PathBuf {
        self.0.join("crossconnect.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that failed may have left it as it is.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Options with checks, whose clock stands still.
pub(super) fn options() -> Options {
    Options { checks: true, ..Options::new(|| 0, Arc::new(|why: &str| panic!("{why}"))) }
}

/// Waits for something.
pub(super) fn wait<T>(asked: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(asked)
}

/// What the operator asks for when the wall shows `wall`.
pub(super) fn operator(wall: Timestamp, command: impl Into<Command>) -> Proposal {
    Proposal { wall, seed: 0, origin: None, command: command.into() }
}

/// The sandbox's world is filled.
pub(super) fn fill() -> Proposal {
    operator(START, Fill { start: START, wall: START })
}

/// An unpaid order of a month, which dies after seven days.
pub(super) fn unpaid(
    wall: Timestamp,
    account: AccountId,
    circuit: &str,
    token: Option<&str>,
) -> Proposal {
    let order = PlaceOccupancyOrder {
        circuit: CircuitId::new(circuit).expect("well formed"),
        charge: Charge::PrePaid(Term { count: 1, cycle: Cycle::Month }),
        pay_now: false,
        auto_renew: false,
        kept: domain::Kept::Since2024,
        auto_renew_months: 1,
        shortfall: Shortfall::Cancel,
    };
    let origin = Origin {
        account,
        region: sandbox::region(),
        token: token.map(Into::into),
        request: RequestId(1),
        nonce_mark: 1,
        received_at: wall,
    };
    Proposal { wall, seed: 0, origin: Some(origin), command: order.into() }
}

/// What becomes of a proposal in the default world.
pub(super) fn settle(store: &SqliteStore, proposal: Proposal) -> Verdict {
    let world = store.world(crate::DEFAULT_WORLD).expect("it is always there");
    wait(store.settle(&world, proposal)).expect("it is settled").verdict
}
