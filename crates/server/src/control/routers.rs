//! Routers and their failover groups: what there is, what the carrier does, and how it came to be.

use super::fields::{AccountNumber, Is};
use super::here::{Body, Here};
use super::history::because;
use super::part::Wanted;
use super::show::time_text;
use super::{Answer, ControlError};
use domain::command::{FinishGroup, FinishRouter};
use domain::history::RouterMove;
use domain::query::{Part, Record};
use domain::router::{Router, RouterStatus};
use domain::router_group::RouterGroup;
use domain::{Found, GroupId, Query, Refusal, RouterId};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SomeRouters {
    /// At which they are at home: the circuit's.
    account: Option<AccountNumber>,
    status: Option<Is<RouterStatus>>,
}

/// Routers in the order of making.
pub(super) async fn list(here: Here, wanted: Wanted<SomeRouters>) -> Answer {
    let part = Part { after: wanted.after(RouterId::new)?, limit: wanted.sought() };
    let SomeRouters { account, status } = &wanted.of;
    let (account, status) = (account.map(|its| its.0), status.map(|its| its.0));
    let there = here.open().await?;
    let Found::Routers(Ok(found)) = there.look(Query::AllRouters(account, status, part)).await?
    else {
        unreachable!("routers are found when they are asked for")
    };
    let rows = found.page.iter().map(|row| &row.router);
    let shown = rows.map(|its| (its.id.to_string(), router_json(its)));
    Ok(axum::Json(wanted.answer("routers", shown.collect())))
}

/// What the carrier does to a router or to a group.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum CarrierStep {
    /// It ends what is under way.
    Finish,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepOrder {
    event: CarrierStep,
}

fn router_id(text: &str) -> Result<RouterId, ControlError> {
    RouterId::new(text).ok_or_else(|| Refusal::NoSuchRouter.into())
}

pub(super) async fn carrier_event(here: Here, Body(order): Body<StepOrder>) -> Answer {
    let router = router_id(&here.id)?;
    let there = here.open().await?;
    match order.event {
        CarrierStep::Finish => there.settle(FinishRouter { router }).await?,
    }
    Ok(axum::Json(match there.look_after(Query::AnyRouter(router)).await {
        Some(Found::Router(Some(found))) => router_json(&found),
        _ => json!({"id": router.as_str()}),
    }))
}

pub(super) async fn group_event(here: Here, Body(order): Body<StepOrder>) -> Answer {
    let group = GroupId::new(&here.id).ok_or(Refusal::NoSuchGroup)?;
    let there = here.open().await?;
    match order.event {
        CarrierStep::Finish => there.settle(FinishGroup { group }).await?,
    }
    Ok(axum::Json(match there.look_after(Query::AnyGroup(group)).await {
        Some(Found::RouterGroup(Some(found))) => group_json(&found),
        _ => json!({"id": group.as_str()}),
    }))
}

pub(super) async fn history(here: Here) -> Answer {
    let id = router_id(&here.id)?;
    let there = here.open().await?;
    let Found::Router(found) = there.look(Query::AnyRouter(id)).await? else {
        unreachable!("a router is found when it is asked for")
    };
    let home = found.map(|router| router.account).ok_or(Refusal::NoSuchRouter)?;
    let record = Record::Router(home, id);
    let Found::RouterMoves(moves) = there.look(Query::Record(record)).await? else {
        unreachable!("a history is found when it is asked for")
    };
    let shown = moves.iter().map(|RouterMove { status, deleted, why, .. }| {
        because(Some(*why), json!({"status": status.text(), "deleted": deleted}))
    });
    let history: Vec<Value> = shown.collect();
    Ok(axum::Json(json!({"router": id.as_str(), "history": history})))
}

pub(super) fn router_json(router: &Router) -> Value {
    let described = &router.described;
    let further = router.associations.iter();
    let further = further.map(|its| json!({"circuit": its.circuit.as_str(), "vlan": its.vlan}));
    json!({
        "id": router.id.as_str(),
        "account": router.account.to_string(),
        "owner": router.owner.to_string(),
        "circuit": router.circuit.as_str(),
        "region": router.region.id(),
        "status": router.status.text(),
        "vlan": described.vlan,
        "bandwidth": described.bandwidth_mbps,
        "name": described.name,
        "associations": further.collect::<Vec<_>>(),
        "group": router.group.map(|group| group.as_str().to_owned()),
        "created_at": router.created_at.to_string(),
        "activated_at": time_text(router.times.activated_at),
        "terminated_at": time_text(router.times.terminated_at),
        "recovered_at": time_text(router.times.recovered_at),
    })
}

pub(super) fn group_json(group: &RouterGroup) -> Value {
    json!({
        "id": group.id.as_str(),
        "account": group.account.to_string(),
        "region": group.region.id(),
        "routers": group.routers.map(|router| router.as_str().to_owned()),
        "status": group.status.text(),
        "name": group.name,
        "created_at": group.created_at.to_string(),
    })
}
