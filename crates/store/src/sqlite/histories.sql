-- Migration 4. Each move of a circuit and of an order keeps its instant, its cause and its request,
-- and what is paid as it goes is billed. Of what was there before nobody knows the causes; what was
-- sold to be paid as it goes rests, as all that an earlier release sold.

ALTER TABLE circuit_states ADD COLUMN moved_at INTEGER;
ALTER TABLE circuit_states ADD COLUMN cause INTEGER; -- words.n
ALTER TABLE circuit_states ADD COLUMN request BLOB;

ALTER TABLE orders ADD COLUMN request BLOB;

-- How orders moved after they were made.
CREATE TABLE order_moves (
    id       INTEGER PRIMARY KEY,
    world    INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    account  INTEGER NOT NULL,
    before   INTEGER NOT NULL, -- words.n
    status   INTEGER NOT NULL, -- words.n
    moved_at INTEGER NOT NULL,
    cause    INTEGER NOT NULL, -- words.n
    request  BLOB
) STRICT;

ALTER TABLE renewals ADD COLUMN billed_to INTEGER;

-- Numbered with orders: a posting's order_id is either's.
CREATE TABLE bills (
    id            INTEGER PRIMARY KEY,
    world         INTEGER NOT NULL,
    account       INTEGER NOT NULL,
    circuit       TEXT NOT NULL,
    region        INTEGER NOT NULL, -- words.n
    port_type     INTEGER NOT NULL, -- words.n
    used_from     INTEGER NOT NULL,
    used_to       INTEGER NOT NULL,
    amount        INTEGER NOT NULL CHECK (amount >= 0),
    currency      INTEGER NOT NULL, -- words.n
    price_version INTEGER NOT NULL,
    made_at       INTEGER NOT NULL,
    paid_at       INTEGER,
    tries_at      INTEGER,
    overdue_at    INTEGER
) STRICT;
