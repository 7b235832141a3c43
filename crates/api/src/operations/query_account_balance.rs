//! QueryAccountBalance: the money at hand.

use super::query_orders::{FAILURE, NO_RESELLERS};
use crate::answer::{Field, boolean, object, request_id, text};
use crate::check::Input;
use crate::does::Looks;
use crate::edition::{ALL, E2024_03, from};
use crate::error::{ErrorRow, error};
use crate::example::answers;
use crate::operation::{BSS, Operation, operation};
use domain::Refusal;
use domain::account::Account;
use domain::price::Money;
use domain::query::AccountOf;
use std::borrow::Cow;

const NO_CREDIT: &str = "nobody has credit or a quota";
const NO_PARAMETERS: &str = "There are no parameters.";
const DENIED: &str = "A call that policies deny is answered 403 before.";

static BALANCE: &[Field<Account>] = &[
    text("AvailableAmount", "The money at hand.", balance).example("10000.00"),
    text("AvailableCashAmount", "The cash at hand.", balance).example("10000.00"),
    text("CreditAmount", "The credit left.", nothing).example("0.00").assumed(NO_CREDIT),
    text("MybankCreditAmount", "The bank's credit left.", nothing)
        .example("0.00")
        .assumed(NO_CREDIT),
    text("QuotaLimit", "The quota.", nothing)
        .only_in(from(E2024_03)) // SOURCE: EDITIONS, T172.
        .example("0.00")
        .assumed(NO_CREDIT),
    text("Currency", "The currency: CNY, USD or JPY.", |account: &Account, _| {
        account.currency.text().into()
    })
    .example("CNY"),
];

fn balance<'t>(account: &'t Account, input: &'t Input) -> Cow<'t, str> {
    told(account.balance, account, input)
}

fn nothing<'t>(account: &'t Account, input: &'t Input) -> Cow<'t, str> {
    told(Money(0), account, input)
}

/// SOURCE: EDITIONS, T173 (1,828.72 has been seen, though the pages print 10000.00).
fn told(amount: Money, account: &Account, input: &Input) -> Cow<'static, str> {
    let text = amount.render(account.currency);
    if input.settings.balance_separators { separated(&text) } else { text }.into()
}

/// A decimal number with a comma before every three digits of its whole part.
fn separated(text: &str) -> String {
    let (whole, part) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut told = String::with_capacity(text.len() + whole.len() / 3);
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told + part
}

static ANSWER: &[Field<Account>] = &[
    // SOURCE: bss_operations.json: not "Success", unlike its sisters.
    text("Code", "The status code.", |_, _| "200".into()).example("200"),
    text("Message", "The message.", |_, _| "success".into()).example("success"),
    request_id(),
    boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
    object("Data", "The balance.", BALANCE),
];

/// SOURCE: the vendor's metadata of mid-2024, misspellings and all; bss_operations.json (the last).
static ERRORS: &[&ErrorRow] = &[
    &error(400, "NotApplicable", "This API is not applicable for caller.")
        .unreached("One site serves every account."),
    &error(400, "NotAuthorized", "This API is not authorized for caller.").unreached(DENIED),
    &error(400, "MissingParameter", "  Some parameters arte mandatoryfor this request.")
        .unreached(NO_PARAMETERS),
    &error(400, "InvalidParameter", "Some parametersare not valid.").unreached(NO_PARAMETERS),
    &error(400, "InvalidOwner", "The specifiedowner doesn’t belong to caller")
        .unreached(NO_RESELLERS),
    &error(
        400,
        "InternalError",
        "The request processing has failed due to some unknown error, exception or failure.",
    )
    .unreached(FAILURE),
    &error(500, "UndefinedError", "The request processing has failed due to some unknown error.")
        .unreached(FAILURE),
    &error(400, "NoPermission", "You are not authorized to do this action.")
        .unreached(DENIED)
        .assumed("the text"),
];

/// QueryAccountBalance.
/// SOURCE: billing dossier 1.2, bss_operations.json.
pub static OPERATION: Operation = operation(
    &BSS,
    "QueryAccountBalance",
    &Looks {
        asks: |input| Ok(AccountOf(input.caller.account)),
        missing: Refusal::NoSuchAccount,
        answer: ANSWER,
    },
)
.summary("Queries the balance of the account.")
.directory("Account")
// SOURCE: billing dossier 1.1: three c's, as printed.
.ram_aliases(&["bss:DescribeAcccount"])
.errors(ERRORS)
.assumed(&["thousands separators in all amounts, which AvailableAmount alone was seen with"])
.examples(
    &[],
    "",
    &[answers(
        "The balance",
        ALL,
        "",
        "Code=200&Message=success&Success=true&RequestId=*&Data.AvailableAmount=100,000.00\
             &Data.AvailableCashAmount=100,000.00&Data.CreditAmount=0.00&Data.Currency=USD",
    )],
);

#[cfg(test)]
mod tests {
    use super::separated;

    #[test]
    fn a_comma_stands_before_every_three_digits_that_others_stand_before() {
        for (text, told) in [
            ("0.00", "0.00"),
            ("999.99", "999.99"),
            ("1828.72", "1,828.72"),
            ("50000", "50,000"),
            ("100000.0001", "100,000.0001"),
            ("1000000", "1,000,000"),
        ] {
            assert_eq!(separated(text), told);
        }
    }
}
