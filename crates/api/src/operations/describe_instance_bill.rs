//! DescribeInstanceBill: what a month, or a day of it, came to, circuit by circuit.

use super::query_account_bill::{BILLING_DATE, GRANULARITY, billing_date, cost_unit};
use super::query_account_transaction_details::{NEXT_TOKEN, token};
use super::query_bill::{
    ALIKE, AMOUNTS, BILL_OWNER_ID, BILLING_CYCLE, ERRORS, INSTANCE_ID, IS_HIDE_ZERO_CHARGE, NONE,
    ORDERED, OTHER_OWNER, PAYER, PIP_CODE, PRODUCT, asks, count, month,
};
use super::query_orders::{INVALID, PAID, PRODUCT_CODE, PRODUCT_TYPE, SUBSCRIPTION_TYPE, envelope};
use crate::answer::{Field, Made, decimal, list, number, text, these};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2022, E2025_03, from};
use crate::error::ErrorRow;
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, optional};
use domain::statement::{Item, Sum};
use std::borrow::Cow;

static BAD_VALUE: ErrorRow = INVALID;

/// SOURCE: bss_operations.json (both numbers).
static MAX_RESULTS: Param<u32> = optional("MaxResults")
    .doc("The number of entries in an answer, at most 300.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(ALL, 1, 300)
    .or_else(&BAD_VALUE);

static IS_BILLING_ITEM: Param<bool> = optional("IsBillingItem")
    .doc("Whether what is billed of a circuit is told, of which there is one thing: its port.")
    .example("false")
    .default_in(ALL, "false") // SOURCE: bss_operations.json.
    .or_else(&BAD_VALUE);

/// DescribeInstanceBill.
/// SOURCE: billing dossier 1.8, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "DescribeInstanceBill", &Lists { asks, answer: ANSWER })
        .only_in(from(E2022)) // SOURCE: EDITIONS, T188.
        .summary("Queries what a month or a day of it came to, circuit by circuit.")
        .directory("Bills")
        .parameters(&[
            &BILLING_CYCLE.spec,
            &PRODUCT_CODE.spec,
            &PRODUCT_TYPE.spec,
            &SUBSCRIPTION_TYPE.spec,
            &IS_BILLING_ITEM.spec,
            &NEXT_TOKEN.spec,
            &MAX_RESULTS.spec,
            &IS_HIDE_ZERO_CHARGE.spec,
            &BILLING_DATE.spec,
            &GRANULARITY.spec,
            &BILL_OWNER_ID.spec,
            &INSTANCE_ID.spec,
            &PIP_CODE.spec,
        ])
        .errors(ERRORS)
        .assumed(&[ALIKE, "each order, bill and refund of a circuit is a row"])
        .examples(
            PAID,
            "BillingCycle=2026-11",
            &[
                answers(
                    "A circuit that was paid for",
                    ALL,
                    "InstanceID=pc-example&ProductCode=pconn&PipCode=pconn\
                     &SubscriptionType=Subscription&IsHideZeroCharge=true",
                    "Code=Success&Message=Successful!&Success=true&RequestId=*\
                     &Data.TotalCount=1&Data.MaxResults=20&Data.BillingCycle=2026-11\
                     &Data.Items.0.InstanceID=pc-example&Data.Items.0.InstanceSpec=1G\
                     &Data.Items.0.Item=SubscriptionOrder&Data.Items.0.PretaxAmount=85.00\
                     &Data.Items.0.PaymentAmount=85.00&Data.Items.0.Region=China (Hangzhou)\
                     &Data.Items.0.ServicePeriodUnit=Second",
                ),
                answers(
                    "After discount",
                    from(E2025_03),
                    "",
                    "Data.Items.0.AfterDiscountAmount=85.00",
                ),
                answers(
                    "What is billed of it, on a day",
                    ALL,
                    "IsBillingItem=true&Granularity=DAILY&BillingDate=2026-11-22",
                    "Data.TotalCount=1&Data.Items.0.BillingDate=2026-11-22\
                     &Data.Items.0.BillingItemCode=Spec&Data.Items.0.ListPrice=85.00\
                     &Data.Items.0.ListPriceUnit=USD",
                ),
                answers("Another circuit", ALL, "InstanceID=pc-other", NONE),
                answers("Another product", ALL, "PipCode=rds", NONE),
                answers("Another type of product", ALL, "ProductType=rds", NONE),
                answers("Another day", ALL, "Granularity=DAILY&BillingDate=2026-11-01", NONE),
                answers("Nothing more", ALL, "NextToken=1&MaxResults=1", "Data.TotalCount=1"),
                refuses("A token of nobody", ALL, "NextToken=x", &BAD_VALUE),
                refuses("More than 300", ALL, "MaxResults=301", &BAD_VALUE),
                refuses("Another's", ALL, "BillOwnerId=122", &OTHER_OWNER),
            ],
        );

/// How many rows were told before: what a token says.
fn told_before(input: &Input) -> usize {
    token(input).map_or(0, |told| usize::try_from(told).unwrap_or(usize::MAX))
}

fn told_with(input: &Input) -> usize {
    told_before(input).saturating_add(input.get(&MAX_RESULTS) as usize)
}

fn rows(items: &[Item], input: &Input) -> Vec<Sum> {
    let rows = items.iter().skip(told_before(input)).map(Sum::of);
    rows.take(input.get(&MAX_RESULTS) as usize).collect()
}

static ANSWER: &[Field<Vec<Item>>] = &envelope(&[
    text("NextToken", "The token that the next call goes on with.", |_, input| {
        told_with(input).to_string().into()
    })
    .when(|items: &Vec<Item>, input| items.len() > told_with(input))
    .example("CAESEgoQCg4KCm")
    .assumed("its form, and that there is none once there is nothing more"),
    these(&month()),
    number("MaxResults", "The number of entries asked for.", |_, input| {
        input.get(&MAX_RESULTS).into()
    })
    .example("20"),
    number("TotalCount", "The number of rows.", |items: &Vec<Item>, _| count(items.len()))
        .example("20"),
    list(
        "Items",
        "The rows.",
        &Made {
            of: |items: &Vec<Item>, input| rows(items, input),
            fields: &[
                these(INSTANCE),
                these(SERVICE),
                these(BILLED).when(|_, input| input.get(&IS_BILLING_ITEM)),
                these(ORDERED),
                these(PRODUCT),
                these(AMOUNTS),
                these(PAYER),
                cost_unit(),
                billing_date(),
            ],
        },
    ),
]);

fn nothing<'t>(_: &'t Sum, _: &'t Input) -> Cow<'t, str> {
    "".into()
}

fn name<'t>(sum: &'t Sum, _: &'t Input) -> Cow<'t, str> {
    (&*sum.first.name).into()
}

static INSTANCE: &[Field<Sum>] = &[
    text("InstanceID", "The ID of the circuit.", |sum: &Sum, _| {
        sum.first.circuit.to_string().into()
    })
    .example("i-dadada"),
    text("NickName", "The name of the circuit.", name)
        .example("test")
        .assumed("the one that it has now"),
    text("ItemName", "The name of what is billed.", name)
        .example("iZ28bycvyb4Z")
        .assumed("that of the circuit"),
    text("InstanceSpec", "The speed of the port.", |sum: &Sum, _| sum.first.spec().into())
        .example("ecs.sn1ne.3xlarge"),
    text("InstanceConfig", "The configuration.", |sum: &Sum, _| {
        format!("Port_Type:{}", sum.first.port_type.text()).into()
    })
    .example("CPU:12")
    .assumed("the code of the module that prices have"),
    text("Region", "The region.", |sum: &Sum, _| sum.first.region.facts().name_en.into())
        .example("China (Hangzhou)"),
    text("Zone", "The zone.", nothing).example("Hangzhou Zone B").assumed("circuits are in none"),
    text("ResourceGroup", "The resource group.", |sum: &Sum, _| {
        (&*sum.first.resource_group).into()
    })
    .example("Default resource group")
    .assumed("its ID; nothing of a circuit that is in none"),
    text("Tag", "The tags.", |sum: &Sum, _| {
        let tags = sum.first.tags.all().iter();
        let texts: Vec<_> =
            tags.map(|tag| format!("key:{} value:{}", tag.key, tag.value)).collect();
        texts.join("; ").into()
    })
    .example("key:testKey value:testValue; key:testKey1 value:testValues1")
    .assumed("those that the circuit has now, as the sample joins them"),
    text("InternetIP", "The public IP address.", nothing)
        .example("34.xx.x.x")
        .assumed("circuits have none"),
    text("IntranetIP", "The private IP address.", nothing)
        .example("192.xx.xx.xx")
        .assumed("circuits have none"),
];

static SERVICE: &[Field<Sum>] = &[
    text("ServicePeriod", "How long it is for.", |sum: &Sum, _| {
        let period = sum.first.usage.and_then(|(start, end)| Some((start, end?)));
        period.map_or_else(String::new, |(a, b)| (b.seconds() - a.seconds()).to_string()).into()
    })
    .example("3600")
    .assumed("nothing of what is given back"),
    text("ServicePeriodUnit", "The unit of ServicePeriod.", |_, _| "Second".into())
        .example("Second"),
    text("DeductedByResourcePackage", "What resource plans paid.", |_, _| "0".into())
        .example("0.1")
        .assumed("there are no resource plans"),
    text("BillingType", "How it is billed.", |_, _| "Other".into())
        .example("Other")
        .assumed("the words of the sample"),
    // SOURCE: EDITIONS, T189.
    decimal("AfterDiscountAmount", "The amount after discount.", |sum: &Sum, _| {
        (sum.charge, sum.first.currency)
    })
    .only_in(from(E2025_03))
    .example("0"),
];

const ONE_PORT: &str = "a circuit is billed for its port";

static BILLED: &[Field<Sum>] = &[
    text("BillingItem", "What is billed.", |_, _| "Port speed".into())
        .example("Bandwidth")
        .assumed(ONE_PORT),
    text("BillingItemCode", "The code of what is billed.", |_, _| "Spec".into())
        .example("disk")
        .assumed(ONE_PORT),
    text("ListPrice", "Its price.", |sum: &Sum, _| {
        sum.first.amount.render(sum.first.currency).into()
    })
    .example("100")
    .assumed("that of all of it"),
    text("ListPriceUnit", "The unit of the price.", |sum: &Sum, _| {
        sum.first.currency.text().into()
    })
    .example("CNY"),
    text("Usage", "How much was used.", |_, _| "1".into()).example("100").assumed(ONE_PORT),
    text("UsageUnit", "The unit of Usage.", |_, _| "Port".into()).example("GB").assumed(ONE_PORT),
];
