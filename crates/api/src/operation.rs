//! What an operation is: a value that says everything about it.

use crate::check::Input;
use crate::edition::{ALL, Editions};
use crate::parameter::Spec;
use domain::{Command, Found, Outcome, Query, Refusal};
use std::borrow::Cow;
use wire::{Answer, Node};

/// A product of the service, as its version selects it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Product {
    /// Name in errors and metadata.
    pub name: &'static str,
    /// The `Version` of its requests.
    pub version: &'static str,
    /// What its actions begin with in policies.
    pub ram_prefix: &'static str,
    /// Status, code and text of a call that policies deny.
    pub denial: (u16, &'static str, &'static str),
}

/// Virtual Private Cloud, where circuits are.
pub static VPC: Product = Product {
    name: "Vpc",
    version: "2016-04-28",
    ram_prefix: "vpc",
    denial: (
        403,
        "Forbidden.RAM",
        "User not authorized to operate on the specified resource, or this API doesn't support \
         RAM.",
    ),
};

/// Billing.
pub static BSS: Product = Product {
    name: "BssOpenApi",
    version: "2017-12-14",
    ram_prefix: "bssapi",
    denial: (403, "NotAuthorized", "This API is not authorized for caller."),
};

/// Security tokens and who one is.
pub static STS: Product = Product {
    name: "Sts",
    version: "2015-04-01",
    ram_prefix: "sts",
    denial: (
        403,
        "NoPermission",
        "You are not authorized to do this action. You should be authorized by RAM.",
    ),
};

/// Where products are.
pub static LOCATION: Product = Product {
    name: "Location",
    version: "2015-06-12",
    ram_prefix: "location",
    denial: (403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
};

/// The one operation of Elastic Compute that clients of circuits call.
pub static ECS: Product = Product {
    name: "Ecs",
    version: "2014-05-26",
    ram_prefix: "ecs",
    denial: (403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
};

/// What an operation does to the world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Looks.
    Read,
    /// Changes.
    Write,
}

/// What an operation asks of the business.
pub enum Ask {
    /// Something to be done.
    Change(Command),
    /// Something to be looked at.
    Look(Query),
    /// Nothing: the answer follows from the call and the catalogue.
    Nothing,
}

impl Ask {
    /// Something to be done.
    pub fn change(command: impl Into<Command>) -> Self {
        Self::Change(command.into())
    }
}

/// What the business said.
pub enum Told {
    /// A command was accepted, or had been.
    Outcome(Outcome),
    /// A query found this.
    Found(Found),
    /// It was not asked.
    Nothing,
}

/// A parameter or a refusal in the service's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// HTTP status.
    pub status: u16,
    /// `Code`.
    pub code: Cow<'static, str>,
    /// `Message`.
    pub message: Cow<'static, str>,
}

impl Invalid {
    /// With these words.
    pub const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self { status, code: Cow::Borrowed(code), message: Cow::Borrowed(message) }
    }

    /// `Missing{Name}`. SOURCE: wire dossier 3.3.
    pub fn missing(name: &str) -> Self {
        let code = format!("Missing{name}").into();
        Self { status: 400, code, message: format!("{name} is mandatory for this action.").into() }
    }

    /// `Invalid{Name}`. SOURCE: wire dossier 3.3.
    #[allow(clippy::self_named_constructors, reason = "named for the code it makes")]
    pub fn invalid(name: &str) -> Self {
        let message = format!("Specified parameter {name} is not valid.").into();
        Self { status: 400, code: format!("Invalid{name}").into(), message }
    }
}

/// A row of an operation's error table.
pub struct ErrorRow {
    /// HTTP status.
    pub status: u16,
    /// `Code`.
    pub code: &'static str,
    /// `Message`.
    pub message: &'static str,
    /// The documents' description; "" where they have none.
    pub about: &'static str,
    /// In which editions it is told.
    pub told_in: Editions,
    /// In which editions it is documented.
    pub documented_in: Editions,
    /// The refusals it tells.
    pub refusals: &'static [Refusal],
    /// Why it cannot be met, if it cannot.
    pub unreached: Option<&'static str>,
}

/// A row told in every edition and documented in all of them.
pub const fn error(status: u16, code: &'static str, message: &'static str) -> ErrorRow {
    ErrorRow {
        status,
        code,
        message,
        about: "",
        told_in: ALL,
        documented_in: ALL,
        refusals: &[],
        unreached: None,
    }
}

impl ErrorRow {
    /// The documents' description.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// It tells these refusals.
    #[must_use]
    pub const fn on(mut self, refusals: &'static [Refusal]) -> Self {
        self.refusals = refusals;
        self
    }

    /// It is told and documented only in these editions.
    #[must_use]
    pub const fn in_editions(mut self, editions: Editions) -> Self {
        self.told_in = editions;
        self.documented_in = editions;
        self
    }

    /// It is documented only in these editions, though told in others too.
    #[must_use]
    pub const fn documented_in(mut self, editions: Editions) -> Self {
        self.documented_in = editions;
        self
    }

    /// It stands in the documents and no call can meet it here, for this reason.
    #[must_use]
    pub const fn unreached(mut self, reason: &'static str) -> Self {
        self.unreached = Some(reason);
        self
    }
}

/// Rows that any operation may tell after its own.
pub(crate) static COMMON_ERRORS: &[ErrorRow] = &[
    // SOURCE: idempotency cases, Alibaba's code family (named for VPC).
    error(400, "IdempotentParameterMismatch", "The request is retried with updated parameters.")
        .on(&[Refusal::TokenReused]),
    // ASSUMED: a key whose account is gone speaks for nobody.
    error(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        .on(&[Refusal::NoSuchAccount]),
];

/// Something that has happened before an example's call.
pub enum Before {
    /// A circuit of the caller was born: id, `Status`, `LoaStatus` ("" for none),
    /// `BusinessStatus`.
    Circuit(&'static str, &'static str, &'static str, &'static str),
    /// The caller made this call.
    Call(&'static str, &'static [(&'static str, &'static str)]),
    /// A price list without a single row was loaded.
    NoPrices,
    /// The caller came to be: a new account without money, whose outbound-traffic billing is off.
    NewAccount,
}

/// What an example's call comes to.
pub enum Shows {
    /// An answer whose JSON holds these members, at paths joined by dots, a number being a place in
    /// a list; `*` is any value.
    Answer(&'static [(&'static str, &'static str)]),
    /// An error.
    Error(u16, &'static str),
}

/// A call and what it comes to: shown in documentation, run as a test in each of its editions.
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// The editions it is true in.
    pub editions: Editions,
    /// What has happened before.
    pub before: &'static [Before],
    /// The call's own parameters; the value `{OrderId}` is the order that came of a call before.
    pub call: &'static [(&'static str, &'static str)],
    /// What it comes to.
    pub shows: Shows,
}

/// A call that is answered.
pub const fn answered(
    title: &'static str,
    editions: Editions,
    before: &'static [Before],
    call: &'static [(&'static str, &'static str)],
    members: &'static [(&'static str, &'static str)],
) -> Example {
    Example { title, editions, before, call, shows: Shows::Answer(members) }
}

/// A call that is refused.
pub const fn refused(
    title: &'static str,
    editions: Editions,
    before: &'static [Before],
    call: &'static [(&'static str, &'static str)],
    status: u16,
    code: &'static str,
) -> Example {
    Example { title, editions, before, call, shows: Shows::Error(status, code) }
}

/// What the documents' page on an operation says beside its parameters and errors.
pub struct Page {
    /// The editions whose page it is.
    pub editions: Editions,
    /// What the operation is for, in the page's words.
    pub title: &'static str,
    /// The date that the page bears; `None` where none is known to the month.
    pub updated: Option<&'static str>,
    /// What one should know before calling; "" for nothing.
    pub note: &'static str,
    /// What changed and when, newest first.
    pub changes: &'static [(&'static str, &'static str)],
    /// Its parameters, in the order in which the page lists them.
    pub order: &'static [&'static str],
}

/// A text of an answer.
pub fn text(text: impl Into<Cow<'static, str>>) -> Node {
    Node::Text(text.into())
}

/// An operation.
pub struct Operation {
    /// Whose it is.
    pub product: &'static Product,
    /// `Action`.
    pub name: &'static str,
    /// Whether it changes anything.
    pub access: Access,
    /// What it is for.
    pub summary: &'static str,
    /// Its parameters, in the order in which their values are checked.
    pub parameters: &'static [&'static Spec],
    /// The resource that policies speak of: an ARN with `{region}`, `{account}` and
    /// `{PhysicalConnectionId}` to be filled in, by editions; all resources elsewhere.
    pub resource: Option<(Editions, &'static str)>,
    /// Whether anyone with a valid key may call it.
    pub open_to_all: bool,
    /// Other names that policies may use for the action.
    pub ram_aliases: &'static [&'static str],
    /// Its error table, in order of precedence.
    pub errors: &'static [ErrorRow],
    /// Its pages, oldest first; none for an operation that every edition describes alike.
    pub pages: &'static [Page],
    /// From parameters to business words.
    pub asks: fn(&Input) -> Result<Ask, Invalid>,
    /// From what the business said to the answer's body.
    pub tells: fn(&Input, Told) -> Result<Node, Invalid>,
    /// Editions whose XML answer has the bare action as its root, without `Response`.
    pub bare_root: Option<Editions>,
    /// What it looks like in use.
    pub examples: &'static [Example],
}

/// An operation that looks.
pub const fn read(product: &'static Product, name: &'static str) -> Operation {
    Operation {
        product,
        name,
        access: Access::Read,
        summary: "",
        parameters: &[],
        resource: None,
        open_to_all: false,
        ram_aliases: &[],
        errors: &[],
        pages: &[],
        asks: |_| Ok(Ask::Nothing),
        tells: |_, _| Ok(Node::Object(vec![("RequestId", Node::RequestId)])),
        bare_root: None,
        examples: &[],
    }
}

/// An operation that changes something.
pub const fn write(product: &'static Product, name: &'static str) -> Operation {
    let mut operation = read(product, name);
    operation.access = Access::Write;
    operation
}

impl Operation {
    /// What it is for.
    #[must_use]
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// Its parameters, in the order in which their values are checked.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [&'static Spec]) -> Self {
        self.parameters = parameters;
        self
    }

    /// The resource that policies speak of in these editions.
    #[must_use]
    pub const fn resource_in(mut self, editions: Editions, arn: &'static str) -> Self {
        self.resource = Some((editions, arn));
        self
    }

    /// Anyone with a valid key may call it.
    #[must_use]
    pub const fn open_to_all(mut self) -> Self {
        self.open_to_all = true;
        self
    }

    /// Other names that policies may use for the action.
    #[must_use]
    pub const fn ram_aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.ram_aliases = aliases;
        self
    }

    /// Its error table, in order of precedence.
    #[must_use]
    pub const fn errors(mut self, errors: &'static [ErrorRow]) -> Self {
        self.errors = errors;
        self
    }

    /// Its pages, oldest first.
    #[must_use]
    pub const fn pages(mut self, pages: &'static [Page]) -> Self {
        self.pages = pages;
        self
    }

    /// From parameters to business words.
    #[must_use]
    pub const fn asks(mut self, asks: fn(&Input) -> Result<Ask, Invalid>) -> Self {
        self.asks = asks;
        self
    }

    /// From what the business said to the answer's body.
    #[must_use]
    pub const fn tells(mut self, tells: fn(&Input, Told) -> Result<Node, Invalid>) -> Self {
        self.tells = tells;
        self
    }

    /// In these editions the XML root is the bare action.
    #[must_use]
    pub const fn bare_root_in(mut self, editions: Editions) -> Self {
        self.bare_root = Some(editions);
        self
    }

    /// What it looks like in use.
    #[must_use]
    pub const fn examples(mut self, examples: &'static [Example]) -> Self {
        self.examples = examples;
        self
    }

    /// A refusal in this operation's words.
    pub fn refusal(&self, refusal: Refusal, input: &Input) -> Invalid {
        let mut rows = self.errors.iter().chain(COMMON_ERRORS);
        let told =
            rows.find(|row| row.refusals.contains(&refusal) && row.told_in.contains(input.edition));
        match told {
            Some(row) => Invalid::new(row.status, row.code, row.message),
            // Tests meet every refusal of every operation, so this is not reached; if it were,
            // the caller is told no, and never that the server failed.
            None => Invalid::new(400, "OperationDenied", "The operation is denied."),
        }
    }

    /// The whole answer.
    pub fn answer(&self, input: &Input, told: Told) -> Result<Answer, Invalid> {
        let body = (self.tells)(input, told)?;
        let bare = self.bare_root.is_some_and(|editions| editions.contains(input.edition));
        let root =
            if bare { self.name.into() } else { Cow::Owned(format!("{}Response", self.name)) };
        Ok(Answer { status: 200, root, body })
    }
}
