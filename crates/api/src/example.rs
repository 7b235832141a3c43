//! Examples: calls and what they come to, shown in documentation and run as tests in each of their
//! editions. Each is what it changes of the operation's example call.

use crate::edition::{Edition, Editions};
use crate::error::ErrorRow;

/// Names and values as `Name=value&Name=value`, nothing escaped: of parameters, or of members of an
/// answer. A value in braces, such as `{OrderId}`, is what the answers of the calls before have
/// under that name, the last of them, and `{VbrId.1}` the first; an empty value takes the parameter
/// away.
pub type Given = &'static str;

/// The names and values. Panics where a name has no value.
pub fn pairs(given: Given) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = given.split('&').filter(|pair| !pair.is_empty());
    all.map(move |pair| {
        pair.split_once('=').unwrap_or_else(|| panic!("{pair} has no value: {given}"))
    })
}

/// Something that has happened before an example's call.
#[derive(Clone, Copy)]
pub enum Before {
    /// A circuit of the caller was born: id, `Status`, `LoaStatus` ("" for none),
    /// `BusinessStatus`.
    Circuit(&'static str, &'static str, &'static str, &'static str),
    /// The caller made this operation's example call, so changed.
    Call(&'static str, Given),
    /// The caller made it with a key of this edition.
    CallIn(Edition, &'static str, Given),
    /// From here on this account calls, one of a sandbox's.
    As(&'static str),
    /// So much of the world's time went by, as ISO 8601 has it.
    Later(&'static str),
    /// A price list without a single row was loaded.
    NoPrices,
    /// The caller came to be: a new account without money, whose outbound-traffic billing is off.
    NewAccount,
}

/// The account of examples.
pub const CALLER: &str = "1000000000000001";
/// Another account.
pub const OTHER: &str = "1000000000000002";

/// The circuit of examples.
pub const CIRCUIT: &str = "pc-example";

impl Before {
    /// The circuit of examples was born with this `Status`.
    pub const fn circuit(status: &'static str) -> Self {
        Self::Circuit(CIRCUIT, status, "", "Normal")
    }
}

/// What an example's call comes to.
#[derive(Clone, Copy)]
pub enum Shows {
    /// An answer whose JSON holds these members, at paths joined by dots, a number being a place in
    /// a list; `*` is any value.
    Answer(Given),
    /// An error.
    Error(&'static ErrorRow),
    /// `Invalid{Name}` of a parameter that has no row.
    Invalid(&'static str),
}

/// A call and what it comes to.
#[derive(Clone, Copy)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// The editions it is true in.
    pub editions: Editions,
    /// What has happened before, if not what has before every example of the operation.
    pub before: Option<&'static [Before]>,
    /// What it changes of the operation's example call.
    pub changes: Given,
    /// What it comes to.
    pub shows: Shows,
}

/// A call that is answered.
pub const fn answers(
    title: &'static str,
    editions: Editions,
    changes: Given,
    members: Given,
) -> Example {
    Example { title, editions, before: None, changes, shows: Shows::Answer(members) }
}

/// A call that is refused.
pub const fn refuses(
    title: &'static str,
    editions: Editions,
    changes: Given,
    row: &'static ErrorRow,
) -> Example {
    Example { title, editions, before: None, changes, shows: Shows::Error(row) }
}

impl Example {
    /// This has happened before.
    #[must_use]
    pub const fn after(mut self, before: &'static [Before]) -> Self {
        self.before = Some(before);
        self
    }

    /// Its status and code, if it is refused.
    pub fn refusal(&self) -> Option<(u16, String)> {
        match self.shows {
            Shows::Answer(_) => None,
            Shows::Error(row) => Some((row.status, row.code.to_owned())),
            Shows::Invalid(name) => Some((400, format!("Invalid{name}"))),
        }
    }
}

/// A call with changes made to it.
pub fn changed<'t>(
    call: Given,
    changes: impl IntoIterator<Item = (&'static str, &'t str)>,
) -> Vec<(&'static str, &'t str)> {
    let mut call: Vec<(&str, &str)> = pairs(call).collect();
    for (name, value) in changes {
        match call.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => call.push((name, value)),
        }
    }
    call.retain(|(_, value)| !value.is_empty());
    call
}
