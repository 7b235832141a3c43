//! Tags on circuits and routers.

use super::atlas::{E2023, E2024, E2025_09, Edition};
use super::changes::{Change, Refusal};
use super::pages::{Reading, Rule, number, value};
use super::state::{Circuit, Outcome, World};
use super::{Expect, Leaf, router_looks};
use crate::call::Call;
use std::collections::{BTreeMap, BTreeSet};

/// How many tags something may have, and how much of either a call may say. SOURCE: api dossier 7.
const MOST: usize = 20;

/// A tag that is said: its key, if that is, and its value.
type Said = (Option<String>, Option<String>);

/// `Name.N.Key` and `Name.N.Value`, by number; what is empty is not said.
fn pairs(call: &Call, name: &str) -> Vec<Said> {
    let mut found: BTreeMap<i64, Said> = BTreeMap::new();
    for (parameter, value) in call.parameters.iter().filter(|(_, value)| !value.is_empty()) {
        let parts: Vec<&str> = parameter.split('.').collect();
        let [list, nth, member @ ("Key" | "Value")] = parts[..] else { continue };
        let Some(nth) = number(nth).filter(|_| list == name) else { continue };
        let said = found.entry(nth).or_default();
        let place = if member == "Key" { &mut said.0 } else { &mut said.1 };
        *place = Some(value.clone());
    }
    found.into_values().collect()
}

/// `Name.N`, by number; what is empty is not said.
pub fn texts<'c>(call: &'c Call, name: &str) -> Vec<&'c str> {
    let mut found: Vec<(i64, &str)> = Vec::new();
    for (parameter, value) in call.parameters.iter().filter(|(_, value)| !value.is_empty()) {
        let nth = parameter.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
        found.extend(nth.and_then(number).map(|nth| (nth, &**value)));
    }
    found.sort_by_key(|(nth, _)| *nth);
    found.into_iter().map(|(_, text)| text).collect()
}

/// Whether a call says nothing of a list.
pub fn none(call: &Call, name: &str) -> bool {
    texts(call, name).is_empty() && pairs(call, name).is_empty()
}

fn fits(text: &str) -> bool {
    let address = text.contains("http://") || text.contains("https://");
    (1..=128).contains(&text.chars().count()) && !text.chars().any(char::is_control) && !address
}

fn reserved(text: &str) -> bool {
    text.starts_with("aliyun") || text.starts_with("acs:")
}

/// The code for tags, keys or resources that cannot be.
pub fn form_error(reading: &Reading, name: &str) -> Option<&'static str> {
    let call = reading.call;
    let (texts, pairs) = (texts(call, name), pairs(call, name));
    // SOURCE: the vendor's metadata of mid-2024, of looking for circuits. The table of 2025 has 20.
    let few = ["DescribePhysicalConnections", "ListVirtualPhysicalConnections"];
    let few = few.contains(&&*call.action) && reading.edition < E2025_09;
    let most = if few { 5 } else { MOST };
    if texts.len().max(pairs.len()) > most {
        let resources = name == "ResourceId";
        return Some(
            ["SizeLimitExceeded.TagNum", "SizeLimitExceeded.ResourceId"][usize::from(resources)],
        );
    }
    if name == "TagKey" {
        let wrong = texts
            .iter()
            .any(|text| text.chars().count() > 128 || text.chars().any(char::is_control));
        return wrong.then_some("InvalidTagKey");
    }
    // SOURCE: dossier, annex A.
    let in_sets = call.action == "CreateHighReliablePhysicalConnection";
    let short = in_sets || call.action == "CreateVirtualPhysicalConnection";
    let key_fits = |key: &String| {
        let letter = |c: char| c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c);
        let length = if short { 64 } else { 128 };
        fits(key) && key.chars().count() <= length && (!in_sets || key.starts_with(letter))
    };
    let wrong = |(key, value): &Said| {
        if key.as_ref().is_some_and(|key| !key_fits(key)) {
            return Some("InvalidTagKey");
        }
        let wrong = value.as_ref().is_some_and(|value| !fits(value) || reserved(value));
        wrong.then_some("InvalidTagValue")
    };
    pairs.iter().find_map(wrong)
}

/// What is found out once every value has its form.
pub fn late_error(reading: &Reading) -> Option<(u16, &'static str)> {
    let call = reading.call;
    if reading.edition < E2023 {
        return None;
    }
    let (list, keys) = match &*call.action {
        "UntagResourcesForExpressConnect" => ("", texts(call, "TagKey")),
        "CreatePhysicalConnection"
        | "CreateHighReliablePhysicalConnection"
        | "CreateVirtualPhysicalConnection"
        | "TagResourcesForExpressConnect"
        | "ListTagResourcesForExpressConnect" => ("Tag", Vec::new()),
        "DescribePhysicalConnections" | "ListVirtualPhysicalConnections" => ("Tags", Vec::new()),
        "CreateVirtualBorderRouter" | "DescribeVirtualBorderRouters" => {
            if reading.edition < E2024 {
                return None;
            }
            ("Tags", Vec::new())
        }
        "DescribeTagKeysForExpressConnect" => {
            return call.parameter("ResourceType").is_none().then_some((400, "MissingParameter"));
        }
        _ => return None,
    };
    let said = pairs(call, list);
    if list.is_empty() {
        let all = call.parameter("All").is_some_and(|all| all.eq_ignore_ascii_case("true"));
        if keys.is_empty() && !all {
            return Some((400, "MissingTagKey"));
        }
        if keys.iter().any(|key| reserved(key)) {
            return Some((400, "Forbidden.TagKeys"));
        }
        let twice = keys.iter().enumerate().any(|(place, key)| keys[..place].contains(key));
        return twice.then_some((400, "Forbidden.TagKey.Duplicated"));
    }
    for (place, (key, _)) in said.iter().enumerate() {
        let Some(text) = key else { return Some((400, "MissingParameter.TagKey")) };
        if reserved(text) {
            return Some((400, "Forbidden.TagKeys"));
        }
        if said[..place].iter().any(|(other, _)| other == key) {
            return Some((400, "Forbidden.TagKey.Duplicated"));
        }
    }
    let lists = call.action == "ListTagResourcesForExpressConnect";
    let both = lists && said.is_empty() && texts(call, "ResourceId").is_empty();
    both.then_some((403, "BothEmpty.TagsAndResources"))
}

/// The tags that a call puts on something.
pub fn given(reading: &Reading) -> BTreeMap<String, String> {
    given_in(reading, "Tag", E2023)
}

/// The same of another list, which there is since an edition.
pub fn given_in(reading: &Reading, list: &str, since: Edition) -> BTreeMap<String, String> {
    let said = if reading.edition < since { Vec::new() } else { pairs(reading.call, list) };
    let tag = |(key, value): Said| (key.unwrap_or_default(), value.unwrap_or_default());
    said.into_iter().map(tag).collect()
}

/// What two calls with one token must say alike of tags; empty for none.
pub fn text(reading: &Reading, rule: &Rule) -> String {
    let has = (rule.has)(reading.edition);
    let tags = if has { given_in(reading, rule.name, 0) } else { BTreeMap::new() };
    if tags.is_empty() { String::new() } else { format!("{tags:?}") }
}

/// Whether all the tags that a call names are among these.
pub fn have_all(tags: &BTreeMap<String, String>, call: &Call, name: &str) -> bool {
    pairs(call, name).iter().all(|(key, value)| {
        let its = key.as_ref().and_then(|key| tags.get(key));
        its.is_some_and(|its| value.as_ref().is_none_or(|value| value == its))
    })
}

/// What is told of a circuit's tags, below `path`.
pub fn leaves(path: &str, circuit: &Circuit, edition: Edition) -> Vec<Leaf> {
    if edition < E2024 {
        return Vec::new();
    }
    leaves_of(&format!("{path}.Tags.tags"), &circuit.tags)
}

/// What is told of tags in a list.
pub fn leaves_of(list: &str, tags: &BTreeMap<String, String>) -> Vec<Leaf> {
    let mut leaves = vec![Leaf::Count(list.to_owned(), tags.len())];
    for (place, (key, value)) in tags.iter().enumerate() {
        leaves.push(Leaf::Is(format!("{list}.{place}.Key"), key.clone()));
        leaves.push(Leaf::Is(format!("{list}.{place}.Value"), value.clone()));
    }
    leaves
}

impl Change<'_> {
    /// TagResourcesForExpressConnect.
    pub fn tag(&mut self) -> Result<Outcome, Refusal> {
        let tags = given(self.reading);
        self.retag(|its| its.extend(tags.clone()))
    }

    /// UntagResourcesForExpressConnect.
    pub fn untag(&mut self) -> Result<Outcome, Refusal> {
        let keys: BTreeSet<String> =
            texts(self.reading.call, "TagKey").into_iter().map(str::to_owned).collect();
        let all = self.text("All").eq_ignore_ascii_case("true");
        self.retag(|its| its.retain(|key, _| !all && !keys.contains(key)))
    }

    fn retag(
        &mut self,
        change: impl Fn(&mut BTreeMap<String, String>),
    ) -> Result<Outcome, Refusal> {
        let is_router = self.text("ResourceType") == "VIRTUALBORDERROUTER";
        let mut changed: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
        for id in texts(self.reading.call, "ResourceId") {
            let place = if is_router { self.own_router(id) } else { self.own_circuit(id) };
            let place = place.ok_or((400, "InvalidInstanceIds.NotFound"))?;
            let its = self.tags_at(is_router, place).clone();
            let tags = changed.entry(place).or_insert(its);
            change(tags);
            if tags.len() > MOST {
                return Err((400, "QuotaExceeded.TagNum"));
            }
        }
        for (place, tags) in changed {
            *self.tags_at(is_router, place) = tags;
        }
        Ok(Outcome::Done)
    }

    fn tags_at(&mut self, is_router: bool, place: usize) -> &mut BTreeMap<String, String> {
        if is_router {
            &mut self.world.routers[place].tags
        } else {
            &mut self.world.circuits[place].tags
        }
    }

    /// The caller's circuit of this id, if the call is about circuits.
    fn own_circuit(&self, id: &str) -> Option<usize> {
        let place = self.world.circuit_at(id)?;
        let circuit = &self.world.circuits[place];
        let ours = circuit.account == self.account && circuit.region == self.text("RegionId");
        let here = self.text("ResourceType") == "PHYSICALCONNECTION";
        (here && ours && !circuit.deleted).then_some(place)
    }
}

/// An id, and its tags.
type Tagged<'w> = (&'w str, &'w BTreeMap<String, String>);

/// The resources that a call asks about, in the order of their making.
fn asked<'w>(world: &'w World, account: u64, call: &Call) -> Vec<Tagged<'w>> {
    let region = call.parameter("RegionId").unwrap_or_default();
    let ids = texts(call, "ResourceId");
    let all: Vec<Tagged> = match call.parameter("ResourceType") {
        Some("PHYSICALCONNECTION") => {
            let its = world.circuits.iter().filter(|circuit| {
                circuit.account == account && circuit.region == region && !circuit.deleted
            });
            its.map(|circuit| (&*circuit.id, &circuit.tags)).collect()
        }
        Some("VIRTUALBORDERROUTER") => {
            let its = router_looks::owned(world, account, region).into_iter();
            its.map(|router| (&*router.id, &router.tags)).collect()
        }
        _ => Vec::new(),
    };
    let wanted =
        |(id, tags): &Tagged| (ids.is_empty() || ids.contains(id)) && have_all(tags, call, "Tag");
    all.into_iter().filter(wanted).collect()
}

/// Some of a list, told after a token.
fn part(list: &str, all: &[Vec<(&str, &str)>], reading: &Reading, size: &str) -> Expect {
    let read = |name| number(value(reading.call, reading.edition, name)).unwrap_or_default();
    let place = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    // SOURCE: dossier 7.
    let short = size == "MaxResult" && reading.edition >= E2025_09;
    let unsaid = short && reading.call.parameter(size).is_none();
    let size = if unsaid { 20 } else { place(read(size)) };
    let before = place(read("NextToken"));
    let told: Vec<_> = all.iter().skip(before).take(size).collect();
    let mut leaves = vec![Leaf::Count(list.to_owned(), told.len())];
    if all.len() > before.saturating_add(size) {
        leaves.push(Leaf::Is("NextToken".into(), (before + size).to_string()));
    }
    for (nth, row) in told.into_iter().enumerate() {
        let leaf = |(name, text): &(&str, &str)| {
            Leaf::Is(format!("{list}.{nth}.{name}"), (*text).to_owned())
        };
        leaves.extend(row.iter().map(leaf));
    }
    Expect::Answer { leaves, replay_of: None }
}

/// ListTagResourcesForExpressConnect.
pub fn list(world: &World, account: u64, reading: &Reading) -> Expect {
    let mut rows = Vec::new();
    let kind = reading.call.parameter("ResourceType").unwrap_or_default();
    for (id, tags) in asked(world, account, reading.call) {
        for (key, value) in tags {
            rows.push(vec![
                ("ResourceType", kind),
                ("ResourceId", id),
                ("TagKey", key),
                ("TagValue", value),
            ]);
        }
    }
    part("TagResources.TagResource", &rows, reading, "MaxResults")
}

/// DescribeTagKeysForExpressConnect.
pub fn keys(world: &World, account: u64, reading: &Reading) -> Expect {
    let part_of = reading.call.parameter("Keyword").unwrap_or_default();
    let asked = asked(world, account, reading.call);
    let kind = reading.call.parameter("ResourceType").unwrap_or_default();
    let keys: BTreeSet<&String> = asked.iter().flat_map(|(_, tags)| tags.keys()).collect();
    let keys = keys.into_iter().filter(|key| key.contains(part_of));
    let row = |key| vec![("Type", kind), ("TagKey", key)];
    let rows: Vec<_> = keys.map(|key| row(&**key)).collect();
    part("TagKeys.TagKey", &rows, reading, "MaxResult")
}
