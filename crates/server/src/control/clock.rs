//! A world's clock, and its beginning anew.

use super::fields::{Is, Span};
use super::here::{Body, Here, There};
use super::{Answer, ControlError};
use crate::worlds::operator;
use axum::Json;
use domain::command::MoveClock;
use domain::{Query, Timestamp};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Verdict;

fn told(there: &There) -> Json<Value> {
    Json(json!({"clock": there.clock()}))
}

pub(super) async fn show(here: Here) -> Answer {
    Ok(told(&here.open().await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockOrder {
    advance: Option<Is<Span>>,
    set: Option<Is<Timestamp>>,
}

pub(super) async fn set(here: Here, Body(order): Body<ClockOrder>) -> Answer {
    if order.advance.is_some() == order.set.is_some() {
        return Err(ControlError::bad("give either advance or set"));
    }
    let there = here.open().await?;
    let There { app, world } = &there;
    if !app.config.sandbox {
        let message = "only a sandbox has a clock that can be moved";
        return Err(ControlError::new(StatusCode::CONFLICT, "no_virtual_clock", message));
    }
    // One move at a time: each goes from where the one before has arrived.
    let _turn = app.worlds.moving.lock().await;
    let moment = app.clock.moment();
    let now = world.time(moment.wall);
    let ahead = order.advance.map(|Is(Span(ms))| now.plus_ms(ms));
    let to = order.set.map(|Is(to)| to).or(ahead).expect("one of them was given");
    let latest = Timestamp::parse("9000-01-01T00:00:00Z").expect("a time");
    if to > latest {
        return Err(ControlError::bad("the calendar ends with the year 9999"));
    }
    let moved = operator(MoveClock { to, wall: moment.wall }, &moment);
    if let Verdict::Refused(refusal) = app.store.settle(world, moved).await?.verdict {
        return Err(refusal.into());
    }
    // What is due on the way happens before the call returns, each thing at its own instant. The
    // clock has moved by now, so a store that fails here must not make it look as if it had not, or
    // it is moved twice; who asks meanwhile finds his own account up to date, and the waker goes
    // on.
    there.look_after(Query::Everybody).await;
    Ok(told(&there))
}

/// The world begins anew, its faults forgotten.
pub(super) async fn reset(here: Here) -> Answer {
    let there = here.open().await?;
    let There { app, world } = &there;
    if !app.config.sandbox {
        return Err(ControlError::not_a_sandbox("only a sandbox can be reset"));
    }
    // Not while its clock is being moved: what is due by then is not due in the new world.
    let _turn = app.worlds.moving.lock().await;
    let moment = app.clock.moment();
    app.worlds.reset(app.store.as_ref(), world, &moment).await?;
    app.faults.clear(&world.name);
    Ok(told(&there))
}
