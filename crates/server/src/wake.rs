//! Time passing: whatever is due in a world is made to happen soon after, also when nobody calls.
//!
//! Exactness does not depend on this: a store makes what is due happen before it decides or looks.
//! This is for those who only watch, and for what a store tidies up when nobody asks.

use crate::app::App;
use domain::Query;
use std::sync::Arc;
use std::time::Duration;

/// How often worlds are looked over.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Wakes worlds, and refuses what waits too long, for as long as the server runs.
pub async fn run(app: Arc<App>) {
    tokio::join!(wake_worlds(&app), refuse_late(&app));
}

async fn wake_worlds(app: &App) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        wake_due(app).await;
    }
}

/// Wakes whomever anything is due of, in every world, and lets the store tidy up.
pub async fn wake_due(app: &App) {
    let wall = app.clock.wall();
    app.store.tidy(wall);
    for world in app.store.worlds() {
        let at = world.time(wall);
        if world.next_due().is_some_and(|due| due <= at) {
            // A store that cannot answer now is asked again soon.
            let _ = app.store.look(&world, at, Query::Everybody).await;
        }
    }
}

/// Nobody waits for the store for ever. The waiting are looked over now and then, since a timer for
/// each of them would cost every request what only a stuck disk needs.
async fn refuse_late(app: &App) {
    let wait = app.config.queue_wait.duration();
    loop {
        tokio::time::sleep((wait / 8).clamp(Duration::from_millis(5), LOOK_EVERY)).await;
        app.store.refuse_late(wait);
    }
}
