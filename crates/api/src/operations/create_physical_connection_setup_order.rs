//! CreatePhysicalConnectionSetupOrder: order a circuit together with what setting it up costs.

use super::create_physical_connection::{
    ACCESS_POINTS, LINE_OPERATORS, OVERDUE, OWES, PORT_TYPES, PORT_TYPES_TO_10G, REDUNDANT_STATUS,
};
use super::create_physical_connection_occupancy_order::TOO_LITTLE_MONEY;
use crate::answer::{Field, request_id, text};
use crate::check::Input;
use crate::client_token::CLIENT_TOKEN_RULED_LATER;
use crate::does::changes;
use crate::edition::{ALL, E2023, E2024_03, Editions, from, only, until};
use crate::error::{ErrorRow, Invalid, TOKEN_REUSED, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, optional, required};
use domain::catalogue::{AccessPoint, LineOperator, PortType};
use domain::circuit::{CircuitWords, Particulars};
use domain::command::PlaceSetupOrder;
use domain::receipt::SetUp;
use domain::{CircuitId, Refusal};

// SOURCE: the vendor's metadata of mid-2024; the pages before it print no table.
static BAD_LINE_OPERATOR: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionOperator.Malformed",
    "Specified PhysicalConnection Operator is not valid.",
)
.documented_in(from(E2024_03));

static BAD_PORT_TYPE: ErrorRow = error(
    400,
    "InvalidPhysicalConnectionPortType.Malformed",
    "Specified PhysicalConnection PortType is not valid.",
)
.documented_in(from(E2024_03));

static NO_INSTANCE: ErrorRow =
    error(400, "InvalidInstance.NotFound", "The specified instance is not found.")
        .documented_in(from(E2024_03))
        .on(&[Refusal::NoSuchRedundantCircuit, Refusal::OthersCircuit])
        .assumed("of an access point and of the companion circuit; what its text stands for");

static TOO_MANY_WAIT: ErrorRow =
    error(400, "QuotaExceeded.PerAccessPoint", "Physical connection count per ap quota exceed.")
        .documented_in(from(E2024_03))
        .on(&[Refusal::WaitingCircuitsMax, Refusal::AccessPointCircuitsMax])
        .assumed("that circuits which wait to be enabled, wherever, are told by it too");

static NOT_OPEN: ErrorRow =
    error(400, "IncorrectStatus.AccessPoint", "The status of the access point is incorrect.")
        .documented_in(from(E2024_03))
        .on(&[Refusal::AccessPointDisabled, Refusal::AccessPointFull])
        .with_setting(ACCESS_POINTS)
        .assumed("of one that is disabled and of one that is full");

static NO_PORT: ErrorRow =
    error(400, "InvalidPortType.NotFound", "The specified port type is not found.")
        .documented_in(from(E2024_03))
        .on(&[Refusal::NoSuchPort])
        .with_setting(ACCESS_POINTS)
        .assumed("that the access point has no port of the type");

pub(super) static NO_PRICE: ErrorRow =
    error(400, "InvalidPrice.NotFound", "Pricing plan result not found.")
        .documented_in(from(E2024_03))
        .on(&[Refusal::NoPrice]);

static TOO_LITTLE: ErrorRow = TOO_LITTLE_MONEY
    .documented_in(Editions::NONE)
    .on(&[Refusal::BalanceTooLow])
    .assumed("its code, and that nothing is kept");

static NOT_A_COMPANION: ErrorRow = REDUNDANT_STATUS.documented_in(Editions::NONE);

static ACCESS_POINT_ID: Param<AccessPoint> = required("AccessPointId")
    .doc("The ID of the access point.")
    .example("ap-cn-hangzhou-yh-B")
    .rule_in(ALL, |input, text| {
        AccessPoint::find(text).is_some_and(|point| point.facts().region == input.region().id())
    })
    .or_else(&NO_INSTANCE);

static LINE_OPERATOR: Param<LineOperator> = required("LineOperator")
    .doc("The carrier of the line.")
    .example("CT")
    .one_of_in(ALL, LINE_OPERATORS)
    .or_else(&BAD_LINE_OPERATOR);

static PORT_TYPE: Param<PortType> = optional("PortType")
    .doc("The type of the port.")
    .example("1000Base-T")
    .default_in(ALL, "1000Base-T")
    .one_of_in(until(E2023), PORT_TYPES_TO_10G) // SOURCE: EDITIONS, T012.
    .one_of_in(from(E2023), PORT_TYPES)
    .or_else(&BAD_PORT_TYPE);

static REDUNDANT_ID: Param<CircuitId> = optional("RedundantPhysicalConnectionId")
    .doc("The ID of the circuit that this one is redundant with.")
    .example("pc-119mfjzm****")
    .or_else(&NO_INSTANCE);

static AUTO_PAY: Param<bool> = optional("AutoPay")
    .doc("Specifies whether to pay at once.")
    .example("false")
    .default_in(ALL, "false") // SOURCE: EDITIONS, T032.
    .assumed_in(until(E2023), "the default: nothing is paid that nobody has asked for");

/// SOURCE: EDITIONS, T031.
static ANSWER: &[Field<SetUp>] = &[
    request_id(),
    text("OrderId", "The ID of the order.", |made: &SetUp, _| made.order.to_string().into())
        .example("202844382740728"),
    text("PhysicalConnectionId", "The ID of the circuit.", |made: &SetUp, _| {
        made.circuit.as_str().into()
    })
    .example("pc-2zegmc02v7ss4****"),
];

/// CreatePhysicalConnectionSetupOrder.
/// SOURCE: dossier 4.2.
pub static OPERATION: Operation = operation(&VPC, NAME, &changes(asks, ANSWER))
    .summary("Creates an order for the setting up of an Express Connect circuit.")
    .directory("Orders")
    .parameters(&[
        &REGION_ID.spec,
        &ACCESS_POINT_ID.spec,
        &LINE_OPERATOR.spec,
        &PORT_TYPE.spec,
        &REDUNDANT_ID.spec,
        &AUTO_PAY.spec,
        &CLIENT_TOKEN_RULED_LATER.spec,
    ])
    // SOURCE: dossier 4.2, S5 and S6.
    .resources_in(only(E2024_03), &["acs:vpc:{region}:{account}:physicalconnection/*"])
    .errors(ERRORS)
    .assumed(&[
        "the circuit comes to be as Initial, and the carrier begins when the order is paid",
        "the circuit is given up with its order, and the order with its circuit",
        "outbound traffic need not be billed; where it is, the fee is waived",
        "the answer is flat in every edition, as the table and the SDKs of 2019 have it, and \
             not in the wrapper of the sample",
        "the causes of the refusals",
    ])
    .examples(&[], CALL, EXAMPLES);

static ERRORS: &[&ErrorRow] = &[
    &NO_INSTANCE,
    &NOT_A_COMPANION,
    &OVERDUE,
    &NOT_OPEN,
    &NO_PORT,
    &TOO_MANY_WAIT,
    &NO_PRICE,
    &TOO_LITTLE,
];

fn asks(input: &Input) -> Result<PlaceSetupOrder, Invalid> {
    let port_type = input.get(&PORT_TYPE);
    let words = CircuitWords { redundant: input.find(&REDUNDANT_ID), ..CircuitWords::default() };
    Ok(PlaceSetupOrder {
        particulars: Particulars {
            access_point: input.get(&ACCESS_POINT_ID),
            line_operator: input.get(&LINE_OPERATOR),
            port_type,
            bandwidth_mbps: port_type.speed_mbps(),
            words: (!words.is_empty()).then(|| Box::new(words)),
        },
        pay_now: input.get(&AUTO_PAY),
    })
}

const NAME: &str = "CreatePhysicalConnectionSetupOrder";
const CALL: &str = "RegionId=cn-hangzhou&AccessPointId=ap-cn-hangzhou-yh-B&LineOperator=CT";
const APPLIED: Before = Before::Call("CreatePhysicalConnection", "PeerLocation=XX Street");
const MADE: &str = "RequestId=*&OrderId=*&PhysicalConnectionId=*";

static EXAMPLES: &[Example] = &[
    answers("To be paid later", ALL, "", MADE),
    answers("Paid at once", ALL, "AutoPay=true&PortType=10GBase-LR", MADE),
    answers(
        "Called twice with one token",
        ALL,
        "ClientToken=318BB676-0A2B-43A0-9AD8-F1D34E93750F",
        MADE,
    )
    .after(&[Before::Call(NAME, "ClientToken=318BB676-0A2B-43A0-9AD8-F1D34E93750F")]),
    refuses(
        "One token for two orders",
        ALL,
        "ClientToken=a-token&PortType=10GBase-LR",
        &TOKEN_REUSED,
    )
    .after(&[Before::Call(NAME, "ClientToken=a-token")]),
    answers("A fast port", from(E2023), "PortType=40GBase-LR", MADE),
    refuses(
        "A fast port before there were any",
        until(E2023),
        "PortType=40GBase-LR",
        &BAD_PORT_TYPE,
    ),
    refuses("A port of no known type", ALL, "PortType=2000Base-T", &BAD_PORT_TYPE),
    refuses("A carrier of no known name", ALL, "LineOperator=DT", &BAD_LINE_OPERATOR),
    refuses(
        "An access point of another region",
        ALL,
        "AccessPointId=ap-cn-beijing-ft-A",
        &NO_INSTANCE,
    ),
    refuses(
        "A companion that there is not",
        ALL,
        "RedundantPhysicalConnectionId=pc-nowhere",
        &NO_INSTANCE,
    ),
    refuses(
        "A companion that only waits itself",
        ALL,
        "RedundantPhysicalConnectionId=pc-example",
        &NOT_A_COMPANION,
    )
    .after(&[Before::circuit("Initial")]),
    refuses("A sixth circuit that waits", ALL, "", &TOO_MANY_WAIT)
        .after(&[APPLIED, APPLIED, APPLIED, APPLIED, APPLIED]),
    refuses("While another circuit is overdue", ALL, "", &OVERDUE).after(&[OWES]),
    refuses("Too little money", ALL, "AutoPay=true", &TOO_LITTLE).after(&[Before::NewAccount]),
    refuses("No price", ALL, "", &NO_PRICE).after(&[Before::NewAccount, Before::NoPrices]),
];
