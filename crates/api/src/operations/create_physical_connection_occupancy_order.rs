//! CreatePhysicalConnectionOccupancyOrder: order the occupation of a circuit's port.
//!
//! Long because eight pages describe it, and each cause of each error has its example.
//! The heart of the product. Its four seeds disagree; each difference stands on the line it
//! changes, with the seed that says so.

use super::renew_instance::kept;
use crate::answer::{Field, boolean, number, object, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN_RULED_LATER;
use crate::does::Changes;
use crate::edition::{ALL, E2019, E2019Intl, E2020, E2022, E2023, E2024_03, E2025_03, E2025_09};
use crate::edition::{Edition, Editions, between, from, only, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, NO_CIRCUIT, TOKEN_REUSED, error};
use crate::example::{Before, CIRCUIT, Example, answers, refuses};
use crate::operation::{Operation, Page, Pricing, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, Text, Value, optional};
use domain::Refusal;
use domain::command::{PlaceOccupancyOrder, Shortfall};
use domain::order::{Charge, months_fit, term_fits};
use domain::price::{Cycle, Term};
use domain::receipt::Placed;

/// Editions whose answers are in lower camel case with a numeric order id.
/// SOURCE: seeds 002, 003 (samples).
const LOWER_CAMEL: Editions = until(E2022);

static BAD_CHARGE_TYPE: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionChargeType.Malformed",
    "Specified Physical Connection ChargeType is not valid.",
)
.about("The InstanceChargeType parameter is set to an invalid value.")
.documented_in(from(E2024_03));

static CHARGE_TYPE: Param<Text> = optional("InstanceChargeType")
    .doc("The billing method: PrePaid, for accounts that pay from balance or credit.")
    .doc_in(
        until(E2022), // SOURCE: seeds 002, 003.
        "The billing method: PrePaid, a subscription, or PostPaid, pay-as-you-go (default).",
    )
    .example("PrePaid")
    .default_in(until(E2022), "PostPaid") // SOURCE: seeds 002, 003, dossier O3.
    .default_in(from(E2022), "PrePaid")
    .assumed_in(from(E2022), "the default: the only value left needs no default text")
    .assumed_in(only(E2020), "the words")
    .one_of_in(until(E2022), &["PrePaid", "PostPaid"]) // SOURCE: seeds 002, 003.
    .one_of_in(from(E2022), &["PrePaid"]) // SOURCE: dossier O4, seeds 000, 001.
    .or_else(&BAD_CHARGE_TYPE);

/// The seeds print "-" for its description.
static BAD_PRICING_CYCLE: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionPricingCycle.Malformed",
    "Specified Physical Connection PricingCycle is not valid.",
)
.documented_in(from(E2024_03));

static PRICING_CYCLE: Param<Cycle> = optional("PricingCycle")
    .doc("The billing cycle of the subscription: Month (default) or Year.")
    .doc_in(until(E2020), "The unit of the subscription's period: Year or Month.") // 002, 003.
    .example("Month")
    .default_in(ALL, "Month") // SOURCE: dossier O3 on.
    .assumed_in(until(E2020), "the default, which seeds 002 and 003 do not state")
    .one_of_in(ALL, &["Month", "Year"])
    .ignored_with_in(until(E2022), &CHARGE_TYPE, "PostPaid")
    .or_else(&BAD_PRICING_CYCLE);

static BAD_PERIOD: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionPeriod.Malformed",
    "Specified Physical Connection Period is not valid.",
)
.about("The Period parameter is set to an invalid value.")
.documented_in(from(E2024_03));

static PERIOD: Param<u32> = optional("Period")
    .doc("The subscription duration: 1 to 9 if PricingCycle is Month, 1 to 5 if it is Year.")
    .doc_in(until(E2020), "The validity period of the subscription.") // SOURCE: seeds 002, 003.
    .doc_in(
        between(E2020, E2022), // SOURCE: O3, O4.
        "The subscription duration: 1 to 9 months or 1 to 5 years; required with PrePaid.",
    )
    .example("1")
    .default_in(until(E2020), "1")
    .default_in(from(E2023), "1")
    .assumed_in(until(E2020), "the default, which seeds 002 and 003 do not state, and any length")
    .assumed_in(only(E2022), "the numbers")
    .assumed_in(from(E2023), "the default, which no later text states either")
    .required_with_in(between(E2020, E2022), &CHARGE_TYPE, "PrePaid") // SOURCE: O3, O4.
    .ignored_with_in(until(E2022), &CHARGE_TYPE, "PostPaid") // SOURCE: dossier O3.
    .range_by_in(from(E2020), &PRICING_CYCLE, &[("Month", (1, 9)), ("Year", (1, 5))])
    .rule_in(until(E2020), within_calendar)
    .or_else(&BAD_PERIOD);

/// In 2019 a term may be any length whose end is a date.
/// SOURCE: CONTRACT.
fn within_calendar(input: &Input, text: &str) -> bool {
    let count = u32::read(text).filter(|count| *count > 0);
    let cycle = input.find(&PRICING_CYCLE).unwrap_or(Cycle::Month);
    count.is_some_and(|count| term_fits(input.now, Term { count, cycle }))
}

/// Whether the first renewal by itself ends before the year 9999. Without AutoRenew there is none.
fn renewal_within_calendar(input: &Input, text: &str) -> bool {
    if !input.find(&AUTO_RENEW).unwrap_or(false) {
        return true;
    }
    let term = Term { count: input.get(&PERIOD), cycle: input.get(&PRICING_CYCLE) };
    let months = term.months().zip(u32::read(text));
    let months = months.and_then(|(first, renewal)| first.checked_add(renewal));
    months.is_some_and(|months| months_fit(input.now, months))
}

static AUTO_PAY: Param<bool> = optional("AutoPay")
    // SOURCE: seeds 000, 001. O9 has "an abnormal order that can only be cancelled" again.
    .doc("Specifies whether to pay at once; an order beyond the balance is cancelled by itself.")
    .doc_in(
        until(E2022), // SOURCE: seeds 002, 003, dossier O3.
        "Specifies whether to pay at once (default); an order beyond the balance is abnormal \
         and can only be voided.",
    )
    .doc_in(
        only(E2022),
        "Specifies whether to pay at once; an order beyond the balance is abnormal and can \
         only be voided.",
    )
    .example("false")
    .default_in(until(E2022), "true") // SOURCE: seeds 002, 003, dossier O3.
    .default_in(from(E2022), "false") // SOURCE: seeds 000, 001.
    .assumed_in(only(E2022), "the default, and the words but for the first, which are lost");

static AUTO_RENEW: Param<bool> = optional("AutoRenew")
    .doc("Specifies whether to renew the subscription automatically.")
    .example("false")
    .only_in(from(E2025_09)) // SOURCE: dossier O8, O9.
    .default_in(from(E2025_09), "false");

static AUTO_RENEW_DURATION: Param<u32> = optional("AutoRenewDuration")
    .doc("The length of a renewal, in months.")
    .example("1")
    .only_in(from(E2025_09)) // SOURCE: dossier O8, O9 (0 to 2147483647).
    .default_in(from(E2025_09), "1")
    .range_in(from(E2025_09), 1, 2_147_483_647)
    .rule_in(from(E2025_09), renewal_within_calendar)
    .assumed("0 is refused (CONTRACT)");

/// Both envelopes. SOURCE: seeds 002, 003 and seeds 000, 001 (samples).
static PLACED: &[Field<Placed>] = &[
    text("code", "The status code.", |_, _| "200".into()).only_in(LOWER_CAMEL).example("200"),
    object(
        "data",
        "The order.",
        &[number("orderId", "The ID of the order.", |placed: &Placed, _| {
            i64::try_from(placed.order.number()).expect("order numbers have 15 digits")
        })
        .long()
        .example("2025900107****")],
    )
    .only_in(LOWER_CAMEL)
    .assumed("2020, which prints no sample, answers as 2019"),
    number("httpStatusCode", "The HTTP status.", |_, _| 200).only_in(LOWER_CAMEL).example("200"),
    text("message", "The message.", |_, _| "successful".into())
        .only_in(LOWER_CAMEL)
        .example("successful"),
    request_id().named("requestId").only_in(LOWER_CAMEL),
    boolean("success", "Whether the call succeeded.", |_, _| true)
        .only_in(LOWER_CAMEL)
        .example("true"),
    request_id().only_in(from(E2022)),
    object(
        "Data",
        "The order.",
        &[text("OrderId", "The ID of the order.", |placed: &Placed, _| {
            placed.order.to_string().into()
        })
        .example("50187055895****")],
    )
    .only_in(from(E2022)),
];

/// CreatePhysicalConnectionOccupancyOrder.
pub static OPERATION: Operation =
    operation(&VPC, NAME, &Changes { asks, unless: short, answer: PLACED })
        .priced(Pricing::Single)
        .summary("Creates an order for resource occupation of an Express Connect circuit.")
        .directory("Orders")
        .parameters(&[
            &REGION_ID.spec,
            &CIRCUIT_ID.spec,
            &CHARGE_TYPE.spec,
            &PRICING_CYCLE.spec,
            &PERIOD.spec,
            &CLIENT_TOKEN_RULED_LATER.spec,
            &AUTO_PAY.spec,
            &AUTO_RENEW.spec,
            &AUTO_RENEW_DURATION.spec,
        ])
        // SOURCE: seed 001 prints all resources; a mirror of seed 000's page prints the ARN.
        .resources_in(
            from(E2025_03),
            &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"],
        )
        .pages(PAGES)
        .errors(ERRORS)
        .assumed(&["the causes of errors: the documents name codes and no causes (CONTRACT)"])
        .bare_root_in(until(E2019Intl)) // SOURCE: seed 003 (without Response), seed 002 (with).
        .examples(&[READY], CALL, EXAMPLES);

// SOURCE: seeds 000, 001 (descriptions too).
static NOT_FOUND: ErrorRow = NO_CIRCUIT
    .about("The Express Connect circuit does not exist.")
    .on(&[Refusal::NoSuchCircuit])
    .on_in(until(E2024_03), &[Refusal::CircuitDeleted]);

static GONE: ErrorRow =
    error(400, "Abs.InstanceNotExist", "The specified instance does not exist.")
        .about("The specified instance does not exist.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitDeleted]);

static NOT_ALLOWED: ErrorRow =
    error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
        .about("The circuit's current state does not allow the operation.")
        .on(&[Refusal::CircuitState])
        .on_in(until(E2024_03), &[Refusal::CircuitPaid, Refusal::CircuitLocked, Refusal::OrderOpen])
        .on_in(until(E2025_03), &[Refusal::LoaNotComplete]);

static STATUS_NOT_ALLOWED: ErrorRow =
    error(400, "INSTANCE.STATUS.NOT.ALLOW", "Instance status not allow")
        .about("The instance in the current state does not support the operation.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitPaid, Refusal::CircuitLocked]);

static ORDER_OPEN: ErrorRow =
    error(400, "IAbs.InvalidStatus.ValueNotSupported", "status is not supported.")
        .about("The status is invalid.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::OrderOpen]);

static WRONG_STATUS: ErrorRow =
    error(400, "IncorrectStatus.PhysicalConnection", "Invalid physical connection status.")
        .about("The Express Connect circuit is in an invalid state.")
        .in_editions(from(E2025_03))
        .on(&[Refusal::LoaNotComplete]);

static NO_PRICE: ErrorRow = error(400, "InvalidPrice.NotFound", "Pricing plan result not found.")
    .about("The Price parameter is set to an invalid value.")
    .documented_in(from(E2024_03))
    .on(&[Refusal::NoPrice]);

/// In order of precedence.
static ERRORS: &[&ErrorRow] = &[
    &BAD_REGION
        .documented_in(from(E2024_03))
        .about("The RegionId parameter is set to an invalid value."),
    &NOT_FOUND,
    &GONE,
    &NOT_ALLOWED,
    &STATUS_NOT_ALLOWED,
    &ORDER_OPEN,
    &WRONG_STATUS,
    &NO_PRICE,
];

/// SOURCE: seeds 002, 003. ASSUMED: for 2020, whose order is lost.
const ORDER_2019: &[&str] = &[
    "PhysicalConnectionId",
    "RegionId",
    "AutoPay",
    "ClientToken",
    "InstanceChargeType",
    "Period",
    "PricingCycle",
];

/// SOURCE: seeds 000, 001. ASSUMED: for 2022 and 2023, whose order is lost.
const ORDER_2024: &[&str] = &[
    "RegionId",
    "PhysicalConnectionId",
    "Period",
    "InstanceChargeType",
    "AutoPay",
    "PricingCycle",
    "ClientToken",
];

/// ASSUMED: the two new ones come last, as dossier O8 and O9 list them.
const ORDER_2025_09: &[&str] = &[
    "RegionId",
    "PhysicalConnectionId",
    "Period",
    "InstanceChargeType",
    "AutoPay",
    "PricingCycle",
    "ClientToken",
    "AutoRenew",
    "AutoRenewDuration",
];

/// SOURCE: dossier O3, seeds 000, 001.
const ONLY_COMPLETE: &str =
    "You can call this operation only when the Express Connect circuit is in the Complete state.";

const OF_2023_09: (&str, &str) = ("2023-09-11", "The description and the error codes changed.");
const OF_2023_12: (&str, &str) = ("2023-12-21", "The error codes changed.");
const OF_2024_07: (&str, &str) = ("2024-07-29", "The error codes changed.");

const fn page(edition: Edition, title: &'static str, order: &'static [&'static str]) -> Page {
    Page { editions: only(edition), title, updated: None, note: "", changes: &[], order }
}

static PAGES: &[Page] = &[
    // SOURCE: seed 003 (title), dossier O1 (date), O1b (the later title).
    Page {
        updated: Some("2019-04"),
        changes: &[("2019-07-09", "The title became: an order for the resource occupation fee.")],
        ..page(E2019, "Creates an order for the initial installation fee.", ORDER_2019)
    },
    // SOURCE: seed 002.
    page(E2019Intl, "Creates an order for the initial installation fee.", ORDER_2019),
    // SOURCE: dossier O3.
    Page {
        note: ONLY_COMPLETE,
        ..page(E2020, "Creates an order for resource occupation.", ORDER_2019)
    },
    // SOURCE: dossier O4. ASSUMED: the note, which the text found has lost.
    Page {
        note: ONLY_COMPLETE,
        ..page(E2022, "Creates an order for resource occupation of a circuit.", ORDER_2024)
    },
    // SOURCE: dossier O5.
    Page {
        note: ONLY_COMPLETE,
        ..page(E2023, "Creates an order for resource occupation.", ORDER_2024)
    },
    // SOURCE: seed 001.
    Page {
        updated: Some("2024-03-04"),
        note: ONLY_COMPLETE,
        changes: &[OF_2023_12, OF_2023_09],
        ..page(E2024_03, "Creates an order for resource usage fees.", ORDER_2024)
    },
    // SOURCE: seed 000.
    Page {
        updated: Some("2025-03-11"),
        note: ONLY_COMPLETE,
        changes: &[OF_2024_07, OF_2023_12, OF_2023_09],
        ..page(
            E2025_03,
            "Creates an order for resource occupation of an Express Connect circuit.",
            ORDER_2024,
        )
    },
    // SOURCE: dossier O8 (dates), O9 (words). ASSUMED: the older changes are still listed.
    Page {
        updated: Some("2026-04"),
        note: "You can call this operation only in the Waiting for Payment (Complete) state.",
        changes: &[
            ("2025-09-03", "AutoRenew and AutoRenewDuration were added."),
            OF_2024_07,
            OF_2023_12,
            OF_2023_09,
        ],
        ..page(E2025_09, "Creates an order for resource occupation fees.", ORDER_2025_09)
    },
];

fn asks(input: &Input) -> Result<PlaceOccupancyOrder, Invalid> {
    let charge = if &*input.get(&CHARGE_TYPE).0 == "PostPaid" {
        Charge::PostPaid
    } else {
        Charge::PrePaid(Term { count: input.get(&PERIOD), cycle: input.get(&PRICING_CYCLE) })
    };
    // SOURCE: seeds 002, 003 (an abnormal order that can only be voided); O5 on (cancelled).
    let abnormal = until(E2023).contains(input.edition) && !input.settings.shortfall_is_error;
    Ok(PlaceOccupancyOrder {
        circuit: input.get(&CIRCUIT_ID),
        charge,
        pay_now: input.get(&AUTO_PAY),
        auto_renew: input.find(&AUTO_RENEW).unwrap_or(false),
        auto_renew_months: input.find(&AUTO_RENEW_DURATION).unwrap_or(1),
        kept: kept(input),
        shortfall: if abnormal { Shortfall::Abnormal } else { Shortfall::Cancel },
    })
}

/// SOURCE: billing dossier 2.3 (the product's error list; the operation's has none).
pub(super) static TOO_LITTLE_MONEY: ErrorRow =
    error(400, "PAY.INSUFFICIENT_BALANCE", "The Account Balance is insufficient.");

/// Too little money, where that is told as an error.
pub(super) fn short(input: &Input, placed: &Placed) -> Result<(), Invalid> {
    let told = placed.short && input.settings.shortfall_is_error;
    if told { Err(TOO_LITTLE_MONEY.invalid()) } else { Ok(()) }
}

const NAME: &str = "CreatePhysicalConnectionOccupancyOrder";
const READY: Before = Before::circuit("Confirmed");
const LETTER_OPEN: Before = Before::Circuit(CIRCUIT, "Confirmed", "Completing", "Normal");

/// A call that every edition takes.
const CALL: &str =
    "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example&InstanceChargeType=PrePaid&Period=1";

const PAID_AT_ONCE: &str = "AutoPay=true&ClientToken=CBCE910E-D396-4944";

static EXAMPLES: &[Example] = &[
    answers(
        "A subscription of one month, paid at once",
        from(E2022),
        PAID_AT_ONCE,
        "RequestId=*&Data.OrderId=*",
    ),
    answers(
        "The answer of the older editions",
        LOWER_CAMEL,
        PAID_AT_ONCE,
        "code=200&data.orderId=*&httpStatusCode=200&message=successful&requestId=*\
             &success=true",
    ),
    answers(
        "Nothing but the two required parameters",
        Editions::except(E2022),
        "InstanceChargeType=&Period=",
        "",
    ),
    refuses("A circuit in another region", ALL, "RegionId=cn-beijing", &NOT_FOUND),
    refuses("A circuit that is not waiting for payment", ALL, "", &NOT_ALLOWED)
        .after(&[Before::circuit("Allocated")]),
    refuses("A circuit that is paid for, before 2024", until(E2024_03), "", &NOT_ALLOWED)
        .after(&[Before::circuit("Enabled")]),
    refuses("A circuit that is paid for", from(E2024_03), "", &STATUS_NOT_ALLOWED)
        .after(&[Before::circuit("Enabled")]),
    refuses("A locked circuit, before 2024", until(E2024_03), "", &NOT_ALLOWED)
        .after(&[Before::Circuit(CIRCUIT, "Confirmed", "", "FinancialLocked")]),
    refuses("A locked circuit", from(E2024_03), "", &STATUS_NOT_ALLOWED).after(&[Before::Circuit(
        CIRCUIT,
        "Confirmed",
        "",
        "SecurityLocked",
    )]),
    refuses("A second order while one is unpaid, before 2024", until(E2024_03), "", &NOT_ALLOWED)
        .after(&[READY, UNPAID]),
    refuses("A second order while one is unpaid", from(E2024_03), "", &ORDER_OPEN)
        .after(&[READY, UNPAID]),
    refuses("A letter that is not complete, before 2025", until(E2025_03), "", &NOT_ALLOWED)
        .after(&[LETTER_OPEN]),
    refuses("A letter that is not complete", from(E2025_03), "", &WRONG_STATUS)
        .after(&[LETTER_OPEN]),
    refuses(
        "Pay-as-you-go, since 2022",
        from(E2022),
        "InstanceChargeType=PostPaid",
        &BAD_CHARGE_TYPE,
    ),
    refuses("A period without an end", ALL, "Period=999999999", &BAD_PERIOD),
    refuses("A port without a price", ALL, "", &NO_PRICE).after(&[READY, Before::NoPrices]),
    refuses("The token of another order", ALL, "ClientToken=used&PricingCycle=Year", &TOKEN_REUSED)
        .after(&[READY, TOKEN_USED]),
];

const UNPAID: Before = Before::Call(NAME, "AutoPay=false");
const TOKEN_USED: Before = Before::Call(NAME, "AutoPay=false&ClientToken=used");
