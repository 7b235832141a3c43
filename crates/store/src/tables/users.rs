//! RAM users: a head each, and its policies under it, in order.

use crate::row::{Reading, Row, Rows, Shape, Stored, Writing, row};
use crate::world::WorldId;
use domain::AccountId;
use domain::user::User;
use std::collections::HashMap;

/// The head of a user.
#[derive(Clone)]
struct Head {
    account: AccountId,
    name: Box<str>,
}

row! {
    Head, Rows::Keyed(&["account", "name"]), "users" {
        account: "account",
        name: "name",
    }
}

/// One policy of a user.
struct Policy {
    account: AccountId,
    name: Box<str>,
    place: u32,
    document: Box<str>,
}

row! {
    Policy, Rows::Keyed(&["account", "name", "place"]), "user_policies" {
        account: "account",
        name: "name",
        place: "place",
        document: "document",
    }
}

impl Stored for User {
    const SHAPES: &'static [Shape] = &[Head::SHAPE, Policy::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        let Self { account, name, policies } = self;
        to.put(0, &Head { account: *account, name: name.clone() })?;
        let policy = |(place, document): (u32, &str)| Policy {
            account: *account,
            name: name.clone(),
            place,
            document: document.into(),
        };
        // There may have been more of them before.
        to.remove_like(&policy((0, "")), 2)?;
        for (place, document) in (0..).zip(policies) {
            to.put(0, &policy((place, document)))?;
        }
        Ok(())
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        let mut policies: HashMap<(WorldId, AccountId, Box<str>), Vec<_>> = HashMap::new();
        from.each(|spot, policy: Policy| {
            // They come in the order of their places.
            let Policy { account, name, place: _, document } = policy;
            policies.entry((spot.world, account, name)).or_default().push(document);
            Ok(())
        })?;
        from.each(|spot, Head { account, name }| {
            let of = (spot.world, account, name.clone());
            let policies = policies.remove(&of).unwrap_or_default();
            take(spot.world, Self { account, name, policies })
        })?;
        if policies.is_empty() { Ok(()) } else { Err(from.unreadable(POLICIES_ALONE.into())) }
    }
}

/// Said of a file whose policies are of more users than there are.
const POLICIES_ALONE: &str = "policies of a user that is not there";
