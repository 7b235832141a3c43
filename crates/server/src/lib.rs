//! The only sockets, files, real clock and real chance. The path of a request is in
//! [`gateway`]: read that first.

pub mod admin;
pub mod app;
pub mod audit;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod control;
pub mod env;
pub mod events;
pub mod faults;
pub mod gateway;
pub mod http;
pub mod keys;
pub mod meta;
pub mod metrics;
pub mod nonces;
pub mod policy;
pub mod price_file;
pub mod quickstart;
pub mod requests;
pub mod server;
pub mod stages;
pub mod stream;
pub mod tls;
pub mod wake;
pub mod worlds;
