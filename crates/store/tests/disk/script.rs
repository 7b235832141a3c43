//! What happens to the store, drawn by a seed: orders paid and unpaid, repeated and refused, in
//! batches of any size, time passing, old receipts being forgotten, restarts, a second world that
//! is saved, put back and forked. It is played once on a disk that does not fail; what was told
//! then, and what the file said after each step, is the measure.

use crate::rig::{Asked, Library, Rig, Whole};
use diskfault::{Chance, Choice, Disk, Effect};
use domain::catalogue::{AccessPoint, LineOperator, PortType};
use domain::circuit::{BusinessStatus, GivenCircuit, Particulars, Status};
use domain::command::{
    AmendCircuit, Amendment, ApplyForCircuit, CancelOrder, DeleteCircuit, Fill, GiveCircuits,
    LoadPrices, MoveClock, PayOrder, PlaceOccupancyOrder, PutKey, PutUser, Reset, Shortfall,
    TerminateCircuit, TopUp, Wake,
};
use domain::order::Charge;
use domain::price::{Currency, Cycle, Money, Term};
use domain::receipt::{Origin, TOKEN_LIFE_MS};
use domain::user::{Key, Proof, User};
use domain::{
    AccountId, CircuitId, Command, OrderId, Outcome, Proposal, RequestId, Timestamp, sandbox,
};
use std::collections::HashMap;
use store::Verdict;

/// 2026-11-22T08:00:00Z, where every world begins.
const START: Timestamp = Timestamp::from_ms(1_795_334_400_000);
const HOUR_MS: i64 = 3_600_000;
/// So many steps. The orders they come to are counted by a test.
const STEPS: usize = 200;
/// The other world is opened, and later reset, at these steps.
const OTHER_FROM: usize = 25;
const OTHER_RESET: usize = 110;
/// It is saved, saved anew and put back, and forked from what was saved last; and the fork goes.
const SAVED: usize = 62;
const SAVED_AGAIN: usize = 71;
const RESTORED: usize = 86;
const FORKED: usize = 141;
const REMOVED: usize = 163;
/// The other world's clock is moved on no further than this, so that only the default world's
/// receipts grow old: to forget them is then one commit.
const OTHER_MOVED_MS: i64 = TOKEN_LIFE_MS - 40 * HOUR_MS;

/// One thing done to the store; nothing is done before what came of the one before is known.
#[derive(Clone, Debug)]
pub enum Step {
    /// These are settled as one batch.
    Settle(Vec<Asked>),
    /// Something is done to a world as a whole.
    World(Whole),
    /// The store tidies up when the wall shows this.
    Tidy(Timestamp),
    /// Somebody reads the file beside the writer.
    Look,
    /// The store is closed and opened.
    Restart,
}

/// A call whose token lives for a while, and what came of it.
#[derive(Clone)]
pub struct Kept {
    asked: Asked,
    outcome: Outcome,
    /// In the world's time.
    made_at: Timestamp,
}

impl Kept {
    /// The same call made again, and what it must be told.
    pub fn again(&self, wall: Timestamp) -> (Asked, Verdict) {
        let (world, mut proposal) = self.asked.clone();
        let origin = proposal.origin.as_mut().expect("a call has an origin");
        let first = std::mem::replace(&mut origin.request, RequestId(u128::MAX));
        proposal.wall = wall;
        ((world, proposal), Verdict::Replayed(self.outcome, first))
    }
}

/// A step and what came of it.
pub struct Played {
    pub step: Step,
    pub told: Vec<Verdict>,
    /// What the file said then.
    pub library: Library,
    /// The length of the disk's history when it began, and when it was told.
    pub span: (usize, usize),
    /// Calls that are replayed if they come again now.
    pub kept: Vec<Kept>,
    /// The wall's time then.
    pub wall: Timestamp,
}

impl Played {
    /// Whether anything was done to the disk.
    pub fn is_written(&self) -> bool {
        self.span.0 < self.span.1
    }
}

/// All of it.
pub struct Script {
    pub played: Vec<Played>,
    /// Everything that was done to the disk.
    pub history: Vec<Effect>,
    /// The log is carried over at so many pages.
    pub log_pages: u32,
    /// How often each call was made.
    pub disk: Disk,
}

impl Script {
    /// Draws a script and plays it.
    pub fn play(seed: u64, log_pages: u32) -> Self {
        let disk = Disk::new(seed);
        disk.remember();
        let mut rig = Rig::open(&disk, log_pages).expect("a store");
        let mut author = Author::new(seed);
        let mut played = Vec::new();
        let look = |disk: &Disk| Library::after(&disk.image(), &mut Choice::keep());
        let opened = (0, disk.history_len());
        let library = look(&disk).expect("a sound file");
        let (told, kept) = (Vec::new(), Vec::new());
        let (step, wall) = (Step::Restart, START);
        played.push(Played { step, told, library, span: opened, kept, wall });
        for nth in 1..=STEPS {
            let step = author.step(nth);
            let began = disk.history_len();
            let mut told = Vec::new();
            match &step {
                Step::Settle(batch) => told = rig.settle(batch).expect("nothing fails"),
                Step::World(whole) => rig.change(whole).expect("nothing fails"),
                Step::Tidy(wall) => rig.tidy(*wall).expect("nothing fails"),
                Step::Look => rig.look().expect("nothing fails"),
                Step::Restart => {
                    rig.close();
                    rig = Rig::open(&disk, log_pages).expect("a store");
                    assert!(rig.nonces() > 0, "none of the writes before is known by its nonce");
                }
            }
            author.learn(&step, &told);
            let span = (began, disk.history_len());
            let library = look(&disk).expect("a sound file");
            let (kept, wall) = (author.alive(), author.wall);
            played.push(Played { step, told, library, span, kept, wall });
        }
        rig.close();
        Self { played, history: disk.history(), log_pages, disk }
    }

    /// The spans of the disk's history in which receipts were forgotten.
    pub fn forgetting(&self) -> Vec<(usize, usize)> {
        let tidied = self.played.iter().filter(|played| matches!(played.step, Step::Tidy(_)));
        tidied.filter(|played| played.is_written()).map(|played| played.span).collect()
    }

    /// How many steps had been told when so much had been done to the disk.
    pub fn told_at(&self, point: usize) -> usize {
        self.played.partition_point(|played| played.span.1 <= point)
    }
}

/// What the author knows of a world.
#[derive(Clone, Default)]
struct Side {
    /// Confirmed circuits that nobody has ordered yet.
    free: Vec<CircuitId>,
    ordered: Vec<CircuitId>,
    unpaid: Vec<OrderId>,
    kept: Vec<Kept>,
    /// How far its clock is ahead of the wall.
    ahead_ms: i64,
    /// How far of that it was moved.
    moved_ms: i64,
}

/// Draws steps.
struct Author {
    chance: Chance,
    sides: [Side; 2],
    /// What was known of the other world when it was saved, and its time then.
    saved: (Side, Timestamp),
    wall: Timestamp,
    /// How many proposals were drawn.
    drawn: u128,
    /// The world's time when each call was drawn.
    called_at: HashMap<RequestId, Timestamp>,
}

impl Author {
    fn new(seed: u64) -> Self {
        let sides = [Side::default(), Side::default()];
        let called_at = HashMap::new();
        let saved = (Side::default(), START);
        Self { chance: Chance::new(seed), sides, saved, wall: START, drawn: 0, called_at }
    }

    fn step(&mut self, nth: usize) -> Step {
        match nth {
            1 => Step::Settle(vec![self.reset(0)]),
            OTHER_FROM => Step::World(Whole::Open),
            SAVED | SAVED_AGAIN => {
                self.saved = (self.sides[1].clone(), self.now(1));
                Step::World(Whole::Save(self.wall))
            }
            RESTORED => {
                let (side, taken_at) = self.saved.clone();
                self.sides[1] = Side { ahead_ms: taken_at.ms() - self.wall.ms(), ..side };
                Step::World(Whole::Restore(self.wall))
            }
            FORKED => Step::World(Whole::Fork(self.wall)),
            REMOVED => Step::World(Whole::Remove(self.wall)),
            n if n == OTHER_FROM + 1 || n == OTHER_RESET => Step::Settle(vec![self.reset(1)]),
            n if n % 45 == 0 => Step::Restart,
            n if n % 20 == 0 => Step::Look,
            n if n % 20 == 10 => Step::Tidy(self.wall),
            n => Step::Settle(self.batch(n)),
        }
    }

    fn batch(&mut self, nth: usize) -> Vec<Asked> {
        let length = match self.chance.below(8) {
            0..3 => 1,
            3..6 => 2 + self.chance.below(4),
            _ => 6 + self.chance.below(12),
        };
        let worlds = if nth > OTHER_FROM + 1 { 5 } else { 1 };
        let mut batch = Vec::new();
        for _ in 0..length {
            let world = usize::from(self.chance.below(worlds) == 1);
            if self.sides[world].free.len() < 4 {
                batch.push(self.give(world));
            }
            batch.push(self.act(world));
        }
        batch
    }

    fn act(&mut self, world: usize) -> Asked {
        match self.chance.below(32) {
            0..11 => self.place(world, true),
            11..15 => self.place(world, false),
            15..18 => self.again(world, false),
            18 => self.again(world, true),
            19 => self.refused(world),
            20 => self.poor(world),
            21..23 => self.cancel(world),
            23..25 => self.pay(world),
            25 => {
                let units = 1 + i64::try_from(self.chance.below(500)).expect("small");
                self.operator(world, TopUp { account: sandbox::RICH, amount: Money::units(units) })
            }
            26 => self.move_clock(world),
            27..31 => self.of_a_circuit(world),
            _ => self.rare(world),
        }
    }

    /// The wall shows a little more.
    fn pass(&mut self) {
        self.drawn += 1;
        let later = self.chance.below(1000);
        self.wall = self.wall.plus_ms(i64::try_from(later).expect("small"));
    }

    /// A call of an account, made now.
    fn call(&mut self, world: usize, account: AccountId, command: impl Into<Command>) -> Asked {
        self.pass();
        let has_token = self.chance.below(8) > 0;
        let origin = Origin {
            account,
            region: sandbox::region(),
            token: has_token.then(|| format!("token-{}", self.drawn).into()),
            request: RequestId(self.drawn),
            nonce_mark: self.drawn,
            received_at: self.wall,
        };
        self.called_at.insert(origin.request, self.now(world));
        let (wall, seed) = (self.wall, self.drawn);
        (world, Proposal { wall, seed, origin: Some(origin), command: command.into() })
    }

    fn operator(&mut self, world: usize, command: impl Into<Command>) -> Asked {
        self.pass();
        let (wall, seed) = (self.wall, self.drawn);
        (world, Proposal { wall, seed, origin: None, command: command.into() })
    }

    fn now(&self, world: usize) -> Timestamp {
        self.wall.plus_ms(self.sides[world].ahead_ms)
    }

    fn reset(&mut self, world: usize) -> Asked {
        self.sides[world] = Side::default();
        let wall = self.wall;
        self.sides[world].ahead_ms = START.ms() - wall.ms();
        self.operator(world, Reset { start: START, wall })
    }

    fn give(&mut self, world: usize) -> Asked {
        let given = GivenCircuit {
            account: sandbox::RICH,
            region: sandbox::region(),
            particulars: particulars(),
            status: Status::Confirmed,
            loa: None,
            business: BusinessStatus::Normal,
        };
        let seed = self.drawn * 1000;
        let ids: Vec<_> = (0..12).map(|nth| CircuitId::mint(seed + nth, 0)).collect();
        self.sides[world].free.extend(&ids);
        self.operator(world, GiveCircuits { given: Box::new(given), ids })
    }

    fn place(&mut self, world: usize, pay_now: bool) -> Asked {
        let side = &mut self.sides[world];
        let circuit = side.free.remove(self.chance.below(side.free.len()));
        side.ordered.push(circuit);
        let count = 1 + u32::try_from(self.chance.below(3)).expect("small");
        self.call(world, sandbox::RICH, order(circuit, count, pay_now))
    }

    /// A call that was made before, under its token; perhaps asking for something else.
    fn again(&mut self, world: usize, other: bool) -> Asked {
        let side = &self.sides[world];
        if side.kept.is_empty() {
            return self.place(world, true);
        }
        let (_, before) = side.kept[self.chance.below(side.kept.len())].asked.clone();
        let mut command = before.command;
        if let (true, Command::PlaceOccupancyOrder(order)) = (other, &mut command) {
            order.auto_renew = !order.auto_renew;
        }
        let before = before.origin.expect("a call has an origin");
        let mut asked = self.call(world, before.account, command);
        asked.1.origin.as_mut().expect("so has this one").token = before.token;
        asked
    }

    fn refused(&mut self, world: usize) -> Asked {
        let nowhere = CircuitId::new("pc-nowhere").expect("well formed");
        let side = &self.sides[world];
        let ordered = side.ordered.first().filter(|_| self.drawn.is_multiple_of(2));
        let circuit = ordered.copied().unwrap_or(nowhere);
        self.call(world, sandbox::RICH, order(circuit, 1, true))
    }

    /// An order of the account without money: it is kept as cancelled or as abnormal.
    fn poor(&mut self, world: usize) -> Asked {
        let circuit = CircuitId::new("pc-sandboxpoor").expect("well formed");
        let mut order = order(circuit, 1, true);
        if self.drawn.is_multiple_of(2) {
            order.shortfall = Shortfall::Abnormal;
        }
        self.call(world, sandbox::POOR, order)
    }

    fn unpaid(&mut self, world: usize) -> Option<OrderId> {
        let unpaid = &mut self.sides[world].unpaid;
        (!unpaid.is_empty()).then(|| unpaid.remove(self.chance.below(unpaid.len())))
    }

    fn cancel(&mut self, world: usize) -> Asked {
        match self.unpaid(world) {
            Some(order) => self.call(world, sandbox::RICH, CancelOrder { order }),
            None => self.place(world, false),
        }
    }

    fn pay(&mut self, world: usize) -> Asked {
        match self.unpaid(world) {
            Some(order) => self.operator(world, PayOrder { order }),
            None => self.place(world, false),
        }
    }

    fn of_a_circuit(&mut self, world: usize) -> Asked {
        let side = &self.sides[world];
        let Some(&circuit) = side.ordered.get(self.chance.below(side.ordered.len() + 1)) else {
            let particulars = particulars();
            return self.call(
                world,
                sandbox::RICH,
                ApplyForCircuit { particulars, needs_service: true },
            );
        };
        let name = Some(format!("name {}", self.drawn).into());
        let amendment = Box::new(Amendment { name, ..Amendment::default() });
        let command: Command = match self.chance.below(3) {
            0 => TerminateCircuit { circuit }.into(),
            1 => DeleteCircuit { circuit, waiting_too: true }.into(),
            _ => AmendCircuit { circuit, amendment, in_service_too: true }.into(),
        };
        self.call(world, sandbox::RICH, command)
    }

    fn move_clock(&mut self, world: usize) -> Asked {
        let by_ms = HOUR_MS * (1 + i64::try_from(self.chance.below(40)).expect("small"));
        let moved_ms = self.sides[world].moved_ms + by_ms;
        if world == 1 && moved_ms > OTHER_MOVED_MS {
            return self.rare(world);
        }
        let (wall, to) = (self.wall, self.now(world).plus_ms(by_ms));
        let side = &mut self.sides[world];
        (side.ahead_ms, side.moved_ms) = (to.ms() - wall.ms(), moved_ms);
        self.operator(world, MoveClock { to, wall })
    }

    fn rare(&mut self, world: usize) -> Asked {
        let wall = self.wall;
        let rows = [((PortType::Base1000Lx, sandbox::region()), Money::units(70))].into();
        let account = [sandbox::RICH, sandbox::POOR][self.chance.below(2)];
        let command: Command = match self.chance.below(5) {
            0 => LoadPrices::of_ports(Currency::Usd, rows).into(),
            1 => {
                let policies = vec![Box::from("{}"); self.chance.below(3)];
                let name = format!("user-{}", self.drawn % 3).into();
                PutUser { user: User { account, name, policies } }.into()
            }
            2 => PutKey { key: Box::new(self.key(account)) }.into(),
            3 => Wake { account }.into(),
            _ => Fill { start: START, wall }.into(),
        };
        self.operator(world, command)
    }

    /// A key of few ids, so that they move between the accounts.
    fn key(&self, account: AccountId) -> Key {
        Key {
            id: format!("key-{}", self.drawn % 3).into(),
            account,
            user: None,
            proof: Proof::Secret(format!("secret {}", self.drawn).into()),
            security_token: None,
            expires_at: None,
            bearer_token: None,
            dialect: None,
            active: self.drawn.is_multiple_of(2),
        }
    }

    /// Takes note of what came of a step.
    fn learn(&mut self, step: &Step, told: &[Verdict]) {
        let Step::Settle(batch) = step else { return };
        for ((world, proposal), verdict) in batch.iter().zip(told) {
            let Verdict::Accepted(outcome) = verdict else { continue };
            let side = &mut self.sides[*world];
            if let (Command::PlaceOccupancyOrder(placed), Outcome::Order { order, .. }) =
                (&proposal.command, outcome)
                && !placed.pay_now
            {
                side.unpaid.push(*order);
            }
            let origin = proposal.origin.as_ref().filter(|origin| origin.token.is_some());
            if let Some(origin) = origin {
                let (asked, made_at) =
                    ((*world, proposal.clone()), self.called_at[&origin.request]);
                side.kept.push(Kept { asked, outcome: *outcome, made_at });
            }
        }
        for world in 0..self.sides.len() {
            let now = self.now(world);
            // An hour's care: a proposal's instant may lie after the one it was made with.
            let lives = |kept: &Kept| kept.made_at.plus_ms(TOKEN_LIFE_MS - HOUR_MS) > now;
            self.sides[world].kept.retain(lives);
        }
    }

    fn alive(&self) -> Vec<Kept> {
        self.sides.iter().flat_map(|side| &side.kept).cloned().collect()
    }
}

fn order(circuit: CircuitId, count: u32, pay_now: bool) -> PlaceOccupancyOrder {
    PlaceOccupancyOrder {
        circuit,
        charge: Charge::PrePaid(Term { count, cycle: Cycle::Month }),
        pay_now,
        auto_renew: false,
        kept: domain::Kept::Since2024,
        auto_renew_months: 1,
        shortfall: Shortfall::Cancel,
    }
}

fn particulars() -> Particulars {
    Particulars {
        access_point: AccessPoint::find("ap-cn-hangzhou-yh-B").expect("in the catalogue"),
        line_operator: LineOperator::ChinaTelecom,
        port_type: PortType::Base1000Lx,
        bandwidth_mbps: 1_000,
        words: None,
    }
}
