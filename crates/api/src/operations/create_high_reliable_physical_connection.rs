//! CreateHighReliablePhysicalConnection: apply for circuits that stand in for each other, all at
//! once.

use super::create_physical_connection::{
    ACCESS_POINTS, BAD_BANDWIDTH, BAD_CIRCUIT_CODE, BAD_DESCRIPTION, BAD_LINE_OPERATOR, BAD_NAME,
    BAD_PEER_LOCATION, BAD_PORT_TYPE, BAD_TYPE, CIRCUIT_CODE, DESCRIPTION,
    DEVICE_ADVANCED_CAPACITY, LINE_OPERATOR, MODULES, NAME, NO_ACCESS_POINT, NO_BANDWIDTH,
    NO_OPERATOR, NO_PORT, OVERDUE, OWES, PEER_LOCATION, PORT_TYPES, PORT_USED, SERVICE_CLOSED,
    SPEEDS, TOO_MANY_AT_POINT, TOO_MANY_WAIT, fits_port, is_no_number, tag_list,
};
use super::create_vbr_ha::DRY_RUN_DONE;
use super::tag_resources_for_express_connect::{BAD_KEY, VALUE, key, tags};
use crate::answer::{Each, Field, NoItems, list, object, request_id, text};
use crate::check::{Input, Object};
use crate::client_token::{BAD_TOKEN, CLIENT_TOKEN};
use crate::does::changes;
use crate::edition::{ALL, E2024_03, E2025_03, E2025_09, Editions, between, from, until};
use crate::error::{BAD_REGION, ErrorRow, Invalid, error};
use crate::example::{Before, Example, answers, refuses};
use crate::form::{Characters, Form};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, RESOURCE_GROUP_ID, Text, objects, optional, required};
use domain::catalogue::{AccessPoint, PortType, Region};
use domain::circuit::{CircuitWords, Particulars};
use domain::command::{ApplyForCircuits, OfSet, SET_MAX};
use domain::receipt::SetAppliedFor;
use domain::tag::Tags;
use domain::{CircuitId, Refusal};

static BAD_PATTERN: ErrorRow =
    error(400, "InvalidHighReliableType", "The specified HighReliableType is not valid.")
        .documented_in(Editions::NONE)
        .assumed("its code and text, which no page has");

static BAD_SET: ErrorRow =
    error(400, "InvalidApList", "The access points do not fit the specified HighReliableType.")
        .documented_in(Editions::NONE)
        .assumed("its code and text, which no page has");

static COULD_BE_DONE: ErrorRow =
    error(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")
        .in_editions(until(E2025_09)) // SOURCE: EDITIONS, T028.
        .on_in(until(E2025_09), &[Refusal::DryRun])
        .assumed("its status and text");

static WOULD_SUCCEED: ErrorRow = DRY_RUN_DONE
    .in_editions(from(E2025_09)) // SOURCE: T028.
    .assumed("its status and text");

/// SOURCE: dossier, annex A: a key is shorter, and begins with a letter.
static KEY_FORM: Form = Form::of(Characters::Printable, (1, 64)).begins(Characters::Letters);
static KEY: Param<Text> = key(&KEY_FORM);
static TAG: Param<Text> = tag_list(&[&KEY.spec, &VALUE.spec]);

static WOULD_FAIL: ErrorRow = error(400, "DRYRUN.FAIL", "The dryrun request failed.")
    .in_editions(from(E2025_09)) // SOURCE: EDITIONS, T028.
    .on_in(
        from(E2025_09),
        &[
            Refusal::DryRunFailed,
            Refusal::DryRunWithoutService,
            Refusal::DryRunOverQuota,
            Refusal::DryRunWithoutRoom,
            Refusal::DryRunWithoutDevice,
        ],
    )
    .saying(&[
        (
            Refusal::DryRunWithoutService,
            "The dryrun request failed: \
             pconn.high.reliable.dryrun.error.disable.outbound.data.transfer.billing",
        ),
        (
            Refusal::DryRunOverQuota,
            "The dryrun request failed: pconn.high.reliable.dryrun.error.quota.exceeded",
        ),
        (
            Refusal::DryRunWithoutRoom,
            "The dryrun request failed: pconn.high.reliable.dryrun.error.not.enough.resource",
        ),
        (
            Refusal::DryRunWithoutDevice,
            "The dryrun request failed: pconn.high.reliable.dryrun.error.incompatable.device.\
             capacity",
        ),
    ])
    .assumed(
        "its status, its text, that what is ill-formed says so itself, and that the reason stands \
         in the text: the codes are those of ErrorInfoList, which only an answer of 200 has",
    );

static REGION_NOT_OPEN: ErrorRow = error(
    400,
    "EcNotSupportRegion",
    "High reliable physical connection is not support in this region.",
)
.on(&[Refusal::RegionDisabled])
.with_setting(ACCESS_POINTS)
.assumed("of a region all of whose access points are disabled");

static OWN_PORT_USED: ErrorRow = PORT_USED.on_in(until(E2025_03), &[Refusal::AccessPointDisabled]);

static NOT_OPEN: ErrorRow = error(
    400,
    "IllegalParam.UnsupportedAccessPoint",
    "The access point type does not support the creation of a highly reliable physical \
     connection.",
)
.in_editions(from(E2025_03))
.on(&[Refusal::AccessPointDisabled])
.with_setting(ACCESS_POINTS)
.assumed("of one that is disabled");

static SET_FULL: ErrorRow =
    error(400, "EcNotEnoughResource", "Insufficient access point resources.")
        .on(&[Refusal::SetFull])
        .with_setting(ACCESS_POINTS)
        .assumed("of a set none of whose access points has a port left; Invalid.Status is of one");

/// SOURCE: dossier, annex A: two access points, one, and one with several ports.
const PATTERNS: &[&str] =
    &["MultiApMultiDevice", "MultiApSingleDevice", "SingleApMultiDevice", PORTS];
const PORTS: &str = "SingleApMultiConnection";

static HIGH_RELIABLE_TYPE: Param<Text> = required("HighReliableType")
    .doc("How the circuits stand in for each other.")
    .example("MultiApMultiDevice")
    .one_of_in(ALL, PATTERNS)
    .or_else(&BAD_PATTERN)
    .assumed("everyone may use SingleApMultiConnection");

static PORT_TYPE: Param<PortType> = required("PortType")
    .doc("The type of the ports.")
    .example("1000Base-LX")
    .one_of_in(until(E2025_09), PORT_TYPES)
    .one_of_in(from(E2025_09), &["1000Base-LX", "10GBase-LR", "40GBase-LR", "100GBase-LR"]) // T027.
    .or_else(&BAD_PORT_TYPE);

static ITS_REGION: Param<Region> = required("RegionId")
    .doc("The region of the access point.")
    .example("cn-hangzhou")
    .or_else(&BAD_REGION);

static ACCESS_POINT_ID: Param<AccessPoint> = required("AccessPointId")
    .doc("The ID of the access point.")
    .example("ap-cn-hangzhou-yh-B")
    .or_else(&NO_ACCESS_POINT);

static TYPE: Param<Text> = optional("Type")
    .doc("The type of the circuit.")
    .example("VPC")
    .one_of_in(ALL, &["VPC"])
    .or_else(&BAD_TYPE);

static BANDWIDTH: Param<u32> = optional("Bandwidth")
    .doc("The bandwidth, in Mbit/s.")
    .example("50")
    .one_of_in(ALL, SPEEDS)
    .malformed(is_no_number, &NO_BANDWIDTH)
    .or_else(&BAD_BANDWIDTH)
    .assumed("without it, the port's own speed");

static PORT_NUM: Param<u32> = optional("PortNum")
    .doc("How many circuits, with SingleApMultiConnection alone: 2 to 16.")
    .example("2")
    .range_in(ALL, 2, SET_MAX as i64)
    .or_else(&BAD_SET);

/// SOURCE: EDITIONS, T029.
static OPTICAL_MODULE_MODEL: Param<Text> = optional("OpticalModuleModel")
    .doc("The model of the optical module; it must fit the port type.")
    .example("SFP-GE-LR-SM1310,10KM")
    .only_in(from(E2025_09))
    .one_of_in(ALL, MODULES)
    .rule_in(ALL, |input, text| fits_port(input.find(&PORT_TYPE), text));

static AP_LIST: Param<Text> = objects(
    "ApList",
    &[
        &ITS_REGION.spec,
        &ACCESS_POINT_ID.spec,
        &LINE_OPERATOR.spec,
        &TYPE.spec,
        &BANDWIDTH.spec,
        &PORT_NUM.spec,
        &NAME.spec,
        &DESCRIPTION.spec,
        &PEER_LOCATION.spec,
        &CIRCUIT_CODE.spec,
        &OPTICAL_MODULE_MODEL.spec,
    ],
    2,
)
.doc("The access points: two of them for the types that begin with Multi, one for the others.")
.example("ap-cn-hangzhou-yh-B")
.required_in(ALL)
.too_many(&BAD_SET);

/// SOURCE: EDITIONS, T030.
static OWN_CLIENT_TOKEN: Param<Text> = CLIENT_TOKEN.said_required_in(ALL);

static ACCEPT_LANGUAGE: Param<Text> = optional("AcceptLanguage")
    .doc("The language of the answer.")
    .example("zh-CN")
    .default_in(ALL, "zh-CN")
    .one_of_in(ALL, &["zh-CN", "en-US"])
    .without_effect("no answer has words");

static DRY_RUN: Param<bool> = optional("DryRun")
    .doc("Whether it is only to be found out whether it could be done.")
    .example("false")
    .default_in(ALL, "false");

static ITEM: &[Field<(u8, CircuitId)>] = &[
    text("InstanceId", "The ID of the circuit.", |(_, id): &(u8, CircuitId), _| id.as_str().into())
        .example("pc-j5e5qqo616p81ncsp****"),
    text("RegionNo", "The region of the circuit.", |(nth, _): &(u8, CircuitId), input| {
        let points = input.objects(&AP_LIST);
        // Of two access points each has one; otherwise all are at the same.
        let point = points.get(usize::from(*nth)).or_else(|| points.first());
        let region = point.and_then(|point| point.find(&ITS_REGION));
        region.map_or("", Region::id).into()
    })
    .example("cn-shanghai"),
];

static ANSWER: &[Field<SetAppliedFor>] = &[
    request_id(),
    object(
        "PhysicalConnectionList",
        "The circuits.",
        &[list(
            "physicalConnectionList",
            "The circuits.",
            &Each { of: |made: &SetAppliedFor| &made.0, fields: ITEM },
        )],
    ),
    object(
        "ErrorInfoList",
        "What went wrong.",
        &[list(
            "errorInfoList",
            "What went wrong: nothing, since all circuits come to be or none.",
            &NoItems(&[
                text("ErrorCode", "The code of the error.", |(), _| "".into()),
                text("ErrorMessage", "The error.", |(), _| "".into()),
                text("InstanceId", "The ID of the circuit.", |(), _| "".into()),
            ]),
        )],
    ),
];

/// CreateHighReliablePhysicalConnection.
/// SOURCE: dossier, annex A; EDITIONS, T024 to T030.
pub static OPERATION: Operation = operation(&VPC, NAME_OF_THIS, &changes(asks, ANSWER))
    .only_in(from(E2024_03))
    .summary("Applies for Express Connect circuits that stand in for each other.")
    .directory("Express Connect circuits")
    .parameters(&[
        &REGION_ID.spec,
        &HIGH_RELIABLE_TYPE.spec,
        &PORT_TYPE.spec,
        &AP_LIST.spec,
        &RESOURCE_GROUP_ID.spec,
        &TAG.spec,
        &DEVICE_ADVANCED_CAPACITY.spec,
        &DRY_RUN.spec,
        &ACCEPT_LANGUAGE.spec,
        &OWN_CLIENT_TOKEN.spec,
    ])
    .errors(ERRORS)
    .assumed(&[
        "each circuit is in the region of its access point, whichever the call is sent to",
        "all circuits come to be, or none; a try is found out by its error",
        "SingleApMultiDevice makes two circuits",
    ])
    .examples(&[], CALL, EXAMPLES);

static ERRORS: &[&ErrorRow] = &[
    &BAD_TOKEN.in_editions(ALL),
    &BAD_SET,
    &BAD_TYPE,
    &BAD_LINE_OPERATOR,
    &BAD_PEER_LOCATION,
    &BAD_NAME,
    &BAD_DESCRIPTION,
    &BAD_BANDWIDTH,
    &BAD_CIRCUIT_CODE,
    &NO_ACCESS_POINT,
    &SERVICE_CLOSED,
    &OVERDUE,
    &REGION_NOT_OPEN,
    &NOT_OPEN,
    &SET_FULL,
    &OWN_PORT_USED,
    &NO_PORT,
    &TOO_MANY_WAIT,
    &TOO_MANY_AT_POINT,
    &COULD_BE_DONE,
    &WOULD_SUCCEED,
    &WOULD_FAIL,
    &error(
        400,
        "InvalidRedundantPhysicalConnectionId.NotFound",
        "The RedundantPhysicalConnectionId  does not found.",
    )
    .unreached("No parameter names a companion."),
    &error(
        400,
        "InvalidRedundantPhysicalConnection",
        "redundant physical connection doesn't belong to current user.",
    )
    .unreached("No parameter names a companion."),
    &error(
        400,
        "InvalidRedundantPhysicalConnectionStatus",
        "invalid redundant physical connection status.",
    )
    .unreached("No parameter names a companion."),
    &NO_OPERATOR,
    &error(
        400,
        "InvalidPhysicalConnectionPortType.Malformed",
        "Specified PhysicalConnection PortType is not valid.",
    )
    .unreached("InvalidPortType.Malformd says it."),
    &NO_BANDWIDTH,
    &error(400, "InvalidPortType.NotFound", "Specified port type is not found.")
        .unreached("InvalidPortType.Malformd says it."),
    &error(400, "EcFailToGetAp", "Fail to get access point details.")
        .unreached("What is known of access points is always at hand."),
];

fn asks(input: &Input) -> Result<ApplyForCircuits, Invalid> {
    let Text(pattern) = input.get(&HIGH_RELIABLE_TYPE);
    let points = input.objects(&AP_LIST);
    let ports = match (&*points, points.iter().find_map(|point| point.find(&PORT_NUM))) {
        ([one, other], None) if pattern.starts_with("Multi") => {
            let same = one.find(&ACCESS_POINT_ID) == other.find(&ACCESS_POINT_ID);
            if same { None } else { Some(1) }
        }
        ([_], None) if &*pattern == "SingleApMultiDevice" => Some(2),
        ([_], Some(ports)) if &*pattern == PORTS => Some(ports),
        _ => None,
    };
    let ports = ports.ok_or_else(|| BAD_SET.invalid())?;
    let tags = tags(input, &TAG)?;
    let mut set = Vec::new();
    for point in &points {
        let of_set = of_set(input, point, &tags)?;
        set.extend((0..ports).map(|_| of_set.clone()));
    }
    Ok(ApplyForCircuits {
        set,
        dry_run: input.get(&DRY_RUN),
        silent: from(E2025_09).contains(input.edition),
    })
}

fn of_set(input: &Input, point: &Object, tags: &Tags) -> Result<OfSet, Invalid> {
    let region = point.find(&ITS_REGION).expect("it is required, and looked at");
    let access_point = point.find(&ACCESS_POINT_ID).expect("it is required, and looked at");
    if access_point.facts().region != region.id() {
        return Err(NO_ACCESS_POINT.invalid());
    }
    let word = |param: &'static Param<Text>| point.find(param).map_or_else(Box::default, |t| t.0);
    let words = CircuitWords {
        name: word(&NAME),
        description: word(&DESCRIPTION),
        peer_location: word(&PEER_LOCATION),
        circuit_code: word(&CIRCUIT_CODE),
        optical_module: word(&OPTICAL_MODULE_MODEL),
        resource_group: input.find(&RESOURCE_GROUP_ID).map_or_else(Box::default, |t| t.0),
        tags: tags.clone(),
        ..CircuitWords::default()
    };
    let port_type = input.get(&PORT_TYPE);
    let particulars = Particulars {
        access_point,
        line_operator: point.find(&LINE_OPERATOR).expect("it is required, and looked at"),
        port_type,
        bandwidth_mbps: point.find(&BANDWIDTH).unwrap_or(port_type.speed_mbps()),
        words: (!words.is_empty()).then(|| Box::new(words)),
    };
    Ok(OfSet { region, particulars })
}

const NAME_OF_THIS: &str = "CreateHighReliablePhysicalConnection";
const CALL: &str = "RegionId=cn-hangzhou&HighReliableType=SingleApMultiDevice\
     &PortType=1000Base-LX&ApList.1.RegionId=cn-hangzhou\
     &ApList.1.AccessPointId=ap-cn-hangzhou-yh-B&ApList.1.LineOperator=CT";
const SECOND: &str = "HighReliableType=MultiApMultiDevice&ApList.2.RegionId=cn-hangzhou\
     &ApList.2.AccessPointId=ap-cn-hangzhou-jg-B&ApList.2.LineOperator=CU";
const MADE: &str = "RequestId=*&PhysicalConnectionList.physicalConnectionList.1.InstanceId=*\
     &PhysicalConnectionList.physicalConnectionList.1.RegionNo=cn-hangzhou";

/// A tag whose key is too long where circuits are made in sets, or shared.
pub(super) const LONG_KEY: &str =
    "Tag.1.Key=kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

static EXAMPLES: &[Example] = &[
    answers("Two circuits at one access point", ALL, "", MADE),
    answers("A circuit at each of two access points", ALL, SECOND, MADE),
    answers(
        "As many circuits as there are ports",
        ALL,
        "HighReliableType=SingleApMultiConnection&ApList.1.PortNum=3",
        MADE,
    ),
    answers(
        "Circuits with words of their own",
        ALL,
        "ApList.1.Name=test&ApList.1.Bandwidth=200&ApList.1.Type=VPC&Tag.1.Key=team",
        MADE,
    ),
    refuses("A key of 65 characters", ALL, LONG_KEY, &BAD_KEY),
    refuses("A key that begins with a digit", ALL, "Tag.1.Key=1a", &BAD_KEY),
    refuses("Only to check", between(E2024_03, E2025_03), "DryRun=true", &COULD_BE_DONE),
    refuses("Only to check, since", from(E2025_09), "DryRun=true", &WOULD_SUCCEED),
    refuses("Only to check, and there are too many", from(E2025_09), "DryRun=true", &WOULD_FAIL)
        .after(&[FULL, FULL]),
    refuses("Only to check, and it cannot be paid for", from(E2025_09), "DryRun=true", &WOULD_FAIL)
        .after(&[Before::NewAccount]),
    refuses("More circuits than may wait", ALL, "", &TOO_MANY_WAIT).after(&[FULL, FULL]),
    refuses("While another circuit is overdue", ALL, "", &OVERDUE).after(&[OWES]),
    refuses("Outbound traffic is not billed", ALL, "", &SERVICE_CLOSED)
        .after(&[Before::NewAccount]),
    refuses(
        "One access point where two are wanted",
        ALL,
        "HighReliableType=MultiApSingleDevice",
        &BAD_SET,
    ),
    refuses("More than two access points", ALL, THREE, &BAD_SET),
    refuses("A pattern of no known name", ALL, "HighReliableType=Single", &BAD_PATTERN),
    refuses("A port of no known type", ALL, "PortType=2000Base-T", &BAD_PORT_TYPE),
    refuses("Another type", ALL, "ApList.1.Type=IPSEC", &BAD_TYPE),
    refuses("A speed between those that are sold", ALL, "ApList.1.Bandwidth=37", &BAD_BANDWIDTH),
    refuses("A speed that is no number", ALL, "ApList.1.Bandwidth=50M", &NO_BANDWIDTH),
    refuses("A carrier that nobody knows", ALL, "ApList.1.LineOperator=XX", &BAD_LINE_OPERATOR),
    refuses("A name that begins with a digit", ALL, "ApList.1.Name=1a", &BAD_NAME),
    refuses("A short description", ALL, "ApList.1.Description=a", &BAD_DESCRIPTION),
    refuses("A tab in a place", ALL, "ApList.1.PeerLocation=a\tb", &BAD_PEER_LOCATION),
    refuses("A tab in a code", ALL, "ApList.1.CircuitCode=a\tb", &BAD_CIRCUIT_CODE),
    refuses(
        "An access point of another region",
        ALL,
        "ApList.1.RegionId=cn-beijing",
        &NO_ACCESS_POINT,
    ),
];

const FULL: Before = Before::Call(NAME_OF_THIS, "");
const THREE: &str = "ApList.2.RegionId=cn-hangzhou&ApList.2.AccessPointId=ap-cn-hangzhou-jg-B\
     &ApList.2.LineOperator=CT&ApList.3.RegionId=cn-hangzhou\
     &ApList.3.AccessPointId=ap-cn-hangzhou-jg-B&ApList.3.LineOperator=CT";
