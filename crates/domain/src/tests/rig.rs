//! A world to tell stories in. Every batch is decided twice: on one overlay, as a store does it,
//! and proposal by proposal, each merged at once. Both must come to the same, and the books of
//! whatever happened are audited after each batch.

use crate::audit::{Books, audit};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::command::{Command, GivenCircuit, Origin, Page, Proposal, Query};
use crate::price::{Currency, Cycle, Money, Term};
use crate::record::{
    Account, AccountId, BusinessStatus, Charge, Circuit, CircuitId, Earlier, Order, OrderId,
    Outcome, Particulars, ReceiptKey, RequestId, Status,
};
use crate::replay::TOKEN_LIFE_MS;
use crate::state::{Carrier, Rules, State, View};
use crate::{Decision, Delta, Overlay, Refusal, Timestamp, decide, look};

/// Whose world it mostly is.
pub const OWNER: AccountId = AccountId(7);
/// Somebody else.
pub const OTHER: AccountId = AccountId(8);
pub const DAY_MS: i64 = 86_400_000;
/// A page that holds everything.
pub const ALL: Page = Page { number: 1, size: 1000 };

pub struct World {
    /// Merged batch by batch.
    state: State,
    /// Merged proposal by proposal.
    steps: State,
    books: Books,
    pub wall: Timestamp,
    next: u64,
}

pub fn home() -> Region {
    Region::find("cn-hangzhou").expect("in the catalogue")
}

pub fn away() -> Region {
    Region::find("cn-beijing").expect("in the catalogue")
}

pub fn id(text: &str) -> CircuitId {
    CircuitId::new(text).expect("well formed")
}

pub fn particulars() -> Particulars {
    Particulars {
        access_point: AccessPoint::find("ap-cn-hangzhou-yh-B").expect("in the catalogue"),
        line_operator: LineOperator::ChinaTelecom,
        port_type: PortType::Base1000Lx,
        bandwidth_mbps: 1_000,
        words: None,
    }
}

/// A circuit of [`OWNER`] at [`home`], to be given.
pub fn given(status: Status) -> GivenCircuit {
    GivenCircuit {
        account: OWNER,
        region: home(),
        particulars: particulars(),
        status,
        loa: None,
        business: BusinessStatus::Normal,
    }
}

pub const MONTH: Charge = Charge::PrePaid(Term { count: 1, cycle: Cycle::Month });

/// An order of a month that is cancelled when the money is missing.
pub fn order(circuit: CircuitId, charge: Charge, pay_now: bool) -> Command {
    Command::PlaceOccupancyOrder {
        circuit,
        charge,
        pay_now,
        auto_renew: false,
        auto_renew_months: 1,
        shortfall: crate::command::Shortfall::Cancel,
    }
}

pub fn rules() -> Rules {
    Rules { carrier: Carrier::Manual, waiting_circuits_max: 2, ..Rules::default() }
}

/// What a proposal came to, in a few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    Done(Outcome),
    Again(Outcome, RequestId),
    No(Refusal),
}

/// Decides a proposal as a store does: what is due by then happens first.
fn settle(overlay: &mut Overlay, proposal: &mut Proposal) -> Told {
    proposal.at = overlay.instant(proposal);
    while let Some((at, due)) = overlay.next_due().filter(|(at, _)| *at <= proposal.at) {
        let wake = Proposal { at, origin: None, command: Command::Wake, ..proposal.clone() };
        let Decision::Accept { changes, outcome: Outcome::Done } = decide(overlay, &wake) else {
            panic!("time is never refused")
        };
        assert!(!changes.is_empty(), "what is due happens: {due:?}");
        overlay.apply(changes);
        overlay.pass((at, due));
        assert_ne!(overlay.next_due(), Some((at, due)), "what was due has happened");
    }
    match decide(overlay, proposal) {
        Decision::Accept { changes, outcome } => {
            overlay.apply(changes);
            Told::Done(outcome)
        }
        Decision::Replay { outcome, first } => Told::Again(outcome, first),
        Decision::Refuse(refusal) => Told::No(refusal),
    }
}

impl World {
    /// An empty world at 2026-11-22T08:00:00Z.
    pub fn empty(rules: Rules) -> Self {
        let wall = Timestamp::parse("2026-11-22T08:00:00Z").expect("a test instant");
        let (state, steps) = (State::new(rules), State::new(rules));
        Self { state, steps, books: Books::default(), wall, next: 1000 }
    }

    /// A world with an [`OWNER`] who has 1,000 dollars and may apply, and an [`OTHER`].
    pub fn new(rules: Rules) -> Self {
        let mut world = Self::empty(rules);
        for account in [OWNER, OTHER] {
            let currency = Currency::Usd;
            world.done(Command::OpenAccount { account, currency, dialect: None });
        }
        world.done(Command::TopUp(OWNER, Money::units(1000)));
        world.done(Command::OpenService);
        world
    }

    /// With a given circuit in this status.
    pub fn with(status: Status) -> (Self, CircuitId) {
        let mut world = Self::new(rules());
        let circuit = world.give(given(status), "pc-a");
        (world, circuit)
    }

    pub fn give(&mut self, given: GivenCircuit, name: &str) -> CircuitId {
        self.done(Command::GiveCircuits(Box::new(given), vec![id(name)]));
        id(name)
    }

    /// A proposal of [`OWNER`] at [`home`], with the number after the last one.
    pub fn proposal(&mut self, command: Command) -> Proposal {
        self.next += 1;
        Proposal {
            wall: self.wall,
            at: Timestamp::default(),
            seed: u128::from(self.next) << 90,
            owner: OWNER,
            region: home(),
            token: None,
            origin: Some(Origin {
                request: RequestId(u128::from(self.next)),
                nonce_mark: 0,
                received_at: self.wall,
            })
            .filter(|_| command.kind() != crate::Kind::Operator),
            order: OrderId::new(self.next).expect("above zero"),
            command,
        }
    }

    pub fn with_token(&mut self, token: &str, command: Command) -> Proposal {
        Proposal { token: Some(token.into()), ..self.proposal(command) }
    }

    /// Asks as [`OWNER`] at [`home`].
    pub fn ask(&mut self, command: Command) -> Told {
        let proposal = self.proposal(command);
        self.propose(proposal)
    }

    pub fn propose(&mut self, proposal: Proposal) -> Told {
        self.batch(vec![proposal]).remove(0)
    }

    /// Asks for what must happen, and says what it came to.
    pub fn done(&mut self, command: Command) -> Outcome {
        let asked = format!("{command:?}");
        match self.ask(command) {
            Told::Done(outcome) => outcome,
            other => panic!("{asked}: {other:?}"),
        }
    }

    /// Asks for what must be refused.
    pub fn refused(&mut self, command: Command) -> Refusal {
        let asked = format!("{command:?}");
        match self.ask(command) {
            Told::No(refusal) => refusal,
            other => panic!("{asked}: {other:?}"),
        }
    }

    /// Places an order that must come to be.
    pub fn placed(&mut self, command: Command) -> Order {
        match self.done(command) {
            Outcome::Order { order, .. } => *self.order(order),
            other => panic!("no order: {other:?}"),
        }
    }

    /// Lets time pass, and whatever is due by then happen.
    pub fn pass(&mut self, ms: i64) {
        self.wall = self.wall.plus_ms(ms);
        self.done(Command::Wake);
    }

    /// Decides a batch, both ways, and audits the books.
    pub fn batch(&mut self, proposals: Vec<Proposal>) -> Vec<Told> {
        let mut overlay = Overlay::over(&self.state, proposals.len());
        let mut told = Vec::new();
        for mut proposal in proposals {
            let before = overlay.delta().is_empty();
            let outcome = settle(&mut overlay, &mut proposal);
            let mut alone = Overlay::over(&self.steps, 1);
            let mut again = Proposal { at: Timestamp::default(), ..proposal.clone() };
            assert_eq!(settle(&mut alone, &mut again), outcome, "batched or not: {proposal:?}");
            assert_eq!(again.at, proposal.at, "decided at the same instant");
            let (delta, latest) = alone.into_delta();
            assert_eq!(overlay.delta().is_empty(), before && delta.is_empty());
            if let Told::No(_) | Told::Again(..) = outcome {
                assert!(delta.receipts.is_empty(), "a refusal writes nothing");
            }
            self.books.keep(&delta);
            self.steps.merge(delta);
            self.steps.reach(latest);
            same_view(&overlay, &self.steps, &proposal);
            told.push(outcome);
        }
        let (delta, latest) = overlay.into_delta();
        self.state.merge(delta);
        self.state.reach(latest);
        same_state(&self.state, &self.steps);
        self.books.copy_from(&self.state);
        for finding in audit(&self.books) {
            assert!(finding.offenders.is_empty(), "{finding:?}");
        }
        told
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn books(self) -> Books {
        self.books
    }

    pub fn account(&self) -> &Account {
        self.state.account(OWNER).expect("it was opened")
    }

    pub fn circuit(&self, id: CircuitId) -> &Circuit {
        self.state.circuit(&id).expect("it is there")
    }

    pub fn order(&self, id: OrderId) -> &Order {
        self.state.order(id).expect("it is there")
    }

    pub fn status(&self, id: CircuitId) -> Status {
        self.circuit(id).state.status
    }
}

/// Whether an overlay shows what the state shows into which the same was merged.
fn same_view(overlay: &Overlay, state: &State, proposal: &Proposal) {
    assert_eq!(overlay.rules(), state.rules());
    assert_eq!(overlay.clock(), state.clock());
    assert_eq!(overlay.price_version(), state.price_version());
    for currency in Currency::ALL {
        assert_eq!(overlay.price_list(*currency), state.price_list(*currency));
    }
    for account in [OWNER, OTHER, AccountId(9)] {
        assert_eq!(overlay.account(account), state.account(account));
        assert_eq!(overlay.user(account, "u"), state.user(account, "u"));
    }
    for circuit in state.circuits() {
        assert_eq!(overlay.circuit(&circuit.id), Some(circuit));
    }
    assert_eq!(overlay.circuit(&id("pc-never")), None);
    for order in state.orders() {
        assert_eq!(overlay.order(order.id), Some(order));
    }
    assert_eq!(overlay.order(OrderId::UNSET), None);
    if let Some(token) = &proposal.token {
        let (account, region, kind) = (proposal.owner, proposal.region, proposal.command.kind());
        let key = ReceiptKey::new(account, region, kind, token);
        // One whose life has ended may be forgotten or not: nobody is told.
        let lives = |it: &Earlier| it.made_at.plus_ms(TOKEN_LIFE_MS) > proposal.at;
        assert_eq!(overlay.receipt(&key).filter(lives), state.receipt(&key).filter(lives));
    }
    assert_eq!(overlay.next_due(), state.next_due());
}

/// Whether two states are the same to everyone who may look.
fn same_state(one: &State, other: &State) {
    assert_eq!(look(one, &Query::World), look(other, &Query::World));
    assert_eq!(one.next_due(), other.next_due());
    assert_eq!((one.latest(), one.is_empty()), (other.latest(), other.is_empty()));
    assert_eq!(one.circuits_len(), other.circuits_len());
    for account in [OWNER, OTHER] {
        assert!(one.orders_of(account).eq(other.orders_of(account)));
        for region in [home(), away()] {
            assert!(one.circuits_of(account, region).eq(other.circuits_of(account, region)));
        }
    }
}

impl Books {
    /// Adds what a store would append.
    fn keep(&mut self, delta: &Delta) {
        if delta.cleared {
            *self = Self::default();
        }
        self.postings.extend(delta.postings.iter().copied());
        self.receipts.extend(delta.receipts.iter().cloned());
        if let Some(until) = delta.forget_receipts {
            self.receipts.retain(|receipt| receipt.made_at > until);
        }
        self.prices.extend(delta.prices.iter().cloned());
    }

    fn copy_from(&mut self, state: &State) {
        self.accounts = state.accounts().cloned().collect();
        self.circuits = state.circuits().cloned().collect();
        self.orders = state.orders().copied().collect();
    }
}
