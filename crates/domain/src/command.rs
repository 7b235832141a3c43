//! What can be asked: commands change something, queries look. Both are data, so they can be
//! logged, fingerprinted, replayed and shrunk.

use crate::catalogue::{LineOperator, PortType, Region, words};
use crate::circuit::Event;
use crate::price::{Currency, Money};
use crate::record::{
    AccountId, BusinessStatus, Charge, Circuit, CircuitId, Key, LoaStatus, Order, OrderId,
    OrderStatus, Particulars, RequestId, Status, User,
};
use crate::time::Timestamp;
use std::sync::Arc;

/// What happens to an order that is to be paid at once when the money is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shortfall {
    /// It is kept as Cancelled.
    Cancel,
    /// It is kept as Abnormal: shown as unpaid, can only be voided.
    Abnormal,
}

/// The changeable part of a circuit's particulars; `None` leaves a field as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Amendment {
    /// Carrier.
    pub line_operator: Option<LineOperator>,
    /// Port.
    pub port_type: Option<PortType>,
    /// Mbit/s.
    pub bandwidth_mbps: Option<u32>,
    /// Companion circuit.
    pub redundant: Option<CircuitId>,
    /// Name.
    pub name: Option<Box<str>>,
    /// Description.
    pub description: Option<Box<str>>,
    /// Location of the customer's end.
    pub peer_location: Option<Box<str>>,
    /// The carrier's own code.
    pub circuit_code: Option<Box<str>>,
}

/// A circuit put there by the operator of a world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenCircuit {
    /// Its owner.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// What describes it.
    pub particulars: Particulars,
    /// Where it stands.
    pub status: Status,
    /// Its Letter of Authorization.
    pub loa: Option<LoaStatus>,
    /// Whether it is locked.
    pub business: BusinessStatus,
}

/// Something to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Turn outbound-traffic billing on.
    OpenService,
    /// Apply for a circuit.
    ApplyForCircuit(Box<Particulars>),
    /// Report the line as ready.
    ConfirmCircuit(CircuitId),
    /// Order the occupation of a circuit.
    PlaceOccupancyOrder {
        /// The circuit.
        circuit: CircuitId,
        /// Subscription or as it goes.
        charge: Charge,
        /// Pay from the balance at once.
        pay_now: bool,
        /// Renew automatically.
        auto_renew: bool,
        /// Length of a renewal, months.
        auto_renew_months: u32,
        /// What happens when the money is missing. Not part of what makes two calls the same.
        shortfall: Shortfall,
    },
    /// Change what describes a circuit.
    AmendCircuit(CircuitId, Box<Amendment>),
    /// End a circuit.
    TerminateCircuit(CircuitId),
    /// Remove a circuit's record.
    DeleteCircuit(CircuitId),
    /// Cancel an unpaid order.
    CancelOrder(OrderId),
    /// Open an account, by the operator of the world.
    OpenAccount {
        /// Its number.
        account: AccountId,
        /// Its currency.
        currency: Currency,
        /// How its requests are to be understood.
        dialect: Option<Box<str>>,
    },
    /// Put money on an account.
    TopUp(AccountId, Money),
    /// Pay an unpaid order.
    PayOrder(OrderId),
    /// Put circuits of one kind there, with these ids.
    GiveCircuits(Box<GivenCircuit>, Vec<CircuitId>),
    /// Something the carrier or the operator of the world did to a circuit.
    CarrierEvent(CircuitId, Event),
    /// Load a price list; the version is given by the decision.
    LoadPrices(Currency, Vec<(PortType, Region, Money)>),
    /// Keep a RAM user.
    PutUser(User),
    /// Keep a key.
    PutKey(Key),
    /// Move the world's clock to this instant; `wall` is the wall's.
    MoveClock {
        /// The instant to be.
        to: Timestamp,
        /// The wall's instant.
        wall: Timestamp,
    },
    /// Forget everything and fill the world with the fixed sandbox, its clock at `start`.
    Reset {
        /// The instant the world starts at.
        start: Timestamp,
        /// The wall's instant.
        wall: Timestamp,
    },
    /// Whatever is due next happens.
    Wake,
}

words! {
    /// What kind of command, for receipts and logs: its name in the store, never to be changed.
    Kind {
        /// [`Command::OpenService`].
        OpenService = "open_service",
        /// [`Command::ApplyForCircuit`].
        ApplyForCircuit = "apply_for_circuit",
        /// [`Command::ConfirmCircuit`].
        ConfirmCircuit = "confirm_circuit",
        /// [`Command::PlaceOccupancyOrder`].
        PlaceOccupancyOrder = "place_occupancy_order",
        /// [`Command::AmendCircuit`].
        AmendCircuit = "amend_circuit",
        /// [`Command::TerminateCircuit`].
        TerminateCircuit = "terminate_circuit",
        /// [`Command::DeleteCircuit`].
        DeleteCircuit = "delete_circuit",
        /// [`Command::CancelOrder`].
        CancelOrder = "cancel_order",
        /// Everything only the operator of a world can ask, and time itself.
        Operator = "operator",
    }
}

impl Command {
    /// What kind of command this is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::OpenService => Kind::OpenService,
            Self::ApplyForCircuit(_) => Kind::ApplyForCircuit,
            Self::ConfirmCircuit(_) => Kind::ConfirmCircuit,
            Self::PlaceOccupancyOrder { .. } => Kind::PlaceOccupancyOrder,
            Self::AmendCircuit(..) => Kind::AmendCircuit,
            Self::TerminateCircuit(_) => Kind::TerminateCircuit,
            Self::DeleteCircuit(_) => Kind::DeleteCircuit,
            Self::CancelOrder(_) => Kind::CancelOrder,
            Self::OpenAccount { .. }
            | Self::TopUp(..)
            | Self::PayOrder(_)
            | Self::GiveCircuits(..)
            | Self::CarrierEvent(..)
            | Self::LoadPrices(..)
            | Self::PutUser(_)
            | Self::PutKey(_)
            | Self::MoveClock { .. }
            | Self::Reset { .. }
            | Self::Wake => Kind::Operator,
        }
    }
}

/// Where a proposal came from, as far as its receipt remembers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The request's id.
    pub request: RequestId,
    /// Mark of its key and nonce.
    pub nonce_mark: u128,
    /// When it came, by the wall.
    pub received_at: Timestamp,
}

/// A command with all it needs to be decided: who, where, when, and one draw of chance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// When it was made, by the wall.
    pub wall: Timestamp,
    /// The world's time. The store fills it in, as the world's clock may have been moved since.
    pub at: Timestamp,
    /// Chance, drawn once.
    pub seed: u128,
    /// Whose command it is.
    pub owner: AccountId,
    /// Where it is to happen.
    pub region: Region,
    /// The ClientToken, if the call had one.
    pub token: Option<Arc<str>>,
    /// The call it came from; `None` for the operator of the world and for time itself.
    pub origin: Option<Origin>,
    /// The number an order would get. The store fills it in from a counter that never goes back.
    pub order: OrderId,
    /// What is to be done.
    pub command: Command,
}

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
    /// Accounts, users and keys: for the server.
    People,
    /// Everything: for the control API.
    World,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The account, if there is one.
    Account(Option<crate::record::Account>),
    /// A page of circuits, and how many there are in all.
    Circuits(Vec<Circuit>, usize),
    /// A page of orders, and how many there are in all.
    Orders(Vec<Order>, usize),
    /// The order, if it is the account's.
    Order(Option<Order>),
    /// Everything.
    World(Box<WorldView>),
}

/// A world's records, for the control API.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorldView {
    /// Accounts by number.
    pub accounts: Vec<crate::record::Account>,
    /// Circuits in order of making, deleted ones included.
    pub circuits: Vec<Circuit>,
    /// Orders by number.
    pub orders: Vec<Order>,
    /// RAM users.
    pub users: Vec<User>,
    /// Keys.
    pub keys: Vec<Key>,
}
