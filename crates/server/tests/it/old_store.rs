//! A store of the release before the last schema, its server killed and its log left behind: it
//! is migrated where it is served, and whatever was told of it then holds.
//!
//! What is in it says `fixtures/stores/README.md`. The wall stands still at the kill, so nothing
//! has come due, and a call signed by that time is as fresh as it was.
//!
//! Long because one store is looked at from every side.

use crate::rig::{Back, Rig, VPC, fresh_folder, run, stamp};
use crossconnect::clock::Clock;
use crossconnect::server::Parts;
use domain::Timestamp;
use domain::audit::Books;
use domain::catalogue::{PortType, Region};
use domain::circuit::Circuit;
use domain::price::PriceList;
use domain::user::Proof;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::sqlite::{OpenError, read_books};
use wire::client::Signed;

const STORES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/stores");
/// What every copy is called, as in a server's folder.
const NAME: &str = "crossconnect.db";
/// What the control API says, in the order in which it says it.
const LISTS: [&str; 5] = ["accounts", "circuits", "orders", "users", "keys"];
const DAY_MS: i64 = 86_400_000;

/// What the list beside the store says of it.
struct Told {
    all: Value,
    /// What the wall showed when the last of it was asked.
    wall: Timestamp,
}

impl Told {
    fn read() -> Self {
        let text = std::fs::read_to_string(format!("{STORES}/before_accounts.json"));
        let all: Value = serde_json::from_str(&text.expect("the list")).expect("JSON");
        let walls = list(&all, "worlds").iter().map(|world| number(world, "wall_ms"));
        let wall = Timestamp::from_ms(walls.max().expect("worlds"));
        Self { all, wall }
    }

    fn calls(&self) -> &[Value] {
        list(&self.all, "calls")
    }

    /// The one call of a token.
    fn call(&self, token: &str) -> &Value {
        let call = self.calls().iter().find(|call| call["parameters"]["ClientToken"] == token);
        call.expect("it was made")
    }

    /// What it was told.
    fn first_answer(&self, token: &str) -> Value {
        serde_json::from_str(text(self.call(token), "body")).expect("JSON")
    }

    /// The wall when it is `at` in a world.
    fn wall_at(&self, world: &str, at: Timestamp) -> Timestamp {
        let of = list(&self.all, "worlds").iter().find(|of| text(of, "name") == world);
        at.plus_ms(-number(of.expect("a world of the store"), "offset_ms"))
    }

    /// The secret of a key, and the token that must come with it.
    fn secret(&self, world: &str, key: &str) -> (&str, Option<&str>) {
        let id = key.split('@').next().expect("a key's own name");
        let is = |made: &&Value| text(made, "world") == world && text(made, "id") == id;
        match list(&self.all, "keys").iter().find(is) {
            Some(made) => (text(made, "secret"), made["security_token"].as_str()),
            None => (text(&self.all, "sandbox_secret"), None),
        }
    }

    /// A call as it was made, signed anew.
    fn again(&self, rig: &Rig, call: &Value) -> Signed {
        let key = text(call, "access_key_id");
        let (secret, security_token) = self.secret(text(call, "world"), key);
        let given = call["parameters"].as_object().expect("parameters");
        let given = given.iter().map(|(name, value)| (&**name, value.as_str().expect("a text")));
        let token = security_token.map(|token| ("SecurityToken", token));
        let parameters: Vec<_> = given.chain(token).collect();
        rig.sign(key, secret, text(call, "version"), text(call, "action"), &parameters)
    }
}

fn list<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    of[name].as_array().unwrap_or_else(|| panic!("{name} is a list"))
}

fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of[name].as_str().unwrap_or_else(|| panic!("{name} is a text: {of}"))
}

fn number(of: &Value, name: &str) -> i64 {
    of[name].as_i64().unwrap_or_else(|| panic!("{name} is a number: {of}"))
}

fn holds(of: &Value, name: &str) -> bool {
    of[name].as_bool().unwrap_or_else(|| panic!("{name} is yes or no: {of}"))
}

/// The store in a folder of its own, as the server left it.
fn left() -> PathBuf {
    let folder = fresh_folder();
    for log in ["", "-wal"] {
        let from = format!("{STORES}/before_accounts.db{log}");
        std::fs::copy(from, folder.join(format!("{NAME}{log}"))).expect("a copy");
    }
    folder
}

/// A server on the store, its wall at the kill.
async fn open(told: &Told) -> (Rig, Arc<Clock>) {
    let clock = Arc::new(Clock::stopped(told.wall));
    let parts = Parts { clock: Some(Arc::clone(&clock)), ..Parts::default() };
    (Rig::open(&left(), &[], parts).await, clock)
}

/// A world as the control API shows it.
async fn state(rig: &Rig, world: &str) -> Value {
    rig.control("GET", &format!("/worlds/{world}/state"), &Value::Null).await.1
}

#[test]
fn whoever_only_reads_is_told_that_the_store_is_of_an_earlier_release() {
    let folder = left();
    let path = folder.join(NAME);
    let told = read_books(&path).expect_err("nothing is migrated by reading");
    assert!(matches!(told, OpenError::Release(1)), "{told}");
    let said = told.to_string();
    let (which, remedy) = said.split_once(", this one has ").expect("both are named");
    assert_eq!(which, "the store was written by an earlier release (schema version 1");
    assert!(remedy.ends_with("): serve it once with this release, or use that one"), "{said}");
    let output = run(&["audit", "--store", &format!("sqlite:{}", path.display())]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(stderr, format!("crossconnect: {}: {said}\n", path.display()));
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
}

/// How many rows each table has that the release before had.
fn rows(path: &Path, told: &Told) -> Value {
    let db = rusqlite::Connection::open(path).expect("a file");
    let count = |name: &String| {
        let sql = format!("SELECT count(*) FROM {name}");
        db.query_row(&sql, [], |row| row.get::<_, i64>(0)).expect("a count")
    };
    let names = told.all["rows"].as_object().expect("by table").keys();
    names.map(|name| (name.clone(), count(name).into())).collect::<Map<_, _>>().into()
}

/// What the list says beyond what the control API tells, found in the file.
fn compare_books(told: &Told, books: &HashMap<String, Books>) {
    let of = |entry: &Value| &books[text(entry, "world")];
    let at = |at: Option<Timestamp>| at.map(Timestamp::ms);
    let instant = |of: &Value| of.as_str().map(|at| Timestamp::parse(at).expect("a time").ms());
    let circuit = |entry: &Value| -> Circuit {
        let mut all = of(entry).circuits.iter();
        all.find(|circuit| circuit.id.as_str() == text(entry, "id")).expect("it is there").clone()
    };
    for entry in list(&told.all, "deleted_circuits") {
        assert!(circuit(entry).state.deleted, "{entry}");
    }
    for entry in list(&told.all, "wakes") {
        assert_eq!(at(circuit(entry).state.wakes_at), instant(&entry["wakes_at"]), "{entry}");
    }
    for entry in list(&told.all, "circuit_words") {
        let words = circuit(entry).particulars.words.expect("it has some");
        let shown = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        let words = json!({"world": entry["world"], "id": entry["id"], "name": shown(&words.name),
            "description": shown(&words.description), "peer_location": shown(&words.peer_location),
            "circuit_code": shown(&words.circuit_code),
            "optical_module": shown(&words.optical_module),
            "resource_group": shown(&words.resource_group),
            "redundant": words.redundant.map(|id| id.to_string())});
        assert_eq!(words, *entry);
    }
    for entry in list(&told.all, "users") {
        let users = &of(entry).users;
        let user = users.iter().find(|user| *user.name == *text(entry, "name")).expect("there");
        let policies: Vec<Value> =
            user.policies.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect();
        assert_eq!(policies, list(entry, "policies"));
    }
    for entry in list(&told.all, "keys") {
        let keys = &of(entry).keys;
        let key = keys.iter().find(|key| *key.id == *text(entry, "id")).expect("it is there");
        let (secret, pem) = match &key.proof {
            Proof::Secret(secret) => (Some(secret), None),
            Proof::PublicKey(pem) => (None, Some(pem)),
        };
        let shown = json!({"world": entry["world"], "id": key.id, "user": key.user,
            "secret": secret, "public_key": pem, "security_token": key.security_token,
            "bearer_token": key.bearer_token, "dialect": key.dialect,
            "account": key.account.to_string(), "active": key.active,
            "expires_at": entry["expires_at"]});
        assert_eq!((&shown, at(key.expires_at)), (entry, instant(&entry["expires_at"])));
    }
    let lists = list(&told.all, "price_lists").iter();
    let found: Vec<Value> = lists.clone().map(|entry| price_list(entry, of(entry))).collect();
    assert_eq!(found, lists.cloned().collect::<Vec<_>>());
}

/// The price list that an entry tells of, as the entry tells it: its prices are in no order.
fn price_list(entry: &Value, books: &Books) -> Value {
    let found = books.price_lists.iter().find(|list| entry["version"] == list.version);
    let PriceList { version, currency, rows, setup, shared } = found.expect("it is there");
    assert!(setup.is_none() && shared.is_empty(), "that release knew of neither");
    assert_eq!(list(entry, "prices").len(), rows.len());
    let month = |price: &Value| {
        let port = PortType::find(text(price, "port_type")).expect("a port type");
        let region = Region::find(text(price, "region")).expect("a region");
        rows.get(&(port, region)).map(|month| month.0)
    };
    let price = |price: &Value| {
        json!({"port_type": price["port_type"], "region": price["region"],
            "month_ten_thousandths": month(price)})
    };
    let prices: Vec<Value> = list(entry, "prices").iter().map(price).collect();
    json!({"world": entry["world"], "version": version, "currency": currency.text(),
        "prices": prices})
}

/// What is shown, without what that release did not tell of.
fn known(shown: &Value, told: &Value) -> Value {
    match (shown, told) {
        (Value::Object(shown), Value::Object(told)) => {
            let names = told.keys().filter_map(|name| shown.get_key_value(name));
            names.map(|(name, value)| (name.clone(), known(value, &told[name]))).collect()
        }
        (Value::Array(shown), Value::Array(told)) if shown.len() == told.len() => {
            shown.iter().zip(told).map(|(shown, told)| known(shown, told)).collect()
        }
        (shown, _) => shown.clone(),
    }
}

/// Fails the test unless each world is shown as it was at the kill.
async fn compare_states(told: &Told, rig: &Rig) {
    for world in list(&told.all, "worlds") {
        let name = text(world, "name");
        let (shown, expected) = (state(rig, name).await, &world["state"]);
        for part in LISTS {
            assert_eq!(known(&shown[part], &expected[part]), expected[part], "{name}: {part}");
        }
        assert_eq!(known(&shown, expected), *expected, "{name}");
        // Nobody was told that it would be stopped.
        for circuit in list(&shown, "circuits") {
            assert_eq!(
                (&circuit["stops_at"], &circuit["renewal"]),
                (&Value::Null, &json!("ManualRenewal"))
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_migrated_where_it_is_served_and_nothing_of_it_is_lost() {
    let told = Told::read();
    let (rig, _) = open(&told).await;
    let path = rig.store_path();
    let (mut rows, mut before) = (rows(&path, &told), told.all["rows"].clone());
    // This release has words of its own.
    let words = [&mut rows, &mut before].map(|rows| rows["words"].take().as_u64());
    assert!(words[0] > words[1], "{words:?}");
    assert_eq!(rows, before);
    compare_states(&told, &rig).await;
    let books: HashMap<_, _> = read_books(&path).expect("books").into_iter().collect();
    compare_books(&told, &books);
    // Of each accepted call that was not forgotten, the same fingerprint.
    let receipts = books.values().flat_map(|books| &books.receipts);
    let found: BTreeMap<String, String> = receipts
        .filter(|receipt| receipt.token.is_some())
        .map(|receipt| (receipt.request.to_string(), receipt.fingerprint.to_string()))
        .collect();
    let kept = told.calls().iter().filter(|call| holds(call, "in_file"));
    let of = |call: &Value| (text(call, "request_id").into(), text(call, "fingerprint").into());
    assert_eq!(found, kept.map(of).collect());
    let folder = rig.end_keeping().await;
    // It is migrated once: without its log too, and opened again.
    let parts = Parts { clock: Some(Arc::new(Clock::stopped(told.wall))), ..Parts::default() };
    let rig = Rig::open(&folder, &[], parts).await;
    compare_states(&told, &rig).await;
    rig.end().await;
}

/// What was answered over TCP: status, what it is a replay of, and the body.
async fn over_tcp(rig: &Rig, signed: Signed) -> (u16, Option<String>, String) {
    let url = format!("http://{}{}", rig.address, signed.target);
    let mut request = http::Request::builder().method(&*signed.method).uri(url);
    for (name, value) in &signed.headers {
        request = request.header(name, value);
    }
    let request = request.body(signed.body).expect("a request");
    let asked = tokio::task::spawn_blocking(move || {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.build().into();
        let mut answer = agent.run(request).expect("an answer");
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map(|value| value.to_str().expect("a text").to_owned())
        };
        let first = header("x-crossconnect-first-request-id");
        let replayed = header("x-crossconnect-replayed");
        assert_eq!(replayed.as_deref(), first.as_ref().map(|_| "true"));
        let body = answer.body_mut().read_to_string().expect("a body");
        (answer.status().as_u16(), first, body)
    });
    asked.await.expect("a call")
}

/// The id of the request that was answered so.
fn request_id(body: &str) -> String {
    let body: Value = serde_json::from_str(body).expect("JSON");
    let id = body["RequestId"].as_str().or_else(|| body["requestId"].as_str());
    id.unwrap_or_else(|| panic!("no request's id: {body}")).to_owned()
}

/// Fails the test unless a call is told what it was told at first, but for its own id.
async fn is_replayed(told: &Told, rig: &Rig, call: &Value) {
    let (status, first, body) = over_tcp(rig, told.again(rig, call)).await;
    assert_eq!(first.as_deref(), call["request_id"].as_str(), "{call}: {body}");
    assert_eq!(i64::from(status), number(call, "status"), "{call}: {body}");
    let body = body.replace(&request_id(&body), text(call, "request_id"));
    assert_eq!(body, text(call, "body"), "{call}");
}

/// Whose token it is, where and what for: calls that have this in common are one call.
fn token_of(call: &Value) -> [&str; 4] {
    let of = |name: &str| text(&call["parameters"], name);
    [text(call, "world"), of("ClientToken"), of("RegionId"), text(call, "action")]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_living_token_is_replayed_and_every_ended_one_is_a_new_call() {
    let told = Told::read();
    let (rig, _) = open(&told).await;
    let (living, ended): (Vec<_>, Vec<_>) =
        told.calls().iter().partition(|call| holds(call, "lives_at_kill"));
    assert_eq!((living.len(), ended.len()), (32, 19));
    // Each time it is asked, and nothing comes of it.
    for call in living.iter().chain(&living) {
        is_replayed(&told, &rig, call).await;
    }
    compare_states(&told, &rig).await;
    for call in ended {
        if let Some(later) = living.iter().find(|later| token_of(later) == token_of(call)) {
            // The token was used anew after its life: that is the call that counts.
            let (_, first, _) = over_tcp(&rig, told.again(&rig, call)).await;
            assert_eq!(first.as_deref(), later["request_id"].as_str(), "{call}");
            continue;
        }
        let (status, first, body) = over_tcp(&rig, told.again(&rig, call)).await;
        assert_eq!(first, None, "{call}: {body}");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let before: Value = serde_json::from_str(text(call, "body")).expect("JSON");
        if status == 200 && body.as_object().is_some_and(|body| body.len() > 1) {
            let made =
                |of: &Value| ["Data", "data", "PhysicalConnectionId"].map(|name| of[name].clone());
            assert_ne!(made(&body), made(&before), "{call}: it came to something new");
        }
    }
    rig.end().await;
}

/// Any look, signed with a key.
async fn look(rig: &Rig, key: &str, secret: &str, token: Option<&str>) -> Back {
    let token = token.map(|token| ("SecurityToken", token));
    let parameters: Vec<_> = token.into_iter().collect();
    let signed = rig.sign(key, secret, VPC, "DescribePhysicalConnections", &parameters);
    rig.send(&signed).await
}

/// The same with a bearer token.
async fn look_bearing(rig: &Rig, token: &str) -> Back {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let date = stamp(rig.app.clock.wall());
    rig.send(&Signed {
        method: "POST".into(),
        target: "/?RegionId=cn-hangzhou&SignatureType=BEARERTOKEN".into(),
        headers: vec![
            header("x-acs-version", VPC),
            header("x-acs-action", "DescribePhysicalConnections"),
            header("x-acs-date", &date),
            header("x-acs-signature-nonce", &crossconnect::clock::draw_text()),
            header("accept", "application/json"),
            header("x-acs-bearer-token", token),
        ],
        body: Vec::new(),
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_signs_as_it_did() {
    let told = Told::read();
    let (rig, _) = open(&told).await;
    let mut tried = 0;
    for key in list(&told.all, "keys") {
        let id = match text(key, "world") {
            "default" => text(key, "id").to_owned(),
            world => format!("{}@{world}", text(key, "id")),
        };
        let token = key["security_token"].as_str();
        // Nobody has the other half of the pair any more; but that is what would be asked for.
        let secret = key["secret"].as_str().unwrap_or("not its own");
        let refused = match text(key, "id") {
            "rsa" => Some("SignatureDoesNotMatch"),
            "idle" => Some("InvalidAccessKeyId.Inactive"),
            "ended-sts" => Some("InvalidSecurityToken.Expired"),
            _ => None,
        };
        let back = look(&rig, &id, secret, token).await;
        assert_eq!(back.code(), refused.unwrap_or_default(), "{id}: {}", back.text);
        if refused.is_none() {
            look(&rig, &id, "not its own", token).await.refused(400, "SignatureDoesNotMatch");
            tried += 1;
        }
        if let Some(token) = token {
            assert_eq!(look(&rig, &id, secret, None).await.status, 400, "{id} without {token}");
        }
        if let Some(token) = key["bearer_token"].as_str() {
            look_bearing(&rig, token).await.ok();
        }
    }
    assert_eq!(tried, 8);
    look(&rig, "nobody", "made-secret", None).await.refused(404, "InvalidAccessKeyId.NotFound");
    // What the user may not do it still may not.
    let circuit = [("PhysicalConnectionId", "pc-sandboxrejected")];
    let action = "DeletePhysicalConnection";
    let signed = rig.sign("builder", "made-secret", VPC, action, &circuit);
    rig.send(&signed).await.refused(403, "Forbidden.RAM");
    rig.end().await;
}

/// Of the entry of a list of a world, found by its id, one field.
async fn shown(rig: &Rig, world: &str, part: &str, id: &str, field: &str) -> Value {
    let state = state(rig, world).await;
    let entry = list(&state, part).iter().find(|entry| entry["id"] == id);
    entry.expect("it is there")[field].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn circuits_on_their_way_move_at_their_instants() {
    let told = Told::read();
    let (rig, clock) = open(&told).await;
    let wakes = |id: &str| {
        let wakes = list(&told.all, "wakes").iter().find(|wakes| text(wakes, "id") == id);
        let wakes = wakes.expect("it is on its way");
        let at = Timestamp::parse(text(wakes, "wakes_at")).expect("a time");
        told.wall_at("default", at)
    };
    let applied = told.first_answer("lives-under-way");
    let (under_way, paid) = (text(&applied, "PhysicalConnectionId"), "pc-paidwaiting");
    let (step, in_service) = (wakes(under_way), wakes(paid));
    let all = [
        (under_way, step.plus_ms(-1), "Initial"),
        (under_way, step, "Allocating"),
        (under_way, step.plus_ms(250), "Allocated"),
        (paid, in_service.plus_ms(-1), "Confirmed"),
        (paid, in_service, "Enabled"),
    ];
    for (id, wall, status) in all {
        clock.set(wall);
        assert_eq!(shown(&rig, "default", "circuits", id, "status").await, status, "{id}");
    }
    let enabled_at = shown(&rig, "default", "circuits", paid, "enabled_at").await;
    assert_eq!(enabled_at, "2026-12-11T09:31:11Z");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unpaid_orders_and_their_tokens_die_at_their_instants() {
    let told = Told::read();
    let (rig, clock) = open(&told).await;
    for token in ["due-soon-one", "due-soon-two"] {
        let (call, body) = (told.call(token), told.first_answer(token));
        let id = text(&body["Data"], "OrderId");
        let dies_at = Timestamp::from_ms(number(call, "made_at_ms")).plus_ms(7 * DAY_MS);
        clock.set(told.wall_at("old", dies_at.plus_ms(-1)));
        is_replayed(&told, &rig, call).await;
        assert_eq!(shown(&rig, "old", "orders", id, "status").await, "Unpaid", "{token}");
        clock.set(told.wall_at("old", dies_at));
        assert_eq!(shown(&rig, "old", "orders", id, "status").await, "Cancelled", "{token}");
        assert_eq!(shown(&rig, "old", "orders", id, "cancel_cause").await, "expired", "{token}");
        let (_, first, body) = over_tcp(&rig, told.again(&rig, call)).await;
        assert_eq!(first, None, "{token}: {body}");
    }
    // A week after the kill: what was made to last, and what was ordered just now.
    clock.set(told.wall.plus_ms(7 * DAY_MS));
    for (world, expected) in
        [("default", &["pc-longlife"][..]), ("old", &["pc-olddueone", "pc-oldduetwo"])]
    {
        let state = state(&rig, world).await;
        let open = list(&state, "orders").iter().filter(|order| !order["dies_at"].is_null());
        let open: Vec<_> = open.map(|order| text(order, "circuit")).collect();
        assert_eq!(open, expected, "{world}");
    }
    rig.end().await;
}

/// The release before forgot receipts too, and its time was the world's.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_wall_after_the_update_nobody_decides_before_what_was_decided() {
    let told = Told::read();
    let (rig, clock) = open(&told).await;
    // By this wall the token would be alive still.
    let call = told.call("forgotten-expired");
    assert!(!holds(call, "in_file"), "it is forgotten");
    let made_at = Timestamp::from_ms(number(call, "made_at_ms"));
    clock.set(told.wall_at("default", made_at.plus_ms(DAY_MS)));
    let (status, first, body) = over_tcp(&rig, told.again(&rig, call)).await;
    assert_eq!((status, first), (200, None), "{body}");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let id = text(&body["Data"], "OrderId");
    let created_at = shown(&rig, "default", "orders", id, "created_at").await;
    assert_eq!(created_at, "2026-12-06T09:31:13Z", "as late as it ever was");
    rig.end().await;
}
