//! GetPhysicalConnectionServiceStatus: whether outbound-traffic billing is on.

use crate::answer::{boolean, request_id};
use crate::does::Looks;
use crate::edition::{ALL, E2022, from};
use crate::example::{Before, answers};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::REGION_ID;
use domain::Refusal;
use domain::account::Account;
use domain::query::AccountOf;

/// GetPhysicalConnectionServiceStatus.
pub static OPERATION: Operation = operation(
    &VPC,
    "GetPhysicalConnectionServiceStatus",
    &Looks {
        asks: |input| Ok(AccountOf(input.caller.account)),
        missing: Refusal::NoSuchAccount,
        answer: &[
            request_id(),
            boolean("Enabled", "Whether billing is on.", |account: &Account, _| {
                account.service_open
            })
            .example("true"),
        ],
    },
)
.only_in(from(E2022)) // SOURCE: EDITIONS, T118.
.summary("Tells whether outbound-traffic billing is on for the account.")
.directory("Outbound traffic")
.parameters(&[&REGION_ID.spec])
.examples(
    &[],
    "RegionId=cn-hangzhou",
    &[
        answers(
            "An account whose outbound-traffic billing is on",
            ALL,
            "",
            "RequestId=*&Enabled=true",
        ),
        answers("An account whose outbound-traffic billing is off", ALL, "", "Enabled=false")
            .after(&[Before::NewAccount]),
    ],
);
