//! QueryAccountBalance: the money at hand.

use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{Ask, BSS, Invalid, Operation, Told, answered, error, read, text};
use domain::price::Money;
use domain::{Found, Query, Refusal};
use wire::Node;

/// QueryAccountBalance.
/// SOURCE: billing dossier 1.2, bss_operations.json. ASSUMED: the texts of its errors, which the
/// sources give by meaning only.
pub static OPERATION: Operation = read(&BSS, "QueryAccountBalance")
    .summary("Queries the balance of the account.")
    // SOURCE: billing dossier 1.1: three c's, as printed.
    .ram_aliases(&["bss:DescribeAcccount"])
    .errors(&[
        error(400, "NotApplicable", "This API is not applicable for caller.")
            .unreached("One site serves every account."),
        error(400, "NotAuthorized", "This API is not authorized for caller.")
            .unreached("A call that policies deny is answered 403 before."),
        error(400, "MissingParameter", "A required parameter is missing.")
            .unreached("There are no parameters."),
        error(400, "InvalidParameter", "A specified parameter is not valid.")
            .unreached("There are no parameters."),
        error(400, "InvalidOwner", "The specified OwnerId is not valid.")
            .unreached("There are no resellers."),
        error(400, "InternalError", "The request processing has failed.")
            .unreached("A failure of the server is answered 500 or 503."),
        error(400, "NoPermission", "You are not authorized to do this action.")
            .unreached("A call that policies deny is answered 403 before."),
    ])
    .asks(|input| Ok(Ask::Look(Query::Account(input.caller.account))))
    .tells(tells)
    .examples(&[answered(
        "The balance",
        ALL,
        &[],
        &[],
        &[
            ("Code", "200"),
            ("Message", "success"),
            ("Success", "true"),
            ("RequestId", "*"),
            ("Data.AvailableAmount", "*"),
            ("Data.AvailableCashAmount", "*"),
            ("Data.CreditAmount", "0.00"),
            ("Data.Currency", "*"),
        ],
    )]);

fn tells(input: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Found(Found::Account(account)) = told else {
        unreachable!("asking for an account finds one or none")
    };
    let account = account.ok_or_else(|| OPERATION.refusal(Refusal::NoSuchAccount, input))?;
    let amount = |amount: Money| text(amount.render(account.currency));
    Ok(Node::Object(vec![
        ("Code", text("200")), // SOURCE: bss_operations.json: not "Success", unlike its sisters.
        ("Message", text("success")),
        ("RequestId", Node::RequestId),
        ("Success", Node::Bool(true)),
        (
            "Data",
            Node::Object(vec![
                ("AvailableAmount", amount(account.balance)),
                ("AvailableCashAmount", amount(account.balance)),
                // ASSUMED: nobody has credit or a quota.
                ("CreditAmount", amount(Money(0))),
                ("MybankCreditAmount", amount(Money(0))),
                ("QuotaLimit", amount(Money(0))),
                ("Currency", text(account.currency.text())),
            ]),
        ),
    ]))
}
