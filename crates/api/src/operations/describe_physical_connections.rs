//! DescribePhysicalConnections: list circuits of a region.
//!
//! Long because its answer has forty rows.

use super::create_virtual_physical_connection::{HOSTED_FOR_CALLER, WITH_HOSTED};
use super::tag_resources_for_express_connect::{MANY_TAGS, MEMBERS, wanted};
use crate::answer::{
    Each, Field, Within, list, number, object, page_of, part, request_id, text, these,
};
use crate::check::{Filter, Input};
use crate::does::Lists;
use crate::edition::{ALL, E2022, E2023, E2024_03, E2025_03, E2025_09, Editions, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, Example, Given, Shows, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{
    PAGE_NUMBER, PAGE_SIZE, Param, REGION_ID, Shape, Text, objects, optional, several,
};
use domain::catalogue::SharedSpec;
use domain::circuit::{Circuit, CircuitWords, Hosted, Status};
use domain::macsec::MacsecKey;
use domain::query::{CircuitFilter, CircuitRow, CircuitsOf, Listing, Page};
use domain::tag::Tag;
use domain::{CircuitId, Timestamp};
use std::borrow::Cow;

static FILTER: Param<Text> = several("Filter", Shape::Filters)
    .doc("Conditions, all of which must hold; within one, any of its values. At most five of each.")
    .example("Name")
    .assumed("a condition without values is refused, and with which code");

/// The keys of conditions. SOURCE: dossier, annex A.
const KEYS: &[&str] = &[
    "PhysicalConnectionId",
    "AccessPointId",
    "Type",
    "LineOperator",
    "Spec",
    "Status",
    "Name",
    PRODUCT_TYPE,
];

/// A key since there are hosted circuits to tell from others. SOURCE: EDITIONS, T091.
const PRODUCT_TYPE: &str = "ProductType";
const HAVE_PRODUCT_TYPE: Editions = from(E2025_03);

/// How many conditions, and values in one, there may be. SOURCE: dossier 7.
const FILTERS_MAX: usize = 5;

/// SOURCE: the vendor's metadata of mid-2024; the page has 20.
const TAGS_MAX: usize = 5;

static TAGS: Param<Text> = objects("Tags", MEMBERS, TAGS_MAX)
    .doc("Tags that a circuit must have: each key, and its value if one is said.")
    .example("FinanceDept")
    .at_most_in(from(E2025_09), 20) // SOURCE: dossier, annex A; of 2024 the vendor's metadata.
    .only_in(from(E2023)) // SOURCE: EDITIONS, T083.
    .too_many(&MANY_TAGS);

/// SOURCE: the vendor's metadata of mid-2024, its two blanks too.
static NO_GROUPS: ErrorRow = error(
    400,
    "OperationUnsupported.ResourceGroupId",
    "ResourceGroupId in  financial region is unsupported.",
)
.in_editions(from(E2023))
.assumed("no earlier edition has the parameter");

/// SOURCE: dossier, annex A (since 2022-12; refused in the finance regions).
static RESOURCE_GROUP_ID: Param<Text> = optional("ResourceGroupId")
    .doc("The ID of the resource group.")
    .example("rg-aek2yvwibxr****")
    .only_in(from(E2023))
    .rule_in(ALL, |input, _| !input.region().id().contains("finance"))
    .or_else(&NO_GROUPS);

static INCLUDE_RESERVATION_DATA: Param<bool> = optional("IncludeReservationData")
    .doc("Specifies whether to return the data of orders that have not taken effect.")
    .example("false")
    .default_in(ALL, "false");

/// Listing needs no token; this one is not the shared one, so nothing is checked or kept.
static CLIENT_TOKEN: Param<Text> = optional("ClientToken")
    .doc("The client token.")
    .example("02fb3da4-130e-11e9-8e44-001")
    .without_effect("a call that changes nothing leaves nothing behind that could be repeated");

pub(super) static UNKNOWN_KEY: ErrorRow = error(
    404,
    "InvalidFilterKey.ValueNotSupported",
    "Specified filter key is not supported: Filter.X.key", // The X is the condition's number.
);

/// DescribePhysicalConnections.
pub static OPERATION: Operation =
    operation(&VPC, "DescribePhysicalConnections", &Lists { asks, answer: ANSWER })
        .summary("Queries Express Connect circuits in a region.")
        .directory("Express Connect circuits")
        .kind("list")
        .parameters(&[
            &REGION_ID.spec,
            &FILTER.spec,
            &TAGS.spec,
            &RESOURCE_GROUP_ID.spec,
            &INCLUDE_RESERVATION_DATA.spec,
            &PAGE_NUMBER.spec,
            &PAGE_SIZE.spec,
            &CLIENT_TOKEN.spec,
        ])
        .resources_in(ALL, &["acs:vpc:{region}:{account}:physicalconnection/*"])
        .errors(&[&UNKNOWN_KEY])
        .examples(&[Before::circuit("Confirmed")], "RegionId=cn-hangzhou", EXAMPLES);

fn asks(input: &Input) -> Result<CircuitsOf, Invalid> {
    let mut filter = CircuitFilter::default();
    if let Some(Text(group)) = input.find(&RESOURCE_GROUP_ID) {
        filter.resource_groups.push(group);
    }
    filter.tags = wanted(input, &TAGS)?;
    let is_key = |key: &str| {
        KEYS.contains(&key) && (key != PRODUCT_TYPE || HAVE_PRODUCT_TYPE.contains(input.edition))
    };
    for condition in conditions(input, &FILTER, is_key)? {
        narrow(&mut filter, &condition);
    }
    let page = Page { number: input.get(&PAGE_NUMBER), size: input.get(&PAGE_SIZE) };
    Ok(CircuitsOf(input.caller.account, input.region(), filter, page))
}

/// The conditions of a call, if they are such as there may be.
pub(super) fn conditions<'c>(
    input: &Input<'c>,
    list: &'static Param<Text>,
    is_key: impl Fn(&str) -> bool,
) -> Result<Vec<Filter<'c>>, Invalid> {
    let conditions = input.filters(list);
    if let Some(unknown) = conditions.iter().find(|condition| !is_key(condition.key)) {
        let message = UNKNOWN_KEY.message.replace('X', &unknown.number.to_string()).into();
        return Err(Invalid { message, ..UNKNOWN_KEY.invalid() });
    }
    let fits = |condition: &Filter| (1..=FILTERS_MAX).contains(&condition.values.len());
    if conditions.len() > FILTERS_MAX || !conditions.iter().all(fits) {
        return Err(Invalid::invalid("Filter"));
    }
    Ok(conditions)
}

/// Adds a condition on ids. A second one leaves those that both have.
pub(super) fn narrow_ids<I: PartialEq>(
    known: &mut Option<Vec<Option<I>>>,
    condition: &Filter,
    read: fn(&str) -> Option<I>,
) {
    let given: Vec<_> = condition.values.iter().map(|id| read(id)).collect();
    *known = Some(match known.take() {
        None => given,
        Some(mut ids) => {
            ids.retain(|id| given.contains(id));
            ids
        }
    });
}

/// Adds a condition on words; says whether any are left. A second one leaves those that both have.
pub(super) fn narrow_words(known: &mut Vec<Box<str>>, given: Vec<Box<str>>) -> bool {
    if known.is_empty() {
        *known = given;
    } else {
        known.retain(|value| given.contains(value));
    }
    !known.is_empty()
}

/// Adds a condition. A second one on the same key leaves the values that both have.
fn narrow(filter: &mut CircuitFilter, condition: &Filter) {
    let values = &condition.values;
    let list = match condition.key {
        "PhysicalConnectionId" => return narrow_ids(&mut filter.ids, condition, CircuitId::new),
        "Type" => {
            filter.nothing |= !values.contains(&"VPC");
            return;
        }
        PRODUCT_TYPE => return narrow_types(filter, values),
        "AccessPointId" => &mut filter.access_points,
        "LineOperator" => &mut filter.line_operators,
        "Spec" => &mut filter.specs,
        "Status" => &mut filter.statuses,
        _ => &mut filter.names,
    };
    // SOURCE: dossier, annex A: the filter's word for the smallest class of ports.
    let smallest = |value: &str| condition.key == "Spec" && value == "1G and below";
    let word = |value: &&str| if smallest(value) { "1G" } else { *value }.into();
    let given: Vec<Box<str>> = values.iter().map(word).collect();
    filter.nothing |= !narrow_words(list, given);
}

/// Adds a condition on `ProductType`.
fn narrow_types(filter: &mut CircuitFilter, values: &[&str]) {
    let (own, hosted) = (values.contains(&OWN_TYPE), values.contains(&HOSTED_TYPE));
    filter.nothing |= !own && !hosted;
    if own != hosted {
        filter.nothing |= filter.hosted == Some(own);
        filter.hosted = Some(hosted);
    }
}

static ANSWER: &[Field<Listing<CircuitRow>>] = &[
    request_id(),
    these(&page_of("The number of circuits.")),
    // SOURCE: wire dossier 4.2: Terraform wants the list even when it is empty.
    object(
        "PhysicalConnectionSet",
        "The circuits.",
        &[list(
            "PhysicalConnectionType",
            "The circuits.",
            &Each { of: |circuits: &Listing<CircuitRow>| &circuits.page, fields: LISTED },
        )],
    ),
];

/// Whether the circuit has a port.
const fn has_port(status: Status) -> bool {
    matches!(status, Status::Allocated | Status::Confirmed | Status::Enabled | Status::Terminating)
}

/// The free words about a circuit.
fn words(circuit: &Circuit, of: fn(&CircuitWords) -> &str) -> Cow<'_, str> {
    circuit.particulars.words.as_deref().map_or("", of).into()
}

pub(super) fn time(at: Option<Timestamp>) -> Cow<'static, str> {
    at.map_or(Cow::Borrowed(""), |at| at.to_string().into())
}

/// A text that means nothing yet. Empty rather than absent, since Terraform reads it.
fn empty<'t>(_: &'t Circuit, _: &'t Input) -> Cow<'t, str> {
    "".into()
}

/// `ProductType`. SOURCE: dossier 3.1.
const OWN_TYPE: &str = "PhysicalConnection";
const HOSTED_TYPE: &str = "VirtualPhysicalConnection";

/// Whether a shared circuit has been taken; "" of another.
pub(super) fn acceptance(circuit: &Circuit) -> &'static str {
    circuit.hosted().map_or("", |_| Hosted::acceptance(&circuit.state).text())
}

/// What a shared circuit tells; "" of another.
fn of_hosted(circuit: &Circuit, tell: impl Fn(&Hosted) -> Cow<'static, str>) -> Cow<'static, str> {
    circuit.hosted().map_or("".into(), tell)
}

/// When a renewal that waits for the end of the period before takes effect.
fn waiting(circuit: &Circuit, input: &Input) -> Option<Timestamp> {
    let circuit = &circuit.state;
    if circuit.subscription.refund.is_some() {
        return None;
    }
    let begins = circuit.subscription.begins_at.filter(|begins| *begins > input.now)?;
    circuit.enabled_at.is_some_and(|enabled| enabled < begins).then_some(begins)
}

/// The same where it was asked for. SOURCE: dossier, annex A (IncludeReservationData).
/// ASSUMED: that there is one is told anyway.
fn reserved(circuit: &Circuit, input: &Input) -> Option<Timestamp> {
    waiting(circuit, input).filter(|_| input.get(&INCLUDE_RESERVATION_DATA))
}

pub(super) static TAG: &[Field<Tag>] = &[
    text("Key", "The key of the tag.", |tag: &Tag, _| (&*tag.key).into()).example("FinanceDept"),
    text("Value", "The value of the tag.", |tag: &Tag, _| (&*tag.value).into())
        .example("FinanceJoshua"),
];

/// SOURCE: ROUTERS 11.
static MACSEC_KEY: &[Field<MacsecKey>] = &[
    text("Ckn", "The name of the key.", |key: &MacsecKey, _| (&*key.ckn).into())
        .example("0123456789ABCDEF0123456789ABCDEF"),
    text("Cak", "The secret of the key, masked.", |key: &MacsecKey, _| {
        "*".repeat(key.suite.digits()).into()
    })
    .example("********************************")
    .assumed("that it is masked"),
    text("CipherSuite", "The cipher suite.", |key: &MacsecKey, _| key.suite.text().into())
        .example("GCM-AES-128"),
    text("Status", "The status of the key.", |key: &MacsecKey, _| key.status.text().into())
        .example("Associated"),
    text("StartOn", "When the key last came into use.", |key: &MacsecKey, _| {
        key.started_at.to_string().into()
    })
    .example("2026-04-27T08:00:00Z"),
];

/// What the list of shared circuits tells too.
/// SOURCE: dossier, annex A; EDITIONS (which edition tells what).
pub(super) static COMMON: &[Field<Circuit>] = &[
    text("PhysicalConnectionId", "The ID of the circuit.", |circuit: &Circuit, _| {
        circuit.id.as_str().into()
    })
    .example("pc-119mfjzm7"),
    text("Status", "The status of the circuit.", |circuit: &Circuit, _| {
        circuit.state.status.text().into()
    })
    .example("Initial")
    .assumed(
        "Terminating before 2023 too, whose pages do not list it (EDITIONS, T080) and do not say \
         what is told instead",
    ),
    text(
        "BusinessStatus",
        "The business status: Normal, or how it is locked.",
        |circuit: &Circuit, _| circuit.state.locks.business().text().into(),
    )
    .example("Normal"),
    text("LoaStatus", "The status of the Letter of Authorization.", |circuit: &Circuit, _| {
        circuit.state.loa.map_or("", |loa| loa.text()).into()
    })
    .example("Available"),
    // SOURCE: Terraform's tests: no charge type before payment. The order itself is not at hand.
    text("ChargeType", "The billing method.", |circuit: &Circuit, _| {
        let state = &circuit.state;
        let ordered = state.paid_order.is_some() && state.enabled_at.is_none();
        let prepaid = !state.is_metered() && (state.ends_at.is_some() || ordered);
        if prepaid { "Prepaid" } else { "" }.into()
    })
    .example("Prepaid")
    .assumed("an order that is paid and has not enabled the circuit yet is a subscription"),
    text("CreationTime", "When the circuit was applied for.", |circuit: &Circuit, _| {
        circuit.created_at.to_string().into()
    })
    .example("2021-06-08T12:20:55Z"),
    text("EnabledTime", "When the circuit was enabled.", |circuit: &Circuit, _| {
        time(circuit.state.enabled_at)
    })
    .example("2021-06-08T12:20:55Z"),
    text("EndTime", "When the circuit's term ends.", |circuit: &Circuit, _| {
        time(circuit.state.ends_at.filter(|_| !circuit.state.is_metered()))
    })
    .example("2021-07-08T12:20:55Z"),
    text("AccessPointId", "The ID of the access point.", |circuit: &Circuit, _| {
        circuit.particulars.access_point.id().into()
    })
    .example("ap-cn-beijing-ft-A"),
    text("AdLocation", "The location of the access point's device.", |circuit: &Circuit, _| {
        circuit.particulars.access_point.facts().name_en.into()
    })
    .example("cn-hangzhou")
    .assumed("addresses of the buildings are not known: their names"),
    text("PortNumber", "The port of the access point's device.", |circuit: &Circuit, _| {
        if has_port(circuit.state.status) { "1/1/1" } else { "" }.into()
    })
    .example("80")
    .assumed("its number, and that there is a port from allocation to the end"),
    text("PortType", "The type of the port.", |circuit: &Circuit, _| {
        circuit.particulars.port_type.text().into()
    })
    .example("1000Base-T"),
    text(
        "Spec",
        "The speed class of the port, or the speed of a shared circuit.",
        |circuit: &Circuit, _| circuit.particulars.spec().into(),
    )
    .example("10G"),
    number("Bandwidth", "The bandwidth, in Mbit/s.", |circuit: &Circuit, _| {
        circuit.particulars.bandwidth_mbps.into()
    })
    .long()
    .example("2"),
    text("LineOperator", "The carrier of the line.", |circuit: &Circuit, _| {
        circuit.particulars.line_operator.text().into()
    })
    .example("CU"),
    text("Name", "The name of the circuit.", |circuit: &Circuit, _| {
        words(circuit, |words| &words.name)
    })
    .example("test"),
    text("Description", "The description of the circuit.", |circuit: &Circuit, _| {
        words(circuit, |words| &words.description)
    })
    .example("test"),
    text("PeerLocation", "The location of the customer's data centre.", |circuit: &Circuit, _| {
        words(circuit, |words| &words.peer_location)
    })
    .example("XX Street"),
    text("CircuitCode", "The code that the carrier gave the circuit.", |circuit: &Circuit, _| {
        words(circuit, |words| &words.circuit_code)
    })
    .example("longtel001"),
    text("ResourceGroupId", "The ID of the resource group.", |circuit: &Circuit, _| {
        words(circuit, |words| &words.resource_group)
    })
    .only_in(from(E2023))
    .example("rg-acfmoiyermp****"),
    text(
        "RedundantPhysicalConnectionId",
        "The ID of the circuit that this one is redundant with.",
        |circuit: &Circuit, _| {
            let words = circuit.particulars.words.as_deref();
            words.and_then(|words| words.redundant.as_ref()).map_or("", |id| id.as_str()).into()
        },
    )
    .example("pc-119mfjzm****"),
    text(
        "ProductType",
        "The type of the circuit: of a port of its own, or a shared one.",
        |circuit: &Circuit, _| {
            let hosted = circuit.hosted().is_some();
            if hosted { HOSTED_TYPE } else { OWN_TYPE }.into()
        },
    )
    .only_in(from(E2022))
    .example("VirtualPhysicalConnection"),
    text("Type", "The type of the circuit: VPC.", |_, _| "VPC".into()).example("VPC"),
    text(
        "ExpectSpec",
        "How fast a shared circuit is to be once that is paid.",
        |circuit: &Circuit, _| {
            of_hosted(circuit, |its| its.expected.map_or("", SharedSpec::text).into())
        },
    )
    .only_in(from(E2022))
    .example("50M"),
    text("OrderMode", "Who pays for a shared circuit.", |circuit: &Circuit, _| {
        of_hosted(circuit, |its| its.payer.text().into())
    })
    .only_in(from(E2022))
    .example("PayByPhysicalConnectionOwner"),
    text("ParentPhysicalConnectionId", "The circuit that this one is a part of.", |circuit, _| {
        of_hosted(circuit, |its| its.parent.to_string().into())
    })
    .only_in(from(E2022))
    .example("pc-bp10zsv5ntp****"),
    text("VlanId", "The VLAN of a shared circuit.", |circuit: &Circuit, _| {
        of_hosted(circuit, |its| its.vlan.to_string().into())
    })
    .only_in(from(E2022))
    .example("10"),
];

/// What is told of a circuit before how many shared ones are on it.
static OWN: &[Field<Circuit>] = &[
    text("AccessPointType", "The type of the access point.", |_, _| "VPC".into())
        .only_in(from(E2022))
        .example("VPC"),
    text("OpticalModuleModel", "The model of the optical module.", |circuit: &Circuit, _| {
        words(circuit, |words| &words.optical_module)
    })
    .only_in(from(E2025_09))
    .example("SFP-GE-LR-SM1310,10KM"),
    // SOURCE: dossier 8, point 8: a text.
    text(
        "HasReservationData",
        "Whether there is an order that has not taken effect.",
        |circuit: &Circuit, input| {
            if waiting(circuit, input).is_some() { "true" } else { "false" }.into()
        },
    )
    .example("false"),
];

static LISTED: &[Field<CircuitRow>] = &[
    part(&Within { of: |row: &CircuitRow| &row.circuit, fields: COMMON }),
    part(&Within { of: |row: &CircuitRow| &row.circuit, fields: OWN }),
    number(
        "VirtualPhysicalConnectionCount",
        "The number of shared circuits on this one.",
        |row: &CircuitRow, _| i64::try_from(row.hosts).expect("what is there fits in memory"),
    )
    .only_in(from(E2022))
    .example("1"),
    part(&Within { of: |row: &CircuitRow| &row.circuit, fields: MORE }),
];

/// The rest of what is told of a circuit.
static MORE: &[Field<Circuit>] = &[
    number(
        "DownDelayTime",
        "The delay of a link that goes down, in milliseconds.",
        |circuit: &Circuit, _| {
            circuit.particulars.words.as_deref().map_or(0, |words| words.down_delay_ms.into())
        },
    )
    .only_in(from(E2025_09))
    .example("0"),
    // SOURCE: dossier 8, 7.
    object(
        "Tags",
        "The tags of the circuit.",
        &[list(
            "tags",
            "The tags of the circuit.",
            &Each { of: |circuit: &Circuit| circuit.tags().all(), fields: TAG },
        )],
    )
    .only_in(from(E2024_03)),
    object(
        "MacsecKeys",
        "The MACsec keys of the circuit.",
        &[list(
            "MacsecKey",
            "The MACsec keys of the circuit, in the order in which they came into use.",
            &Each { of: Circuit::macsec, fields: MACSEC_KEY },
        )],
    )
    .only_in(from(E2025_09)),
    text("AdDetailLocation", "The rack of the access point's device.", empty)
        .only_in(from(E2023))
        .example("XX Street")
        .assumed("racks are not known"),
    text("DeviceFeaturesSelected", "The features of the device.", empty)
        .only_in(from(E2025_09))
        .assumed("no values are published"),
    number(
        "ParentPhysicalConnectionAliUid",
        "The owner of the circuit that this one is a part of.",
        |circuit: &Circuit, _| {
            let partner = circuit.hosted().map_or(0, |hosted| hosted.partner.0);
            i64::try_from(partner).unwrap_or(i64::MAX)
        },
    )
    .only_in(from(E2022))
    .long()
    .example("132193271328****")
    .assumed("0 of a circuit that is no part of another, as the metadata's sample has it"),
    text("QosId", "The ID of the QoS policy.", empty)
        .only_in(from(E2024_03))
        .example("qos-234****")
        .assumed("there are no QoS policies yet"),
    text(
        "ReservationActiveTime",
        "When the next order takes effect.",
        |circuit: &Circuit, input| time(reserved(circuit, input)),
    )
    .example("2022-02-25T11:01:04Z")
    .assumed("of several that wait, the last's"),
    text("ReservationInternetChargeType", "The billing method of the next order.", empty)
        .example("PayByBandwidth")
        .assumed("a circuit has no billing method of outbound traffic"),
    text("ReservationOrderType", "The type of the next order.", |circuit: &Circuit, input| {
        reserved(circuit, input).map_or("", |_| "RENEW").into()
    })
    .example("RENEW"),
    text("VpconnStatus", "Whether a shared circuit has been taken.", |circuit, _| {
        acceptance(circuit).into()
    })
    .only_in(from(E2022))
    .example("Confirmed"),
];

static EXAMPLES: &[Example] = &[
    answers(
        "One circuit, by its id",
        ALL,
        BY_ID,
        "RequestId=*&PageNumber=1&PageSize=10&TotalCount=1\
             &PhysicalConnectionSet.PhysicalConnectionType.0.PhysicalConnectionId=pc-example\
             &PhysicalConnectionSet.PhysicalConnectionType.0.Status=Confirmed\
             &PhysicalConnectionSet.PhysicalConnectionType.0.ChargeType=\
             &PhysicalConnectionSet.PhysicalConnectionType.0.Bandwidth=1000\
             &PhysicalConnectionSet.PhysicalConnectionType.0.Spec=1G",
    ),
    answers(
        "Two conditions, both met",
        ALL,
        "Filter.1.Key=PhysicalConnectionId&Filter.1.Value.1=pc-example\
             &Filter.2.Key=Status&Filter.2.Value.1=Enabled&Filter.2.Value.2=Confirmed",
        "TotalCount=1",
    ),
    answers(
        "Two conditions, one not met",
        ALL,
        "Filter.1.Key=PhysicalConnectionId&Filter.1.Value.1=pc-example&Filter.2.Key=Spec\
             &Filter.2.Value.1=10G",
        "TotalCount=0",
    ),
    answers(
        "A second condition on the same key",
        ALL,
        "Filter.1.Key=PhysicalConnectionId&Filter.1.Value.1=pc-example\
             &Filter.2.Key=PhysicalConnectionId&Filter.2.Value.1=pc-other",
        "TotalCount=0",
    ),
    answers(
        "The smallest ports",
        ALL,
        "Filter.1.Key=Spec&Filter.1.Value.1=1G and below\
             &Filter.2.Key=PhysicalConnectionId&Filter.2.Value.1=pc-example",
        "TotalCount=1",
    ),
    answers("Shared circuits, where there are none", HAVE_PRODUCT_TYPE, HOSTED, "TotalCount=0"),
    answers(
        "A port with a shared circuit on it",
        from(E2022),
        BY_ID,
        "PhysicalConnectionSet.PhysicalConnectionType.0.VirtualPhysicalConnectionCount=1\
             &PhysicalConnectionSet.PhysicalConnectionType.0.ProductType=PhysicalConnection",
    )
    .after(WITH_HOSTED),
    answers(
        "A shared circuit, as its tenant sees it",
        HAVE_PRODUCT_TYPE,
        HOSTED,
        "TotalCount=1\
             &PhysicalConnectionSet.PhysicalConnectionType.0.ProductType=VirtualPhysicalConnection\
             &PhysicalConnectionSet.PhysicalConnectionType.0.Spec=50M\
             &PhysicalConnectionSet.PhysicalConnectionType.0.VlanId=4\
             &PhysicalConnectionSet.PhysicalConnectionType.0.VpconnStatus=UnConfirmed\
             &PhysicalConnectionSet.PhysicalConnectionType.0.ParentPhysicalConnectionId=pc-example\
             &PhysicalConnectionSet.PhysicalConnectionType.0.ParentPhysicalConnectionAliUid=\
1000000000000001",
    )
    .after(HOSTED_FOR_CALLER),
    refuses("A key of later editions", ALL.without(HAVE_PRODUCT_TYPE), HOSTED, &UNKNOWN_KEY),
    answers(
        "A tag, which no circuit has",
        from(E2023),
        "Tags.1.Key=FinanceDept&Tags.1.Value=FinanceJoshua",
        "TotalCount=0",
    ),
    answers(
        "A page past the end",
        ALL,
        "Filter.1.Key=PhysicalConnectionId&Filter.1.Value.1=pc-example&PageNumber=2\
             &PageSize=50",
        "PageNumber=2&PageSize=50&TotalCount=1",
    ),
    refuses("An unknown key", ALL, "Filter.1.Key=Colour&Filter.1.Value.1=red", &UNKNOWN_KEY),
    bad_filter(
        "Six values",
        "Filter.1.Key=Status&Filter.1.Value.1=Initial&Filter.1.Value.2=Approved\
             &Filter.1.Value.3=Allocating&Filter.1.Value.4=Allocated\
             &Filter.1.Value.5=Confirmed&Filter.1.Value.6=Enabled",
    ),
    bad_filter("A condition without values", "Filter.1.Key=PhysicalConnectionId"),
    refuses(
        "A resource group in a finance region",
        from(E2023),
        "RegionId=cn-beijing-finance-1&ResourceGroupId=rg-acfmoiyermp",
        &NO_GROUPS,
    ),
];

const HOSTED: &str = "Filter.1.Key=ProductType&Filter.1.Value.1=VirtualPhysicalConnection";

const BY_ID: &str = "Filter.1.Key=PhysicalConnectionId&Filter.1.Value.1=pc-example";

const fn bad_filter(title: &'static str, changes: Given) -> Example {
    Example { shows: Shows::Invalid("Filter"), ..answers(title, ALL, changes, "") }
}
