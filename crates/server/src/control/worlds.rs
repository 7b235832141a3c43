//! Worlds as wholes, and how they stood: a sandbox alone has snapshots, forks and worlds that go.

use super::clock::begin;
use super::fields::{Is, SnapshotName};
use super::here::{Body, Here, There};
use super::{Answer, ControlError};
use crate::app::App;
use crate::keys::is_world_name;
use axum::Json;
use axum::extract::State;
use domain::{Query, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{DEFAULT_WORLD, Snapshot, World, WorldChange};

/// Said elsewhere.
const SANDBOX_ALONE: &str = "only a sandbox's worlds are saved, put back, forked and removed";

fn snapshot_json(snapshot: &Snapshot) -> Value {
    let Snapshot { name, taken_at, saved_at, .. } = snapshot;
    json!({"name": name, "clock": taken_at.to_string(), "saved_at": saved_at.to_string()})
}

/// A snapshot by the name in a path: one that can be no name is simply not there.
fn named(here: &Here) -> Box<str> {
    here.id.as_str().into()
}

impl There<'_> {
    /// Changes a world as a whole, now by the wall.
    async fn change(
        &self,
        change: impl FnOnce(Timestamp) -> WorldChange,
    ) -> Result<Arc<World>, ControlError> {
        let change = change(self.app.clock.wall());
        Ok(self.app.store.change_world(change).await??)
    }
}

pub(super) async fn snapshots(here: Here) -> Answer {
    here.need_sandbox(SANDBOX_ALONE)?;
    let snapshots = here.open().await?.world.snapshots();
    Ok(Json(json!({"snapshots": snapshots.iter().map(snapshot_json).collect::<Vec<_>>()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveOrder {
    name: Is<SnapshotName>,
    #[serde(default)]
    replace: bool,
}

pub(super) async fn save(here: Here, Body(order): Body<SaveOrder>) -> Answer {
    here.need_sandbox(SANDBOX_ALONE)?;
    let there = here.open().await?;
    // With whatever is due by now: who goes back finds what he saw.
    there.look_after(Query::Everybody).await;
    let SaveOrder { name: Is(SnapshotName(name)), replace } = order;
    let world = there.world.id;
    let snapshot = name.clone();
    let saved = there.change(|wall| WorldChange::Save { world, snapshot, replace, wall }).await?;
    // It may be gone by now.
    let saved = saved.snapshot(&name);
    Ok(Json(saved.as_ref().map_or_else(|| json!({"name": name}), snapshot_json)))
}

/// The world is as it was, without the faults that were ordered since.
pub(super) async fn restore(here: Here) -> Answer {
    here.need_sandbox(SANDBOX_ALONE)?;
    let there = here.open().await?;
    // Not while its clock is being moved: what is due by then is not due in the snapshot.
    let _turn = begin(&there, &there.app.clock.moment())?;
    let (world, snapshot) = (there.world.id, named(&here));
    there.change(|wall| WorldChange::Restore { world, snapshot, wall }).await?;
    there.app.faults.clear(&there.world.name);
    Ok(Json(json!({"name": here.id, "clock": there.clock()})))
}

pub(super) async fn discard(here: Here) -> Answer {
    here.need_sandbox(SANDBOX_ALONE)?;
    let there = here.open().await?;
    let (world, snapshot) = (there.world.id, named(&here));
    there.change(|_| WorldChange::Discard { world, snapshot }).await?;
    Ok(Json(json!({"deleted": here.id})))
}

pub(super) async fn list(State(app): State<Arc<App>>) -> Answer {
    let wall = app.clock.wall();
    let worlds = app.store.worlds().into_iter().map(|world| {
        let snapshots: Vec<_> = world.snapshots().into_iter().map(|it| it.name).collect();
        json!({"name": world.name, "clock": world.time(wall).to_string(), "snapshots": snapshots})
    });
    Ok(Json(json!({"worlds": worlds.collect::<Vec<_>>()})))
}

/// A world that is there: whoever names one to take it from, or to remove it, means no new one.
fn there<'h>(here: &'h Here, name: &str) -> Result<There<'h>, ControlError> {
    let world = here.app.store.world(name);
    let world = world.ok_or_else(|| ControlError::no_such_world("there is no such world"))?;
    Ok(There { app: &here.app, world })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForkOrder {
    #[serde(default = "default_world")]
    from: String,
    snapshot: Option<String>,
}

fn default_world() -> String {
    DEFAULT_WORLD.into()
}

pub(super) async fn fork(here: Here, Body(order): Body<ForkOrder>) -> Answer {
    here.need_sandbox(SANDBOX_ALONE)?;
    if !is_world_name(&here.world) {
        return Err(ControlError::bad("a world's name is 1-32 of a-z, 0-9 and -"));
    }
    let origin = there(&here, &order.from)?;
    if order.snapshot.is_none() {
        origin.look_after(Query::Everybody).await;
    }
    let (name, from) = (here.world.as_str().into(), origin.world.id);
    let snapshot = order.snapshot.map(Into::into);
    let world = origin.change(|wall| WorldChange::Fork { name, from, snapshot, wall }).await?;
    let made = There { app: &here.app, world };
    Ok(Json(json!({"world": made.world.name, "clock": made.clock()})))
}

/// The world is gone, its snapshots and faults too; the next of its name is a new one.
pub(super) async fn remove(here: Here) -> Answer {
    here.need_sandbox(SANDBOX_ALONE)?;
    let gone = there(&here, &here.world)?;
    let world = gone.world.id;
    gone.change(|wall| WorldChange::Remove { world, wall }).await?;
    here.app.faults.clear(&here.world);
    Ok(Json(json!({"removed": here.world})))
}
