//! What a batch changed in one world, written as rows within the writer's transaction.

use super::words::Words;
use super::{Options, Point, Slot, rows};
use crate::WorldId;
use domain::record::CircuitState;
use domain::{Delta, Timestamp};
use rusqlite::{Connection, params};

/// Writes what changed in one world.
pub(super) fn write(
    db: &Connection,
    words: &Words,
    slot: &Slot,
    delta: &Delta,
    options: &Options,
) -> rusqlite::Result<()> {
    let world = slot.world.id;
    let wrote = |result: rusqlite::Result<()>| result.map(|()| options.pass(Point::Statement));
    if delta.cleared && !slot.state.read().is_empty() {
        wrote(clear(db, world))?;
    }
    if let Some(clock) = delta.clock {
        let sql = "UPDATE worlds SET clock = ?2 WHERE id = ?1";
        wrote(db.execute(sql, params![world.0, clock]).map(drop))?;
    }
    // A statement is prepared once a batch: to look it up for each record costs as much as a
    // quarter of the record.
    let mut put = db.prepare_cached(rows::PUT_RECEIPT)?;
    for receipt in &delta.receipts {
        wrote(rows::put_receipt(&mut put, words, world, receipt))?;
    }
    let mut put = db.prepare_cached(rows::PUT_ORDER)?;
    for order in delta.orders.values() {
        wrote(rows::put_order(&mut put, words, world, order))?;
    }
    let mut put = db.prepare_cached(rows::PUT_POSTING)?;
    for posting in &delta.postings {
        wrote(rows::put_posting(&mut put, words, world, posting))?;
    }
    let mut put = db.prepare_cached(rows::PUT_ACCOUNT)?;
    for account in delta.accounts.values() {
        wrote(rows::put_account(&mut put, words, world, account))?;
    }
    write_circuits(db, words, slot, delta, options)?;
    if let Some(until) = delta.forget_receipts {
        wrote(forget_receipts(db, world, until, options.nonce_life_ms))?;
    }
    for list in &delta.prices {
        wrote(rows::put_price_list(db, words, world, list))?;
    }
    for user in delta.users.values() {
        wrote(rows::put_user(db, world, user))?;
    }
    for key in delta.keys.values() {
        wrote(rows::put_key(db, world, key))?;
    }
    Ok(())
}

/// Removes receipts made at or before `until` whose nonces cannot be fresh any more. A nonce lives
/// by the wall, which the newest receipt of all shows well enough. Receipts are kept in the order
/// they came, so only the oldest are looked at.
fn forget_receipts(
    db: &Connection,
    world: WorldId,
    until: Timestamp,
    nonce_life_ms: i64,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM receipts WHERE world = ?1 AND id < COALESCE((SELECT id FROM receipts \
         WHERE world = ?1 AND (made_at > ?2 OR received_at > (SELECT received_at FROM receipts \
         ORDER BY id DESC LIMIT 1) - ?3) ORDER BY id LIMIT 1), ?4)";
    db.execute(sql, params![world.0, until.ms(), nonce_life_ms, i64::MAX]).map(drop)
}

/// Writes new circuits, and of old ones only the part that changed, in the order of their rows.
fn write_circuits(
    db: &Connection,
    words: &Words,
    slot: &Slot,
    delta: &Delta,
    options: &Options,
) -> rusqlite::Result<()> {
    let state = slot.state.read();
    let world = slot.world.id;
    let wrote = |result: rusqlite::Result<()>| result.map(|()| options.pass(Point::Statement));
    let first = if delta.cleared { 0 } else { state.circuits_len() };
    let mut put = db.prepare_cached(rows::PUT_CIRCUIT)?;
    let mut put_state = db.prepare_cached(rows::PUT_CIRCUIT_STATE)?;
    for (nth, id) in delta.born.iter().enumerate() {
        let n = rows::circuit_row(world, first + nth);
        let (circuit, _) = &delta.circuits[id];
        wrote(rows::put_circuit(&mut put, words, n, circuit))?;
        wrote(rows::put_circuit_state(&mut put_state, words, n, &circuit.state))?;
    }
    let mut states: Vec<(i64, &CircuitState)> = Vec::with_capacity(delta.circuits.len());
    for (circuit, touched) in delta.circuits.values() {
        let Some(place) = touched.place else { continue };
        let n = rows::circuit_row(world, place);
        if touched.particulars {
            wrote(rows::put_circuit(&mut put, words, n, circuit))?;
        }
        if touched.state {
            states.push((n, &circuit.state));
        }
    }
    // In the order of making, so that equal batches make equal files.
    states.sort_unstable_by_key(|(n, _)| *n);
    for (n, state) in states {
        wrote(rows::put_circuit_state(&mut put_state, words, n, state))?;
    }
    Ok(())
}

/// Removes everything of a world but the world itself.
fn clear(db: &Connection, world: WorldId) -> rusqlite::Result<()> {
    let first = rows::circuit_row(world, 0);
    let last = first | i64::from(u32::MAX);
    for table in ["circuits", "circuit_states"] {
        let sql = format!("DELETE FROM {table} WHERE n BETWEEN ?1 AND ?2");
        db.execute(&sql, [first, last])?;
    }
    for table in [
        "accounts",
        "orders",
        "postings",
        "receipts",
        "price_lists",
        "prices",
        "users",
        "user_policies",
        "keys",
    ] {
        db.execute(&format!("DELETE FROM {table} WHERE world = ?1"), [world.0])?;
    }
    Ok(())
}
