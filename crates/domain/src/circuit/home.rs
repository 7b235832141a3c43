//! Where a state keeps circuits, and how it finds those that are sought without a look at each.
//!
//! An account may have a million in a region, and nobody who asks for a few of them, or how many
//! there are of a kind, may keep others waiting: labels lead to circuits, and what else is asked
//! after stands in a short column and is counted.

use super::labels::{Having, Label, Labels, Whose, sought_by};
use super::{Circuit, Status};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use crate::id::{AccountId, CircuitId};
use crate::kept::Home;
use crate::shelf::{Places, Shelf};
use crate::time::Timestamp;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What conditions on many circuits ask after, and is fixed in code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Facts {
    pub(crate) access_point: AccessPoint,
    pub(crate) line_operator: LineOperator,
    pub(crate) port_type: PortType,
    /// How fast it is, if it is a shared one.
    pub(crate) shared: Option<SharedSpec>,
    pub(crate) status: Status,
    pub(crate) deleted: bool,
    pub(crate) given: bool,
}

impl Facts {
    pub(crate) fn of(circuit: &Circuit) -> Self {
        Self {
            access_point: circuit.particulars.access_point,
            line_operator: circuit.particulars.line_operator,
            port_type: circuit.particulars.port_type,
            shared: circuit.hosted().map(|hosted| hosted.spec),
            status: circuit.state.status,
            deleted: circuit.state.deleted,
            given: circuit.given,
        }
    }

    /// Whether it counts among those that stand at their access points.
    /// ASSUMED: a shared circuit, which has no port of its own, does not.
    pub(crate) const fn stands(self) -> bool {
        !self.given && self.shared.is_none() && !self.deleted && self.status.stands()
    }
}

/// The circuits of an account in a region.
#[derive(Debug, Default)]
struct Own {
    /// In order of making.
    places: Vec<u32>,
    /// How many there are of which these are the facts, by the facts.
    counts: Vec<(Facts, u32)>,
}

impl Own {
    fn count(&mut self, facts: Facts) {
        match self.counts.binary_search_by_key(&facts, |(its, _)| *its) {
            Ok(at) => self.counts[at].1 += 1,
            Err(at) => self.counts.insert(at, (facts, 1)),
        }
    }

    fn discount(&mut self, facts: Facts) {
        let at = self.counts.binary_search_by_key(&facts, |(its, _)| *its);
        let at = at.expect("what goes was counted");
        self.counts[at].1 -= 1;
        if self.counts[at].1 == 0 {
            self.counts.remove(at);
        }
    }
}

/// Circuits, in order of making; an id leads to its place, and so does a label.
#[derive(Debug)]
pub struct Circuits {
    all: Shelf<Circuit>,
    /// The facts of each, at its place.
    facts: Shelf<Facts>,
    places: Places,
    labels: Labels,
    of: HashMap<Whose, Own>,
    /// How many of an account are overdue from an instant on. Most end at the end of a day, so that
    /// there are few instants for however many circuits.
    overdue: BTreeMap<(AccountId, Timestamp), u32>,
}

impl Default for Circuits {
    fn default() -> Self {
        Self {
            all: Shelf::new(),
            facts: Shelf::new(),
            places: Places::new(),
            labels: Labels::default(),
            of: HashMap::new(),
            overdue: BTreeMap::new(),
        }
    }
}

impl Circuits {
    /// How many there are, deleted ones included.
    pub(crate) fn len(&self) -> usize {
        self.all.end()
    }

    /// Where a circuit stands in the order of making.
    pub(crate) fn place(&self, id: &CircuitId) -> Option<usize> {
        let is = |place| self.all.get(place).is_some_and(|circuit: &Circuit| circuit.id == *id);
        self.places.find(id, is)
    }

    /// The circuit at a place that there is.
    pub(crate) fn at(&self, place: usize) -> &Circuit {
        self.all.get(place).expect("circuits stay")
    }

    /// The circuits of an account in a region, in order of making.
    pub(crate) fn of(&self, account: AccountId, region: Region) -> impl Iterator<Item = &Circuit> {
        self.own((account, region)).iter().filter_map(|&place| self.all.get(place as usize))
    }

    /// Shows `take` the circuits of an account in a region, none of them deleted, whose facts will
    /// do and that have one label of each of these lists, by their places in order of making, for
    /// as long as it goes on. No label is empty.
    pub(crate) fn seek(
        &self,
        (whose, labels): (Whose, &[Vec<Label>]),
        will_do: impl Fn(&Facts) -> bool,
        mut take: impl FnMut(usize) -> ControlFlow<()>,
    ) {
        let mut take = |place: u32| {
            let facts = self.facts.get(place as usize).expect("as the circuit");
            let does = !facts.deleted && will_do(facts);
            if does { take(place as usize) } else { ControlFlow::Continue(()) }
        };
        // What is left off at was wanted no more.
        let _ = match few(self.having(whose, labels)) {
            Some(few) => few.each(&mut take),
            None => self.own(whose).iter().copied().try_for_each(take),
        };
    }

    /// How many circuits there are as [`Self::seek`] shows them, where that is known without a look
    /// at each.
    pub(crate) fn count_sought(
        &self,
        (whose, labels): (Whose, &[Vec<Label>]),
        will_do: impl Fn(&Facts) -> bool,
    ) -> Option<usize> {
        let Some(own) = self.of.get(&whose) else { return Some(0) };
        let mut counts = own.counts.iter().filter(|(facts, _)| !facts.deleted);
        match few(self.having(whose, labels)) {
            None => {
                let counts = counts.filter(|(facts, _)| will_do(facts));
                Some(counts.map(|(_, count)| *count as usize).sum())
            }
            // Conditions that all of them meet are none.
            Some(few) if counts.all(|(facts, _)| will_do(facts)) => few.len(),
            Some(_) => None,
        }
    }

    /// How many of an account's circuits stand at an access point of this region.
    pub(crate) fn standing(&self, whose: Whose, point: AccessPoint) -> usize {
        let counts = self.of.get(&whose).map_or(&[][..], |own| &own.counts);
        let at_point = counts.iter().filter(|(facts, _)| facts.access_point == point);
        at_point.filter(|(facts, _)| facts.stands()).map(|(_, count)| *count as usize).sum()
    }

    /// How many of an account's circuits are overdue at an instant.
    pub(crate) fn overdue(&self, account: AccountId, at: Timestamp) -> usize {
        let from = (account, Timestamp::MIN);
        self.overdue.range(from..=(account, at)).map(|(_, count)| *count as usize).sum()
    }

    /// An account's circuit is overdue from another instant on than it was.
    fn recount_overdue(
        &mut self,
        account: AccountId,
        before: Option<Timestamp>,
        now: Option<Timestamp>,
    ) {
        if before == now {
            return;
        }
        if let Some(now) = now {
            *self.overdue.entry((account, now)).or_default() += 1;
        }
        if let Some(before) = before {
            let count = self.overdue.get_mut(&(account, before)).expect("it was counted");
            *count -= 1;
            if *count == 0 {
                self.overdue.remove(&(account, before));
            }
        }
    }

    /// How many circuits [`Self::seek`] looks at, at most.
    pub(crate) fn looked_at(&self, (whose, labels): (Whose, &[Vec<Label>])) -> usize {
        let few = few(self.having(whose, labels));
        few.map_or(self.own(whose).len(), |few| few.fewest.iter().map(|having| having.len()).sum())
    }

    /// The places of an account's circuits in a region.
    fn own(&self, whose: Whose) -> &[u32] {
        self.of.get(&whose).map_or(&[], |own| &own.places)
    }

    /// For each list of labels, the circuits that have one.
    fn having(&self, whose: Whose, labels: &[Vec<Label>]) -> Vec<Vec<&Having>> {
        let find = |label: &Label| self.labels.find(&self.all, whose, *label);
        labels.iter().map(|list| list.iter().filter_map(find).collect()).collect()
    }
}

/// Circuits that are in one set of each list.
struct Few<'c> {
    /// The list of the fewest.
    fewest: Vec<&'c Having>,
    others: Vec<Vec<&'c Having>>,
}

/// `None` if there is no list.
fn few(mut lists: Vec<Vec<&Having>>) -> Option<Few<'_>> {
    let len = |list: &[&Having]| list.iter().map(|having| having.len()).sum::<usize>();
    let fewest = (0..lists.len()).min_by_key(|at| len(&lists[*at]))?;
    Some(Few { fewest: lists.swap_remove(fewest), others: lists })
}

impl Few<'_> {
    /// How many there are, if that is known without a look at each.
    fn len(&self) -> Option<usize> {
        match (&self.fewest[..], &self.others[..]) {
            ([], _) => Some(0),
            ([only], []) => Some(only.len()),
            _ => None,
        }
    }

    /// Shows them in order of making, for as long as `take` goes on.
    fn each(&self, take: &mut impl FnMut(u32) -> ControlFlow<()>) -> ControlFlow<()> {
        let is_in = |list: &Vec<&Having>, place| list.iter().any(|having| having.contains(place));
        let mut take = |place| {
            let is_few = self.others.iter().all(|list| is_in(list, place));
            if is_few { take(place) } else { ControlFlow::Continue(()) }
        };
        if let [only] = self.fewest[..] {
            return only.iter().try_for_each(take);
        }
        let mut places: Vec<u32> = self.fewest.iter().flat_map(|having| having.iter()).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().try_for_each(&mut take)
    }
}

impl Home<Circuit> for Circuits {
    fn get(&self, id: &CircuitId) -> Option<&Circuit> {
        self.all.get(self.place(id)?)
    }

    fn put(&mut self, circuit: Circuit, replaced: impl FnOnce(&Circuit)) {
        let (id, whose) = (circuit.id, (circuit.account, circuit.region));
        let (facts, overdue) = (Facts::of(&circuit), circuit.overdue_from());
        let Some(place) = self.place(&id) else {
            self.recount_overdue(whose.0, None, overdue);
            let place = self.all.push(circuit);
            self.facts.push(facts);
            self.places.insert(&id, place);
            self.labels.add(&self.all, place);
            let own = self.of.entry(whose).or_default();
            own.places.push(u32::try_from(place).expect("fewer than 2^32 circuits"));
            own.count(facts);
            return;
        };
        let old = self.at(place);
        replaced(old);
        let was_overdue = old.overdue_from();
        // Most often only where it stands has changed.
        let is_relabelled = sought_by(old) != sought_by(&circuit);
        if is_relabelled {
            self.labels.remove(&self.all, place);
        }
        *self.all.get_mut(place).expect("it has a place") = circuit;
        if is_relabelled {
            self.labels.add(&self.all, place);
        }
        let its = self.facts.get_mut(place).expect("as the circuit");
        let before = std::mem::replace(its, facts);
        if before != facts {
            let own = self.of.get_mut(&whose).expect("a circuit stays where it is");
            own.discount(before);
            own.count(facts);
        }
        self.recount_overdue(whose.0, was_overdue, overdue);
    }

    fn all<'h>(&'h self) -> impl Iterator<Item = &'h Circuit>
    where
        Circuit: 'h,
    {
        self.all.iter()
    }
}
