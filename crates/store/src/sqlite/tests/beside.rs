//! Looks at so many circuits that they are made on a thread of their own.

use super::super::{LOOKED_AT_MAX, SqliteStore};
use super::{Folder, START, fill, operator, options, settle, wait};
use crate::Store as _;
use domain::circuit::{BusinessStatus, GivenCircuit, Particulars, Status};
use domain::command::GiveCircuits;
use domain::query::{CircuitFilter, Listing, Page};
use domain::{CircuitId, Found, Query, sandbox};

#[test]
fn a_look_at_very_many_circuits_finds_what_one_at_few_does() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.store(), options()).expect("a store");
    settle(&store, fill());
    let world = store.world(crate::DEFAULT_WORLD).expect("it is always there");
    let page = Page { number: 1, size: 50 };
    let all = |status: &str| {
        let statuses = vec![status.into()];
        let filter = CircuitFilter { statuses, ..CircuitFilter::default() };
        let query = Query::Circuits(sandbox::RICH, sandbox::region(), filter, page);
        match wait(store.look(&world, START, query)).expect("it is read") {
            Found::CircuitRows(Listing { page, total }) => {
                (page.into_iter().map(|row| row.circuit).collect::<Vec<_>>(), total)
            }
            other => panic!("circuits are asked for: {other:?}"),
        }
    };
    let (before, few) = (all("Rejected"), all("Enabled"));
    let like = few.0.first().expect("the sandbox has one").particulars.clone();
    let given = GivenCircuit {
        account: sandbox::RICH,
        region: sandbox::region(),
        particulars: Particulars { words: None, ..like },
        status: Status::Enabled,
        loa: None,
        business: BusinessStatus::Normal,
    };
    let count = u32::try_from(LOOKED_AT_MAX).expect("a count");
    let ids = (0..count).map(|nth| CircuitId::mint(7, nth)).collect();
    settle(&store, operator(START, GiveCircuits { given: Box::new(given), ids }));
    assert_eq!(all("Rejected"), before);
    let (found, total) = all("Enabled");
    assert_eq!((found.len(), total), (50, few.1 + LOOKED_AT_MAX));
    assert_eq!(found[..few.1], few.0);
}
