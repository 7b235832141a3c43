//! Whose accounts a command or a query touches. The account is the unit of consistency: what is due
//! of the parties happens first, and nobody else's records are read.

use crate::id::AccountId;
use std::sync::Arc;

/// Whose accounts a command or a query touches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parties {
    /// Nobody's: what it names is not there, or it asks of the world's own things alone.
    Nobody,
    /// One account's, whether or not it is there.
    One(AccountId),
    /// Two accounts'.
    Two(AccountId, AccountId),
    /// More accounts', in order of their numbers: whoever has what one account sees of others.
    Several(Arc<[AccountId]>),
    /// Everybody's: what changes the world itself, or looks at all of it.
    World,
}

impl Parties {
    /// The account, if there is one.
    pub fn one(account: Option<AccountId>) -> Self {
        account.map_or(Self::Nobody, Self::One)
    }

    /// One account, or two if the other is another.
    pub fn with(account: AccountId, other: Option<AccountId>) -> Self {
        match other {
            Some(other) if other != account => Self::Two(account, other),
            _ => Self::One(account),
        }
    }

    /// One account, and whoever else.
    pub fn among(account: AccountId, others: impl IntoIterator<Item = AccountId>) -> Self {
        let mut others: Vec<AccountId> =
            others.into_iter().filter(|other| *other != account).collect();
        others.sort_unstable();
        others.dedup();
        match others[..] {
            [] => Self::One(account),
            [other] => Self::Two(account, other),
            _ => {
                let place = others.partition_point(|other| *other < account);
                others.insert(place, account);
                Self::Several(others.into())
            }
        }
    }

    /// Whether an account is among them.
    pub fn hold(&self, account: AccountId) -> bool {
        match self {
            Self::Nobody => false,
            Self::One(one) => *one == account,
            Self::Two(one, other) => *one == account || *other == account,
            Self::Several(all) => all.contains(&account),
            Self::World => true,
        }
    }

    /// The accounts that they name, in order of their numbers; none for the world.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let (one, other, more) = match self {
            Self::Nobody | Self::World => (None, None, &[][..]),
            Self::One(one) => (Some(*one), None, &[][..]),
            Self::Two(one, other) => (Some(*one.min(other)), Some(*one.max(other)), &[][..]),
            Self::Several(all) => (None, None, &all[..]),
        };
        one.into_iter().chain(other).chain(more.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_hold_the_accounts_that_they_name_and_the_world_holds_all() {
        let (a, b, c) = (AccountId(1), AccountId(2), AccountId(3));
        for (parties, held, named) in [
            (Parties::Nobody, [false; 3], vec![]),
            (Parties::one(None), [false; 3], vec![]),
            (Parties::one(Some(a)), [true, false, false], vec![a]),
            (Parties::with(a, None), [true, false, false], vec![a]),
            (Parties::with(a, Some(a)), [true, false, false], vec![a]),
            (Parties::with(b, Some(a)), [true, true, false], vec![a, b]),
            (Parties::among(b, []), [false, true, false], vec![b]),
            (Parties::among(b, [b, a, b]), [true, true, false], vec![a, b]),
            (Parties::among(b, [c, a, c]), [true; 3], vec![a, b, c]),
            (Parties::World, [true; 3], vec![]),
        ] {
            assert_eq!([a, b, c].map(|account| parties.hold(account)), held, "{parties:?}");
            assert!(parties.accounts().eq(named), "{parties:?}");
        }
    }
}
