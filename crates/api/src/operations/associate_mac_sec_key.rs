//! AssociateMacSecKey: put a MACsec key on a circuit. Also what its sister says alike.

use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2025_09, Editions, from};
use crate::error::{ErrorRow, Invalid, NEED_SSL, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, Text, required};
use domain::Refusal;
use domain::command::AssociateMacsecKey;
use domain::letter::Secret;
use domain::macsec::CipherSuite;

// SOURCE: ROUTERS, annex A and 19, 15 (the codes go out filled).
pub(super) static BAD_NAME: ErrorRow =
    error(400, "IllegalParam.Ckn", "The param of Ckn is illegal.");
static BAD_SECRET: ErrorRow = error(400, "IllegalParam.Cak", "The param of Cak is illegal.");
static BAD_SUITE: ErrorRow =
    error(400, "IllegalParam.CipherSuite", "The param of CipherSuite is illegal.");

pub(super) static NO_CIRCUIT: ErrorRow = error(
    400,
    "ResourceNotFound.PhysicalConnectionId",
    "The specified resource of [PhysicalConnectionId] is not found.",
)
.on(&[Refusal::NoSuchCircuit, Refusal::CircuitDeleted])
.assumed("what the placeholder of its text stands for");

pub(super) static WRONG_STATUS: ErrorRow = error(
    400,
    "IncorrectStatus.PhysicalConnection",
    "The status of PhysicalConnection is incorrect.",
)
.on(&[Refusal::CircuitState])
.assumed("of a circuit that is locked too; what the placeholders of its text stand for");

pub(super) static UNSTABLE: ErrorRow =
    error(400, "IncorrectStatus.PconnMacsec", "The status of %s [%s] is incorrect.")
        .unreached("No key here is between two states.");

static TOO_MANY: ErrorRow =
    error(400, "QuotaExceeded.PconnMacsec", "The quota of MACsec keys is exceeded.")
        .documented_in(Editions::NONE)
        .on(&[Refusal::KeysMax])
        .assumed("its code and text, which no page has");

pub(super) fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a name or a secret is as long as the suite has it.
fn fits(input: &Input, text: &str) -> bool {
    let digits = input.find(&SUITE).map(CipherSuite::digits);
    is_hex(text) && digits.is_none_or(|digits| digits == text.len())
}

static SUITE: Param<CipherSuite> =
    required("CipherSuite").doc("The cipher suite.").example("GCM-AES-128").or_else(&BAD_SUITE);

static NAME: Param<Text> = required("Ckn")
    .doc("The name of the key: 32 hexadecimal digits, or 64 of a suite of 256 bits.")
    .example("0123456789ABCDEF0123456789ABCDEF")
    .secret()
    .rule_in(ALL, fits)
    .or_else(&BAD_NAME);

static SECRET: Param<Text> = required("Cak")
    .doc("The secret of the key, as many digits as its name. Nothing of it is kept.")
    .example("0123456789ABCDEF0123456789ABCDEF")
    .secret()
    .rule_in(ALL, fits)
    .or_else(&BAD_SECRET);

/// AssociateMacSecKey.
/// SOURCE: ROUTERS 11 and annex A; EDITIONS, T168.
pub static OPERATION: Operation =
    operation(&VPC, "AssociateMacSecKey", &changes(asks, &[request_id()]))
        .only_in(from(E2025_09))
        .https_only()
        .summary("Puts a MACsec key on an Express Connect circuit, or one of its keys into use.")
        .directory("MACsec keys")
        .kind("update")
        .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &SUITE.spec, &NAME.spec, &SECRET.spec])
        .errors(&[&NO_CIRCUIT, &WRONG_STATUS, &TOO_MANY, &UNSTABLE, &NEED_SSL])
        .assumed(&[
            "every device knows MACsec",
            "a key that is said again is in use again, from now on",
            "both sides agree on a key at once, unless the carrier says otherwise",
        ])
        .examples(&[Before::circuit("Enabled")], CALL, EXAMPLES);

const CALL: &str = "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example&CipherSuite=GCM-AES-128\
     &Ckn=0123456789ABCDEF0123456789ABCDEF&Cak=0123456789abcdef0123456789abcdef";

fn asks(input: &Input) -> Result<AssociateMacsecKey, Invalid> {
    // SOURCE: ROUTERS 11: lower case is folded to upper.
    let upper = |param| input.get::<Text>(param).0.to_ascii_uppercase().into_boxed_str();
    Ok(AssociateMacsecKey {
        circuit: input.get(&CIRCUIT_ID),
        suite: input.get(&SUITE),
        ckn: upper(&NAME),
        cak: Secret(upper(&SECRET)),
    })
}

const MINE: &str = "AssociateMacSecKey";
const LONG: &str = "CipherSuite=GCM-AES-XPN-256\
     &Ckn=0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF\
     &Cak=0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";

static EXAMPLES: &[Example] = &[
    answers("A key of 128 bits", ALL, "", "RequestId=*"),
    answers("A key of 256 bits", ALL, LONG, "RequestId=*"),
    refuses("A name that is too short", ALL, "Ckn=0123", &BAD_NAME),
    refuses("A name of another suite", ALL, "CipherSuite=GCM-AES-256", &BAD_NAME),
    refuses(
        "A secret that is not hexadecimal",
        ALL,
        "Cak=x123456789ABCDEF0123456789ABCDEF",
        &BAD_SECRET,
    ),
    refuses("A circuit that is not in service", ALL, "", &WRONG_STATUS)
        .after(&[Before::circuit("Confirmed")]),
    refuses("A locked circuit", ALL, "", &WRONG_STATUS).after(&[Before::Circuit(
        "pc-example",
        "Enabled",
        "",
        "FinancialLocked",
    )]),
    refuses("A fourth key", ALL, "Ckn=44440000000000000000000000000000", &TOO_MANY).after(&[
        Before::circuit("Enabled"),
        Before::Call(MINE, "Ckn=11110000000000000000000000000000"),
        Before::Call(MINE, "Ckn=22220000000000000000000000000000"),
        Before::Call(MINE, "Ckn=33330000000000000000000000000000"),
    ]),
];
