//! A parameter is declared once, as a typed constant that is both its description and the way to
//! its value.

use crate::by_edition::ByEdition;
use crate::check::Input;
use crate::edition::{ALL, E2020, E2023, Edition, Editions, from, until};
use crate::error::ErrorRow;
use crate::form::{Characters, Form};
pub use crate::value::{Text, Value};
use domain::catalogue::Region;
use domain::{CircuitId, RouterId};
use std::marker::PhantomData;

/// How a parameter stands on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// `Name`.
    Single,
    /// `Name.N`.
    List,
    /// `Name.N.Key` and `Name.N.Value.M`.
    Filters,
    /// `Name.N.Member`, each member as it is declared.
    Objects,
    /// `Name.Member`, whatever the members are.
    Map,
}

/// A range of numbers, its ends included.
pub type Range = (i64, i64);

/// A range that depends on another parameter's value.
#[derive(Clone, Copy)]
pub struct RangeBy {
    /// In which editions it holds.
    pub editions: Editions,
    /// The other parameter.
    pub other: &'static Spec,
    /// The ranges by its value.
    pub ranges: &'static [(&'static str, Range)],
}

/// A condition on another parameter's value.
#[derive(Clone, Copy)]
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

/// What has not even the form of a value, as against one that is not valid.
#[derive(Clone, Copy)]
pub struct Malformed {
    /// Whether a text is so.
    pub is: fn(&str) -> bool,
    /// What is told of it, in the editions in which an operation's own table has this row.
    pub row: &'static ErrorRow,
}

/// Everything about a parameter but its type, which documentation, checks and generators read.
#[derive(Clone, Copy)]
pub struct Spec {
    /// Name on the wire.
    pub name: &'static str,
    /// Its type's name in documentation.
    pub type_name: &'static str,
    /// Which of several types of that name.
    pub format: &'static str,
    /// How it stands on the wire.
    pub shape: Shape,
    /// In which editions it exists; elsewhere it is ignored like any unknown parameter.
    pub editions: Editions,
    /// In which editions a call without it is refused.
    pub required: Editions,
    /// In which editions the documents say that it is required, though no call is refused without.
    pub said_required: Editions,
    /// What it is for.
    pub doc: &'static str,
    /// What it is for in editions that say something else.
    pub docs: ByEdition<&'static str>,
    /// A value of the documentation.
    pub example: &'static str,
    /// Values it takes when absent.
    pub defaults: ByEdition<&'static str>,
    /// The only texts it may be.
    pub allowed: ByEdition<&'static [&'static str]>,
    /// Whether they may be in any case of letters.
    pub any_case: bool,
    /// The numbers it may be.
    pub ranges: ByEdition<Range>,
    /// The numbers it may be, by another parameter.
    pub range_by: Option<RangeBy>,
    /// When it is required by another parameter's value.
    pub required_with: Option<With>,
    /// When it means nothing because of another parameter's value.
    pub ignored_with: Option<With>,
    /// The form of its text.
    pub forms: ByEdition<&'static Form>,
    /// A rule that data cannot say.
    pub rules: ByEdition<Rule>,
    /// Of objects: what each has.
    pub members: &'static [&'static Spec],
    /// Of texts and objects: how many there may be; of texts 0 is any number.
    pub items_max: usize,
    /// The same of editions that have another number.
    pub items_maxes: ByEdition<usize>,
    /// What is told of more; what is told of a value that is not valid if nothing else.
    pub too_many: Option<&'static ErrorRow>,
    /// What is told of a value that is not valid; `Invalid{Name}` if nothing else.
    pub invalid: Option<&'static ErrorRow>,
    /// What is told instead of a text that is not even of its form, where a table has that row.
    pub malformed: Option<Malformed>,
    /// What of it is a guess, and why.
    pub assumed: ByEdition<&'static str>,
    /// Why it has no effect here, if it has none.
    pub without_effect: Option<&'static str>,
    /// Whether nobody is ever shown what it says.
    pub secret: bool,
    /// Whether a call that says the same of it is the same call.
    pub is_token: bool,
    pub(crate) reads: fn(&str) -> bool,
    pub(crate) nonsense: Option<&'static str>,
}

impl Spec {
    /// What it is for, as an edition says it.
    pub fn doc_in(&self, edition: Edition) -> &'static str {
        self.docs.get(edition).unwrap_or(self.doc)
    }

    /// The value it takes when absent.
    pub fn default_in(&self, edition: Edition) -> Option<&'static str> {
        self.defaults.get(edition)
    }

    /// How many there may be, of texts and objects.
    pub fn items_max_in(&self, edition: Edition) -> usize {
        self.items_maxes.get(edition).unwrap_or(self.items_max)
    }

    /// Whether it may be this text, as far as a list of texts says.
    pub(crate) fn allows(&self, text: &str, edition: Edition) -> bool {
        let is = |allowed: &&str| {
            if self.any_case { allowed.eq_ignore_ascii_case(text) } else { *allowed == text }
        };
        self.allowed.get(edition).is_none_or(|texts| texts.iter().any(is))
    }
}

/// A declared parameter.
pub struct Param<T> {
    /// Everything about it but its type.
    pub spec: Spec,
    value: PhantomData<fn() -> T>,
}

/// One that is shared is copied where an operation says more of it.
impl<T> Clone for Param<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Param<T> {}

fn reads<T: Value>(text: &str) -> bool {
    T::read(text).is_some()
}

/// An optional parameter.
pub const fn optional<T: Value>(name: &'static str) -> Param<T> {
    let spec = Spec {
        name,
        type_name: T::TYPE,
        format: T::FORMAT,
        shape: Shape::Single,
        editions: ALL,
        required: Editions::NONE,
        said_required: Editions::NONE,
        doc: "",
        docs: ByEdition::NONE,
        example: "",
        defaults: ByEdition::NONE,
        allowed: ByEdition::NONE,
        any_case: false,
        ranges: ByEdition::NONE,
        range_by: None,
        required_with: None,
        ignored_with: None,
        forms: ByEdition::NONE,
        rules: ByEdition::NONE,
        members: &[],
        items_max: 0,
        items_maxes: ByEdition::NONE,
        too_many: None,
        invalid: None,
        malformed: None,
        assumed: ByEdition::NONE,
        without_effect: None,
        secret: false,
        is_token: false,
        reads: reads::<T>,
        nonsense: T::NONSENSE,
    };
    Param { spec, value: PhantomData }
}

/// A parameter without which a call is refused: `Missing{Name}`.
pub const fn required<T: Value>(name: &'static str) -> Param<T> {
    let mut param = optional(name);
    param.spec.required = ALL;
    param
}

/// Several at once, as the shape says.
pub const fn several(name: &'static str, shape: Shape) -> Param<Text> {
    let mut param = optional(name);
    param.spec.shape = shape;
    param.spec.type_name = "array";
    param
}

/// A list of texts, so many at most.
pub const fn texts(name: &'static str, items_max: usize) -> Param<Text> {
    let mut param = several(name, Shape::List);
    param.spec.items_max = items_max;
    param
}

/// A list of objects, so many at most.
pub const fn objects(
    name: &'static str,
    members: &'static [&'static Spec],
    items_max: usize,
) -> Param<Text> {
    let mut param = several(name, Shape::Objects);
    param.spec.members = members;
    param.spec.items_max = items_max;
    param
}

impl<T: Value> Param<T> {
    /// What it is for.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.spec.doc = doc;
        self
    }

    /// What it is for in these editions.
    #[must_use]
    pub const fn doc_in(mut self, editions: Editions, doc: &'static str) -> Self {
        self.spec.docs = self.spec.docs.with(editions, doc);
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

    /// In these editions a call without it is refused.
    #[must_use]
    pub const fn required_in(mut self, editions: Editions) -> Self {
        self.spec.required = editions;
        self
    }

    /// A call that says the same of it is the same call.
    #[must_use]
    pub const fn token(mut self) -> Self {
        self.spec.is_token = true;
        self
    }

    /// Documents of these editions say that it is required, though no call is refused without it.
    #[must_use]
    pub const fn said_required_in(mut self, editions: Editions) -> Self {
        self.spec.said_required = editions;
        self
    }

    /// The value it takes when absent.
    #[must_use]
    pub const fn default_in(mut self, editions: Editions, text: &'static str) -> Self {
        self.spec.defaults = self.spec.defaults.with(editions, text);
        self
    }

    /// The only texts it may be.
    #[must_use]
    pub const fn one_of_in(mut self, editions: Editions, allowed: &'static [&'static str]) -> Self {
        self.spec.allowed = self.spec.allowed.with(editions, allowed);
        self
    }

    /// The texts it may be may be in any case of letters.
    #[must_use]
    pub const fn in_any_case(mut self) -> Self {
        self.spec.any_case = true;
        self
    }

    /// The numbers it may be, from the first to the last.
    #[must_use]
    pub const fn range_in(mut self, editions: Editions, first: i64, last: i64) -> Self {
        self.spec.ranges = self.spec.ranges.with(editions, (first, last));
        self
    }

    /// The numbers it may be, by another parameter's value.
    #[must_use]
    pub const fn range_by_in<U>(
        mut self,
        editions: Editions,
        other: &'static Param<U>,
        ranges: &'static [(&'static str, Range)],
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

    /// There may be so many of them.
    #[must_use]
    pub const fn at_most_in(mut self, editions: Editions, items_max: usize) -> Self {
        self.spec.items_maxes = self.spec.items_maxes.with(editions, items_max);
        self
    }

    /// The form of its text.
    #[must_use]
    pub const fn form_in(mut self, editions: Editions, form: &'static Form) -> Self {
        self.spec.forms = self.spec.forms.with(editions, form);
        self
    }

    /// A rule that data cannot say.
    #[must_use]
    pub const fn rule_in(mut self, editions: Editions, rule: Rule) -> Self {
        self.spec.rules = self.spec.rules.with(editions, rule);
        self
    }

    /// The row that is told of a value that is not valid. It stands in the operation's table by
    /// itself.
    #[must_use]
    pub const fn or_else(mut self, row: &'static ErrorRow) -> Self {
        self.spec.invalid = Some(row);
        self
    }

    /// The row that is told of a text that has not even the form of a value, by operations whose
    /// own tables have it.
    #[must_use]
    pub const fn malformed(mut self, is: fn(&str) -> bool, row: &'static ErrorRow) -> Self {
        self.spec.malformed = Some(Malformed { is, row });
        self
    }

    /// The row that is told of too many values, which the operation's table has.
    #[must_use]
    pub const fn too_many(mut self, row: &'static ErrorRow) -> Self {
        self.spec.too_many = Some(row);
        self
    }

    /// What of it is a guess, and why.
    #[must_use]
    pub const fn assumed(self, assumed: &'static str) -> Self {
        self.assumed_in(ALL, assumed)
    }

    /// What of it is a guess in these editions, and why.
    #[must_use]
    pub const fn assumed_in(mut self, editions: Editions, assumed: &'static str) -> Self {
        self.spec.assumed = self.spec.assumed.with(editions, assumed);
        self
    }

    /// What it says is kept out of logs and of what is remembered of requests.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.spec.secret = true;
        self
    }

    /// It is taken and has no effect here, for this reason. A call whose value asks for more than
    /// the default is told so.
    #[must_use]
    pub const fn without_effect(mut self, why: &'static str) -> Self {
        self.spec.without_effect = Some(why);
        self
    }
}

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

/// `InstanceId`, as some operations on one circuit call it. SOURCE: dossier 8, 5.
pub static INSTANCE_ID: Param<CircuitId> = required("InstanceId")
    .doc("The ID of the Express Connect circuit.")
    .example("pc-bp1qrb3044eqi****");

static GROUP: Form = Form::of(Characters::Printable, (0, 64));

/// `ResourceGroupId` of what is made. SOURCE: dossier, annex A (since 2022-12).
pub static RESOURCE_GROUP_ID: Param<Text> = optional("ResourceGroupId")
    .doc("The ID of the resource group.")
    .example("rg-acfmoiyermp****")
    .only_in(from(E2023))
    .form_in(ALL, &GROUP)
    .assumed("its form, and that any group exists");

/// `VbrId`, shared by most operations on one router.
pub static ROUTER_ID: Param<RouterId> =
    required("VbrId").doc("The ID of the VBR.").example("vbr-bp15zckdt37pq72****");

/// `PageNumber`, shared by the operations of VPC that answer in pages.
pub static PAGE_NUMBER: Param<u32> = optional("PageNumber")
    .doc("The number of the page to return, from 1.")
    .example("1")
    .default_in(ALL, "1")
    .range_in(ALL, 1, 2_147_483_647);

/// `PageSize`, shared by the operations of VPC that answer in pages.
pub static PAGE_SIZE: Param<u32> = optional("PageSize")
    .doc("The number of entries on each page.")
    .example("10")
    .default_in(ALL, "10")
    .range_in(ALL, 1, 50);
