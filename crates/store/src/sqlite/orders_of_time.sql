-- Migration 2. Time itself can place orders, which no receipt names; and how far receipts were
-- forgotten is kept, so that no account decides before they were old.

ALTER TABLE orders ADD COLUMN by_time INTEGER NOT NULL DEFAULT 0;

ALTER TABLE worlds ADD COLUMN forgotten_to INTEGER;

-- Receipts were forgotten before this too, and time was the world's: nobody decides before the latest
-- instant that it tells of. A token lives 604,800,000 ms.
UPDATE worlds SET forgotten_to = NULLIF(MAX(
    COALESCE((SELECT MAX(made_at) FROM receipts WHERE world = worlds.id), 0),
    COALESCE((SELECT MAX(created_at) FROM orders WHERE world = worlds.id), 0)
), 0) - 604800000;
