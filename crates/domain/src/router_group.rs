//! A failover group of two routers.

use crate::catalogue::Region;
use crate::id::{AccountId, GroupId, RouterId};
use crate::kept::{ByName, Record, Wakes};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// `Status` of a group. SOURCE: ROUTERS 9, capitals and all.
    GroupStatus {
        /// Being made.
        Creating = "Creating",
        /// Made.
        Active = "Active",
    }
}

/// A failover group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouterGroup {
    /// Its id, never given twice in a world.
    pub id: GroupId,
    /// Its owner, at whom it is at home.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// Its routers.
    pub routers: [RouterId; 2],
    /// When it was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub status: GroupStatus,
    /// When the carrier is done.
    pub wakes_at: Option<Timestamp>,
    /// It is gone. The record stays, so that its id is never given twice.
    pub deleted: bool,
    /// `Name`.
    pub name: Box<str>,
    /// `Description`.
    pub description: Box<str>,
}

impl Record for RouterGroup {
    type Name = GroupId;
    type Home = ByName<Self>;

    fn name(&self) -> GroupId {
        self.id
    }

    fn owner(&self) -> AccountId {
        self.account
    }

    fn decided_at(&self) -> Timestamp {
        self.created_at
    }
}

impl Wakes for RouterGroup {
    fn due(&self) -> Option<Timestamp> {
        self.wakes_at
    }
}
