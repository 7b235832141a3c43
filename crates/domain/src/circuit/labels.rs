//! Which circuits have a label: a name, a resource group, a tag. What it says stands with the
//! circuits alone.
//!
//! A table holds, for each label, the places of the circuits that have it; which label that is the
//! circuit at the first of them tells. So a circuit without labels costs nothing, and one whose
//! name no other has some thirty bytes.

use super::{Circuit, CircuitWords};
use crate::catalogue::Region;
use crate::id::AccountId;
use crate::shelf::{PARTS, Shelf, part_of, spread};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use roaring::RoaringBitmap;

/// What circuits are sought by, of what their owners call them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Label<'l> {
    /// `Name`.
    Name(&'l str),
    /// `ResourceGroupId`.
    Group(&'l str),
    /// A tag of this key, whatever its value.
    Key(&'l str),
    /// A tag of this key and value.
    Tag(&'l str, &'l str),
}

impl Label<'_> {
    fn is_in(self, words: &CircuitWords) -> bool {
        match self {
            Self::Name(name) => *words.name == *name,
            Self::Group(group) => *words.resource_group == *group,
            Self::Key(key) => words.tags.get(key).is_some(),
            Self::Tag(key, value) => words.tags.get(key) == Some(value),
        }
    }
}

/// The words that have the labels of a circuit, if it has any: no deleted one is sought.
pub(super) fn sought_by(circuit: &Circuit) -> Option<&CircuitWords> {
    circuit.particulars.words.as_deref().filter(|_| !circuit.state.deleted)
}

/// Each label by which a circuit is sought.
fn labels_of(circuit: &Circuit) -> impl Iterator<Item = Label<'_>> {
    sought_by(circuit).into_iter().flat_map(|words| {
        let name = Some(Label::Name(&words.name)).filter(|_| !words.name.is_empty());
        let group = &words.resource_group;
        let group = Some(Label::Group(group)).filter(|_| !group.is_empty());
        let tags = words.tags.all().iter();
        let tags = tags.flat_map(|tag| [Label::Key(&tag.key), Label::Tag(&tag.key, &tag.value)]);
        name.into_iter().chain(group).chain(tags)
    })
}

/// Places of circuits that have something; at least one.
#[derive(Debug)]
pub(super) enum Having {
    /// As most names are had.
    One(u32),
    /// As most tags are.
    Several(Box<RoaringBitmap>),
}

impl Having {
    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Several(places) => places.len(),
        }
    }

    /// Each of them.
    pub(super) fn all(&self) -> RoaringBitmap {
        match self {
            Self::One(only) => [*only].into(),
            Self::Several(places) => (**places).clone(),
        }
    }

    /// Those that are among these.
    pub(super) fn among(&self, few: &RoaringBitmap) -> RoaringBitmap {
        match self {
            Self::One(only) => few.contains(*only).then_some(*only).into_iter().collect(),
            Self::Several(places) => few & &**places,
        }
    }

    fn first(&self) -> u32 {
        match self {
            Self::One(only) => *only,
            Self::Several(places) => places.min().expect("at least one"),
        }
    }

    pub(super) fn add(&mut self, place: u32) {
        match self {
            Self::One(only) => *self = Self::Several(Box::new([*only, place].into())),
            Self::Several(places) => drop(places.insert(place)),
        }
    }

    /// Takes one out, if others are left then.
    pub(super) fn remove(&mut self, place: u32) -> bool {
        let Self::Several(places) = self else { return false };
        places.remove(place);
        if let (Some(first), Some(last)) = (places.min(), places.max())
            && first == last
        {
            *self = Self::One(first);
        }
        true
    }
}

/// Which circuits have which labels, by whose they are and where.
#[derive(Debug)]
pub(super) struct Labels {
    /// A part of the hash of a label, and the places of those that have it.
    parts: [HashTable<(u32, Having)>; PARTS],
    hasher: DefaultHashBuilder,
}

impl Default for Labels {
    fn default() -> Self {
        // Callers choose them, so the hash is keyed with chance.
        let parts = std::array::from_fn(|_| HashTable::new());
        Self { parts, hasher: DefaultHashBuilder::default() }
    }
}

/// Whose a circuit is, and where.
pub(super) type Whose = (AccountId, Region);

/// Whether these are the circuits that have a label.
fn is_of(all: &Shelf<Circuit>, having: &Having, whose: Whose, label: Label) -> bool {
    all.get(having.first() as usize).is_some_and(|circuit| {
        let words = circuit.particulars.words.as_deref();
        (circuit.account, circuit.region) == whose && words.is_some_and(|its| label.is_in(its))
    })
}

impl Labels {
    /// The circuits that have a label, if any do.
    pub(super) fn find(&self, all: &Shelf<Circuit>, whose: Whose, label: Label) -> Option<&Having> {
        let (part, kept) = part_of(&self.hasher, &(whose, label));
        let meant =
            |(its, having): &(u32, Having)| *its == kept && is_of(all, having, whose, label);
        self.parts[part].find(spread(kept), meant).map(|(_, having)| having)
    }

    /// Notes the labels of the circuit at a place, none of which is noted.
    pub(super) fn add(&mut self, all: &Shelf<Circuit>, place: usize) {
        let (circuit, place) = at(all, place);
        let whose = (circuit.account, circuit.region);
        for label in labels_of(circuit) {
            let (part, kept) = part_of(&self.hasher, &(whose, label));
            let meant =
                |(its, having): &(u32, Having)| *its == kept && is_of(all, having, whose, label);
            let hash_again = |(its, _): &(u32, Having)| spread(*its);
            match self.parts[part].entry(spread(kept), meant, hash_again) {
                Entry::Occupied(mut entry) => entry.get_mut().1.add(place),
                Entry::Vacant(entry) => drop(entry.insert((kept, Having::One(place)))),
            }
        }
    }

    /// Forgets the labels of the circuit at a place, all of which are noted.
    pub(super) fn remove(&mut self, all: &Shelf<Circuit>, place: usize) {
        let (circuit, place) = at(all, place);
        let whose = (circuit.account, circuit.region);
        for label in labels_of(circuit) {
            let (part, kept) = part_of(&self.hasher, &(whose, label));
            let meant =
                |(its, having): &(u32, Having)| *its == kept && is_of(all, having, whose, label);
            let found = self.parts[part].find_entry(spread(kept), meant);
            let mut entry = found.unwrap_or_else(|_| panic!("a label is noted"));
            if !entry.get_mut().1.remove(place) {
                entry.remove();
            }
        }
    }
}

/// The circuit at a place that there is, and the place as it is kept here.
fn at(all: &Shelf<Circuit>, place: usize) -> (&Circuit, u32) {
    let circuit = all.get(place).expect("circuits stay");
    (circuit, kept(place))
}

/// A place as it is kept here.
pub(super) fn kept(place: usize) -> u32 {
    u32::try_from(place).expect("fewer than 2^32 circuits")
}
