//! ModifyPhysicalConnectionAttribute: change what describes a circuit.
//!
//! `DownDelayTime` is accepted and has no effect. ASSUMED: it is new in the SDK of 2026-09.

use super::create_physical_connection::{CIRCUIT_CODE, PEER_LOCATION, PORT_TYPES};
use crate::check::Input;
use crate::edition::{ALL, E2022, from};
use crate::operation::{
    Ask, Before, Example, Invalid, Operation, VPC, answered, error, refused, write,
};
use crate::parameter::{CIRCUIT_ID, CLIENT_TOKEN, Param, REGION_ID, Text, optional};
use crate::parameter::{is_description, is_name};
use domain::catalogue::{LineOperator, PortType};
use domain::command::{AmendCircuit, Amendment};
use domain::{CircuitId, Refusal};

static LINE_OPERATOR: Param<LineOperator> = optional("LineOperator")
    .doc("The carrier of the line.")
    .example("CT")
    .one_of_in(ALL, &["CT", "CU", "CM", "CO", "Equinix", "Other"])
    .or_else("InvalidLineOperator.Malformd", "The LineOperator provided was invalid.");

static PORT_TYPE: Param<PortType> = optional("PortType")
    .doc("The type of the port.")
    .example("1000Base-LX")
    .one_of_in(ALL, PORT_TYPES)
    .or_else("InvalidPortType.Malformd", "The PortType provided was invalid.");

/// SOURCE: dossier, annex A (2 to 10240), 8 (lower case on the wire).
static BANDWIDTH: Param<u32> = optional("bandwidth")
    .doc("The bandwidth, in Mbit/s.")
    .example("5")
    .range_in(ALL, 2..=10_240)
    .or_else("InvalidBandwidth", "invalid physical connection banwidth.");

/// SOURCE: dossier, annex A: dots too; the page's own example has blanks.
static NAME: Param<Text> = optional("Name")
    .doc("The name of the Express Connect circuit.")
    .example("Name of the Express Connect circuit")
    .rule_in(ALL, |_, text| is_name(text, "._- "))
    .or_else("InvalidName.Malformed", "The specified ?Name? is not valid.");

static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the Express Connect circuit.")
    .example("Description of the Express Connect circuit")
    .rule_in(ALL, |_, text| is_description(text))
    .or_else("InvalidDescription.Malformed", "The specified Description is not valid.");

static REDUNDANT_ID: Param<CircuitId> = optional("RedundantPhysicalConnectionId")
    .doc("The ID of the circuit that this one is redundant with.")
    .example("pc-119mfjzm7");

/// ModifyPhysicalConnectionAttribute.
pub static OPERATION: Operation = write(&VPC, "ModifyPhysicalConnectionAttribute")
    .summary("Modifies an Express Connect circuit.")
    .parameters(&[
        &REGION_ID.spec,
        &CIRCUIT_ID.spec,
        &LINE_OPERATOR.spec,
        &PORT_TYPE.spec,
        &BANDWIDTH.spec,
        &NAME.spec,
        &DESCRIPTION.spec,
        &PEER_LOCATION.spec,
        &CIRCUIT_CODE.spec,
        &REDUNDANT_ID.spec,
        &CLIENT_TOKEN.spec,
    ])
    .resource_in(ALL, "acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}")
    // SOURCE: dossier, annex A: the rows. ASSUMED: the causes, and the order.
    .errors(&[
        error(
            404,
            "InvalidRegionId.NotFound",
            "The RegionId provided does not exist in our records.",
        ),
        error(400, "InvalidLineOperator.Malformd", "The LineOperator provided was invalid."),
        error(400, "InvalidPortType.Malformd", "The PortType provided was invalid."),
        error(400, "InvalidBandwidth", "invalid physical connection banwidth."),
        error(400, "InvalidName.Malformed", "The specified ?Name? is not valid."),
        error(400, "InvalidDescription.Malformed", "The specified Description is not valid."),
        error(400, "InvalidPeerLocation.Malformd", "The PeerLocation provided was invalid."),
        error(400, "InvalidCircuitCode.Malformed", "circuitCode is illegal."),
        error(
            404,
            "InvalidPhysicalConnectionId.NotFound",
            "The PhysicalConnectionId provided does not exist in our records.",
        )
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
        error(400, "InvalidStatus", "invalid physical connection status.")
            .on(&[Refusal::CircuitState]),
        error(
            400,
            "InvalidRedundantPhysicalConnection",
            "redundant physical connection doesn't belong to current user.",
        )
        .on(&[Refusal::NoSuchRedundantCircuit]),
        error(
            400,
            "InvalidRedundantPhysicalConnectionStatus",
            "invalid redundant physical connection status.",
        )
        .on(&[Refusal::RedundantCircuitState]),
        error(
            400,
            "InvalidPhysicalConnectionOperator.Malformed",
            "Specified PhysicalConnection Operator is not valid.",
        )
        .unreached("InvalidLineOperator.Malformd says it."),
        error(
            400,
            "InvalidPhysicalConnectionBandwidth.Malformed",
            "Specified PhysicalConnection Bandwidth is not valid.",
        )
        .unreached("InvalidBandwidth says it."),
        error(400, "OperationDenied.VPconn", "The operation is not allowed because of VPconn.")
            .unreached("There are no hosted circuits yet."),
    ])
    .asks(asks)
    .examples(EXAMPLES);

fn asks(input: &Input) -> Result<Ask, Invalid> {
    let word = |param: &'static Param<Text>| input.find(param).map(|Text(word)| word);
    let amendment = Amendment {
        line_operator: input.find(&LINE_OPERATOR),
        port_type: input.find(&PORT_TYPE),
        bandwidth_mbps: input.find(&BANDWIDTH),
        redundant: input.find(&REDUNDANT_ID),
        name: word(&NAME),
        description: word(&DESCRIPTION),
        peer_location: word(&PEER_LOCATION),
        circuit_code: word(&CIRCUIT_CODE),
    };
    Ok(Ask::change(AmendCircuit {
        circuit: input.get(&CIRCUIT_ID),
        amendment: Box::new(amendment),
    }))
}

const CIRCUIT: &str = "pc-example";
const ALLOCATED: Before = Before::Circuit(CIRCUIT, "Allocated", "", "Normal");

/// The parameters that every call needs, and whatever else is given.
macro_rules! call {
    ($($name:literal: $value:literal),* $(,)?) => {
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            $(($name, $value)),*
        ]
    };
}

static EXAMPLES: &[Example] = &[
    answered(
        "A name with a dot",
        ALL,
        &[ALLOCATED],
        call!("LineOperator": "CT", "Name": "second.circuit"),
        &[("RequestId", "*")],
    ),
    answered("A bandwidth", ALL, &[ALLOCATED], call!("bandwidth": "10240"), &[("RequestId", "*")]),
    answered(
        "A refused application, handed in again",
        ALL,
        &[Before::Circuit(CIRCUIT, "Rejected", "", "Normal")],
        call!("PeerLocation": "XX Street"),
        &[("RequestId", "*")],
    ),
    refused(
        "An unknown region",
        ALL,
        &[],
        &[("RegionId", "cn-atlantis"), ("PhysicalConnectionId", CIRCUIT)],
        404,
        "InvalidRegionId.NotFound",
    ),
    refused(
        "An unknown circuit",
        ALL,
        &[],
        call!("Name": "second"),
        404,
        "InvalidPhysicalConnectionId.NotFound",
    ),
    refused(
        "A deleted circuit",
        ALL,
        &[ALLOCATED, Before::Call("DeletePhysicalConnection", call!())],
        call!("Name": "second"),
        404,
        "InvalidPhysicalConnectionId.NotFound",
    ),
    refused(
        "A circuit that has ended",
        ALL,
        &[Before::Circuit(CIRCUIT, "Terminated", "", "Normal")],
        call!("Name": "second"),
        400,
        "InvalidStatus",
    ),
    refused(
        "An unknown carrier",
        ALL,
        &[ALLOCATED],
        call!("LineOperator": "XX"),
        400,
        "InvalidLineOperator.Malformd",
    ),
    refused(
        "An unknown port type",
        ALL,
        &[ALLOCATED],
        call!("PortType": "25GBase-LR"),
        400,
        "InvalidPortType.Malformd",
    ),
    refused(
        "A bandwidth that is too small",
        ALL,
        &[ALLOCATED],
        call!("bandwidth": "1"),
        400,
        "InvalidBandwidth",
    ),
    refused(
        "A name of one character",
        ALL,
        &[ALLOCATED],
        call!("Name": "a"),
        400,
        "InvalidName.Malformed",
    ),
    refused(
        "A description that is an address",
        ALL,
        &[ALLOCATED],
        call!("Description": "http://example.com"),
        400,
        "InvalidDescription.Malformed",
    ),
    refused(
        "A description with a control character",
        ALL,
        &[ALLOCATED],
        call!("Description": "bell\u{7}"),
        400,
        "InvalidDescription.Malformed",
    ),
    refused(
        "A location with a control character",
        ALL,
        &[ALLOCATED],
        call!("PeerLocation": "Room\u{7}1"),
        400,
        "InvalidPeerLocation.Malformd",
    ),
    refused(
        "A circuit code with a control character",
        ALL,
        &[ALLOCATED],
        call!("CircuitCode": "longtel\u{7}"),
        400,
        "InvalidCircuitCode.Malformed",
    ),
    refused(
        "A redundant circuit that nobody knows",
        ALL,
        &[ALLOCATED],
        call!("RedundantPhysicalConnectionId": "pc-other"),
        400,
        "InvalidRedundantPhysicalConnection",
    ),
    refused(
        "A redundant circuit that has no port yet",
        ALL,
        &[ALLOCATED, Before::Circuit("pc-other", "Initial", "", "Normal")],
        call!("RedundantPhysicalConnectionId": "pc-other"),
        400,
        "InvalidRedundantPhysicalConnectionStatus",
    ),
    refused(
        "A token that is not ASCII, since 2022",
        from(E2022),
        &[ALLOCATED],
        call!("ClientToken": "专线"),
        400,
        "IllegalParam.ClientToken",
    ),
];
