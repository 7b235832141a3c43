//! What is paid as it goes: billed on the first of each month, and each bill paid whole or not at
//! all. SOURCE: docs/billing.md, all of which is ASSUMED there.

use super::calendar::{DAY_MS, Ms, days_until, is_midnight, month_days, morning_after, next_month};
use super::state::{Bill, Circuit, World};

impl Circuit {
    /// When what was used of it is billed next.
    pub fn bill_due(&self) -> Option<Ms> {
        let from = self.billed?;
        if self.ends.is_some_and(|end| from >= end) { None } else { Some(next_month(from)) }
    }
}

impl Bill {
    /// When something is due of it.
    pub fn due(&self) -> Option<Ms> {
        [self.tries, self.overdue].into_iter().flatten().min()
    }
}

impl World {
    /// It is the first of a month: what was used of a circuit is billed.
    pub fn bill(&mut self, place: usize, at: Ms) {
        let circuit = &mut self.circuits[place];
        let from = circuit.billed.expect("only what is paid as it goes is billed");
        let until = circuit.ends.map_or(at, |end| end.min(at));
        let order = &self.orders[circuit.paid_order.expect("it was ordered")];
        let days = days_until(until) - days_until(from) + i64::from(!is_midnight(until));
        let fee = order.month_e4 * days / month_days(from);
        let smallest = if order.currency == "JPY" { 10_000 } else { 100 };
        circuit.billed = Some(until);
        circuit.looked = at;
        let overdue = circuit.kept.map(|(stop, _)| at + stop);
        self.bills.push(Bill {
            account: circuit.account,
            circuit: place,
            used: (from, until),
            amount_e4: fee / smallest * smallest,
            made: at,
            paid: None,
            tries: Some(morning_after(at)),
            overdue,
        });
        self.pay_bill(self.bills.len() - 1, at);
    }

    /// A bill is tried again, or its circuit locked.
    pub fn wake_bill(&mut self, nth: usize, at: Ms) {
        let bill = &mut self.bills[nth];
        let (tries, overdue) = (bill.tries == Some(at), bill.overdue == Some(at));
        if tries {
            bill.tries = Some(at + DAY_MS);
        }
        if overdue {
            bill.overdue = None;
        }
        let circuit = bill.circuit;
        let paid = tries && self.pay_bill(nth, at);
        if overdue && !paid && !self.circuits[circuit].deleted {
            self.circuits[circuit].locked.0 = true;
        }
    }

    /// Money came: what it is enough for is paid, the oldest first.
    pub fn pay_bills(&mut self, account: u64, at: Ms) {
        for nth in 0..self.bills.len() {
            let bill = &self.bills[nth];
            if bill.account == account && bill.paid.is_none() && !self.pay_bill(nth, at) {
                return;
            }
        }
    }

    fn pay_bill(&mut self, nth: usize, at: Ms) -> bool {
        let (account, amount_e4) = (self.bills[nth].account, self.bills[nth].amount_e4);
        if self.accounts[&account].balance_e4 < amount_e4 {
            return false;
        }
        self.post(account, at, "Consumption", -amount_e4, None).expect("it is there");
        let bill = &mut self.bills[nth];
        (bill.paid, bill.tries, bill.overdue) = (Some(at), None, None);
        let place = bill.circuit;
        let keeps = |other: &Bill| {
            other.circuit == place && other.paid.is_none() && other.overdue.is_none()
        };
        let another = self.bills.iter().any(keeps);
        let circuit = &mut self.circuits[place];
        let over = circuit.stopped().is_some_and(|stop| at >= stop);
        if !circuit.deleted && !another && !over {
            circuit.locked.0 = false;
        }
        true
    }
}
