//! The official SDKs against the built program, as people run both: each client is told the steps
//! of the scripts in `clients/`, and here what it makes of them is judged. `clients/README.md`
//! tells how a driver speaks.

mod pasted;
mod process;
mod shown;

use crate::rig::{ORDER, fresh_folder};
use process::{Served, audit, finish, look_again, run, written};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients");
const ACCOUNT: &str = "1000000000000001";
/// What the sandbox gives, less one order of a month.
const AFTER_ONE_ORDER: &str = "99915.00";
const CIRCUIT: &str = "pc-sandboxconfirmed";

/// Orders and errors.
const SCRIPT: &str = include_str!("../../../../clients/script.json");
/// From the quote to the second bill.
const BILLING: &str = include_str!("../../../../clients/billing.json");
/// A circuit from its application to its deletion.
const LIFE: &str = include_str!("../../../../clients/life.json");

/// What every client is told, step by step, and what must come of it. A step that is like another
/// changes the other's call.
fn steps(script: &str) -> Vec<Value> {
    let mut steps = Vec::<Value>::new();
    for mut step in serde_json::from_str::<Vec<Value>>(script).expect("the script is JSON") {
        let like = steps.iter().find(|earlier| earlier["step"] == step["like"]);
        let mut call = like.map_or(Value::Null, |earlier| earlier["call"].clone());
        merge(&mut call, &step["call"]);
        step["call"] = call;
        steps.push(step);
    }
    steps
}

/// As a JSON Merge Patch does.
fn merge(whole: &mut Value, patch: &Value) {
    match (whole, patch) {
        (Value::Object(whole), Value::Object(patch)) => {
            for (name, value) in patch {
                merge(whole.entry(name).or_insert(Value::Null), value);
            }
            whole.retain(|_, value| !value.is_null());
        }
        (whole, patch) => *whole = patch.clone(),
    }
}

/// A client, and how it shows its user what went wrong.
struct Client {
    /// Its folder, and the world of its own, of which it has the key.
    name: &'static str,
    /// The tool whose absence from the machine excuses that it is not installed.
    tool: Option<&'static str>,
    /// The class of a refusal; `{Code}` stands for the code.
    refusal: &'static str,
    /// The class and the code of a cut connection.
    cut: (&'static str, Option<&'static str>),
}

const JAVA_CUT: (&str, Option<&str>) = ("ClientException", Some("SDK.ServerUnreachable"));

/// SOURCE: clients/README.md.
macro_rules! clients {
    ($($module:ident: $name:literal, $tool:expr, $refusal:literal, $cut:expr;)+) => {
        const CLIENTS: &[Client] =
            &[$(Client { name: $name, tool: $tool, refusal: $refusal, cut: $cut }),+];

        // Five stories a client, each a test, so that a failure names its client.
        $(mod $module {
            use super::Client;

            #[test]
            fn orders_once_and_knows_each_error() {
                Client::find($name).into_iter().for_each(Client::orders_and_errs);
            }

            #[test]
            fn buys_nothing_twice_when_an_answer_is_lost() {
                Client::find($name).into_iter().for_each(Client::loses_an_answer);
            }

            #[test]
            fn finds_its_order_again_after_kill_9_between_commit_and_answer() {
                Client::find($name).into_iter().for_each(Client::outlives_its_server);
            }

            #[test]
            fn quotes_pays_renews_and_reads_the_bills_of_two_months() {
                Client::find($name).into_iter().for_each(Client::pays_and_renews);
            }

            #[test]
            fn takes_a_circuit_with_a_letter_tags_and_a_router_from_application_to_deletion() {
                Client::find($name).into_iter().for_each(Client::lives);
            }
        })+
    };
}

clients! {
    python_v1: "python-v1", None, "ServerException", ("ClientException", Some("SDK.HttpError"));
    python_tea: "python-tea", None, "ClientException", ("UnretryableException", None);
    node_popcore: "node-popcore", None, "{Code}Error", ("Error", Some("ECONNRESET"));
    node_tea: "node-tea", None, "ClientError", ("Error", Some("ECONNRESET"));
    go: "go", Some("go"), "*errors.ServerError", ("*url.Error", None);
    go_tea: "go-tea", Some("go"), "*tea.SDKError", ("*url.Error", None);
    java: "java", Some("mvn"), "ClientException", JAVA_CUT;
    java_tea: "java-tea", Some("mvn"), "TeaException", ("TeaUnretryableException", None);
}

impl Client {
    /// `None`, and said, if what it is made with is not on this machine.
    fn find(name: &str) -> Option<&'static Self> {
        let client = CLIENTS.iter().find(|client| client.name == name).expect("it is known");
        if listed().iter().any(|client| client == name) {
            return Some(client);
        }
        let missing = client.tool.filter(|tool| !is_there(tool));
        let missing = missing.unwrap_or_else(|| panic!("no client {name}: run clients/setup.sh"));
        eprintln!("missing: {missing}, the client {name} is left out");
        None
    }

    /// What the wire has at the path.
    fn member<'a>(&self, answer: &'a Value, path: &str) -> Option<&'a Value> {
        match (self.name, path.split_once("/0/")) {
            // Its models have a list in place of the object that holds nothing but the list; what
            // its general request brings is as the wire has it.
            ("java", Some((list, rest))) => answer.pointer(path).or_else(|| {
                let (holder, _) = list.rsplit_once('/').expect("a list is in an object");
                answer.pointer(&format!("{holder}/0/{rest}"))
            }),
            _ => answer.pointer(path),
        }
    }

    /// A server, and the client that talks to it.
    fn begin(&'static self, folder: &Path) -> (Served, Driver) {
        self.begin_at(Served::start(folder))
    }

    fn begin_at(&'static self, served: Served) -> (Served, Driver) {
        let mut child = Command::new(format!("{FOLDER}/run.sh"))
            .arg(self.name)
            .env("ENDPOINT", &served.address)
            .env("ACCESS_KEY_ID", format!("sandbox@{}", self.name))
            .env("ACCESS_KEY_SECRET", "sandbox-secret")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("run.sh is there");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, outcomes) = channel();
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let (names, request_ids) = (HashMap::new(), HashSet::new());
        (served, Driver { client: self, child, outcomes, names, request_ids })
    }

    /// Places, reads and errs: all of it in the client's own words.
    fn orders_and_errs(&'static self) {
        let folder = fresh_folder();
        let (served, mut driver) = self.begin(&folder);
        for step in steps(SCRIPT) {
            driver.play(&step);
        }
        driver.end_with_one_order(served, folder);
    }

    /// The answer is lost once; the client asks again with its token.
    fn loses_an_answer(&'static self) {
        let folder = fresh_folder();
        let (served, mut driver) = self.begin(&folder);
        let fault = json!({"action": ORDER, "kind": "drop_after_commit", "count": 1});
        served.fault(self.name, &fault);
        let place = &steps(SCRIPT)[0];
        driver.tell(place);
        let lost = driver.outcome();
        let (class, code) = self.cut;
        assert_eq!(lost["error"]["type"], class, "{lost}");
        assert_eq!(lost["error"]["code"].as_str(), code, "{lost}");
        let placed = one_order_and_one_debit(&served.state(self.name));
        driver.play(place);
        assert_eq!(driver.order(), placed);
        driver.end_with_one_order(served, folder);
    }

    /// The server dies between commit and answer, and comes back.
    fn outlives_its_server(&'static self) {
        let folder = fresh_folder();
        let (served, mut driver) = self.begin(&folder);
        let late = json!({"action": ORDER, "kind": "latency", "after_commit": true,
            "milliseconds": 60_000});
        served.fault(self.name, &late);
        let place = &steps(SCRIPT)[0];
        driver.tell(place);
        let placed = look_again(|| {
            let state = served.state(self.name);
            let order = state["orders"].get(0)?;
            Some(order["id"].as_str().expect("an id").to_owned())
        });
        let placed = placed.expect("an order within a minute");
        served.kill();
        let lost = driver.outcome();
        assert!(lost["error"].is_object(), "{lost}");
        driver.end();
        let (served, mut driver) = self.begin(&folder);
        driver.play(place);
        assert_eq!(driver.order(), placed);
        driver.end_with_one_order(served, folder);
    }

    /// Asks, places, pays, renews, and reads what two months came to, of which the operator's clock
    /// makes one.
    fn pays_and_renews(&'static self) {
        self.plays(BILLING, &[]);
    }

    /// All that becomes of a circuit and of a router on it, of which the operator plays the
    /// carrier's part.
    fn lives(&'static self) {
        self.plays(LIFE, &["--carrier", "manual"]);
    }

    /// The whole of a script, at a server with some settings.
    fn plays(&'static self, script: &str, settings: &[&str]) {
        let folder = fresh_folder();
        let (served, mut driver) = self.begin_at(Served::with(&folder, settings));
        for step in steps(script) {
            let some = step["clients"].as_array();
            if step["control"].is_object() {
                driver.control(&served, &step);
            } else if some.is_none_or(|names| names.iter().any(|name| name == self.name)) {
                driver.play(&step);
            }
        }
        driver.end();
        served.stop();
        audit(folder);
    }
}

/// A driver that is told one step after another.
struct Driver {
    client: &'static Client,
    child: Child,
    outcomes: Receiver<String>,
    /// What the script's `$name`s stand for.
    names: HashMap<String, Value>,
    request_ids: HashSet<String>,
}

impl Driver {
    fn tell(&mut self, step: &Value) {
        let mut call = step["call"].clone();
        self.fill_in(&mut call["parameters"]);
        eprintln!("{} is told {}: {call}", self.client.name, step["step"]);
        // A driver that has died is missed when it is to say what came of the step.
        let _ = writeln!(self.child.stdin.as_mut().expect("it is piped"), "{call}");
    }

    fn outcome(&mut self) -> Value {
        let Ok(line) = self.outcomes.recv_timeout(Duration::from_mins(1)) else {
            let _ = self.child.kill();
            panic!("the driver of {} says nothing to its step", self.client.name);
        };
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"))
    }

    /// Tells the step and judges what comes of it.
    fn play(&mut self, step: &Value) {
        self.tell(step);
        let outcome = self.outcome();
        let request_id = match (step["answer"].as_object(), step["error"].as_object()) {
            (Some(members), None) => self.answered(members, &outcome),
            (None, Some(error)) => self.refused(error, &outcome),
            _ => panic!("neither an answer nor an error is expected, or both: {step}"),
        };
        let request_id = request_id.as_str().unwrap_or_default().to_owned();
        assert_eq!(request_id.len(), 36, "{outcome}");
        assert!(self.request_ids.insert(request_id), "each call has its own: {outcome}");
    }

    /// Does the operator's part and judges what comes of it.
    fn control(&mut self, served: &Served, step: &Value) {
        let control = &step["control"];
        let parts = control["path"].as_str().expect("a path").split('/').map(|part| {
            let told = self.named(part);
            told.map_or(part.to_owned(), |told| told.as_str().expect("a text").to_owned())
        });
        let path = parts.collect::<Vec<_>>().join("/");
        let answer = served.control(self.client.name, &path, Some(&control["body"]));
        self.compare(step["answer"].as_object().expect("an answer"), &answer);
    }

    /// Puts in place of each name, however deep, what it stands for.
    fn fill_in(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(told) = self.named(text) {
                    *value = told;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill_in(item)),
            Value::Object(members) => members.values_mut().for_each(|its| self.fill_in(its)),
            _ => {}
        }
    }

    /// What `$name` stands for, and `#name`, which is the same as a number.
    fn named(&self, text: &str) -> Option<Value> {
        match text.strip_prefix('#') {
            Some(name) => {
                let number = self.names.get(&format!("${name}"))?.as_str()?.parse::<u64>();
                Some(number.expect("digits").into())
            }
            None => self.names.get(text).cloned(),
        }
    }

    fn answered<'a>(&mut self, members: &Map<String, Value>, outcome: &'a Value) -> &'a Value {
        let answer = &outcome["answer"];
        self.compare(members, answer);
        // CloudControl begins its members with small letters.
        answer.get("RequestId").unwrap_or(&answer["requestId"])
    }

    fn compare(&mut self, members: &Map<String, Value>, answer: &Value) {
        for (path, expected) in members {
            let member = self.client.member(answer, path);
            let member = member.unwrap_or_else(|| panic!("no {path} in {answer}"));
            let text = expected.as_str().unwrap_or_default();
            if text.starts_with('$') {
                self.names.entry(text.to_owned()).or_insert_with(|| member.clone());
            }
            let named = self.named(text);
            let expected = named.as_ref().unwrap_or(expected);
            // Some clients have no other number than 85 for 85.00.
            let same =
                member == expected || member.is_number() && member.as_f64() == expected.as_f64();
            assert!(same, "{path} is {member}, not {expected}, in {answer}");
        }
    }

    fn refused<'a>(&self, expected: &Map<String, Value>, outcome: &'a Value) -> &'a Value {
        let error = &outcome["error"];
        let code = match (self.client.name, expected["code"].as_str().expect("a code")) {
            // It says so only when the server's string to sign equals its own.
            ("python-v1", "SignatureDoesNotMatch") => "InvalidAccessKeySecret",
            (_, code) => code,
        };
        assert_eq!(error["code"], code, "{outcome}");
        assert_eq!(error["type"], self.client.refusal.replace("{Code}", code), "{outcome}");
        // This one tells no status.
        if self.client.name != "java" {
            assert_eq!(error["status"], expected["status"], "{outcome}");
        }
        &error["request_id"]
    }

    fn order(&self) -> &str {
        self.names["$order"].as_str().expect("an id is a text")
    }

    /// No step is left, so it ends well, and has said nothing but what came of its steps.
    fn end(mut self) {
        drop(self.child.stdin.take());
        written(&finish(self.child));
        assert_eq!(self.outcomes.iter().next(), None);
    }

    fn end_with_one_order(self, served: Served, folder: PathBuf) {
        assert_eq!(self.order(), one_order_and_one_debit(&served.state(self.client.name)));
        self.end();
        served.stop();
        audit(folder);
    }
}

/// The one order there is: paid, and paid for once.
#[track_caller]
fn one_order_and_one_debit(state: &Value) -> String {
    let orders = state["orders"].as_array().expect("orders");
    assert_eq!(orders.len(), 1, "{state}");
    assert_eq!(orders[0]["status"], "Paid", "{state}");
    assert_eq!(orders[0]["circuit"], CIRCUIT, "{state}");
    let mut accounts = state["accounts"].as_array().expect("accounts").iter();
    let account = accounts.find(|account| account["account"] == ACCOUNT).expect("account 1");
    assert_eq!(account["balance"], AFTER_ONE_ORDER, "{state}");
    orders[0]["id"].as_str().expect("an id").to_owned()
}

/// The clients that are installed.
fn listed() -> Vec<String> {
    let list = run(Command::new(format!("{FOLDER}/run.sh")).arg("--list"));
    written(&list).lines().map(str::to_owned).collect()
}

fn is_there(tool: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(tool).is_file())
}

#[test]
fn every_client_has_its_stories() {
    let folders = std::fs::read_dir(FOLDER).expect("the clients' folder");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let there: BTreeSet<_> =
        folders.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect();
    let known = CLIENTS.iter().map(|client| client.name.to_owned());
    assert_eq!(there, known.chain([VALIDATOR.to_owned()]).collect());
}

/// No client, but a published validator of OpenAPI.
const VALIDATOR: &str = "openapi-validator";

#[test]
fn openapi_is_accepted_by_a_published_validator_in_every_edition() {
    let folder = fresh_folder();
    let files = api::Edition::ALL.map(|edition| {
        let file = folder.join(format!("{}.json", edition.name()));
        let openapi = api::derived::openapi::openapi(edition, "http://127.0.0.1:8616");
        std::fs::write(&file, openapi.to_string()).expect("a file");
        file
    });
    let python = format!("{FOLDER}/{VALIDATOR}/venv/bin/python");
    assert!(Path::new(&python).is_file(), "no {VALIDATOR}: run clients/setup.sh");
    let told = Command::new(python).args(["-m", "openapi_spec_validator"]).args(files).output();
    let told = told.expect("it runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

/// Whoever has read the ready line may ask for the end at once.
#[test]
fn a_server_that_is_ended_as_soon_as_it_is_ready_ends_well() {
    for _ in 0..8 {
        let folder = fresh_folder();
        Served::start(&folder).stop();
        std::fs::remove_dir_all(folder).expect("the folder was the test's own");
    }
}
