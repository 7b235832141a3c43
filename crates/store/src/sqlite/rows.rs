//! Records as rows, and rows as records.
//! Long because every kind of record has its two ways here.
//! A value that no release ever wrote is an error, never a guess.

use super::words::Words;
use crate::WorldId;
use domain::ledger::Posting;
use domain::price::{Money, PriceList, Term};
use domain::record::{
    Account, Charge, Circuit, CircuitState, CircuitWords, Earlier, Key, Order, Particulars, Proof,
    Receipt, ReceiptKey, User,
};
use domain::{AccountId, CircuitId, OrderId, Outcome, RequestId, Timestamp};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Result, Row, Statement, params};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Executes a statement with these values. Each is bound by the routine of its own type; a list of
/// `dyn ToSql`, as `params!` makes it, costs a third of the whole row.
macro_rules! execute {
    ($put:ident, $($value:expr),+) => {{
        let mut place = 0;
        $(
            place += 1;
            $put.raw_bind_parameter(place, $value)?;
        )+
        $put.raw_execute().map(drop)
    }};
}

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

pub(super) fn account(row: &Row, words: &Words) -> Result<(WorldId, Account)> {
    let account = Account {
        id: AccountId(number(row, 1)?),
        currency: words.one_of(row, 2, &words.currencies)?,
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

pub(super) fn put_account(
    put: &mut Statement,
    words: &Words,
    world: WorldId,
    account: &Account,
) -> Result<()> {
    execute!(
        put,
        world.0,
        signed(account.id.0),
        words.currencies.number(account.currency),
        account.balance.0,
        account.dialect.as_deref(),
        account.service_open,
        account.waiting_circuits
    )
}

/// Newest first: the last row of a circuit is how it stands, and the others need not be read.
const CIRCUIT_STATES: &str = "SELECT n, status, loa, business, open_order, paid_order, \
     enabled_at, ends_at, wakes_at, deleted FROM circuit_states WHERE id > ?1 AND id <= ?2 \
     ORDER BY id DESC";

/// How every circuit stands, by world and place.
pub(super) struct Standing(HashMap<WorldId, VecDeque<Option<CircuitState>>>);

impl Standing {
    /// Reads the history of all circuits, or the part of it after the first of these rows and up
    /// to the second; `step` is called for each row.
    pub(super) fn read(
        db: &Connection,
        words: &Words,
        part: (i64, i64),
        step: impl Fn(),
    ) -> Result<Self> {
        let mut standing: HashMap<_, VecDeque<Option<CircuitState>>> = HashMap::new();
        let mut rows = db.prepare(CIRCUIT_STATES)?;
        let mut rows = rows.query([part.0, part.1])?;
        while let Some(row) = rows.next()? {
            step();
            let n: i64 = row.get(0)?;
            let states = standing.entry(world_of(n)).or_default();
            let place = place_of(n);
            if states.len() <= place {
                states.resize(place + 1, None);
            }
            if states[place].is_none() {
                states[place] = Some(circuit_state(row, words)?);
            }
        }
        Ok(Self(standing))
    }

    /// The whole history.
    pub(super) const ALL: (i64, i64) = (i64::MIN, i64::MAX);

    /// The row in the middle of the history, by number.
    pub(super) fn middle(db: &Connection) -> Result<i64> {
        let sql = "SELECT COALESCE((SELECT MIN(id) FROM circuit_states) / 2 \
             + (SELECT MAX(id) FROM circuit_states) / 2, 0)";
        db.query_row(sql, [], |row| row.get(0))
    }

    /// Adds what an older part of the history says of circuits that this one says nothing of.
    pub(super) fn after(mut self, older: Self) -> Self {
        for (world, older) in older.0 {
            let newer = self.0.entry(world).or_default();
            let len = newer.len().max(older.len());
            newer.resize(len, None);
            for (newer, older) in newer.iter_mut().zip(older) {
                *newer = newer.or(older);
            }
        }
        self
    }

    /// How the next circuit of this world stands. They are asked for in the order of making.
    fn next(&mut self, world: WorldId) -> Result<CircuitState> {
        let state = self.0.get_mut(&world).and_then(VecDeque::pop_front).flatten();
        state.ok_or_else(|| unreadable(0, "a circuit without a state"))
    }

    /// Every circuit was asked for.
    pub(super) fn finish(self) -> Result<()> {
        let left = self.0.values().any(|states| !states.is_empty());
        if left { Err(unreadable(0, "a state without a circuit")) } else { Ok(()) }
    }
}

fn circuit_state(row: &Row, words: &Words) -> Result<CircuitState> {
    Ok(CircuitState {
        status: words.one_of(row, 1, &words.statuses)?,
        loa: words.optional(row, 2, &words.loas)?,
        business: words.one_of(row, 3, &words.business)?,
        open_order: optional_order(row, 4)?,
        paid_order: optional_order(row, 5)?,
        enabled_at: optional_time(row, 6)?,
        ends_at: optional_time(row, 7)?,
        wakes_at: optional_time(row, 8)?,
        deleted: row.get(9)?,
    })
}

pub(super) const CIRCUITS: &str = "SELECT n, id, account, region, created_at, given, \
     access_point, line_operator, port_type, bandwidth_mbps, name, description, peer_location, \
     circuit_code, optical_module, resource_group, redundant FROM circuits ORDER BY n";

/// A circuit. How it stands is told by [`Standing`].
pub(super) fn circuit(
    row: &Row,
    words: &Words,
    standing: &mut Standing,
) -> Result<(WorldId, Circuit)> {
    let world = world_of(row.get(0)?);
    let circuit = Circuit {
        id: circuit_id(row, 1)?,
        account: AccountId(number(row, 2)?),
        region: words.one_of(row, 3, &words.regions)?,
        created_at: time(row, 4)?,
        given: row.get(5)?,
        particulars: Particulars {
            access_point: words.one_of(row, 6, &words.access_points)?,
            line_operator: words.one_of(row, 7, &words.line_operators)?,
            port_type: words.one_of(row, 8, &words.port_types)?,
            bandwidth_mbps: row.get(9)?,
            words: circuit_words(row)?,
        },
        state: standing.next(world)?,
    };
    Ok((world, circuit))
}

/// The words about a circuit, which most circuits lack.
fn circuit_words(row: &Row) -> Result<Option<Box<CircuitWords>>> {
    let mut texts = (10..=16).map(|place| row.get_ref(place));
    if texts.all(|text| text.is_ok_and(|text| text == ValueRef::Null)) {
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

pub(super) fn put_circuit(
    put: &mut Statement,
    words: &Words,
    n: i64,
    circuit: &Circuit,
) -> Result<()> {
    let Particulars { access_point, line_operator, port_type, bandwidth_mbps, words: own } =
        &circuit.particulars;
    let own = own.as_deref();
    let text = |part: fn(&CircuitWords) -> &str| own.map(part).filter(|text| !text.is_empty());
    execute!(
        put,
        n,
        circuit.id.as_str(),
        signed(circuit.account.0),
        words.regions.number(circuit.region),
        circuit.created_at.ms(),
        circuit.given,
        words.access_points.number(*access_point),
        words.line_operators.number(*line_operator),
        words.port_types.number(*port_type),
        *bandwidth_mbps,
        text(|w| &w.name),
        text(|w| &w.description),
        text(|w| &w.peer_location),
        text(|w| &w.circuit_code),
        text(|w| &w.optical_module),
        text(|w| &w.resource_group),
        own.and_then(|w| w.redundant.as_ref()).map(CircuitId::as_str)
    )
}

pub(super) const PUT_CIRCUIT_STATE: &str = "INSERT INTO circuit_states (n, status, loa, \
     business, open_order, paid_order, enabled_at, ends_at, wakes_at, deleted) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

pub(super) fn put_circuit_state(
    put: &mut Statement,
    words: &Words,
    n: i64,
    state: &CircuitState,
) -> Result<()> {
    execute!(
        put,
        n,
        words.statuses.number(state.status),
        state.loa.map(|loa| words.loas.number(loa)),
        words.business.number(state.business),
        order_number(state.open_order),
        order_number(state.paid_order),
        ms(state.enabled_at),
        ms(state.ends_at),
        ms(state.wakes_at),
        state.deleted
    )
}

pub(super) const ORDERS: &str = "SELECT id, world, account, circuit, region, port_type, \
     term_count, term_cycle, status, cancel_cause, amount, currency, price_version, created_at, \
     paid_at, dies_at, usage_start, usage_end, auto_renew, auto_renew_months FROM orders \
     ORDER BY id";

pub(super) fn order(row: &Row, words: &Words) -> Result<(WorldId, Order)> {
    let charge = match row.get::<_, Option<u32>>(6)? {
        Some(count) => Charge::PrePaid(Term { count, cycle: words.one_of(row, 7, &words.cycles)? }),
        None => Charge::PostPaid,
    };
    let usage_end = optional_time(row, 17)?;
    let order = Order {
        id: order_id(row, 0)?,
        account: AccountId(number(row, 2)?),
        circuit: circuit_id(row, 3)?,
        region: words.one_of(row, 4, &words.regions)?,
        port_type: words.one_of(row, 5, &words.port_types)?,
        charge,
        status: words.one_of(row, 8, &words.order_statuses)?,
        cancel_cause: words.optional(row, 9, &words.causes)?,
        amount: Money(row.get(10)?),
        currency: words.one_of(row, 11, &words.currencies)?,
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

pub(super) fn put_order(
    put: &mut Statement,
    words: &Words,
    world: WorldId,
    order: &Order,
) -> Result<()> {
    let term = match order.charge {
        Charge::PrePaid(term) => Some(term),
        Charge::PostPaid => None,
    };
    execute!(
        put,
        signed(order.id.number()),
        world.0,
        signed(order.account.0),
        order.circuit.as_str(),
        words.regions.number(order.region),
        words.port_types.number(order.port_type),
        term.map(|term| term.count),
        term.map(|term| words.cycles.number(term.cycle)),
        words.order_statuses.number(order.status),
        order.cancel_cause.map(|cause| words.causes.number(cause)),
        order.amount.0,
        words.currencies.number(order.currency),
        order.price_version,
        order.created_at.ms(),
        ms(order.paid_at),
        ms(order.dies_at),
        order.usage.map(|(start, _)| start.ms()),
        order.usage.and_then(|(_, end)| end).map(Timestamp::ms),
        order.auto_renew,
        order.auto_renew_months
    )
}

pub(super) const POSTINGS: &str = "SELECT world, at, debit, credit, amount, currency, \
     balance_after, order_id FROM postings ORDER BY id";

pub(super) fn posting(row: &Row, words: &Words) -> Result<(WorldId, Posting)> {
    let posting = Posting {
        at: time(row, 1)?,
        debit: words.ledger_account(row, 2)?,
        credit: words.ledger_account(row, 3)?,
        amount: Money(row.get(4)?),
        currency: words.one_of(row, 5, &words.currencies)?,
        balance_after: Money(row.get(6)?),
        order: optional_order(row, 7)?,
    };
    Ok((WorldId(row.get(0)?), posting))
}

pub(super) const PUT_POSTING: &str = "INSERT INTO postings (world, at, debit, credit, amount, \
     currency, balance_after, order_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(super) fn put_posting(
    put: &mut Statement,
    words: &Words,
    world: WorldId,
    posting: &Posting,
) -> Result<()> {
    execute!(
        put,
        world.0,
        posting.at.ms(),
        words.ledger_number(posting.debit),
        words.ledger_number(posting.credit),
        posting.amount.0,
        words.currencies.number(posting.currency),
        posting.balance_after.0,
        order_number(posting.order)
    )
}

pub(super) const RECEIPTS: &str = "SELECT world, account, region, kind, token, outcome, circuit, \
     order_id, marks, made_at, received_at FROM receipts ORDER BY id";

/// A receipt's fingerprint, its request's id and its nonce's mark: one value, since each value of a
/// row costs.
pub(super) fn marks(row: &Row, place: usize) -> Result<[u128; 3]> {
    let bytes: [u8; 48] = row.get(place)?;
    let mark = |nth: usize| {
        let bytes = bytes[16 * nth..].first_chunk().expect("three times 16 bytes are 48");
        u128::from_be_bytes(*bytes)
    };
    Ok([mark(0), mark(1), mark(2)])
}

fn outcome(row: &Row, place: usize) -> Result<Outcome> {
    let order = || order_id(row, place + 2);
    Ok(match row.get(place)? {
        0 => Outcome::Done,
        1 => Outcome::Circuit(circuit_id(row, place + 1)?),
        2 => Outcome::Order { order: order()?, short: false },
        3 => Outcome::Order { order: order()?, short: true },
        other => return Err(Error::IntegralValueOutOfRange(place, other)),
    })
}

pub(super) fn receipt(row: &Row, words: &Words) -> Result<(WorldId, Receipt)> {
    let [fingerprint, request, nonce_mark] = marks(row, 8)?;
    let receipt = Receipt {
        account: AccountId(number(row, 1)?),
        region: words.one_of(row, 2, &words.regions)?,
        kind: words.one_of(row, 3, &words.kinds)?,
        token: row.get_ref(4)?.as_str_or_null()?.map(Arc::from),
        fingerprint,
        outcome: outcome(row, 5)?,
        request: RequestId(request),
        made_at: time(row, 9)?,
        nonce_mark,
        received_at: time(row, 10)?,
    };
    Ok((WorldId(row.get(0)?), receipt))
}

/// What is remembered of a receipt in memory: the same without its texts.
pub(super) struct Remembered {
    pub(super) world: WorldId,
    pub(super) key: Option<ReceiptKey>,
    pub(super) earlier: Earlier,
    /// The mark of its nonce, and when that came.
    pub(super) nonce: (u128, Timestamp),
}

pub(super) fn remembered(row: &Row, words: &Words) -> Result<Remembered> {
    let [fingerprint, request, nonce_mark] = marks(row, 8)?;
    let account = AccountId(number(row, 1)?);
    let region = words.one_of(row, 2, &words.regions)?;
    let kind = words.one_of(row, 3, &words.kinds)?;
    let token = row.get_ref(4)?.as_str_or_null()?;
    Ok(Remembered {
        world: WorldId(row.get(0)?),
        key: token.map(|token| ReceiptKey::new(account, region, kind, token)),
        earlier: Earlier {
            fingerprint,
            outcome: outcome(row, 5)?,
            request: RequestId(request),
            made_at: time(row, 9)?,
        },
        nonce: (nonce_mark, time(row, 10)?),
    })
}

pub(super) const PUT_RECEIPT: &str = "INSERT INTO receipts (world, account, region, kind, \
     token, outcome, circuit, order_id, marks, made_at, received_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

pub(super) fn put_receipt(
    put: &mut Statement,
    words: &Words,
    world: WorldId,
    receipt: &Receipt,
) -> Result<()> {
    let (outcome, circuit, order) = match &receipt.outcome {
        Outcome::Done => (0, None, None),
        Outcome::Circuit(id) => (1, Some(id.as_str()), None),
        Outcome::Order { order, short } => {
            (2 + i64::from(*short), None, Some(signed(order.number())))
        }
    };
    let marks = [receipt.fingerprint, receipt.request.0, receipt.nonce_mark];
    execute!(
        put,
        world.0,
        signed(receipt.account.0),
        words.regions.number(receipt.region),
        words.kinds.number(receipt.kind),
        receipt.token.as_deref(),
        outcome,
        circuit,
        order,
        marks.map(u128::to_be_bytes).as_flattened(),
        receipt.made_at.ms(),
        receipt.received_at.ms()
    )
}

pub(super) fn price_lists(db: &Connection, words: &Words) -> Result<Vec<(WorldId, PriceList)>> {
    let mut heads = db.prepare("SELECT world, version, currency FROM price_lists ORDER BY 1, 2")?;
    let mut prices = db
        .prepare("SELECT port_type, region, month FROM prices WHERE world = ?1 AND version = ?2")?;
    let heads = heads.query_map([], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?, words.one_of(row, 2, &words.currencies)?))
    })?;
    heads
        .map(|head| {
            let (world, version, currency) = head?;
            let rows = prices.query_map(params![world, version], |row| {
                let port = words.one_of(row, 0, &words.port_types)?;
                Ok((port, words.one_of(row, 1, &words.regions)?, Money(row.get(2)?)))
            })?;
            let rows = rows.collect::<Result<_>>()?;
            Ok((WorldId(world), PriceList { version, currency, rows }))
        })
        .collect()
}

pub(super) fn put_price_list(
    db: &Connection,
    words: &Words,
    world: WorldId,
    list: &PriceList,
) -> Result<()> {
    db.prepare_cached("INSERT INTO price_lists VALUES (?1, ?2, ?3)")?.execute(params![
        world.0,
        list.version,
        words.currencies.number(list.currency)
    ])?;
    let mut insert = db.prepare_cached("INSERT INTO prices VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (port, region, month) in &list.rows {
        let (port, region) = (words.port_types.number(*port), words.regions.number(*region));
        insert.execute(params![world.0, list.version, port, region, month.0])?;
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
