-- Migration 1. Times are milliseconds since 1970, money is 1/10000 of the currency unit.
--
-- Tables that orders write are append-only or narrow: what an order touches is few pages, whatever
-- the size of the store. There is no index on anything random; look-ups happen in memory.

CREATE TABLE worlds (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE,
    clock INTEGER NOT NULL
) STRICT;

-- The next number of each kind. Numbers are never given twice, not even after a reset.
CREATE TABLE numbers (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Fixed texts, each with its number: statuses, regions, currencies and the like. Columns that hold
-- such a number say `-- words.n`.
CREATE TABLE words (
    n    INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE accounts (
    world            INTEGER NOT NULL,
    id               INTEGER NOT NULL,
    currency         INTEGER NOT NULL, -- words.n
    balance          INTEGER NOT NULL CHECK (balance >= 0),
    dialect          TEXT,
    service_open     INTEGER NOT NULL,
    waiting_circuits INTEGER NOT NULL,
    PRIMARY KEY (world, id)
) STRICT, WITHOUT ROWID;

-- n is the world's number in the upper 32 bits and the circuit's place in the world below.
CREATE TABLE circuits (
    n              INTEGER PRIMARY KEY,
    id             TEXT NOT NULL,
    account        INTEGER NOT NULL,
    region         INTEGER NOT NULL, -- words.n
    created_at     INTEGER NOT NULL,
    given          INTEGER NOT NULL,
    access_point   INTEGER NOT NULL, -- words.n
    line_operator  INTEGER NOT NULL, -- words.n
    port_type      INTEGER NOT NULL, -- words.n
    bandwidth_mbps INTEGER NOT NULL,
    name           TEXT,
    description    TEXT,
    peer_location  TEXT,
    circuit_code   TEXT,
    optical_module TEXT,
    resource_group TEXT,
    redundant      TEXT
) STRICT;

-- What changes as circuits live, as a history: the last row of a circuit is how it stands. An order
-- appends here instead of touching a page somewhere in the middle.
CREATE TABLE circuit_states (
    id         INTEGER PRIMARY KEY,
    n          INTEGER NOT NULL,
    status     INTEGER NOT NULL, -- words.n
    loa        INTEGER, -- words.n
    business   INTEGER NOT NULL, -- words.n
    open_order INTEGER,
    paid_order INTEGER,
    enabled_at INTEGER,
    ends_at    INTEGER,
    wakes_at   INTEGER,
    deleted    INTEGER NOT NULL
) STRICT;

CREATE TABLE orders (
    id                INTEGER PRIMARY KEY,
    world             INTEGER NOT NULL,
    account           INTEGER NOT NULL,
    circuit           TEXT NOT NULL,
    region            INTEGER NOT NULL, -- words.n
    port_type         INTEGER NOT NULL, -- words.n
    term_count        INTEGER,
    term_cycle        INTEGER, -- words.n
    status            INTEGER NOT NULL, -- words.n
    cancel_cause      INTEGER, -- words.n
    amount            INTEGER NOT NULL CHECK (amount >= 0),
    currency          INTEGER NOT NULL, -- words.n
    price_version     INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    paid_at           INTEGER,
    dies_at           INTEGER,
    usage_start       INTEGER,
    usage_end         INTEGER,
    auto_renew        INTEGER NOT NULL,
    auto_renew_months INTEGER NOT NULL
) STRICT;

-- An account of the ledger is a customer's cash by the customer's number, or one of the house's own
-- by the number of its word, negative.
CREATE TABLE postings (
    id            INTEGER PRIMARY KEY,
    world         INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    debit         INTEGER NOT NULL,
    credit        INTEGER NOT NULL,
    amount        INTEGER NOT NULL CHECK (amount >= 0),
    currency      INTEGER NOT NULL, -- words.n
    balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
    order_id      INTEGER
) STRICT;

CREATE TRIGGER postings_are_never_changed BEFORE UPDATE ON postings
BEGIN
    SELECT RAISE(ABORT, 'postings are never changed');
END;

-- One row an accepted call. outcome: 0 done, 1 circuit, 2 order, 3 order without the money for it.
-- marks: of the parameters, of the request (its id) and of its key and nonce, 16 bytes each.
CREATE TABLE receipts (
    id          INTEGER PRIMARY KEY,
    world       INTEGER NOT NULL,
    account     INTEGER NOT NULL,
    region      INTEGER NOT NULL, -- words.n
    kind        INTEGER NOT NULL, -- words.n
    token       TEXT,
    outcome     INTEGER NOT NULL,
    circuit     TEXT,
    order_id    INTEGER,
    marks       BLOB NOT NULL,
    made_at     INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE price_lists (
    world    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    currency INTEGER NOT NULL, -- words.n
    PRIMARY KEY (world, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE prices (
    world     INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    port_type INTEGER NOT NULL, -- words.n
    region    INTEGER NOT NULL, -- words.n
    month     INTEGER NOT NULL CHECK (month >= 0),
    PRIMARY KEY (world, version, port_type, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    world    INTEGER NOT NULL,
    account  INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (world, account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_policies (
    world    INTEGER NOT NULL,
    account  INTEGER NOT NULL,
    name     TEXT NOT NULL,
    place    INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (world, account, name, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
    world          INTEGER NOT NULL,
    id             TEXT NOT NULL,
    account        INTEGER NOT NULL,
    user           TEXT,
    secret         TEXT,
    public_key     TEXT,
    security_token TEXT,
    expires_at     INTEGER,
    bearer_token   TEXT,
    dialect        TEXT,
    active         INTEGER NOT NULL,
    PRIMARY KEY (world, id)
) STRICT, WITHOUT ROWID;
