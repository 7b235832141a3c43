//! Circuits that nobody applied for, what the carrier does to any of them, and payment.

use super::fields::{AccountNumber, Is, read};
use super::here::{Body, Here};
use super::show::{circuit_json, order_json};
use super::{Answer, ControlError};
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::circuit::{
    BusinessStatus, CircuitWords, Event, GivenCircuit, LoaStatus, Particulars, Status,
};
use domain::command::{CarrierEvent, FailMacsecKey, GiveCircuits, PayOrder};
use domain::{CircuitId, Found, OrderId, Query, Refusal};
use serde::Deserialize;
use serde_json::json;

pub(super) fn order_id(text: &str) -> Option<OrderId> {
    text.parse().ok().and_then(OrderId::new)
}

pub(super) fn circuit_id(text: &str) -> Result<CircuitId, ControlError> {
    CircuitId::new(text).ok_or_else(|| Refusal::NoSuchCircuit.into())
}

pub(super) async fn pay_order(here: Here) -> Answer {
    let id = order_id(&here.id).unwrap_or(OrderId::NONE);
    let there = here.open().await?;
    there.settle(PayOrder { order: id }).await?;
    Ok(axum::Json(match there.look_after(Query::AnyOrder(id)).await {
        Some(Found::Order(Some(detail))) => order_json(&detail.order),
        _ => json!({"id": id.to_string()}),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CircuitsOrder {
    account: AccountNumber,
    region: Is<Region>,
    status: Is<Status>,
    port_type: Option<Is<PortType>>,
    /// "" is none.
    loa_status: Option<String>,
    business_status: Option<Is<BusinessStatus>>,
    id: Option<Is<CircuitId>>,
    name: Option<String>,
    access_point: Option<Is<AccessPoint>>,
    line_operator: Option<Is<LineOperator>>,
    bandwidth: Option<u32>,
    count: Option<u32>,
}

/// At most so many circuits a call. SOURCE: CONTRACT.
const GIVEN_MAX: u32 = 100_000;

pub(super) async fn give_circuits(here: Here, Body(order): Body<CircuitsOrder>) -> Answer {
    here.need_sandbox("only a sandbox has circuits that nobody applied for")?;
    let count = order.count.unwrap_or(1);
    if count == 0 || count > GIVEN_MAX || (count > 1 && order.id.is_some()) {
        return Err(ControlError::bad("count is 1-100000, and 1 with an id"));
    }
    let seed = here.app.clock.moment().seed;
    let ids: Vec<CircuitId> = match order.id {
        Some(Is(id)) => vec![id],
        None => (0..count).map(|nth| CircuitId::mint(seed, nth)).collect(),
    };
    let given = Box::new(given(order)?);
    let texts: Vec<String> = ids.iter().map(CircuitId::to_string).collect();
    here.open().await?.settle(GiveCircuits { given, ids }).await?;
    Ok(axum::Json(json!({"id": texts.first(), "ids": texts})))
}

fn given(order: CircuitsOrder) -> Result<GivenCircuit, ControlError> {
    let Is(region) = order.region;
    let port_type = order.port_type.map_or(PortType::Base1000Lx, |Is(port)| port);
    let access_point = match order.access_point {
        Some(Is(point)) => point,
        // Any will do where the catalogue knows none of the region.
        None => AccessPoint::of(region)
            .next()
            .or_else(|| AccessPoint::find("ap-cn-hangzhou-yh-B"))
            .expect("the catalogue is not empty"),
    };
    let name: Box<str> = order.name.unwrap_or_default().into();
    let words =
        (!name.is_empty()).then(|| Box::new(CircuitWords { name, ..CircuitWords::default() }));
    let loa = order.loa_status.as_deref().filter(|text| !text.is_empty());
    let AccountNumber(account) = order.account;
    let Is(status) = order.status;
    Ok(GivenCircuit {
        account,
        region,
        particulars: Particulars {
            access_point,
            line_operator: order.line_operator.map_or(LineOperator::ChinaTelecom, |Is(its)| its),
            port_type,
            bandwidth_mbps: order.bandwidth.unwrap_or(port_type.speed_mbps()),
            words,
        },
        status,
        loa: loa.map(read::<LoaStatus>).transpose().map_err(ControlError::bad)?,
        business: order.business_status.map_or(BusinessStatus::Normal, |Is(its)| its),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventOrder {
    event: Happening,
}

/// What the carrier or the operator does to a circuit.
#[derive(Deserialize)]
#[serde(untagged)]
enum Happening {
    /// To what hangs off it.
    Beside(Beside),
    /// To itself.
    Event(Is<Event>),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Beside {
    /// Both sides do not agree on its MACsec key.
    FailMacsecKey,
}

pub(super) async fn carrier_event(here: Here, Body(order): Body<EventOrder>) -> Answer {
    let circuit = circuit_id(&here.id)?;
    let there = here.open().await?;
    match order.event {
        Happening::Event(Is(event)) => there.settle(CarrierEvent { circuit, event }).await?,
        Happening::Beside(Beside::FailMacsecKey) => there.settle(FailMacsecKey { circuit }).await?,
    }
    Ok(axum::Json(match there.look_after(Query::AnyCircuit(circuit)).await {
        Some(Found::Circuits(found, _)) if !found.is_empty() => circuit_json(&found[0]),
        _ => json!({"id": circuit.to_string()}),
    }))
}
