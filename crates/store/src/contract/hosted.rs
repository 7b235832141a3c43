//! What is asked of a store about shared circuits.

use domain::catalogue::SharedSpec;
use domain::circuit::{Circuit, Payer};
use domain::command::{
    AmendHostedCircuit, HostCircuit, HostRouter, MakeRouter, MoveRouter, RecoverCircuit,
};
use domain::peering::Peering;
use domain::tag::Tags;
use domain::{AccountId, CircuitId, Command, RouterId, State, sandbox};

/// What is done by an account about the n-th shared circuit or router, on a circuit of whomever.
pub(super) fn about(
    among: &State,
    account: AccountId,
    circuit: CircuitId,
    nth: u8,
    how: u8,
) -> Command {
    let tenant = if account == sandbox::RICH { sandbox::POOR } else { sandbox::RICH };
    let known: Vec<&Circuit> = among.circuits().filter(|its| its.hosted().is_some()).collect();
    let shared = known.get(usize::from(nth) % (known.len() + 1)).map_or(circuit, |its| its.id);
    let routers: Vec<RouterId> = among.routers().map(|router| router.id).collect();
    let none = RouterId::new("vbr-none").expect("well formed");
    let router = routers.get(usize::from(nth) % (routers.len() + 1)).copied().unwrap_or(none);
    let part = how / 8;
    let payer = Payer::ALL[usize::from(part % 2)];
    let (vlan, dry_run) = (u32::from(part % 5), part == 31);
    match how % 8 {
        0 | 1 => HostCircuit {
            parent: circuit,
            tenant,
            vlan,
            spec: SharedSpec::ALL[usize::from(part % 4)],
            payer,
            name: "name".into(),
            description: "description".into(),
            resource_group: "rg-a".into(),
            tags: Tags::default(),
            dry_run,
        }
        .into(),
        2 | 3 => {
            let expected = SharedSpec::ALL.get(usize::from(part)).copied();
            AmendHostedCircuit { circuit: shared, vlan, expected, dry_run }.into()
        }
        4 => HostRouter { router, payer, dry_run }.into(),
        5 => MoveRouter { router, circuit: shared, dry_run }.into(),
        6 => RecoverCircuit { circuit: shared, dry_run }.into(),
        _ => MakeRouter {
            circuit: shared,
            owner: None,
            vlan,
            circuit_code: "code".into(),
            peering: Peering {
                local_ip: "10.0.0.1".into(),
                peer_ip: "10.0.0.2".into(),
                mask: "255.255.255.252".into(),
                ..Peering::default()
            },
            ipv6: false,
            bandwidth_mbps: None,
            name: "name".into(),
            description: "description".into(),
            resource_group: "rg-a".into(),
            tags: Tags::default(),
            needs_service: false,
            limited: true,
        }
        .into(),
    }
}
