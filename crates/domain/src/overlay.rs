//! A view with changes that are not committed yet: what the next proposal of a batch is decided on.

use crate::bill::Bill;
use crate::catalogue::{AccessPoint, Region};
use crate::circuit::Circuit;
use crate::delta::Delta;
use crate::id::{AccountId, CircuitId, Name};
use crate::kept::Record;
use crate::order::Order;
use crate::price::{Currency, PriceList};
use crate::receipt::{Earlier, ReceiptKey};
use crate::record::Due;
use crate::records;
use crate::reference::Reference;
use crate::router::Router;
use crate::rules::Rules;
use crate::state::{Appointment, appointments};
use crate::table::Keyed;
use crate::time::Timestamp;
use crate::view::{Records, View};
use hashbrown::HashMap;
use std::collections::BTreeSet;

/// Changes that are not committed yet, and what is known of when things happen by them.
#[derive(Default)]
struct Uncommitted {
    delta: Delta,
    /// What is due among the records of the delta.
    agenda: BTreeSet<Appointment>,
    /// No later than anything on the agenda.
    earliest: Option<Timestamp>,
    /// What has been made to happen last of each account: nothing below comes before it any more.
    passed: HashMap<AccountId, (Timestamp, Due)>,
}

/// A view with changes that are not committed yet.
pub struct Overlay<'s> {
    below: &'s dyn View,
    changes: Uncommitted,
    /// What there was when the decision forgot everything, to be put back if it does not stand.
    forgotten: Option<Box<Uncommitted>>,
}

impl<'s> Overlay<'s> {
    /// The view as it is, with room for the changes of about so many proposals.
    pub fn over(below: &'s dyn View, proposals: usize) -> Self {
        let mut changes = Uncommitted::default();
        changes.delta.reserve(proposals);
        Self { below, changes, forgotten: None }
    }

    /// The changes so far.
    pub fn delta(&self) -> &Delta {
        &self.changes.delta
    }

    /// The changes, to be committed and then merged.
    pub fn into_delta(self) -> Delta {
        self.changes.delta
    }

    /// The same, to be written to by a decision.
    pub(crate) fn delta_mut(&mut self) -> &mut Delta {
        &mut self.changes.delta
    }

    /// What is below, unless all of it was forgotten.
    pub(crate) fn below(&self) -> Option<&'s dyn View> {
        (!self.changes.delta.cleared).then_some(self.below)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        let fresh = Uncommitted { delta: Delta::of_nothing(), ..Uncommitted::default() };
        let before = std::mem::replace(&mut self.changes, fresh);
        self.forgotten.get_or_insert_with(|| Box::new(before));
    }

    /// The decision stands.
    pub(crate) fn keep(&mut self) {
        let Uncommitted { delta, agenda, earliest, .. } = &mut self.changes;
        delta.each_rescheduled(|account, before, now| {
            if let Some((at, due)) = before {
                agenda.remove(&(account, at, due));
            }
            if let Some((at, due)) = now {
                agenda.insert((account, at, due));
                *earliest = Some(earliest.map_or(at, |earliest| earliest.min(at)));
            }
        });
        delta.keep();
        self.forgotten = None;
    }

    /// Everything is as it was before the decision.
    pub(crate) fn put_back(&mut self) {
        if let Some(before) = self.forgotten.take() {
            self.changes = *before;
        }
        self.changes.delta.put_back();
    }

    /// Notes what has been made to happen of an account, so that it is not looked for again.
    pub(crate) fn pass(&mut self, account: AccountId, due: (Timestamp, Due)) {
        self.changes.passed.insert(account, due);
    }
}

macro_rules! records_above {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        impl Records for Overlay<'_> {
            $(fn $one(&self, name: &<$record as Record>::Name) -> Option<&$record> {
                self.changes.delta.$many.get(name).or_else(|| self.below()?.$one(name))
            })+
        }
    };
}

records!(records_above);

impl View for Overlay<'_> {
    fn rules(&self) -> &Rules {
        self.below.rules()
    }

    fn clock(&self) -> i64 {
        self.delta().clock.or_else(|| self.below().map(View::clock)).unwrap_or(0)
    }

    fn floor(&self) -> Timestamp {
        let below = self.below().map(View::floor).unwrap_or_default();
        self.delta().floor.max(below)
    }

    fn latest(&self, account: AccountId) -> Timestamp {
        let ours = self.delta().latest.get(&account).map(|reached| reached.at).unwrap_or_default();
        let below = self.below().map(|below| below.latest(account)).unwrap_or_default();
        ours.max(self.delta().floor).max(below)
    }

    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier> {
        self.delta().earlier(key).or_else(|| self.below()?.receipt(key))
    }

    fn price_list(&self, currency: Currency) -> Option<&PriceList> {
        let newest = self.delta().price_lists.iter().rev().find(|list| list.currency == currency);
        newest.or_else(|| self.below()?.price_list(currency))
    }

    fn price_list_of(&self, version: u32) -> Option<&PriceList> {
        let ours = self.delta().price_lists.iter().find(|list| list.version == version);
        ours.or_else(|| self.below()?.price_list_of(version))
    }

    fn price_version(&self) -> u32 {
        let newest = self.delta().price_lists.iter().next_back().map(|list| list.version);
        newest.or_else(|| self.below().map(View::price_version)).unwrap_or(1)
    }

    fn is_filled(&self) -> bool {
        !self.delta().accounts.is_empty() || self.below().is_some_and(View::is_filled)
    }

    fn is_taken(&self, name: Name<'_>) -> bool {
        let ours = match name {
            Name::Circuit(id) => self.delta().circuits.get(id).is_some(),
            Name::Order(id) => self.delta().orders.get(&id).is_some(),
            Name::Key(id) => self.delta().keys.get(&id.into()).is_some(),
            Name::Router(id) => self.delta().routers.get(id).is_some(),
            Name::Group(id) => self.delta().groups.get(id).is_some(),
        };
        ours || self.below().is_some_and(|below| below.is_taken(name))
    }

    fn next_due(
        &self,
        account: AccountId,
        passed: Option<(Timestamp, Due)>,
    ) -> Option<(Timestamp, Due)> {
        let mut ours = self.changes.agenda.range(appointments(account, passed));
        let ours = ours.next().filter(|(whose, ..)| *whose == account);
        let ours = ours.map(|(_, at, due)| (*at, *due));
        let mut passed = passed.max(self.changes.passed.get(&account).copied());
        let below = self.below().and_then(|below| {
            loop {
                let (at, due) = below.next_due(account, passed)?;
                if !self.delta().speaks_for(&due) {
                    return Some((at, due));
                }
                passed = Some((at, due));
            }
        });
        [ours, below].into_iter().flatten().min()
    }

    fn earliest_due(&self) -> Option<Timestamp> {
        let below = self.below().and_then(View::earliest_due);
        [self.changes.earliest, below].into_iter().flatten().min()
    }

    fn due_accounts(&self, until: Timestamp) -> Vec<AccountId> {
        let mut all = self.below().map(|below| below.due_accounts(until)).unwrap_or_default();
        let ours = self.changes.agenda.iter().filter(|(_, at, _)| *at <= until);
        all.extend(ours.map(|(account, ..)| *account));
        all.sort_unstable();
        all.dedup();
        all.retain(|account| self.next_due(*account, None).is_some_and(|(at, _)| at <= until));
        all
    }

    fn circuits_of(
        &self,
        account: AccountId,
        region: Region,
    ) -> Box<dyn Iterator<Item = &Circuit> + '_> {
        let old = self.below().into_iter().flat_map(move |b| b.circuits_of(account, region));
        let old = old.map(|circuit| self.delta().circuits.get(&circuit.id).unwrap_or(circuit));
        let new = self.delta().circuits.iter().filter(move |circuit| {
            let its = circuit.account == account && circuit.region == region;
            its && self.below().is_none_or(|below| below.circuit(&circuit.id).is_none())
        });
        Box::new(old.chain(new))
    }

    fn standing(&self, account: AccountId, region: Region, point: AccessPoint) -> usize {
        let below = self.below().map_or(0, |below| below.standing(account, region, point));
        let is_there = |circuit: &Circuit| (circuit.account, circuit.region) == (account, region);
        self.recounted(below, |circuit| is_there(circuit) && circuit.stands_at(point))
    }

    fn overdue(&self, account: AccountId, at: Timestamp) -> usize {
        let below = self.below().map_or(0, |below| below.overdue(account, at));
        let is_overdue = |circuit: &Circuit| circuit.overdue_from().is_some_and(|from| from <= at);
        self.recounted(below, |circuit| circuit.account == account && is_overdue(circuit))
    }

    fn routers_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Router> + '_> {
        let old = self.below().into_iter().flat_map(move |below| below.routers_of(account));
        self.routers(old, move |router| router.account == account)
    }

    fn routers_on(
        &self,
        account: AccountId,
        circuit: CircuitId,
    ) -> Box<dyn Iterator<Item = &Router> + '_> {
        // One that has come to be on the circuit since is not known to be on it below.
        let old =
            self.below().into_iter().flat_map(move |below| below.routers_on(account, circuit));
        let is_on = move |router: &Router| router.vlan_on(&circuit).is_some();
        self.routers(old, move |router| router.account == account && is_on(router))
    }

    fn references_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Reference> + '_> {
        let old = self.below().into_iter().flat_map(move |below| below.references_of(account));
        let changed = &self.delta().references;
        let old = old.map(|its| changed.get(&its.name()).unwrap_or(its));
        let is_old = |its: &Reference| {
            self.below().is_some_and(|below| below.reference(&its.name()).is_some())
        };
        let new = changed.iter().filter(move |its| its.account == account && !is_old(its));
        Box::new(old.chain(new))
    }

    fn orders_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Order> + '_> {
        let old = self.below().into_iter().flat_map(move |below| below.orders_of(account));
        newest_first(&self.delta().orders, old, account, move |id| {
            self.below().is_some_and(|below| below.order(id).is_some())
        })
    }

    fn bills_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Bill> + '_> {
        let old = self.below().into_iter().flat_map(move |below| below.bills_of(account));
        newest_first(&self.delta().bills, old, account, move |id| {
            self.below().is_some_and(|below| below.bill(id).is_some())
        })
    }
}

impl Overlay<'_> {
    /// How many circuits are so, of which there are this many below: a look at each that is not
    /// committed, of which a batch has few.
    fn recounted(&self, below: usize, is_so: impl Fn(&Circuit) -> bool) -> usize {
        let was_so = |id| self.below().and_then(|below| below.circuit(id)).is_some_and(&is_so);
        self.delta().circuits.iter().fold(below, |count, now| {
            // Where none was so below, none is sought there.
            let before = below > 0 && was_so(&now.id);
            count + usize::from(is_so(now)) - usize::from(before)
        })
    }

    /// Routers in order of making: the `old` that are not changed, and what is so of the others.
    fn routers<'v>(
        &'v self,
        old: impl Iterator<Item = &'v Router>,
        is_meant: impl Fn(&Router) -> bool,
    ) -> Box<dyn Iterator<Item = &'v Router> + 'v> {
        let changed = &self.delta().routers;
        let old = old.filter(|router| changed.get(&router.id).is_none());
        let mut all: Vec<&Router> =
            old.chain(changed.iter().filter(|router| is_meant(router))).collect();
        all.sort_unstable_by_key(|router| router.made());
        Box::new(all.into_iter())
    }
}

/// The records of an account, newest first: what is new of those that are not committed, then the
/// `old`, each as it now is.
fn newest_first<'v, R: Record>(
    uncommitted: &'v Keyed<R>,
    old: impl Iterator<Item = &'v R> + 'v,
    account: AccountId,
    is_old: impl Fn(&R::Name) -> bool,
) -> Box<dyn Iterator<Item = &'v R> + 'v> {
    let old = old.map(|record| uncommitted.get(&record.name()).unwrap_or(record));
    let its = |record: &&R| record.owner() == account && !is_old(&record.name());
    let new: Vec<_> = uncommitted.iter().filter(its).collect();
    Box::new(new.into_iter().rev().chain(old))
}
