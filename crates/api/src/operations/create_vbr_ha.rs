//! CreateVbrHa: join two routers to a failover group.

use super::create_virtual_border_router::{FOR_OTHER, LATER, word};
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, E2025_03, Editions, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::form::{Characters, DESCRIPTION as DESCRIPTION_FORM, Form};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, ROUTER_ID, Text, optional, required};
use domain::command::MakeRouterGroup;
use domain::receipt::GroupMade;
use domain::{Refusal, RouterId};

static PEER_ID: Param<RouterId> =
    required("PeerVbrId").doc("The ID of the other VBR.").example("vbr-bp12mw1f8k3jgygk9****");

static NAME_FORM: Form = Form::of(Characters::Printable, (1, 128));

static NAME: Param<Text> = optional("Name")
    .doc("The name of the failover group.")
    .example("VBRHa")
    .form_in(ALL, &NAME_FORM)
    .assumed("its form, which is not published");

static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the failover group.")
    .example("VBRHa")
    .form_in(ALL, &DESCRIPTION_FORM);

static DRY_RUN: Param<bool> = optional("DryRun")
    .doc("Specifies whether only to check the call: if it could be made, DRYRUN.SUCCESS is told.")
    .example("false");

static NO_ROUTER: ErrorRow = error(404, "ResourceNotFound.Vbr", "The VBR resource is not found.")
    .documented_in(LATER)
    .on(&[Refusal::NoSuchRouter]);

static OWNERS: ErrorRow = error(
    400,
    "OperationFailed.VbrAliUidNotConsistent",
    "The VBR and the peer VBR belong to different AliUids.",
)
.documented_in(LATER)
.on(&[Refusal::GroupOwnersDiffer]);

static DEVICE: ErrorRow = error(
    400,
    "OperationFailed.VbrAccessDeviceSame",
    "The VBR and the peer VBR are in the same device.",
)
.documented_in(LATER)
.on(&[Refusal::GroupOfOneDevice])
.assumed(
    "each circuit has a device of its own, and a VBR is on that of the circuit which it was made \
     on: further ones are not compared, so that who joins first is the same",
);

static IN_GROUP: ErrorRow =
    error(400, "OperationFailed.VbrInUsedByOtherHa", "The VBR is used by another VBR HA.")
        .documented_in(LATER)
        .on(&[Refusal::RouterInGroup]);

static WRONG_STATE: ErrorRow = error(
    400,
    "IncorrectStatus.VirtualBorderRouter",
    "The status of VirtualBorderRouter is incorrect.",
)
.documented_in(Editions::NONE)
.on(&[Refusal::RouterState])
.assumed("as ModifyVirtualBorderRouterAttribute says it; no code is printed");

pub(super) static DRY_RUN_DONE: ErrorRow =
    error(400, "DRYRUN.SUCCESS", "This request is a dryrun request.")
        .documented_in(Editions::NONE)
        .on(&[Refusal::DryRun])
        .assumed("its status and text; the SDKs' prose names the code");

static ANSWER: &[Field<GroupMade>] = &[
    request_id(),
    text("VbrHaId", "The ID of the failover group.", |made: &GroupMade, _| made.0.as_str().into())
        .example("vbrha-sa1sxheuxtd98****"),
];

/// CreateVbrHa.
/// SOURCE: ROUTERS 9 and annex A; EDITIONS, T163; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(&VPC, "CreateVbrHa", &changes(asks, ANSWER))
    .only_in(from(E2022))
    .summary("Creates a failover group of two virtual border routers (VBRs).")
    .directory("Failover groups of virtual border routers")
    .parameters(&[
        &DESCRIPTION.spec,
        &NAME.spec,
        &CLIENT_TOKEN.spec,
        &DRY_RUN.spec,
        &ROUTER_ID.spec,
        &PEER_ID.spec,
        &REGION_ID.spec,
    ])
    // SOURCE: ROUTERS 17: all resources in 2024-03.
    .resources_in(from(E2025_03), &["acs:vpc:{region}:{account}:virtualborderrouter/{VbrId}"])
    .errors(ERRORS)
    .assumed(&[
        "a VBR that another account made for the caller joins no group: that account may switch it \
         off and remove its circuit without asking him",
        "there is no CEN here: that both VBRs are in one, and that they detect failures (BFD), is \
         asked only with the setting vbr_ha_strict",
    ])
    .examples(TWO_ROUTERS, "RegionId=cn-hangzhou&VbrId={VbrId.1}&PeerVbrId={VbrId.2}", EXAMPLES);

const STRICT: &str = "vbr_ha_strict";

static ERRORS: &[&ErrorRow] = &[
    &NO_ROUTER,
    &OWNERS,
    &WRONG_STATE,
    &DEVICE,
    &IN_GROUP,
    &error(400, "OperationFailed.VbrBgpPeerNotEnableBfd", "The VBR BGP has not enabled BFD.")
        .documented_in(LATER)
        .on(&[Refusal::NoDetection])
        .with_setting(STRICT),
    &error(400, "OperationFailed.VbrCenNotRelation", "The VBR is not attached to any CEN.")
        .documented_in(LATER)
        .on(&[Refusal::NoNetwork])
        .with_setting(STRICT),
    &DRY_RUN_DONE,
    &error(
        400,
        "OperationFailed.VbrCenNotConsistent",
        "The VBR and the peer VBR are attached to different CENs.",
    )
    .documented_in(LATER)
    .unreached("There are no CENs here."),
    &error(400, "OperationFailed.VbrBandWidthExceed", "The VBR bandwidth exceeds the limit.")
        .documented_in(LATER)
        .unreached("No limit of a group's bandwidth is published."),
];

fn asks(input: &Input) -> Result<MakeRouterGroup, Invalid> {
    Ok(MakeRouterGroup {
        router: input.get(&ROUTER_ID),
        peer: input.get(&PEER_ID),
        name: word(input, &NAME),
        description: word(input, &DESCRIPTION),
        dry_run: input.find(&DRY_RUN).unwrap_or_default(),
    })
}

const MAKE: &str = "CreateVirtualBorderRouter";

/// Two routers on two circuits.
pub(super) const TWO_ROUTERS: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call(MAKE, ""),
    Before::Call(MAKE, "PhysicalConnectionId=pc-other"),
];

/// And a failover group of them.
pub(super) const WITH_GROUP: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call(MAKE, ""),
    Before::Call(MAKE, "PhysicalConnectionId=pc-other"),
    Before::Call("CreateVbrHa", ""),
];

static EXAMPLES: &[Example] = &[
    answers("Two VBRs", ALL, "Name=VBRHa&Description=VBRHa", "RequestId=*&VbrHaId=*"),
    refuses("Only to check", ALL, "DryRun=true", &DRY_RUN_DONE),
    refuses("An unknown peer", ALL, "PeerVbrId=vbr-none", &NO_ROUTER),
    refuses("A VBR with itself", ALL, "PeerVbrId={VbrId.1}", &DEVICE),
    refuses("A VBR that is in one already", ALL, "", &IN_GROUP).after(WITH_GROUP),
    refuses("A VBR that is off", ALL, "", &WRONG_STATE).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call(MAKE, ""),
        Before::Call(MAKE, "PhysicalConnectionId=pc-other"),
        Before::Call("TerminateVirtualBorderRouter", ""),
    ]),
    answers("Two of which one has the other's circuit as a further one", ALL, "", "VbrHaId=*")
        .after(&[
            Before::circuit("Enabled"),
            Before::Circuit("pc-other", "Enabled", "", "Normal"),
            Before::Call(MAKE, ""),
            Before::Call(MAKE, "PhysicalConnectionId=pc-other"),
            Before::Call(
                "AssociatePhysicalConnectionToVirtualBorderRouter",
                "VbrId={VbrId.1}&PhysicalConnectionId=pc-other",
            ),
        ]),
    refuses("Two of another's", ALL, "", &NO_ROUTER).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call(MAKE, FOR_OTHER),
        Before::Call(
            MAKE,
            "PhysicalConnectionId=pc-other&VbrOwnerId=1000000000000002&LocalGatewayIp=\
             &PeerGatewayIp=&PeeringSubnetMask=",
        ),
    ]),
    refuses("One's own and another's", ALL, "", &OWNERS).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call(MAKE, ""),
        Before::Call(
            MAKE,
            "PhysicalConnectionId=pc-other&VbrOwnerId=1000000000000002&LocalGatewayIp=\
             &PeerGatewayIp=&PeeringSubnetMask=",
        ),
    ]),
];
