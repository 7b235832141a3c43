//! DisassociateMacSecKey: take a MACsec key out of use, or remove one that is out of use.

use super::associate_mac_sec_key::{BAD_NAME, NO_CIRCUIT, UNSTABLE, WRONG_STATUS, is_hex};
use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2025_09, from};
use crate::error::{ErrorRow, Invalid, NEED_SSL, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{CIRCUIT_ID, Param, REGION_ID, Text, required};
use domain::Refusal;
use domain::command::DisassociateMacsecKey;

static NO_KEY: ErrorRow = error(
    400,
    "ResourceNotFound.PconnMacsec",
    "The specified resource of [PconnMacsec] is not found.",
)
.on(&[Refusal::NoSuchKey])
.assumed("what the placeholder of its text stands for");

static NAME: Param<Text> = required("Ckn")
    .doc("The name of the key.")
    .example("0123456789ABCDEF0123456789ABCDEF")
    .secret()
    .rule_in(ALL, |_, text| is_hex(text) && [32, 64].contains(&text.len()))
    .or_else(&BAD_NAME);

/// DisassociateMacSecKey.
/// SOURCE: ROUTERS 11 and annex A; EDITIONS, T169.
pub static OPERATION: Operation =
    operation(&VPC, "DisassociateMacSecKey", &changes(asks, &[request_id()]))
        .only_in(from(E2025_09))
        .https_only()
        .summary("Takes a MACsec key of an Express Connect circuit out of use, or removes it.")
        .directory("MACsec keys")
        .kind("update")
        .parameters(&[&REGION_ID.spec, &CIRCUIT_ID.spec, &NAME.spec])
        .errors(&[&NO_CIRCUIT, &WRONG_STATUS, &NO_KEY, &UNSTABLE, &NEED_SSL])
        .assumed(&["a key on which both sides did not agree is removed"])
        .examples(
            &[Before::circuit("Enabled"), Before::Call("AssociateMacSecKey", "")],
            "RegionId=cn-hangzhou&PhysicalConnectionId=pc-example\
             &Ckn=0123456789abcdef0123456789abcdef",
            &[
                answers("The key in use", ALL, "", "RequestId=*"),
                refuses(
                    "A key that there is not",
                    ALL,
                    "Ckn=FFFF456789ABCDEF0123456789ABCDEF",
                    &NO_KEY,
                ),
                refuses("A name that is none", ALL, "Ckn=0123", &BAD_NAME),
                refuses("A circuit that is not in service", ALL, "", &WRONG_STATUS)
                    .after(&[Before::circuit("Confirmed")]),
            ],
        );

fn asks(input: &Input) -> Result<DisassociateMacsecKey, Invalid> {
    let ckn = input.get(&NAME).0.to_ascii_uppercase().into_boxed_str();
    Ok(DisassociateMacsecKey { circuit: input.get(&CIRCUIT_ID), ckn })
}
