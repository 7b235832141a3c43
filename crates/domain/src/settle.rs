//! The protocol of a decision, the same for every store: what is due of its parties happens first,
//! each thing at its own instant; then the receipt of its token is looked for; then comes its rule.

use crate::assumptions::Assumptions;
use crate::checked::{Checked, Guard};
use crate::command::{Command, Proposal};
use crate::draft::{Draft, Numbers, Occasion};
use crate::due::happen;
use crate::history::Cause;
use crate::id::{AccountId, RequestId};
use crate::kind::Kind;
use crate::order::Order;
use crate::overlay::Overlay;
use crate::parties::Parties;
use crate::receipt::{Origin, Outcome, Receipt, ReceiptKey, TOKEN_LIFE_MS};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::view::View;

/// What became of a proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It happens.
    Accepted(Outcome),
    /// It happened before, in this request.
    Replayed(Outcome, RequestId),
    /// It does not happen; nothing is written for it.
    Refused(Refusal),
}

/// What a decision is made with, besides the records.
pub struct Means<'m> {
    /// The counters of what is numbered.
    pub numbers: &'m mut Numbers,
    /// How many things that are due may happen before the decision: so that nobody waits for all
    /// that years bring about at once. What is let happen is taken off.
    pub allowance: &'m mut usize,
    /// Whether a rule that reads of others than its parties panics.
    pub checks: bool,
}

/// Decides a proposal and writes what it changes into the overlay, with the numbers that it uses
/// up. `None`: more was due of its parties than the allowance let happen. What happened stands, and
/// the proposal is to be made again.
pub fn settle(overlay: &mut Overlay, proposal: &Proposal, means: &mut Means) -> Option<Verdict> {
    let rule = proposal.command.rule();
    let parties = rule.parties(proposal.caller(), overlay);
    let at = instant(overlay, proposal, &parties);
    let occasion = occasion(proposal, &parties, at, means.checks);
    if !pass_time(overlay, means, occasion) {
        return None;
    }
    reach(overlay, &parties, at);
    let call = proposal.origin.as_ref().map(|origin| Signature::of(&proposal.command, origin));
    let guard = Guard::new(&parties, means.checks);
    if let Some(verdict) = call.as_ref().and_then(|call| call.earlier(overlay, guard, at)) {
        return Some(verdict);
    }
    let mut draft = Draft::begin(overlay, means.numbers, occasion);
    Some(match rule.decide(&mut draft) {
        Ok(outcome) => {
            draft.keep();
            if let Some(call) = call {
                call.keep(overlay, outcome, at);
            }
            Verdict::Accepted(outcome)
        }
        Err(refusal) => {
            draft.put_back();
            Verdict::Refused(refusal)
        }
    })
}

/// The same with all that is due let happen at once: for who decides one thing at a time.
pub fn settle_at_once(
    overlay: &mut Overlay,
    proposal: &Proposal,
    numbers: &mut Numbers,
    checks: bool,
) -> Verdict {
    let mut allowance = usize::MAX;
    let mut means = Means { numbers, allowance: &mut allowance, checks };
    settle(overlay, proposal, &mut means).expect("whatever is due was let happen")
}

/// The order that a call would make or change now, its token not looked at: the same decision, put
/// back. `None` if it would make none.
pub(crate) fn quote(
    view: &dyn View,
    proposal: &Proposal,
    assumptions: Assumptions,
    checks: bool,
) -> Result<Option<Order>, Refusal> {
    // No order has this number, and none is ever made of it.
    let mut numbers = Numbers { next_order: 1 << 62 };
    let mut overlay = Overlay::over(view, 1);
    let rule = proposal.command.rule();
    let parties = rule.parties(proposal.caller(), &overlay);
    let at = instant(&overlay, proposal, &parties);
    let occasion = occasion(proposal, &parties, at, checks);
    let mut unlimited = usize::MAX;
    let mut means = Means { numbers: &mut numbers, allowance: &mut unlimited, checks };
    pass_time(&mut overlay, &mut means, occasion);
    let mut draft = Draft::begin(&mut overlay, &mut numbers, occasion);
    if let Some(circuit) = rule.circuit(&draft) {
        assumptions.hold(&mut draft, circuit);
    }
    Ok(match rule.decide(&mut draft)? {
        Outcome::Order { order, .. } | Outcome::SetUp { order, .. } => Some(*draft.order(order)),
        Outcome::Done
        | Outcome::Circuit(_)
        | Outcome::Circuits { .. }
        | Outcome::Router(_)
        | Outcome::Group(_) => None,
    })
}

/// What a proposal's own decision is made of besides the records.
fn occasion<'o>(
    proposal: &'o Proposal,
    parties: &'o Parties,
    at: Timestamp,
    checks: bool,
) -> Occasion<'o> {
    let origin = proposal.origin.as_ref();
    let cause = if origin.is_some() { Cause::Call } else { Cause::Operator };
    Occasion { parties, checks, at, seed: proposal.seed, origin, cause }
}

/// The instant of a decision: the wall's by the world's clock as it is now, since that may have
/// been moved or reset after the proposal was made, and never before what its parties have seen.
/// The world's own commands see nobody's, and keep no instant of an account.
fn instant(overlay: &Overlay, proposal: &Proposal, parties: &Parties) -> Timestamp {
    let now = proposal.wall.plus_ms(overlay.clock()).max(overlay.floor());
    parties.accounts().map(|account| overlay.latest(account)).fold(now, Timestamp::max)
}

/// Notes how far time has come.
fn reach(overlay: &mut Overlay, parties: &Parties, at: Timestamp) {
    let delta = overlay.delta_mut();
    if *parties == Parties::World {
        delta.floor = at.max(delta.floor);
    }
    for account in parties.accounts() {
        delta.reach(account, at);
    }
}

/// Whatever is due of the parties happens, account by account, unless it is more than is allowed;
/// says whether all did.
fn pass_time(overlay: &mut Overlay, means: &mut Means, occasion: Occasion) -> bool {
    if overlay.earliest_due().is_none_or(|earliest| earliest > occasion.at) {
        return true;
    }
    let accounts = match occasion.parties {
        Parties::World => overlay.due_accounts(occasion.at),
        parties => parties.accounts().collect(),
    };
    accounts.into_iter().all(|account| wake(overlay, means, occasion, account))
}

/// Whatever is due of an account happens, each thing at its own instant: without a caller, and so
/// without a receipt.
fn wake(overlay: &mut Overlay, means: &mut Means, occasion: Occasion, account: AccountId) -> bool {
    while let Some((at, due)) = overlay.next_due(account, None) {
        if at > occasion.at {
            return true;
        }
        let Some(left) = means.allowance.checked_sub(1) else {
            return false;
        };
        *means.allowance = left;
        let parties = Parties::One(account);
        let occasion = Occasion { parties: &parties, at, origin: None, ..occasion };
        let mut draft = Draft::begin(overlay, means.numbers, occasion);
        happen(&mut draft, due);
        draft.keep();
        overlay.pass(account, (at, due));
        overlay.delta_mut().reach(account, at);
        let next = overlay.next_due(account, None);
        assert_ne!(next, Some((at, due)), "what was due has happened");
    }
    true
}

/// A call as its receipt tells it.
struct Signature<'p> {
    command: &'p Command,
    origin: &'p Origin,
    kind: Kind,
    key: Option<ReceiptKey>,
}

impl<'p> Signature<'p> {
    fn of(command: &'p Command, origin: &'p Origin) -> Self {
        let kind = command.kind().expect("callers give only the commands that are theirs");
        let token = origin.token.as_deref();
        let key = token.map(|token| ReceiptKey::new(origin.account, origin.region, kind, token));
        let call = Self { command, origin, kind, key: None };
        Self { key: key.map(|key| key.of_call(kind, || call.fingerprint())), ..call }
    }

    fn fingerprint(&self) -> u128 {
        self.command.fingerprint().expect("what has a kind has a fingerprint")
    }

    /// What the receipt of the token says, if there is one that still lives.
    fn earlier(&self, overlay: &Overlay, guard: Guard, at: Timestamp) -> Option<Verdict> {
        let receipt = overlay.receipt(self.key.as_ref()?)?;
        if receipt.made_at.plus_ms(TOKEN_LIFE_MS) <= at {
            return None;
        }
        let same = receipt.fingerprint == self.fingerprint();
        // Of a token that says too little, the call's own effect tells whether it was made before.
        let stands = self.command.rule().stands(&Checked::new(overlay, guard));
        match stands {
            Some(stands) if !(same && stands) => return None,
            None if !same => return Some(Verdict::Refused(Refusal::TokenReused)),
            _ => {}
        }
        Some(Verdict::Replayed(receipt.outcome, receipt.request))
    }

    /// The receipt of what it came to.
    fn keep(self, overlay: &mut Overlay, outcome: Outcome, made_at: Timestamp) {
        let Self { origin, kind, key, .. } = self;
        let receipt = Receipt {
            account: origin.account,
            region: origin.region,
            kind,
            token: origin.token.clone(),
            fingerprint: self.fingerprint(),
            outcome,
            request: origin.request,
            made_at,
            nonce_mark: origin.nonce_mark,
            received_at: origin.received_at,
        };
        overlay.delta_mut().keep_receipt(key, receipt);
    }
}
