//! What the operator of a test's server does with it, through the control API.

use super::{RICH, Rig, said};
use crossconnect::keys::SANDBOX_SECRET;
use serde_json::{Value, json};

impl Rig {
    /// A control call over TCP: status and body.
    pub async fn control(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask(method, &format!("/control/v1{path}"), body).await
    }

    /// A call of one of our own paths over TCP: status and body.
    pub async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("http://{}{path}", self.address);
        let (method, body) = (method.to_owned(), body.clone());
        tokio::task::spawn_blocking(move || {
            let config = ureq::Agent::config_builder().http_status_as_error(false);
            let agent: ureq::Agent = config.build().into();
            let text = if body.is_null() { String::new() } else { body.to_string() };
            let request = http::Request::builder().method(method.as_str()).uri(url);
            let request = request.body(text).expect("a request");
            let mut answer = agent.run(request).expect("the control API answers");
            let text = answer.body_mut().read_to_string().expect("a body");
            (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
        })
        .await
        .expect("a control call")
    }

    /// A control call that must succeed.
    #[track_caller]
    pub fn post(&self, path: &str, body: Value) -> impl Future<Output = Value> {
        let path = path.to_owned();
        async move {
            let (status, answer) = self.control("POST", &path, &body).await;
            assert_eq!(status, 200, "POST {path}: {answer}");
            answer
        }
    }

    /// `crossconnect admin` with these arguments: see [`said`].
    pub async fn admin(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let address = self.address.to_string();
        said(&[&["admin", "--address", &address], arguments].concat()).await
    }

    /// The whole default world.
    pub async fn state(&self) -> Value {
        self.control("GET", "/state", &Value::Null).await.1
    }

    /// Moves the default world's clock on.
    pub async fn advance(&self, span: &str) {
        self.post("/clock", json!({"advance": span})).await;
    }

    /// A new account.
    pub async fn open_account(&self, account: &str, currency: &str) {
        self.post("/accounts", json!({"account": account, "currency": currency})).await;
    }

    /// Puts money on an account.
    pub async fn credit(&self, account: &str, amount: &str) {
        self.post(&format!("/accounts/{account}/credit"), json!({"amount": amount})).await;
    }

    /// A key of an account, its secret that of every key of the sandbox unless `more` has one.
    pub async fn put_key(&self, account: &str, id: &str, more: Value) {
        let key = json!({"account": account, "access_key_id": id, "secret": SANDBOX_SECRET});
        self.post("/keys", merged(key, more)).await;
    }

    /// A circuit of account 1 in cn-hangzhou with this status.
    pub async fn circuit(&self, status: &str) -> String {
        self.circuit_of(RICH, json!({"status": status})).await
    }

    /// A circuit of an account: Confirmed, of 1 G and in cn-hangzhou unless `more` says otherwise.
    pub async fn circuit_of(&self, account: &str, more: Value) -> String {
        let given = json!({"account": account, "region": "cn-hangzhou", "status": "Confirmed",
            "port_type": "1000Base-LX"});
        let made = self.post("/circuits", merged(given, more)).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// So many circuits of account 1 that wait for payment.
    pub async fn circuits(&self, count: usize) -> Vec<String> {
        let given = json!({"account": RICH, "region": "cn-hangzhou", "status": "Confirmed",
            "count": count});
        let made = self.post("/circuits", given).await;
        let ids = made["ids"].as_array().expect("ids");
        ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
    }

    /// Orders a fault of the next call of an operation.
    pub async fn fault(&self, action: &str, kind: &str) {
        self.post("/faults", json!({"action": action, "kind": kind})).await;
    }
}

/// An object with the members of another; those of both are the other's.
pub fn merged(mut object: Value, more: Value) -> Value {
    let (Value::Object(members), Value::Object(more)) = (&mut object, more) else {
        panic!("both are objects");
    };
    members.extend(more);
    object
}
