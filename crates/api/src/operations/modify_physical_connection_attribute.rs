//! ModifyPhysicalConnectionAttribute: change what describes a circuit.

use super::create_physical_connection::{
    BAD_BANDWIDTH, BAD_LINE_OPERATOR, BAD_NAME, BAD_PORT_TYPE, CIRCUIT_CODE, LINE_OPERATORS,
    NO_BANDWIDTH, NO_OPERATOR, PEER_LOCATION, PORT_TYPES, PORT_TYPES_TO_10G, REDUNDANT_STATUS,
    is_no_number, is_no_operator,
};
use super::create_virtual_physical_connection::{HOSTED_FOR_CALLER, IT, WITH_HOSTED};
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{ALL, E2022, E2023, E2024_03, E2025_09, from, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, NO_CIRCUIT, error};
use crate::example::{Before, Example, answers, refuses};
use crate::form::{CHANGED_NAME, DESCRIPTION as DESCRIPTION_FORM};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, Text, optional};
use crate::value::Value as _;
use domain::catalogue::{LineOperator, PortType};
use domain::command::{AmendCircuit, Amendment, DownDelay};
use domain::{CircuitId, Refusal};

static LINE_OPERATOR: Param<LineOperator> = optional("LineOperator")
    .doc("The carrier of the line.")
    .example("CT")
    .one_of_in(ALL, LINE_OPERATORS)
    .malformed(is_no_operator, &NO_OPERATOR)
    .or_else(&BAD_LINE_OPERATOR);

static PORT_TYPE: Param<PortType> = optional("PortType")
    .doc("The type of the port.")
    .example("1000Base-LX")
    .one_of_in(until(E2023), PORT_TYPES_TO_10G)
    .one_of_in(from(E2023), PORT_TYPES)
    .or_else(&BAD_PORT_TYPE);

/// SOURCE: dossier, annex A (2 to 10240), 8 (lower case on the wire).
static BANDWIDTH: Param<u32> = optional("bandwidth")
    .doc("The bandwidth, in Mbit/s.")
    .example("5")
    .range_in(ALL, 2, 10_240)
    .malformed(is_no_number, &NO_BANDWIDTH)
    .or_else(&BAD_BANDWIDTH);

/// SOURCE: dossier, annex A: dots too; the page's own example has blanks.
static NAME: Param<Text> = optional("Name")
    .doc("The name of the Express Connect circuit.")
    .example("Name of the Express Connect circuit")
    .form_in(ALL, &CHANGED_NAME)
    .or_else(&BAD_NAME);

static BAD_DESCRIPTION: ErrorRow =
    error(400, "InvalidDescription.Malformed", "The specified Description is not valid.")
        // SOURCE: EDITIONS, T076; 2024-03 as the metadata of mid-2024 has it.
        .or_in(until(E2024_03), &["The specifid ?Description? is not valid."]);

static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the Express Connect circuit.")
    .example("Description of the Express Connect circuit")
    .form_in(ALL, &DESCRIPTION_FORM)
    .or_else(&BAD_DESCRIPTION);

static REDUNDANT_ID: Param<CircuitId> = optional("RedundantPhysicalConnectionId")
    .doc("The ID of the circuit that this one is redundant with.")
    .example("pc-119mfjzm7");

/// SOURCE: EDITIONS, T077; dossier, annex A (0 to 10000 in steps of 100).
static DOWN_DELAY_TIME: Param<u32> = optional("DownDelayTime")
    .doc("The delay of a link that goes down, in milliseconds.")
    .example("0")
    .only_in(from(E2025_09))
    .range_in(from(E2025_09), 0, 10_000)
    .rule_in(ALL, |_, text| u32::read(text).is_some_and(|ms| ms % 100 == 0))
    .assumed("without it what there was stays, where the page prints a default of 0");

static ENDED: ErrorRow = error(400, "InvalidStatus", "invalid physical connection status.")
    .on(&[Refusal::CircuitState])
    .on_in(until(E2024_03), &[Refusal::CircuitHosted, Refusal::HostedAttached]);

/// SOURCE: EDITIONS, T075.
static SHARED: ErrorRow =
    error(400, "OperationDenied.VPconn", "The operation is not allowed because of VPconn.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitHosted, Refusal::HostedAttached])
        .assumed(
            "of a shared circuit, whose port and line are its partner's, and of a port that \
             others share",
        );

static NO_REDUNDANT: ErrorRow = error(
    400,
    "InvalidRedundantPhysicalConnection",
    "redundant physical connection doesn't belong to current user.",
)
.on(&[Refusal::NoSuchRedundantCircuit, Refusal::OthersCircuit]);

/// ModifyPhysicalConnectionAttribute.
pub static OPERATION: Operation =
    operation(&VPC, "ModifyPhysicalConnectionAttribute", &changes(asks, &[request_id()]))
        .summary("Modifies an Express Connect circuit.")
        .directory("Express Connect circuits")
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
            &DOWN_DELAY_TIME.spec,
            &CLIENT_TOKEN.spec,
        ])
        .resources_in(
            ALL,
            &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"],
        )
        .errors(ERRORS)
        .assumed(&[
            "the causes of the refusals, and the order of the errors",
            "that the specification, which changes in fewer states (Initial and Rejected, from \
             2022 on Enabled too), is the type of port, and not the bandwidth, which the provider \
             changes of an Allocated circuit",
            "that another port of a circuit in service costs nothing before its next term",
        ])
        .examples(
            &[Before::circuit("Allocated")],
            "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example&Name=second",
            EXAMPLES,
        );

/// SOURCE: dossier, annex A.
static ERRORS: &[&ErrorRow] = &[
    &BAD_REGION.documented_in(ALL),
    &NO_CIRCUIT.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
    &ENDED,
    &NO_REDUNDANT,
    &REDUNDANT_STATUS,
    &NO_OPERATOR,
    &NO_BANDWIDTH,
    &SHARED,
];

/// SOURCE: EDITIONS, T072: the specification of a circuit in service. ASSUMED: of 2020, whose page
/// was not seen, as in 2019.
fn asks(input: &Input) -> Result<AmendCircuit, Invalid> {
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
        down_delay: DownDelay(input.find(&DOWN_DELAY_TIME)),
    };
    Ok(AmendCircuit {
        circuit: input.get(&CIRCUIT_ID),
        amendment: Box::new(amendment),
        in_service_too: input.edition >= E2022,
    })
}

static EXAMPLES: &[Example] = &[
    answers("A name with a dot", ALL, "LineOperator=CT&Name=second.circuit", "RequestId=*"),
    refuses("A carrier that nobody knows", ALL, "LineOperator=XX", &BAD_LINE_OPERATOR),
    answers("A bandwidth", ALL, "bandwidth=10240", "RequestId=*"),
    answers(
        "A refused application, handed in again",
        ALL,
        "Name=&PeerLocation=XX Street",
        "RequestId=*",
    )
    .after(&[Before::circuit("Rejected")]),
    refuses("A circuit that has ended", ALL, "", &ENDED).after(&[Before::circuit("Terminated")]),
    answers("The name of a shared circuit", from(E2022), IT, "RequestId=*")
        .after(HOSTED_FOR_CALLER),
    refuses("The speed of a shared circuit", from(E2024_03), SLOWER, &SHARED)
        .after(HOSTED_FOR_CALLER),
    refuses("Another port, which others share", from(E2024_03), "PortType=1000Base-T", &SHARED)
        .after(WITH_HOSTED),
    answers("Another port, applied for", ALL, OTHER_PORT, "RequestId=*")
        .after(&[Before::circuit("Initial")]),
    refuses("Another port than the one that is allocated", ALL, OTHER_PORT, &ENDED),
    refuses("Another port than the one in service", until(E2022), OTHER_PORT, &ENDED)
        .after(&[Before::circuit("Enabled")]),
    answers("Another port than the one in service", from(E2022), OTHER_PORT, "RequestId=*")
        .after(&[Before::circuit("Enabled")]),
    refuses("A redundant circuit that nobody knows", ALL, REDUNDANT, &NO_REDUNDANT)
        .after(&[Before::circuit("Initial")]),
    refuses("A redundant circuit that has no port yet", ALL, REDUNDANT, &REDUNDANT_STATUS)
        .after(&[Before::circuit("Initial"), Before::Circuit("pc-other", "Initial", "", "Normal")]),
];

const SLOWER: &str = "PhysicalConnectionId={VirtualPhysicalConnection}&bandwidth=5";
const OTHER_PORT: &str = "PortType=10GBase-LR";
const REDUNDANT: &str = "RedundantPhysicalConnectionId=pc-other";
