//! QueryAccountTransactions: what came onto the account and what left it, newest first. Also how a
//! transaction is asked for and told, which its younger sister shares.

use super::describe_pricing_module::{FAILED, NOT_APPLICABLE, NOT_AUTHORIZED};
use super::query_orders::{BAD_OWNER, INVALID, ONE_TIME, PAGE_NUM, PAID, envelope, whole_second};
use crate::answer::{Each, Field, list, number, object, text, these};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2022, E2025_03, from, until};
use crate::error::{ErrorRow, Invalid};
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional};
use domain::ledger::PostingKind;
use domain::query::{Listing, Page, PostingFilter, PostingsOf, Transaction};
use domain::{OrderId, Timestamp, billing_month, month_text};
use std::borrow::Cow;

static BAD_VALUE: ErrorRow = INVALID;

pub(super) static TRANSACTION_NUMBER: Param<Text> =
    optional("TransactionNumber").doc("The number of the transaction.").example("133314076");

pub(super) static RECORD_ID: Param<OrderId> = optional("RecordID")
    .doc("The ID of the order or bill that the transactions are about.")
    .example("20200302");

pub(super) static CHANNEL_SN: Param<Text> = optional("TransactionChannelSN")
    .doc("The number of the transaction with the channel; transactions here have none.")
    .example("12342134");

pub(super) const ALL_TIME: &str = "without a time all transactions are meant";

static CREATE_TIME_START: Param<Timestamp> = optional("CreateTimeStart")
    .doc("The beginning of the time in which the transactions were made.")
    .example("2020-03-05T01:46:09Z")
    .assumed(ALL_TIME)
    .or_else(&BAD_VALUE);

static CREATE_TIME_END: Param<Timestamp> = optional("CreateTimeEnd")
    .doc("The end of the time in which the transactions were made.")
    .example("2020-03-06T01:55:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

/// SOURCE: EDITIONS, T182: from 2025-03 on the page says 20. No maximum is documented.
static PAGE_SIZE: Param<u32> = optional("PageSize")
    .doc("The number of entries on each page.")
    .example("10")
    .default_in(ALL, "20")
    .range_in(ALL, 1, 2_147_483_647)
    .assumed_in(until(E2025_03), "the default, which later pages print")
    .or_else(&BAD_VALUE);

/// SOURCE: EDITIONS, T181, of it and the next two; the vendor's metadata of mid-2024 (values).
/// ASSUMED: in any case of letters, as other words of billing.
static TRANSACTION_TYPE: Param<Text> = optional("TransactionType")
    .doc("The type of the transactions.")
    .example("Payment")
    .only_in(from(E2022))
    .one_of_in(
        ALL,
        &["Adjust", "Payment", "Refund", "Withdraw", "Consumption", "Pay_Fail_Refund", "Transfer"],
    )
    .in_any_case()
    .or_else(&BAD_VALUE);

static TRANSACTION_FLOW: Param<Text> = optional("TransactionFlow")
    .doc("What came in, or what went out: Income or Expense.")
    .example("Income")
    .only_in(from(E2022))
    .one_of_in(ALL, &["Income", "Expense"])
    .in_any_case()
    .or_else(&BAD_VALUE);

static TRANSACTION_CHANNEL: Param<Text> = optional("TransactionChannel")
    .doc("The channel of the transactions.")
    .example("AccountBalance")
    .only_in(from(E2022))
    .one_of_in(
        ALL,
        &[
            "Alipay",
            "AntCreditPay",
            "MyBankCredit",
            "HuaxiaBankCInstallment",
            "BankTransfer",
            "OfflineRemittance",
            "CreditCard",
            "AccountBalance",
            "RegularBankCreditRefund",
            "ApplePay",
        ],
    )
    .in_any_case()
    .or_else(&BAD_VALUE);

/// QueryAccountTransactions.
/// SOURCE: billing dossier 1.6, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "QueryAccountTransactions", &Lists { asks, answer: ANSWER })
        .summary("Queries the transactions of an account, newest first.")
        .directory("Account")
        .parameters(&[
            &TRANSACTION_NUMBER.spec,
            &RECORD_ID.spec,
            &CHANNEL_SN.spec,
            &CREATE_TIME_START.spec,
            &CREATE_TIME_END.spec,
            &PAGE_NUM.spec,
            &PAGE_SIZE.spec,
            &TRANSACTION_TYPE.spec,
            &TRANSACTION_FLOW.spec,
            &TRANSACTION_CHANNEL.spec,
        ])
        // SOURCE: its page of later years (alibabacloud.com, doc-detail 118472), c's as printed.
        .ram_aliases(&["bss:DescribeAcccountTran"])
        .errors(&[&NOT_APPLICABLE, &NOT_AUTHORIZED, &BAD_OWNER, &FAILED])
        .assumed(&["errors: no page prints any; those that all of billing has"])
        .examples(
            PAID,
            "",
            &[
                answers(
                    "What was paid, and what it was paid of",
                    ALL,
                    "PageSize=2",
                    "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.PageNum=1\
                     &Data.PageSize=2&Data.TotalCount=2&Data.AccountName=*\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.Amount=85.00\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.Balance=99915.00\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.TransactionType=\
                     Consumption\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.TransactionFlow=\
                     Expense\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.FundType=Cash\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.RecordID=*\
                     &Data.AccountTransactionsList.AccountTransactionsList.1.Amount=100000.00\
                     &Data.AccountTransactionsList.AccountTransactionsList.1.TransactionType=\
                     Payment\
                     &Data.AccountTransactionsList.AccountTransactionsList.1.TransactionFlow=\
                     Income",
                ),
                answers("Of an order", ALL, "RecordID={OrderId}", "Data.TotalCount=1"),
                answers("Of no order", ALL, "RecordID=20200302", "Data.TotalCount=0"),
                answers(
                    "One transaction",
                    ALL,
                    "TransactionNumber=1",
                    "Data.TotalCount=1\
                     &Data.AccountTransactionsList.AccountTransactionsList.0.TransactionNumber=1",
                ),
                answers("No transaction", ALL, "TransactionNumber=x", "Data.TotalCount=0"),
                answers("Of a channel", ALL, "TransactionChannelSN=12342134", "Data.TotalCount=0"),
                answers(
                    "Another time",
                    ALL,
                    "CreateTimeStart=2020-03-05T01:46:09Z&CreateTimeEnd=2020-03-06T01:55:00Z",
                    "Data.TotalCount=0",
                ),
                answers(
                    "What went out, in any case of letters",
                    from(E2022),
                    "TransactionFlow=expense&TransactionType=CONSUMPTION\
                     &TransactionChannel=accountbalance",
                    "Data.TotalCount=1",
                ),
                answers(
                    "What came in by another channel",
                    from(E2022),
                    "TransactionFlow=Income&TransactionChannel=Alipay",
                    "Data.TotalCount=0",
                ),
                answers(
                    "Withdrawals",
                    from(E2022),
                    "TransactionType=Withdraw",
                    "Data.TotalCount=0",
                ),
                answers(
                    "Before there were these conditions",
                    until(E2022),
                    "TransactionType=Withdraw&TransactionFlow=Expense&TransactionChannel=Alipay",
                    "Data.TotalCount=2",
                ),
                refuses("A flow that is none", from(E2022), "TransactionFlow=Both", &BAD_VALUE),
            ],
        );

/// What each kind of posting is called, and whether it comes in.
/// SOURCE: billing dossier 1.6 (the words). ASSUMED: which is which.
const KINDS: [(&str, PostingKind, &str); 3] = [
    ("Payment", PostingKind::TopUp, "Income"),
    ("Consumption", PostingKind::Payment, "Expense"),
    ("Refund", PostingKind::Refund, "Income"),
];

/// The channel of every transaction.
const CHANNEL: &str = "AccountBalance";

/// Which transactions a call asks for, but for when they were.
pub(super) fn wanted(input: &Input, kind: Option<Text>, channel: Option<Text>) -> PostingFilter {
    let of_word = |Text(text): Text| {
        let known = KINDS.iter().find(|(word, ..)| text.eq_ignore_ascii_case(word));
        known.map(|(_, kind, _)| *kind)
    };
    let kind = kind.map(of_word);
    let number = input.find(&TRANSACTION_NUMBER).map(|Text(text)| text.parse::<u64>().ok());
    PostingFilter {
        kind: kind.flatten(),
        pays: input.find(&RECORD_ID),
        numbers: number.flatten().map(|number| (number, number)),
        nothing: kind == Some(None)
            || number == Some(None)
            || channel.is_some_and(|Text(word)| !word.eq_ignore_ascii_case(CHANNEL))
            || input.find(&CHANNEL_SN).is_some(),
        ..PostingFilter::default()
    }
}

fn asks(input: &Input) -> Result<PostingsOf, Invalid> {
    let flow = input.find(&TRANSACTION_FLOW);
    let filter = PostingFilter {
        from: input.find(&CREATE_TIME_START),
        until: input.find(&CREATE_TIME_END).map(whole_second),
        income: flow.map(|Text(word)| word.eq_ignore_ascii_case("Income")),
        ..wanted(input, input.find(&TRANSACTION_TYPE), input.find(&TRANSACTION_CHANNEL))
    };
    let page = Page { number: input.get(&PAGE_NUM), size: input.get(&PAGE_SIZE) };
    Ok(PostingsOf(input.caller.account, filter, page))
}

pub(super) const NO_NAME: &str = "an account has no name but its number";

/// The account's name.
pub(super) const fn account_name<T>() -> Field<T> {
    text("AccountName", "The name of the account.", |_, input| {
        input.caller.account.to_string().into()
    })
    .example("test@test.aliyunid.com")
    .assumed(NO_NAME)
}

static ANSWER: &[Field<Listing<Transaction>>] = &envelope(&[
    number("PageNum", "The number of the page.", |_, input| input.get(&PAGE_NUM).into())
        .example("1"),
    number("PageSize", "The number of entries on a page.", |_, input| input.get(&PAGE_SIZE).into())
        .example("10"),
    number("TotalCount", "The number of transactions.", total).example("10"),
    account_name(),
    object(
        "AccountTransactionsList",
        "The transactions.",
        &[list(
            "AccountTransactionsList",
            "The transactions.",
            &Each { of: |found: &Listing<Transaction>| &found.page, fields: TIMED },
        )],
    ),
]);

/// How many transactions there are in all.
pub(super) fn total(found: &Listing<Transaction>, _: &Input) -> i64 {
    i64::try_from(found.total).expect("few enough to be counted")
}

static TIMED: &[Field<Transaction>] = &[
    these(TRANSACTION),
    text("TransactionTime", "When it was made.", |one: &Transaction, _| {
        one.posting.at.to_string().into()
    })
    .example("2020-03-10T02:03:20Z"),
];

fn words(transaction: &Transaction) -> &'static (&'static str, PostingKind, &'static str) {
    let kind = transaction.posting.kind();
    KINDS.iter().find(|(_, its, _)| *its == kind).expect("every kind is listed")
}

fn empty<'t>(_: &'t Transaction, _: &'t Input) -> Cow<'t, str> {
    "".into()
}

/// What is told of a transaction, but for when it was.
pub(super) static TRANSACTION: &[Field<Transaction>] = &[
    text("BillingCycle", "The month that it is in.", |one: &Transaction, _| {
        billing_month(one.posting.at).map_or_else(String::new, month_text).into()
    })
    .example("2020-03"),
    text("TransactionChannel", "The channel.", |_, _| CHANNEL.into())
        .example("AccountBalance")
        .assumed("also of what came in from outside, of which nothing is known"),
    text("RecordID", "The ID of the order or bill.", |one: &Transaction, _| {
        one.posting.order.map_or_else(String::new, |id| id.to_string()).into()
    })
    .example("2020030242"),
    text("Remarks", "What it is about.", |one: &Transaction, _| {
        if one.posting.order.is_some() { "pconn" } else { "" }.into()
    })
    .example("NAT_GW")
    .assumed("the product's code, as in the sample"),
    text("Amount", "The amount.", |one: &Transaction, _| {
        one.posting.amount.render(one.posting.currency).into()
    })
    .example("0")
    .assumed("never below zero: TransactionFlow says which way it went"),
    text("TransactionAccount", "The account on the other side.", empty)
        .example("213562146")
        .assumed("the sample in XML has none of what the balance paid"),
    text("TransactionType", "The type.", |one: &Transaction, _| words(one).0.into())
        .example("Consumption"),
    text("TransactionFlow", "Income or Expense.", |one: &Transaction, _| words(one).2.into())
        .example("Expense"),
    text("FundType", "The type of the money.", |_, _| "Cash".into()).example("Cash"),
    text("TransactionChannelSN", "The number with the channel.", empty)
        .example("1234354325")
        .assumed("the sample in XML has none of what the balance paid"),
    text("TransactionNumber", "The number.", |one: &Transaction, _| one.number.to_string().into())
        .example("43342334")
        .assumed("the how manieth of the account it is"),
    text("Balance", "The balance after it.", |one: &Transaction, _| {
        one.posting.balance_after.render(one.posting.currency).into()
    })
    .example("0")
    .assumed("without thousands separators, which only QueryAccountBalance was seen with"),
];
