//! What a month came to, and what moved the money of it.

use super::{order, set_clock, still};
use crate::rig::{BSS, ORDER, RICH, Rig, VPC};
use serde_json::{Value, json};

/// Hundredths of an amount, which is a text or a number.
fn cents(amount: &Value) -> i64 {
    let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<2}").parse().expect("an amount in cents")
}

fn sum(rows: &[Value], name: &str) -> i64 {
    rows.iter().map(|row| cents(&row[name])).sum()
}

async fn data(rig: &Rig, action: &str, call: &[(&str, &str)]) -> Value {
    rig.call_as("sandbox", BSS, action, call).await.ok().body["Data"].clone()
}

/// All rows of a list that is read on by a token, so many at a time.
async fn by_token(rig: &Rig, action: &str, call: &[(&str, &str)], list: &str) -> Vec<Value> {
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let next = [call, &[("MaxResults", "2"), ("NextToken", &token)]].concat();
        let told = data(rig, action, &next).await;
        let part = told.pointer(list).and_then(Value::as_array).expect("a list");
        rows.extend(part.iter().cloned());
        let Some(next) = told["NextToken"].as_str() else {
            assert_eq!(told["TotalCount"], rows.len(), "{action}");
            return rows;
        };
        next.clone_into(&mut token);
    }
}

/// 2026-12-01 08:00 in UTC+8, after one circuit was paid for a month, one ended and refunded, and
/// nine days of one that is paid as it goes were billed.
async fn november() -> Rig {
    let rig = still(&[]).await;
    for refunded in [false, true] {
        let circuit = rig.circuit("Confirmed").await;
        order(&rig, "sandbox", &circuit, "true").await.ok();
        if refunded {
            rig.call("TerminatePhysicalConnection", &[("PhysicalConnectionId", &circuit)])
                .await
                .ok();
            rig.advance("PT1S").await;
            let call = [("ProductCode", "pconn"), ("InstanceId", circuit.as_str())];
            rig.call_as("sandbox", BSS, "RefundInstance", &call).await.ok();
        }
    }
    let circuit = rig.circuit("Confirmed").await;
    let call = [("PhysicalConnectionId", circuit.as_str()), ("InstanceChargeType", "PostPaid")];
    rig.call_as("sandbox-2020", VPC, ORDER, &call).await.ok();
    set_clock(&rig, "2026-12-01T00:00:00Z").await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_sums_circuits_and_transactions_of_a_month_come_to_the_same() {
    let rig = november().await;
    let month = [("BillingCycle", "2026-11")];
    let mut lines = Vec::new();
    for page in ["1", "2", "3", "4"] {
        let call = [&month[..], &[("PageNum", page), ("PageSize", "1")]].concat();
        let told = data(&rig, "QueryBill", &call).await;
        assert_eq!(told["TotalCount"], 4);
        lines.extend(told["Items"]["Item"].as_array().expect("a list").iter().cloned());
    }
    let amounts: Vec<i64> = lines.iter().map(|line| cents(&line["PretaxAmount"])).collect();
    assert_eq!(amounts, [8_500, 8_500, -8_225, 2_550]);
    for line in &lines {
        let paid = cents(&line["PaymentAmount"]) + cents(&line["OutstandingAmount"]);
        assert_eq!(paid, cents(&line["PretaxAmount"]), "{line}");
    }
    assert_eq!(lines[3]["UsageStartTime"], "2026-11-22 16:00:01");
    assert_eq!(lines[3]["PaymentTime"], "2026-12-01 00:00:00");
    for (action, rows) in [("QueryBillOverview", 3), ("QueryAccountBill", 1)] {
        let told = data(&rig, action, &month).await;
        let items = told["Items"]["Item"].as_array().expect("a list");
        assert_eq!((items.len(), sum(items, "PretaxAmount")), (rows, 11_325), "{action}");
    }
    let circuits = by_token(&rig, "DescribeInstanceBill", &month, "/Items").await;
    assert_eq!((circuits.len(), sum(&circuits, "PaymentAmount")), (4, 11_325));
    // Money that came, and went: what an order costs that is paid as it goes is nothing.
    let list = "/AccountTransactionsList/AccountTransactionsList";
    let moved = by_token(&rig, "QueryAccountTransactionDetails", &[], list).await;
    let told: Vec<_> = moved.iter().map(|one| (cents(&one["Amount"]), &one["Balance"])).collect();
    let balances = ["99886.75", "99912.25", "99912.25", "99830.00", "99915.00", "100000.00"];
    let balances = balances.map(Value::from);
    let amounts = [2_550, 0, 8_225, 8_500, 8_500, 10_000_000];
    let expected: Vec<_> = amounts.into_iter().zip(&balances).collect();
    assert_eq!(told, expected);
    assert_eq!(rig.balance("sandbox").await, "99886.75");
    let all = data(&rig, "QueryAccountTransactions", &[]).await;
    assert_eq!(all["TotalCount"], 6);
    let newest = &all["AccountTransactionsList"]["AccountTransactionsList"][0];
    assert_eq!(newest["RecordID"], lines[3]["RecordID"]);
    assert_eq!(newest["BillingCycle"], "2026-12", "when it was paid");
    let december = data(&rig, "QueryBill", &[("BillingCycle", "2026-12")]).await;
    assert_eq!(december["TotalCount"], 0);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bills_and_transactions_may_be_asked_for_by_either_generation_of_names() {
    let rig = Rig::sandbox().await;
    for (name, action, also) in [
        ("one", "bss:DescribeAcccountTran", "QueryAccountTransactions"),
        ("two", "bssapi:QueryAccountTransactions", "QueryAccountTransactions"),
        ("three", "bssapi:QueryBill", "QueryBillOverview"),
        ("four", "bssapi:QueryBillOverview", "QueryBillOverview"),
        ("five", "bssapi:DescribeInstanceBill", "DescribeInstanceBill"),
    ] {
        let policy = json!({"Version": "1",
            "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
        rig.post("/users", json!({"account": RICH, "name": name, "policies": [policy]})).await;
        rig.put_key(RICH, name, json!({"user": name})).await;
        let month = [("BillingCycle", "2026-11")];
        rig.call_as(name, BSS, also, &month).await.ok();
        let denied = rig.call_as(name, BSS, "QueryAccountBill", &month).await;
        denied.refused(403, "NotAuthorized");
    }
    rig.end().await;
}
