//! A world to tell stories in. Every batch is decided three times: on one overlay, as a store does
//! it, and proposal by proposal, each merged at once, with and without a look at who reads of whom.
//! All must come to the same, and the books of whatever happened are audited after each batch.
//! Long because all stories stand on it.

use crate::account::Account;
use crate::audit::{Books, audit};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::circuit::{BusinessStatus, Circuit, GivenCircuit, Particulars, Status};
use crate::command::{
    ApplyForCircuit, Command, GiveCircuits, OpenAccount, OpenService, PlaceOccupancyOrder,
    Proposal, Shortfall, TopUp, Wake,
};
use crate::draft::Numbers;
use crate::id::{AccountId, CircuitId, Name, OrderId, RequestId};
use crate::kept::Record as _;
use crate::order::{Charge, Order};
use crate::price::{Currency, Cycle, Money, Term};
use crate::query::{Found, Page, Query};
use crate::receipt::{Earlier, Origin, Outcome, Receipt, ReceiptKey, TOKEN_LIFE_MS};
use crate::records;
use crate::renewal::Renewal;
use crate::rules::{Carrier, Kept, Rules};
use crate::user::{Key, Proof, User};
use crate::view::{Records as _, View};
use crate::{Delta, Overlay, Refusal, State, Timestamp, look, settle_at_once};

/// Whose world it mostly is.
pub const OWNER: AccountId = AccountId(7);
/// Somebody else.
pub const OTHER: AccountId = AccountId(8);
/// A number that no account has, unless a test opens it.
pub const NOBODY: AccountId = AccountId(9);
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
    /// How many proposals were made.
    made: u64,
    pub numbers: Numbers,
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

/// An application that the newest edition makes.
pub fn apply_for_circuit() -> ApplyForCircuit {
    ApplyForCircuit { particulars: particulars(), needs_service: true }
}

/// An order of a month that is cancelled when the money is missing.
pub fn order(circuit: CircuitId, charge: Charge, pay_now: bool) -> PlaceOccupancyOrder {
    PlaceOccupancyOrder {
        circuit,
        charge,
        pay_now,
        auto_renew: false,
        kept: Kept::Since2024,
        auto_renew_months: 1,
        shortfall: Shortfall::Cancel,
    }
}

pub fn rules() -> Rules {
    Rules {
        carrier: Carrier::Manual,
        waiting_circuits_max: 2,
        access_point_circuits_max: 0,
        ..Rules::default()
    }
}

/// A user `u` of an account.
pub fn user(account: AccountId) -> User {
    User { account, name: "u".into(), policies: vec!["{}".into()] }
}

/// The key `k`, of an account or of a user of it.
pub fn key(account: AccountId, user: Option<&str>) -> Key {
    Key {
        id: "k".into(),
        account,
        user: user.map(Into::into),
        proof: Proof::Secret("hush".into()),
        security_token: None,
        expires_at: None,
        bearer_token: None,
        dialect: None,
        active: true,
    }
}

/// What a proposal came to, in a few words.
pub use crate::Verdict as Told;

impl World {
    /// An empty world at 2026-11-22T08:00:00Z.
    pub fn empty(rules: Rules) -> Self {
        let wall = Timestamp::parse("2026-11-22T08:00:00Z").expect("a test instant");
        let (state, steps) = (State::new(rules), State::new(rules));
        let numbers = Numbers { next_order: 2001 };
        Self { state, steps, books: Books::default(), wall, made: 1000, numbers }
    }

    /// A world with an [`OWNER`] who has 1,000 dollars and may apply, and an [`OTHER`].
    pub fn new(rules: Rules) -> Self {
        let mut world = Self::empty(rules);
        for account in [OWNER, OTHER] {
            world.done(OpenAccount {
                account,
                currency: Currency::Usd,
                dialect: None,
                orderless: false,
            });
        }
        world.done(TopUp { account: OWNER, amount: Money::units(1000) });
        world.done(OpenService {});
        world
    }

    /// With a given circuit in this status.
    pub fn with(status: Status) -> (Self, CircuitId) {
        let mut world = Self::new(rules());
        let circuit = world.give(given(status), "pc-a");
        (world, circuit)
    }

    pub fn give(&mut self, given: GivenCircuit, name: &str) -> CircuitId {
        self.done(GiveCircuits { given: Box::new(given), ids: vec![id(name)] });
        id(name)
    }

    /// A proposal of [`OWNER`] at [`home`] if callers can make it, else of the operator.
    pub fn proposal(&mut self, command: impl Into<Command>) -> Proposal {
        self.made += 1;
        let command = command.into();
        let origin = Origin {
            account: OWNER,
            region: home(),
            token: None,
            request: RequestId((1 << 100) + u128::from(self.made)),
            nonce_mark: 0,
            received_at: self.wall,
        };
        Proposal {
            wall: self.wall,
            seed: u128::from(self.made) << 90,
            origin: command.kind().map(|_| origin),
            command,
        }
    }

    pub fn with_token(&mut self, token: &str, command: impl Into<Command>) -> Proposal {
        let mut proposal = self.proposal(command);
        origin_of(&mut proposal).token = Some(token.into());
        proposal
    }

    /// Asks as [`OWNER`] at [`home`].
    pub fn ask(&mut self, command: impl Into<Command>) -> Told {
        let proposal = self.proposal(command);
        self.propose(proposal)
    }

    pub fn propose(&mut self, proposal: Proposal) -> Told {
        self.batch(&[proposal]).remove(0)
    }

    /// Asks for what must happen, and says what it came to.
    pub fn done(&mut self, command: impl Into<Command>) -> Outcome {
        let command = command.into();
        let asked = format!("{command:?}");
        match self.ask(command) {
            Told::Accepted(outcome) => outcome,
            other => panic!("{asked}: {other:?}"),
        }
    }

    /// Asks for what must be refused.
    pub fn refused(&mut self, command: impl Into<Command>) -> Refusal {
        let command = command.into();
        let asked = format!("{command:?}");
        match self.ask(command) {
            Told::Refused(refusal) => refusal,
            other => panic!("{asked}: {other:?}"),
        }
    }

    /// Places an order that must come to be.
    pub fn placed(&mut self, command: impl Into<Command>) -> Order {
        match self.done(command) {
            Outcome::Order { order, .. } => *self.order(order),
            other => panic!("no order: {other:?}"),
        }
    }

    /// Lets time pass, and whatever is due by then of anybody happen.
    pub fn pass(&mut self, ms: i64) {
        self.wall = self.wall.plus_ms(ms);
        self.wake_all();
    }

    /// Whatever is due of anybody happens, account by account, and old receipts are forgotten.
    pub fn wake_all(&mut self) {
        let now = self.now();
        for account in self.state.due_accounts(now) {
            self.done(Wake { account });
        }
        self.forget();
    }

    /// What a store does when it has nothing else to do.
    fn forget(&mut self) {
        let now = self.now();
        if self.state.forgets_at().is_some_and(|at| at <= now) {
            let until = now.plus_ms(-TOKEN_LIFE_MS);
            self.state.forget_receipts(until);
            self.steps.forget_receipts(until);
            // The oldest go, up to the first that has to stay: as in the state.
            let stays = self.books.receipts.iter().position(|receipt| receipt.made_at > until);
            self.books.receipts.drain(..stays.unwrap_or(self.books.receipts.len()));
        }
    }

    /// Decides a batch, in all ways, and audits the books.
    pub fn batch(&mut self, proposals: &[Proposal]) -> Vec<Told> {
        let mut overlay = Overlay::over(&self.state, proposals.len());
        let (mut numbers, mut told) = (self.numbers, Vec::new());
        for proposal in proposals {
            let (empty, numbers_before) = (overlay.delta().is_empty(), numbers);
            let verdict = settle_at_once(&mut overlay, proposal, &mut numbers, true);
            let alone = |checks| {
                let (mut overlay, mut numbers) = (Overlay::over(&self.steps, 1), numbers_before);
                let verdict = settle_at_once(&mut overlay, proposal, &mut numbers, checks);
                (overlay.into_delta(), (verdict, numbers))
            };
            let ((delta, again), (unchecked, unlooked)) = (alone(true), alone(false));
            assert_eq!(again, (verdict, numbers), "batched or not: {proposal:?}");
            assert_eq!(unlooked, again, "checked or not: {proposal:?}");
            same_delta(&delta, &unchecked);
            assert_eq!(overlay.delta().is_empty(), empty && delta.is_empty());
            if let Told::Accepted(outcome) = verdict {
                assert!(proposal.command.may_come_to(outcome), "{outcome:?} of {proposal:?}");
            }
            if let Told::Refused(_) | Told::Replayed(..) = verdict {
                assert!(delta.receipts.is_empty(), "a refusal writes nothing");
            }
            self.books.keep(&delta);
            self.steps.merge(delta);
            same_view(&overlay, &self.steps, proposal);
            told.push(verdict);
        }
        let delta = overlay.into_delta();
        self.state.merge(delta);
        self.numbers = numbers;
        same_state(&self.state, &self.steps);
        self.books.copy_from(&self.state);
        for finding in audit(&self.books) {
            assert!(finding.offenders.is_empty(), "{finding:?}");
        }
        told
    }

    /// Merges what no command brings about.
    pub fn keep(&mut self, write: impl Fn(&mut Delta)) {
        for state in [&mut self.state, &mut self.steps] {
            let mut overlay = Overlay::over(state, 1);
            write(overlay.delta_mut());
            overlay.keep();
            let delta = overlay.into_delta();
            state.merge(delta);
        }
    }

    /// Makes a circuit one that an earlier release sold: it does not end by itself.
    pub fn rest(&mut self, circuit: CircuitId) {
        let mut rested = self.circuit(circuit).clone();
        rested.state.subscription.grace = None;
        rested.state.subscription.steps_at = None;
        self.keep(|delta| delta.circuits.put(rested.clone()));
        self.books.copy_from(&self.state);
    }

    /// Has a circuit renewed by time itself, `later` milliseconds from now.
    pub fn renew(&mut self, circuit: CircuitId, later: i64) {
        let at = Some(self.now().plus_ms(later));
        let account = self.circuit(circuit).account;
        self.keep(|delta| delta.renewals.put(Renewal { circuit, account, at }));
    }

    /// What a query finds, whether or not anybody looks after who reads of whom.
    pub fn look(&self, query: &Query) -> Found {
        let found = look(&self.state, query, true);
        assert_eq!(look(&self.state, query, false), found, "checked or not: {query:?}");
        found
    }

    /// The world's time, as the wall has it.
    pub fn now(&self) -> Timestamp {
        self.wall.plus_ms(self.state.clock())
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn into_state(self) -> State {
        self.state
    }

    pub fn books(&self) -> Books {
        self.books.clone()
    }

    pub fn receipts(&self) -> &[Receipt] {
        &self.books.receipts
    }

    pub fn account(&self) -> &Account {
        self.state.account(&OWNER).expect("it was opened")
    }

    /// The orders of [`OWNER`], in the order of making.
    pub fn state_orders(&self) -> Vec<Order> {
        let mut orders: Vec<_> = self.state.orders_of(OWNER).copied().collect();
        orders.reverse();
        orders
    }

    pub fn circuit(&self, id: CircuitId) -> &Circuit {
        self.state.circuit(&id).expect("it is there")
    }

    pub fn order(&self, id: OrderId) -> &Order {
        self.state.order(&id).expect("it is there")
    }

    pub fn status(&self, id: CircuitId) -> Status {
        self.circuit(id).state.status
    }
}

/// The call that a proposal came from.
pub fn origin_of(proposal: &mut Proposal) -> &mut Origin {
    proposal.origin.as_mut().expect("callers can give it")
}

macro_rules! comparisons {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// The records of a delta.
        pub fn books_of(delta: &Delta) -> Books {
            Books {
                $($many: delta.$many.iter().cloned().collect(),)+
                $($entries: delta.$entries.iter().cloned().collect(),)+
            }
        }

        /// Whether an overlay shows the records that a state has.
        fn same_records(overlay: &Overlay, state: &State) {
            $(for record in state.$many() {
                assert_eq!(overlay.$one(&record.name()), Some(record));
            })+
        }

        /// The kinds of which a delta has anything, in the order of the table.
        pub fn kinds_of(delta: &Delta) -> Vec<&'static str> {
            let mut kinds = Vec::new();
            $(if !delta.$many.is_empty() { kinds.push(stringify!($kind)); })+
            $(if !delta.$entries.is_empty() { kinds.push(stringify!($entry)); })+
            kinds
        }
    };
}

records!(comparisons);

/// Whether two decisions wrote the same.
fn same_delta(one: &Delta, other: &Delta) {
    assert_eq!(books_of(one), books_of(other));
    assert_eq!(one.mentions(), other.mentions());
    assert_eq!((one.cleared, one.clock, one.floor), (other.cleared, other.clock, other.floor));
    assert!(one.latest.iter().eq(other.latest.iter()));
}

/// Whether an overlay shows what the state shows into which the same was merged.
fn same_view(overlay: &Overlay, state: &State, proposal: &Proposal) {
    assert_eq!(overlay.rules(), state.rules());
    assert_eq!((overlay.clock(), overlay.floor()), (state.clock(), state.floor()));
    assert_eq!(overlay.price_version(), state.price_version());
    assert_eq!(overlay.is_filled(), state.is_filled());
    for currency in Currency::ALL {
        assert_eq!(overlay.price_list(*currency), state.price_list(*currency));
    }
    same_records(overlay, state);
    for account in [OWNER, OTHER, NOBODY] {
        let user = (account, "u".into());
        assert_eq!(overlay.account(&account), state.account(&account));
        assert_eq!(overlay.user(&user), state.user(&user));
        assert_eq!(overlay.latest(account), state.latest(account));
        assert_eq!(overlay.next_due(account, None), state.next_due(account, None));
        assert!(overlay.orders_of(account).eq(state.orders_of(account)));
        assert!(overlay.bills_of(account).eq(state.bills_of(account)));
        assert!(overlay.routers_of(account).eq(state.routers_of(account)));
        for circuit in state.circuits().map(|circuit| circuit.id) {
            let ours = overlay.routers_on(account, circuit);
            assert!(ours.eq(state.routers_on(account, circuit)));
        }
        let mut seen: Vec<_> = overlay.references_of(account).collect();
        seen.sort_unstable_by_key(|its| &its.thing);
        assert!(seen.into_iter().eq(state.references_of(account)));
        for at in [state.latest(account), Timestamp::from_ms(i64::MAX)] {
            assert_eq!(overlay.overdue(account, at), state.overdue(account, at));
        }
        for region in [home(), away()] {
            assert!(overlay.circuits_of(account, region).eq(state.circuits_of(account, region)));
            for point in AccessPoint::all() {
                let stand = |view: &dyn View| view.standing(account, region, point);
                assert_eq!(stand(overlay), stand(state));
            }
        }
    }
    let (never, unset) = (id("pc-never"), OrderId::NONE);
    assert_eq!((overlay.circuit(&never), overlay.order(&unset)), (None, None));
    for (name, taken) in [
        (Name::Circuit(&never), false),
        (Name::Order(unset), false),
        (Name::Key("k"), state.key(&"k".into()).is_some()),
    ] {
        assert_eq!((overlay.is_taken(name), state.is_taken(name)), (taken, taken), "{name:?}");
    }
    assert!(state.circuits().all(|it| overlay.is_taken(Name::Circuit(&it.id))));
    assert!(state.orders().all(|it| overlay.is_taken(Name::Order(it.id))));
    if let Some(origin) = &proposal.origin
        && let Some(token) = &origin.token
    {
        let kind = proposal.command.kind().expect("a caller gave it");
        let print = || proposal.command.fingerprint().expect("it has a kind");
        let key = ReceiptKey::new(origin.account, origin.region, kind, token).of_call(kind, print);
        // One whose life has ended may be forgotten or not: nobody is told.
        let now = overlay.latest(origin.account);
        let lives = |it: &Earlier| it.made_at.plus_ms(TOKEN_LIFE_MS) > now;
        assert_eq!(overlay.receipt(&key).filter(lives), state.receipt(&key).filter(lives));
    }
    let long_after = Timestamp::from_ms(i64::MAX);
    let mut due = state.due_accounts(long_after);
    due.sort_unstable();
    assert_eq!(overlay.due_accounts(long_after), due);
    assert!(overlay.earliest_due() <= state.earliest_due() || state.earliest_due().is_none());
}

/// Whether two states are the same to everyone who may look.
pub fn same_state(one: &State, other: &State) {
    for checks in [true, false] {
        assert_eq!(look(one, &Query::World, checks), look(other, &Query::World, checks));
    }
    assert_eq!((one.clock(), one.floor()), (other.clock(), other.floor()));
    assert_eq!(one.circuits_len(), other.circuits_len());
    // When the first is forgotten may differ: of a token that one batch used in two lives, only the
    // second receipt is kept.
    assert_eq!(one.forgets_at().is_some(), other.forgets_at().is_some());
    let long_after = Timestamp::from_ms(i64::MAX);
    assert_eq!(one.due_accounts(long_after), other.due_accounts(long_after));
    assert_eq!(one.earliest_due(), other.earliest_due());
    for account in [OWNER, OTHER, NOBODY] {
        assert_eq!(one.latest(account), other.latest(account));
        assert_eq!(one.next_due(account, None), other.next_due(account, None));
        assert!(one.orders_of(account).eq(other.orders_of(account)));
        assert!(one.bills_of(account).eq(other.bills_of(account)));
        for region in [home(), away()] {
            assert!(one.circuits_of(account, region).eq(other.circuits_of(account, region)));
        }
    }
}

macro_rules! books {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        impl Books {
            /// Adds what a store would append.
            fn keep(&mut self, delta: &Delta) {
                if delta.cleared {
                    *self = Self::default();
                }
                $(self.$entries.extend(delta.$entries.iter().cloned());)+
            }

            /// Takes over what a store would write anew.
            fn copy_from(&mut self, state: &State) {
                let state = state.books();
                $(self.$many = state.$many;)+
            }
        }
    };
}

crate::records!(books);
