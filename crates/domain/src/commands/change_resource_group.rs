//! ChangeResourceGroup: put a circuit or a router into another resource group.

use crate::draft::Draft;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::refusal::Refusal;
use crate::router::Router;
use crate::routing;
use crate::rule::Rule;
use crate::tag::ResourceType;
use crate::view::Whose;

command! {
    /// Put something into another resource group.
    ChangeResourceGroup {
        /// What it is.
        kind: ResourceType,
        /// Its id, as it is said.
        resource: Box<str>,
        /// The group.
        group: Box<str>,
    }
}

impl Rule for ChangeResourceGroup {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        let home = caller.and_then(|caller| whose.home(caller, &self.resource));
        caller.map_or(Parties::Nobody, |caller| Parties::with(caller, home))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        match self.kind {
            ResourceType::PhysicalConnection => {
                let id = CircuitId::new(&self.resource).ok_or(Refusal::NoSuchResource)?;
                let circuit = draft.callers_circuit(id).map_err(|_| Refusal::NoSuchResource)?;
                let mut words = circuit.particulars.words.as_deref().cloned().unwrap_or_default();
                words.resource_group = self.group.clone();
                draft.circuit_mut(id).particulars.words = Some(Box::new(words));
            }
            ResourceType::VirtualBorderRouter => {
                let id = RouterId::new(&self.resource).ok_or(Refusal::NoSuchResource)?;
                routing::own(draft, &id).map_err(|_| Refusal::NoSuchResource)?;
                let router = draft.edit::<Router>(&id).expect("just found");
                router.described.resource_group = self.group.clone();
            }
            // ASSUMED: what there is not here has no instances.
            ResourceType::RouterInterface | ResourceType::TrafficQos => {
                return Err(Refusal::NoSuchResource);
            }
        }
        Ok(Outcome::Done)
    }
}
