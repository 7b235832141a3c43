//! Records as rows, and rows as records.
//! Long because every kind of record has its two ways here.
//! Text that no release ever wrote is an error that names
//! the table, never a guess.

use crate::WorldId;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::ledger::{LedgerAccount, Posting};
use domain::price::{Currency, Cycle, Money, PriceList, Term};
use domain::record::{
    Account, BusinessStatus, CancelCause, Charge, Circuit, CircuitState, CircuitWords, Key,
    LoaStatus, Order, OrderStatus, Particulars, Proof, Receipt, Status, User,
};
use domain::{AccountId, CircuitId, Kind, OrderId, Outcome, RequestId, Timestamp};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Result, Row, Statement, params};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The circuit's row number: the world above, the place below.
pub(super) fn circuit_row(world: WorldId, place: usize) -> i64 {
    (i64::from(world.0) << 32) | i64::try_from(place).expect("fewer than 2^32 circuits")
}

/// The place of a circuit's row number.
fn place_of(n: i64) -> usize {
    usize::try_from(n & i64::from(u32::MAX)).expect("32 bits")
}

/// The world of a circuit's row number.
pub(super) fn world_of(row: i64) -> WorldId {
    WorldId(u32::try_from(row >> 32).unwrap_or(u32::MAX))
}

/// The last text read in a column, and what it means: neighbours mostly say the same, and to
/// compare two texts costs less than to look one up.
struct Last<T>(RefCell<(Vec<u8>, Option<T>)>);

impl<T> Default for Last<T> {
    fn default() -> Self {
        Self(RefCell::new((Vec::new(), None)))
    }
}

/// What was read last of each kind of fixed text.
#[derive(Default)]
pub(super) struct Lasts {
    access_point: Last<AccessPoint>,
    business: Last<BusinessStatus>,
    currency: Last<Currency>,
    cycle: Last<Cycle>,
    kind: Last<Kind>,
    line_operator: Last<LineOperator>,
    loa: Last<LoaStatus>,
    order_status: Last<OrderStatus>,
    port_type: Last<PortType>,
    region: Last<Region>,
    status: Last<Status>,
}

/// Column `place` read as a text with a meaning of its own.
fn word<T>(row: &Row, place: usize, find: impl Fn(&str) -> Option<T>) -> Result<T> {
    let text = row.get_ref(place)?.as_str()?;
    find(text).ok_or_else(|| unreadable(place, text))
}

fn optional_word<T>(
    row: &Row,
    place: usize,
    find: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    match row.get_ref(place)? {
        ValueRef::Null => Ok(None),
        _ => word(row, place, find).map(Some),
    }
}

/// Column `place` read as one of a fixed set of texts.
fn one_of<T: Copy>(
    row: &Row,
    place: usize,
    last: &Last<T>,
    find: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    let bytes = row.get_ref(place)?.as_bytes()?;
    let (text, value) = &mut *last.0.borrow_mut();
    if let Some(value) = value
        && text == bytes
    {
        return Ok(*value);
    }
    let found = word(row, place, find)?;
    text.clear();
    text.extend_from_slice(bytes);
    *value = Some(found);
    Ok(found)
}

fn optional_one_of<T: Copy>(
    row: &Row,
    place: usize,
    last: &Last<T>,
    find: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    match row.get_ref(place)? {
        ValueRef::Null => Ok(None),
        _ => one_of(row, place, last, find).map(Some),
    }
}

fn unreadable(place: usize, text: &str) -> Error {
    let reason = format!("{text:?} is not a value that this release knows");
    Error::FromSqlConversionFailure(place, Type::Text, reason.into())
}

fn time(row: &Row, place: usize) -> Result<Timestamp> {
    row.get(place).map(Timestamp::from_ms)
}

fn optional_time(row: &Row, place: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_ms))
}

fn number(row: &Row, place: usize) -> Result<u64> {
    let number: i64 = row.get(place)?;
    u64::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(place, number))
}

fn circuit_id(row: &Row, place: usize) -> Result<CircuitId> {
    let text = row.get_ref(place)?.as_bytes()?;
    CircuitId::from_bytes(text).ok_or_else(|| unreadable(place, &String::from_utf8_lossy(text)))
}

fn order_id(row: &Row, place: usize) -> Result<OrderId> {
    let id = number(row, place)?;
    OrderId::new(id).ok_or(Error::IntegralValueOutOfRange(place, 0))
}

fn optional_order(row: &Row, place: usize) -> Result<Option<OrderId>> {
    match row.get_ref(place)? {
        ValueRef::Null => Ok(None),
        _ => order_id(row, place).map(Some),
    }
}

fn wide(row: &Row, place: usize) -> Result<u128> {
    row.get::<_, [u8; 16]>(place).map(u128::from_be_bytes)
}

fn boxed(row: &Row, place: usize) -> Result<Box<str>> {
    Ok(row.get_ref(place)?.as_str_or_null()?.unwrap_or_default().into())
}

fn optional_boxed(row: &Row, place: usize) -> Result<Option<Box<str>>> {
    Ok(row.get_ref(place)?.as_str_or_null()?.map(Box::from))
}

/// Numbers are kept signed; every id fits.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("ids are below 2^63")
}

fn order_number(order: Option<OrderId>) -> Option<i64> {
    order.map(|id| signed(id.number()))
}

fn ms(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::ms)
}

pub(super) const ACCOUNTS: &str = "SELECT world, id, currency, balance, dialect, service_open, \
     waiting_circuits FROM accounts";

pub(super) fn account(row: &Row, lasts: &Lasts) -> Result<(WorldId, Account)> {
    let account = Account {
        id: AccountId(number(row, 1)?),
        currency: one_of(row, 2, &lasts.currency, Currency::find)?,
        balance: Money(row.get(3)?),
        dialect: optional_boxed(row, 4)?,
        service_open: row.get(5)?,
        waiting_circuits: row.get(6)?,
    };
    Ok((WorldId(row.get(0)?), account))
}

pub(super) const PUT_ACCOUNT: &str = "INSERT INTO accounts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
     ON CONFLICT (world, id) DO UPDATE SET balance = ?4, dialect = ?5, service_open = ?6, \
     waiting_circuits = ?7";

pub(super) fn put_account(put: &mut Statement, world: WorldId, account: &Account) -> Result<()> {
    put.execute(params![
        world.0,
        signed(account.id.0),
        account.currency.text(),
        account.balance.0,
        account.dialect,
        account.service_open,
        account.waiting_circuits,
    ])?;
    Ok(())
}

pub(super) const CIRCUIT_STATES: &str = "SELECT n, status, loa, business, open_order, \
     paid_order, enabled_at, ends_at, wakes_at, deleted FROM circuit_states ORDER BY id";

/// How every circuit stands, by world and place.
#[derive(Default)]
pub(super) struct Standing(HashMap<WorldId, Vec<Option<CircuitState>>>);

impl Standing {
    /// Takes a row of the history: the last one of a circuit is how it stands.
    pub(super) fn take(&mut self, row: &Row, lasts: &Lasts) -> Result<()> {
        let n: i64 = row.get(0)?;
        let states = self.0.entry(world_of(n)).or_default();
        let place = place_of(n);
        if states.len() <= place {
            states.resize(place + 1, None);
        }
        states[place] = Some(CircuitState {
            status: one_of(row, 1, &lasts.status, Status::find)?,
            loa: optional_one_of(row, 2, &lasts.loa, LoaStatus::find)?,
            business: one_of(row, 3, &lasts.business, BusinessStatus::find)?,
            open_order: optional_order(row, 4)?,
            paid_order: optional_order(row, 5)?,
            enabled_at: optional_time(row, 6)?,
            ends_at: optional_time(row, 7)?,
            wakes_at: optional_time(row, 8)?,
            deleted: row.get(9)?,
        });
        Ok(())
    }

    /// How the circuits of a world stand, in the order of making; there must be so many.
    pub(super) fn of(&mut self, world: WorldId, circuits: usize) -> Result<Vec<CircuitState>> {
        let states = self.0.remove(&world).unwrap_or_default();
        let states: Option<Vec<_>> = states.into_iter().collect();
        let whole = states.filter(|states| states.len() == circuits);
        whole.ok_or_else(|| unreadable(0, "a circuit without a state, or a state without one"))
    }
}

pub(super) const CIRCUITS: &str = "SELECT n, id, account, region, created_at, given, \
     access_point, line_operator, port_type, bandwidth_mbps, name, description, peer_location, \
     circuit_code, optical_module, resource_group, redundant, COALESCE(name, description, \
     peer_location, circuit_code, optical_module, resource_group, redundant) IS NULL \
     FROM circuits ORDER BY n";

/// A circuit, as if it had just been applied for: how it stands is told by [`Standing`].
pub(super) fn circuit(row: &Row, lasts: &Lasts) -> Result<(WorldId, Circuit)> {
    let n: i64 = row.get(0)?;
    let circuit = Circuit {
        id: circuit_id(row, 1)?,
        account: AccountId(number(row, 2)?),
        region: one_of(row, 3, &lasts.region, Region::find)?,
        created_at: time(row, 4)?,
        given: row.get(5)?,
        particulars: Particulars {
            access_point: one_of(row, 6, &lasts.access_point, AccessPoint::find)?,
            line_operator: one_of(row, 7, &lasts.line_operator, LineOperator::find)?,
            port_type: one_of(row, 8, &lasts.port_type, PortType::find)?,
            bandwidth_mbps: row.get(9)?,
            words: circuit_words(row)?,
        },
        state: CircuitState::born(Status::Initial),
    };
    Ok((world_of(n), circuit))
}

/// The words about a circuit, which most circuits lack.
fn circuit_words(row: &Row) -> Result<Option<Box<CircuitWords>>> {
    if row.get(17)? {
        return Ok(None);
    }
    Ok(Some(Box::new(CircuitWords {
        name: boxed(row, 10)?,
        description: boxed(row, 11)?,
        peer_location: boxed(row, 12)?,
        circuit_code: boxed(row, 13)?,
        optical_module: boxed(row, 14)?,
        resource_group: boxed(row, 15)?,
        redundant: optional_word(row, 16, CircuitId::new)?,
    })))
}

pub(super) const PUT_CIRCUIT: &str = "INSERT OR REPLACE INTO circuits VALUES \
     (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

pub(super) fn put_circuit(put: &mut Statement, n: i64, circuit: &Circuit) -> Result<()> {
    let Particulars { access_point, line_operator, port_type, bandwidth_mbps, words } =
        &circuit.particulars;
    let words = words.as_deref();
    let text = |part: fn(&CircuitWords) -> &str| words.map(part).filter(|text| !text.is_empty());
    put.execute(params![
        n,
        circuit.id.as_str(),
        signed(circuit.account.0),
        circuit.region.id(),
        circuit.created_at.ms(),
        circuit.given,
        access_point.id(),
        line_operator.text(),
        port_type.text(),
        bandwidth_mbps,
        text(|w| &w.name),
        text(|w| &w.description),
        text(|w| &w.peer_location),
        text(|w| &w.circuit_code),
        text(|w| &w.optical_module),
        text(|w| &w.resource_group),
        words.and_then(|w| w.redundant.as_ref()).map(CircuitId::as_str),
    ])?;
    Ok(())
}

pub(super) const PUT_CIRCUIT_STATE: &str = "INSERT INTO circuit_states (n, status, loa, \
     business, open_order, paid_order, enabled_at, ends_at, wakes_at, deleted) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

pub(super) fn put_circuit_state(put: &mut Statement, n: i64, state: &CircuitState) -> Result<()> {
    put.execute(params![
        n,
        state.status.text(),
        state.loa.map(LoaStatus::text),
        state.business.text(),
        order_number(state.open_order),
        order_number(state.paid_order),
        ms(state.enabled_at),
        ms(state.ends_at),
        ms(state.wakes_at),
        state.deleted,
    ])?;
    Ok(())
}

pub(super) const ORDERS: &str = "SELECT id, world, account, circuit, region, port_type, \
     term_count, term_cycle, status, cancel_cause, amount, currency, price_version, created_at, \
     paid_at, dies_at, usage_start, usage_end, auto_renew, auto_renew_months FROM orders \
     ORDER BY id";

pub(super) fn order(row: &Row, lasts: &Lasts) -> Result<(WorldId, Order)> {
    let charge = match row.get::<_, Option<u32>>(6)? {
        Some(count) => {
            Charge::PrePaid(Term { count, cycle: one_of(row, 7, &lasts.cycle, Cycle::find)? })
        }
        None => Charge::PostPaid,
    };
    let usage_end = optional_time(row, 17)?;
    let order = Order {
        id: order_id(row, 0)?,
        account: AccountId(number(row, 2)?),
        circuit: circuit_id(row, 3)?,
        region: one_of(row, 4, &lasts.region, Region::find)?,
        port_type: one_of(row, 5, &lasts.port_type, PortType::find)?,
        charge,
        status: one_of(row, 8, &lasts.order_status, OrderStatus::find)?,
        cancel_cause: optional_word(row, 9, CancelCause::find)?,
        amount: Money(row.get(10)?),
        currency: one_of(row, 11, &lasts.currency, Currency::find)?,
        price_version: row.get(12)?,
        created_at: time(row, 13)?,
        paid_at: optional_time(row, 14)?,
        dies_at: optional_time(row, 15)?,
        usage: optional_time(row, 16)?.map(|start| (start, usage_end)),
        auto_renew: row.get(18)?,
        auto_renew_months: row.get(19)?,
    };
    Ok((WorldId(row.get(1)?), order))
}

pub(super) const PUT_ORDER: &str = "INSERT OR REPLACE INTO orders VALUES \
     (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";

pub(super) fn put_order(put: &mut Statement, world: WorldId, order: &Order) -> Result<()> {
    let term = match order.charge {
        Charge::PrePaid(term) => Some(term),
        Charge::PostPaid => None,
    };
    put.execute(params![
        signed(order.id.number()),
        world.0,
        signed(order.account.0),
        order.circuit.as_str(),
        order.region.id(),
        order.port_type.text(),
        term.map(|term| term.count),
        term.map(|term| term.cycle.text()),
        order.status.text(),
        order.cancel_cause.map(CancelCause::text),
        order.amount.0,
        order.currency.text(),
        order.price_version,
        order.created_at.ms(),
        ms(order.paid_at),
        ms(order.dies_at),
        order.usage.map(|(start, _)| start.ms()),
        order.usage.and_then(|(_, end)| end).map(Timestamp::ms),
        order.auto_renew,
        order.auto_renew_months,
    ])?;
    Ok(())
}

pub(super) const POSTINGS: &str = "SELECT world, at, debit, credit, amount, currency, \
     balance_after, order_id FROM postings ORDER BY id";

pub(super) fn posting(row: &Row, lasts: &Lasts) -> Result<(WorldId, Posting)> {
    let posting = Posting {
        at: time(row, 1)?,
        debit: word(row, 2, LedgerAccount::parse)?,
        credit: word(row, 3, LedgerAccount::parse)?,
        amount: Money(row.get(4)?),
        currency: one_of(row, 5, &lasts.currency, Currency::find)?,
        balance_after: Money(row.get(6)?),
        order: optional_order(row, 7)?,
    };
    Ok((WorldId(row.get(0)?), posting))
}

pub(super) const PUT_POSTING: &str = "INSERT INTO postings (world, at, debit, credit, amount, \
     currency, balance_after, order_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(super) fn put_posting(put: &mut Statement, world: WorldId, posting: &Posting) -> Result<()> {
    put.execute(params![
        world.0,
        posting.at.ms(),
        posting.debit.to_string(),
        posting.credit.to_string(),
        posting.amount.0,
        posting.currency.text(),
        posting.balance_after.0,
        order_number(posting.order),
    ])?;
    Ok(())
}

pub(super) const RECEIPTS: &str = "SELECT world, account, region, kind, token, fingerprint, \
     outcome, circuit, order_id, request, made_at, nonce_mark, received_at FROM receipts \
     ORDER BY id";

pub(super) fn receipt(row: &Row, lasts: &Lasts) -> Result<(WorldId, Receipt)> {
    let order = || order_id(row, 8);
    let outcome = match row.get(6)? {
        0 => Outcome::Done,
        1 => Outcome::Circuit(circuit_id(row, 7)?),
        2 => Outcome::Order { order: order()?, short: false },
        3 => Outcome::Order { order: order()?, short: true },
        other => return Err(Error::IntegralValueOutOfRange(6, other)),
    };
    let receipt = Receipt {
        account: AccountId(number(row, 1)?),
        region: one_of(row, 2, &lasts.region, Region::find)?,
        kind: one_of(row, 3, &lasts.kind, Kind::find)?,
        token: row.get_ref(4)?.as_str_or_null()?.map(Arc::from),
        fingerprint: wide(row, 5)?,
        outcome,
        request: RequestId(wide(row, 9)?),
        made_at: time(row, 10)?,
        nonce_mark: wide(row, 11)?,
        received_at: time(row, 12)?,
    };
    Ok((WorldId(row.get(0)?), receipt))
}

pub(super) const PUT_RECEIPT: &str = "INSERT INTO receipts (world, account, region, kind, \
     token, fingerprint, outcome, circuit, order_id, request, made_at, nonce_mark, received_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

pub(super) fn put_receipt(put: &mut Statement, world: WorldId, receipt: &Receipt) -> Result<()> {
    let (outcome, circuit, order) = match &receipt.outcome {
        Outcome::Done => (0, None, None),
        Outcome::Circuit(id) => (1, Some(id.as_str()), None),
        Outcome::Order { order, short } => {
            (2 + i64::from(*short), None, Some(signed(order.number())))
        }
    };
    put.execute(params![
        world.0,
        signed(receipt.account.0),
        receipt.region.id(),
        receipt.kind.text(),
        receipt.token,
        receipt.fingerprint.to_be_bytes(),
        outcome,
        circuit,
        order,
        receipt.request.0.to_be_bytes(),
        receipt.made_at.ms(),
        receipt.nonce_mark.to_be_bytes(),
        receipt.received_at.ms(),
    ])?;
    Ok(())
}

pub(super) fn price_lists(db: &Connection) -> Result<Vec<(WorldId, PriceList)>> {
    let mut heads = db.prepare("SELECT world, version, currency FROM price_lists ORDER BY 1, 2")?;
    let mut prices = db
        .prepare("SELECT port_type, region, month FROM prices WHERE world = ?1 AND version = ?2")?;
    let lasts = Lasts::default();
    let heads = heads.query_map([], |row| {
        Ok((
            row.get::<_, u32>(0)?,
            row.get::<_, u32>(1)?,
            one_of(row, 2, &lasts.currency, Currency::find)?,
        ))
    })?;
    heads
        .map(|head| {
            let (world, version, currency) = head?;
            let rows = prices.query_map(params![world, version], |row| {
                let port = one_of(row, 0, &lasts.port_type, PortType::find)?;
                Ok((port, one_of(row, 1, &lasts.region, Region::find)?, Money(row.get(2)?)))
            })?;
            let rows = rows.collect::<Result<_>>()?;
            Ok((WorldId(world), PriceList { version, currency, rows }))
        })
        .collect()
}

pub(super) fn put_price_list(db: &Connection, world: WorldId, list: &PriceList) -> Result<()> {
    db.prepare_cached("INSERT INTO price_lists VALUES (?1, ?2, ?3)")?.execute(params![
        world.0,
        list.version,
        list.currency.text()
    ])?;
    let mut insert = db.prepare_cached("INSERT INTO prices VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (port, region, month) in &list.rows {
        insert.execute(params![world.0, list.version, port.text(), region.id(), month.0])?;
    }
    Ok(())
}

pub(super) fn users(db: &Connection) -> Result<Vec<(WorldId, User)>> {
    let mut users = db.prepare("SELECT world, account, name FROM users")?;
    let mut policies = db.prepare(
        "SELECT document FROM user_policies WHERE world = ?1 AND account = ?2 AND name = ?3 \
         ORDER BY place",
    )?;
    let heads =
        users.query_map([], |row| Ok((row.get::<_, u32>(0)?, number(row, 1)?, boxed(row, 2)?)))?;
    heads
        .map(|head| {
            let (world, account, name) = head?;
            let found =
                policies.query_map(params![world, signed(account), name], |r| boxed(r, 0))?;
            let policies = found.collect::<Result<_>>()?;
            Ok((WorldId(world), User { account: AccountId(account), name, policies }))
        })
        .collect()
}

pub(super) fn put_user(db: &Connection, world: WorldId, user: &User) -> Result<()> {
    let account = signed(user.account.0);
    db.prepare_cached("INSERT OR REPLACE INTO users VALUES (?1, ?2, ?3)")?
        .execute(params![world.0, account, user.name])?;
    db.prepare_cached("DELETE FROM user_policies WHERE world = ?1 AND account = ?2 AND name = ?3")?
        .execute(params![world.0, account, user.name])?;
    let mut insert = db.prepare_cached("INSERT INTO user_policies VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (place, document) in user.policies.iter().enumerate() {
        let place = i64::try_from(place).expect("a list fits");
        insert.execute(params![world.0, account, user.name, place, document])?;
    }
    Ok(())
}

pub(super) const KEYS: &str = "SELECT world, id, account, user, secret, public_key, \
     security_token, expires_at, bearer_token, dialect, active FROM keys";

pub(super) fn key(row: &Row) -> Result<(WorldId, Key)> {
    let proof = match optional_boxed(row, 4)? {
        Some(secret) => Proof::Secret(secret),
        None => Proof::PublicKey(boxed(row, 5)?),
    };
    let key = Key {
        id: boxed(row, 1)?,
        account: AccountId(number(row, 2)?),
        user: optional_boxed(row, 3)?,
        proof,
        security_token: optional_boxed(row, 6)?,
        expires_at: optional_time(row, 7)?,
        bearer_token: optional_boxed(row, 8)?,
        dialect: optional_boxed(row, 9)?,
        active: row.get(10)?,
    };
    Ok((WorldId(row.get(0)?), key))
}

pub(super) fn put_key(db: &Connection, world: WorldId, key: &Key) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO keys VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let (secret, public_key) = match &key.proof {
        Proof::Secret(secret) => (Some(secret), None),
        Proof::PublicKey(pem) => (None, Some(pem)),
    };
    db.prepare_cached(sql)?.execute(params![
        world.0,
        key.id,
        signed(key.account.0),
        key.user,
        secret,
        public_key,
        key.security_token,
        ms(key.expires_at),
        key.bearer_token,
        key.dialect,
        key.active,
    ])?;
    Ok(())
}
