//! DescribeVirtualBorderRoutersForPhysicalConnection: list the routers on one circuit, whoever's.

use super::create_virtual_border_router::{LATER, WITH_OTHERS, WITH_ROUTER};
use super::describe_physical_connections::UNKNOWN_KEY;
use super::describe_virtual_border_routers::{FILTER, SHARED, filter, page};
use crate::answer::{Each, Field, list, number, object, page_of, request_id, text, these};
use crate::check::Input;
use crate::does::Quotes;
use crate::edition::{ALL, E2020, E2024_03, E2025_09, Editions, from, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, PAGE_NUMBER, PAGE_SIZE, REGION_ID};
use domain::Refusal;
use domain::query::{Listing, RouterRow, RoutersOn};

/// SOURCE: EDITIONS, T102.
static NO_CIRCUIT: ErrorRow = error(
    404,
    "InvalidPhysicalConnectionId.NotFound",
    "The specified PhysicalConnectionId does not belong to user.",
)
.on(&[Refusal::OthersCircuit])
.on_in(until(E2024_03), &[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]);

/// SOURCE: the vendor's metadata of mid-2024.
static NOT_FOUND: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionId.NotFound",
    "The specified physicalConnection is not found.",
)
.in_editions(LATER)
.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
.assumed("of what nobody has; another account's, by its words, is 404");

/// DescribeVirtualBorderRoutersForPhysicalConnection.
/// SOURCE: dossier, annex A; EDITIONS, T098 to T102; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "DescribeVirtualBorderRoutersForPhysicalConnection",
    &Quotes { asks, answer: ANSWER },
)
.summary("Queries the virtual border routers (VBRs) on an Express Connect circuit.")
.directory("Virtual border routers")
.kind("list")
.parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &FILTER.spec, &PAGE_NUMBER.spec, &PAGE_SIZE.spec])
.errors(&[
    &BAD_REGION.documented_in(LATER),
    &NO_CIRCUIT,
    &UNKNOWN_KEY.documented_in(Editions::NONE),
    &NOT_FOUND,
])
.assumed(&[
    "its conditions are checked as DescribeVirtualBorderRouters checks them",
    "of a VBR that has the circuit as a further one, the VLAN and the addresses there are told",
])
.examples(
    WITH_ROUTER,
    "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
    &[
        answers(
            "One's own",
            ALL,
            "",
            "RequestId=*&PageNumber=1&PageSize=10&TotalCount=1\
             &VirtualBorderRouterForPhysicalConnectionSet\
             .VirtualBorderRouterForPhysicalConnectionType.0.VbrId={VbrId}\
             &VirtualBorderRouterForPhysicalConnectionSet\
             .VirtualBorderRouterForPhysicalConnectionType.0.Status=active",
        ),
        answers(
            "Another account's",
            ALL,
            "",
            "TotalCount=1&VirtualBorderRouterForPhysicalConnectionSet\
             .VirtualBorderRouterForPhysicalConnectionType.0.VbrOwnerUid=1000000000000002",
        )
        .after(WITH_OTHERS),
        answers(
            "One that has it as a further circuit",
            ALL,
            "PhysicalConnectionId=pc-other",
            "TotalCount=1&VirtualBorderRouterForPhysicalConnectionSet\
             .VirtualBorderRouterForPhysicalConnectionType.0.VlanId=20",
        )
        .after(&[
            Before::circuit("Enabled"),
            Before::Circuit("pc-other", "Enabled", "", "Normal"),
            Before::Call("CreateVirtualBorderRouter", ""),
            Before::Call("AssociatePhysicalConnectionToVirtualBorderRouter", ""),
        ]),
        answers("By status", ALL, "Filter.1.Key=Status&Filter.1.Value.1=deleting", "TotalCount=0"),
        refuses("Another account's circuit", ALL, "", &NO_CIRCUIT).after(&[
            Before::As(OTHER),
            Before::circuit("Enabled"),
            Before::As(CALLER),
        ]),
        refuses("An unknown key", ALL, "Filter.1.Key=Colour&Filter.1.Value.1=red", &UNKNOWN_KEY),
    ],
);

fn asks(input: &Input) -> Result<RoutersOn, Invalid> {
    let (caller, region) = (input.caller.account, input.region());
    Ok(RoutersOn(caller, region, input.get(&CIRCUIT_ID), filter(input)?, page(input)))
}

static ANSWER: &[Field<Listing<RouterRow>>] = &[
    request_id(),
    these(&page_of("The number of VBRs.")),
    object(
        "VirtualBorderRouterForPhysicalConnectionSet",
        "The VBRs.",
        &[list(
            "VirtualBorderRouterForPhysicalConnectionType",
            "The VBRs.",
            &Each { of: |routers: &Listing<RouterRow>| &routers.page, fields: LISTED },
        )],
    ),
];

static LISTED: &[Field<RouterRow>] = &[
    these(SHARED),
    // SOURCE: dossier, annex A: absent of a router of the circuit's owner.
    number("VbrOwnerUid", "The owner of the VBR.", |row: &RouterRow, _| {
        i64::try_from(row.router.owner.0).expect("numbers of accounts have 16 digits")
    })
    .long()
    .when(|row: &RouterRow, _| row.router.owner != row.router.account)
    .example("253460731706911258"),
    // SOURCE: the vendor's metadata of mid-2024: a text here.
    text("Bandwidth", "The bandwidth of the VBR, in Mbit/s.", |row: &RouterRow, _| {
        row.router.described.bandwidth_mbps.to_string().into()
    })
    .only_in(from(E2020))
    .example("10"),
    text("BandwidthStatus", "The status of the bandwidth.", |_, _| "Active".into())
        .only_in(from(E2020))
        .example("Active")
        .assumed("a bandwidth is in force once it is set"),
    // SOURCE: ROUTERS 12, point 4: spelt so.
    text("PConnVbrBussinessStatus", "The business status.", |row: &RouterRow, _| {
        row.circuit.state.locks.business().text().into()
    })
    .only_in(from(E2020))
    .example("Normal")
    .assumed("the circuit's, since a VBR is never bought"),
    text("PConnVbrChargeType", "The billing method of the VBR.", |_, _| "PrePaid".into())
        .only_in(from(E2020))
        .example("PrePaid")
        .assumed("that of a VBR which costs nothing"),
    text("VbrName", "The name of the VBR.", |row: &RouterRow, _| {
        (&*row.router.described.name).into()
    })
    .only_in(from(E2025_09))
    .example("VBR1"),
];
