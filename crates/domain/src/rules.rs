//! What the operator of a server decides for every world in it.

use crate::offers::Offers;
use crate::subscription::Grace;

/// Who plays the carrier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carrier {
    /// The server does, for circuits that calls have moved.
    Auto,
    /// Nobody: it waits for events.
    Manual,
}

/// What the operator of a server decides for every world in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Who plays the carrier.
    pub carrier: Carrier,
    /// How long after payment a circuit is enabled, milliseconds.
    pub enable_delay_ms: i64,
    /// How long an unpaid order lives, milliseconds.
    pub unpaid_life_ms: i64,
    /// How long after its end a circuit is stopped, seconds.
    pub stop_after_s: u32,
    /// How long after the stop it is released, seconds.
    pub release_after_s: u32,
    /// The same of one that was ordered as it was done until 2023.
    pub release_after_until_2023_s: u32,
    /// How long before its end renewals are first tried, milliseconds.
    pub renewal_lead_ms: i64,
    /// How many circuits of an account may wait to be enabled.
    pub waiting_circuits_max: u32,
    /// How many circuits of an account may stand at one access point; 0 for any number.
    pub access_point_circuits_max: u32,
    /// How long the automatic carrier takes for each step, milliseconds.
    pub carrier_step_ms: i64,
    /// How many routers of one account may be on a circuit.
    pub routers_max: u32,
    /// How many shared circuits may be on a circuit.
    pub hosted_circuits_max: u32,
    /// How many further circuits a router may have.
    pub associations_max: u32,
    /// How long a router that is off keeps its VLAN from others, milliseconds.
    pub vlan_kept_ms: i64,
    /// Whether the rules of failover groups hold that speak of networks and of detection, which
    /// there are none of here.
    pub strict_groups: bool,
    /// What access points offer.
    pub offers: Offers,
}

const DAY_S: u32 = 86_400;

/// How long a stopped circuit is kept, as it was sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// As the pages said until 2023.
    Until2023,
    /// As they have said since.
    Since2024,
}

impl Rules {
    /// What becomes of a circuit after its end, as it was sold.
    pub fn grace(&self, kept: Kept) -> Grace {
        let release_after_s = match kept {
            Kept::Until2023 => self.release_after_until_2023_s,
            Kept::Since2024 => self.release_after_s,
        };
        Grace { stop_after_s: self.stop_after_s, release_after_s }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            carrier: Carrier::Manual,
            enable_delay_ms: 0,
            // SOURCE: billing dossier 2.6 (seven days by default; circuits are not named).
            unpaid_life_ms: 7 * 86_400_000,
            // SOURCE: billing dossier 2.6 (today's page, and an older one).
            stop_after_s: 15 * DAY_S,
            release_after_s: 7 * DAY_S,
            release_after_until_2023_s: 15 * DAY_S,
            // ASSUMED: as ECS has it (billing dossier 2.6); circuits are not named.
            renewal_lead_ms: 9 * 86_400_000,
            // SOURCE: api dossier 7.
            waiting_circuits_max: 5,
            // SOURCE: api dossier 7.
            access_point_circuits_max: 2,
            // Two steps are under a second, which CONTRACT promises.
            carrier_step_ms: 250,
            // SOURCE: ROUTERS 10.
            routers_max: 5,
            // ASSUMED: the number behind QuotaExceeded.VPCONN is not published.
            hosted_circuits_max: 50,
            // ASSUMED: the number behind EXCEED_ASSOCIATE_MAX_NUM is not published (ROUTERS 19).
            associations_max: 4,
            // SOURCE: ROUTERS 5.
            vlan_kept_ms: 7 * 86_400_000,
            strict_groups: false,
            offers: Offers::default(),
        }
    }
}
