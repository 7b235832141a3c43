//! The store on disks that lose power and fail: what was promised holds all the same.
//!
//! In an ordinary run a sample is taken, seeded by `CROSSCONNECT_SEED` (1 if it is not set).
//! `cargo xtask powercut --all`, which sets `CROSSCONNECT_DISK=all`, leaves nothing out.

mod found;
mod nth_failure;
mod power_cut;
mod rig;
mod script;

/// The seed of scripts and samples.
fn seed() -> u64 {
    let seed = std::env::var("CROSSCONNECT_SEED").ok();
    seed.map_or(1, |text| text.parse().expect("a number"))
}

/// Whether everything is tried, and not a sample.
fn is_all() -> bool {
    std::env::var("CROSSCONNECT_DISK").is_ok_and(|extent| extent == "all")
}

/// Does the work of each of two threads.
fn on_two_threads(work: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        let other = scope.spawn(|| work(1));
        work(0);
        if let Err(panic) = other.join() {
            std::panic::resume_unwind(panic);
        }
    });
}
