//! What can be remembered: the records, and the changes that a decision makes to them.
//!
//! Long because every kind of record stands here, and nowhere else. Stores know these kinds and
//! nothing else. A new kind is a variant of [`Change`] here and one
//! migration in each store.

use crate::catalogue::{AccessPoint, LineOperator, PortType, Region, words};
use crate::command::Kind;
use crate::ledger::Posting;
use crate::price::{Currency, Money, PriceList, Term};
use crate::replay::mark;
use crate::time::Timestamp;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;

/// A customer: 16 decimal digits in practice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountId(pub u64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An order: 15 decimal digits, so that it survives a JSON number (below 2^53).
/// SOURCE: billing dossier 1.3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrderId(NonZeroU64);

impl OrderId {
    /// What a proposal carries until its store gives it a number; no order ever has it.
    pub const UNSET: Self = Self(NonZeroU64::MAX);

    /// The order of this number; `None` for zero, which no order has.
    pub const fn new(number: u64) -> Option<Self> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The id of one request, a UUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct RequestId(pub u128);

impl RequestId {
    /// Upper case with hyphens, as the service prints it. By hand: every answer carries it thrice.
    pub fn text(self) -> [u8; 36] {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut text = [b'-'; 36];
        let mut place = 0;
        for (nth, byte) in self.0.to_be_bytes().into_iter().enumerate() {
            if matches!(nth, 4 | 6 | 8 | 10) {
                place += 1;
            }
            text[place] = DIGITS[usize::from(byte >> 4)];
            text[place + 1] = DIGITS[usize::from(byte & 15)];
            place += 2;
        }
        text
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).expect("ASCII"))
    }
}

/// A circuit's id, `pc-…`: at most 31 ASCII letters, digits and hyphens, held without a heap
/// allocation because a store keeps millions of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CircuitId {
    length: u8,
    bytes: [u8; 31],
}

impl CircuitId {
    /// Longest id, in bytes.
    pub const LENGTH_MAX: usize = 31;

    /// An id with this text; `None` when no circuit could ever have it.
    pub fn new(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    /// The same, from text that nobody has looked at yet.
    pub fn from_bytes(text: &[u8]) -> Option<Self> {
        if text.len() > Self::LENGTH_MAX || !text.starts_with(b"pc-") {
            return None;
        }
        let mut bytes = [0; Self::LENGTH_MAX];
        bytes[..text.len()].copy_from_slice(text);
        // All of them, whatever the first says: that takes a few instructions, and a store that is
        // opened asks millions of times. What lies behind the text is zero.
        let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let count = bytes.iter().map(|b| u8::from(plain(*b))).sum::<u8>();
        if usize::from(count) != text.len() {
            return None;
        }
        Some(Self { length: u8::try_from(text.len()).expect("at most 31"), bytes })
    }

    /// The `nth` id of a random seed: `pc-` and 21 letters or digits, as on the real service.
    pub fn mint(seed: u128, nth: u32) -> Self {
        const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        // A step without a factor in common with 36 tells neighbours apart in every digit.
        const STEP: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
        let mut rest = seed.wrapping_add(STEP.wrapping_mul(u128::from(nth)));
        let mut text = *b"pc-bp1000000000000000000";
        for place in &mut text[6..] {
            *place = ALPHABET[usize::try_from(rest % 36).expect("below 36")];
            rest /= 36;
        }
        Self::new(std::str::from_utf8(&text).expect("ASCII")).expect("a well-formed id")
    }

    /// The id on the wire.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("ASCII by construction")
    }
}

impl fmt::Display for CircuitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CircuitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
}

words! {
    /// `Status` of a circuit. SOURCE: api dossier 3.1.
    Status {
        /// Applied, under review.
        Initial = "Initial",
        /// Application approved.
        Approved = "Approved",
        /// Resources being allocated.
        Allocating = "Allocating",
        /// Port allocated, line under construction.
        Allocated = "Allocated",
        /// Line ready; waiting for payment ("Complete" in the texts of the order operation).
        Confirmed = "Confirmed",
        /// In service.
        Enabled = "Enabled",
        /// Application refused.
        Rejected = "Rejected",
        /// Given up by the customer.
        Canceled = "Canceled",
        /// No resources. With a blank on the wire.
        AllocationFailed = "Allocation Failed",
        /// Being ended.
        Terminating = "Terminating",
        /// Ended.
        Terminated = "Terminated",
    }
}

words! {
    /// `LoaStatus` of a circuit that has a Letter of Authorization. SOURCE: api dossier 3.1.
    LoaStatus {
        /// Asked for.
        Applying = "Applying",
        /// Accepted.
        Accept = "Accept",
        /// Can be fetched.
        Available = "Available",
        /// Refused.
        Rejected = "Rejected",
        /// Work reported done, being checked.
        Completing = "Completing",
        /// Work done.
        Complete = "Complete",
        /// Removed.
        Deleted = "Deleted",
    }
}

words! {
    /// `BusinessStatus` of a circuit. SOURCE: api dossier 3.1.
    BusinessStatus {
        /// In good standing.
        Normal = "Normal",
        /// Locked for want of payment.
        FinancialLocked = "FinancialLocked",
        /// Locked for security.
        SecurityLocked = "SecurityLocked",
    }
}

/// What changes as a circuit lives; stored apart from what describes it, since orders write this
/// and nothing else of a circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CircuitState {
    /// Where it stands.
    pub status: Status,
    /// Its Letter of Authorization, if there is one.
    pub loa: Option<LoaStatus>,
    /// Whether it is locked.
    pub business: BusinessStatus,
    /// The unpaid occupancy order that keeps another from being placed.
    pub open_order: Option<OrderId>,
    /// The occupancy order that was paid for it.
    pub paid_order: Option<OrderId>,
    /// When it went into service.
    pub enabled_at: Option<Timestamp>,
    /// End of the paid period; `None` while it has none (never enabled, or paid as it goes).
    pub ends_at: Option<Timestamp>,
    /// When it next moves by itself.
    pub wakes_at: Option<Timestamp>,
    /// Removed by its owner. The record stays, so that its id is never given twice.
    pub deleted: bool,
}

/// Words about a circuit that most circuits lack.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CircuitWords {
    /// `Name`.
    pub name: Box<str>,
    /// `Description`.
    pub description: Box<str>,
    /// `PeerLocation`.
    pub peer_location: Box<str>,
    /// `CircuitCode`.
    pub circuit_code: Box<str>,
    /// `OpticalModuleModel`.
    pub optical_module: Box<str>,
    /// `ResourceGroupId`.
    pub resource_group: Box<str>,
    /// `RedundantPhysicalConnectionId`.
    pub redundant: Option<CircuitId>,
}

/// What describes a circuit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Particulars {
    /// Where the port is.
    pub access_point: AccessPoint,
    /// Who runs the line.
    pub line_operator: LineOperator,
    /// What the port is.
    pub port_type: PortType,
    /// Mbit/s.
    pub bandwidth_mbps: u32,
    /// Free text.
    pub words: Option<Box<CircuitWords>>,
}

/// A circuit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Circuit {
    /// Its id, never given twice in a world.
    pub id: CircuitId,
    /// Its owner.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// When it was applied for.
    pub created_at: Timestamp,
    /// Put there by the operator of the world rather than applied for: it needs no order to be
    /// Enabled and counts in no quota.
    pub given: bool,
    /// What describes it.
    pub particulars: Particulars,
    /// What changes.
    pub state: CircuitState,
}

words! {
    /// `PaymentStatus` of an order, with the one state the wire does not show.
    OrderStatus {
        /// Made, not paid.
        Unpaid = "Unpaid",
        /// Made with too little money, in the older manner: shown as Unpaid, can only be voided.
        Abnormal = "Abnormal",
        /// Paid. Final.
        Paid = "Paid",
        /// Cancelled, voided or dead. Final.
        Cancelled = "Cancelled",
    }
}

words! {
    /// Why an order was cancelled.
    CancelCause {
        /// Too little money when it was to be paid.
        Balance = "balance",
        /// The customer cancelled it.
        Customer = "customer",
        /// Nobody paid in time.
        Expired = "expired",
        /// The circuit was deleted or cancelled.
        Circuit = "circuit",
    }
}

/// How a circuit's occupation is charged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charge {
    /// A subscription, paid beforehand.
    PrePaid(Term),
    /// Billed as it goes; the order itself costs nothing.
    PostPaid,
}

/// An occupancy order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// Who ordered.
    pub account: AccountId,
    /// The circuit.
    pub circuit: CircuitId,
    /// Where the circuit is.
    pub region: Region,
    /// What was occupied, and priced, when it was made.
    pub port_type: PortType,
    /// Subscription or as it goes.
    pub charge: Charge,
    /// Where it stands.
    pub status: OrderStatus,
    /// Set exactly when Cancelled.
    pub cancel_cause: Option<CancelCause>,
    /// What it costs; fixed when it is made.
    pub amount: Money,
    /// The currency of `amount`.
    pub currency: Currency,
    /// The price list it was priced by; 0 when it costs nothing by its kind.
    pub price_version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Set exactly when Paid.
    pub paid_at: Option<Timestamp>,
    /// When it dies if nobody pays; `None` once it is final.
    pub dies_at: Option<Timestamp>,
    /// What is paid for: from enabling to the end of the period. Set when Paid; the end is absent
    /// for [`Charge::PostPaid`].
    pub usage: Option<(Timestamp, Option<Timestamp>)>,
    /// Whether it is to renew itself.
    pub auto_renew: bool,
    /// Length of a renewal, months.
    pub auto_renew_months: u32,
}

/// What an accepted call came to. Stored in its receipt and told afresh to each caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is done; there is nothing to name.
    Done,
    /// A circuit was applied for.
    Circuit(CircuitId),
    /// An order was made; `short` when there was too little money to pay it at once.
    Order {
        /// Its number.
        order: OrderId,
        /// Whether the money was missing.
        short: bool,
    },
}

/// What makes two calls the same call. The account stands beside the mark, not in it: so nobody's
/// token is ever taken for another customer's, however long somebody looks for a collision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReceiptKey {
    /// Whose token.
    account: AccountId,
    /// Of where it was used, for what, and of the token itself, case kept. In two halves, which
    /// lie closer than a whole would.
    mark: [u64; 2],
}

impl ReceiptKey {
    /// The key of a call.
    pub fn new(account: AccountId, region: Region, kind: Kind, token: &str) -> Self {
        let mark = mark(&[region.id(), kind.text(), token]).to_ne_bytes();
        let half = |bytes: &[u8]| u64::from_ne_bytes(*bytes.first_chunk().expect("8 of 16 bytes"));
        Self { account, mark: [half(&mark), half(&mark[8..])] }
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
        Some(ReceiptKey::new(self.account, self.region, self.kind, token))
    }
}

/// A RAM user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// Whose user.
    pub account: AccountId,
    /// Its name, unique in the account.
    pub name: Box<str>,
    /// Policy documents, JSON as given.
    pub policies: Vec<Box<str>>,
}

/// What a key proves itself by. The secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A shared secret.
    Secret(Box<str>),
    /// An RSA public key, PEM.
    PublicKey(Box<str>),
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret(…)",
            Self::PublicKey(_) => "PublicKey(…)",
        })
    }
}

/// Nothing that the key proves itself by.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Key");
        shown.field("id", &self.id).field("account", &self.account).field("user", &self.user);
        shown.field("active", &self.active).finish_non_exhaustive()
    }
}

/// An access key.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// AccessKeyId, unique in a world.
    pub id: Box<str>,
    /// Whose key.
    pub account: AccountId,
    /// The RAM user it belongs to; `None` for the account itself.
    pub user: Option<Box<str>>,
    /// What it signs with.
    pub proof: Proof,
    /// The token that must come with it.
    pub security_token: Option<Box<str>>,
    /// When the security token ends, by the wall.
    pub expires_at: Option<Timestamp>,
    /// A bearer token that stands for it.
    pub bearer_token: Option<Box<str>>,
    /// How its requests are to be understood: opaque to the business.
    pub dialect: Option<Box<str>>,
    /// Whether it may be used.
    pub active: bool,
}

/// One change to what is remembered. A decision is a list of these; applying them in order is all
/// that a store does with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Everything in this world is forgotten.
    Clear,
    /// The world's clock is this many milliseconds ahead of the wall.
    Clock(i64),
    /// An account as it now is.
    Account(Account),
    /// A circuit that was not there before.
    Circuit(Box<Circuit>),
    /// A circuit's state as it now is.
    CircuitState(CircuitId, CircuitState),
    /// A circuit's particulars as they now are.
    Particulars(CircuitId, Box<Particulars>),
    /// An order as it now is.
    Order(Box<Order>),
    /// Money moved.
    Posting(Posting),
    /// A call was accepted.
    Receipt(Box<Receipt>),
    /// Receipts made at or before this instant are forgotten.
    ForgetReceipts(Timestamp),
    /// A version of the price list.
    Prices(PriceList),
    /// A RAM user as it now is.
    User(User),
    /// A key as it now is.
    Key(Key),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_text_is_a_circuit_id() {
        for text in ["pc-a", "pc-sandboxallocationfailed", "pc-0123456789012345678901234567"] {
            let id = CircuitId::new(text).expect("well formed");
            assert_eq!((id.as_str(), format!("{id} {id:?}")), (text, format!("{text} {text}")));
        }
        for text in
            ["", "pc", "vbr-1", "pc-A", "pc-a b", "pc-é", "pc-01234567890123456789012345678"]
        {
            assert_eq!(CircuitId::new(text), None, "{text}");
        }
    }

    #[test]
    fn minted_ids_differ_when_seeds_do() {
        let minted = |seed, nth| CircuitId::mint(seed, nth).as_str().to_owned();
        assert_eq!(minted(0, 0), "pc-bp1000000000000000000");
        assert_eq!(minted(36, 0), "pc-bp1010000000000000000");
        assert_ne!(minted(1, 0), minted(2, 0));
        assert_ne!(minted(1, 0), minted(1, 1));
    }

    #[test]
    fn numbers_print_as_they_are() {
        assert_eq!(AccountId(1_000_000_000_000_001).to_string(), "1000000000000001");
        assert_eq!(OrderId::new(258).expect("not zero").to_string(), "258");
    }

    #[test]
    fn a_request_id_prints_as_an_upper_case_uuid() {
        let id = RequestId(0x9B93_00FE_11E2_4E3B_949C_BED3_B44D_D26D);
        assert_eq!(id.to_string(), "9B9300FE-11E2-4E3B-949C-BED3B44DD26D");
    }
}
