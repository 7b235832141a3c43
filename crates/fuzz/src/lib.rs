//! What must hold of any bytes at all. Each target is one function from bytes to nothing that
//! panics when a promise is broken.
//!
//! The same functions run in two ways: `cargo test` gives them the inputs that are kept (made from
//! the recorded requests, and whatever once broke something), and `cargo xtask fuzz` lets
//! libFuzzer look for new ones.

#![allow(clippy::format_push_string, clippy::format_collect)] // Plain comes before fast here.

mod fixtures;
mod input;
mod plain;
mod targets;
mod world;

/// A target.
pub struct Target {
    /// Its name: that of its file, of its folder of kept inputs, and on the command line.
    pub name: &'static str,
    /// Checks what must hold of these bytes.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:ident),+ $(,)?) => {
        /// Every target.
        pub static TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            run: targets::$name::run,
            seeds: targets::$name::seeds,
        }),+];
    };
}

targets![form, rpc, acs, roa, authorization, values, answers, gateway, http, calls,];

/// The target of this name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
