//! What a call would cost, before it is made.

use super::{cancel, month, pay, still};
use crate::rig::{BSS, Back, ORDER, RICH, Rig, VPC};
use serde_json::{Value, json};

const QUOTES: &str = "2022-08-30";

/// What a call of an operation would cost, as a key.
async fn quote(
    rig: &Rig,
    key: &str,
    (product, version, name): (&str, &str, &str),
    parameters: &[(&str, &str)],
) -> Back {
    let operation = api::OPERATIONS.iter().find(|operation| operation.name == "GetApiPrice");
    let operation = operation.expect("it is served");
    let names: Vec<String> =
        parameters.iter().map(|(name, _)| format!("parameters.{name}")).collect();
    let mut call = vec![("popCode", product), ("popVersion", version), ("apiName", name)];
    call.extend(names.iter().map(String::as_str).zip(parameters.iter().map(|(_, value)| *value)));
    if version == VPC {
        call.push(("parameters.RegionId", "cn-hangzhou"));
    }
    rig.call_at(operation, key, QUOTES, &call).await
}

async fn price(rig: &Rig, name: (&str, &str, &str), parameters: &[(&str, &str)]) -> Value {
    quote(rig, "sandbox", name, parameters).await.ok().body["price"].clone()
}

const PLACE: (&str, &str, &str) = ("Vpc", VPC, ORDER);
const RENEW: (&str, &str, &str) = ("BssOpenApi", BSS, "RenewInstance");
const PAY: (&str, &str, &str) = ("BssOpenApi", BSS, "PayOrder");
const REFUND: (&str, &str, &str) = ("bssopenapi", BSS, "RefundInstance");

/// A payment of an order.
fn paying(order: &str) -> [(&str, &str); 5] {
    [("OrderId", order), ("BuyerId", "1"), ("PayerId", "1"), ("PaySubmitUid", "1"), ("Token", "t")]
}

/// Each step is quoted before it is made, and its order is what was quoted.
#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_circuits_money_is_quoted_before_it_is_made() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    let first = month(&circuit, "false");
    assert_eq!(price(&rig, PLACE, &first).await["calculatedAmount"], json!(85.0));
    let order = rig.call(ORDER, &first).await.ok().order_id();
    let again = price(&rig, PLACE, &first).await;
    assert_eq!(again["errorCode"], "IAbs.InvalidStatus.ValueNotSupported");
    let paying = paying(&order);
    assert_eq!(price(&rig, PAY, &paying).await["calculatedAmount"], json!(85.0));
    // What is taken for granted may be what nobody can pay for.
    let assumed = [&paying[..], &[("PricingContext.Status", "Enabled")]].concat();
    assert_eq!(price(&rig, PAY, &assumed).await["errorCode"], "NotApplicable");
    rig.call_as("sandbox", BSS, "PayOrder", &paying).await.ok();
    assert_eq!(price(&rig, PAY, &paying).await["errorCode"], "NotApplicable");
    let named = [("ProductCode", "pconn"), ("InstanceId", circuit.as_str())];
    let renewal = [named[0], named[1], ("RenewPeriod", "12"), ("ClientToken", "t")];
    let told = price(&rig, RENEW, &renewal).await;
    assert_eq!(
        (&told["calculatedAmount"], &told["priceSummary"]["pricingUnit"]),
        (&json!(1020.0), &json!("12 Month"))
    );
    rig.call_as("sandbox", BSS, "RenewInstance", &renewal).await.ok();
    assert_eq!(price(&rig, RENEW, &renewal).await["success"], true, "a token is not looked at");
    assert_eq!(price(&rig, REFUND, &named).await["errorCode"], "ResourceStatusError");
    let terminate = [("PhysicalConnectionId", circuit.as_str())];
    rig.call("TerminatePhysicalConnection", &terminate).await.ok();
    rig.advance("PT1S").await;
    let told = price(&rig, REFUND, &named).await;
    // 30 of the first 31 days, and all of the year.
    assert_eq!(
        (&told["pricingMode"], &told["calculatedAmount"]),
        (&json!("delta"), &json!(-1102.25))
    );
    assert_eq!(told["components"]["baseline"]["tradePrice"], json!(1105.0));
    assert_eq!(told["components"]["target"]["tradePrice"], json!(2.75));
    let inquired = rig.call_as("sandbox", BSS, "InquiryPriceRefundInstance", &named).await.ok();
    assert_eq!(inquired.body["Data"]["RefundAmount"], json!(1102.25));
    let before = rig.balance("sandbox").await;
    let _ = price(&rig, REFUND, &named).await;
    assert_eq!(rig.balance("sandbox").await, before, "a quote moves nothing");
    rig.call_as("sandbox", BSS, "RefundInstance", &named).await.ok();
    rig.end().await;
}

/// Too little money does not change what the order comes to.
#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_is_quoted_as_its_order_and_a_payment_that_cannot_be_as_its_refusal() {
    let rig = still(&[("insufficient_balance", "error")]).await;
    let poor = month("pc-sandboxpoor", "true");
    let told = quote(&rig, "sandbox-poor", PLACE, &poor).await.ok();
    assert_eq!(told.body["price"]["calculatedAmount"], json!(85.0));
    let order = rig.call_as("sandbox-poor", VPC, ORDER, &month("pc-sandboxpoor", "false")).await;
    let order = order.ok().order_id();
    let paying = paying(&order);
    let told = quote(&rig, "sandbox-poor", PAY, &paying).await.ok();
    assert_eq!(told.body["price"]["errorCode"], "PAY.INSUFFICIENT_BALANCE");
    assert_eq!(pay(&rig, &order).await.0, 409);
    cancel(&rig, "sandbox-poor", &order).await.ok();
    rig.end().await;
}

/// Who may not make a call may not ask what it would cost; GetApiPrice itself needs nothing.
#[tokio::test(flavor = "multi_thread")]
async fn permission_to_quote_is_that_of_the_call() {
    let rig = still(&[]).await;
    let circuit = rig.circuit("Confirmed").await;
    let call = month(&circuit, "true");
    for key in ["sandbox-readonly", "sandbox-denied"] {
        quote(&rig, key, PLACE, &call).await.refused(403, "Forbidden.RAM");
    }
    let policy = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Resource": "*",
        "Action": format!("vpc:{ORDER}")}]});
    let user = json!({"account": RICH, "name": "buyer", "policies": [policy.to_string()]});
    rig.post("/users", user).await;
    rig.put_key(RICH, "buyer", json!({"user": "buyer"})).await;
    let told = quote(&rig, "buyer", PLACE, &call).await.ok();
    assert_eq!(told.body["price"]["success"], true);
    quote(&rig, "buyer", RENEW, &[]).await.refused(403, "NotAuthorized");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_are_no_object_are_refused() {
    let rig = still(&[]).await;
    let operation = api::OPERATIONS.iter().find(|operation| operation.name == "GetApiPrice");
    let (product, version, name) = PLACE;
    for said in ["parameters", "parameters.1", "parameters.1.RegionId"] {
        let call = [
            ("popCode", product),
            ("popVersion", version),
            ("apiName", name),
            ("parameters.RegionId", "cn-hangzhou"),
            (said, "x"),
        ];
        let operation = operation.expect("it is served");
        let told = rig.call_at(operation, "sandbox", QUOTES, &call).await;
        told.refused(400, "InvalidParameter");
    }
    rig.end().await;
}
