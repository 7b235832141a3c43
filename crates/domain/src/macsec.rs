//! MACsec keys of a circuit: which there are, and which of them is in use. Of a key's secret
//! nothing is kept: there is no device here that could need it.

use crate::print::{Fingerprint, Print};
use crate::time::Timestamp;
use crate::words::words;

/// How many keys a circuit may have. SOURCE: ROUTERS 11.
pub const KEYS_MAX: usize = 3;

words! {
    /// `CipherSuite`. SOURCE: ROUTERS 11.
    CipherSuite {
        /// 128 bits.
        Aes128 = "GCM-AES-128",
        /// 128 bits, for fast lines.
        AesXpn128 = "GCM-AES-XPN-128",
        /// 256 bits.
        Aes256 = "GCM-AES-256",
        /// 256 bits, for fast lines.
        AesXpn256 = "GCM-AES-XPN-256",
    }
}

impl CipherSuite {
    /// How many hexadecimal digits its names and its secrets have.
    pub const fn digits(self) -> usize {
        match self {
            Self::Aes128 | Self::AesXpn128 => 32,
            Self::Aes256 | Self::AesXpn256 => 64,
        }
    }
}

words! {
    /// `Status` of a key. SOURCE: ROUTERS 11.
    KeyStatus {
        /// In use.
        Associated = "Associated",
        /// Kept, and not in use.
        Disassociated = "Disassociated",
        /// It was to be used, and both sides did not agree on it.
        AssociatedFailed = "AssociatedFailed",
    }
}

/// A key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MacsecKey {
    /// `Ckn`: its name, in capitals.
    pub ckn: Box<str>,
    /// `CipherSuite`.
    pub suite: CipherSuite,
    /// `Status`.
    pub status: KeyStatus,
    /// `StartOn`: when it last came into use.
    pub started_at: Timestamp,
}

/// The keys of a circuit, in the order in which they last came into use.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MacsecKeys(Vec<MacsecKey>);

/// No application for a circuit says any.
impl Print for MacsecKeys {
    fn print(&self, _: &mut Fingerprint) {}
}

impl MacsecKeys {
    /// These, in the order in which they came into use.
    pub fn new(keys: Vec<MacsecKey>) -> Self {
        Self(keys)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn all(&self) -> &[MacsecKey] {
        &self.0
    }

    fn place(&self, ckn: &str) -> Option<usize> {
        self.0.iter().position(|key| *key.ckn == *ckn)
    }

    /// The status of a key.
    pub fn status(&self, ckn: &str) -> Option<KeyStatus> {
        self.place(ckn).map(|place| self.0[place].status)
    }

    fn displace(&mut self) {
        for key in self.0.iter_mut().filter(|key| key.status == KeyStatus::Associated) {
            key.status = KeyStatus::Disassociated;
        }
    }

    /// A key comes into use, in the place of the one that was. `None`: there would be too many.
    /// ASSUMED: both sides agree on it at once.
    #[must_use]
    pub fn with(&self, ckn: &str, suite: CipherSuite, at: Timestamp) -> Option<Self> {
        let mut keys = self.clone();
        if let Some(place) = keys.place(ckn) {
            keys.0.remove(place);
        }
        if keys.0.len() >= KEYS_MAX {
            return None;
        }
        keys.displace();
        let status = KeyStatus::Associated;
        keys.0.push(MacsecKey { ckn: ckn.into(), suite, status, started_at: at });
        Some(keys)
    }

    /// A key goes out of use, and the one that was last in use comes back; one that is out of use
    /// already is gone. `None`: there is no such key. SOURCE: ROUTERS 11.
    /// ASSUMED: one that failed is gone too.
    #[must_use]
    pub fn without(&self, ckn: &str, at: Timestamp) -> Option<Self> {
        let mut keys = self.clone();
        let place = keys.place(ckn)?;
        if keys.0[place].status != KeyStatus::Associated {
            keys.0.remove(place);
            return Some(keys);
        }
        let rests = |key: &MacsecKey| key.status == KeyStatus::Disassociated;
        let last = keys.0.iter().rposition(rests);
        keys.0[place].status = KeyStatus::Disassociated;
        if let Some(last) = last {
            let back = keys.0.remove(last);
            let status = KeyStatus::Associated;
            keys.0.push(MacsecKey { status, started_at: at, ..back });
        }
        Some(keys)
    }

    /// Both sides do not agree on the key in use. `None`: none is.
    #[must_use]
    pub fn failed(&self) -> Option<Self> {
        let mut keys = self.clone();
        let used = keys.0.iter_mut().find(|key| key.status == KeyStatus::Associated)?;
        used.status = KeyStatus::AssociatedFailed;
        Some(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn with(keys: &MacsecKeys, ckn: &str, ms: i64) -> MacsecKeys {
        keys.with(ckn, CipherSuite::Aes128, at(ms)).expect("there is room")
    }

    fn told(keys: &MacsecKeys) -> Vec<(&str, &str)> {
        keys.all().iter().map(|key| (&*key.ckn, key.status.text())).collect()
    }

    #[test]
    fn a_new_key_displaces_the_one_in_use_and_a_fourth_has_no_room() {
        let (used, rests) = ("Associated", "Disassociated");
        let keys = with(&with(&with(&MacsecKeys::default(), "A", 1), "B", 2), "C", 3);
        assert_eq!(told(&keys), [("A", rests), ("B", rests), ("C", used)]);
        assert_eq!(keys.with("D", CipherSuite::Aes128, at(4)), None);
        // One that rests comes back.
        let again = with(&keys, "A", 4);
        assert_eq!(told(&again), [("B", rests), ("C", rests), ("A", used)]);
        assert_eq!(again.all()[2].started_at, at(4));
    }

    #[test]
    fn the_key_last_in_use_comes_back_and_one_out_of_use_is_gone() {
        let (used, rests) = ("Associated", "Disassociated");
        let keys = with(&with(&MacsecKeys::default(), "A", 1), "B", 2);
        let back = keys.without("B", at(3)).expect("it is there");
        assert_eq!(told(&back), [("B", rests), ("A", used)]);
        let gone = back.without("B", at(4)).expect("it is there");
        assert_eq!(told(&gone), [("A", used)]);
        let none = gone.without("A", at(5)).and_then(|keys| keys.without("A", at(6)));
        assert_eq!(none, Some(MacsecKeys::default()));
        assert_eq!(gone.without("Z", at(5)), None);
    }

    #[test]
    fn a_key_that_failed_is_negotiated_anew_or_gone() {
        let keys = with(&MacsecKeys::default(), "A", 1).failed().expect("one is in use");
        assert_eq!(keys.status("A"), Some(KeyStatus::AssociatedFailed));
        assert_eq!(keys.failed(), None);
        assert_eq!(with(&keys, "A", 2).status("A"), Some(KeyStatus::Associated));
        assert_eq!(keys.without("A", at(2)), Some(MacsecKeys::default()));
        assert_eq!(told(&with(&keys, "B", 2)), [("A", "AssociatedFailed"), ("B", "Associated")]);
    }
}
