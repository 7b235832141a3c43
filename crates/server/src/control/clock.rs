//! A world's clock, and its beginning anew.

use super::fields::{Is, Step};
use super::here::{Body, Here, There};
use super::{Answer, ControlError};
use crate::app::App;
use crate::clock::Moment;
use crate::worlds::{Move, operator};
use axum::Json;
use domain::command::MoveClock;
use domain::{Found, Query, Timestamp};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{Verdict, World};

/// The world's time and, while it is being moved, how far that has come.
pub(super) async fn show(here: Here) -> Answer {
    let there = here.open().await?;
    let There { app, world } = &there;
    // In this order: whoever is told of no move sees what the last one came to.
    let moving = app.worlds.move_under_way(&world.name);
    let clock = there.clock();
    let Some((to, before)) = moving else {
        return Ok(Json(json!({"clock": clock})));
    };
    let Found::Count(left) = app.store.look(world, to, Query::Overdue(to)).await? else {
        unreachable!("a count is found when a count is asked for")
    };
    let reached = world.next_due().map_or(to, |due| due.min(to));
    let done: u64 = world.happened().map(|(_, count)| count).sum();
    Ok(Json(json!({"clock": clock, "moving": {
        "to": to.to_string(),
        "reached": reached.to_string(),
        "done": done - before,
        "left": left,
    }})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockOrder {
    advance: Option<Is<Step>>,
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
    let moment = app.clock.moment();
    let turn = begin(&there, &moment)?;
    let now = world.time(moment.wall);
    let to = match (order.set, order.advance) {
        (Some(Is(to)), _) => Some(to),
        (None, Some(Is(Step(span)))) => later(now, span),
        (None, None) => unreachable!("one of them was given"),
    };
    let latest = Timestamp::parse("9000-01-01T00:00:00Z").expect("a time");
    let to = to.filter(|to| *to <= latest);
    let to = to.ok_or_else(|| ControlError::bad("the calendar ends with the year 9999"))?;
    turn.goes_to(to);
    let moved = operator(MoveClock { to, wall: moment.wall }, &moment);
    if let Verdict::Refused(refusal) = app.store.settle(world, moved).await?.verdict {
        return Err(refusal.into());
    }
    let happened = pass(app, world, to).await;
    drop(turn);
    Ok(Json(json!({"clock": there.clock(), "happened": happened})))
}

/// Whatever is due by then happens, before the call returns, each thing at its own instant; and is
/// counted by its cause. The clock has moved by now, so a store that fails here must not make it
/// look as if it had not, or it is moved twice; who asks meanwhile finds his own account up to
/// date, and the waker goes on.
async fn pass(app: &App, world: &World, to: Timestamp) -> Map<String, Value> {
    let before: Vec<_> = world.happened().collect();
    let _ = app.store.look(world, to, Query::Everybody).await;
    let after = world.happened().zip(before);
    let counted = after.map(|((cause, after), (_, before))| (cause.text(), after - before));
    let counted = counted.filter(|(_, count)| *count > 0);
    counted.map(|(cause, count)| (cause.to_owned(), json!(count))).collect()
}

/// The turn to move a world's clock, if nobody else does.
pub(super) fn begin(there: &There, moment: &Moment) -> Result<Move, ControlError> {
    let There { app, world } = there;
    let turn = app.worlds.begin_move(world, world.time(moment.wall));
    turn.ok_or_else(|| {
        let message = "the clock is being moved already; GET shows how far it is";
        ControlError::new(StatusCode::CONFLICT, "clock_moving", message)
    })
}

/// So much later by the calendar, in UTC. `None` past its end.
fn later(now: Timestamp, span: jiff::Span) -> Option<Timestamp> {
    let utc = jiff::tz::Offset::UTC;
    let now = jiff::Timestamp::from_millisecond(now.ms()).ok()?;
    let then = utc.to_datetime(now).checked_add(span).ok()?;
    Some(Timestamp::from_ms(utc.to_timestamp(then).ok()?.as_millisecond()))
}

/// The world begins anew, its faults forgotten.
pub(super) async fn reset(here: Here) -> Answer {
    let there = here.open().await?;
    here.need_sandbox("only a sandbox can be reset")?;
    let There { app, world } = &there;
    // Not while its clock is being moved: what is due by then is not due in the new world.
    let moment = app.clock.moment();
    let _turn = begin(&there, &moment)?;
    app.worlds.reset(app.store.as_ref(), world, &moment).await?;
    app.faults.clear(&world.name);
    Ok(Json(json!({"clock": there.clock()})))
}
