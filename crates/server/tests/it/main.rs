//! Stories, each told to a whole server: one binary, a module a story.

mod rig;

mod access_points;
mod clients;
mod control;
mod crash;
mod examples;
mod first_order;
mod fixtures;
mod gateway;
mod hostile;
mod http_wire;
mod idempotency;
mod letters;
mod macsec;
mod meta;
mod money;
mod old_store;
mod permissions;
mod routers;
mod snapshots;
mod states;
mod store_faults;
mod tags;
mod terraform;
mod tls;
mod upkeep;
mod worlds;
