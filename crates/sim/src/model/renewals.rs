//! How subscriptions go on by calls, and what more time costs and does.

use super::atlas::{self, E2024};
use super::calendar::{DAY_MS, Ms, days_until};
use super::changes::{Change, Refusal};
use super::state::{Order, Outcome, Renewal, World};

/// From the end to the stop, and from the stop to the release.
/// SOURCE: billing dossier 2.6 (since 2024).
pub const KEPT: (Ms, Ms) = (15 * DAY_MS, 7 * DAY_MS);
/// The same of what was sold before.
pub const KEPT_LONGER: (Ms, Ms) = (15 * DAY_MS, 15 * DAY_MS);

impl Change<'_> {
    /// How the circuit of an order is to go on. Without AutoRenew it is by hand.
    pub fn renewal(&self) -> Renewal {
        let asks = self.reading.edition >= atlas::E2025_09
            && self.text("AutoRenew").eq_ignore_ascii_case("true");
        let months = self.reading.call.parameter("AutoRenewDuration").unwrap_or("1");
        match super::pages::number(months) {
            Some(months) if asks => Renewal::Months(months),
            _ => Renewal::ByHand,
        }
    }

    /// The caller's circuit of this id, in any region.
    fn own(&self, id: &str) -> Result<usize, Refusal> {
        let place = self.world.circuit_at(id).filter(|place| {
            let circuit = &self.world.circuits[*place];
            circuit.account == self.account && !circuit.deleted
        });
        let place = place.ok_or((400, "ResourceNotExists"))?;
        let circuit = &self.world.circuits[place];
        if circuit.status != "Enabled" || circuit.ends.is_none() {
            return Err((400, "ResourceStatusError"));
        }
        Ok(place)
    }

    /// RenewInstance.
    pub fn renew(&mut self) -> Result<Outcome, Refusal> {
        let place = self.own(self.text("InstanceId"))?;
        let months = super::pages::number(self.text("RenewPeriod")).expect("it was looked at");
        let kept = if self.reading.edition < E2024 { KEPT_LONGER } else { KEPT };
        let before = self.world.circuits[place].clone();
        self.world.circuits[place].begin(kept, self.at);
        let longer = self.world.circuits[place].longer(months);
        let amount_e4 = self.world.price(place, self.account, Some(months));
        let Some(amount_e4) = amount_e4.filter(|_| longer.is_some()) else {
            self.world.circuits[place] = before;
            let priced = longer.is_none();
            return Err((400, if priced { "InvalidParameter" } else { "InvalidPrice.NotFound" }));
        };
        let order = self.world.order_more(place, months, amount_e4, self.at);
        let paid = self.world.pay_more(order, self.at);
        if !paid {
            self.world.circuits[place] = before;
            self.world.void(order);
        }
        Ok(Outcome::Order(order, !paid))
    }

    /// RefundInstance.
    pub fn refund(&mut self) -> Result<Outcome, Refusal> {
        let place = self.world.circuit_at(self.text("InstanceId"));
        let place = place.filter(|place| self.world.circuits[*place].account == self.account);
        let place = place.ok_or((400, "ResourceNotExists"))?;
        let circuit = self.world.circuits[place].clone();
        if circuit.refund.is_some() {
            return Err((400, "ExistRefundingOrderError"));
        }
        if circuit.deleted {
            return Err((400, "ResourceNotExists"));
        }
        if self.world.holds_back(place).is_some() {
            return Err((400, "ProductCheckError"));
        }
        if circuit.status != "Terminated" {
            return Err((400, "ResourceStatusError"));
        }
        let last = circuit.last.map(|(order, _)| order);
        let (mut amount_e4, mut next) = (0, last);
        while let Some(order) = next {
            amount_e4 += self.world.orders[order].left_e4(self.at);
            next = self.world.orders[order].follows;
        }
        let Some(last) = last.filter(|_| amount_e4 > 0) else {
            return Err((400, "NoRestValueError"));
        };
        let order = self.world.orders.len();
        let posted = self.world.post(self.account, self.at, "Refund", amount_e4, Some(order));
        posted.ok_or((400, "InvalidParameter"))?;
        let refund = Order {
            id: String::new(),
            kind: "Refund",
            by_time: false,
            follows: Some(last),
            amount_e4,
            created: self.at,
            paid: Some(self.at),
            usage: None,
            ..self.world.orders[last].clone()
        };
        self.world.orders.push(refund);
        let at_once = self.reading.call.parameter("ImmediatelyRelease").unwrap_or("1") == "1";
        let circuit = &mut self.world.circuits[place];
        circuit.refund = Some(order);
        circuit.renewal = Renewal::Never;
        circuit.kept = Some((0, 7 * DAY_MS));
        circuit.ends = Some(self.at);
        circuit.looked = self.at;
        circuit.locked.0 = !at_once;
        circuit.deleted = at_once;
        Ok(Outcome::Order(order, false))
    }

    /// SetRenewal.
    pub fn set_renewal(&mut self) -> Result<Outcome, Refusal> {
        let ids = self.text("InstanceIDs").to_owned();
        let places: Result<Vec<usize>, Refusal> =
            ids.split(',').map(|id| self.own(id.trim())).collect();
        let period = super::pages::number(self.text("RenewalPeriod")).unwrap_or_default();
        let years = self.text("RenewalPeriodUnit") == "Y";
        let renewal = match self.text("RenewalStatus") {
            "AutoRenewal" => Renewal::Months(if years { period * 12 } else { period }),
            "NotRenewal" => Renewal::Never,
            _ => Renewal::ByHand,
        };
        for place in places? {
            let circuit = &mut self.world.circuits[place];
            circuit.begin(KEPT, self.at);
            circuit.renewal = renewal;
            circuit.looked = self.at;
        }
        Ok(Outcome::Done)
    }
}

impl Order {
    /// What of it is given back: its days but those that have begun, rounded down to what the
    /// currency has; all of it while its period has not begun.
    pub fn left_e4(&self, at: Ms) -> i64 {
        let Some((start, Some(end))) = self.usage else { return 0 };
        if at >= end {
            return 0;
        }
        if at < start {
            return self.amount_e4;
        }
        let (first, over, now) = (days_until(start), days_until(end), days_until(at));
        let part =
            i128::from(self.amount_e4) * i128::from(over - now - 1) / i128::from(over - first);
        let smallest = if self.currency == "JPY" { 10_000 } else { 100 };
        let part = i64::try_from(part).expect("less than was paid");
        part / smallest * smallest
    }
}

impl World {
    /// An order of more time for a circuit, not paid.
    pub fn order_more(&mut self, place: usize, months: i64, amount_e4: i64, at: Ms) -> usize {
        let circuit = &self.circuits[place];
        let account = circuit.account;
        self.orders.push(Order {
            id: String::new(),
            account,
            kind: "Renew",
            by_time: false,
            follows: circuit.last.map(|(order, _)| order),
            renewal: Renewal::ByHand,
            circuit: place,
            port: circuit.word("PortType").to_owned(),
            shared: circuit.sold(),
            months: Some(months),
            status: "Unpaid",
            amount_e4,
            month_e4: 0,
            currency: self.accounts[&account].currency.clone(),
            created: at,
            paid: None,
            dies: None,
            usage: None,
        });
        self.orders.len() - 1
    }

    /// Pays an order of more time, if the money is there.
    pub fn pay_more(&mut self, place: usize, at: Ms) -> bool {
        if !self.post_payment(place, at) {
            return false;
        }
        self.order_is_paid(place);
        let order = &mut self.orders[place];
        let circuit = &mut self.circuits[order.circuit];
        let start = circuit.ends.expect("only what ends is renewed");
        let end = circuit.longer(order.months.expect("a renewal has a length"));
        order.status = "Paid";
        order.paid = Some(at);
        order.usage = Some((start, end));
        circuit.ends = end;
        circuit.last = Some((place, start));
        circuit.rested = None;
        circuit.looked = at;
        if circuit.stopped().is_some_and(|stop| at < stop) {
            circuit.locked.0 = false;
        }
        true
    }
}
