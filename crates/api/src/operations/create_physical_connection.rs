//! CreatePhysicalConnection: apply for a circuit at an access point.
//!
//! `Tag.N.Key`, `Tag.N.Value` and `DeviceAdvancedCapacity.N` are accepted and have no effect.
//! ASSUMED: tags come with the operations that list them; capacities have no published values.

use crate::check::Input;
use crate::edition::{ALL, E2022, E2023, E2025_09, from};
use crate::operation::{
    Ask, Before, Example, Invalid, Operation, Told, VPC, answered, error, refused, text, write,
};
use crate::parameter::{CLIENT_TOKEN, Param, REGION_ID, Text, optional, required};
use crate::parameter::{is_description, is_name, is_plain};
use domain::catalogue::{AccessPoint, LineOperator, PortType};
use domain::circuit::{CircuitWords, Particulars};
use domain::command::ApplyForCircuit;
use domain::{CircuitId, Outcome, Refusal};
use wire::Node;

/// ASSUMED: an access point of another region is not found, as one that nobody knows.
static ACCESS_POINT_ID: Param<AccessPoint> = required("AccessPointId")
    .doc("The ID of the access point.")
    .example("ap-cn-hangzhou-yh-B")
    .rule_in(ALL, |input, text| {
        AccessPoint::find(text).is_some_and(|point| point.facts().region == input.region().id())
    })
    .or_else(
        "ResourceNotFound.AccessPointId",
        "The specified resource of access point id is not found.",
    );

static LINE_OPERATOR: Param<LineOperator> = required("LineOperator")
    .doc("The carrier of the line.")
    .example("CT")
    .one_of_in(ALL, &["CT", "CU", "CM", "CO", "Equinix", "Other"])
    .or_else("InvalidLineOperator.Malformd", "The LineOperator provided was invalid.");

static TYPE: Param<Text> = optional("Type")
    .doc("The type of the Express Connect circuit.")
    .example("VPC")
    .default_in(ALL, "VPC")
    .one_of_in(ALL, &["VPC"])
    .or_else("InvalidType.Malformd", "The Type provided was invalid.");

/// ASSUMED: the default of the older pages holds; the newest names none.
static PORT_TYPE: Param<PortType> = optional("PortType")
    .doc("The type of the port.")
    .example("1000Base-T")
    .default_in(ALL, "1000Base-T")
    .one_of_in(ALL, PORT_TYPES)
    .or_else("InvalidPortType.Malformd", "The PortType provided was invalid.");

/// SOURCE: dossier, annex A.
pub(super) const PORT_TYPES: &[&str] = &[
    "100Base-T",
    "1000Base-T",
    "1000Base-LX",
    "10GBase-T",
    "10GBase-LR",
    "40GBase-LR",
    "100GBase-LR",
];

/// SOURCE: dossier 8 (lower case on the wire). ASSUMED: without it, the port's own speed.
static BANDWIDTH: Param<u32> = optional("bandwidth")
    .doc("The bandwidth, in Mbit/s.")
    .example("50")
    .one_of_in(
        ALL,
        &["50", "100", "200", "300", "400", "500", "1000", "2000", "4000", "5000", "8000", "10000"],
    )
    .or_else("InvalidBandwidth", "invalid physical connection banwidth.");

static NAME: Param<Text> = optional("Name")
    .doc("The name of the Express Connect circuit.")
    .example("test")
    .rule_in(ALL, |_, text| is_name(text, "_-"))
    .or_else("InvalidName.Malformed", "The specified ?Name? is not valid.");

static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the Express Connect circuit.")
    .example("description")
    .rule_in(ALL, |_, text| is_description(text))
    .or_else("InvalidDescription.Malformed", "The specifid ?Description? is not valid.");

/// ASSUMED: at most 256 characters, none of them a control character; the rule is not published.
/// Never required, though the pages before 2023 mark it so.
pub(super) static PEER_LOCATION: Param<Text> = optional("PeerLocation")
    .doc("The location of the customer's data centre.")
    .example("XX Street")
    .rule_in(ALL, |_, text| text.chars().count() <= 256 && is_plain(text))
    .or_else("InvalidPeerLocation.Malformd", "The PeerLocation provided was invalid.");

/// ASSUMED: at most 128 characters, none of them a control character; the rule is not published.
pub(super) static CIRCUIT_CODE: Param<Text> = optional("CircuitCode")
    .doc("The code that the carrier gave the circuit.")
    .example("longtel001")
    .rule_in(ALL, |_, text| text.chars().count() <= 128 && is_plain(text))
    .or_else("InvalidCircuitCode.Malformed", "circuitCode is illegal.");

/// SOURCE: dossier 6 (which modules fit which port), annex A (since 2025-12).
static OPTICAL_MODULE_MODEL: Param<Text> = optional("OpticalModuleModel")
    .doc("The model of the optical module; it must fit the port type.")
    .example("SFP-GE-LR-SM1310,10KM")
    .only_in(from(E2025_09))
    .one_of_in(
        ALL,
        &[
            "SFP-GE-LR-SM1310,10KM",
            "SFP-GE-ER-SM1310,40KM",
            "SFP-GE-ZR-SM1550,80KM",
            "SFP-10G-LR-SM1310,10KM",
            "SFP-10G-ER-SM1550,40KM",
            "SFP-10G-ZR-SM1550,80KM",
            "QSFP-40G-LR4-WDM1300,10KM",
            "QSFP-40G-ER4-WDM1300,40KM",
            "QSFP-40G-ZR4-WDM1300,80KM",
            "QSFP28-100G-LR4-WDM1300,10KM",
            "QSFP28-100G-ER4-WDM1300,40KM",
            "QSFP28-100G-ZR4-WDM1300,80KM",
        ],
    )
    .rule_in(ALL, |input, text| {
        let family = match input.find(&PORT_TYPE) {
            Some(PortType::Base1000Lx) => "SFP-GE-",
            Some(PortType::Base10GLr) => "SFP-10G-",
            Some(PortType::Base40GLr) => "QSFP-40G-",
            Some(PortType::Base100GLr) => "QSFP28-100G-",
            _ => return false,
        };
        text.starts_with(family)
    });

static REDUNDANT_ID: Param<CircuitId> = optional("RedundantPhysicalConnectionId")
    .doc("The ID of the circuit that this one is redundant with.")
    .example("pc-119mfjzm****");

/// SOURCE: dossier, annex A (since 2022-12). ASSUMED: at most 64 characters, and any group exists.
static RESOURCE_GROUP_ID: Param<Text> = optional("ResourceGroupId")
    .doc("The ID of the resource group.")
    .example("rg-acfmoiyermp****")
    .only_in(from(E2023))
    .rule_in(ALL, |_, text| text.chars().count() <= 64 && is_plain(text));

/// CreatePhysicalConnection.
pub static OPERATION: Operation = write(&VPC, "CreatePhysicalConnection")
    .summary("Applies for an Express Connect circuit.")
    .parameters(&[
        &REGION_ID.spec,
        &ACCESS_POINT_ID.spec,
        &LINE_OPERATOR.spec,
        &TYPE.spec,
        &PORT_TYPE.spec,
        &BANDWIDTH.spec,
        &NAME.spec,
        &DESCRIPTION.spec,
        &PEER_LOCATION.spec,
        &CIRCUIT_CODE.spec,
        &OPTICAL_MODULE_MODEL.spec,
        &REDUNDANT_ID.spec,
        &RESOURCE_GROUP_ID.spec,
        &CLIENT_TOKEN.spec,
    ])
    .resource_in(ALL, "acs:vpc:{region}:{account}:physicalconnection/*")
    // SOURCE: dossier, annex A: the rows, misspellings and all. ASSUMED: the causes, and the order.
    .errors(&[
        error(
            400,
            "ResourceNotFound.AccessPointId",
            "The specified resource of access point id is not found.",
        ),
        error(400, "InvalidLineOperator.Malformd", "The LineOperator provided was invalid."),
        error(400, "InvalidType.Malformd", "The Type provided was invalid."),
        error(400, "InvalidPortType.Malformd", "The PortType provided was invalid."),
        error(400, "InvalidBandwidth", "invalid physical connection banwidth."),
        error(400, "InvalidName.Malformed", "The specified ?Name? is not valid."),
        error(400, "InvalidDescription.Malformed", "The specifid ?Description? is not valid."),
        error(400, "InvalidPeerLocation.Malformd", "The PeerLocation provided was invalid."),
        error(400, "InvalidCircuitCode.Malformed", "circuitCode is illegal."),
        error(
            400,
            "IllegalParam.ClientToken",
            "Token verify failed because client token length too long.",
        )
        .in_editions(from(E2022)), // ASSUMED: no earlier edition has a rule that it could tell.
        error(
            400,
            "OperationFailed.PconnTrafficNotEnable",
            "The operation is failed because of PconnTrafficNotEnable.",
        )
        .on(&[Refusal::ServiceClosed]),
        error(
            400,
            "InvalidRedundantPhysicalConnectionId.NotFound",
            "The RedundantPhysicalConnectionId does not found.",
        )
        .on(&[Refusal::NoSuchRedundantCircuit]),
        error(
            400,
            "InvalidRedundantPhysicalConnectionStatus",
            "invalid redundant physical connection status.",
        )
        .on(&[Refusal::RedundantCircuitState]),
        error(400, "QuotaExceeded.freePconnPerAP", "free physical connections count excceeded.")
            .on(&[Refusal::WaitingCircuitsMax]),
        error(
            400,
            "InvalidRedundantPhysicalConnection",
            "redundant physical connection doesn't belong to current user.",
        )
        .unreached("Another account's circuit is told as not found."),
        error(400, "Invalid.Status", "The device or interface status invalid, or has been used..")
            .unreached("The port is chosen by the carrier, not by the call."),
        error(400, "QuotaExceeded.pConnPerAP", "Physical connection count per ap quota exceed.")
            .unreached("Circuits are not counted by access point."),
        error(
            400,
            "InvalidPhysicalConnectionOperator.Malformed",
            "Specified PhysicalConnection Operator is not valid.",
        )
        .unreached("InvalidLineOperator.Malformd says it."),
        error(
            400,
            "InvalidPhysicalConnectionPortType.Malformed",
            "Specified PhysicalConnection PortType is not valid.",
        )
        .unreached("InvalidPortType.Malformd says it."),
        error(
            400,
            "InvalidPhysicalConnectionBandwidth.Malformed",
            "Specified PhysicalConnection Bandwidth is not valid.",
        )
        .unreached("InvalidBandwidth says it."),
        error(400, "InvalidPortType.NotFound", "Specified port type is not found.")
            .unreached("InvalidPortType.Malformd says it."),
        error(404, "InvalidPortType.NotFound", "There are no resources with the portType.")
            .unreached("Every access point has ports of every type."),
        error(400, "InvalidAccessPointId.NotEnabled", "Invalid access point status.")
            .unreached("Every access point takes applications."),
    ])
    .asks(asks)
    .tells(tells)
    .examples(EXAMPLES);

fn asks(input: &Input) -> Result<Ask, Invalid> {
    let word = |param: &'static Param<Text>| input.find(param).map_or_else(Box::default, |t| t.0);
    let words = CircuitWords {
        name: word(&NAME),
        description: word(&DESCRIPTION),
        peer_location: word(&PEER_LOCATION),
        circuit_code: word(&CIRCUIT_CODE),
        optical_module: word(&OPTICAL_MODULE_MODEL),
        resource_group: word(&RESOURCE_GROUP_ID),
        redundant: input.find(&REDUNDANT_ID),
    };
    let port_type = input.get(&PORT_TYPE);
    Ok(Ask::change(ApplyForCircuit {
        particulars: Particulars {
            access_point: input.get(&ACCESS_POINT_ID),
            line_operator: input.get(&LINE_OPERATOR),
            port_type,
            bandwidth_mbps: input.find(&BANDWIDTH).unwrap_or(port_type.speed_mbps()),
            words: (words != CircuitWords::default()).then(|| Box::new(words)),
        },
    }))
}

fn tells(_: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Outcome(Outcome::Circuit(circuit)) = told else {
        unreachable!("an application comes to a circuit")
    };
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("PhysicalConnectionId", text(circuit.as_str().to_owned())),
    ]))
}

/// The parameters that every call needs, and whatever else is given.
macro_rules! call {
    ($($name:literal: $value:literal),* $(,)?) => {
        &[
            ("RegionId", "cn-hangzhou"),
            ("AccessPointId", "ap-cn-hangzhou-yh-B"),
            ("LineOperator", "CT"),
            $(($name, $value)),*
        ]
    };
}

const APPLIED: Before = Before::Call("CreatePhysicalConnection", call!());
const TOKEN_USED: Before = Before::Call("CreatePhysicalConnection", call!("ClientToken": "used"));

static EXAMPLES: &[Example] = &[
    answered(
        "Nothing but what is required",
        ALL,
        &[],
        call!(),
        &[("RequestId", "*"), ("PhysicalConnectionId", "*")],
    ),
    answered(
        "As Terraform asks for one",
        ALL,
        &[],
        call!(
            "Type": "VPC",
            "PortType": "1000Base-LX",
            "bandwidth": "100",
            "CircuitCode": "longtel001",
            "PeerLocation": "浙江省---vfjdbg_21e",
            "Name": "first",
            "Description": "made by terraform",
            "ClientToken": "TF-CreatePhysicalConnection-1795459541-3fcabdc9-dfe1-4522-98e5-c",
        ),
        &[("PhysicalConnectionId", "*")],
    ),
    refused(
        "An account without outbound-traffic billing",
        ALL,
        &[Before::NewAccount],
        call!(),
        400,
        "OperationFailed.PconnTrafficNotEnable",
    ),
    answered(
        "A circuit that is redundant with another",
        ALL,
        &[Before::Circuit("pc-example", "Enabled", "", "Normal")],
        call!("RedundantPhysicalConnectionId": "pc-example"),
        &[("PhysicalConnectionId", "*")],
    ),
    refused(
        "An unknown region",
        ALL,
        &[],
        &[
            ("RegionId", "cn-atlantis"),
            ("AccessPointId", "ap-cn-hangzhou-yh-B"),
            ("LineOperator", "CT"),
        ],
        404,
        "InvalidRegionId.NotFound",
    ),
    refused(
        "No access point named",
        ALL,
        &[],
        &[("RegionId", "cn-hangzhou"), ("LineOperator", "CT")],
        400,
        "MissingAccessPointId",
    ),
    refused(
        "An unknown access point",
        ALL,
        &[],
        &[("RegionId", "cn-hangzhou"), ("AccessPointId", "ap-none"), ("LineOperator", "CT")],
        400,
        "ResourceNotFound.AccessPointId",
    ),
    refused(
        "An access point in another region",
        ALL,
        &[],
        &[
            ("RegionId", "cn-beijing"),
            ("AccessPointId", "ap-cn-hangzhou-yh-B"),
            ("LineOperator", "CT"),
        ],
        400,
        "ResourceNotFound.AccessPointId",
    ),
    refused(
        "An unknown carrier",
        ALL,
        &[],
        &[
            ("RegionId", "cn-hangzhou"),
            ("AccessPointId", "ap-cn-hangzhou-yh-B"),
            ("LineOperator", "ct"),
        ],
        400,
        "InvalidLineOperator.Malformd",
    ),
    refused("Another type", ALL, &[], call!("Type": "ECS"), 400, "InvalidType.Malformd"),
    refused(
        "An unknown port type",
        ALL,
        &[],
        call!("PortType": "25GBase-LR"),
        400,
        "InvalidPortType.Malformd",
    ),
    refused(
        "A bandwidth that is not sold",
        ALL,
        &[],
        call!("bandwidth": "60"),
        400,
        "InvalidBandwidth",
    ),
    refused(
        "A name that begins with a digit",
        ALL,
        &[],
        call!("Name": "1st"),
        400,
        "InvalidName.Malformed",
    ),
    refused(
        "A name with a dot",
        ALL,
        &[],
        call!("Name": "first.circuit"),
        400,
        "InvalidName.Malformed",
    ),
    refused(
        "A description that is an address",
        ALL,
        &[],
        call!("Description": "https://example.com"),
        400,
        "InvalidDescription.Malformed",
    ),
    refused(
        "A description with a control character",
        ALL,
        &[],
        call!("Description": "bell\u{7}"),
        400,
        "InvalidDescription.Malformed",
    ),
    refused(
        "A location with a control character",
        ALL,
        &[],
        call!("PeerLocation": "Room\u{7}1"),
        400,
        "InvalidPeerLocation.Malformd",
    ),
    refused(
        "A circuit code with a control character",
        ALL,
        &[],
        call!("CircuitCode": "longtel\u{7}"),
        400,
        "InvalidCircuitCode.Malformed",
    ),
    refused(
        "A token of 65 characters, since 2022",
        from(E2022),
        &[],
        call!("ClientToken": "TF-CreatePhysicalConnection-1795459541-3fcabdc9-dfe1-4522-98e5-c1"),
        400,
        "IllegalParam.ClientToken",
    ),
    refused(
        "An optical module that does not fit the port",
        from(E2025_09),
        &[],
        call!("PortType": "10GBase-LR", "OpticalModuleModel": "SFP-GE-LR-SM1310,10KM"),
        400,
        "InvalidOpticalModuleModel",
    ),
    refused(
        "A redundant circuit that nobody knows",
        ALL,
        &[],
        call!("RedundantPhysicalConnectionId": "pc-example"),
        400,
        "InvalidRedundantPhysicalConnectionId.NotFound",
    ),
    refused(
        "A redundant circuit that has no port yet",
        ALL,
        &[Before::Circuit("pc-example", "Initial", "", "Normal")],
        call!("RedundantPhysicalConnectionId": "pc-example"),
        400,
        "InvalidRedundantPhysicalConnectionStatus",
    ),
    // SOURCE: dossier 7: five circuits may wait to be enabled.
    refused(
        "A sixth circuit while five wait",
        ALL,
        &[APPLIED, APPLIED, APPLIED, APPLIED, APPLIED],
        call!(),
        400,
        "QuotaExceeded.freePconnPerAP",
    ),
    refused(
        "The token of another application",
        ALL,
        &[TOKEN_USED],
        call!("ClientToken": "used", "Name": "other"),
        400,
        "IdempotentParameterMismatch",
    ),
];
