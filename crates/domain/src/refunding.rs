//! What is given back of what was paid for a circuit and not used.

use crate::order::{Order, OrderKind, OrderStatus};
use crate::price::Money;
use crate::query::OrderDetail;
use crate::time::{Timestamp, billing_days};
use crate::view::Records;

/// An order and its parts.
pub(crate) fn detail(view: &dyn Records, order: &Order) -> OrderDetail {
    if order.kind != OrderKind::Refund {
        return OrderDetail { order: *order, parts: vec![*order], paid: Money(0) };
    }
    let (mut parts, mut paid, mut next) = (Vec::new(), Money(0), order.follows);
    while let Some(of) = next.and_then(|id| view.order(&id)) {
        let amount = unused(of, order.created_at);
        if amount != Money(0) {
            parts.push(Order { amount, follows: Some(of.id), ..*order });
            paid = paid.plus(of.amount).expect("what was paid fits");
        }
        next = of.follows;
    }
    OrderDetail { order: *order, parts, paid }
}

/// What of a paid order is given back at an instant: the part of its days that are not used,
/// rounded down to what the currency has; all of it while its period has not begun.
///
/// Days are those of the billing zone; the first of the period and that of the refund are used.
/// ASSUMED: no page tells the arithmetic (billing dossier 2.7); 85.00 for 2022-08-09 13:00 to
/// 2022-09-10 00:00 that is given back on 2022-08-11 is 29 of 32 days, 77.03.
pub fn unused(order: &Order, at: Timestamp) -> Money {
    let Some((start, Some(end))) = order.usage else { return Money(0) };
    if order.status != OrderStatus::Paid || at >= end {
        return Money(0);
    }
    if at < start {
        return order.amount;
    }
    let Some((all, used)) = billing_days(start, end).zip(billing_days(start, at)) else {
        return Money(0);
    };
    let left = i128::from((all - used - 1).max(0));
    let part = i128::from(order.amount.0) * left / i128::from(all.max(1));
    let part = Money(i64::try_from(part).expect("no more than was paid"));
    order.currency.whole(part).expect("what is paid is not below zero")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{PortType, Region};
    use crate::id::{AccountId, CircuitId, OrderId};
    use crate::order::{Charge, OrderKind};
    use crate::price::{Currency, Cycle, MONEY_SCALE, Term};
    use crate::time::period_end;
    use proptest::prelude::*;

    fn paid(amount: Money, currency: Currency, start: Timestamp, months: u32) -> Order {
        let id = OrderId::new(1).expect("a number");
        let term = Term { cycle: Cycle::Month, count: months };
        let end = period_end(start, term.months().expect("months")).expect("within the calendar");
        Order {
            id,
            account: AccountId(1),
            kind: OrderKind::New,
            follows: None,
            circuit: CircuitId::new("pc-paid").expect("an id"),
            region: Region::find("cn-hangzhou").expect("a region"),
            shared: None,
            port_type: PortType::ALL[0],
            charge: Charge::PrePaid(term),
            status: OrderStatus::Paid,
            cancel_cause: None,
            amount,
            currency,
            price_version: 1,
            created_at: start,
            paid_at: Some(start),
            dies_at: None,
            usage: Some((start, Some(end))),
            auto_renew: false,
            auto_renew_months: 0,
            by_time: false,
            request: None,
        }
    }

    proptest! {
        /// L8 of the ledger's invariants: what is rounded off is not given back.
        #[test]
        fn what_comes_back_is_whole_coins_no_more_than_was_paid_and_less_every_day(
            coins in 0..10_000_000_i64,
            currency in prop::sample::select(Currency::ALL),
            months in 1..36_u32,
            start in 1_700_000_000_000..1_800_000_000_000_i64,
            days in 0..1_200_i64,
        ) {
            let amount = currency.whole(Money(coins * MONEY_SCALE)).expect("not below zero");
            let order = paid(amount, currency, Timestamp::from_ms(start), months);
            let at = |days: i64| order.created_at.plus_ms(days * 86_400_000);
            let (now, later) = (unused(&order, at(days)), unused(&order, at(days + 1)));
            prop_assert!(Money(0) <= later && later <= now && now <= amount);
            prop_assert_eq!(currency.whole(now), Some(now));
            prop_assert_eq!(unused(&order, at(-1)), amount);
        }
    }
}
