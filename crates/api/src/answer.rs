//! Answers as rows: a name, a description, an example, the editions that have it and a getter each.
//! The one walk here writes them straight into `wire`'s writer; what describes answers reads the
//! same rows.

use crate::check::Input;
use crate::edition::{ALL, Edition, Editions};
use crate::parameter::{PAGE_NUMBER, PAGE_SIZE};
use domain::price::{Currency, Money};
use domain::query::Listing;
use std::borrow::Cow;
use wire::{Items, Writer};

/// What is known of a row, whatever it is a row of.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Name on the wire; "" for the items of a list.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// A value of the documentation; "" for none.
    pub example: &'static str,
    /// In which editions it is told.
    pub editions: Editions,
    /// What of it is a guess, and why; "" for nothing.
    pub assumed: &'static str,
    /// Which of several types of a number it is.
    pub format: &'static str,
}

/// How a text is got of what an answer is about.
pub type TextOf<T> = for<'t> fn(&'t T, &'t Input<'_>) -> Cow<'t, str>;

/// How an amount is got of what an answer is about.
pub type AmountOf<T> = fn(&T, &Input) -> (Money, Currency);

/// A row of an answer about a `T`.
pub struct Field<T: 'static> {
    facts: Facts,
    value: Value<T>,
    /// Whether it is told at all, if that is not always.
    when: Option<fn(&T, &Input) -> bool>,
}

enum Value<T: 'static> {
    RequestId,
    Text(TextOf<T>),
    Number(fn(&T, &Input) -> i64),
    Decimal(AmountOf<T>),
    Boolean(fn(&T, &Input) -> bool),
    /// Rows of the same thing, under a name.
    Object(&'static [Field<T>]),
    /// Rows of the same thing, as if they stood here.
    These(&'static [Field<T>]),
    /// Rows of a part of it, as if they stood here.
    Part(&'static dyn Part<T>),
    List(&'static dyn Rows<T>),
}

const fn field<T>(name: &'static str, doc: &'static str, value: Value<T>) -> Field<T> {
    let facts = Facts { name, doc, example: "", editions: ALL, assumed: "", format: "int32" };
    Field { facts, value, when: None }
}

/// The id of the request.
pub const fn request_id<T>() -> Field<T> {
    field("RequestId", "The ID of the request.", Value::RequestId)
        .example("9B9300FE-11E2-4E3B-949C-BED3B44DD26D")
}

/// A text.
pub const fn text<T>(name: &'static str, doc: &'static str, of: TextOf<T>) -> Field<T> {
    field(name, doc, Value::Text(of))
}

/// An integer.
pub const fn number<T>(
    name: &'static str,
    doc: &'static str,
    of: fn(&T, &Input) -> i64,
) -> Field<T> {
    field(name, doc, Value::Number(of))
}

/// An amount that is told as a number, and not as a text: exactly, in the digits of its currency.
/// No binary fraction ever stands for it here.
pub const fn decimal<T>(name: &'static str, doc: &'static str, of: AmountOf<T>) -> Field<T> {
    let mut field = field(name, doc, Value::Decimal(of));
    field.facts.format = "float";
    field
}

/// `true` or `false`.
pub const fn boolean<T>(
    name: &'static str,
    doc: &'static str,
    of: fn(&T, &Input) -> bool,
) -> Field<T> {
    field(name, doc, Value::Boolean(of))
}

/// An object of more about the same.
pub const fn object<T>(
    name: &'static str,
    doc: &'static str,
    fields: &'static [Field<T>],
) -> Field<T> {
    field(name, doc, Value::Object(fields))
}

/// Rows that stand somewhere else too.
pub const fn these<T>(fields: &'static [Field<T>]) -> Field<T> {
    field("", "", Value::These(fields))
}

/// Rows of a part of what an answer is about, as if they stood here.
pub const fn part<T>(part: &'static dyn Part<T>) -> Field<T> {
    field("", "", Value::Part(part))
}

/// A list.
pub const fn list<T>(
    name: &'static str,
    doc: &'static str,
    rows: &'static dyn Rows<T>,
) -> Field<T> {
    field(name, doc, Value::List(rows))
}

/// What VPC tells of a page of a list, and how many there are in all of what is counted.
pub const fn page_of<T>(counted: &'static str) -> [Field<Listing<T>>; 3] {
    [
        number("PageNumber", "The number of the page.", |_, input| input.get(&PAGE_NUMBER).into())
            .example("1"),
        number("PageSize", "The number of entries on a page.", |_, input| {
            input.get(&PAGE_SIZE).into()
        })
        .example("10"),
        number("TotalCount", counted, |listing: &Listing<T>, _| {
            i64::try_from(listing.total).expect("what is listed fits in memory")
        })
        .example("1"),
    ]
}

impl<T> Field<T> {
    /// The same under another name.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.facts.name = name;
        self
    }

    /// A value of the documentation.
    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.facts.example = example;
        self
    }

    /// It is an integer of 64 bits.
    #[must_use]
    pub const fn long(mut self) -> Self {
        self.facts.format = "int64";
        self
    }

    /// It is a number of which documentation says that it has the precision of a `double`.
    #[must_use]
    pub const fn double(mut self) -> Self {
        self.facts.format = "double";
        self
    }

    /// It is told only in these editions.
    #[must_use]
    pub const fn only_in(mut self, editions: Editions) -> Self {
        self.facts.editions = editions;
        self
    }

    /// What of it is a guess, and why.
    #[must_use]
    pub const fn assumed(mut self, assumed: &'static str) -> Self {
        self.facts.assumed = assumed;
        self
    }

    /// It is told only where this holds.
    #[must_use]
    pub const fn when(mut self, holds: fn(&T, &Input) -> bool) -> Self {
        self.when = Some(holds);
        self
    }

    fn write(&self, subject: &T, input: &Input, writer: &mut Writer) {
        let name = self.facts.name;
        match self.value {
            Value::RequestId => writer.request_id(name),
            Value::Text(of) => writer.text(name, &of(subject, input)),
            Value::Number(of) => writer.number(name, of(subject, input)),
            Value::Decimal(of) => {
                let (amount, currency) = of(subject, input);
                writer.decimal(name, &amount.render(currency));
            }
            Value::Boolean(of) => writer.boolean(name, of(subject, input)),
            Value::Object(fields) => {
                writer.object(name, |inside| write(fields, subject, input, inside));
            }
            Value::These(fields) => write(fields, subject, input, writer),
            Value::Part(part) => part.write(subject, input, writer),
            Value::List(rows) => writer.list(name, |items| rows.write(subject, input, items)),
        }
    }
}

/// Writes rows about a subject: those of the call's edition.
pub(crate) fn write<T>(fields: &[Field<T>], subject: &T, input: &Input, writer: &mut Writer) {
    for field in fields {
        let told = field.facts.editions.contains(input.edition);
        if told && field.when.is_none_or(|holds| holds(subject, input)) {
            field.write(subject, input, writer);
        }
    }
}

/// A part of a subject, which has rows of its own.
pub trait Part<T>: Sync {
    /// Writes them.
    fn write(&self, subject: &T, input: &Input, writer: &mut Writer);

    /// What they are.
    fn rows(&self) -> Vec<Described>;
}

/// What stands in a subject.
pub struct Within<T: 'static, U: 'static> {
    /// Where it is.
    pub of: fn(&T) -> &U,
    /// What is told of it.
    pub fields: &'static [Field<U>],
}

impl<T, U> Part<T> for Within<T, U> {
    fn write(&self, subject: &T, input: &Input, writer: &mut Writer) {
        write(self.fields, (self.of)(subject), input, writer);
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.fields)
    }
}

/// The items of a list.
pub trait Rows<T>: Sync {
    /// Writes them.
    fn write(&self, subject: &T, input: &Input, items: &mut Items);

    /// What an item is.
    fn item(&self) -> Shape;
}

/// Items with rows of their own, one each.
pub struct Each<T: 'static, U: 'static> {
    /// The items.
    pub of: fn(&T) -> &[U],
    /// What is told of each.
    pub fields: &'static [Field<U>],
}

impl<T, U> Rows<T> for Each<T, U> {
    fn write(&self, subject: &T, input: &Input, items: &mut Items) {
        for item in (self.of)(subject) {
            items.object(|inside| write(self.fields, item, input, inside));
        }
    }

    fn item(&self) -> Shape {
        Shape::Object(describe(self.fields))
    }
}

/// Items that are made of the subject and of the call, with rows of their own, one each.
pub struct Made<T: 'static, U: 'static> {
    /// Makes them.
    pub of: fn(&T, &Input) -> Vec<U>,
    /// What is told of each.
    pub fields: &'static [Field<U>],
}

impl<T, U> Rows<T> for Made<T, U> {
    fn write(&self, subject: &T, input: &Input, items: &mut Items) {
        for item in (self.of)(subject, input) {
            items.object(|inside| write(self.fields, &item, input, inside));
        }
    }

    fn item(&self) -> Shape {
        Shape::Object(describe(self.fields))
    }
}

/// Items that are texts.
pub struct Texts<T: 'static>(pub fn(&T, &Input) -> Vec<Cow<'static, str>>);

impl<T> Rows<T> for Texts<T> {
    fn write(&self, subject: &T, input: &Input, items: &mut Items) {
        for item in (self.0)(subject, input) {
            items.text(&item);
        }
    }

    fn item(&self) -> Shape {
        Shape::Text
    }
}

/// No items: of what there is nothing yet, though answers have the list.
pub struct NoItems(pub &'static [Field<()>]);

impl<T> Rows<T> for NoItems {
    fn write(&self, _: &T, _: &Input, _: &mut Items) {}

    fn item(&self) -> Shape {
        let rows = describe(self.0).into_iter();
        Shape::Object(rows.map(|row| Described { told: false, ..row }).collect())
    }
}

/// A row as documentation sees it.
#[derive(Debug)]
pub struct Described {
    /// What is known of it.
    pub facts: Facts,
    /// What it holds.
    pub shape: Shape,
    /// Whether it is always told in its editions.
    pub always: bool,
    /// Whether it is ever told: what stands in a list that has no items is not.
    pub told: bool,
}

/// What a row holds.
#[derive(Debug)]
pub enum Shape {
    /// A text.
    Text,
    /// An integer, of this format.
    Number(&'static str),
    /// A number that may have a fraction, of this format.
    Decimal(&'static str),
    /// `true` or `false`.
    Boolean,
    /// Rows.
    Object(Vec<Described>),
    /// Items, all of this shape.
    List(Box<Shape>),
}

/// Rows as documentation sees them.
pub(crate) fn describe<T>(fields: &[Field<T>]) -> Vec<Described> {
    let mut all = Vec::new();
    for field in fields {
        let always = field.when.is_none();
        let mut add = |rows: Vec<Described>| {
            let rows = rows.into_iter();
            all.extend(rows.map(|row| Described { always: row.always && always, ..row }));
        };
        let shape = match field.value {
            Value::RequestId | Value::Text(_) => Shape::Text,
            Value::Number(_) => Shape::Number(field.facts.format),
            Value::Decimal(_) => Shape::Decimal(field.facts.format),
            Value::Boolean(_) => Shape::Boolean,
            Value::Object(fields) => Shape::Object(describe(fields)),
            Value::List(rows) => Shape::List(Box::new(rows.item())),
            Value::These(fields) => {
                add(describe(fields));
                continue;
            }
            Value::Part(part) => {
                add(part.rows());
                continue;
            }
        };
        all.push(Described { facts: field.facts, shape, always, told: true });
    }
    all
}

/// Those of the rows that an edition tells, all the way down.
pub fn in_edition(rows: Vec<Described>, edition: Edition) -> Vec<Described> {
    let its = rows.into_iter().filter(|row| row.facts.editions.contains(edition));
    its.map(|row| Described { shape: row.shape.in_edition(edition), ..row }).collect()
}

impl Shape {
    /// The rows of an object, or of the objects in a list; none of anything else.
    pub fn rows(&self) -> Option<&[Described]> {
        match self {
            Self::Object(rows) => Some(rows),
            Self::List(item) => item.rows(),
            Self::Text | Self::Number(_) | Self::Decimal(_) | Self::Boolean => None,
        }
    }

    fn in_edition(self, edition: Edition) -> Self {
        match self {
            Self::Object(rows) => Self::Object(in_edition(rows, edition)),
            Self::List(item) => Self::List(Box::new(item.in_edition(edition))),
            other => other,
        }
    }
}
