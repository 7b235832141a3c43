//! EnablePhysicalConnection: put a circuit into service, with an order of its own.

use super::create_physical_connection::ACCESS_POINTS;
use crate::answer::request_id;
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN;
use crate::does::changes;
use crate::edition::{
    ALL, E2020, E2022, E2024_03, E2025_03, E2025_09, Editions, between, from, until,
};
use crate::error::{BAD_REGION, ErrorRow, Invalid, NO_CIRCUIT, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, Pricing, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, optional};
use domain::command::EnableCircuit;
use domain::order::Charge;
use domain::price::{Cycle, Term};
use domain::{Kept, Refusal};

/// SOURCE: EDITIONS, T053.
static BY_PASS_SP: Param<bool> = optional("ByPassSp")
    .doc("Specifies whether to enable the circuit without an order; for listed accounts only.")
    .example("false")
    .only_in(from(E2024_03))
    .default_in(from(E2024_03), "false");

static NOT_ALLOWED: ErrorRow =
    error(400, "Forbidden.NotAllowedInState", "The request does not allow in this state.")
        .on(&[Refusal::CircuitState, Refusal::LoaNotComplete])
        .on_in(
            until(E2024_03),
            &[
                Refusal::CircuitPaid,
                Refusal::CircuitLocked,
                Refusal::OrderOpen,
                Refusal::NeedsOrder,
            ],
        )
        // What is paid as it goes is ordered for nothing.
        .on_in(until(E2022), &[Refusal::BalanceTooLow]);

static STATUS_NOT_ALLOWED: ErrorRow =
    error(400, "INSTANCE.STATUS.NOT.ALLOW", "Instance status not allow")
        .in_editions(from(E2024_03))
        .on(&[Refusal::CircuitPaid, Refusal::CircuitLocked, Refusal::OrderOpen])
        .assumed("the cause, and since when");

/// SOURCE: EDITIONS, T054.
static NEEDS_ORDER: ErrorRow =
    error(400, "ALIUID.NOT.ALLOW.WITHOUT.SP", "AliUid not allow direct enable physical connection")
        .in_editions(from(E2024_03))
        .on(&[Refusal::NeedsOrder]);

static DEVICE_NEEDS_ORDER: ErrorRow = error(
    400,
    "ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP",
    "Access device not allow direct enable physical connection",
)
.in_editions(from(E2024_03))
.on(&[Refusal::DeviceNeedsOrder])
.with_setting(ACCESS_POINTS)
.assumed("that it is asked after the account is");

static NO_PRICE: ErrorRow = error(400, "InvalidPrice.NotFound", "Pricing plan result not found.")
    .documented_in(Editions::NONE)
    .on(&[Refusal::NoPrice])
    .assumed("told as the order operation tells it");

/// SOURCE: CONTRACT (`PAY.INSUFFICIENT_BALANCE`).
static SHORT: ErrorRow =
    error(400, "PAY.INSUFFICIENT_BALANCE", "Your account does not have enough balance.")
        .in_editions(from(E2022))
        .documented_in(Editions::NONE)
        .on(&[Refusal::BalanceTooLow])
        .assumed("no page says what happens without money: nothing does");

/// EnablePhysicalConnection.
/// SOURCE: dossier, annex A.
pub static OPERATION: Operation =
    operation(&VPC, "EnablePhysicalConnection", &changes(asks, &[request_id()]))
        .priced(Pricing::Single)
        .summary("Enables an Express Connect circuit that is confirmed, and makes its order.")
        .directory("Express Connect circuits")
        .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &BY_PASS_SP.spec, &CLIENT_TOKEN.spec])
        .resources_in(
            ALL,
            &["acs:vpc:{region}:{account}:physicalconnection/{PhysicalConnectionId}"],
        )
        .errors(&[
            &BAD_REGION.documented_in(from(E2024_03)),
            &NO_CIRCUIT.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted]),
            &NOT_ALLOWED,
            &STATUS_NOT_ALLOWED,
            &NEEDS_ORDER,
            &DEVICE_NEEDS_ORDER,
            &NO_PRICE,
            &SHORT,
        ])
        .assumed(&[
            "its order: a month paid beforehand, at once; before 2022 as it goes, which was \
                    the default then",
        ])
        .examples(
            &[Before::circuit("Confirmed")],
            "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example",
            EXAMPLES,
        );

fn asks(input: &Input) -> Result<EnableCircuit, Invalid> {
    let metered = input.edition <= E2020;
    let month = Charge::PrePaid(Term { count: 1, cycle: Cycle::Month });
    Ok(EnableCircuit {
        circuit: input.get(&CIRCUIT_ID),
        without_order: input.find(&BY_PASS_SP).unwrap_or(false),
        charge: if metered { Charge::PostPaid } else { month },
        kept: if input.edition < E2024_03 { Kept::Until2023 } else { Kept::Since2024 },
        // SOURCE: EDITIONS, T056.
        again: input.edition >= E2025_09,
    })
}

static EXAMPLES: &[Example] =
    &[
        answers("A circuit that waits for payment", ALL, "", "RequestId=*"),
        answers("A circuit in service already", from(E2025_09), "", "RequestId=*")
            .after(&[Before::circuit("Enabled")]),
        refuses("A circuit in service already, before 2024", until(E2024_03), "", &NOT_ALLOWED)
            .after(&[Before::circuit("Enabled")]),
        refuses(
            "A circuit in service already, until 2025",
            between(E2024_03, E2025_03),
            "",
            &STATUS_NOT_ALLOWED,
        )
        .after(&[Before::circuit("Enabled")]),
        refuses("A locked circuit", from(E2024_03), "", &STATUS_NOT_ALLOWED)
            .after(&[Before::Circuit("pc-example", "Confirmed", "", "FinancialLocked")]),
        refuses("A circuit that nobody has confirmed", ALL, "", &NOT_ALLOWED)
            .after(&[Before::circuit("Allocated")]),
        refuses(
            "Without an order, by an account that is not listed",
            from(E2024_03),
            "ByPassSp=true",
            &NEEDS_ORDER,
        ),
        refuses("Too little money", from(E2022), "", &SHORT)
            .after(&[Before::NewAccount, Before::circuit("Confirmed")]),
        refuses("A port that has no price", ALL, "", &NO_PRICE)
            .after(&[Before::NoPrices, Before::circuit("Confirmed")]),
    ];
