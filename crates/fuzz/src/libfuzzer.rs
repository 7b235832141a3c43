//! The driver: libFuzzer on one target, named by `CROSSCONNECT_FUZZ_TARGET`. With
//! `CROSSCONNECT_FUZZ_SEEDS` it first writes the inputs to begin with into that folder.
#![no_main]

use fuzz::{TARGETS, Target};
use std::sync::OnceLock;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

/// The target, found and prepared before the first input.
fn target() -> &'static Target {
    TARGET.get_or_init(|| {
        let name = std::env::var("CROSSCONNECT_FUZZ_TARGET").unwrap_or_default();
        let names = || TARGETS.iter().map(|target| target.name).collect::<Vec<_>>();
        let Some(target) = fuzz::find(&name) else {
            panic!("CROSSCONNECT_FUZZ_TARGET is one of {:?}", names());
        };
        if let Ok(folder) = std::env::var("CROSSCONNECT_FUZZ_SEEDS") {
            for (number, seed) in (target.seeds)().iter().enumerate() {
                let path = std::path::Path::new(&folder).join(format!("seed-{number:03}"));
                std::fs::write(path, seed).expect("the folder of seeds can be written");
            }
        }
        target
    })
}

libfuzzer_sys::fuzz_target!(
    init: {
        target();
    },
    |bytes: &[u8]| (target().run)(bytes)
);
