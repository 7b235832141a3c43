//! `crossconnect quickstart`: the main job in one command. It starts a server on a fresh store,
//! takes a circuit from application to Enabled through the public, signed API, and shows each
//! call as it happens.

use crate::client;
use crate::clock::draw_text;
use crate::config::Config;
use crate::env;
use crate::keys::SANDBOX_SECRET;
use crate::server::{Parts, Server};
use bytes::Bytes;
use domain::Timestamp;
use domain::ledger::Posting;
use http::Request;
use http_body_util::Full;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use wire::client::{Place, Signed, Signer, sign_rpc};

/// Runs it: with `once`, until the circuit is Enabled; else until `stop`.
pub async fn run(
    listen: &str,
    folder: &Path,
    once: bool,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    let file = folder.join("crossconnect.db");
    let store = format!("sqlite:{}", file.display());
    let changes = [("sandbox", "true"), ("listen", listen), ("store", &store), ("log", "off")];
    let server = Server::start(Config::with(&changes)?, Parts::default()).await?;
    let address = server.address();
    println!("A server on http://{address}, its store in {}\n", folder.display());
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(async move {
        tokio::select! {
            () = stop => {}
            _ = end => {}
        }
    }));
    let shown = order_a_circuit(address, &file).await;
    if shown.is_err() || once {
        let _ = ended.send(());
        serving.await.map_err(|error| error.to_string())?;
        return shown;
    }
    println!("\nStill serving; Ctrl-C ends it. Point your tools here:\n");
    let reached =
        env::Reached { address: &address.to_string(), world: "default", https: false, ca: None };
    for client in [env::Client::Cli, env::Client::Python, env::Client::Terraform] {
        println!("{}", env::text(Some(client), &reached));
    }
    println!("crossconnect ready http://{address}");
    serving.await.map_err(|error| error.to_string())?;
    drop(ended);
    Ok(())
}

/// A client that shows what it does.
struct Shower {
    address: SocketAddr,
    signer: Signer,
    step: u32,
}

/// From application to Enabled.
async fn order_a_circuit(address: SocketAddr, store: &Path) -> Result<(), String> {
    let signer = Signer { access_key_id: "sandbox".into(), secret: SANDBOX_SECRET.into() };
    let mut shower = Shower { address, signer, step: 0 };
    let applied = shower
        .call(
            "2016-04-28",
            "CreatePhysicalConnection",
            &[
                ("AccessPointId", "ap-cn-hangzhou-yh-B"),
                ("LineOperator", "CT"),
                ("PortType", "1000Base-LX"),
                ("Name", "quickstart"),
            ],
        )
        .await?;
    let circuit = text_at(&applied, "PhysicalConnectionId")?;
    shower.wait_for(&circuit, "Allocated").await?;
    let id = [("PhysicalConnectionId", circuit.as_str())];
    shower.call("2016-04-28", "ConfirmPhysicalConnection", &id).await?;
    let token = draw_text();
    let order = [
        ("PhysicalConnectionId", circuit.as_str()),
        ("InstanceChargeType", "PrePaid"),
        ("PricingCycle", "Month"),
        ("Period", "1"),
        ("AutoPay", "true"),
        ("ClientToken", token.as_str()),
    ];
    let placed =
        shower.call("2016-04-28", "CreatePhysicalConnectionOccupancyOrder", &order).await?;
    let order_id = text_at(&placed["Data"], "OrderId")?;
    println!("     OrderId {order_id}");
    shower.wait_for(&circuit, "Enabled").await?;
    let again = shower.call("2016-04-28", "CreatePhysicalConnectionOccupancyOrder", &order).await?;
    let same = text_at(&again["Data"], "OrderId")? == order_id;
    println!("     the same ClientToken again: {}", if same { "the same order" } else { "?" });
    let query = [("OrderId", order_id.as_str())];
    let detail = shower.call("2017-12-14", "GetOrderDetail", &query).await?;
    let line = &detail["Data"]["OrderList"]["Order"][0];
    let amount = text_at(line, "PretaxAmount")?;
    let currency = text_at(line, "Currency")?;
    println!("     {} {amount} {currency}", text_at(line, "PaymentStatus")?);
    show_ledger(store, &order_id)?;
    let balance = shower.call("2017-12-14", "QueryAccountBalance", &[]).await?;
    println!("     balance {} {currency}", text_at(&balance["Data"], "AvailableAmount")?);
    if !same {
        return Err("a repeated call made another order".into());
    }
    println!("\nThe circuit {circuit} is Enabled.");
    Ok(())
}

/// The lines of an order, as the ledger has them on disk.
fn show_ledger(store: &Path, order_id: &str) -> Result<(), String> {
    let books = store::sqlite::read_books(store).map_err(|error| error.to_string())?;
    let postings = books.iter().flat_map(|(_, books)| &books.postings);
    let paying = |p: &&Posting| p.order.is_some_and(|id| id.to_string() == order_id);
    for posting in postings.filter(paying) {
        let amount = posting.amount.render(posting.currency);
        let (debit, credit) = (posting.debit.to_string(), posting.credit.to_string());
        println!("     ledger: debit  {debit:<24} {amount:>10}");
        println!("     ledger: credit {credit:<24} {amount:>10}");
    }
    Ok(())
}

fn text_at(value: &Value, name: &str) -> Result<String, String> {
    let text = value[name].as_str().map(str::to_owned);
    text.ok_or_else(|| format!("the answer has no {name}: {value}"))
}

impl Shower {
    async fn call(
        &mut self,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Value, String> {
        let answer = self.quiet(version, action, parameters).await?;
        self.step += 1;
        println!("{:>3}. {action}", self.step);
        println!("     RequestId {}", text_at(&answer, "RequestId")?);
        Ok(answer)
    }

    async fn quiet(
        &self,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Value, String> {
        let mut all = vec![
            ("Action", action),
            ("Version", version),
            ("Format", "JSON"),
            ("RegionId", "cn-hangzhou"),
        ];
        all.extend(parameters);
        let stamp = crate::clock::Clock::real().wall();
        let stamp = Timestamp::from_ms(stamp.ms() - stamp.ms().rem_euclid(1000)).to_string();
        let signed = sign_rpc(&self.signer, "POST", &all, Place::Form, &draw_text(), &stamp);
        let (status, text) = self.send(signed).await?;
        let body: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        if status == 200 { Ok(body) } else { Err(format!("{action}: {text}")) }
    }

    async fn send(&self, signed: Signed) -> Result<(u16, String), String> {
        let mut request = Request::builder().method(&*signed.method).uri(signed.target);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(signed.body)));
        let request = request.map_err(|error| error.to_string())?;
        client::send(&self.address.to_string(), request).await
    }

    /// Asks for the circuit's status until it is this one.
    async fn wait_for(&mut self, circuit: &str, wanted: &str) -> Result<(), String> {
        let query = [("Filter.1.Key", "PhysicalConnectionId"), ("Filter.1.Value.1", circuit)];
        let mut seen = String::new();
        for _ in 0..100 {
            let answer = self.quiet("2016-04-28", "DescribePhysicalConnections", &query).await?;
            let line = &answer["PhysicalConnectionSet"]["PhysicalConnectionType"][0];
            let status = text_at(line, "Status")?;
            if status != seen {
                println!("     {circuit} is {status}");
                seen = status;
            }
            if seen == wanted {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("{circuit} did not become {wanted}"))
    }
}
