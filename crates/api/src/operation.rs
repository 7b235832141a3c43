//! What an operation is: a value that says everything about it.

use crate::check::Input;
use crate::does::{Ask, Blank, Does, No, Told};
use crate::edition::{ALL, Edition, Editions};
use crate::error::{COMMON_ERRORS, ErrorRow, Invalid};
use crate::example::{Before, Example, Given};
use crate::operations::BY_ACTION;
use crate::parameter::Spec;
use domain::Refusal;
use std::borrow::Cow;
use wire::Root;

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
    /// What it is, in documentation.
    pub about: &'static str,
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
    about: "Virtual Private Cloud, where circuits are",
};

/// Billing.
pub static BSS: Product = Product {
    name: "BssOpenApi",
    version: "2017-12-14",
    ram_prefix: "bssapi",
    denial: (403, "NotAuthorized", "This API is not authorized for caller."),
    about: "Billing",
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
    about: "Security tokens, and who one is",
};

/// Where products are.
pub static LOCATION: Product = Product {
    name: "Location",
    version: "2015-06-12",
    ram_prefix: "location",
    denial: (403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
    about: "Where products are",
};

/// The one operation of Elastic Compute that clients of circuits call.
pub static ECS: Product = Product {
    name: "Ecs",
    version: "2014-05-26",
    ram_prefix: "ecs",
    denial: (403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
    about: "The one operation of Elastic Compute that clients of circuits call",
};

/// Quotes before buying.
pub static CLOUD_CONTROL: Product = Product {
    name: "CloudControl",
    version: "2022-08-30",
    ram_prefix: "cloudcontrol",
    denial: (403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
    about: "Quotes: what a call would cost, before it is made",
};

/// How the price of a call is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pricing {
    /// It costs this.
    Single,
    /// It changes by this what was paid.
    Delta,
}

/// What an operation does to the world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Looks.
    Read,
    /// Changes.
    Write,
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

/// HTTP's methods by which RPC operations are called.
const RPC_METHODS: &[&str] = &["POST", "GET"];

/// An operation.
pub struct Operation {
    /// Whose it is.
    pub product: &'static Product,
    /// `Action`.
    pub name: &'static str,
    /// The editions that have it.
    pub editions: Editions,
    /// How it is called.
    pub methods: &'static [&'static str],
    /// Where it is: [`BY_ACTION`], or a path that chooses it.
    pub path: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// The directory of the documentation that it stands in.
    pub directory: &'static str,
    /// Its parameters, in the order in which their values are checked.
    pub parameters: &'static [&'static Spec],
    /// The resources that policies speak of, each of which must be allowed: ARNs with `{region}`,
    /// `{account}`, `{kind}` and names of parameters in braces to be filled in, by editions; all
    /// resources elsewhere.
    pub resources: Option<(Editions, &'static [&'static str])>,
    /// Whether anyone with a valid key may call it.
    pub open_to_all: bool,
    /// What kind of access it is in metadata, if that is not what its first word says.
    pub kind: Option<&'static str>,
    /// Other names that policies may use for the action.
    pub ram_aliases: &'static [&'static str],
    /// Its error table but for the rows of its parameters, in order of precedence.
    pub errors: &'static [&'static ErrorRow],
    /// Its pages, oldest first; none for an operation that every edition describes alike.
    pub pages: &'static [Page],
    /// What it does.
    pub does: &'static dyn Does,
    /// How its price is told, if it costs or returns money.
    pub priced: Option<Pricing>,
    /// Editions whose XML answer has the bare action as its root, without `Response`.
    pub bare_root: Option<Editions>,
    /// Whether only TLS may carry it, on a server that speaks TLS.
    pub https_only: bool,
    /// Whether its tokens say too little to be promises: ROUTERS 13.1.
    pub tokens_are_cut: bool,
    /// The editions that have it although none of their pages is known, and why.
    pub without_page: Option<(Editions, &'static str)>,
    /// What of it is a guess, and why.
    pub assumed: &'static [&'static str],
    /// What has happened before its examples.
    pub example_after: &'static [Before],
    /// The call that its examples change.
    pub example_call: Given,
    /// What it looks like in use.
    pub examples: &'static [Example],
}

/// An operation, and what it does.
pub const fn operation(
    product: &'static Product,
    name: &'static str,
    does: &'static dyn Does,
) -> Operation {
    Operation {
        product,
        name,
        editions: ALL,
        methods: RPC_METHODS,
        path: BY_ACTION,
        summary: "",
        directory: "",
        parameters: &[],
        resources: None,
        open_to_all: false,
        kind: None,
        ram_aliases: &[],
        errors: &[],
        pages: &[],
        does,
        priced: None,
        bare_root: None,
        https_only: false,
        tokens_are_cut: false,
        without_page: None,
        assumed: &[],
        example_after: &[],
        example_call: "",
        examples: &[],
    }
}

impl Operation {
    /// What it is for.
    #[must_use]
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// Only these editions have it: to others it is an unknown action.
    #[must_use]
    pub const fn only_in(mut self, editions: Editions) -> Self {
        self.editions = editions;
        self
    }

    /// These editions have it although they have no page of it.
    #[must_use]
    pub const fn without_page_in(mut self, editions: Editions, why: &'static str) -> Self {
        self.without_page = Some((editions, why));
        self
    }

    /// The directory of the documentation that it stands in.
    #[must_use]
    pub const fn directory(mut self, directory: &'static str) -> Self {
        self.directory = directory;
        self
    }

    /// Its parameters, in the order in which their values are checked.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [&'static Spec]) -> Self {
        self.parameters = parameters;
        self
    }

    /// The resources that policies speak of in these editions, each of which must be allowed.
    #[must_use]
    pub const fn resources_in(mut self, editions: Editions, arns: &'static [&'static str]) -> Self {
        self.resources = Some((editions, arns));
        self
    }

    /// Anyone with a valid key may call it.
    #[must_use]
    pub const fn open_to_all(mut self) -> Self {
        self.open_to_all = true;
        self
    }

    /// What kind of access it is in metadata, where its first word does not say.
    #[must_use]
    pub const fn kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Other names that policies may use for the action.
    #[must_use]
    pub const fn ram_aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.ram_aliases = aliases;
        self
    }

    /// Its error table but for the rows of its parameters, in order of precedence.
    #[must_use]
    pub const fn errors(mut self, errors: &'static [&'static ErrorRow]) -> Self {
        self.errors = errors;
        self
    }

    /// Its pages, oldest first.
    #[must_use]
    pub const fn pages(mut self, pages: &'static [Page]) -> Self {
        self.pages = pages;
        self
    }

    /// Where it is, and by which method: its path alone chooses it.
    #[must_use]
    pub const fn at(mut self, methods: &'static [&'static str], path: &'static str) -> Self {
        (self.methods, self.path) = (methods, path);
        self
    }

    /// It costs or returns money, and its price is told so.
    #[must_use]
    pub const fn priced(mut self, pricing: Pricing) -> Self {
        self.priced = Some(pricing);
        self
    }

    /// In these editions the XML root is the bare action.
    #[must_use]
    pub const fn bare_root_in(mut self, editions: Editions) -> Self {
        self.bare_root = Some(editions);
        self
    }

    /// Only TLS may carry it, on a server that speaks TLS.
    #[must_use]
    pub const fn https_only(mut self) -> Self {
        self.https_only = true;
        self
    }

    /// Its tokens say too little to be promises.
    #[must_use]
    pub const fn tokens_are_cut(mut self) -> Self {
        self.tokens_are_cut = true;
        self
    }

    /// The row of its table that is the same error as this one, which may say it in other words.
    pub fn own_row(&self, row: &'static ErrorRow) -> &'static ErrorRow {
        self.errors.iter().find(|own| own.is(row)).copied().unwrap_or(row)
    }

    /// What is told of a text of a parameter that is not valid, as the operation says it; of an
    /// empty one if it is missing beside another parameter.
    pub fn complaint(&self, spec: &Spec, text: &str, edition: Edition) -> Invalid {
        let told = |row: &&ErrorRow| row.told_in.contains(edition);
        let has = |row| self.errors.iter().find(|own| own.is(row)).copied().filter(told);
        let malformed = spec.malformed.filter(|its| !text.is_empty() && (its.is)(text));
        if let Some(row) = malformed.and_then(|its| has(its.row)) {
            return row.invalid();
        }
        let own = |row| self.own_row(row).invalid().filled_with(text);
        spec.invalid.map_or_else(|| Invalid::invalid(spec.name), own)
    }

    /// What is told of a required parameter that is missing: `Missing{Name}`, but where the table
    /// of this edition has a row for it.
    pub(crate) fn lack(&self, name: &str, edition: Edition) -> Invalid {
        let tells = |row: &&&ErrorRow| row.told_in.contains(edition) && row.missing.contains(&name);
        let own = self.errors.iter().find(tells);
        own.map_or_else(|| Invalid::missing(name), |row| row.telling_missing(name))
    }

    /// What is told of too many values of a parameter.
    pub(crate) fn excess(&self, spec: &Spec, edition: Edition) -> Invalid {
        let own = |row| self.own_row(row).invalid();
        spec.too_many.map_or_else(|| self.complaint(spec, "", edition), own)
    }

    /// What of it is a guess, and why.
    #[must_use]
    pub const fn assumed(mut self, assumed: &'static [&'static str]) -> Self {
        self.assumed = assumed;
        self
    }

    /// What has happened before its examples, the call that they change, and they.
    #[must_use]
    pub const fn examples(
        mut self,
        after: &'static [Before],
        call: Given,
        examples: &'static [Example],
    ) -> Self {
        (self.example_after, self.example_call, self.examples) = (after, call, examples);
        self
    }

    /// Whether it changes anything.
    pub fn access(&self) -> Access {
        self.does.access()
    }

    /// Its parameters, each before what is in it if it is a list of objects.
    pub fn specs(&self) -> impl Iterator<Item = &'static Spec> + use<> {
        let with_members =
            |spec: &&'static Spec| [*spec].into_iter().chain(spec.members.iter().copied());
        self.parameters.iter().flat_map(with_members)
    }

    /// Its error table, in order of precedence: rows of parameters first, each as the operation
    /// says it if it does.
    pub fn error_table(&self) -> Vec<&'static ErrorRow> {
        let of_parameters = self.specs().filter_map(|spec| spec.invalid);
        let mut table: Vec<&ErrorRow> = Vec::new();
        for row in of_parameters.map(|row| self.own_row(row)).chain(self.errors.iter().copied()) {
            if !table.iter().any(|known| known.is(row)) {
                table.push(row);
            }
        }
        // What is only told, as of shared parameters, is documented nowhere.
        table.retain(|row| !row.documented_in.is_empty() || self.errors.iter().any(|o| o.is(row)));
        table
    }

    /// A refusal in this operation's words.
    pub fn refusal(&self, refusal: Refusal, input: &Input) -> Invalid {
        let mut rows = self.errors.iter().copied().chain(COMMON_ERRORS);
        let row = rows.find(|row| row.tells(refusal, input.edition));
        let named = |row: &ErrorRow| input.said(row.naming).unwrap_or_default();
        let told = row.map(|row| row.telling(refusal, input.edition).filled_with(named(row)));
        // Tests meet every refusal of every operation, so there is a row; if there were none, the
        // caller is told no, and never that the server failed.
        told.unwrap_or(Invalid {
            status: 400,
            code: Cow::Borrowed("OperationDenied"),
            message: Cow::Borrowed("The operation is denied."),
        })
    }

    /// What it asks of the business.
    pub fn ask(&self, input: &Input) -> Result<Ask, Invalid> {
        self.does.ask(input)
    }

    /// Writes the whole answer.
    pub fn answer(&self, input: &Input, told: Told, blank: Blank) -> Result<(), Invalid> {
        let bare = self.bare_root.is_some_and(|editions| editions.contains(input.edition));
        let root = Root { action: self.name, bare };
        self.does.tell(input, told, root, blank).map_err(|no| match no {
            No::Refused(refusal) => self.refusal(refusal, input),
            No::Invalid(invalid) => invalid,
        })
    }
}
