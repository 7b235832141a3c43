//! Double entry. A [`Posting`] debits one account and credits another by one amount, so an
//! unbalanced one cannot be written down; it is immutable once made.

use crate::id::{AccountId, OrderId};
use crate::kept::Entry;
use crate::order::Order;
use crate::price::{Currency, Money};
use crate::time::Timestamp;
use std::fmt;

/// An account of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LedgerAccount {
    /// A customer's money. The only one with a stored balance; never below zero.
    Cash(AccountId),
    /// What has been sold, in one currency.
    Revenue(Currency),
    /// The outside world, where top-ups come from.
    Funding(Currency),
}

/// `cash:1000000000000001`, `revenue:USD`, `funding:USD`.
impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cash(id) => write!(f, "cash:{id}"),
            Self::Revenue(currency) => write!(f, "revenue:{}", currency.text()),
            Self::Funding(currency) => write!(f, "funding:{}", currency.text()),
        }
    }
}

/// One movement of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    /// When, in the world's time.
    pub at: Timestamp,
    /// Where the amount leaves.
    pub debit: LedgerAccount,
    /// Where it arrives.
    pub credit: LedgerAccount,
    /// At least zero: a free order still has its one posting.
    pub amount: Money,
    /// The currency of both sides.
    pub currency: Currency,
    /// The customer's balance afterwards.
    pub balance_after: Money,
    /// The order or bill that it pays, or the order that gives it back; `None` for a top-up.
    pub order: Option<OrderId>,
}

/// What a posting is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PostingKind {
    /// Money came in from outside.
    TopUp,
    /// An order or a bill was paid.
    Payment,
    /// An order gave something back.
    Refund,
}

impl Posting {
    /// A payment out of a customer's cash. `None` when the money is not there.
    pub fn payment(
        account: AccountId,
        balance: Money,
        amount: Money,
        currency: Currency,
        order: OrderId,
        at: Timestamp,
    ) -> Option<Self> {
        assert!(amount.0 >= 0, "a payment of {amount} would be a withdrawal of revenue");
        let balance_after = balance.minus(amount).filter(|left| left.0 >= 0)?;
        Some(Self {
            at,
            debit: LedgerAccount::Cash(account),
            credit: LedgerAccount::Revenue(currency),
            amount,
            currency,
            balance_after,
            order: Some(order),
        })
    }

    /// A top-up of a customer's cash. `None` when the balance would not fit.
    pub fn top_up(
        account: AccountId,
        balance: Money,
        amount: Money,
        currency: Currency,
        at: Timestamp,
    ) -> Option<Self> {
        assert!(amount.0 > 0, "a top-up of {amount} moves nothing in");
        Some(Self {
            at,
            debit: LedgerAccount::Funding(currency),
            credit: LedgerAccount::Cash(account),
            amount,
            currency,
            balance_after: balance.plus(amount)?,
            order: None,
        })
    }

    /// What an order gives back to a customer's cash. `None` when the balance would not fit.
    pub fn refund(
        account: AccountId,
        balance: Money,
        order: &Order,
        at: Timestamp,
    ) -> Option<Self> {
        let Order { amount, currency, id, .. } = *order;
        assert!(amount.0 > 0, "a refund of {amount} gives nothing back");
        Some(Self {
            at,
            debit: LedgerAccount::Revenue(currency),
            credit: LedgerAccount::Cash(account),
            amount,
            currency,
            balance_after: balance.plus(amount)?,
            order: Some(id),
        })
    }

    /// What it is.
    pub fn kind(&self) -> PostingKind {
        match (self.debit, self.credit) {
            (LedgerAccount::Funding(_), _) => PostingKind::TopUp,
            (LedgerAccount::Cash(_), _) => PostingKind::Payment,
            (LedgerAccount::Revenue(_), _) => PostingKind::Refund,
        }
    }

    /// The customer whose cash moves, and by how much (negative: out).
    pub fn cash_effect(&self) -> Option<(AccountId, Money)> {
        match (self.debit, self.credit) {
            (LedgerAccount::Cash(account), _) => Some((account, Money(-self.amount.0))),
            (_, LedgerAccount::Cash(account)) => Some((account, self.amount)),
            _ => None,
        }
    }
}

impl Entry for Posting {
    /// The customer whose cash moves.
    fn owner(&self) -> Option<AccountId> {
        self.cash_effect().map(|(account, _)| account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: AccountId = AccountId(7);

    #[test]
    fn a_payment_needs_the_money() {
        let pay = |balance, amount| {
            let (balance, amount) = (Money(balance), Money(amount));
            Posting::payment(
                ACCOUNT,
                balance,
                amount,
                Currency::Usd,
                OrderId::new(1).expect("not zero"),
                Timestamp::from_ms(0),
            )
            .map(|posting| posting.balance_after.0)
        };
        assert_eq!(pay(100, 100), Some(0));
        assert_eq!(pay(100, 0), Some(100));
        assert_eq!(pay(100, 101), None);
    }

    #[test]
    fn a_balance_that_would_overflow_is_refused() {
        let full = Money(i64::MAX);
        let posting =
            Posting::top_up(ACCOUNT, full, Money(1), Currency::Usd, Timestamp::from_ms(0));
        assert_eq!(posting, None);
    }
}
