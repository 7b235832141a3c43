-- Migration 3. What a circuit is paid for goes on or ends: how it is renewed, what becomes of it
-- after its end, and which orders paid for it. Whatever is in service already rests: nobody told its
-- owner that it would be stopped. It ends like any other once its term is touched.

ALTER TABLE circuit_states ADD COLUMN renewal_months INTEGER; -- NULL by hand, 0 not at all
ALTER TABLE circuit_states ADD COLUMN stop_after_s INTEGER;
ALTER TABLE circuit_states ADD COLUMN release_after_s INTEGER;
ALTER TABLE circuit_states ADD COLUMN steps_at INTEGER;

-- Of circuits that were renewed or given back, or that rested. Of others the first order says it.
CREATE TABLE renewals (
    n          INTEGER PRIMARY KEY,
    anchor_day INTEGER NOT NULL,
    last_order INTEGER,
    begins_at  INTEGER,
    refund     INTEGER
) STRICT;

ALTER TABLE orders ADD COLUMN kind INTEGER NOT NULL DEFAULT 0; -- 0 New, 1 Renew, 2 Refund
ALTER TABLE orders ADD COLUMN follows INTEGER;
