//! What one call after another may be answered: an account, its circuits, orders and tokens, in as
//! few words as possible. Nothing here is taken from the server's own rules.

use stateright::semantics::SequentialSpec;
use std::collections::BTreeSet;

/// What a circuit costs for a month, in the smallest unit of money.
/// SOURCE: prices.json, 1000Base-LX in cn-hangzhou: 85.00 USD.
pub const MONTH: i64 = 85_00;

/// A call. Circuits and tokens are named by their places in a short list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// CreatePhysicalConnectionOccupancyOrder.
    Order { token: Option<u8>, wish: Wish },
    /// CancelOrder.
    Cancel(u64),
    /// A payment by the operator.
    Pay(u64),
    /// A top-up by the operator.
    Credit(i64),
    /// QueryAccountBalance.
    Balance,
    /// GetOrderDetail.
    Detail(u64),
    /// QueryOrders.
    Orders,
    /// DescribePhysicalConnections.
    Circuit(usize),
    /// AssociatePhysicalConnectionToVirtualBorderRouter, on one of two VLANs.
    Join { token: u8, vlan: u8 },
    /// UnassociatePhysicalConnectionFromVirtualBorderRouter.
    Part { token: u8 },
}

/// What an order is for: what calls with one token must have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wish {
    /// Which circuit.
    pub circuit: usize,
    /// For how many months.
    pub months: i64,
    /// Whether it is paid at once.
    pub pays: bool,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Unpaid,
    Paid,
    Cancelled,
}

/// What a call is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An order, and whether it had been placed by an earlier call. `None`: nobody was told which.
    Order { id: Option<u64>, replayed: bool },
    /// An error, and whether an earlier call had come to it.
    Refused { code: String, replayed: bool },
    /// It is done.
    Done,
    /// The router is on its further circuit, or off it, and whether an earlier call had done that.
    Went { replayed: bool },
    /// So much money.
    Balance(i64),
    /// An order: how it stands, what it costs, and for which circuit it is.
    Detail { status: Status, amount: i64, circuit: usize },
    /// Orders by their numbers, and how each stands.
    Orders(Vec<(u64, Status)>),
    /// Whether a circuit waits for payment or is in use.
    Circuit { enabled: bool },
}

fn refused(code: &str) -> Answer {
    Answer::Refused { code: code.into(), replayed: false }
}

/// An order. Its number is known once somebody was told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Order {
    id: Option<u64>,
    wish: Wish,
    status: Status,
    /// It came to nothing for want of money.
    short: bool,
}

/// An account as one call after another finds and leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    balance: i64,
    /// Whether too little money is told as an error.
    short_is_error: bool,
    orders: Vec<Order>,
    /// What a token was first used for, by its place in `orders`.
    tokens: Vec<(u8, usize)>,
    /// The VLAN on which its router is on a further circuit.
    joined: Option<u8>,
    /// Each token that has put it there, and on which VLAN.
    joins: BTreeSet<(u8, u8)>,
    /// The tokens that took it off.
    parts: BTreeSet<u8>,
}

impl Account {
    /// Without orders, and with so much money.
    pub fn new(balance: i64, short_is_error: bool) -> Self {
        let (orders, tokens, joined) = Default::default();
        let (joins, parts) = Default::default();
        Self { balance, short_is_error, orders, tokens, joined, joins, parts }
    }

    /// Makes a call happen. Numbers are the server's choice: they are taken from what was told.
    fn happen(&mut self, call: &Call, told: Option<&Answer>) -> Answer {
        match *call {
            Call::Order { token, wish } => {
                let number = match told {
                    Some(Answer::Order { id, .. }) => *id,
                    _ => None,
                };
                self.order(token, wish, number)
            }
            Call::Cancel(id) => match self.find(id).map(|order| order.status) {
                None => refused("InvalidParameter"),
                Some(Status::Paid | Status::Cancelled) => refused("NotApplicable"),
                Some(Status::Unpaid) => self.becomes(id, Status::Cancelled),
            },
            Call::Pay(id) => self.pay(id),
            Call::Credit(amount) => {
                self.balance += amount;
                Answer::Done
            }
            Call::Join { token, vlan } => self.join(token, vlan),
            Call::Part { token } => self.part(token),
            Call::Balance => Answer::Balance(self.balance),
            Call::Detail(id) => self.find(id).map_or(refused("InvalidParameter"), |order| {
                let Order { wish, status, .. } = *order;
                let amount = wish.months * MONTH;
                Answer::Detail { status, amount, circuit: wish.circuit }
            }),
            Call::Orders => Answer::Orders(self.list(told)),
            Call::Circuit(circuit) => {
                let paid = |o: &Order| o.wish.circuit == circuit && o.status == Status::Paid;
                Answer::Circuit { enabled: self.orders.iter().any(paid) }
            }
        }
    }

    /// These tokens are cut short on their way, so that one comes with several calls: it answers
    /// for an earlier one only while what that did still stands.
    fn join(&mut self, token: u8, vlan: u8) -> Answer {
        if self.joined == Some(vlan) && self.joins.contains(&(token, vlan)) {
            return Answer::Went { replayed: true };
        }
        if self.joined.is_some() {
            return refused("InvalidParams.AlreadyExists");
        }
        self.joined = Some(vlan);
        self.joins.insert((token, vlan));
        Answer::Went { replayed: false }
    }

    fn part(&mut self, token: u8) -> Answer {
        if self.joined.take().is_some() {
            self.parts.insert(token);
            return Answer::Went { replayed: false };
        }
        if self.parts.contains(&token) {
            Answer::Went { replayed: true }
        } else {
            refused("PHYSICAL_NOT_ASSOCIATE_TO_VBR")
        }
    }

    fn order(&mut self, token: Option<u8>, wish: Wish, number: Option<u64>) -> Answer {
        let seen = self.tokens.iter().find(|(seen, _)| Some(*seen) == token);
        if let Some(&(_, place)) = seen {
            if self.orders[place].wish != wish {
                return refused("IdempotentParameterMismatch");
            }
            return self.tell(place, number, true);
        }
        let is = |status| {
            let is = move |o: &Order| o.wish.circuit == wish.circuit && o.status == status;
            self.orders.iter().any(is)
        };
        if is(Status::Paid) {
            return refused("INSTANCE.STATUS.NOT.ALLOW");
        }
        if is(Status::Unpaid) {
            return refused("IAbs.InvalidStatus.ValueNotSupported");
        }
        let amount = wish.months * MONTH;
        let short = wish.pays && amount > self.balance;
        let status = match wish.pays {
            true if short => Status::Cancelled,
            true => Status::Paid,
            false => Status::Unpaid,
        };
        if status == Status::Paid {
            self.balance -= amount;
        }
        let place = self.orders.len();
        self.orders.push(Order { id: None, wish, status, short });
        self.tokens.extend(token.map(|token| (token, place)));
        self.tell(place, number, false)
    }

    /// Tells what became of a call for an order, which gets its number if it has none.
    fn tell(&mut self, place: usize, number: Option<u64>, replayed: bool) -> Answer {
        if self.orders[place].short && self.short_is_error {
            return Answer::Refused { code: "PAY.INSUFFICIENT_BALANCE".into(), replayed };
        }
        let free = number.filter(|number| self.find(*number).is_none());
        let order = &mut self.orders[place];
        order.id = order.id.or(free);
        Answer::Order { id: order.id, replayed }
    }

    fn pay(&mut self, id: u64) -> Answer {
        match self.find(id).map(|order| (order.status, order.wish.months * MONTH)) {
            None => refused("no_such_order"),
            Some((Status::Paid | Status::Cancelled, _)) => refused("order_not_unpaid"),
            Some((_, amount)) if amount > self.balance => refused("balance_too_low"),
            Some((Status::Unpaid, amount)) => {
                self.balance -= amount;
                self.becomes(id, Status::Paid)
            }
        }
    }

    fn becomes(&mut self, id: u64, status: Status) -> Answer {
        for order in self.orders.iter_mut().filter(|order| order.id == Some(id)) {
            order.status = status;
        }
        Answer::Done
    }

    fn find(&self, id: u64) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == Some(id))
    }

    /// Every order. One without a number may be any that was told, stands as it does and is no
    /// other's.
    fn list(&self, told: Option<&Answer>) -> Vec<(u64, Status)> {
        let numbered = self.orders.iter().filter_map(|order| Some((order.id?, order.status)));
        let mut list: Vec<_> = numbered.collect();
        let mut free = match told {
            Some(Answer::Orders(told)) => told.clone(),
            _ => Vec::new(),
        };
        free.retain(|(id, _)| self.find(*id).is_none());
        for order in self.orders.iter().filter(|order| order.id.is_none()) {
            let place = free.iter().position(|(_, status)| *status == order.status);
            list.push(place.map_or((0, order.status), |place| free.remove(place)));
        }
        list.sort_unstable_by_key(|(id, _)| *id);
        list
    }
}

impl SequentialSpec for Account {
    type Op = Call;
    type Ret = Answer;

    fn invoke(&mut self, call: &Call) -> Answer {
        self.happen(call, None)
    }

    fn is_valid_step(&mut self, call: &Call, answer: &Answer) -> bool {
        self.happen(call, Some(answer)) == *answer
    }
}
