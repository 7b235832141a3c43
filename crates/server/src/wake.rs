//! Time passing: whatever is due in a world is made to happen soon after, also when nobody calls.
//!
//! Exactness does not depend on this: a store makes what is due happen before it decides or looks.
//! This is for those who only watch.

use crate::gateway::Gateway;
use crate::worlds::operator;
use domain::Command;
use std::sync::Arc;
use std::time::Duration;

/// How often worlds are looked over.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Wakes worlds for as long as the server runs.
pub async fn run(gateway: Arc<Gateway>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        crate::metrics::upkeep();
        let moment = gateway.clock.moment();
        for world in gateway.store.worlds() {
            let at = world.time(moment.wall);
            if world.next_due().is_some_and(|due| due <= at) {
                // A store that cannot answer now is asked again soon.
                let _ = gateway.settle(&world, operator(Command::Wake, at, &moment)).await;
            }
        }
    }
}
