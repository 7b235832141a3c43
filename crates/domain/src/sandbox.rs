//! The fixed world that a sandbox starts with: names that tests can rely on.
//! SOURCE: CONTRACT, "The sandbox". Its keys are the server's affair.

use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::command::GivenCircuit;
use crate::ledger::Posting;
use crate::price::{Currency, Money};
use crate::record::{
    Account, AccountId, BusinessStatus, Change, Circuit, CircuitId, CircuitState, Particulars,
    Status,
};
use crate::time::{Timestamp, period_end};

/// The account that owns most of the sandbox.
pub const RICH: AccountId = AccountId(1_000_000_000_000_001);
/// The account without money.
pub const POOR: AccountId = AccountId(1_000_000_000_000_002);
/// What [`RICH`] starts with.
pub const RICH_BALANCE: Money = Money::units(100_000);

/// The region of the sandbox's circuits.
pub fn region() -> Region {
    Region::find("cn-hangzhou").expect("in the catalogue")
}

/// Everything a sandbox holds when it is new, made at `start`.
pub fn fill(start: Timestamp) -> Vec<Change> {
    let account = |id, balance| {
        Change::Account(Account {
            id,
            currency: Currency::Usd,
            balance,
            dialect: None,
            service_open: true,
            waiting_circuits: 0,
        })
    };
    let top_up = Posting::top_up(RICH, Money(0), RICH_BALANCE, Currency::Usd, start);
    let mut changes = vec![
        account(RICH, RICH_BALANCE),
        Change::Posting(top_up.expect("it fits")),
        account(POOR, Money(0)),
    ];
    for &status in Status::ALL {
        let name = status.text().to_ascii_lowercase().replace(' ', "");
        changes.push(circuit(RICH, &format!("pc-sandbox{name}"), status, start));
    }
    changes.push(circuit(POOR, "pc-sandboxpoor", Status::Confirmed, start));
    changes
}

fn circuit(account: AccountId, id: &str, status: Status, start: Timestamp) -> Change {
    let id = CircuitId::new(id).expect("a well-formed name");
    let given = GivenCircuit {
        account,
        region: region(),
        particulars: Particulars {
            access_point: AccessPoint::find("ap-cn-hangzhou-yh-B").expect("in the catalogue"),
            line_operator: LineOperator::ChinaTelecom,
            port_type: PortType::Base1000Lx,
            bandwidth_mbps: 1_000,
            words: None,
        },
        status,
        loa: None,
        business: BusinessStatus::Normal,
    };
    Change::Circuit(Box::new(self::given(&given, id, start)))
}

/// A circuit put there rather than applied for. One that is or was in service has run since it
/// was put there, for a month.
pub fn given(given: &GivenCircuit, id: CircuitId, at: Timestamp) -> Circuit {
    let served = matches!(given.status, Status::Enabled | Status::Terminating | Status::Terminated);
    let state = CircuitState {
        loa: given.loa,
        business: given.business,
        enabled_at: served.then_some(at),
        ends_at: if served { period_end(at, 1) } else { None },
        ..CircuitState::born(given.status)
    };
    Circuit {
        id,
        account: given.account,
        region: given.region,
        created_at: at,
        given: true,
        particulars: given.particulars.clone(),
        state,
    }
}
