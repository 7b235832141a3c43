-- Migration 2. Time itself can place orders, which no receipt names; and how far receipts were
-- forgotten is kept, so that no account decides before they were old.

ALTER TABLE orders ADD COLUMN by_time INTEGER NOT NULL DEFAULT 0;

ALTER TABLE worlds ADD COLUMN forgotten_to INTEGER;
