//! ModifyVirtualBorderRouterAttribute: change what describes a router, or take one over.
//!
//! Long because its table is one of the longest, and most rows have an example of their own.

use super::create_virtual_border_router::{
    BAD_CIRCUIT_CODE, BAD_DESCRIPTION, BAD_MASK, BAD_NAME, BAD_VLAN, BY_OTHER, CIRCUIT_CODE,
    DESCRIPTION, DESCRIPTION_NOT_THEIRS, ENABLE_IPV6, FOR_OTHER, FOR_OTHER_CODED, IPV6_PREFIX,
    LATER, LOCAL_IP_NOT_THEIRS, LOCAL_IPV6, MASK, MASK_NOT_THEIRS, NAME, NAME_NOT_THEIRS, NO_IPV6,
    NO_IPV6_IN_REGION, NOT_ONE_SUBNET, ON_HOSTED, PEER_IP_NOT_THEIRS, PEER_IPV6, REGION_NOT_FOUND,
    SERVICE_CLOSED, SHARED_IN, TAKES_OVER, TOO_FAST, VLAN_KEPT, VLAN_USED, WITH_OTHERS,
    WITH_ROUTER, addresses, ipv6, limited, needs_service,
};
use super::terminate_virtual_border_router::TERMINATED;
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2020, E2022, E2023, E2024_03, E2025_09, Editions, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, CALLER, Example, OTHER, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, ROUTER_ID, optional};
use crate::value::{Ipv4Text, Ipv6Text, MaskText, PrefixText, Value};
use domain::command::{AmendRouter, AssociationAmendment, RouterAmendment};
use domain::peering::Peering;
use domain::{CircuitId, Refusal};

static BAD_IP: ErrorRow =
    error(400, "InvalidIp.Malformed", "The specified ip address is not valid.");

/// SOURCE: EDITIONS, T136.
static VLAN_ID: Param<u32> = optional("VlanId")
    .doc("The VLAN of the VBR; 0 is the whole port, without a tag.")
    .example("0")
    .range_in(until(E2020), 1, 2999)
    .range_in(from(E2020), 0, 2999)
    .or_else(&BAD_VLAN);

static LOCAL_IP: Param<Ipv4Text> = optional("LocalGatewayIp")
    .doc("The IPv4 address on the cloud's side.")
    .example("192.168.XX.XX")
    .or_else(&BAD_IP);

static PEER_IP: Param<Ipv4Text> = optional("PeerGatewayIp")
    .doc("The IPv4 address on the customer's side.")
    .example("192.168.XX.X")
    .or_else(&BAD_IP);

static BAD_TX: ErrorRow =
    error(400, "IllegalParam.MinTxInterval", "The specified MinTxInterval is not in proper range.")
        .documented_in(LATER);
static BAD_RX: ErrorRow =
    error(400, "IllegalParam.MinRxInterval", "The specified MinRxInterval is not in proper range.")
        .documented_in(LATER);
static BAD_MULTIPLIER: ErrorRow = error(
    400,
    "IllegalParam.DetectMultiplier",
    "The specified DetectMultiplier is not in proper range.",
)
.documented_in(LATER);

/// SOURCE: EDITIONS, section 7: these ranges never changed.
static MIN_TX: Param<i64> = optional("MinTxInterval")
    .doc("How often BFD packets are sent, in ms.")
    .example("300")
    .range_in(ALL, 200, 1000)
    .or_else(&BAD_TX);

static MIN_RX: Param<i64> = optional("MinRxInterval")
    .doc("How often BFD packets are awaited, in ms.")
    .example("300")
    .range_in(ALL, 200, 1000)
    .or_else(&BAD_RX);

static MULTIPLIER: Param<i64> = optional("DetectMultiplier")
    .doc("How many BFD packets in a row may be lost.")
    .example("3")
    .range_in(ALL, 3, 10)
    .or_else(&BAD_MULTIPLIER);

/// SOURCE: ROUTERS 19, 5; EDITIONS, T140.
static BANDWIDTH: Param<u32> = optional("Bandwidth")
    .doc("The bandwidth of the VBR, in Mbit/s.")
    .example("100")
    .only_in(from(E2020))
    .range_in(ALL, 1, 102_400)
    .assumed("its range: the page lists no values");

/// SOURCE: EDITIONS, T160.
static SITELINK: Param<bool> = optional("SitelinkEnable")
    .doc("Specifies whether data centres can reach each other through the cloud.")
    .example("false")
    .only_in(LATER);

/// SOURCE: EDITIONS, T161; ROUTERS, annex A (Terraform sets 1500 on any VBR).
static MTU: Param<u32> = optional("Mtu")
    .doc("The largest packet, in bytes.")
    .example("1500")
    .only_in(from(E2025_09))
    .one_of_in(ALL, &["1500", "8500"])
    .assumed("8500 needs no Express Connect router here, as there are none");

static BAD_FURTHER: ErrorRow = error(
    400,
    "IllegalParam.AssociatedPhysicalConnections",
    "The specified AssociatedPhysicalConnections is illegal.",
)
.documented_in(LATER)
.on(&[Refusal::NotAssociated])
.assumed("of a circuit that the VBR is not on too");

static FURTHER: Param<FurtherCircuits> = optional("AssociatedPhysicalConnections")
    .doc("What changes of the further circuits of the VBR: a JSON array of objects.")
    .example("[{\"PhysicalConnectionId\":\"pc-119mfj****\",\"VlanId\":\"123\"}]")
    .or_else(&BAD_FURTHER);

/// What changes of further circuits, as JSON in a text.
struct FurtherCircuits(Vec<AssociationAmendment>);

impl Value for FurtherCircuits {
    const TYPE: &'static str = "string";
    const NONSENSE: Option<&'static str> = Some("[{}]");
    fn read(text: &str) -> Option<Self> {
        let objects: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(text).ok()?;
        objects.iter().map(read_further).collect::<Option<_>>().map(Self)
    }
}

/// SOURCE: ROUTERS 12, point 8: `ipv6Enable` begins in lower case, and samples have blanks in keys.
fn read_further(
    object: &serde_json::Map<String, serde_json::Value>,
) -> Option<AssociationAmendment> {
    let value = |name: &str| {
        let found = object.iter().find(|(key, _)| key.trim() == name);
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    };
    // An absent one is an empty text; another kind of value is none at all.
    let text = |name: &str| value(name).map_or(Some(""), serde_json::Value::as_str);
    let checked = |name: &str, is: fn(&str) -> bool| {
        text(name).filter(|text| text.is_empty() || is(text)).map(Box::from)
    };
    let number = |value: &serde_json::Value| match value.as_str() {
        Some(text) => u32::read(text),
        None => value.as_u64().and_then(|number| u32::try_from(number).ok()),
    };
    let vlan = value("VlanId")
        .map_or(Some(None), |value| number(value).filter(|vlan| *vlan <= 2999).map(Some))?;
    let ipv6 = value("ipv6Enable").map_or(Some(None), |value| value.as_bool().map(Some))?;
    let code = text("CircuitCode")?;
    if code.chars().count() > 128 || code.chars().any(char::is_control) {
        return None;
    }
    Some(AssociationAmendment {
        circuit: CircuitId::new(value("PhysicalConnectionId")?.as_str()?)?,
        vlan,
        circuit_code: Some(code).filter(|code| !code.is_empty()).map(Box::from),
        peering: Peering {
            local_ip: checked("LocalGatewayIp", |text| Ipv4Text::read(text).is_some())?,
            peer_ip: checked("PeerGatewayIp", |text| Ipv4Text::read(text).is_some())?,
            mask: checked("PeeringSubnetMask", |text| MaskText::read(text).is_some())?,
            local_ipv6: checked("LocalIpv6GatewayIp", |text| Ipv6Text::read(text).is_some())?,
            peer_ipv6: checked("PeerIpv6GatewayIp", |text| Ipv6Text::read(text).is_some())?,
            ipv6_prefix: checked("PeeringIpv6SubnetMask", |text| PrefixText::read(text).is_some())?,
        },
        ipv6,
    })
}

/// SOURCE: ROUTERS 12, point 5: 400 here.
static NOT_FOUND: ErrorRow =
    error(400, "InvalidVbrId.NotFound", "The specified VirutalBorderRouter is not found.")
        .on(&[Refusal::NoSuchRouter]);

/// SOURCE: ROUTERS 3.3: no code is printed.
static WRONG_STATE: ErrorRow = error(
    400,
    "InvalidOperation.OperationNotAllowedInState",
    "The specified VirutalBorderRouter is in invalid state.",
)
.in_editions(until(E2024_03))
.documented_in(Editions::NONE)
.on(&[Refusal::RouterState])
.assumed("as its sisters say it");

static WRONG_STATUS: ErrorRow = error(
    400,
    "IncorrectStatus.VirtualBorderRouter",
    "The status of VirtualBorderRouter is incorrect.",
)
.in_editions(LATER)
.on(&[Refusal::RouterState])
.assumed("its text, of which the metadata has a placeholder");

static CODE_NOT_THEIRS: ErrorRow =
    error(403, "Forbidden.CircuitCodeNotAllowedByCaller", "The caller is not allowed to modify.")
        .or_in(
            until(E2024_03),
            &["The caller is not allowed to specify the CircuitCode parameter."],
        )
        .on(&[Refusal::CircuitCodeNotTheirs]);

static VLAN_NOT_THEIRS: ErrorRow = error(
    403,
    "Forbidden.VlanIdNotAllowedByCaller",
    "The caller is not allowed to specify the VlanId.",
)
.on(&[Refusal::VlanNotTheirs]);

static LOCKED: ErrorRow = error(
    400,
    "OperationFailed.PhysicalConnectionFinancialLocked",
    "Update failed, the physical connection is financial locked.",
)
.in_editions(LATER)
.on(&[Refusal::CircuitLocked]);

static OWN_VLAN_USED: ErrorRow = VLAN_USED
    .on(&[
        Refusal::VlanTaken,
        Refusal::PortTaken,
        Refusal::PortShared,
        Refusal::PortHosted,
        Refusal::PortHostsOthers,
    ])
    .on_in(until(E2022), &[Refusal::CircuitHosted])
    .on_in(until(E2024_03), &[Refusal::VlanKept]);

static ADDRESSES_INCOMPLETE: ErrorRow = error(
    400,
    "MissingParameter",
    "LocalGatewayIp, peerGatewayIp and peeringSubnetMask must not be null.",
)
.in_editions(LATER)
.on(&[Refusal::AddressesIncomplete])
.assumed("of who takes a VBR over and says some of the three, and neither all nor none");

static SHARED: ErrorRow = error(
    400,
    "OperationDenied.VBRAssociateVPconn",
    "The operation is not allowed because of VBRAssociateVPconn.",
)
.in_editions(SHARED_IN)
.documented_in(LATER)
.on(&[Refusal::CircuitHosted])
.assumed("of the VLAN and the bandwidth of a shared circuit's VBR, which are the circuit's");

static LOCAL_IP_REPEATED: ErrorRow = addresses(
    "Duplicated.LocalGatewayIp",
    "The specified LocalGatewayIps are duplicated.",
    &[Refusal::LocalIpRepeated],
);
static PEER_IP_REPEATED: ErrorRow = addresses(
    "Duplicated.PeerGatewayIp",
    "The specified PeerGatewayIp are duplicated.",
    &[Refusal::PeerIpRepeated],
);
static LOCAL_IP_TAKEN: ErrorRow = addresses(
    "IllegalParam.LocalGatewayIp",
    "The specified LocalGatewayIp already exists.",
    &[Refusal::LocalIpTaken],
);
static PEER_IP_TAKEN: ErrorRow = addresses(
    "IllegalParam.PeerGatewayIp",
    "The specified PeerGatewayIp already exists.",
    &[Refusal::PeerIpTaken],
);

/// ModifyVirtualBorderRouterAttribute.
/// SOURCE: ROUTERS 3, 6, 8 and annex A; EDITIONS, section 7; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "ModifyVirtualBorderRouterAttribute", &changes(asks, &[request_id()]))
        .summary("Modifies a virtual border router (VBR).")
        .directory("Virtual border routers")
        .parameters(&[
            &REGION_ID.spec,
            &ROUTER_ID.spec,
            &VLAN_ID.spec,
            &CIRCUIT_CODE.spec,
            &LOCAL_IP.spec,
            &PEER_IP.spec,
            &MASK.spec,
            &MIN_TX.spec,
            &MIN_RX.spec,
            &MULTIPLIER.spec,
            &DESCRIPTION.spec,
            &NAME.spec,
            &FURTHER.spec,
            &CLIENT_TOKEN.spec,
            &LOCAL_IPV6.spec,
            &PEER_IPV6.spec,
            &IPV6_PREFIX.spec,
            &ENABLE_IPV6.spec,
            &BANDWIDTH.spec,
            &SITELINK.spec,
            &MTU.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:virtualborderrouter/{VbrId}"])
        .errors(ERRORS)
        .assumed(&[
            "a VBR that was made for another account is taken over by its owner's addresses",
            "an empty value leaves what there was",
            "outbound traffic must be billed from the edition on whose table says so",
            "whose circuit is locked may not be changed from the edition on whose table says so",
        ])
        .examples(WITH_ROUTER, "RegionId=cn-hangzhou&VbrId={VbrId}", EXAMPLES);

/// A row of the metadata that no call can meet here.
const fn later(code: &'static str, message: &'static str, why: &'static str) -> ErrorRow {
    error(400, code, message).in_editions(LATER).unreached(why)
}

static ERRORS: &[&ErrorRow] = &[
    &REGION_NOT_FOUND,
    &error(BAD_NAME.status, BAD_NAME.code, "The specified Name is not valid.")
        .or_in(until(E2024_03), &["The specified ?Name? is not valid."]),
    &error(BAD_DESCRIPTION.status, BAD_DESCRIPTION.code, "The specifid Description is not valid.")
        .or_in(until(E2024_03), &["The specifid ?Description? is not valid."]),
    &error(400, "IllegalParam.IpAddress", "The specified IpAddress is illegal.")
        .in_editions(from(E2020))
        .documented_in(LATER)
        .assumed("of an address of IPv6, since those of IPv4 have a code of their own"),
    &error(400, "IllegalParam.CidrBlock", "The specified CidrBlock is illegal.")
        .in_editions(from(E2020))
        .documented_in(LATER)
        .assumed("of the prefix of IPv6"),
    &BAD_CIRCUIT_CODE,
    &BAD_MASK,
    &BAD_FURTHER,
    &NOT_FOUND,
    &WRONG_STATE,
    &WRONG_STATUS,
    &LOCKED,
    &SERVICE_CLOSED,
    &CODE_NOT_THEIRS,
    &LOCAL_IP_NOT_THEIRS,
    &PEER_IP_NOT_THEIRS,
    &MASK_NOT_THEIRS,
    &VLAN_NOT_THEIRS,
    &NAME_NOT_THEIRS,
    &DESCRIPTION_NOT_THEIRS,
    &NOT_ONE_SUBNET,
    &OWN_VLAN_USED,
    &TOO_FAST.documented_in(Editions::NONE),
    &ADDRESSES_INCOMPLETE,
    &LOCAL_IP_REPEATED,
    &PEER_IP_REPEATED,
    &LOCAL_IP_TAKEN,
    &PEER_IP_TAKEN,
    &later(
        "DuplicatedParam.LocalGatewayIp",
        "The LocalGatewayIp values are duplicated.",
        "Duplicated.LocalGatewayIp says it.",
    ),
    &later("InvalidParameter", "%s", "Each parameter has a code of its own."),
    &VLAN_KEPT,
    &NO_IPV6_IN_REGION,
    &NO_IPV6,
    &SHARED,
    &later(
        "OperationFailed.PhysicalConnectionTerminated",
        "Update failed, the physical connection is terminated.",
        "A circuit with VBRs is not terminated.",
    ),
    &later(
        "Forbidden.VbrNotAllowModifySiteLink",
        "Can not modify virtualBorderRouter site link, please call PD to authorize.",
        "Nobody has to be authorized for it here.",
    ),
];

fn asks(input: &Input) -> Result<AmendRouter, Invalid> {
    let word = |param| input.find(param).map(|text: crate::parameter::Text| text.0);
    let small = |param| input.find(param).and_then(|number: i64| number.try_into().ok());
    let mut associations = input.find(&FURTHER).map_or_else(Vec::new, |further| further.0);
    if until(E2020).contains(input.edition) {
        for association in &mut associations {
            let Peering { local_ip, peer_ip, mask, .. } = association.peering.clone();
            association.peering = Peering { local_ip, peer_ip, mask, ..Peering::default() };
            association.ipv6 = None;
        }
    }
    let amendment = RouterAmendment {
        vlan: input.find(&VLAN_ID),
        circuit_code: word(&CIRCUIT_CODE),
        peering: Peering {
            local_ip: input.find(&LOCAL_IP).map_or_else(Box::default, |it| it.0),
            peer_ip: input.find(&PEER_IP).map_or_else(Box::default, |it| it.0),
            mask: input.find(&MASK).map_or_else(Box::default, |it| it.0),
            ..ipv6(input)
        },
        ipv6: input.find(&ENABLE_IPV6),
        bandwidth_mbps: input.find(&BANDWIDTH),
        min_tx_ms: small(&MIN_TX),
        min_rx_ms: small(&MIN_RX),
        multiplier: small(&MULTIPLIER),
        mtu: input.find(&MTU),
        sitelink: input.find(&SITELINK),
        name: word(&NAME),
        description: word(&DESCRIPTION),
        associations,
    };
    Ok(AmendRouter {
        router: input.get(&ROUTER_ID),
        amendment: Box::new(amendment),
        needs_service: needs_service(input),
        limited: limited(input),
        heeds_locks: LATER.contains(input.edition),
        compares: LATER.contains(input.edition),
        wants_all: LATER.contains(input.edition),
    })
}

const TWO_CIRCUITS: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call("CreateVirtualBorderRouter", ""),
    Before::Call("AssociatePhysicalConnectionToVirtualBorderRouter", ""),
];

static EXAMPLES: &[Example] = &[
    answers(
        "As Terraform says it",
        ALL,
        "VlanId=11&LocalGatewayIp=10.0.0.1&PeerGatewayIp=10.0.0.2\
         &PeeringSubnetMask=255.255.255.252&Name=example_value&Description=example_value\
         &CircuitCode=longtel002&MinTxInterval=300&MinRxInterval=300&DetectMultiplier=3",
        "RequestId=*",
    ),
    answers(
        "With what is newer",
        from(E2025_09),
        "Bandwidth=200&EnableIpv6=true&LocalIpv6GatewayIp=2408::1&PeerIpv6GatewayIp=2408::2\
         &PeeringIpv6SubnetMask=2408::/56&SitelinkEnable=true&Mtu=8500",
        "RequestId=*",
    ),
    answers("The VLAN that its shared circuit has, again", ALL, "VlanId=4", "RequestId=*")
        .after(ON_HOSTED),
    refuses("Another VLAN than its shared circuit has", SHARED_IN, "VlanId=5", &SHARED)
        .after(ON_HOSTED),
    refuses(
        "Another VLAN than its shared circuit has, before",
        until(E2022),
        "VlanId=5",
        &OWN_VLAN_USED,
    )
    .after(ON_HOSTED),
    answers(
        "A further circuit, with blanks in keys as in samples",
        ALL,
        "AssociatedPhysicalConnections=[{\"PhysicalConnectionId\":\"pc-other\",\
         \"CircuitCode \":\"longtel002\",\"VlanId\":30,\" LocalGatewayIp \":\"10.1.0.1\",\
         \"PeerGatewayIp\":\"10.1.0.2\",\"PeeringSubnetMask\":\"255.255.255.252\",\
         \"ipv6Enable\":true}]",
        "RequestId=*",
    )
    .after(TWO_CIRCUITS),
    refuses(
        "A circuit that it is not on",
        ALL,
        "AssociatedPhysicalConnections=[{\"PhysicalConnectionId\":\"pc-other\",\"VlanId\":\"30\"}]",
        &BAD_FURTHER,
    ),
    refuses(
        "A further circuit with a VLAN that is none",
        ALL,
        "AssociatedPhysicalConnections=[{\"PhysicalConnectionId\":\"pc-other\",\"VlanId\":3000}]",
        &BAD_FURTHER,
    )
    .after(TWO_CIRCUITS),
    refuses("A VLAN that another has", ALL, "VlanId=11", &VLAN_USED).after(&[
        Before::circuit("Enabled"),
        Before::Call("CreateVirtualBorderRouter", "VlanId=11"),
        Before::Call("CreateVirtualBorderRouter", ""),
    ]),
    answers(
        "A VBR that was made for the caller, which he so takes over",
        ALL,
        "LocalGatewayIp=10.0.0.1&PeerGatewayIp=10.0.0.2&PeeringSubnetMask=255.255.255.252",
        "RequestId=*",
    )
    .after(BY_OTHER),
    refuses("Its circuit's code, which is not his", ALL, "CircuitCode=x", &CODE_NOT_THEIRS)
        .after(BY_OTHER),
    refuses("Its VLAN, which is not his", ALL, "VlanId=12", &VLAN_NOT_THEIRS).after(BY_OTHER),
    refuses("An account without outbound-traffic billing", LATER, "Name=other", &SERVICE_CLOSED)
        .after(&[
            Before::NewAccount,
            Before::circuit("Enabled"),
            Before::CallIn(E2023, "CreateVirtualBorderRouter", ""),
        ]),
    refuses("Two subnets", ALL, "PeerGatewayIp=10.0.0.9", &NOT_ONE_SUBNET),
    refuses("A VBR that is off, before 2024", until(E2024_03), "Name=other", &WRONG_STATE)
        .after(TERMINATED),
    refuses("A VBR that is off", LATER, "Name=other", &WRONG_STATUS).after(TERMINATED),
    refuses("A VBR whose circuit's term is over", LATER, "Name=other", &LOCKED).after(&[
        Before::circuit("Confirmed"),
        Before::Call("CreatePhysicalConnectionOccupancyOrder", "AutoPay=true&Period=1"),
        Before::Call("CreateVirtualBorderRouter", ""),
        Before::Later("P48D"),
    ]),
    refuses(
        "Some of the addresses of one to be taken over",
        LATER,
        "LocalGatewayIp=10.0.0.1&PeerGatewayIp=10.0.0.2",
        &ADDRESSES_INCOMPLETE,
    )
    .after(BY_OTHER),
    refuses("A VLAN that one keeps which is off", LATER, "VlanId=10", &VLAN_KEPT)
        .after(BESIDE_ROUTER_OFF),
    refuses(
        "A VLAN that one keeps which is off, before",
        until(E2024_03),
        "VlanId=10",
        &OWN_VLAN_USED,
    )
    .after(BESIDE_ROUTER_OFF),
    refuses(
        "One address of the cloud's side for two circuits",
        LATER,
        "LocalGatewayIp=10.0.0.1&AssociatedPhysicalConnections=\
         [{\"PhysicalConnectionId\":\"pc-other\",\"LocalGatewayIp\":\"10.0.0.1\",\
         \"PeerGatewayIp\":\"10.0.0.9\",\"PeeringSubnetMask\":\"255.255.255.0\"}]",
        &LOCAL_IP_REPEATED,
    )
    .after(TWO_CIRCUITS),
    refuses(
        "One address of the customer's side for two circuits",
        LATER,
        "PeerGatewayIp=10.0.0.2&AssociatedPhysicalConnections=\
         [{\"PhysicalConnectionId\":\"pc-other\",\"LocalGatewayIp\":\"10.0.0.9\",\
         \"PeerGatewayIp\":\"10.0.0.2\",\"PeeringSubnetMask\":\"255.255.255.0\"}]",
        &PEER_IP_REPEATED,
    )
    .after(TWO_CIRCUITS),
    refuses(
        "The address of the cloud's side that it has on a further circuit",
        LATER,
        "LocalGatewayIp=10.1.0.1&PeerGatewayIp=10.1.0.6&PeeringSubnetMask=255.255.255.248",
        &LOCAL_IP_TAKEN,
    )
    .after(TWO_CIRCUITS),
    refuses(
        "The address of the customer's side that it has on a further circuit",
        LATER,
        "LocalGatewayIp=10.1.0.6&PeerGatewayIp=10.1.0.2&PeeringSubnetMask=255.255.255.248",
        &PEER_IP_TAKEN,
    )
    .after(TWO_CIRCUITS),
    refuses("Faster than its port", LATER, "Bandwidth=1001", &TOO_FAST),
    refuses("Another's address", ALL, "LocalGatewayIp=10.0.0.1", &LOCAL_IP_NOT_THEIRS)
        .after(WITH_OTHERS),
    refuses("Another's other address", ALL, "PeerGatewayIp=10.0.0.2", &PEER_IP_NOT_THEIRS)
        .after(WITH_OTHERS),
    refuses("Another's mask", ALL, "PeeringSubnetMask=255.255.255.0", &MASK_NOT_THEIRS)
        .after(WITH_OTHERS),
    refuses("Another's name", ALL, "Name=mine", &NAME_NOT_THEIRS).after(WITH_OTHERS),
    refuses("What another says of it", ALL, "Description=mine", &DESCRIPTION_NOT_THEIRS)
        .after(WITH_OTHERS),
    refuses(
        "Another's address of IPv6",
        from(E2020),
        "LocalIpv6GatewayIp=2408::9",
        &LOCAL_IP_NOT_THEIRS,
    )
    .after(WITH_OTHERS),
    answers(
        "A circuit's code and VLAN that are not his, as they are",
        ALL,
        "VlanId=10&CircuitCode=longtel001",
        "RequestId=*",
    )
    .after(&[
        Before::circuit("Enabled"),
        Before::Call("CreateVirtualBorderRouter", FOR_OTHER_CODED),
        Before::As(OTHER),
    ]),
    refuses(
        "A further circuit's VLAN, which is not his",
        ALL,
        "AssociatedPhysicalConnections=[{\"PhysicalConnectionId\":\"pc-other\",\"VlanId\":30}]",
        &VLAN_NOT_THEIRS,
    )
    .after(OTHERS_FURTHER),
    refuses(
        "A further circuit's code, which is not his",
        ALL,
        "AssociatedPhysicalConnections=\
         [{\"PhysicalConnectionId\":\"pc-other\",\"CircuitCode\":\"mine\"}]",
        &CODE_NOT_THEIRS,
    )
    .after(OTHERS_FURTHER),
    answers(
        "The addresses on a further circuit, which are his",
        ALL,
        "AssociatedPhysicalConnections=[{\"PhysicalConnectionId\":\"pc-other\",\
         \"LocalGatewayIp\":\"10.1.0.1\",\"PeerGatewayIp\":\"10.1.0.2\",\
         \"PeeringSubnetMask\":\"255.255.255.252\"}]",
        "RequestId=*",
    )
    .after(OTHERS_FURTHER),
    answers("Another's VLAN, on one's own circuit", ALL, "VlanId=12", "RequestId=*")
        .after(WITH_OTHERS),
];

/// Another account's router on two circuits, and that account calls.
const OTHERS_FURTHER: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Circuit("pc-other", "Enabled", "", "Normal"),
    Before::Call("CreateVirtualBorderRouter", FOR_OTHER),
    Before::As(OTHER),
    TAKES_OVER,
    Before::As(CALLER),
    Before::Call(
        "AssociatePhysicalConnectionToVirtualBorderRouter",
        "LocalGatewayIp=&PeerGatewayIp=&PeeringSubnetMask=",
    ),
    Before::As(OTHER),
];

/// A router that is off, and another on its circuit.
const BESIDE_ROUTER_OFF: &[Before] = &[
    Before::circuit("Enabled"),
    Before::Call("CreateVirtualBorderRouter", ""),
    Before::Call("TerminateVirtualBorderRouter", ""),
    Before::Later("PT1S"),
    Before::Call("CreateVirtualBorderRouter", "VlanId=11"),
];
