//! Many more writes than may wait: what is refused is refused at once and in the service's words,
//! what is accepted is answered, and once it is over it is over.

use super::mix::ACCOUNT;
use super::{Findings, Options};
use crate::bench::load::{Load, Run, quantile_ms};
use crate::bench::measure::{give, top_up};
use crate::bench::proc;
use crate::bench::server::{self, Server};
use crate::bench::sign::{Desk, Scheme};
use crate::caller::{Caller, Reply, Whole};
use crate::seed;
use chance::Chance;
use std::path::Path;
use std::time::Duration;

/// After so long a lone client must be as fast as it was.
const RECOVERY: Duration = Duration::from_secs(1);

/// As fast as it was: not slower than so many times, or than so many milliseconds.
const TIMES_MAX: f64 = 3.0;
const GOOD_MS: f64 = 10.0;

/// Orders for a second of flood: more than are accepted and refused in it.
const ORDERS_A_SECOND: usize = 60_000;

/// A lone client's orders before and after.
const LONE: usize = 20_000;

/// Floods.
pub fn run(options: &Options, binary: &Path, store: &Path) -> Result<Findings, String> {
    let queue = options.queue.to_string();
    let server = Server::start_with(binary, store, &[("QUEUE_LEN_MAX", queue.as_str())])?;
    let flooded = usize::try_from(options.seconds).unwrap_or(60).min(60) * ORDERS_A_SECOND;
    let circuits = give(&server, ACCOUNT.0, flooded + LONE)?;
    top_up(&server, ACCOUNT.0, circuits.len())?;
    let circuits: Vec<&str> = circuits.iter().map(String::as_str).collect();
    let (for_lone, for_flood) = circuits.split_at(LONE);
    let desk = Desk::open(server.address, ACCOUNT.1, Scheme::Rpc);
    let mut requests = desk.orders(for_flood);
    requests.may_be_refused = true;
    let mut lone = Lone {
        caller: Caller::new(server.address, ACCOUNT.1, Chance::of(seed::of_now(), 3)),
        circuits: for_lone.iter(),
    };
    lone.orders_for(RECOVERY)?;
    let before = lone.orders_for(RECOVERY * 2)?;
    let mut load = Load::connect(server.address, options.connections)?;
    eprintln!("load: {} connections order at once for {} s", options.connections, options.seconds);
    let lasts = Duration::from_secs(options.seconds);
    let flood = load.drive(lasts, &requests, || server.usage())?;
    drop(load);
    let first = lone.orders_for(RECOVERY)?;
    let second = lone.orders_for(RECOVERY)?;
    let mut found = Findings::default();
    found.fact("connections", options.connections);
    found.fact("writes that may wait", options.queue);
    told(&mut found, &flood);
    for (name, took) in [("before", &before), ("in the first second after", &first)] {
        found.figure(format!("a lone client's p50 {name}, ms"), quantile_ms(took, 0.5));
        found.figure(format!("a lone client's p99 {name}, ms"), quantile_ms(took, 0.99));
    }
    found.figure("a lone client's p50 in the next second, ms", quantile_ms(&second, 0.5));
    let (was, is) = (quantile_ms(&before, 0.5), quantile_ms(&second, 0.5));
    let recovered = is <= (was * TIMES_MAX).max(GOOD_MS);
    found.must(recovered, format!("a second later a lone client takes {is:.2} ms, not {was:.2}"));
    let store = server.stop()?;
    found.fact("audit", server::audit(binary, &store)?);
    Ok(found)
}

/// A refusal is told within this time, half of them.
const REFUSED_WITHIN_MS: f64 = 100.0;

/// What was answered during the flood.
fn told(found: &mut Findings, flood: &Run) {
    let refused = flood.refusals_us.len();
    found.figure("seconds of flood", flood.lasted.as_secs_f64());
    found.fact("orders accepted", flood.done);
    found.fact("orders refused with ServiceUnavailable", refused);
    found.fact("other answers", flood.errors);
    found.figure("accepted, p50, ms", flood.quantile_ms(0.5));
    found.figure("accepted, p99, ms", flood.quantile_ms(0.99));
    found.figure("refused, p50, ms", quantile_ms(&flood.refusals_us, 0.5));
    found.figure("refused, p99, ms", quantile_ms(&flood.refusals_us, 0.99));
    let first = &flood.first_error;
    found.must(flood.errors == 0, format!("{} other answers: {first:?}", flood.errors));
    found.must(refused > 0, "nothing was refused, so this was no flood");
    found.must(flood.done > 0, "nothing was accepted");
    // A thousand connections on the server's own processors: the median tells the server's part.
    let (yes, no) = (flood.quantile_ms(0.5), quantile_ms(&flood.refusals_us, 0.5));
    let at_once = no <= yes && no <= REFUSED_WITHIN_MS;
    found.must(at_once, format!("a refusal takes {no:.0} ms, an order {yes:.0} ms"));
}

/// A client that orders one circuit after another.
struct Lone<'c> {
    caller: Caller,
    circuits: std::slice::Iter<'c, &'c str>,
}

impl Lone<'_> {
    /// Orders for so long; how long each took, microseconds, shortest first.
    fn orders_for(&mut self, duration: Duration) -> Result<Vec<u32>, String> {
        let began = proc::now();
        let mut took_us = Vec::new();
        while began.elapsed() < duration {
            // Who gets through them all has seen enough.
            let Some(circuit) = self.circuits.next() else { break };
            let sent = proc::now();
            let reply = self.caller.call(&[
                ("Action", "CreatePhysicalConnectionOccupancyOrder"),
                ("Version", "2016-04-28"),
                ("Format", "JSON"),
                ("RegionId", "cn-hangzhou"),
                ("PhysicalConnectionId", circuit),
                ("AutoPay", "true"),
            ]);
            match reply {
                Reply::Whole(Whole { status: 200, .. }) => {
                    let us = sent.elapsed().as_micros();
                    took_us.push(u32::try_from(us).unwrap_or(u32::MAX));
                }
                other => return Err(format!("a lone client was told {other:?}")),
            }
        }
        if took_us.is_empty() {
            return Err("a lone client ran out of circuits".into());
        }
        took_us.sort_unstable();
        Ok(took_us)
    }
}
