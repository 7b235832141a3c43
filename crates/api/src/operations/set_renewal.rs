//! SetRenewal: how circuits go on at the end of what is paid for.

use super::query_orders::{INVALID, status_rows};
use super::renew_instance::{NOT_THERE, PRODUCT_TYPE, WRONG_STATUS};
use crate::answer::Field;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2024_03, from};
use crate::error::{ErrorRow, Invalid};
use crate::example::{Before, answers, refuses};
use crate::operation::{BSS, Operation, operation};
use crate::parameter::{Param, Text, optional, required};
use crate::value::CircuitIds;
use domain::command::SetRenewal;
use domain::receipt::Done;
use domain::subscription::{RenewStatus, Renewal};
use std::num::NonZeroU32;

static BAD_VALUE: ErrorRow = INVALID;

static INSTANCE_IDS: Param<CircuitIds> = required("InstanceIDs")
    .doc("The IDs of the circuits, separated by commas. All are set, or none is.")
    .example("pc-119mfjzm7,pc-119mfjzm8")
    .assumed("that none is set where one cannot be");

static PRODUCT_CODE: Param<Text> = optional("ProductCode")
    .doc("The code of the product: pconn, the port of an Express Connect circuit.")
    .example("pconn")
    .required_in(from(E2024_03)) // SOURCE: EDITIONS, T178.
    .one_of_in(ALL, &["pconn"])
    .in_any_case()
    .or_else(&NOT_THERE);

/// SOURCE: bss_operations.json.
static RENEWAL_STATUS: Param<RenewStatus> = required("RenewalStatus")
    .doc("How the circuits go on: AutoRenewal, ManualRenewal or NotRenewal.")
    .example("AutoRenewal")
    .or_else(&BAD_VALUE);

/// SOURCE: billing dossier 1.4.
static RENEWAL_PERIOD_UNIT: Param<Text> = optional("RenewalPeriodUnit")
    .doc("The unit of the length of a renewal: M, months, or Y, years. Wanted for AutoRenewal.")
    .example("M")
    .one_of_in(ALL, &["M", "Y"])
    .required_with_in(ALL, &RENEWAL_STATUS, "AutoRenewal")
    .or_else(&BAD_VALUE);

static RENEWAL_PERIOD: Param<u32> = optional("RenewalPeriod")
    .doc("The length of a renewal: 1, 2, 3, 6 or 12. Wanted for AutoRenewal.")
    .example("1")
    .rule_in(ALL, |_, text| matches!(text.parse(), Ok(1 | 2 | 3 | 6 | 12)))
    .required_with_in(ALL, &RENEWAL_STATUS, "AutoRenewal")
    .or_else(&BAD_VALUE);

static SUBSCRIPTION_TYPE: Param<Text> = optional("SubscriptionType")
    .doc("The billing method: Subscription. What is billed as it goes has nothing to renew.")
    .example("Subscription")
    .one_of_in(ALL, &["Subscription"])
    .in_any_case()
    .or_else(&BAD_VALUE);

fn asks(input: &Input) -> Result<SetRenewal, Invalid> {
    let months = || {
        let count = input.get(&RENEWAL_PERIOD);
        let years = &*input.get(&RENEWAL_PERIOD_UNIT).0 == "Y";
        NonZeroU32::new(if years { count * 12 } else { count })
    };
    let renewal = match input.get(&RENEWAL_STATUS) {
        RenewStatus::AutoRenewal => Renewal::Auto(months().expect("none of its values is zero")),
        RenewStatus::ManualRenewal => Renewal::Manual,
        RenewStatus::NotRenewal => Renewal::Never,
    };
    Ok(SetRenewal { circuits: input.get(&INSTANCE_IDS).0, renewal })
}

static ANSWER: &[Field<Done>] = &status_rows();

/// SetRenewal.
/// SOURCE: billing dossier 1.4, the vendor's metadata of mid-2024.
pub static OPERATION: Operation = operation(&BSS, "SetRenewal", &changes(asks, ANSWER))
    .summary("Sets how subscriptions go on at their end.")
    .directory("Instances")
    .parameters(&[
        &RENEWAL_PERIOD.spec,
        &INSTANCE_IDS.spec,
        &PRODUCT_CODE.spec,
        &PRODUCT_TYPE.spec,
        &SUBSCRIPTION_TYPE.spec,
        &RENEWAL_PERIOD_UNIT.spec,
        &RENEWAL_STATUS.spec,
    ])
    .errors(&[&NOT_THERE, &WRONG_STATUS])
    .assumed(&["its errors, which are printed nowhere: those of RenewInstance"])
    .examples(
        &[Before::circuit("Enabled")],
        "InstanceIDs=pc-example&ProductCode=pconn&RenewalStatus=AutoRenewal&RenewalPeriod=1\
         &RenewalPeriodUnit=M",
        &[
            answers("Every month by itself", ALL, "", "Code=Success&Success=true&RequestId=*"),
            answers("Every year by itself", ALL, "RenewalPeriodUnit=Y", ""),
            answers(
                "By hand",
                ALL,
                "RenewalStatus=ManualRenewal&RenewalPeriod=&RenewalPeriodUnit=",
                "Success=true",
            ),
            answers("Not at all", ALL, "RenewalStatus=NotRenewal", "Success=true"),
            answers(
                "No product, as the older editions take it",
                ALL.without(from(E2024_03)),
                "ProductCode=",
                "",
            ),
            refuses("No length", ALL, "RenewalPeriod=", &BAD_VALUE),
            refuses("Four months", ALL, "RenewalPeriod=4", &BAD_VALUE),
            refuses("What is billed as it goes", ALL, "SubscriptionType=PayAsYouGo", &BAD_VALUE),
            refuses("Another product", ALL, "ProductCode=rds", &NOT_THERE),
            refuses(
                "One circuit that is unknown",
                ALL,
                "InstanceIDs=pc-example,pc-other",
                &NOT_THERE,
            ),
            refuses("A circuit that is not in service", ALL, "", &WRONG_STATUS)
                .after(&[Before::circuit("Terminated")]),
        ],
    );
