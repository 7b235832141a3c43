//! The official SDKs against the built program, as people run both: each client is told the steps
//! of `clients/script.json`, and here what it makes of them is judged. `clients/README.md` tells
//! how a driver speaks.
//!
//! Long because the clients and the programs that `env` prints are run against one kind of server.
//!
//! This is the one module that talks to another process, so it waits by looking again: the only
//! clock that it could move is the server's own.

use crate::rig::{ORDER, fresh_folder};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_crossconnect");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients");
const ACCOUNT: &str = "1000000000000001";
/// What the sandbox gives, less one order of a month.
const AFTER_ONE_ORDER: &str = "99915.00";
const CIRCUIT: &str = "pc-sandboxconfirmed";

/// What every client is told, step by step, and what must come of it. A step that is like another
/// changes the other's call.
fn script() -> Vec<Value> {
    let mut steps = Vec::<Value>::new();
    let script = include_str!("../../../../clients/script.json");
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

        // Three stories a client, each a test, so that a failure names its client.
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
            // Its models have a list in place of the object that holds nothing but the list.
            ("java", Some((list, rest))) => {
                let (holder, _) = list.rsplit_once('/').expect("a list is in an object");
                answer.pointer(&format!("{holder}/0/{rest}"))
            }
            _ => answer.pointer(path),
        }
    }

    /// A server, and the client that talks to it.
    fn begin(&'static self, folder: &Path) -> (Served, Driver) {
        let served = Served::start(folder);
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
        for step in script() {
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
        let place = &script()[0];
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
        let place = &script()[0];
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
        for value in call["parameters"].as_object_mut().expect("parameters").values_mut() {
            if let Some(told) = value.as_str().and_then(|name| self.names.get(name)) {
                *value = told.clone();
            }
        }
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

    fn answered<'a>(&mut self, members: &Map<String, Value>, outcome: &'a Value) -> &'a Value {
        let answer = &outcome["answer"];
        for (path, expected) in members {
            let member = self.client.member(answer, path);
            let member = member.unwrap_or_else(|| panic!("no {path} in {outcome}"));
            let name = expected.as_str().filter(|text| text.starts_with('$'));
            let expected = name.map_or(expected, |name| {
                self.names.entry(name.to_owned()).or_insert_with(|| member.clone())
            });
            assert_eq!(member, expected, "{path} in {outcome}");
        }
        &answer["RequestId"]
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

/// Runs a program to its end, within a minute.
fn run(command: &mut Command) -> Output {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    finish(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
}

fn finish(mut child: Child) -> Output {
    let ended = look_again(|| child.try_wait().expect("a child of ours").map(drop));
    if ended.is_none() {
        child.kill().expect("a child of ours");
    }
    let output = child.wait_with_output().expect("its output");
    assert!(ended.is_some(), "no end within a minute: {output:?}");
    output
}

/// Looks until it is there, for a minute.
fn look_again<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    (0..6_000).find_map(|_| {
        let seen = look();
        if seen.is_none() {
            std::thread::sleep(Duration::from_millis(10));
        }
        seen
    })
}

/// What a program that ended well wrote.
#[track_caller]
fn written(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The program as a process of its own. Dropped on a failure, it is killed and its folder stays.
struct Served {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Served {
    fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    /// With some settings.
    fn with(folder: &Path, settings: &[&str]) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("log"));
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .args(settings)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.expect("a log"))
            .spawn()
            .expect("the program is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it speaks");
        let url = line.trim().strip_prefix("crossconnect ready http").unwrap_or_default();
        let (_, address) = url.split_once("://").unwrap_or_default();
        assert!(!address.is_empty(), "{line:?}; its log is in {}", folder.display());
        Self { address: address.to_owned(), child, stdout }
    }

    fn control(&self, world: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("http://{}/control/v1/worlds/{world}{path}", self.address);
        let answer = match body {
            Some(body) => ureq::post(&url).send(body.to_string()),
            None => ureq::get(&url).call(),
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = answer.body_mut().read_to_string().expect("a body");
        serde_json::from_str(&text).expect("JSON")
    }

    fn fault(&self, world: &str, fault: &Value) {
        self.control(world, "/faults", Some(fault));
    }

    fn state(&self, world: &str) -> Value {
        self.control(world, "/state", None)
    }

    /// Asks it to end, as a supervisor does.
    fn stop(mut self) {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there");
        assert!(asked.success());
        let ended = look_again(|| self.child.try_wait().expect("a child of ours"));
        assert_eq!(ended.and_then(|status| status.code()), Some(0), "SIGTERM ends it well");
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "", "one line on stdout and no more");
    }

    /// kill -9.
    fn kill(mut self) {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("a child of ours");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The store holds together, as the program itself says, and the folder is no longer needed.
fn audit(folder: PathBuf) {
    let mut audit = Command::new(PROGRAM);
    audit.args(["audit", "--store", "sqlite:crossconnect.db"]).current_dir(&folder);
    written(&run(&mut audit));
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
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

/// A program that `crossconnect env` prints, saved and run as its reader would.
struct Pasted {
    /// The word for it.
    word: &'static str,
    /// The client whose packages it needs.
    client: &'static str,
    /// What to call the file.
    file: &'static str,
    /// The world it is printed for.
    world: Option<&'static str>,
    /// How it is run.
    run: fn(&Path) -> Command,
    /// The variable that names the CA to it, if the program does not.
    ca_variable: Option<&'static str>,
}

const PYTHON: Pasted = Pasted {
    word: "python",
    client: "python-tea",
    file: "order.py",
    world: None,
    run: |file| program(format!("{FOLDER}/python-tea/venv/bin/python"), file),
    ca_variable: None,
};

const NODE: Pasted = Pasted {
    word: "node",
    client: "node-tea",
    file: "order.js",
    world: None,
    run: |file| {
        let mut node = program("node", file);
        node.env("NODE_PATH", format!("{FOLDER}/node-tea/node_modules"));
        node
    },
    ca_variable: Some("NODE_EXTRA_CA_CERTS"),
};

const GO: Pasted = Pasted {
    word: "go",
    client: "go",
    file: "main.go",
    world: Some("go"),
    run: |file| {
        let mut go = Command::new("go");
        // As setup.sh builds, so that the packages need not be built anew.
        go.args(["run", "-mod=readonly", "-trimpath", "-buildvcs=false"]).arg(file);
        go.current_dir(format!("{FOLDER}/go"));
        go
    },
    ca_variable: Some("SSL_CERT_FILE"),
};

const JAVA: Pasted = Pasted {
    word: "java",
    client: "java",
    file: "Order.java",
    world: Some("java"),
    run: |file| {
        let mut java = Command::new("java");
        java.args(["-cp", &format!("{FOLDER}/java/target/lib/*")]).arg(file);
        java
    },
    ca_variable: None,
};

impl Pasted {
    /// It places an order and prints its number; over TLS, by a CA that it is told of.
    fn places_an_order(&self, over_tls: bool) {
        if Client::find(self.client).is_none() {
            return;
        }
        let folder = fresh_folder();
        let settings: &[_] = if over_tls { &["--tls", "self"] } else { &[] };
        let served = Served::with(&folder, settings);
        let ca = over_tls.then(|| folder.join("crossconnect-ca.pem"));
        let mut env = Command::new(PROGRAM);
        env.args(["env", self.word, "--address", &served.address]);
        env.args(self.world.iter().flat_map(|world| ["--world", world]));
        env.args(ca.iter().flat_map(|ca| [OsStr::new("--tls-ca"), ca.as_os_str()]));
        let file = folder.join(self.file);
        let text = written(&run(&mut env));
        std::fs::write(&file, &text).expect("the folder is ours");
        let mut command = (self.run)(&file);
        command.envs(self.ca_variable.zip(ca));
        for line in text.lines().filter_map(|line| line.strip_prefix("//   ")) {
            if let Some(options) = line.strip_prefix("java ") {
                command.env("JAVA_TOOL_OPTIONS", options).current_dir(&folder);
            } else {
                written(&run(Command::new("sh").args(["-c", line]).current_dir(&folder)));
            }
        }
        // A proxy meant for the world would answer in the server's place.
        for name in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        let printed = written(&run(&mut command));
        let order = one_order_and_one_debit(&served.state(self.world.unwrap_or("default")));
        assert_eq!(printed.trim(), order);
        served.stop();
        audit(folder);
    }
}

fn program(path: impl AsRef<OsStr>, file: &Path) -> Command {
    let mut command = Command::new(path);
    command.arg(file);
    command
}

#[test]
fn the_newest_python_sdk_places_an_order_by_nothing_but_endpoint_key_and_secret() {
    PYTHON.places_an_order(false);
}

#[test]
fn the_newest_node_sdk_places_an_order_by_nothing_but_endpoint_key_and_secret() {
    NODE.places_an_order(false);
}

#[test]
fn the_go_program_that_env_prints_places_an_order() {
    GO.places_an_order(false);
}

#[test]
fn the_java_program_that_env_prints_places_an_order() {
    JAVA.places_an_order(false);
}

#[test]
fn the_programs_that_env_prints_for_https_place_an_order_over_tls() {
    for pasted in [PYTHON, NODE, GO, JAVA] {
        pasted.places_an_order(true);
    }
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
