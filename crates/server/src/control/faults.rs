//! Faults on purpose: ordered, and cleared.

use super::here::{Body, Here};
use super::{Answer, ControlError};
use crate::faults::{FaultKind, FaultOrder};
use serde_json::json;

pub(super) async fn put(here: Here, Body(order): Body<FaultOrder>) -> Answer {
    let known = order.action == "*" || api::OPERATIONS.iter().any(|o| o.name == order.action);
    if !known {
        return Err(ControlError::bad(format!("no operation {:?} is served", order.action)));
    }
    if order.count == 0 || order.status.is_some_and(|status| !(400..600).contains(&status)) {
        return Err(ControlError::bad("count is at least 1 and status 400-599"));
    }
    let writes = api::OPERATIONS.iter().any(|o| {
        o.access() == api::Access::Write && (order.action == "*" || o.name == order.action)
    });
    let after_commit = order.kind == FaultKind::DropAfterCommit || order.after_commit;
    if after_commit && !writes {
        return Err(ControlError::bad(format!("{} never commits anything", order.action)));
    }
    if order.after_commit && order.kind != FaultKind::Latency {
        return Err(ControlError::bad("after_commit goes with latency"));
    }
    let there = here.open().await?;
    there.app.faults.put(&there.world.name, order);
    Ok(axum::Json(json!({"faults": "ordered"})))
}

pub(super) async fn clear(here: Here) -> Answer {
    let there = here.open().await?;
    there.app.faults.clear(&there.world.name);
    Ok(axum::Json(json!({"faults": "cleared"})))
}
