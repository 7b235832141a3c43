//! One seed, from an empty disk to the audit.

use crate::call::Call;
use crate::disk::{self, End};
use crate::flight::{Death, Doubt, Ended, Item, Trouble, Volley};
use crate::generate::Maker;
use crate::model::calendar::Ms;
use crate::model::state::Settings;
use crate::model::{ControlOrder, Model, atlas, offers};
use crate::overlook::{Nameless, find_names, overlook};
use crate::plan::{Kind, PURPOSE, Step};
use crate::report::Tally;
use crate::rig::Rig;
use crate::store::{Crashed, Hand};
use chance::Chance;
use crossconnect::clock::Clock;
use diskfault::{Call as DiskCall, Disk};
use domain::Timestamp;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::Store as _;
use tokio::runtime::Runtime;

/// How a seed is run.
#[derive(Clone, Copy, Default)]
pub struct Options {
    /// Whether what happens is written down for people.
    pub trail: bool,
    /// A hand in the works, to prove that it is found.
    pub meddler: Option<fn() -> Hand>,
    /// Whether one world is walked far: it grows, and so everything in it is compared now and then
    /// alone. Each answer is held against the model all the same.
    pub walk: bool,
}

/// Why a seed failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The step it failed in; none for the end.
    pub step: Option<Step>,
    /// Why.
    pub why: String,
    /// What had happened, if that was asked for.
    pub trail: Vec<String>,
}

/// Where the wall stands when a seed begins: 2026-11-22T08:00:00Z.
const BEGINNING: Ms = 1_795_334_400_000;

/// On a walk everything is compared after so many steps.
const WALKED_MAX: usize = 100;

/// Of a walk at most so many lines are kept of what happened, the last ones.
const TRAIL_LEN_MAX: usize = 400;

/// How many earlier calls may be made again.
const HISTORY_LEN_MAX: usize = 24;

thread_local! {
    /// The gateway asks for timers. This runtime has some that nobody ever turns: no real time
    /// passes in a simulation.
    static TIMERS: Runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without threads");
}

/// Runs these steps of a seed.
pub fn run(seed: u64, steps: &[Step], options: Options) -> (Tally, Result<(), Failure>) {
    let mut trail = Vec::new();
    let (tally, done) = run_telling(seed, steps, options, &mut trail);
    (tally, done.map_err(|failure| Failure { trail, ..failure }))
}

/// The same; what happens is told also when nothing fails.
pub fn run_telling(
    seed: u64,
    steps: &[Step],
    options: Options,
    trail: &mut Vec<String>,
) -> (Tally, Result<(), Failure>) {
    TIMERS.with(|timers| {
        let _entered = timers.enter();
        run_entered(seed, steps, options, trail)
    })
}

fn run_entered(
    seed: u64,
    steps: &[Step],
    options: Options,
    trail: &mut Vec<String>,
) -> (Tally, Result<(), Failure>) {
    let mut at = None;
    let mut tally = Tally { seeds: 1, ..Tally::default() };
    let done = catch_unwind(AssertUnwindSafe(|| {
        let listened = options.trail.then_some(trail);
        let mut run = Run::begin(seed, options, &mut tally, listened)?;
        for step in steps {
            at = Some(*step);
            run.tally.steps += 1;
            run.step(*step)?;
        }
        at = None;
        run.end()
    }));
    let why = match done {
        Ok(Ok(())) => return (tally, Ok(())),
        Ok(Err(why)) => why,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            format!("a panic: {}", text.unwrap_or("no words"))
        }
    };
    (tally, Err(Failure { step: at, why, trail: Vec::new() }))
}

/// What is set for a seed.
fn settings(seed: u64) -> Settings {
    let mut chance = Chance::of(seed ^ 0x5E77_1465, PURPOSE);
    Settings {
        carrier_auto: chance.percent(70),
        enable_delay_ms: chance.weighted(&[(6, 0), (2, 30_000), (1, 86_400_000)]),
        shortfall_is_error: chance.percent(25),
        edition: if chance.percent(60) {
            atlas::E2025_09
        } else {
            chance.below(atlas::EDITIONS.len())
        },
        log_pages: *chance.pick(&[8, 60, 1000]),
        roa_too: false,
        per_point: *chance.pick(&[None, None, None, Some(2), Some(3)]),
        offers: offers::drawn(&mut chance),
    }
}

struct Run<'r> {
    seed: u64,
    clock: Arc<Clock>,
    meddler: Option<Hand>,
    rig: Option<Rig>,
    model: Model,
    tally: &'r mut Tally,
    trail: Option<&'r mut Vec<String>>,
    history: VecDeque<Call>,
    /// Numbers for what the simulation names by itself.
    named: u32,
    is_walk: bool,
}

impl<'r> Run<'r> {
    fn begin(
        seed: u64,
        options: Options,
        tally: &'r mut Tally,
        trail: Option<&'r mut Vec<String>>,
    ) -> Result<Self, String> {
        let clock = Arc::new(Clock::seeded(Timestamp::from_ms(BEGINNING), seed));
        let settings = Settings { roa_too: options.walk, ..settings(seed) };
        let meddler = options.meddler.map(|make| make());
        let disk = Disk::new(seed);
        let rig = Rig::open(&disk, Arc::clone(&clock), &settings, meddler.clone())?;
        let model = Model::new(settings, BEGINNING);
        let history = VecDeque::new();
        let rig = Some(rig);
        let (named, is_walk) = (0, options.walk);
        Ok(Self { seed, clock, meddler, rig, model, tally, trail, history, named, is_walk })
    }

    fn rig(&self) -> &Rig {
        self.rig.as_ref().expect("a server runs between steps")
    }

    fn say(&mut self, text: impl FnOnce() -> String) {
        if let Some(trail) = &mut self.trail {
            if self.is_walk && trail.len() >= TRAIL_LEN_MAX {
                trail.drain(..TRAIL_LEN_MAX / 2);
            }
            trail.push(text());
        }
    }

    fn pass(&mut self, ms: Ms) {
        self.model.wall += ms;
        self.rig().set_wall(self.model.wall);
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        self.say(|| step.to_string());
        let mut chance = Chance::of(step.chance, PURPOSE);
        let pause = chance.between(0, 400);
        self.pass(chance.weighted(&[(4, 0), (4, pause), (1, 1_000)]));
        let worlds: Vec<String> = self.model.worlds.keys().cloned().collect();
        let side = worlds.len() > 1 && chance.percent(15);
        let world =
            if side { worlds[chance.below(worlds.len())].clone() } else { "default".into() };
        match step.kind {
            Kind::Pause => {
                let ms = [250, 500, 1_000, 30_000, 901_000, 1_801_000, 3_600_000];
                self.pass(*chance.pick(&ms));
            }
            Kind::Kill => {
                let end = if chance.percent(75) { End::Killed } else { End::PowerCut };
                self.die("between calls", end, &mut chance)?;
                self.resend_some(&world, &mut chance)?;
            }
            Kind::Between => {
                let items = self.items(Kind::Leap, &world, &mut chance);
                self.crash(items, Kind::Between, &mut chance)?;
            }
            Kind::Tidy => self.tidy(&mut chance)?,
            Kind::Crash | Kind::PowerCut | Kind::Disk => {
                let from = [Kind::Burst, Kind::Burst, Kind::Twins, Kind::Race, Kind::Operator];
                let mut items = self.items(*chance.pick(&from), &world, &mut chance);
                // A world that is being opened would be another kind of doubt.
                items.retain(|item| !matches!(item, Item::Control(_, ControlOrder::OpenWorld)));
                self.crash(items, step.kind, &mut chance)?;
                self.resend_some(&world, &mut chance)?;
            }
            kind => {
                let mut items = self.items(kind, &world, &mut chance);
                if self.is_walk {
                    items.retain(|item| !matches!(item, Item::Control(_, ControlOrder::OpenWorld)));
                }
                let trouble = match kind {
                    Kind::Busy => Trouble::Busy,
                    Kind::Full => Trouble::Full(chance.below(3)),
                    Kind::Late => Trouble::Late,
                    _ => Trouble::None,
                };
                self.volley(items, trouble, &mut chance)?;
            }
        }
        if self.is_walk && !step.place.is_multiple_of(WALKED_MAX) {
            return Ok(());
        }
        overlook(self.rig(), &self.model)
    }

    /// Somebody recorded a few calls and sends their bytes again, now that the process is new.
    fn resend_some(&mut self, world: &str, chance: &mut Chance) -> Result<(), String> {
        for _ in 0..chance.below(4) {
            let items = self.items(Kind::Resend, world, chance);
            self.volley(items, Trouble::None, chance)?;
        }
        Ok(())
    }

    /// What a step sends.
    fn items(&mut self, kind: Kind, world: &str, chance: &mut Chance) -> Vec<Item> {
        let mut maker = Maker { chance, model: &self.model, world };
        match kind {
            Kind::Twins => maker.twins(),
            Kind::Burst | Kind::Busy | Kind::Full | Kind::Late => {
                if maker.chance.percent(20) {
                    return maker.crowd();
                }
                let mut shared = Vec::new();
                if maker.chance.percent(30) {
                    shared = maker.share();
                }
                let count = 1 + maker.chance.below(5);
                shared.extend((0..count).map(|_| Item::Call(maker.any())));
                shared
            }
            Kind::Race => maker.race(),
            Kind::Retry => maker.retry(&self.history).into_iter().collect(),
            Kind::Resend => maker.resend(&self.history).into_iter().collect(),
            Kind::Leap => {
                self.tally.time_jumps += 1;
                let ms = maker.leap();
                vec![Item::Control(world.to_owned(), ControlOrder::MoveClock(ms))]
            }
            Kind::Operator => {
                self.named += 1;
                maker.operator(self.named)
            }
            Kind::Fault => vec![maker.fault()],
            Kind::Reset => vec![Item::Control(world.to_owned(), ControlOrder::Reset)],
            Kind::Save => vec![maker.save()],
            Kind::Restore => vec![maker.restore()],
            _ => vec![Item::Call(maker.any())],
        }
    }

    fn volley(
        &mut self,
        items: Vec<Item>,
        trouble: Trouble,
        chance: &mut Chance,
    ) -> Result<Ended, String> {
        for item in &items {
            if let Item::Call(call) = item {
                self.history.push_back(call.clone());
            }
        }
        while self.history.len() > HISTORY_LEN_MAX {
            self.history.pop_front();
        }
        let rig = self.rig.as_ref().expect("a server runs between steps");
        match trouble {
            Trouble::Full(jobs) => rig.store.set_queue_len_max(jobs),
            Trouble::Death(points) => rig.death.set(points),
            Trouble::PowerCut(effects) => rig.disk.power_off_after(effects),
            Trouble::Disk(call, nth, failure) => rig.disk.fail_nth(call, nth, failure),
            Trouble::None | Trouble::Busy | Trouble::Late | Trouble::Between => {}
        }
        let trail = self.trail.as_deref_mut();
        let volley = Volley::new(rig, &mut self.model, self.tally, chance, trail);
        let ended = volley.fly(items, trouble);
        rig.death.clear();
        rig.disk.spare();
        rig.store.set_queue_len_max(8192);
        ended
    }

    /// The process dies with these on their way, or right after them, or the disk is to blame for
    /// what becomes of them.
    fn crash(&mut self, items: Vec<Item>, kind: Kind, chance: &mut Chance) -> Result<(), String> {
        let sent = items.len() as u64;
        let (trouble, end) = match kind {
            Kind::PowerCut => (Trouble::PowerCut(effects(chance)), End::PowerCut),
            Kind::Disk => (disk_failure(chance), End::PowerCut),
            Kind::Between => (Trouble::Between, End::Killed),
            _ => {
                let points = u32::try_from(chance.below(18)).expect("few");
                let end = if chance.percent(75) { End::Killed } else { End::PowerCut };
                (Trouble::Death(points), end)
            }
        };
        let ended = self.volley(items, trouble, chance)?;
        if kind == Kind::Disk {
            self.tally.disk_failures += u64::from(self.rig().disk.has_failed());
        }
        match ended {
            // A disk that fails a call is no reason to die, but who lives may die later.
            Ended::Answered if kind == Kind::Disk && chance.percent(50) => Ok(()),
            Ended::Answered => self.die("after calls", end, chance),
            Ended::Died(Death { place, doubt }) => {
                self.tally.lost += sent;
                self.die_doubting(&place, end, doubt, chance)
            }
        }
    }

    /// The store forgets what is old. Nobody sees anything of it, whether or not the process dies.
    fn tidy(&mut self, chance: &mut Chance) -> Result<(), String> {
        let wall = Timestamp::from_ms(self.model.wall);
        let rig = self.rig();
        if chance.percent(40) {
            rig.death.set(u32::try_from(chance.below(5)).expect("few"));
        }
        let tidied = catch_unwind(AssertUnwindSafe(|| rig.store.tidy(wall)));
        rig.death.clear();
        match tidied {
            Ok(()) => Ok(()),
            Err(panic) if panic.is::<Crashed>() => {
                let end = *chance.pick(&[End::Killed, End::PowerCut]);
                self.die("while old receipts were forgotten", end, chance)
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// The process dies and begins anew.
    fn die(&mut self, place: &str, end: End, chance: &mut Chance) -> Result<(), String> {
        self.die_doubting(place, end, None, chance)
    }

    fn die_doubting(
        &mut self,
        place: &str,
        end: End,
        doubt: Option<Box<Doubt>>,
        chance: &mut Chance,
    ) -> Result<(), String> {
        self.say(|| format!("  † the process dies: {end:?}, {place}"));
        *self.tally.crashes.entry(format!("{end:?}, {place}")).or_default() += 1;
        self.tally.power_cuts += u64::from(end == End::PowerCut);
        let rig = self.rig.take().expect("a server runs between steps");
        let disk = disk::after(&rig.disk, end, chance);
        drop(rig);
        if let Some(doubt) = doubt {
            self.settle_doubt(&disk, *doubt)?;
        }
        if chance.percent(10) {
            disk::audit(&disk)?;
        }
        let rig = self.reopen(&disk, end, chance)?;
        self.model.restart();
        find_names(&rig, &mut self.model, Nameless::All)?;
        // A server that starts looks at every world, and so what is due happens.
        let worlds: Vec<String> = self.model.worlds.keys().cloned().collect();
        for world in worlds {
            self.model.wake_all(&world, self.model.wall);
        }
        find_names(&rig, &mut self.model, Nameless::All)?;
        self.rig = Some(rig);
        overlook(self.rig(), &self.model)
    }

    /// The last batch is there, as the model has it, or the tables are as they were before it.
    fn settle_doubt(&mut self, disk: &Disk, before: Doubt) -> Result<(), String> {
        let content = |image| disk::content(image).map_err(|error| error.to_string());
        let is_there = content(&disk.image())? != content(&before.image)?;
        self.say(|| format!("  † the last batch is {}there", if is_there { "" } else { "not " }));
        let place = if is_there { "in doubt, it is there" } else { "in doubt, it is not there" };
        *self.tally.crashes.entry(format!("  {place}")).or_default() += 1;
        if !is_there {
            self.model = before.model;
        }
        Ok(())
    }

    /// A process starts on a disk. After a power cut the next one may come while it does.
    fn reopen(&mut self, disk: &Disk, end: End, chance: &mut Chance) -> Result<Rig, String> {
        let open = |disk: &Disk| {
            let (clock, meddler) = (Arc::clone(&self.clock), self.meddler.clone());
            Rig::open(disk, clock, &self.model.settings, meddler)
        };
        if end == End::Killed || chance.percent(75) {
            return open(disk);
        }
        disk.power_off_after(1 + effects(chance));
        let opened = catch_unwind(AssertUnwindSafe(|| open(disk)));
        if !disk.is_off() {
            disk.spare();
            return opened.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        if let Err(panic) = opened
            && !panic.is::<Crashed>()
        {
            std::panic::resume_unwind(panic);
        }
        let disk = disk::after(disk, End::PowerCut, chance);
        self.tally.power_cuts += 1;
        let rig = open(&disk);
        self.say(|| "  † and the power goes again while it starts".into());
        rig
    }

    /// Everything is as the model says, also after one more death, and the books are right.
    fn end(&mut self) -> Result<(), String> {
        self.say(|| "the end".into());
        let mut chance = Chance::of(self.seed, PURPOSE);
        let end = *chance.pick(&[End::Killed, End::PowerCut]);
        self.die("at the end", end, &mut chance)?;
        disk::audit(&self.rig().disk)?;
        self.tally.seeds_with_power_cuts = u64::from(self.tally.power_cuts > 0);
        Ok(())
    }
}

/// How many writes and syncs there are until the power goes: most often few.
fn effects(chance: &mut Chance) -> u64 {
    let end = *chance.pick(&[4, 12, 24]);
    chance.below(end) as u64
}

/// A call to the disk that fails.
fn disk_failure(chance: &mut Chance) -> Trouble {
    let calls = [
        (8, DiskCall::Write),
        (4, DiskCall::Sync),
        (1, DiskCall::Truncate),
        (1, DiskCall::Read),
        (1, DiskCall::ReadLog),
        (1, DiskCall::FileSize),
        (1, DiskCall::Lock),
        (3, DiskCall::ShmLock),
    ];
    let call = chance.weighted(&calls);
    let failures: Vec<_> = call.failures().collect();
    let nth = 1 + effects(chance) / if call == DiskCall::Write { 1 } else { 8 };
    Trouble::Disk(call, nth, *chance.pick(&failures))
}
