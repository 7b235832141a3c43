//! What things are called: accounts, circuits, orders, requests. Values that know nothing else.

use crate::print::{Fingerprint, Print};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;

/// A customer: 16 decimal digits in practice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountId(pub u64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An order: 15 decimal digits, so that it survives a JSON number (below 2^53).
/// SOURCE: billing dossier 1.3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrderId(NonZeroU64);

impl OrderId {
    /// The number of no order: what a text that is no number stands for.
    pub const NONE: Self = Self(NonZeroU64::MAX);

    /// The order of this number; `None` for zero, which no order has.
    pub const fn new(number: u64) -> Option<Self> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The id of one request, a UUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct RequestId(pub u128);

impl RequestId {
    /// Upper case with hyphens, as the service prints it. By hand: every answer carries it thrice.
    pub fn text(self) -> [u8; 36] {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut text = [b'-'; 36];
        let mut place = 0;
        for (nth, byte) in self.0.to_be_bytes().into_iter().enumerate() {
            if matches!(nth, 4 | 6 | 8 | 10) {
                place += 1;
            }
            text[place] = DIGITS[usize::from(byte >> 4)];
            text[place + 1] = DIGITS[usize::from(byte & 15)];
            place += 2;
        }
        text
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).expect("ASCII"))
    }
}

/// The id of a request as many records keep it: in half of the room that an `Option` of the id
/// itself takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeptRequest {
    high: NonZeroU64,
    low: u64,
}

impl KeptRequest {
    /// To keep this id; `None` if its upper half is zero, which that of no UUID is.
    pub fn of(RequestId(id): RequestId) -> Option<Self> {
        let half =
            |shift: u32| u64::try_from((id >> shift) & u128::from(u64::MAX)).expect("64 bits");
        NonZeroU64::new(half(64)).map(|high| Self { high, low: half(0) })
    }

    /// The id.
    pub fn id(self) -> RequestId {
        RequestId((u128::from(self.high.get()) << 64) | u128::from(self.low))
    }
}

/// Declares ids: each a text with a beginning of its own, at most 31 ASCII letters, digits and
/// hyphens, held without a heap allocation because a store keeps millions of them.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $head:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name {
            // Before the length, so that ids come in the order of their texts, as stores give them
            // back.
            bytes: [u8; 31],
            length: u8,
        }

        /// Word by word, since ids are looked up several times an order. What lies behind the text
        /// is zero, so the length adds nothing.
        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                // The last word begins a byte early, to end where the bytes do.
                for start in [0, 8, 16, 23] {
                    let word = self.bytes[start..].first_chunk();
                    let word = word.expect("eight bytes from each start");
                    state.write_u64(u64::from_ne_bytes(*word));
                }
            }
        }

        impl $name {
            /// Longest id, in bytes.
            pub const LENGTH_MAX: usize = 31;

            /// An id with this text; `None` when nothing of the kind could ever have it.
            pub fn new(text: &str) -> Option<Self> {
                Self::from_bytes(text.as_bytes())
            }

            /// The same, from text that nobody has looked at yet.
            pub fn from_bytes(text: &[u8]) -> Option<Self> {
                if text.len() > Self::LENGTH_MAX || !text.starts_with($head.as_bytes()) {
                    return None;
                }
                let mut bytes = [0; Self::LENGTH_MAX];
                bytes[..text.len()].copy_from_slice(text);
                // All of them, whatever the first says: that takes a few instructions, and a store
                // that is opened asks millions of times. What lies behind the text is zero.
                let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
                let count = bytes.iter().map(|b| u8::from(plain(*b))).sum::<u8>();
                if usize::from(count) != text.len() {
                    return None;
                }
                Some(Self { length: u8::try_from(text.len()).expect("at most 31"), bytes })
            }

            /// The `nth` id of a random seed: its beginning and 21 letters or digits, as on the
            /// real service.
            pub fn mint(seed: u128, nth: u32) -> Self {
                const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
                // A step without a factor in common with 36 tells neighbours apart in every digit.
                const STEP: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
                const HEAD: &str = concat!($head, "bp1");
                let mut rest = seed.wrapping_add(STEP.wrapping_mul(u128::from(nth)));
                let mut text = [0; HEAD.len() + 18];
                let (head, digits) = text.split_at_mut(HEAD.len());
                head.copy_from_slice(HEAD.as_bytes());
                for place in digits {
                    *place = ALPHABET[usize::try_from(rest % 36).expect("below 36")];
                    rest /= 36;
                }
                Self::from_bytes(&text).expect("a well-formed id")
            }

            /// The `nth` after one that was minted: its last two letters or digits count up.
            #[must_use]
            pub fn sibling(&self, nth: u8) -> Self {
                let value = |digit: u8| char::from(digit).to_digit(36).expect("of the alphabet");
                let digit = |value: u32| char::from_digit(value % 36, 36).expect("below 36") as u8;
                let mut next = *self;
                let end = usize::from(self.length);
                let [tens, ones] = [end - 2, end - 1];
                let sum = 36 * value(self.bytes[tens]) + value(self.bytes[ones]) + u32::from(nth);
                (next.bytes[tens], next.bytes[ones]) = (digit(sum / 36), digit(sum));
                next
            }

            /// The id on the wire.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.bytes[..usize::from(self.length)])
                    .expect("ASCII by construction")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Print for $name {
            fn print(&self, into: &mut Fingerprint) {
                into.text(self.as_str());
            }
        }
    )+ };
}

ids! {
    /// A circuit's id, `pc-…`.
    CircuitId = "pc-";
    /// A virtual border router's id, `vbr-…`.
    RouterId = "vbr-";
    /// The id of a failover group of routers, `vbrha-…`.
    GroupId = "vbrha-";
}

impl CircuitId {
    /// What no circuit is called; it comes before every id.
    pub(crate) const NONE: Self = Self { length: 0, bytes: [0; Self::LENGTH_MAX] };
}

impl Print for OrderId {
    fn print(&self, into: &mut Fingerprint) {
        into.number(self.number());
    }
}

impl Print for AccountId {
    fn print(&self, into: &mut Fingerprint) {
        into.number(self.0);
    }
}

/// What may be taken already, and whose it is then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Name<'n> {
    /// A circuit's id.
    Circuit(&'n CircuitId),
    /// A router's id.
    Router(&'n RouterId),
    /// The id of a group of routers.
    Group(&'n GroupId),
    /// An order's number.
    Order(OrderId),
    /// A key's id.
    Key(&'n str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_text_is_a_circuit_id() {
        for text in ["pc-a", "pc-sandboxallocationfailed", "pc-0123456789012345678901234567"] {
            let id = CircuitId::new(text).expect("well formed");
            assert_eq!((id.as_str(), format!("{id} {id:?}")), (text, format!("{text} {text}")));
        }
        for text in
            ["", "pc", "vbr-1", "pc-A", "pc-a b", "pc-é", "pc-01234567890123456789012345678"]
        {
            assert_eq!(CircuitId::new(text), None, "{text}");
        }
    }

    #[test]
    fn minted_ids_differ_when_seeds_do() {
        let minted = |seed, nth| CircuitId::mint(seed, nth).as_str().to_owned();
        assert_eq!(RouterId::mint(37, 0).as_str(), "vbr-bp1110000000000000000");
        assert_eq!(GroupId::mint(1, 0).as_str(), "vbrha-bp1100000000000000000");
        assert_eq!(minted(0, 0), "pc-bp1000000000000000000");
        assert_eq!(minted(36, 0), "pc-bp1010000000000000000");
        assert_ne!(minted(1, 0), minted(2, 0));
        assert_ne!(minted(1, 0), minted(1, 1));
        let set: Vec<_> = (0..16).map(|nth| CircuitId::mint(7, 0).sibling(nth)).collect();
        assert_eq!(set[0], CircuitId::mint(7, 0));
        assert!((1..16).all(|nth| !set[..nth].contains(&set[nth])), "{set:?}");
        let sibling = |text: &str, nth| CircuitId::new(text).map(|id| id.sibling(nth));
        assert_eq!(sibling("pc-bp10z9", 1), CircuitId::new("pc-bp10za"));
        assert_eq!(sibling("pc-bp10z9", 27), CircuitId::new("pc-bp1000"));
        assert_eq!(sibling("pc-bp1zzz", 1), CircuitId::new("pc-bp1z00"));
    }

    #[test]
    fn numbers_print_as_they_are() {
        assert_eq!(AccountId(1_000_000_000_000_001).to_string(), "1000000000000001");
        assert_eq!(OrderId::new(258).expect("not zero").to_string(), "258");
    }

    #[test]
    fn a_request_id_prints_as_an_upper_case_uuid() {
        let id = RequestId(0x9B93_00FE_11E2_4E3B_949C_BED3_B44D_D26D);
        assert_eq!(id.to_string(), "9B9300FE-11E2-4E3B-949C-BED3B44DD26D");
    }
}
