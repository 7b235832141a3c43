//! CreatePhysicalConnection: apply for a circuit at an access point.

use super::tag_resources_for_express_connect::{MANY_TAGS, MEMBERS, MOST, tags};
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::{BAD_TOKEN, CLIENT_TOKEN};
use crate::does::changes;
use crate::edition::{
    ALL, E2020, E2022, E2023, E2024_03, E2025_03, E2025_09, Editions, from, only, until,
};
use crate::error::{ErrorRow, Invalid, TOKEN_REUSED, error};
use crate::example::{Before, CALLER, CIRCUIT, Example, OTHER, Shows, answers, refuses};
use crate::form::{
    Characters, DESCRIPTION as DESCRIPTION_FORM, Form, NAME as NAME_FORM, NAME_WITH_DOTS,
};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{
    Param, REGION_ID, RESOURCE_GROUP_ID, Shape, Spec, Text, Value, objects, optional, required,
    several,
};
use domain::catalogue::{AccessPoint, LineOperator, PortType};
use domain::circuit::{CircuitWords, Particulars};
use domain::command::ApplyForCircuit;
use domain::receipt::AppliedFor;
use domain::{CircuitId, Refusal};

// SOURCE: dossier, annex A: the rows, misspellings and all.
// Documented since EDITIONS, T023.
pub(super) static NO_ACCESS_POINT: ErrorRow = error(
    400,
    "ResourceNotFound.AccessPointId",
    "The specified resource of access point id is not found.",
)
.documented_in(from(E2025_03))
.assumed("earlier editions, whose tables have no row for it, say it so too");
pub(super) static BAD_LINE_OPERATOR: ErrorRow =
    error(400, "InvalidLineOperator.Malformd", "The LineOperator provided was invalid.");
pub(super) static BAD_TYPE: ErrorRow =
    error(400, "InvalidType.Malformd", "The Type provided was invalid.");
pub(super) static BAD_PORT_TYPE: ErrorRow =
    error(400, "InvalidPortType.Malformd", "The PortType provided was invalid.");
pub(super) static BAD_BANDWIDTH: ErrorRow =
    error(400, "InvalidBandwidth", "invalid physical connection banwidth.");
pub(super) static NO_BANDWIDTH: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionBandwidth.Malformed",
    "Specified PhysicalConnection Bandwidth is not valid.",
)
.assumed("of what is no number; a number that is no speed here is InvalidBandwidth");
pub(super) static NO_OPERATOR: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionOperator.Malformed",
    "Specified PhysicalConnection Operator is not valid.",
)
.assumed(
    "of more than letters, which no code has; letters that are no code are \
          InvalidLineOperator.Malformd",
);
pub(super) static BAD_NAME: ErrorRow =
    error(400, "InvalidName.Malformed", "The specified ?Name? is not valid.");

/// Whether a text is no number.
pub(super) fn is_no_number(text: &str) -> bool {
    i64::read(text).is_none()
}

/// Whether a text cannot be the code of a carrier.
pub(super) fn is_no_operator(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii_alphabetic())
}
pub(super) static BAD_DESCRIPTION: ErrorRow =
    error(400, "InvalidDescription.Malformed", "The specifid ?Description? is not valid.");
pub(super) static BAD_PEER_LOCATION: ErrorRow =
    error(400, "InvalidPeerLocation.Malformd", "The PeerLocation provided was invalid.");
pub(super) static BAD_CIRCUIT_CODE: ErrorRow =
    error(400, "InvalidCircuitCode.Malformed", "circuitCode is illegal.");

static ACCESS_POINT_ID: Param<AccessPoint> = required("AccessPointId")
    .doc("The ID of the access point.")
    .example("ap-cn-hangzhou-yh-B")
    .assumed("an access point of another region is not found, as one that nobody knows")
    .rule_in(ALL, |input, text| {
        AccessPoint::find(text).is_some_and(|point| point.facts().region == input.region().id())
    })
    .or_else(&NO_ACCESS_POINT);

/// SOURCE: dossier, annex A.
pub(super) const LINE_OPERATORS: &[&str] = &["CT", "CU", "CM", "CO", "Equinix", "Other"];

pub(super) static LINE_OPERATOR: Param<LineOperator> = required("LineOperator")
    .doc("The carrier of the line.")
    .example("CT")
    .one_of_in(ALL, LINE_OPERATORS)
    .malformed(is_no_operator, &NO_OPERATOR)
    .or_else(&BAD_LINE_OPERATOR);

static TYPE: Param<Text> = optional("Type")
    .doc("The type of the Express Connect circuit.")
    .example("VPC")
    .default_in(ALL, "VPC")
    .one_of_in(ALL, &["VPC"])
    .or_else(&BAD_TYPE);

static PORT_TYPE: Param<PortType> = optional("PortType")
    .doc("The type of the port.")
    .example("1000Base-T")
    .default_in(ALL, "1000Base-T")
    .assumed("the default of the older pages holds; the newest names none")
    .one_of_in(until(E2023), PORT_TYPES_TO_10G)
    .one_of_in(from(E2023), PORT_TYPES)
    .or_else(&BAD_PORT_TYPE);

/// SOURCE: EDITIONS, T010 and T011: those of faster ports came with 2023.
pub(super) const PORT_TYPES_TO_10G: &[&str] =
    &["100Base-T", "1000Base-T", "1000Base-LX", "10GBase-T", "10GBase-LR"];

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

/// SOURCE: EDITIONS, T002.
pub(super) const SPEEDS: &[&str] =
    &["50", "100", "200", "300", "400", "500", "1000", "2000", "4000", "5000", "8000", "10000"];

/// SOURCE: dossier 8 (lower case on the wire).
static BANDWIDTH: Param<u32> = optional("bandwidth")
    .doc("The bandwidth, in Mbit/s.")
    .example("50")
    .assumed("without it, the port's own speed")
    .range_in(until(E2022), 5, 5000) // SOURCE: EDITIONS, T001.
    .one_of_in(from(E2022), SPEEDS)
    .malformed(is_no_number, &NO_BANDWIDTH)
    .or_else(&BAD_BANDWIDTH);

pub(super) static NAME: Param<Text> = optional("Name")
    .doc("The name of the Express Connect circuit.")
    .example("test")
    .form_in(until(E2020), &NAME_WITH_DOTS) // SOURCE: EDITIONS, T003.
    .form_in(from(E2020), &NAME_FORM)
    .or_else(&BAD_NAME);

pub(super) static DESCRIPTION: Param<Text> = optional("Description")
    .doc("The description of the Express Connect circuit.")
    .example("description")
    .form_in(ALL, &DESCRIPTION_FORM)
    .or_else(&BAD_DESCRIPTION);

static PLACE: Form = Form::of(Characters::Printable, (0, 256));
static CODE: Form = Form::of(Characters::Printable, (0, 128));

/// An application's; a change has [`PEER_LOCATION`]. SOURCE: EDITIONS, T004.
static OWN_PEER_LOCATION: Param<Text> = optional("PeerLocation")
    .doc("The location of the customer's data centre.")
    .example("XX Street")
    .required_in(until(E2023))
    .form_in(ALL, &PLACE)
    .assumed("its form, which is not published")
    .or_else(&BAD_PEER_LOCATION);

pub(super) static PEER_LOCATION: Param<Text> = optional("PeerLocation")
    .doc("The location of the customer's data centre.")
    .example("XX Street")
    .form_in(ALL, &PLACE)
    .assumed("its form, which is not published")
    .or_else(&BAD_PEER_LOCATION);

pub(super) static CIRCUIT_CODE: Param<Text> = optional("CircuitCode")
    .doc("The code that the carrier gave the circuit.")
    .example("longtel001")
    .form_in(ALL, &CODE)
    .assumed("its form, which is not published")
    .or_else(&BAD_CIRCUIT_CODE);

/// Which modules fit which port. SOURCE: dossier 6.
pub(super) static OPTICAL_MODULES: &[(&str, &[&str])] = &[
    ("1000Base-LX", &["SFP-GE-LR-SM1310,10KM", "SFP-GE-ER-SM1310,40KM", "SFP-GE-ZR-SM1550,80KM"]),
    ("10GBase-LR", &["SFP-10G-LR-SM1310,10KM", "SFP-10G-ER-SM1550,40KM", "SFP-10G-ZR-SM1550,80KM"]),
    (
        "40GBase-LR",
        &["QSFP-40G-LR4-WDM1300,10KM", "QSFP-40G-ER4-WDM1300,40KM", "QSFP-40G-ZR4-WDM1300,80KM"],
    ),
    (
        "100GBase-LR",
        &[
            "QSFP28-100G-LR4-WDM1300,10KM",
            "QSFP28-100G-ER4-WDM1300,40KM",
            "QSFP28-100G-ZR4-WDM1300,80KM",
        ],
    ),
];

/// SOURCE: dossier 6.
pub(super) const MODULES: &[&str] = &[
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
];

/// SOURCE: dossier, annex A (since 2025-12).
static OPTICAL_MODULE_MODEL: Param<Text> = optional("OpticalModuleModel")
    .doc("The model of the optical module; it must fit the port type.")
    .example("SFP-GE-LR-SM1310,10KM")
    .only_in(from(E2025_09))
    .one_of_in(ALL, MODULES)
    .rule_in(ALL, |input, text| fits_port(input.find(&PORT_TYPE), text));

/// Whether a model of module fits a port.
pub(super) fn fits_port(port: Option<PortType>, model: &str) -> bool {
    let port = port.map(PortType::text);
    let fits = OPTICAL_MODULES.iter().find(|(of, _)| Some(*of) == port);
    fits.is_some_and(|(_, models)| models.contains(&model))
}

static REDUNDANT_ID: Param<CircuitId> = optional("RedundantPhysicalConnectionId")
    .doc("The ID of the circuit that this one is redundant with.")
    .example("pc-119mfjzm****");

/// SOURCE: EDITIONS, T014.
static TAG: Param<Text> = tag_list(MEMBERS);

/// `Tag` of an operation that makes circuits.
pub(super) const fn tag_list(members: &'static [&'static Spec]) -> Param<Text> {
    objects("Tag", members, MOST)
        .doc("The tags of the Express Connect circuit.")
        .example("FinanceDept")
        .only_in(from(E2023))
        .too_many(&MANY_TAGS)
}

/// SOURCE: EDITIONS, T015.
pub(super) static DEVICE_ADVANCED_CAPACITY: Param<Text> =
    several("DeviceAdvancedCapacity", Shape::List)
        .doc("The capacities that the device must have.")
        .example("SubifRateLimit")
        .only_in(from(E2024_03))
        .without_effect("every device here has every capacity");

pub(super) static SERVICE_CLOSED: ErrorRow = error(
    400,
    "OperationFailed.PconnTrafficNotEnable",
    "The operation is failed because of PconnTrafficNotEnable.",
)
.in_editions(from(E2022)) // SOURCE: EDITIONS, T019.
// SOURCE: EDITIONS, T025. ASSUMED: its words, of which only the meaning is known.
.or_in(from(E2025_03), &["The outbound data transfer service is not activated."])
.on(&[Refusal::ServiceClosed]);

/// SOURCE: the vendor's metadata of mid-2024, its two blanks too.
static NO_REDUNDANT: ErrorRow = error(
    400,
    "InvalidRedundantPhysicalConnectionId.NotFound",
    "The RedundantPhysicalConnectionId  does not found.",
)
.on(&[Refusal::NoSuchRedundantCircuit]);

static OTHERS_REDUNDANT: ErrorRow = error(
    400,
    "InvalidRedundantPhysicalConnection",
    "redundant physical connection doesn't belong to current user.",
)
.on(&[Refusal::OthersCircuit]);

pub(super) static REDUNDANT_STATUS: ErrorRow = error(
    400,
    "InvalidRedundantPhysicalConnectionStatus",
    "invalid redundant physical connection status.",
)
.on(&[Refusal::RedundantCircuitState]);

/// SOURCE: dossier 7: five circuits may wait to be enabled.
pub(super) static TOO_MANY_WAIT: ErrorRow =
    error(400, "QuotaExceeded.freePconnPerAP", "free physical connections count excceeded.")
        .on(&[Refusal::WaitingCircuitsMax]);

/// SOURCE: dossier 7: two circuits of an account at an access point.
pub(super) static TOO_MANY_AT_POINT: ErrorRow =
    error(400, "QuotaExceeded.pConnPerAP", "Physical connection count per ap quota exceed.")
        .on(&[Refusal::AccessPointCircuitsMax])
        .with_setting("access_point_circuits_max");

/// SOURCE: dossier 7 (the rule); pages of ECS (the code and its text).
pub(super) static OVERDUE: ErrorRow = error(
    403,
    "InstanceExpiredOrInArrears",
    "The specified operation is denied as your prepay instance is expired (prepay mode) or in \
     arrears (afterpay mode).",
)
.documented_in(Editions::NONE)
.on(&[Refusal::CircuitOverdue])
.assumed("its status and code: the rule stands without one, and ECS tells the same of instances");

/// The setting that says what access points offer.
pub(super) const ACCESS_POINTS: &str = "access_points";

/// SOURCE: EDITIONS, T021 and T022 (since when).
static NOT_OPEN: ErrorRow =
    error(400, "InvalidAccessPointId.NotEnabled", "Invalid access point status.")
        .in_editions(Editions::except(E2024_03))
        .on(&[Refusal::AccessPointDisabled])
        .on_in(until(E2022), &[Refusal::AccessPointFull])
        .with_setting(ACCESS_POINTS)
        .assumed("of one that is disabled, and of a full one where no other row speaks of ports");

pub(super) static PORT_USED: ErrorRow =
    error(400, "Invalid.Status", "The device or interface status invalid, or has been used..")
        .on(&[Refusal::AccessPointFull])
        .with_setting(ACCESS_POINTS)
        .assumed("that no port is left, and of a disabled one where no row has its status");

static OWN_PORT_USED: ErrorRow =
    PORT_USED.in_editions(from(E2022)).on_in(only(E2024_03), &[Refusal::AccessPointDisabled]);

pub(super) static NO_PORT: ErrorRow =
    error(404, "InvalidPortType.NotFound", "There are no resources with the portType.")
        .on(&[Refusal::NoSuchPort])
        .with_setting(ACCESS_POINTS);

static DOCUMENTED_TOKEN: ErrorRow = BAD_TOKEN
    .documented_in(from(E2022))
    .assumed("of earlier editions, whose pages have the rule alone");

/// SOURCE: EDITIONS, T005 and T006.
static OWN_CLIENT_TOKEN: Param<Text> = CLIENT_TOKEN.said_required_in(until(E2025_09));

static ANSWER: &[Field<AppliedFor>] = &[
    request_id(),
    text("PhysicalConnectionId", "The ID of the circuit.", |applied: &AppliedFor, _| {
        applied.0.as_str().into()
    })
    .example("pc-119mfjzm****"),
];

/// CreatePhysicalConnection.
pub static OPERATION: Operation =
    operation(&VPC, "CreatePhysicalConnection", &changes(asks, ANSWER))
        .summary("Applies for an Express Connect circuit.")
        .directory("Express Connect circuits")
        .parameters(&[
            &REGION_ID.spec,
            &ACCESS_POINT_ID.spec,
            &LINE_OPERATOR.spec,
            &TYPE.spec,
            &PORT_TYPE.spec,
            &BANDWIDTH.spec,
            &NAME.spec,
            &DESCRIPTION.spec,
            &OWN_PEER_LOCATION.spec,
            &CIRCUIT_CODE.spec,
            &OPTICAL_MODULE_MODEL.spec,
            &REDUNDANT_ID.spec,
            &RESOURCE_GROUP_ID.spec,
            &TAG.spec,
            &DEVICE_ADVANCED_CAPACITY.spec,
            &OWN_CLIENT_TOKEN.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/*"])
        .errors(ERRORS)
        .assumed(&["the causes of the refusals, and the order of the errors"])
        .examples(
            &[],
            "RegionId=cn-hangzhou&AccessPointId=ap-cn-hangzhou-yh-B&LineOperator=CT\
             &PeerLocation=XX Street",
            EXAMPLES,
        );

/// SOURCE: EDITIONS, T020 (since when).
static ERRORS: &[&ErrorRow] = &[
    &DOCUMENTED_TOKEN,
    &SERVICE_CLOSED,
    &NO_REDUNDANT,
    &REDUNDANT_STATUS,
    &OVERDUE,
    &NOT_OPEN,
    &OWN_PORT_USED,
    &NO_PORT.in_editions(from(E2022)),
    &BAD_PORT_TYPE.on_in(until(E2022), &[Refusal::NoSuchPort]),
    &TOO_MANY_WAIT,
    &TOO_MANY_AT_POINT,
    &OTHERS_REDUNDANT,
    &NO_OPERATOR.in_editions(from(E2022)),
    &error(
        400,
        "InvalidPhysicalConnectionPortType.Malformed",
        "Specified PhysicalConnection PortType is not valid.",
    )
    .in_editions(from(E2022))
    .unreached("InvalidPortType.Malformd says it."),
    &NO_BANDWIDTH.in_editions(from(E2022)),
    &error(400, "InvalidPortType.NotFound", "Specified port type is not found.")
        .in_editions(from(E2022))
        .unreached("InvalidPortType.Malformd says it."),
];

fn asks(input: &Input) -> Result<ApplyForCircuit, Invalid> {
    let word = |param: &'static Param<Text>| input.find(param).map_or_else(Box::default, |t| t.0);
    let words = CircuitWords {
        name: word(&NAME),
        description: word(&DESCRIPTION),
        peer_location: word(&OWN_PEER_LOCATION),
        circuit_code: word(&CIRCUIT_CODE),
        optical_module: word(&OPTICAL_MODULE_MODEL),
        resource_group: word(&RESOURCE_GROUP_ID),
        redundant: input.find(&REDUNDANT_ID),
        tags: tags(input, &TAG)?,
        ..CircuitWords::default()
    };
    let port_type = input.get(&PORT_TYPE);
    Ok(ApplyForCircuit {
        needs_service: SERVICE_CLOSED.told_in.contains(input.edition),
        particulars: Particulars {
            access_point: input.get(&ACCESS_POINT_ID),
            line_operator: input.get(&LINE_OPERATOR),
            port_type,
            bandwidth_mbps: input.find(&BANDWIDTH).unwrap_or(port_type.speed_mbps()),
            words: (!words.is_empty()).then(|| Box::new(words)),
        },
    })
}

const NAME_OF_THIS: &str = "CreatePhysicalConnection";
const APPLIED: Before = Before::Call(NAME_OF_THIS, "");

static EXAMPLES: &[Example] = &[
    answers("Nothing but what was ever required", ALL, "", "RequestId=*&PhysicalConnectionId=*"),
    answers("Without a place", from(E2023), "PeerLocation=", "PhysicalConnectionId=*"),
    answers(
        "As scripts of 2019 ask for one",
        until(E2020),
        "bandwidth=37&Name=a.b-1&ClientToken=d7d24a21-f4ba-4454-9173-b38",
        "PhysicalConnectionId=*",
    ),
    refuses("A speed between those that are sold", from(E2022), "bandwidth=37", &BAD_BANDWIDTH),
    refuses("A carrier that nobody knows", ALL, "LineOperator=XX", &BAD_LINE_OPERATOR),
    refuses("A dot in a name", from(E2020), "Name=a.b-1", &BAD_NAME),
    refuses("A port that came later", until(E2023), "PortType=40GBase-LR", &BAD_PORT_TYPE),
    answers(
        "As Terraform asks for one",
        ALL,
        "Type=VPC&PortType=1000Base-LX&bandwidth=100&CircuitCode=longtel001\
             &PeerLocation=浙江省---vfjdbg_21e&Name=first&Description=made by terraform\
             &ClientToken=TF-CreatePhysicalConnection-1795459541-3fcabdc9-dfe1-4522-98e5-c",
        "PhysicalConnectionId=*",
    ),
    refuses("An account without outbound-traffic billing", from(E2022), "", &SERVICE_CLOSED)
        .after(&[Before::NewAccount]),
    answers("An account without outbound-traffic billing", until(E2022), "", "RequestId=*")
        .after(&[Before::NewAccount]),
    answers("A circuit that is redundant with another", ALL, REDUNDANT, "PhysicalConnectionId=*")
        .after(&[Before::circuit("Enabled")]),
    refuses("An unknown access point", ALL, "AccessPointId=ap-none", &NO_ACCESS_POINT),
    refuses("An access point in another region", ALL, "RegionId=cn-beijing", &NO_ACCESS_POINT),
    Example {
        shows: Shows::Invalid("OpticalModuleModel"),
        ..answers(
            "An optical module that does not fit the port",
            from(E2025_09),
            "PortType=10GBase-LR&OpticalModuleModel=SFP-GE-LR-SM1310,10KM",
            "",
        )
    },
    refuses("A redundant circuit that nobody knows", ALL, REDUNDANT, &NO_REDUNDANT),
    refuses("A redundant circuit of another account", ALL, REDUNDANT, &OTHERS_REDUNDANT).after(&[
        Before::As(OTHER),
        Before::circuit("Enabled"),
        Before::As(CALLER),
    ]),
    refuses("A redundant circuit that has no port yet", ALL, REDUNDANT, &REDUNDANT_STATUS)
        .after(&[Before::circuit("Initial")]),
    refuses("A sixth circuit while five wait", ALL, "", &TOO_MANY_WAIT)
        .after(&[APPLIED, APPLIED, APPLIED, APPLIED, APPLIED]),
    refuses("While another circuit is overdue", ALL, "", &OVERDUE).after(&[OWES]),
    refuses("The token of another application", ALL, "ClientToken=used&Name=other", &TOKEN_REUSED)
        .after(&[Before::Call(NAME_OF_THIS, "ClientToken=used")]),
];

/// A circuit that is locked for want of payment.
pub(super) const OWES: Before = Before::Circuit(CIRCUIT, "Enabled", "", "FinancialLocked");

const REDUNDANT: &str = "RedundantPhysicalConnectionId=pc-example";
