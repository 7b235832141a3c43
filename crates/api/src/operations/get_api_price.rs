//! GetApiPrice: what a call of another operation would cost or return, before it is made. It is the
//! same decision, put back.

use super::OPERATIONS;
use crate::answer::{Each, Field, boolean, decimal, list, number, object, request_id, text};
use crate::check::{Input, under};
use crate::does::{Priced, Prices, Quoted};
use crate::edition::{ALL, E2022, E2025_09, from, only};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{CLOUD_CONTROL, Operation, Pricing, operation};
use crate::parameter::{Param, Shape, Text, optional, several};
use crate::value::Value;
use domain::Assumptions;
use domain::order::Charge;
use domain::price::{Currency, Cycle, Money};
use domain::query::OrderDetail;
use std::borrow::Cow;
use wire::Call;

/// SOURCE: billing dossier 1.9 (the codes). ASSUMED: their statuses and texts.
static NOT_SUPPORTED: ErrorRow =
    error(400, "PricingNotSupported", "The specified api has no price.")
        .assumed("the status, and the text");

/// Said of a call that has no price.
pub fn no_price() -> Invalid {
    NOT_SUPPORTED.invalid()
}

static INVALID: ErrorRow = error(400, "InvalidParameter", "A specified parameter is not valid.")
    .assumed("the status, and the text");

static POP_CODE: Param<Text> =
    optional("popCode").doc("The product of the call whose price is asked.").example("Vpc");

static POP_VERSION: Param<Text> =
    optional("popVersion").doc("The version of that product.").example("2016-04-28");

static API_NAME: Param<Text> = optional("apiName")
    .doc("The operation that would be called.")
    .example("CreatePhysicalConnectionOccupancyOrder");

/// Without the token: what is quoted is taken as a new call.
pub(crate) static PARAMETERS: Param<Text> = several("parameters", Shape::Map)
    .doc("The parameters of that call; PricingContext among them holds what is taken for granted.")
    .example("{\"RegionId\":\"cn-hangzhou\"}");

/// What is taken for granted. SOURCE: billing dossier 1.9. ASSUMED: the keys.
const CONTEXT: &str = "PricingContext";
const TOKEN: &str = "ClientToken";

/// The parameters of the call whose price is asked.
pub fn parameters<'c>(call: &'c Call<'_>) -> impl Iterator<Item = (&'c str, &'c str)> {
    let own = |name: &str| {
        let is_context =
            name.strip_prefix(CONTEXT).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        !is_context && !name.eq_ignore_ascii_case(TOKEN)
    };
    under(call, &PARAMETERS).filter(move |(name, _)| own(name))
}

fn asks(input: &Input) -> Result<Priced, Invalid> {
    let said = |param| input.find(param).map(|Text(text)| text).ok_or_else(|| INVALID.invalid());
    let (product, version, name) = (said(&POP_CODE)?, said(&POP_VERSION)?, said(&API_NAME)?);
    let is = |operation: &&&'static Operation| {
        operation.product.name.eq_ignore_ascii_case(&product)
            && *operation.product.version == *version
            && *operation.name == *name
            && operation.editions.contains(input.edition)
            && operation.priced.is_some()
    };
    let operation = OPERATIONS.iter().find(is).ok_or_else(|| NOT_SUPPORTED.invalid())?;
    if input.is_no_object(&PARAMETERS) {
        return Err(INVALID.invalid());
    }
    let mut assumptions = Assumptions::default();
    for (name, value) in input.under(&PARAMETERS) {
        let Some(key) = name.strip_prefix(CONTEXT) else { continue };
        let known = key.strip_prefix('.').is_some_and(|key| assume(&mut assumptions, key, value));
        if !known {
            return Err(INVALID.invalid());
        }
    }
    Ok(Priced { operation, assumptions })
}

/// Takes something for granted; says whether it is something that can be.
fn assume(assumptions: &mut Assumptions, key: &str, value: &str) -> bool {
    use domain::circuit::{BusinessStatus, LoaStatus, Status};
    match key {
        "Status" => assumptions.status = Status::find(value),
        "BusinessStatus" => assumptions.business = BusinessStatus::find(value),
        "LoaStatus" => assumptions.loa = LoaStatus::find(value),
        "PortType" => assumptions.port_type = Value::read(value),
        _ => return false,
    }
    match key {
        "Status" => assumptions.status.is_some(),
        "BusinessStatus" => assumptions.business.is_some(),
        "LoaStatus" => assumptions.loa.is_some(),
        _ => assumptions.port_type.is_some(),
    }
}

fn is_delta(quoted: &Quoted, _: &Input) -> bool {
    quoted.operation.priced == Some(Pricing::Delta)
}

fn is_quoted(quoted: &Quoted, _: &Input) -> bool {
    quoted.order.is_ok()
}

fn is_refused(quoted: &Quoted, _: &Input) -> bool {
    quoted.order.is_err()
}

/// The order, where there is one.
fn detail(quoted: &Quoted) -> &OrderDetail {
    quoted.order.as_ref().expect("told of what is quoted alone")
}

fn told(quoted: &Quoted, amount: Money) -> (Money, Currency) {
    (amount, detail(quoted).order.currency)
}

/// What a call costs; below zero where it returns something.
fn amount(quoted: &Quoted, input: &Input) -> (Money, Currency) {
    let Money(amount) = detail(quoted).order.amount;
    told(quoted, Money(if is_delta(quoted, input) { -amount } else { amount }))
}

fn nothing(quoted: &Quoted, _: &Input) -> (Money, Currency) {
    told(quoted, Money(0))
}

/// What a month costs, or all that is returned.
fn unit(quoted: &Quoted, input: &Input) -> (Money, Currency) {
    let (Money(all), currency) = amount(quoted, input);
    let months = match detail(quoted).order.charge {
        Charge::PrePaid(term) if !is_delta(quoted, input) => term.months().unwrap_or(1),
        Charge::PrePaid(_) | Charge::PostPaid | Charge::Once => 1,
    };
    (Money(all / i64::from(months.max(1))), currency)
}

/// What was paid for what is given back of.
fn paid(quoted: &Quoted, _: &Input) -> (Money, Currency) {
    told(quoted, detail(quoted).paid)
}

/// What of that stays.
fn kept(quoted: &Quoted, _: &Input) -> (Money, Currency) {
    let OrderDetail { order, paid, .. } = detail(quoted);
    told(quoted, paid.minus(order.amount).expect("no more comes back than was paid"))
}

fn refusal(quoted: &Quoted, of: fn(&Invalid) -> &str) -> Cow<'_, str> {
    quoted.order.as_ref().map_or_else(|refused| of(refused).into(), |_| "".into())
}

const READERS: &str = "for readers of the summary: the same amount as calculatedAmount";

static MODULE: &[Field<Quoted>] = &[
    text("moduleCode", "The code of the module.", |_, _| "Spec".into())
        .example("Spec")
        .assumed("the one module that bears a price"),
    decimal("costAfterDiscount", "What it costs.", amount).double().example("85.00"),
    decimal("originalCost", "What it costs without discounts.", amount).double().example("85.00"),
    decimal("invoiceDiscount", "The discount.", nothing)
        .double()
        .example("0.00")
        .assumed("there are no discounts"),
    decimal("unitPrice", "What one unit costs.", unit).double().example("85.00"),
];

static SUMMARY: &[Field<Quoted>] = &[
    text("currency", "The currency.", |quoted: &Quoted, _| {
        detail(quoted).order.currency.text().into()
    })
    .example("USD"),
    decimal("tradePrice", "What is paid.", amount).double().example("85.00"),
    decimal("originalPrice", "What it costs without discounts.", amount).double().example("85.00"),
    decimal("moduleSum", "What the modules come to.", amount)
        .double()
        .example("85.00")
        .assumed(READERS),
    decimal("effectiveModuleSum", "What the modules come to that are charged.", amount)
        .double()
        .example("85.00")
        .assumed(READERS),
    number("quantity", "How many.", |_, _| 1).example("1"),
    // SOURCE: billing dossier 1.9: absent of what is billed by use.
    text("pricingUnit", "What a price is for.", |quoted: &Quoted, input| {
        match detail(quoted).order.charge {
            Charge::PrePaid(_) if is_delta(quoted, input) => "Once".into(),
            Charge::PrePaid(term) => {
                let cycle = match term.cycle {
                    Cycle::Month => "Month",
                    Cycle::Year => "Year",
                };
                format!("{} {cycle}", term.count).into()
            }
            Charge::PostPaid | Charge::Once => "".into(),
        }
    })
    .when(|quoted, _| detail(quoted).order.charge != Charge::PostPaid)
    .example("1 Month")
    .assumed("what comes back does so once"),
    list("modules", "The modules.", &Each { of: std::slice::from_ref, fields: MODULE }),
];

static PRICE: &[Field<Quoted>] = &[
    text("pricingMode", "single, or delta where it changes what was paid.", |quoted, input| {
        if is_delta(quoted, input) { "delta" } else { "single" }.into()
    })
    .example("single"),
    boolean("success", "Whether the call would succeed.", |quoted: &Quoted, _| {
        quoted.order.is_ok()
    })
    .example("true"),
    text("currency", "The currency.", |quoted: &Quoted, _| {
        detail(quoted).order.currency.text().into()
    })
    .when(is_quoted)
    .example("USD"),
    decimal("calculatedAmount", "What the call costs; below zero, what it returns.", amount)
        .double()
        .when(is_quoted)
        .example("85.00"),
    object("priceSummary", "How that is made up.", SUMMARY).when(is_quoted),
    object(
        "components",
        "What was paid, and what of that stays.",
        &[
            object(
                "baseline",
                "Before the call.",
                &[decimal("tradePrice", "What was paid.", paid).double().example("85.00")],
            ),
            object(
                "target",
                "After it.",
                &[decimal("tradePrice", "What of that stays.", kept).double().example("7.97")],
            ),
        ],
    )
    .when(|quoted, input| is_quoted(quoted, input) && is_delta(quoted, input))
    .assumed("what stands in baseline and target"),
    request_id().named("upstreamRequestId").assumed("nobody else is asked"),
    text("errorCode", "What the call would be refused with.", |quoted: &Quoted, _| {
        refusal(quoted, |refused| &refused.code)
    })
    .when(is_refused)
    .example("Forbidden.NotAllowedInState"),
    text("errorMessage", "Its message.", |quoted: &Quoted, _| {
        refusal(quoted, |refused| &refused.message)
    })
    .when(is_refused)
    .example("The operation is not allowed in the current state."),
];

static ANSWER: &[Field<Quoted>] =
    &[object("price", "The price.", PRICE), request_id().named("requestId")];

/// GetApiPrice.
/// SOURCE: billing dossier 1.9. ASSUMED: that the operations served here have prices there.
pub static OPERATION: Operation = operation(
    &CLOUD_CONTROL,
    "GetApiPrice",
    &Prices { asks, answer: ANSWER },
)
.summary("Tells what a call would cost or return, before it is made.")
.directory("Prices")
.at(&["POST"], "/api/v1/price/quote")
.open_to_all() // Permission is that of the operation quoted.
.parameters(&[&POP_CODE.spec, &POP_VERSION.spec, &API_NAME.spec, &PARAMETERS.spec])
.errors(&[&INVALID, &NOT_SUPPORTED])
.assumed(&["that it is served in every edition, and priced in the caller's"])
.examples(
    &[Before::circuit("Confirmed")],
    "popCode=Vpc&popVersion=2016-04-28&apiName=CreatePhysicalConnectionOccupancyOrder\
             &parameters.RegionId=cn-hangzhou&parameters.PhysicalConnectionId=pc-example\
             &parameters.InstanceChargeType=PrePaid&parameters.Period=2\
             &parameters.PricingCycle=Month&parameters.AutoPay=true",
    &[
        answers(
            "An order of two months",
            ALL,
            "",
            "price.pricingMode=single&price.success=true&price.currency=USD\
                     &price.calculatedAmount=170.0&price.priceSummary.effectiveModuleSum=170.0\
                     &price.priceSummary.pricingUnit=2 Month&price.upstreamRequestId=*&requestId=*\
                     &price.priceSummary.modules.0.unitPrice=85.0",
        ),
        answers(
            "A refusal, as the call would be refused",
            from(E2022),
            "parameters.Period=10",
            "price.success=false\
                     &price.errorCode=InvalidPhysicalConnectionPeriod.Malformed",
        ),
        answers(
            "What an earlier step will have brought about",
            ALL,
            "parameters.PricingContext.Status=Confirmed\
                     &parameters.PricingContext.PortType=10GBase-LR",
            "price.success=true&price.calculatedAmount=1440.0",
        )
        .after(&[Before::circuit("Allocated")]),
        answers(
            "A refund",
            from(E2022),
            "popCode=BssOpenApi&popVersion=2017-12-14&apiName=RefundInstance\
                     &parameters.ProductCode=pconn&parameters.InstanceId=pc-example",
            "price.pricingMode=delta&price.success=true&price.components.target.tradePrice=*",
        )
        .after(super::refund_instance::ENDED),
        answers(
            "A port paid as it goes, whose order is free",
            ALL.without(from(E2022)),
            "parameters.InstanceChargeType=PostPaid",
            "price.success=true&price.calculatedAmount=0.0",
        ),
        refuses("An operation without a price", ALL, "apiName=DescribeRegions", &NOT_SUPPORTED),
        refuses(
            "An operation that the edition lacks",
            ALL.without(only(E2025_09)),
            "popCode=BssOpenApi&popVersion=2017-12-14&apiName=PayOrder",
            &NOT_SUPPORTED,
        ),
        refuses("No operation", ALL, "apiName=", &INVALID),
        refuses(
            "Something else taken for granted",
            ALL,
            "parameters.PricingContext.Color=blue",
            &INVALID,
        ),
        refuses(
            "A status that there is not",
            ALL,
            "parameters.PricingContext.Status=Bored",
            &INVALID,
        ),
    ],
);
