//! The targets, a file each. Its first line is what `cargo xtask fuzz --list` says of it.

pub mod acs;
pub mod answers;
pub mod authorization;
pub mod calls;
pub mod form;
pub mod gateway;
pub mod http;
pub mod roa;
pub mod rpc;
pub mod values;
