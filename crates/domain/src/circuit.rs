//! A circuit: what describes it, where it stands, and where a state keeps it
//! (`circuit/home.rs`). How it moves is [`machine`]'s. It knows nothing of money or owners.

#[path = "circuit/home.rs"]
mod home;
#[path = "circuit/hosted.rs"]
mod hosted;
#[path = "circuit/labels.rs"]
mod labels;
#[path = "circuit/machine.rs"]
pub mod machine;

pub use home::Circuits;
pub(crate) use home::{Facts, count};
pub use hosted::{Acceptance, Hosted, Payer};
pub(crate) use labels::Label;
pub use machine::{Event, next_of_carrier, step};

use crate::catalogue::{AccessPoint, LineOperator, PortType, Region};
use crate::id::{AccountId, CircuitId, OrderId};
use crate::kept::{Record, Wakes};
use crate::macsec::{MacsecKey, MacsecKeys};
use crate::price::Port;
use crate::print::printed;
use crate::subscription::{Renewal, Subscription};
use crate::tag::Tags;
use crate::time::{Timestamp, period_end};
use crate::words::words;
use std::sync::LazyLock;

words! {
    /// `Status` of a circuit. SOURCE: api dossier 3.1.
    Status {
        /// Applied, under review.
        Initial = "Initial",
        /// Application approved.
        Approved = "Approved",
        /// Resources being allocated.
        Allocating = "Allocating",
        /// Port allocated, line under construction.
        Allocated = "Allocated",
        /// Line ready; waiting for payment ("Complete" in the texts of the order operation).
        Confirmed = "Confirmed",
        /// In service.
        Enabled = "Enabled",
        /// Application refused.
        Rejected = "Rejected",
        /// Given up by the customer.
        Canceled = "Canceled",
        /// No resources. With a blank on the wire.
        AllocationFailed = "Allocation Failed",
        /// Being ended.
        Terminating = "Terminating",
        /// Ended.
        Terminated = "Terminated",
    }
}

impl Status {
    /// Whether a circuit has a port by it, or is to have one.
    /// ASSUMED: refused, given up and ended ones hold no port, and so stand at no access point; one
    /// that is being ended holds its port until then.
    pub const fn stands(self) -> bool {
        use Status as S;
        !matches!(self, S::Rejected | S::Canceled | S::AllocationFailed | S::Terminated)
    }
}

words! {
    /// `LoaStatus` of a circuit that has a Letter of Authorization. SOURCE: api dossier 3.1.
    LoaStatus {
        /// Asked for.
        Applying = "Applying",
        /// Accepted.
        Accept = "Accept",
        /// Can be fetched.
        Available = "Available",
        /// Refused.
        Rejected = "Rejected",
        /// Work reported done, being checked.
        Completing = "Completing",
        /// Work done.
        Complete = "Complete",
        /// Removed.
        Deleted = "Deleted",
    }
}

words! {
    /// `BusinessStatus` of a circuit. SOURCE: api dossier 3.1.
    BusinessStatus {
        /// In good standing.
        Normal = "Normal",
        /// Locked for want of payment.
        FinancialLocked = "FinancialLocked",
        /// Locked for security.
        SecurityLocked = "SecurityLocked",
    }
}

words! {
    /// What locks a circuit: each of the two is set and lifted for itself. The text of both is the
    /// store's alone.
    Locks {
        /// Nothing.
        None = "Normal",
        /// That nobody paid.
        Financial = "FinancialLocked",
        /// Its security.
        Security = "SecurityLocked",
        /// Both.
        Both = "FinancialLocked,SecurityLocked",
    }
}

impl Locks {
    const fn of(financial: bool, security: bool) -> Self {
        match (financial, security) {
            (false, false) => Self::None,
            (true, false) => Self::Financial,
            (false, true) => Self::Security,
            (true, true) => Self::Both,
        }
    }

    /// Whether it is locked for want of payment.
    pub const fn financial(self) -> bool {
        matches!(self, Self::Financial | Self::Both)
    }

    /// Whether it is locked for security.
    pub const fn security(self) -> bool {
        matches!(self, Self::Security | Self::Both)
    }

    /// With this lock for want of payment, or without.
    #[must_use]
    pub const fn with_financial(self, locked: bool) -> Self {
        Self::of(locked, self.security())
    }

    /// With this lock for security, or without.
    #[must_use]
    pub const fn with_security(self, locked: bool) -> Self {
        Self::of(self.financial(), locked)
    }

    /// As it is told: a lock for security comes first.
    /// ASSUMED: no page says which of two locks is told.
    pub const fn business(self) -> BusinessStatus {
        match self {
            Self::None => BusinessStatus::Normal,
            Self::Financial => BusinessStatus::FinancialLocked,
            Self::Security | Self::Both => BusinessStatus::SecurityLocked,
        }
    }
}

impl From<BusinessStatus> for Locks {
    fn from(business: BusinessStatus) -> Self {
        match business {
            BusinessStatus::Normal => Self::None,
            BusinessStatus::FinancialLocked => Self::Financial,
            BusinessStatus::SecurityLocked => Self::Security,
        }
    }
}

/// What changes as a circuit lives; stored apart from what describes it, since orders write this
/// and nothing else of a circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CircuitState {
    /// Where it stands.
    pub status: Status,
    /// Its Letter of Authorization, if there is one.
    pub loa: Option<LoaStatus>,
    /// What locks it.
    pub locks: Locks,
    /// The unpaid occupancy order that keeps another from being placed.
    pub open_order: Option<OrderId>,
    /// The occupancy order that was paid for it.
    pub paid_order: Option<OrderId>,
    /// When it went into service.
    pub enabled_at: Option<Timestamp>,
    /// End of the paid period; `None` while it has none (never enabled, or paid as it goes).
    pub ends_at: Option<Timestamp>,
    /// How what is paid goes on.
    pub subscription: Subscription,
    /// When it next moves by itself, but for its subscription's steps.
    pub wakes_at: Option<Timestamp>,
    /// Removed by its owner. The record stays, so that its id is never given twice.
    pub deleted: bool,
}

impl CircuitState {
    /// A circuit that has just come to be.
    pub const fn born(status: Status) -> Self {
        Self {
            status,
            loa: None,
            locks: Locks::None,
            open_order: None,
            paid_order: None,
            enabled_at: None,
            ends_at: None,
            subscription: Subscription {
                renewal: Renewal::Manual,
                grace: None,
                anchor_day: 0,
                last_order: None,
                begins_at: None,
                billed_to: None,
                refund: None,
                steps_at: None,
            },
            wakes_at: None,
            deleted: false,
        }
    }
}

printed! {
    /// Words about a circuit that most circuits lack.
    #[derive(Default)]
    CircuitWords {
        /// `Name`.
        name: Box<str>,
        /// `Description`.
        description: Box<str>,
        /// `PeerLocation`.
        peer_location: Box<str>,
        /// `CircuitCode`.
        circuit_code: Box<str>,
        /// `OpticalModuleModel`.
        optical_module: Box<str>,
        /// `ResourceGroupId`.
        resource_group: Box<str>,
        /// `RedundantPhysicalConnectionId`.
        redundant: Option<CircuitId>,
        /// `Tags`.
        tags: Tags,
        /// `MacsecKeys`.
        macsec: MacsecKeys,
    } not compared {
        /// `DownDelayTime`, milliseconds: nobody applies for it. No link here ever goes down.
        down_delay_ms: u32,
        /// What it is of another's, if it is a shared one: nobody applies for that in such words.
        hosted: Option<Hosted>,
    } absent as default
}

impl CircuitWords {
    /// Whether there are none. A start asks it of every circuit: it compares no texts.
    pub fn is_empty(&self) -> bool {
        let Self {
            name,
            description,
            peer_location,
            circuit_code,
            optical_module,
            resource_group,
            redundant,
            tags,
            macsec,
            down_delay_ms,
            hosted,
        } = self;
        let texts = [name, description, peer_location, circuit_code, optical_module];
        texts.iter().all(|text| text.is_empty())
            && (resource_group.is_empty() && redundant.is_none())
            && (tags.is_empty() && macsec.is_empty() && hosted.is_none() && *down_delay_ms == 0)
    }
}

printed! {
    /// What describes a circuit.
    Particulars {
        /// Where the port is.
        access_point: AccessPoint,
        /// Who runs the line.
        line_operator: LineOperator,
        /// What the port is.
        port_type: PortType,
        /// Mbit/s.
        bandwidth_mbps: u32,
        /// Free text.
        words: Option<Box<CircuitWords>>,
    }
}

impl Particulars {
    /// The circuit that it is redundant with.
    pub(crate) fn redundant(&self) -> Option<CircuitId> {
        self.words.as_ref()?.redundant
    }

    /// What it is of another's, if it is a shared one.
    pub fn hosted(&self) -> Option<&Hosted> {
        self.words.as_ref()?.hosted.as_ref()
    }

    /// How fast what is sold is: `Spec`.
    pub fn spec(&self) -> &'static str {
        self.hosted().map_or(self.port_type.spec(), |hosted| hosted.spec.text())
    }
}

/// A circuit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Circuit {
    /// Its id, never given twice in a world.
    pub id: CircuitId,
    /// Its owner.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// When it was applied for.
    pub created_at: Timestamp,
    /// Put there by the operator of the world rather than applied for: it needs no order to be
    /// Enabled and counts in no quota.
    pub given: bool,
    /// What describes it.
    pub particulars: Particulars,
    /// What changes.
    pub state: CircuitState,
}

impl Record for Circuit {
    type Name = CircuitId;
    type Home = Circuits;

    fn name(&self) -> CircuitId {
        self.id
    }

    fn owner(&self) -> AccountId {
        self.account
    }

    fn decided_at(&self) -> Timestamp {
        self.state.enabled_at.unwrap_or(self.created_at).max(self.created_at)
    }
}

impl Wakes for Circuit {
    fn due(&self) -> Option<Timestamp> {
        [self.state.wakes_at, self.state.subscription.steps_at].into_iter().flatten().min()
    }
}

/// Whether it counts against the number of circuits that may wait to be enabled.
/// SOURCE: api dossier 7 (circuits not in Enabled). ASSUMED: ended and refused ones do not count,
/// nor do shared ones, which nobody applies for.
pub fn waits(circuit: &Circuit, state: &CircuitState) -> bool {
    use Status as S;
    !circuit.given
        && circuit.hosted().is_none()
        && !state.deleted
        && matches!(
            state.status,
            S::Initial | S::Approved | S::Allocating | S::Allocated | S::Confirmed
        )
}

/// A circuit put there by the operator of a world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenCircuit {
    /// Its owner.
    pub account: AccountId,
    /// Where it is.
    pub region: Region,
    /// What describes it.
    pub particulars: Particulars,
    /// Where it stands.
    pub status: Status,
    /// Its Letter of Authorization.
    pub loa: Option<LoaStatus>,
    /// Whether it is locked.
    pub business: BusinessStatus,
}

impl GivenCircuit {
    /// One of them, with this id, put there at `at`. One that is or was in service has run since
    /// then, for a month.
    pub fn at(&self, id: CircuitId, at: Timestamp) -> Circuit {
        let served =
            matches!(self.status, Status::Enabled | Status::Terminating | Status::Terminated);
        let state = CircuitState {
            loa: self.loa,
            locks: self.business.into(),
            enabled_at: served.then_some(at),
            ends_at: if served { period_end(at, 1) } else { None },
            ..CircuitState::born(self.status)
        };
        Circuit {
            id,
            account: self.account,
            region: self.region,
            created_at: at,
            given: true,
            particulars: self.particulars.clone(),
            state,
        }
    }
}

impl Circuit {
    /// Whether it counts against the number of its account's circuits at this access point.
    pub(crate) fn stands_at(&self, point: AccessPoint) -> bool {
        self.particulars.access_point == point && Facts::of(self).stands()
    }

    /// From when on it is overdue, as it stands now; `None` if it is not to be.
    /// ASSUMED: what is in service is overdue while it is locked for want of payment (api dossier
    /// 3.1 tells overdue ones so), and from the end of what was paid for, though it runs on for a
    /// while. What does not end by itself is not, nor is what is being ended.
    pub(crate) fn overdue_from(&self) -> Option<Timestamp> {
        let CircuitState { status, deleted, locks, ends_at, subscription, .. } = self.state;
        if deleted || status != Status::Enabled {
            return None;
        }
        let ends_at = ends_at.filter(|_| subscription.grace.is_some());
        if locks.financial() { Some(Timestamp::MIN) } else { ends_at }
    }

    /// Its tags.
    pub fn tags(&self) -> &Tags {
        static NONE: LazyLock<Tags> = LazyLock::new(Tags::default);
        self.particulars.words.as_deref().map_or(&NONE, |words| &words.tags)
    }

    /// What it is of another's, if it is a shared one.
    pub fn hosted(&self) -> Option<&Hosted> {
        self.particulars.hosted()
    }

    /// What is to be paid for next.
    pub fn port(&self) -> Port {
        let shared = self.hosted().map(Hosted::sold);
        Port { port_type: self.particulars.port_type, region: self.region, shared }
    }

    /// Whether it is a part of this circuit, and there.
    pub fn is_hosted_on(&self, parent: &CircuitId) -> bool {
        !self.state.deleted && self.hosted().is_some_and(|hosted| hosted.parent == *parent)
    }

    /// Its MACsec keys.
    pub fn macsec(&self) -> &[MacsecKey] {
        self.particulars.words.as_deref().map_or(&[], |words| words.macsec.all())
    }
}
