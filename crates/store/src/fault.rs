//! What a store says when it could not do what it was asked. Whose fault it is: the store's.

use std::fmt;

/// The store failed, or could not take more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Too much is waiting, or it waited too long: nothing happened, try again.
    Busy,
    /// The batch could not be written and was rolled back: nothing happened, try again.
    Unavailable(String),
    /// Nobody knows whether the commit happened. It is never tried again from within.
    Unknown(String),
    /// A rule broke while deciding. The proposal is dropped, the rest goes on.
    Broken(String),
    /// The store is closed: nothing happened.
    Closed,
    /// The world was removed: nothing happened. One of its name may be opened anew.
    Removed,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too much is waiting"),
            Self::Unavailable(why) => write!(f, "the batch was rolled back: {why}"),
            Self::Unknown(why) => write!(f, "nobody knows whether the commit happened: {why}"),
            Self::Broken(why) => write!(f, "a rule broke: {why}"),
            Self::Closed => f.write_str("the store is closed"),
            Self::Removed => f.write_str("the world was removed"),
        }
    }
}

impl std::error::Error for Fault {}
