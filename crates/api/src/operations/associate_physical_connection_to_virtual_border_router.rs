//! AssociatePhysicalConnectionToVirtualBorderRouter: put a router on one more circuit.
//!
//! Long because its table has forty rows, most of them carried over from its sisters' tables.

use super::create_virtual_border_router::{
    BAD_CIRCUIT_CODE, BAD_DESCRIPTION, BAD_LOCAL_IP, BAD_MASK, BAD_NAME, BAD_PEER_IP, BAD_VLAN,
    BY_OTHER, CIRCUIT_CODE, DESCRIPTION_NOT_THEIRS, FOR_OTHER, LATER, LOCAL_IP,
    LOCAL_IP_NOT_THEIRS, MASK, MASK_NOT_THEIRS, NAME_NOT_THEIRS, NO_ADDRESS, NO_CIRCUIT,
    NOT_ENABLED, NOT_ONE_SUBNET, PEER_IP, PEER_IP_NOT_THEIRS, SERVICE_CLOSED, TAKES_OVER, TOO_MANY,
    VLAN_KEPT, VLAN_USED, addresses, needs_service, word,
};
use super::delete_virtual_border_router::{
    NO_INTERFACES, NOT_FOUND, NOT_THEIRS as NOT_DELETED, OWN_INTERFACE,
};
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2019Intl, E2020, E2022, E2023, E2024_03, Editions, from, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, Example, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, ROUTER_ID, optional, required};
use crate::value::{FlagText, Ipv6Text, NumberText, PrefixText};
use domain::Refusal;
use domain::command::AssociateCircuit;
use domain::peering::Peering;

/// The editions that have a table of its errors. SOURCE: EDITIONS, T105 and T106.
pub(super) const TABLED: Editions = from(E2019Intl);

static BAD_IP: ErrorRow = error(400, "InvalidIP.Malformed", "Ip malformed.")
    .in_editions(HAVE_IPV6)
    .assumed("of what says of IPv6, since addresses of IPv4 have codes of their own");

/// SOURCE: EDITIONS, T104; the vendor's metadata of mid-2024: a text.
static VLAN_ID: Param<NumberText> = required("VlanId")
    .doc("The VLAN on the circuit; 0 is the whole port, without a tag.")
    .example("123")
    .range_in(until(E2022), 1, 2999)
    .range_in(from(E2022), 0, 2999)
    .or_else(&BAD_VLAN);

/// SOURCE: EDITIONS, T103.
const HAVE_IPV6: Editions = from(E2020);

static ENABLE_IPV6: Param<FlagText> = optional("EnableIpv6")
    .doc("Specifies whether to enable IPv6.")
    .example("false")
    .only_in(HAVE_IPV6);

static LOCAL_IPV6: Param<Ipv6Text> = optional("LocalIpv6GatewayIp")
    .doc("The IPv6 address on the cloud's side.")
    .example("2001:XXXX:3c4d:0015:0000:0000:0000:1a2b")
    .only_in(HAVE_IPV6)
    .or_else(&BAD_IP);

static PEER_IPV6: Param<Ipv6Text> = optional("PeerIpv6GatewayIp")
    .doc("The IPv6 address on the customer's side.")
    .example("2001:XXXX:4:4:4:4:4:4")
    .only_in(HAVE_IPV6)
    .or_else(&BAD_IP);

static IPV6_PREFIX: Param<PrefixText> = optional("PeeringIpv6SubnetMask")
    .doc("The prefix of both IPv6 addresses, with its length.")
    .example("2408:4004:cc:400::/56")
    .only_in(HAVE_IPV6)
    .or_else(&BAD_IP);

pub(super) static WRONG_STATUS: ErrorRow =
    error(400, "InvalidStatus.NotAllowed", "Invalid virtual border router status.")
        .documented_in(TABLED)
        .on(&[Refusal::RouterState]);

pub(super) static NOT_THEIRS: ErrorRow = error(
    400,
    "Forbidden.OperationNotAllowed",
    "The caller must be PhysicalConnection or VirtualBorderRouter's owner.",
)
.documented_in(LATER)
.on(&[Refusal::NotTheOwners])
.assumed(
    "a VBR that another account made for the caller gets no further circuit by him: his own would \
     put it on two owners' ports, and the other's is not his to choose",
);

pub(super) static NOT_ALLOWED: ErrorRow =
    error(400, "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", "The specified operation not allow.")
        .documented_in(TABLED)
        .on(&[Refusal::OwnCircuit])
        .assumed("of the circuit that the VBR was made on, and of shared circuits");

static NOT_ALLOWED_HERE: ErrorRow = NOT_ALLOWED.on(&[Refusal::OwnCircuit, Refusal::CircuitHosted]);

/// SOURCE: the vendor's metadata of mid-2024.
static ALREADY: ErrorRow = error(
    400,
    "InvalidParams.AlreadyExists",
    "physical connection has already associated with vbr.",
)
.documented_in(LATER)
.on(&[Refusal::AlreadyAssociated]);

static MOST: ErrorRow =
    error(400, "EXCEED_ASSOCIATE_MAX_NUM", "assocaite virtual boarder num too many.")
        .documented_in(TABLED)
        .on(&[Refusal::AssociationsMax]);

/// AssociatePhysicalConnectionToVirtualBorderRouter.
/// SOURCE: dossier, annex A; ROUTERS 13.1 (its tokens); EDITIONS, T103 to T106; the vendor's
/// metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "AssociatePhysicalConnectionToVirtualBorderRouter",
    &changes(asks, &[request_id()]),
)
.summary("Puts a virtual border router (VBR) on one more Express Connect circuit.")
.directory("Virtual border routers")
.tokens_are_cut()
.parameters(&[
    &REGION_ID.spec,
    &ROUTER_ID.spec,
    &CIRCUIT_ID.spec,
    &VLAN_ID.spec,
    &CIRCUIT_CODE.spec,
    &LOCAL_IP.spec,
    &PEER_IP.spec,
    &MASK.spec,
    &CLIENT_TOKEN.spec,
    &LOCAL_IPV6.spec,
    &PEER_IPV6.spec,
    &IPV6_PREFIX.spec,
    &ENABLE_IPV6.spec,
])
.resources_in(
    ALL,
    &[
        "acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}",
        "acs:vpc:{region}:{account}:virtualborderrouter/{VbrId}",
    ],
)
.errors(ERRORS)
.assumed(&[
    "the circuit is associated at once",
    "Terraform cuts its token to one digit of chance: with other parameters it is a new call, and \
     a remembered answer is given while the circuit is associated so",
])
.examples(TWO_CIRCUITS, CALL, EXAMPLES);

const CALL: &str = "RegionId=cn-hangzhou&VbrId={VbrId}&PhysicalConnectionId=pc-other&VlanId=20\
     &LocalGatewayIp=10.1.0.1&PeerGatewayIp=10.1.0.2&PeeringSubnetMask=255.255.255.252";

/// A router, and another circuit.
pub(super) const TWO_CIRCUITS: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call("CreateVirtualBorderRouter", ""),
];

const CARRIED: &str = "It was carried over from another operation's table.";

const fn idle(
    status: u16,
    code: &'static str,
    message: &'static str,
    why: &'static str,
) -> ErrorRow {
    error(status, code, message).documented_in(TABLED).unreached(why)
}

const fn later(code: &'static str, message: &'static str, why: &'static str) -> ErrorRow {
    error(400, code, message).in_editions(LATER).unreached(why)
}

static OWN_NOT_FOUND: ErrorRow =
    NOT_FOUND.documented_in(TABLED).on_in(until(E2019Intl), &[Refusal::RouterElsewhere]);

static OWN_NO_CIRCUIT: ErrorRow =
    NO_CIRCUIT.documented_in(TABLED).on_in(until(E2019Intl), &[Refusal::CircuitElsewhere]);

static OWN_NOT_ENABLED: ErrorRow =
    NOT_ENABLED.documented_in(TABLED).on_in(until(E2019Intl), &[Refusal::CircuitEnded]);

static ELSEWHERE: ErrorRow = error(
    404,
    "InvalidInstanceId.NotFound",
    "The specified Instance does not exist in the specified region.",
)
.in_editions(TABLED)
.on(&[Refusal::RouterElsewhere, Refusal::CircuitElsewhere])
.assumed("of a VBR and a circuit of the caller's in another region");

static ENDED: ErrorRow =
    error(400, "InvalidStatus.StatusNotEnabled", "The physical connection status is invalid.")
        .in_editions(TABLED)
        .on(&[Refusal::CircuitEnded])
        .assumed("of a circuit that is ended; one that is not in service yet is NotEnabled");

static OWN_VLAN_USED: ErrorRow = VLAN_USED
    .documented_in(TABLED)
    .on(&[
        Refusal::VlanTaken,
        Refusal::PortTaken,
        Refusal::PortShared,
        Refusal::PortHosted,
        Refusal::PortHostsOthers,
    ])
    .on_in(until(E2024_03), &[Refusal::VlanKept]);

/// SOURCE: ROUTERS, annex (a named parameter is missing).
static NO_PARAMETER: ErrorRow = NO_ADDRESS
    .in_editions(TABLED)
    .assumed("of addresses of IPv4 that are neither all said nor none, since Terraform says none");

static LOCAL_IP_OF_ROUTER: ErrorRow = addresses(
    "Duplicated.LocalGatewayIp",
    "Vbr has conflict local gateway ip.",
    &[Refusal::LocalIpOfRouter],
);
static LOCAL_IP_TAKEN: ErrorRow = addresses(
    "DuplicatedParam.LocalGatewayIp",
    "Duplicated LocalGatewayIp values.",
    &[Refusal::LocalIpTaken],
);
static PEER_IP_TAKEN: ErrorRow = addresses(
    "DuplicatedParam.PeerGatewayIp",
    "Duplicated PeerGatewayIp values.",
    &[Refusal::PeerIpTaken],
);
static LOCAL_IPV6_TAKEN: ErrorRow = addresses(
    "DuplicatedParam.LocalIpv6GatewayIp",
    "Duplicated LocalIpv6GatewayIp values.",
    &[Refusal::LocalIpv6Taken],
);
static PEER_IPV6_TAKEN: ErrorRow = addresses(
    "DuplicatedParam.PeerIpv6GatewayIp",
    "Duplicated PeerIpv6GatewayIp values.",
    &[Refusal::PeerIpv6Taken],
);

static ERRORS: &[&ErrorRow] = &[
    &BAD_REGION
        .documented_in(TABLED)
        .or_in(TABLED.and(until(E2024_03)), &["The specified RegionId is not found."]),
    &BAD_VLAN.documented_in(TABLED),
    &BAD_CIRCUIT_CODE.documented_in(TABLED),
    &BAD_LOCAL_IP.documented_in(TABLED),
    &BAD_PEER_IP.documented_in(TABLED),
    &BAD_MASK.documented_in(TABLED),
    &OWN_NOT_FOUND,
    &NOT_THEIRS,
    &OWN_NO_CIRCUIT,
    &WRONG_STATUS,
    &OWN_NOT_ENABLED,
    &SERVICE_CLOSED,
    &NOT_ALLOWED_HERE,
    &ALREADY,
    &NOT_ONE_SUBNET.documented_in(TABLED),
    &OWN_VLAN_USED,
    &MOST,
    &TOO_MANY.documented_in(TABLED).on(&[Refusal::RoutersMax, Refusal::OthersRoutersMax]),
    &ELSEWHERE,
    &ENDED,
    &idle(
        400,
        "InvalidOperation.OperationNotAllowedInState",
        "The specified VirutalBorderRouter is in invalid state.",
        "InvalidStatus.NotAllowed says it.",
    ),
    &idle(
        400,
        "InvalidOperation.RouterInterfaceNotDeleted",
        "The specified VirutalBorderRouter still has routerInterface.",
        NO_INTERFACES,
    ),
    &idle(403, "Forbidden.OperationNotAllowedByUser", NOT_DELETED, CARRIED),
    &idle(
        403,
        "Forbidden.MultiVlanRi",
        "Multiple vlan router interfaces are found.",
        OWN_INTERFACE,
    ),
    &idle(403, "Forbidden.NoRiFound", "No vlan router interfaces are found.", OWN_INTERFACE),
    &idle(404, "InvalidVbrOwnerId.NotFound", "The specified VbrOwnerId is not valid.", CARRIED),
    &NO_PARAMETER,
    &LOCAL_IP_NOT_THEIRS.documented_in(TABLED),
    &PEER_IP_NOT_THEIRS.documented_in(TABLED),
    &MASK_NOT_THEIRS.documented_in(TABLED),
    &carried(&NAME_NOT_THEIRS),
    &carried(&DESCRIPTION_NOT_THEIRS),
    &carried(&BAD_NAME),
    &carried(&BAD_DESCRIPTION),
    &later(
        "Forbidden.NotSameAccessDevice",
        "Vbr and physicalConnection are not on the same accessDevice.",
        "Every circuit ends on a device of its own, and a VBR is not bound to one.",
    ),
    &LOCAL_IP_OF_ROUTER,
    &VLAN_KEPT,
    &LOCAL_IP_TAKEN,
    &PEER_IP_TAKEN,
    &LOCAL_IPV6_TAKEN,
    &PEER_IPV6_TAKEN,
    &later(
        "EcPconnVbrMustContainsAll",
        "In the single VBR with multiple Pconn scene, all Pconn must be associated with the same \
         Qos.",
        "There are no QoS policies yet.",
    ),
];

/// A row of another operation's table that its own has too.
const fn carried(row: &'static ErrorRow) -> ErrorRow {
    error(row.status, row.code, row.message).documented_in(TABLED).unreached(CARRIED)
}

fn asks(input: &Input) -> Result<AssociateCircuit, Invalid> {
    Ok(AssociateCircuit {
        router: input.get(&ROUTER_ID),
        circuit: input.get(&CIRCUIT_ID),
        vlan: input.get(&VLAN_ID).0,
        circuit_code: word(input, &CIRCUIT_CODE),
        peering: Peering {
            local_ip: input.find(&LOCAL_IP).map_or_else(Box::default, |it| it.0),
            peer_ip: input.find(&PEER_IP).map_or_else(Box::default, |it| it.0),
            mask: input.find(&MASK).map_or_else(Box::default, |it| it.0),
            local_ipv6: input.find(&LOCAL_IPV6).map_or_else(Box::default, |it| it.0),
            peer_ipv6: input.find(&PEER_IPV6).map_or_else(Box::default, |it| it.0),
            ipv6_prefix: input.find(&IPV6_PREFIX).map_or_else(Box::default, |it| it.0),
        },
        ipv6: input.find(&ENABLE_IPV6).is_some_and(|it| it.0),
        needs_service: needs_service(input),
        compares: LATER.contains(input.edition),
        wants_all: TABLED.contains(input.edition),
    })
}

const NAME: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const SAME_TOKEN: &str = "ClientToken=TF-AssociatePhysicalConnectionToVirtualBorderRouter-1";

/// Another account's router, which that has taken over, and another circuit.
const OTHERS_AND_CIRCUIT: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call("CreateVirtualBorderRouter", FOR_OTHER),
    Before::As(OTHER),
    TAKES_OVER,
    Before::As(CALLER),
];

const OTHER_B: &str = "PhysicalConnectionId=pc-b&LocalGatewayIp=10.2.0.1&PeerGatewayIp=10.2.0.2";
const OTHER_C: &str = "PhysicalConnectionId=pc-c&LocalGatewayIp=10.3.0.1&PeerGatewayIp=10.3.0.2";
const OTHER_D: &str = "PhysicalConnectionId=pc-d&LocalGatewayIp=10.4.0.1&PeerGatewayIp=10.4.0.2";
const OTHER_E: &str = "PhysicalConnectionId=pc-e&LocalGatewayIp=10.5.0.1&PeerGatewayIp=10.5.0.2";

/// A router that has a further circuit, and one more circuit.
const TWO_FURTHER: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-a", "Enabled", "", "Normal"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call("CreateVirtualBorderRouter", ""),
    Before::Call(
        NAME,
        "PhysicalConnectionId=pc-a&EnableIpv6=true&LocalIpv6GatewayIp=2408::1\
         &PeerIpv6GatewayIp=2408::2",
    ),
];

static EXAMPLES: &[Example] = &[
    answers("A second circuit", ALL, "", "RequestId=*"),
    answers(
        "Without addresses",
        ALL,
        "LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=",
        "RequestId=*",
    ),
    answers(
        "With IPv6",
        HAVE_IPV6,
        "EnableIpv6=true&LocalIpv6GatewayIp=2408::1&PeerIpv6GatewayIp=2408::2\
         &PeeringIpv6SubnetMask=2408::/56",
        "RequestId=*",
    ),
    answers("A token again, of the same association", ALL, SAME_TOKEN, "RequestId=*").after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call(NAME, SAME_TOKEN),
    ]),
    refuses("A second time", ALL, "", &ALREADY).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call(NAME, ""),
    ]),
    refuses("An unknown circuit", ALL, "PhysicalConnectionId=pc-none", &NO_CIRCUIT),
    refuses("Its own circuit", ALL, "PhysicalConnectionId=pc-example", &NOT_ALLOWED),
    refuses("A circuit that is not in service", ALL, "", &NOT_ENABLED).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Confirmed", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
    ]),
    refuses("A VBR that is off", ALL, "", &WRONG_STATUS).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call("TerminateVirtualBorderRouter", ""),
    ]),
    refuses("By its owner", ALL, "", &NOT_THEIRS).after(BY_OTHER),
    refuses("An account without outbound-traffic billing", LATER, "", &SERVICE_CLOSED).after(&[
        Before::NewAccount,
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::CallIn(E2023, "CreateVirtualBorderRouter", ""),
    ]),
    refuses("Two subnets", ALL, "PeerGatewayIp=10.1.0.9", &NOT_ONE_SUBNET),
    refuses("Without an address that goes with others", TABLED, "LocalGatewayIp=", &NO_PARAMETER),
    answers(
        "Without an address that goes with others, before",
        until(E2019Intl),
        "LocalGatewayIp=",
        "RequestId=*",
    ),
    refuses("Another's address", ALL, "", &LOCAL_IP_NOT_THEIRS).after(OTHERS_AND_CIRCUIT),
    refuses("Another's other address", ALL, "LocalGatewayIp=", &PEER_IP_NOT_THEIRS)
        .after(OTHERS_AND_CIRCUIT),
    refuses("Another's mask", ALL, "LocalGatewayIp=&PeerGatewayIp=", &MASK_NOT_THEIRS)
        .after(OTHERS_AND_CIRCUIT),
    answers(
        "Another's, who says the addresses",
        ALL,
        "LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=",
        "RequestId=*",
    )
    .after(OTHERS_AND_CIRCUIT),
    refuses("A VLAN that another has", ALL, "VbrId={VbrId.1}", &VLAN_USED).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=20"),
    ]),
    refuses("In another region", TABLED, "RegionId=cn-beijing", &ELSEWHERE),
    refuses("A circuit that is ended", TABLED, "", &ENDED).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Terminated", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
    ]),
    refuses("A VLAN that a VBR keeps which is off", LATER, "", &VLAN_KEPT).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=20"),
        Before::Call("TerminateVirtualBorderRouter", ""),
        Before::Later("PT1S"),
        Before::Call("CreateVirtualBorderRouter", ""),
    ]),
    refuses("A fifth", ALL, OTHER_E, &MOST).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-a", "Enabled", "", "Normal"),
        Before::Circuit("pc-b", "Enabled", "", "Normal"),
        Before::Circuit("pc-c", "Enabled", "", "Normal"),
        Before::Circuit("pc-d", "Enabled", "", "Normal"),
        Before::Circuit("pc-e", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call(NAME, "PhysicalConnectionId=pc-a"),
        Before::Call(NAME, OTHER_B),
        Before::Call(NAME, OTHER_C),
        Before::Call(NAME, OTHER_D),
    ]),
    refuses("A sixth VBR on the circuit", ALL, "VbrId={VbrId.1}&VlanId=6", &TOO_MANY).after(&[
        Before::circuit("Enabled"),
        Before::Circuit("pc-other", "Enabled", "", "Normal"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=1"),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=2"),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=3"),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=4"),
        Before::Call("CreateVirtualBorderRouter", "PhysicalConnectionId=pc-other&VlanId=5"),
    ]),
    refuses(
        "The cloud's address that the VBR has",
        LATER,
        "LocalGatewayIp=10.0.0.1&PeerGatewayIp=10.0.0.2",
        &LOCAL_IP_OF_ROUTER,
    ),
    refuses(
        "The customer's address that the VBR has",
        LATER,
        "LocalGatewayIp=10.0.0.3&PeerGatewayIp=10.0.0.2&PeeringSubnetMask=255.255.255.248",
        &PEER_IP_TAKEN,
    ),
    refuses(
        "The cloud's address of a further circuit",
        LATER,
        "PeerGatewayIp=10.1.0.3",
        &LOCAL_IP_TAKEN,
    )
    .after(TWO_FURTHER),
    refuses(
        "The cloud's IPv6 address of a further circuit",
        LATER,
        "LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=&LocalIpv6GatewayIp=2408:0::1",
        &LOCAL_IPV6_TAKEN,
    )
    .after(TWO_FURTHER),
    refuses(
        "The customer's IPv6 address of a further circuit",
        LATER,
        "LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=&PeerIpv6GatewayIp=2408::2",
        &PEER_IPV6_TAKEN,
    )
    .after(TWO_FURTHER),
];
