//! Worlds that are saved and put back. SOURCE: CONTRACT: a world goes back to what it was, tokens
//! and keys too, and its clock runs on from there; nonces are never restored.

use super::calendar::Ms;
use super::state::{Key, World};
use super::{Model, Statement, Used};
use std::collections::BTreeMap;

/// How a world stood.
#[derive(Clone)]
pub struct Snapshot {
    at: Ms,
    world: World,
    keys: BTreeMap<(String, String), Key>,
    users: BTreeMap<(String, u64, String), Vec<Statement>>,
    /// Nonces that came with writes that were done.
    nonces: Vec<((String, String), Used)>,
}

impl Model {
    /// Whether a world has a snapshot of this name.
    pub fn has_snapshot(&self, world: &str, name: &str) -> bool {
        self.snapshots.contains_key(&(world.to_owned(), name.to_owned()))
    }

    /// Saves a world, of which everything that is due has happened.
    pub fn save(&mut self, world_name: &str, name: &str) {
        let mut world = self.worlds[world_name].clone();
        // Faults are no part of it.
        world.faults.clear();
        let keys = self.made_keys.iter().filter(|((of, _), _)| of == world_name);
        let users = self.users.iter().filter(|((of, ..), _)| of == world_name);
        let nonces = self.nonces.iter().filter(|(_, used)| used.kept && used.world == world_name);
        let snapshot = Snapshot {
            at: self.wall + world.offset_ms,
            world,
            keys: keys.map(|(name, key)| (name.clone(), key.clone())).collect(),
            users: users.map(|(name, user)| (name.clone(), user.clone())).collect(),
            nonces: nonces.map(|(mark, used)| (mark.clone(), used.clone())).collect(),
        };
        self.snapshots.insert((world_name.to_owned(), name.to_owned()), snapshot);
    }

    /// Puts a world back. Gives its time; `None` if there is no such snapshot.
    pub fn restore(&mut self, world_name: &str, name: &str) -> Option<Ms> {
        let place = (world_name.to_owned(), name.to_owned());
        let Snapshot { at, mut world, keys, users, nonces } = self.snapshots.get(&place)?.clone();
        world.offset_ms = at - self.wall;
        self.worlds.insert(world_name.to_owned(), world);
        self.made_keys.retain(|(of, _), _| of != world_name);
        self.made_keys.extend(keys);
        self.users.retain(|(of, ..), _| of != world_name);
        self.users.extend(users);
        for used in self.nonces.values_mut().filter(|used| used.world == world_name) {
            used.kept = false;
        }
        for (mark, _) in nonces {
            match self.nonces.get_mut(&mark) {
                Some(used) => used.kept = true,
                // The server forgot it when it began anew, and learns of it when it does so again.
                None => drop(self.doubtful.insert(mark)),
            }
        }
        Some(at)
    }
}
