-- Migration 11. How long a circuit's link may be down before it is taken for it, milliseconds; NULL is 0.

ALTER TABLE circuits ADD COLUMN down_delay INTEGER;
