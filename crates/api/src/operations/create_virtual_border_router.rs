//! CreateVirtualBorderRouter: make a router on a circuit. Also what its sisters say alike.
//!
//! Long because its table has fifty rows.

use super::create_physical_connection::ACCESS_POINTS;
use super::create_virtual_physical_connection::{
    BY_PARTNER, HOSTED_FOR_CALLER, IT, MAKE, SERVED_FOR_CALLER, WITH_HOSTED,
};
use super::tag_resources_for_express_connect::{MANY_TAGS, MEMBERS, MOST, tags};
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2020, E2022, E2023, E2024_03, Editions, between, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, OTHER, answers, refuses};
use crate::form::{
    Characters, DESCRIPTION as DESCRIPTION_FORM, Form, NAME as NAME_FORM, NAME_WITH_DOTS,
};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, Text, objects, optional, required};
use crate::value::{Ipv4Text, Ipv6Text, MaskText, PrefixText};
use domain::command::MakeRouter;
use domain::peering::Peering;
use domain::receipt::RouterMade;
use domain::{AccountId, Refusal};

/// Rows that the vendor's metadata of mid-2024 has and the page of 2019 has not.
pub(super) const LATER: Editions = from(E2024_03);

// SOURCE: ROUTERS, annex A (the table of 2019); the vendor's metadata of mid-2024.
pub(super) static BAD_VLAN: ErrorRow =
    error(400, "InvalidVlanId.Malformed", "The specified VlanId is not valid.");
pub(super) static BAD_CIRCUIT_CODE: ErrorRow =
    error(400, "InvalidCircuitCode.Malformed", "The specified CircuitCode is not valid.");
pub(super) static BAD_LOCAL_IP: ErrorRow =
    error(400, "InvalidLocalGatewayIp.Malformed", "The specified LocalGatewayIp is not valid.");
pub(super) static BAD_PEER_IP: ErrorRow =
    error(400, "InvalidPeerGatewayIp.Malformed", "The specified PeerGatewayIp is not valid.")
        .documented_in(until(E2024_03))
        .assumed("that this operation has it, as AssociatePhysicalConnection… has");
pub(super) static BAD_MASK: ErrorRow = error(
    400,
    "InvalidPeeringSubnetMask.Malformed",
    "The specified PeeringSubnetMask is not valid.",
);
pub(super) static BAD_NAME: ErrorRow =
    error(400, "InvalidName.Malformed", "The specified ?Name? is not valid.");
pub(super) static BAD_DESCRIPTION: ErrorRow =
    error(400, "InvalidDescription.Malformed", "The specifid ?Description? is not valid.");
static BAD_IPV6: ErrorRow =
    error(400, "IllegalParam.IpAddress", "The specified IpAddress (%s) is illegal.")
        .in_editions(HAVE_IPV6)
        .documented_in(LATER)
        .assumed("of an address of IPv6, since those of IPv4 have codes of their own");
static BAD_PREFIX: ErrorRow =
    error(400, "IllegalParam.CidrBlock", "The specified CidrBlock (%s) is illegal.")
        .in_editions(HAVE_IPV6)
        .documented_in(LATER)
        .assumed("of the prefix of IPv6");
static BAD_BANDWIDTH: ErrorRow =
    error(400, "IllegalParam.Bandwidth", "The param of bandwidth is illegal.")
        .in_editions(from(E2020))
        .documented_in(LATER);
static BAD_OWNER: ErrorRow =
    error(400, "IllegalParam.OwnerAliUid", "The param of VbrOwnerId is illegal.")
        .documented_in(LATER);

static OWNER_ID: Param<AccountId> = optional("VbrOwnerId")
    .doc("The account that will own the VBR; the caller's, if it is absent.")
    .example("168811111****")
    .or_else(&BAD_OWNER);

/// SOURCE: EDITIONS, T135 and T136.
pub(super) static VLAN_ID: Param<u32> = required("VlanId")
    .doc("The VLAN of the VBR; 0 is the whole port, without a tag.")
    .example("10")
    .range_in(until(E2020), 1, 2999)
    .range_in(from(E2020), 0, 2999)
    .or_else(&BAD_VLAN);

static CODE: Form = Form::of(Characters::Printable, (1, 128));

pub(super) static CIRCUIT_CODE: Param<Text> = optional("CircuitCode")
    .doc("The code that the carrier gave the circuit.")
    .example("longtel001")
    .form_in(ALL, &CODE)
    .assumed("its form, which is not published")
    .or_else(&BAD_CIRCUIT_CODE);

pub(super) static LOCAL_IP: Param<Ipv4Text> = optional("LocalGatewayIp")
    .doc("The IPv4 address on the cloud's side.")
    .example("192.168.0.1")
    .or_else(&BAD_LOCAL_IP);

pub(super) static PEER_IP: Param<Ipv4Text> = optional("PeerGatewayIp")
    .doc("The IPv4 address on the customer's side.")
    .example("192.168.0.2")
    .or_else(&BAD_PEER_IP);

pub(super) static MASK: Param<MaskText> = optional("PeeringSubnetMask")
    .doc("The mask of both IPv4 addresses, 24 to 30 bits.")
    .example("255.255.255.252")
    .or_else(&BAD_MASK);

/// The editions whose pages say that the addresses of IPv4 are required.
/// SOURCE: EDITIONS, T141; the vendor's metadata of mid-2024.
const ADDRESSES_REQUIRED: Editions = between(E2023, E2024_03);

static OWN_LOCAL_IP: Param<Ipv4Text> = LOCAL_IP.said_required_in(ADDRESSES_REQUIRED);
static OWN_PEER_IP: Param<Ipv4Text> = PEER_IP.said_required_in(ADDRESSES_REQUIRED);
static OWN_MASK: Param<MaskText> = MASK.said_required_in(ADDRESSES_REQUIRED);

/// SOURCE: EDITIONS, T137 and T138.
const HAVE_IPV6: Editions = from(E2020);

pub(super) static ENABLE_IPV6: Param<bool> = optional("EnableIpv6")
    .doc("Specifies whether to enable IPv6.")
    .example("false")
    .only_in(HAVE_IPV6);

pub(super) static LOCAL_IPV6: Param<Ipv6Text> = optional("LocalIpv6GatewayIp")
    .doc("The IPv6 address on the cloud's side.")
    .example("2408:4004:cc:400::1")
    .only_in(HAVE_IPV6)
    .or_else(&BAD_IPV6);

pub(super) static PEER_IPV6: Param<Ipv6Text> = optional("PeerIpv6GatewayIp")
    .doc("The IPv6 address on the customer's side.")
    .example("2408:4004:cc:400::2")
    .only_in(HAVE_IPV6)
    .or_else(&BAD_IPV6);

/// SOURCE: ROUTERS 12, point 8: a prefix, in spite of the name.
pub(super) static IPV6_PREFIX: Param<PrefixText> = optional("PeeringIpv6SubnetMask")
    .doc("The prefix of both IPv6 addresses, with its length.")
    .example("2408:4004:cc:400::/56")
    .only_in(HAVE_IPV6)
    .or_else(&BAD_PREFIX);

/// SOURCE: ROUTERS 7 (50120 too); EDITIONS, T139.
static BANDWIDTH: Param<i64> = optional("Bandwidth")
    .doc("The bandwidth of the VBR, in Mbit/s.")
    .example("100")
    .only_in(from(E2020))
    .one_of_in(
        ALL,
        &[
            "50", "100", "200", "300", "400", "500", "1000", "2048", "5120", "8192", "10240",
            "20480", "40960", "50120", "61440", "102400",
        ],
    )
    .assumed("without it, the port's speed")
    .or_else(&BAD_BANDWIDTH);

/// SOURCE: EDITIONS, T142.
pub(super) static NAME: Param<Text> = optional("Name")
    .doc("The name of the VBR.")
    .example("test")
    .form_in(until(E2020), &NAME_WITH_DOTS)
    .form_in(from(E2020), &NAME_FORM)
    .or_else(&BAD_NAME);

pub(super) static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the VBR.")
    .example("desc")
    .form_in(ALL, &DESCRIPTION_FORM)
    .or_else(&BAD_DESCRIPTION);

static GROUP: Form = Form::of(Characters::Printable, (0, 64));

/// SOURCE: EDITIONS, T143.
static RESOURCE_GROUP_ID: Param<Text> = optional("ResourceGroupId")
    .doc("The ID of the resource group.")
    .example("rg-acfmxazb4ph6aiy****")
    .only_in(LATER)
    .form_in(ALL, &GROUP)
    .assumed("its form, and that any group exists");

/// SOURCE: ROUTERS 12, point 1: `Tags`, where circuits have `Tag`.
static TAGS: Param<Text> = objects("Tags", MEMBERS, MOST)
    .doc("The tags of the VBR.")
    .example("FinanceDept")
    .only_in(LATER)
    .too_many(&MANY_TAGS);

pub(super) static REGION_NOT_FOUND: ErrorRow =
    error(404, "InvalidRegionId.NotFound", "The specified RegionId is not found.");

/// SOURCE: ROUTERS 12, point 6: 400 here, 404 of circuits themselves.
pub(super) static NO_CIRCUIT: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionId.NotFound",
    "The specified PhysicalConnectionId is not found.",
)
.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]);

pub(super) static NOT_ENABLED: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionId.NotEnabled",
    "The specified PhysicalConnectionId is not in Enabled state.",
)
.on(&[Refusal::CircuitNotEnabled]);

/// A shared circuit is told apart since there is a row for it.
static OWN_NOT_ENABLED: ErrorRow = NOT_ENABLED.on_in(until(E2022), &[Refusal::HostedNotEnabled]);

/// Which editions ask for it: [`needs_service`].
pub(super) static SERVICE_CLOSED: ErrorRow = error(
    400,
    "OperationFailed.PconnTrafficNotEnable",
    "The operation is failed because of PconnTrafficNotEnable.",
)
.in_editions(LATER)
.on(&[Refusal::ServiceClosed]);

static NO_OWNER: ErrorRow =
    error(404, "InvalidVbrOwnerId.NotFound", "The specified VbrOwnerId is not valid.")
        .on(&[Refusal::NoSuchOwner])
        .on_in(until(E2022), &[Refusal::CircuitHosted]);

/// SOURCE: the vendor's metadata of mid-2024, its two blanks too.
pub(super) static LOCAL_IP_NOT_THEIRS: ErrorRow = error(
    403,
    "Forbidden.LocalGatewayIpNotAllowedByCaller",
    "The caller is not allowed to specify the LocalGatewayIp parameter.",
)
.on(&[Refusal::LocalIpNotTheirs]);
pub(super) static PEER_IP_NOT_THEIRS: ErrorRow = error(
    403,
    "Forbidden.PeerGatewayIpNotAllowedByCaller",
    "The caller is not allowed to specify the PeerGatewayIp  parameter.",
)
.on(&[Refusal::PeerIpNotTheirs]);
pub(super) static MASK_NOT_THEIRS: ErrorRow = error(
    403,
    "Forbidden.PeeringSubnetMaskNotAllowedByCaller",
    "The caller is not allowed to specify the PeeringSubnetMask parameter.",
)
.on(&[Refusal::MaskNotTheirs]);
pub(super) static NAME_NOT_THEIRS: ErrorRow = error(
    403,
    "Forbidden.NameNotAllowedByCaller",
    "The caller is not allowed to specify the Name parameter.",
)
.on(&[Refusal::NameNotTheirs]);
pub(super) static DESCRIPTION_NOT_THEIRS: ErrorRow = error(
    403,
    "Forbidden.DescriptionNotAllowedByCaller",
    "The caller is not allowed to specify the Description parameter.",
)
.on(&[Refusal::DescriptionNotTheirs]);

const NO_LOCAL_IP: &str = "The input parameter 'LocalGatewayIp' that is mandatory for processing \
                           this request is not supplied.";
const NO_PEER_IP: &str = "The input parameter 'PeerGatewayIp' that is mandatory for processing \
                          this request is not supplied.";
const NO_MASK: &str = "The input parameter 'PeeringSubnetMask' that is mandatory for processing \
                       this request is not supplied.";

pub(super) static NO_ADDRESS: ErrorRow = error(
    400,
    "MissingParameter",
    "The input parameter 'PhysicalConnectionId' that is mandatory for processing this request is \
     not supplied.",
)
.for_missing(&["PhysicalConnectionId", "VlanId"])
.or_in(until(E2024_03), &[NO_LOCAL_IP, NO_PEER_IP, NO_MASK])
.on(&[Refusal::NoLocalIp, Refusal::NoPeerIp, Refusal::NoMask])
.saying(&[
    (Refusal::NoLocalIp, NO_LOCAL_IP),
    (Refusal::NoPeerIp, NO_PEER_IP),
    (Refusal::NoMask, NO_MASK),
]);

pub(super) static NOT_ONE_SUBNET: ErrorRow = error(
    400,
    "InvalidIp.NotSameSubnet",
    "Local gateway ip and peer gateway ip are not in the same subnet.",
)
.on(&[Refusal::NotOneSubnet])
.assumed("of addresses of IPv6 too");

pub(super) static VLAN_USED: ErrorRow =
    error(400, "InvalidVlanId.Used", "The specified VlanId has been used.");

static OWN_VLAN_USED: ErrorRow = VLAN_USED
    .on_in(
        until(E2024_03),
        &[
            Refusal::VlanTaken,
            Refusal::VlanKept,
            Refusal::PortTaken,
            Refusal::PortShared,
            Refusal::PortHosted,
            Refusal::PortHostsOthers,
        ],
    )
    .on_in(until(E2022), &[Refusal::HostedDiffers, Refusal::HostedTaken])
    .on_in(LATER, &[Refusal::VlanTaken]);

pub(super) static VLAN_KEPT: ErrorRow =
    error(400, "OperationFailed.VlanIdInUse", "Operation failed because vlanId is in use.")
        .in_editions(LATER)
        .on(&[Refusal::VlanKept])
        .assumed("of a VLAN that a VBR keeps which is off");

static OTHERS_MOST: ErrorRow = error(
    400,
    "QuotaExceeded.CrossUserVBRPerUser",
    "Cross virtual boarder router per user quota exceed.",
)
.in_editions(LATER)
.on(&[Refusal::OthersRoutersMax])
.assumed("of a VBR for another account, of which a circuit has as many as of its own");

static OWN_MOST: ErrorRow =
    TOO_MANY.on(&[Refusal::RoutersMax]).on_in(until(E2024_03), &[Refusal::OthersRoutersMax]);

static PORT_TAKEN: ErrorRow = error(
    400,
    "OperationFailed.PconnExistVlan0Vbr",
    "The physical connection has VLAN 0 VBR. You cannot create another VBR.",
)
.in_editions(LATER)
.on(&[Refusal::PortTaken, Refusal::PortHosted])
.assumed("of a shared circuit that has the whole port too");

static PORT_SHARED: ErrorRow = error(
    400,
    "OperationFailed.Vlan0VbrUnSharePconn",
    "VLAN 0 VBR cannot share the physical connection with another VBR.",
)
.in_editions(LATER)
.on(&[Refusal::PortShared]);

static PORT_HOSTS_OTHERS: ErrorRow = error(
    400,
    "OperationFailed.PconnAllocateVlan0",
    "Vlan 0 Vbr cannot share the physical connection with another Vbr.",
)
.in_editions(LATER)
.on(&[Refusal::PortHostsOthers])
.assumed("of the whole port, where shared circuits are");

/// The editions that have shared circuits. ASSUMED: they say of them what the table of 2024-03
/// does, since none of their own codes would be true.
pub(super) const SHARED_IN: Editions = from(E2022);

static HOSTED_FOR_OTHER: ErrorRow =
    error(400, "OperationDenied.VPconn", "Vpconn is forbidden to create vbr for another account.")
        .in_editions(SHARED_IN)
        .documented_in(LATER)
        .on(&[Refusal::CircuitHosted]);

static HOSTED_DIFFERS: ErrorRow = error(
    400,
    "OperationFailed.NotConsistentWithVpconn",
    "VBR bandwidth is not consistent with vpconn",
)
.in_editions(SHARED_IN)
.documented_in(LATER)
.on(&[Refusal::HostedDiffers])
.assumed("of its VLAN too");

static HOSTED_TAKEN: ErrorRow = error(
    400,
    "OperationFailed.VirtualPhysicalConnectionExistVBR",
    "The virtual physical connect has already created another VBR.",
)
.in_editions(SHARED_IN)
.documented_in(LATER)
.on(&[Refusal::HostedTaken]);

static HOSTED_STATUS: ErrorRow = error(
    400,
    "IncorrectStatus.VirtualPhysicalConnection",
    "The status of PhysicalConnection [%s] is incorrect.",
)
.in_editions(SHARED_IN)
.documented_in(LATER)
.on(&[Refusal::HostedNotEnabled])
.naming("PhysicalConnectionId");

pub(super) static NO_IPV6_IN_REGION: ErrorRow =
    error(400, "OperationUnsupported.IPV6ForThisRegion", "This Region do not support IPV6.")
        .in_editions(LATER)
        .on(&[Refusal::RegionWithoutIpv6])
        .with_setting(ACCESS_POINTS)
        .assumed("of a region none of whose access points has IPv6");

pub(super) static NO_IPV6: ErrorRow = error(
    400,
    "OperationUnsupported.VirtualBorderRouterEnableIPv6",
    "The operation failed. The device or region does not support IPv6 functions.",
)
.in_editions(LATER)
.on(&[Refusal::DeviceWithoutIpv6])
.with_setting(ACCESS_POINTS)
.assumed("of an access point without IPv6 where another of its region has it");

static DEVICE_DISABLED: ErrorRow = error(
    404,
    "OperationFailed.AccessDeviceDisabled",
    "Access device is disabled and can not create vbr.",
)
.in_editions(LATER)
.on(&[Refusal::AccessPointDisabled])
.with_setting(ACCESS_POINTS)
.assumed("of a circuit whose access point is disabled");

pub(super) static TOO_FAST: ErrorRow =
    error(400, "VbrBandwidthExceed", "VBR bandwidth exceed for this physical connection.")
        .in_editions(LATER)
        .on(&[Refusal::RouterTooFast])
        .assumed("of a router that is to be faster than its port");

pub(super) static TOO_MANY: ErrorRow = error(
    400,
    "QuotaExceeded.vbrPerpConn",
    "Virtual boarder router per PhysicalConnection quota exceed.",
);

/// A row of addresses that two circuits of a router would have. SOURCE: the vendor's metadata of
/// mid-2024.
pub(super) const fn addresses(
    code: &'static str,
    message: &'static str,
    refusals: &'static [Refusal],
) -> ErrorRow {
    error(400, code, message).in_editions(LATER).on_in(LATER, refusals).assumed(
        "of the circuits of one VBR: first its own, then those it has further, and what a call \
         says of two",
    )
}

/// A row of the metadata that no call can meet here.
const fn later(
    status: u16,
    code: &'static str,
    message: &'static str,
    why: &'static str,
) -> ErrorRow {
    error(status, code, message).in_editions(LATER).unreached(why)
}

const NO_QUOTAS: &str = "QuotaExceeded.vbrPerpConn says it, or nobody counts.";
pub(super) const NO_GROUPS: &str = "Any resource group exists, and none keeps anything apart.";

static ANSWER: &[Field<RouterMade>] = &[
    request_id(),
    text("VbrId", "The ID of the VBR.", |made: &RouterMade, _| made.0.as_str().into())
        .example("vbr-bp1jcg5cmxjbl9xgc****"),
];

/// CreateVirtualBorderRouter.
/// SOURCE: ROUTERS; EDITIONS, section 7; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "CreateVirtualBorderRouter", &changes(asks, ANSWER))
        .summary("Creates a virtual border router (VBR) on an Express Connect circuit.")
        .directory("Virtual border routers")
        .parameters(&[
            &REGION_ID.spec,
            &CIRCUIT_ID.spec,
            &OWNER_ID.spec,
            &VLAN_ID.spec,
            &CIRCUIT_CODE.spec,
            &OWN_LOCAL_IP.spec,
            &OWN_PEER_IP.spec,
            &OWN_MASK.spec,
            &ENABLE_IPV6.spec,
            &LOCAL_IPV6.spec,
            &PEER_IPV6.spec,
            &IPV6_PREFIX.spec,
            &BANDWIDTH.spec,
            &NAME.spec,
            &DESCRIPTION.spec,
            &RESOURCE_GROUP_ID.spec,
            &TAGS.spec,
            &CLIENT_TOKEN.spec,
        ])
        // SOURCE: ROUTERS 17 (both resources are needed).
        .resources_in(
            LATER,
            &[
                "acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}",
                "acs:vpc:{region}:{account}:virtualborderrouter/*",
            ],
        )
        .errors(ERRORS)
        .assumed(&[
            "a router costs nothing (ROUTERS 7)",
            "outbound traffic must be billed from the edition on whose table says so",
            "EnableIpv6 may be said before its addresses are, which Modify says then",
            "the order of the errors",
        ])
        .examples(&[Before::circuit("Enabled")], CALL, EXAMPLES);

/// The example call, which makes a router on the circuit of examples.
const CALL: &str = "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example&VlanId=10\
     &LocalGatewayIp=10.0.0.1&PeerGatewayIp=10.0.0.2&PeeringSubnetMask=255.255.255.252";

/// What makes one for another account of it, and what else is said.
macro_rules! for_other {
    ($($more:literal)?) => {
        concat!(
            "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=",
            $($more)?
        )
    };
}
pub(super) const FOR_OTHER: &str = for_other!();
pub(super) const FOR_OTHER_CODED: &str = for_other!("&CircuitCode=longtel001");

/// A circuit in service, and another account's router on it.
pub(super) const WITH_OTHERS: &[Before] =
    &[Before::circuit("Enabled"), Before::Call("CreateVirtualBorderRouter", FOR_OTHER)];

/// What its owner says to take one over that was made for him.
pub(super) const TAKES_OVER: Before = Before::Call(
    "ModifyVirtualBorderRouterAttribute",
    "LocalGatewayIp=10.0.0.1&PeerGatewayIp=10.0.0.2&PeeringSubnetMask=255.255.255.252",
);

/// The same, and that account calls.
pub(super) const BY_OTHER: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call("CreateVirtualBorderRouter", FOR_OTHER),
    Before::As(OTHER),
];

/// A circuit in service, and a router on it.
pub(super) const WITH_ROUTER: &[Before] =
    &[Before::circuit("Enabled"), Before::Call("CreateVirtualBorderRouter", "")];

/// The same, and the router is off.
pub(super) const WITH_ROUTER_OFF: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call("CreateVirtualBorderRouter", ""),
    Before::Call("TerminateVirtualBorderRouter", ""),
    Before::Later("PT1S"),
];

/// What makes one on the shared circuit of the caller of it.
const ON_IT: &str = "PhysicalConnectionId={VirtualPhysicalConnection}&VlanId=4";

/// A router of the caller's on a shared circuit of his.
pub(super) const ON_HOSTED: &[Before] = &[
    Before::circuit("Enabled"),
    Before::CallIn(E2022, MAKE, BY_PARTNER),
    Before::As(OTHER),
    Before::Call("ConfirmPhysicalConnection", IT),
    Before::Call(NAMED, ON_IT),
];

static ERRORS: &[&ErrorRow] = &[
    &REGION_NOT_FOUND,
    &BAD_PEER_IP,
    &NO_CIRCUIT,
    &SERVICE_CLOSED,
    &OWN_NOT_ENABLED,
    &DEVICE_DISABLED,
    &NO_IPV6_IN_REGION,
    &NO_IPV6,
    &NO_OWNER,
    &LOCAL_IP_NOT_THEIRS,
    &PEER_IP_NOT_THEIRS,
    &MASK_NOT_THEIRS,
    &NAME_NOT_THEIRS,
    &DESCRIPTION_NOT_THEIRS,
    &NO_ADDRESS,
    &NOT_ONE_SUBNET,
    &OWN_VLAN_USED,
    &PORT_TAKEN,
    &PORT_SHARED,
    &TOO_FAST,
    &OWN_MOST,
    &OTHERS_MOST,
    &error(400, "QuotaExceeded.freevbr", "Free virtual boarder router quota exceed.")
        .unreached(NO_QUOTAS),
    &error(404, "CROSS_BID.FORBIDDEN", "Create VBR across bid is illegal")
        .unreached("All accounts here are of one site."),
    &PORT_HOSTS_OTHERS,
    &HOSTED_FOR_OTHER,
    &HOSTED_STATUS,
    &HOSTED_TAKEN,
    &HOSTED_DIFFERS,
    &later(
        400,
        "TaskConflict",
        "The operation is too frequent, please wait a moment and try again.",
        "Calls are decided one after the other.",
    ),
    &VLAN_KEPT,
    &later(
        400,
        "QuotaExceeded.SameAccountVBRPerPconn",
        "Same account virtual boarder router per physicalConnection quota exceed.",
        NO_QUOTAS,
    ),
    &later(
        400,
        "QuotaExceeded.VbrPerPconnPortSpec",
        "Quota exceed for current port spec",
        NO_QUOTAS,
    ),
    &later(
        400,
        "QuotaExceeded.VbrPerAccessDevice",
        "Virtual boarder router per access device quota exceed.",
        NO_QUOTAS,
    ),
    &later(
        400,
        "ResourceNotEnough.Bandwidth",
        "The specified resource of Bandwidth is not enough.",
        "VBRs take up no bandwidth of their port.",
    ),
    &later(
        400,
        "Forbidden.OwnerAliUid",
        "RAM account or Partner account is forbidden to be OwnerAliUid.",
        "Every account here is one that may own a router.",
    ),
    &later(
        400,
        "ResourceNotInResourceGroup",
        "The specified resource is not in the specified ResourceGroup.",
        NO_GROUPS,
    ),
    &later(
        400,
        "EcAssociatedQoSPconnNotAllowCreateCrossAccountVbr",
        "The specified Pconn associated with Qos is not allowed to create cross account VBR.Please \
         contact the business manager.",
        "There are no QoS policies yet.",
    ),
    &later(
        500,
        "InternalError",
        "The request processing has failed due to some unknown error, exception or failure.",
        "It is met on purpose alone, as a fault.",
    ),
];

/// Whether what the edition sells needs outbound traffic to be billed.
pub(super) fn needs_service(input: &Input) -> bool {
    LATER.contains(input.edition)
}

/// Whether the edition's table has codes for what the port or its access point cannot do.
pub(super) fn limited(input: &Input) -> bool {
    LATER.contains(input.edition)
}

/// A text, or none.
pub(super) fn word(input: &Input, param: &'static Param<Text>) -> Box<str> {
    input.find(param).map_or_else(Box::default, |Text(text)| text)
}

/// The addresses of IPv6 that a call says.
pub(super) fn ipv6(input: &Input) -> Peering {
    Peering {
        local_ipv6: input.find(&LOCAL_IPV6).map_or_else(Box::default, |it| it.0),
        peer_ipv6: input.find(&PEER_IPV6).map_or_else(Box::default, |it| it.0),
        ipv6_prefix: input.find(&IPV6_PREFIX).map_or_else(Box::default, |it| it.0),
        ..Peering::default()
    }
}

fn asks(input: &Input) -> Result<MakeRouter, Invalid> {
    let caller = input.caller.account;
    Ok(MakeRouter {
        circuit: input.get(&CIRCUIT_ID),
        // SOURCE: ROUTERS 8: one's own number is as good as none.
        owner: input.find(&OWNER_ID).filter(|owner| *owner != caller),
        vlan: input.get(&VLAN_ID),
        circuit_code: word(input, &CIRCUIT_CODE),
        peering: Peering {
            local_ip: input.find(&OWN_LOCAL_IP).map_or_else(Box::default, |it| it.0),
            peer_ip: input.find(&OWN_PEER_IP).map_or_else(Box::default, |it| it.0),
            mask: input.find(&OWN_MASK).map_or_else(Box::default, |it| it.0),
            ..ipv6(input)
        },
        ipv6: input.find(&ENABLE_IPV6).unwrap_or_default(),
        bandwidth_mbps: input.find(&BANDWIDTH).and_then(|mbps| mbps.try_into().ok()),
        name: word(input, &NAME),
        description: word(input, &DESCRIPTION),
        resource_group: word(input, &RESOURCE_GROUP_ID),
        tags: tags(input, &TAGS)?,
        needs_service: needs_service(input),
        limited: limited(input),
    })
}

const NAMED: &str = "CreateVirtualBorderRouter";

static EXAMPLES: &[Example] = &[
    answers("One's own", ALL, "", "RequestId=*&VbrId=*"),
    answers("For another account, which says the rest", ALL, FOR_OTHER, "VbrId=*"),
    answers("For oneself by number", ALL, "VbrOwnerId=1000000000000001", "VbrId=*"),
    answers(
        "With all that Terraform says",
        from(E2022),
        "CircuitCode=longtel001&Name=example_value&Description=example_value&EnableIpv6=true\
         &LocalIpv6GatewayIp=2408:4004:cc:400::1&PeerIpv6GatewayIp=2408:4004:cc:400::2\
         &PeeringIpv6SubnetMask=2408:4004:cc:400::/56&Bandwidth=100\
         &Tag.1.Key=what is no parameter here",
        "VbrId=*",
    ),
    answers("Tagged", LATER, "Tags.1.Key=FinanceDept&ResourceGroupId=rg-a", "VbrId=*"),
    answers("The whole port", from(E2020), "VlanId=0", "VbrId=*"),
    refuses("The whole port, before 2020", until(E2020), "VlanId=0", &BAD_VLAN),
    answers("A name with a dot, before 2020", until(E2020), "Name=a.b", "VbrId=*"),
    refuses("A name with a dot", from(E2020), "Name=a.b", &BAD_NAME),
    refuses("A VLAN that another has", ALL, "", &OWN_VLAN_USED).after(WITH_ROUTER),
    refuses("A VLAN that one keeps which is off, before", until(E2024_03), "", &OWN_VLAN_USED)
        .after(WITH_ROUTER_OFF),
    refuses("A VLAN that one keeps which is off", LATER, "", &VLAN_KEPT).after(WITH_ROUTER_OFF),
    refuses(
        "The whole port, where another is",
        from(E2020).and(until(E2024_03)),
        "VlanId=0",
        &OWN_VLAN_USED,
    )
    .after(WITH_ROUTER),
    refuses("The whole port, where one is", LATER, "VlanId=0", &PORT_SHARED).after(WITH_ROUTER),
    refuses("Beside one that has the whole port", LATER, "", &PORT_TAKEN)
        .after(&[Before::circuit("Enabled"), Before::Call(NAMED, "VlanId=0")]),
    answers("On a shared circuit", ALL, ON_IT, "VbrId=*").after(SERVED_FOR_CALLER),
    refuses("On one that is not in service", SHARED_IN, ON_IT, &HOSTED_STATUS)
        .after(HOSTED_FOR_CALLER),
    refuses("A second one on it", SHARED_IN, ON_IT, &HOSTED_TAKEN).after(ON_HOSTED),
    refuses("With another VLAN than it has", SHARED_IN, IT, &HOSTED_DIFFERS)
        .after(SERVED_FOR_CALLER),
    refuses(
        "On it, for another account",
        SHARED_IN,
        "PhysicalConnectionId={VirtualPhysicalConnection}&VbrOwnerId=1000000000000001",
        &HOSTED_FOR_OTHER,
    )
    .after(SERVED_FOR_CALLER),
    refuses("The whole port, which others share", LATER, "VlanId=0", &PORT_HOSTS_OTHERS)
        .after(WITH_HOSTED),
    refuses("A circuit that is not in service", ALL, "", &OWN_NOT_ENABLED)
        .after(&[Before::circuit("Confirmed")]),
    refuses("Without an address", ALL, "LocalGatewayIp=", &NO_ADDRESS),
    refuses("Without a VLAN", ALL, "VlanId=", &NO_ADDRESS),
    refuses("Two subnets", ALL, "PeerGatewayIp=10.0.0.5", &NOT_ONE_SUBNET),
    refuses("An account that nobody knows", ALL, "VbrOwnerId=7", &NO_OWNER),
    refuses(
        "Its addresses are another's to say",
        ALL,
        "VbrOwnerId=1000000000000002",
        &LOCAL_IP_NOT_THEIRS,
    ),
    refuses("And these", ALL, "VbrOwnerId=1000000000000002&LocalGatewayIp=", &PEER_IP_NOT_THEIRS),
    refuses(
        "And this",
        ALL,
        "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=",
        &MASK_NOT_THEIRS,
    ),
    refuses(
        "And those of IPv6",
        from(E2020),
        for_other!("&LocalIpv6GatewayIp=2408::1"),
        &LOCAL_IP_NOT_THEIRS,
    ),
    refuses(
        "So is its name",
        ALL,
        "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=&Name=mine",
        &NAME_NOT_THEIRS,
    ),
    refuses(
        "So is what it is said to be",
        ALL,
        "VbrOwnerId=1000000000000002&LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=\
         &Description=mine",
        &DESCRIPTION_NOT_THEIRS,
    ),
    refuses("Faster than its port", LATER, "Bandwidth=2048", &TOO_FAST),
    answers(
        "Faster than its port, before",
        from(E2020).and(until(E2024_03)),
        "Bandwidth=2048",
        "VbrId=*",
    ),
    refuses("A sixth for one other account", LATER, for_other!("&VlanId=6"), &OTHERS_MOST).after(
        &[
            Before::circuit("Enabled"),
            Before::Call(NAMED, FOR_OTHER),
            Before::Call(NAMED, for_other!("&VlanId=2")),
            Before::Call(NAMED, for_other!("&VlanId=3")),
            Before::Call(NAMED, for_other!("&VlanId=4")),
            Before::Call(NAMED, for_other!("&VlanId=5")),
        ],
    ),
    refuses("A sixth on one circuit", ALL, "VlanId=6", &TOO_MANY).after(&[
        Before::circuit("Enabled"),
        Before::Call(NAMED, "VlanId=1"),
        Before::Call(NAMED, "VlanId=2"),
        Before::Call(NAMED, "VlanId=3"),
        Before::Call(NAMED, "VlanId=4"),
        Before::Call(NAMED, "VlanId=5"),
    ]),
    refuses("An account without outbound-traffic billing", LATER, "", &SERVICE_CLOSED)
        .after(&[Before::NewAccount, Before::circuit("Enabled")]),
];

/// The keys by which routers are looked for. SOURCE: ROUTERS, annex A.
pub(super) const KEYS: &[&str] =
    &["PhysicalConnectionId", "VbrId", "Status", "Name", "AccessPointId", "eccId", "type"];
