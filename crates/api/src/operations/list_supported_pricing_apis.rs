//! ListSupportedPricingApis: which operations GetApiPrice tells prices of.

use super::OPERATIONS;
use crate::answer::{Field, Made, list, number, request_id, text};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::ALL;
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{answers, refuses};
use crate::operation::{CLOUD_CONTROL, Operation, operation};
use crate::parameter::{Param, Text, optional};

static INVALID: ErrorRow = error(400, "InvalidParameter", "A specified parameter is not valid.")
    .assumed("the status, and the text");

static NEXT_TOKEN: Param<Text> = optional("nextToken")
    .doc("Where the page begins: the nextToken of the page before.")
    .example("2")
    .rule_in(ALL, |input, text| text.parse().is_ok_and(|place: usize| place < priced(input).len()))
    .assumed("that it is the place of the first entry")
    .or_else(&INVALID);

static MAX_RESULTS: Param<u32> = optional("maxResults")
    .doc("The most entries on a page: 1 to 100.")
    .example("100")
    .default_in(ALL, "100")
    .range_in(ALL, 1, 100)
    .assumed("the limit")
    .or_else(&INVALID);

/// Those that the caller's edition has.
fn priced(input: &Input) -> Vec<&'static Operation> {
    let its = |operation: &&&'static Operation| {
        operation.priced.is_some() && operation.editions.contains(input.edition)
    };
    OPERATIONS.iter().filter(its).copied().collect()
}

/// The place of the first entry of the page, and of the first of the next.
fn page(input: &Input) -> (usize, usize) {
    let begin = input.find(&NEXT_TOKEN).and_then(|Text(text)| text.parse().ok()).unwrap_or(0);
    (begin, begin + input.get(&MAX_RESULTS) as usize)
}

fn makes(_: &Input) -> Result<(), Invalid> {
    Ok(())
}

static ENTRY: &[Field<&'static Operation>] = &[
    text("popCode", "The product.", |operation: &&Operation, _| operation.product.name.into())
        .example("Vpc"),
    text("popVersion", "Its version.", |operation: &&Operation, _| {
        operation.product.version.into()
    })
    .example("2016-04-28"),
    text("apiName", "The operation.", |operation: &&Operation, _| operation.name.into())
        .example("CreatePhysicalConnectionOccupancyOrder"),
];

static ANSWER: &[Field<()>] = &[
    list(
        "supportedApis",
        "The operations.",
        &Made {
            of: |(), input| {
                let (begin, end) = page(input);
                let all = priced(input);
                all[begin..end.min(all.len())].to_vec()
            },
            fields: ENTRY,
        },
    ),
    text("nextToken", "Where the next page begins; \"\" after the last.", |(), input| {
        let (_, end) = page(input);
        if end < priced(input).len() { end.to_string().into() } else { "".into() }
    })
    .example("2"),
    number("maxResults", "The most entries on a page.", |(), input| input.get(&MAX_RESULTS).into())
        .example("100"),
    request_id().named("requestId"),
];

/// ListSupportedPricingApis.
/// SOURCE: billing dossier 1.9.
pub static OPERATION: Operation =
    operation(&CLOUD_CONTROL, "ListSupportedPricingApis", &Answers { makes, answer: ANSWER })
        .summary("Lists the operations whose calls have a price.")
        .directory("Prices")
        .at(&["GET"], "/api/v1/price/supported-apis")
        .open_to_all()
        .parameters(&[&NEXT_TOKEN.spec, &MAX_RESULTS.spec])
        .errors(&[&INVALID])
        .assumed(&["that whoever has a key may see it"])
        .examples(
            &[],
            "",
            &[
                answers(
                    "All of them",
                    ALL,
                    "",
                    "supportedApis.0.popCode=Vpc&supportedApis.0.popVersion=2016-04-28\
                     &supportedApis.0.apiName=CreatePhysicalConnectionOccupancyOrder\
                     &nextToken=&maxResults=100&requestId=*",
                ),
                answers("A page of one", ALL, "maxResults=1", "nextToken=1&maxResults=1"),
                answers(
                    "The page after it",
                    ALL,
                    "maxResults=1&nextToken=1",
                    "supportedApis.0.apiName=EnablePhysicalConnection",
                ),
                refuses("A page that there is not", ALL, "nextToken=100", &INVALID),
            ],
        );
