//! From a call's fields to typed, defaulted, constrained input.
//!
//! SOURCE: CONTRACT's order of checks: the region, then what is missing, then each value in the
//! order in which the operation lists its parameters.

use crate::edition::Edition;
use crate::error::{BAD_REGION, Invalid};
use crate::operation::Operation;
use crate::parameter::{Param, REGION_ID, Shape, Spec, Value, With};
use domain::catalogue::Region;
use domain::offers::Offers;
use domain::{AccountId, Timestamp};
use std::borrow::Cow;
use wire::Call;

/// Who calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The account that pays.
    pub account: AccountId,
    /// The RAM user; `None` for the account itself.
    pub user: Option<Box<str>>,
}

/// What the operator of the server has set and answers depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Whether too little money is told as an error.
    pub shortfall_is_error: bool,
    /// Whether this server speaks TLS.
    pub tls: bool,
    /// Whether balances of 1,000 and more are told with thousands separators.
    pub balance_separators: bool,
    /// What access points offer.
    pub offers: Offers,
}

/// One of a list of objects.
pub struct Object<'c> {
    /// Its number, `N`.
    pub number: u32,
    members: &'static [&'static Spec],
    texts: Vec<Option<&'c str>>,
}

impl<'c> Object<'c> {
    fn text(&self, spec: &Spec) -> Option<&'c str> {
        let place = self.members.iter().position(|declared| std::ptr::eq(*declared, spec))?;
        self.texts[place]
    }

    /// What is said of the member of this name, whichever its form is.
    pub fn said(&self, name: &str) -> Option<&'c str> {
        let place = self.members.iter().position(|declared| declared.name == name)?;
        self.texts[place]
    }

    /// A member that is required.
    pub fn get<T: Value>(&self, member: &'static Param<T>) -> T {
        self.find(member).expect("required members are there once checked")
    }

    /// A member that may be absent.
    pub fn find<T: Value>(&self, member: &'static Param<T>) -> Option<T> {
        self.text(&member.spec).and_then(T::read)
    }
}

/// A call's parameters, checked.
pub struct Input<'c> {
    /// How the call is to be understood.
    pub edition: Edition,
    /// Who calls.
    pub caller: &'c Caller,
    /// The world's time.
    pub now: Timestamp,
    /// What the operator of the server has set.
    pub settings: Settings,
    call: &'c Call<'c>,
    parameters: &'static [&'static Spec],
    texts: Vec<Option<Cow<'c, str>>>,
}

/// A condition: `Name.N.Key` with its values.
pub struct Filter<'c> {
    /// Its number, `N`.
    pub number: u32,
    /// Its key.
    pub key: &'c str,
    /// Any of these.
    pub values: Vec<&'c str>,
}

/// What most operations take, and none says anything of. SOURCE: dossier 2.
/// ASSUMED: it has no effect, since a key tells whose call it is.
pub(crate) const OF_OWNERS: [&str; 4] =
    ["OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"];

impl<'c> Input<'c> {
    /// The text of a parameter, its default in its place.
    fn text(&self, spec: &Spec) -> Option<&str> {
        let place = self.parameters.iter().position(|declared| std::ptr::eq(*declared, spec))?;
        self.texts[place].as_deref()
    }

    /// What the call says under a name.
    pub(crate) fn said(&self, name: &str) -> Option<&'c str> {
        self.call.parameter(name)
    }

    /// A parameter that is required or has a default.
    pub fn get<T: Value>(&self, param: &'static Param<T>) -> T {
        self.find(param).expect("required and defaulted parameters are there once checked")
    }

    /// A parameter that may be absent.
    pub fn find<T: Value>(&self, param: &'static Param<T>) -> Option<T> {
        T::read(self.text(&param.spec)?)
    }

    /// A list of conditions, in the order of their numbers; none where the edition has no such
    /// list.
    /// SOURCE: wire dossier 2 (`Filter.1.Key`, `Filter.1.Value.1`, counted from 1).
    pub fn filters(&self, param: &'static Param<crate::parameter::Text>) -> Vec<Filter<'c>> {
        if !param.spec.editions.contains(self.edition) {
            return Vec::new();
        }
        // Each condition with the number of each of its values.
        let mut found: Vec<(Filter, Vec<u32>)> = Vec::new();
        for (name, value) in self.call.parameters() {
            let Some((number, rest)) = numbered(name, param.spec.name) else { continue };
            let place = found.iter().position(|(filter, _)| filter.number == number);
            let place = place.unwrap_or_else(|| {
                found.push((Filter { number, key: "", values: Vec::new() }, Vec::new()));
                found.len() - 1
            });
            let (filter, values) = &mut found[place];
            if rest.eq_ignore_ascii_case("Key") {
                filter.key = value;
            } else if let Some((nth, "")) = numbered(rest, "Value") {
                let place = values.partition_point(|other| *other < nth);
                values.insert(place, nth);
                filter.values.insert(place, value);
            }
        }
        found.sort_unstable_by_key(|(filter, _)| filter.number);
        found.into_iter().map(|(filter, _)| filter).collect()
    }

    /// A list of texts, in the order of their numbers; none where the edition has no such list. An
    /// empty text is none.
    pub fn list(&self, param: &'static Param<crate::parameter::Text>) -> Vec<&'c str> {
        self.list_of(&param.spec)
    }

    fn list_of(&self, spec: &Spec) -> Vec<&'c str> {
        if !spec.editions.contains(self.edition) {
            return Vec::new();
        }
        let own = |(name, value): (&'c str, &'c str)| match numbered(name, spec.name)? {
            (number, "") if !value.is_empty() => Some((number, value)),
            _ => None,
        };
        let mut found: Vec<(u32, &str)> = self.call.parameters().filter_map(own).collect();
        found.sort_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// What is said under the bare name of a list, which is not how lists are said.
    pub fn alone(&self, list: &'static Param<crate::parameter::Text>) -> Option<&'c str> {
        self.call.parameter(list.spec.name).filter(|text| !text.is_empty())
    }

    /// What is said under a name, such as `parameters.RegionId`: each name behind it, and its
    /// value.
    pub fn under(&self, param: &'static Param<crate::parameter::Text>) -> Vec<(&'c str, &'c str)> {
        under(self.call, param).collect()
    }

    /// Whether something else is said than an object: a text, or a list, whose names are numbers.
    pub fn is_no_object(&self, param: &'static Param<crate::parameter::Text>) -> bool {
        let numbered = |name: &str| name.starts_with(|first: char| first.is_ascii_digit());
        self.call.parameter(param.spec.name).is_some()
            || under(self.call, param).any(|(name, _)| numbered(name))
    }

    /// A list of objects, in the order of their numbers; none where the edition has no such list.
    /// One of which nothing is said is none.
    pub fn objects(&self, list: &'static Param<crate::parameter::Text>) -> Vec<Object<'c>> {
        self.objects_of(&list.spec)
    }

    fn objects_of(&self, spec: &Spec) -> Vec<Object<'c>> {
        let mut found: Vec<Object> = Vec::new();
        if !spec.editions.contains(self.edition) {
            return found;
        }
        for (name, value) in self.call.parameters().filter(|(_, value)| !value.is_empty()) {
            let Some((number, rest)) = numbered(name, spec.name) else { continue };
            let its = |member: &&Spec| {
                member.editions.contains(self.edition) && member.name.eq_ignore_ascii_case(rest)
            };
            let Some(member) = spec.members.iter().position(its) else { continue };
            let place = found.partition_point(|object| object.number < number);
            if found.get(place).is_none_or(|object| object.number != number) {
                let texts = vec![None; spec.members.len()];
                found.insert(place, Object { number, members: spec.members, texts });
            }
            found[place].texts[member] = Some(value);
        }
        found
    }

    /// The name of what is missing of a required parameter, if anything is.
    fn missing(&self, spec: &Spec) -> Option<String> {
        if spec.shape != Shape::Objects {
            let is_there = match spec.shape {
                Shape::List => !self.list_of(spec).is_empty(),
                _ => self.text(spec).is_some(),
            };
            return (!is_there).then(|| spec.name.to_owned());
        }
        let objects = self.objects_of(spec);
        let required = || spec.members.iter().filter(|it| it.required.contains(self.edition));
        let lacks = |object: &Object| {
            let member = required().find(|member| object.text(member).is_none())?;
            Some(format!("{}.{}.{}", spec.name, object.number, member.name))
        };
        if objects.is_empty() { Some(spec.name.to_owned()) } else { objects.iter().find_map(lacks) }
    }

    /// The parameters of the call that the operation knows and that come to nothing: they have no
    /// effect here, or none beside what else is said, and ask for more than the default; or the
    /// call's edition lacks them.
    pub fn ignored(&self) -> Vec<&'static str> {
        let given = |spec: &Spec| match spec.shape {
            Shape::Single => {
                let text = self.call.parameter(spec.name).filter(|text| !text.is_empty());
                let default = spec.default_in(self.edition).unwrap_or_default();
                let lacks = !spec.editions.contains(self.edition);
                text.is_some_and(|text| lacks || !text.eq_ignore_ascii_case(default))
            }
            _ => self.call.parameters().any(|(name, text)| {
                let its = name.eq_ignore_ascii_case(spec.name);
                !text.is_empty() && (its || numbered(name, spec.name).is_some())
            }),
        };
        let ignored = self.parameters.iter().filter(|spec| self.is_idle(spec) && given(spec));
        let members = self.parameters.iter().flat_map(|spec| self.ignored_members(spec));
        let has = |name: &str| self.parameters.iter().any(|it| it.name.eq_ignore_ascii_case(name));
        let said = self.call.parameters().filter(|(_, text)| !text.is_empty());
        let of_owners = said.filter_map(|(name, _)| {
            let known = OF_OWNERS.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
            (!has(known)).then_some(known)
        });
        ignored.map(|spec| spec.name).chain(members).chain(of_owners).collect()
    }

    /// Whether what is said of a parameter, or of a member of one, comes to nothing.
    fn is_idle(&self, spec: &Spec) -> bool {
        spec.without_effect.is_some()
            || !spec.editions.contains(self.edition)
            || spec.ignored_with.is_some_and(|with| with.holds(self))
    }

    /// The same of what objects have.
    fn ignored_members(&self, spec: &'static Spec) -> Vec<&'static str> {
        let mut idle = spec.members.iter().filter(|its| self.is_idle(its)).peekable();
        // Most lists have none, and are not looked for in every call.
        if idle.peek().is_none() || !spec.editions.contains(self.edition) {
            return Vec::new();
        }
        let given = |member: &Spec| {
            let lacks = !member.editions.contains(self.edition);
            let default = member.default_in(self.edition).unwrap_or_default();
            self.call.parameters().any(|(name, text)| {
                let its = numbered(name, spec.name)
                    .is_some_and(|(_, rest)| member.name.eq_ignore_ascii_case(rest));
                its && !text.is_empty() && (lacks || !text.eq_ignore_ascii_case(default))
            })
        };
        idle.filter(|member| given(member)).map(|member| member.name).collect()
    }

    /// The region of the call; the catalogue's first where an operation has none.
    pub fn region(&self) -> Region {
        let any = || Region::all().next().expect("the catalogue is not empty");
        self.find(&REGION_ID).unwrap_or_else(any)
    }

    /// The ClientToken, if the operation takes one and the call has one.
    pub fn token(&self) -> Option<std::sync::Arc<str>> {
        let place = self.parameters.iter().position(|spec| spec.is_token)?;
        self.texts[place].as_deref().map(std::sync::Arc::from)
    }

    /// The host that was called, as received.
    pub fn host(&self) -> &str {
        self.call.host()
    }
}

/// What a call says under a name: each name behind it, and its value.
pub(crate) fn under<'c>(
    call: &'c Call<'_>,
    param: &'static Param<crate::parameter::Text>,
) -> impl Iterator<Item = (&'c str, &'c str)> {
    let behind = |name: &'c str| name.strip_prefix(param.spec.name)?.strip_prefix('.');
    let all = call.parameters();
    all.filter_map(move |(name, value)| {
        Some((behind(name).filter(|rest| !rest.is_empty())?, value))
    })
}

/// `Name.N` or `Name.N.Rest`: the number and the rest.
fn numbered<'t>(text: &'t str, name: &str) -> Option<(u32, &'t str)> {
    let head = text.get(..name.len())?;
    let tail = text[name.len()..].strip_prefix('.')?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    let (number, rest) = tail.split_once('.').unwrap_or((tail, ""));
    Some((number.parse().ok()?, rest))
}

/// Checks a call's parameters.
pub fn check<'c>(
    operation: &'static Operation,
    call: &'c Call<'c>,
    caller: &'c Caller,
    edition: Edition,
    now: Timestamp,
    settings: Settings,
) -> Result<Input<'c>, Invalid> {
    let mut texts = Vec::with_capacity(operation.parameters.len());
    for spec in operation.parameters {
        texts.push(given(spec, call, edition));
    }
    let parameters = operation.parameters;
    let input = Input { edition, caller, now, settings, call, parameters, texts };
    check_region(operation, &input)?;
    for spec in operation.parameters {
        if spec.required.contains(edition)
            && let Some(name) = input.missing(spec)
        {
            return Err(operation.lack(&name, edition));
        }
    }
    for spec in operation.parameters {
        check_value(operation, spec, &input)?;
    }
    Ok(input)
}

/// The text of a parameter, or what holds without it: in an edition that lacks the parameter too.
/// An empty text is none.
/// ASSUMED: clients send empty parameters for values they do not have (wire dossier 1.1).
fn given<'c>(spec: &Spec, call: &'c Call<'c>, edition: Edition) -> Option<Cow<'c, str>> {
    if spec.shape != Shape::Single {
        return None;
    }
    let is_read = |text: &&str| !text.is_empty() && spec.editions.contains(edition);
    let text = call.parameter(spec.name).filter(is_read);
    text.or_else(|| spec.default_in(edition)).map(Cow::Borrowed)
}

fn check_region(operation: &Operation, input: &Input) -> Result<(), Invalid> {
    if !operation.parameters.iter().any(|spec| std::ptr::eq(*spec, &raw const REGION_ID.spec)) {
        return Ok(());
    }
    let lack = || operation.lack("RegionId", input.edition);
    let text = input.text(&REGION_ID.spec).ok_or_else(lack)?;
    if Region::find(text).is_none() {
        return Err(operation.own_row(&BAD_REGION).invalid());
    }
    Ok(())
}

fn check_value(operation: &Operation, spec: &Spec, input: &Input) -> Result<(), Invalid> {
    if spec.ignored_with.is_some_and(|with| with.holds(input)) {
        return Ok(());
    }
    if spec.shape == Shape::Objects {
        return check_objects(operation, spec, input);
    }
    if spec.shape == Shape::List {
        return check_list(operation, spec, input);
    }
    let text = input.text(spec);
    let valid = match text {
        Some(text) => is_valid(spec, text, input),
        None => !spec.required_with.is_some_and(|with| with.holds(input)),
    };
    let complaint = || operation.complaint(spec, text.unwrap_or_default(), input.edition);
    if valid { Ok(()) } else { Err(complaint()) }
}

fn check_list(operation: &Operation, spec: &Spec, input: &Input) -> Result<(), Invalid> {
    let texts = input.list_of(spec);
    let most = spec.items_max_in(input.edition);
    if most > 0 && texts.len() > most {
        return Err(operation.excess(spec, input.edition));
    }
    let wrong = texts.iter().find(|text| !is_valid(spec, text, input));
    wrong.map_or(Ok(()), |text| Err(operation.complaint(spec, text, input.edition)))
}

fn check_objects(operation: &Operation, spec: &Spec, input: &Input) -> Result<(), Invalid> {
    let objects = input.objects_of(spec);
    if objects.len() > spec.items_max_in(input.edition) {
        return Err(operation.excess(spec, input.edition));
    }
    for object in &objects {
        let said = spec.members.iter().filter_map(|member| Some((member, object.text(member)?)));
        let mut wrong = said.filter(|(member, text)| !is_valid(member, text, input));
        if let Some((member, text)) = wrong.next() {
            return Err(operation.complaint(member, text, input.edition));
        }
    }
    Ok(())
}

fn is_valid(spec: &Spec, text: &str, input: &Input) -> bool {
    let edition = input.edition;
    spec.allows(text, edition)
        && spec.forms.get(edition).is_none_or(|form| form.fits(text))
        && spec.rules.get(edition).is_none_or(|rule| rule(input, text))
        && (spec.reads)(text)
        && in_ranges(spec, text, input)
}

impl With {
    /// Whether the other parameter has the value in this call.
    fn holds(self, input: &Input) -> bool {
        let is = |text: &str| {
            text == self.value || (self.other.any_case && text.eq_ignore_ascii_case(self.value))
        };
        self.editions.contains(input.edition) && input.text(self.other).is_some_and(is)
    }
}

fn in_ranges(spec: &Spec, text: &str, input: &Input) -> bool {
    let within = |(first, last): (i64, i64)| {
        i64::read(text).is_some_and(|number| (first..=last).contains(&number))
    };
    let by_other = spec.range_by.filter(|by| by.editions.contains(input.edition));
    let by_other = by_other.and_then(|by| {
        let other = input.text(by.other)?;
        by.ranges.iter().find(|(value, _)| *value == other).map(|(_, range)| *range)
    });
    spec.ranges.get(input.edition).is_none_or(within) && by_other.is_none_or(within)
}
