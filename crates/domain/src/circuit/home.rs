//! Where a state keeps circuits, and how it finds those that are sought without a look at each.
//!
//! An account may have a million in a region, and nobody who asks for a few of them, or how many
//! there are of a kind, may keep others waiting: labels lead to circuits, and what else is asked
//! after stands in a short column and is counted.

use super::labels::{Having, Label, Labels, Whose, sought_by};
use super::{Circuit, Status};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::id::{AccountId, CircuitId};
use crate::kept::Home;
use crate::shelf::{Places, Shelf};
use hashbrown::HashMap;

/// What conditions on many circuits ask after, and is fixed in code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Facts {
    pub(crate) access_point: AccessPoint,
    pub(crate) line_operator: LineOperator,
    pub(crate) port_type: PortType,
    pub(crate) status: Status,
    pub(crate) deleted: bool,
}

impl Facts {
    const fn of(circuit: &Circuit) -> Self {
        Self {
            access_point: circuit.particulars.access_point,
            line_operator: circuit.particulars.line_operator,
            port_type: circuit.particulars.port_type,
            status: circuit.state.status,
            deleted: circuit.state.deleted,
        }
    }
}

/// Circuits that were sought, in order of making.
pub(crate) struct Sought<'c> {
    /// Each of them.
    pub(crate) rows: Box<dyn Iterator<Item = &'c Circuit> + 'c>,
    /// How many there are, where that is known without a look at each.
    pub(crate) total: Option<usize>,
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
}

impl Default for Circuits {
    fn default() -> Self {
        Self {
            all: Shelf::new(),
            facts: Shelf::new(),
            places: Places::new(),
            labels: Labels::default(),
            of: HashMap::new(),
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
        let places = self.of.get(&(account, region)).map_or(&[][..], |own| &own.places);
        places.iter().filter_map(|&place| self.all.get(place as usize))
    }

    /// The circuits of an account in a region, none of them deleted, whose facts will do and that
    /// have one label of each of these lists; no label is empty.
    pub(crate) fn sought<'c>(
        &'c self,
        whose: Whose,
        labels: &[Vec<Label>],
        will_do: impl Fn(&Facts) -> bool + 'c,
    ) -> Sought<'c> {
        let mut having = Vec::new();
        for list in labels {
            let found = list.iter().filter_map(|label| self.labels.find(&self.all, whose, *label));
            having.push(found.collect::<Vec<_>>());
        }
        let will_do = move |facts: &Facts| !facts.deleted && will_do(facts);
        if let Some(few) = few(having) {
            return self.sought_at(few, will_do, None);
        }
        let Some(own) = self.of.get(&whose) else {
            return Sought { rows: Box::new(std::iter::empty()), total: Some(0) };
        };
        let counts = own.counts.iter().filter(|(facts, _)| will_do(facts));
        let total = counts.map(|(_, count)| *count as usize).sum();
        self.sought_at(own.places.iter().copied(), will_do, Some(total))
    }

    fn sought_at<'c>(
        &'c self,
        places: impl Iterator<Item = u32> + 'c,
        will_do: impl Fn(&Facts) -> bool + 'c,
        total: Option<usize>,
    ) -> Sought<'c> {
        let does = move |place: &usize| self.facts.get(*place).is_some_and(&will_do);
        let places = places.map(|place| place as usize).filter(does);
        Sought { rows: Box::new(places.map(|place| self.at(place))), total }
    }
}

/// The places that are in one of each list: those of the shortest, held against the others. `None`
/// if there is no list.
fn few<'c>(mut lists: Vec<Vec<&'c Having>>) -> Option<Box<dyn Iterator<Item = u32> + 'c>> {
    let len = |list: &Vec<&Having>| list.iter().map(|having| having.len()).sum::<usize>();
    let shortest = (0..lists.len()).min_by_key(|at| len(&lists[*at]))?;
    let shortest = lists.swap_remove(shortest);
    let places: Box<dyn Iterator<Item = u32>> = match shortest[..] {
        [having] => Box::new(having.iter()),
        _ => {
            let mut places: Vec<u32> = shortest.iter().flat_map(|having| having.iter()).collect();
            places.sort_unstable();
            places.dedup();
            Box::new(places.into_iter())
        }
    };
    let is_in = |list: &Vec<&Having>, place| list.iter().any(|having| having.contains(place));
    Some(Box::new(places.filter(move |place| lists.iter().all(|list| is_in(list, *place)))))
}

impl Home<Circuit> for Circuits {
    fn get(&self, id: &CircuitId) -> Option<&Circuit> {
        self.all.get(self.place(id)?)
    }

    fn put(&mut self, circuit: Circuit, replaced: impl FnOnce(&Circuit)) {
        let (id, whose) = (circuit.id, (circuit.account, circuit.region));
        let facts = Facts::of(&circuit);
        let Some(place) = self.place(&id) else {
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
    }

    fn all<'h>(&'h self) -> impl Iterator<Item = &'h Circuit>
    where
        Circuit: 'h,
    {
        self.all.iter()
    }
}
