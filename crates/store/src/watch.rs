//! The feed of what was committed. Commits are numbered in a process and told in order, before
//! those who waited for them are answered. An entry names kinds and names, not records: whoever
//! wants to know more looks, and whoever was too slow to hear all is told so and looks again.

use crate::world::World;
use domain::news::{News, news};
use domain::{Delta, Mention, State, Timestamp};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast;

/// What one commit changed in one world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Its number, from 1 in each process. A commit of several worlds is told once a world.
    pub number: u64,
    /// The world's name.
    pub world: Box<str>,
    /// Everything before was forgotten: a reset, a return to a snapshot, the beginning of a fork,
    /// or the end of the world.
    pub cleared: bool,
    /// The clock was moved, to so far ahead of the wall, milliseconds.
    pub clock: Option<i64>,
    /// The records that were changed or added. Those of a snapshot are not told: they are to be
    /// looked at.
    pub mentions: Vec<Mention>,
    /// What happened.
    pub news: Vec<News>,
}

/// What somebody who watches hears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// Something was committed.
    Commit(Arc<Commit>),
    /// So many were missed: what is known is to be read again.
    Missed(u64),
}

/// An ear on the feed.
#[derive(Debug)]
pub struct Watch(broadcast::Receiver<Arc<Commit>>);

impl Watch {
    /// What is told next; `None` when the store is gone.
    pub async fn next(&mut self) -> Option<Told> {
        match self.0.recv().await {
            Ok(commit) => Some(Told::Commit(commit)),
            Err(broadcast::error::RecvError::Lagged(missed)) => Some(Told::Missed(missed)),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// What has been told already, if anything was that is not heard yet.
    pub fn heard(&mut self) -> Option<Told> {
        match self.0.try_recv() {
            Ok(commit) => Some(Told::Commit(commit)),
            Err(broadcast::error::TryRecvError::Lagged(missed)) => Some(Told::Missed(missed)),
            Err(_) => None,
        }
    }
}

/// Somebody whom the store itself tells of each commit, and who is never behind: before anybody is
/// answered he knows. He is told the records, and must be quick.
pub trait Listener: Send + Sync {
    /// A world as it was found when the store was opened. `Err`: it makes no sense to him, so the
    /// store is not to be opened.
    fn found(&self, world: &str, state: &State) -> Result<(), String>;

    /// Something was committed in a world.
    fn committed(&self, world: &str, delta: &Delta);

    /// Whatever was known of a world is not so any more. All of it is as this state says, which
    /// made sense before; or there is nothing of it, since it was removed.
    fn replaced(&self, world: &str, state: Option<&State>);
}

/// So many entries are kept for those who are slow.
const ENTRIES_MAX: usize = 1024;

/// The speaking end of the feed.
#[derive(Debug)]
pub struct Feed {
    number: AtomicU64,
    sender: broadcast::Sender<Arc<Commit>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { number: AtomicU64::new(0), sender: broadcast::Sender::new(ENTRIES_MAX) }
    }
}

impl Feed {
    /// A new ear.
    pub fn watch(&self) -> Watch {
        Watch(self.sender.subscribe())
    }

    /// The number of a commit that has happened, if anybody watches.
    fn number(&self) -> Option<u64> {
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        (self.sender.receiver_count() > 0).then_some(number)
    }

    /// Tells that all of a world is another since this instant, or that nothing is left of it.
    pub(crate) fn tell_replaced(&self, world: &World, clock: Option<i64>, at: Timestamp) {
        if let Some(number) = self.number() {
            let (world, mentions, news) = (world.name.clone(), Vec::new(), vec![News::reset(at)]);
            let commit = Commit { number, world, cleared: true, clock, mentions, news };
            self.tell(vec![Arc::new(commit)]);
        }
    }

    /// Entries of a commit that has happened, one a world: how it is called, what it was before and
    /// what has changed. Where nobody watches nothing is made.
    pub(crate) fn entries<'c, S: Deref<Target = State>>(
        &self,
        changed: impl Iterator<Item = (&'c World, S, &'c Delta)>,
    ) -> Vec<Arc<Commit>> {
        let Some(number) = self.number() else { return Vec::new() };
        let entry = |(world, before, delta): (&World, S, &Delta)| {
            Arc::new(Commit {
                number,
                world: world.name.clone(),
                cleared: delta.cleared,
                clock: delta.clock,
                mentions: delta.mentions(),
                news: news(&before, delta),
            })
        };
        changed.map(entry).collect()
    }

    /// Tells them, once whoever looks finds what they speak of.
    pub(crate) fn tell(&self, entries: Vec<Arc<Commit>>) {
        for entry in entries {
            // The last ear may have gone meanwhile.
            let _ = self.sender.send(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::WorldId;
    use domain::command::{Fill, MoveClock, OpenAccount, Reset, TopUp};
    use domain::price::{Currency, Money};
    use domain::{AccountId, Command, Numbers, Overlay, Proposal, Rules, sandbox, settle_at_once};

    const AT: Timestamp = Timestamp::from_ms(1_795_334_400_000);

    /// What these commands come to, one after the other, in a world that is new.
    fn deltas<const N: usize>(commands: [Command; N]) -> [Delta; N] {
        let mut state = State::new(Rules::default());
        let mut numbers = Numbers { next_order: 1 };
        commands.map(|command| {
            let proposal = Proposal { wall: AT, seed: 0, origin: None, command };
            let mut decide = || {
                let mut overlay = Overlay::over(&state, 1);
                settle_at_once(&mut overlay, &proposal, &mut numbers, true);
                overlay.into_delta()
            };
            let (told, merged) = (decide(), decide());
            state.merge(merged);
            told
        })
    }

    fn top_up(account: AccountId) -> Command {
        TopUp { account, amount: Money(1) }.into()
    }

    fn fill() -> Command {
        Fill { start: AT, wall: AT }.into()
    }

    fn world(number: u32, name: &str) -> World {
        World::new(WorldId(number), name)
    }

    /// These worlds changed so; nobody asks what was there before.
    fn tell<'c>(feed: &Feed, changed: impl IntoIterator<Item = (&'c World, &'c Delta)>) {
        let before = State::new(Rules::default());
        let changed = changed.into_iter().map(|(world, delta)| (world, &before, delta));
        feed.tell(feed.entries(changed));
    }

    fn commit(watch: &mut Watch) -> Arc<Commit> {
        match watch.heard() {
            Some(Told::Commit(commit)) => commit,
            other => panic!("a commit was told: {other:?}"),
        }
    }

    #[test]
    fn commits_are_told_in_order_and_their_numbers_rise() {
        let feed = Feed::default();
        let (one, other) = (world(0, "default"), world(1, "other"));
        let (mut watch, mut late) = (feed.watch(), None);
        let open = OpenAccount {
            account: AccountId(1),
            currency: Currency::Usd,
            dialect: None,
            orderless: false,
        };
        let [_, rich, poor, open] =
            deltas([fill(), top_up(sandbox::RICH), top_up(sandbox::POOR), open.into()]);
        for (delta, worlds) in
            [(&rich, vec![&one]), (&open, vec![&one, &other]), (&poor, vec![&other])]
        {
            tell(&feed, worlds.into_iter().map(|world| (world, delta)));
            late.get_or_insert_with(|| feed.watch());
        }
        let mut told = Vec::new();
        for _ in 0..4 {
            let Commit { number, world, mentions, .. } = (*commit(&mut watch)).clone();
            told.push((number, world.to_string(), mentions));
        }
        let paid = |account| vec![Mention::Account(account), Mention::Posting(Some(account))];
        let opened = vec![Mention::Account(AccountId(1))];
        assert_eq!(
            told,
            [
                (1, "default".to_owned(), paid(sandbox::RICH)),
                (2, "default".to_owned(), opened.clone()),
                (2, "other".to_owned(), opened),
                (3, "other".to_owned(), paid(sandbox::POOR)),
            ]
        );
        assert_eq!(watch.heard(), None);
        // Who came later hears what came after.
        let numbers = late.map(|mut late| [0; 3].map(|_| commit(&mut late).number));
        assert_eq!(numbers, Some([2, 2, 3]));
    }

    #[test]
    fn where_nobody_watches_nothing_is_made_and_commits_are_counted_all_the_same() {
        let feed = Feed::default();
        let world = world(0, "default");
        let [_, paid] = deltas([fill(), top_up(sandbox::RICH)]);
        drop(feed.watch());
        tell(&feed, [(&world, &paid)]);
        assert_eq!((feed.sender.receiver_count(), feed.sender.len()), (0, 0));
        let mut watch = feed.watch();
        assert_eq!(watch.heard(), None);
        tell(&feed, [(&world, &paid)]);
        assert_eq!(commit(&mut watch).number, 2);
    }

    #[test]
    fn whoever_is_slow_is_told_how_much_he_has_missed() {
        let feed = Feed::default();
        let world = world(0, "default");
        let [_, paid] = deltas([fill(), top_up(sandbox::RICH)]);
        let (mut slow, mut quick) = (feed.watch(), feed.watch());
        for number in 1..=ENTRIES_MAX as u64 + 3 {
            tell(&feed, [(&world, &paid)]);
            assert_eq!(commit(&mut quick).number, number);
        }
        assert_eq!(slow.heard(), Some(Told::Missed(3)));
        // Those that come after it are all there.
        for number in 4..=ENTRIES_MAX as u64 + 3 {
            assert_eq!(commit(&mut slow).number, number);
        }
        assert_eq!(slow.heard(), None);
    }

    #[test]
    fn a_reset_and_a_moved_clock_are_entries() {
        let feed = Feed::default();
        let mut watch = feed.watch();
        let to = AT.plus_ms(1000);
        let moved = MoveClock { to, wall: AT }.into();
        let reset = Reset { start: AT.plus_ms(500), wall: AT }.into();
        for delta in deltas([fill(), moved, reset]) {
            tell(&feed, [(&world(0, "default"), &delta)]);
        }
        let told = [0; 3].map(|_| {
            let commit = commit(&mut watch);
            (commit.cleared, commit.clock, commit.mentions.is_empty())
        });
        assert_eq!(
            told,
            [(true, Some(0), false), (false, Some(1000), true), (true, Some(500), false)]
        );
    }

    #[test]
    fn whoever_waits_is_told_what_comes_and_that_nothing_does_any_more() {
        let feed = Feed::default();
        let mut watch = feed.watch();
        let [filled] = deltas([fill()]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let told = runtime.block_on(async {
            let next = tokio::spawn(async move { (watch.next().await, watch) });
            tokio::task::yield_now().await;
            tell(&feed, [(&world(0, "default"), &filled)]);
            next.await.expect("a task")
        });
        let (Some(Told::Commit(commit)), mut watch) = told else { panic!("a commit is told") };
        assert_eq!(commit.number, 1);
        for _ in 0..ENTRIES_MAX + 2 {
            tell(&feed, [(&world(0, "default"), &filled)]);
        }
        assert_eq!(runtime.block_on(watch.next()), Some(Told::Missed(2)));
        drop(feed);
        for _ in 0..ENTRIES_MAX {
            assert!(matches!(runtime.block_on(watch.next()), Some(Told::Commit(_))));
        }
        assert_eq!(runtime.block_on(watch.next()), None);
    }
}
