//! Tags on circuits, and what is found by them.

use super::rig::*;
use crate::circuit::Status;
use crate::command::{TagResources, UntagResources};
use crate::query::{CircuitFilter, Found, Page, Query, TagFilter};
use crate::tag::{ResourceType, TAGS_MAX, Tag, Tags, Wanted};
use crate::{Command, Outcome, Refusal};

/// Tags of these keys and values.
pub fn tags(of: &[(&str, &str)]) -> Tags {
    Tags::new(of.iter().map(|(key, value)| Tag { key: (*key).into(), value: (*value).into() }))
}

/// Tags put on circuits.
pub fn tagged(circuits: &[&str], of: &[(&str, &str)]) -> TagResources {
    let resources = circuits.iter().map(|id| (*id).into()).collect();
    TagResources { kind: ResourceType::PhysicalConnection, resources, tags: tags(of) }
}

/// Tags taken off circuits: those of the keys, or all.
pub fn untagged(circuits: &[&str], keys: &[&str], all: bool) -> UntagResources {
    let texts = |of: &[&str]| of.iter().map(|text| (*text).into()).collect();
    let kind = ResourceType::PhysicalConnection;
    UntagResources { kind, resources: texts(circuits), keys: texts(keys), all }
}

/// Commands, no two of which are the same call.
pub fn commands() -> Vec<Command> {
    let kind = ResourceType::RouterInterface;
    vec![
        tagged(&["pc-a"], &[("k", "v")]).into(),
        tagged(&["pc-b"], &[("k", "v")]).into(),
        tagged(&["pc-a", "pc-b"], &[("k", "v")]).into(),
        tagged(&["pc-a"], &[("k", "w")]).into(),
        tagged(&["pc-a"], &[("l", "v")]).into(),
        tagged(&["pc-a"], &[("k", "v"), ("l", "v")]).into(),
        tagged(&["pc-a"], &[]).into(),
        TagResources { kind, ..tagged(&["pc-a"], &[("k", "v")]) }.into(),
        untagged(&["pc-a"], &["k"], false).into(),
        untagged(&["pc-a"], &["k"], true).into(),
        untagged(&["pc-b"], &["k"], false).into(),
        untagged(&["pc-a"], &["k", "l"], false).into(),
        UntagResources { kind, ..untagged(&["pc-a"], &["k"], false) }.into(),
    ]
}

/// The prints that stores keep from the release on in which these commands came.
pub fn kept_prints() -> Vec<(Command, &'static str, u128)> {
    vec![
        (
            tagged(&["pc-a"], &[("k", "v")]).into(),
            "tag_resources",
            250_313_780_549_447_059_277_063_685_578_132_615_831,
        ),
        (
            untagged(&["pc-a"], &["k"], false).into(),
            "untag_resources",
            91_872_854_192_306_051_823_914_444_045_788_775_889,
        ),
    ]
}

fn wanted(key: &str, value: Option<&str>) -> Wanted {
    Wanted { key: key.into(), value: value.map(Into::into) }
}

fn listed(world: &World, resources: Option<&[&str]>, tags: Vec<Wanted>) -> Vec<String> {
    let resources = resources.map(|ids| ids.iter().map(|id| (*id).into()).collect());
    let kind = ResourceType::PhysicalConnection;
    let filter = TagFilter { kind, resources, tags, most: usize::MAX };
    let Found::Tags(found) = world.look(&Query::Tags(OWNER, home(), filter)) else {
        panic!("tags")
    };
    let text =
        |of: &crate::query::Tagged| format!("{} {}={}", of.resource, of.tag.key, of.tag.value);
    found.iter().map(text).collect()
}

#[test]
fn circuits_are_found_by_the_tags_that_they_have() {
    let mut world = World::new(rules());
    for circuit in ["pc-a", "pc-b", "pc-c"] {
        world.give(given(Status::Confirmed), circuit);
    }
    world.done(tagged(&["pc-a", "pc-b"], &[("team", "network"), ("cost", "7")]));
    world.done(tagged(&["pc-b"], &[("team", "storage")]));
    assert_eq!(
        listed(&world, None, vec![]),
        ["pc-a cost=7", "pc-a team=network", "pc-b cost=7", "pc-b team=storage"]
    );
    assert_eq!(listed(&world, Some(&["pc-c"]), vec![]), <[&str; 0]>::default());
    let both = vec![wanted("team", Some("network")), wanted("cost", None)];
    let found = ["pc-a cost=7", "pc-a team=network"];
    assert_eq!(listed(&world, None, both.clone()), found);
    assert_eq!(listed(&world, Some(&["pc-b", "pc-a"]), both.clone()), found);
    let circuits = |tags| {
        let filter = CircuitFilter { tags, ..CircuitFilter::default() };
        let page = Page { number: 1, size: 10 };
        let Found::CircuitRows(found) = world.look(&Query::Circuits(OWNER, home(), filter, page))
        else {
            panic!("circuits")
        };
        found.page.iter().map(|row| row.circuit.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(circuits(both), ["pc-a"]);
    assert_eq!(circuits(vec![wanted("cost", None)]), ["pc-a", "pc-b"]);
    world.done(untagged(&["pc-a"], &["team", "nothing"], false));
    world.done(untagged(&["pc-b"], &[], true));
    assert_eq!(listed(&world, None, vec![]), ["pc-a cost=7"]);
    world.done(untagged(&["pc-a"], &["cost"], false));
    assert_eq!(world.circuit(id("pc-a")).particulars.words, None);
}

#[test]
fn all_of_the_resources_are_tagged_or_none() {
    let mut world = World::new(rules());
    world.give(given(Status::Confirmed), "pc-a");
    world.give(given(Status::Confirmed), "pc-b");
    let before = world.circuit(id("pc-a")).clone();
    let one = [("k", "v")];
    for none in ["pc-z", "no id at all!", ""] {
        assert_eq!(world.refused(tagged(&["pc-a", none], &one)), Refusal::NoSuchResource);
        assert_eq!(world.refused(untagged(&[none], &["k"], false)), Refusal::NoSuchResource);
    }
    let router =
        TagResources { kind: ResourceType::VirtualBorderRouter, ..tagged(&["pc-a"], &one) };
    assert_eq!(world.refused(router), Refusal::NoSuchResource);
    let keys: Vec<String> = (0..TAGS_MAX).map(|nth| format!("k{nth}")).collect();
    let many: Vec<(&str, &str)> = keys.iter().map(|key| (&**key, "v")).collect();
    assert_eq!(world.done(tagged(&["pc-b"], &many)), Outcome::Done);
    // Those that it has already are not more.
    assert_eq!(world.done(tagged(&["pc-b"], &many[3..])), Outcome::Done);
    assert_eq!(world.refused(tagged(&["pc-a", "pc-b"], &one)), Refusal::TooManyTags);
    assert_eq!(*world.circuit(id("pc-a")), before);
}
