-- Migration 9. Circuits have MACsec keys: a line each, its name, suite and status, and when it came
-- into use, with tabs between them. Nothing of a secret is kept.

ALTER TABLE circuits ADD COLUMN macsec TEXT;
