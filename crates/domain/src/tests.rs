//! Stories told to the business alone: no store, no wire, time moved by hand.

mod books;
mod circuits;
mod orders;
mod rig;
mod tokens;
mod worlds;
