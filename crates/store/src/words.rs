//! Fixed texts as numbers. Each text has one number in a store, which its table `words` tells: so
//! rows are short, a text is neither copied when a row is written nor compared when it is read,
//! and whoever looks at the store with other tools can join.

use domain::Kind;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{LoaStatus, Locks, Status};
use domain::history::Cause;
use domain::ledger::LedgerAccount;
use domain::order::{CancelCause, OrderStatus};
use domain::price::{Currency, Cycle};
use domain::router::RouterStatus;
use domain::router_group::GroupStatus;

/// A value with a text of its own, of a set that is known beforehand.
pub(crate) trait Word: Copy + 'static {
    /// Every value and its text, each at its place.
    fn all() -> Vec<(Self, String)>;
    /// Its place among all.
    fn place(self) -> usize;
    /// The numbers of its set.
    fn set(words: &Words) -> &Set<Self>;
}

/// Makes the words of a store from the sets that there are: how each is called, its values, and
/// where all of them and the place of one are found.
macro_rules! sets {
    ($($set:ident: $word:ty, $all:expr, $place:expr;)+) => {
        /// Every fixed text of a store.
        pub(crate) struct Words {
            /// By number; number 0 is no text's.
            texts: Vec<String>,
            $($set: Set<$word>,)+
        }

        $(impl Word for $word {
            fn all() -> Vec<(Self, String)> {
                $all
            }

            fn place(self) -> usize {
                let place: fn(Self) -> usize = $place;
                place(self)
            }

            fn set(words: &Words) -> &Set<Self> {
                &words.$set
            }
        })+

        impl Words {
            /// Of the texts of a store, each at its number.
            pub(crate) fn of(texts: Vec<String>) -> Self {
                Self { $($set: Set::of(&texts),)+ texts }
            }

            /// Whatever text of this release has no number yet.
            pub(crate) fn missing(&self) -> Vec<String> {
                let mut missing = Vec::new();
                $(self.$set.missing(&mut missing);)+
                // One text may have a meaning in several sets; it has one number all the same.
                missing.sort_unstable();
                missing.dedup();
                missing
            }
        }
    };
}

/// Every value of a set and its text.
fn with_texts<T: Copy>(
    all: impl IntoIterator<Item = T>,
    text: fn(T) -> &'static str,
) -> Vec<(T, String)> {
    all.into_iter().map(|value| (value, text(value).to_owned())).collect()
}

/// The values of an enumeration.
macro_rules! listed {
    ($word:ty) => {
        with_texts(<$word>::ALL.iter().copied(), <$word>::text)
    };
}

sets! {
    access_points: AccessPoint, with_texts(AccessPoint::all(), AccessPoint::id), AccessPoint::place;
    cancel_causes: CancelCause, listed!(CancelCause), |it| it as usize;
    causes: Cause, listed!(Cause), |it| it as usize;
    currencies: Currency, listed!(Currency), |it| it as usize;
    cycles: Cycle, listed!(Cycle), |it| it as usize;
    house: House, House::all(), House::place;
    kinds: Kind, with_texts(domain::KINDS.iter().copied(), Kind::text), Kind::place;
    line_operators: LineOperator, listed!(LineOperator), |it| it as usize;
    locks: Locks, listed!(Locks), |it| it as usize;
    loas: LoaStatus, listed!(LoaStatus), |it| it as usize;
    order_statuses: OrderStatus, listed!(OrderStatus), |it| it as usize;
    port_types: PortType, listed!(PortType), |it| it as usize;
    regions: Region, with_texts(Region::all(), Region::id), Region::place;
    shared_specs: SharedSpec, listed!(SharedSpec), |it| it as usize;
    statuses: Status, listed!(Status), |it| it as usize;
    group_statuses: GroupStatus, listed!(GroupStatus), |it| it as usize;
    router_statuses: RouterStatus, listed!(RouterStatus), |it| it as usize;
}

/// An account of the house: every one of the ledger but customers' cash.
#[derive(Clone, Copy)]
pub(crate) struct House(LedgerAccount);

impl House {
    fn all() -> Vec<(Self, String)> {
        let pair = |currency: &Currency| {
            [LedgerAccount::Revenue(*currency), LedgerAccount::Funding(*currency)]
        };
        let all = Currency::ALL.iter().flat_map(pair);
        all.map(|account| (Self(account), account.to_string())).collect()
    }

    fn place(self) -> usize {
        match self.0 {
            LedgerAccount::Revenue(currency) => Word::place(currency) * 2,
            LedgerAccount::Funding(currency) => Word::place(currency) * 2 + 1,
            LedgerAccount::Cash(_) => unreachable!("a customer's cash is none of the house's"),
        }
    }
}

/// The numbers of one set of values.
pub(crate) struct Set<T> {
    /// By place.
    numbers: Vec<i64>,
    /// By number.
    values: Vec<Option<T>>,
}

impl<T: Word> Set<T> {
    /// Of texts at their numbers. A text that is missing has the number 0, which means nothing.
    fn of(texts: &[String]) -> Self {
        let mut values = vec![None; texts.len()];
        let number = |(value, text): (T, String)| {
            let number = texts.iter().position(|known| *known == text).unwrap_or_default();
            if let Some(place) = values.get_mut(number) {
                *place = Some(value);
            }
            i64::try_from(number).expect("few words")
        };
        let numbers = T::all().into_iter().map(number).collect();
        Self { numbers, values }
    }

    /// The number of a value.
    fn number(&self, value: T) -> i64 {
        self.numbers[value.place()]
    }

    fn value(&self, number: i64) -> Option<T> {
        self.values.get(usize::try_from(number).ok()?).copied().flatten()
    }

    fn missing(&self, texts: &mut Vec<String>) {
        let without = T::all().into_iter().filter(|(value, _)| self.number(*value) == 0);
        texts.extend(without.map(|(_, text)| text));
    }
}

impl Words {
    /// The number of a value.
    pub(crate) fn number<T: Word>(&self, value: T) -> i64 {
        T::set(self).number(value)
    }

    /// The value of a number; `Err` says why there is none.
    pub(crate) fn value<T: Word>(&self, number: i64) -> Result<T, String> {
        T::set(self).value(number).ok_or_else(|| self.unknown(number))
    }

    /// An account of the ledger: a customer's cash by the customer's number, the house's own by the
    /// number of its word, negative.
    pub(crate) fn ledger_account(&self, number: i64) -> Result<LedgerAccount, String> {
        if let Ok(customer) = u64::try_from(number) {
            return Ok(LedgerAccount::Cash(domain::AccountId(customer)));
        }
        self.value(number.saturating_neg()).map(|House(account)| account)
    }

    /// The number of an account of the ledger that is the house's own.
    pub(crate) fn house_number(&self, account: LedgerAccount) -> i64 {
        -self.number(House(account))
    }

    fn unknown(&self, number: i64) -> String {
        let text = usize::try_from(number).ok().and_then(|number| self.texts.get(number));
        format!("word {number}, {text:?}, is not one that this release knows here")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_have_a_place<T: Word>() {
        for (place, (value, _)) in T::all().into_iter().enumerate() {
            assert_eq!(value.place(), place);
        }
    }

    #[test]
    fn every_word_stands_at_its_place() {
        all_have_a_place::<AccessPoint>();
        all_have_a_place::<Currency>();
        all_have_a_place::<House>();
        all_have_a_place::<PortType>();
        all_have_a_place::<Region>();
        all_have_a_place::<Status>();
    }

    #[test]
    fn a_word_keeps_its_number_when_others_are_added() {
        let mut texts = vec![String::new(); 10];
        texts[3] = "Enabled".into();
        texts[9] = "of an older release".into();
        texts.extend(Words::of(texts.clone()).missing());
        let words = Words::of(texts);
        assert_eq!(words.number(Status::Enabled), 3);
        assert_eq!(words.value(3), Ok(Status::Enabled));
        assert!(words.value::<Status>(9).is_err_and(|why| why.contains("of an older release")));
        assert_eq!(words.missing(), Vec::<String>::new());
        for (status, _) in Status::all() {
            assert_eq!(words.value(words.number(status)), Ok(status));
        }
    }
}
