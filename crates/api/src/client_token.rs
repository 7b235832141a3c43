//! The tokens that make two calls one call, as the pages of each year have them.

use crate::edition::{ALL, E2022, Editions, from, only, until};
use crate::error::{ErrorRow, error};
use crate::form::{Characters, Form};
use crate::parameter::{Param, Text, optional};

/// SOURCE: dossier O4.
pub(crate) static TOKEN: Form = Form::of(Characters::Ascii, (0, 64));

/// SOURCE: EDITIONS 3 (at most 64). ASSUMED: of what characters is not looked at, since whoever has
/// used a token must be answered by it again for as long as it lives.
static TOKEN_OF_2019: Form = Form::of(Characters::Sayable, (0, 64));

/// A token that has not the form. SOURCE: CreatePhysicalConnection's row, which documents it.
pub static BAD_TOKEN: ErrorRow = error(
    400,
    "IllegalParam.ClientToken",
    "Token verify failed because client token length too long.",
)
.documented_in(Editions::NONE);

/// `ClientToken`, shared by nearly every operation that takes one.
pub static CLIENT_TOKEN: Param<Text> =
    CLIENT_TOKEN_RULED_LATER.form_in(until(E2022), &TOKEN_OF_2019);

/// `ClientToken` of operations whose pages of 2019 and 2020 have no rule for it.
/// SOURCE: CONTRACT, "The four editions"; dossier O4 (its rule of 2022: ASCII, at most 64).
pub static CLIENT_TOKEN_RULED_LATER: Param<Text> = optional("ClientToken")
    .doc("The token that makes the request idempotent; it must be unique among requests.")
    // SOURCE: seeds 002, 003.
    .doc_in(until(E2022), "The client token used for authentication.")
    .doc_in(
        only(E2022),
        "The token that makes the request idempotent: unique, ASCII, at most 64 characters.",
    )
    .example("CBCE910E-D396-4944-8764-B4047838B2D1")
    .token()
    .form_in(from(E2022), &TOKEN)
    .or_else(&BAD_TOKEN)
    .assumed(
        "editions after 2022 keep the rule, which they no longer print; every page says it in \
          the words of CreatePhysicalConnectionOccupancyOrder's",
    );

/// `Token`, as the operations on shared circuits call it. SOURCE: dossier 8, 5.
pub static OWN_TOKEN: Param<Text> = optional("Token")
    .doc("The token that makes the request idempotent; it must be unique among requests.")
    .example("CBCE910E-D396-4944-8****")
    .token()
    .form_in(ALL, &TOKEN)
    .assumed("that some of the pages do not print its form");
