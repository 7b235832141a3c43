//! The whole state of the product beside the whole state of the model.

use crate::model::Model;
use crate::model::state::{Circuit, World};
use crate::rig::Rig;
use domain::command::WorldView;
use domain::{Found, Query, Timestamp};
use store::Store as _;

/// Compares every world, record by record.
pub fn overlook(rig: &Rig, model: &Model) -> Result<(), String> {
    for (name, ours) in &model.worlds {
        let theirs = view(rig, name)?;
        compare(ours, &theirs).map_err(|why| format!("the world {name}: {why}"))?;
        let world = rig.store.world(name).ok_or("a world is gone")?;
        let offset_ms = world.time(Timestamp(0)).0;
        if offset_ms != ours.offset_ms {
            return Err(format!(
                "the clock of {name} is {offset_ms} ms ahead, not {}",
                ours.offset_ms
            ));
        }
    }
    Ok(())
}

/// Everything that is committed in a world.
pub fn view(rig: &Rig, name: &str) -> Result<WorldView, String> {
    let world = rig.store.world(name).ok_or_else(|| format!("there is no world {name}"))?;
    match rig.store.committed(world.id, &Query::World) {
        Found::World(view) => Ok(*view),
        other => Err(format!("asked for a world, found {other:?}")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "they are made for this call")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, theirs: T, ours: T) -> Result<(), String> {
    if theirs == ours { Ok(()) } else { Err(format!("{what} is {theirs:?}, not {ours:?}")) }
}

fn compare(ours: &World, theirs: &WorldView) -> Result<(), String> {
    same("the number of accounts", theirs.accounts.len(), ours.accounts.len())?;
    for account in &theirs.accounts {
        let name = format!("account {}", account.id);
        let our = ours.accounts.get(&account.id.0).ok_or_else(|| format!("{name} is new"))?;
        same(&format!("the balance of {name}"), account.balance.0, our.balance_e4)?;
        same(&format!("the currency of {name}"), account.currency.text(), &*our.currency)?;
        same(&format!("the service of {name}"), account.service_open, our.service_open)?;
        let waiting = ours.circuits.iter().filter(|c| c.account == account.id.0 && c.waits());
        let waiting = u32::try_from(waiting.count()).expect("few");
        same(&format!("waiting circuits of {name}"), account.waiting_circuits, waiting)?;
    }
    same("the number of circuits", theirs.circuits.len(), ours.circuits.len())?;
    for (circuit, our) in theirs.circuits.iter().zip(&ours.circuits) {
        same("a circuit", circuit.id.as_str(), &*our.id)?;
        compare_circuit(ours, circuit, our).map_err(|why| format!("{}: {why}", circuit.id))?;
    }
    same("the number of orders", theirs.orders.len(), ours.orders.len())?;
    for (order, our) in theirs.orders.iter().zip(&ours.orders) {
        let name = format!("order {}", order.id);
        same("an order", order.id.to_string(), our.id.clone())?;
        same(&format!("the state of {name}"), order.status.text(), our.status)?;
        same(&format!("the amount of {name}"), order.amount.0, our.amount_e4)?;
        same(&format!("the account of {name}"), order.account.0, our.account)?;
        same(&format!("the making of {name}"), order.created_at.0, our.created)?;
        same(&format!("the payment of {name}"), order.paid_at.map(|at| at.0), our.paid)?;
        same(&format!("the end of {name}"), order.dies_at.map(|at| at.0), our.dies)?;
        let usage = order.usage.map(|(start, end)| (start.0, end.map(|end| end.0)));
        same(&format!("the use of {name}"), usage, our.usage)?;
        let circuit = &*ours.circuits[our.circuit].id;
        same(&format!("the circuit of {name}"), order.circuit.as_str(), circuit)?;
    }
    Ok(())
}

fn compare_circuit(
    ours: &World,
    circuit: &domain::record::Circuit,
    our: &Circuit,
) -> Result<(), String> {
    let state = &circuit.state;
    same("account", circuit.account.0, our.account)?;
    same("region", circuit.region.id(), &*our.region)?;
    same("deleted", state.deleted, our.deleted)?;
    same("status", state.status.text(), our.status)?;
    same("letter", state.loa.map_or("", domain::record::LoaStatus::text), &*our.loa)?;
    same("lock", state.business.text(), our.business)?;
    same("enabled", state.enabled_at.map(|at| at.0), our.enabled)?;
    same("end", state.ends_at.map(|at| at.0), our.ends)?;
    same("next step", state.wakes_at.map(|at| at.0), our.wakes)?;
    let id = |place: Option<usize>| place.map(|place| ours.orders[place].id.clone());
    same("unpaid order", state.open_order.map(|id| id.to_string()), id(our.open_order))?;
    same("paid order", state.paid_order.map(|id| id.to_string()), id(our.paid_order))?;
    same("port", circuit.particulars.port_type.text(), our.word("PortType"))?;
    let bandwidth = circuit.particulars.bandwidth_mbps.to_string();
    same("bandwidth", bandwidth.as_str(), our.word("Bandwidth"))
}
