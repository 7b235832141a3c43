//! Fixed texts as numbers. Each text has one number in a file, which its table `words` tells: so
//! rows are short, a text is neither copied when a row is written nor compared when it is read,
//! and whoever looks at the file with other tools can join.

use domain::Kind;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::ledger::LedgerAccount;
use domain::price::{Currency, Cycle};
use domain::record::{BusinessStatus, CancelCause, LoaStatus, OrderStatus, Status};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row};

/// A value with a text of its own, of a set that is known beforehand.
pub(super) trait Word: Copy {
    /// Every value and its text, each at its place.
    fn all() -> Vec<(Self, String)>;
    /// Its place among all.
    fn place(self) -> usize;
}

macro_rules! word {
    ($($name:ty),+) => { $(
        impl Word for $name {
            fn all() -> Vec<(Self, String)> {
                Self::ALL.iter().map(|value| (*value, value.text().into())).collect()
            }

            fn place(self) -> usize {
                self as usize
            }
        }
    )+ };
}

word!(BusinessStatus, CancelCause, Currency, Cycle, Kind);
word!(LineOperator, LoaStatus, OrderStatus, PortType, Status);

impl Word for Region {
    fn all() -> Vec<(Self, String)> {
        Self::all().map(|region| (region, region.id().into())).collect()
    }

    fn place(self) -> usize {
        self.place()
    }
}

impl Word for AccessPoint {
    fn all() -> Vec<(Self, String)> {
        Self::all().map(|point| (point, point.id().into())).collect()
    }

    fn place(self) -> usize {
        self.place()
    }
}

/// An account of the house: every one of the ledger but customers' cash.
#[derive(Clone, Copy)]
struct House(LedgerAccount);

impl Word for House {
    fn all() -> Vec<(Self, String)> {
        let pair = |currency: &Currency| {
            [LedgerAccount::Revenue(*currency), LedgerAccount::Funding(*currency)]
        };
        let all = Currency::ALL.iter().flat_map(pair);
        all.map(|account| (Self(account), account.to_string())).collect()
    }

    fn place(self) -> usize {
        match self.0 {
            LedgerAccount::Revenue(currency) => currency.place() * 2,
            LedgerAccount::Funding(currency) => currency.place() * 2 + 1,
            LedgerAccount::Cash(_) => unreachable!("a customer's cash is none of the house's"),
        }
    }
}

/// The numbers of one set of values.
pub(super) struct Set<T> {
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
    pub(super) fn number(&self, value: T) -> i64 {
        self.numbers[value.place()]
    }

    fn value(&self, number: i64) -> Option<T> {
        self.values.get(usize::try_from(number).ok()?).copied().flatten()
    }
}

/// Every fixed text of a file.
pub(super) struct Words {
    /// By number; number 0 is no text's.
    texts: Vec<String>,
    pub(super) access_points: Set<AccessPoint>,
    pub(super) business: Set<BusinessStatus>,
    pub(super) causes: Set<CancelCause>,
    pub(super) currencies: Set<Currency>,
    pub(super) cycles: Set<Cycle>,
    house: Set<House>,
    pub(super) kinds: Set<Kind>,
    pub(super) line_operators: Set<LineOperator>,
    pub(super) loas: Set<LoaStatus>,
    pub(super) order_statuses: Set<OrderStatus>,
    pub(super) port_types: Set<PortType>,
    pub(super) regions: Set<Region>,
    pub(super) statuses: Set<Status>,
}

impl Words {
    /// Reads a file's words.
    pub(super) fn read(db: &Connection) -> Result<Self> {
        let mut words = db.prepare("SELECT n, text FROM words ORDER BY n")?;
        let words = words.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get(1)?)))?;
        let mut texts = vec![String::new()];
        for word in words {
            let (number, text) = word?;
            let number = number as usize;
            if number >= texts.len() {
                texts.resize(number + 1, String::new());
            }
            texts[number] = text;
        }
        Ok(Self {
            access_points: Set::of(&texts),
            business: Set::of(&texts),
            causes: Set::of(&texts),
            currencies: Set::of(&texts),
            cycles: Set::of(&texts),
            house: Set::of(&texts),
            kinds: Set::of(&texts),
            line_operators: Set::of(&texts),
            loas: Set::of(&texts),
            order_statuses: Set::of(&texts),
            port_types: Set::of(&texts),
            regions: Set::of(&texts),
            statuses: Set::of(&texts),
            texts,
        })
    }

    /// Gives a number to whatever text of this release has none yet.
    pub(super) fn complete(db: &Connection) -> Result<Self> {
        let words = Self::read(db)?;
        let missing = words.missing();
        if missing.is_empty() {
            return Ok(words);
        }
        db.execute_batch("BEGIN IMMEDIATE")?;
        let mut put = db.prepare("INSERT INTO words (text) VALUES (?1)")?;
        for text in missing {
            put.execute([text])?;
        }
        db.execute_batch("COMMIT")?;
        Self::read(db)
    }

    fn missing(&self) -> Vec<String> {
        fn of<T: Word>(set: &Set<T>) -> impl Iterator<Item = String> {
            T::all().into_iter().filter(|(value, _)| set.number(*value) == 0).map(|(_, text)| text)
        }
        let mut missing: Vec<String> = of(&self.access_points)
            .chain(of(&self.business))
            .chain(of(&self.causes))
            .chain(of(&self.currencies))
            .chain(of(&self.cycles))
            .chain(of(&self.house))
            .chain(of(&self.kinds))
            .chain(of(&self.line_operators))
            .chain(of(&self.loas))
            .chain(of(&self.order_statuses))
            .chain(of(&self.port_types))
            .chain(of(&self.regions))
            .chain(of(&self.statuses))
            .collect();
        // One text may have a meaning in several sets; it has one number all the same.
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Column `place` read as one of a set of values.
    pub(super) fn one_of<T: Word>(&self, row: &Row, place: usize, set: &Set<T>) -> Result<T> {
        let number: i64 = row.get(place)?;
        set.value(number).ok_or_else(|| self.unknown(place, number))
    }

    /// The same where there may be none.
    pub(super) fn optional<T: Word>(
        &self,
        row: &Row,
        place: usize,
        set: &Set<T>,
    ) -> Result<Option<T>> {
        let Some(number) = row.get(place)? else { return Ok(None) };
        set.value(number).map(Some).ok_or_else(|| self.unknown(place, number))
    }

    /// Column `place` read as an account of the ledger: a customer's cash by the customer's
    /// number, the house's own by the number of its word, negative.
    pub(super) fn ledger_account(&self, row: &Row, place: usize) -> Result<LedgerAccount> {
        let number: i64 = row.get(place)?;
        if let Ok(customer) = u64::try_from(number) {
            return Ok(LedgerAccount::Cash(domain::AccountId(customer)));
        }
        let word = number.saturating_neg();
        let house = self.house.value(word).map(|House(account)| account);
        house.ok_or_else(|| self.unknown(place, word))
    }

    /// What an account of the ledger is written as.
    pub(super) fn ledger_number(&self, account: LedgerAccount) -> i64 {
        match account {
            LedgerAccount::Cash(customer) => super::rows::signed(customer.0),
            house => -self.house.number(House(house)),
        }
    }

    fn unknown(&self, place: usize, number: i64) -> Error {
        let text = usize::try_from(number).ok().and_then(|number| self.texts.get(number));
        let reason = format!("word {number}, {text:?}, is not one that this release knows here");
        Error::FromSqlConversionFailure(place, Type::Integer, reason.into())
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
        let db = Connection::open_in_memory().expect("memory");
        db.execute_batch(super::super::MIGRATIONS[0]).expect("the schema");
        db.execute_batch("INSERT INTO words VALUES (3, 'Enabled'), (9, 'of an older release')")
            .expect("two words");
        let words = Words::complete(&db).expect("words");
        assert_eq!(words.statuses.number(Status::Enabled), 3);
        assert_eq!(words.statuses.value(3), Some(Status::Enabled));
        assert_eq!(words.statuses.value(9), None);
        assert_eq!(words.missing(), Vec::<String>::new());
        for (status, _) in Status::all() {
            assert_eq!(words.statuses.value(words.statuses.number(status)), Some(status));
        }
        let again = Words::complete(&db).expect("words");
        assert_eq!(again.texts, words.texts);
    }
}
