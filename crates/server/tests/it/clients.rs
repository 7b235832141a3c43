//! The official SDKs against the built program, as people run both. `clients/README.md` tells how
//! a driver speaks; here its lines are judged.
//!
//! This is the one module that talks to another process, so it waits by looking again: the only
//! clock that it could move is the server's own.

use crate::rig::{ORDER, fresh_folder};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_crossconnect");
const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../clients");
const ACCOUNT: &str = "1000000000000001";
/// What the sandbox gives, less one order of a month.
const AFTER_ONE_ORDER: &str = "99915.00";
const CIRCUIT: &str = "pc-sandboxconfirmed";

/// How a client shows its user what went wrong.
struct Manners {
    name: &'static str,
    /// The tool whose absence from the machine excuses that it is not installed.
    tool: Option<&'static str>,
    /// The class of a refusal; `{Code}` stands for the code.
    refusal: &'static str,
    /// The class and the code of a cut connection.
    cut: (&'static str, Option<&'static str>),
}

const fn manners(
    name: &'static str,
    tool: Option<&'static str>,
    refusal: &'static str,
    cut: (&'static str, Option<&'static str>),
) -> Manners {
    Manners { name, tool, refusal, cut }
}

const JAVA_CUT: (&str, Option<&str>) = ("ClientException", Some("SDK.ServerUnreachable"));

/// SOURCE: clients/README.md.
const MANNERS: [Manners; 8] = [
    manners("python-v1", None, "ServerException", ("ClientException", Some("SDK.HttpError"))),
    manners("python-tea", None, "ClientException", ("UnretryableException", None)),
    manners("node-popcore", None, "{Code}Error", ("Error", Some("ECONNRESET"))),
    manners("node-tea", None, "ClientError", ("Error", Some("ECONNRESET"))),
    manners("go", Some("go"), "*errors.ServerError", ("*url.Error", None)),
    manners("go-tea", Some("go"), "*tea.SDKError", ("*url.Error", None)),
    manners("java", Some("mvn"), "ClientException", JAVA_CUT),
    manners("java-tea", Some("mvn"), "TeaException", ("TeaUnretryableException", None)),
];

impl Manners {
    /// What the client makes of `SignatureDoesNotMatch`.
    fn bad_secret(&self) -> &'static str {
        match self.name {
            // It says so only when the server's string to sign equals its own.
            "python-v1" => "InvalidAccessKeySecret",
            _ => "SignatureDoesNotMatch",
        }
    }

    fn tells_status(&self) -> bool {
        self.name != "java"
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
        let log = File::options().create(true).append(true).open(folder.join("log"));
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.expect("a log"))
            .spawn()
            .expect("the program is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it speaks");
        let address = line.trim().strip_prefix("crossconnect ready http://").unwrap_or_default();
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

/// A client that is on this machine.
struct Client {
    manners: &'static Manners,
}

impl Client {
    /// `None`, and said, if what it is made with is not on this machine.
    fn find(name: &str) -> Option<Self> {
        let manners = MANNERS.iter().find(|manners| manners.name == name).expect("it is known");
        if listed().iter().any(|client| client == name) {
            return Some(Self { manners });
        }
        let missing = manners.tool.filter(|tool| !is_there(tool));
        let missing = missing.unwrap_or_else(|| panic!("no client {name}: run clients/setup.sh"));
        eprintln!("missing: {missing}, the client {name} is left out");
        None
    }

    /// The world of its own, of which it has the key.
    fn world(&self) -> &'static str {
        self.manners.name
    }

    fn begin(&self, served: &Served, story: &str) -> Child {
        Command::new(format!("{CLIENTS}/run.sh"))
            .arg(self.manners.name)
            .env("ENDPOINT", &served.address)
            .env("ACCESS_KEY_ID", format!("sandbox@{}", self.world()))
            .env("ACCESS_KEY_SECRET", "sandbox-secret")
            .env("STORY", story)
            .env("CIRCUIT", CIRCUIT)
            .env("TOKEN", format!("of {}", self.manners.name))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("run.sh is there")
    }

    fn tell(&self, served: &Served, story: &str) -> Vec<Value> {
        steps(&finish(self.begin(served, story)))
    }

    /// The step is a refusal, told in the client's own way.
    fn refused(&self, step: &Value, status: u16, code: &str) {
        let class = self.manners.refusal.replace("{Code}", code);
        assert_eq!(step["ok"], false, "{step}");
        assert_eq!(step["type"], class, "{step}");
        assert_eq!(step["code"], code, "{step}");
        assert!(step["request_id"].as_str().is_some_and(|id| id.len() == 36), "{step}");
        if self.manners.tells_status() {
            assert_eq!(step["status"], status, "{step}");
        }
    }

    /// Places, reads and errs: all of it in the client's own words.
    fn orders_and_errs(&self) {
        let folder = fresh_folder();
        let served = Served::start(&folder);
        let steps = self.tell(&served, "order");
        let names: Vec<_> = steps.iter().map(|step| &step["step"]).collect();
        let mut told = ["place", "repeat", "detail", "circuit"].to_vec();
        told.extend(["error_not_found", "error_mismatch", "error_signature"]);
        assert_eq!(names, told);
        let order = one_order_and_one_debit(&served.state(self.world()));
        for step in &steps[..2] {
            assert_eq!(step["order"], order.as_str(), "{step}");
        }
        assert_ne!(steps[0]["request_id"], steps[1]["request_id"], "two calls, one order");
        assert_eq!(steps[2]["payment_status"], "Paid", "{}", steps[2]);
        assert_eq!(steps[2]["amount"], "85.00", "{}", steps[2]);
        assert_eq!(steps[2]["instance_ids"], json!([CIRCUIT]).to_string(), "{}", steps[2]);
        assert_eq!(steps[3]["status"], "Enabled", "{}", steps[3]);
        self.refused(&steps[4], 404, "InvalidPhysicalConnectionId.NotFound");
        self.refused(&steps[5], 400, "IdempotentParameterMismatch");
        self.refused(&steps[6], 400, self.manners.bad_secret());
        let whoami = self.tell(&served, "whoami").remove(0);
        assert_eq!(whoami["account"], ACCOUNT, "{whoami}");
        assert_eq!(whoami["arn"], format!("acs:ram::{ACCOUNT}:root"), "{whoami}");
        served.stop();
        audit(folder);
    }

    /// The answer is lost once; the client asks again with its token.
    fn loses_an_answer(&self) {
        let folder = fresh_folder();
        let served = Served::start(&folder);
        let fault = json!({"action": ORDER, "kind": "drop_after_commit", "count": 1});
        served.fault(self.world(), &fault);
        let lost = self.tell(&served, "place").remove(0);
        assert_eq!(lost["ok"], false, "{lost}");
        let (class, code) = self.manners.cut;
        assert_eq!((lost["type"].as_str(), lost["code"].as_str()), (Some(class), code), "{lost}");
        let placed = one_order_and_one_debit(&served.state(self.world()));
        let again = self.tell(&served, "place").remove(0);
        assert_eq!(again["order"], placed.as_str(), "{again}");
        assert_eq!(one_order_and_one_debit(&served.state(self.world())), placed);
        served.stop();
        audit(folder);
    }

    /// The server dies between commit and answer, and comes back.
    fn outlives_its_server(&self) {
        let folder = fresh_folder();
        let served = Served::start(&folder);
        let late = json!({"action": ORDER, "kind": "latency", "after_commit": true,
            "milliseconds": 60_000});
        served.fault(self.world(), &late);
        let client = self.begin(&served, "place");
        let placed = look_again(|| {
            let state = served.state(self.world());
            let order = state["orders"].get(0)?;
            Some(order["id"].as_str().expect("an id").to_owned())
        });
        let placed = placed.expect("an order within a minute");
        served.kill();
        let lost = steps(&finish(client)).remove(0);
        assert_eq!(lost["ok"], false, "{lost}");
        let served = Served::start(&folder);
        let again = self.tell(&served, "place").remove(0);
        assert_eq!(again["order"], placed.as_str(), "{again}");
        assert_eq!(one_order_and_one_debit(&served.state(self.world())), placed);
        served.stop();
        audit(folder);
    }
}

/// The lines of a driver that came to the end of its story.
#[track_caller]
fn steps(output: &Output) -> Vec<Value> {
    let lines = written(output);
    let line = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
    let steps: Vec<Value> = lines.lines().map(line).collect();
    assert!(!steps.is_empty(), "{output:?}");
    steps
}

/// The clients that are installed.
fn listed() -> Vec<String> {
    let list = run(Command::new(format!("{CLIENTS}/run.sh")).arg("--list"));
    written(&list).lines().map(str::to_owned).collect()
}

fn is_there(tool: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(tool).is_file())
}

/// Three stories a client, each a test, so that a failure names its client.
macro_rules! client_stories {
    ($($client:ident = $name:literal),+ $(,)?) => {
        /// The clients that have stories.
        const STORIES: &[&str] = &[$($name),+];

        $(mod $client {
            use super::Client;

            #[test]
            fn orders_once_and_knows_each_error() {
                Client::find($name).iter().for_each(Client::orders_and_errs);
            }

            #[test]
            fn buys_nothing_twice_when_an_answer_is_lost() {
                Client::find($name).iter().for_each(Client::loses_an_answer);
            }

            #[test]
            fn finds_its_order_again_after_kill_9_between_commit_and_answer() {
                Client::find($name).iter().for_each(Client::outlives_its_server);
            }
        })+
    };
}

client_stories! {
    python_v1 = "python-v1",
    python_tea = "python-tea",
    node_popcore = "node-popcore",
    node_tea = "node-tea",
    go = "go",
    go_tea = "go-tea",
    java = "java",
    java_tea = "java-tea",
}

#[test]
fn every_client_has_its_stories() {
    let mut known = STORIES.to_vec();
    known.sort_unstable();
    let folders = std::fs::read_dir(CLIENTS).expect("the clients' folder");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut there: Vec<_> =
        folders.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect();
    there.sort_unstable();
    assert_eq!(there, known);
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
}

impl Pasted {
    /// It places an order and prints its number.
    fn places_an_order(&self, run_file: impl FnOnce(&Path) -> Command) {
        if Client::find(self.client).is_none() {
            return;
        }
        let folder = fresh_folder();
        let served = Served::start(&folder);
        let mut env = Command::new(PROGRAM);
        env.args(["env", self.word, "--address", &served.address]);
        env.args(self.world.iter().flat_map(|world| ["--world", world]));
        let file = folder.join(self.file);
        std::fs::write(&file, written(&run(&mut env))).expect("the folder is ours");
        let mut command = run_file(&file);
        // A proxy meant for the world would answer in the server's place.
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(name);
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
    let pasted = Pasted { word: "python", client: "python-tea", file: "order.py", world: None };
    pasted.places_an_order(|file| program(format!("{CLIENTS}/python-tea/venv/bin/python"), file));
}

#[test]
fn the_newest_node_sdk_places_an_order_by_nothing_but_endpoint_key_and_secret() {
    let pasted = Pasted { word: "node", client: "node-tea", file: "order.js", world: None };
    pasted.places_an_order(|file| {
        let mut node = program("node", file);
        node.env("NODE_PATH", format!("{CLIENTS}/node-tea/node_modules"));
        node
    });
}

#[test]
fn the_go_program_that_env_prints_places_an_order() {
    let pasted = Pasted { word: "go", client: "go", file: "main.go", world: Some("go") };
    pasted.places_an_order(|file| {
        let mut go = Command::new("go");
        // As setup.sh builds, so that the packages need not be built anew.
        go.args(["run", "-mod=readonly", "-trimpath", "-buildvcs=false"]).arg(file);
        go.current_dir(format!("{CLIENTS}/go"));
        go
    });
}

#[test]
fn the_java_program_that_env_prints_places_an_order() {
    let pasted = Pasted { word: "java", client: "java", file: "Order.java", world: Some("java") };
    pasted.places_an_order(|file| {
        let mut java = Command::new("java");
        java.args(["-cp", &format!("{CLIENTS}/java/target/lib/*")]).arg(file);
        java
    });
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
