//! What operations do, typed from the question to the answer: a change, a look at one thing, a
//! listing, a price, a quote, or an answer that follows from the call alone.

use crate::answer::{Described, Field, describe, request_id, write};
use crate::check::Input;
use crate::edition::Editions;
use crate::error::Invalid;
use crate::operation::{Access, Operation};
use domain::command::Change;
use domain::query::{OrderDetail, Question};
use domain::receipt::Comes;
use domain::{Assumptions, Command, Found, Outcome, Query, Refusal};
use wire::{Format, Head, Root, encode};

/// What an operation asks of the business.
pub enum Ask {
    /// Something to be done.
    Change(Command),
    /// Something to be looked at.
    Look(Query),
    /// What something would cost or return if it were done now.
    Quote(Command),
    /// The same of a call of another operation, which is permitted and checked like one.
    Price(Priced),
    /// Nothing: the answer follows from the call and the catalogue.
    Nothing,
}

/// A call whose price is asked, and what is taken for granted.
#[derive(Clone, Copy)]
pub struct Priced {
    /// Its operation.
    pub operation: &'static Operation,
    /// What an earlier step will have brought about.
    pub assumptions: Assumptions,
}

/// What the business said.
pub enum Told {
    /// A command was accepted, or had been.
    Outcome(Outcome),
    /// A query found this.
    Found(Found),
    /// It would make or change this order, or be refused.
    Quoted(Result<OrderDetail, Refusal>),
    /// A call of another operation would, or be refused in that operation's words.
    Priced(Result<OrderDetail, Invalid>),
    /// It was not asked.
    Nothing,
}

/// Where an answer is to be written.
pub struct Blank<'b> {
    /// JSON or XML.
    pub format: Format,
    /// What every answer says about its request.
    pub head: &'b Head<'b>,
    /// The body so far.
    pub out: &'b mut Vec<u8>,
}

/// Why there is no answer after all.
pub enum No {
    /// Business words, for the operation to tell.
    Refused(Refusal),
    /// The service's words.
    Invalid(Invalid),
}

/// What an operation does.
pub trait Does: Sync {
    /// Whether it changes anything.
    fn access(&self) -> Access;

    /// From parameters to business words.
    fn ask(&self, input: &Input) -> Result<Ask, Invalid>;

    /// From what the business said to what was asked to the answer.
    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No>;

    /// The rows of the answer.
    fn rows(&self) -> Vec<Described>;
}

/// Writes rows about a subject.
fn fill<T>(rows: &[Field<T>], subject: &T, input: &Input, root: Root, blank: Blank) {
    let Blank { format, head, out } = blank;
    encode(root, format, head, out, |writer| write(rows, subject, input, writer));
}

/// The store answers what it was asked: another kind of answer is a mistake in the program.
const ANOTHER: &str = "the business answers what it was asked";

/// Something is done.
pub struct Changes<C: Change + 'static> {
    /// The command.
    pub asks: fn(&Input) -> Result<C, Invalid>,
    /// An outcome that is told as an error.
    pub unless: fn(&Input, &C::Comes) -> Result<(), Invalid>,
    /// What is told of what it came to.
    pub answer: &'static [Field<C::Comes>],
}

/// Something is done, and whatever it comes to is told.
pub const fn changes<C: Change>(
    asks: fn(&Input) -> Result<C, Invalid>,
    answer: &'static [Field<C::Comes>],
) -> Changes<C> {
    Changes { asks, unless: |_, _| Ok(()), answer }
}

impl<C: Change> Does for Changes<C> {
    fn access(&self) -> Access {
        Access::Write
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        (self.asks)(input).map(|command| Ask::Change(command.into()))
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        let outcome = if let Told::Outcome(outcome) = told { C::Comes::of(outcome) } else { None };
        let outcome = outcome.expect(ANOTHER);
        (self.unless)(input, &outcome).map_err(No::Invalid)?;
        fill(self.answer, &outcome, input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}

/// Many things are looked at.
pub struct Lists<Q: Question<Found: 'static> + 'static> {
    /// The question.
    pub asks: fn(&Input) -> Result<Q, Invalid>,
    /// What is told of what is found.
    pub answer: &'static [Field<Q::Found>],
}

impl<Q: Question<Found: 'static>> Does for Lists<Q> {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        (self.asks)(input).map(|question| Ask::Look(question.query()))
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        fill(self.answer, &found::<Q>(told), input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}

/// One thing is looked at.
pub struct Looks<Q: 'static, T: 'static> {
    /// The question.
    pub asks: fn(&Input) -> Result<Q, Invalid>,
    /// What is told if there is none.
    pub missing: Refusal,
    /// What is told of it.
    pub answer: &'static [Field<T>],
}

impl<Q: Question<Found = Option<T>>, T> Does for Looks<Q, T> {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        (self.asks)(input).map(|question| Ask::Look(question.query()))
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        let subject = found::<Q>(told).ok_or(No::Refused(self.missing))?;
        fill(self.answer, &subject, input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}

/// One thing is looked at. In some editions that there is none is no error, and the answer tells
/// nothing but its own id.
pub struct Finds<Q: 'static, T: 'static> {
    /// The look.
    pub looks: Looks<Q, T>,
    /// Where it is an error.
    pub refused_in: Editions,
}

impl<Q: Question<Found = Option<T>>, T> Does for Finds<Q, T> {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        self.looks.ask(input)
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        match found::<Q>(told) {
            Some(subject) => fill(self.looks.answer, &subject, input, root, blank),
            None if self.refused_in.contains(input.edition) => {
                return Err(No::Refused(self.looks.missing));
            }
            None => fill(&[request_id()], &(), input, root, blank),
        }
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        let rows = self.looks.rows().into_iter();
        rows.map(|row| Described { always: row.facts.name == "RequestId", ..row }).collect()
    }
}

fn found<Q: Question>(told: Told) -> Q::Found {
    let found = if let Told::Found(found) = told { Q::found(found) } else { None };
    found.expect(ANOTHER)
}

/// What something costs is told, or why it has no price.
pub struct Quotes<Q: 'static, T: 'static> {
    /// The question.
    pub asks: fn(&Input) -> Result<Q, Invalid>,
    /// What is told of the price.
    pub answer: &'static [Field<T>],
}

impl<Q: Question<Found = Result<T, Refusal>>, T> Does for Quotes<Q, T> {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        (self.asks)(input).map(|question| Ask::Look(question.query()))
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        let subject = found::<Q>(told).map_err(No::Refused)?;
        fill(self.answer, &subject, input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}

/// What a change would cost or return is told, or why it would be refused: it is decided, and put
/// back.
pub struct Previews<C: Change + 'static> {
    /// The change.
    pub asks: fn(&Input) -> Result<C, Invalid>,
    /// What is told of the order that it would make.
    pub answer: &'static [Field<OrderDetail>],
}

impl<C: Change> Does for Previews<C> {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        (self.asks)(input).map(|command| Ask::Quote(command.into()))
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        let Told::Quoted(quoted) = told else { panic!("{ANOTHER}") };
        fill(self.answer, &quoted.map_err(No::Refused)?, input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}

/// What a call of another operation would cost or return is told, a refusal too.
pub struct Prices {
    /// Which call.
    pub asks: fn(&Input) -> Result<Priced, Invalid>,
    /// What is told of it.
    pub answer: &'static [Field<Quoted>],
}

/// A call of another operation, and what it would come to.
pub struct Quoted {
    /// Its operation.
    pub operation: &'static Operation,
    /// The order that it would make or change, or what it would be refused with.
    pub order: Result<OrderDetail, Invalid>,
}

impl Does for Prices {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        (self.asks)(input).map(Ask::Price)
    }

    fn tell(&self, input: &Input, told: Told, root: Root, blank: Blank) -> Result<(), No> {
        let Told::Priced(order) = told else { panic!("{ANOTHER}") };
        let Priced { operation, .. } = (self.asks)(input).map_err(No::Invalid)?;
        fill(self.answer, &Quoted { operation, order }, input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}

/// The answer follows from the call and the catalogue.
pub struct Answers<T: 'static> {
    /// What it is about.
    pub makes: fn(&Input) -> Result<T, Invalid>,
    /// What is told of it.
    pub answer: &'static [Field<T>],
}

impl<T> Does for Answers<T> {
    fn access(&self) -> Access {
        Access::Read
    }

    fn ask(&self, _: &Input) -> Result<Ask, Invalid> {
        Ok(Ask::Nothing)
    }

    fn tell(&self, input: &Input, _: Told, root: Root, blank: Blank) -> Result<(), No> {
        let subject = (self.makes)(input).map_err(No::Invalid)?;
        fill(self.answer, &subject, input, root, blank);
        Ok(())
    }

    fn rows(&self) -> Vec<Described> {
        describe(self.answer)
    }
}
