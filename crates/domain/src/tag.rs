//! Tags: words that customers put on what they have, a value under each key.

use crate::print::{Fingerprint, Print, printed};
use crate::words::words;

/// How many a resource may have. SOURCE: api dossier 7.
pub const TAGS_MAX: usize = 20;

words! {
    /// What can have tags. SOURCE: api dossier 2.
    ResourceType {
        /// A circuit.
        PhysicalConnection = "PHYSICALCONNECTION",
        /// A virtual border router.
        VirtualBorderRouter = "VIRTUALBORDERROUTER",
        /// A router interface.
        RouterInterface = "ROUTERINTERFACE",
        /// A QoS policy.
        TrafficQos = "TRAFFICQOS",
    }
}

printed! {
    /// A tag.
    Tag {
        /// `Key`.
        key: Box<str>,
        /// `Value`, which may be empty.
        value: Box<str>,
    }
}

/// Tags, by their keys, each key once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tags(Box<[Tag]>);

/// None print as nothing: calls of before there were tags are the same calls.
impl Print for Tags {
    fn print(&self, into: &mut Fingerprint) {
        if !self.is_empty() {
            into.number(self.0.len() as u64);
            for tag in &self.0 {
                tag.print(into);
            }
        }
    }
}

impl Tags {
    /// These; of two with one key the last.
    pub fn new(tags: impl IntoIterator<Item = Tag>) -> Self {
        let mut all: Vec<Tag> = Vec::new();
        for tag in tags {
            match all.binary_search_by(|known| known.key.cmp(&tag.key)) {
                Ok(place) => all[place] = tag,
                Err(place) => all.insert(place, tag),
            }
        }
        Self(all.into())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, by its key.
    pub fn all(&self) -> &[Tag] {
        &self.0
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let place = self.0.binary_search_by(|tag| (*tag.key).cmp(key)).ok()?;
        Some(&self.0[place].value)
    }

    /// These and those, whose values count where both have one.
    #[must_use]
    pub fn with(&self, those: &Self) -> Self {
        Self::new(self.0.iter().chain(&those.0).cloned())
    }

    /// These without those of the keys.
    #[must_use]
    pub fn without(&self, keys: &[Box<str>]) -> Self {
        Self::new(self.0.iter().filter(|tag| !keys.contains(&tag.key)).cloned())
    }
}

/// A tag that is looked for: its key, and its value unless any will do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// `Key`.
    pub key: Box<str>,
    /// `Value`; `None` for any.
    pub value: Option<Box<str>>,
}

impl Wanted {
    /// Whether it is among them.
    pub fn is_in(&self, tags: &Tags) -> bool {
        let found = tags.get(&self.key);
        found.is_some_and(|value| self.value.as_deref().is_none_or(|wanted| wanted == value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: key.into(), value: value.into() }
    }

    #[test]
    fn a_key_has_one_value_and_the_last_that_is_said_counts() {
        let tags = Tags::new([tag("b", "1"), tag("a", "2"), tag("b", "3")]);
        assert_eq!(tags.all(), [tag("a", "2"), tag("b", "3")]);
        let more = tags.with(&Tags::new([tag("a", ""), tag("c", "4")]));
        assert_eq!(more.all(), [tag("a", ""), tag("b", "3"), tag("c", "4")]);
        assert_eq!(more.without(&["a".into(), "z".into()]).all(), [tag("b", "3"), tag("c", "4")]);
        assert_eq!((more.get("a"), more.get("z")), (Some(""), None));
        let wanted = |value: Option<&str>| Wanted { key: "b".into(), value: value.map(Into::into) };
        assert!(wanted(None).is_in(&more) && wanted(Some("3")).is_in(&more));
        assert!(!wanted(Some("4")).is_in(&more) && !wanted(None).is_in(&Tags::default()));
    }
}
