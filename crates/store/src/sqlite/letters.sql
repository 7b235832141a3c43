-- Migration 7. Circuits have Letters of Authorization and tags, and an account's circuits may be
-- enabled without an order.

ALTER TABLE accounts ADD COLUMN orderless INTEGER NOT NULL DEFAULT 0;

ALTER TABLE circuits ADD COLUMN tags TEXT; -- a line each: the key, a tab, the value

-- What is secret of a letter is kept masked.
CREATE TABLE letters (
    world           INTEGER NOT NULL,
    circuit         TEXT NOT NULL,
    account         INTEGER NOT NULL,
    company         TEXT NOT NULL,
    line_type       TEXT NOT NULL,
    builder         TEXT NOT NULL,
    construction_at INTEGER,
    bandwidth_mbps  INTEGER,
    peer_location   TEXT NOT NULL,
    line_code       TEXT NOT NULL,
    line_label      TEXT NOT NULL,
    line_provider   TEXT NOT NULL,
    line_contact    TEXT NOT NULL,
    PRIMARY KEY (world, circuit)
) STRICT, WITHOUT ROWID;

CREATE TABLE letter_engineers (
    world            INTEGER NOT NULL,
    circuit          TEXT NOT NULL,
    place            INTEGER NOT NULL,
    name             TEXT NOT NULL,
    gender           TEXT NOT NULL,
    certificate_type TEXT NOT NULL,
    certificate_no   TEXT NOT NULL,
    contact          TEXT NOT NULL,
    PRIMARY KEY (world, circuit, place)
) STRICT, WITHOUT ROWID;
