//! Receipts: that a call was accepted, and what it came to. They are what makes a repeated call the
//! same call: a token and a fingerprint lead to the earlier outcome.
//!
//! The key is (world, account, region, kind of command, token), and the command too where clients
//! cut tokens short; compared is the command after defaults. Neither the way the caller is spoken
//! to nor what happens at a shortfall is compared.

use crate::catalogue::Region;
use crate::command::{AssociateCircuit, UnassociateCircuit};
use crate::id::{AccountId, CircuitId, GroupId, OrderId, RequestId, RouterId};
use crate::kept::Entry;
use crate::kind::Kind;
use crate::print::mark;
use crate::time::Timestamp;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// How long a token is remembered, milliseconds of the account's time: seven days, as long as an
/// unpaid order lives.
/// ASSUMED: the service does not say (idempotency cases, section 2).
pub const TOKEN_LIFE_MS: i64 = 7 * 86_400_000;

/// Stores forget a receipt no sooner than this long after its life has ended, milliseconds: so they
/// forget many at a time.
pub const FORGET_SLACK_MS: i64 = 3_600_000;

/// Where a proposal came from: who called, where, and under which token. Time and the operator of a
/// world have none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Who called.
    pub account: AccountId,
    /// Where it is to happen.
    pub region: Region,
    /// The ClientToken, if the call had one.
    pub token: Option<Arc<str>>,
    /// The request's id.
    pub request: RequestId,
    /// Mark of its key and nonce.
    pub nonce_mark: u128,
    /// When it came, by the wall.
    pub received_at: Timestamp,
}

/// What an accepted call came to. Stored in its receipt and told afresh to each caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is done; there is nothing to name.
    Done,
    /// A circuit was applied for.
    Circuit(CircuitId),
    /// A set of circuits was applied for.
    Circuits {
        /// The first of them; the others are its siblings.
        first: CircuitId,
        /// How many.
        count: u8,
    },
    /// A router was made.
    Router(RouterId),
    /// A failover group was made.
    Group(GroupId),
    /// An order was made; `short` when there was too little money to pay it at once.
    Order {
        /// Its number.
        order: OrderId,
        /// Whether the money was missing.
        short: bool,
    },
    /// A circuit came to be together with the order for it: for its setting up, or for one that is
    /// shared.
    SetUp {
        /// The circuit.
        circuit: CircuitId,
        /// The order's number.
        order: OrderId,
    },
}

impl Outcome {
    /// The order that was made.
    pub fn order(self) -> Option<OrderId> {
        match self {
            Self::Order { order, .. } | Self::SetUp { order, .. } => Some(order),
            Self::Done
            | Self::Circuit(_)
            | Self::Circuits { .. }
            | Self::Router(_)
            | Self::Group(_) => None,
        }
    }
}

/// What one command comes to: an outcome of one kind.
pub trait Comes: Sized {
    /// It, if the outcome is of the kind.
    fn of(outcome: Outcome) -> Option<Self>;
}

/// It is done; there is nothing to name.
pub struct Done;

/// A circuit was applied for.
pub struct AppliedFor(pub CircuitId);

/// An order was made, or voided.
pub struct Placed {
    /// Its number.
    pub order: OrderId,
    /// Whether there was too little money to pay it at once.
    pub short: bool,
}

/// It is done, and an order was paid for it unless nothing had to be.
pub struct DoneForAnOrder;

impl Comes for DoneForAnOrder {
    fn of(outcome: Outcome) -> Option<Self> {
        matches!(outcome, Outcome::Done | Outcome::Order { short: false, .. }).then_some(Self)
    }
}

impl Comes for Done {
    fn of(outcome: Outcome) -> Option<Self> {
        matches!(outcome, Outcome::Done).then_some(Self)
    }
}

/// A router was made.
pub struct RouterMade(pub RouterId);

impl Comes for RouterMade {
    fn of(outcome: Outcome) -> Option<Self> {
        if let Outcome::Router(id) = outcome { Some(Self(id)) } else { None }
    }
}

/// A failover group was made.
pub struct GroupMade(pub GroupId);

impl Comes for GroupMade {
    fn of(outcome: Outcome) -> Option<Self> {
        if let Outcome::Group(id) = outcome { Some(Self(id)) } else { None }
    }
}

impl Comes for AppliedFor {
    fn of(outcome: Outcome) -> Option<Self> {
        if let Outcome::Circuit(id) = outcome { Some(Self(id)) } else { None }
    }
}

/// A set of circuits was applied for: each with its place in the set.
pub struct SetAppliedFor(pub Vec<(u8, CircuitId)>);

impl Comes for SetAppliedFor {
    fn of(outcome: Outcome) -> Option<Self> {
        if let Outcome::Circuits { first, count } = outcome {
            Some(Self((0..count).map(|nth| (nth, first.sibling(nth))).collect()))
        } else {
            None
        }
    }
}

/// A circuit was ordered, and its setting up.
pub struct SetUp {
    /// The circuit.
    pub circuit: CircuitId,
    /// The order's number.
    pub order: OrderId,
}

impl Comes for SetUp {
    fn of(outcome: Outcome) -> Option<Self> {
        if let Outcome::SetUp { circuit, order } = outcome {
            Some(Self { circuit, order })
        } else {
            None
        }
    }
}

impl Comes for Placed {
    fn of(outcome: Outcome) -> Option<Self> {
        if let Outcome::Order { order, short } = outcome {
            Some(Self { order, short })
        } else {
            None
        }
    }
}

/// A shared circuit was made, and paid by whoever made it if he was to.
pub struct Hosting(pub CircuitId);

impl Comes for Hosting {
    fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Circuit(circuit) | Outcome::SetUp { circuit, .. } => Some(Self(circuit)),
            _ => None,
        }
    }
}

/// The kinds of commands whose tokens clients cut short: their rules say what is so after them
/// ([`Rule::stands`](crate::rule::Rule::stands)).
pub(crate) const CUT_SHORT: &[Kind] = &[AssociateCircuit::KIND, UnassociateCircuit::KIND];

/// What makes two calls the same call. The account stands beside the mark, not in it: so nobody's
/// token is ever taken for another customer's, however long somebody looks for a collision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReceiptKey {
    /// Whose token.
    pub account: AccountId,
    /// Of where it was used, for what, and of the token itself, case kept; of the call too where
    /// tokens are cut short. In two halves, which lie closer than a whole would.
    mark: [u64; 2],
}

/// Half of the mark is as good as all of it, and whose token it is.
impl Hash for ReceiptKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.account.0);
        state.write_u64(self.mark[0]);
    }
}

fn halves(whole: u128) -> [u64; 2] {
    let bytes = whole.to_ne_bytes();
    let half = |bytes: &[u8]| u64::from_ne_bytes(*bytes.first_chunk().expect("8 of 16 bytes"));
    [half(&bytes), half(&bytes[8..])]
}

impl ReceiptKey {
    /// The key of a call.
    pub fn new(account: AccountId, region: Region, kind: Kind, token: &str) -> Self {
        Self { account, mark: halves(mark(&[region.id(), kind.text(), token])) }
    }

    /// The key of a call of this kind and fingerprint: where clients cut tokens so short that
    /// several calls share one, each call has a key of its own, so that none forgets another.
    #[must_use]
    pub fn of_call(self, kind: Kind, fingerprint: impl FnOnce() -> u128) -> Self {
        if !CUT_SHORT.contains(&kind) {
            return self;
        }
        let ([one, other], [half, rest]) = (self.mark, halves(fingerprint()));
        Self { mark: [one ^ half, other ^ rest], ..self }
    }
}

/// That a call was accepted, and what it came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Who, where and for what.
    pub account: AccountId,
    /// Where it was used.
    pub region: Region,
    /// For what.
    pub kind: Kind,
    /// The ClientToken; `None` when the call had none, which nothing can replay.
    pub token: Option<Arc<str>>,
    /// The command's fingerprint.
    pub fingerprint: u128,
    /// What it came to.
    pub outcome: Outcome,
    /// The first call's request id.
    pub request: RequestId,
    /// When, in the world's time: its life is counted from here.
    pub made_at: Timestamp,
    /// Mark of the key and nonce of the request that made it, so that an accepted write cannot be
    /// sent again after a restart.
    pub nonce_mark: u128,
    /// When, by the wall: a nonce's life is counted from here.
    pub received_at: Timestamp,
}

/// What a receipt says of the first call, kept by its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Earlier {
    /// The command's fingerprint.
    pub fingerprint: u128,
    /// What it came to.
    pub outcome: Outcome,
    /// The first call's request id.
    pub request: RequestId,
    /// When, in the world's time.
    pub made_at: Timestamp,
}

impl Receipt {
    /// What it says of the first call.
    pub fn earlier(&self) -> Earlier {
        let Self { fingerprint, outcome, request, made_at, .. } = *self;
        Earlier { fingerprint, outcome, request, made_at }
    }

    /// Its key, if it had a token.
    pub fn key(&self) -> Option<ReceiptKey> {
        let token = self.token.as_deref()?;
        let key = ReceiptKey::new(self.account, self.region, self.kind, token);
        Some(key.of_call(self.kind, || self.fingerprint))
    }
}

impl Entry for Receipt {
    fn owner(&self) -> Option<AccountId> {
        Some(self.account)
    }
}
