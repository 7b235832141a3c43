//! ListTagResourcesForExpressConnect: the tags of circuits, and the circuits of tags.

use super::tag_resources_for_express_connect::{
    BAD_KEY, BAD_VALUE, FORBIDDEN, MANY_RESOURCES, MANY_TAGS, MEMBERS, MOST, NO_KEY, NO_RESOURCE,
    NO_TYPE, RESERVED, RESOURCE_TYPE, TOO_MANY, TOO_MANY_RESOURCES, TWICE, documented, resources,
    wanted,
};
use crate::answer::{Field, Made, list, object, request_id, text};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::{ALL, E2023, E2025_09, from, until};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, objects, optional, texts};
use domain::query::{TagFilter, Tagged, TagsOf};

/// Where a list goes on.
pub(super) static NEXT_TOKEN: Param<Text> = optional("NextToken")
    .doc("The token of the answer before, which the list goes on after.")
    .example("FFmyTO70tTpLG6I3FmYAXGKPd****")
    .rule_in(ALL, |_, text| text.parse::<u64>().is_ok())
    .assumed("its form: how many entries have been told");

static MAX_RESULTS: Param<u32> = optional("MaxResults")
    .doc("The number of entries in an answer.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(until(E2025_09), 1, 50) // SOURCE: the vendor's metadata of mid-2024.
    .range_in(from(E2025_09), 1, 100); // SOURCE: dossier 7.

/// Whose tags are asked for.
pub(super) static RESOURCE_ID: Param<Text> = texts("ResourceId", MOST)
    .doc("The IDs of the resources; those that there are not have no tags.")
    .example("pc-bp16qjewdsunr41m1****")
    .too_many(&MANY_RESOURCES);

static TAG: Param<Text> = objects("Tag", MEMBERS, MOST)
    .doc("Tags that a resource must have: each key, and its value if one is said.")
    .example("FinanceDept")
    .too_many(&MANY_TAGS);

static BOTH_EMPTY: ErrorRow = error(
    403,
    "BothEmpty.TagsAndResources",
    "The specified Tags and ResourcesIds are not allow to both empty.",
);

/// How many entries were told before: what a token says.
pub(super) fn told_before(input: &Input) -> usize {
    let told = input.find(&NEXT_TOKEN).and_then(|Text(text)| text.parse::<u64>().ok());
    usize::try_from(told.unwrap_or_default()).unwrap_or(usize::MAX)
}

/// The entries after a token, so many at most.
pub(super) fn some<T: Clone>(all: &[T], input: &Input, most: u32) -> Vec<T> {
    all.iter().skip(told_before(input)).take(most as usize).cloned().collect()
}

/// How many have been told then.
pub(super) fn told_after(input: &Input, most: u32) -> usize {
    told_before(input).saturating_add(most as usize)
}

/// Which resources are asked about.
pub(super) fn named(input: &Input) -> Option<Vec<Box<str>>> {
    Some(resources(input, &RESOURCE_ID)).filter(|ids| !ids.is_empty())
}

fn asks(input: &Input) -> Result<TagsOf, Invalid> {
    let (resources, tags) = (named(input), wanted(input, &TAG)?);
    if resources.is_none() && tags.is_empty() {
        return Err(BOTH_EMPTY.invalid());
    }
    // One more than are told says that there are more.
    let most = told_after(input, input.get(&MAX_RESULTS)).saturating_add(1);
    let filter = TagFilter { kind: input.get(&RESOURCE_TYPE), resources, tags, most };
    Ok(TagsOf(input.caller.account, input.region(), filter))
}

static TAGGED: &[Field<Tagged>] = &[
    text("ResourceType", "The type of the resource.", |_, input| {
        input.get(&RESOURCE_TYPE).text().into()
    })
    .example("PHYSICALCONNECTION"),
    text("TagValue", "The value of the tag.", |tagged: &Tagged, _| (&*tagged.tag.value).into())
        .example("FinanceJoshua"),
    text("ResourceId", "The ID of the resource.", |tagged: &Tagged, _| (&*tagged.resource).into())
        .example("pc-bp16qjewdsunr41m1****"),
    text("TagKey", "The key of the tag.", |tagged: &Tagged, _| (&*tagged.tag.key).into())
        .example("FinanceDept"),
];

static ANSWER: &[Field<Vec<Tagged>>] = &[
    text("NextToken", "The token that the next call goes on with.", |_, input| {
        told_after(input, input.get(&MAX_RESULTS)).to_string().into()
    })
    .when(|tags: &Vec<Tagged>, input| tags.len() > told_after(input, input.get(&MAX_RESULTS)))
    .example("FFmyTO70tTpLG6I3FmYAXGKPd****")
    .assumed("its form, and that there is none once there is nothing more"),
    request_id(),
    object(
        "TagResources",
        "The tags.",
        &[list(
            "TagResource",
            "The tags: by resource in the order of making, then by key.",
            &Made {
                of: |tags: &Vec<Tagged>, input| some(tags, input, input.get(&MAX_RESULTS)),
                fields: TAGGED,
            },
        )],
    ),
];

/// ListTagResourcesForExpressConnect.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024; EDITIONS, T131 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "ListTagResourcesForExpressConnect", &Lists { asks, answer: ANSWER })
        .only_in(from(E2023))
        .summary("Queries the tags of Express Connect circuits.")
        .directory("Tags")
        .kind("list")
        .parameters(&[
            &RESOURCE_TYPE.spec,
            &REGION_ID.spec,
            &NEXT_TOKEN.spec,
            &MAX_RESULTS.spec,
            &RESOURCE_ID.spec,
            &TAG.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:{kind}/*"])
        .errors(ERRORS)
        .assumed(&["the order of the tags", "the resource, that of removing tags"])
        .examples(
            &[Before::circuit("Confirmed"), Before::Call("TagResourcesForExpressConnect", "")],
            "RegionId=cn-hangzhou&ResourceType=PHYSICALCONNECTION&ResourceId.1=pc-example",
            EXAMPLES,
        );

static ERRORS: &[&ErrorRow] = &[
    &documented(&BAD_KEY),
    &documented(&BAD_VALUE),
    &NO_TYPE,
    &NO_RESOURCE.unreached("What there is not has no tags."),
    &documented(&RESERVED),
    &TOO_MANY.unreached("Nothing is added."),
    &documented(&TWICE),
    &documented(&MANY_TAGS),
    &MANY_RESOURCES,
    &FORBIDDEN,
    &BOTH_EMPTY,
    &NO_KEY,
];

const NONE: &str = "RequestId=*";

static EXAMPLES: &[Example] = &[
    answers(
        "The tags of a circuit",
        ALL,
        "",
        "TagResources.TagResource.0.ResourceType=PHYSICALCONNECTION\
         &TagResources.TagResource.0.ResourceId=*&TagResources.TagResource.0.TagKey=FinanceDept\
         &TagResources.TagResource.0.TagValue=FinanceJoshua",
    ),
    answers(
        "The circuits of a tag",
        ALL,
        "ResourceId.1=&Tag.1.Key=FinanceDept&Tag.1.Value=FinanceJoshua",
        "TagResources.TagResource.0.TagKey=FinanceDept",
    ),
    answers("Another value", ALL, "Tag.1.Key=FinanceDept&Tag.1.Value=other", NONE),
    answers("A circuit that nobody knows", ALL, "ResourceId.1=pc-none", NONE),
    answers("What there is not here", ALL, "ResourceType=TRAFFICQOS", NONE),
    answers("Nothing more", ALL, "NextToken=1&MaxResults=1", NONE),
    refuses("Neither circuits nor tags", ALL, "ResourceId.1=", &BOTH_EMPTY),
    refuses("Another type", ALL, "ResourceType=EIP", &NO_TYPE),
    refuses("A key of the service's own", ALL, "Tag.1.Key=aliyun", &RESERVED),
    refuses("A key with an address", ALL, "Tag.1.Key=https://a.example", &BAD_KEY),
    refuses("A value with an address", ALL, "Tag.1.Key=a&Tag.1.Value=http://b", &BAD_VALUE),
    refuses("A value without a key", ALL, "Tag.1.Value=other", &NO_KEY),
    refuses("A key twice", ALL, "Tag.1.Key=a&Tag.2.Key=a", &TWICE),
    refuses("21 circuits", ALL, TOO_MANY_RESOURCES, &MANY_RESOURCES),
    refuses("21 tags", ALL, ALL_TAGS, &MANY_TAGS),
];

const ALL_TAGS: &str = "\
     Tag.1.Key=k1&Tag.2.Key=k2&Tag.3.Key=k3&Tag.4.Key=k4&Tag.5.Key=k5&Tag.6.Key=k6\
     &Tag.7.Key=k7&Tag.8.Key=k8&Tag.9.Key=k9&Tag.10.Key=k10&Tag.11.Key=k11\
     &Tag.12.Key=k12&Tag.13.Key=k13&Tag.14.Key=k14&Tag.15.Key=k15&Tag.16.Key=k16\
     &Tag.17.Key=k17&Tag.18.Key=k18&Tag.19.Key=k19&Tag.20.Key=k20&Tag.21.Key=k21";
