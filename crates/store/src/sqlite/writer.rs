//! The one writer: decides a whole batch on overlays over the state in memory, commits it once,
//! and only then lets the state know. Memory is never ahead of the disk.
//!
//! [`Writer::settle_batch`] is synchronous and needs no thread; [`run`] is the thin shell around
//! it that a server uses. What is done to worlds as wholes is in `writer/worlds.rs`.

mod worlds;

use super::batch_length::BatchLength;
use super::change::{Inserts, Pen};
use super::failure::{is_damage, is_failed_sync, may_have_written};
use super::options::{Options, Point};
use super::queue::{Job, Queue, Waiting};
use super::rows::{ORDERS_FROM, newest_number};
use super::slots::{Slot, Slots};
use crate::codec::signed;
use crate::fault::Fault;
use crate::settling::{Rest, Settled, Stages};
use crate::watch::{Commit, Feed};
use crate::words::Words;
use crate::world::WorldId;
use domain::receipt::TOKEN_LIFE_MS;
use domain::{Delta, Means, Numbers, Overlay, Proposal, Timestamp, Verdict, settle};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use worlds::Next;

/// The one connection that writes, and the counter of order numbers.
pub struct Writer {
    db: Connection,
    words: Words,
    slots: Arc<Slots>,
    options: Options,
    inserts: Inserts,
    feed: Arc<Feed>,
    numbers: Numbers,
    next: Next,
    batch_length: BatchLength,
    /// Whether a commit has been tried of which nothing is known yet.
    committing: bool,
    /// How many pages the log held after the last commit.
    log_pages: Arc<AtomicU32>,
    /// Results of the last batch that its callers pass on among themselves.
    undelivered: Vec<Rest>,
}

/// What a batch comes to before it is written.
struct Decided {
    /// `None` of a proposal before which more is to happen than one batch may bring about.
    verdicts: Vec<Option<Result<Verdict, Fault>>>,
    deltas: Vec<(Arc<Slot>, Delta)>,
    numbers: Numbers,
}

impl Writer {
    pub(super) fn new(
        mut db: Connection,
        words: Words,
        slots: Arc<Slots>,
        options: Options,
    ) -> rusqlite::Result<Self> {
        let sql = "SELECT next FROM numbers WHERE name = 'order'";
        let kept: Option<i64> = db.query_row(sql, [], |row| row.get(0)).optional()?;
        // A counter that lags behind, in a damaged file, must not lead to an order of old.
        let newest: Option<i64> = db.query_row(&newest_number(), [], |row| row.get(0))?;
        let next = kept.unwrap_or_default().max(newest.unwrap_or(ORDERS_FROM) + 1);
        let numbers = Numbers { next_order: next.cast_unsigned() };
        let next = Next::after(&db)?;
        let log_pages = Arc::new(AtomicU32::new(0));
        let told = Arc::clone(&log_pages);
        // In place of SQLite's own checkpoints: see `carry_over`.
        db.wal_hook(Some(move |_: &mut Wal, pages| {
            told.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let (batch_length, undelivered) = (BatchLength::new(), Vec::new());
        let (inserts, feed) = (Inserts::new(), Arc::default());
        let committing = false;
        Ok(Self {
            db,
            words,
            slots,
            options,
            inserts,
            feed,
            numbers,
            next,
            batch_length,
            committing,
            log_pages,
            undelivered,
        })
    }

    /// Where what is committed is told.
    pub fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    /// Settles a batch, in as many commits as it takes to let happen all that is due before it.
    pub fn settle_batch(&mut self, batch: &[(WorldId, &Proposal)]) -> Vec<Result<Settled, Fault>> {
        let mut settled = self.settle_some(batch);
        loop {
            let left: Vec<usize> =
                (0..batch.len()).filter(|&place| settled[place].is_none()).collect();
            if left.is_empty() {
                return settled.into_iter().flatten().collect();
            }
            let again: Vec<_> = left.iter().map(|&place| batch[place]).collect();
            for (place, result) in left.into_iter().zip(self.settle_some(&again)) {
                settled[place] = result;
            }
        }
    }

    /// Settles a batch in one commit: everything in it is committed together, or nothing is. `None`
    /// of a proposal before which more is due than one commit may bring about: what has happened
    /// stands, and it is to be proposed again.
    fn settle_some(
        &mut self,
        batch: &[(WorldId, &Proposal)],
    ) -> Vec<Option<Result<Settled, Fault>>> {
        let started_us = (self.options.now_us)();
        let decided = self.decide_batch(batch);
        let decided_us = (self.options.now_us)();
        let written_us = match self.commit(&decided) {
            Ok(written_us) => written_us,
            Err(error) => {
                let fault = self.rolled_back(&error);
                return batch.iter().map(|_| Some(Err(fault.clone()))).collect();
            }
        };
        let committed_us = (self.options.now_us)();
        self.numbers = decided.numbers;
        let entries = if written_us.is_some() { self.heed(&decided.deltas) } else { Vec::new() };
        for (slot, delta) in decided.deltas {
            slot.merge(delta);
        }
        self.feed.tell(entries);
        let applied_us = (self.options.now_us)();
        if let Some(written_us) = written_us {
            let work_us = written_us.saturating_sub(started_us);
            self.batch_length.learn(batch.len(), work_us, committed_us.saturating_sub(written_us));
            self.carry_over();
        }
        let stages = Stages {
            queue_us: 0,
            decide_us: decided_us.saturating_sub(started_us),
            commit_us: committed_us.saturating_sub(decided_us),
            apply_us: applied_us.saturating_sub(committed_us),
            batch_len: batch.len(),
        };
        let settle =
            |verdict: Result<Verdict, Fault>| verdict.map(|v| Settled { verdict: v, stages });
        decided.verdicts.into_iter().map(|verdict| verdict.map(settle)).collect()
    }

    fn decide_batch(&self, batch: &[(WorldId, &Proposal)]) -> Decided {
        let len = batch.len();
        let mut slots: BTreeMap<WorldId, Arc<Slot>> = BTreeMap::new();
        for (world, _) in batch {
            if !slots.contains_key(world)
                && let Some(slot) = self.slots.slot(*world)
            {
                slots.insert(*world, slot);
            }
        }
        let states: Vec<_> = slots.values().map(|slot| (slot, slot.state.read())).collect();
        let over = |state| Overlay::over(state, len);
        let mut overlays: BTreeMap<WorldId, Overlay> =
            states.iter().map(|(slot, state)| (slot.world.id, over(&**state))).collect();
        let mut numbers = self.numbers;
        let mut left = self.options.due_max;
        let checks = self.options.checks;
        let mut verdicts: Vec<Option<Result<Verdict, Fault>>> =
            std::iter::repeat_with(|| None).take(len).collect();
        // Each has its share of what may come due in one commit, and then whoever has more what
        // the others have left: who has little due does not wait for who has much.
        for share in [(left / len.max(1)).max(1), usize::MAX] {
            for ((world, proposal), verdict) in batch.iter().zip(&mut verdicts) {
                if verdict.is_some() {
                    continue;
                }
                let Some(overlay) = overlays.get_mut(world) else {
                    *verdict = Some(Err(Fault::Removed));
                    continue;
                };
                let given = share.min(left);
                let mut allowance = given;
                // An assertion that fails may leave half a decision in the overlay: see below.
                let mut means = Means { numbers: &mut numbers, allowance: &mut allowance, checks };
                let settling = AssertUnwindSafe(|| settle(overlay, proposal, &mut means));
                let settled = catch_unwind(settling);
                left -= given - allowance;
                *verdict = settled.map_err(|panic| Fault::Broken(words_of(&*panic))).transpose();
            }
        }
        let is_broken = |verdict: &Result<_, _>| matches!(verdict, Err(Fault::Broken(_)));
        if verdicts.iter().flatten().any(is_broken) {
            // A rule broke. The books come first: nothing of this batch is written, the proposal
            // that broke the rule is told so, and the others may try again.
            let again = || Fault::Unavailable("another proposal of the batch broke a rule".into());
            let told = |verdict: Option<Result<Verdict, Fault>>| match verdict {
                Some(Err(broken)) => Some(Err(broken)),
                Some(Ok(_)) | None => Some(Err(again())),
            };
            let verdicts = verdicts.into_iter().map(told).collect();
            return Decided { verdicts, deltas: Vec::new(), numbers: self.numbers };
        }
        let deltas = states.iter().zip(overlays.into_values());
        let deltas = deltas.map(|((slot, _), overlay)| (Arc::clone(slot), overlay.into_delta()));
        Decided { verdicts, deltas: deltas.collect(), numbers }
    }

    /// Tells the listener what was committed, and gives what the feed is to tell of it.
    fn heed(&self, deltas: &[(Arc<Slot>, Delta)]) -> Vec<Arc<Commit>> {
        let changed = deltas.iter().filter(|(_, delta)| !delta.is_empty());
        if let Some(listener) = &self.options.listener {
            for (slot, delta) in changed.clone() {
                listener.committed(&slot.world.name, delta);
            }
        }
        self.feed.entries(changed.map(|(slot, delta)| (&*slot.world, slot.state.read(), delta)))
    }

    /// Makes a batch durable. When its rows were written and it was left to commit them,
    /// microseconds of the store's clock; `None` if it changes nothing.
    fn commit(&mut self, decided: &Decided) -> rusqlite::Result<Option<u64>> {
        if decided.deltas.iter().all(|(_, delta)| delta.is_empty()) {
            return Ok(None);
        }
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.options.pass(Point::Begun);
        let pen = self.pen();
        for (slot, delta) in decided.deltas.iter().filter(|(_, delta)| !delta.is_empty()) {
            pen.write(slot, delta)?;
        }
        if decided.numbers != self.numbers {
            let sql = "INSERT OR REPLACE INTO numbers VALUES ('order', ?1)";
            self.db.prepare_cached(sql)?.execute([signed(decided.numbers.next_order)])?;
            self.options.pass(Point::Statement);
        }
        self.options.pass(Point::Committing);
        let written_us = (self.options.now_us)();
        self.end_transaction()?;
        self.options.pass(Point::Committed);
        Ok(Some(written_us))
    }

    /// Commits. Until it is known to be done, it may be.
    fn end_transaction(&mut self) -> rusqlite::Result<()> {
        self.committing = true;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        self.committing = false;
        Ok(())
    }

    fn pen(&self) -> Pen<'_> {
        let Self { db, words, inserts, options, .. } = self;
        Pen { db, words, inserts, options }
    }

    /// Does something in one transaction: it becomes durable wholly, or not at all.
    fn transact<T>(&mut self, work: impl FnOnce(&Self) -> rusqlite::Result<T>) -> Result<T, Fault> {
        self.try_to(work).map_err(|error| self.rolled_back(&error))
    }

    fn try_to<T>(
        &mut self,
        work: impl FnOnce(&Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.options.pass(Point::Begun);
        let done = work(self)?;
        self.options.pass(Point::Committing);
        self.end_transaction()?;
        self.options.pass(Point::Committed);
        Ok(done)
    }

    /// Forgets the receipts of a world whose life has long ended when the wall shows `wall`: first
    /// in the file, then in memory. What fails is tried again another time.
    pub fn tidy(&mut self, world: WorldId, wall: Timestamp) {
        let Some(slot) = self.slots.slot(world) else { return };
        slot.world.is_tidied();
        let now = slot.world.time(wall);
        if slot.world.forgets_at().is_none_or(|at| at > now) {
            return;
        }
        let oldest = slot.state.read().oldest_receipts(now.plus_ms(-TOKEN_LIFE_MS));
        let Some(until) = oldest else { return };
        // Nobody waits for it, so nobody is told of a failure.
        if self.transact(|writer| writer.pen().forget_receipts(world, until)).is_ok() {
            slot.forget_receipts(until);
            self.carry_over();
        }
    }

    /// Carries the log over into the file once it is long. SQLite would do so by itself, but tell
    /// nobody when the file could not be synced; then it may lose what the log has no more. Any
    /// other failure harms nothing: the log goes on growing, and the next commit tries again.
    fn carry_over(&self) {
        if self.log_pages.load(Ordering::Relaxed) < self.options.log_pages {
            return;
        }
        let checkpoint = self.db.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)");
        let carried = checkpoint.and_then(|mut checkpoint| checkpoint.query_row([], |_| Ok(())));
        if let Err(error) = carried {
            self.stop_if_lost(&error);
        }
    }

    /// A failed sync ends the process: nobody knows what is on disk. So does damage: the page stays
    /// in the cache, and what is written next may carry it on.
    fn stop_if_lost(&self, error: &rusqlite::Error) {
        if is_failed_sync(error) {
            (self.options.on_fatal)(&format!("the disk did not sync, so I stop: {error}"));
        }
        if is_damage(error) {
            (self.options.on_fatal)(&format!("the store is damaged, so I stop: {error}"));
        }
    }

    /// Rolls back after a failure that the process survives.
    fn rolled_back(&mut self, error: &rusqlite::Error) -> Fault {
        self.stop_if_lost(error);
        let tried = std::mem::take(&mut self.committing);
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            (self.options.on_fatal)(&format!("a batch could not be rolled back: {error}"));
        }
        if may_have_written(error)
            && let Err(over) = self.write_over()
        {
            self.stop_if_lost(&over);
            if !tried {
                // Without its end in the log, nothing of it is ever found.
                return Fault::Unavailable(error.to_string());
            }
            // What may lie in the log is there still: a crash brings it to life, or the next commit
            // takes its place.
            return Fault::Unknown(format!("{error}; and writing over it failed: {over}"));
        }
        Fault::Unavailable(error.to_string())
    }

    /// Commits something that changes nothing. A commit that failed may lie in the log all the
    /// same, whole but for the word that it was written, and a crash would bring it to life after
    /// its callers were told that it did not happen; the next commit takes its place in the log.
    /// Should this one fail too, only a later one does.
    fn write_over(&mut self) -> rusqlite::Result<()> {
        let transaction = self.db.transaction()?;
        // Replaced by an equal row, it would not be written.
        transaction.execute("DELETE FROM numbers WHERE name = 'order'", [])?;
        let sql = "INSERT INTO numbers VALUES ('order', ?1)";
        transaction.execute(sql, [signed(self.numbers.next_order)])?;
        transaction.commit()
    }

    /// Waits for the next job. Callers pass results on within microseconds; should one of them be
    /// held up, the writer does it, when it has nothing else to do or the next results are there.
    fn wait(&mut self, queue: &Queue) {
        if !queue.wait(Some(std::time::Duration::from_millis(1))) {
            self.undelivered.clear();
            queue.wait(None);
        }
    }

    #[allow(clippy::vec_box)] // Proposals stay where their callers put them.
    fn settle_jobs(&mut self, taken: Vec<Box<Waiting>>, queue: &Queue) {
        if taken.is_empty() {
            return;
        }
        let started_us = (self.options.now_us)();
        let batch: Vec<_> = taken.iter().map(|job| (job.world, &job.proposal)).collect();
        // Whoever waits must not be told anything if this breaks once something is committed: who
        // is let go is told that the store is closed, which says that nothing happened.
        let settled = catch_unwind(AssertUnwindSafe(|| self.settle_some(&batch)));
        let settled = settled.unwrap_or_else(|panic| {
            let why = words_of(&*panic);
            (self.options.on_fatal)(&format!("the writer broke, so I stop: {why}"));
            resume_unwind(panic)
        });
        let mut results = Vec::with_capacity(taken.len());
        for (mut job, settled) in taken.into_iter().zip(settled) {
            let Some(settled) = settled else {
                // Others come first. Time itself may wait as long as it takes.
                if job.proposal.origin.is_none() {
                    job.queued_us = started_us;
                }
                queue.push_again(job);
                continue;
            };
            let settled = settled.map(|mut settled| {
                settled.stages.queue_us = started_us.saturating_sub(job.queued_us);
                settled
            });
            results.push((job.sender, settled));
        }
        self.undelivered = Rest::deliver(results);
    }
}

/// What a panic said.
fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words").to_owned()
}

/// The writer's thread. A rule that breaks once something is committed leaves memory and disk in an
/// unknown relation, so the process must end; the disk is right.
pub(super) fn run(writer: Writer, queue: &Queue, held: &parking_lot::Mutex<()>) {
    let on_fatal = Arc::clone(&writer.options.on_fatal);
    let served = catch_unwind(AssertUnwindSafe(|| serve(writer, queue, held)));
    queue.close();
    if let Err(panic) = served {
        on_fatal(&format!("the writer broke, so I stop: {}", words_of(&*panic)));
    }
}

/// Takes whatever is waiting, settles it, and so on until told to close. There is no timer: an idle
/// server commits a single order at once.
fn serve(mut writer: Writer, queue: &Queue, held: &parking_lot::Mutex<()>) {
    let mut open = true;
    let mut jobs = Vec::new();
    while open {
        writer.wait(queue);
        let _turn = held.lock();
        queue.take(writer.batch_length.max(), &mut jobs);
        let mut batch = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            match job {
                Job::Settle(waiting) => batch.push(waiting),
                // Between batches, in the order in which it was asked for.
                Job::World { change, sender, .. } => {
                    writer.settle_jobs(std::mem::take(&mut batch), queue);
                    let _ = sender.send(writer.change_world(*change));
                    writer.carry_over();
                }
                Job::Tidy { world, wall, .. } => {
                    writer.settle_jobs(std::mem::take(&mut batch), queue);
                    writer.tidy(world.id, wall);
                }
                Job::Close => open = false,
            }
        }
        writer.settle_jobs(batch, queue);
    }
    // Leaves one file behind instead of three. What fails here is mended at the next opening.
    let _ = writer.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

#[cfg(test)]
#[path = "tests/writer.rs"]
mod tests;
