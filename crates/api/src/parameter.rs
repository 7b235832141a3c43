//! A parameter is declared once, as a typed constant that is both its description and the way to
//! its value.

use crate::check::Input;
use crate::edition::{ALL, E2020, E2022, Edition, Editions, from, only, until};
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region};
use domain::price::Cycle;
use domain::{CircuitId, OrderId, Timestamp};
use std::marker::PhantomData;
use std::ops::RangeInclusive;

/// A type that a parameter's text can be read as.
pub trait Value: Sized {
    /// Its name in documentation.
    const TYPE: &'static str;
    /// The value, if the text is one.
    fn read(text: &str) -> Option<Self>;
}

/// How a parameter stands on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// `Name`.
    Single,
    /// `Name.N.Key` and `Name.N.Value.M`.
    Filters,
}

/// A range that depends on another parameter's value.
pub struct RangeBy {
    /// In which editions it holds.
    pub editions: Editions,
    /// The other parameter.
    pub other: &'static Spec,
    /// The ranges by its value.
    pub ranges: &'static [(&'static str, RangeInclusive<i64>)],
}

/// A condition on another parameter's value.
pub struct With {
    /// In which editions it holds.
    pub editions: Editions,
    /// The other parameter.
    pub other: &'static Spec,
    /// Its value.
    pub value: &'static str,
}

/// A rule that data cannot say: whether the call's value of this text is one.
pub type Rule = fn(&Input, &str) -> bool;

/// Everything about a parameter but its type, which documentation, checks and generators read.
pub struct Spec {
    /// Name on the wire.
    pub name: &'static str,
    /// Its type's name in documentation.
    pub type_name: &'static str,
    /// How it stands on the wire.
    pub shape: Shape,
    /// In which editions it exists; elsewhere it is ignored like any unknown parameter.
    pub editions: Editions,
    /// Whether a call without it is refused.
    pub required: bool,
    /// What it is for.
    pub doc: &'static str,
    /// What it is for in editions that say something else.
    pub docs: [Option<(Editions, &'static str)>; 2],
    /// A value of the documentation.
    pub example: &'static str,
    /// Values it takes when absent.
    pub defaults: [Option<(Editions, &'static str)>; 2],
    /// The only texts it may be.
    pub allowed: [Option<(Editions, &'static [&'static str])>; 2],
    /// The numbers it may be.
    pub range: Option<(Editions, RangeInclusive<i64>)>,
    /// The numbers it may be, by another parameter.
    pub range_by: Option<RangeBy>,
    /// When it is required by another parameter's value.
    pub required_with: Option<With>,
    /// When it means nothing because of another parameter's value.
    pub ignored_with: Option<With>,
    /// A rule that data cannot say.
    pub rule: Option<(Editions, Rule)>,
    /// The code and text for a value that is not valid; `Invalid{Name}` otherwise.
    pub invalid: Option<(&'static str, &'static str)>,
    pub(crate) reads: fn(&str) -> bool,
}

impl Spec {
    /// What it is for, as an edition says it.
    pub fn doc_in(&self, edition: Edition) -> &'static str {
        let mut docs = self.docs.iter().flatten();
        docs.find(|(editions, _)| editions.contains(edition)).map_or(self.doc, |(_, text)| text)
    }

    /// The value it takes when absent.
    pub fn default_in(&self, edition: Edition) -> Option<&'static str> {
        let mut defaults = self.defaults.iter().flatten();
        defaults.find(|(editions, _)| editions.contains(edition)).map(|(_, text)| *text)
    }
}

/// A declared parameter.
pub struct Param<T> {
    /// Everything about it but its type.
    pub spec: Spec,
    value: PhantomData<fn() -> T>,
}

fn reads<T: Value>(text: &str) -> bool {
    T::read(text).is_some()
}

/// An optional parameter.
pub const fn optional<T: Value>(name: &'static str) -> Param<T> {
    let spec = Spec {
        name,
        type_name: T::TYPE,
        shape: Shape::Single,
        editions: ALL,
        required: false,
        doc: "",
        docs: [None, None],
        example: "",
        defaults: [None, None],
        allowed: [None, None],
        range: None,
        range_by: None,
        required_with: None,
        ignored_with: None,
        rule: None,
        invalid: None,
        reads: reads::<T>,
    };
    Param { spec, value: PhantomData }
}

/// A parameter without which a call is refused: `Missing{Name}`.
pub const fn required<T: Value>(name: &'static str) -> Param<T> {
    let mut param = optional(name);
    param.spec.required = true;
    param
}

/// A list of conditions, `Name.N.Key` and `Name.N.Value.M`.
pub const fn filters(name: &'static str) -> Param<Text> {
    let mut param = optional(name);
    param.spec.shape = Shape::Filters;
    param.spec.type_name = "array<object>";
    param
}

impl<T: Value> Param<T> {
    /// What it is for.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.spec.doc = doc;
        self
    }

    /// What it is for in these editions; at most two differing texts.
    #[must_use]
    pub const fn doc_in(mut self, editions: Editions, doc: &'static str) -> Self {
        let place = if self.spec.docs[0].is_none() { 0 } else { 1 };
        self.spec.docs[place] = Some((editions, doc));
        self
    }

    /// A value of the documentation.
    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.spec.example = example;
        self
    }

    /// It exists only in these editions.
    #[must_use]
    pub const fn only_in(mut self, editions: Editions) -> Self {
        self.spec.editions = editions;
        self
    }

    /// The value it takes when absent; at most two differing ones.
    #[must_use]
    pub const fn default_in(mut self, editions: Editions, text: &'static str) -> Self {
        let place = if self.spec.defaults[0].is_none() { 0 } else { 1 };
        self.spec.defaults[place] = Some((editions, text));
        self
    }

    /// The only texts it may be; at most two differing lists.
    #[must_use]
    pub const fn one_of_in(mut self, editions: Editions, allowed: &'static [&'static str]) -> Self {
        let place = if self.spec.allowed[0].is_none() { 0 } else { 1 };
        self.spec.allowed[place] = Some((editions, allowed));
        self
    }

    /// The numbers it may be.
    #[must_use]
    pub const fn range_in(mut self, editions: Editions, range: RangeInclusive<i64>) -> Self {
        self.spec.range = Some((editions, range));
        self
    }

    /// The numbers it may be, by another parameter's value.
    #[must_use]
    pub const fn range_by_in<U>(
        mut self,
        editions: Editions,
        other: &'static Param<U>,
        ranges: &'static [(&'static str, RangeInclusive<i64>)],
    ) -> Self {
        self.spec.range_by = Some(RangeBy { editions, other: &other.spec, ranges });
        self
    }

    /// It is required when another parameter has this value.
    #[must_use]
    pub const fn required_with_in<U>(
        mut self,
        editions: Editions,
        other: &'static Param<U>,
        value: &'static str,
    ) -> Self {
        self.spec.required_with = Some(With { editions, other: &other.spec, value });
        self
    }

    /// It means nothing when another parameter has this value, and may then be anything.
    #[must_use]
    pub const fn ignored_with_in<U>(
        mut self,
        editions: Editions,
        other: &'static Param<U>,
        value: &'static str,
    ) -> Self {
        self.spec.ignored_with = Some(With { editions, other: &other.spec, value });
        self
    }

    /// A rule that data cannot say.
    #[must_use]
    pub const fn rule_in(mut self, editions: Editions, rule: Rule) -> Self {
        self.spec.rule = Some((editions, rule));
        self
    }

    /// The code and text for a value that is not valid.
    #[must_use]
    pub const fn or_else(mut self, code: &'static str, message: &'static str) -> Self {
        self.spec.invalid = Some((code, message));
        self
    }
}

/// Any text.
pub struct Text(pub Box<str>);

impl Value for Text {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Some(Self(text.into()))
    }
}

/// SOURCE: wire dossier 2: `True` and `true` are both sent.
impl Value for bool {
    const TYPE: &'static str = "boolean";
    fn read(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("true") => Some(true),
            _ if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

/// Plain decimal digits with an optional minus; `+5`, `5.0` and `0x5` are no numbers here.
fn decimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

impl Value for i64 {
    const TYPE: &'static str = "long";
    fn read(text: &str) -> Option<Self> {
        decimal(text)
    }
}

impl Value for u32 {
    const TYPE: &'static str = "integer";
    fn read(text: &str) -> Option<Self> {
        decimal(text).and_then(|number| Self::try_from(number).ok())
    }
}

/// A text that names no region is found out where the region is checked, before any parameter.
impl Value for Region {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::find(text)
    }
}

/// Text that no circuit could have reads as an id that none has: it is not found, not malformed.
impl Value for CircuitId {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::new(text).or_else(|| Self::new("pc-"))
    }
}

/// As for circuits: what is no number names no order.
impl Value for OrderId {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        let number = decimal(text).and_then(|n| u64::try_from(n).ok());
        Some(number.and_then(Self::new).unwrap_or(Self::NONE))
    }
}

impl Value for Timestamp {
    const TYPE: &'static str = "string";
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

macro_rules! worded {
    ($($type:ty),+) => {$(
        impl Value for $type {
            const TYPE: &'static str = "string";
            fn read(text: &str) -> Option<Self> {
                Self::find(text)
            }
        }
    )+};
}
worded!(AccessPoint, Cycle, LineOperator, PortType);

/// `RegionId`, shared by every operation of a region.
pub static REGION_ID: Param<Region> = required("RegionId")
    .doc("The region ID of the Express Connect circuit; DescribeRegions lists the regions.")
    .doc_in(until(E2020), "The region of the physical connection.") // SOURCE: seeds 002, 003.
    .example("cn-hangzhou");

/// `PhysicalConnectionId`, shared by every operation on one circuit.
pub static CIRCUIT_ID: Param<CircuitId> = required("PhysicalConnectionId")
    .doc("The ID of the Express Connect circuit.")
    .doc_in(until(E2020), "The instance ID of the physical connection.") // SOURCE: seeds 002, 003.
    .example("pc-bp1hp0wr072f6****");

/// `PageNumber`, shared by the operations of VPC that answer in pages.
pub static PAGE_NUMBER: Param<u32> = optional("PageNumber")
    .doc("The number of the page to return, from 1.")
    .example("1")
    .default_in(ALL, "1")
    .range_in(ALL, 1..=2_147_483_647);

/// `PageSize`, shared by the operations of VPC that answer in pages.
pub static PAGE_SIZE: Param<u32> = optional("PageSize")
    .doc("The number of entries on each page.")
    .example("10")
    .default_in(ALL, "10")
    .range_in(ALL, 1..=50);

/// Whether a token has the form that the service asks for.
fn token_form(_: &Input, text: &str) -> bool {
    text.is_ascii() && text.len() <= 64
}

/// `ClientToken`, shared by every operation that takes one.
/// SOURCE: dossier O4 (ASCII, at most 64); IllegalParam.ClientToken is CreatePhysicalConnection's.
/// ASSUMED: editions after O4 keep the rule, which they no longer print; the pages of all
/// operations say it in the words of CreatePhysicalConnectionOccupancyOrder's.
pub static CLIENT_TOKEN: Param<Text> = optional("ClientToken")
    .doc("The token that makes the request idempotent; it must be unique among requests.")
    .doc_in(until(E2022), "The client token used for authentication.") // SOURCE: seeds 002, 003.
    .doc_in(
        only(E2022),
        "The token that makes the request idempotent: unique, ASCII, at most 64 characters.",
    )
    .example("CBCE910E-D396-4944-8764-B4047838B2D1")
    .rule_in(from(E2022), token_form)
    .or_else(
        "IllegalParam.ClientToken",
        "Token verify failed because client token length too long.",
    );

/// Whether it can be a circuit's name: letters, Chinese characters, digits and `marks`.
/// SOURCE: dossier, annex A.
pub fn is_name(text: &str, marks: &str) -> bool {
    let allowed = |c: char| is_letter(c) || c.is_ascii_digit() || marks.contains(c);
    (2..=128).contains(&text.chars().count())
        && begins_as_words_do(text)
        && text.chars().all(allowed)
}

/// Whether it can be a circuit's description. SOURCE: dossier, annex A. ASSUMED: no control
/// characters but breaks of lines and tabs, as an answer in XML could not say them.
pub fn is_description(text: &str) -> bool {
    let unsayable = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    (2..=256).contains(&text.chars().count())
        && begins_as_words_do(text)
        && !text.contains(unsayable)
}

/// Whether it has no control character.
pub fn is_plain(text: &str) -> bool {
    !text.contains(char::is_control)
}

/// Whether it begins with a letter or a Chinese character and is no web address.
fn begins_as_words_do(text: &str) -> bool {
    let begins = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    text.chars().next().is_some_and(is_letter) && !begins("http://") && !begins("https://")
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_descriptions_begin_with_a_letter_and_are_no_addresses() {
        let longest = format!("专{}", "线".repeat(127));
        for text in ["ab", "专线-1_a", &*longest, "tf-testacc12345_Update"] {
            assert!(is_name(text, "_-"), "{text}");
        }
        for text in ["", "a", "1st", "_a", "a.b", "a b", "é-1", &*format!("{longest}1")] {
            assert!(!is_name(text, "_-"), "{text}");
        }
        assert!(is_name("a.b c", "._- "));
        assert!(is_description("made by terraform.\nsince 2026"));
        for text in ["x", "HTTP://a", "https://a", "2 lines", &*"a".repeat(257)] {
            assert!(!is_description(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_plain_decimals() {
        for (text, number) in [("0", Some(0)), ("12", Some(12)), ("-1", Some(-1))] {
            assert_eq!(i64::read(text), number);
        }
        for text in ["", "+1", " 1", "1.0", "0x1", "१", "99999999999999999999"] {
            assert_eq!(i64::read(text), None, "{text}");
        }
        assert_eq!(u32::read("-1"), None);
    }

    #[test]
    fn booleans_are_read_in_any_case_and_nothing_else_is() {
        for (text, value) in [("true", Some(true)), ("False", Some(false)), ("TRUE", Some(true))] {
            assert_eq!(bool::read(text), value);
        }
        for text in ["", "1", "yes", "truee"] {
            assert_eq!(bool::read(text), None);
        }
    }
}
