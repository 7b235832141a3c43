//! A virtual border router: a VLAN on a circuit with its addresses, and the state machine by which
//! it moves. It is at home with the owner of its circuit, who may have made it for another account.

use crate::catalogue::Region;
use crate::id::{AccountId, CircuitId, GroupId, RouterId};
use crate::kept::{Home, Record, Wakes};
use crate::peering::Peering;
use crate::refusal::Refusal;
use crate::tag::Tags;
use crate::time::Timestamp;
use crate::words::words;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// `Status` of a router. SOURCE: ROUTERS 3.1.
    RouterStatus {
        /// Made for another account, which has not taken it over.
        Unconfirmed = "unconfirmed",
        /// In service.
        Active = "active",
        /// Being switched off.
        Terminating = "terminating",
        /// Off; its record and, for a time, its VLAN are kept.
        Terminated = "terminated",
        /// Being switched on again.
        Recovering = "recovering",
        /// Being removed.
        Deleting = "deleting",
    }
}

words! {
    /// Something that happens to a router.
    RouterEvent {
        /// Its owner says the addresses of one that was made for him, and so takes it over.
        Accept = "accept",
        /// What describes it is changed.
        Amend = "amend",
        /// Its bandwidth alone is set.
        SetBandwidth = "set_bandwidth",
        /// The circuit's owner switches it off.
        Terminate = "terminate",
        /// The circuit's owner switches it on again.
        Recover = "recover",
        /// It is removed.
        Delete = "delete",
        /// A further circuit is added to it.
        Associate = "associate",
        /// A further circuit is taken from it.
        Unassociate = "unassociate",
        /// It becomes one of a failover group.
        Join = "join",
        /// The carrier has done what is under way.
        Finish = "finish",
    }
}

use RouterStatus as S;

/// In which states an event is taken, and what it leads to.
pub type Moves = &'static [(RouterStatus, RouterStatus)];

/// The table. Whatever is not in it is refused.
///
/// SOURCE: ROUTERS 3.2 and 3.3. ASSUMED: how one that was made for another account is taken over
/// (ROUTERS 8), and which states changes, bandwidths, further circuits and groups are taken in.
static TABLE: &[(RouterEvent, Moves)] = &[
    (RouterEvent::Accept, &[(S::Unconfirmed, S::Active)]),
    (RouterEvent::Amend, &[(S::Unconfirmed, S::Unconfirmed), (S::Active, S::Active)]),
    (RouterEvent::SetBandwidth, &[(S::Active, S::Active)]),
    (RouterEvent::Terminate, &[(S::Active, S::Terminating)]),
    (RouterEvent::Recover, &[(S::Terminated, S::Recovering)]),
    (
        RouterEvent::Delete,
        &[(S::Unconfirmed, S::Deleting), (S::Active, S::Deleting), (S::Terminated, S::Deleting)],
    ),
    (RouterEvent::Associate, &[(S::Active, S::Active)]),
    (RouterEvent::Unassociate, &[(S::Active, S::Active), (S::Terminated, S::Terminated)]),
    (RouterEvent::Join, &[(S::Active, S::Active)]),
    (
        RouterEvent::Finish,
        &[
            (S::Terminating, S::Terminated),
            (S::Recovering, S::Active),
            // The record goes; where it stood stays.
            (S::Deleting, S::Deleting),
        ],
    ),
];

/// The moves of an event.
pub fn moves(event: RouterEvent) -> Moves {
    let row = TABLE.iter().find(|(its, _)| *its == event);
    row.map_or(&[], |(_, moves)| moves)
}

/// Where a router stands after the event.
///
/// # Errors
///
/// [`Refusal::RouterState`] where the event is not taken.
pub fn step(status: RouterStatus, event: RouterEvent) -> Result<RouterStatus, Refusal> {
    let found = moves(event).iter().find(|(from, _)| *from == status);
    found.map(|(_, to)| *to).ok_or(Refusal::RouterState)
}

/// Whether the carrier has something to do in this state.
pub const fn is_under_way(status: RouterStatus) -> bool {
    matches!(status, S::Terminating | S::Recovering | S::Deleting)
}

/// A further circuit of a router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Association {
    /// The circuit.
    pub circuit: CircuitId,
    /// `VlanId` there.
    pub vlan: u32,
    /// `CircuitCode`.
    pub circuit_code: Box<str>,
    /// The addresses there.
    pub peering: Peering,
    /// `EnableIpv6`.
    pub ipv6: bool,
}

/// How a router finds that its other side is gone (BFD); zeros where nobody has said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Detection {
    /// `MinTxInterval`, milliseconds.
    pub min_tx_ms: u32,
    /// `MinRxInterval`, milliseconds.
    pub min_rx_ms: u32,
    /// `DetectMultiplier`: how many packets in a row may be lost.
    pub multiplier: u32,
}

/// What describes a router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Described {
    /// `VlanId`; 0 is the whole port, without a tag.
    pub vlan: u32,
    /// `CircuitCode`.
    pub circuit_code: Box<str>,
    /// The addresses on its first circuit.
    pub peering: Peering,
    /// `EnableIpv6`.
    pub ipv6: bool,
    /// Mbit/s.
    pub bandwidth_mbps: u32,
    /// `MinTxInterval` and its like.
    pub detection: Detection,
    /// `Mtu`, bytes.
    pub mtu: u32,
    /// `SitelinkEnable`.
    pub sitelink: bool,
    /// `Name`.
    pub name: Box<str>,
    /// `Description`.
    pub description: Box<str>,
    /// `ResourceGroupId`.
    pub resource_group: Box<str>,
    /// `Tags`.
    pub tags: Tags,
}

/// When a router came to stand as it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Times {
    /// When it was first in service.
    pub activated_at: Option<Timestamp>,
    /// When it was last switched off.
    pub terminated_at: Option<Timestamp>,
    /// When it was last in service again.
    pub recovered_at: Option<Timestamp>,
}

/// A virtual border router.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Router {
    /// Its id, never given twice in a world.
    pub id: RouterId,
    /// The owner of its circuit, at whom it is at home.
    pub account: AccountId,
    /// Its own owner.
    pub owner: AccountId,
    /// Its first circuit.
    pub circuit: CircuitId,
    /// Where it is.
    pub region: Region,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub status: RouterStatus,
    /// Since when.
    pub times: Times,
    /// When the carrier is done.
    pub wakes_at: Option<Timestamp>,
    /// It is gone. The record stays, so that its id is never given twice.
    pub deleted: bool,
    /// What describes it.
    pub described: Described,
    /// Its further circuits, in the order in which they were added.
    pub associations: Vec<Association>,
    /// Its failover group.
    pub group: Option<GroupId>,
}

impl Router {
    /// Whether it is there, and on this circuit, as its first or a further one.
    pub fn stands_on(&self, circuit: &CircuitId) -> bool {
        !self.deleted && self.vlan_on(circuit).is_some()
    }

    /// Its VLAN on a circuit; `None` if it is not on that.
    pub fn vlan_on(&self, circuit: &CircuitId) -> Option<u32> {
        self.line_on(circuit).map(|(vlan, ..)| vlan)
    }

    /// Its line on a circuit: the VLAN, the circuit's code and the addresses; `None` if it is not
    /// on that.
    pub(crate) fn line_on(&self, circuit: &CircuitId) -> Option<(u32, &str, &Peering)> {
        if self.circuit == *circuit {
            let Described { vlan, circuit_code, peering, .. } = &self.described;
            return Some((*vlan, circuit_code, peering));
        }
        let its = self.associations.iter().find(|its| its.circuit == *circuit)?;
        Some((its.vlan, &its.circuit_code, &its.peering))
    }

    /// Since when it is off, and keeps its VLAN for a while only; `None` for as long as it stands.
    /// ASSUMED: the seven days are counted from its termination (ROUTERS 5).
    pub fn off_since(&self) -> Option<Timestamp> {
        self.times.terminated_at.filter(|_| self.status == S::Terminated)
    }

    /// What tells which of two came first.
    pub fn made(&self) -> (Timestamp, RouterId) {
        (self.created_at, self.id)
    }

    /// The id of its route table, of its interface, and so on: made of its own id, so that nothing
    /// has to be kept.
    pub fn part(&self, head: &str) -> String {
        let (_, own) = self.id.as_str().split_once('-').expect("an id has a beginning");
        format!("{head}-{own}")
    }
}

impl Record for Router {
    type Name = RouterId;
    type Home = Routers;

    fn name(&self) -> RouterId {
        self.id
    }

    #[allow(
        clippy::misnamed_getters,
        reason = "a record is its home's, whoever owns what it tells of"
    )]
    fn owner(&self) -> AccountId {
        self.account
    }

    fn decided_at(&self) -> Timestamp {
        let Times { activated_at, terminated_at, recovered_at } = self.times;
        let later = [activated_at, terminated_at, recovered_at].into_iter().flatten();
        later.fold(self.created_at, Timestamp::max)
    }
}

impl Wakes for Router {
    fn due(&self) -> Option<Timestamp> {
        self.wakes_at
    }
}

/// What comes first: when it was made, and of one instant its id.
type Made = (Timestamp, RouterId);

/// Routers by id; those on each account's circuits, and on each circuit, in order of making.
#[derive(Debug, Default)]
pub struct Routers {
    all: BTreeMap<RouterId, Router>,
    of: HashMap<AccountId, BTreeSet<Made>>,
    /// Of those that are or were on a circuit.
    on: HashMap<CircuitId, BTreeSet<Made>>,
}

impl Routers {
    fn named<'h>(
        &'h self,
        names: Option<&'h BTreeSet<Made>>,
    ) -> impl Iterator<Item = &'h Router> + use<'h> {
        names.into_iter().flatten().map(|(_, id)| &self.all[id])
    }

    /// The routers on an account's circuits, in order of making.
    pub(crate) fn of(&self, account: AccountId) -> impl Iterator<Item = &Router> {
        self.named(self.of.get(&account))
    }

    /// The routers on a circuit, in order of making.
    pub(crate) fn on(&self, circuit: CircuitId) -> impl Iterator<Item = &Router> + use<'_> {
        let named = self.named(self.on.get(&circuit));
        named.filter(move |router| router.vlan_on(&circuit).is_some())
    }
}

impl Home<Router> for Routers {
    fn get(&self, id: &RouterId) -> Option<&Router> {
        self.all.get(id)
    }

    fn put(&mut self, router: Router, replaced: impl FnOnce(&Router)) {
        let made = router.made();
        // It may have moved to another home.
        let before = self.all.get(&router.id).map(|old| old.account);
        if let Some(before) = before.filter(|before| *before != router.account) {
            self.of.entry(before).or_default().remove(&made);
        }
        self.of.entry(router.account).or_default().insert(made);
        for circuit in router.associations.iter().map(|its| its.circuit).chain([router.circuit]) {
            self.on.entry(circuit).or_default().insert(made);
        }
        if let Some(old) = self.all.insert(router.id, router) {
            replaced(&old);
        }
    }

    fn all<'h>(&'h self) -> impl Iterator<Item = &'h Router>
    where
        Router: 'h,
    {
        self.all.values()
    }
}
