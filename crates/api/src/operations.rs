//! The table of contents: one line an operation, in reading order. A file that is not listed here
//! does not exist; a test below checks that none is forgotten.

// Operations' functions have the one signature that `Operation` holds, whatever each needs of it.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

use crate::operation::{Invalid, Operation};

macro_rules! operations {
    ($($module:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// Every operation that is served.
        pub static OPERATIONS: &[&Operation] = &[$(&$module::OPERATION),+];
    };
}

operations! {
    describe_regions,
    describe_access_points,
    open_physical_connection_service,
    get_physical_connection_service_status,
    create_physical_connection,
    describe_physical_connections,
    modify_physical_connection_attribute,
    confirm_physical_connection,
    create_physical_connection_occupancy_order,
    terminate_physical_connection,
    delete_physical_connection,
    query_account_balance,
    query_orders,
    get_order_detail,
    cancel_order,
    get_caller_identity,
    describe_endpoints,
    ecs_describe_regions,
}

/// The operation that a call's (Version, Action) pair selects.
pub fn find(version: Option<&str>, action: Option<&str>) -> Result<&'static Operation, Invalid> {
    let action = action.filter(|text| !text.is_empty());
    let action = action.ok_or_else(|| Invalid::missing("Action"))?;
    let version = version.filter(|text| !text.is_empty());
    let version = version.ok_or_else(|| Invalid::missing("Version"))?;
    let mut known = false;
    for operation in OPERATIONS {
        if operation.product.version == version {
            known = true;
            if operation.name == action {
                return Ok(operation);
            }
        }
    }
    if known {
        // SOURCE: wire dossier 3.3.
        return Err(Invalid::new(
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        ));
    }
    Err(Invalid::invalid("Version"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;
    use crate::operation::{Before, ECS, ErrorRow, Page, Shows};
    use domain::Refusal as R;
    use domain::circuit::{BusinessStatus, LoaStatus, Status};

    #[test]
    fn every_operation_and_parameter_says_what_it_is_for() {
        for operation in OPERATIONS {
            assert!(operation.summary.ends_with('.'), "{}", operation.name);
            assert!(!operation.examples.is_empty(), "{}", operation.name);
            for spec in operation.parameters {
                for edition in Edition::ALL {
                    let doc = spec.doc_in(edition);
                    assert!(doc.ends_with('.'), "{}.{}", operation.name, spec.name);
                }
                assert!(!spec.example.is_empty(), "{}.{}", operation.name, spec.name);
            }
        }
    }

    #[test]
    fn every_edition_has_one_page_that_lists_its_parameters() {
        for operation in OPERATIONS.iter().filter(|operation| !operation.pages.is_empty()) {
            for edition in Edition::ALL {
                let name = (operation.name, edition.name());
                let its = |page: &&Page| page.editions.contains(edition);
                let pages: Vec<_> = operation.pages.iter().filter(its).collect();
                let [page] = pages[..] else { panic!("{name:?}: {} pages", pages.len()) };
                assert!(page.title.ends_with('.'), "{name:?}");
                let mut listed = page.order.to_vec();
                let specs = operation.parameters.iter();
                let mut declared: Vec<_> = specs
                    .filter(|spec| spec.editions.contains(edition))
                    .map(|spec| spec.name)
                    .collect();
                listed.sort_unstable();
                declared.sort_unstable();
                assert_eq!(listed, declared, "{name:?}");
            }
        }
        let order = &create_physical_connection_occupancy_order::OPERATION;
        assert!(!order.pages.is_empty());
    }

    /// SOURCE: seeds 000, 001, which describe every code but this one.
    #[test]
    fn the_orders_errors_are_described_where_the_documents_describe_them() {
        let order = &create_physical_connection_occupancy_order::OPERATION;
        for row in order.errors {
            let bare = row.code == "InvalidPhysicalConnectionPricingCycle.Malformed";
            assert_eq!(row.about.is_empty(), bare, "{}", row.code);
        }
    }

    #[test]
    fn names_are_unique() {
        for (place, operation) in OPERATIONS.iter().enumerate() {
            let version = operation.product.version;
            let found = find(Some(version), Some(operation.name)).expect("it is listed");
            assert!(std::ptr::eq(*operation, found), "{} {version}", operation.name);
            let name = |operation: &Operation| (operation.product.version, operation.name);
            assert!(!OPERATIONS[..place].iter().any(|other| name(other) == name(operation)));
            for (place, spec) in operation.parameters.iter().enumerate() {
                let same =
                    |other: &&crate::parameter::Spec| other.name.eq_ignore_ascii_case(spec.name);
                assert!(!operation.parameters[..place].iter().any(same), "{}", spec.name);
            }
        }
    }

    /// `CreatePhysicalConnection` is in `create_physical_connection.rs`; the one operation of
    /// Elastic Compute has a name that VPC has too.
    fn file_of(operation: &Operation) -> String {
        let mut file = String::new();
        for c in operation.name.chars() {
            if c.is_ascii_uppercase() && !file.is_empty() {
                file.push('_');
            }
            file.push(c.to_ascii_lowercase());
        }
        let prefix = if std::ptr::eq(operation.product, &raw const ECS) { "ecs_" } else { "" };
        format!("{prefix}{file}.rs")
    }

    #[test]
    fn every_file_is_listed_under_its_operations_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/operations");
        let entries = std::fs::read_dir(folder).expect("the folder of this crate");
        let name = |entry: std::fs::DirEntry| entry.file_name().into_string().expect("UTF-8");
        let mut files: Vec<_> =
            entries.map(|entry| name(entry.expect("an entry that can be read"))).collect();
        let mut listed: Vec<_> = OPERATIONS.iter().map(|operation| file_of(operation)).collect();
        files.sort();
        listed.sort();
        assert_eq!(files, listed);
    }

    /// What each command can be refused for, beside what any call can.
    const REFUSALS: &[(&str, &[R])] = &[
        ("OpenPhysicalConnectionService", &[R::ServiceOpen]),
        (
            "CreatePhysicalConnection",
            &[
                R::ServiceClosed,
                R::NoSuchRedundantCircuit,
                R::RedundantCircuitState,
                R::WaitingCircuitsMax,
            ],
        ),
        (
            "ModifyPhysicalConnectionAttribute",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::NoSuchRedundantCircuit,
                R::RedundantCircuitState,
            ],
        ),
        (
            "ConfirmPhysicalConnection",
            &[R::ServiceClosed, R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState],
        ),
        (
            "CreatePhysicalConnectionOccupancyOrder",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::CircuitPaid,
                R::CircuitLocked,
                R::OrderOpen,
                R::LoaNotComplete,
                R::NoPrice,
            ],
        ),
        ("TerminatePhysicalConnection", &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState]),
        ("DeletePhysicalConnection", &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState]),
        ("CancelOrder", &[R::NoSuchOrder, R::OrderNotUnpaid]),
    ];

    /// What only the operator's own commands can be refused for: the control API tells it.
    const OPERATORS: &[R] = &[
        R::AccountExists,
        R::AmountTooFine,
        R::AmountTooLarge,
        R::BalanceTooLow,
        R::NoSuchUser,
        R::CircuitExists,
        R::ClockBack,
    ];

    #[test]
    fn every_refusal_is_told_by_an_operation_or_is_the_operators() {
        let of_calls = REFUSALS.iter().flat_map(|(_, refusals)| *refusals);
        let common = crate::operation::COMMON_ERRORS.iter().flat_map(|row| row.refusals);
        let told: Vec<_> = of_calls.chain(common).chain(OPERATORS).collect();
        for refusal in R::ALL {
            assert!(told.contains(&refusal), "who tells {refusal:?}?");
        }
    }

    #[test]
    fn every_refusal_of_a_command_has_words_in_every_edition() {
        for operation in OPERATIONS {
            if operation.access == crate::operation::Access::Read {
                continue;
            }
            let (_, refusals) = REFUSALS
                .iter()
                .find(|(name, _)| *name == operation.name)
                .expect("every operation that changes something is in the table");
            for edition in Edition::ALL {
                let told = |refusal: &R| {
                    let row = |row: &&ErrorRow| {
                        row.told_in.contains(edition) && row.refusals.contains(refusal)
                    };
                    operation.errors.iter().filter(row).count()
                };
                for refusal in *refusals {
                    let (name, edition) = (operation.name, edition.name());
                    assert_eq!(told(refusal), 1, "{name} {refusal:?} in {edition}");
                }
            }
        }
    }

    #[test]
    fn every_documented_error_can_be_met_or_says_why_not() {
        for operation in OPERATIONS {
            for row in operation.errors {
                let parameter = |spec: &&crate::parameter::Spec| {
                    spec.invalid.is_some_and(|(code, text)| code == row.code && text == row.message)
                };
                let shown = operation.examples.iter().any(|example| {
                    matches!(example.shows, Shows::Error(status, code)
                        if status == row.status && code == row.code)
                });
                let met =
                    !row.refusals.is_empty() || operation.parameters.iter().any(parameter) || shown;
                let (name, code) = (operation.name, row.code);
                assert_ne!(
                    met && row.unreached.is_none(),
                    row.unreached.is_some(),
                    "{name} {code}"
                );
                assert!(row.refusals.is_empty() || row.unreached.is_none(), "{name} {code}");
            }
        }
    }

    #[test]
    fn every_default_is_a_value_in_its_editions() {
        for operation in OPERATIONS {
            for spec in operation.parameters {
                for edition in spec.editions.iter() {
                    let Some(text) = spec.default_in(edition) else { continue };
                    let mut allowed = spec.allowed.iter().flatten();
                    let allowed = allowed.find(|(editions, _)| editions.contains(edition));
                    assert!(allowed.is_none_or(|(_, texts)| texts.contains(&text)));
                    assert!((spec.reads)(text), "{}.{}", operation.name, spec.name);
                }
            }
        }
    }

    #[test]
    fn examples_speak_of_what_there_is() {
        for example in OPERATIONS.iter().flat_map(|operation| operation.examples) {
            for before in example.before {
                let known = match before {
                    Before::Circuit(id, status, loa, business) => {
                        domain::CircuitId::new(id).is_some()
                            && Status::find(status).is_some()
                            && (loa.is_empty() || LoaStatus::find(loa).is_some())
                            && BusinessStatus::find(business).is_some()
                    }
                    Before::Call(name, _) => OPERATIONS.iter().any(|other| other.name == *name),
                    Before::NoPrices | Before::NewAccount => true,
                };
                assert!(known, "{}", example.title);
            }
        }
    }
}
