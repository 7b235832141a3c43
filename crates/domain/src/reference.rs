//! What an account sees of things that are at home with others: whoever has a router on another's
//! circuit. It holds no more than where the thing is; that tells how it stands.

use crate::id::AccountId;
use crate::kept::{Home, Record};
use std::collections::BTreeMap;

/// An account sees something of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Who sees it.
    pub account: AccountId,
    /// Its id.
    pub thing: Box<str>,
    /// The account at which it is at home.
    pub home: AccountId,
}

impl Record for Reference {
    type Name = (AccountId, Box<str>);
    type Home = References;

    fn name(&self) -> Self::Name {
        (self.account, self.thing.clone())
    }

    fn is_named(&self, name: &Self::Name) -> bool {
        (self.account, &self.thing) == (name.0, &name.1)
    }

    fn owner(&self) -> AccountId {
        self.account
    }
}

/// References by account and id.
#[derive(Debug, Default)]
pub struct References(BTreeMap<(AccountId, Box<str>), Reference>);

impl References {
    /// Those of an account, by what they are called.
    pub(crate) fn of(&self, account: AccountId) -> impl Iterator<Item = &Reference> {
        let own = self.0.range((account, Box::default())..);
        own.take_while(move |((whose, _), _)| *whose == account).map(|(_, reference)| reference)
    }
}

impl Home<Reference> for References {
    fn get(&self, name: &(AccountId, Box<str>)) -> Option<&Reference> {
        self.0.get(name)
    }

    fn put(&mut self, reference: Reference, replaced: impl FnOnce(&Reference)) {
        if let Some(old) = self.0.insert(reference.name(), reference) {
            replaced(&old);
        }
    }

    fn all<'h>(&'h self) -> impl Iterator<Item = &'h Reference>
    where
        Reference: 'h,
    {
        self.0.values()
    }
}
