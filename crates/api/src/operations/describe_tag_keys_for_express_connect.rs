//! DescribeTagKeysForExpressConnect: the keys of the tags of circuits.

use super::list_tag_resources_for_express_connect::{
    NEXT_TOKEN, RESOURCE_ID, named, some, told_after,
};
use super::tag_resources_for_express_connect::{
    BAD_KEY, BAD_VALUE, FORBIDDEN, MANY_RESOURCES, NO_KEY, NO_RESOURCE, NO_TYPE, NO_VALUE,
    RESERVED, TOO_MANY, TWICE, TYPES,
};
use crate::answer::{Field, Made, list, object, request_id, text};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2023, E2025_09, Editions, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, optional};
use domain::query::{TagFilter, Tagged, TagsOf};
use domain::tag::ResourceType;
use std::collections::BTreeSet;

/// SOURCE: dossier, annex A: declared optional and yet needed.
static RESOURCE_TYPE: Param<ResourceType> = optional("ResourceType")
    .doc("The type of the resources. A call without it is refused, though it is declared optional.")
    .example("PHYSICALCONNECTION")
    .one_of_in(ALL, TYPES)
    .or_else(&NO_TYPE);

static KEYWORD: Param<Text> = optional("Keyword")
    .doc("What the keys contain.")
    .example("keyword")
    .assumed("that case counts");

static MAX_RESULT: Param<u32> = optional("MaxResult")
    .doc("The number of entries in an answer.")
    .example("20")
    .default_in(until(E2025_09), "100")
    .range_in(until(E2025_09), 1, 500) // SOURCE: the vendor's metadata of mid-2024.
    .default_in(from(E2025_09), "20")
    .range_in(from(E2025_09), 1, 100); // SOURCE: dossier 7.

static MISSING_TYPE: ErrorRow = error(
    400,
    "MissingParameter",
    "The input parameter ResourceType that is mandatory for processing this request is not \
     supplied.",
)
.documented_in(Editions::NONE)
.assumed("its words");

fn asks(input: &Input) -> Result<TagsOf, Invalid> {
    let kind = input.find(&RESOURCE_TYPE).ok_or_else(|| MISSING_TYPE.invalid())?;
    // Of all of them, since their keys are told each once.
    let (resources, most) = (named(input), usize::MAX);
    let filter = TagFilter { kind, resources, tags: Vec::new(), most };
    Ok(TagsOf(input.caller.account, input.region(), filter))
}

/// The keys of tags, each once, that the call wants.
fn keys(tags: &[Tagged], input: &Input) -> Vec<String> {
    let Text(part) = input.find(&KEYWORD).unwrap_or_else(|| Text("".into()));
    let keys = tags.iter().map(|tagged| &tagged.tag.key).filter(|key| key.contains(&*part));
    let keys: BTreeSet<String> = keys.map(ToString::to_string).collect();
    keys.into_iter().collect()
}

static KEY: &[Field<String>] = &[
    text("Type", "The type of the resources.", |_, input| input.get(&RESOURCE_TYPE).text().into())
        .example("PHYSICALCONNECTION"),
    text("TagKey", "The key of the tag.", |key: &String, _| (&**key).into()).example("FinanceDept"),
];

static ANSWER: &[Field<Vec<Tagged>>] = &[
    text("NextToken", "The token that the next call goes on with.", |_, input| {
        told_after(input, input.get(&MAX_RESULT)).to_string().into()
    })
    .when(|tags: &Vec<Tagged>, input| {
        keys(tags, input).len() > told_after(input, input.get(&MAX_RESULT))
    })
    .example("FFmyTO70tTpLG6I3FmYAXGKPd****")
    .assumed("its form, and that there is none once there is nothing more"),
    request_id(),
    object(
        "TagKeys",
        "The keys.",
        &[list(
            "TagKey",
            "The keys, in the order of their letters.",
            &Made {
                of: |tags: &Vec<Tagged>, input| {
                    some(&keys(tags, input), input, input.get(&MAX_RESULT))
                },
                fields: KEY,
            },
        )],
    ),
];

/// DescribeTagKeysForExpressConnect.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024; EDITIONS, T131 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "DescribeTagKeysForExpressConnect", &Lists { asks, answer: ANSWER })
        .only_in(from(E2023))
        .summary("Queries the keys of the tags of Express Connect circuits.")
        .directory("Tags")
        .kind("list")
        .parameters(&[
            &RESOURCE_TYPE.spec,
            &KEYWORD.spec,
            &REGION_ID.spec,
            &NEXT_TOKEN.spec,
            &MAX_RESULT.spec,
            &RESOURCE_ID.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:{kind}/*"])
        .errors(ERRORS)
        .assumed(&["the order of the keys", "the resource, that of removing tags"])
        .examples(
            &[Before::circuit("Confirmed"), Before::Call("TagResourcesForExpressConnect", "")],
            "RegionId=cn-hangzhou&ResourceType=PHYSICALCONNECTION",
            EXAMPLES,
        );

const NO_TAGS: &str = "No call says a tag.";

static ERRORS: &[&ErrorRow] = &[
    &error(
        400,
        "BothEmpty.TagsAndResources",
        "The specified Tags and ResourcesIds are not allow to both empty.",
    )
    .unreached("Without either the keys of all resources are told."),
    &NO_KEY.documented_in(ALL).unreached(NO_TAGS),
    &NO_VALUE,
    &BAD_KEY.documented_in(ALL).unreached(NO_TAGS),
    &BAD_VALUE.documented_in(ALL).unreached(NO_TAGS),
    &NO_TYPE,
    &NO_RESOURCE.unreached("What there is not has no tags."),
    &RESERVED.documented_in(ALL).unreached(NO_TAGS),
    &TOO_MANY.unreached("Nothing is added."),
    &TWICE.documented_in(ALL).unreached(NO_TAGS),
    &MANY_RESOURCES,
    &FORBIDDEN,
    &MISSING_TYPE,
];

const NONE: &str = "RequestId=*";

static EXAMPLES: &[Example] = &[
    answers(
        "All keys",
        ALL,
        "",
        "TagKeys.TagKey.0.TagKey=FinanceDept&TagKeys.TagKey.0.Type=PHYSICALCONNECTION",
    ),
    answers("Those of a circuit", ALL, "ResourceId.1=pc-example", "TagKeys.TagKey.0.TagKey=*"),
    answers("Those with a word", ALL, "Keyword=Dept", "TagKeys.TagKey.0.TagKey=FinanceDept"),
    answers("Those with another word", ALL, "Keyword=dept", NONE),
    answers("What there is not here", ALL, "ResourceType=TRAFFICQOS", NONE),
    answers("Nothing more", ALL, "NextToken=1&MaxResult=1", NONE),
    refuses("No type", ALL, "ResourceType=", &MISSING_TYPE),
    refuses("Another type", ALL, "ResourceType=EIP", &NO_TYPE),
    refuses("21 circuits", ALL, TOO_MANY_RESOURCES_OF_ALL, &MANY_RESOURCES),
];

const TOO_MANY_RESOURCES_OF_ALL: &str = "\
     ResourceId.1=pc-example&ResourceId.2=pc-example&ResourceId.3=pc-example\
     &ResourceId.4=pc-example&ResourceId.5=pc-example&ResourceId.6=pc-example\
     &ResourceId.7=pc-example&ResourceId.8=pc-example&ResourceId.9=pc-example\
     &ResourceId.10=pc-example&ResourceId.11=pc-example&ResourceId.12=pc-example\
     &ResourceId.13=pc-example&ResourceId.14=pc-example&ResourceId.15=pc-example\
     &ResourceId.16=pc-example&ResourceId.17=pc-example&ResourceId.18=pc-example\
     &ResourceId.19=pc-example&ResourceId.20=pc-example&ResourceId.21=pc-example";
