//! DescribePricingModule: what the price of a product is made of. Also the words of it, in which
//! the two queries for prices ask.

use super::query_orders::{BAD_OWNER, FAILURE, INVALID, envelope};
use super::renew_instance::PRODUCT_TYPE;
use crate::answer::{Field, Made, Texts, list, object, text};
use crate::check::Input;
use crate::does::Looks;
use crate::edition::ALL;
use crate::error::{ErrorRow, error};
use crate::example::{answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, required};
use domain::account::Account;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::query::AccountOf;
use domain::{CircuitId, Refusal};

/// What a query says of what it asks the price of.
#[derive(Default)]
pub(super) struct Asked {
    /// The modules, in the order of the call.
    pub(super) modules: Vec<&'static Module>,
    /// The class of speed.
    pub(super) spec: Option<&'static str>,
    /// The circuit.
    pub(super) circuit: Option<CircuitId>,
    /// The region.
    pub(super) region: Option<Region>,
}

/// What a module's price depends on.
pub(super) struct Attribute {
    /// Its code.
    pub(super) code: &'static str,
    name: &'static str,
    /// Its values, each with its name; none of what may be any circuit.
    values: fn() -> Vec<(&'static str, &'static str)>,
    /// Takes a value in, if it is one.
    pub(super) take: fn(&str, &mut Asked) -> bool,
}

/// What a price is made of.
pub(super) struct Module {
    /// Its code: that of its own attribute.
    pub(super) code: &'static str,
    name: &'static str,
    /// What its configuration says.
    pub(super) attributes: &'static [&'static Attribute],
}

/// What has prices.
pub(super) struct Product {
    code: &'static str,
    /// What they are made of.
    pub(super) modules: &'static [&'static Module],
    /// How it is paid for, and what a price is for then.
    price_types: &'static [(&'static str, &'static str)],
}

static SPEC: Attribute = Attribute {
    code: "Spec",
    name: "Port speed",
    values: || specs().map(|spec| (spec, spec)).collect(),
    take: |text, asked| {
        asked.spec = specs().find(|spec| *spec == text);
        asked.spec.is_some()
    },
};

static PCONN_ID: Attribute = Attribute {
    code: "Pconn_ID",
    name: "Circuit ID",
    values: Vec::new,
    take: |text, asked| {
        asked.circuit = CircuitId::new(text);
        asked.circuit.is_some()
    },
};

static REGION: Attribute = Attribute {
    code: "Region",
    name: "Region",
    values: || Region::all().map(|it| (region_code(it), it.facts().name_en)).collect(),
    take: |text, asked| {
        asked.region = region(text);
        asked.region.is_some()
    },
};

static SP: Attribute = Attribute {
    code: "SP",
    name: "Line operator",
    values: || LineOperator::ALL.iter().map(|it| (it.text(), it.text())).collect(),
    take: |text, _| LineOperator::find(text).is_some(),
};

static ACCESS_POINT: Attribute = Attribute {
    code: "Access_Point",
    name: "Access point",
    values: || AccessPoint::all().map(|it| (it.id(), it.facts().name_en)).collect(),
    take: |text, _| AccessPoint::find(text).is_some(),
};

static PORT_TYPE: Attribute = Attribute {
    code: "Port_Type",
    name: "Port type",
    values: || PortType::ALL.iter().map(|it| (it.text(), it.text())).collect(),
    take: |text, _| PortType::find(text).is_some(),
};

/// A circuit's port.
/// SOURCE: prices.json, product_codes (modules, and their values).
/// ASSUMED: that a configuration may name the region too, as the vendor's samples have it.
pub(super) static PCONN: Product = Product {
    code: "pconn",
    modules: &[
        &Module { code: "Spec", name: "Port speed", attributes: &[&REGION, &SPEC] },
        &Module { code: "Pconn_ID", name: "Circuit ID", attributes: &[&PCONN_ID] },
    ],
    price_types: &[("Subscription", "Month"), ("PayAsYouGo", "Day")],
};

/// Setting a circuit up.
/// SOURCE: prices.json, product_codes (modules). ASSUMED: values beyond those of its page, which
/// knows fewer ports and operators than applications do.
static PCONN_SETUP: Product = Product {
    code: "pconn_setup",
    modules: &[
        &Module { code: "SP", name: "Line operator", attributes: &[&SP] },
        &Module { code: "Access_Point", name: "Access point", attributes: &[&ACCESS_POINT] },
        &Module { code: "Spec", name: "Port speed", attributes: &[&SPEC] },
        &Module { code: "Port_Type", name: "Port type", attributes: &[&PORT_TYPE] },
    ],
    price_types: &[("Subscription", "Usage")],
};

/// The classes of ports' speeds.
fn specs() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    let all = PortType::ALL.iter().map(|port| port.spec());
    all.filter(move |spec| std::mem::replace(&mut last, spec) != *spec)
}

/// What prices call regions.
/// SOURCE: prices.json, pricing_region_codes (which region each is, is inferred there).
static REGION_CODES: &[(&str, &str)] = &[
    ("cn-qingdao", "cn-qingdao-cm5-a01"),
    ("cn-beijing", "cn-beijing-btc-a01"),
    ("cn-zhangjiakou", "cn-zhangjiakou-na62-a01"),
    ("cn-huhehaote", "cn-huhehaote-nt12-a01"),
    ("cn-hangzhou", "cn-hangzhou-dg-a01"),
    ("cn-shanghai", "cn-shanghai-eu13-a01"),
    ("cn-shenzhen", "cn-shenzhen-st3-a01"),
    ("cn-chengdu", "cn-chengdu-wt97-a01"),
    ("cn-guangzhou", "cn-guangzhou-so157-a01"),
    ("cn-hongkong", "cn-hongkong-am4-c04"),
    ("ap-southeast-1", "ap-southeast-os30-a01"),
    ("ap-southeast-3", "ap-southeast-my88-a01"),
    ("ap-southeast-5", "ap-southeast-id35-a01"),
    ("ap-northeast-1", "ap-northeast-jp59-a01"),
    ("us-west-1", "us-west-ot7-a01"),
];

/// What prices call a region. ASSUMED: one of which no code is known goes by its id.
fn region_code(region: Region) -> &'static str {
    let known = REGION_CODES.iter().find(|(id, _)| *id == region.id());
    known.map_or(region.id(), |(_, code)| code)
}

/// The region of this id, or of which this is the code.
pub(super) fn region(text: &str) -> Option<Region> {
    Region::find(text).or_else(|| Region::all().find(|region| region_code(*region) == text))
}

/// The product that a call names.
pub(super) fn product(input: &Input) -> &'static Product {
    let Text(code) = input.get(&PRODUCT_CODE);
    if PCONN_SETUP.code.eq_ignore_ascii_case(&code) { &PCONN_SETUP } else { &PCONN }
}

static BAD_VALUE: ErrorRow = INVALID;

/// SOURCE: billing dossier 1.7 (China site). ASSUMED: the international site's are the same.
pub(super) static PRODUCT_CODE: Param<Text> = required("ProductCode")
    .doc("The code of the product: pconn, a circuit's port, or pconn_setup, setting one up.")
    .example("pconn")
    .one_of_in(ALL, &["pconn", "pconn_setup"])
    .in_any_case()
    .or_else(&BAD_VALUE);

/// SOURCE: bss_operations.json. ASSUMED: what is set up is paid for beforehand.
static SUBSCRIPTION_TYPE: Param<Text> = required("SubscriptionType")
    .doc("The billing method: Subscription or, of pconn alone, PayAsYouGo.")
    .example("Subscription")
    .one_of_in(ALL, &["Subscription", "PayAsYouGo"])
    .in_any_case()
    .rule_in(ALL, |input, text| price_type(product(input), text).is_some())
    .or_else(&BAD_VALUE);

/// What a price of a product that is so paid for is for.
fn price_type(product: &Product, subscription_type: &str) -> Option<&'static str> {
    let its = |(way, _): &&(&str, &str)| way.eq_ignore_ascii_case(subscription_type);
    product.price_types.iter().find(its).map(|(_, price_type)| *price_type)
}

// What the pages print of all three alike and nothing here brings about.
// SOURCE: alibabacloud.com/help/doc-detail/96469.htm, 91486.htm (2020-03); bss_operations.json,
// generic_errors.
pub(super) static NOT_APPLICABLE: ErrorRow =
    error(400, "NotApplicable", "This API is not applicable for caller.")
        .unreached("One site serves every account.");
pub(super) static NOT_AUTHORIZED: ErrorRow =
    error(400, "NotAuthorized", "This API is not authorized for caller.")
        .unreached("A call that policies deny is answered 403 before.");
pub(super) static FAILED: ErrorRow =
    error(400, "InternalError", "The request processing has failed due to some unknown error.")
        .unreached(FAILURE);

/// DescribePricingModule.
/// SOURCE: billing dossier 1.7, the vendor's metadata of mid-2024; EDITIONS, 11 (f).
pub static OPERATION: Operation = operation(
    &BSS,
    "DescribePricingModule",
    &Looks {
        asks: |input| Ok(AccountOf(input.caller.account)),
        missing: Refusal::NoSuchAccount,
        answer: ANSWER,
    },
)
.summary("Describes the modules that a product's price is made of, and their values.")
.directory("Prices")
.parameters(&[&PRODUCT_CODE.spec, &PRODUCT_TYPE.spec, &SUBSCRIPTION_TYPE.spec])
// SOURCE: the page of later years (alibabacloud.com, api-bssopenapi-2017-12-14-…).
.ram_aliases(&["bss:DescribePricingModule"])
.errors(&[
    &NOT_APPLICABLE,
    &NOT_AUTHORIZED,
    &error(400, "MissingParameter", "The specified parameter is mandatory for this request.")
        .unreached("Missing{Name} is answered before."),
    &BAD_VALUE,
    &error(400, "InvalidModuleCode", "The specified moduleCode is not valid.")
        .unreached("No parameter names a module."),
    &error(400, "InvalidConfigCode", "The specified configCode is not valid.")
        .unreached("No parameter names a configuration."),
    &BAD_OWNER,
    &FAILED,
])
.assumed(&[
    "the vendor publishes no answer for circuits: modules are those of the pages on how to ask \
     for their prices, names and the rest are ours",
])
.examples(
    &[],
    "ProductCode=pconn&SubscriptionType=Subscription",
    &[
        answers(
            "A circuit's port",
            ALL,
            "",
            "Code=Success&Message=Successful!&Success=true&RequestId=*\
             &Data.ModuleList.Module.0.ModuleCode=Spec&Data.ModuleList.Module.0.PriceType=Month\
             &Data.ModuleList.Module.0.Currency=USD\
             &Data.ModuleList.Module.0.ConfigList.ConfigList.1=Spec\
             &Data.ModuleList.Module.1.ModuleCode=Pconn_ID\
             &Data.AttributeList.Attribute.0.Code=Region\
             &Data.AttributeList.Attribute.0.Values.AttributeValue.5.Value=cn-hangzhou-dg-a01\
             &Data.AttributeList.Attribute.1.Code=Spec\
             &Data.AttributeList.Attribute.1.Values.AttributeValue.0.Value=1G\
             &Data.AttributeList.Attribute.1.Values.AttributeValue.3.Value=100G",
        ),
        answers(
            "A port as it goes, in small letters",
            ALL,
            "ProductCode=PCONN&SubscriptionType=payasyougo",
            "Data.ModuleList.Module.0.PriceType=Day",
        ),
        answers(
            "Setting up",
            ALL,
            "ProductCode=pconn_setup",
            "Data.ModuleList.Module.0.ModuleCode=SP\
             &Data.AttributeList.Attribute.0.Values.AttributeValue.0.Value=CT",
        ),
        refuses("Another product", ALL, "ProductCode=rds", &BAD_VALUE),
        refuses(
            "Setting up as it goes",
            ALL,
            "ProductCode=pconn_setup&SubscriptionType=PayAsYouGo",
            &BAD_VALUE,
        ),
    ],
);

/// A module, and whose it is.
struct Listed(&'static Module, &'static Product, &'static str);

fn modules(account: &Account, input: &Input) -> Vec<Listed> {
    let product = product(input);
    let its = product.modules.iter().copied();
    its.map(|module| Listed(module, product, account.currency.text())).collect()
}

/// The attributes of a product's modules, each once.
fn attributes(_: &Account, input: &Input) -> Vec<&'static Attribute> {
    let of_modules = product(input).modules.iter().flat_map(|module| module.attributes);
    let mut all: Vec<&Attribute> = Vec::new();
    for attribute in of_modules {
        if !all.iter().any(|known| known.code == attribute.code) {
            all.push(attribute);
        }
    }
    all
}

const NAMES: &str = "names are ours";

static ANSWER: &[Field<Account>] = &envelope(&[
    object(
        "ModuleList",
        "The modules.",
        &[list("Module", "The modules.", &Made { of: modules, fields: MODULE })],
    ),
    object(
        "AttributeList",
        "What the modules' prices depend on.",
        &[list("Attribute", "The attributes.", &Made { of: attributes, fields: ATTRIBUTE })],
    ),
]);

static MODULE: &[Field<Listed>] = &[
    text("ModuleName", "The name of the module.", |listed: &Listed, _| listed.0.name.into())
        .example("Instance")
        .assumed(NAMES),
    text("PriceType", "What a price is for.", |listed: &Listed, input| {
        let Text(way) = input.get(&SUBSCRIPTION_TYPE);
        price_type(listed.1, &way).unwrap_or_default().into()
    })
    .example("Month")
    .assumed("a port as it goes is told by the day, and what is paid once, by use"),
    text("Currency", "The currency.", |listed: &Listed, _| listed.2.into()).example("CNY"),
    text("ModuleCode", "The code of the module.", |listed: &Listed, _| listed.0.code.into())
        .example("InstanceType"),
    object(
        "ConfigList",
        "The attributes that its configuration names.",
        &[list(
            "ConfigList",
            "The codes of the attributes.",
            &Texts(|listed: &Listed, _| {
                listed.0.attributes.iter().map(|attribute| attribute.code.into()).collect()
            }),
        )],
    ),
];

static ATTRIBUTE: &[Field<&Attribute>] = &[
    text("Code", "The code of the attribute.", |it: &&Attribute, _| it.code.into())
        .example("DBInstanceStorage"),
    text("Name", "The name of the attribute.", |it: &&Attribute, _| it.name.into())
        .example("Capacity")
        .assumed(NAMES),
    text("Unit", "The unit of its values.", |_, _| "".into())
        .example("GB")
        .assumed("values here have none, or say it"),
    object(
        "Values",
        "Its values.",
        &[list(
            "AttributeValue",
            "Its values.",
            &Made { of: |it: &&Attribute, _| (it.values)(), fields: VALUE },
        )],
    ),
];

static VALUE: &[Field<(&str, &str)>] = &[
    text("Type", "What kind of value it is.", |_, _| "single_string".into())
        .example("single_string")
        .assumed("every value is one text"),
    text("Value", "The value.", |(value, _): &(&str, &str), _| (*value).into())
        .example("mysql.n2.medium.1"),
    text("Remark", "What there is to know of it.", |_, _| "".into())
        .example("Connections: 4,000 IOPS is related to storage space")
        .assumed("nothing"),
    text("Name", "The name of the value.", |(_, name): &(&str, &str), _| (*name).into())
        .example("2 Cores and 4 GB Memory (Basic Edition)")
        .assumed(NAMES),
];
