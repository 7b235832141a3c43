//! What the operator of a server decides for every world in it.

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
    /// How many circuits of an account may wait to be enabled.
    pub waiting_circuits_max: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            carrier: Carrier::Manual,
            enable_delay_ms: 0,
            // SOURCE: billing dossier 2.6 (seven days by default; circuits are not named).
            unpaid_life_ms: 7 * 86_400_000,
            // SOURCE: api dossier 7.
            waiting_circuits_max: 5,
        }
    }
}
