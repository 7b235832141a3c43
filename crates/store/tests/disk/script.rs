//! What happens to the store, drawn by a seed: orders paid and unpaid, repeated and refused, in
//! batches of any size, time passing, restarts, a second world. It is played once on a disk that
//! does not fail; what was told then, and what the file said after each step, is the measure.

use crate::rig::{Asked, Library, Rig, WORLDS};
use diskfault::{Chance, Choice, Disk, Effect};
use domain::catalogue::{AccessPoint, LineOperator, PortType};
use domain::command::{Amendment, GivenCircuit, Origin, Shortfall};
use domain::price::{Currency, Cycle, Money, Term};
use domain::record::{BusinessStatus, Charge, Particulars, Status, User};
use domain::replay::TOKEN_LIFE_MS;
use domain::{
    AccountId, CircuitId, Command, Kind, OrderId, Outcome, Proposal, RequestId, Timestamp, sandbox,
};
use store::Verdict;

/// 2026-11-22T08:00:00Z, where every world begins.
const START: Timestamp = Timestamp::from_ms(1_795_334_400_000);
const HOUR_MS: i64 = 3_600_000;
/// So many steps. The orders they come to are counted by a test.
const STEPS: usize = 180;
/// The other world is opened, and later reset, at these steps.
const OTHER_FROM: usize = 25;
const OTHER_RESET: usize = 110;

/// One thing done to the store; nothing is done before what came of the one before is known.
#[derive(Clone, Debug)]
pub enum Step {
    /// These are settled as one batch.
    Settle(Vec<Asked>),
    /// A world is opened.
    World(&'static str),
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
                Step::World(name) => drop(rig.open_world(name).expect("nothing fails")),
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

    /// How many steps had been told when so much had been done to the disk.
    pub fn told_at(&self, point: usize) -> usize {
        self.played.partition_point(|played| played.span.1 <= point)
    }
}

/// What the author knows of a world.
#[derive(Default)]
struct Side {
    /// Confirmed circuits that nobody has ordered yet.
    free: Vec<CircuitId>,
    ordered: Vec<CircuitId>,
    unpaid: Vec<OrderId>,
    kept: Vec<Kept>,
    /// How far its clock is ahead of the wall.
    ahead_ms: i64,
}

/// Draws steps.
struct Author {
    chance: Chance,
    sides: [Side; 2],
    wall: Timestamp,
    drawn: u128,
}

impl Author {
    fn new(seed: u64) -> Self {
        let sides = [Side::default(), Side::default()];
        Self { chance: Chance::new(seed), sides, wall: START, drawn: 0 }
    }

    fn step(&mut self, nth: usize) -> Step {
        match nth {
            1 => Step::Settle(vec![self.reset(0)]),
            OTHER_FROM => Step::World(WORLDS[1]),
            n if n == OTHER_FROM + 1 || n == OTHER_RESET => Step::Settle(vec![self.reset(1)]),
            n if n % 45 == 0 => Step::Restart,
            n if n % 20 == 0 => Step::Look,
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
            21..23 => self.of_an_order(world, Command::CancelOrder),
            23..25 => self.of_an_order(world, Command::PayOrder),
            25 => {
                let units = 1 + i64::try_from(self.chance.below(500)).expect("small");
                self.operator(world, Command::TopUp(sandbox::RICH, Money::units(units)))
            }
            26 => self.move_clock(world),
            27..31 => self.of_a_circuit(world),
            _ => self.rare(world),
        }
    }

    /// A proposal made now, of an account; `None` for the operator.
    fn ask(&mut self, world: usize, owner: Option<AccountId>, command: Command) -> Asked {
        self.drawn += 1;
        let later = self.chance.below(1000);
        self.wall = self.wall.plus_ms(i64::try_from(later).expect("small"));
        let request = RequestId(self.drawn);
        let origin = Origin { request, nonce_mark: self.drawn, received_at: self.wall };
        let token = owner.filter(|_| self.chance.below(8) > 0);
        let proposal = Proposal {
            wall: self.wall,
            at: self.now(world),
            seed: self.drawn,
            owner: owner.unwrap_or(AccountId(0)),
            region: sandbox::region(),
            token: token.map(|_| format!("token-{}", self.drawn).into()),
            origin: owner.map(|_| origin),
            order: OrderId::UNSET,
            command,
        };
        (world, proposal)
    }

    fn operator(&mut self, world: usize, command: Command) -> Asked {
        self.ask(world, None, command)
    }

    fn now(&self, world: usize) -> Timestamp {
        self.wall.plus_ms(self.sides[world].ahead_ms)
    }

    fn reset(&mut self, world: usize) -> Asked {
        self.sides[world] = Side::default();
        let wall = self.wall;
        let mut asked = self.operator(world, Command::Reset { start: START, wall });
        asked.1.wall = wall;
        self.sides[world].ahead_ms = START.ms() - wall.ms();
        asked
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
        self.operator(world, Command::GiveCircuits(Box::new(given), ids))
    }

    fn place(&mut self, world: usize, pay_now: bool) -> Asked {
        let side = &mut self.sides[world];
        let circuit = side.free.remove(self.chance.below(side.free.len()));
        side.ordered.push(circuit);
        let count = 1 + u32::try_from(self.chance.below(3)).expect("small");
        self.ask(world, Some(sandbox::RICH), order(circuit, count, pay_now))
    }

    /// A call that was made before, under its token; perhaps asking for something else.
    fn again(&mut self, world: usize, other: bool) -> Asked {
        let side = &self.sides[world];
        if side.kept.is_empty() {
            return self.place(world, true);
        }
        let (_, before) = side.kept[self.chance.below(side.kept.len())].asked.clone();
        let mut command = before.command;
        if let (true, Command::PlaceOccupancyOrder { auto_renew, .. }) = (other, &mut command) {
            *auto_renew = !*auto_renew;
        }
        let mut asked = self.ask(world, Some(before.owner), command);
        asked.1.token = before.token;
        asked
    }

    fn refused(&mut self, world: usize) -> Asked {
        let nowhere = CircuitId::new("pc-nowhere").expect("well formed");
        let side = &self.sides[world];
        let ordered = side.ordered.first().filter(|_| self.drawn.is_multiple_of(2));
        let circuit = ordered.copied().unwrap_or(nowhere);
        self.ask(world, Some(sandbox::RICH), order(circuit, 1, true))
    }

    /// An order of the account without money: it is kept as cancelled or as abnormal.
    fn poor(&mut self, world: usize) -> Asked {
        let circuit = CircuitId::new("pc-sandboxpoor").expect("well formed");
        let mut command = order(circuit, 1, true);
        if let Command::PlaceOccupancyOrder { shortfall, .. } = &mut command
            && self.drawn.is_multiple_of(2)
        {
            *shortfall = Shortfall::Abnormal;
        }
        self.ask(world, Some(sandbox::POOR), command)
    }

    fn of_an_order(&mut self, world: usize, command: fn(OrderId) -> Command) -> Asked {
        let side = &mut self.sides[world];
        if side.unpaid.is_empty() {
            return self.place(world, false);
        }
        let order = side.unpaid.remove(self.chance.below(side.unpaid.len()));
        let command = command(order);
        let owner = (command.kind() != Kind::Operator).then_some(sandbox::RICH);
        self.ask(world, owner, command)
    }

    fn of_a_circuit(&mut self, world: usize) -> Asked {
        let side = &self.sides[world];
        let Some(circuit) = side.ordered.get(self.chance.below(side.ordered.len() + 1)) else {
            return self.ask(
                world,
                Some(sandbox::RICH),
                Command::ApplyForCircuit(particulars().into()),
            );
        };
        let circuit = *circuit;
        let name = Some(format!("name {}", self.drawn).into());
        let command = match self.chance.below(3) {
            0 => Command::TerminateCircuit(circuit),
            1 => Command::DeleteCircuit(circuit),
            _ => Command::AmendCircuit(circuit, Amendment { name, ..Amendment::default() }.into()),
        };
        self.ask(world, Some(sandbox::RICH), command)
    }

    fn move_clock(&mut self, world: usize) -> Asked {
        let hours = 1 + i64::try_from(self.chance.below(40)).expect("small");
        let (wall, to) = (self.wall, self.now(world).plus_ms(hours * HOUR_MS));
        let mut asked = self.operator(world, Command::MoveClock { to, wall });
        (asked.1.at, asked.1.wall) = (to, wall);
        self.sides[world].ahead_ms = to.ms() - wall.ms();
        asked
    }

    fn rare(&mut self, world: usize) -> Asked {
        let rows = vec![(PortType::Base1000Lx, sandbox::region(), Money::units(70))];
        let policies = vec![Box::from("{}"); 2];
        let name = format!("user-{}", self.drawn % 3).into();
        let command = match self.chance.below(2) {
            0 => Command::LoadPrices(Currency::Usd, rows),
            _ => Command::PutUser(User { account: sandbox::RICH, name, policies }),
        };
        self.operator(world, command)
    }

    /// Takes note of what came of a step.
    fn learn(&mut self, step: &Step, told: &[Verdict]) {
        let Step::Settle(batch) = step else { return };
        for ((world, proposal), verdict) in batch.iter().zip(told) {
            let Verdict::Accepted(outcome) = verdict else { continue };
            let side = &mut self.sides[*world];
            if let (
                Command::PlaceOccupancyOrder { pay_now: false, .. },
                Outcome::Order { order, .. },
            ) = (&proposal.command, outcome)
            {
                side.unpaid.push(*order);
            }
            if proposal.token.is_some() {
                let asked = (*world, proposal.clone());
                side.kept.push(Kept { asked, outcome: *outcome, made_at: proposal.at });
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

fn order(circuit: CircuitId, count: u32, pay_now: bool) -> Command {
    Command::PlaceOccupancyOrder {
        circuit,
        charge: Charge::PrePaid(Term { count, cycle: Cycle::Month }),
        pay_now,
        auto_renew: false,
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
