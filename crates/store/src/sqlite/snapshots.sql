-- Migration 6. A world can be kept as it stands and put back, and removed: so in each table the rows
-- of a world lie together, and one order can stand in a world and in what was made of it.

-- A snapshot's records lie in the same tables as those of worlds, under a number of its own (`copy`)
-- for which nobody can sign. Times: the world's then, and the wall's.
CREATE TABLE snapshots (
    world        INTEGER NOT NULL,
    name         TEXT NOT NULL,
    copy         INTEGER NOT NULL,
    taken_at     INTEGER NOT NULL,
    saved_at     INTEGER NOT NULL,
    forgotten_to INTEGER,
    PRIMARY KEY (world, name)
) STRICT, WITHOUT ROWID;

-- Rows that are counted, and orders and bills by their numbers, have 2^36 numbers a world: the default world's
-- stay as they are, those of each next world lie below. A table of a later migration is empty when
-- it is made, and needs nothing here.
UPDATE orders SET id = id - (world << 36) WHERE world > 0;

UPDATE bills SET id = id - (world << 36) WHERE world > 0;

UPDATE order_moves SET id = id - (world << 36) WHERE world > 0;

UPDATE circuit_states SET id = id - ((n >> 32) << 36) WHERE n >> 32 > 0;

UPDATE receipts SET id = id - (world << 36) WHERE world > 0;

DROP TRIGGER postings_are_never_changed;

UPDATE postings SET id = id - (world << 36) WHERE world > 0;

CREATE TRIGGER postings_are_never_changed BEFORE UPDATE ON postings
BEGIN
    SELECT RAISE(ABORT, 'postings are never changed');
END;
