//! The feed of what happened, as readers follow it: the newest events are kept in memory, so that
//! one whose connection broke goes on where it was.
//!
//! The first reader begins it: a server that nobody follows keeps none, and tells nobody.

use domain::AccountId;
use domain::news::{News, NewsKind};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, Told, Watch};
use tokio::sync::watch;
use tokio::time::Instant;

/// So many events are kept: a year of five thousand monthly renewals.
const KEPT_MAX: usize = 1 << 16;

/// A reader is told so many in a second. SOURCE: CONTRACT, "The control API".
const A_SECOND_MAX: usize = 200;
const A_SECOND: Duration = Duration::from_secs(1);

/// Something that happened in a world.
#[derive(Clone)]
pub struct Event {
    /// The world's name.
    pub world: Arc<str>,
    /// What.
    pub news: News,
}

/// The newest events of this process.
#[derive(Default)]
pub struct Events {
    kept: Mutex<Kept>,
    /// How far it has come, for those who wait.
    heard: watch::Sender<Heard>,
}

#[derive(Clone, Copy, Default)]
struct Heard {
    /// The number of the next event.
    next: u64,
    /// No more will come.
    closed: bool,
}

struct Kept {
    /// What tells the ids of this process from those of others; `None` before the first reader.
    boot: Option<u64>,
    /// Each event; `None` where the process itself was too slow to hear all.
    events: VecDeque<Option<Event>>,
    /// The number of the first of them.
    first: u64,
}

impl Default for Kept {
    fn default() -> Self {
        // Before the first there is a number too: that of a reader who was told of none.
        Self { boot: None, events: VecDeque::new(), first: 1 }
    }
}

impl Kept {
    /// The number of the next event.
    fn next(&self) -> u64 {
        self.first + self.events.len() as u64
    }

    fn put(&mut self, told: Told) {
        match told {
            Told::Commit(commit) => {
                let world: Arc<str> = (*commit.world).into();
                let event = |news: &News| Some(Event { world: Arc::clone(&world), news: *news });
                self.events.extend(commit.news.iter().map(event));
            }
            Told::Missed(_) => self.events.push_back(None),
        }
        let over = self.events.len().saturating_sub(KEPT_MAX);
        self.events.drain(..over);
        self.first += over as u64;
    }
}

/// Which events a reader asks for.
pub struct Wish {
    /// Of this world.
    pub world: Box<str>,
    /// Of this account, and of the whole world; `None` for all.
    pub account: Option<AccountId>,
    /// Of these kinds; empty for all.
    pub kinds: Vec<NewsKind>,
}

impl Wish {
    fn asks_for(&self, event: &Event) -> bool {
        let News { kind, account, .. } = event.news;
        *event.world == *self.world
            && self.account.is_none_or(|wished| account.is_none_or(|whose| whose == wished))
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

/// What a reader is told.
pub struct Line {
    /// Its id: where a reader goes on that was told no more.
    pub id: String,
    /// What.
    pub what: What,
}

/// What a reader is told.
pub enum What {
    /// Something happened.
    Event(Event),
    /// So many events that it asks for were left out; `None` when nobody knows how many.
    Missed(Option<u64>),
}

/// Where a reader stands.
pub struct Reader {
    events: Arc<Events>,
    heard: watch::Receiver<Heard>,
    wish: Wish,
    boot: u64,
    /// The number of the event that it looks at next.
    at: u64,
    /// What it is told next.
    lines: VecDeque<Line>,
    /// When its second ends, and how many more it is told until then.
    until: Instant,
    left: usize,
}

impl Events {
    /// Nothing more will happen: readers come to their end.
    pub fn close(&self) {
        self.heard.send_modify(|heard| heard.closed = true);
    }

    /// A reader of what happens from now on, or after the event of this id. `Err`: it is no id of
    /// an event. `chance` is what tells this process from others, if it is the first reader.
    pub fn read(
        self: &Arc<Self>,
        store: &dyn Store,
        wish: Wish,
        after: Option<&str>,
        chance: u64,
    ) -> Result<Reader, String> {
        let after = after.map(read_id).transpose()?;
        let heard = self.heard.subscribe();
        let mut kept = self.kept.lock();
        let boot = *kept.boot.get_or_insert_with(|| {
            tokio::spawn(keep(Arc::clone(self), store.watch()));
            chance
        });
        let next = kept.next();
        drop(kept);
        let (until, left, lines) = (Instant::now(), 0, VecDeque::new());
        let events = Arc::clone(self);
        let mut reader = Reader { events, heard, wish, boot, at: next, lines, until, left };
        match after {
            None => {}
            Some((of, after)) if of == boot && after < next => reader.at = after + 1,
            // Of another process: nobody knows what happened between.
            Some(_) => reader.miss(None),
        }
        Ok(reader)
    }
}

/// Keeps what the store tells, for as long as it does.
async fn keep(events: Arc<Events>, mut watch: Watch) {
    while let Some(told) = watch.next().await {
        let mut kept = events.kept.lock();
        kept.put(told);
        while let Some(told) = watch.heard() {
            kept.put(told);
        }
        let next = kept.next();
        drop(kept);
        events.heard.send_modify(|heard| heard.next = next);
    }
    events.close();
}

/// An event's id: the process, and its number there.
fn read_id(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('-').and_then(|(boot, number)| {
        Some((u64::from_str_radix(boot, 16).ok()?, number.parse().ok()?))
    });
    parts.ok_or_else(|| format!("{text:?} is no id of an event"))
}

impl Reader {
    /// What it is told next; `None` when the server stops.
    pub async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Some(line);
            }
            if self.heard.borrow_and_update().closed {
                return None;
            }
            let now = Instant::now();
            if now >= self.until {
                (self.until, self.left) = (now + A_SECOND, A_SECOND_MAX);
            } else if self.left == 0 {
                tokio::time::sleep_until(self.until).await;
                self.pass_over();
                continue;
            }
            self.gather();
            if self.lines.is_empty() {
                self.heard.changed().await.ok()?;
            }
        }
    }

    /// Takes as many lines as it may be told.
    fn gather(&mut self) {
        let events = Arc::clone(&self.events);
        let kept = events.kept.lock();
        if self.at < kept.first {
            self.at = kept.first;
            self.miss(None);
        }
        while self.left > 0 && self.at < kept.next() {
            match &kept.events[place(self.at - kept.first)] {
                None => self.miss(None),
                Some(event) if self.wish.asks_for(event) => {
                    self.say(self.at, What::Event(event.clone()));
                    self.left -= 1;
                }
                Some(_) => {}
            }
            self.at += 1;
        }
    }

    /// Lets go of what there is, and says how much of it was asked for.
    fn pass_over(&mut self) {
        let events = Arc::clone(&self.events);
        let kept = events.kept.lock();
        let all = self.at >= kept.first;
        let from = self.at.max(kept.first) - kept.first;
        let mut missed = Some(0).filter(|_| all);
        for event in kept.events.range(place(from)..) {
            missed = match event {
                Some(event) => missed.map(|n: u64| n + u64::from(self.wish.asks_for(event))),
                None => None,
            };
        }
        self.at = kept.next();
        if missed != Some(0) {
            self.miss(missed);
        }
    }

    /// What came before where it stands was left out.
    fn miss(&mut self, count: Option<u64>) {
        self.say(self.at - 1, What::Missed(count));
    }

    fn say(&mut self, number: u64, what: What) {
        self.lines.push_back(Line { id: format!("{:016x}-{number}", self.boot), what });
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("within memory")
}
