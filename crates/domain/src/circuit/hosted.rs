//! What makes a circuit a shared one: a part of another's port, which a partner has made for a
//! tenant. It is at home with the tenant; the partner refers to it.

use super::{CircuitState, Status};
use crate::catalogue::SharedSpec;
use crate::id::{AccountId, CircuitId, RouterId};
use crate::words::words;

words! {
    /// `OrderMode`: who pays for a shared circuit. SOURCE: api dossier, annex A.
    Payer {
        /// The tenant, who orders its occupation once it is confirmed.
        Tenant = "PayByVirtualPhysicalConnectionOwner",
        /// The partner, when it is made.
        Partner = "PayByPhysicalConnectionOwner",
    }
}

words! {
    /// `VpconnStatus`: whether the tenant has taken a shared circuit. SOURCE: api dossier 3.1.
    Acceptance {
        /// Taken.
        Confirmed = "Confirmed",
        /// Not taken yet, or given up.
        Unconfirmed = "UnConfirmed",
        /// Gone.
        Deleted = "Deleted",
    }
}

/// What makes a circuit a shared one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hosted {
    /// The circuit that it is a part of.
    pub parent: CircuitId,
    /// Who owns that one, and made this.
    pub partner: AccountId,
    /// `VlanId` there; 0 is the whole port, without a tag.
    pub vlan: u32,
    /// How fast it is.
    pub spec: SharedSpec,
    /// How fast it is to be once that is paid: `ExpectSpec`.
    pub expected: Option<SharedSpec>,
    /// Who pays for it.
    pub payer: Payer,
    /// The tenant's router on the parent that it was made from.
    pub router: Option<RouterId>,
}

impl Hosted {
    /// How fast it is sold now: what is paid for it next is for this.
    pub fn sold(&self) -> SharedSpec {
        self.expected.unwrap_or(self.spec)
    }

    /// Mbit/s of the parent's port that nobody else can have: it may become faster.
    pub fn reserved_mbps(&self) -> u32 {
        self.spec.mbps().max(self.sold().mbps())
    }

    /// Whether the tenant has taken it, if it stands so.
    /// ASSUMED: one that the tenant gave up before it was in service is not taken.
    pub fn acceptance(state: &CircuitState) -> Acceptance {
        match state.status {
            _ if state.deleted => Acceptance::Deleted,
            Status::Allocated | Status::Canceled => Acceptance::Unconfirmed,
            _ => Acceptance::Confirmed,
        }
    }
}
