//! What was asked lately, and how it was answered.

use super::here::Here;
use super::{Answer, ControlError};
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

pub(super) async fn find(here: Here) -> Answer {
    let there = here.open().await?;
    let found = there.app.requests.find(&there.world.name, &here.id);
    found.map(axum::Json).ok_or_else(|| {
        let message = "no such request among those kept in memory";
        ControlError::new(StatusCode::NOT_FOUND, "no_such_request", message)
    })
}

/// How many.
#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default = "hundred")]
    count: usize,
}

const fn hundred() -> usize {
    100
}

pub(super) async fn recent(here: Here, wish: Result<Query<Wish>, QueryRejection>) -> Answer {
    let Query(wish) = wish.map_err(|error| ControlError::bad(error.body_text()))?;
    let there = here.open().await?;
    let recent = there.app.requests.recent(&there.world.name, wish.count);
    Ok(axum::Json(json!({"requests": recent})))
}
