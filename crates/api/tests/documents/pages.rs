//! Since when each operation has been documented, and that each is served in those editions: where
//! one is served in others too, it says why.

use api::edition::{ALL, E2020, E2022, E2023, E2024_03, E2025_09, Editions, between, from};
use api::{Edition, OPERATIONS};

/// The operations that came, or went, after the first edition, and the editions that have their
/// page. SOURCE: EDITIONS, the rows named; an operation without one was always there.
const DOCUMENTED: &[(&str, &str, Editions)] = &[
    ("T026", "CreateHighReliablePhysicalConnection", from(E2024_03)),
    ("T041", "SecondApplyPhysicalConnectionLOA", from(E2024_03)),
    ("T051", "ConfirmPhysicalConnection", from(E2020)),
    ("T066", "RecoverPhysicalConnection", from(E2022)),
    ("T095", "ListPhysicalConnectionFeatures", between(E2020, E2022).or(from(E2025_09))),
    ("T107", "CreateVirtualPhysicalConnection", from(E2022)),
    ("T108", "UpdateVirtualPhysicalConnection", from(E2022)),
    ("T109", "ListVirtualPhysicalConnections", from(E2022)),
    ("T110", "CreateVpconnFromVbr", from(E2022)),
    ("T111", "AttachVbrToVpconn", from(E2022)),
    ("T118", "GetPhysicalConnectionServiceStatus", from(E2022)),
    ("T119", "OpenPhysicalConnectionService", from(E2022)),
    ("T124", "ListBusinessAccessPoints", from(E2023)),
    ("T126", "ListBusinessRegions", from(E2025_09)),
    ("T127", "ListGeographicSubRegions", from(E2023)),
    ("T131", "TagResourcesForExpressConnect", from(E2023)),
    ("T132", "UntagResourcesForExpressConnect", from(E2023)),
    ("T133", "ListTagResourcesForExpressConnect", from(E2023)),
    ("T134", "DescribeTagKeysForExpressConnect", from(E2023)),
    ("T162", "UpdateVirtualBorderBandwidth", from(E2020)),
    ("T163", "CreateVbrHa", from(E2022)),
    ("T164", "DeleteVbrHa", from(E2022)),
    ("T165", "DescribeVbrHa", from(E2022)),
    ("T166", "GrantInstanceToVbr", from(E2023)),
    ("T167", "RevokeInstanceFromVbr", from(E2023)),
    ("T066", "RecoverPhysicalConnection", from(E2022)),
    ("T107", "CreateVirtualPhysicalConnection", from(E2022)),
    ("T108", "UpdateVirtualPhysicalConnection", from(E2022)),
    ("T109", "ListVirtualPhysicalConnections", from(E2022)),
    ("T110", "CreateVpconnFromVbr", from(E2022)),
    ("T111", "AttachVbrToVpconn", from(E2022)),
    ("T168", "AssociateMacSecKey", from(E2025_09)),
    ("T169", "DisassociateMacSecKey", from(E2025_09)),
    ("T183", "RefundInstance", from(E2022)),
    ("T184", "InquiryPriceRefundInstance", from(E2022)),
    ("none", "ChangeResourceGroup", Editions::NONE),
    ("T188", "DescribeInstanceBill", from(E2022)),
    ("T190", "PayOrder", from(E2025_09)),
];

#[test]
fn an_edition_has_the_operations_that_it_documents_and_no_other_without_a_reason() {
    for operation in OPERATIONS {
        let row = DOCUMENTED.iter().find(|(_, name, _)| *name == operation.name);
        let documented = row.map_or(ALL, |(.., editions)| *editions);
        let besides = operation.without_page.map_or(Editions::NONE, |(editions, _)| editions);
        for edition in Edition::ALL {
            let has = operation.editions.contains(edition);
            let wanted = documented.contains(edition) || besides.contains(edition);
            assert_eq!(has, wanted, "{} in {}", operation.name, edition.name());
            let twice = documented.contains(edition) && besides.contains(edition);
            assert!(!twice, "{} has a page in {}", operation.name, edition.name());
        }
    }
}

/// A section of `docs/generated/fidelity.md`.
pub fn served_without() -> String {
    let row = |operation: &&'static api::Operation| {
        let (editions, why) = operation.without_page?;
        Some(format!("| {} | {editions} | {why} |\n", operation.name))
    };
    let rows: String = OPERATIONS.iter().filter_map(row).collect();
    format!(
        "## Served where no page has it\n\n| operation | editions | why |\n|---|---|---|\n{rows}\n"
    )
}
