//! DescribePhysicalConnectionLOA: the Letter of Authorization of a circuit.

use super::apply_physical_connection_loa::{
    NO_ALI_UID, NO_INSTANCE, NO_INSTANCE_ID, NO_REGION, TABLED, with_letter,
};
use crate::answer::{Field, Made, boolean, list, object, request_id, text};
use crate::check::Input;
use crate::does::Looks;
use crate::edition::{ALL, E2020, E2024_03, E2025_09, Editions, from, until};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{INSTANCE_ID, Param, REGION_ID, Text, optional};
use domain::Refusal;
use domain::circuit::{Circuit, LoaStatus};
use domain::letter::{Engineer, Letter, Line};
use domain::query::LetterOf;
use std::borrow::Cow;

/// A circuit, and its letter if it has one.
type Subject = (Box<Circuit>, Option<Letter>);

/// Looking needs no token; this one is not the shared one, so nothing is checked or kept.
pub(super) static CLIENT_TOKEN: Param<Text> = optional("ClientToken")
    .doc("The client token.")
    .example("123e4567-e89b-12d3-a456-426655440000")
    .without_effect("a call that changes nothing leaves nothing behind that could be repeated");

/// DescribePhysicalConnectionLOA.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(
    &VPC,
    "DescribePhysicalConnectionLOA",
    &Looks {
        asks: |input| Ok(LetterOf(input.caller.account, input.region(), input.get(&INSTANCE_ID))),
        missing: Refusal::NoSuchCircuit,
        answer: ANSWER,
    },
)
.summary("Queries the Letter of Authorization of an Express Connect circuit.")
.directory("Letters of Authorization")
.parameters(&[&REGION_ID.spec, &INSTANCE_ID.spec, &CLIENT_TOKEN.spec])
.errors(&[&NO_INSTANCE.documented_in(TABLED), &NO_ALI_UID, &NO_INSTANCE_ID, &NO_REGION])
.assumed(&["a circuit without a letter is told with empty words"])
.examples(
    &[Before::circuit("Allocated"), Before::Call("ApplyPhysicalConnectionLOA", "")],
    "RegionId=cn-hangzhou&InstanceId=pc-example",
    &[
        answers(
            "A letter that was applied for",
            from(E2020),
            "",
            "PhysicalConnectionLOAType.Status=Applying\
             &PhysicalConnectionLOAType.CompanyName=company\
             &PhysicalConnectionLOAType.PMInfo.PMInfo.0.PMCertificateNo=5****************9\
             &PhysicalConnectionLOAType.PMInfo.PMInfo.0.PMContactInfo=1390000****",
        ),
        answers("A letter in 2019", OLD, "", "code=200&success=true&data.Status=Applying"),
        answers(
            "A circuit without a letter",
            from(E2020),
            "",
            "PhysicalConnectionLOAType.Status=&PhysicalConnectionLOAType.InstanceId=pc-example",
        )
        .after(&[Before::circuit("Allocated")]),
        answers(
            "A letter that was refused",
            from(E2025_09),
            "",
            "PhysicalConnectionLOAType.Status=Rejected",
        )
        .after(&[with_letter("Allocated", "Rejected")]),
        refuses("A circuit that nobody knows", ALL, "InstanceId=pc-none", &NO_INSTANCE),
    ],
);

/// SOURCE: EDITIONS, T046.
const OLD: Editions = until(E2020);

static ANSWER: &[Field<Subject>] = &[
    text("code", "The status code.", |_, _| "200".into()).only_in(OLD).example("200"),
    object("data", "The Letter of Authorization.", LETTER)
        .only_in(OLD)
        .assumed("the case of what is in it, of which no sample is kept"),
    text("message", "The message.", |_, _| "successful".into()).only_in(OLD).example("successful"),
    request_id().named("requestId").only_in(OLD),
    boolean("success", "Whether the call succeeded.", |_, _| true).only_in(OLD).example("true"),
    request_id().only_in(from(E2020)),
    object("PhysicalConnectionLOAType", "The Letter of Authorization.", LETTER)
        .only_in(from(E2020)),
];

fn letter(subject: &Subject, of: fn(&Letter) -> &str) -> Cow<'_, str> {
    subject.1.as_ref().map_or("", of).into()
}

fn line(subject: &Subject, of: fn(&Line) -> &str) -> Cow<'_, str> {
    subject.1.as_ref().map_or("", |letter| of(&letter.line)).into()
}

fn engineers(subject: &Subject, _: &Input) -> Vec<Engineer> {
    subject.1.as_ref().map_or_else(Vec::new, |letter| letter.engineers.clone())
}

static LETTER: &[Field<Subject>] = &[
    text("Status", "The status of the Letter of Authorization.", |subject: &Subject, _| {
        subject.0.state.loa.map_or("", LoaStatus::text).into()
    })
    .example("Available"),
    text("InstanceId", "The ID of the circuit.", |subject: &Subject, _| {
        subject.0.id.as_str().into()
    })
    .example("pc-bp1ca4wca27****"),
    text("CompanyName", "The company that takes the circuit.", |subject: &Subject, _| {
        letter(subject, |letter| &letter.company)
    })
    .example("test1234"),
    text("CompanyLocalizedName", "Its name in its own language.", |subject: &Subject, _| {
        letter(subject, |letter| &letter.company)
    })
    .example("company")
    .assumed("the one name that there is"),
    text("LineType", "The technology of the line.", |subject: &Subject, _| {
        letter(subject, |letter| &letter.line_type)
    })
    .example("FIBRE"),
    text("SI", "The company that builds the line.", |subject: &Subject, _| {
        letter(subject, |letter| &letter.builder)
    })
    .example("ctcu"),
    text("ConstructionTime", "When the work begins.", |subject: &Subject, _| {
        let at = subject.1.as_ref().and_then(|letter| letter.construction_at);
        at.map_or(Cow::Borrowed(""), |at| at.to_string().into())
    })
    .example("2019-02-26T08:00:00Z"),
    text("LineCode", "The carrier's code of the line.", |subject: &Subject, _| {
        line(subject, |line| &line.code)
    })
    .example("aaa111"),
    text("LineLabel", "The label of the cable.", |subject: &Subject, _| {
        line(subject, |line| &line.label)
    })
    .example("bbb222"),
    // SOURCE: EDITIONS, T049.
    text("LineServiceProvider", "The carrier of the line.", |subject: &Subject, _| {
        line(subject, |line| &line.provider)
    })
    .only_in(from(E2024_03))
    .example("中国其他"),
    text("LineSPContactInfo", "How its maintenance can be reached.", |subject: &Subject, _| {
        line(subject, |line| &line.contact)
    })
    .only_in(from(E2024_03))
    .example("1388888****"),
    // SOURCE: EDITIONS, T050.
    text("Description", "Why a letter was refused: an error code.", |_, _| "".into())
        .only_in(from(E2025_09))
        .example("IllegalParam.CardId")
        .assumed("the carrier gives no reason"),
    text("LoaUrl", "Where the letter can be fetched.", |_, _| "".into())
        .example("http://******")
        .assumed("there is no paper to fetch"),
    object(
        "PMInfo",
        "Who may enter the data centre.",
        &[list(
            "PMInfo",
            "Who may enter the data centre.",
            &Made { of: engineers, fields: ENGINEER },
        )],
    ),
];

static ENGINEER: &[Field<Engineer>] = &[
    text("PMName", "The name.", |engineer: &Engineer, _| (*engineer.name).into()).example("name"),
    text("PMGender", "The gender.", |engineer: &Engineer, _| (*engineer.gender).into())
        .example("Male"),
    text("PMCertificateType", "The kind of paper.", |engineer: &Engineer, _| {
        (*engineer.certificate_type).into()
    })
    .example("Other"),
    text("PMCertificateNo", "The paper's number, masked.", |engineer: &Engineer, _| {
        (*engineer.certificate_no).into()
    })
    .example("12345671****"),
    text("PMContactInfo", "How to reach them, masked.", |engineer: &Engineer, _| {
        (*engineer.contact).into()
    })
    .example("18910010****"),
];
