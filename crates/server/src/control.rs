//! The control API: what the operator of a world can do and see. JSON in snake_case, money as
//! decimal strings, errors as `{"error":{"code","message"}}`.
//!
//! Every change goes the way of every other: a command, settled by the store.

mod circuits;
mod people;
mod show;

use crate::app::App;
use crate::config::parse_span;
use crate::faults::{FaultKind, FaultOrder};
use crate::keys::is_world_name;
use crate::worlds::operator;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::audit::Books;
use domain::command::MoveClock;
use domain::{AccountId, Command, Found, Query, Refusal, Timestamp};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Fault, Verdict, World, WorldsMax};
use subtle::ConstantTimeEq as _;

/// A control call's error.
pub struct ControlError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ControlError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// 400 `bad_request`.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let body = json!({"error": {"code": self.code, "message": self.message}});
        (self.status, axum::Json(body)).into_response()
    }
}

impl From<Fault> for ControlError {
    fn from(fault: Fault) -> Self {
        let (status, code) = match fault {
            Fault::Broken(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Fault::Busy | Fault::Unavailable(_) | Fault::Unknown(_) | Fault::Closed => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
        };
        Self::new(status, code, fault.to_string())
    }
}

impl From<WorldsMax> for ControlError {
    fn from(full: WorldsMax) -> Self {
        Self::new(StatusCode::CONFLICT, "worlds_max", full.to_string())
    }
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        let (status, code, message) = match refusal {
            Refusal::NoSuchAccount => (404, "no_such_account", "there is no such account"),
            Refusal::NoSuchCircuit => (404, "no_such_circuit", "there is no such circuit"),
            Refusal::NoSuchOrder => (404, "no_such_order", "there is no such order"),
            Refusal::NoSuchUser => (404, "no_such_user", "there is no such user"),
            Refusal::AccountExists => (409, "account_exists", "the account is there already"),
            Refusal::CircuitExists => (409, "circuit_exists", "the circuit is there already"),
            Refusal::CircuitState => {
                (409, "circuit_state", "the circuit is in no state for this event")
            }
            Refusal::OrderNotUnpaid => (409, "order_not_unpaid", "the order cannot be paid"),
            Refusal::BalanceTooLow => (409, "balance_too_low", "the balance is too low"),
            Refusal::AmountTooFine => {
                (400, "bad_request", "an amount has more digits than its currency")
            }
            Refusal::AmountTooLarge => (400, "amount_too_large", "no balance can hold that"),
            Refusal::ClockBack => (409, "clock_back", "a clock is never moved back"),
            other => {
                let message = format!("refused: {other:?}");
                return Self::new(StatusCode::CONFLICT, "refused", message);
            }
        };
        let status = StatusCode::from_u16(status).expect("a status");
        Self::new(status, code, message)
    }
}

type Answer = Result<axum::Json<Value>, ControlError>;
type Parts = Path<HashMap<String, String>>;

/// The router of our own paths.
pub fn router(app: Arc<App>) -> Router {
    let calls = || {
        Router::new()
            .route("/state", get(show::state))
            .route("/clock", get(clock).post(move_clock))
            .route("/accounts", post(people::open_account))
            .route("/accounts/{id}/credit", post(people::credit))
            .route("/users", post(people::put_user))
            .route("/keys", post(people::put_key))
            .route("/prices", post(circuits::load_prices))
            .route("/orders/{id}/pay", post(circuits::pay_order))
            .route("/circuits", post(circuits::give_circuits))
            .route("/circuits/{id}/events", post(circuits::carrier_event))
            .route("/faults", post(put_fault).delete(clear_faults))
            .route("/reset", post(reset))
            .route("/requests", get(recent_requests))
            .route("/requests/{id}", get(find_request))
    };
    let control = Router::new()
        .nest("/control/v1", calls())
        .nest("/control/v1/worlds/{world}", calls())
        .layer(DefaultBodyLimit::max(64 << 20))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), guard))
        .fallback(|| async {
            ControlError::new(StatusCode::NOT_FOUND, "not_found", "no such call")
        });
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(|| async { crate::metrics::render() }))
        .merge(crate::meta::router())
        .merge(control)
        .with_state(app)
}

/// Without a token the control API is the sandbox's, and only for this machine.
async fn guard(
    State(app): State<Arc<App>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let allowed = if let Some(token) = &app.config.control_token {
        let given = request.headers().get(http::header::AUTHORIZATION);
        let given = given.map_or(b"".as_slice(), HeaderValue::as_bytes);
        given.ct_eq(format!("Bearer {}", token.0).as_bytes()).into()
    } else {
        let peer = request.extensions().get::<SocketAddr>();
        let near = peer.is_some_and(|peer| peer.ip().is_loopback());
        app.config.sandbox && near && !is_of_a_page(&request)
    };
    if allowed {
        return shaped(next.run(request).await);
    }
    let message = "the control API needs --sandbox on a loopback address, or the control token";
    ControlError::new(StatusCode::UNAUTHORIZED, "unauthorized", message).into_response()
}

/// Errors that a call meets before it is ours (its method, its body's length, bytes that are no
/// text) come without a body of our shape: they get one.
fn shaped(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(http::header::CONTENT_TYPE);
    let json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ => "bad_request",
    };
    let text = status.canonical_reason().unwrap_or("the call could not be read");
    let mut answer = ControlError::new(status, code, text).into_response();
    if let Some(allow) = response.headers().get(http::header::ALLOW) {
        answer.headers_mut().insert(http::header::ALLOW, allow.clone());
    }
    answer
}

/// Whether a web page may have sent it: any page that is open on this machine can reach us, by our
/// address or by a name of its own that leads here.
fn is_of_a_page(request: &axum::extract::Request) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = header(http::header::HOST).or_else(|| request.uri().host()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    let loopback = name == "localhost"
        || name.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    !loopback || request.headers().contains_key(http::header::ORIGIN)
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.store.ready() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
    }
}

/// The world that a call means: opened by the call if need be.
async fn world(app: &App, parts: &Parts) -> Result<Arc<World>, ControlError> {
    let name = parts.get("world").map_or(DEFAULT_WORLD, String::as_str);
    let known = name == DEFAULT_WORLD || (app.config.sandbox && is_world_name(name));
    if !known {
        let message = "a world's name is 1-32 of a-z, 0-9 and -, and worlds need --sandbox";
        return Err(ControlError::new(StatusCode::NOT_FOUND, "no_such_world", message));
    }
    let moment = app.clock.moment();
    Ok(app.worlds.open(name, app.store.as_ref(), &moment).await??)
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, ControlError> {
    serde_json::from_str(body).map_err(|error| ControlError::bad(error.to_string()))
}

fn part<'p>(parts: &'p Parts, name: &str) -> &'p str {
    parts.get(name).map_or("", String::as_str)
}

fn account_id(text: &str) -> Result<AccountId, ControlError> {
    let id = text.parse().ok().filter(|id: &u64| *id > 0 && i64::try_from(*id).is_ok());
    id.map(AccountId).ok_or_else(|| ControlError::bad(format!("{text:?} is no account number")))
}

/// Reads one of a fixed set of texts.
fn word<T>(name: &str, text: &str, find: fn(&str) -> Option<T>) -> Result<T, ControlError> {
    find(text).ok_or_else(|| ControlError::bad(format!("{text:?} is no {name}")))
}

/// An account number is a JSON string or a number.
fn number_text(value: &Value) -> Result<String, ControlError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(ControlError::bad("an account is a string of digits")),
    }
}

async fn settle(app: &App, world: &World, command: impl Into<Command>) -> Result<(), ControlError> {
    let moment = app.clock.moment();
    match app.store.settle(world, operator(command, &moment)).await?.verdict {
        Verdict::Accepted(_) | Verdict::Replayed(..) => Ok(()),
        Verdict::Refused(refusal) => Err(refusal.into()),
    }
}

async fn look(app: &App, world: &World, query: Query) -> Result<Found, ControlError> {
    let at = world.time(app.clock.wall());
    Ok(app.store.look(world, at, query).await?)
}

/// The same, after something was done: it happened, so a store that cannot be asked now must not
/// make it look as if it had not, or it is done twice.
async fn look_after(app: &App, world: &World, query: Query) -> Option<Found> {
    look(app, world, query).await.ok()
}

async fn view(app: &App, world: &World) -> Result<Books, ControlError> {
    match look(app, world, Query::World).await? {
        Found::World(view) => Ok(*view),
        _ => unreachable!("a world is found when a world is asked for"),
    }
}

async fn clock(State(app): State<Arc<App>>, parts: Parts) -> Answer {
    let world = world(&app, &parts).await?;
    Ok(axum::Json(json!({"clock": world.time(app.clock.wall()).to_string()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOrder {
    advance: Option<String>,
    set: Option<String>,
}

async fn move_clock(State(app): State<Arc<App>>, parts: Parts, body: String) -> Answer {
    let order: ClockOrder = read(&body)?;
    let world = world(&app, &parts).await?;
    if !app.config.sandbox {
        let message = "only a sandbox has a clock that can be moved";
        return Err(ControlError::new(StatusCode::CONFLICT, "no_virtual_clock", message));
    }
    // One move at a time: each goes from where the one before has arrived.
    let _turn = app.worlds.moving.lock().await;
    let moment = app.clock.moment();
    let to = match (order.advance, order.set) {
        (Some(span), None) => {
            let ms = parse_span(&span).ok_or_else(|| {
                ControlError::bad(format!("{span:?} is no length of time such as P30D"))
            })?;
            world.time(moment.wall).plus_ms(ms)
        }
        (None, Some(text)) => Timestamp::parse(&text)
            .ok_or_else(|| ControlError::bad(format!("{text:?} is no time")))?,
        _ => return Err(ControlError::bad("give either advance or set")),
    };
    let latest = Timestamp::parse("9000-01-01T00:00:00Z").expect("a time");
    if to > latest {
        return Err(ControlError::bad("the calendar ends with the year 9999"));
    }
    let moved = operator(MoveClock { to, wall: moment.wall }, &moment);
    if let Verdict::Refused(refusal) = app.store.settle(&world, moved).await?.verdict {
        return Err(refusal.into());
    }
    // What is due on the way happens before the call returns, each thing at its own instant. The
    // clock has moved by now, so a store that fails here must not make it look as if it had not, or
    // it is moved twice; who asks meanwhile finds his own account up to date, and the waker goes
    // on.
    let at = world.time(app.clock.wall());
    let _ = app.store.look(&world, at, Query::Everybody).await;
    Ok(axum::Json(json!({"clock": world.time(app.clock.wall()).to_string()})))
}

async fn put_fault(State(app): State<Arc<App>>, parts: Parts, body: String) -> Answer {
    let order: FaultOrder = read(&body)?;
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
    let world = world(&app, &parts).await?;
    app.faults.put(&world.name, order);
    Ok(axum::Json(json!({"faults": "ordered"})))
}

async fn clear_faults(State(app): State<Arc<App>>, parts: Parts) -> Answer {
    let world = world(&app, &parts).await?;
    app.faults.clear(&world.name);
    Ok(axum::Json(json!({"faults": "cleared"})))
}

async fn reset(State(app): State<Arc<App>>, parts: Parts) -> Answer {
    let world = world(&app, &parts).await?;
    if !app.config.sandbox {
        let message = "only a sandbox can be reset";
        return Err(ControlError::new(StatusCode::CONFLICT, "not_a_sandbox", message));
    }
    // Not while its clock is being moved: what is due by then is not due in the new world.
    let _turn = app.worlds.moving.lock().await;
    let moment = app.clock.moment();
    app.worlds.reset(app.store.as_ref(), &world, &moment).await?;
    app.faults.clear(&world.name);
    Ok(axum::Json(json!({"clock": world.time(app.clock.wall()).to_string()})))
}

async fn find_request(State(app): State<Arc<App>>, parts: Parts) -> Answer {
    let world = world(&app, &parts).await?;
    let found = app.requests.find(&world.name, part(&parts, "id"));
    found.map(axum::Json).ok_or_else(|| {
        let message = "no such request among those kept in memory";
        ControlError::new(StatusCode::NOT_FOUND, "no_such_request", message)
    })
}

async fn recent_requests(
    State(app): State<Arc<App>>,
    parts: Parts,
    UrlQuery(query): UrlQuery<HashMap<String, String>>,
) -> Answer {
    let world = world(&app, &parts).await?;
    let count = query.get("count").and_then(|text| text.parse().ok()).unwrap_or(100);
    Ok(axum::Json(json!({"requests": app.requests.recent(&world.name, count)})))
}
