//! What the kernel says of a process and of the machine.

use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::time::{Duration, Instant};

/// The clock of everything that is measured here.
#[expect(clippy::disallowed_methods, reason = "measuring is what this program does")]
pub fn now() -> Instant {
    Instant::now()
}

/// What a process has used: processor time, nanoseconds, by the names of its threads; and files.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// A thread's name, and what all threads of that name used.
    pub threads: BTreeMap<String, u64>,
    /// Bytes that it handed to the file system.
    pub written: u64,
}

impl Usage {
    /// What a process has used so far. Threads that have ended are not in it.
    pub fn of(process: u32) -> Self {
        let mut usage = Self::default();
        let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else {
            return usage;
        };
        let io = read_to_string(format!("/proc/{process}/io")).unwrap_or_default();
        usage.written =
            io.lines().find_map(|line| line.strip_prefix("wchar:")).map_or(0, first_number);
        for task in tasks.flatten() {
            let name = read_to_string(task.path().join("comm")).unwrap_or_default();
            let spent = read_to_string(task.path().join("schedstat")).unwrap_or_default();
            *usage.threads.entry(name.trim().into()).or_default() += first_number(&spent);
        }
        usage
    }

    /// What was used since an earlier look.
    pub fn since(&self, before: &Self) -> Self {
        let earlier = |name: &String| before.threads.get(name).copied().unwrap_or_default();
        let spent = |(name, ns): (&String, &u64)| (name.clone(), ns.saturating_sub(earlier(name)));
        let written = self.written.saturating_sub(before.written);
        Self { threads: self.threads.iter().map(spent).collect(), written }
    }

    /// All threads together.
    pub fn total(&self) -> u64 {
        self.threads.values().sum()
    }
}

/// What this thread has used, nanoseconds.
pub fn own_thread() -> u64 {
    first_number(&read_to_string("/proc/thread-self/schedstat").unwrap_or_default())
}

/// Resident memory of a process, KiB.
pub fn resident_kib(process: u32) -> Result<u64, String> {
    let path = format!("/proc/{process}/status");
    let status = read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map(first_number).ok_or_else(|| format!("{path} has no VmRSS"))
}

fn first_number(text: &str) -> u64 {
    text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// A look at the whole machine: how busy it was, in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    busy: u64,
    idle: u64,
    stolen: u64,
    at: Instant,
}

/// Ticks a second in /proc/stat: fixed by the kernel's interface.
const TICK_NS: u64 = 10_000_000;

impl Machine {
    /// Looks.
    pub fn look() -> Self {
        let stat = read_to_string("/proc/stat").unwrap_or_default();
        let line = stat.lines().next().unwrap_or_default();
        let ticks: Vec<u64> =
            line.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
        let tick = |place: usize| ticks.get(place).copied().unwrap_or_default();
        // user, nice, system, irq, softirq: not idle, not waiting for the disk.
        let busy = tick(0) + tick(1) + tick(2) + tick(5) + tick(6);
        Self { busy, idle: tick(3) + tick(4), stolen: tick(7), at: now() }
    }

    /// The share of all processors that nobody used since then.
    pub fn idle_since(before: &Self) -> f64 {
        let after = Self::look();
        let all = share(after.at.duration_since(before.at).as_nanos()) * processors();
        share(u128::from(after.idle.saturating_sub(before.idle) * TICK_NS)) / all
    }

    /// The share of all processors that neither we nor what we measure used since then, and the
    /// share that the host took away.
    pub fn foreign_since(before: &Self, ours_ns: u64) -> (f64, f64) {
        let after = Self::look();
        let all = share(after.at.duration_since(before.at).as_nanos()) * processors();
        let busy_ns = after.busy.saturating_sub(before.busy) * TICK_NS;
        let foreign = share(u128::from(busy_ns.saturating_sub(ours_ns))) / all;
        let stolen = share(u128::from(after.stolen.saturating_sub(before.stolen) * TICK_NS)) / all;
        (foreign, stolen)
    }
}

/// Waits until nobody has used the machine for two seconds, but not for longer than this.
pub fn wait_until_quiet(most: Duration) {
    const QUIET: f64 = 0.05;
    let (began, mut quiet) = (now(), 0);
    while quiet < 4 && began.elapsed() < most {
        let before = Machine::look();
        std::thread::sleep(Duration::from_millis(500));
        let (foreign, stolen) = Machine::foreign_since(&before, 0);
        quiet = if foreign + stolen < QUIET { quiet + 1 } else { 0 };
    }
}

#[allow(clippy::cast_precision_loss)] // Nanoseconds of some minutes are below 2^53.
fn share(ns: u128) -> f64 {
    ns as f64
}

/// How many processors there are.
#[allow(clippy::cast_precision_loss)] // Few.
pub fn processors() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |count| count.get() as f64)
}

/// The kind of file system that a path lies on.
pub fn file_system(path: &std::path::Path) -> String {
    let mounts = read_to_string("/proc/self/mounts").unwrap_or_default();
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let over = mounts.lines().filter_map(mount).filter(|(point, _)| path.starts_with(point));
    over.max_by_key(|(point, _)| point.len()).map_or_else(|| "unknown".into(), |(_, kind)| kind)
}

/// The model of the processor.
pub fn processor_name() -> String {
    let info = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": ")).map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| "unknown".into())
}
