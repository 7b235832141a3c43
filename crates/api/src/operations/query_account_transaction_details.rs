//! QueryAccountTransactionDetails: the same as QueryAccountTransactions, read on by a token.

use super::describe_pricing_module::{FAILED, NOT_APPLICABLE, NOT_AUTHORIZED};
use super::query_account_transactions::{
    ALL_TIME, CHANNEL_SN, RECORD_ID, TRANSACTION, TRANSACTION_NUMBER, account_name, total, wanted,
};
use super::query_orders::{BAD_OWNER, INVALID, ONE_TIME, PAID};
use crate::answer::{Field, Made, boolean, list, number, object, request_id, text, these};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::ALL;
use crate::error::{ErrorRow, Invalid};
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional};
use crate::value::TimeOrDay;
use domain::query::{Listing, Page, PostingFilter, PostingsOf, Transaction};

static BAD_VALUE: ErrorRow = INVALID;

const DAYS: &str = "a day, as in the example, is one of UTC+8; a time is taken too";

static CREATE_TIME_START: Param<TimeOrDay> = optional("CreateTimeStart")
    .doc("The beginning of the time in which the transactions were made.")
    .example("2022-01-20")
    .assumed(ALL_TIME)
    .or_else(&BAD_VALUE);

static CREATE_TIME_END: Param<TimeOrDay> = optional("CreateTimeEnd")
    .doc("The end of the time in which the transactions were made; a day is within it.")
    .example("2022-12-20")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

static TRANSACTION_TYPE: Param<Text> = optional("TransactionType")
    .doc("The type of the transactions, such as Payment or Consumption.")
    .example("Payment")
    .assumed("any text: one that is no type of transactions here matches none");

static TRANSACTION_CHANNEL: Param<Text> = optional("TransactionChannel")
    .doc("The channel of the transactions, such as AccountBalance.")
    .example("AccountBalance")
    .assumed("any text: one that is no channel of transactions here matches none");

/// Where a list goes on, of whatever is read on by a token.
pub(super) static NEXT_TOKEN: Param<Text> = optional("NextToken")
    .doc("The token of the answer before, which the list goes on after.")
    .example("20")
    .rule_in(ALL, |_, text| text.parse::<u64>().is_ok())
    .assumed("its form")
    .or_else(&BAD_VALUE);

/// The number that a call's token stands for.
pub(super) fn token(input: &Input) -> Option<u64> {
    input.find(&NEXT_TOKEN).and_then(|Text(text)| text.parse().ok())
}

static MAX_RESULTS: Param<u32> = optional("MaxResults")
    .doc("The number of entries in an answer.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(ALL, 1, 2_147_483_647)
    .assumed("the default, that of PageSize")
    .or_else(&BAD_VALUE);

/// QueryAccountTransactionDetails.
/// SOURCE: billing dossier 1.6, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "QueryAccountTransactionDetails", &Lists { asks, answer: ANSWER })
        .summary("Queries the transactions of an account, newest first, part by part.")
        .directory("Account")
        .parameters(&[
            &TRANSACTION_NUMBER.spec,
            &RECORD_ID.spec,
            &CHANNEL_SN.spec,
            &CREATE_TIME_START.spec,
            &CREATE_TIME_END.spec,
            &TRANSACTION_TYPE.spec,
            &TRANSACTION_CHANNEL.spec,
            &NEXT_TOKEN.spec,
            &MAX_RESULTS.spec,
        ])
        .errors(&[&NOT_APPLICABLE, &NOT_AUTHORIZED, &BAD_OWNER, &FAILED])
        .assumed(&["errors: no page prints any; those that all of billing has", DAYS])
        .examples(
            PAID,
            "",
            &[
                answers(
                    "The newest",
                    ALL,
                    "MaxResults=1",
                    "Code=200&Message=SUCCESS&Success=true&RequestId=*&Data.NextToken=2\
                     &Data.TotalCount=2&Data.MaxResults=1&Data.AccountName=*\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.Amount=85.00\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.TransactionTime=*\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.TransactionFlow=\
                     Expense",
                ),
                answers(
                    "And those before it",
                    ALL,
                    "MaxResults=1&NextToken=2",
                    "Data.TotalCount=2\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.TransactionNumber=1",
                ),
                answers("Of an order", ALL, "RecordID={OrderId}", "Data.TotalCount=1"),
                answers("One transaction", ALL, "TransactionNumber=1", "Data.TotalCount=1"),
                answers("What was paid in", ALL, "TransactionType=payment", "Data.TotalCount=1"),
                answers("A type of others", ALL, "TransactionType=CHARGE", "Data.TotalCount=0"),
                answers(
                    "By another channel",
                    ALL,
                    "TransactionChannel=ALIPAY",
                    "Data.TotalCount=0",
                ),
                answers("Of a channel", ALL, "TransactionChannelSN=1234", "Data.TotalCount=0"),
                answers(
                    "Other days",
                    ALL,
                    "CreateTimeStart=2022-01-20&CreateTimeEnd=2022-12-20",
                    "Data.TotalCount=0",
                ),
                answers(
                    "Since a time",
                    ALL,
                    "CreateTimeStart=2022-01-20T00:00:00Z",
                    "Data.TotalCount=2",
                ),
                refuses("A token of nobody", ALL, "NextToken=x", &BAD_VALUE),
            ],
        );

/// One more is asked for than is told, to know whether there is more.
fn asks(input: &Input) -> Result<PostingsOf, Invalid> {
    let filter = PostingFilter {
        from: input.find(&CREATE_TIME_START).map(|its| its.first),
        until: input.find(&CREATE_TIME_END).map(|its| its.last),
        below: token(input),
        ..wanted(input, input.find(&TRANSACTION_TYPE), input.find(&TRANSACTION_CHANNEL))
    };
    let page = Page { number: 1, size: input.get(&MAX_RESULTS) + 1 };
    Ok(PostingsOf(input.caller.account, filter, page))
}

fn told(found: &Listing<Transaction>, input: &Input) -> Vec<Transaction> {
    found.page.iter().take(input.get(&MAX_RESULTS) as usize).copied().collect()
}

/// SOURCE: bss_operations.json (`Code` and `Message`).
static ANSWER: &[Field<Listing<Transaction>>] = &[
    text("Code", "The status code.", |_, _| "200".into()).example("200"),
    text("Message", "The message.", |_, _| "SUCCESS".into()).example("SUCCESS"),
    request_id(),
    boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
    object("Data", "What was asked for.", DATA),
];

static DATA: &[Field<Listing<Transaction>>] = &[
    text("NextToken", "The token that the next call goes on with.", |found, input| {
        let last = told(found, input).last().map(|last| last.number.to_string());
        last.unwrap_or_default().into()
    })
    .when(|found: &Listing<Transaction>, input| found.page.len() > told(found, input).len())
    .example("ASHDADS")
    .assumed("its form, and that there is none once there is nothing more"),
    number("TotalCount", "The number of transactions.", total).example("100"),
    number("MaxResults", "The number of entries asked for.", |_, input| {
        input.get(&MAX_RESULTS).into()
    })
    .example("0"),
    account_name(),
    object(
        "AccountTransactionsList",
        "The transactions.",
        &[list(
            "AccountTransactionsList",
            "The transactions.",
            &Made {
                of: told,
                fields: &[
                    these(TRANSACTION),
                    text("TransactionTime", "The day of it.", |one: &Transaction, _| {
                        one.posting.at.billing_day_text().into()
                    })
                    .example("2022-10-01")
                    .assumed("a day, as in the sample, of UTC+8"),
                ],
            },
        )],
    ),
];
