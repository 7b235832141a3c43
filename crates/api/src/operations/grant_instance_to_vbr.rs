//! GrantInstanceToVbr: let routers of another account connect to a VPC. Also what its sister says
//! alike.

use super::create_virtual_border_router::{LATER, WITH_OTHERS};
use crate::answer::request_id;
use crate::check::Input;
use crate::does::changes;
use crate::edition::{ALL, E2023, from};
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{Example, answers, refuses};
use crate::form::{Characters, Form};
use crate::operation::{Operation, VPC, operation};
use crate::parameter::{Param, REGION_ID, Text, required, texts};
use crate::value::Value;
use domain::catalogue::Region;
use domain::command::GrantRouters;
use domain::{AccountId, Refusal, RouterId};

pub(super) static NOT_NULL: ErrorRow =
    error(400, "InvalidParam.NotNull", "The parameter must not be null.")
        .for_missing(&["VbrOwnerUid", "InstanceId", "GrantType", "VbrRegionNo"])
        .assumed("of VbrInstanceIds too, where they are needed");
pub(super) static ILLEGAL: ErrorRow =
    error(400, "Parameter.Illegal", "The parameter is illegal.").on(&[Refusal::BadGrant]);
static STATUS: ErrorRow =
    error(400, "Instance.StatusError", "The status of instance error.").on(&[Refusal::VpcState]);
pub(super) static NOT_EXIST: ErrorRow = error(404, "Instance.NotExist", "The instance not exist.")
    .on(&[Refusal::NoSuchVpc, Refusal::NoSuchGrantee]);

static OWNER: Param<AccountId> = required("VbrOwnerUid")
    .doc("The account that owns the VBRs, which is not the caller's.")
    .example("1210123456123456")
    .or_else(&ILLEGAL);

/// How many VBRs a call may name. SOURCE: the vendor's metadata of mid-2024.
const ROUTERS_MAX: usize = 20;

/// SOURCE: ROUTERS 12, point 9: `a,b` in one, `["a,b"]` as text, or `.1` and `.2`.
pub(super) static ROUTER_IDS: Param<Text> = texts("VbrInstanceIds", ROUTERS_MAX)
    .ignored_with_in(ALL, &GRANT_TYPE, "All")
    .doc("The IDs of the VBRs: numbered, joined by commas, or a JSON array. Specify needs them.")
    .example("vbr-m5ex0xf63xk8s5bob****,vbr-bp1h6efd7a5g66xxd****")
    .or_else(&ILLEGAL);

static VPC_FORM: Form = Form::of(Characters::Printable, (1, 128));

pub(super) static VPC_ID: Param<Text> = required("InstanceId")
    .doc("The ID of the VPC.")
    .example("vpc-bp1lqhq93q8evjpky****")
    .form_in(ALL, &VPC_FORM)
    .or_else(&ILLEGAL)
    .assumed(
        "its form; there are no VPCs here, so that any vpc-... is the caller's and Available, \
              but vpc-sandboxpending and vpc-sandboxunknown",
    );

/// SOURCE: ROUTERS 12, point 9: `All` here and `ALL` in its sister.
pub(super) static GRANT_TYPE: Param<Text> = required("GrantType")
    .doc("All: every VBR of the account in the region; Specify: those that are named.")
    .example("All")
    .one_of_in(ALL, &["All", "Specify"])
    .in_any_case()
    .or_else(&ILLEGAL);

pub(super) static ROUTER_REGION: Param<Region> =
    required("VbrRegionNo").doc("The region of the VBRs.").example("cn-hangzhou").or_else(&ILLEGAL);

/// Which VBRs are meant; `None` for all.
pub(super) fn meant(input: &Input) -> Result<Option<Vec<RouterId>>, Invalid> {
    if input.get(&GRANT_TYPE).0.eq_ignore_ascii_case("All") {
        return Ok(None);
    }
    let mut said: Vec<String> = input.list(&ROUTER_IDS).into_iter().map(str::to_owned).collect();
    if let Some(text) = input.alone(&ROUTER_IDS) {
        let array = serde_json::from_str::<Vec<String>>(text);
        said.extend(array.unwrap_or_else(|_| vec![text.to_owned()]));
    }
    let ids = said.iter().flat_map(|text| text.split(',')).map(str::trim);
    let ids: Vec<&str> = ids.filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Err(NOT_NULL.invalid());
    }
    if ids.len() > ROUTERS_MAX {
        return Err(ILLEGAL.invalid());
    }
    Ok(ids.into_iter().map(RouterId::read).collect())
}

/// GrantInstanceToVbr.
/// SOURCE: ROUTERS, annex A; EDITIONS, T166; the vendor's metadata of mid-2024.
pub static OPERATION: Operation =
    operation(&VPC, "GrantInstanceToVbr", &changes(asks, &[request_id()]))
        .only_in(from(E2023))
        .summary("Lets virtual border routers (VBRs) of another account connect to a VPC.")
        .directory("Virtual border routers of other accounts")
        .parameters(&[
            &REGION_ID.spec,
            &OWNER.spec,
            &ROUTER_IDS.spec,
            &VPC_ID.spec,
            &GRANT_TYPE.spec,
            &ROUTER_REGION.spec,
        ])
        // SOURCE: ROUTERS 17.
        .resources_in(LATER, &["acs:vpc:{region}:{account}:vpc/{InstanceId}"])
        .errors(&[&NOT_NULL, &ILLEGAL, &NOT_EXIST, &STATUS])
        .assumed(&[
            "what is granted twice is granted",
            "the VPC is in the region of the call, since any is anywhere",
        ])
        .examples(WITH_OTHERS, CALL, EXAMPLES);

fn asks(input: &Input) -> Result<GrantRouters, Invalid> {
    Ok(GrantRouters {
        vpc: input.get(&VPC_ID).0,
        owner: input.get(&OWNER),
        region: input.get(&ROUTER_REGION),
        routers: meant(input)?,
    })
}

const CALL: &str = "RegionId=cn-hangzhou&VbrOwnerUid=1000000000000002&InstanceId=vpc-example\
     &GrantType=All&VbrRegionNo=cn-hangzhou";

static EXAMPLES: &[Example] = &[
    answers("All", ALL, "", "RequestId=*"),
    answers("One, numbered", ALL, "GrantType=Specify&VbrInstanceIds.1={VbrId}", "RequestId=*"),
    answers("One, in a text", ALL, "GrantType=specify&VbrInstanceIds={VbrId}", "RequestId=*"),
    refuses("Two, one unknown", ALL, TWO, &NOT_EXIST),
    refuses("As an array", ALL, ARRAY, &NOT_EXIST),
    refuses("None of them", ALL, "GrantType=Specify", &NOT_NULL),
    refuses("Without a type", ALL, "GrantType=", &NOT_NULL),
    refuses("21 of them", ALL, MANY, &ILLEGAL),
    answers("21 of them, which mean nothing beside All", ALL, NUMBERED, "RequestId=*"),
    refuses("One's own VBRs", ALL, "VbrOwnerUid=1000000000000001", &ILLEGAL),
    refuses("A VPC that nobody knows", ALL, "InstanceId=vpc-sandboxunknown", &NOT_EXIST),
    refuses("A VPC that is being made", ALL, "InstanceId=vpc-sandboxpending", &STATUS),
    refuses("A region that nobody knows", ALL, "VbrRegionNo=cn-atlantis", &ILLEGAL),
];

const TWO: &str = "GrantType=Specify&VbrInstanceIds=vbr-a,vbr-b";
const ARRAY: &str = "GrantType=Specify&VbrInstanceIds=[\"vbr-a,vbr-b\"]";
const NUMBERED: &str = "VbrInstanceIds.1=v&VbrInstanceIds.2=v&VbrInstanceIds.3=v&VbrInstanceIds.4=v\
     &VbrInstanceIds.5=v&VbrInstanceIds.6=v&VbrInstanceIds.7=v&VbrInstanceIds.8=v\
     &VbrInstanceIds.9=v&VbrInstanceIds.10=v&VbrInstanceIds.11=v&VbrInstanceIds.12=v\
     &VbrInstanceIds.13=v&VbrInstanceIds.14=v&VbrInstanceIds.15=v&VbrInstanceIds.16=v\
     &VbrInstanceIds.17=v&VbrInstanceIds.18=v&VbrInstanceIds.19=v&VbrInstanceIds.20=v\
     &VbrInstanceIds.21=v";
const MANY: &str = "GrantType=Specify&VbrInstanceIds=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u";
