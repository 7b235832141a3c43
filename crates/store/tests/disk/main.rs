//! The store on disks that lose power and fail: what was promised holds all the same.
//!
//! In an ordinary run a sample is taken, seeded by `CROSSCONNECT_SEED` (1 if it is not set).
//! `cargo xtask powercut --all`, which sets `CROSSCONNECT_DISK=all`, leaves nothing out.

mod found;
mod nth_failure;
mod power_cut;
mod rig;
mod script;

/// How much of what could be tried is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Extent {
    Sample(u64),
    All,
}

fn extent() -> Extent {
    let variable = |name| std::env::var(name).ok();
    if variable("CROSSCONNECT_DISK").as_deref() == Some("all") {
        return Extent::All;
    }
    let seed = variable("CROSSCONNECT_SEED").map(|text| text.parse().expect("a number"));
    Extent::Sample(seed.unwrap_or(1))
}

/// Does the work of each of two threads, and tells about every so many pieces of it.
fn on_two_threads(work: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        let other = scope.spawn(|| work(1));
        work(0);
        if let Err(panic) = other.join() {
            std::panic::resume_unwind(panic);
        }
    });
}
