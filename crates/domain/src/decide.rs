//! One decision: what a proposal comes to in a given view. Pure, synchronous, total.
//!
//! The order of the lines is what callers see: the receipt first, then the rules of the command.

use crate::circuit::{Event, step, waits};
use crate::command::{Amendment, Command, GivenCircuit, Kind, Proposal};
use crate::ledger::Posting;
use crate::order;
use crate::price::{Currency, Money, PriceList};
use crate::record::{
    Account, AccountId, Change, Circuit, CircuitId, CircuitState, CircuitWords, Order, OrderId,
    OrderStatus, Outcome, Particulars, Receipt, ReceiptKey, RequestId, Status,
};
use crate::refusal::Refusal;
use crate::replay::{TOKEN_LIFE_MS, fingerprint};
use crate::sandbox;
use crate::state::{Carrier, Due, View};
use crate::time::Timestamp;

/// What a proposal comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It happens: these changes are committed together, or none of them.
    Accept {
        /// In the order in which they are to be applied.
        changes: Vec<Change>,
        /// What to tell.
        outcome: Outcome,
    },
    /// It happened before.
    Replay {
        /// What it came to then.
        outcome: Outcome,
        /// The request that brought it about.
        first: RequestId,
    },
    /// It does not happen, and nothing is written.
    Refuse(Refusal),
}

/// Decides a proposal.
pub fn decide(view: &dyn View, proposal: &Proposal) -> Decision {
    if let Some(earlier) = earlier(view, proposal) {
        return earlier;
    }
    let mut draft = Draft { view, proposal, changes: Vec::with_capacity(6) };
    match draft.run(&proposal.command) {
        Ok(outcome) => {
            draft.keep_receipt(outcome);
            Decision::Accept { changes: draft.changes, outcome }
        }
        Err(refusal) => Decision::Refuse(refusal),
    }
}

/// What the receipt of the token says, if there is one that still lives.
fn earlier(view: &dyn View, proposal: &Proposal) -> Option<Decision> {
    let token = proposal.token.as_deref()?;
    let key = ReceiptKey::new(proposal.owner, proposal.region, proposal.command.kind(), token);
    let receipt = view.receipt(&key)?;
    if receipt.made_at.plus_ms(TOKEN_LIFE_MS) <= proposal.at {
        return None;
    }
    if receipt.fingerprint != fingerprint(&proposal.command) {
        return Some(Decision::Refuse(Refusal::TokenReused));
    }
    Some(Decision::Replay { outcome: receipt.outcome, first: receipt.request })
}

/// The changes of a decision being made.
pub(crate) struct Draft<'v> {
    pub(crate) view: &'v dyn View,
    pub(crate) proposal: &'v Proposal,
    changes: Vec<Change>,
}

/// How long the automatic carrier takes for each step, milliseconds. Together they are under a
/// second, which CONTRACT promises.
const CARRIER_STEP_MS: i64 = 250;

impl<'v> Draft<'v> {
    fn run(&mut self, command: &Command) -> Result<Outcome, Refusal> {
        match command {
            Command::OpenService => self.open_service(),
            Command::ApplyForCircuit(particulars) => self.apply_for_circuit(particulars),
            Command::ConfirmCircuit(id) => {
                if !self.account()?.service_open {
                    return Err(Refusal::ServiceClosed);
                }
                self.step_circuit(*id, Event::Confirm)
            }
            Command::PlaceOccupancyOrder { .. } => order::place(self),
            Command::AmendCircuit(id, amendment) => self.amend_circuit(*id, amendment),
            Command::TerminateCircuit(id) => self.step_circuit(*id, Event::Terminate),
            Command::DeleteCircuit(id) => self.delete_circuit(*id),
            Command::CancelOrder(id) => order::cancel(self, *id),
            Command::PayOrder(id) => order::pay(self, *id),
            Command::OpenAccount { account, currency, dialect } => {
                self.open_account(*account, *currency, dialect.clone())
            }
            Command::TopUp(account, amount) => self.top_up(*account, *amount),
            Command::GiveCircuits(given, ids) => self.give_circuits(given, ids),
            Command::CarrierEvent(id, event) => self.carrier_event(*id, *event),
            Command::LoadPrices(currency, rows) => {
                let version = self.view.price_version() + 1;
                let (currency, rows) = (*currency, rows.clone());
                self.change(Change::Prices(PriceList { version, currency, rows }));
                Ok(Outcome::Done)
            }
            Command::PutUser(user) => {
                self.view.account(user.account).ok_or(Refusal::NoSuchAccount)?;
                self.change(Change::User(user.clone()));
                Ok(Outcome::Done)
            }
            Command::PutKey(key) => {
                self.view.account(key.account).ok_or(Refusal::NoSuchAccount)?;
                if let Some(name) = &key.user {
                    self.view.user(key.account, name).ok_or(Refusal::NoSuchUser)?;
                }
                self.change(Change::Key(key.clone()));
                Ok(Outcome::Done)
            }
            Command::MoveClock { to, wall } => {
                let offset = to.ms() - wall.ms();
                if offset < self.view.clock() {
                    return Err(Refusal::ClockBack);
                }
                self.change(Change::Clock(offset));
                Ok(Outcome::Done)
            }
            Command::Reset { start, wall } => {
                self.change(Change::Clear);
                self.change(Change::Clock(start.ms() - wall.ms()));
                self.changes.extend(sandbox::fill(*start));
                Ok(Outcome::Done)
            }
            Command::Wake => {
                self.wake();
                Ok(Outcome::Done)
            }
        }
    }

    pub(crate) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// The owner's account.
    pub(crate) fn account(&self) -> Result<&'v Account, Refusal> {
        self.view.account(self.proposal.owner).ok_or(Refusal::NoSuchAccount)
    }

    /// The owner's circuit of this id in the proposal's region.
    pub(crate) fn circuit(&self, id: CircuitId) -> Result<&'v Circuit, Refusal> {
        let circuit = self.view.circuit(&id).ok_or(Refusal::NoSuchCircuit)?;
        if circuit.account != self.proposal.owner || circuit.region != self.proposal.region {
            return Err(Refusal::NoSuchCircuit);
        }
        if circuit.state.deleted {
            return Err(Refusal::CircuitDeleted);
        }
        Ok(circuit)
    }

    /// Moves a circuit, and keeps its owner's count of waiting circuits right. `account` is the
    /// owner's account if the caller changes that too, and is then not written here.
    pub(crate) fn move_circuit(
        &mut self,
        circuit: &Circuit,
        next: CircuitState,
        account: Option<&mut Account>,
    ) {
        let before = u32::from(waits(circuit, &circuit.state));
        let after = u32::from(waits(circuit, &next));
        if before != after {
            let count = |account: &mut Account| {
                let less = account.waiting_circuits.checked_sub(before);
                account.waiting_circuits = less.expect("it was counted when it came") + after;
            };
            if let Some(account) = account {
                count(account);
            } else {
                let owner = self.view.account(circuit.account).expect("a circuit has an owner");
                let mut owner = owner.clone();
                count(&mut owner);
                self.change(Change::Account(owner));
            }
        }
        self.change(Change::CircuitState(circuit.id, next));
    }

    /// When the automatic carrier takes its next step, if there is one.
    fn carrier_due(&self, status: Status) -> Option<Timestamp> {
        let steps = matches!(status, Status::Initial | Status::Allocating | Status::Terminating);
        let auto = self.view.rules().carrier == Carrier::Auto;
        (steps && auto).then(|| self.proposal.at.plus_ms(CARRIER_STEP_MS))
    }

    /// A call that only moves the circuit along.
    fn step_circuit(&mut self, id: CircuitId, event: Event) -> Result<Outcome, Refusal> {
        let circuit = self.circuit(id)?;
        let mut next = step(circuit.state, event)?;
        next.wakes_at = self.carrier_due(next.status);
        self.move_circuit(circuit, next, None);
        Ok(Outcome::Done)
    }

    fn open_service(&mut self) -> Result<Outcome, Refusal> {
        let account = self.account()?;
        if account.service_open {
            return Err(Refusal::ServiceOpen);
        }
        let account = Account { service_open: true, ..account.clone() };
        self.change(Change::Account(account));
        Ok(Outcome::Done)
    }

    fn apply_for_circuit(&mut self, particulars: &Particulars) -> Result<Outcome, Refusal> {
        let account = self.account()?;
        if !account.service_open {
            return Err(Refusal::ServiceClosed);
        }
        if let Some(redundant) = particulars.words.as_ref().and_then(|words| words.redundant) {
            self.check_redundant(redundant)?;
        }
        if account.waiting_circuits >= self.view.rules().waiting_circuits_max {
            return Err(Refusal::WaitingCircuitsMax);
        }
        let account = Account { waiting_circuits: account.waiting_circuits + 1, ..account.clone() };
        let id = self.mint();
        let mut state = CircuitState::born(Status::Initial);
        state.wakes_at = self.carrier_due(Status::Initial);
        self.change(Change::Account(account));
        self.change(Change::Circuit(Box::new(Circuit {
            id,
            account: self.proposal.owner,
            region: self.proposal.region,
            created_at: self.proposal.at,
            given: false,
            particulars: particulars.clone(),
            state,
        })));
        Ok(Outcome::Circuit(id))
    }

    /// An id that no circuit of this world has or had.
    fn mint(&self) -> CircuitId {
        let mut ids = (0..).map(|nth| CircuitId::mint(self.proposal.seed, nth));
        ids.find(|id| self.view.circuit(id).is_none()).expect("ids do not run out")
    }

    /// SOURCE: api dossier, annex A: the companion must be Allocated, Confirmed or Enabled and
    /// belong to the caller.
    fn check_redundant(&self, id: CircuitId) -> Result<(), Refusal> {
        let companion = self.view.circuit(&id).filter(|circuit| !circuit.state.deleted);
        let companion = companion.filter(|circuit| circuit.account == self.proposal.owner);
        let companion = companion.ok_or(Refusal::NoSuchRedundantCircuit)?;
        match companion.state.status {
            Status::Allocated | Status::Confirmed | Status::Enabled => Ok(()),
            _ => Err(Refusal::RedundantCircuitState),
        }
    }

    fn amend_circuit(&mut self, id: CircuitId, amendment: &Amendment) -> Result<Outcome, Refusal> {
        let circuit = self.circuit(id)?;
        let mut next = step(circuit.state, Event::Amend)?;
        if let Some(redundant) = amendment.redundant {
            self.check_redundant(redundant)?;
        }
        let mut particulars = circuit.particulars.clone();
        amend(&mut particulars, amendment);
        if particulars != circuit.particulars {
            self.change(Change::Particulars(id, Box::new(particulars)));
        }
        if next.status != circuit.state.status {
            next.wakes_at = self.carrier_due(next.status);
            self.move_circuit(circuit, next, None);
        }
        Ok(Outcome::Done)
    }

    fn delete_circuit(&mut self, id: CircuitId) -> Result<Outcome, Refusal> {
        let circuit = self.circuit(id)?;
        let mut next = step(circuit.state, Event::Delete)?;
        // ASSUMED: a circuit that is paid for and about to be enabled is not thrown away.
        if circuit.state.status == Status::Confirmed && circuit.state.paid_order.is_some() {
            return Err(Refusal::CircuitState);
        }
        if let Some(open) = next.open_order.take() {
            order::void_with_circuit(self, open);
        }
        self.move_circuit(circuit, next, None);
        Ok(Outcome::Done)
    }

    fn open_account(
        &mut self,
        id: AccountId,
        currency: Currency,
        dialect: Option<Box<str>>,
    ) -> Result<Outcome, Refusal> {
        if self.view.account(id).is_some() {
            return Err(Refusal::AccountExists);
        }
        self.change(Change::Account(Account {
            id,
            currency,
            balance: Money(0),
            dialect,
            service_open: false,
            waiting_circuits: 0,
        }));
        Ok(Outcome::Done)
    }

    fn top_up(&mut self, id: AccountId, amount: Money) -> Result<Outcome, Refusal> {
        let account = self.view.account(id).ok_or(Refusal::NoSuchAccount)?;
        let (balance, currency) = (account.balance, account.currency);
        let posting = Posting::top_up(id, balance, amount, currency, self.proposal.at)
            .ok_or(Refusal::AmountTooLarge)?;
        let account = Account { balance: posting.balance_after, ..account.clone() };
        self.change(Change::Account(account));
        self.change(Change::Posting(posting));
        Ok(Outcome::Done)
    }

    fn give_circuits(
        &mut self,
        given: &GivenCircuit,
        ids: &[CircuitId],
    ) -> Result<Outcome, Refusal> {
        self.view.account(given.account).ok_or(Refusal::NoSuchAccount)?;
        let mut fresh = std::collections::HashSet::with_capacity(ids.len());
        if !ids.iter().all(|id| self.view.circuit(id).is_none() && fresh.insert(*id)) {
            return Err(Refusal::CircuitExists);
        }
        for &id in ids {
            let circuit = sandbox::given(given, id, self.proposal.at);
            self.change(Change::Circuit(Box::new(circuit)));
        }
        Ok(Outcome::Done)
    }

    fn carrier_event(&mut self, id: CircuitId, event: Event) -> Result<Outcome, Refusal> {
        let circuit = self.view.circuit(&id).filter(|circuit| !circuit.state.deleted);
        let circuit = circuit.ok_or(Refusal::NoSuchCircuit)?.clone();
        let mut next = step(circuit.state, event)?;
        // A lock does not stop what is under way: only a step takes the place of the next one.
        if next.status == circuit.state.status {
            next.wakes_at = circuit.state.wakes_at;
        }
        self.move_circuit(&circuit, next, None);
        Ok(Outcome::Done)
    }

    /// Whatever is due next happens, at its own instant.
    fn wake(&mut self) {
        match self.view.next_due() {
            Some((at, Due::Circuit(id))) if at <= self.proposal.at => {
                let circuit = self.view.circuit(&id).expect("what is due exists").clone();
                self.wake_circuit(&circuit);
            }
            Some((at, Due::Order(id))) if at <= self.proposal.at => order::expire(self, id),
            Some((at, Due::Receipts)) if at <= self.proposal.at => {
                self.change(Change::ForgetReceipts(self.proposal.at.plus_ms(-TOKEN_LIFE_MS)));
            }
            _ => {}
        }
    }

    fn wake_circuit(&mut self, circuit: &Circuit) {
        let event = match circuit.state.status {
            Status::Initial => Event::BeginAllocation,
            Status::Allocating => Event::Allocate,
            Status::Terminating => Event::FinishTermination,
            Status::Confirmed => return order::enable(self, circuit),
            status => unreachable!("a circuit does not move by itself from {status:?}"),
        };
        let mut next = step(circuit.state, event).expect("the carrier only takes steps there are");
        next.wakes_at = self.carrier_due(next.status);
        self.move_circuit(circuit, next, None);
    }

    /// The order of this number, whoever's.
    pub(crate) fn order(&self, id: OrderId) -> Result<Order, Refusal> {
        self.view.order(id).copied().ok_or(Refusal::NoSuchOrder)
    }

    /// The order of this number, if it can still be paid or voided.
    pub(crate) fn unpaid_order(&self, id: OrderId) -> Result<Order, Refusal> {
        let order = self.order(id)?;
        match order.status {
            OrderStatus::Unpaid | OrderStatus::Abnormal => Ok(order),
            OrderStatus::Paid | OrderStatus::Cancelled => Err(Refusal::OrderNotUnpaid),
        }
    }

    fn keep_receipt(&mut self, outcome: Outcome) {
        let proposal = self.proposal;
        let Some(origin) = proposal.origin else {
            return;
        };
        debug_assert_ne!(proposal.command.kind(), Kind::Operator);
        self.change(Change::Receipt(Box::new(Receipt {
            account: proposal.owner,
            region: proposal.region,
            kind: proposal.command.kind(),
            token: proposal.token.clone(),
            fingerprint: fingerprint(&proposal.command),
            outcome,
            request: origin.request,
            made_at: proposal.at,
            nonce_mark: origin.nonce_mark,
            received_at: origin.received_at,
        })));
    }
}

impl CircuitState {
    /// A circuit that has just come to be.
    pub const fn born(status: Status) -> Self {
        Self {
            status,
            loa: None,
            business: crate::record::BusinessStatus::Normal,
            open_order: None,
            paid_order: None,
            enabled_at: None,
            ends_at: None,
            wakes_at: None,
            deleted: false,
        }
    }
}

fn amend(particulars: &mut Particulars, amendment: &Amendment) {
    particulars.line_operator = amendment.line_operator.unwrap_or(particulars.line_operator);
    particulars.port_type = amendment.port_type.unwrap_or(particulars.port_type);
    particulars.bandwidth_mbps = amendment.bandwidth_mbps.unwrap_or(particulars.bandwidth_mbps);
    let mut words = particulars.words.as_deref().cloned().unwrap_or_default();
    words.redundant = amendment.redundant.or(words.redundant);
    for (field, new) in [
        (&mut words.name, &amendment.name),
        (&mut words.description, &amendment.description),
        (&mut words.peer_location, &amendment.peer_location),
        (&mut words.circuit_code, &amendment.circuit_code),
    ] {
        if let Some(new) = new {
            field.clone_from(new);
        }
    }
    particulars.words = (words != CircuitWords::default()).then(|| Box::new(words));
}
