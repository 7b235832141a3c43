//! What is not held in memory, read from the file when somebody asks for it, on a connection of its
//! own: postings, and the histories of circuits and orders.

use super::file::{open_reader, read_words};
use super::rows::{self, Worlds};
use crate::codec::signed;
use crate::fault::Fault;
use crate::row::Row;
use crate::tables::Moved;
use crate::words::Words;
use crate::world::WorldId;
use domain::history::{CircuitMove, OrderMove, RouterMove};
use domain::ledger::Posting;
use domain::query::{Page, PostingFilter, Record, Transaction};
use domain::{AccountId, CircuitId, Found, OrderId, RouterId};
use rusqlite::{Connection, ToSql, params};
use std::path::{Path, PathBuf};

/// Where a file is, for who reads it beside the writer.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) vfs: Option<Box<str>>,
}

impl Place {
    /// What the file holds of a world. `place`: of the circuit that is asked about, in its world.
    pub(super) fn find(
        &self,
        world: WorldId,
        record: &Record,
        place: Option<usize>,
    ) -> Result<Found, Fault> {
        find(&self.path, self.vfs.as_deref(), world, record, place)
            .map_err(|error| Fault::Unavailable(error.to_string()))
    }
}

fn find(
    path: &Path,
    vfs: Option<&str>,
    world: WorldId,
    record: &Record,
    place: Option<usize>,
) -> rusqlite::Result<Found> {
    let db = open_reader(path, vfs)?;
    let words = read_words(&db)?;
    let reader = Reader { db, words, world };
    match record {
        Record::Postings(account, filter, page) => reader.postings(*account, filter, *page),
        Record::Circuit(account, id) => {
            let place = place.map(|place| rows::placed(world, place));
            reader.moves_of_circuit(*account, *id, place)
        }
        Record::Order(_, id) => reader.moves_of_order(*id),
        Record::Router(_, id) => reader.moves_of_router(*id),
    }
}

struct Reader {
    db: Connection,
    words: Words,
    world: WorldId,
}

impl Reader {
    /// Calls `take` with the world's rows for which the rest holds, of which this is `?3`.
    fn each<R: Row>(
        &self,
        rest: &str,
        parameter: impl ToSql,
        mut take: impl FnMut(R),
    ) -> rusqlite::Result<()> {
        let select = rows::select(&R::SHAPE);
        let mut statement =
            self.db.prepare(&format!("{select} WHERE id BETWEEN ?1 AND ?2 AND {rest}"))?;
        let [first, last] = rows::span(&R::SHAPE, Worlds::one(self.world));
        let mut rows = statement.query(params![first, last, parameter])?;
        while let Some(row) = rows.next()? {
            take(rows::read::<R>(row, &self.words)?.1);
        }
        Ok(())
    }

    /// Every posting of the account is looked at, so that they are counted too. They are numbered
    /// from the oldest, and so have to be counted before.
    fn postings(
        &self,
        account: AccountId,
        filter: &PostingFilter,
        page: Page,
    ) -> rusqlite::Result<Found> {
        // Both statements see one state of the file.
        let snapshot = self.db.unchecked_transaction()?;
        let [first, last] = rows::span(&Posting::SHAPE, Worlds::one(self.world));
        let (its, account) = ("(debit = ?3 OR credit = ?3)", signed(account.0));
        let count = "SELECT count(*) FROM postings WHERE id BETWEEN ?1 AND ?2 AND";
        let count: i64 =
            snapshot
                .query_row(&format!("{count} {its}"), [first, last, account], |row| row.get(0))?;
        let (mut number, mut found) = (count.unsigned_abs() + 1, Vec::new());
        let (mut total, mut listed) = (0, 0);
        self.each(&format!("{its} ORDER BY id DESC"), account, |posting: Posting| {
            number -= 1;
            let transaction = Transaction { number, posting };
            if !filter.matches(&transaction) {
                return;
            }
            total += 1;
            if filter.below.is_some_and(|below| number >= below) {
                return;
            }
            if listed >= page.skip() && found.len() < page.size as usize {
                found.push(transaction);
            }
            listed += 1;
        })?;
        Ok(Found::Postings(found, total))
    }

    fn moves_of_circuit(
        &self,
        account: AccountId,
        circuit: CircuitId,
        place: Option<i64>,
    ) -> rusqlite::Result<Found> {
        let mut found = Vec::new();
        if let Some(place) = place {
            self.each("n = ?3 ORDER BY id", place, |Moved { state, why }| {
                found.push(CircuitMove { circuit, account, state, why });
            })?;
        }
        Ok(Found::CircuitMoves(found))
    }

    fn moves_of_router(&self, router: RouterId) -> rusqlite::Result<Found> {
        let mut found = Vec::new();
        let rest = "router = ?3 ORDER BY id";
        self.each(rest, router.as_str(), |step: RouterMove| found.push(step))?;
        Ok(Found::RouterMoves(found))
    }

    fn moves_of_order(&self, order: OrderId) -> rusqlite::Result<Found> {
        let mut found = Vec::new();
        let rest = "order_id = ?3 ORDER BY id";
        self.each(rest, signed(order.number()), |step: OrderMove| found.push(step))?;
        Ok(Found::OrderMoves(found))
    }
}
