//! What is given back of what was paid for a circuit and not used.

use crate::order::{Order, OrderStatus};
use crate::price::{Currency, Money};
use crate::time::{Timestamp, billing_days};

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
    let part = i64::try_from(part).expect("no more than was paid");
    Money(part - part % smallest(order.currency))
}

/// The smallest part of a currency that is given back, in [`Money`]'s units.
const fn smallest(currency: Currency) -> i64 {
    match currency {
        Currency::Usd | Currency::Cny => 100,
        Currency::Jpy => 10_000,
    }
}
