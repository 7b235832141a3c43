//! DescribeVirtualBorderRouters: list routers of a region. Also what is told of any router.
//!
//! Long because its answer has fifty rows.

use super::create_virtual_border_router::{KEYS, LATER, WITH_OTHERS, WITH_ROUTER};
use super::describe_physical_connections::UNKNOWN_KEY;
use super::describe_physical_connections::{TAG, conditions, narrow_ids, narrow_words, time};
use super::tag_resources_for_express_connect::{MANY_TAGS, MEMBERS, MOST, wanted};
use crate::answer::{
    Each, Field, Made, NoItems, boolean, list, number, object, page_of, request_id, text, these,
};
use crate::check::{Filter, Input};
use crate::does::Quotes;
use crate::edition::{ALL, E2020, E2022, E2023, E2024_03, E2025_03, E2025_09, from};
use crate::error::{BAD_REGION, Invalid, error};
use crate::example::{Before, Example, Given, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{
    CIRCUIT_ID, PAGE_NUMBER, PAGE_SIZE, Param, REGION_ID, Shape, Text, objects, optional, several,
};
use domain::circuit::Circuit;
use domain::peering::Peering;
use domain::query::{Listing, Page, RouterFilter, RouterRow, RoutersOf};
use domain::router::{Association, Described};
use domain::{CircuitId, RouterId};
use std::borrow::Cow;

pub(super) static FILTER: Param<Text> = several("Filter", Shape::Filters)
    .doc("Conditions, all of which must hold; within one, any of its values. At most five of each.")
    .example("Status")
    .assumed("a condition without values is refused, and with which code");

/// SOURCE: EDITIONS, T153; ROUTERS 19, 13 (whose they are).
static OTHERS: Param<bool> = optional("IncludeCrossAccountVbr")
    .doc("Specifies whether to list the VBRs of other accounts on the caller's circuits too.")
    .example("false")
    .only_in(from(E2023))
    .default_in(ALL, "false")
    .assumed("whose they are");

/// SOURCE: EDITIONS, T144.
static RESOURCE_GROUP_ID: Param<Text> = optional("ResourceGroupId")
    .doc("The ID of the resource group.")
    .example("rg-acfmxazb4ph6aiy****")
    .only_in(LATER);

static TAGS: Param<Text> = objects("Tags", MEMBERS, MOST)
    .doc("Tags that a VBR must have: each key, and its value if one is said.")
    .example("FinanceDept")
    .only_in(LATER)
    .too_many(&MANY_TAGS);

/// What every router here is. SOURCE: ROUTERS, annex A.
const TYPE: &str = "pconnVBR";

/// DescribeVirtualBorderRouters.
/// SOURCE: ROUTERS, annex A; EDITIONS, section 7; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "DescribeVirtualBorderRouters", &Quotes { asks, answer: ANSWER })
        .summary("Queries virtual border routers (VBRs) in a region.")
        .directory("Virtual border routers")
        .kind("list")
        .parameters(&[
            &REGION_ID.spec,
            &FILTER.spec,
            &OTHERS.spec,
            &RESOURCE_GROUP_ID.spec,
            &TAGS.spec,
            &PAGE_NUMBER.spec,
            &PAGE_SIZE.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:virtualborderrouter/*"])
        .errors(&[
            &BAD_REGION.documented_in(ALL),
            &UNKNOWN_KEY,
            &error(
                400,
                "OperationFailed.InternalError",
                "The request processing has failed due to some unknown error.",
            )
            .in_editions(from(E2025_03))
            .unreached("A failure of the server is answered 500 or 503."),
        ])
        .assumed(&["routers on the caller's circuits come first, then his own on others'"])
        .examples(WITH_ROUTER, "RegionId=cn-hangzhou", EXAMPLES);

fn asks(input: &Input) -> Result<RoutersOf, Invalid> {
    let tags = wanted(input, &TAGS)?;
    let mut filter = RouterFilter { tags, ..filter(input)? };
    filter.others = input.find(&OTHERS).unwrap_or_default();
    if let Some(Text(group)) = input.find(&RESOURCE_GROUP_ID) {
        filter.resource_groups.push(group);
    }
    Ok(RoutersOf(input.caller.account, input.region(), filter, page(input)))
}

/// Which page a call asks for.
pub(super) fn page(input: &Input) -> Page {
    Page { number: input.get(&PAGE_NUMBER), size: input.get(&PAGE_SIZE) }
}

/// The routers that a call's conditions mean.
pub(super) fn filter(input: &Input) -> Result<RouterFilter, Invalid> {
    let mut filter = RouterFilter::default();
    for condition in conditions(input, &FILTER, |key| KEYS.contains(&key))? {
        narrow(&mut filter, &condition);
    }
    Ok(filter)
}

/// Adds a condition. A second one on the same key leaves the values that both have.
fn narrow(filter: &mut RouterFilter, condition: &Filter) {
    let values = &condition.values;
    let list = match condition.key {
        "VbrId" => return narrow_ids(&mut filter.routers, condition, RouterId::new),
        "PhysicalConnectionId" => {
            return narrow_ids(&mut filter.circuits, condition, CircuitId::new);
        }
        "type" => {
            filter.nothing |= !values.contains(&TYPE);
            return;
        }
        // Nothing here has one.
        "eccId" => {
            filter.nothing = true;
            return;
        }
        "AccessPointId" => &mut filter.access_points,
        "Status" => &mut filter.statuses,
        _ => &mut filter.names,
    };
    let given = values.iter().map(|value| Box::from(*value)).collect();
    filter.nothing |= !narrow_words(list, given);
}

static ANSWER: &[Field<Listing<RouterRow>>] = &[
    request_id(),
    these(&page_of("The number of VBRs.")),
    // SOURCE: ROUTERS 13.2: Terraform wants the list even when it is empty.
    object(
        "VirtualBorderRouterSet",
        "The VBRs.",
        &[list(
            "VirtualBorderRouterType",
            "The VBRs.",
            &Each { of: |routers: &Listing<RouterRow>| &routers.page, fields: LISTED },
        )],
    ),
];

/// A router on the circuit that is asked about, else on its first one.
struct Side<'r> {
    vlan: u32,
    circuit_code: &'r str,
    peering: &'r Peering,
    ipv6: bool,
}

fn side<'r>(row: &'r RouterRow, input: &Input) -> Side<'r> {
    let router = &row.router;
    let further = input.find(&CIRCUIT_ID).and_then(|asked| {
        router.associations.iter().find(|association| association.circuit == asked)
    });
    if let Some(Association { vlan, circuit_code, peering, ipv6, .. }) = further {
        return Side { vlan: *vlan, circuit_code, peering, ipv6: *ipv6 };
    }
    let Described { vlan, circuit_code, peering, ipv6, .. } = &router.described;
    Side { vlan: *vlan, circuit_code, peering, ipv6: *ipv6 }
}

/// What both lists of routers tell of one.
pub(super) static SHARED: &[Field<RouterRow>] = &[
    text("VbrId", "The ID of the VBR.", |row: &RouterRow, _| row.router.id.as_str().into())
        .example("vbr-bp1jcg5cmxjbl9xgc****"),
    // SOURCE: ROUTERS 3.1: in lower case in every edition, whatever its prose says.
    text("Status", "The status of the VBR.", |row: &RouterRow, _| row.router.status.text().into())
        .example("active"),
    text("CreationTime", "When the VBR was made.", |row: &RouterRow, _| {
        row.router.created_at.to_string().into()
    })
    .example("2020-06-08T12:20:55"),
    text("ActivationTime", "When the VBR was first in service.", |row: &RouterRow, _| {
        time(row.router.times.activated_at)
    })
    .example("2021-06-08T12:20:55"),
    text("TerminationTime", "When the VBR was last terminated.", |row: &RouterRow, _| {
        time(row.router.times.terminated_at)
    })
    .example("2021-06-08T12:20:55"),
    text("RecoveryTime", "When the VBR was last recovered.", |row: &RouterRow, _| {
        time(row.router.times.recovered_at)
    })
    .example("2021-05-08T12:20:55"),
    number("VlanId", "The VLAN of the VBR.", |row, input| side(row, input).vlan.into())
        .example("10"),
    text("CircuitCode", "The code that the carrier gave the circuit.", |row, input| {
        side(row, input).circuit_code.into()
    })
    .example("longtel0****"),
    text("LocalGatewayIp", "The IPv4 address on the cloud's side.", |row, input| {
        (&*side(row, input).peering.local_ip).into()
    })
    .example("192.168.XX.XX"),
    text("PeerGatewayIp", "The IPv4 address on the customer's side.", |row, input| {
        (&*side(row, input).peering.peer_ip).into()
    })
    .example("192.168.XX.XX"),
    text("PeeringSubnetMask", "The mask of both IPv4 addresses.", |row, input| {
        (&*side(row, input).peering.mask).into()
    })
    .example("255.255.255.252"),
    boolean("EnableIpv6", "Whether IPv6 is enabled.", |row, input| side(row, input).ipv6)
        .only_in(from(E2020))
        .example("false"),
    text("LocalIpv6GatewayIp", "The IPv6 address on the cloud's side.", |row, input| {
        (&*side(row, input).peering.local_ipv6).into()
    })
    .only_in(from(E2020))
    .example("2001:XXXX:3c4d:0015:0000:0000:0000:1a2b"),
    text("PeerIpv6GatewayIp", "The IPv6 address on the customer's side.", |row, input| {
        (&*side(row, input).peering.peer_ipv6).into()
    })
    .only_in(from(E2020))
    .example("2001:XXXX:3c4d:0015:0000:0000:0000:1a2b"),
    text("PeeringIpv6SubnetMask", "The prefix of both IPv6 addresses.", |row, input| {
        (&*side(row, input).peering.ipv6_prefix).into()
    })
    .only_in(from(E2020))
    .example("2000:1234:0:a000::/55"),
    text("EccId", "The ID of the Express Cloud Connect instance.", nothing)
        .example("ecc-h****")
        .assumed("there are none here"),
    text("Type", "The type of the VBR.", |_, _| TYPE.into()).example(TYPE),
    // SOURCE: ROUTERS, annex A: empty for a router that costs nothing.
    text("PConnVbrExpireTime", "When the VBR's term ends.", nothing)
        .only_in(from(E2020))
        .example("2021-06-08T12:20:55"),
];

/// A text that means nothing here. Empty rather than absent, since clients read it.
fn nothing<'t>(_: &'t RouterRow, _: &'t Input) -> Cow<'t, str> {
    "".into()
}

/// A further circuit of a router.
struct Further {
    association: Association,
    circuit: Circuit,
    interface: String,
}

fn further(row: &RouterRow, _: &Input) -> Vec<Further> {
    let all = row.router.associations.iter().zip(&row.others);
    let interface = |circuit: &Circuit| {
        let (_, own) = circuit.id.as_str().split_once('-').expect("an id has a beginning");
        format!("{}{own}", row.router.part("ri"))
    };
    all.map(|(association, circuit)| Further {
        association: association.clone(),
        circuit: circuit.clone(),
        interface: interface(circuit),
    })
    .collect()
}

static FURTHER: &[Field<Further>] = &[
    text("PhysicalConnectionId", "The ID of the circuit.", |its: &Further, _| {
        its.circuit.id.as_str().into()
    })
    .example("pc-119mfjzm7****"),
    // SOURCE: ROUTERS 12, point 10: Terraform waits for this word.
    text("Status", "The status of the association.", |_, _| "Associated".into()).example("active"),
    // SOURCE: ROUTERS 12, point 10: a text here.
    text("VlanId", "The VLAN on the circuit.", |its: &Further, _| {
        its.association.vlan.to_string().into()
    })
    .example("0"),
    text("VlanInterfaceId", "The ID of the interface on the circuit.", |its: &Further, _| {
        (&*its.interface).into()
    })
    .example("ri-kojok19x3j0q6k****")
    .assumed("its form"),
    text("CircuitCode", "The code that the carrier gave the circuit.", |its: &Further, _| {
        (&*its.association.circuit_code).into()
    })
    .example("longtel0**"),
    text("LocalGatewayIp", "The IPv4 address on the cloud's side.", |its: &Further, _| {
        (&*its.association.peering.local_ip).into()
    })
    .example("192.168.XX.XX"),
    text("PeerGatewayIp", "The IPv4 address on the customer's side.", |its: &Further, _| {
        (&*its.association.peering.peer_ip).into()
    })
    .example("116.62.XX.XX"),
    text("PeeringSubnetMask", "The mask of both IPv4 addresses.", |its: &Further, _| {
        (&*its.association.peering.mask).into()
    })
    .example("255.255.255.252"),
    boolean("EnableIpv6", "Whether IPv6 is enabled.", |its: &Further, _| its.association.ipv6)
        .only_in(from(E2020))
        .example("true"),
    text("LocalIpv6GatewayIp", "The IPv6 address on the cloud's side.", |its: &Further, _| {
        (&*its.association.peering.local_ipv6).into()
    })
    .only_in(from(E2020))
    .example("2001:XXXX:3c4d:0015:0000:0000:0000:1a2b"),
    text("PeerIpv6GatewayIp", "The IPv6 address on the customer's side.", |its: &Further, _| {
        (&*its.association.peering.peer_ipv6).into()
    })
    .only_in(from(E2020))
    .example("2001:XXXX:3c4d:0015:0000:0000:0000:1a2b"),
    text("PeeringIpv6SubnetMask", "The prefix of both IPv6 addresses.", |its: &Further, _| {
        (&*its.association.peering.ipv6_prefix).into()
    })
    .only_in(from(E2020))
    .example("2408:4004:cc:400::/56"),
    text("PhysicalConnectionStatus", "The status of the circuit.", |its: &Further, _| {
        its.circuit.state.status.text().into()
    })
    .example("Enabled"),
    text("PhysicalConnectionBusinessStatus", "Its business status.", |its: &Further, _| {
        its.circuit.state.locks.business().text().into()
    })
    .example("Normal"),
    text("PhysicalConnectionOwnerUid", "The owner of the circuit.", |its: &Further, _| {
        its.circuit.account.to_string().into()
    })
    .example("12345678****"),
];

static CENS: &[Field<()>] = &[
    number("CenOwnerId", "The owner of the CEN instance.", |(), _| 0)
        .long()
        .example("1688000000000****"),
    text("CenId", "The ID of the CEN instance.", |(), _| "".into()).example("cen-kojok19xxx****"),
    text("CenStatus", "Whether the VBR is attached to it.", |(), _| "".into()).example("Attached"),
];

const NO_ECR: &str = "there are no Express Connect routers here";

/// SOURCE: ROUTERS, annex A; EDITIONS, T150 to T158.
static LISTED: &[Field<RouterRow>] = &[
    these(SHARED),
    text("Name", "The name of the VBR.", |row: &RouterRow, _| (&*row.router.described.name).into())
        .example("test"),
    text("Description", "The description of the VBR.", |row: &RouterRow, _| {
        (&*row.router.described.description).into()
    })
    .example("desc"),
    text("PhysicalConnectionId", "The ID of the circuit.", |row: &RouterRow, _| {
        row.circuit.id.as_str().into()
    })
    .example("pc-119mfjzm7x****"),
    text("PhysicalConnectionStatus", "The status of the circuit.", |row: &RouterRow, _| {
        row.circuit.state.status.text().into()
    })
    .example("Normal"),
    text("PhysicalConnectionBusinessStatus", "Its business status.", |row: &RouterRow, _| {
        row.circuit.state.locks.business().text().into()
    })
    .example("Normal"),
    text("PhysicalConnectionOwnerUid", "The owner of the circuit.", |row: &RouterRow, _| {
        row.circuit.account.to_string().into()
    })
    .example("1688000000000****"),
    text("AccessPointId", "The ID of the access point.", |row: &RouterRow, _| {
        row.circuit.particulars.access_point.id().into()
    })
    .example("ap-cn-kojok1x****"),
    text("RouteTableId", "The ID of the VBR's route table.", |row: &RouterRow, _| {
        row.router.part("rtb").into()
    })
    .example("rtb-bp1****")
    .assumed("it is called after the VBR"),
    text("VlanInterfaceId", "The ID of the interface on the circuit.", |row: &RouterRow, _| {
        row.router.part("ri").into()
    })
    .example("ri-2zeo3xzyf38r4xx****")
    .assumed("it is called after the VBR"),
    number("MinTxInterval", "How often BFD packets are sent, in ms.", |row: &RouterRow, _| {
        row.router.described.detection.min_tx_ms.into()
    })
    .long()
    .example("300")
    .assumed("0 until it is set"),
    number("MinRxInterval", "How often they are awaited, in ms.", |row: &RouterRow, _| {
        row.router.described.detection.min_rx_ms.into()
    })
    .long()
    .example("300")
    .assumed("0 until it is set"),
    number("DetectMultiplier", "How many may be lost in a row.", |row: &RouterRow, _| {
        row.router.described.detection.multiplier.into()
    })
    .long()
    .example("3")
    .assumed("0 until it is set"),
    text("PConnVbrChargeType", "The billing method of the VBR.", |_, _| "PrePaid".into())
        .only_in(from(E2022))
        .example("PrePaid")
        .assumed("that of a VBR which costs nothing"),
    text("CloudBoxInstanceId", "The ID of the CloudBox.", nothing)
        .only_in(from(E2022))
        .example("cb-****")
        .assumed("there are none here"),
    number("Bandwidth", "The bandwidth of the VBR, in Mbit/s.", |row: &RouterRow, _| {
        row.router.described.bandwidth_mbps.into()
    })
    .only_in(from(E2023))
    .example("50"),
    text("ResourceGroupId", "The ID of the resource group.", |row: &RouterRow, _| {
        (&*row.router.described.resource_group).into()
    })
    .only_in(from(E2024_03))
    .example("rg-acfmxazb4ph6aiy****"),
    // SOURCE: ROUTERS 12, point 1: `Tags` in `Tags`.
    object(
        "Tags",
        "The tags of the VBR.",
        &[list(
            "Tags",
            "The tags of the VBR.",
            &Each { of: |row: &RouterRow| row.router.described.tags.all(), fields: TAG },
        )],
    )
    .only_in(from(E2024_03)),
    boolean("SitelinkEnable", "Whether data centres reach each other.", |row: &RouterRow, _| {
        row.router.described.sitelink
    })
    .only_in(from(E2024_03))
    .example("false"),
    text("EcrId", "The ID of the Express Connect router.", nothing)
        .only_in(from(E2025_03))
        .when(|_, _| false)
        .example("ecr-7vrbqv9lcgvzqbwwkm")
        .assumed(NO_ECR),
    text("EcrAttatchStatus", "Whether the VBR is attached to it.", nothing)
        .only_in(from(E2025_03))
        .when(|_, _| false)
        .example("Attached")
        .assumed(NO_ECR),
    text("EcrOwnerId", "The owner of the Express Connect router.", nothing)
        .only_in(from(E2025_03))
        .when(|_, _| false)
        .example("192732132151xxxx")
        .assumed(NO_ECR),
    number("Mtu", "The largest packet, in bytes.", |row: &RouterRow, _| {
        row.router.described.mtu.into()
    })
    .only_in(from(E2025_09))
    .example("1500"),
    object(
        "AssociatedPhysicalConnections",
        "The further circuits of the VBR.",
        &[list(
            "AssociatedPhysicalConnection",
            "The further circuits of the VBR.",
            &Made { of: further, fields: FURTHER },
        )],
    ),
    object(
        "AssociatedCens",
        "The CEN instances that the VBR is attached to.",
        &[list("AssociatedCen", "None: there are none here.", &NoItems(CENS))],
    ),
];

const BY_ID: Given = "Filter.1.Key=VbrId&Filter.1.Value.1={VbrId}";

static EXAMPLES: &[Example] = &[
    answers(
        "One router, by its id",
        ALL,
        BY_ID,
        "RequestId=*&PageNumber=1&PageSize=10&TotalCount=1\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.VbrId={VbrId}\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.Status=active\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.VlanId=10\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.LocalGatewayIp=10.0.0.1\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.Type=pconnVBR\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.PhysicalConnectionStatus=Enabled",
    ),
    answers(
        "By status, in any case of letters, circuit and type",
        ALL,
        "Filter.1.Key=Status&Filter.1.Value.1=Active&Filter.2.Key=PhysicalConnectionId\
         &Filter.2.Value.1=pc-example&Filter.3.Key=type&Filter.3.Value.1=pconnVBR",
        "TotalCount=1",
    ),
    answers("By a name that none has", ALL, "Filter.1.Key=Name&Filter.1.Value.1=x", "TotalCount=0"),
    answers("By another type", ALL, "Filter.1.Key=type&Filter.1.Value.1=other", "TotalCount=0"),
    answers("By what none has", ALL, "Filter.1.Key=eccId&Filter.1.Value.1=ecc-a", "TotalCount=0"),
    answers(
        "A second condition on the same key",
        ALL,
        "Filter.1.Key=VbrId&Filter.1.Value.1={VbrId}&Filter.2.Key=VbrId&Filter.2.Value.1=vbr-x",
        "TotalCount=0",
    ),
    answers("Another account's, on one's own circuit", from(E2023), "", "TotalCount=0")
        .after(WITH_OTHERS),
    answers(
        "Another account's, asked for",
        from(E2023),
        "IncludeCrossAccountVbr=true",
        "TotalCount=1\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.Status=unconfirmed\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.LocalGatewayIp=",
    )
    .after(WITH_OTHERS),
    answers(
        "On two circuits",
        ALL,
        "",
        "VirtualBorderRouterSet.VirtualBorderRouterType.0.AssociatedPhysicalConnections\
         .AssociatedPhysicalConnection.0.Status=Associated\
         &VirtualBorderRouterSet.VirtualBorderRouterType.0.AssociatedPhysicalConnections\
         .AssociatedPhysicalConnection.0.VlanId=20",
    )
    .after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call("AssociatePhysicalConnectionToVirtualBorderRouter", ""),
    ]),
    answers("A tag that none has", LATER, "Tags.1.Key=FinanceDept", "TotalCount=0"),
    answers("A group that none is in", LATER, "ResourceGroupId=rg-other", "TotalCount=0"),
    refuses("An unknown key", ALL, "Filter.1.Key=Colour&Filter.1.Value.1=red", &UNKNOWN_KEY),
];
