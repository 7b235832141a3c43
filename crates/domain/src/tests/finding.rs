//! What is found without a look at each circuit is what a look at each would find.

use super::rig::{OTHER, OWNER, away, home, particulars};
use crate::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use crate::circuit::{
    Circuit, CircuitState, CircuitWords, Hosted, Locks, Particulars, Payer, Status,
};
use crate::id::{AccountId, CircuitId};
use crate::query::{CircuitFilter, CircuitRow, Found, Listing, Page, Query, TagFilter, Tagged};
use crate::subscription::Grace;
use crate::tag::{ResourceType, Tag, Tags, Wanted};
use crate::{Overlay, Rules, State, Timestamp, View, look, looked_at};
use proptest::prelude::*;

const TEXTS: [&str; 4] = ["", "a", "b", "c"];
const KEYS: [&str; 2] = ["k", "l"];

fn text() -> impl Strategy<Value = Box<str>> {
    prop::sample::select(&TEXTS[..]).prop_map(Into::into)
}

fn points() -> Vec<AccessPoint> {
    AccessPoint::all().take(2).collect()
}

fn tag() -> impl Strategy<Value = Tag> {
    (prop::sample::select(&KEYS[..]), text())
        .prop_map(|(key, value)| Tag { key: key.into(), value })
}

/// A part of what is not there.
fn hosted(spec: SharedSpec) -> Hosted {
    Hosted {
        parent: CircuitId::new("pc-parent").expect("well formed"),
        partner: AccountId(1),
        vlan: 1,
        spec,
        expected: None,
        payer: Payer::Tenant,
        router: None,
    }
}

fn described() -> impl Strategy<Value = Particulars> {
    let facts = (
        prop::sample::select(points()),
        prop::sample::select(&LineOperator::ALL[..2]),
        prop::sample::select(PortType::ALL),
    );
    let specs = prop::sample::select(&[SharedSpec::M50, SharedSpec::G1][..]);
    let hosted = prop::option::weighted(0.3, specs.prop_map(hosted));
    let words = (text(), text(), prop::collection::vec(tag(), 0..3), hosted);
    (facts, words).prop_map(|((access_point, line_operator, port_type), words)| {
        let (name, resource_group, tags, hosted) = words;
        let tags = Tags::new(tags);
        let words = CircuitWords { name, resource_group, tags, hosted, ..CircuitWords::default() };
        let words = (!words.is_empty()).then(|| Box::new(words));
        Particulars { access_point, line_operator, port_type, words, ..particulars() }
    })
}

/// A circuit of one of twelve ids, which say whose it is and where.
fn circuit() -> impl Strategy<Value = Circuit> {
    let status = [Status::Initial, Status::Approved, Status::Enabled, Status::Terminated];
    let flags = (prop::bool::weighted(0.2), any::<bool>());
    let term = (prop::bool::weighted(0.2), prop::option::of(0..4_i64), any::<bool>());
    (0..12_usize, prop::sample::select(status.to_vec()), flags, term, described()).prop_map(
        |(nth, status, (deleted, given), (locked, end, ends), particulars)| {
            let mut state = CircuitState { deleted, ..CircuitState::born(status) };
            state.locks = Locks::None.with_financial(locked);
            state.ends_at = end.map(Timestamp::from_ms);
            let grace = Grace { stop_after_s: 1, release_after_s: 1 };
            state.subscription.grace = ends.then_some(grace);
            Circuit {
                id: named(nth),
                account: whose(nth).0,
                region: whose(nth).1,
                created_at: Timestamp::default(),
                given,
                particulars,
                state,
            }
        },
    )
}

fn whose(nth: usize) -> (AccountId, Region) {
    [(OWNER, home()), (OTHER, home()), (OWNER, away())][nth.saturating_sub(7) / 2]
}

fn named(nth: usize) -> CircuitId {
    // Not in the order of making.
    CircuitId::new(&format!("pc-{}", char::from(b"qwertzuiopas"[nth]))).expect("well formed")
}

/// Mostly none; else up to three.
fn some<T: Clone + std::fmt::Debug>(
    one: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Vec<T>> {
    let one = one.boxed();
    let several = prop::collection::vec(one, 1..4);
    prop_oneof![3 => Just(Vec::new()), 1 => several]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    (tag(), any::<bool>())
        .prop_map(|(tag, any)| Wanted { key: tag.key, value: (!any).then_some(tag.value) })
}

fn filter() -> impl Strategy<Value = CircuitFilter> {
    let of = |texts: Vec<&'static str>| some(prop::sample::select(texts).prop_map(Box::from));
    let ids: Vec<&str> = points().iter().map(|point| point.id()).chain(["ap-none"]).collect();
    let operators = LineOperator::ALL[..3].iter().map(|its| its.text()).collect();
    let statuses = Status::ALL[..4].iter().map(|its| its.text()).chain(["none"]).collect();
    let facts = (of(ids), of(operators), of(vec!["1G", "10G", "50M", "none"]), of(statuses));
    let words = (of(TEXTS.to_vec()), of(TEXTS.to_vec()), some(wanted()));
    let rest = (prop::bool::weighted(0.05), prop::option::weighted(0.3, any::<bool>()));
    (facts, words, rest).prop_map(|(facts, words, (nothing, hosted))| {
        let (access_points, line_operators, specs, statuses) = facts;
        let (names, resource_groups, tags) = words;
        CircuitFilter {
            hosted,
            ids: None,
            access_points,
            line_operators,
            specs,
            statuses,
            names,
            resource_groups,
            tags,
            nothing,
        }
    })
}

/// What a filter means, said plainly.
fn is_meant(circuit: &Circuit, filter: &CircuitFilter) -> bool {
    let words = circuit.particulars.words.clone().unwrap_or_default();
    let facts = &circuit.particulars;
    let one_of = |values: &[Box<str>], actual: &str| {
        values.is_empty() || values.contains(&Box::from(actual))
    };
    let has = |wanted: &Wanted| {
        let same = |tag: &&Tag| tag.key == wanted.key;
        let found = words.tags.all().iter().find(same);
        found.is_some_and(|tag| wanted.value.is_none() || wanted.value.as_ref() == Some(&tag.value))
    };
    !circuit.state.deleted
        && !filter.nothing
        && one_of(&filter.access_points, facts.access_point.id())
        && one_of(&filter.line_operators, facts.line_operator.text())
        && one_of(&filter.specs, facts.spec())
        && filter.hosted.is_none_or(|wanted| wanted == words.hosted.is_some())
        && one_of(&filter.statuses, circuit.state.status.text())
        && one_of(&filter.names, &words.name)
        && one_of(&filter.resource_groups, &words.resource_group)
        && filter.tags.iter().all(has)
}

fn plainly(state: &State, whose: (AccountId, Region), filter: &CircuitFilter) -> Vec<Circuit> {
    let all = state.circuits_of(whose.0, whose.1);
    all.filter(|circuit| is_meant(circuit, filter)).cloned().collect()
}

/// What is counted of an account is what a look at each of all circuits counts.
fn counts_are_right<'c>(view: &dyn View, all: impl Iterator<Item = &'c Circuit>) {
    let ports = [Status::Initial, Status::Approved, Status::Enabled];
    let all: Vec<&Circuit> = all.collect();
    for account in [OWNER, OTHER] {
        let own = || all.iter().filter(|circuit| circuit.account == account);
        for at in -1..5 {
            let at = Timestamp::from_ms(at);
            let late = own().filter(|circuit| {
                let CircuitState { status, deleted, locks, ends_at, subscription, .. } =
                    circuit.state;
                let past = subscription.grace.is_some() && ends_at.is_some_and(|end| end <= at);
                status == Status::Enabled && !deleted && (locks.financial() || past)
            });
            assert_eq!(view.overdue(account, at), late.count());
        }
        let points = points();
        let places = |region| points.iter().map(move |point| (region, *point));
        for (region, point) in [home(), away()].into_iter().flat_map(places) {
            let stand = own().filter(|circuit| {
                let is_there =
                    (circuit.region, circuit.particulars.access_point) == (region, point);
                let stands = ports.contains(&circuit.state.status) && !circuit.state.deleted;
                is_there && stands && !circuit.given && circuit.hosted().is_none()
            });
            assert_eq!(view.standing(account, region, point), stand.count());
        }
    }
}

fn tags_plainly(state: &State, whose: (AccountId, Region), filter: &TagFilter) -> Vec<Tagged> {
    let meant = CircuitFilter { tags: filter.tags.clone(), ..CircuitFilter::default() };
    let mut rows = plainly(state, whose, &meant);
    if let Some(ids) = &filter.resources {
        rows.retain(|circuit| ids.iter().any(|id| **id == *circuit.id.as_str()));
    }
    let tagged = |circuit: &Circuit| {
        let tag = |tag: &Tag| Tagged { resource: circuit.id.as_str().into(), tag: tag.clone() };
        circuit.tags().all().iter().map(tag).collect::<Vec<_>>()
    };
    rows.iter().flat_map(tagged).take(filter.most).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Circuits come, and are renamed, tagged, moved and deleted; a deleted one may come back,
    /// which none does, and is found then.
    #[test]
    fn circuits_are_found_as_by_a_look_at_each(
        circuits in prop::collection::vec(circuit(), 0..40),
        filters in prop::collection::vec(filter(), 1..12),
        page in (1..4_u32, prop_oneof![1..5_u32, Just(50)]),
    ) {
        let mut state = State::new(Rules::default());
        for circuit in circuits {
            state.put(circuit);
        }
        let page = Page { number: page.0, size: page.1 };
        for (account, region) in [whose(0), whose(9), whose(11)] {
            for filter in &filters {
                let rows = plainly(&state, (account, region), filter);
                let on_page = rows.iter().skip(page.skip()).take(page.size as usize);
                let row = |circuit: &Circuit| CircuitRow { circuit: circuit.clone(), hosts: 0 };
                let wanted = Listing { page: on_page.map(row).collect(), total: rows.len() };
                let wanted = Found::CircuitRows(wanted);
                let query = Query::Circuits(account, region, filter.clone(), page);
                prop_assert_eq!(look(&state, &query, true), wanted, "{:?}", filter);
                let shown = rows.len().min(page.size as usize);
                prop_assert!(shown <= looked_at(&state, &query), "{:?}", filter);
            }
        }
    }

    #[test]
    fn circuits_that_stand_and_overdue_ones_are_counted_as_by_a_look_at_each(
        below in prop::collection::vec(circuit(), 0..40),
        above in prop::collection::vec(circuit(), 0..20),
    ) {
        let [mut before, mut after] = [(); 2].map(|()| State::new(Rules::default()));
        for circuit in below {
            before.put(circuit.clone());
            after.put(circuit);
        }
        let mut overlay = Overlay::over(&before, 1);
        for circuit in above {
            overlay.delta_mut().circuits.put(circuit.clone());
            after.put(circuit);
        }
        counts_are_right(&before, before.circuits());
        counts_are_right(&after, after.circuits());
        counts_are_right(&overlay, after.circuits());
    }

    #[test]
    fn tags_are_found_as_by_a_look_at_each(
        circuits in prop::collection::vec(circuit(), 0..40),
        tags in some(wanted()),
        resources in prop::option::of(prop::collection::vec(0..14_usize, 0..5)),
        most in prop_oneof![0..6_usize, Just(usize::MAX)],
    ) {
        let mut state = State::new(Rules::default());
        for circuit in circuits {
            state.put(circuit);
        }
        let id = |nth: usize| match nth {
            12 => "pc-never".into(),
            13 => "no id at all".into(),
            nth => named(nth).as_str().into(),
        };
        let resources = resources.map(|places| places.into_iter().map(id).collect());
        let kind = ResourceType::PhysicalConnection;
        let filter = TagFilter { kind, resources, tags, most };
        for whose in [whose(0), whose(9), whose(11)] {
            let wanted = Found::Tags(tags_plainly(&state, whose, &filter));
            let query = Query::Tags(whose.0, whose.1, filter.clone());
            prop_assert_eq!(look(&state, &query, true), wanted);
        }
    }
}
