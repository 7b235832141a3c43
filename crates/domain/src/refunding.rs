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
