//! OpenPhysicalConnectionService: turn outbound-traffic billing on, which an application for a
//! circuit needs.

use crate::answer::request_id;
use crate::does::changes;
use crate::edition::{ALL, E2022, from};
use crate::error::{ErrorRow, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::REGION_ID;
use domain::Refusal;
use domain::command::OpenService;

static OPEN_ALREADY: ErrorRow = error(
    400,
    "InvalidOperation.OrderOpened",
    "You have already open the service. Go to the console to start using it.",
)
.on(&[Refusal::ServiceOpen]);

/// OpenPhysicalConnectionService. It takes no ClientToken.
pub static OPERATION: Operation = operation(
    &VPC,
    "OpenPhysicalConnectionService",
    &changes(|_| Ok(OpenService {}), &[request_id()]),
)
.only_in(from(E2022)) // SOURCE: EDITIONS, T119; before it nothing needs it.
.summary("Turns outbound-traffic billing on for the account.")
.directory("Outbound traffic")
.parameters(&[&REGION_ID.spec])
.errors(&[
    &OPEN_ALREADY,
    &error(400, "PURCHASE_QUANTITY_LIMIT", "Your purchase quantity exceeds the maximum limit.")
        .unreached("The service is opened once; the second time is InvalidOperation.OrderOpened."),
])
.examples(
    &[Before::NewAccount],
    "RegionId=cn-hangzhou",
    &[
        answers("The service is opened", ALL, "", "RequestId=*"),
        refuses("A service that is open already", ALL, "", &OPEN_ALREADY).after(&[]),
    ],
);
