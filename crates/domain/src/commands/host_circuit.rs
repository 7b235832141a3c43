//! HostCircuit: make a shared circuit for another account, a part of one that is in service.

use super::apply_for_circuit::mint;
use crate::catalogue::SharedSpec;
use crate::circuit::{Circuit, CircuitState, CircuitWords, Hosted, Particulars, Payer, Status};
use crate::draft::Draft;
use crate::hosting::{self, charge_partner, check_room};
use crate::id::{AccountId, CircuitId};
use crate::parties::Parties;
use crate::print::command;
use crate::receipt::Outcome;
use crate::reference::Reference;
use crate::refusal::Refusal;
use crate::routing::{Own, check_not_ended, check_vlan, enabled_circuit};
use crate::rule::Rule;
use crate::tag::Tags;
use crate::view::Whose;

command! {
    /// Make a shared circuit.
    HostCircuit {
        /// The circuit that it is to be a part of.
        parent: CircuitId,
        /// Who is to have it.
        tenant: AccountId,
        /// `VlanId` there.
        vlan: u32,
        /// How fast it is to be.
        spec: SharedSpec,
        /// Who pays for it.
        payer: Payer,
        /// `Name`.
        name: Box<str>,
        /// `Description`.
        description: Box<str>,
        /// `ResourceGroupId`.
        resource_group: Box<str>,
        /// `Tags`.
        tags: Tags,
        /// Whether it is only to be found out whether it could be done.
        dry_run: bool,
    }
}

impl Rule for HostCircuit {
    fn parties(&self, caller: Option<AccountId>, whose: &dyn Whose) -> Parties {
        hosting::parties(caller, whose, Some(self.tenant))
    }

    fn decide(&self, draft: &mut Draft) -> Result<Outcome, Refusal> {
        let caller = draft.caller();
        let parent = dedicated(draft, self.parent)?.clone();
        check_not_ended(&parent)?;
        enabled_circuit(draft, parent.id)?;
        if self.tenant == caller {
            return Err(Refusal::OwnTenant);
        }
        draft.account(self.tenant).map_err(|_| Refusal::NoSuchTenant)?;
        check_vlan(draft, caller, parent.id, self.vlan, Own::default())?;
        let words = CircuitWords {
            name: self.name.clone(),
            description: self.description.clone(),
            resource_group: self.resource_group.clone(),
            tags: self.tags.clone(),
            hosted: Some(Hosted {
                parent: parent.id,
                partner: caller,
                vlan: self.vlan,
                spec: self.spec,
                expected: None,
                payer: self.payer,
                router: None,
            }),
            ..CircuitWords::default()
        };
        let outcome = host(draft, &parent, self.tenant, words)?;
        if self.dry_run { Err(Refusal::DryRun) } else { Ok(outcome) }
    }
}

/// The caller's circuit of this id, which is no shared one itself.
pub(super) fn dedicated<'d>(draft: &'d Draft, id: CircuitId) -> Result<&'d Circuit, Refusal> {
    let circuit = draft.callers_circuit(id)?;
    if circuit.hosted().is_some() { Err(Refusal::CircuitHosted) } else { Ok(circuit) }
}

/// A shared circuit comes to be, if its parent has room; the partner pays for it if he is to.
/// ASSUMED: it has its port from the beginning, and waits for its tenant to confirm it.
pub(super) fn host(
    draft: &mut Draft,
    parent: &Circuit,
    tenant: AccountId,
    words: CircuitWords,
) -> Result<Outcome, Refusal> {
    let hosted = words.hosted.as_ref().expect("it is made a shared one");
    let (spec, payer) = (hosted.spec, hosted.payer);
    check_room(draft, parent, spec, None)?;
    let others = hosting::on(&draft.view(), parent.account, parent.id).count();
    if others >= draft.rules().hosted_circuits_max as usize {
        return Err(Refusal::HostedMax);
    }
    let id = mint(draft, 1);
    let circuit = Circuit {
        id,
        account: tenant,
        region: parent.region,
        created_at: draft.at(),
        given: false,
        particulars: Particulars {
            access_point: parent.particulars.access_point,
            line_operator: parent.particulars.line_operator,
            port_type: parent.particulars.port_type,
            bandwidth_mbps: spec.mbps(),
            words: Some(Box::new(words)),
        },
        state: CircuitState::born(Status::Allocated),
    };
    draft.add_circuit(circuit.clone());
    draft.put(Reference { account: parent.account, thing: id.as_str().into(), home: tenant });
    Ok(match payer {
        Payer::Tenant => Outcome::Circuit(id),
        Payer::Partner => Outcome::SetUp { circuit: id, order: charge_partner(draft, &circuit)? },
    })
}
