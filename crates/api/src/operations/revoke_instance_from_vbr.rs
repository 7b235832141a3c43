//! RevokeInstanceFromVbr: let routers of another account no longer connect to a VPC.

use super::create_virtual_border_router::{FOR_OTHER, LATER, WITH_OTHERS};
use super::grant_instance_to_vbr::{
    GRANT_TYPE, ILLEGAL, NOT_EXIST, NOT_NULL, ROUTER_IDS, ROUTER_REGION, VPC_ID, meant,
};
use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2023, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Before, answers, refuses};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, required};
use crate::value::AccountText;
use domain::Refusal;
use domain::command::RevokeRouters;

/// SOURCE: ROUTERS 12, point 9: a text here, a number in its sister.
static OWNER: Param<AccountText> = required("VbrOwnerUid")
    .doc("The account that owns the VBRs, which is not the caller's.")
    .example("1210123456123456")
    .or_else(&ILLEGAL);

/// SOURCE: the vendor's metadata of mid-2024, its tab too.
static STATUS: ErrorRow =
    error(400, "Instance.StatusError", "The status of instance error.\t").on(&[Refusal::VpcState]);

/// SOURCE: the vendor's metadata of mid-2024.
static NOT_GRANTED: ErrorRow =
    error(404, "EcGrantRelation.NotExist", "The ec grant relation not exist.")
        .documented_in(LATER)
        .on(&[Refusal::NoSuchGrant]);

const GRANT: Before = Before::Call("GrantInstanceToVbr", "");

/// RevokeInstanceFromVbr.
/// SOURCE: ROUTERS, annex A; EDITIONS, T167; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "RevokeInstanceFromVbr", &changes(asks, &[request_id()]))
        .only_in(from(E2023))
        .summary("Takes back what GrantInstanceToVbr has granted.")
        .directory("Virtual border routers of other accounts")
        .parameters(&[
            &REGION_ID.spec,
            &OWNER.spec,
            &ROUTER_IDS.spec,
            &VPC_ID.spec,
            &GRANT_TYPE.spec,
            &ROUTER_REGION.spec,
        ])
        .errors(&[&NOT_NULL, &ILLEGAL, &NOT_EXIST, &STATUS, &NOT_GRANTED])
        .assumed(&[
            "all takes back whatever was granted; what was granted to all is not taken from one",
        ])
        .examples(
            &[Before::circuit("Enabled"), GRANT],
            "RegionId=cn-hangzhou&VbrOwnerUid=1000000000000002&InstanceId=vpc-example\
             &GrantType=ALL&VbrRegionNo=cn-hangzhou",
            &[
                answers("All", ALL, "", "RequestId=*"),
                answers("One", ALL, "GrantType=Specify&VbrInstanceIds={VbrId}", "RequestId=*")
                    .after(&[
                        Before::circuit("Enabled"),
                        Before::Call("CreateVirtualBorderRouter", FOR_OTHER),
                        Before::Call(
                            "GrantInstanceToVbr",
                            "GrantType=Specify&VbrInstanceIds.1={VbrId}",
                        ),
                    ]),
                refuses("None of them", ALL, "GrantType=Specify", &NOT_NULL),
                refuses("What was never granted", ALL, "", &NOT_GRANTED).after(WITH_OTHERS),
                refuses(
                    "What was granted of a VPC of another region",
                    ALL,
                    "RegionId=cn-beijing",
                    &NOT_GRANTED,
                ),
                refuses("One's own VBRs", ALL, "VbrOwnerUid=1000000000000001", &ILLEGAL),
                refuses(
                    "A VPC that nobody knows",
                    ALL,
                    "InstanceId=vpc-sandboxunknown",
                    &NOT_EXIST,
                ),
                refuses("A VPC that is being made", ALL, "InstanceId=vpc-sandboxpending", &STATUS),
            ],
        );

fn asks(input: &Input) -> Result<RevokeRouters, Invalid> {
    Ok(RevokeRouters {
        vpc: input.get(&VPC_ID).0,
        owner: input.get(&OWNER).0,
        region: input.get(&ROUTER_REGION),
        routers: meant(input)?,
    })
}
