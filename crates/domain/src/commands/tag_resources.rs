//! TagResources: put tags on circuits.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::Router;
use crate::routing;
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
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        of_all(caller, whose, &self.resources)
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        retag(draft, self.kind, &self.resources, |tags| tags.with(&self.tags))
    }
}

/// Whose accounts a command on resources touches: its caller's, and those at which they are at
/// home.
pub(super) fn of_all(
    caller: Option<AccountId>,
    whose: &dyn Whose,
    resources: &[Box<str>],
) -> Parties {
    let Some(caller) = caller else { return Parties::Nobody };
    Parties::among(caller, resources.iter().filter_map(|id| whose.home(caller, id)))
}

/// Gives each of the resources the tags that it is to have instead of its own.
pub(super) fn retag(
    draft: &mut Draft,
    kind: ResourceType,
    resources: &[Box<str>],
    next: impl Fn(&Tags) -> Tags,
) -> Result<Outcome, Refusal> {
    let next = |tags: &Tags| {
        let tags = next(tags);
        if tags.all().len() > TAGS_MAX { Err(Refusal::TooManyTags) } else { Ok(tags) }
    };
    for resource in resources {
        match kind {
            ResourceType::PhysicalConnection => retag_circuit(draft, resource, next)?,
            ResourceType::VirtualBorderRouter => retag_router(draft, resource, next)?,
            // ASSUMED: what there is not here has no instances.
            ResourceType::RouterInterface | ResourceType::TrafficQos => {
                return Err(Refusal::NoSuchResource);
            }
        }
    }
    Ok(Outcome::Done)
}

fn retag_circuit(
    draft: &mut Draft,
    resource: &str,
    next: impl Fn(&Tags) -> Result<Tags, Refusal>,
) -> Result<(), Refusal> {
    let id = CircuitId::new(resource).ok_or(Refusal::NoSuchResource)?;
    let circuit = draft.callers_circuit(id).map_err(|_| Refusal::NoSuchResource)?;
    let mut words = circuit.particulars.words.as_deref().cloned().unwrap_or_default();
    let tags = next(&words.tags)?;
    if tags != words.tags {
        words.tags = tags;
        let words = (!words.is_empty()).then(|| Box::new(words));
        draft.circuit_mut(id).particulars.words = words;
    }
    Ok(())
}

/// ASSUMED: a router's tags are its owner's.
fn retag_router(
    draft: &mut Draft,
    resource: &str,
    next: impl Fn(&Tags) -> Result<Tags, Refusal>,
) -> Result<(), Refusal> {
    let id = RouterId::new(resource).ok_or(Refusal::NoSuchResource)?;
    let router = routing::own(draft, &id).map_err(|_| Refusal::NoSuchResource)?;
    let tags = next(&router.described.tags)?;
    if tags != router.described.tags {
        draft.edit::<Router>(&id).expect("just found").described.tags = tags;
    }
    Ok(())
}
