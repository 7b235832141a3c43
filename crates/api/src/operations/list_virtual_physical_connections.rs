//! ListVirtualPhysicalConnections: the shared circuits that the caller has made for others.

use super::create_virtual_physical_connection::{IT, MAKE, WITH_HOSTED};
use super::describe_physical_connections::{COMMON, TAG, acceptance};
use super::list_tag_resources_for_express_connect::{NEXT_TOKEN, told_after, told_before};
use super::tag_resources_for_express_connect::{MANY_TAGS, MEMBERS, wanted};
use crate::answer::{Each, Field, list, number, request_id, text, these};
use crate::check::Input;
use crate::does::Quotes;
use crate::edition::{ALL, E2022, E2023, E2024_03, E2025_09, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, RESOURCE_GROUP_ID, Text, objects, optional, texts};
use domain::circuit::{Acceptance, BusinessStatus, Circuit};
use domain::query::{HostedBy, HostedFilter, Listing};
use domain::{AccountId, CircuitId, Refusal};

/// SOURCE: dossier, annex A.
const MOST: usize = 20;

/// Not the shared one, which is required.
static PARENT: Param<CircuitId> = optional("PhysicalConnectionId")
    .doc("The circuit whose shared circuits are listed; those of all without it.")
    .example("pc-bp1ciz7ekd2grn1as****");

static IS_CONFIRMED: Param<bool> = optional("IsConfirmed")
    .doc("Specifies whether the owners have taken the shared circuits.")
    .example("true");

static IDS: Param<Text> = texts("VirtualPhysicalConnectionIds", MOST)
    .doc("The IDs of the shared circuits.")
    .example("pc-bp1mrgfbtmc9brre7****");

static STATUSES: Param<Text> = texts("VirtualPhysicalConnectionStatuses", MOST)
    .doc("Whether the owners have taken the shared circuits: Confirmed, UnConfirmed or Deleted.")
    .example("Confirmed")
    .assumed("what is deleted is listed where it is asked for alone; other words match nothing");

static TENANTS: Param<Text> = texts("VirtualPhysicalConnectionAliUids", MOST)
    .doc("The owners of the shared circuits.")
    .example("15346073170691****");

static VLANS: Param<Text> =
    texts("VlanIds", MOST).doc("The VLANs of the shared circuits.").example("10");

static BUSINESS: Param<BusinessStatus> = optional("VirtualPhysicalConnectionBusinessStatus")
    .doc("How the shared circuits are locked: Normal, FinancialLocked or SecurityLocked.")
    .example("Normal");

/// SOURCE: dossier, annex A.
static MAX_RESULTS: Param<u32> = optional("MaxResults")
    .doc("The number of entries in an answer.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(ALL, 1, 100);

/// SOURCE: EDITIONS, T084; the vendor's metadata of mid-2024 (five).
static TAGS: Param<Text> = objects("Tags", MEMBERS, 5)
    .doc("Tags that a shared circuit must have: each key, and its value if one is said.")
    .example("FinanceDept")
    .at_most_in(from(E2025_09), 20) // SOURCE: dossier, annex A; of 2024 the vendor's metadata.
    .only_in(from(E2023))
    .too_many(&MANY_TAGS);

static NO_CIRCUIT: ErrorRow = error(
    400,
    "ResourceNotFound.PhysicalConnectionId",
    "The specified PhysicalConnectionId [%s] is not found.",
)
.on(&[Refusal::NoSuchCircuit])
.naming("PhysicalConnectionId");

/// ListVirtualPhysicalConnections.
/// SOURCE: dossier, annex A; EDITIONS, T109 and others; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "ListVirtualPhysicalConnections", &Quotes { asks, answer: ANSWER })
        .only_in(from(E2022))
        .summary("Queries the shared circuits on one's Express Connect circuits.")
        .directory("Shared circuits")
        .kind("list")
        .parameters(&[
            &REGION_ID.spec,
            &PARENT.spec,
            &IDS.spec,
            &IS_CONFIRMED.spec,
            &STATUSES.spec,
            &TENANTS.spec,
            &VLANS.spec,
            &BUSINESS.spec,
            &RESOURCE_GROUP_ID.spec,
            &TAGS.spec,
            &MAX_RESULTS.spec,
            &NEXT_TOKEN.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/*"])
        .errors(&[
            &NO_CIRCUIT,
            &error(400, "IllegalParam.Bandwidth", "The param of Bandwidth [%s] is illegal.")
                .unreached("No parameter names a bandwidth."),
        ])
        .assumed(&[
            "whose shared circuits they are, their owners list with DescribePhysicalConnections",
            "the order: by id",
        ])
        .examples(WITH_HOSTED, "RegionId=cn-hangzhou", EXAMPLES);

fn asks(input: &Input) -> Result<HostedBy, Invalid> {
    let list = |param| {
        let values = input.list(param);
        (!values.is_empty()).then_some(values)
    };
    let ids = |values: Vec<&str>| values.into_iter().map(CircuitId::new).collect();
    let accounts =
        |values: Vec<&str>| values.into_iter().map(|it| it.parse().ok().map(AccountId)).collect();
    let statuses = list(&STATUSES).unwrap_or_default();
    let acceptances: Vec<_> = statuses.iter().filter_map(|it| Acceptance::find(it)).collect();
    let nothing = !statuses.is_empty() && acceptances.is_empty();
    let filter = HostedFilter {
        parent: input.find(&PARENT),
        ids: if nothing { Some(Vec::new()) } else { list(&IDS).map(ids) },
        tenants: list(&TENANTS).map(accounts),
        vlans: list(&VLANS).unwrap_or_default().into_iter().map(Box::from).collect(),
        acceptances,
        is_confirmed: input.find(&IS_CONFIRMED),
        business: input.find(&BUSINESS),
        resource_groups: input.find(&RESOURCE_GROUP_ID).into_iter().map(|Text(it)| it).collect(),
        tags: wanted(input, &TAGS)?,
    };
    let part = (told_before(input), input.get::<u32>(&MAX_RESULTS) as usize);
    Ok(HostedBy(input.caller.account, input.region(), filter, part))
}

type Rows = Listing<Circuit>;

fn count(number: usize) -> i64 {
    i64::try_from(number).expect("what is listed fits in memory")
}

static ANSWER: &[Field<Rows>] = &[
    request_id(),
    list(
        "VirtualPhysicalConnections",
        "The shared circuits.",
        &Each { of: |rows: &Rows| &rows.page, fields: LISTED },
    ),
    text("NextToken", "The token that the next call goes on with.", |_, input| {
        told_after(input, input.get(&MAX_RESULTS)).to_string().into()
    })
    .when(|rows: &Rows, input| rows.total > told_after(input, input.get(&MAX_RESULTS)))
    .example("dd20****")
    .assumed("its form, and that there is none once there is nothing more"),
    number("TotalCount", "The number of shared circuits.", |rows: &Rows, _| count(rows.total))
        .example("1"),
    number("Count", "How many of them are in the answer.", |rows: &Rows, _| count(rows.page.len()))
        .example("1"),
];

static LISTED: &[Field<Circuit>] = &[
    these(COMMON),
    text("AliUid", "The owner of the shared circuit.", |circuit: &Circuit, _| {
        circuit.account.to_string().into()
    })
    .example("15346073170691****"),
    text(
        "ParentPhysicalConnectionAliUid",
        "The owner of the circuit that it is a part of.",
        |circuit: &Circuit, _| {
            circuit.hosted().map_or("".into(), |hosted| hosted.partner.to_string().into())
        },
    )
    .example("18311773240248****"),
    text("VirtualPhysicalConnectionStatus", "Whether its owner has taken it.", |circuit, _| {
        acceptance(circuit).into()
    })
    .example("Confirmed"),
    list(
        "Tags",
        "The tags of the shared circuit.",
        &Each { of: |circuit: &Circuit| circuit.tags().all(), fields: TAG },
    )
    .only_in(from(E2024_03)), // SOURCE: EDITIONS, T089.
];

const ONE: &str = "TotalCount=1&Count=1&VirtualPhysicalConnections.0.PhysicalConnectionId=*\
     &VirtualPhysicalConnections.0.ParentPhysicalConnectionId=pc-example\
     &VirtualPhysicalConnections.0.AliUid=1000000000000002\
     &VirtualPhysicalConnections.0.ParentPhysicalConnectionAliUid=1000000000000001\
     &VirtualPhysicalConnections.0.VirtualPhysicalConnectionStatus=UnConfirmed\
     &VirtualPhysicalConnections.0.OrderMode=PayByVirtualPhysicalConnectionOwner\
     &VirtualPhysicalConnections.0.Spec=50M&VirtualPhysicalConnections.0.VlanId=4\
     &VirtualPhysicalConnections.0.ProductType=VirtualPhysicalConnection";
const NONE: &str = "TotalCount=0&Count=0";

static EXAMPLES: &[Example] = &[
    answers("All", ALL, "", ONE),
    answers(
        "By its id, as Terraform asks",
        ALL,
        "VirtualPhysicalConnectionIds.1={VirtualPhysicalConnection}",
        ONE,
    ),
    answers("Those on a circuit", ALL, "PhysicalConnectionId=pc-example&VlanIds.1=4", ONE),
    answers("Those that nobody has taken", ALL, "IsConfirmed=false", ONE),
    answers("Those that somebody has taken", ALL, "IsConfirmed=true", NONE),
    answers(
        "Those that are not locked",
        ALL,
        "VirtualPhysicalConnectionBusinessStatus=Normal\
             &VirtualPhysicalConnectionAliUids.1=1000000000000002",
        ONE,
    ),
    answers("A status", ALL, "VirtualPhysicalConnectionStatuses.1=UnConfirmed", ONE),
    answers("A word that is no status", ALL, "VirtualPhysicalConnectionStatuses.1=Lost", NONE),
    answers("What is gone is gone", ALL, "", NONE).after(GONE),
    answers(
        "What is gone, where it is asked for",
        ALL,
        "VirtualPhysicalConnectionStatuses.1=Deleted",
        "TotalCount=1&VirtualPhysicalConnections.0.VirtualPhysicalConnectionStatus=Deleted",
    )
    .after(GONE),
    answers(
        "The first of two",
        ALL,
        "MaxResults=1",
        "TotalCount=2&Count=1&NextToken=1&VirtualPhysicalConnections.0.PhysicalConnectionId=*",
    )
    .after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE, ""),
        Before::Call(MAKE, "VlanId=5"),
    ]),
    refuses("A circuit that nobody knows", ALL, "PhysicalConnectionId=pc-none", &NO_CIRCUIT),
];

const GONE: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call(MAKE, ""),
    Before::Call("DeletePhysicalConnection", IT),
];
