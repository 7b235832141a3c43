//! Circuits that nobody applied for, what the carrier does to any of them, prices and payment.

use super::show::{circuit_json, order_json};
use super::{
    Answer, ControlError, Parts, account_id, look_after, number_text, part, read, settle, word,
    world,
};
use crate::app::App;
use axum::extract::State;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::circuit::{
    BusinessStatus, CircuitWords, Event, GivenCircuit, LoaStatus, Particulars, Status,
};
use domain::command::{CarrierEvent, GiveCircuits, LoadPrices, PayOrder};
use domain::price::{Currency, Money, MonthlyPrices};
use domain::{CircuitId, Found, OrderId, Query, Refusal};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

fn order_id(text: &str) -> OrderId {
    text.parse().ok().and_then(OrderId::new).unwrap_or(OrderId::NONE)
}

fn circuit_id(text: &str) -> Result<CircuitId, ControlError> {
    CircuitId::new(text).ok_or_else(|| Refusal::NoSuchCircuit.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesOrder {
    currency: String,
    prices: Vec<PriceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceRow {
    port_type: String,
    region: String,
    month: String,
}

pub(super) async fn load_prices(State(app): State<Arc<App>>, parts: Parts, body: String) -> Answer {
    let order: PricesOrder = read(&body)?;
    let currency = word("currency", &order.currency, Currency::find)?;
    let mut rows = MonthlyPrices::new();
    for row in &order.prices {
        let port = word("port type", &row.port_type, PortType::find)?;
        let region = word("region", &row.region, Region::find)?;
        let month = Money::parse(&row.month).filter(|month| month.0 >= 0);
        let month =
            month.ok_or_else(|| ControlError::bad(format!("{:?} is no price", row.month)))?;
        if rows.insert((port, region), month).is_some() {
            let twice = format!("{} in {} has two prices", row.port_type, row.region);
            return Err(ControlError::bad(twice));
        }
    }
    let world = world(&app, &parts).await?;
    let count = rows.len();
    settle(&app, &world, LoadPrices { currency, rows }).await?;
    Ok(axum::Json(json!({"currency": currency.text(), "prices": count})))
}

pub(super) async fn pay_order(State(app): State<Arc<App>>, parts: Parts) -> Answer {
    let id = order_id(part(&parts, "id"));
    let world = world(&app, &parts).await?;
    settle(&app, &world, PayOrder { order: id }).await?;
    Ok(axum::Json(match look_after(&app, &world, Query::AnyOrder(id)).await {
        Some(Found::Order(Some(order))) => order_json(&order),
        _ => json!({"id": id.to_string()}),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CircuitsOrder {
    account: Value,
    region: String,
    status: String,
    port_type: Option<String>,
    loa_status: Option<String>,
    business_status: Option<String>,
    id: Option<String>,
    name: Option<String>,
    access_point: Option<String>,
    line_operator: Option<String>,
    bandwidth: Option<u32>,
    count: Option<u32>,
}

/// At most so many circuits a call. SOURCE: CONTRACT.
const GIVEN_MAX: u32 = 100_000;

pub(super) async fn give_circuits(
    State(app): State<Arc<App>>,
    parts: Parts,
    body: String,
) -> Answer {
    let order: CircuitsOrder = read(&body)?;
    if !app.config.sandbox {
        let message = "only a sandbox has circuits that nobody applied for";
        return Err(ControlError::new(StatusCode::CONFLICT, "not_a_sandbox", message));
    }
    let count = order.count.unwrap_or(1);
    if count == 0 || count > GIVEN_MAX || (count > 1 && order.id.is_some()) {
        return Err(ControlError::bad("count is 1-100000, and 1 with an id"));
    }
    let given = given(&order)?;
    let seed = app.clock.moment().seed;
    let ids: Vec<CircuitId> = match &order.id {
        Some(text) => vec![CircuitId::new(text).ok_or_else(|| {
            ControlError::bad(format!("{text:?} is no circuit id: pc- and up to 28 of a-z, 0-9, -"))
        })?],
        None => (0..count).map(|nth| CircuitId::mint(seed, nth)).collect(),
    };
    let texts: Vec<String> = ids.iter().map(CircuitId::to_string).collect();
    let world = world(&app, &parts).await?;
    settle(&app, &world, GiveCircuits { given: Box::new(given), ids }).await?;
    Ok(axum::Json(json!({"id": texts.first(), "ids": texts})))
}

fn given(order: &CircuitsOrder) -> Result<GivenCircuit, ControlError> {
    let region = word("region", &order.region, Region::find)?;
    let port_type = order.port_type.as_deref().unwrap_or("1000Base-LX");
    let port_type = word("port type", port_type, PortType::find)?;
    let business = order.business_status.as_deref().unwrap_or("Normal");
    let operator = order.line_operator.as_deref().unwrap_or("CT");
    let loa = order.loa_status.as_deref().filter(|text| !text.is_empty());
    let access_point = match &order.access_point {
        Some(text) => word("access point", text, AccessPoint::find)?,
        // Any will do where the catalogue knows none of the region.
        None => AccessPoint::of(region)
            .next()
            .or_else(|| AccessPoint::find("ap-cn-hangzhou-yh-B"))
            .expect("the catalogue is not empty"),
    };
    let name: Box<str> = order.name.as_deref().unwrap_or_default().into();
    let words =
        (!name.is_empty()).then(|| Box::new(CircuitWords { name, ..CircuitWords::default() }));
    Ok(GivenCircuit {
        account: account_id(&number_text(&order.account)?)?,
        region,
        particulars: Particulars {
            access_point,
            line_operator: word("line operator", operator, LineOperator::find)?,
            port_type,
            bandwidth_mbps: order.bandwidth.unwrap_or(port_type.speed_mbps()),
            words,
        },
        status: word("status", &order.status, Status::find)?,
        loa: loa.map(|text| word("LOA status", text, LoaStatus::find)).transpose()?,
        business: word("business status", business, BusinessStatus::find)?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventOrder {
    event: String,
}

pub(super) async fn carrier_event(
    State(app): State<Arc<App>>,
    parts: Parts,
    body: String,
) -> Answer {
    let order: EventOrder = read(&body)?;
    let event = word("event", &order.event, Event::of_carrier)?;
    let id = circuit_id(part(&parts, "id"))?;
    let world = world(&app, &parts).await?;
    settle(&app, &world, CarrierEvent { circuit: id, event }).await?;
    Ok(axum::Json(match look_after(&app, &world, Query::AnyCircuit(id)).await {
        Some(Found::Circuits(found, _)) if !found.is_empty() => circuit_json(&found[0]),
        _ => json!({"id": id.to_string()}),
    }))
}
