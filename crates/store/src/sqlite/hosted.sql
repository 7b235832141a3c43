-- Migration 10. Circuits can be parts of others' and orders be for such parts: the circuit that it
-- is a part of and its owner, the VLAN there, how fast it is and is to be, who pays, and the router
-- that it was made from, with tabs between them.

ALTER TABLE circuits ADD COLUMN hosted TEXT;
ALTER TABLE orders ADD COLUMN shared_spec INTEGER;
