//! Grants: the owner of a VPC lets routers of another account connect to it.

use crate::catalogue::Region;
use crate::id::{AccountId, RouterId};
use crate::kept::{ByName, Record};
use crate::refusal::Refusal;

/// To whose routers, where, a VPC is opened: the VPC and its region, the routers' owner and theirs.
pub type GrantName = (Box<str>, Region, AccountId, Region);

/// Whether a VPC can be opened to others. There are none here, so that any is the caller's and
/// Available but these two, whose names say how they are.
///
/// # Errors
///
/// [`Refusal::NoSuchVpc`] and [`Refusal::VpcState`].
pub fn check_vpc(id: &str) -> Result<(), Refusal> {
    match id {
        "vpc-sandboxpending" => Err(Refusal::VpcState),
        "vpc-sandboxunknown" => Err(Refusal::NoSuchVpc),
        _ if id.starts_with("vpc-") => Ok(()),
        _ => Err(Refusal::NoSuchVpc),
    }
}

/// What an account has granted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// Who has granted it.
    pub account: AccountId,
    /// The VPC.
    pub vpc: Box<str>,
    /// The region of the VPC, as the call says it.
    pub vpc_region: Region,
    /// The owner of the routers.
    pub owner: AccountId,
    /// The region of the routers.
    pub region: Region,
    /// Whether to every router of his there, present or to come.
    pub all: bool,
    /// To these, in the order of their ids.
    pub routers: Vec<RouterId>,
}

impl Grant {
    /// Whether nothing is granted.
    pub fn is_void(&self) -> bool {
        !self.all && self.routers.is_empty()
    }
}

impl Record for Grant {
    type Name = (AccountId, GrantName);
    type Home = ByName<Self>;

    fn name(&self) -> Self::Name {
        (self.account, (self.vpc.clone(), self.vpc_region, self.owner, self.region))
    }

    #[allow(
        clippy::misnamed_getters,
        reason = "a record is its home's, whoever owns what it tells of"
    )]
    fn owner(&self) -> AccountId {
        self.account
    }
}
