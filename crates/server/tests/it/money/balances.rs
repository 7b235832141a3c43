//! Balances, and the list of orders.

use super::{order, still};
use crate::rig::{BSS, POOR, Rig};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn credit_is_exact_and_anything_that_is_not_is_refused() {
    let rig = Rig::sandbox().await;
    rig.credit(POOR, "0.0001").await;
    rig.credit(POOR, "1.5").await;
    rig.credit(POOR, "922337203685474").await;
    assert_eq!(rig.balance("sandbox-poor").await, "922337203685475.5001");
    let path = format!("/accounts/{POOR}/credit");
    for (amount, code) in [
        (json!("922337203685477.5807"), "amount_too_large"),
        (json!("0"), "bad_request"),
        (json!("-1.00"), "bad_request"),
        (json!("1.00001"), "bad_request"),
        (json!("1e3"), "bad_request"),
        (json!("99999999999999999999"), "bad_request"),
        (json!(1.5), "bad_request"),
    ] {
        let (status, body) = rig.control("POST", &path, &json!({"amount": amount})).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!(code)), "{amount}");
    }
    let (status, body) =
        rig.control("POST", "/accounts/7/credit", &json!({"amount": "1.00"})).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("no_such_account")));
    assert_eq!(rig.balance("sandbox-poor").await, "922337203685475.5001");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fraction_of_a_yen_is_refused_wherever_an_amount_is_taken() {
    let rig = Rig::sandbox().await;
    let account = "1000000000000009";
    rig.open_account(account, "JPY").await;
    let list = |currency: &str, month: &str| {
        json!({"currency": currency, "prices": [
            {"port_type": "1000Base-T", "region": "ap-northeast-1", "month": "30000"},
            {"port_type": "1000Base-LX", "region": "ap-northeast-1", "month": month}]})
    };
    let path = format!("/accounts/{account}/credit");
    for (path, body) in [
        (&*path, json!({"amount": "0.5"})),
        (&path, json!({"amount": "1000.0001"})),
        ("/prices", list("JPY", "30000.5")),
        ("/worlds/other/prices", list("JPY", "0.0001")),
    ] {
        let (status, answer) = rig.control("POST", path, &body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("bad_request")), "{body}");
    }
    // Zeros are no fraction, and the others' hundredths of a cent are theirs.
    rig.credit(account, "1000.00").await;
    rig.credit(POOR, "0.0001").await;
    for (currency, month) in [("JPY", "30000.0000"), ("USD", "0.0001"), ("CNY", "0.0001")] {
        rig.post("/prices", list(currency, month)).await;
    }
    let balances = rig.state().await["accounts"].clone();
    let balance = |nth: usize| balances[nth]["balance"].clone();
    assert_eq!((balance(1), balance(2)), (json!("0.0001"), json!("1000")), "{balances}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_newest_first_for_their_owner_and_the_last_hour() {
    let rig = still(&[]).await;
    let mut ids = Vec::new();
    for minutes in ["PT0S", "PT30M", "PT30M", "PT1S"] {
        rig.advance(minutes).await;
        let circuit = rig.circuit("Confirmed").await;
        ids.push(order(&rig, "sandbox", &circuit, "true").await.ok().order_id());
    }
    ids.reverse();
    let list = async |key: &str, filter: &[(&str, &str)]| {
        let back = rig.call_as(key, BSS, "QueryOrders", filter).await.ok();
        let found = back.body["Data"]["OrderList"]["Order"].as_array().expect("a list").clone();
        let id = |line: &Value| line["OrderId"].as_str().expect("an id").to_owned();
        let total = back.body["Data"]["TotalCount"].as_u64().expect("a count");
        (found.iter().map(id).collect::<Vec<_>>(), total)
    };
    // 09:00:01 now: the first order, of 08:00:00, is older than an hour.
    assert_eq!(list("sandbox", &[]).await, (ids[..3].to_vec(), 3));
    let since = [("CreateTimeStart", "2026-11-22T08:00:00Z")];
    assert_eq!(list("sandbox", &since).await, (ids.clone(), 4));
    let until = [("CreateTimeEnd", "2026-11-22T08:30:00Z")];
    assert_eq!(list("sandbox", &until).await, (ids[2..].to_vec(), 2));
    let page = [since[0], ("PageSize", "3"), ("PageNum", "2")];
    assert_eq!(list("sandbox", &page).await, (ids[3..].to_vec(), 4));
    let unpaid = [since[0], ("PaymentStatus", "Unpaid")];
    assert_eq!(list("sandbox", &unpaid).await, (vec![], 0));
    assert_eq!(list("sandbox-poor", &since).await, (vec![], 0));
    let back = rig.call_as("sandbox-poor", BSS, "GetOrderDetail", &[("OrderId", &ids[0])]).await;
    back.refused(400, "InvalidParameter");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_of_a_thousand_and_more_is_told_with_separators_unless_a_setting_says_no() {
    for (setting, told) in [("true", "100,000.00"), ("false", "100000.00")] {
        let rig = Rig::with(&[("balance_separators", setting)]).await;
        let back = rig.call_as("sandbox", BSS, "QueryAccountBalance", &[]).await.ok();
        for (name, amount) in [
            ("AvailableAmount", told),
            ("AvailableCashAmount", told),
            ("CreditAmount", "0.00"),
            ("MybankCreditAmount", "0.00"),
            ("QuotaLimit", "0.00"),
        ] {
            assert_eq!(back.body["Data"][name], amount, "{name}");
        }
        // No other amount has them.
        let paid = rig.call_as("sandbox", BSS, "QueryAccountTransactions", &[]).await.ok();
        let list = &paid.body["Data"]["AccountTransactionsList"]["AccountTransactionsList"];
        assert_eq!(list[0]["Balance"], "100000.00");
        rig.end().await;
    }
}
