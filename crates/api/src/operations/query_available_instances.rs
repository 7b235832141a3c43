//! QueryAvailableInstances: what an account has that is billed: its circuits in every region, and
//! how long each is paid for.

use super::query_orders::{
    INVALID, ONE_TIME, PAGE_NUM, PRODUCT_CODE, PRODUCT_TYPE, SUBSCRIPTION_TYPE, envelope,
    is_subscription, time, whole_second,
};
use crate::answer::{Each, Field, list, number, text};
use crate::check::Input;
use crate::does::Lists;
use crate::edition::ALL;
use crate::error::{ErrorRow, Invalid};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional};
use crate::value::CircuitIds;
use domain::Timestamp;
use domain::catalogue::Region;
use domain::circuit::Circuit;
use domain::query::{InstanceFilter, InstancesOf, Listing, Page};
use domain::subscription::RenewStatus;

static BAD_VALUE: ErrorRow = INVALID;

static REGION: Param<Text> =
    optional("Region").doc("The region of the instances.").example("cn-hangzhou");

/// SOURCE: billing dossier 1.4.
pub(super) static PAGE_SIZE: Param<u32> = optional("PageSize")
    .doc("The number of entries on each page, at most 300.")
    .example("20")
    .default_in(ALL, "20")
    .range_in(ALL, 1, 300)
    .or_else(&BAD_VALUE);

/// SOURCE: bss_operations.json (at most 100).
static INSTANCE_IDS: Param<CircuitIds> = optional("InstanceIDs")
    .doc("The IDs of the instances, separated by commas; at most 100.")
    .example("pc-119mfjzm7")
    .rule_in(ALL, |_, text| text.split(',').count() <= 100)
    .or_else(&BAD_VALUE);

static END_TIME_START: Param<Timestamp> = optional("EndTimeStart")
    .doc("The beginning of the time in which what is paid for ends.")
    .example("2016-05-23T12:00:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

static END_TIME_END: Param<Timestamp> = optional("EndTimeEnd")
    .doc("The end of the time in which what is paid for ends.")
    .example("2016-05-23T12:00:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

static CREATE_TIME_START: Param<Timestamp> = optional("CreateTimeStart")
    .doc("The beginning of the time in which the instances were made.")
    .example("2016-05-23T12:00:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

static CREATE_TIME_END: Param<Timestamp> = optional("CreateTimeEnd")
    .doc("The end of the time in which the instances were made.")
    .example("2016-05-23T12:00:00Z")
    .assumed(ONE_TIME)
    .or_else(&BAD_VALUE);

static RENEW_STATUS: Param<RenewStatus> = optional("RenewStatus")
    .doc("How the instances go on: AutoRenewal, ManualRenewal or NotRenewal.")
    .example("AutoRenewal")
    .or_else(&BAD_VALUE);

/// QueryAvailableInstances.
/// SOURCE: billing dossier 1.4, the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&BSS, "QueryAvailableInstances", &Lists { asks, answer: ANSWER })
        .summary("Queries what an account has that is billed, and how long it is paid for.")
        .directory("Instances")
        .parameters(&[
            &REGION.spec,
            &PAGE_NUM.spec,
            &PAGE_SIZE.spec,
            &PRODUCT_CODE.spec,
            &PRODUCT_TYPE.spec,
            &SUBSCRIPTION_TYPE.spec,
            &INSTANCE_IDS.spec,
            &END_TIME_START.spec,
            &END_TIME_END.spec,
            &CREATE_TIME_START.spec,
            &CREATE_TIME_END.spec,
            &RENEW_STATUS.spec,
        ])
        .ram_aliases(&["bss:DescribeInstances"]) // SOURCE: billing dossier 1.1.
        .assumed(&["an instance is a circuit that is or was in service, by region and making"])
        .examples(
            &[Before::circuit("Enabled")],
            "InstanceIDs=pc-example",
            &[
                answers(
                    "A circuit in service",
                    ALL,
                    "ProductCode=pconn&Region=cn-hangzhou&SubscriptionType=subscription",
                    "Code=Success&Message=Successful!&Success=true&RequestId=*&Data.PageNum=1\
                         &Data.PageSize=20&Data.TotalCount=1\
                         &Data.InstanceList.0.InstanceID=pc-example\
                         &Data.InstanceList.0.Status=Normal\
                         &Data.InstanceList.0.RenewStatus=ManualRenewal",
                ),
                answers("Another product", ALL, "ProductCode=rds", "Data.TotalCount=0"),
                answers("Another region", ALL, "Region=cn-beijing", "Data.TotalCount=0"),
                answers(
                    "Those that renew themselves",
                    ALL,
                    "RenewStatus=AutoRenewal",
                    "Data.TotalCount=0",
                ),
                answers(
                    "Those that ended long ago",
                    ALL,
                    "EndTimeEnd=2016-05-23T12:00:00Z",
                    "Data.TotalCount=0",
                ),
                answers("A circuit that never was in service", ALL, "", "Data.TotalCount=0")
                    .after(&[Before::circuit("Confirmed")]),
                refuses("A page of 301", ALL, "PageSize=301", &BAD_VALUE),
            ],
        );

fn asks(input: &Input) -> Result<InstancesOf, Invalid> {
    let other = |param: &'static Param<Text>, ours: &str| {
        input.find(param).is_some_and(|Text(word)| !word.eq_ignore_ascii_case(ours))
    };
    let region = input.find(&REGION).map(|Text(id)| Region::find(&id));
    let subscription = input.find(&SUBSCRIPTION_TYPE).and_then(|Text(word)| is_subscription(&word));
    let filter = InstanceFilter {
        region: region.flatten(),
        ids: input.find(&INSTANCE_IDS).map(|CircuitIds(ids)| ids),
        created: (input.find(&CREATE_TIME_START), input.find(&CREATE_TIME_END).map(whole_second)),
        ends: (input.find(&END_TIME_START), input.find(&END_TIME_END).map(whole_second)),
        renewal: input.find(&RENEW_STATUS),
        subscription,
        nothing: region == Some(None) || other(&PRODUCT_CODE, "pconn") || other(&PRODUCT_TYPE, ""),
    };
    let page = Page { number: input.get(&PAGE_NUM), size: input.get(&PAGE_SIZE) };
    Ok(InstancesOf(input.caller.account, filter, page))
}

static ANSWER: &[Field<Listing<Circuit>>] = &envelope(&[
    number("PageNum", "The number of the page.", |_, input| input.get(&PAGE_NUM).into())
        .example("1"),
    number("PageSize", "The number of entries on a page.", |_, input| input.get(&PAGE_SIZE).into())
        .example("10"),
    number("TotalCount", "The number of instances.", |found: &Listing<Circuit>, _| {
        i64::try_from(found.total).expect("circuits fit in memory")
    })
    .example("11"),
    list(
        "InstanceList",
        "The instances.",
        &Each { of: |found: &Listing<Circuit>| &found.page, fields: INSTANCE },
    ),
]);

fn renews(circuit: &Circuit, _: &Input) -> bool {
    circuit.state.subscription.renewal.months().is_some()
}

const NO_SELLER: &str = "nobody sells for others";
const GOES_ON: &str = "nothing of one that does not end by itself";

static INSTANCE: &[Field<Circuit>] = &[
    text("SubStatus", "The status of what is billed as it goes.", |_, _| "Normal".into())
        .example("Normal")
        .assumed("nothing of a circuit is limited for want of payment"),
    // SOURCE: the vendor's metadata of mid-2024 (its example lists the values).
    text("Status", "Creating, Normal, WaitForExpire or Expired.", |circuit: &Circuit, input| {
        let state = &circuit.state;
        let over = |at: Timestamp| at <= input.now;
        match state.stop_and_release() {
            Some((stop, _)) if over(stop) => "Expired",
            Some(_) if state.ends_at.is_some_and(over) => "WaitForExpire",
            _ => "Normal",
        }
        .into()
    })
    .example("Normal")
    .assumed("between its end and the stop a circuit is about to stop"),
    text("ExpectedReleaseTime", "When it is to be released.", |circuit: &Circuit, _| {
        time(circuit.state.stop_and_release().map(|(_, release)| release)).into()
    })
    .example("2019-09-08T16:00:00Z")
    .assumed(GOES_ON),
    text("RenewStatus", "How it goes on.", |circuit: &Circuit, _| {
        circuit.state.subscription.renewal.status().text().into()
    })
    .example("ManualRenewal"),
    text("CreateTime", "When it was made.", |circuit: &Circuit, _| {
        circuit.created_at.to_string().into()
    })
    .example("2019-09-08T16:00:00Z"),
    number("SellerId", "The ID of the seller.", |_, _| 0)
        .long()
        .when(|_, _| false)
        .example("123123123")
        .assumed(NO_SELLER),
    text("InstanceID", "The ID of the instance.", |circuit: &Circuit, _| {
        circuit.id.as_str().into()
    })
    .example("1049056"),
    text("Seller", "The seller.", |_, _| "".into())
        .when(|_, _| false)
        .example("123123123")
        .assumed(NO_SELLER),
    text("StopTime", "When it is to be stopped.", |circuit: &Circuit, _| {
        time(circuit.state.stop_and_release().map(|(stop, _)| stop)).into()
    })
    .example("2019-09-08T16:00:00Z")
    .assumed(GOES_ON),
    text("RenewalDurationUnit", "The unit of RenewalDuration: M, months.", |_, _| "M".into())
        .when(renews)
        .example("M")
        .assumed("years are told as months"),
    text("SubscriptionType", "The billing method.", |circuit: &Circuit, _| {
        if circuit.state.is_metered() { "PayAsYouGo" } else { "Subscription" }.into()
    })
    .example("Subscription"),
    number("OwnerId", "The ID of the owner.", |circuit: &Circuit, _| {
        i64::try_from(circuit.account.0).expect("accounts have 16 digits")
    })
    .long()
    .example("325352345"),
    text("EndTime", "The end of what is paid for.", |circuit: &Circuit, _| {
        time(circuit.state.ends_at).into()
    })
    .example("2019-09-08T16:00:00Z"),
    text("ProductType", "The type of the product.", |_, _| "".into()).example("rds"),
    text("Region", "The region.", |circuit: &Circuit, _| circuit.region.id().into())
        .example("cn-hangzhou"),
    text("ReleaseTime", "When it is released.", |circuit: &Circuit, _| {
        time(circuit.state.stop_and_release().map(|(_, release)| release)).into()
    })
    .example("2019-09-08T16:00:00Z")
    .assumed(GOES_ON),
    number("RenewalDuration", "The length of a renewal by itself.", |circuit: &Circuit, _| {
        circuit.state.subscription.renewal.months().map_or(0, |months| months.get().into())
    })
    .when(renews)
    .example("1"),
    text("ProductCode", "The code of the product.", |_, _| "pconn".into()).example("rds"),
];
