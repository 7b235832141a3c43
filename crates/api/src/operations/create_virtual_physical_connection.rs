//! CreateVirtualPhysicalConnection: make a shared circuit for another account, a part of one of the
//! caller's. Also what its sisters say alike.

use super::create_high_reliable_physical_connection::LONG_KEY;
use super::create_physical_connection::{is_no_number, tag_list};
use super::create_physical_connection_occupancy_order::TOO_LITTLE_MONEY;
use super::create_physical_connection_setup_order::NO_PRICE as SETUP_NO_PRICE;
use super::tag_resources_for_express_connect::{BAD_KEY, VALUE, key, tags};
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::OWN_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, E2023, E2024_03, E2025_03, Editions, from, only, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, Example, OTHER, answers, refuses};
use crate::form::{Characters, DESCRIPTION as DESCRIPTION_FORM, Form, NAME as NAME_FORM};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, RESOURCE_GROUP_ID, Text, optional, required};
use domain::catalogue::SharedSpec;
use domain::circuit::Payer;
use domain::command::HostCircuit;
use domain::receipt::Hosting;
use domain::{AccountId, Refusal};

// SOURCE: the vendor's metadata of mid-2024.
static BAD_ORDER_MODE: ErrorRow =
    error(400, "IllegalParam.OrderMode", "The param of OrderMode is illegal.");
static BAD_SPEC: ErrorRow = error(400, "IllegalParam.Spec", "The param of Spec is illegal.");
pub(super) static BAD_VLAN: ErrorRow =
    error(400, "IllegalParam.VlanId", "The param of VlanId is illegal.");
static NO_VLAN: ErrorRow =
    error(400, "InvalidVlanId.Malformed", "The specified VlanId is not valid.")
        .assumed("of what is no number; a number out of the range is IllegalParam.VlanId");
static BAD_NAME: ErrorRow = error(400, "InvalidName.Malformed", "The specified Name is not valid.");
static BAD_DESCRIPTION: ErrorRow =
    error(400, "InvalidDescription.Malformed", "The specified Description is not valid.");
static BAD_TENANT: ErrorRow =
    error(400, "IllegalParam.VpconnAliUid", "The specified AliUid of Vpconn is illegal.")
        .on(&[Refusal::NoSuchTenant])
        .assumed("of an account that nobody knows too");

/// How fast shared circuits can be. SOURCE: dossier, annex A. ASSUMED: from 2G on nobody has to
/// approve it here.
pub(super) const SPECS: &[&str] =
    &["50M", "100M", "200M", "300M", "400M", "500M", "1G", "2G", "5G", "8G", "10G"];

/// The two who may pay.
pub(super) const PAYERS: &[&str] =
    &["PayByVirtualPhysicalConnectionOwner", "PayByPhysicalConnectionOwner"];

static ORDER_MODE: Param<Payer> = required("OrderMode")
    .doc("Who pays for the shared circuit: its owner, or the owner of the port.")
    .example("PayByVirtualPhysicalConnectionOwner")
    .one_of_in(ALL, PAYERS)
    .or_else(&BAD_ORDER_MODE);

pub(super) static VLAN_ID: Param<i64> = required("VlanId")
    .doc("The VLAN of the shared circuit; 0 is the whole port, without a tag.")
    .example("4")
    .range_in(ALL, 0, 2999)
    .malformed(is_no_number, &NO_VLAN)
    .or_else(&BAD_VLAN);

static SPEC: Param<SharedSpec> = required("Spec")
    .doc("The speed of the shared circuit.")
    .example("50M")
    .one_of_in(ALL, SPECS)
    .or_else(&BAD_SPEC);

/// What a call says of it: the range keeps it small.
pub(super) fn vlan(input: &Input) -> u32 {
    u32::try_from(input.get(&VLAN_ID)).expect("its range keeps it small")
}

static TENANT: Param<AccountId> = required("VpconnAliUid")
    .doc("The account that is to have the shared circuit.")
    .example("1210123456123456")
    .or_else(&BAD_TENANT);

static NAME: Param<Text> = optional("Name")
    .doc("The name of the shared circuit.")
    .example("nametest")
    .form_in(ALL, &NAME_FORM)
    .or_else(&BAD_NAME);

static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the shared circuit.")
    .example("desctest")
    .form_in(ALL, &DESCRIPTION_FORM)
    .or_else(&BAD_DESCRIPTION);

/// SOURCE: dossier, annex A: a key is shorter.
static KEY_FORM: Form = Form::of(Characters::Printable, (1, 64));
static KEY: Param<Text> = key(&KEY_FORM);
static TAG: Param<Text> = tag_list(&[&KEY.spec, &VALUE.spec]);

/// SOURCE: the vendor's metadata of mid-2024, its spelling too.
static BAD_GROUP: ErrorRow =
    error(400, "IllegalParam.ResourceGroupId", "Invalid ResourceGroupld value.")
        .in_editions(from(E2023)) // As the parameter is.
        .documented_in(from(E2024_03));

static GROUP_ID: Param<Text> = RESOURCE_GROUP_ID.or_else(&BAD_GROUP);

/// SOURCE: EDITIONS, T114.
static TENANTS_GROUP: Param<Text> = optional("VpconnUidResourceGroupId")
    .doc("The ID of the tenant's resource group.")
    .example("rg-aekzjty2chzuqky")
    .only_in(only(E2023))
    .without_effect("in which of his groups a circuit is, its owner says");

pub(super) static DRY_RUN: Param<bool> = optional("DryRun")
    .doc("Specifies whether only to check the call.")
    .example("false")
    .default_in(ALL, "false");

pub(super) static DRY_RUN_DONE: ErrorRow =
    error(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")
        .documented_in(Editions::NONE)
        .on(&[Refusal::DryRun])
        .assumed("as CreateVbrHa says it");

static NO_CIRCUIT: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionId.NotFound",
    "The specified PhysicalConnectionId is not found.",
)
.on(&[Refusal::NoSuchCircuit]);

static GONE: ErrorRow = error(
    400,
    "ResourceNotFound.PhysicalConnectionId",
    "The specified PhysicalConnectionId [%s] is not found.",
)
.on(&[Refusal::CircuitDeleted])
.naming("PhysicalConnectionId")
.assumed("that it is told of what was there and was deleted, as ConfirmPhysicalConnection does");

static NOT_ENABLED: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionId.NotEnabled",
    "The specified PhysicalConnectionId is not in Enabled state.",
)
.on(&[Refusal::CircuitNotEnabled])
.on_in(until(E2025_03), &[Refusal::CircuitEnded]);

/// SOURCE: dossier, annex A (the code alone).
static ENDED: ErrorRow = error(
    400,
    "IncorrectStatus.PhysicalConnection",
    "The status of the specified PhysicalConnectionId is incorrect.",
)
.in_editions(from(E2025_03))
.on(&[Refusal::CircuitEnded])
.assumed("its text, since when, and that it is told of a circuit that is ended");

static NOT_ALLOWED: ErrorRow = error(
    400,
    "OperationDenied.CreateVpconn",
    "You are not allowed to create virtual physical connection. Please contact your CBM.",
)
.on(&[Refusal::CircuitHosted])
.assumed("of a port that is a shared circuit itself; else everybody may");

static FORBIDDEN_TENANT: ErrorRow = error(
    400,
    "Forbidden.VpconnAliUid",
    "Vpconn UID is forbidden to belong to a RAM account or partner account.",
)
.on(&[Refusal::OwnTenant])
.assumed("of the caller himself, who is the partner here");

static VLAN_USED: ErrorRow = error(
    400,
    "VLAN_ID_HAS_BEEN_USED_IN_PHYSICAL_CONNECTION",
    "vlan id has been used in physical connection",
)
.on(&[Refusal::VlanTaken, Refusal::VlanKept]);

static PORT_TAKEN: ErrorRow = error(
    400,
    "OperationFailed.VbrBindedPconn",
    "The operation is failed because of VbrBindedPconn.",
)
.on(&[Refusal::PortTaken])
.assumed("of a VBR that has the whole port");

static PORT_HOSTED: ErrorRow = error(
    400,
    "OperationFailed.VPconnCreated",
    "The operation is failed because of VPconnCreated.",
)
.on(&[Refusal::PortHosted])
.assumed("of a shared circuit that has the whole port");

static PORT_SHARED: ErrorRow = error(
    400,
    "OperationFailed.PconnAllocateVlan0",
    "The operation is failed because of PconnAllocatedResource.",
)
.on(&[Refusal::PortShared, Refusal::PortHostsOthers])
.assumed("of the whole port, where something is on it already");

pub(super) static TOO_FAST: ErrorRow =
    error(400, "IllegalParam.Bandwidth", "The param of Bandwidth [%s] is illegal.")
        .on(&[Refusal::NoSuchSpeed])
        .naming("Spec")
        .assumed("of a speed that the port does not have");

pub(super) static NO_BANDWIDTH: ErrorRow =
    error(400, "ResourceNotEnough.Bandwidth", "The specified resource of Bandwidth is not enough.")
        .on(&[Refusal::NoBandwidthLeft]);

pub(super) static TOO_MANY: ErrorRow =
    error(400, "QuotaExceeded.VPCONN", "The quota of VPCONN_COUNT_PER_PCONN is exceeded");

pub(super) static TOO_POOR: ErrorRow = TOO_LITTLE_MONEY
    .documented_in(Editions::NONE)
    .on(&[Refusal::BalanceTooLow])
    .assumed("of a partner who is to pay: its code, and that nothing is kept");

pub(super) static NO_PRICE: ErrorRow = SETUP_NO_PRICE
    .documented_in(Editions::NONE)
    .assumed("of a partner who is to pay what has no price");

pub(super) static ANSWER: &[Field<Hosting>] = &[
    request_id(),
    text("VirtualPhysicalConnection", "The ID of the shared circuit.", |made: &Hosting, _| {
        made.0.to_string().into()
    })
    .example("pc-bp1mrgfbtmc9brre7****"),
];

/// CreateVirtualPhysicalConnection.
/// SOURCE: dossier, annex A; EDITIONS, T107 to T115; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "CreateVirtualPhysicalConnection", &changes(asks, ANSWER))
        .only_in(from(E2022))
        .summary("Creates a shared Express Connect circuit for another account.")
        .directory("Shared circuits")
        .kind("create")
        .parameters(&[
            &REGION_ID.spec,
            &ORDER_MODE.spec,
            &VLAN_ID.spec,
            &SPEC.spec,
            &TENANT.spec,
            &CIRCUIT_ID.spec,
            &NAME.spec,
            &DESCRIPTION.spec,
            &GROUP_ID.spec,
            &TENANTS_GROUP.spec,
            &TAG.spec,
            &DRY_RUN.spec,
            &OWN_TOKEN.spec,
        ])
        .resources_in(
            ALL,
            &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"],
        )
        .errors(ERRORS)
        .assumed(&[
            "a shared circuit has its port from the beginning, and waits for its owner to confirm",
            "what shares a port shares its VLANs and its bandwidth, and VBRs take up none of that",
            "a partner who pays is charged a month's fee, once",
            "the order of the errors",
        ])
        .examples(&[Before::circuit("Enabled")], CALL, EXAMPLES);

const CALL: &str = "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example&Spec=50M&VlanId=4\
     &OrderMode=PayByVirtualPhysicalConnectionOwner&VpconnAliUid=1000000000000002";

pub(super) const MAKE: &str = "CreateVirtualPhysicalConnection";
/// It is made, for whoever looks on in an edition that has no such things.
const MADE: Before = Before::CallIn(E2022, MAKE, "");
const PAID: Before = Before::CallIn(E2022, MAKE, BY_PARTNER);
const FOR_THE_RICH: &str = "OrderMode=PayByPhysicalConnectionOwner&VpconnAliUid=1000000000000001";
pub(super) const BY_PARTNER: &str = "OrderMode=PayByPhysicalConnectionOwner";
/// The last shared circuit that was made, as a circuit of whoever calls.
pub(super) const IT: &str = "PhysicalConnectionId={VirtualPhysicalConnection}";

/// A shared circuit on the circuit of examples.
pub(super) const WITH_HOSTED: &[Before] = &[Before::circuit("Enabled"), MADE];

/// One that another account has made for the caller, who comes to be that account.
pub(super) const HOSTED_FOR_CALLER: &[Before] =
    &[Before::circuit("Enabled"), MADE, Before::As(OTHER)];

/// The same in service: the partner has paid, and the caller has taken it.
pub(super) const SERVED_FOR_CALLER: &[Before] = &[
    Before::circuit("Enabled"),
    PAID,
    Before::As(OTHER),
    Before::Call("ConfirmPhysicalConnection", IT),
];

/// The same, and the partner calls.
pub(super) const SERVED_BY_CALLER: &[Before] = &[
    Before::circuit("Enabled"),
    PAID,
    Before::As(OTHER),
    Before::Call("ConfirmPhysicalConnection", IT),
    Before::As(CALLER),
];

static ERRORS: &[&ErrorRow] = &[
    &BAD_TENANT,
    &NO_CIRCUIT,
    &GONE,
    &NOT_ALLOWED,
    &NOT_ENABLED,
    &ENDED,
    &FORBIDDEN_TENANT,
    &VLAN_USED,
    &PORT_TAKEN,
    &PORT_HOSTED,
    &PORT_SHARED,
    &TOO_FAST,
    &NO_BANDWIDTH,
    &TOO_MANY.on(&[Refusal::HostedMax]).with_setting("hosted_circuits_max"),
    &TOO_POOR,
    &NO_PRICE,
    &DRY_RUN_DONE,
    &error(400, "MissingParam.Spec", "The param of Spec is missing.").for_missing(&["Spec"]),
    &error(
        400,
        "MissingParameter",
        "The input parameter 'PhysicalConnectionId' that is mandatory for processing this request \
         is not supplied.",
    )
    .for_missing(&["PhysicalConnectionId"]),
    &NO_VLAN,
    &error(
        400,
        "EcAssociatedQoSPconnNotAllowCreateVpconn",
        "The specified Pconn associated with Qos is not allowed to create Vpconn.Please contact \
         the business manager.",
    )
    .unreached("There are no QoS policies yet."),
    &BAD_GROUP,
];

fn asks(input: &Input) -> Result<HostCircuit, Invalid> {
    let word = |param| input.find(param).map_or_else(Box::default, |Text(text)| text);
    Ok(HostCircuit {
        parent: input.get(&CIRCUIT_ID),
        tenant: input.get(&TENANT),
        vlan: vlan(input),
        spec: input.get(&SPEC),
        payer: input.get(&ORDER_MODE),
        name: word(&NAME),
        description: word(&DESCRIPTION),
        resource_group: word(&GROUP_ID),
        tags: tags(input, &TAG)?,
        dry_run: input.get(&DRY_RUN),
    })
}

static EXAMPLES: &[Example] = &[
    refuses("A key of 65 characters", from(E2023), LONG_KEY, &BAD_KEY),
    refuses("A resource group that is none", from(E2023), "ResourceGroupId=a\u{7}", &BAD_GROUP),
    answers("One that its owner pays for", ALL, "", "VirtualPhysicalConnection=*"),
    answers("One that the partner pays for", ALL, BY_PARTNER, "VirtualPhysicalConnection=*"),
    answers("The whole port", ALL, "VlanId=0&Spec=1G", "VirtualPhysicalConnection=*"),
    answers(
        "With a name and a tag",
        from(E2023),
        "Name=tenant&Description=of a tenant&Tag.1.Key=FinanceDept&Tag.1.Value=FinanceJoshua",
        "VirtualPhysicalConnection=*",
    ),
    refuses("Only to check", ALL, "DryRun=true", &DRY_RUN_DONE),
    refuses("A circuit that is not in service", ALL, "", &NOT_ENABLED)
        .after(&[Before::circuit("Confirmed")]),
    refuses("A circuit that is ended, before 2025", until(E2025_03), "", &NOT_ENABLED)
        .after(&[Before::circuit("Terminated")]),
    refuses("A circuit that is ended", from(E2025_03), "", &ENDED)
        .after(&[Before::circuit("Terminated")]),
    refuses("A part of a shared circuit", ALL, IT, &NOT_ALLOWED).after(SERVED_FOR_CALLER),
    refuses("For nobody", ALL, "VpconnAliUid=7", &BAD_TENANT),
    refuses("For oneself", ALL, "VpconnAliUid=1000000000000001", &FORBIDDEN_TENANT),
    refuses("A VLAN that another has", ALL, "", &VLAN_USED).after(WITH_HOSTED),
    refuses("Beside a VBR that has the whole port", ALL, "", &PORT_TAKEN).after(&[
        Before::circuit("Enabled"),
        Before::Call("CreateVirtualBorderRouter", "VlanId=0"),
    ]),
    refuses("Beside one that has the whole port", ALL, "", &PORT_HOSTED)
        .after(&[Before::circuit("Enabled"), Before::Call(MAKE, "VlanId=0")]),
    refuses("The whole port, where another is", ALL, "VlanId=0", &PORT_SHARED).after(WITH_HOSTED),
    refuses("Faster than the port", ALL, "Spec=2G", &TOO_FAST),
    refuses("More than is left of the port", ALL, "VlanId=5&Spec=1G", &NO_BANDWIDTH)
        .after(WITH_HOSTED),
    refuses("A partner without money", ALL, FOR_THE_RICH, &TOO_POOR)
        .after(&[Before::As(OTHER), Before::circuit("Enabled")]),
    refuses("What has no price", ALL, BY_PARTNER, &NO_PRICE)
        .after(&[Before::circuit("Enabled"), Before::NoPrices]),
];
