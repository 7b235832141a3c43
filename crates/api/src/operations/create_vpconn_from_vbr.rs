//! CreateVpconnFromVbr: make a shared circuit of another account's router on one's own circuit.

use super::create_virtual_border_router::{FOR_OTHER, TAKES_OVER};
use super::create_virtual_physical_connection::{
    ANSWER, BY_PARTNER, DRY_RUN, DRY_RUN_DONE, NO_BANDWIDTH, NO_PRICE, PAYERS, TOO_FAST, TOO_MANY,
    TOO_POOR,
};
use crate::check::Input;
use crate::client_token::OWN_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, Editions, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, Example, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, ROUTER_ID, optional};
use domain::Refusal;
use domain::circuit::Payer;
use domain::command::HostRouter;

static ORDER_MODE: Param<Payer> = optional("OrderMode")
    .doc("Who pays for the shared circuit: its owner, or the owner of the port.")
    .example("PayByVirtualPhysicalConnectionOwner")
    .default_in(ALL, "PayByVirtualPhysicalConnectionOwner")
    .one_of_in(ALL, PAYERS);

// SOURCE: the vendor's metadata of mid-2024.
static NOT_FOUND: ErrorRow =
    error(400, "ResourceNotFound.PhysicalConnectionId", "PhysicalConnection is not found.")
        .on(&[Refusal::NoSuchRouter, Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
        .assumed("of a VBR that is not found, since the table has no other row");

static BOUND: ErrorRow = error(
    400,
    "OperationFailed.VbrBindedPconn",
    "The operation is failed because of VbrBindedPconn.",
)
.on(&[Refusal::RouterBound, Refusal::CircuitHosted])
.assumed("of one's own VBR, and of one that is on further circuits or in a group");

static MADE: ErrorRow = error(
    400,
    "OperationFailed.VPconnCreated",
    "The operation is failed because of VPconnCreated.",
)
.on(&[Refusal::RouterHosted]);

static WRONG_STATUS: ErrorRow =
    error(400, "IncorrectStatus.VbrId", "The status of %s is incorrect.")
        .on(&[Refusal::RouterState, Refusal::CircuitNotEnabled])
        .naming("VbrId")
        .assumed("of a circuit that is not in service too");

static NOTHING_SAID: ErrorRow = error(
    400,
    "OperationFailed.BandwidthOrVlanIdEmpty",
    "The operation is failed because of BandwidthOrVlanIdEmpty.",
)
.on(&[Refusal::RouterWholePort]);

static TENANTS_SERVICE_CLOSED: ErrorRow = error(
    400,
    "OperationFailed.TargetUserPconnTrafficNotEnable",
    "The operation failed because of TargetUserPconnTrafficNotEnable.",
)
.on(&[Refusal::TenantServiceClosed]);

/// CreateVpconnFromVbr.
/// SOURCE: dossier, annex A; ROUTERS 8; EDITIONS, T110; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(&VPC, "CreateVpconnFromVbr", &changes(asks, ANSWER))
    .only_in(from(E2022))
    .summary("Makes a shared circuit of another account's VBR on an Express Connect circuit.")
    .directory("Shared circuits")
    .parameters(&[
        &REGION_ID.spec,
        &ROUTER_ID.spec,
        &ORDER_MODE.spec,
        &DRY_RUN.spec,
        &OWN_TOKEN.spec,
    ])
    .errors(&[
        &NOT_FOUND,
        &BOUND,
        &WRONG_STATUS,
        &NOTHING_SAID,
        &TOO_FAST
            .naming("")
            .saying(&[(Refusal::NoSuchSpeed, "The param of Bandwidth is illegal.")])
            .assumed("of the VBR's speed, which no parameter of this call says"),
        &MADE,
        &TENANTS_SERVICE_CLOSED,
        &NO_BANDWIDTH,
        &TOO_MANY
            .documented_in(Editions::NONE)
            .on(&[Refusal::HostedMax])
            .with_setting("hosted_circuits_max"),
        &TOO_POOR,
        &NO_PRICE,
        &DRY_RUN_DONE,
    ])
    .assumed(&[
        "the shared circuit has the VLAN, the speed and the words of the VBR",
        "the VBR stays where it is until AttachVbrToVpconn moves it",
        "the order of the errors",
    ])
    .examples(TENANTS, "RegionId=cn-hangzhou&VbrId={VbrId}", EXAMPLES);

/// Another account's router of a speed that shared circuits have, where that account may have one.
const TENANTS: &[Before] = &[Before::circuit("Enabled"), Before::Call(MAKE_ROUTER, FOR_TENANT)];

pub(super) const MAKE_ROUTER: &str = "CreateVirtualBorderRouter";
pub(super) const FOR_TENANT: &str = "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=\
     &PeeringSubnetMask=&Bandwidth=50";

fn asks(input: &Input) -> Result<HostRouter, Invalid> {
    let (router, payer) = (input.get(&ROUTER_ID), input.get(&ORDER_MODE));
    Ok(HostRouter { router, payer, dry_run: input.get(&DRY_RUN) })
}

static EXAMPLES: &[Example] = &[
    answers("One that its owner pays for", ALL, "", "VirtualPhysicalConnection=*"),
    answers("One that the partner pays for", ALL, BY_PARTNER, "VirtualPhysicalConnection=*"),
    refuses("Only to check", ALL, "DryRun=true", &DRY_RUN_DONE),
    refuses("One's own VBR", ALL, "", &BOUND)
        .after(&[Before::circuit("Enabled"), Before::Call(MAKE_ROUTER, "")]),
    refuses("A second time", ALL, "", &MADE).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_TENANT),
        Before::Call("CreateVpconnFromVbr", ""),
    ]),
    refuses("The whole port", ALL, "", &NOTHING_SAID).after(&[
        Before::circuit("Enabled"),
        Before::Call(
            MAKE_ROUTER,
            "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=\
             &VlanId=0",
        ),
    ]),
    refuses("For an account without outbound-traffic billing", ALL, "", &TENANTS_SERVICE_CLOSED)
        .after(&[
            Before::NewAccount,
            Before::As(CALLER),
            Before::circuit("Enabled"),
            Before::Call(
                MAKE_ROUTER,
                "VbrOwnerId=1000000000000009&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=\
                 &Bandwidth=50",
            ),
        ]),
    refuses("More than is left of the port", ALL, "", &NO_BANDWIDTH).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_OTHER),
        Before::Call("CreateVirtualPhysicalConnection", ""),
    ]),
    refuses("A speed that no shared circuit has", ALL, "", &TOO_FAST).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_OTHER),
        Before::As(OTHER),
        TAKES_OVER,
        Before::As(CALLER),
        Before::Call("UpdateVirtualBorderBandwidth", "VirtualBorderRouterId={VbrId}"),
    ]),
    refuses("A VBR that is switched off", ALL, "", &WRONG_STATUS).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_TENANT),
        Before::As(OTHER),
        TAKES_OVER,
        Before::As(CALLER),
        Before::Call("TerminateVirtualBorderRouter", ""),
    ]),
    refuses("A partner without money", ALL, BY_PARTNER, &TOO_POOR).after(&[
        Before::As(OTHER),
        Before::circuit("Enabled"),
        Before::Call(
            MAKE_ROUTER,
            "VbrOwnerId=1000000000000001&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=\
             &Bandwidth=50",
        ),
    ]),
    refuses("What has no price", ALL, BY_PARTNER, &NO_PRICE).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE_ROUTER, FOR_TENANT),
        Before::NoPrices,
    ]),
];
