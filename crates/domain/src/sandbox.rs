//! The fixed world that a sandbox starts with: names that tests can rely on.
//! SOURCE: CONTRACT, "The sandbox". Its keys are the server's affair.

use crate::account::Account;
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::circuit::{BusinessStatus, Circuit, GivenCircuit, Particulars, Status};
use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::ledger::Posting;
use crate::price::{Currency, Money};
use crate::time::Timestamp;

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

/// Makes an empty world the fixed one, its clock at `start` while the wall shows `wall`.
pub(crate) fn fill(draft: &mut Draft, start: Timestamp, wall: Timestamp) {
    draft.set_clock(start.ms() - wall.ms(), start);
    for id in [RICH, POOR] {
        draft.put(Account {
            id,
            currency: Currency::Usd,
            balance: Money(0),
            dialect: None,
            service_open: true,
            waiting_circuits: 0,
            orderless: false,
        });
    }
    let top_up = Posting::top_up(RICH, Money(0), RICH_BALANCE, Currency::Usd, start);
    draft.post(top_up.expect("it fits"));
    for &status in Status::ALL {
        let name = status.text().to_ascii_lowercase().replace(' ', "");
        draft.add_circuit(circuit(RICH, &format!("pc-sandbox{name}"), status, start));
    }
    draft.add_circuit(circuit(POOR, "pc-sandboxpoor", Status::Confirmed, start));
}

fn circuit(account: AccountId, id: &str, status: Status, start: Timestamp) -> Circuit {
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
    given.at(CircuitId::new(id).expect("a well-formed name"), start)
}
