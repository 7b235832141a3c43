//! A customer's account.

use crate::id::AccountId;
use crate::kept::{ByName, Record};
use crate::price::{Currency, Money};

/// A customer's account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The one currency it is billed in.
    pub currency: Currency,
    /// Cash at hand. Equal to the sum of its postings, always.
    pub balance: Money,
    /// How its requests are to be understood when the key does not say: opaque to the business.
    pub dialect: Option<Box<str>>,
    /// Whether outbound-traffic billing is on, which an application for a circuit needs.
    pub service_open: bool,
    /// Circuits applied for and not enabled yet; given ones do not count.
    pub waiting_circuits: u32,
    /// Whether its circuits may be enabled without an order.
    pub orderless: bool,
}

impl Record for Account {
    type Name = AccountId;
    type Home = ByName<Self>;

    fn name(&self) -> AccountId {
        self.id
    }

    fn owner(&self) -> AccountId {
        self.id
    }
}
