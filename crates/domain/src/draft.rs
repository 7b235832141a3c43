//! A decision in the making. It writes into the batch's overlay and so sees its own writes; if it
//! does not stand, all of it is put back, numbers too.
//!
//! It knows who asked, whose receipt it will be, apart from who pays: so time itself can buy.

use crate::account::Account;
use crate::catalogue::Region;
use crate::checked::{Checked, Guard};
use crate::circuit::{Circuit, CircuitState, Event, Status, step, waits};
use crate::delta::Tabled;
use crate::history::{Cause, CircuitMove, OrderMove, RouterMove, Why};
use crate::id::{AccountId, CircuitId, KeptRequest, Name, OrderId};
use crate::ledger::Posting;
use crate::offers::Offers;
use crate::order::Order;
use crate::overlay::Overlay;
use crate::parties::Parties;
use crate::price::PriceList;
use crate::receipt::Origin;
use crate::refusal::Refusal;
use crate::rules::{Carrier, Rules};
use crate::time::Timestamp;
use crate::view::View;

/// The counters of what is numbered. A number is used up where it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    /// The number of the next order, in any world.
    pub next_order: u64,
}

/// What a decision is made of besides the records.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'o> {
    /// Whose accounts it reads and writes.
    pub(crate) parties: &'o Parties,
    /// Whether it is made sure that it reads no others.
    pub(crate) checks: bool,
    /// The instant of the decision, in its parties' time.
    pub(crate) at: Timestamp,
    /// Chance, drawn once.
    pub(crate) seed: u128,
    /// The call it comes from; none for the operator of the world and for time itself.
    pub(crate) origin: Option<&'o Origin>,
    /// What brings it about.
    pub(crate) cause: Cause,
}

/// A decision in the making.
pub struct Draft<'d, 's> {
    overlay: &'d mut Overlay<'s>,
    numbers: &'d mut Numbers,
    /// What they were when it began.
    numbers_before: Numbers,
    /// What the clock and the instant that it was set to were then, as far as the batch has set
    /// them.
    clock_before: (Option<i64>, Timestamp),
    occasion: Occasion<'d>,
    guard: Guard<'d>,
}

impl<'d, 's> Draft<'d, 's> {
    /// A decision that has not read or written anything yet.
    pub(crate) fn begin(
        overlay: &'d mut Overlay<'s>,
        numbers: &'d mut Numbers,
        occasion: Occasion<'d>,
    ) -> Self {
        let numbers_before = *numbers;
        let clock_before = (overlay.delta().clock, overlay.delta().floor);
        let guard = Guard::new(occasion.parties, occasion.checks);
        Self { overlay, numbers, numbers_before, clock_before, occasion, guard }
    }

    /// It stands.
    pub(crate) fn keep(self) {
        self.overlay.keep();
    }

    /// It does not: everything is as it was before.
    pub(crate) fn put_back(self) {
        self.overlay.put_back();
        *self.numbers = self.numbers_before;
        let delta = self.overlay.delta_mut();
        (delta.clock, delta.floor) = self.clock_before;
    }

    /// The instant of the decision.
    pub fn at(&self) -> Timestamp {
        self.occasion.at
    }

    /// Chance, drawn once.
    pub fn seed(&self) -> u128 {
        self.occasion.seed
    }

    /// The operator's rules.
    pub fn rules(&self) -> &Rules {
        self.overlay.rules()
    }

    /// What access points offer.
    pub fn offers(&self) -> &Offers {
        &self.rules().offers
    }

    /// What the parties may see.
    pub(crate) fn view(&self) -> Checked<'_> {
        Checked::new(self.overlay, self.guard)
    }

    /// The record of this name.
    pub fn find<R: Tabled>(&self, name: &R::Name) -> Option<&R> {
        self.guard.see(name, R::find(self.overlay, name))
    }

    /// The record of this name, to be changed.
    pub fn edit<R: Tabled>(&mut self, name: &R::Name) -> Option<&mut R> {
        let (guard, below) = (self.guard, self.overlay.below());
        // Whoever is named must be a party, wherever the record is.
        guard.see::<R>(name, None);
        let found = || guard.see(name, below.and_then(|below| R::find(below, name)));
        let record = R::table(self.overlay.delta_mut()).touch(name, found)?;
        guard.lets_see(record.owner()).then_some(record)
    }

    /// Keeps a record, whatever was said under its name before.
    pub fn put<R: Tabled>(&mut self, record: R) {
        self.guard.expect(record.owner());
        R::table(self.overlay.delta_mut()).put(record);
    }

    /// What is written from now on has another cause.
    pub(crate) fn because(&mut self, cause: Cause) {
        self.occasion.cause = cause;
    }

    /// Why something is written now.
    pub(crate) fn why(&self) -> Why {
        let request = self.occasion.origin.map(|origin| origin.request);
        Why { at: self.at(), cause: self.occasion.cause, request }
    }

    /// The request that asks, if a call does.
    pub fn request(&self) -> Option<KeptRequest> {
        self.occasion.origin.and_then(|origin| KeptRequest::of(origin.request))
    }

    /// Whether a call asks, and leaves a receipt.
    pub fn is_called(&self) -> bool {
        self.occasion.origin.is_some()
    }

    /// Who called. Only callers give the commands that ask.
    pub fn caller(&self) -> AccountId {
        self.occasion.origin.expect("a caller gave this command").account
    }

    /// Where the call is to happen.
    pub fn callers_region(&self) -> Region {
        self.occasion.origin.expect("a caller gave this command").region
    }

    /// An account.
    pub fn account(&self, id: AccountId) -> Result<&Account, Refusal> {
        self.find(&id).ok_or(Refusal::NoSuchAccount)
    }

    /// An account that is there, to be changed.
    pub fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.edit(&id).expect("the account was found before")
    }

    /// The caller's circuit of this id, in any region.
    pub fn own_circuit(&self, id: CircuitId) -> Result<&Circuit, Refusal> {
        let circuit: &Circuit = self.find(&id).ok_or(Refusal::NoSuchCircuit)?;
        let own = circuit.account == self.caller() && !circuit.state.deleted;
        if own { Ok(circuit) } else { Err(Refusal::NoSuchCircuit) }
    }

    /// The caller's circuit of this id in the region of the call.
    pub fn callers_circuit(&self, id: CircuitId) -> Result<&Circuit, Refusal> {
        let origin = self.occasion.origin.expect("a caller gave this command");
        let circuit: &Circuit = self.find(&id).ok_or(Refusal::NoSuchCircuit)?;
        if circuit.account != origin.account || circuit.region != origin.region {
            return Err(Refusal::NoSuchCircuit);
        }
        if circuit.state.deleted {
            return Err(Refusal::CircuitDeleted);
        }
        Ok(circuit)
    }

    /// The same, of which is told apart whether the caller has it in another region.
    pub fn callers_circuit_here(&self, id: CircuitId) -> Result<&Circuit, Refusal> {
        let is_elsewhere = |circuit: &Circuit| {
            let own = circuit.account == self.caller() && !circuit.state.deleted;
            own && circuit.region != self.callers_region()
        };
        let elsewhere = self.find(&id).is_some_and(is_elsewhere);
        if elsewhere { Err(Refusal::CircuitElsewhere) } else { self.callers_circuit(id) }
    }

    /// Whether a circuit can be the caller's companion of another. SOURCE: api dossier, annex A: it
    /// must be Allocated, Confirmed or Enabled and belong to the caller.
    pub fn check_redundant(&self, id: CircuitId) -> Result<(), Refusal> {
        let own = self.find::<Circuit>(&id).filter(|circuit| circuit.account == self.caller());
        if own.is_none() && self.view().is_taken(Name::Circuit(&id)) {
            return Err(Refusal::OthersCircuit);
        }
        let companion = own.filter(|circuit| !circuit.state.deleted);
        let companion = companion.ok_or(Refusal::NoSuchRedundantCircuit)?;
        match companion.state.status {
            Status::Allocated | Status::Confirmed | Status::Enabled => Ok(()),
            _ => Err(Refusal::RedundantCircuitState),
        }
    }

    /// A circuit that is there.
    pub fn circuit(&self, id: CircuitId) -> &Circuit {
        self.find(&id).expect("the circuit was found before")
    }

    /// A circuit that is there, to be changed. What changes its state is [`Draft::move_circuit`].
    pub fn circuit_mut(&mut self, id: CircuitId) -> &mut Circuit {
        self.edit(&id).expect("the circuit was found before")
    }

    /// Keeps a circuit that is new.
    pub fn add_circuit(&mut self, circuit: Circuit) {
        let (id, account, state) = (circuit.id, circuit.account, circuit.state);
        self.put(circuit);
        self.note_move(id, account, state);
    }

    /// Moves a circuit, and keeps right when its subscription takes its next step and how many
    /// circuits of its owner wait.
    pub fn move_circuit(&mut self, id: CircuitId, mut next: CircuitState) {
        next.subscription.steps_at = next.next_step(self.at(), self.rules().renewal_lead_ms);
        let circuit = self.circuit_mut(id);
        let (before, after) = (waits(circuit, &circuit.state), waits(circuit, &next));
        let (owner, moves) = (circuit.account, circuit.state != next);
        circuit.state = next;
        if moves {
            self.note_move(id, owner, next);
        }
        if before != after {
            let account = self.account_mut(owner);
            let less = account.waiting_circuits.checked_sub(u32::from(before));
            let less = less.expect("it was counted when it came");
            account.waiting_circuits = less + u32::from(after);
        }
    }

    /// Adds to a circuit's history. What a decision does to a circuit for one cause is one move.
    fn note_move(&mut self, circuit: CircuitId, account: AccountId, state: CircuitState) {
        let why = Some(self.why());
        let moves = &mut self.overlay.delta_mut().circuit_moves;
        match moves.last_of_decision() {
            Some(last) if last.circuit == circuit && last.why == why => last.state = state,
            _ => moves.push(CircuitMove { circuit, account, state, why }),
        }
    }

    /// An event moves a circuit along; if the automatic carrier has a part in what comes next, it
    /// takes its step in time.
    pub fn step_circuit(&mut self, id: CircuitId, event: Event) -> Result<(), Refusal> {
        let before = self.circuit(id).state;
        let mut next = step(before, event)?;
        if next.status != before.status {
            next.wakes_at = self.carrier_due(next.status);
        }
        self.move_circuit(id, next);
        Ok(())
    }

    /// Adds to the history of routers.
    pub(crate) fn add_router_move(&mut self, step: RouterMove) {
        self.overlay.delta_mut().router_moves.push(step);
    }

    /// When the automatic carrier takes its next step, if there is one.
    pub fn carrier_due(&self, status: Status) -> Option<Timestamp> {
        let steps = matches!(status, Status::Initial | Status::Allocating | Status::Terminating);
        let auto = self.overlay.rules().carrier == Carrier::Auto;
        (steps && auto).then(|| self.at().plus_ms(self.rules().carrier_step_ms))
    }

    /// The caller's order of this number.
    pub fn own_order(&self, id: OrderId) -> Result<&Order, Refusal> {
        let order: Option<&Order> = self.find(&id);
        order.filter(|order| order.account == self.caller()).ok_or(Refusal::NoSuchOrder)
    }

    /// An order that can still be paid or voided.
    pub fn open_order(&self, id: OrderId) -> Result<&Order, Refusal> {
        let order: &Order = self.find(&id).ok_or(Refusal::NoSuchOrder)?;
        order.check_open()?;
        Ok(order)
    }

    /// An order that is there.
    pub fn order(&self, id: OrderId) -> &Order {
        self.find(&id).expect("the order was found before")
    }

    /// Keeps an order: a new one, or one as it now is, which is added to its history.
    pub fn put_order(&mut self, order: Order) {
        let before = self.find::<Order>(&order.id).map(|order| order.status);
        if let Some(before) = before.filter(|before| *before != order.status) {
            let Order { id, account, status, .. } = order;
            let change = OrderMove { order: id, account, before, status, why: self.why() };
            self.overlay.delta_mut().order_moves.push(change);
        }
        self.put(order);
    }

    /// The number of a new order or bill. It is used up unless the decision is put back.
    pub fn number_order(&mut self) -> OrderId {
        let number = self.numbers.next_order;
        self.numbers.next_order += 1;
        OrderId::new(number).expect("numbers begin far above zero")
    }

    /// Moves money, and keeps the balance of the customer whose money it is.
    pub fn post(&mut self, posting: Posting) {
        if let Some((account, _)) = posting.cash_effect() {
            self.account_mut(account).balance = posting.balance_after;
        }
        self.overlay.delta_mut().postings.push(posting);
    }

    /// Adds a price list; the world's command alone does.
    pub fn add_prices(&mut self, list: PriceList) {
        self.overlay.delta_mut().price_lists.push(list);
    }

    /// Sets the world's clock, so far ahead of the wall, to this instant.
    pub fn set_clock(&mut self, offset_ms: i64, to: Timestamp) {
        let delta = self.overlay.delta_mut();
        delta.clock = Some(offset_ms);
        delta.floor = to.max(delta.floor);
    }

    /// Forgets everything in the world.
    pub fn clear(&mut self) {
        self.overlay.clear();
    }
}
