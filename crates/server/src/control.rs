//! The control API: what the operator of a world can do and see. JSON in snake_case, money as
//! decimal strings, errors as `{"error":{"code","message"}}`.
//!
//! Every change goes the way of every other: a command, settled by the store. A call is read by
//! axum's extractors: where it is made ([`here`]), and its body as a type of its own whose fields
//! are what they say ([`fields`]).

mod circuits;
mod clock;
mod error;
mod events;
mod faults;
pub(crate) mod fields;
mod guard;
mod here;
mod history;
mod money;
mod part;
mod people;
mod prices;
mod requests;
mod routers;
mod show;
mod worlds;

pub use error::ControlError;

use crate::app::App;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use serde_json::Value;
use std::sync::Arc;

type Answer = Result<axum::Json<Value>, ControlError>;

/// A body is at most so long, bytes.
const BODY_MAX: usize = 64 << 20;

/// The router of our own paths.
pub fn router(app: Arc<App>) -> Router {
    let control = Router::new()
        .nest("/control/v1", calls())
        .nest("/control/v1/worlds/{world}", calls())
        .route("/control/v1/worlds", get(worlds::list))
        .route("/control/v1/worlds/{world}", delete(worlds::remove))
        .route("/control/v1/worlds/{world}/fork", post(worlds::fork))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), guard::guard))
        .fallback(|| async {
            ControlError::new(StatusCode::NOT_FOUND, "not_found", "no such call")
        });
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .merge(crate::meta::router())
        .merge(control)
        .with_state(app)
}

/// The calls of a world.
fn calls() -> Router<Arc<App>> {
    Router::new()
        .route("/state", get(show::state))
        .route("/clock", get(clock::show).post(clock::set))
        .route("/reset", post(clock::reset))
        .route("/snapshots", get(worlds::snapshots).post(worlds::save))
        .route("/snapshots/{id}", delete(worlds::discard))
        .route("/snapshots/{id}/restore", post(worlds::restore))
        .route("/accounts", post(people::open_account))
        .route("/accounts/{id}/credit", post(people::credit))
        .route("/accounts/{id}/postings", get(money::postings))
        .route("/accounts/{id}/bills", get(money::bills))
        .route("/users", post(people::put_user))
        .route("/keys", post(people::put_key))
        .route("/prices", get(prices::show).post(prices::load))
        .route("/orders", get(show::orders))
        .route("/orders/{id}/history", get(history::of_order))
        .route("/orders/{id}/pay", post(circuits::pay_order))
        .route("/circuits", get(show::circuits).post(circuits::give_circuits))
        .route("/circuits/{id}/history", get(history::of_circuit))
        .route("/circuits/{id}/events", post(circuits::carrier_event))
        .route("/routers", get(routers::list))
        .route("/routers/{id}/history", get(routers::history))
        .route("/routers/{id}/events", post(routers::carrier_event))
        .route("/router-groups/{id}/events", post(routers::group_event))
        .route("/faults", post(faults::put).delete(faults::clear))
        .route("/events", get(events::follow))
        .route("/requests", get(requests::recent))
        .route("/requests/{id}", get(requests::find))
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.store.ready() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
    }
}

async fn metrics() -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(http::header::CONTENT_TYPE, kind)], crate::metrics::render())
}
