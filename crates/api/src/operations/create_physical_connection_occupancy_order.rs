//! CreatePhysicalConnectionOccupancyOrder: order the occupation of a circuit's port.
//!
//! Long because its examples prove each cause of each error in each edition, and because eight
//! pages describe it.
//! The heart of the product. Its four seeds disagree; each difference stands on the line it
//! changes, with the seed that says so.

use crate::check::Input;
use crate::edition::{ALL, E2019, E2019Intl, E2020, E2022, E2023, E2024_03, E2025_03, E2025_09};
use crate::edition::{Edition, Editions, between, from, only, until};
use crate::operation::{Ask, Before, ErrorRow, Example, Invalid, Operation, Page, Shows, Told};
use crate::operation::{VPC, error, write};
use crate::parameter::{CIRCUIT_ID, CLIENT_TOKEN, Param, REGION_ID, Text, Value, optional};
use domain::command::{PlaceOccupancyOrder, Shortfall};
use domain::order::{Charge, term_fits};
use domain::price::{Cycle, Term};
use domain::{Outcome, Refusal};
use wire::Node;

/// Editions whose answers are in lower camel case with a numeric order id.
/// SOURCE: seeds 002, 003 (samples). ASSUMED: for 2020, which prints no sample.
const LOWER_CAMEL: Editions = until(E2022);

static CHARGE_TYPE: Param<Text> = optional("InstanceChargeType")
    .doc("The billing method: PrePaid, for accounts that pay from balance or credit.")
    .doc_in(
        until(E2022), // SOURCE: seeds 002, 003. ASSUMED: for 2020.
        "The billing method: PrePaid, a subscription, or PostPaid, pay-as-you-go (default).",
    )
    .example("PrePaid")
    .default_in(until(E2022), "PostPaid") // SOURCE: seeds 002, 003, dossier O3.
    .default_in(from(E2022), "PrePaid") // ASSUMED: the only value left needs no default text.
    .one_of_in(until(E2022), &["PrePaid", "PostPaid"]) // SOURCE: seeds 002, 003.
    .one_of_in(from(E2022), &["PrePaid"]) // SOURCE: dossier O4, seeds 000, 001.
    .or_else(
        "InvalidPhysicalConnectionChargeType.Malformed",
        "Specified Physical Connection ChargeType is not valid.",
    );

static PRICING_CYCLE: Param<Cycle> = optional("PricingCycle")
    .doc("The billing cycle of the subscription: Month (default) or Year.")
    .doc_in(until(E2020), "The unit of the subscription's period: Year or Month.") // 002, 003.
    .example("Month")
    .default_in(from(E2020), "Month") // SOURCE: dossier O3 on.
    .default_in(until(E2020), "Month") // ASSUMED: seeds 002, 003 state no default.
    .one_of_in(ALL, &["Month", "Year"])
    .ignored_with_in(until(E2022), &CHARGE_TYPE, "PostPaid")
    .or_else(
        "InvalidPhysicalConnectionPricingCycle.Malformed",
        "Specified Physical Connection PricingCycle is not valid.",
    );

static PERIOD: Param<u32> = optional("Period")
    .doc("The subscription duration: 1 to 9 if PricingCycle is Month, 1 to 5 if it is Year.")
    .doc_in(until(E2020), "The validity period of the subscription.") // SOURCE: seeds 002, 003.
    .doc_in(
        between(E2020, E2022), // SOURCE: O3, O4. ASSUMED: the numbers for 2022.
        "The subscription duration: 1 to 9 months or 1 to 5 years; required with PrePaid.",
    )
    .example("1")
    .default_in(until(E2020), "1") // ASSUMED: seeds 002, 003 state no default.
    .default_in(from(E2023), "1") // ASSUMED: no later text states one either.
    .required_with_in(between(E2020, E2022), &CHARGE_TYPE, "PrePaid") // SOURCE: O3, O4.
    .ignored_with_in(until(E2022), &CHARGE_TYPE, "PostPaid") // SOURCE: dossier O3.
    .range_by_in(from(E2020), &PRICING_CYCLE, &[("Month", 1..=9), ("Year", 1..=5)])
    .rule_in(until(E2020), within_calendar)
    .or_else(
        "InvalidPhysicalConnectionPeriod.Malformed",
        "Specified Physical Connection Period is not valid.",
    );

/// In 2019 a term may be any length whose end is a date.
/// SOURCE: CONTRACT. ASSUMED: the seeds give no range.
fn within_calendar(input: &Input, text: &str) -> bool {
    let count = u32::read(text).filter(|count| *count > 0);
    let cycle = input.find(&PRICING_CYCLE).unwrap_or(Cycle::Month);
    count.is_some_and(|count| term_fits(input.now, Term { count, cycle }))
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
        only(E2022), // ASSUMED: its text is lost but for the first words.
        "Specifies whether to pay at once; an order beyond the balance is abnormal and can \
         only be voided.",
    )
    .example("false")
    .default_in(until(E2022), "true") // SOURCE: seeds 002, 003, dossier O3.
    .default_in(from(E2022), "false"); // SOURCE: seeds 000, 001. ASSUMED: for 2022.

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
    .range_in(from(E2025_09), 1..=2_147_483_647); // ASSUMED: CONTRACT refuses 0.

/// CreatePhysicalConnectionOccupancyOrder.
pub static OPERATION: Operation = write(&VPC, "CreatePhysicalConnectionOccupancyOrder")
    .summary("Creates an order for resource occupation of an Express Connect circuit.")
    .parameters(&[
        &REGION_ID.spec,
        &CIRCUIT_ID.spec,
        &CHARGE_TYPE.spec,
        &PRICING_CYCLE.spec,
        &PERIOD.spec,
        &CLIENT_TOKEN.spec,
        &AUTO_PAY.spec,
        &AUTO_RENEW.spec,
        &AUTO_RENEW_DURATION.spec,
    ])
    // SOURCE: seed 001 prints all resources; a mirror of seed 000's page prints the ARN.
    .resource_in(
        from(E2025_03),
        "acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}",
    )
    .pages(PAGES)
    .errors(ERRORS)
    .asks(asks)
    .tells(tells)
    .bare_root_in(until(E2019Intl)) // SOURCE: seed 003 (root without Response), seed 002 (with).
    .examples(EXAMPLES);

// SOURCE: seeds 000, 001 (descriptions too).
const NOT_FOUND: ErrorRow = error(
    404,
    "InvalidPhysicalConnectionId.NotFound",
    "The PhysicalConnectionId provided does not exist in our records.",
)
.about("The Express Connect circuit does not exist.");

const NOT_ALLOWED: ErrorRow =
    error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
        .about("The circuit's current state does not allow the operation.");

/// In order of precedence. The causes are ASSUMED throughout: the documents name codes and no
/// causes (CONTRACT).
static ERRORS: &[ErrorRow] = &[
    error(404, "InvalidRegionId.NotFound", "The RegionId provided does not exist in our records.")
        .about("The RegionId parameter is set to an invalid value.")
        .documented_in(from(E2024_03)),
    NOT_FOUND.on(&[Refusal::NoSuchCircuit]),
    NOT_FOUND.in_editions(until(E2024_03)).on(&[Refusal::CircuitDeleted]),
    error(400, "Abs.InstanceNotExist", "The specified instance does not exist.")
        .about("The specified instance does not exist.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitDeleted]),
    NOT_ALLOWED.on(&[Refusal::CircuitState]),
    NOT_ALLOWED.in_editions(until(E2024_03)).on(&[
        Refusal::CircuitPaid,
        Refusal::CircuitLocked,
        Refusal::OrderOpen,
    ]),
    error(400, "INSTANCE.STATUS.NOT.ALLOW", "Instance status not allow")
        .about("The instance in the current state does not support the operation.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitPaid, Refusal::CircuitLocked]),
    error(400, "IAbs.InvalidStatus.ValueNotSupported", "status is not supported.")
        .about("The status is invalid.")
        .in_editions(from(E2024_03))
        .on(&[Refusal::OrderOpen]),
    NOT_ALLOWED.in_editions(until(E2025_03)).on(&[Refusal::LoaNotComplete]),
    error(400, "IncorrectStatus.PhysicalConnection", "Invalid physical connection status.")
        .about("The Express Connect circuit is in an invalid state.")
        .in_editions(from(E2025_03))
        .on(&[Refusal::LoaNotComplete]),
    error(
        400,
        "InvalidPhysicalConnectionChargeType.Malformed",
        "Specified Physical Connection ChargeType is not valid.",
    )
    .about("The InstanceChargeType parameter is set to an invalid value.")
    .documented_in(from(E2024_03)),
    error(
        400,
        "InvalidPhysicalConnectionPeriod.Malformed",
        "Specified Physical Connection Period is not valid.",
    )
    .about("The Period parameter is set to an invalid value.")
    .documented_in(from(E2024_03)),
    error(
        400,
        "InvalidPhysicalConnectionPricingCycle.Malformed", // The seeds print "-" for this one.
        "Specified Physical Connection PricingCycle is not valid.",
    )
    .documented_in(from(E2024_03)),
    error(400, "InvalidPrice.NotFound", "Pricing plan result not found.")
        .about("The Price parameter is set to an invalid value.")
        .documented_in(from(E2024_03))
        .on(&[Refusal::NoPrice]),
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

fn asks(input: &Input) -> Result<Ask, Invalid> {
    let charge = if &*input.get(&CHARGE_TYPE).0 == "PostPaid" {
        Charge::PostPaid
    } else {
        Charge::PrePaid(Term { count: input.get(&PERIOD), cycle: input.get(&PRICING_CYCLE) })
    };
    // SOURCE: seeds 002, 003 (an abnormal order that can only be voided); O5 on (cancelled).
    let abnormal = until(E2023).contains(input.edition) && !input.settings.shortfall_is_error;
    Ok(Ask::change(PlaceOccupancyOrder {
        circuit: input.get(&CIRCUIT_ID),
        charge,
        pay_now: input.get(&AUTO_PAY),
        auto_renew: input.find(&AUTO_RENEW).unwrap_or(false),
        auto_renew_months: input.find(&AUTO_RENEW_DURATION).unwrap_or(1),
        shortfall: if abnormal { Shortfall::Abnormal } else { Shortfall::Cancel },
    }))
}

fn tells(input: &Input, told: Told) -> Result<Node, Invalid> {
    let Told::Outcome(Outcome::Order { order, short }) = told else {
        unreachable!("placing an order comes to an order")
    };
    if short && input.settings.shortfall_is_error {
        // SOURCE: billing dossier 2.3 (the product's error list; the operation's has none).
        let text = "The Account Balance is insufficient.";
        return Err(Invalid::new(400, "PAY.INSUFFICIENT_BALANCE", text));
    }
    if LOWER_CAMEL.contains(input.edition) {
        let number = i64::try_from(order.number()).expect("order numbers have 15 digits");
        return Ok(Node::Object(vec![
            ("code", Node::Text("200".into())),
            ("data", Node::Object(vec![("orderId", Node::Number(number))])),
            ("httpStatusCode", Node::Number(200)),
            ("message", Node::Text("successful".into())),
            ("requestId", Node::RequestId),
            ("success", Node::Bool(true)),
        ]));
    }
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("Data", Node::Object(vec![("OrderId", Node::Text(order.to_string().into()))])),
    ]))
}

const CIRCUIT: &str = "pc-example";
const READY: Before = Before::Circuit(CIRCUIT, "Confirmed", "", "Normal");
const NAME: &str = "CreatePhysicalConnectionOccupancyOrder";

/// The parameters of a call that every edition takes, and whatever else is given.
macro_rules! call {
    ($($name:literal: $value:literal),* $(,)?) => {
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "PrePaid"),
            ("Period", "1"),
            $(($name, $value)),*
        ]
    };
}

macro_rules! refused {
    (
        $title:literal, $editions:expr, [$($before:expr),*], $call:expr,
        $status:literal, $code:literal
    ) => {
        Example {
            title: $title,
            editions: $editions,
            before: &[$($before),*],
            call: $call,
            shows: Shows::Error($status, $code),
        }
    };
}

static EXAMPLES: &[Example] = &[
    Example {
        title: "A subscription of one month, paid at once",
        editions: from(E2022),
        before: &[READY],
        call: call!("AutoPay": "true", "ClientToken": "CBCE910E-D396-4944"),
        shows: Shows::Answer(&[("RequestId", "*"), ("Data.OrderId", "*")]),
    },
    Example {
        title: "The answer of the older editions",
        editions: LOWER_CAMEL,
        before: &[READY],
        call: call!("AutoPay": "true", "ClientToken": "CBCE910E-D396-4944"),
        shows: Shows::Answer(&[
            ("code", "200"),
            ("data.orderId", "*"),
            ("httpStatusCode", "200"),
            ("message", "successful"),
            ("requestId", "*"),
            ("success", "true"),
        ]),
    },
    Example {
        title: "Nothing but the two required parameters",
        editions: Editions::except(E2022),
        before: &[READY],
        call: &[("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", CIRCUIT)],
        shows: Shows::Answer(&[]),
    },
    refused!(
        "An unknown region",
        ALL,
        [READY],
        &[("RegionId", "cn-atlantis"), ("PhysicalConnectionId", CIRCUIT)],
        404,
        "InvalidRegionId.NotFound"
    ),
    refused!("An unknown circuit", ALL, [], call!(), 404, "InvalidPhysicalConnectionId.NotFound"),
    refused!(
        "A circuit in another region",
        ALL,
        [READY],
        &[
            ("RegionId", "cn-beijing"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "PrePaid"),
            ("Period", "1"),
        ],
        404,
        "InvalidPhysicalConnectionId.NotFound"
    ),
    refused!(
        "A deleted circuit, before 2024",
        until(E2024_03),
        [READY, DELETED],
        call!(),
        404,
        "InvalidPhysicalConnectionId.NotFound"
    ),
    refused!(
        "A deleted circuit",
        from(E2024_03),
        [READY, DELETED],
        call!(),
        400,
        "Abs.InstanceNotExist"
    ),
    refused!(
        "A circuit that is not waiting for payment",
        ALL,
        [Before::Circuit(CIRCUIT, "Allocated", "", "Normal")],
        call!(),
        400,
        "Forbidden.NotAllowedInState"
    ),
    refused!(
        "A circuit that is paid for, before 2024",
        until(E2024_03),
        [Before::Circuit(CIRCUIT, "Enabled", "", "Normal")],
        call!(),
        400,
        "Forbidden.NotAllowedInState"
    ),
    refused!(
        "A circuit that is paid for",
        from(E2024_03),
        [Before::Circuit(CIRCUIT, "Enabled", "", "Normal")],
        call!(),
        400,
        "INSTANCE.STATUS.NOT.ALLOW"
    ),
    refused!(
        "A locked circuit, before 2024",
        until(E2024_03),
        [Before::Circuit(CIRCUIT, "Confirmed", "", "FinancialLocked")],
        call!(),
        400,
        "Forbidden.NotAllowedInState"
    ),
    refused!(
        "A locked circuit",
        from(E2024_03),
        [Before::Circuit(CIRCUIT, "Confirmed", "", "SecurityLocked")],
        call!(),
        400,
        "INSTANCE.STATUS.NOT.ALLOW"
    ),
    refused!(
        "A second order while one is unpaid, before 2024",
        until(E2024_03),
        [READY, UNPAID],
        call!(),
        400,
        "Forbidden.NotAllowedInState"
    ),
    refused!(
        "A second order while one is unpaid",
        from(E2024_03),
        [READY, UNPAID],
        call!(),
        400,
        "IAbs.InvalidStatus.ValueNotSupported"
    ),
    refused!(
        "A letter that is not complete, before 2025",
        until(E2025_03),
        [Before::Circuit(CIRCUIT, "Confirmed", "Completing", "Normal")],
        call!(),
        400,
        "Forbidden.NotAllowedInState"
    ),
    refused!(
        "A letter that is not complete",
        from(E2025_03),
        [Before::Circuit(CIRCUIT, "Confirmed", "Completing", "Normal")],
        call!(),
        400,
        "IncorrectStatus.PhysicalConnection"
    ),
    refused!(
        "Pay-as-you-go, since 2022",
        from(E2022),
        [READY],
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "PostPaid"),
        ],
        400,
        "InvalidPhysicalConnectionChargeType.Malformed"
    ),
    refused!(
        "A billing method that is none",
        ALL,
        [READY],
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "Prepaid"),
        ],
        400,
        "InvalidPhysicalConnectionChargeType.Malformed"
    ),
    refused!(
        "A period without an end",
        ALL,
        [READY],
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "PrePaid"),
            ("Period", "999999999"),
        ],
        400,
        "InvalidPhysicalConnectionPeriod.Malformed"
    ),
    refused!(
        "Ten months",
        from(E2020),
        [READY],
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "PrePaid"),
            ("Period", "10"),
        ],
        400,
        "InvalidPhysicalConnectionPeriod.Malformed"
    ),
    refused!(
        "A subscription without a period",
        between(E2020, E2022),
        [READY],
        &[
            ("RegionId", "cn-hangzhou"),
            ("PhysicalConnectionId", CIRCUIT),
            ("InstanceChargeType", "PrePaid"),
        ],
        400,
        "InvalidPhysicalConnectionPeriod.Malformed"
    ),
    refused!(
        "A cycle of weeks",
        ALL,
        [READY],
        call!("PricingCycle": "Week"),
        400,
        "InvalidPhysicalConnectionPricingCycle.Malformed"
    ),
    refused!(
        "A port without a price",
        ALL,
        [READY, Before::NoPrices],
        call!(),
        400,
        "InvalidPrice.NotFound"
    ),
    refused!(
        "A token that is not ASCII, since 2022",
        from(E2022),
        [READY],
        call!("ClientToken": "专线"),
        400,
        "IllegalParam.ClientToken"
    ),
    refused!(
        "The token of another order",
        ALL,
        [READY, TOKEN_USED],
        call!("ClientToken": "used", "PricingCycle": "Year"),
        400,
        "IdempotentParameterMismatch"
    ),
    refused!(
        "A boolean that is none",
        ALL,
        [READY],
        call!("AutoPay": "maybe"),
        400,
        "InvalidAutoPay"
    ),
    refused!(
        "A renewal of no months",
        from(E2025_09),
        [READY],
        call!("AutoRenewDuration": "0"),
        400,
        "InvalidAutoRenewDuration"
    ),
    refused!(
        "No circuit named",
        ALL,
        [],
        &[("RegionId", "cn-hangzhou")],
        400,
        "MissingPhysicalConnectionId"
    ),
    refused!(
        "No region named",
        ALL,
        [],
        &[("PhysicalConnectionId", CIRCUIT)],
        400,
        "MissingRegionId"
    ),
];

const DELETED: Before = Before::Call(
    "DeletePhysicalConnection",
    &[("RegionId", "cn-hangzhou"), ("PhysicalConnectionId", CIRCUIT)],
);
const UNPAID: Before = Before::Call(NAME, call!("AutoPay": "false"));
const TOKEN_USED: Before = Before::Call(NAME, call!("AutoPay": "false", "ClientToken": "used"));
