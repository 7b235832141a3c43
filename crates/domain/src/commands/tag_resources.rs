//! TagResources: put tags on circuits.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::tag::{ResourceType, TAGS_MAX, Tags};
use crate::view::Whose;

command! {
    /// Put tags on circuits.
    TagResources {
        /// What the resources are.
        kind: ResourceType,
        /// Their ids, as they are said.
        resources: Vec<Box<str>>,
        /// The tags.
        tags: Tags,
    }
}

impl Rule for TagResources {
    fn parties(&self, caller: Option<AccountId>, _: &dyn Whose) -> Parties {
        Parties::one(caller)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        retag(draft, self.kind, &self.resources, |tags| tags.with(&self.tags))
    }
}

/// Gives each of the resources the tags that it is to have instead of its own.
pub(super) fn retag(
    draft: &mut Draft,
    kind: ResourceType,
    resources: &[Box<str>],
    next: impl Fn(&Tags) -> Tags,
) -> Result<Outcome, Refusal> {
    for resource in resources {
        // ASSUMED: what there is not here has no instances.
        let id = CircuitId::new(resource).filter(|_| kind == ResourceType::PhysicalConnection);
        let circuit = draft.callers_circuit(id.ok_or(Refusal::NoSuchResource)?);
        let circuit = circuit.map_err(|_| Refusal::NoSuchResource)?;
        let id = circuit.id;
        let mut words = circuit.particulars.words.as_deref().cloned().unwrap_or_default();
        let tags = next(&words.tags);
        if tags.all().len() > TAGS_MAX {
            return Err(Refusal::TooManyTags);
        }
        if tags != words.tags {
            words.tags = tags;
            let words = (!words.is_empty()).then(|| Box::new(words));
            draft.circuit_mut(id).particulars.words = words;
        }
    }
    Ok(Outcome::Done)
}
