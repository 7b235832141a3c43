//! TagResourcesForExpressConnect: put tags on circuits. Also how tags are said, of which every
//! operation that takes some has the same idea.

use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2023, Editions, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::form::{Characters, Form};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Spec, Text, objects, optional, required, texts};
use domain::Refusal;
use domain::command::TagResources;
use domain::tag::{ResourceType, Tag, Tags, Wanted};

// SOURCE: the vendor's metadata of mid-2024.
pub(super) static BAD_KEY: ErrorRow =
    error(400, "InvalidTagKey", "The tag keys are not valid.").documented_in(Editions::NONE);
pub(super) static BAD_VALUE: ErrorRow =
    error(400, "InvalidTagValue", "The tag values are not valid.").documented_in(Editions::NONE);
pub(super) static RESERVED: ErrorRow =
    error(400, "Forbidden.TagKeys", "The request do not allow to operate the tag keys")
        .documented_in(Editions::NONE)
        .assumed("of keys that begin with aliyun or acs:");
pub(super) static TWICE: ErrorRow =
    error(400, "Forbidden.TagKey.Duplicated", "The specified tag key already exists.")
        .documented_in(Editions::NONE)
        .assumed("of a key that a call says twice; one that a circuit has gets the new value");
pub(super) static MANY_TAGS: ErrorRow =
    error(400, "SizeLimitExceeded.TagNum", "The maximum number of tags is exceeded.")
        .documented_in(Editions::NONE);
pub(super) static MANY_RESOURCES: ErrorRow =
    error(400, "SizeLimitExceeded.ResourceId", "The maximum number of resource IDs is exceeded.");
pub(super) static NO_KEY: ErrorRow = error(
    400,
    "MissingParameter.TagKey",
    "The input parameter TagKey that is mandatory for processing this request is not supplied.",
)
.documented_in(Editions::NONE);
pub(super) static NO_TYPE: ErrorRow =
    error(400, "InvalidInstanceType.NotFound", "The instance type is not found");
pub(super) static NO_RESOURCE: ErrorRow =
    error(400, "InvalidInstanceIds.NotFound", "The instanceIds are not found")
        .assumed("what there is not here, such as a QoS policy, has no instances");
pub(super) static TOO_MANY: ErrorRow =
    error(400, "QuotaExceeded.TagNum", "Custom Tags quota exceeded");
pub(super) static FORBIDDEN: ErrorRow =
    error(403, "Forbidden", "User not authorized to operate on the specified resource.")
        .unreached("What a user may not do is told with Forbidden.RAM.");
pub(super) static NO_SCOPE: ErrorRow =
    error(400, "InvalidTagScope.NotFound", "The tag scope is not found")
        .unreached("No call names a scope.");
pub(super) static NO_VALUE: ErrorRow = error(
    400,
    "MissingParameter.TagValue",
    "The input parameter TagValue that is mandatory for processing this request is not supplied.",
)
.unreached("A value may be empty.");

/// As a table has a row that is told elsewhere without one.
pub(super) const fn documented(row: &'static ErrorRow) -> ErrorRow {
    row.documented_in(ALL)
}

/// SOURCE: dossier, annex A. ASSUMED: no control characters, as an answer in XML could not say
/// them.
pub(super) static KEY_FORM: Form = Form::of(Characters::Printable, (1, 128));
static VALUE_FORM: Form = Form::of(Characters::Printable, (0, 128));

fn has_address(text: &str) -> bool {
    text.contains("http://") || text.contains("https://")
}

fn is_reserved(text: &str) -> bool {
    text.starts_with("aliyun") || text.starts_with("acs:")
}

static KEY: Param<Text> = key(&KEY_FORM);

/// `Key` where it has a form of its own.
pub(super) const fn key(form: &'static Form) -> Param<Text> {
    optional("Key")
        .doc("The key of the tag.")
        .example("FinanceDept")
        .form_in(ALL, form)
        .rule_in(ALL, |_, text| !has_address(text))
        .or_else(&BAD_KEY)
}

pub(super) static VALUE: Param<Text> = optional("Value")
    .doc("The value of the tag.")
    .example("FinanceJoshua")
    .form_in(ALL, &VALUE_FORM)
    .rule_in(ALL, |_, text| !has_address(text) && !is_reserved(text))
    .or_else(&BAD_VALUE);

/// What a tag has.
pub(super) static MEMBERS: &[&Spec] = &[&KEY.spec, &VALUE.spec];

/// How many tags, and how many resources, a call may name. SOURCE: dossier 7.
pub(super) const MOST: usize = 20;

static TAG: Param<Text> = objects("Tag", MEMBERS, MOST)
    .doc("The tags.")
    .example("FinanceDept")
    .required_in(ALL)
    .too_many(&MANY_TAGS);

pub(super) static RESOURCE_TYPE: Param<ResourceType> = required("ResourceType")
    .doc("The type of the resources: PHYSICALCONNECTION, an Express Connect circuit, or another.")
    .example("PHYSICALCONNECTION")
    .one_of_in(ALL, TYPES)
    .or_else(&NO_TYPE);

pub(super) const TYPES: &[&str] =
    &["PHYSICALCONNECTION", "VIRTUALBORDERROUTER", "ROUTERINTERFACE", "TRAFFICQOS"];

pub(super) static RESOURCE_ID: Param<Text> = texts("ResourceId", MOST)
    .doc("The IDs of the resources. All are tagged, or none is.")
    .example("pc-bp16qjewdsunr41m1****")
    .required_in(ALL)
    .too_many(&MANY_RESOURCES)
    .assumed("that none is tagged where one cannot be");

/// The tags that a call looks for or puts on something, none of them twice.
pub(super) fn wanted(input: &Input, list: &'static Param<Text>) -> Result<Vec<Wanted>, Invalid> {
    let mut tags: Vec<Wanted> = Vec::new();
    for object in input.objects(list) {
        let key = object.said("Key").ok_or_else(|| NO_KEY.invalid())?;
        allowed(key)?;
        if tags.iter().any(|tag| *tag.key == *key) {
            return Err(TWICE.invalid());
        }
        tags.push(Wanted { key: key.into(), value: object.said("Value").map(Box::from) });
    }
    Ok(tags)
}

/// The tags that a call puts on something.
pub(super) fn tags(input: &Input, list: &'static Param<Text>) -> Result<Tags, Invalid> {
    let tags = wanted(input, list)?.into_iter();
    Ok(Tags::new(tags.map(|Wanted { key, value }| Tag { key, value: value.unwrap_or_default() })))
}

/// Whether customers may say anything of a tag of this key.
pub(super) fn allowed(key: &str) -> Result<(), Invalid> {
    if is_reserved(key) { Err(RESERVED.invalid()) } else { Ok(()) }
}

/// The resources that a call names.
pub(super) fn resources(input: &Input, list: &'static Param<Text>) -> Vec<Box<str>> {
    input.list(list).into_iter().map(Box::from).collect()
}

fn asks(input: &Input) -> Result<TagResources, Invalid> {
    Ok(TagResources {
        kind: input.get(&RESOURCE_TYPE),
        resources: resources(input, &RESOURCE_ID),
        tags: tags(input, &TAG)?,
    })
}

/// TagResourcesForExpressConnect.
/// SOURCE: dossier, annex A; the vendor's metadata of mid-2024; EDITIONS, T131 (since when).
pub static OPERATION: Operation =
    operation(&VPC, "TagResourcesForExpressConnect", &changes(asks, &[request_id()]))
        .only_in(from(E2023))
        .summary("Adds tags to Express Connect circuits.")
        .directory("Tags")
        .parameters(&[&RESOURCE_TYPE.spec, &REGION_ID.spec, &RESOURCE_ID.spec, &TAG.spec])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:{kind}/*"])
        .errors(ERRORS)
        .assumed(&["the circuits may be in any status", "the resource, that of removing tags"])
        .examples(
            &[Before::circuit("Confirmed")],
            "RegionId=cn-hangzhou&ResourceType=PHYSICALCONNECTION&ResourceId.1=pc-example\
             &Tag.1.Key=FinanceDept&Tag.1.Value=FinanceJoshua",
            EXAMPLES,
        );

static ERRORS: &[&ErrorRow] = &[
    &documented(&BAD_KEY),
    &documented(&BAD_VALUE),
    &NO_TYPE,
    &NO_RESOURCE.on(&[Refusal::NoSuchResource]),
    &documented(&RESERVED),
    &TOO_MANY.on(&[Refusal::TooManyTags]),
    &NO_SCOPE,
    &documented(&TWICE),
    &documented(&MANY_TAGS),
    &MANY_RESOURCES,
    &NO_VALUE,
    &documented(&NO_KEY),
    &FORBIDDEN,
];

static EXAMPLES: &[Example] = &[
    answers("A circuit", ALL, "", "RequestId=*"),
    answers(
        "A tag without a value, and another",
        ALL,
        "Tag.1.Value=&Tag.2.Key=cost",
        "RequestId=*",
    ),
    refuses("A circuit that nobody knows", ALL, "ResourceId.2=pc-none", &NO_RESOURCE),
    refuses("Another type", ALL, "ResourceType=EIP", &NO_TYPE),
    refuses("What there is not here", ALL, "ResourceType=TRAFFICQOS", &NO_RESOURCE),
    refuses("A key of the service's own", ALL, "Tag.1.Key=acs:rm:rgId", &RESERVED),
    refuses("A value like one", ALL, "Tag.1.Value=aliyun", &BAD_VALUE),
    refuses("A key with an address", ALL, "Tag.1.Key=see http://a.example", &BAD_KEY),
    refuses("A value without a key", ALL, "Tag.1.Key=", &NO_KEY),
    refuses("A key twice", ALL, "Tag.2.Key=FinanceDept&Tag.2.Value=other", &TWICE),
    refuses("21 circuits", ALL, TOO_MANY_RESOURCES, &MANY_RESOURCES),
    refuses("21 tags", ALL, TOO_MANY_TAGS, &MANY_TAGS),
    refuses("A tag too many", ALL, "", &TOO_MANY)
        .after(&[Before::circuit("Confirmed"), Before::Call(NAME, TWENTY_TAGS)]),
];

const NAME: &str = "TagResourcesForExpressConnect";

pub(super) const TOO_MANY_RESOURCES: &str = "\
     ResourceId.2=pc-example&ResourceId.3=pc-example&ResourceId.4=pc-example\
     &ResourceId.5=pc-example&ResourceId.6=pc-example&ResourceId.7=pc-example\
     &ResourceId.8=pc-example&ResourceId.9=pc-example&ResourceId.10=pc-example\
     &ResourceId.11=pc-example&ResourceId.12=pc-example&ResourceId.13=pc-example\
     &ResourceId.14=pc-example&ResourceId.15=pc-example&ResourceId.16=pc-example\
     &ResourceId.17=pc-example&ResourceId.18=pc-example&ResourceId.19=pc-example\
     &ResourceId.20=pc-example&ResourceId.21=pc-example";

const TOO_MANY_TAGS: &str = "\
     Tag.2.Key=k2&Tag.3.Key=k3&Tag.4.Key=k4&Tag.5.Key=k5&Tag.6.Key=k6&Tag.7.Key=k7\
     &Tag.8.Key=k8&Tag.9.Key=k9&Tag.10.Key=k10&Tag.11.Key=k11&Tag.12.Key=k12\
     &Tag.13.Key=k13&Tag.14.Key=k14&Tag.15.Key=k15&Tag.16.Key=k16&Tag.17.Key=k17\
     &Tag.18.Key=k18&Tag.19.Key=k19&Tag.20.Key=k20&Tag.21.Key=k21";

const TWENTY_TAGS: &str = "\
     Tag.1.Key=k1&Tag.2.Key=k2&Tag.3.Key=k3&Tag.4.Key=k4&Tag.5.Key=k5&Tag.6.Key=k6\
     &Tag.7.Key=k7&Tag.8.Key=k8&Tag.9.Key=k9&Tag.10.Key=k10&Tag.11.Key=k11\
     &Tag.12.Key=k12&Tag.13.Key=k13&Tag.14.Key=k14&Tag.15.Key=k15&Tag.16.Key=k16\
     &Tag.17.Key=k17&Tag.18.Key=k18&Tag.19.Key=k19&Tag.20.Key=k20";
