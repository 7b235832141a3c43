//! ApplyPhysicalConnectionLOA: ask for the Letter of Authorization that lets the builder of a line
//! enter the data centre.

use super::confirm_physical_connection::SERVICE_CLOSED;
use crate::answer::request_id;
use crate::check::{Input, Object};
use crate::client_token::CLIENT_TOKEN_RULED_LATER;
use crate::does::changes;
use crate::edition::{ALL, E2022, E2023, E2024_03, Editions, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::form::{Characters, Form};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{INSTANCE_ID, Param, REGION_ID, Text, objects, optional, required};
use domain::command::ApplyForLetter;
use domain::letter::{Application, Person, Secret};
use domain::{Refusal, Timestamp};

// The texts are those of SecondApplyPhysicalConnectionLOA: this operation's own page prints `%s`.
// Which operation documents which of them stands in its own list.
macro_rules! illegal {
    ($($row:ident: $code:literal, $text:literal;)+) => {
        $(pub(super) static $row: ErrorRow =
            error(400, $code, $text).documented_in(Editions::NONE);)+
    };
}

illegal! {
    BAD_COMPANY: "IllegalParam.CompanyName", "Invalid CompanyName.";
    BAD_LINE_TYPE: "IllegalParam.LineType", "Invalid LineType.";
    BAD_PLACE: "IllegalParam.PeerLocation", "Invalid PeerLocation.";
    BAD_BUILDER: "IllegalParam.Si", "Invalid Si.";
    BAD_BANDWIDTH: "IllegalParam.Bandwidth", "The param of bandwidth is illegal.";
    BAD_TIME: "InvalidConstructionTime.Malformed", "Invalid ConstructionTime.";
    BAD_CERTIFICATE_TYPE: "IllegalParam.PmCertificateType", "Invalid PmCertificateType.";
    BAD_CERTIFICATE_NO: "IllegalParam.PmCertificateNo", "Invalid PmCertificateNo.";
    BAD_CONTACT: "IllegalParam.PmContactInfo", "Invalid PmContactInfo.";
    BAD_GENDER: "IllegalParam.PmGender", "Invalid PmGender.";
    BAD_PERSON: "IllegalParam.PmName", "Invalid PmName.";
    NO_PEOPLE: "MissingParam.PMInfo", "The parameter PMInfo is mandatory.";
}

pub(super) static NO_INSTANCE: ErrorRow =
    error(400, "InvalidInstanceId.NotFound", "InstanceId is not found.")
        .on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]);

pub(super) static LOA_STATUS: ErrorRow = error(
    400,
    "IncorrectStatus.PhysicalConnectionLOA",
    "Invalid Express Connect circuit LOA status.",
)
.on(&[Refusal::LoaState]);

pub(super) static CIRCUIT_STATUS: ErrorRow =
    error(400, "IncorrectStatus.PhysicalConnection", "Invalid physical connection status.")
        .on(&[Refusal::CircuitState]);

pub(super) static NO_ALI_UID: ErrorRow =
    error(400, "MissingParam.AliUid", "The parameter AliUid is mandatory.")
        .documented_in(TABLED)
        .unreached("A call that is let in has an account.");
pub(super) static NO_INSTANCE_ID: ErrorRow =
    error(400, "MissingParam.InstanceId", "The parameter InstanceId is mandatory.")
        .documented_in(TABLED)
        .for_missing(&["InstanceId"]);
/// SOURCE: dossier 8: RegionNo is what RegionId is called inside.
pub(super) static NO_REGION: ErrorRow =
    error(400, "MissingParam.RegionNo", "The parameter RegionNo is mandatory.")
        .documented_in(TABLED)
        .for_missing(&["RegionId"]);

pub(super) static WORD: Form = Form::of(Characters::Printable, (1, 128));
static PLACE: Form = Form::of(Characters::Printable, (0, 256));
static NUMBER: Form = Form::of(Characters::Ascii, (1, 64));
static CONTACT: Form = Form::of(Characters::Printable, (1, 64));

pub(super) const OWN_FORM: &str = "its form, which is not published";

static COMPANY_NAME: Param<Text> = required("CompanyName")
    .doc("The name of the company that takes the circuit.")
    .example("company")
    .form_in(ALL, &WORD)
    .or_else(&BAD_COMPANY)
    .assumed(OWN_FORM);

/// SOURCE: EDITIONS, T038.
static LINE_TYPE: Param<Text> = required("LineType")
    .doc("The technology of the line.")
    .example("FIBRE")
    .form_in(until(E2023), &WORD)
    .one_of_in(from(E2023), &["MSTP", "MPLSVPN", "FIBRE", "Other"])
    .or_else(&BAD_LINE_TYPE);

/// SOURCE: dossier 8, 6: `Si` in requests, `SI` in answers.
static SI: Param<Text> = required("Si")
    .doc("The company that builds the line.")
    .example("Alibaba")
    .form_in(ALL, &WORD)
    .or_else(&BAD_BUILDER)
    .assumed(OWN_FORM);

static CONSTRUCTION_TIME: Param<Timestamp> = required("ConstructionTime")
    .doc("When the work begins, in UTC.")
    .example("2022-02-28T16:00:00Z")
    // SOURCE: dossier, annex A: to the second, and with a Z.
    .rule_in(ALL, |_, text| text.len() == "2022-02-28T16:00:00Z".len() && text.ends_with('Z'))
    .or_else(&BAD_TIME);

/// SOURCE: EDITIONS, T039.
static BANDWIDTH: Param<u32> = optional("Bandwidth")
    .doc("The bandwidth of the line, in Mbit/s.")
    .example("3")
    .range_in(from(E2023), 2, 10_240)
    .or_else(&BAD_BANDWIDTH);

static PEER_LOCATION: Param<Text> = optional("PeerLocation")
    .doc("The location of the customer's data centre.")
    .example("Hangzhou")
    .form_in(ALL, &PLACE)
    .or_else(&BAD_PLACE)
    .assumed(OWN_FORM);

static PM_NAME: Param<Text> = optional("PMName")
    .doc("The name of an engineer who enters the data centre.")
    .example("Zhang San")
    .said_required_in(TABLED)
    .form_in(ALL, &WORD)
    .or_else(&BAD_PERSON)
    .assumed(OWN_FORM);

static PM_GENDER: Param<Text> = optional("PMGender")
    .doc("The engineer's gender.")
    .example("Male")
    .said_required_in(TABLED)
    .one_of_in(ALL, &["Male", "Female"])
    .or_else(&BAD_GENDER)
    .assumed("the values, which are the answer's");

static PM_CERTIFICATE_TYPE: Param<Text> = optional("PMCertificateType")
    .doc("The kind of the engineer's identity document.")
    .example("IDCard")
    .said_required_in(TABLED)
    .one_of_in(ALL, &["IDCard", "Passport", "Other"])
    .or_else(&BAD_CERTIFICATE_TYPE)
    .assumed("Other, which the answer knows");

static PM_CERTIFICATE_NO: Param<Text> = optional("PMCertificateNo")
    .doc("The number of the engineer's identity document. It is kept and shown masked.")
    .example("5****************9")
    .said_required_in(TABLED)
    .secret()
    .form_in(ALL, &NUMBER)
    .or_else(&BAD_CERTIFICATE_NO)
    .assumed(OWN_FORM);

static PM_CONTACT_INFO: Param<Text> = optional("PMContactInfo")
    .doc("How the engineer can be reached. It is kept and shown masked.")
    .example("1390000****")
    .said_required_in(TABLED)
    .secret()
    .form_in(ALL, &CONTACT)
    .or_else(&BAD_CONTACT)
    .assumed(OWN_FORM);

/// SOURCE: dossier, annex A (16 at most).
static PM_INFO: Param<Text> = objects(
    "PMInfo",
    &[
        &PM_NAME.spec,
        &PM_GENDER.spec,
        &PM_CERTIFICATE_TYPE.spec,
        &PM_CERTIFICATE_NO.spec,
        &PM_CONTACT_INFO.spec,
    ],
    16,
)
.doc("The engineers who enter the data centre, at most 16.")
.example("[{\"PMName\":\"Zhang San\"}]")
.assumed(
    "since 2022 there must be one, who has a name, as its pages say and the metadata does not; \
     what else they say is required of him may be absent",
);

/// What both operations ask for.
pub(super) const PARAMETERS: &[&crate::parameter::Spec] = &[
    &REGION_ID.spec,
    &INSTANCE_ID.spec,
    &COMPANY_NAME.spec,
    &LINE_TYPE.spec,
    &SI.spec,
    &CONSTRUCTION_TIME.spec,
    &BANDWIDTH.spec,
    &PEER_LOCATION.spec,
    &PM_INFO.spec,
    &CLIENT_TOKEN_RULED_LATER.spec,
];

/// SOURCE: EDITIONS, T036: no table before.
pub(super) const TABLED: Editions = from(E2022);

/// ApplyPhysicalConnectionLOA.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "ApplyPhysicalConnectionLOA", &changes(asks, &[request_id()]))
        .summary("Applies for the Letter of Authorization of an Express Connect circuit.")
        .directory("Letters of Authorization")
        .parameters(PARAMETERS)
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{InstanceId}"])
        .errors(ERRORS)
        .assumed(&[
            "the circuit must be Allocated, and what a letter is approved by: the carrier's event",
        ])
        .examples(&[Before::circuit("Allocated")], CALL, EXAMPLES);

/// The example call of both.
pub(super) const CALL: &str = "RegionId=cn-hangzhou&InstanceId=pc-example&CompanyName=company\
     &LineType=FIBRE&Si=Alibaba&ConstructionTime=2026-12-28T16:00:00Z&PMInfo.1.PMName=Zhang San\
     &PMInfo.1.PMGender=Male&PMInfo.1.PMCertificateType=IDCard\
     &PMInfo.1.PMCertificateNo=512345678901234569&PMInfo.1.PMContactInfo=13900001234";

static ERRORS: &[&ErrorRow] = &[
    &BAD_COMPANY.documented_in(TABLED),
    &BAD_LINE_TYPE.documented_in(TABLED),
    &BAD_PLACE.documented_in(TABLED),
    &BAD_BUILDER.documented_in(TABLED),
    &BAD_BANDWIDTH.documented_in(TABLED),
    &BAD_TIME.documented_in(TABLED),
    &BAD_CERTIFICATE_TYPE.documented_in(TABLED),
    &BAD_CERTIFICATE_NO.documented_in(TABLED),
    &BAD_CONTACT.documented_in(TABLED),
    &BAD_GENDER.documented_in(TABLED),
    &BAD_PERSON.documented_in(TABLED),
    &NO_PEOPLE.in_editions(TABLED),
    &SERVICE_CLOSED,
    &NO_INSTANCE.documented_in(TABLED),
    &CIRCUIT_STATUS.documented_in(TABLED).on(&[Refusal::CircuitHosted]),
    &LOA_STATUS.documented_in(TABLED),
    &error(400, "IllegalParam.LineOperator", "Invalid LineOperator.")
        .documented_in(TABLED)
        .unreached("No parameter names a carrier."),
    &NO_ALI_UID,
    &NO_INSTANCE_ID,
    &NO_REGION,
];

fn asks(input: &Input) -> Result<ApplyForLetter, Invalid> {
    Ok(ApplyForLetter {
        circuit: input.get(&INSTANCE_ID),
        application: application(input)?,
        needs_service: SERVICE_CLOSED.told_in.contains(input.edition),
    })
}

/// What is said of the letter that is asked for.
pub(super) fn application(input: &Input) -> Result<Box<Application>, Invalid> {
    let people: Vec<Person> = input.objects(&PM_INFO).iter().map(person).collect();
    if TABLED.contains(input.edition) {
        if people.is_empty() {
            return Err(NO_PEOPLE.invalid());
        }
        if people.iter().any(|person| person.name.is_empty()) {
            return Err(BAD_PERSON.invalid());
        }
    }
    let text = |param: &'static Param<Text>| input.find(param).map_or_else(Box::default, |t| t.0);
    Ok(Box::new(Application {
        company: text(&COMPANY_NAME),
        line_type: text(&LINE_TYPE),
        builder: text(&SI),
        construction_at: input.get(&CONSTRUCTION_TIME),
        bandwidth_mbps: input.find(&BANDWIDTH),
        peer_location: text(&PEER_LOCATION),
        people,
    }))
}

fn person(object: &Object) -> Person {
    let text = |param| object.find(param).map_or_else(Box::default, |text: Text| text.0);
    Person {
        name: text(&PM_NAME),
        gender: text(&PM_GENDER),
        certificate_type: text(&PM_CERTIFICATE_TYPE),
        certificate_no: Secret(text(&PM_CERTIFICATE_NO)),
        contact: Secret(text(&PM_CONTACT_INFO)),
    }
}

/// A circuit that stands so, with such a letter.
pub(super) const fn with_letter(status: &'static str, letter: &'static str) -> Before {
    Before::Circuit(crate::example::CIRCUIT, status, letter, "Normal")
}

static EXAMPLES: &[Example] = &[
    answers("A letter for a circuit that has its port", ALL, "", "RequestId=*"),
    answers("A letter that was refused", ALL, "", "RequestId=*")
        .after(&[with_letter("Allocated", "Rejected")]),
    refuses("A letter that is applied for already", ALL, "", &LOA_STATUS)
        .after(&[with_letter("Allocated", "Applying")]),
    refuses("A circuit that has no port yet", ALL, "", &CIRCUIT_STATUS)
        .after(&[Before::circuit("Initial")]),
    refuses("An account without outbound-traffic billing", from(E2022), "", &SERVICE_CLOSED)
        .after(&[Before::NewAccount, Before::circuit("Allocated")]),
    answers("An account without outbound-traffic billing", until(E2022), "", "RequestId=*")
        .after(&[Before::NewAccount, Before::circuit("Allocated")]),
    refuses("Nobody to enter", TABLED, NOBODY, &NO_PEOPLE),
    refuses("Somebody without a name", TABLED, "PMInfo.1.PMName=", &BAD_PERSON),
    refuses("No day", ALL, "ConstructionTime=2026-12-28T16:00:00%2B08:00", &BAD_TIME),
    refuses(
        "A gender that the page does not know",
        from(E2024_03),
        "PMInfo.1.PMGender=x",
        &BAD_GENDER,
    ),
    refuses(
        "A paper of a kind that the page does not know",
        ALL,
        "PMInfo.1.PMCertificateType=Library",
        &BAD_CERTIFICATE_TYPE,
    ),
];

/// What takes the people of [`CALL`] away.
pub(super) const NOBODY: &str = "PMInfo.1.PMName=&PMInfo.1.PMGender=&PMInfo.1.PMCertificateType=\
     &PMInfo.1.PMCertificateNo=&PMInfo.1.PMContactInfo=";
