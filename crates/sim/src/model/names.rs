//! The product's names for what calls have made: the model learns them from its answers.

use super::Model;

/// The product's name for something that a call made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Name {
    /// A circuit's.
    Circuit(String),
    /// An order's.
    Order(String),
    /// A router's.
    Router(String),
    /// A failover group's.
    Group(String),
}

impl Model {
    /// The product's name for what a call made: the next that has none. `Err`: the name is
    /// another's.
    pub fn name_next(&mut self, world: &str, name: &Name) -> Result<(), String> {
        let Some(world) = self.worlds.get_mut(world) else { return Ok(()) };
        let given = match name {
            Name::Circuit(id) => world.circuit_at(id).is_some(),
            Name::Router(id) => world.router_at(id).is_some(),
            Name::Group(id) => world.group_at(id).is_some(),
            Name::Order(id) => !self.order_ids.insert(id.clone()),
        };
        if given {
            return Err(format!("{name:?} was given before"));
        }
        let (nameless, id) = match name {
            Name::Circuit(id) => {
                (world.circuits.iter_mut().map(|its| &mut its.id).find(|its| its.is_empty()), id)
            }
            Name::Router(id) => {
                (world.routers.iter_mut().map(|its| &mut its.id).find(|its| its.is_empty()), id)
            }
            Name::Group(id) => {
                (world.groups.iter_mut().map(|its| &mut its.id).find(|its| its.is_empty()), id)
            }
            Name::Order(id) => {
                let called = world.orders.iter_mut().filter(|order| !order.by_time);
                (called.map(|its| &mut its.id).find(|its| its.is_empty()), id)
            }
        };
        if let Some(nameless) = nameless {
            nameless.clone_from(id);
        }
        Ok(())
    }
}
