//! The table of contents: one line an operation, in reading order. A file that is not listed here
//! does not exist; a test below checks that none is forgotten.
//!
//! Long because its tests list what each command can be refused for.

// Operations' functions have the one signature that `Does` needs, whatever each needs of it.
#![allow(clippy::unnecessary_wraps)]

use crate::edition::Edition;
use crate::error::{ErrorRow, Invalid, error};
use crate::operation::Operation;
use crate::parameter::Spec;
use std::sync::LazyLock;

macro_rules! operations {
    ($($module:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// Every operation that is served.
        pub static OPERATIONS: &[&Operation] = &[$(&$module::OPERATION),+];
    };
}

operations! {
    describe_regions,
    describe_zones,
    list_geographic_sub_regions,
    list_business_regions,
    describe_access_points,
    list_business_access_points,
    open_physical_connection_service,
    get_physical_connection_service_status,
    create_physical_connection,
    describe_physical_connections,
    modify_physical_connection_attribute,
    list_physical_connection_features,
    tag_resources_for_express_connect,
    untag_resources_for_express_connect,
    list_tag_resources_for_express_connect,
    describe_tag_keys_for_express_connect,
    apply_physical_connection_loa,
    second_apply_physical_connection_loa,
    describe_physical_connection_loa,
    complete_physical_connection_loa,
    confirm_physical_connection,
    create_physical_connection_occupancy_order,
    create_physical_connection_setup_order,
    create_high_reliable_physical_connection,
    enable_physical_connection,
    cancel_physical_connection,
    terminate_physical_connection,
    delete_physical_connection,
    create_virtual_physical_connection,
    list_virtual_physical_connections,
    update_virtual_physical_connection,
    create_vpconn_from_vbr,
    attach_vbr_to_vpconn,
    recover_physical_connection,
    create_virtual_border_router,
    describe_virtual_border_routers,
    describe_virtual_border_routers_for_physical_connection,
    modify_virtual_border_router_attribute,
    update_virtual_border_bandwidth,
    terminate_virtual_border_router,
    recover_virtual_border_router,
    delete_virtual_border_router,
    associate_physical_connection_to_virtual_border_router,
    unassociate_physical_connection_from_virtual_border_router,
    create_vbr_ha,
    describe_vbr_ha,
    delete_vbr_ha,
    grant_instance_to_vbr,
    revoke_instance_from_vbr,
    change_resource_group,
    associate_mac_sec_key,
    disassociate_mac_sec_key,
    query_account_balance,
    query_account_transactions,
    query_account_transaction_details,
    query_bill,
    query_bill_overview,
    query_account_bill,
    describe_instance_bill,
    query_available_instances,
    query_orders,
    renew_instance,
    set_renewal,
    inquiry_price_refund_instance,
    refund_instance,
    describe_pricing_module,
    get_subscription_price,
    get_pay_as_you_go_price,
    get_order_detail,
    cancel_order,
    pay_order,
    get_caller_identity,
    describe_endpoints,
    ecs_describe_regions,
    get_api_price,
    list_supported_pricing_apis,
}

/// SOURCE: wire dossier 3.3.
pub(crate) static NO_ACTION: ErrorRow = error(
    404,
    "InvalidAction.NotFound",
    "Specified api is not found, please check your url and method.",
);

/// The path of every operation that is chosen by `Action`.
pub const BY_ACTION: &str = "/";

/// What chooses an operation.
#[derive(Clone, Copy, Debug)]
pub struct Route<'r> {
    /// The path that was called.
    pub path: &'r str,
    /// HTTP's method.
    pub method: &'r str,
    /// `Version`, or its header.
    pub version: Option<&'r str>,
    /// `Action`, or its header.
    pub action: Option<&'r str>,
    /// How the caller is understood.
    pub edition: Edition,
    /// Whether the signature is of a path (ROA 1.0). It has no nonce, so it never reaches what is
    /// chosen by `Action`.
    pub signs_path: bool,
}

/// The operation that a call selects: at `/` by version and action, elsewhere by path and method.
pub fn find(route: Route) -> Result<&'static Operation, Invalid> {
    find_in(OPERATIONS, route)
}

fn find_in(operations: &[&'static Operation], route: Route) -> Result<&'static Operation, Invalid> {
    let by_action = route.path == BY_ACTION;
    let its_path =
        |operation: &Operation| operation.path == route.path && !(by_action && route.signs_path);
    let its_version = |operation: &Operation| route.version == Some(operation.product.version);
    let said = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let its_name = |operation: &Operation| {
        let named = route.action == Some(operation.name) && its_version(operation);
        // A path is name enough; who names a version as well means that one.
        if by_action { named } else { !said(route.version) || its_version(operation) }
    };
    let is = |operation: &&&'static Operation| {
        operation.editions.contains(route.edition)
            && its_path(operation)
            && its_name(operation)
            && operation.methods.contains(&route.method)
    };
    operations.iter().find(is).copied().ok_or_else(|| {
        if !by_action || route.signs_path {
            NO_ACTION.invalid()
        } else if !said(route.action) {
            Invalid::missing("Action")
        } else if !said(route.version) {
            Invalid::missing("Version")
        } else if !operations.iter().any(|operation| its_version(operation)) {
            Invalid::invalid("Version")
        } else {
            NO_ACTION.invalid()
        }
    })
}

/// Whether what a call says under this name is a secret: of any operation, since a call may name
/// one that is not served, and whatever stands before it, after it or, but for dots, between its
/// letters, since a secret under a name that is spelt wrongly is a secret still. What holds secrets
/// is one as a whole: a client may send it as one text.
pub fn is_secret(name: &str) -> bool {
    /// The names in lower case, and with which letters, in either case, they begin.
    static SECRETS: LazyLock<(Vec<Vec<u8>>, [bool; 256])> = LazyLock::new(|| {
        let holds = |spec: &&Spec| spec.secret || spec.members.iter().any(|member| member.secret);
        let specs = OPERATIONS.iter().flat_map(|operation| operation.specs());
        let names = specs.filter(holds).map(|spec| spec.name.to_ascii_lowercase().into_bytes());
        let names: Vec<Vec<u8>> = names.collect();
        let is_first = |byte: u8| names.iter().any(|name| name[0] == byte.to_ascii_lowercase());
        let first = std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(is_first));
        (names, first)
    });
    let (names, first) = &*SECRETS;
    let begins = |part: &[u8], secret: &Vec<u8>| {
        part.get(..secret.len()).is_some_and(|part| part.eq_ignore_ascii_case(secret))
    };
    let is_one = |name: &[u8]| {
        name.iter().enumerate().any(|(place, byte)| {
            first[usize::from(*byte)] && names.iter().any(|it| begins(&name[place..], it))
        })
    };
    // Nearly every name has nothing between its letters but dots.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if plain {
        return is_one(name.as_bytes());
    }
    let letters: Vec<u8> = name.bytes().filter(u8::is_ascii_alphanumeric).collect();
    is_one(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Described, in_edition};
    use crate::edition::{E2019Intl, E2022, E2024_03, E2025_09, Edition, Editions, from};
    use crate::example::Before;
    use crate::operation::{Access, ECS, Page, VPC, operation};
    use domain::Refusal as R;
    use domain::circuit::{BusinessStatus, LoaStatus, Status};

    #[test]
    fn every_operation_and_parameter_says_what_it_is_for() {
        for operation in OPERATIONS {
            assert!(operation.summary.ends_with('.'), "{}", operation.name);
            assert!(!operation.examples.is_empty(), "{}", operation.name);
            for spec in operation.specs() {
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
        for row in order.error_table() {
            let bare = row.code == "InvalidPhysicalConnectionPricingCycle.Malformed";
            assert_eq!(row.about.is_empty(), bare, "{}", row.code);
        }
    }

    /// A call of an operation, as clients sign it by action.
    fn call(operation: &'static Operation) -> Route<'static> {
        Route {
            path: BY_ACTION,
            method: "POST",
            version: Some(operation.product.version),
            action: Some(operation.name),
            edition: Edition::DEFAULT,
            signs_path: false,
        }
    }

    static QUOTE: Operation = Operation {
        path: "/api/v1/price/quote",
        methods: &["POST"],
        ..operation(&VPC, "GetApiPrice", describe_regions::OPERATION.does)
    };

    #[test]
    fn a_path_of_its_own_is_name_enough_and_is_signed_either_way() {
        let known = [&describe_regions::OPERATION, &QUOTE];
        let find = |route| find_in(&known, route).map(|found| found.name).map_err(|e| e.code);
        let none = Err("InvalidAction.NotFound".into());
        let by_path = Route { path: QUOTE.path, version: None, action: None, ..call(&QUOTE) };
        for signs_path in [false, true] {
            let route = Route { signs_path, ..by_path };
            assert_eq!(find(route), Ok(QUOTE.name));
            assert_eq!(find(Route { version: call(&QUOTE).version, ..route }), Ok(QUOTE.name));
            assert_eq!(find(Route { version: Some("2010-01-01"), ..route }), none);
            assert_eq!(find(Route { method: "GET", ..route }), none);
            assert_eq!(find(Route { path: "/api/v1/price", ..route }), none);
        }
        assert_eq!(find(call(&QUOTE)), none, "it is not chosen by Action");
    }

    #[test]
    fn a_signature_of_a_path_never_reaches_what_is_chosen_by_action() {
        let route = call(&describe_regions::OPERATION);
        assert!(find(route).is_ok());
        let refused = find(Route { signs_path: true, ..route }).err().expect("it has no nonce");
        assert_eq!(refused.code, "InvalidAction.NotFound");
    }

    #[test]
    fn an_operation_that_an_edition_lacks_is_unknown_there() {
        let own = call(&pay_order::OPERATION);
        for edition in Edition::ALL {
            let found = find(Route { edition, ..own });
            assert_eq!(found.is_ok(), edition == Edition::DEFAULT, "{}", edition.name());
            let code = found.err().map(|refused| refused.code);
            assert!(code.is_none_or(|code| code == "InvalidAction.NotFound"));
        }
    }

    #[test]
    fn names_are_unique() {
        for (place, operation) in OPERATIONS.iter().enumerate() {
            let version = operation.product.version;
            for method in operation.methods {
                let route = Route { method, path: operation.path, ..call(operation) };
                let found = find(route).expect("it is listed");
                assert!(std::ptr::eq(*operation, found), "{} {version}", operation.name);
            }
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
        let mut before = 'A';
        for c in operation.name.chars() {
            // `LOA` is one word.
            if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
                file.push('_');
            }
            file.push(c.to_ascii_lowercase());
            before = c;
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
                R::OthersCircuit,
                R::RedundantCircuitState,
                R::CircuitOverdue,
                R::AccessPointDisabled,
                R::AccessPointFull,
                R::NoSuchPort,
                R::WaitingCircuitsMax,
                R::AccessPointCircuitsMax,
            ],
        ),
        (
            "ModifyPhysicalConnectionAttribute",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::NoSuchRedundantCircuit,
                R::OthersCircuit,
                R::RedundantCircuitState,
                R::CircuitHosted,
                R::HostedAttached,
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
        (
            "TerminatePhysicalConnection",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::RoutersAttached,
                R::RouterAssociated,
                R::HostedAttached,
                R::KeysAttached,
            ],
        ),
        (
            "DeletePhysicalConnection",
            &[
                R::NoSuchCircuit,
                R::CircuitElsewhere,
                R::CircuitDeleted,
                R::CircuitState,
                R::RoutersAttached,
                R::OthersRoutersAttached,
                R::RouterAssociated,
                R::NeedsPartner,
                R::NeedsTenant,
            ],
        ),
        ("CancelPhysicalConnection", &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState]),
        (
            "EnablePhysicalConnection",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::CircuitPaid,
                R::CircuitLocked,
                R::OrderOpen,
                R::LoaNotComplete,
                R::NeedsOrder,
                R::DeviceNeedsOrder,
                R::NoPrice,
                R::BalanceTooLow,
            ],
        ),
        (
            "ApplyPhysicalConnectionLOA",
            &[
                R::ServiceClosed,
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::LoaState,
                R::CircuitHosted,
            ],
        ),
        (
            "SecondApplyPhysicalConnectionLOA",
            &[
                R::ServiceClosed,
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::LoaState,
                R::CircuitHosted,
            ],
        ),
        (
            "CompletePhysicalConnectionLOA",
            &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState, R::LoaState],
        ),
        ("TagResourcesForExpressConnect", &[R::NoSuchResource, R::TooManyTags]),
        ("UntagResourcesForExpressConnect", &[R::NoSuchResource]),
        ("CancelOrder", &[R::NoSuchOrder, R::OrderNotUnpaid]),
        (
            "RenewInstance",
            &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState, R::NoPrice, R::TermTooLong],
        ),
        (
            "RefundInstance",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitState,
                R::CircuitRefunded,
                R::NothingLeft,
                R::AmountTooLarge,
                R::RoutersAttached,
                R::RouterAssociated,
            ],
        ),
        (
            "CreateVirtualBorderRouter",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::ServiceClosed,
                R::CircuitNotEnabled,
                R::AccessPointDisabled,
                R::RegionWithoutIpv6,
                R::DeviceWithoutIpv6,
                R::NoSuchOwner,
                R::LocalIpNotTheirs,
                R::PeerIpNotTheirs,
                R::MaskNotTheirs,
                R::NameNotTheirs,
                R::DescriptionNotTheirs,
                R::NoLocalIp,
                R::NoPeerIp,
                R::NoMask,
                R::NotOneSubnet,
                R::VlanTaken,
                R::VlanKept,
                R::PortTaken,
                R::PortShared,
                R::PortHosted,
                R::PortHostsOthers,
                R::CircuitHosted,
                R::HostedNotEnabled,
                R::HostedTaken,
                R::HostedDiffers,
                R::RouterTooFast,
                R::RoutersMax,
                R::OthersRoutersMax,
            ],
        ),
        (
            "ModifyVirtualBorderRouterAttribute",
            &[
                R::NoSuchRouter,
                R::RouterState,
                R::CircuitLocked,
                R::RegionWithoutIpv6,
                R::DeviceWithoutIpv6,
                R::ServiceClosed,
                R::CircuitCodeNotTheirs,
                R::LocalIpNotTheirs,
                R::PeerIpNotTheirs,
                R::MaskNotTheirs,
                R::VlanNotTheirs,
                R::NameNotTheirs,
                R::DescriptionNotTheirs,
                R::AddressesIncomplete,
                R::NotOneSubnet,
                R::VlanTaken,
                R::VlanKept,
                R::PortTaken,
                R::PortShared,
                R::PortHosted,
                R::PortHostsOthers,
                R::CircuitHosted,
                R::RouterTooFast,
                R::NotAssociated,
                R::LocalIpRepeated,
                R::PeerIpRepeated,
                R::LocalIpTaken,
                R::PeerIpTaken,
            ],
        ),
        (
            "UpdateVirtualBorderBandwidth",
            &[R::NoSuchRouter, R::RouterState, R::RouterTooFast, R::CircuitHosted],
        ),
        ("TerminateVirtualBorderRouter", &[R::NoSuchRouter, R::NotTheOwners, R::RouterState]),
        (
            "RecoverVirtualBorderRouter",
            &[R::NoSuchRouter, R::NotTheOwners, R::RouterState, R::ServiceClosed, R::VlanTaken],
        ),
        (
            "DeleteVirtualBorderRouter",
            &[R::NoSuchRouter, R::NotTheOwners, R::RouterState, R::CircuitsAssociated],
        ),
        (
            "AssociatePhysicalConnectionToVirtualBorderRouter",
            &[
                R::NoSuchRouter,
                R::RouterElsewhere,
                R::NotTheOwners,
                R::NoSuchCircuit,
                R::CircuitElsewhere,
                R::CircuitDeleted,
                R::RouterState,
                R::CircuitEnded,
                R::CircuitNotEnabled,
                R::ServiceClosed,
                R::OwnCircuit,
                R::AlreadyAssociated,
                R::LocalIpNotTheirs,
                R::PeerIpNotTheirs,
                R::MaskNotTheirs,
                R::NoLocalIp,
                R::NoPeerIp,
                R::NoMask,
                R::NotOneSubnet,
                R::VlanTaken,
                R::VlanKept,
                R::PortTaken,
                R::PortShared,
                R::PortHosted,
                R::PortHostsOthers,
                R::CircuitHosted,
                R::AssociationsMax,
                R::RoutersMax,
                R::OthersRoutersMax,
                R::LocalIpOfRouter,
                R::LocalIpTaken,
                R::PeerIpTaken,
                R::LocalIpv6Taken,
                R::PeerIpv6Taken,
            ],
        ),
        (
            "UnassociatePhysicalConnectionFromVirtualBorderRouter",
            &[R::NoSuchRouter, R::NotTheOwners, R::RouterState, R::OwnCircuit, R::NotAssociated],
        ),
        (
            "CreateVbrHa",
            &[
                R::NoSuchRouter,
                R::GroupOwnersDiffer,
                R::RouterState,
                R::GroupOfOneDevice,
                R::RouterInGroup,
                R::NoDetection,
                R::NoNetwork,
                R::DryRun,
            ],
        ),
        ("DeleteVbrHa", &[R::NoSuchGroup]),
        ("GrantInstanceToVbr", &[R::BadGrant, R::NoSuchVpc, R::VpcState, R::NoSuchGrantee]),
        ("RevokeInstanceFromVbr", &[R::BadGrant, R::NoSuchVpc, R::VpcState, R::NoSuchGrant]),
        ("ChangeResourceGroup", &[R::NoSuchResource]),
        (
            "CreateHighReliablePhysicalConnection",
            &[
                R::ServiceClosed,
                R::CircuitOverdue,
                R::AccessPointDisabled,
                R::RegionDisabled,
                R::AccessPointFull,
                R::SetFull,
                R::NoSuchPort,
                R::WaitingCircuitsMax,
                R::AccessPointCircuitsMax,
                R::DryRun,
                R::DryRunFailed,
                R::DryRunWithoutService,
                R::DryRunOverQuota,
                R::DryRunWithoutRoom,
                R::DryRunWithoutDevice,
            ],
        ),
        (
            "CreatePhysicalConnectionSetupOrder",
            &[
                R::NoSuchRedundantCircuit,
                R::OthersCircuit,
                R::RedundantCircuitState,
                R::CircuitOverdue,
                R::AccessPointDisabled,
                R::AccessPointFull,
                R::NoSuchPort,
                R::WaitingCircuitsMax,
                R::AccessPointCircuitsMax,
                R::NoPrice,
                R::BalanceTooLow,
            ],
        ),
        ("AssociateMacSecKey", &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState, R::KeysMax]),
        (
            "DisassociateMacSecKey",
            &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState, R::NoSuchKey],
        ),
        (
            "CreateVirtualPhysicalConnection",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitHosted,
                R::CircuitEnded,
                R::CircuitNotEnabled,
                R::OwnTenant,
                R::NoSuchTenant,
                R::VlanTaken,
                R::VlanKept,
                R::PortTaken,
                R::PortHosted,
                R::PortShared,
                R::PortHostsOthers,
                R::NoSuchSpeed,
                R::NoBandwidthLeft,
                R::HostedMax,
                R::BalanceTooLow,
                R::NoPrice,
                R::DryRun,
            ],
        ),
        (
            "UpdateVirtualPhysicalConnection",
            &[
                R::NeedsPartner,
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitEnded,
                R::CircuitLocked,
                R::VlanTaken,
                R::RouterState,
                R::NoSuchSpeed,
                R::NoBandwidthLeft,
                R::BalanceTooLow,
                R::NoPrice,
                R::DryRun,
            ],
        ),
        (
            "CreateVpconnFromVbr",
            &[
                R::NoSuchRouter,
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitHosted,
                R::RouterBound,
                R::RouterState,
                R::CircuitNotEnabled,
                R::RouterWholePort,
                R::NoSuchSpeed,
                R::RouterHosted,
                R::TenantServiceClosed,
                R::NoBandwidthLeft,
                R::HostedMax,
                R::BalanceTooLow,
                R::NoPrice,
                R::DryRun,
            ],
        ),
        (
            "AttachVbrToVpconn",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitNotEnabled,
                R::HostedTaken,
                R::NoSuchRouter,
                R::RouterBound,
                R::DryRun,
            ],
        ),
        (
            "RecoverPhysicalConnection",
            &[
                R::NoSuchCircuit,
                R::CircuitDeleted,
                R::CircuitDedicated,
                R::CircuitEnded,
                R::CircuitState,
                R::DryRun,
            ],
        ),
        ("PayOrder", &[R::NoSuchOrder, R::OrderNotUnpaid, R::BalanceTooLow]),
        ("SetRenewal", &[R::NoSuchCircuit, R::CircuitDeleted, R::CircuitState]),
    ];

    /// Refusals that a command comes to in these editions alone: the others do not ask for it.
    const ONLY_IN: &[(&str, &[R], Editions)] = &[
        ("EnablePhysicalConnection", &[R::DeviceNeedsOrder], from(E2024_03)),
        (
            "CreateVirtualBorderRouter",
            &[
                R::ServiceClosed,
                R::RouterTooFast,
                R::AccessPointDisabled,
                R::RegionWithoutIpv6,
                R::DeviceWithoutIpv6,
            ],
            from(E2024_03),
        ),
        (
            "ModifyVirtualBorderRouterAttribute",
            &[
                R::CircuitLocked,
                R::ServiceClosed,
                R::AddressesIncomplete,
                R::RouterTooFast,
                R::RegionWithoutIpv6,
                R::DeviceWithoutIpv6,
                R::LocalIpRepeated,
                R::PeerIpRepeated,
                R::LocalIpTaken,
                R::PeerIpTaken,
            ],
            from(E2024_03),
        ),
        ("UpdateVirtualBorderBandwidth", &[R::RouterTooFast], from(E2024_03)),
        ("CreatePhysicalConnection", &[R::ServiceClosed], from(E2022)),
        ("ConfirmPhysicalConnection", &[R::ServiceClosed], from(E2022)),
        ("ApplyPhysicalConnectionLOA", &[R::ServiceClosed], from(E2022)),
        ("SecondApplyPhysicalConnectionLOA", &[R::ServiceClosed], from(E2022)),
        ("CreateHighReliablePhysicalConnection", &[R::ServiceClosed], from(E2022)),
        ("RecoverVirtualBorderRouter", &[R::ServiceClosed], from(E2024_03)),
        (
            "AssociatePhysicalConnectionToVirtualBorderRouter",
            &[R::NoLocalIp, R::NoPeerIp, R::NoMask],
            from(E2019Intl),
        ),
        (
            "CreateHighReliablePhysicalConnection",
            &[
                R::DryRunFailed,
                R::DryRunWithoutService,
                R::DryRunOverQuota,
                R::DryRunWithoutRoom,
                R::DryRunWithoutDevice,
            ],
            from(E2025_09),
        ),
        (
            "AssociatePhysicalConnectionToVirtualBorderRouter",
            &[
                R::ServiceClosed,
                R::LocalIpOfRouter,
                R::LocalIpTaken,
                R::PeerIpTaken,
                R::LocalIpv6Taken,
                R::PeerIpv6Taken,
            ],
            from(E2024_03),
        ),
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
        let common = crate::error::COMMON_ERRORS.iter().flat_map(|row| row.refusals.iter());
        let common = common.flat_map(|(_, refusals)| refusals);
        let told: Vec<_> = of_calls.chain(common).chain(OPERATORS).collect();
        for refusal in R::ALL {
            assert!(told.contains(&refusal), "who tells {refusal:?}?");
        }
    }

    #[test]
    fn every_refusal_of_a_command_has_words_in_every_edition() {
        for operation in OPERATIONS {
            if operation.access() == Access::Read {
                continue;
            }
            let (_, refusals) = REFUSALS
                .iter()
                .find(|(name, _)| *name == operation.name)
                .expect("every operation that changes something is in the table");
            for edition in Edition::ALL {
                let told = |refusal: &R| {
                    operation.errors.iter().filter(|row| row.tells(*refusal, edition)).count()
                };
                let lacks = |refusal: &R| {
                    ONLY_IN.iter().any(|(name, its, editions)| {
                        let own = *name == operation.name && its.contains(refusal);
                        own && !editions.contains(edition)
                    })
                };
                for refusal in *refusals {
                    let (name, edition) = (operation.name, edition.name());
                    let wanted = usize::from(!lacks(refusal));
                    assert_eq!(told(refusal), wanted, "{name} {refusal:?} in {edition}");
                }
            }
        }
    }

    #[test]
    fn a_secret_is_one_whatever_its_name_is_spelt_like() {
        for name in [
            "Cak",
            "cak",
            "Cak ",
            "Cak.1",
            "Cak2",
            "PMInfo",
            "PMInfos",
            "PM_Info",
            "PMInfo.1.PMCertificateNo",
            "pm-certificate-no",
            "PMInfo[0][PMContactInfo]",
            "LineSPContactInfo1",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["PhysicalConnectionId", "ClientToken", "LineServiceProvider", "C", ""] {
            assert!(!is_secret(name), "{name}");
        }
    }

    /// What a message leaves a place for is said in it.
    #[test]
    fn a_place_in_a_message_is_filled_from_a_parameter_that_is_no_secret() {
        let mut filled = 0;
        for operation in OPERATIONS {
            for row in operation.errors.iter().filter(|row| row.unreached.is_none()) {
                let of = |edition| row.messages.get(edition).unwrap_or_default();
                let all = |edition| row.refusals.get(edition).unwrap_or_default();
                let tells = Edition::ALL.into_iter().any(|edition| {
                    let own = |refusal: &R| of(edition).iter().all(|(its, _)| its != refusal);
                    all(edition).iter().any(own)
                });
                let known = operation.specs().any(|spec| spec.name == row.naming && !spec.secret);
                assert_eq!(row.naming.is_empty(), !known, "{} {}", operation.name, row.code);
                let has_place = row.message.contains("%s");
                assert_eq!(has_place && tells, known, "{} {}", operation.name, row.code);
                filled += usize::from(known);
            }
            for spec in operation.specs().filter(|spec| spec.secret) {
                let echoes = spec.invalid.is_some_and(|row| row.message.contains("%s"));
                assert!(!echoes, "{} {}", operation.name, spec.name);
            }
        }
        assert!(filled > 5, "{filled}");
    }

    #[test]
    fn whatever_is_called_a_token_makes_two_calls_one_unless_it_has_no_effect() {
        let mut tokens = 0;
        for operation in OPERATIONS {
            let named = |spec: &&&Spec| ["ClientToken", "Token"].contains(&spec.name);
            for token in operation.parameters.iter().filter(named) {
                let counts = token.without_effect.is_none();
                assert_eq!(token.is_token, counts, "{} {}", operation.name, token.name);
                assert!(!counts || operation.access() != Access::Read, "{}", operation.name);
                tokens += usize::from(counts);
            }
        }
        assert!(tokens > 25, "{tokens}");
    }

    #[test]
    fn a_code_stands_once_in_a_table() {
        for operation in OPERATIONS {
            for (place, row) in operation.errors.iter().enumerate() {
                let again = operation.errors[..place].iter().any(|earlier| earlier.is(row));
                assert!(!again, "{} {} {}", operation.name, row.status, row.code);
            }
        }
    }

    fn assert_told_once(name: &str, rows: &[Described]) {
        let mut names: Vec<_> = rows.iter().map(|row| row.facts.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{name}: {names:?}");
        for row in rows {
            assert_told_once(name, row.shape.rows().unwrap_or_default());
        }
    }

    #[test]
    fn a_member_stands_once_in_an_answer() {
        for operation in OPERATIONS {
            for edition in Edition::ALL {
                let rows = in_edition(operation.does.rows(), edition);
                assert_told_once(operation.name, &rows);
            }
        }
    }

    #[test]
    fn no_row_that_is_unreached_tells_a_refusal() {
        for row in OPERATIONS.iter().flat_map(|operation| operation.error_table()) {
            assert!(
                row.unreached.is_none() || row.refusals.iter().next().is_none(),
                "{}",
                row.code
            );
        }
    }

    #[test]
    fn every_default_is_a_value_in_each_edition() {
        for operation in OPERATIONS {
            for spec in operation.specs() {
                for edition in Edition::ALL {
                    let Some(text) = spec.default_in(edition) else { continue };
                    assert!(spec.allows(text, edition), "{}.{}", operation.name, spec.name);
                    assert!((spec.reads)(text), "{}.{}", operation.name, spec.name);
                }
            }
        }
    }

    #[test]
    fn examples_speak_of_what_there_is() {
        for example in OPERATIONS.iter().flat_map(|operation| operation.examples) {
            for before in example.before.unwrap_or_default() {
                let known = match before {
                    Before::Circuit(id, status, loa, business) => {
                        domain::CircuitId::new(id).is_some()
                            && Status::find(status).is_some()
                            && (loa.is_empty() || LoaStatus::find(loa).is_some())
                            && BusinessStatus::find(business).is_some()
                    }
                    Before::Call(name, _) | Before::CallIn(_, name, _) => {
                        OPERATIONS.iter().any(|other| other.name == *name)
                    }
                    Before::NoPrices | Before::NewAccount | Before::Later(_) | Before::As(_) => {
                        true
                    }
                };
                assert!(known, "{}", example.title);
            }
        }
    }
}
