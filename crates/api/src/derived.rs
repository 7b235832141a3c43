//! What is read off the operations rather than written: pure texts, committed under
//! `docs/generated` by `cargo xtask generate`.

pub mod coverage;
