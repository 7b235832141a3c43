//! DescribePhysicalConnections: list circuits of a region.

use crate::check::{Filter, Input};
use crate::edition::{ALL, E2023, from};
use crate::operation::{
    Ask, Before, Example, Invalid, Operation, Told, VPC, answered, error, read, refused, text,
};
use crate::parameter::{PAGE_NUMBER, PAGE_SIZE, Param, REGION_ID, Text, filters, optional};
use domain::circuit::{Circuit, Status};
use domain::query::{CircuitFilter, Page};
use domain::{CircuitId, Found, Query, Timestamp};
use wire::Node;

static FILTER: Param<Text> = filters("Filter")
    .doc("Conditions, all of which must hold; within one, any of its values. At most five of each.")
    .example("Name");

/// The keys of conditions. SOURCE: dossier, annex A.
const KEYS: &[&str] = &[
    "PhysicalConnectionId",
    "AccessPointId",
    "Type",
    "LineOperator",
    "Spec",
    "Status",
    "Name",
    "ProductType",
];

/// How many conditions, and values in one, there may be. SOURCE: dossier 7.
const FILTERS_MAX: usize = 5;

/// On the wire `Tags.N.Key` and `Tags.N.Value`.
/// ASSUMED: no circuit has tags yet, so a condition on one matches nothing.
static TAGS: Param<Text> =
    filters("Tags").doc("The tags of the Express Connect circuit.").example("FinanceDept");

/// SOURCE: dossier, annex A (since 2022-12; refused in the finance regions).
static RESOURCE_GROUP_ID: Param<Text> = optional("ResourceGroupId")
    .doc("The ID of the resource group.")
    .example("rg-aek2yvwibxr****")
    .only_in(from(E2023))
    .rule_in(ALL, |input, _| !input.region().id().contains("finance"))
    .or_else(
        "OperationUnsupported.ResourceGroupId",
        "ResourceGroupId in financial region is unsupported.",
    );

/// ASSUMED: it has no effect; nothing here is ordered ahead of its time.
static INCLUDE_RESERVATION_DATA: Param<bool> = optional("IncludeReservationData")
    .doc("Specifies whether to return the data of orders that have not taken effect.")
    .example("false")
    .default_in(ALL, "false");

/// Listing needs no token; this one is not the shared one, so nothing is checked or kept.
static CLIENT_TOKEN: Param<Text> = optional("ClientToken")
    .doc("The client token; it has no effect on a call that changes nothing.")
    .example("02fb3da4-130e-11e9-8e44-001");

/// DescribePhysicalConnections.
pub static OPERATION: Operation = read(&VPC, "DescribePhysicalConnections")
    .summary("Queries Express Connect circuits in a region.")
    .parameters(&[
        &REGION_ID.spec,
        &FILTER.spec,
        &TAGS.spec,
        &RESOURCE_GROUP_ID.spec,
        &INCLUDE_RESERVATION_DATA.spec,
        &PAGE_NUMBER.spec,
        &PAGE_SIZE.spec,
        &CLIENT_TOKEN.spec,
    ])
    .resource_in(ALL, "acs:vpc:{region}:{account}:physicalconnection/*")
    .errors(&[
        error(
            400,
            "OperationUnsupported.ResourceGroupId",
            "ResourceGroupId in financial region is unsupported.",
        )
        .in_editions(from(E2023)), // ASSUMED: no earlier edition has the parameter.
        // The X is the number of the condition.
        error(
            404,
            "InvalidFilterKey.ValueNotSupported",
            "Specified filter key is not supported: Filter.X.key",
        ),
    ])
    .asks(asks)
    .tells(tells)
    .examples(EXAMPLES);

fn asks(input: &Input) -> Result<Ask, Invalid> {
    let mut filter = CircuitFilter::default();
    if let Some(Text(group)) = input.find(&RESOURCE_GROUP_ID) {
        filter.resource_groups.push(group);
    }
    filter.nothing = !input.filters(&TAGS).is_empty();
    let conditions = input.filters(&FILTER);
    if let Some(unknown) = conditions.iter().find(|condition| !KEYS.contains(&condition.key)) {
        return Err(Invalid {
            message: format!(
                "Specified filter key is not supported: Filter.{}.key",
                unknown.number
            )
            .into(),
            ..Invalid::new(404, "InvalidFilterKey.ValueNotSupported", "")
        });
    }
    // ASSUMED: the code, and that a condition without values is refused.
    let fits = |condition: &Filter| (1..=FILTERS_MAX).contains(&condition.values.len());
    if conditions.len() > FILTERS_MAX || !conditions.iter().all(fits) {
        return Err(Invalid::invalid("Filter"));
    }
    for condition in &conditions {
        narrow(&mut filter, condition);
    }
    let page = Page { number: input.get(&PAGE_NUMBER), size: input.get(&PAGE_SIZE) };
    Ok(Ask::Look(Query::Circuits(input.caller.account, input.region(), filter, page)))
}

/// Adds a condition. A second one on the same key leaves the values that both have.
fn narrow(filter: &mut CircuitFilter, condition: &Filter) {
    let values = &condition.values;
    let list = match condition.key {
        "PhysicalConnectionId" => {
            let given: Vec<_> = values.iter().map(|id| CircuitId::new(id)).collect();
            filter.ids = Some(match filter.ids.take() {
                None => given,
                Some(mut ids) => {
                    ids.retain(|id| given.contains(id));
                    ids
                }
            });
            return;
        }
        "Type" => {
            filter.nothing |= !values.contains(&"VPC");
            return;
        }
        "ProductType" => {
            filter.nothing |= !values.contains(&"PhysicalConnection");
            return;
        }
        "AccessPointId" => &mut filter.access_points,
        "LineOperator" => &mut filter.line_operators,
        "Spec" => &mut filter.specs,
        "Status" => &mut filter.statuses,
        _ => &mut filter.names,
    };
    // SOURCE: dossier, annex A: the filter's word for the smallest class of ports.
    let smallest = |value: &str| condition.key == "Spec" && value == "1G and below";
    let word = |value: &&str| if smallest(value) { "1G" } else { *value }.into();
    let given: Vec<Box<str>> = values.iter().map(word).collect();
    if list.is_empty() {
        *list = given;
    } else {
        list.retain(|value| given.contains(value));
        filter.nothing |= list.is_empty();
    }
}

fn tells(input: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Found(Found::Circuits(circuits, total)) = told else {
        unreachable!("asking for circuits finds circuits")
    };
    let circuits = circuits.into_iter().map(circuit).collect();
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("PageNumber", Node::Number(input.get(&PAGE_NUMBER).into())),
        ("PageSize", Node::Number(input.get(&PAGE_SIZE).into())),
        ("TotalCount", Node::Number(i64::try_from(total).expect("circuits fit in memory"))),
        // SOURCE: wire dossier 4.2: Terraform wants the list even when it is empty.
        (
            "PhysicalConnectionSet",
            Node::Object(vec![("PhysicalConnectionType", Node::List(circuits))]),
        ),
    ]))
}

/// Texts that mean nothing yet: there are no hosted circuits, no reservations, no quality of
/// service. Empty rather than absent, since Terraform reads them.
const EMPTY: &[&str] = &[
    "AdDetailLocation",
    "DeviceFeaturesSelected",
    "ExpectSpec",
    "OrderMode",
    "ParentPhysicalConnectionId",
    "QosId",
    "ReservationActiveTime",
    "ReservationInternetChargeType",
    "ReservationOrderType",
    "VlanId",
    "VpconnStatus",
];

/// Whether the circuit has a port. ASSUMED: from allocation to the end.
const fn has_port(status: Status) -> bool {
    matches!(status, Status::Allocated | Status::Confirmed | Status::Enabled | Status::Terminating)
}

fn circuit(circuit: Circuit) -> Node {
    let Circuit { id, created_at, particulars, state, .. } = circuit;
    let point = particulars.access_point.facts();
    let words = particulars.words.map(|words| *words).unwrap_or_default();
    // SOURCE: Terraform's tests: no charge type before payment. The order itself is not at hand:
    // ASSUMED: one that is paid and has not enabled the circuit yet is a subscription.
    let ordered = state.paid_order.is_some() && state.enabled_at.is_none();
    let prepaid = state.ends_at.is_some() || ordered;
    let time = |at: Option<Timestamp>| text(at.map_or_else(String::new, |at| at.to_string()));
    let mut fields = vec![
        ("PhysicalConnectionId", text(id.as_str().to_owned())),
        ("Status", text(state.status.text())),
        ("BusinessStatus", text(state.business.text())),
        ("LoaStatus", text(state.loa.map_or("", |loa| loa.text()))),
        ("ChargeType", text(if prepaid { "Prepaid" } else { "" })),
        ("CreationTime", text(created_at.to_string())),
        ("EnabledTime", time(state.enabled_at)),
        ("EndTime", time(state.ends_at)),
        ("AccessPointId", text(point.id)),
        ("AccessPointType", text("VPC")),
        ("AdLocation", text(point.name_en)), // ASSUMED: addresses of the buildings are not known.
        ("PortNumber", text(if has_port(state.status) { "1/1/1" } else { "" })), // ASSUMED
        ("PortType", text(particulars.port_type.text())),
        ("Spec", text(particulars.port_type.spec())),
        ("Bandwidth", Node::Number(particulars.bandwidth_mbps.into())),
        ("LineOperator", text(particulars.line_operator.text())),
        ("Name", text(String::from(words.name))),
        ("Description", text(String::from(words.description))),
        ("PeerLocation", text(String::from(words.peer_location))),
        ("CircuitCode", text(String::from(words.circuit_code))),
        ("OpticalModuleModel", text(String::from(words.optical_module))),
        ("ResourceGroupId", text(String::from(words.resource_group))),
        ("RedundantPhysicalConnectionId", {
            text(words.redundant.map_or_else(String::new, |id| id.as_str().to_owned()))
        }),
        ("ProductType", text("PhysicalConnection")),
        ("Type", text("VPC")),
        ("HasReservationData", text("false")), // SOURCE: dossier 8, point 8.
        ("VirtualPhysicalConnectionCount", Node::Number(0)),
        ("DownDelayTime", Node::Number(0)),
        ("MacsecKeys", Node::Object(vec![("MacsecKey", Node::List(Vec::new()))])),
        ("Tags", Node::Object(vec![("tags", Node::List(Vec::new()))])), // SOURCE: dossier 8, 7.
    ];
    fields.extend(EMPTY.iter().map(|name| (*name, text(""))));
    Node::Object(fields)
}

const CIRCUIT: &str = "pc-example";
const CONFIRMED: Before = Before::Circuit(CIRCUIT, "Confirmed", "", "Normal");

/// A call for the circuits of Hangzhou that meet the conditions given.
macro_rules! call {
    ($($name:literal: $value:expr),* $(,)?) => {
        &[("RegionId", "cn-hangzhou"), $(($name, $value)),*]
    };
}

static EXAMPLES: &[Example] = &[
    answered(
        "One circuit, by its id",
        ALL,
        &[CONFIRMED],
        call!("Filter.1.Key": "PhysicalConnectionId", "Filter.1.Value.1": CIRCUIT),
        &[
            ("RequestId", "*"),
            ("PageNumber", "1"),
            ("PageSize", "10"),
            ("TotalCount", "1"),
            ("PhysicalConnectionSet.PhysicalConnectionType.0.PhysicalConnectionId", CIRCUIT),
            ("PhysicalConnectionSet.PhysicalConnectionType.0.Status", "Confirmed"),
            ("PhysicalConnectionSet.PhysicalConnectionType.0.ChargeType", ""),
            ("PhysicalConnectionSet.PhysicalConnectionType.0.Bandwidth", "1000"),
            ("PhysicalConnectionSet.PhysicalConnectionType.0.Spec", "1G"),
        ],
    ),
    answered(
        "Two conditions, both met",
        ALL,
        &[CONFIRMED],
        call!(
            "Filter.1.Key": "PhysicalConnectionId",
            "Filter.1.Value.1": CIRCUIT,
            "Filter.2.Key": "Status",
            "Filter.2.Value.1": "Enabled",
            "Filter.2.Value.2": "Confirmed",
        ),
        &[("TotalCount", "1")],
    ),
    answered(
        "Two conditions, one not met",
        ALL,
        &[CONFIRMED],
        call!(
            "Filter.1.Key": "PhysicalConnectionId",
            "Filter.1.Value.1": CIRCUIT,
            "Filter.2.Key": "Spec",
            "Filter.2.Value.1": "10G",
        ),
        &[("TotalCount", "0")],
    ),
    answered(
        "A second condition on the same key",
        ALL,
        &[CONFIRMED],
        call!(
            "Filter.1.Key": "PhysicalConnectionId",
            "Filter.1.Value.1": CIRCUIT,
            "Filter.2.Key": "PhysicalConnectionId",
            "Filter.2.Value.1": "pc-other",
        ),
        &[("TotalCount", "0")],
    ),
    answered(
        "The smallest ports",
        ALL,
        &[CONFIRMED],
        call!(
            "Filter.1.Key": "Spec",
            "Filter.1.Value.1": "1G and below",
            "Filter.2.Key": "PhysicalConnectionId",
            "Filter.2.Value.1": CIRCUIT,
        ),
        &[("TotalCount", "1")],
    ),
    answered(
        "Hosted circuits, which there are none of",
        ALL,
        &[CONFIRMED],
        call!("Filter.1.Key": "ProductType", "Filter.1.Value.1": "VirtualPhysicalConnection"),
        &[("TotalCount", "0")],
    ),
    answered(
        "A tag, which no circuit has",
        ALL,
        &[CONFIRMED],
        call!("Tags.1.Key": "FinanceDept", "Tags.1.Value": "FinanceJoshua"),
        &[("TotalCount", "0")],
    ),
    answered(
        "A page past the end",
        ALL,
        &[CONFIRMED],
        call!(
            "Filter.1.Key": "PhysicalConnectionId",
            "Filter.1.Value.1": CIRCUIT,
            "PageNumber": "2",
            "PageSize": "50",
        ),
        &[("PageNumber", "2"), ("PageSize", "50"), ("TotalCount", "1")],
    ),
    refused(
        "An unknown region",
        ALL,
        &[],
        &[("RegionId", "cn-atlantis")],
        404,
        "InvalidRegionId.NotFound",
    ),
    refused(
        "An unknown key",
        ALL,
        &[],
        call!("Filter.1.Key": "Colour", "Filter.1.Value.1": "red"),
        404,
        "InvalidFilterKey.ValueNotSupported",
    ),
    refused(
        "Six values",
        ALL,
        &[],
        call!(
            "Filter.1.Key": "Status",
            "Filter.1.Value.1": "Initial",
            "Filter.1.Value.2": "Approved",
            "Filter.1.Value.3": "Allocating",
            "Filter.1.Value.4": "Allocated",
            "Filter.1.Value.5": "Confirmed",
            "Filter.1.Value.6": "Enabled",
        ),
        400,
        "InvalidFilter",
    ),
    refused(
        "A condition without values",
        ALL,
        &[],
        call!("Filter.1.Key": "PhysicalConnectionId"),
        400,
        "InvalidFilter",
    ),
    refused(
        "A resource group in a finance region",
        from(E2023),
        &[],
        &[("RegionId", "cn-beijing-finance-1"), ("ResourceGroupId", "rg-acfmoiyermp")],
        400,
        "OperationUnsupported.ResourceGroupId",
    ),
    refused("A page that is too large", ALL, &[], call!("PageSize": "51"), 400, "InvalidPageSize"),
    refused(
        "A page before the first",
        ALL,
        &[],
        call!("PageNumber": "0"),
        400,
        "InvalidPageNumber",
    ),
];
