//! The kind of a command that a caller can give: what receipts and stores know of commands.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A kind of command. Its word is its name in the store, never to be changed. The table in
/// `command.rs` makes the kinds that there are.
#[derive(Clone, Copy)]
pub struct Kind {
    place: u8,
    text: &'static str,
}

impl Kind {
    /// The kind at a place of the table, with its word.
    pub(crate) const fn new(place: u8, text: &'static str) -> Self {
        Self { place, text }
    }

    /// Its place in the table.
    pub const fn place(self) -> usize {
        self.place as usize
    }

    /// Its word in the store.
    pub const fn text(self) -> &'static str {
        self.text
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Kind {}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place.hash(state);
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}
