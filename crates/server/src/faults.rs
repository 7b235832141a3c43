//! Faults on purpose: the next calls of an operation fail in a chosen way, deterministically.

use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a call fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// `Throttling.User`, with a time to wait.
    Throttle,
    /// The answer comes late.
    Latency,
    /// An error of the server's own: `InternalError`, or the code given.
    Error,
    /// `ServiceUnavailable`.
    Unavailable,
    /// The connection is cut before anything is done.
    DropBefore,
    /// It is done and committed; then the connection is cut.
    DropAfterCommit,
}

/// A fault as it is ordered.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultOrder {
    /// The operation; `*` for any.
    pub action: String,
    /// How it fails.
    pub kind: FaultKind,
    /// How many calls. Default: 1.
    #[serde(default = "one")]
    pub count: u32,
    /// For `latency`: how late, milliseconds; for `throttle`: how long to wait.
    #[serde(default)]
    pub milliseconds: u64,
    /// For `latency`: whether it waits after the commit instead of before the call.
    #[serde(default)]
    pub after_commit: bool,
    /// For `error`: the HTTP status. Default: 500.
    pub status: Option<u16>,
    /// For `error`: the code. Default: `InternalError`.
    pub code: Option<String>,
    /// For `error`: the text.
    pub message: Option<String>,
}

const fn one() -> u32 {
    1
}

impl FaultOrder {
    /// Whether it waits for a commit rather than for a call.
    fn is_after_commit(&self) -> bool {
        self.kind == FaultKind::DropAfterCommit || self.after_commit
    }
}

/// The faults that wait, by world.
#[derive(Default)]
pub struct Faults {
    waiting: Mutex<HashMap<Box<str>, Vec<FaultOrder>>>,
    /// How many wait in all, so that a server without faults never takes the lock.
    count: AtomicUsize,
}

impl Faults {
    /// Orders a fault.
    pub fn put(&self, world: &str, order: FaultOrder) {
        self.waiting.lock().entry(world.into()).or_default().push(order);
        self.count.fetch_add(1, Ordering::Release);
    }

    /// Calls all faults of a world off.
    pub fn clear(&self, world: &str) {
        if let Some(orders) = self.waiting.lock().remove(world) {
            self.count.fetch_sub(orders.len(), Ordering::Release);
        }
    }

    /// The fault that a call meets before it is served.
    pub fn before(&self, world: &str, action: &str) -> Option<FaultOrder> {
        self.take(world, action, false)
    }

    /// The fault that a call meets once it is committed.
    pub fn after_commit(&self, world: &str, action: &str) -> Option<FaultOrder> {
        self.take(world, action, true)
    }

    fn take(&self, world: &str, action: &str, after_commit: bool) -> Option<FaultOrder> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut waiting = self.waiting.lock();
        let orders = waiting.get_mut(world)?;
        let place = orders.iter().position(|order| {
            order.is_after_commit() == after_commit
                && (order.action == "*" || order.action == action)
        })?;
        let order = orders[place].clone();
        if orders[place].count <= 1 {
            orders.remove(place);
            self.count.fetch_sub(1, Ordering::Release);
        } else {
            orders[place].count -= 1;
        }
        Some(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(action: &str, kind: FaultKind, count: u32) -> FaultOrder {
        FaultOrder {
            action: action.into(),
            kind,
            count,
            milliseconds: 0,
            after_commit: false,
            status: None,
            code: None,
            message: None,
        }
    }

    #[test]
    fn the_first_calls_fail_and_the_next_do_not() {
        let faults = Faults::default();
        faults.put("default", order("A", FaultKind::Throttle, 2));
        faults.put("default", order("A", FaultKind::DropAfterCommit, 1));
        assert_eq!(faults.before("default", "B"), None);
        assert_eq!(faults.before("other", "A"), None);
        for _ in 0..2 {
            let fault = faults.before("default", "A").expect("ordered twice");
            assert_eq!(fault.kind, FaultKind::Throttle);
        }
        assert_eq!(faults.before("default", "A"), None);
        assert!(faults.after_commit("default", "A").is_some());
        assert_eq!(faults.after_commit("default", "A"), None);
    }
}
