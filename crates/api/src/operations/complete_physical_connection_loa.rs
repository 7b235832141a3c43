//! CompletePhysicalConnectionLOA: report the work on a line as done, or that it is maintained.

use super::apply_physical_connection_loa::{
    LOA_STATUS, NO_ALI_UID, NO_INSTANCE, NO_INSTANCE_ID, NO_REGION, OWN_FORM, TABLED, WORD,
    with_letter,
};
use crate::answer::{boolean, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN_RULED_LATER;
use crate::does::changes;
use crate::edition::{ALL, E2020, E2024_03, Editions, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{INSTANCE_ID, Param, REGION_ID, Text, optional};
use domain::Refusal;
use domain::command::ReportLine;
use domain::letter::{Report, Secret};

static BAD_CODE: ErrorRow = error(400, "IllegalParam.LineCode", "LineCode is illegal.");
static BAD_LABEL: ErrorRow = error(400, "IllegalParam.LineLabel", "LineLabel is illegal.");
/// SOURCE: EDITIONS, T044.
static BAD_CONTACT: ErrorRow =
    error(400, "IllegalParam.LineSPContactInfo", "LineSPContactInfo is illegal.")
        .in_editions(from(E2024_03));

/// SOURCE: EDITIONS, T042.
const REQUIRED: Editions = until(E2020);

static LINE_CODE: Param<Text> = optional("LineCode")
    .doc("The code that the carrier gave the line.")
    .example("aaa111****")
    .required_in(REQUIRED)
    .form_in(ALL, &WORD)
    .or_else(&BAD_CODE)
    .assumed(OWN_FORM);

static LINE_LABEL: Param<Text> = optional("LineLabel")
    .doc("The label of the cable in the building.")
    .example("bbb222****")
    .required_in(REQUIRED)
    .form_in(ALL, &WORD)
    .or_else(&BAD_LABEL)
    .assumed(OWN_FORM);

/// SOURCE: dossier, annex A: these texts on the wire. EDITIONS, T043.
static LINE_SERVICE_PROVIDER: Param<Text> = optional("LineServiceProvider")
    .doc("The carrier of the line, by its Chinese name.")
    .example("中国其他")
    .only_in(from(E2024_03))
    .one_of_in(ALL, &["中国电信", "中国联通", "中国移动", "中国其他"]);

static LINE_SP_CONTACT_INFO: Param<Text> = optional("LineSPContactInfo")
    .doc("How the carrier's maintenance can be reached. It is kept and shown masked.")
    .example("1388888****")
    .only_in(from(E2024_03))
    .secret()
    .form_in(ALL, &WORD)
    .or_else(&BAD_CONTACT)
    .assumed(OWN_FORM);

static FINISH_WORK: Param<bool> = optional("FinishWork")
    .doc("Whether the construction is finished; else the line is maintained.")
    .example("true")
    .only_in(from(E2024_03))
    .default_in(ALL, "true")
    .assumed("maintenance tells of the line and leaves the letter as it stands");

/// SOURCE: EDITIONS, T036 and T044.
static NOT_COMPLETABLE: ErrorRow = error(
    400,
    "OperationDenied.LOAStatusNotAllowComplete",
    "The operation is not allowed because of LOAStatusNotAllowComplete.",
)
.in_editions(from(E2024_03))
.on(&[Refusal::LoaState]);

static WRONG_STATUS: ErrorRow = error(400, LOA_STATUS.code, LOA_STATUS.message)
    .documented_in(TABLED)
    .on(&[Refusal::CircuitState])
    .on_in(until(E2024_03), &[Refusal::LoaState]);

/// CompletePhysicalConnectionLOA.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024; EDITIONS, T045 (the envelope of
/// 2019).
pub static OPERATION: Operation = operation(
    &VPC,
    "CompletePhysicalConnectionLOA",
    &changes(
        asks,
        &[
            text("code", "The status code.", |_, _| "200".into()).only_in(OLD).example("200"),
            text("message", "The message.", |_, _| "successful".into())
                .only_in(OLD)
                .example("successful"),
            request_id().named("requestId").only_in(OLD),
            boolean("success", "Whether the call succeeded.", |_, _| true)
                .only_in(OLD)
                .example("true"),
            request_id().only_in(from(E2020)),
        ],
    ),
)
.summary("Reports the work on the line of an Express Connect circuit as done.")
.directory("Letters of Authorization")
.parameters(&[
    &REGION_ID.spec,
    &INSTANCE_ID.spec,
    &LINE_CODE.spec,
    &LINE_LABEL.spec,
    &LINE_SERVICE_PROVIDER.spec,
    &LINE_SP_CONTACT_INFO.spec,
    &FINISH_WORK.spec,
    &CLIENT_TOKEN_RULED_LATER.spec,
])
.resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{InstanceId}"])
.errors(ERRORS)
.assumed(&["the circuit has a port: it is Allocated, Confirmed or Enabled"])
.examples(
    &[with_letter("Allocated", "Available")],
    "RegionId=cn-hangzhou&InstanceId=pc-example&LineCode=aaa111&LineLabel=bbb222",
    EXAMPLES,
);

/// The editions whose samples have lower-camel keys.
const OLD: Editions = until(E2020);

static ERRORS: &[&ErrorRow] = &[
    &NO_INSTANCE.documented_in(TABLED),
    &NOT_COMPLETABLE,
    &WRONG_STATUS,
    &NO_ALI_UID,
    &NO_INSTANCE_ID,
    &NO_REGION,
];

fn asks(input: &Input) -> Result<ReportLine, Invalid> {
    let text = |param: &'static Param<Text>| input.find(param).map(|text| text.0);
    Ok(ReportLine {
        circuit: input.get(&INSTANCE_ID),
        finished: input.get(&FINISH_WORK),
        report: Report {
            code: text(&LINE_CODE),
            label: text(&LINE_LABEL),
            provider: text(&LINE_SERVICE_PROVIDER),
            contact: text(&LINE_SP_CONTACT_INFO).map(Secret),
        },
    })
}

static EXAMPLES: &[Example] = &[
    answers("The line is built", from(E2020), "", "RequestId=*"),
    answers("The line is built, in 2019", OLD, "", "code=200&success=true&requestId=*"),
    answers(
        "A line in service is maintained",
        from(E2024_03),
        "FinishWork=false&LineServiceProvider=中国其他&LineSPContactInfo=13888881234",
        "RequestId=*",
    )
    .after(&[with_letter("Enabled", "Complete")]),
    refuses("A letter that is not approved yet", from(E2024_03), "", &NOT_COMPLETABLE)
        .after(&[with_letter("Allocated", "Applying")]),
    refuses("A letter that is not approved yet, before 2024", until(E2024_03), "", &WRONG_STATUS)
        .after(&[with_letter("Allocated", "Applying")]),
    refuses("A circuit that has ended", ALL, "", &WRONG_STATUS)
        .after(&[with_letter("Terminated", "Complete")]),
    refuses("A circuit without a letter", until(E2024_03), "", &WRONG_STATUS)
        .after(&[Before::circuit("Allocated")]),
];
