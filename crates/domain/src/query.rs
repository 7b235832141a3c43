//! What can be looked at, and what is found.
//!
//! Long because every question has a type of its own.

use crate::account::Account;
use crate::assumptions::Assumptions;
use crate::bill::Bill;
use crate::catalogue::Region;
use crate::circuit::{Acceptance, BusinessStatus, Circuit, Status};
use crate::command::Proposal;
use crate::history::{CircuitMove, OrderMove, RouterMove};
use crate::id::{AccountId, CircuitId, GroupId, Name, OrderId, RouterId};
use crate::ledger::{Posting, PostingKind};
use crate::letter::Letter;
use crate::order::{Order, OrderKind, OrderStatus};
use crate::parties::Parties;
use crate::price::{Money, PriceList};
use crate::pricing::{Price, Priced};
use crate::record::Books;
use crate::refusal::Refusal;
use crate::router::{Router, RouterStatus};
use crate::router_group::RouterGroup;
use crate::statement::{Item, ItemFilter};
use crate::subscription::RenewStatus;
use crate::tag::{ResourceType, Tag, Wanted};
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
    /// Tags, each of which is there.
    pub tags: Vec<Wanted>,
    /// `true` shared circuits only, `false` the others only.
    pub hosted: Option<bool>,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

/// A circuit, and how many shared ones are on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CircuitRow {
    /// The circuit.
    pub circuit: Circuit,
    /// How many.
    pub hosts: usize,
}

/// Which shared circuits that an account has made for others to list: all conditions hold; within
/// one, any value. An empty list is no condition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HostedFilter {
    /// On this circuit, which must be the account's.
    pub parent: Option<CircuitId>,
    /// Ids. `None`: no condition; unknown ids simply match nothing.
    pub ids: Option<Vec<Option<CircuitId>>>,
    /// Tenants. `None`: no condition.
    pub tenants: Option<Vec<Option<AccountId>>>,
    /// `VlanId` texts.
    pub vlans: Vec<Box<str>>,
    /// Whether the tenant has taken them, or what has become of that. Without it none that is gone.
    pub acceptances: Vec<Acceptance>,
    /// `true` those that the tenant has taken only, `false` the others only.
    pub is_confirmed: Option<bool>,
    /// Whether they are locked.
    pub business: Option<BusinessStatus>,
    /// Resource groups.
    pub resource_groups: Vec<Box<str>>,
    /// Tags, each of which is there.
    pub tags: Vec<Wanted>,
}

/// Which routers to list: all conditions hold; within one, any value. An empty list is no
/// condition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RouterFilter {
    /// Ids. `None`: no condition; unknown ids simply match nothing.
    pub routers: Option<Vec<Option<RouterId>>>,
    /// Circuits. `None`: no condition.
    pub circuits: Option<Vec<Option<CircuitId>>>,
    /// Access point ids.
    pub access_points: Vec<Box<str>>,
    /// `Status` texts, in any case of letters.
    pub statuses: Vec<Box<str>>,
    /// Names.
    pub names: Vec<Box<str>>,
    /// Resource groups.
    pub resource_groups: Vec<Box<str>>,
    /// Tags, each of which is there.
    pub tags: Vec<Wanted>,
    /// Whether others' routers on the account's circuits are listed too.
    pub others: bool,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

/// A router, and the circuits that it is on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouterRow {
    /// The router.
    pub router: Router,
    /// Its first circuit.
    pub circuit: Box<Circuit>,
    /// Its further circuits, each beside its association.
    pub others: Vec<Circuit>,
}

/// What a failover group is asked for by: all that is said must be so, and something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GroupBy {
    /// Itself.
    pub group: Option<GroupId>,
    /// A router of it.
    pub router: Option<RouterId>,
}

/// Whose tags to list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TagFilter {
    /// What they are on.
    pub kind: ResourceType,
    /// Only these resources; `None` for any.
    pub resources: Option<Vec<Box<str>>>,
    /// Only resources that have each of these.
    pub tags: Vec<Wanted>,
    /// So many tags are enough.
    pub most: usize,
}

/// A tag on a resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tagged {
    /// The resource's id.
    pub resource: Box<str>,
    /// The tag.
    pub tag: Tag,
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
    /// Of this kind.
    pub kind: Option<OrderKind>,
    /// `true` subscriptions only, `false` the others only.
    pub subscription: Option<bool>,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

/// Which of an account's circuits that are billed to list, in any region.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InstanceFilter {
    /// In this region.
    pub region: Option<Region>,
    /// Of these ids.
    pub ids: Option<Vec<CircuitId>>,
    /// Made at or after, and at or before.
    pub created: (Option<Timestamp>, Option<Timestamp>),
    /// Paid for until then or later, and until then or earlier.
    pub ends: (Option<Timestamp>, Option<Timestamp>),
    /// How they go on.
    pub renewal: Option<RenewStatus>,
    /// `true` subscriptions only, `false` the others only.
    pub subscription: Option<bool>,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

/// Which of an account's postings to list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PostingFilter {
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made at or before.
    pub until: Option<Timestamp>,
    /// `true` what came in only, `false` what went out only.
    pub income: Option<bool>,
    /// Of this kind.
    pub kind: Option<PostingKind>,
    /// Of this order or bill.
    pub pays: Option<OrderId>,
    /// Of these numbers, the first and the last included.
    pub numbers: Option<(u64, u64)>,
    /// Listed are those of lower numbers alone, though all are counted: they come after it.
    pub below: Option<u64>,
    /// Whether some other condition can match nothing we have.
    pub nothing: bool,
}

impl PostingFilter {
    /// Whether a posting of the account is meant.
    pub fn matches(&self, transaction: &Transaction) -> bool {
        let Transaction { number, posting } = transaction;
        let income = posting.kind() != PostingKind::Payment;
        !self.nothing
            && self.from.is_none_or(|from| posting.at >= from)
            && self.until.is_none_or(|until| posting.at <= until)
            && self.income.is_none_or(|wanted| wanted == income)
            && self.kind.is_none_or(|wanted| wanted == posting.kind())
            && self.pays.is_none_or(|wanted| posting.order == Some(wanted))
            && self.numbers.is_none_or(|(first, last)| (first..=last).contains(number))
    }
}

/// A posting, and the how manieth of its account it is, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transaction {
    /// Its number.
    pub number: u64,
    /// The posting.
    pub posting: Posting,
}

/// What only a store can tell, since it is not held in memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// Postings of an account, newest first.
    Postings(AccountId, PostingFilter, Page),
    /// How a circuit came to stand as it does, oldest first.
    Circuit(AccountId, CircuitId),
    /// How an order came to stand as it does, after it was made, oldest first.
    Order(AccountId, OrderId),
    /// How a router came to stand as it does, oldest first.
    Router(AccountId, RouterId),
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

/// A part of a list, in the order of making.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part<N> {
    /// What comes after the one of this name.
    pub after: Option<N>,
    /// So many at most.
    pub limit: usize,
}

/// Something to be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Query {
    /// An account.
    Account(AccountId),
    /// Circuits of an account in a region.
    Circuits(AccountId, Region, CircuitFilter, Page),
    /// Shared circuits that an account has made for others in a region, by id, so many after so
    /// many.
    Hosted(AccountId, Region, HostedFilter, (usize, usize)),
    /// Circuits of an account that are or were in service, by region and making.
    Instances(AccountId, InstanceFilter, Page),
    /// Orders of an account, newest first.
    Orders(AccountId, OrderFilter, Page),
    /// One order of an account.
    Order(AccountId, OrderId),
    /// The circuit of an account in a region, and its Letter of Authorization.
    Letter(AccountId, Region, CircuitId),
    /// Routers of an account in a region.
    Routers(AccountId, Region, RouterFilter, Page),
    /// Routers on an account's circuit in a region, whoever's.
    RoutersOn(AccountId, Region, CircuitId, RouterFilter, Page),
    /// A failover group of an account in a region.
    RouterGroup(AccountId, Region, GroupBy),
    /// Tags on an account's resources in a region, by resource in the order of making.
    Tags(AccountId, Region, TagFilter),
    /// What a month came to for an account, counted as [`billing_month`](crate::billing_month).
    Statement(AccountId, u32, ItemFilter),
    /// What a call would cost or return, if it were made now and these things were so.
    Quote(Box<Proposal>, Assumptions),
    /// What only the store can tell.
    Record(Record),
    /// What so many of something cost an account.
    Price(AccountId, Priced, u32),
    /// The price list in force in each currency: for the control API.
    PriceLists,
    /// A circuit, whoever's: for the control API.
    AnyCircuit(CircuitId),
    /// An order, whoever's: for the control API.
    AnyOrder(OrderId),
    /// Circuits of an account or of whomever, in this status or any: for the control API.
    AllCircuits(Option<AccountId>, Option<Status>, Part<CircuitId>),
    /// Orders of an account or of whomever, in this status or any: for the control API.
    AllOrders(Option<AccountId>, Option<OrderStatus>, Part<OrderId>),
    /// A router, whoever's: for the control API.
    AnyRouter(RouterId),
    /// A failover group, whoever's: for the control API.
    AnyGroup(GroupId),
    /// Routers on circuits of an account or of whomever, in this status or any: for the control
    /// API.
    AllRouters(Option<AccountId>, Option<RouterStatus>, Part<RouterId>),
    /// Bills of an account: for the control API.
    Bills(AccountId, Part<OrderId>),
    /// Whether there is any account.
    IsFilled,
    /// How many things are due by an instant, of whomever, and have not happened yet: nor do they
    /// before it is answered.
    Overdue(Timestamp),
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
            | Self::Instances(account, ..)
            | Self::Orders(account, ..)
            | Self::Order(account, _)
            | Self::Letter(account, ..)
            | Self::RouterGroup(account, ..)
            | Self::Statement(account, ..)
            | Self::Bills(account, _)
            | Self::AllCircuits(Some(account), ..)
            | Self::AllOrders(Some(account), ..)
            | Self::AllRouters(Some(account), ..)
            | Self::Price(account, ..)
            | Self::Record(
                Record::Postings(account, ..)
                | Record::Circuit(account, _)
                | Record::Order(account, _)
                | Record::Router(account, _),
            )
            | Self::RoutersOn(account, ..) => Parties::One(*account),
            // What the account sees of others is at home with them.
            Self::Circuits(account, ..)
            | Self::Hosted(account, ..)
            | Self::Routers(account, ..)
            | Self::Tags(account, ..) => Parties::among(*account, whose.homes(*account)),
            Self::Quote(proposal, _) => proposal.command.rule().parties(proposal.caller(), whose),
            Self::AnyCircuit(id) => Parties::one(whose.owner(Name::Circuit(id))),
            Self::AnyOrder(id) => Parties::one(whose.owner(Name::Order(*id))),
            Self::AnyRouter(id) => Parties::one(whose.owner(Name::Router(id))),
            Self::AnyGroup(id) => Parties::one(whose.owner(Name::Group(id))),
            Self::PriceLists | Self::IsFilled | Self::Overdue(_) => Parties::Nobody,
            Self::AllCircuits(None, ..)
            | Self::AllOrders(None, ..)
            | Self::AllRouters(None, ..)
            | Self::Everybody
            | Self::World => Parties::World,
        }
    }
}

/// An order, and what it is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderDetail {
    /// The order.
    pub order: Order,
    /// Of one that gives back, a part for each order of which it does, which names that order and
    /// tells what comes back of it, the newest first; of another the order itself.
    pub parts: Vec<Order>,
    /// What was paid for all that it gives back of.
    pub paid: Money,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The account, if there is one.
    Account(Option<Account>),
    /// A page of circuits, and how many there are in all.
    Circuits(Vec<Circuit>, usize),
    /// The same, each with how many shared ones are on it.
    CircuitRows(Listing<CircuitRow>),
    /// Shared circuits, and how many there are in all; or why there are none.
    Hosted(Result<Listing<Circuit>, Refusal>),
    /// A page of orders, and how many there are in all.
    Orders(Vec<Order>, usize),
    /// The order, if it is the account's, and what it gives back of which others.
    Order(Option<OrderDetail>),
    /// The circuit, if it is the account's, and its letter, if it has one.
    Letter(Option<(Box<Circuit>, Option<Letter>)>),
    /// A page of routers; or why there is none.
    Routers(Result<Listing<RouterRow>, Refusal>),
    /// The router, if there is one.
    Router(Option<Box<Router>>),
    /// The group, if there is one.
    RouterGroup(Option<RouterGroup>),
    /// Tags.
    Tags(Vec<Tagged>),
    /// The lines of a month.
    Statement(Vec<Item>),
    /// Bills.
    Bills(Vec<Bill>),
    /// The order that the call would make or change; none if it would make none.
    Quote(Result<Option<OrderDetail>, Refusal>),
    /// A page of postings, and how many there are in all.
    Postings(Vec<Transaction>, usize),
    /// How a circuit came to stand as it does.
    CircuitMoves(Vec<CircuitMove>),
    /// How an order came to stand as it does.
    OrderMoves(Vec<OrderMove>),
    /// How a router came to stand as it does.
    RouterMoves(Vec<RouterMove>),
    /// The price, or why there is none.
    Price(Result<Price, Refusal>),
    /// Price lists, by currency.
    PriceLists(Vec<PriceList>),
    /// Whether there is any account.
    IsFilled(bool),
    /// So many.
    Count(usize),
    /// Nothing.
    Nothing,
    /// Everything.
    World(Box<Books>),
}

/// A question of callers: something to be looked at whose answer has a type of its own.
pub trait Question {
    /// What is found.
    type Found;

    /// It, as what is to be looked at.
    fn query(self) -> Query;

    /// What was found, if it is what such a question finds.
    fn found(found: Found) -> Option<Self::Found>;
}

/// A page of a list, and how many there are in all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing<T> {
    /// The page.
    pub page: Vec<T>,
    /// In all.
    pub total: usize,
}

/// The account of this number.
pub struct AccountOf(pub AccountId);

impl Question for AccountOf {
    type Found = Option<Account>;

    fn query(self) -> Query {
        Query::Account(self.0)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Account(account) = found { Some(account) } else { None }
    }
}

/// Circuits of an account in a region.
pub struct CircuitsOf(pub AccountId, pub Region, pub CircuitFilter, pub Page);

impl Question for CircuitsOf {
    type Found = Listing<CircuitRow>;

    fn query(self) -> Query {
        Query::Circuits(self.0, self.1, self.2, self.3)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::CircuitRows(listing) = found { Some(listing) } else { None }
    }
}

/// Shared circuits that an account has made for others in a region: so many after so many.
pub struct HostedBy(pub AccountId, pub Region, pub HostedFilter, pub (usize, usize));

impl Question for HostedBy {
    type Found = Result<Listing<Circuit>, Refusal>;

    fn query(self) -> Query {
        Query::Hosted(self.0, self.1, self.2, self.3)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Hosted(listing) = found { Some(listing) } else { None }
    }
}

/// Circuits of an account that are or were in service, by region and making.
pub struct InstancesOf(pub AccountId, pub InstanceFilter, pub Page);

impl Question for InstancesOf {
    type Found = Listing<Circuit>;

    fn query(self) -> Query {
        Query::Instances(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Circuits(page, total) = found { Some(Listing { page, total }) } else { None }
    }
}

/// Orders of an account, newest first.
pub struct OrdersOf(pub AccountId, pub OrderFilter, pub Page);

impl Question for OrdersOf {
    type Found = Listing<Order>;

    fn query(self) -> Query {
        Query::Orders(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Orders(page, total) = found { Some(Listing { page, total }) } else { None }
    }
}

/// One order of an account.
pub struct OrderOf(pub AccountId, pub OrderId);

impl Question for OrderOf {
    type Found = Option<OrderDetail>;

    fn query(self) -> Query {
        Query::Order(self.0, self.1)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Order(order) = found { Some(order) } else { None }
    }
}

/// The circuit of an account in a region, and its Letter of Authorization.
pub struct LetterOf(pub AccountId, pub Region, pub CircuitId);

impl Question for LetterOf {
    type Found = Option<(Box<Circuit>, Option<Letter>)>;

    fn query(self) -> Query {
        Query::Letter(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Letter(letter) = found { Some(letter) } else { None }
    }
}

/// Routers of an account in a region.
pub struct RoutersOf(pub AccountId, pub Region, pub RouterFilter, pub Page);

impl Question for RoutersOf {
    type Found = Result<Listing<RouterRow>, Refusal>;

    fn query(self) -> Query {
        Query::Routers(self.0, self.1, self.2, self.3)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Routers(listing) = found { Some(listing) } else { None }
    }
}

/// Routers on an account's circuit in a region, whoever's.
pub struct RoutersOn(pub AccountId, pub Region, pub CircuitId, pub RouterFilter, pub Page);

impl Question for RoutersOn {
    type Found = Result<Listing<RouterRow>, Refusal>;

    fn query(self) -> Query {
        Query::RoutersOn(self.0, self.1, self.2, self.3, self.4)
    }

    fn found(found: Found) -> Option<Self::Found> {
        RoutersOf::found(found)
    }
}

/// A failover group of an account in a region.
pub struct GroupOf(pub AccountId, pub Region, pub GroupBy);

impl Question for GroupOf {
    type Found = Option<RouterGroup>;

    fn query(self) -> Query {
        Query::RouterGroup(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::RouterGroup(group) = found { Some(group) } else { None }
    }
}

/// Tags on an account's resources in a region.
pub struct TagsOf(pub AccountId, pub Region, pub TagFilter);

impl Question for TagsOf {
    type Found = Vec<Tagged>;

    fn query(self) -> Query {
        Query::Tags(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Tags(tags) = found { Some(tags) } else { None }
    }
}

/// What a month came to for an account, counted as [`billing_month`](crate::billing_month).
pub struct StatementOf(pub AccountId, pub u32, pub ItemFilter);

impl Question for StatementOf {
    type Found = Vec<Item>;

    fn query(self) -> Query {
        Query::Statement(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Statement(items) = found { Some(items) } else { None }
    }
}

/// Postings of an account, newest first.
pub struct PostingsOf(pub AccountId, pub PostingFilter, pub Page);

impl Question for PostingsOf {
    type Found = Listing<Transaction>;

    fn query(self) -> Query {
        Query::Record(Record::Postings(self.0, self.1, self.2))
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Postings(page, total) = found { Some(Listing { page, total }) } else { None }
    }
}

/// What so many of something cost an account.
pub struct PriceOf(pub AccountId, pub Priced, pub u32);

impl Question for PriceOf {
    type Found = Result<Price, Refusal>;

    fn query(self) -> Query {
        Query::Price(self.0, self.1, self.2)
    }

    fn found(found: Found) -> Option<Self::Found> {
        if let Found::Price(price) = found { Some(price) } else { None }
    }
}
