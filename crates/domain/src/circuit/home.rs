//! Where a state keeps circuits, and how it finds those that are sought without a look at each.
//!
//! An account may have a million in a region, and nobody who asks for a few of them, or how many
//! there are of a kind, may keep others waiting: whatever is asked after leads to the places of
//! those that have it, a bit each, and conditions are sets of places that are cut with one another.

use super::labels::{Having, Label, Labels, Whose, kept, sought_by};
use super::{Circuit, Status};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use crate::id::{AccountId, CircuitId};
use crate::kept::Home;
use crate::shelf::{Places, Shelf};
use crate::time::Timestamp;
use hashbrown::HashMap;
use roaring::{MultiOps, RoaringBitmap};
use std::collections::BTreeMap;

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
    /// Those of which these are the facts, by the facts.
    kinds: Vec<(Facts, Having)>,
}

impl Own {
    fn add(&mut self, facts: Facts, place: u32) {
        match self.kinds.binary_search_by_key(&facts, |(its, _)| *its) {
            Ok(at) => self.kinds[at].1.add(place),
            Err(at) => self.kinds.insert(at, (facts, Having::One(place))),
        }
    }

    fn remove(&mut self, facts: Facts, place: u32) {
        let at = self.kinds.binary_search_by_key(&facts, |(its, _)| *its);
        let at = at.expect("what goes was added");
        if !self.kinds[at].1.remove(place) {
            self.kinds.remove(at);
        }
    }
}

/// So many places, which are in memory.
pub(crate) fn count(places: u64) -> usize {
    usize::try_from(places).expect("what is in memory")
}

/// Circuits, in order of making; an id leads to its place, and so does a label.
#[derive(Debug)]
pub struct Circuits {
    all: Shelf<Circuit>,
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

    /// The places of the circuits of an account in a region, none of them deleted, whose facts will
    /// do and that have one label of each of these lists. No label is empty.
    pub(crate) fn sought(
        &self,
        (whose, labels): (Whose, &[Vec<Label>]),
        will_do: impl Fn(&Facts) -> bool,
    ) -> RoaringBitmap {
        let Some(own) = self.of.get(&whose) else { return RoaringBitmap::new() };
        let kinds = own.kinds.iter().filter(|(facts, _)| !facts.deleted && will_do(facts));
        let kinds = kinds.map(|(_, places)| places);
        let find = |label: &Label| self.labels.find(&self.all, whose, *label);
        let lists = labels.iter().map(|list| list.iter().filter_map(find).collect());
        let mut lists: Vec<Vec<&Having>> = lists.collect();
        // From the fewest on, so that a few are found at once among however many.
        lists.sort_by_key(|list| list.iter().map(|having| having.len()).sum::<u64>());
        let Some((fewest, others)) = lists.split_first() else {
            return kinds.map(Having::all).union();
        };
        let fewest = fewest.iter().map(|having| having.all()).union();
        let few = others
            .iter()
            .fold(fewest, |few, list| list.iter().map(|having| having.among(&few)).union());
        kinds.map(|kind| kind.among(&few)).union()
    }

    /// How many of an account's circuits stand at an access point of this region.
    pub(crate) fn standing(&self, whose: Whose, point: AccessPoint) -> usize {
        let kinds = self.of.get(&whose).map_or(&[][..], |own| &own.kinds);
        let at_point = kinds.iter().filter(|(facts, _)| facts.access_point == point);
        let stand = at_point.filter(|(facts, _)| facts.stands());
        stand.map(|(_, places)| count(places.len())).sum()
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

    /// The places of an account's circuits in a region.
    pub(crate) fn own(&self, whose: Whose) -> &[u32] {
        self.of.get(&whose).map_or(&[], |own| &own.places)
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
            self.places.insert(&id, place);
            self.labels.add(&self.all, place);
            let own = self.of.entry(whose).or_default();
            let place = kept(place);
            own.places.push(place);
            own.add(facts, place);
            return;
        };
        let old = self.at(place);
        replaced(old);
        let (before, was_overdue) = (Facts::of(old), old.overdue_from());
        // Most often only where it stands has changed.
        let is_relabelled = sought_by(old) != sought_by(&circuit);
        if is_relabelled {
            self.labels.remove(&self.all, place);
        }
        *self.all.get_mut(place).expect("it has a place") = circuit;
        if is_relabelled {
            self.labels.add(&self.all, place);
        }
        if before != facts {
            let own = self.of.get_mut(&whose).expect("a circuit stays where it is");
            let place = kept(place);
            own.remove(before, place);
            own.add(facts, place);
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
