//! UntagResources: take tags off circuits.

use super::tag_resources::{of_all, retag};
use crate::draft::Draft;
use crate::id::AccountId;
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::tag::{ResourceType, Tags};
use crate::view::Whose;

command! {
    /// Take tags off circuits.
    UntagResources {
        /// What the resources are.
        kind: ResourceType,
        /// Their ids, as they are said.
        resources: Vec<Box<str>>,
        /// The keys of the tags.
        keys: Vec<Box<str>>,
        /// Whether all go.
        all: bool,
    }
}

impl Rule for UntagResources {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        of_all(caller, whose, &self.resources)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let less = |tags: &Tags| if self.all { Tags::default() } else { tags.without(&self.keys) };
        retag(draft, self.kind, &self.resources, less)
    }
}
