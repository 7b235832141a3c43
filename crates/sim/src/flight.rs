//! Several calls at once: which of them is looked at next, how many wait before they are settled
//! together, and whether that works out, is chance. The model follows each at the moments that
//! matter, in the order in which the product comes to them.

use crate::call::Call;
use crate::check::check;
use crate::model::calendar::Ms;
use crate::model::{ControlOrder, Decision, Expect, Model, Name, Stage};
use crate::overlook::{Nameless, find_names};
use crate::report::Tally;
use crate::rig::{Back, Flight, Rig, poll_once};
use crate::store::{Decided, JobKind};
use chance::Chance;
use diskfault::{Call as DiskCall, Failure, Image};
use domain::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::task::Poll;
use store::sqlite::Point;
use store::{Fault, Verdict};

/// Something to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// A call.
    Call(Call),
    /// A control call for a world.
    Control(String, ControlOrder),
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => call.fmt(f),
            Self::Control(world, order) => write!(f, "{order} in {world}"),
        }
    }
}

/// What goes wrong while they are on their way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Nothing.
    None,
    /// Another process holds the file: every batch fails.
    Busy,
    /// At most so many proposals may wait.
    Full(usize),
    /// Some wait too long and are refused, while time goes on.
    Late,
    /// The process dies after so many points of commits.
    Death(u32),
    /// The power goes after so many writes and syncs.
    PowerCut(u64),
    /// The disk fails the n-th of these calls.
    Disk(DiskCall, u64, Failure),
    /// The process dies once the clock has moved, before anything that is due by then happens.
    Between,
}

/// How a volley ended.
pub enum Ended {
    /// Everybody was answered.
    Answered,
    /// The process died on the way.
    Died(Death),
}

/// A death with calls on their way.
pub struct Death {
    /// Where it was.
    pub place: String,
    /// Whether the last batch is there only the disk knows; the model goes by "it is".
    pub doubt: Option<Box<Doubt>>,
}

/// How things stood before a batch of which nobody knows whether it happened.
pub struct Doubt {
    /// As the model says.
    pub model: Model,
    /// On the disk.
    pub image: Image,
}

/// Where something on its way stands, as the model sees it.
enum Progress {
    /// Nobody has looked at it.
    New,
    /// It waits for its turn.
    Waits,
    /// It had its turn.
    Decided(Decision),
    /// It looks.
    Looks,
    /// What it is answered with is known.
    Known(Expect),
}

struct Aloft {
    item: Item,
    flight: Option<Flight>,
    progress: Progress,
    came: Ms,
    /// Whether looking at it can bring it further.
    ready: bool,
    /// What the store said of it, if it failed.
    failed: bool,
    /// The accounts that could not be woken for it, so far.
    unwoken: BTreeSet<u64>,
}

/// A volley on its way.
pub struct Volley<'v> {
    /// The server.
    pub rig: &'v Rig,
    /// The model.
    pub model: &'v mut Model,
    /// What is counted.
    pub tally: &'v mut Tally,
    /// Chance of the step.
    pub chance: &'v mut Chance,
    /// What a human is told; `None` when nobody listens.
    pub trail: Option<&'v mut Vec<String>>,
    aloft: Vec<Aloft>,
    jobs: BTreeMap<u64, usize>,
}

impl<'v> Volley<'v> {
    /// A volley that has nothing to send yet.
    pub fn new(
        rig: &'v Rig,
        model: &'v mut Model,
        tally: &'v mut Tally,
        chance: &'v mut Chance,
        trail: Option<&'v mut Vec<String>>,
    ) -> Self {
        Self { rig, model, tally, chance, trail, aloft: Vec::new(), jobs: BTreeMap::new() }
    }

    /// Sends everything and follows it to its end.
    pub fn fly(mut self, items: Vec<Item>, trouble: Trouble) -> Result<Ended, String> {
        self.aloft = items.into_iter().map(launch).collect();
        loop {
            let ready: Vec<usize> =
                (0..self.aloft.len()).filter(|at| self.aloft[*at].ready).collect();
            let waiting = self.rig.store.waiting();
            if ready.is_empty() && waiting == 0 {
                break;
            }
            let settle = waiting > 0 && (ready.is_empty() || self.chance.percent(30));
            if settle {
                let count = 1 + self.chance.below(waiting);
                if let Some(death) = self.settle(count, trouble)? {
                    return Ok(Ended::Died(death));
                }
                if trouble == Trouble::Between {
                    let place = "between the clock and what is due".into();
                    return Ok(Ended::Died(Death { place, doubt: None }));
                }
            } else {
                let at = *self.chance.pick(&ready);
                self.look_at(at)?;
            }
        }
        match self.aloft.iter().find(|aloft| aloft.flight.is_some()) {
            Some(aloft) => Err(format!("never answered: {}", aloft.item)),
            None => Ok(Ended::Answered),
        }
    }

    fn say(&mut self, text: impl FnOnce() -> String) {
        if let Some(trail) = &mut self.trail {
            trail.push(text());
        }
    }

    /// Looks whether one of them comes further.
    fn look_at(&mut self, at: usize) -> Result<(), String> {
        if matches!(self.aloft[at].progress, Progress::New) {
            self.depart(at);
        }
        let jobs = self.rig.store.jobs();
        let full = self.rig.store.is_full();
        let asks = full && self.asks_the_store(at);
        let aloft = &mut self.aloft[at];
        aloft.ready = false;
        let Some(flight) = &mut aloft.flight else { return Ok(()) };
        let polled = poll_once(flight.as_mut());
        // A full queue takes nothing: who needed a place in it is told to try again.
        aloft.failed |= asks && self.rig.store.jobs() == jobs;
        for job in jobs..self.rig.store.jobs() {
            self.jobs.insert(job, at);
        }
        if let Poll::Ready(back) = polled {
            self.aloft[at].flight = None;
            self.land(at, back.as_ref())?;
        }
        Ok(())
    }

    /// Whether it now needs a place in the queue: for its own turn, or to see what is due.
    fn asks_the_store(&self, at: usize) -> bool {
        let aloft = &self.aloft[at];
        match (&aloft.item, &aloft.progress) {
            (_, Progress::Waits) => true,
            (Item::Call(call), Progress::Looks) => self.model.is_due(call, aloft.came),
            _ => false,
        }
    }

    /// It leaves its client and reaches the server.
    fn depart(&mut self, at: usize) {
        let aloft = &mut self.aloft[at];
        aloft.came = self.model.wall;
        let (flight, progress) = match &aloft.item {
            Item::Call(call) => {
                let progress = match self.model.arrive(call) {
                    Stage::Answered(expect) => Progress::Known(expect),
                    Stage::Decides => Progress::Waits,
                    Stage::Looks => Progress::Looks,
                };
                self.tally.sent(call, self.model.edition(call));
                (self.rig.send(call), progress)
            }
            Item::Control(world, order) => {
                self.tally.controls += 1;
                let progress = if order.decides() {
                    Progress::Waits
                } else {
                    let came = aloft.came;
                    Progress::Known(self.model.control(world, order, came))
                };
                (self.rig.order(world, order), progress)
            }
        };
        (aloft.flight, aloft.progress) = (Some(flight), progress);
        let item = aloft.item.clone();
        self.say(|| format!("  → {item}"));
    }

    /// Its answer is there.
    fn land(&mut self, at: usize, back: Option<&Back>) -> Result<(), String> {
        let progress = std::mem::replace(&mut self.aloft[at].progress, Progress::New);
        let aloft = &self.aloft[at];
        let failed = aloft.failed || !aloft.unwoken.is_empty();
        let expect = match (&aloft.item, progress) {
            (_, Progress::Known(expect)) => expect,
            (Item::Call(_), _) if failed => Expect::Error(503, "ServiceUnavailable".into()),
            (Item::Control(..), _) if failed => Expect::Error(503, "unavailable".into()),
            (Item::Call(call), Progress::Decided(decision)) => self.model.finish(call, decision),
            (Item::Call(call), Progress::Looks) => self.model.look(call, aloft.came),
            _ => {
                return Err(format!("answered before its turn: {} {back:?}", aloft.item));
            }
        };
        let item = self.aloft[at].item.clone();
        match &item {
            Item::Call(call) => self.tally.answered(call, back, &expect),
            Item::Control(world, ControlOrder::Save(name, _)) => {
                if matches!(expect, Expect::Answer { .. }) {
                    self.model.save(world, name);
                }
            }
            Item::Control(..) => {}
        }
        self.say(|| match back {
            None => format!("  ← cut: {item}"),
            Some(back) => {
                let body: String = back.body.chars().take(300).collect();
                format!("  ← {} {body}", back.status)
            }
        });
        check(back, &expect).map_err(|why| format!("{why}\n    of       {item}"))
    }

    /// Settles the first jobs that wait, together.
    fn settle(&mut self, count: usize, trouble: Trouble) -> Result<Option<Death>, String> {
        if trouble == Trouble::Late && self.chance.percent(40) {
            for late in self.rig.store.refuse(count) {
                self.had_its_turn(&late)?;
            }
            return Ok(None);
        }
        self.tally.batches += 1;
        let blocker = if trouble == Trouble::Busy { Some(self.rig.block()?) } else { None };
        let doubtful = matches!(trouble, Trouble::PowerCut(_) | Trouble::Disk(..));
        let before = doubtful.then(|| self.rig.disk.image());
        let settled = self.rig.store.settle_batch(count);
        drop(blocker);
        match settled {
            Ok(decided) if !self.rig.disk.is_off() => {
                if decided.len() > 1 {
                    self.say(|| format!("  = {} settled together", decided.len()));
                }
                for one in decided {
                    self.had_its_turn(&one)?;
                }
                Ok(None)
            }
            Ok(lost) | Err(lost) => self.died(&lost, before).map(Some),
        }
    }

    /// The process died with these in the batch, or the power went. `before`: what was on the disk.
    fn died(&mut self, lost: &[Decided], before: Option<Image>) -> Result<Death, String> {
        let power_off = self.rig.disk.is_off();
        let told = lost.iter().all(|one| one.result.is_ok());
        let (place, happens, doubt) = match (self.rig.death.died_at(), before) {
            (Some(point), _) => (format!("{point:?}"), point == Point::Committed, None),
            (None, Some(_)) if power_off && told => ("the disk, committed".into(), true, None),
            (None, Some(image)) if power_off => {
                let doubt = Doubt { model: self.model.clone(), image };
                ("the disk, in doubt".into(), true, Some(Box::new(doubt)))
            }
            _ => return Err("it died of nothing".into()),
        };
        self.say(|| format!("  † died with {} in the batch: {place}", lost.len()));
        for one in lost.iter().filter(|_| happens) {
            self.happened(one)?;
        }
        Ok(Death { place, doubt })
    }

    /// A job was settled: the model does the same.
    fn had_its_turn(&mut self, one: &Decided) -> Result<(), String> {
        let at = *self.jobs.get(&one.job).ok_or("a job of nobody")?;
        self.aloft[at].ready = true;
        match &one.result {
            Err(Fault::Broken(why)) => return Err(format!("a rule broke: {why}")),
            Err(_) => {
                // A clock that has moved has moved, whatever becomes of what is due by then.
                let moved = matches!(one.kind, JobKind::Wake(_))
                    && matches!(self.aloft[at].progress, Progress::Known(_));
                match one.kind {
                    // It may be woken by itself, once more.
                    JobKind::Wake(account) if !moved => {
                        self.aloft[at].unwoken.insert(account);
                    }
                    _ => self.aloft[at].failed |= !moved,
                }
                self.tally.store_faults += 1;
            }
            Ok(settled) => {
                self.happened(one)?;
                // What time has ordered before it is named by where it stands.
                find_names(self.rig, self.model, Nameless::OfTime)?;
                if let Verdict::Accepted(outcome) = settled.verdict {
                    self.name(at, outcome)?;
                }
            }
        }
        Ok(())
    }

    /// The model follows a job. One that should never have come so far is a failure in itself.
    fn happened(&mut self, one: &Decided) -> Result<(), String> {
        let at = *self.jobs.get(&one.job).ok_or("a job of nobody")?;
        let aloft = &mut self.aloft[at];
        let world = match &aloft.item {
            Item::Call(call) => call.world(),
            Item::Control(world, _) => world.as_str(),
        };
        if let JobKind::Wake(account) = one.kind {
            aloft.unwoken.remove(&account);
            self.model.wake(world, account, aloft.came);
            return Ok(());
        }
        match (&aloft.item, &aloft.progress) {
            // Opening a world was foreseen when the call came.
            (Item::Control(_, ControlOrder::OpenWorld), _) => {}
            (Item::Call(call), Progress::Waits) => {
                let request = one.origin.as_ref().map(|origin| origin.request.to_string());
                let request = request.unwrap_or_default();
                let decision = self.model.decide(call, aloft.came, &request);
                aloft.progress = Progress::Decided(decision);
            }
            (Item::Control(world, order), Progress::Waits) => {
                let expect = self.model.control(world, order, aloft.came);
                aloft.progress = Progress::Known(expect);
            }
            (item, Progress::Known(expect)) => {
                return Err(format!("settled, though the model says {expect:?}: {item}"));
            }
            (item, _) => return Err(format!("settled, though it was to look: {item}")),
        }
        Ok(())
    }

    /// What came to be has a name now, and nobody else has it.
    fn name(&mut self, at: usize, outcome: Outcome) -> Result<(), String> {
        let Item::Call(call) = &self.aloft[at].item else { return Ok(()) };
        let world = call.world().to_owned();
        match outcome {
            Outcome::Circuit(id) => self.model.name_next(&world, &Name::Circuit(id.to_string())),
            Outcome::Circuits { first, count } => {
                let mut ids = (0..count).map(|nth| first.sibling(nth).to_string());
                ids.try_for_each(|id| self.model.name_next(&world, &Name::Circuit(id)))
            }
            Outcome::Router(id) => self.model.name_next(&world, &Name::Router(id.to_string())),
            Outcome::Group(id) => self.model.name_next(&world, &Name::Group(id.to_string())),
            Outcome::SetUp { circuit, order } => {
                self.tally.orders += 1;
                self.model.name_next(&world, &Name::Circuit(circuit.to_string()))?;
                self.model.name_next(&world, &Name::Order(order.to_string()))
            }
            Outcome::Order { order, .. }
                if !["CancelOrder", "PayOrder"].contains(&call.action.as_str()) =>
            {
                self.tally.orders += 1;
                self.model.name_next(&world, &Name::Order(order.to_string()))
            }
            _ => Ok(()),
        }
    }
}

fn launch(item: Item) -> Aloft {
    let progress = Progress::New;
    Aloft {
        item,
        flight: None,
        progress,
        came: 0,
        ready: true,
        failed: false,
        unwoken: BTreeSet::new(),
    }
}
