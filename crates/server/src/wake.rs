//! Time passing: whatever is due in a world is made to happen soon after, also when nobody calls.
//!
//! Exactness does not depend on this: a store makes what is due happen before it decides or looks.
//! This is for those who only watch, and for what a store tidies up when nobody asks.

use crate::gateway::Gateway;
use domain::Query;
use std::sync::Arc;
use std::time::Duration;

/// How often worlds are looked over.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Wakes worlds, and refuses what waits too long, for as long as the server runs.
pub async fn run(gateway: Arc<Gateway>) {
    tokio::join!(wake_worlds(&gateway), refuse_late(&gateway));
}

async fn wake_worlds(gateway: &Gateway) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        crate::metrics::upkeep();
        wake_due(gateway).await;
    }
}

/// Wakes whomever anything is due of, in every world, and lets the store tidy up.
pub async fn wake_due(gateway: &Gateway) {
    let wall = gateway.clock.wall();
    gateway.store.tidy(wall);
    for world in gateway.store.worlds() {
        let at = world.time(wall);
        if world.next_due().is_some_and(|due| due <= at) {
            // A store that cannot answer now is asked again soon.
            let _ = gateway.store.look(&world, at, Query::Everybody).await;
        }
    }
}

/// Nobody waits for the store for ever. The waiting are looked over now and then, since a timer for
/// each of them would cost every request what only a stuck disk needs.
async fn refuse_late(gateway: &Gateway) {
    let wait = gateway.config.queue_wait.duration();
    loop {
        tokio::time::sleep((wait / 8).clamp(Duration::from_millis(5), LOOK_EVERY)).await;
        gateway.store.refuse_late(wait);
    }
}
