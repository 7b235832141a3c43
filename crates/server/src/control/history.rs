//! How circuits and orders came to stand as they do. Those of routers are beside routers.

use super::circuits::{circuit_id, order_id};
use super::here::Here;
use super::show::standing_json;
use super::{Answer, ControlError};
use domain::history::{CircuitMove, OrderMove, Why};
use domain::order::Order;
use domain::query::Record;
use domain::{Found, OrderId, Query, Refusal};
use serde_json::{Value, json};

/// When and why, before how it stood then; nothing where an earlier release did not keep it.
pub(super) fn because(why: Option<Why>, mut stood: Value) -> Value {
    stood["at"] = why.map(|why| why.at.to_string()).into();
    stood["cause"] = why.map(|why| why.cause.text()).into();
    stood["request_id"] = why.and_then(|why| why.request).map(|id| id.to_string()).into();
    stood
}

pub(super) async fn of_circuit(here: Here) -> Answer {
    let id = circuit_id(&here.id)?;
    let there = here.open().await?;
    let Found::Circuits(found, _) = there.look(Query::AnyCircuit(id)).await? else {
        unreachable!("a circuit is found when it is asked for")
    };
    let owner = found.first().map(|circuit| circuit.account).ok_or(Refusal::NoSuchCircuit)?;
    let record = Record::Circuit(owner, id);
    let Found::CircuitMoves(moves) = there.look(Query::Record(record)).await? else {
        unreachable!("a history is found when it is asked for")
    };
    let shown = moves.iter().map(|CircuitMove { state, why, .. }| {
        let mut stood = standing_json(state);
        stood["deleted"] = state.deleted.into();
        because(*why, stood)
    });
    let history: Vec<Value> = shown.collect();
    Ok(axum::Json(json!({"circuit": id.as_str(), "history": history})))
}

pub(super) async fn of_order(here: Here) -> Answer {
    let id = order_id(&here.id).unwrap_or(OrderId::NONE);
    let there = here.open().await?;
    let Found::Order(Some(detail)) = there.look(Query::AnyOrder(id)).await? else {
        return Err(ControlError::from(Refusal::NoSuchOrder));
    };
    let order = detail.order;
    let record = Record::Order(order.account, id);
    let Found::OrderMoves(moves) = there.look(Query::Record(record)).await? else {
        unreachable!("a history is found when it is asked for")
    };
    let later = moves
        .iter()
        .map(|OrderMove { status, why, .. }| because(Some(*why), json!({"status": status.text()})));
    let history: Vec<Value> = [placed(&order, &moves)].into_iter().chain(later).collect();
    Ok(axum::Json(json!({"order": id.to_string(), "history": history})))
}

/// How an order was placed.
fn placed(order: &Order, moves: &[OrderMove]) -> Value {
    let status = moves.first().map_or(order.status, |first| first.before);
    because(Some(Why::of_placing(order)), json!({"status": status.text()}))
}
