//! SecondApplyPhysicalConnectionLOA: ask again for a Letter of Authorization that was refused.

use super::apply_physical_connection_loa::{
    BAD_BANDWIDTH, BAD_BUILDER, BAD_CERTIFICATE_NO, BAD_CERTIFICATE_TYPE, BAD_COMPANY, BAD_CONTACT,
    BAD_GENDER, BAD_LINE_TYPE, BAD_PERSON, BAD_PLACE, CALL, CIRCUIT_STATUS, LOA_STATUS,
    NO_INSTANCE, NO_INSTANCE_ID, NO_PEOPLE, NOBODY, PARAMETERS, application, with_letter,
};
use super::confirm_physical_connection::SERVICE_CLOSED;
use super::create_virtual_physical_connection::HOSTED_FOR_CALLER;
use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2024_03, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::INSTANCE_ID;
use domain::Refusal;
use domain::command::ApplyForLetterAgain;

static NO_LETTERS: ErrorRow = error(
    400,
    "OperationDenied.LOAForVirtualPhysicalConnection",
    "The operation is not allowed because of LOAForVirtualPhysicalConnection.",
)
.on(&[Refusal::CircuitHosted]);

/// SecondApplyPhysicalConnectionLOA.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024; EDITIONS, T041 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "SecondApplyPhysicalConnectionLOA", &changes(asks, &[request_id()]))
        .only_in(from(E2024_03))
        .summary("Applies again for a Letter of Authorization that was rejected.")
        .directory("Letters of Authorization")
        .parameters(PARAMETERS)
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/{InstanceId}"])
        .errors(&[
            &BAD_COMPANY.documented_in(ALL),
            &BAD_LINE_TYPE.documented_in(ALL),
            &BAD_PLACE.documented_in(ALL),
            &BAD_BUILDER.documented_in(ALL),
            &BAD_BANDWIDTH.documented_in(ALL),
            &BAD_CERTIFICATE_TYPE.documented_in(ALL),
            &BAD_CERTIFICATE_NO.documented_in(ALL),
            &BAD_CONTACT.documented_in(ALL),
            &BAD_GENDER.documented_in(ALL),
            &BAD_PERSON.documented_in(ALL),
            &NO_PEOPLE.documented_in(ALL),
            &SERVICE_CLOSED,
            &NO_INSTANCE,
            &CIRCUIT_STATUS,
            &LOA_STATUS,
            &error(400, "IllegalParam.CompanyLocalizedName", "Invalid CompanyLocalizedName.")
                .unreached("No parameter gives a company a second name."),
            &NO_LETTERS,
            &NO_INSTANCE_ID,
            &error(
                400,
                "MissingParam.ConstructionTime",
                "The parameter ConstructionTime is mandatory.",
            )
            .for_missing(&["ConstructionTime"]),
        ])
        .assumed(&["the circuit must be Allocated, as for the first application"])
        .examples(
            &[with_letter("Allocated", "Rejected")],
            CALL,
            &[
                answers("A letter that was refused", from(E2024_03), "", "RequestId=*"),
                refuses("A letter that nobody refused", from(E2024_03), "", &LOA_STATUS)
                    .after(&[with_letter("Allocated", "Available")]),
                refuses("A circuit without a letter", from(E2024_03), "", &LOA_STATUS)
                    .after(&[Before::circuit("Allocated")]),
                refuses("Nobody to enter", from(E2024_03), NOBODY, &NO_PEOPLE),
                refuses("A shared circuit", from(E2024_03), HOSTED, &NO_LETTERS)
                    .after(HOSTED_FOR_CALLER),
                refuses("A circuit in service", from(E2024_03), "", &CIRCUIT_STATUS)
                    .after(&[with_letter("Enabled", "Complete")]),
                refuses(
                    "An account without outbound-traffic billing",
                    from(E2024_03),
                    "",
                    &SERVICE_CLOSED,
                )
                .after(&[Before::NewAccount, with_letter("Allocated", "Rejected")]),
            ],
        );

const HOSTED: &str = "InstanceId={VirtualPhysicalConnection}";

fn asks(input: &Input) -> Result<ApplyForLetterAgain, Invalid> {
    Ok(ApplyForLetterAgain { circuit: input.get(&INSTANCE_ID), application: application(input)? })
}
