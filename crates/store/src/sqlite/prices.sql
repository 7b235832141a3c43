-- Migration 5. A price list says what setting a circuit up costs too, if it does, and what shared ports
-- cost, by how fast they are.

ALTER TABLE price_lists ADD COLUMN setup INTEGER CHECK (setup >= 0);

CREATE TABLE shared_prices (
    world   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    spec    INTEGER NOT NULL, -- words.n
    month   INTEGER NOT NULL CHECK (month >= 0),
    PRIMARY KEY (world, version, spec)
) STRICT, WITHOUT ROWID;
