//! GetPhysicalConnectionServiceStatus: whether outbound-traffic billing is on.

use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Ask, Before, Invalid, Operation, Told, VPC, answered, read};
use crate::parameter::REGION_ID;
use domain::{Found, Query, Refusal};
use wire::Node;

/// GetPhysicalConnectionServiceStatus.
pub static OPERATION: Operation = read(&VPC, "GetPhysicalConnectionServiceStatus")
    .summary("Tells whether outbound-traffic billing is on for the account.")
    .parameters(&[&REGION_ID.spec])
    .asks(|input| Ok(Ask::Look(Query::Account(input.caller.account))))
    .tells(tells)
    .examples(&[
        answered(
            "An account whose outbound-traffic billing is on",
            ALL,
            &[],
            &[("RegionId", "cn-hangzhou")],
            &[("RequestId", "*"), ("Enabled", "true")],
        ),
        answered(
            "An account whose outbound-traffic billing is off",
            ALL,
            &[Before::NewAccount],
            &[("RegionId", "cn-hangzhou")],
            &[("Enabled", "false")],
        ),
    ]);

fn tells(input: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Found(Found::Account(account)) = told else {
        unreachable!("asking for an account finds one or none")
    };
    let account = account.ok_or_else(|| OPERATION.refusal(Refusal::NoSuchAccount, input))?;
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("Enabled", Node::Bool(account.service_open)),
    ]))
}
