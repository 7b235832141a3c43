//! The reference's tables of operations: which operations there are, and what they may be refused
//! with. What is served is held against them.

use crate::generated::json;
use api::derived::coverage::{Row, Share, Standing, standings};
use serde_json::Value;

/// The share of the reference's rows that is proved or met never falls under this many of a
/// thousand; raise it with the share.
const MET_PER_MILLE_MIN: usize = 809;

/// The names of all operations in the reference's tables.
pub fn names() -> Vec<String> {
    let vpc = json("fixtures/reference/api_operations.json");
    let routers = json("fixtures/reference/router_operations.json");
    let bss = json("fixtures/reference/bss_operations.json");
    let names = |list: &Value, key: &str| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.map(|entry| entry[key].as_str().expect("a name").to_owned()).collect()
    };
    let mut all =
        [names(&vpc, "name"), names(&routers, "name"), names(&bss["operations"], "operation")]
            .concat();
    all.sort();
    all.dedup();
    all
}

/// What operations of circuits and routers may be refused with, by their own tables and by the
/// vendor's metadata of mid-2024, each row once.
pub fn rows() -> Vec<Row> {
    let tables =
        ["api", "router"].map(|of| json(&format!("fixtures/reference/{of}_operations.json")));
    let vendor = json("fixtures/reference/portal/vpc_2024-06.json");
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for operation in tables.iter().flat_map(list) {
        let name = operation["name"].as_str().expect("a name");
        let row = |status: &Value, code: &Value| Row {
            operation: name.to_owned(),
            status: u16::try_from(status.as_u64().expect("a status")).expect("of HTTP"),
            code: code.as_str().expect("a code").to_owned(),
        };
        let of_vendor = &vendor["apis"][name]["errorCodes"];
        // A table that was guessed says nothing where there is one that was not.
        if operation["errors_coverage"] != "inferred" || of_vendor.is_null() {
            rows.extend(list(&operation["errors"]).iter().map(|it| row(&it["http"], &it["code"])));
        }
        for (status, errors) in of_vendor.as_object().into_iter().flatten() {
            let status = Value::from(status.parse::<u16>().expect("a status"));
            rows.extend(list(errors).iter().map(|it| row(&status, &it["errorCode"])));
        }
    }
    rows.sort();
    rows.dedup();
    rows
}

#[test]
fn every_row_of_the_reference_is_met_or_says_why_not() {
    let rows = rows();
    let of = rows.iter().zip(standings(&rows));
    let unknown: Vec<_> = of.filter(|(_, standing)| *standing == Standing::Neither).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn no_fewer_rows_of_the_reference_are_met_than_before() {
    let share = Share::of(&rows());
    assert!(share.rows > 480, "{share}");
    assert!(share.met_per_mille() >= MET_PER_MILLE_MIN, "{share}");
}
