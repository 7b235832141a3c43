//! Setup orders: a circuit that comes with one, waits for it, and is given up with it.
//! SOURCE: docs/circuits.md, all of which is ASSUMED there.

use super::Leaf;
use super::atlas;
use super::calendar::Ms;
use super::changes::{CIRCUIT_MARK, Change, NO_PRICE, ORDER_MARK, REDUNDANT, Refusal, SHORT};
use super::hosted::HOSTING;
use super::offers;
use super::state::{Circuit, Order, Outcome, Renewal, Settings, World};
use super::time::UNPAID_LIFE_MS;
use std::collections::BTreeMap;

/// Its kind, which customers are told as `New`.
pub const SETUP: &str = "Setup";

impl Change<'_> {
    /// CreatePhysicalConnectionSetupOrder.
    pub fn order_setup(&mut self) -> Result<Outcome, Refusal> {
        self.companion("InvalidInstance.NotFound", "InvalidInstance.NotFound")?;
        let port = self.reading.call.parameter("PortType").unwrap_or("1000Base-T");
        let room = self.has_room(&[self.text("AccessPointId")], port, offers::of_setup);
        room.map_err(|(status, code)| {
            let counts = code.starts_with("QuotaExceeded");
            (status, if counts { "QuotaExceeded.PerAccessPoint" } else { code })
        })?;
        let amount_e4 = self.world.setup(self.account).ok_or(NO_PRICE)?;
        let paid = self.text("AutoPay").eq_ignore_ascii_case("true");
        if paid && self.world.accounts[&self.account].balance_e4 < amount_e4 {
            return Err((400, SHORT));
        }
        let circuit = self.circuit_of_setup();
        self.world.circuits.push(circuit);
        let place = self.world.circuits.len() - 1;
        let order = self.setup_order(place, amount_e4);
        self.world.orders.push(order);
        let order = self.world.orders.len() - 1;
        self.world.circuits[place].open_order = Some(order);
        if paid {
            assert!(self.world.pay_setup(order, self.at, self.settings), "the money is there");
        }
        Ok(Outcome::SetUp(place, order))
    }

    fn circuit_of_setup(&self) -> Circuit {
        let port = self.reading.call.parameter("PortType").unwrap_or("1000Base-T");
        let mbps = atlas::port(port).map_or(0, |(_, mbps)| mbps);
        let words = BTreeMap::from([
            ("AccessPointId", self.text("AccessPointId").to_owned()),
            ("LineOperator", self.text("LineOperator").to_owned()),
            ("PortType", port.to_owned()),
            ("Bandwidth", mbps.to_string()),
            (REDUNDANT, self.text(REDUNDANT).to_owned()),
        ]);
        Circuit {
            account: self.account,
            region: self.text("RegionId").to_owned(),
            created: self.at,
            words,
            status: "Initial",
            ..Circuit::default()
        }
    }

    fn setup_order(&self, place: usize, amount_e4: i64) -> Order {
        Order {
            id: String::new(),
            account: self.account,
            kind: SETUP,
            by_time: false,
            follows: None,
            circuit: place,
            port: self.world.circuits[place].word("PortType").to_owned(),
            shared: String::new(),
            // It has no term, and is paid beforehand.
            months: Some(0),
            status: "Unpaid",
            amount_e4,
            month_e4: 0,
            currency: self.world.accounts[&self.account].currency.clone(),
            created: self.at,
            paid: None,
            dies: Some(self.at + UNPAID_LIFE_MS),
            usage: None,
            renewal: Renewal::ByHand,
        }
    }
}

impl World {
    /// A setup order is paid, if the money is there: the carrier begins.
    pub fn pay_setup(&mut self, place: usize, at: Ms, settings: &Settings) -> bool {
        if !self.post_payment(place, at) {
            return false;
        }
        let order = &mut self.orders[place];
        (order.status, order.paid, order.dies) = ("Paid", Some(at), None);
        let circuit = &mut self.circuits[order.circuit];
        circuit.open_order = None;
        circuit.go("Initial", at, settings);
        true
    }
}

impl Circuit {
    /// Whether its setup is not paid yet.
    pub fn waits_for_setup(&self) -> bool {
        self.status == "Initial" && self.open_order.is_some()
    }
}

impl Order {
    /// What customers are told of its kind.
    pub fn told_kind(&self) -> &'static str {
        if [SETUP, HOSTING].contains(&self.kind) { "New" } else { self.kind }
    }
}

/// What is told of a circuit that was ordered with its setup.
pub fn told(circuit: usize, order: usize) -> Vec<Leaf> {
    vec![
        Leaf::Is("OrderId".into(), format!("{ORDER_MARK}{order}")),
        Leaf::Is("PhysicalConnectionId".into(), format!("{CIRCUIT_MARK}{circuit}")),
    ]
}
