//! What is done to a world as a whole: between batches, and each thing in one commit.

use crate::world::WorldId;
use domain::Timestamp;
use std::fmt;

/// What is done to a world as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WorldChange {
    /// The world of this name comes to be, empty, unless it is there.
    Open {
        /// Its name.
        name: Box<str>,
    },
    /// A new world begins as another one stands, or as one of that one's snapshots says.
    Fork {
        /// Its name.
        name: Box<str>,
        /// The other world.
        from: WorldId,
        /// The other's snapshot.
        snapshot: Option<Box<str>>,
        /// What the wall shows.
        wall: Timestamp,
    },
    /// How a world stands is kept under a name.
    Save {
        /// The world.
        world: WorldId,
        /// The name.
        snapshot: Box<str>,
        /// Whether it may take the place of an earlier one.
        replace: bool,
        /// What the wall shows.
        wall: Timestamp,
    },
    /// A world is again as a snapshot says, and its clock runs on from the instant at which that
    /// was taken. Numbers that were given stay given, and nonces that were used stay used.
    Restore {
        /// The world.
        world: WorldId,
        /// Its snapshot.
        snapshot: Box<str>,
        /// What the wall shows.
        wall: Timestamp,
    },
    /// A snapshot is forgotten.
    Discard {
        /// The world.
        world: WorldId,
        /// Its snapshot.
        snapshot: Box<str>,
    },
    /// A world is removed, its snapshots with it.
    Remove {
        /// The world.
        world: WorldId,
        /// What the wall shows.
        wall: Timestamp,
    },
}

/// Why nothing was done to a world. No failure, but a no.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorldRefusal {
    /// There are as many worlds as there may be.
    WorldsMax,
    /// There is a world of that name.
    WorldExists,
    /// It is the default world, which is always there.
    DefaultWorld,
    /// There is a snapshot of that name, which was not to be replaced.
    SnapshotExists,
    /// There is no snapshot of that name.
    NoSuchSnapshot,
}

impl fmt::Display for WorldRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WorldsMax => "there are as many worlds as there may be",
            Self::WorldExists => "there is a world of this name",
            Self::DefaultWorld => "the default world is always there; it can be reset",
            Self::SnapshotExists => {
                "there is a snapshot of this name; \"replace\":true overwrites it"
            }
            Self::NoSuchSnapshot => "there is no snapshot of this name",
        })
    }
}

impl std::error::Error for WorldRefusal {}
