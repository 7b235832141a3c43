//! UntagResourcesForExpressConnect: take tags off circuits.

use super::tag_resources_for_express_connect::{
    BAD_KEY, BAD_VALUE, FORBIDDEN, KEY_FORM, MANY_RESOURCES, MANY_TAGS, MOST, NO_RESOURCE, NO_TYPE,
    RESERVED, RESOURCE_ID, RESOURCE_TYPE, TOO_MANY, TOO_MANY_RESOURCES, TWICE, allowed, documented,
    resources,
};
use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2023, Editions, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, optional, texts};
use domain::Refusal;
use domain::command::UntagResources;

static TAG_KEY: Param<Text> = texts("TagKey", MOST)
    .doc("The keys of the tags. Wanted unless All is true.")
    .example("FinanceDept")
    .form_in(ALL, &KEY_FORM)
    .or_else(&BAD_KEY)
    .too_many(&MANY_TAGS);

static REMOVE_ALL: Param<bool> = optional("All")
    .doc("Whether all tags are removed, whatever TagKey says.")
    .example("false")
    .default_in(ALL, "false");

/// Without both a call would do nothing.
static NO_KEYS: ErrorRow = error(400, "MissingTagKey", "TagKey is mandatory for this action.")
    .documented_in(Editions::NONE);

fn asks(input: &Input) -> Result<UntagResources, Invalid> {
    let (all, keys) = (input.get(&REMOVE_ALL), input.list(&TAG_KEY));
    if !all && keys.is_empty() {
        return Err(NO_KEYS.invalid());
    }
    keys.iter().try_for_each(|key| allowed(key))?;
    if keys.iter().enumerate().any(|(nth, key)| keys[..nth].contains(key)) {
        return Err(TWICE.invalid());
    }
    Ok(UntagResources {
        kind: input.get(&RESOURCE_TYPE),
        resources: resources(input, &RESOURCE_ID),
        keys: keys.into_iter().map(Box::from).collect(),
        all,
    })
}

/// UntagResourcesForExpressConnect.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024; EDITIONS, T132 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "UntagResourcesForExpressConnect", &changes(asks, &[request_id()]))
        .only_in(from(E2023))
        .summary("Removes tags from Express Connect circuits.")
        .directory("Tags")
        .parameters(&[
            &RESOURCE_TYPE.spec,
            &REGION_ID.spec,
            &REMOVE_ALL.spec,
            &RESOURCE_ID.spec,
            &TAG_KEY.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:{kind}/*"])
        .errors(ERRORS)
        .assumed(&[
            "a key that a circuit has not is no error",
            "neither keys nor All is an error, since it would do nothing",
        ])
        .examples(
            &[Before::circuit("Confirmed")],
            "RegionId=cn-hangzhou&ResourceType=PHYSICALCONNECTION&ResourceId.1=pc-example\
             &TagKey.1=FinanceDept",
            EXAMPLES,
        );

static ERRORS: &[&ErrorRow] = &[
    &documented(&BAD_KEY),
    &documented(&BAD_VALUE).unreached("No call says a value."),
    &NO_TYPE,
    &NO_RESOURCE.on(&[Refusal::NoSuchResource]),
    &documented(&RESERVED),
    &TOO_MANY.unreached("Nothing is added."),
    &documented(&TWICE),
    &documented(&MANY_TAGS),
    &MANY_RESOURCES,
    &FORBIDDEN,
    &NO_KEYS,
];

static EXAMPLES: &[Example] = &[
    answers("A key", ALL, "", "RequestId=*"),
    answers("All of them", ALL, "TagKey.1=&All=true", "RequestId=*"),
    refuses("A circuit that nobody knows", ALL, "ResourceId.2=pc-none", &NO_RESOURCE),
    refuses("Another type", ALL, "ResourceType=EIP", &NO_TYPE),
    refuses("A key that is none", ALL, "TagKey.1=a\u{7}", &BAD_KEY),
    refuses("A key of the service's own", ALL, "TagKey.2=aliyun", &RESERVED),
    refuses("21 circuits", ALL, TOO_MANY_RESOURCES, &MANY_RESOURCES),
    refuses("21 keys", ALL, TOO_MANY_KEYS, &MANY_TAGS),
    refuses("A key twice", ALL, "TagKey.2=FinanceDept", &TWICE),
    refuses("Neither keys nor all", ALL, "TagKey.1=", &NO_KEYS),
];

const TOO_MANY_KEYS: &str = "\
     TagKey.2=k2&TagKey.3=k3&TagKey.4=k4&TagKey.5=k5&TagKey.6=k6&TagKey.7=k7\
     &TagKey.8=k8&TagKey.9=k9&TagKey.10=k10&TagKey.11=k11&TagKey.12=k12&TagKey.13=k13\
     &TagKey.14=k14&TagKey.15=k15&TagKey.16=k16&TagKey.17=k17&TagKey.18=k18\
     &TagKey.19=k19&TagKey.20=k20&TagKey.21=k21";
