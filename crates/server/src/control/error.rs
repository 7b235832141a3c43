//! What a control call is refused with.

use axum::response::{IntoResponse, Response};
use domain::Refusal;
use http::StatusCode;
use serde_json::json;
use store::{Fault, WorldRefusal};

/// A control call's error.
pub struct ControlError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ControlError {
    /// Of this status and code.
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// 409 `not_a_sandbox`, for what only a sandbox has or can.
    pub(super) fn not_a_sandbox(message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, "not_a_sandbox", message)
    }

    /// 404 `no_such_world`.
    pub(super) fn no_such_world(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "no_such_world", message)
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
            Fault::Removed => (StatusCode::CONFLICT, "world_removed"),
            Fault::Busy | Fault::Unavailable(_) | Fault::Unknown(_) | Fault::Closed => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
        };
        Self::new(status, code, fault.to_string())
    }
}

impl From<WorldRefusal> for ControlError {
    fn from(refusal: WorldRefusal) -> Self {
        let (status, code) = match refusal {
            WorldRefusal::WorldsMax => (StatusCode::CONFLICT, "worlds_max"),
            WorldRefusal::WorldExists => (StatusCode::CONFLICT, "world_exists"),
            WorldRefusal::DefaultWorld => (StatusCode::CONFLICT, "default_world"),
            WorldRefusal::SnapshotExists => (StatusCode::CONFLICT, "snapshot_exists"),
            WorldRefusal::NoSuchSnapshot => (StatusCode::NOT_FOUND, "no_such_snapshot"),
        };
        Self::new(status, code, refusal.to_string())
    }
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        let (status, code, message) = match refusal {
            Refusal::NoSuchAccount => (404, "no_such_account", "there is no such account"),
            Refusal::NoSuchCircuit => (404, "no_such_circuit", "there is no such circuit"),
            Refusal::NoSuchOrder => (404, "no_such_order", "there is no such order"),
            Refusal::NoSuchRouter => (404, "no_such_router", "there is no such router"),
            Refusal::NoSuchGroup => (404, "no_such_router_group", "there is no such group"),
            Refusal::RouterState => (409, "router_state", "nothing is under way that could end"),
            Refusal::NoSuchKey => (409, "circuit_state", "the circuit has no MACsec key in use"),
            Refusal::NoSuchUser => (404, "no_such_user", "there is no such user"),
            Refusal::AccountExists => (409, "account_exists", "the account is there already"),
            Refusal::CircuitExists => (409, "circuit_exists", "the circuit is there already"),
            Refusal::CircuitState => {
                (409, "circuit_state", "the circuit is in no state for this event")
            }
            Refusal::LoaState => {
                (409, "circuit_state", "the circuit's letter is in no state for this event")
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
