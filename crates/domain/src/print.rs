//! Prints: 128 bits by which two calls are told apart, or found to be the same.

use crate::catalogue::Region;
use crate::time::Timestamp;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;
use std::num::NonZeroU32;

/// SipHash-1-3 of 128 bits, with a key of zeros: the same on every machine and in every release,
/// which a stored fingerprint needs and the standard hashers do not promise. A caller who finds a
/// collision only deceives himself.
pub(crate) struct Fingerprint {
    hasher: SipHasher13,
    /// What the hasher has not seen yet: to hash a few bytes at a time takes twice as long.
    waiting: [u8; 256],
    waiting_len: usize,
}

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self { hasher: SipHasher13::new(), waiting: [0; 256], waiting_len: 0 }
    }

    /// Adds one field; its length keeps neighbours apart.
    fn field(&mut self, bytes: &[u8]) -> &mut Self {
        self.write(&(bytes.len() as u64).to_le_bytes());
        self.write(bytes);
        self
    }

    fn write(&mut self, bytes: &[u8]) {
        let end = self.waiting_len + bytes.len();
        if let Some(room) = self.waiting.get_mut(self.waiting_len..end) {
            room.copy_from_slice(bytes);
            self.waiting_len = end;
        } else {
            self.flush();
            self.hasher.write(bytes);
        }
    }

    fn flush(&mut self) {
        self.hasher.write(&self.waiting[..self.waiting_len]);
        self.waiting_len = 0;
    }

    pub(crate) fn finish(mut self) -> u128 {
        self.flush();
        self.hasher.finish128().as_u128()
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.field(text.as_bytes())
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.field(&number.to_le_bytes())
    }
}

/// How a value goes into a print. What this says once a type is said of every field of that type,
/// and never changes: stores keep prints.
pub trait Print {
    /// Adds this value.
    fn print(&self, into: &mut Fingerprint);

    /// Adds a value that may be absent: whether it is there, then what it is.
    fn print_optional(of: Option<&Self>, into: &mut Fingerprint) {
        match of {
            Some(value) => {
                into.number(1);
                value.print(into);
            }
            None => {
                into.number(0);
            }
        }
    }
}

impl<T: Print> Print for Option<T> {
    fn print(&self, into: &mut Fingerprint) {
        T::print_optional(self.as_ref(), into);
    }
}

impl<T: Print + ?Sized> Print for Box<T> {
    fn print(&self, into: &mut Fingerprint) {
        (**self).print(into);
    }

    fn print_optional(of: Option<&Self>, into: &mut Fingerprint) {
        T::print_optional(of.map(|boxed| &**boxed), into);
    }
}

impl Print for str {
    fn print(&self, into: &mut Fingerprint) {
        into.text(self);
    }
}

impl Print for bool {
    fn print(&self, into: &mut Fingerprint) {
        into.number(u64::from(*self));
    }
}

impl Print for u32 {
    fn print(&self, into: &mut Fingerprint) {
        into.number(u64::from(*self));
    }

    /// Zero is none, so what there is counts from one.
    fn print_optional(of: Option<&Self>, into: &mut Fingerprint) {
        into.number(of.map_or(0, |number| u64::from(*number) + 1));
    }
}

impl Print for Timestamp {
    fn print(&self, into: &mut Fingerprint) {
        into.field(&self.ms().to_le_bytes());
    }
}

impl Print for Region {
    fn print(&self, into: &mut Fingerprint) {
        into.text(self.id());
    }
}

impl Print for NonZeroU32 {
    fn print(&self, into: &mut Fingerprint) {
        self.get().print(into);
    }
}

impl<T: Print> Print for Vec<T> {
    fn print(&self, into: &mut Fingerprint) {
        into.number(self.len() as u64);
        for value in self {
            value.print(into);
        }
    }
}

/// Declares a struct and its print together: each field is declared once and goes into the print in
/// order, unless it stands under `not compared`. One that is absent prints as `absent as` says, or
/// as nothing.
macro_rules! printed {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }
        $(not compared { $($(#[$other_doc:meta])* $other:ident: $other_type:ty),+ $(,)? })?
        $(absent as $absent:ident)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            $($($(#[$other_doc])* pub $other: $other_type,)+)?
        }

        #[cfg(test)]
        impl $name {
            /// Its fields that are not compared.
            pub const NOT_COMPARED: &'static [&'static str] = &[$($(stringify!($other)),+)?];
        }

        impl $crate::print::Print for $name {
            fn print(&self, into: &mut $crate::print::Fingerprint) {
                let Self { $($field,)* $($($other: _,)+)? } = self;
                $($crate::print::Print::print($field, into);)*
                // A command without fields leaves nothing to print.
                let _ = into;
            }

            $(fn print_optional(of: Option<&Self>, into: &mut $crate::print::Fingerprint) {
                of.unwrap_or(&Self::$absent()).print(into);
            })?
        }
    };
}
pub(crate) use printed;

/// Declares a command of callers: as [`printed!`] does any struct.
macro_rules! command {
    ($($command:tt)*) => {
        $crate::print::printed! { $($command)* }
    };
}
pub(crate) use command;

/// A 128-bit mark of texts, for nonces and tokens.
pub fn mark(parts: &[&str]) -> u128 {
    let mut print = Fingerprint::new();
    for part in parts {
        print.text(part);
    }
    print.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_mark_means_the_same_in_every_release() {
        assert_eq!(mark(&["a", "b"]), 224_203_931_220_717_469_065_384_890_792_379_203_043);
        assert_ne!(mark(&["a", "b"]), mark(&["ab", ""]), "fields must not run together");
    }

    #[test]
    fn what_is_absent_is_not_what_is_empty() {
        let of = |value: &dyn Fn(&mut Fingerprint)| {
            let mut print = Fingerprint::new();
            value(&mut print);
            print.finish()
        };
        let text = |text: Option<&str>| {
            let text: Option<Box<str>> = text.map(Box::from);
            of(&|into| text.print(into))
        };
        assert_ne!(text(None), text(Some("")));
        let number = |number: Option<u32>| of(&|into| number.print(into));
        assert_ne!(number(None), number(Some(0)));
        assert_ne!(number(Some(0)), number(Some(1)));
    }
}
