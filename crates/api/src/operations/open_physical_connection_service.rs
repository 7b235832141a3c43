//! OpenPhysicalConnectionService: turn outbound-traffic billing on, which an application for a
//! circuit needs.

use crate::edition::ALL;
use crate::operation::{Ask, Before, Operation, VPC, answered, error, refused, write};
use crate::parameter::REGION_ID;
use domain::Refusal;
use domain::command::OpenService;

/// OpenPhysicalConnectionService. It takes no ClientToken.
pub static OPERATION: Operation = write(&VPC, "OpenPhysicalConnectionService")
    .summary("Turns outbound-traffic billing on for the account.")
    .parameters(&[&REGION_ID.spec])
    .errors(&[
        error(
            400,
            "InvalidOperation.OrderOpened",
            "You have already open the service. Go to the console to start using it.",
        )
        .on(&[Refusal::ServiceOpen]),
        error(400, "PURCHASE_QUANTITY_LIMIT", "Your purchase quantity exceeds the maximum limit.")
            .unreached(
                "The service is opened once; the second time is InvalidOperation.OrderOpened.",
            ),
    ])
    .asks(|_| Ok(Ask::change(OpenService {})))
    .examples(&[
        answered(
            "The service is opened",
            ALL,
            &[Before::NewAccount],
            &[("RegionId", "cn-hangzhou")],
            &[("RequestId", "*")],
        ),
        refused(
            "A service that is open already",
            ALL,
            &[],
            &[("RegionId", "cn-hangzhou")],
            400,
            "InvalidOperation.OrderOpened",
        ),
    ]);
