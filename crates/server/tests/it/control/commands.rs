//! `crossconnect admin` of prices and of the clock.

use super::month;
use crate::rig::{ORDER, READY, Rig, fresh_folder, said, stopped_clock};
use crossconnect::server::Parts;

const LIST: &str = r#"currency = "USD"
setup = "1200.00"

[[prices]]
port_type = "1000Base-LX"
region = "cn-hangzhou"
month = "70.00"

[[shared]]
spec = "50M"
month = "8.50"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_price_list_is_checked_without_a_server_and_loaded_into_one() {
    let rig = Rig::sandbox().await;
    let folder = fresh_folder();
    let file = folder.join("prices.toml");
    std::fs::write(&file, LIST).expect("a file");
    let file = file.to_str().expect("text");
    let check = ["admin", "prices", file, "--check", "--address", "127.0.0.1:1"];
    let told = "fine: 1 prices in USD, a set-up of 1200.00, 1 of shared ports\n";
    assert_eq!(said(&check).await, (Some(0), told.into(), String::new()));
    let (code, text, _) = rig.admin(&["prices"]).await;
    assert_eq!(code, Some(0));
    assert!(text.starts_with("version 1, USD, in force; set-up 1500.00\n"), "{text}");
    let (code, text, said) = rig.admin(&["prices", file]).await;
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(text.starts_with("loaded as version 2: 1 prices in USD"), "{text}");
    rig.call(ORDER, &month(READY, "once")).await.ok();
    assert_eq!(rig.balance("sandbox").await, "99930.00");
    let (_, text, _) = rig.admin(&["prices"]).await;
    assert!(text.contains("version 2, USD, in force; set-up 1200.00\n"), "{text}");
    assert!(text.contains("\n1000Base-LX  cn-hangzhou  70.00\n"), "{text}");
    std::fs::write(file, LIST.replace("70.00", "-70.00")).expect("a file");
    let (code, text, said) = rig.admin(&["prices", file]).await;
    assert_eq!((code, text.as_str()), (Some(1), ""));
    assert!(said.contains(file) && said.contains("is negative"), "{said}");
    let (code, _, said) = rig.admin(&["prices", "nowhere.toml"]).await;
    assert!(code == Some(1) && said.starts_with("crossconnect: nowhere.toml: "), "{said}");
    std::fs::remove_dir_all(folder).expect("the folder was the test's own");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_moved_by_a_command_that_tells_what_happened() {
    let parts = Parts { clock: Some(stopped_clock("2026-11-22T08:00:00Z")), ..Parts::default() };
    let rig = Rig::open(&fresh_folder(), &[], parts).await;
    let mut order = month(READY, "once").to_vec();
    order.extend([("AutoRenew", "true"), ("AutoRenewDuration", "1")]);
    rig.call(ORDER, &order).await.ok();
    let told = rig.admin(&["clock"]).await;
    assert_eq!(told.1, "the world's time is 2026-11-22T08:00:00Z\n");
    let (code, text, said) = rig.admin(&["clock", "--advance", "P1Y"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(text, "the world's time is 2027-11-22T08:00:00Z\n        12 renewal\n");
    let (code, text, said) = rig.admin(&["clock", "--set", "2027-01-01T00:00:00Z"]).await;
    assert_eq!((code, text.as_str()), (Some(1), ""));
    assert!(said.contains("back"), "{said}");
    let (code, ..) = rig.admin(&["clock", "--set", "2028-01-01T00:00:00Z", "--json"]).await;
    assert_eq!(code, Some(0));
    let (code, ..) = rig.admin(&["clock", "--set", "soon", "--advance", "P1D"]).await;
    assert_eq!(code, Some(2), "one of the two");
    rig.end().await;
}
