//! Time that passes: a year of subscriptions that renew themselves, and what others notice of it.

use super::load::drive;
use super::measure::{ACCOUNT, Bench, OTHER, give, good, open_other, remove, row, top_up};
use super::server::{Server, audit, orders_of};
use super::sign::{Desk, Scheme};
use serde_json::{Value, json};
use std::time::Duration;

/// So many circuits renew themselves every month.
const SUBSCRIPTIONS: usize = 10_000;

/// So many months are paid for beforehand: two years are measured.
const MONTHS: usize = 30;

/// So many circuits of another account are looked at meanwhile, by so many connections.
const LOOKED_AT: usize = 1_000;
const ONLOOKERS: usize = 4;

/// The rate of renewals.
pub const RENEWALS: &str = "renewals, a year of 10000 monthly";

/// The time within which 99 of 100 of the others' calls were answered.
pub const MEANWHILE: &str = "others, p99 while a year passes";

impl Bench<'_> {
    /// A year alone, for the rate; another while somebody else looks at his circuits.
    pub(super) fn renew(&mut self) -> Result<(), String> {
        let store = self.folder.store()?;
        let server = self.serve(&store)?;
        open_other(&server)?;
        top_up(&server, ACCOUNT.0, SUBSCRIPTIONS * MONTHS)?;
        let circuits = give(&server, ACCOUNT.0, SUBSCRIPTIONS)?;
        let circuits: Vec<&str> = circuits.iter().map(String::as_str).collect();
        let orders = Desk::open(server.address, ACCOUNT.1, Scheme::Rpc).subscriptions(&circuits);
        good(drive(server.address, 64, Duration::from_mins(5), &orders, || server.usage())?)?;
        let (renewals, lasted) = pass_a_year(&server)?;
        #[allow(clippy::cast_precision_loss)] // Below 2^53.
        let rate = renewals as f64 / lasted.as_secs_f64();
        self.report.fact(RENEWALS, rate, "/s");
        let others = give(&server, OTHER.0, LOOKED_AT)?;
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let looks = Desk::open(server.address, OTHER.1, Scheme::Rpc)
            .looks(&others.iter().copied().cycle().take(LOOKED_AT * 500).collect::<Vec<_>>());
        let (year, run) = std::thread::scope(|scope| {
            let year = scope.spawn(|| pass_a_year(&server));
            let run = drive(server.address, ONLOOKERS, lasted, &looks, || server.usage());
            (year.join().expect("a clock is moved"), run)
        });
        let (run, (more, meanwhile)) = (good(run?)?, year?);
        self.report.fact(MEANWHILE, run.quantile_ms(0.99), "ms");
        self.report.row(row("looks while a year passes", ONLOOKERS, run, None));
        self.report.fact("a second year, with onlookers", meanwhile.as_secs_f64() * 1e3, "ms");
        let store = server.kill();
        let kept = orders_of(&store, ACCOUNT.0)?;
        let made = renewals + more + u64::try_from(SUBSCRIPTIONS).expect("a count");
        if u64::try_from(kept.len()).expect("a count") != made {
            return Err(format!("{made} orders were told, the store holds {}", kept.len()));
        }
        let audited = audit(&self.options.binary(), &store)?;
        eprintln!("bench: audit: {audited}; {} orders, all told", kept.len());
        remove(&store);
        Ok(())
    }
}

/// How many renewals a year brought about, and how long that took.
fn pass_a_year(server: &Server) -> Result<(u64, Duration), String> {
    let began = super::proc::now();
    let answer = server.control("clock", &json!({"advance": "P1Y"}))?;
    let lasted = began.elapsed();
    let renewals = answer.pointer("/happened/renewal").and_then(Value::as_u64);
    let renewals = renewals.ok_or_else(|| format!("nothing was renewed: {answer}"))?;
    Ok((renewals, lasted))
}
