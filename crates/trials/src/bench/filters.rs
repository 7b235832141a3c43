//! Circuits found by their ids, names and tags, one account having few or very many; and what
//! others notice of somebody who asks again and again how many he has of a kind.

use super::load::{Expected, Requests, Run, drive};
use super::measure::{ACCOUNT, Bench, OTHER, give, good, open_other, remove, row};
use super::server::Server;
use super::sign::{Desk, Scheme};
use crate::seed;
use serde_json::json;
use std::time::Duration;

/// How many circuits an account has, once and then.
const FEW: usize = 1_000;
const MANY: usize = 1_000_000;

/// So many of them share a name.
const NAMESAKES: usize = 1_000;

/// So many have a name and a tag of their own, and are asked for.
const ASKED: usize = 500;

/// So many circuits are tagged in one call. SOURCE: the vendor's metadata of mid-2024.
const TAGGED_AT_ONCE: usize = 20;

/// So many circuits of another account are looked at meanwhile, by so many connections.
const LOOKED_AT: usize = 1_000;
const ONLOOKERS: usize = 4;

/// More answers a second than one connection gets.
const RATE_MAX: f64 = 40_000.0;

/// More answers a second than the onlookers get.
const LOOKS_MAX: f64 = 100_000.0;

/// The slowest answer to a condition that very many meet.
pub const MATCH_MANY: &str = "a condition that 1000000 meet, slowest";

/// How much longer it takes to find a few circuits among many.
pub const AMONG_MANY: &str = "found among 1000000 / among 1000, p50";

/// How much longer others wait beside somebody who asks for nothing but what very many meet.
pub const OTHERS: &str = "others' p99 beside such conditions";

/// Where the circuits are: the sandbox has none there.
const REGION: &str = "cn-shanghai";

const VERSION: &str = "2016-04-28";
const LIST: &str = "DescribePhysicalConnections";

/// What a call says.
type Parameters = Vec<(String, String)>;

/// A condition that is made of an id.
type MadeOf = fn(&str) -> Parameters;

/// Circuits by something of their own.
const OWN: [(&str, MadeOf); 3] = [("by id", by_id), ("by name", by_name), ("by tag", by_tag)];

fn by_id(id: &str) -> Parameters {
    filter("PhysicalConnectionId", id)
}

fn by_name(id: &str) -> Parameters {
    filter("Name", &format!("name-{id}"))
}

fn by_tag(id: &str) -> Parameters {
    said(&[("Tags.1.Key", "serial"), ("Tags.1.Value", id)])
}

fn filter(key: &str, value: &str) -> Parameters {
    said(&[("Filter.1.Key", key), ("Filter.1.Value.1", value)])
}

fn said(parameters: &[(&str, &str)]) -> Parameters {
    parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

/// Conditions that all circuits meet, or all but those with names of their own; how many do.
fn of_many() -> Vec<(&'static str, Parameters, usize)> {
    let last = (MANY / 50).to_string();
    let page = said(&[("PageNumber", &last), ("PageSize", "50")]);
    let tagged = said(&[("Tags.1.Key", "env"), ("Tags.1.Value", "bench")]);
    vec![
        ("status", filter("Status", "Confirmed"), MANY),
        ("status, last page", [filter("Status", "Confirmed"), page].concat(), MANY),
        ("tag", tagged.clone(), MANY),
        ("tag and speed", [filter("Spec", "1G"), tagged].concat(), MANY - ASKED),
    ]
}

impl Bench<'_> {
    /// A few circuits among few and among many, and others beside those who ask after many.
    pub(super) fn filters(&mut self) -> Result<(), String> {
        let mut among = [Vec::new(), Vec::new()];
        let duration = Duration::from_secs_f64(self.options.seconds);
        for (count, runs) in [FEW, MANY].into_iter().zip(&mut among) {
            let store = self.folder.store()?;
            let server = self.serve(&store)?;
            eprintln!("bench: {count} circuits with names and tags");
            let asked = fill(&server, count)?;
            for (name, condition) in OWN {
                let one = |id: &String| (condition(id), format!("\"{id}\""));
                let each = asked.iter().cycle().map(one);
                let run = ask(&server, duration, &self.signed(&server, each)?)?;
                self.report.row(row(&format!("{name} among {count}"), 1, run.clone(), None));
                runs.push(run.quantile_ms(0.5));
            }
            if count == MANY {
                self.ask_after_many(&server)?;
            }
            server.kill();
            remove(&store);
        }
        let [few, many] = among;
        let slower = few.iter().zip(&many).map(|(few, many)| many / few);
        self.report.fact(AMONG_MANY, slower.fold(0.0, f64::max), "x");
        Ok(())
    }

    /// As many signed requests as there can be answers in a measurement.
    fn signed(
        &self,
        server: &Server,
        each: impl Iterator<Item = (Parameters, String)>,
    ) -> Result<Requests, String> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Below 2^53.
        let enough = (RATE_MAX * self.options.seconds) as usize;
        let desk = Desk::open(server.address, ACCOUNT.1, Scheme::Rpc);
        let requests = requests(&desk, LIST, each.take(enough));
        desk.fresh().map(|()| requests)
    }

    /// How long it takes to find out how many there are of a kind, and what others notice.
    fn ask_after_many(&mut self, server: &Server) -> Result<(), String> {
        open_other(server)?;
        let others = give(server, OTHER.0, LOOKED_AT)?;
        let duration = Duration::from_secs_f64(self.options.seconds);
        let seconds = self.options.seconds;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Below 2^53.
        let enough = (LOOKS_MAX * seconds) as usize;
        let looks = || {
            let many = others.iter().map(String::as_str).cycle().take(enough);
            Desk::open(server.address, OTHER.1, Scheme::Rpc).looks(&many.collect::<Vec<_>>())
        };
        let look = |looks: &Requests| {
            good(drive(server.address, ONLOOKERS, duration, looks, || server.usage())?)
        };
        let alone = look(&looks())?;
        self.report.row(row("others alone", ONLOOKERS, alone.clone(), None));
        let (mut slowest, mut slower) = (0_f64, 0_f64);
        for (name, condition, count) in of_many() {
            let each = std::iter::repeat((condition, format!("\"TotalCount\":{count}")));
            let run = ask(server, duration, &self.signed(server, each.clone())?)?;
            slowest = slowest.max(run.quantile_ms(1.0));
            self.report.row(row(&format!("{name}, {count}"), 1, run, None));
            // All is signed beforehand, so that both begin together.
            let (requests, looks) = (self.signed(server, each)?, looks());
            let (asked, beside) = std::thread::scope(|scope| {
                let asked = scope.spawn(|| ask(server, duration, &requests));
                let beside = look(&looks);
                (asked.join().expect("a client does not fail"), beside)
            });
            let beside = asked.and(beside)?;
            slower = slower.max(beside.quantile_ms(0.99) / alone.quantile_ms(0.99));
            self.report.row(row(&format!("others beside {name}"), ONLOOKERS, beside, None));
        }
        self.report.fact(MATCH_MANY, slowest, "ms");
        self.report.fact(OTHERS, slower, "x");
        Ok(())
    }
}

/// Asks by one connection.
fn ask(server: &Server, duration: Duration, requests: &Requests) -> Result<Run, String> {
    good(drive(server.address, 1, duration, requests, || server.usage())?)
}

/// Gives an account circuits, all with one tag, many with one name, some with a name and a tag of
/// their own; tells which these are.
fn fill(server: &Server, count: usize) -> Result<Vec<String>, String> {
    let given = |name: &str, count: usize| {
        let order = json!({"account": ACCOUNT.0.to_string(), "region": REGION,
            "status": "Confirmed", "port_type": "1000Base-LX", "name": name, "count": count});
        let given = server.control("circuits", &order)?;
        let ids = given["ids"].as_array().into_iter().flatten();
        Ok::<Vec<String>, String>(ids.filter_map(|id| id.as_str().map(String::from)).collect())
    };
    let (mut all, mut asked) = (Vec::with_capacity(count), Vec::new());
    for shelf in 0..(count - ASKED).div_ceil(NAMESAKES) {
        let some = NAMESAKES.min(count - ASKED - all.len());
        all.extend(given(&format!("shelf-{shelf}"), some)?);
    }
    for nth in 0..ASKED {
        let id = format!("pc-asked{nth}");
        let order = json!({"account": ACCOUNT.0.to_string(), "region": REGION,
            "status": "Confirmed", "port_type": "10GBase-LR", "id": id,
            "name": format!("name-{id}")});
        server.control("circuits", &order)?;
        asked.push(id);
    }
    let own = asked.iter().map(|id| tagging(std::slice::from_ref(id), "serial", id));
    all.extend(asked.iter().cloned());
    let shared = all.chunks(TAGGED_AT_ONCE).map(|some| tagging(some, "env", "bench"));
    let desk = Desk::open(server.address, ACCOUNT.1, Scheme::Rpc);
    let requests = requests(&desk, "TagResourcesForExpressConnect", own.chain(shared));
    good(drive(server.address, 64, Duration::from_mins(5), &requests, || server.usage())?)?;
    Ok(asked)
}

/// A tag put on circuits, and what the answer holds.
fn tagging(circuits: &[String], key: &str, value: &str) -> (Parameters, String) {
    let mut parameters =
        said(&[("ResourceType", "PHYSICALCONNECTION"), ("Tag.1.Key", key), ("Tag.1.Value", value)]);
    let id = |(nth, id): (usize, &String)| (format!("ResourceId.{}", nth + 1), id.clone());
    parameters.extend(circuits.iter().enumerate().map(id));
    (parameters, "RequestId".into())
}

/// Calls of one operation, each with what its answer must hold.
fn requests(
    desk: &Desk,
    action: &str,
    each: impl Iterator<Item = (Parameters, String)>,
) -> Requests {
    let (mut all, seed) = (Requests::default(), seed::of_now());
    for (nth, (parameters, text)) in each.enumerate() {
        let mut given = vec![("RegionId", REGION)];
        given.extend(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        all.push(&desk.sign(VERSION, action, &given, &format!("{seed:x}-{nth}")));
        all.expected.push(Expected::success(text));
    }
    all
}
