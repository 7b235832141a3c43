//! Who may sign for an account: its RAM users and its keys. What policies mean is not known here.

use crate::id::AccountId;
use crate::kept::{ByName, Record};
use crate::time::Timestamp;
use std::fmt;

/// A RAM user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// Whose user.
    pub account: AccountId,
    /// Its name, unique in the account.
    pub name: Box<str>,
    /// Policy documents, JSON as given.
    pub policies: Vec<Box<str>>,
}

/// What a key proves itself by. The secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A shared secret.
    Secret(Box<str>),
    /// An RSA public key, PEM.
    PublicKey(Box<str>),
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret(…)",
            Self::PublicKey(_) => "PublicKey(…)",
        })
    }
}

/// Nothing that the key proves itself by.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Key");
        shown.field("id", &self.id).field("account", &self.account).field("user", &self.user);
        shown.field("active", &self.active).finish_non_exhaustive()
    }
}

/// An access key.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// AccessKeyId, unique in a world.
    pub id: Box<str>,
    /// Whose key.
    pub account: AccountId,
    /// The RAM user it belongs to; `None` for the account itself.
    pub user: Option<Box<str>>,
    /// What it signs with.
    pub proof: Proof,
    /// The token that must come with it.
    pub security_token: Option<Box<str>>,
    /// When the security token ends, by the wall.
    pub expires_at: Option<Timestamp>,
    /// A bearer token that stands for it.
    pub bearer_token: Option<Box<str>>,
    /// How its requests are to be understood: opaque to the business.
    pub dialect: Option<Box<str>>,
    /// Whether it may be used.
    pub active: bool,
}

impl Record for User {
    /// An account, and a name in it.
    type Name = (AccountId, Box<str>);
    type Home = ByName<Self>;

    fn name(&self) -> Self::Name {
        (self.account, self.name.clone())
    }

    fn is_named(&self, (account, name): &Self::Name) -> bool {
        self.account == *account && self.name == *name
    }

    fn owner(&self) -> AccountId {
        self.account
    }
}

impl Record for Key {
    type Name = Box<str>;
    type Home = ByName<Self>;

    fn name(&self) -> Box<str> {
        self.id.clone()
    }

    fn is_named(&self, name: &Box<str>) -> bool {
        self.id == *name
    }

    fn owner(&self) -> AccountId {
        self.account
    }
}
