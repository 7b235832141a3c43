//! What every store can do.

use crate::fault::Fault;
use crate::settling::Settling;
use crate::watch::Watch;
use crate::world::World;
use crate::worlds::{WorldChange, WorldRefusal};
use domain::command::Wake;
use domain::{AccountId, Found, Proposal, Query, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A future that a store hands out behind `dyn`.
pub type Answering<'s, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 's>>;

/// A store.
pub trait Store: Send + Sync {
    /// Decides a proposal and makes what it changes durable. Whatever is due of its parties up to
    /// the instant of the decision happens first, each thing at its own instant.
    fn settle(&self, world: &World, proposal: Proposal) -> Settling;

    /// Refuses every proposal, and every change of a world, that has waited longer than this and
    /// that nobody has begun: it will never happen. What is being done is not touched, its answer
    /// is about to come.
    fn refuse_late(&self, wait: Duration);

    /// Housekeeping that nobody sees, when the wall shows `wall`: receipts whose life has long
    /// ended are forgotten. It is begun, not waited for.
    fn tidy(&self, wall: Timestamp);

    /// Answers a query as of `at`: what is due of its parties by then has happened.
    fn look<'s>(&'s self, world: &'s World, at: Timestamp, query: Query) -> Answering<'s, Found>;

    /// Hears of each commit from now on.
    fn watch(&self) -> Watch;

    /// The world of this name, if it was opened.
    fn world(&self, name: &str) -> Option<Arc<World>>;

    /// Every world.
    fn worlds(&self) -> Vec<Arc<World>>;

    /// Changes a world as a whole, after whatever was proposed before; gives the world.
    fn change_world(&self, change: WorldChange) -> Answering<'_, Result<Arc<World>, WorldRefusal>>;

    /// The world of this name, empty if it was not there.
    fn open_world<'s>(&'s self, name: &'s str) -> Answering<'s, Result<Arc<World>, WorldRefusal>> {
        match self.world(name) {
            Some(world) => Box::pin(std::future::ready(Ok(Ok(world)))),
            None => self.change_world(WorldChange::Open { name: name.into() }),
        }
    }

    /// Marks of keys and nonces of the last accepted writes that were found when the store was
    /// opened, and when they came, by the wall. Only the first who asks is told.
    fn found_nonces(&self) -> Vec<(u128, Timestamp)>;

    /// Whether it can answer.
    fn ready(&self) -> bool;

    /// Takes no more, finishes what is waiting, and lets go of its files.
    fn close(&self);
}

/// So many accounts are woken together.
const WOKEN_TOGETHER: usize = 256;

/// What is due of these accounts happens, by what the clock showed when the wall showed `wall`:
/// before somebody is answered as of then. One that cannot be woken does not keep the others from
/// it.
pub async fn wake(
    store: &dyn Store,
    world: &World,
    wall: Timestamp,
    accounts: Vec<AccountId>,
) -> Result<(), Fault> {
    let ask = |account: AccountId| {
        let command = Wake { account }.into();
        store.settle(world, Proposal { wall, seed: 0, origin: None, command })
    };
    let mut failed = None;
    for some in accounts.chunks(WOKEN_TOGETHER) {
        let mut again = Vec::new();
        let asked: Vec<_> = some.iter().map(|account| (*account, ask(*account))).collect();
        let together = asked.len() > 1;
        for (account, settling) in asked {
            match settling.await {
                Ok(_) => {}
                // The queue was full, or another of the batch broke a rule.
                Err(Fault::Busy | Fault::Unavailable(_)) if together => again.push(account),
                Err(fault) => failed = Some(fault),
            }
        }
        for account in again {
            // By itself, for which there may be room.
            if let Err(fault) = ask(account).await {
                failed = Some(fault);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}
