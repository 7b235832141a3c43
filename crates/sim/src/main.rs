//! `cargo xtask sim`: runs seeds, shows progress, and says what was met.

use clap::Parser;
use sim::plan::{Step, plan, walk};
use sim::report::Tally;
use sim::run::{Failure, Options, run, run_telling};
use sim::shrink::shrink;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// As in the server. A seed allocates much: see docs/reliability.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "cargo xtask sim", about = "Seeded simulation against the model")]
struct Arguments {
    /// How many seeds to run; 1000, unless --seconds says when to stop.
    #[arg(long)]
    seeds: Option<u64>,
    /// Begins no seed after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// One seed alone, told step by step.
    #[arg(long)]
    seed: Option<u64>,
    /// How many steps a seed has: a number or a range such as 100..200.
    #[arg(long, default_value = "100..200", value_parser = range)]
    steps: RangeInclusive<usize>,
    /// With --seed: only these steps, by their numbers.
    #[arg(long, value_delimiter = ',')]
    only: Vec<usize>,
    /// One world, walked for so many steps by the seed of --seed (by default that of --from).
    #[arg(long, value_name = "STEPS", conflicts_with_all = ["seeds", "only"])]
    walk: Option<usize>,
    /// How many seeds run side by side.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Prints figures for machines.
    #[arg(long)]
    json: bool,
    /// Prints the closing line alone.
    #[arg(long)]
    brief: bool,
}

fn range(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |text: &str| text.parse::<usize>().map_err(|error| error.to_string());
    match text.split_once("..") {
        Some((low, high)) => Ok(number(low)?..=number(high.trim_start_matches('='))?),
        None => number(text).map(|count| count..=count),
    }
}

/// Real time, for speed alone: nothing that is simulated sees it.
#[expect(clippy::disallowed_methods, reason = "how fast it went is real")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let found = match (arguments.walk, arguments.seed) {
        (Some(steps), seed) => far(seed.unwrap_or(arguments.from), steps, &arguments),
        (None, Some(seed)) => one(seed, &arguments),
        (None, None) => many(&arguments),
    };
    if found { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs one seed, told step by step. Whether it failed.
fn one(seed: u64, arguments: &Arguments) -> bool {
    let mut steps = plan(seed, *arguments.steps.start(), *arguments.steps.end());
    if !arguments.only.is_empty() {
        steps.retain(|step| arguments.only.contains(&step.place));
    }
    let mut trail = Vec::new();
    let options = Options { trail: true, ..Options::default() };
    let (tally, done) = run_telling(seed, &steps, options, &mut trail);
    match done {
        Ok(()) => {
            for line in &trail {
                println!("{line}");
            }
            println!("seed {seed}: {} steps, {} requests, all well", tally.steps, tally.requests);
            false
        }
        Err(failure) => {
            print_failure(&Failure { trail, ..failure });
            true
        }
    }
}

/// Walks one world far. Whether that failed.
fn far(seed: u64, steps: usize, arguments: &Arguments) -> bool {
    eprintln!("sim: seed {seed} walks {steps} steps in one world");
    let started = now();
    let options = Options { trail: true, walk: true, ..Options::default() };
    let (tally, done) = run(seed, &walk(seed, steps), options);
    let elapsed_s = started.elapsed().as_secs_f64();
    if arguments.json {
        println!("{}", tally.json(elapsed_s));
    } else if !arguments.brief {
        println!("{}", tally.text(elapsed_s, 1));
    }
    match done {
        Ok(()) if tally.server_errors == 0 => {
            eprintln!("sim: seed {seed}: {}", tally.closing(elapsed_s));
            false
        }
        Ok(()) => {
            println!("seed {seed}: {} answers have a status of 5xx", tally.server_errors);
            true
        }
        Err(failure) => {
            print_failure(&failure);
            println!("replay it:\n  cargo xtask sim --seed {seed} --walk {steps}");
            true
        }
    }
}

fn print_failure(failure: &Failure) {
    for line in &failure.trail {
        println!("{line}");
    }
    match failure.step {
        Some(step) => println!("\nFAILED in {step}"),
        None => println!("\nFAILED at the end"),
    }
    println!("{}", failure.why);
}

/// After so many seeds every declared error has been met, and every operation in every edition.
const SEEDS_THAT_MEET_ALL: u64 = 2000;

/// Runs many seeds. Whether one failed, or something was never met.
fn many(arguments: &Arguments) -> bool {
    let started = now();
    let next = AtomicU64::new(arguments.from);
    let seeds =
        arguments.seeds.unwrap_or(if arguments.seconds.is_some() { u64::MAX } else { 1000 });
    let end = arguments.from.saturating_add(seeds);
    let is_late = || arguments.seconds.is_some_and(|limit| started.elapsed().as_secs() >= limit);
    let tally = Mutex::new(Tally::default());
    let failed: Mutex<Option<(u64, Vec<Step>)>> = Mutex::new(None);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let work = || {
            while !over.load(Ordering::Relaxed) && !is_late() {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= end {
                    break;
                }
                let steps = plan(seed, *arguments.steps.start(), *arguments.steps.end());
                let (counted, done) = run(seed, &steps, Options::default());
                tally.lock().expect("nobody panics here").add(counted);
                if done.is_err() {
                    over.store(true, Ordering::Relaxed);
                    failed.lock().expect("nobody panics here").get_or_insert((seed, steps));
                }
            }
        };
        let workers: Vec<_> = (0..arguments.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let mut told = 0;
        while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(100));
            told += 1;
            if told % 20 == 0 && !arguments.json {
                let done = tally.lock().expect("nobody panics here").seeds;
                let elapsed_s = started.elapsed().as_secs();
                eprintln!("sim: {done} seeds, {elapsed_s} s");
            }
        }
    });
    let elapsed_s = started.elapsed().as_secs_f64();
    let tally = tally.into_inner().expect("nobody panics here");
    if arguments.json {
        println!("{}", tally.json(elapsed_s));
    } else if !arguments.brief {
        println!("{}", tally.text(elapsed_s, arguments.jobs.max(1)));
    }
    let failed = failed.into_inner().expect("nobody panics here");
    let Some((seed, steps)) = failed else {
        eprintln!("sim: {}", tally.closing(elapsed_s));
        // So many seeds meet everything that can be met: what they do not is not simulated.
        let missed = [tally.unmet(), tally.uncalled()].concat();
        let is_short = tally.seeds >= SEEDS_THAT_MEET_ALL && !missed.is_empty();
        if is_short {
            println!("never met: {}", missed.join(", "));
        }
        return is_short;
    };
    tell_shrunk(seed, &steps, arguments);
    true
}

fn tell_shrunk(seed: u64, steps: &[Step], arguments: &Arguments) {
    let (low, high) = (arguments.steps.start(), arguments.steps.end());
    println!(
        "seed {seed} fails; replay it:\n  cargo xtask sim --seed {seed} --steps {low}..{high}"
    );
    eprintln!("sim: making it small");
    let small = shrink(seed, steps, Options::default());
    let only: Vec<String> = small.steps.iter().map(|step| step.place.to_string()).collect();
    println!("smallest ({} of {} steps, {} runs):", small.steps.len(), steps.len(), small.runs);
    println!("  cargo xtask sim --seed {seed} --steps {low}..{high} --only {}\n", only.join(","));
    print_failure(&small.failure);
}
