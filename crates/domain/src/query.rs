//! What can be looked at, and what is found.

use crate::account::Account;
use crate::catalogue::Region;
use crate::circuit::Circuit;
use crate::id::{AccountId, CircuitId, Name, OrderId};
use crate::order::{Order, OrderStatus};
use crate::parties::Parties;
use crate::record::Books;
use crate::time::Timestamp;
use crate::view::Whose;

/// Which circuits to list: all conditions hold; within one, any value. An empty list is no
/// condition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CircuitFilter {
    /// Ids. `None`: no condition; unknown ids simply match nothing.
    pub ids: Option<Vec<Option<CircuitId>>>,
    /// Access point ids.
    pub access_points: Vec<Box<str>>,
    /// Carriers.
    pub line_operators: Vec<Box<str>>,
    /// Speed classes.
    pub specs: Vec<Box<str>>,
    /// `Status` texts.
    pub statuses: Vec<Box<str>>,
    /// Names.
    pub names: Vec<Box<str>>,
    /// Resource groups.
    pub resource_groups: Vec<Box<str>>,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

/// Which orders to list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrderFilter {
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made at or before.
    pub until: Option<Timestamp>,
    /// As shown: `Abnormal` counts as Unpaid.
    pub status: Option<OrderStatus>,
    /// `true` subscriptions only, `false` the others only.
    pub subscription: Option<bool>,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

/// A page of a list: `number` from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// Rows a page.
    pub size: u32,
}

impl Page {
    /// Rows before this page.
    pub fn skip(self) -> usize {
        let rows = u64::from(self.number.saturating_sub(1)) * u64::from(self.size);
        usize::try_from(rows).unwrap_or(usize::MAX)
    }
}

/// Something to be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Query {
    /// An account.
    Account(AccountId),
    /// Circuits of an account in a region.
    Circuits(AccountId, Region, CircuitFilter, Page),
    /// Orders of an account, newest first.
    Orders(AccountId, OrderFilter, Page),
    /// One order of an account.
    Order(AccountId, OrderId),
    /// A circuit, whoever's: for the control API.
    AnyCircuit(CircuitId),
    /// An order, whoever's: for the control API.
    AnyOrder(OrderId),
    /// Whether there is any account.
    IsFilled,
    /// Nothing; but whatever is due of everybody happens, as it does before any other answer.
    Everybody,
    /// Everything that is in memory: for the control API.
    World,
}

impl Query {
    /// Whose accounts it looks at: what is due of them happens first.
    pub fn parties(&self, whose: &dyn Whose) -> Parties {
        match self {
            Self::Account(account)
            | Self::Circuits(account, ..)
            | Self::Orders(account, ..)
            | Self::Order(account, _) => Parties::One(*account),
            Self::AnyCircuit(id) => Parties::one(whose.owner(Name::Circuit(id))),
            Self::AnyOrder(id) => Parties::one(whose.owner(Name::Order(*id))),
            Self::IsFilled => Parties::Nobody,
            Self::Everybody | Self::World => Parties::World,
        }
    }
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The account, if there is one.
    Account(Option<Account>),
    /// A page of circuits, and how many there are in all.
    Circuits(Vec<Circuit>, usize),
    /// A page of orders, and how many there are in all.
    Orders(Vec<Order>, usize),
    /// The order, if it is the account's.
    Order(Option<Order>),
    /// Whether there is any account.
    IsFilled(bool),
    /// Nothing.
    Nothing,
    /// Everything.
    World(Box<Books>),
}
