//! UpdateVirtualPhysicalConnection: change the VLAN of a shared circuit, and how fast it is to be.

use super::create_virtual_physical_connection::{
    BAD_VLAN, BY_PARTNER, DRY_RUN, DRY_RUN_DONE, HOSTED_FOR_CALLER, IT, MAKE, NO_BANDWIDTH,
    NO_PRICE, SERVED_BY_CALLER, SPECS, TOO_POOR, VLAN_ID, WITH_HOSTED, vlan,
};
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::OWN_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, Example, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{INSTANCE_ID, Param, REGION_ID, optional};
use domain::Refusal;
use domain::catalogue::SharedSpec;
use domain::command::AmendHostedCircuit;
use domain::receipt::DoneForAnOrder;

// SOURCE: the vendor's metadata of mid-2024.
static BAD_SPEED: ErrorRow =
    error(400, "IllegalParam.Bandwidth", "The param of bandwidth is illegal.")
        .on(&[Refusal::NoSuchSpeed])
        .assumed("of a speed that the port does not have too");

/// SOURCE: EDITIONS, T116.
static EXPECTED: Param<SharedSpec> = optional("ExpectSpec")
    .doc("How fast the shared circuit is to be once that is paid.")
    .example("50M")
    .one_of_in(ALL, SPECS)
    .or_else(&BAD_SPEED);

static VLAN_USED: ErrorRow = BAD_VLAN
    .on(&[Refusal::VlanTaken])
    .assumed("of a VLAN that another has too, since the table has no other row");

static NO_CIRCUIT: ErrorRow = error(
    400,
    "ResourceNotFound.PhysicalConnectionId",
    "The specified PhysicalConnectionId [%s] is not found.",
)
.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
.naming("InstanceId")
.assumed("of a circuit that is no shared one too");

static NOT_THEIRS: ErrorRow = error(
    400,
    "Forbidden.PhysicalConnection",
    "Only parent physical connection account is allowed to modify the virtual physical connection.",
)
.on(&[Refusal::NeedsPartner]);

static LOCKED: ErrorRow = error(
    400,
    "OperationFailed.PhysicalConnectionFinancialLocked",
    "Update failed, the physical connection is financial locked.",
)
.on(&[Refusal::CircuitLocked]);

static ENDED: ErrorRow = error(
    400,
    "OperationFailed.PhysicalConnectionTerminated",
    "Update failed, the physical connection is terminated.",
)
.on(&[Refusal::CircuitEnded])
.assumed("of one that is being ended or was given up too");

static WRONG_VBR: ErrorRow = error(400, "IncorrectStatus.VBR", "The status of VBR is incorrect.")
    .on(&[Refusal::RouterState])
    .assumed("of a VBR on it that is not active, whose VLAN would change");

/// UpdateVirtualPhysicalConnection.
/// SOURCE: dossier, annex A; EDITIONS, T108 and T116; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "UpdateVirtualPhysicalConnection", &changes(asks, ANSWER))
        .only_in(from(E2022))
        .summary("Changes the VLAN and the expected speed of a shared Express Connect circuit.")
        .directory("Shared circuits")
        .kind("update")
        .parameters(&[
            &REGION_ID.spec,
            &INSTANCE_ID.spec,
            &VLAN_ID.spec,
            &EXPECTED.spec,
            &DRY_RUN.spec,
            &OWN_TOKEN.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{InstanceId}"])
        .errors(&[
            &NOT_THEIRS,
            &NO_CIRCUIT,
            &BAD_SPEED,
            &ENDED,
            &LOCKED,
            &VLAN_USED,
            &WRONG_VBR,
            &NO_BANDWIDTH,
            &TOO_POOR,
            &NO_PRICE,
            &DRY_RUN_DONE,
            &error(
                400,
                "OperationDenied.CreateVpconn",
                "You are not allowed to create virtual physical connection. Please contact your \
                 CBM.",
            )
            .unreached("Everybody may change what he has made."),
        ])
        .assumed(&[
            "an expected speed is there once the owner has paid an order or a renewal with it",
            "a partner who pays is charged for another speed at once, and it is there as soon as \
             the owner has taken the circuit",
            "a VBR on the circuit has its VLAN at once",
            "the order of the errors",
        ])
        .examples(
            WITH_HOSTED,
            "RegionId=cn-hangzhou&InstanceId={VirtualPhysicalConnection}&VlanId=9",
            EXAMPLES,
        );

/// SOURCE: dossier 8, 8: a text.
static ANSWER: &[Field<DoneForAnOrder>] = &[
    request_id(),
    text("Success", "Whether the call succeeded.", |_, _| "true".into()).example("true"),
];

fn asks(input: &Input) -> Result<AmendHostedCircuit, Invalid> {
    Ok(AmendHostedCircuit {
        circuit: input.get(&INSTANCE_ID),
        vlan: vlan(input),
        expected: input.find(&EXPECTED),
        dry_run: input.get(&DRY_RUN),
    })
}

const CHANGE: &str = "ModifyPhysicalConnectionAttribute";
const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

const RENEW: &str = "RenewInstance";

/// Of 100,000 dollars, 96,480 go for a port of 10 Gbit/s, paid for a long time, 2,880 and 4 more:
/// 636 are left.
const SPENT: &[Before] = &[
    Before::Call("CreatePhysicalConnection", "PortType=10GBase-LR"),
    Before::Later("PT2S"),
    Before::Call("ConfirmPhysicalConnection", "PhysicalConnectionId={PhysicalConnectionId}"),
    Before::Call(
        ORDER,
        "PhysicalConnectionId={PhysicalConnectionId}&AutoPay=true&PricingCycle=Year&Period=5",
    ),
    Before::Call(RENEW, "InstanceId={PhysicalConnectionId}&RenewPeriod=36"),
    Before::Call(RENEW, "InstanceId={PhysicalConnectionId}&RenewPeriod=36"),
    Before::Call(RENEW, "InstanceId={PhysicalConnectionId}&RenewPeriod=6"),
    Before::circuit("Enabled"),
    Before::Call(CHANGE, "PortType=10GBase-LR&Name="),
    Before::Call(MAKE, BY_PARTNER),
];

static EXAMPLES: &[Example] = &[
    answers("Another VLAN", ALL, "", "Success=true"),
    answers("Another speed, with the same VLAN", ALL, "VlanId=4&ExpectSpec=100M", "Success=true"),
    answers("Another speed that the partner pays for", ALL, "ExpectSpec=100M", "Success=true")
        .after(SERVED_BY_CALLER),
    refuses("Only to check", ALL, "DryRun=true", &DRY_RUN_DONE),
    refuses("By its owner", ALL, "", &NOT_THEIRS).after(HOSTED_FOR_CALLER),
    refuses("A circuit that is no shared one", ALL, "InstanceId=pc-example", &NO_CIRCUIT),
    refuses("A VLAN that another has", ALL, "VlanId=5", &VLAN_USED).after(&[
        Before::circuit("Enabled"),
        Before::Call("CreateVirtualBorderRouter", "VlanId=5"),
        Before::Call(MAKE, ""),
    ]),
    refuses("Faster than the port", ALL, "ExpectSpec=2G", &BAD_SPEED),
    refuses("More than is left of the port", ALL, "ExpectSpec=1G", &NO_BANDWIDTH).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE, "VlanId=5"),
        Before::Call(MAKE, ""),
    ]),
    refuses("One that was given up", ALL, "", &ENDED).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE, ""),
        Before::As(OTHER),
        Before::Call("CancelPhysicalConnection", IT),
        Before::As(CALLER),
    ]),
    refuses("One whose time is over", ALL, "", &LOCKED).after(&[
        Before::As(OTHER),
        Before::circuit("Enabled"),
        Before::Call(MAKE, "VpconnAliUid=1000000000000001"),
        Before::As(CALLER),
        Before::Call("ConfirmPhysicalConnection", IT),
        Before::Call(
            "CreatePhysicalConnectionOccupancyOrder",
            "PhysicalConnectionId={VirtualPhysicalConnection}&AutoPay=true",
        ),
        Before::Later("P48D"),
        Before::As(OTHER),
    ]),
    refuses("Another VLAN, while its VBR is switched off", ALL, "", &WRONG_VBR).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE, BY_PARTNER),
        Before::As(OTHER),
        Before::Call("ConfirmPhysicalConnection", IT),
        Before::Call(
            "CreateVirtualBorderRouter",
            "PhysicalConnectionId={VirtualPhysicalConnection}&VlanId=4",
        ),
        Before::Call("TerminateVirtualBorderRouter", ""),
        Before::As(CALLER),
    ]),
    refuses("A partner whose money is spent", ALL, "VlanId=4&ExpectSpec=10G", &TOO_POOR)
        .after(SPENT),
    refuses("What has no price", ALL, "ExpectSpec=100M", &NO_PRICE).after(&[
        Before::circuit("Enabled"),
        Before::Call(MAKE, BY_PARTNER),
        Before::NoPrices,
    ]),
];
