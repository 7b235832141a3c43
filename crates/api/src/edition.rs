//! The editions of the documentation that we serve, oldest first.
//!
//! Every wire request says `Version=2016-04-28`; which edition it means comes from the access key,
//! else the account, else the server's default. A difference between editions lives on the line it
//! changes, in the operation's file. To add an edition: a variant at the end, its name and its
//! sentence for customers, and then the lines it changes.

use std::fmt;

/// One edition of the documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Edition {
    /// Seed 003 and the pages of 2019-07.
    E2019,
    /// Seed 002.
    E2019Intl,
    /// Dossier O3.
    E2020,
    /// Dossier O4.
    E2022,
    /// Dossier O5.
    E2023,
    /// Seed 001.
    E2024_03,
    /// Seed 000.
    E2025_03,
    /// Dossier O8 and O9.
    E2025_09,
}

pub use Edition::{E2019, E2019Intl, E2020, E2022, E2023, E2024_03, E2025_03, E2025_09};

impl Edition {
    /// Oldest first.
    pub const ALL: [Self; 8] =
        [E2019, E2019Intl, E2020, E2022, E2023, E2024_03, E2025_03, E2025_09];

    /// What a server speaks when nobody says otherwise.
    pub const DEFAULT: Self = E2025_09;

    /// Its name in settings and keys.
    pub const fn name(self) -> &'static str {
        match self {
            E2019 => "2019",
            E2019Intl => "2019-intl",
            E2020 => "2020",
            E2022 => "2022",
            E2023 => "2023",
            E2024_03 => "2024-03",
            E2025_03 => "2025-03",
            E2025_09 => "2025-09",
        }
    }

    /// The edition of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.name() == name)
    }

    /// What distinguishes it, in customers' words.
    pub const fn about(self) -> &'static str {
        match self {
            E2019 => {
                "Orders pay at once and are pay-as-you-go unless told otherwise; answers are in \
                 lower camel case with a numeric order id."
            }
            E2019Intl => "As 2019; the XML root of the answer ends in Response.",
            E2020 => {
                "Period has a range and is required for subscriptions; PricingCycle defaults to \
                 Month; only circuits in the Complete state can be ordered for."
            }
            E2022 => {
                "Subscriptions only; orders are no longer paid at once by default; ClientToken is \
                 ASCII and at most 64 characters. ASSUMED: answers carry Data.OrderId, which is \
                 documented from 2023 on."
            }
            E2023 => "Period is optional; an order that cannot be paid is cancelled by itself.",
            E2024_03 => "Ten documented errors; authorized on all resources.",
            E2025_03 => {
                "IncorrectStatus.PhysicalConnection is documented; authorized on the circuit."
            }
            E2025_09 => "Orders can renew themselves: AutoRenew and AutoRenewDuration.",
        }
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// A set of editions; there is room for 64.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Editions(u64);

/// Every edition.
pub const ALL: Editions = Editions(u64::MAX >> (u64::BITS as usize - Edition::ALL.len()));

/// This edition and every later one.
pub const fn from(edition: Edition) -> Editions {
    Editions(ALL.0 & !(edition.bit() - 1))
}

/// Every edition before this one.
pub const fn until(edition: Edition) -> Editions {
    Editions(edition.bit() - 1)
}

/// From the first through the last, both included.
pub const fn between(first: Edition, last: Edition) -> Editions {
    Editions(from(first).0 & (until(last).0 | last.bit()))
}

/// This edition alone.
pub const fn only(edition: Edition) -> Editions {
    between(edition, edition)
}

impl Editions {
    /// No edition.
    pub const NONE: Self = Self(0);

    /// Every edition but this one.
    pub const fn except(edition: Edition) -> Self {
        Self(ALL.0 & !edition.bit())
    }

    /// Whether this edition is one of them.
    pub const fn contains(self, edition: Edition) -> bool {
        self.0 & edition.bit() != 0
    }

    /// The editions of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These but the other's.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These without those.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// They, oldest first.
    pub fn iter(self) -> impl Iterator<Item = Edition> {
        Edition::ALL.into_iter().filter(move |edition| self.contains(*edition))
    }
}

/// As a reader would list them: `all`, `none`, or runs like `2019, 2022 to 2024-03`.
impl fmt::Display for Editions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.is_empty() || *self == ALL {
            return f.write_str(if self.is_empty() { "none" } else { "all" });
        }
        let runs = Edition::ALL.chunk_by(|a, b| self.contains(*a) == self.contains(*b));
        let mut comma = "";
        for run in runs.filter(|run| self.contains(run[0])) {
            let (first, last) = (run[0].name(), run[run.len() - 1].name());
            let (to, last) = if run.len() > 1 { (" to ", last) } else { ("", "") };
            write!(f, "{comma}{first}{to}{last}")?;
            comma = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        let names = |editions: Editions| editions.iter().map(Edition::name).collect::<Vec<_>>();
        assert_eq!(names(ALL), Edition::ALL.map(Edition::name));
        assert_eq!(names(from(E2025_03))[..2], ["2025-03", "2025-09"]);
        assert_eq!(names(until(E2020)), ["2019", "2019-intl"]);
        assert_eq!(names(between(E2020, E2022)), ["2020", "2022"]);
    }

    #[test]
    fn editions_are_listed_in_runs() {
        for (editions, text) in [
            (ALL, "all"),
            (Editions::NONE, "none"),
            (between(E2025_03, E2025_09), "2025-03 to 2025-09"),
            (until(E2019Intl).or(between(E2020, E2022)), "2019, 2020 to 2022"),
            (only(E2023).or(only(E2025_09)), "2023, 2025-09"),
        ] {
            assert_eq!(editions.to_string(), text);
        }
    }

    #[test]
    fn every_edition_is_found_by_its_name() {
        for edition in Edition::ALL {
            assert_eq!(Edition::find(edition.name()), Some(edition));
        }
        assert_eq!(Edition::find("2021"), None);
    }
}
