//! What is served is held against the vendor's own metadata of mid-2024.

use api::derived::fidelity::{differences_from, idle, why};
use serde_json::Value;

fn portal(name: &str) -> Value {
    let path = format!("{}/../../fixtures/reference/portal/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the fixture is there");
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn every_difference_from_the_vendors_metadata_is_listed_with_its_source() {
    let all = differences_from(&[portal("vpc_2024-06.json"), portal("bss_2024-06.json")]);
    let unlisted: Vec<String> = all
        .iter()
        .filter(|(operation, difference)| why(operation, difference).is_none())
        .map(|(operation, difference)| format!("{operation}: {difference:?}"))
        .collect();
    assert!(unlisted.is_empty(), "{}", unlisted.join("\n"));
    assert_eq!(idle(&all), [""; 0], "no difference needs these reasons any more");
    assert!(all.len() > 50, "the two sides were compared");
}
