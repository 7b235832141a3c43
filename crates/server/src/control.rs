//! The control API: what the operator of a world can do and see. JSON in snake_case, money as
//! decimal strings, errors as `{"error":{"code","message"}}`.
//!
//! Every change goes the way of every other: a command, settled by the store.

use crate::config::parse_span;
use crate::faults::FaultOrder;
use crate::gateway::Gateway;
use crate::keys::{is_world_name, known};
use crate::policy::Policies;
use crate::worlds::operator;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::circuit::Event;
use domain::command::{GivenCircuit, WorldView};
use domain::price::{Currency, Money};
use domain::record::{
    BusinessStatus, Charge, Circuit, CircuitWords, Key, LoaStatus, Order, Particulars, Proof,
    Status, User,
};
use domain::{AccountId, CircuitId, Command, Found, OrderId, Query, Refusal, Timestamp};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Fault, Verdict, World};

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

    fn bad(message: impl Into<String>) -> Self {
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
            Fault::WorldsMax => (StatusCode::CONFLICT, "worlds_max"),
            Fault::Busy | Fault::Unavailable(_) | Fault::Closed => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
        };
        Self::new(status, code, fault.to_string())
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
pub fn router(gateway: Arc<Gateway>) -> Router {
    let calls = || {
        Router::new()
            .route("/state", get(state))
            .route("/clock", get(clock).post(move_clock))
            .route("/accounts", post(open_account))
            .route("/accounts/{id}/credit", post(credit))
            .route("/users", post(put_user))
            .route("/keys", post(put_key))
            .route("/prices", post(load_prices))
            .route("/orders/{id}/pay", post(pay_order))
            .route("/circuits", post(give_circuits))
            .route("/circuits/{id}/events", post(carrier_event))
            .route("/faults", post(put_fault).delete(clear_faults))
            .route("/reset", post(reset))
            .route("/requests", get(recent_requests))
            .route("/requests/{id}", get(find_request))
    };
    let control = Router::new()
        .nest("/control/v1", calls())
        .nest("/control/v1/worlds/{world}", calls())
        .layer(DefaultBodyLimit::max(64 << 20))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&gateway), guard))
        .fallback(|| async {
            ControlError::new(StatusCode::NOT_FOUND, "not_found", "no such call")
        });
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(|| async { crate::metrics::render() }))
        .merge(control)
        .with_state(gateway)
}

/// Without a token the control API is the sandbox's, and only for this machine.
async fn guard(
    State(gateway): State<Arc<Gateway>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let allowed = if let Some(token) = &gateway.config.control_token {
        let given = request.headers().get(http::header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
        same_text(given, &format!("Bearer {token}"))
    } else {
        let peer = request.extensions().get::<SocketAddr>();
        gateway.config.sandbox && peer.is_some_and(|peer| peer.ip().is_loopback())
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

/// Compares all of both texts, whatever they hold.
fn same_text(a: &str, b: &str) -> bool {
    let differing = a.bytes().zip(b.bytes()).fold(0, |sum, (x, y)| sum | (x ^ y));
    a.len() == b.len() && differing == 0
}

async fn ready(State(gateway): State<Arc<Gateway>>) -> Response {
    if gateway.store.ready() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
    }
}

/// The world that a call means: opened by the call if need be.
async fn world(gateway: &Gateway, parts: &Parts) -> Result<Arc<World>, ControlError> {
    let name = parts.get("world").map_or(DEFAULT_WORLD, String::as_str);
    let known = name == DEFAULT_WORLD || (gateway.config.sandbox && is_world_name(name));
    if !known {
        let message = "a world's name is 1-32 of a-z, 0-9 and -, and worlds need --sandbox";
        return Err(ControlError::new(StatusCode::NOT_FOUND, "no_such_world", message));
    }
    let moment = gateway.clock.moment();
    Ok(gateway.worlds.open(name, gateway.store.as_ref(), &moment).await?)
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

fn order_id(text: &str) -> OrderId {
    OrderId(text.parse().unwrap_or(0))
}

fn circuit_id(text: &str) -> Result<CircuitId, ControlError> {
    CircuitId::new(text).ok_or_else(|| Refusal::NoSuchCircuit.into())
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

async fn settle(gateway: &Gateway, world: &World, command: Command) -> Result<(), ControlError> {
    let moment = gateway.clock.moment();
    let proposal = operator(command, world.time(moment.wall), &moment);
    match gateway.settle(world, proposal).await?.verdict {
        Verdict::Accepted(_) | Verdict::Replayed(..) => Ok(()),
        Verdict::Refused(refusal) => Err(refusal.into()),
    }
}

async fn look(gateway: &Gateway, world: &World, query: Query) -> Result<Found, ControlError> {
    let at = world.time(gateway.clock.wall());
    Ok(gateway.store.look(world, at, query).await?)
}

async fn view(gateway: &Gateway, world: &World) -> Result<WorldView, ControlError> {
    match look(gateway, world, Query::World).await? {
        Found::World(view) => Ok(*view),
        _ => unreachable!("a world is found when a world is asked for"),
    }
}

async fn state(State(gateway): State<Arc<Gateway>>, parts: Parts) -> Answer {
    let world = world(&gateway, &parts).await?;
    let view = view(&gateway, &world).await?;
    let accounts: Vec<Value> = view
        .accounts
        .iter()
        .map(|a| {
            json!({"account": a.id.to_string(), "currency": a.currency.text(),
                "balance": a.balance.render(a.currency), "edition": a.dialect,
                "service_open": a.service_open, "waiting_circuits": a.waiting_circuits})
        })
        .collect();
    let circuits = view.circuits.iter().filter(|circuit| !circuit.state.deleted);
    let users = view
        .users
        .iter()
        .map(|user| json!({"account": user.account.to_string(), "name": user.name}));
    let keys = view.keys.iter().map(|key| {
        json!({"access_key_id": key.id, "account": key.account.to_string(), "user": key.user,
            "edition": key.dialect, "active": key.active})
    });
    Ok(axum::Json(json!({
        "world": world.name,
        "clock": world.time(gateway.clock.wall()).to_string(),
        "accounts": accounts,
        "circuits": circuits.map(circuit_json).collect::<Vec<_>>(),
        "orders": view.orders.iter().map(order_json).collect::<Vec<_>>(),
        "users": users.collect::<Vec<_>>(),
        "keys": keys.collect::<Vec<_>>(),
    })))
}

fn time_text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

fn circuit_json(circuit: &Circuit) -> Value {
    let state = &circuit.state;
    let particulars = &circuit.particulars;
    json!({
        "id": circuit.id.as_str(),
        "account": circuit.account.to_string(),
        "region": circuit.region.id(),
        "status": state.status.text(),
        "loa_status": state.loa.map(LoaStatus::text),
        "business_status": state.business.text(),
        "port_type": particulars.port_type.text(),
        "access_point": particulars.access_point.id(),
        "bandwidth": particulars.bandwidth_mbps,
        "name": particulars.words.as_ref().map_or("", |words| &words.name),
        "given": circuit.given,
        "open_order": state.open_order.map(|id| id.to_string()),
        "paid_order": state.paid_order.map(|id| id.to_string()),
        "created_at": circuit.created_at.to_string(),
        "enabled_at": time_text(state.enabled_at),
        "ends_at": time_text(state.ends_at),
    })
}

fn order_json(order: &Order) -> Value {
    let term = match order.charge {
        Charge::PrePaid(term) => json!({"period": term.count, "cycle": term.cycle.text()}),
        Charge::PostPaid => Value::Null,
    };
    json!({
        "id": order.id.to_string(),
        "account": order.account.to_string(),
        "circuit": order.circuit.as_str(),
        "region": order.region.id(),
        "status": order.status.text(),
        "cancel_cause": order.cancel_cause.map(domain::record::CancelCause::text),
        "amount": order.amount.render(order.currency),
        "currency": order.currency.text(),
        "price_version": order.price_version,
        "term": term,
        "created_at": order.created_at.to_string(),
        "paid_at": time_text(order.paid_at),
        "dies_at": time_text(order.dies_at),
        "auto_renew": order.auto_renew,
        "auto_renew_months": order.auto_renew_months,
    })
}

async fn clock(State(gateway): State<Arc<Gateway>>, parts: Parts) -> Answer {
    let world = world(&gateway, &parts).await?;
    Ok(axum::Json(json!({"clock": world.time(gateway.clock.wall()).to_string()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveClock {
    advance: Option<String>,
    set: Option<String>,
}

async fn move_clock(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: MoveClock = read(&body)?;
    let world = world(&gateway, &parts).await?;
    if !gateway.config.sandbox {
        let message = "only a sandbox has a clock that can be moved";
        return Err(ControlError::new(StatusCode::CONFLICT, "no_virtual_clock", message));
    }
    // One move at a time: each goes from where the one before has arrived.
    let _turn = gateway.worlds.moving.lock().await;
    let moment = gateway.clock.moment();
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
    let proposal = operator(Command::MoveClock { to, wall: moment.wall }, to, &moment);
    match gateway.settle(&world, proposal).await?.verdict {
        Verdict::Refused(refusal) => Err(refusal.into()),
        _ => Ok(axum::Json(json!({"clock": world.time(gateway.clock.wall()).to_string()}))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenAccount {
    account: Value,
    currency: String,
    edition: Option<String>,
}

/// An edition's name, checked.
fn edition(name: Option<&String>) -> Result<Option<api::Edition>, ControlError> {
    name.map(|name| word("edition", name, api::Edition::find)).transpose()
}

async fn open_account(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: OpenAccount = read(&body)?;
    let account = account_id(&number_text(&order.account)?)?;
    let currency = word("currency", &order.currency, Currency::find)?;
    let edition = edition(order.edition.as_ref())?;
    let world = world(&gateway, &parts).await?;
    let dialect = order.edition.map(Into::into);
    settle(&gateway, &world, Command::OpenAccount { account, currency, dialect }).await?;
    gateway.keys.put_account(&world.name, account, edition);
    Ok(axum::Json(json!({"account": account.to_string(), "balance": Money(0).render(currency)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credit {
    amount: String,
}

async fn credit(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: Credit = read(&body)?;
    let id = account_id(part(&parts, "id"))?;
    let amount = Money::parse(&order.amount).filter(|amount| amount.0 > 0);
    let amount = amount.ok_or_else(|| {
        ControlError::bad(format!("{:?} is no amount above zero, such as 1000.00", order.amount))
    })?;
    let world = world(&gateway, &parts).await?;
    settle(&gateway, &world, Command::TopUp(id, amount)).await?;
    let Found::Account(Some(account)) = look(&gateway, &world, Query::Account(id)).await? else {
        return Err(Refusal::NoSuchAccount.into());
    };
    let balance = account.balance.render(account.currency);
    Ok(axum::Json(json!({"account": id.to_string(), "balance": balance})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PutUser {
    account: Value,
    name: String,
    policies: Vec<Value>,
}

async fn put_user(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: PutUser = read(&body)?;
    let account = account_id(&number_text(&order.account)?)?;
    if order.name.is_empty() || order.name.len() > 64 {
        return Err(ControlError::bad("a user's name has 1-64 characters"));
    }
    // A document may come as an object or as its text.
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let policies: Vec<Box<str>> = order.policies.iter().map(|p| text(p).into()).collect();
    Policies::read(policies.iter().map(|text| &**text)).map_err(ControlError::bad)?;
    let user = User { account, name: order.name.into(), policies };
    let world = world(&gateway, &parts).await?;
    settle(&gateway, &world, Command::PutUser(user.clone())).await?;
    gateway.keys.put_user(&world.name, &user).map_err(ControlError::bad)?;
    Ok(axum::Json(json!({"account": account.to_string(), "name": user.name})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PutKey {
    account: Value,
    access_key_id: String,
    secret: Option<String>,
    public_key: Option<String>,
    user: Option<String>,
    edition: Option<String>,
    security_token: Option<String>,
    expires_at: Option<String>,
    bearer_token: Option<String>,
    active: Option<bool>,
}

async fn put_key(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: PutKey = read(&body)?;
    let account = account_id(&number_text(&order.account)?)?;
    let id = order.access_key_id;
    if id.is_empty()
        || id.len() > 128
        || id.contains('@')
        || !id.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(ControlError::bad("a key's id is 1-128 printable characters without @"));
    }
    let proof = match (order.secret, order.public_key) {
        (Some(secret), None) if !secret.is_empty() => Proof::Secret(secret.into()),
        (None, Some(pem)) => Proof::PublicKey(pem.into()),
        _ => return Err(ControlError::bad("give either secret or public_key")),
    };
    let time = |text: &String| {
        Timestamp::parse(text).ok_or_else(|| ControlError::bad(format!("{text:?} is no time")))
    };
    edition(order.edition.as_ref())?;
    let key = Key {
        id: id.into(),
        account,
        user: order.user.map(Into::into),
        proof,
        security_token: order.security_token.map(Into::into),
        expires_at: order.expires_at.as_ref().map(time).transpose()?,
        bearer_token: order.bearer_token.map(Into::into),
        dialect: order.edition.map(Into::into),
        active: order.active.unwrap_or(true),
    };
    known(&key).map_err(ControlError::bad)?;
    let world = world(&gateway, &parts).await?;
    settle(&gateway, &world, Command::PutKey(key.clone())).await?;
    gateway.keys.put_key(&world.name, &key).map_err(ControlError::bad)?;
    let id = match &*world.name {
        DEFAULT_WORLD => key.id.to_string(),
        name => format!("{}@{name}", key.id),
    };
    Ok(axum::Json(json!({"access_key_id": id, "account": account.to_string()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoadPrices {
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

async fn load_prices(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: LoadPrices = read(&body)?;
    let currency = word("currency", &order.currency, Currency::find)?;
    let mut rows: Vec<(PortType, Region, Money)> = Vec::new();
    for row in &order.prices {
        let port = word("port type", &row.port_type, PortType::find)?;
        let region = word("region", &row.region, Region::find)?;
        let month = Money::parse(&row.month).filter(|month| month.0 >= 0);
        let month =
            month.ok_or_else(|| ControlError::bad(format!("{:?} is no price", row.month)))?;
        if rows.iter().any(|(p, r, _)| *p == port && *r == region) {
            let twice = format!("{} in {} has two prices", row.port_type, row.region);
            return Err(ControlError::bad(twice));
        }
        rows.push((port, region, month));
    }
    let world = world(&gateway, &parts).await?;
    let count = rows.len();
    settle(&gateway, &world, Command::LoadPrices(currency, rows)).await?;
    Ok(axum::Json(json!({"currency": currency.text(), "prices": count})))
}

async fn pay_order(State(gateway): State<Arc<Gateway>>, parts: Parts) -> Answer {
    let id = order_id(part(&parts, "id"));
    let world = world(&gateway, &parts).await?;
    settle(&gateway, &world, Command::PayOrder(id)).await?;
    let Found::Order(order) = look(&gateway, &world, Query::AnyOrder(id)).await? else {
        unreachable!("an order is found when an order is asked for")
    };
    Ok(axum::Json(order.as_ref().map_or(Value::Null, order_json)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GiveCircuits {
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

async fn give_circuits(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: GiveCircuits = read(&body)?;
    if !gateway.config.sandbox {
        let message = "only a sandbox has circuits that nobody applied for";
        return Err(ControlError::new(StatusCode::CONFLICT, "not_a_sandbox", message));
    }
    let count = order.count.unwrap_or(1);
    if count == 0 || count > GIVEN_MAX || (count > 1 && order.id.is_some()) {
        return Err(ControlError::bad("count is 1-100000, and 1 with an id"));
    }
    let given = given(&order)?;
    let seed = gateway.clock.moment().seed;
    let ids: Vec<CircuitId> = match &order.id {
        Some(text) => vec![CircuitId::new(text).ok_or_else(|| {
            ControlError::bad(format!("{text:?} is no circuit id: pc- and up to 28 of a-z, 0-9, -"))
        })?],
        None => (0..count).map(|nth| CircuitId::mint(seed, nth)).collect(),
    };
    let texts: Vec<String> = ids.iter().map(CircuitId::to_string).collect();
    let world = world(&gateway, &parts).await?;
    settle(&gateway, &world, Command::GiveCircuits(Box::new(given), ids)).await?;
    Ok(axum::Json(json!({"id": texts.first(), "ids": texts})))
}

fn given(order: &GiveCircuits) -> Result<GivenCircuit, ControlError> {
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
struct CarrierEvent {
    event: String,
}

async fn carrier_event(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: CarrierEvent = read(&body)?;
    let event = word("event", &order.event, Event::of_carrier)?;
    let id = circuit_id(part(&parts, "id"))?;
    let world = world(&gateway, &parts).await?;
    settle(&gateway, &world, Command::CarrierEvent(id, event)).await?;
    let Found::Circuits(found, _) = look(&gateway, &world, Query::AnyCircuit(id)).await? else {
        unreachable!("circuits are found when a circuit is asked for")
    };
    Ok(axum::Json(found.first().map_or(Value::Null, circuit_json)))
}

async fn put_fault(State(gateway): State<Arc<Gateway>>, parts: Parts, body: String) -> Answer {
    let order: FaultOrder = read(&body)?;
    let known = order.action == "*" || api::OPERATIONS.iter().any(|o| o.name == order.action);
    if !known {
        return Err(ControlError::bad(format!("no operation {:?} is served", order.action)));
    }
    if order.count == 0 || order.status.is_some_and(|status| !(400..600).contains(&status)) {
        return Err(ControlError::bad("count is at least 1 and status 400-599"));
    }
    let world = world(&gateway, &parts).await?;
    gateway.faults.put(&world.name, order);
    Ok(axum::Json(json!({"faults": "ordered"})))
}

async fn clear_faults(State(gateway): State<Arc<Gateway>>, parts: Parts) -> Answer {
    let world = world(&gateway, &parts).await?;
    gateway.faults.clear(&world.name);
    Ok(axum::Json(json!({"faults": "cleared"})))
}

async fn reset(State(gateway): State<Arc<Gateway>>, parts: Parts) -> Answer {
    let world = world(&gateway, &parts).await?;
    if !gateway.config.sandbox {
        let message = "only a sandbox can be reset";
        return Err(ControlError::new(StatusCode::CONFLICT, "not_a_sandbox", message));
    }
    let moment = gateway.clock.moment();
    gateway.worlds.reset(gateway.store.as_ref(), &world, &moment).await?;
    gateway.keys.forget(&world.name);
    gateway.faults.clear(&world.name);
    Ok(axum::Json(json!({"clock": world.time(gateway.clock.wall()).to_string()})))
}

async fn find_request(State(gateway): State<Arc<Gateway>>, parts: Parts) -> Answer {
    let world = world(&gateway, &parts).await?;
    let found = gateway.requests.find(&world.name, part(&parts, "id"));
    found.map(axum::Json).ok_or_else(|| {
        let message = "no such request among those kept in memory";
        ControlError::new(StatusCode::NOT_FOUND, "no_such_request", message)
    })
}

async fn recent_requests(
    State(gateway): State<Arc<Gateway>>,
    parts: Parts,
    UrlQuery(query): UrlQuery<HashMap<String, String>>,
) -> Answer {
    let world = world(&gateway, &parts).await?;
    let count = query.get("count").and_then(|text| text.parse().ok()).unwrap_or(100);
    Ok(axum::Json(json!({"requests": gateway.requests.recent(&world.name, count)})))
}
