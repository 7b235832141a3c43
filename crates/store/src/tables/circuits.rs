//! Circuits: what describes them, written once. Where they stand is the last row of their history.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Reading, Row, Rows, Shape, Spot, Stored, Writing, row};
use crate::tables::{Moved, Renewed};
use crate::words::Words;
use crate::world::WorldId;
use domain::catalogue::{Region, SharedSpec};
use domain::circuit::{Circuit, CircuitState, CircuitWords, Hosted, Particulars, Payer};
use domain::macsec::{CipherSuite, KeyStatus, MacsecKey, MacsecKeys};
use domain::tag::{Tag, Tags};
use domain::{AccountId, CircuitId, RouterId, Timestamp};
use std::collections::HashMap;

/// A circuit but for where it stands.
#[derive(Debug)]
pub(crate) struct Described {
    id: CircuitId,
    account: AccountId,
    region: Region,
    created_at: Timestamp,
    given: bool,
    particulars: Particulars,
}

row! {
    Described, Rows::Placed, "circuits" {
        id: "id",
        account: "account",
        region: "region",
        created_at: "created_at",
        given: "given",
        particulars: "access_point" "line_operator" "port_type" "bandwidth_mbps" "name"
            "description" "peer_location" "circuit_code" "optical_module" "resource_group"
            "redundant" "tags" "macsec" "hosted" "down_delay",
    }
}

impl Described {
    /// What describes a circuit.
    pub(crate) fn of(circuit: &Circuit) -> Self {
        let Circuit { id, account, region, created_at, given, particulars, state: _ } = circuit;
        Self {
            id: *id,
            account: *account,
            region: *region,
            created_at: *created_at,
            given: *given,
            particulars: particulars.clone(),
        }
    }

    /// Its id and its owner.
    pub(crate) fn whose(&self) -> (CircuitId, AccountId) {
        (self.id, self.account)
    }

    /// The circuit, which stands so.
    pub(crate) fn standing(self, state: CircuitState) -> Circuit {
        let Self { id, account, region, created_at, given, particulars } = self;
        Circuit { id, account, region, created_at, given, particulars, state }
    }
}

impl Stored for Circuit {
    const SHAPES: &'static [Shape] = &[Described::SHAPE, Renewed::SHAPE];

    /// What describes it, if that is new, and what renewals have changed. How it stands is in its
    /// history.
    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        let (place, before) = to.before(&self.id);
        let described = before.is_some_and(|before| describes(before, self));
        let stands = before.is_some_and(|before| before.state == self.state);
        let renewed = Renewed::row(&self.state, before.map(|before| &before.state));
        if !described {
            to.put(place, &Described::of(self))?;
        }
        if let Some(renewed) = renewed.filter(|_| !stands) {
            to.put(place, &renewed)?;
        }
        Ok(())
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        let mut standing: HashMap<Spot, CircuitState> = HashMap::new();
        from.each(|spot, Moved { state, .. }| {
            standing.insert(spot, state);
            Ok(())
        })?;
        let mut renewed: HashMap<Spot, Renewed> = HashMap::new();
        from.each(|spot, row| {
            renewed.insert(spot, row);
            Ok(())
        })?;
        let mut without = None;
        from.each(|spot, described: Described| {
            if let Some(state) = standing.remove(&spot) {
                let state = Renewed::restore(renewed.remove(&spot), state);
                return take(spot.world, described.standing(state));
            }
            without = Some(described.id);
            Ok(())
        })?;
        if let Some(id) = without {
            return Err(from.unreadable(format!("the circuit {id} has no state")));
        }
        let all = standing.is_empty() && renewed.is_empty();
        if all { Ok(()) } else { Err(from.unreadable(STATE_ALONE.into())) }
    }
}

/// Whether one circuit is described as another is.
fn describes(one: &Circuit, other: &Circuit) -> bool {
    let Circuit { id, account, region, created_at, given, particulars, state: _ } = one;
    (*id, *account, *region) == (other.id, other.account, other.region)
        && (*created_at, *given) == (other.created_at, other.given)
        && *particulars == other.particulars
}

/// Said of a file whose history is longer than its list of circuits.
pub(crate) const STATE_ALONE: &str = "a state without a circuit";

impl Codec for Particulars {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { access_point, line_operator, port_type, bandwidth_mbps, words: own } = self;
        access_point.put(words, into)?;
        line_operator.put(words, into)?;
        port_type.put(words, into)?;
        bandwidth_mbps.put(words, into)?;
        own.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            access_point: Codec::take(words, from)?,
            line_operator: Codec::take(words, from)?,
            port_type: Codec::take(words, from)?,
            bandwidth_mbps: Codec::take(words, from)?,
            words: Codec::take(words, from)?,
        })
    }
}

/// The words about a circuit, which most circuits lack. An empty text is kept as nothing.
impl Codec for Option<Box<CircuitWords>> {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let none = CircuitWords::default();
        let CircuitWords {
            name,
            description,
            peer_location,
            circuit_code,
            optical_module,
            resource_group,
            redundant,
            tags,
            macsec,
            down_delay_ms,
            hosted,
        } = self.as_deref().unwrap_or(&none);
        for text in [name, description, peer_location, circuit_code, optical_module, resource_group]
        {
            Some(text.clone()).filter(|text| !text.is_empty()).put(words, into)?;
        }
        redundant.put(words, into)?;
        put_tags(tags, words, into)?;
        put_keys(macsec, words, into)?;
        put_hosted(hosted.as_ref(), words, into)?;
        Some(*down_delay_ms).filter(|ms| *ms > 0).put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let mut text = || -> Result<Box<str>, S::Error> {
            let text: Option<Box<str>> = Codec::take(words, from)?;
            Ok(text.unwrap_or_default())
        };
        let own = CircuitWords {
            name: text()?,
            description: text()?,
            peer_location: text()?,
            circuit_code: text()?,
            optical_module: text()?,
            resource_group: text()?,
            redundant: Codec::take(words, from)?,
            tags: take_tags(words, from)?,
            macsec: take_keys(words, from)?,
            hosted: take_hosted(words, from)?,
            down_delay_ms: <Option<u32> as Codec>::take(words, from)?.unwrap_or_default(),
        };
        Ok((!own.is_empty()).then(|| Box::new(own)))
    }
}

/// What makes a circuit a shared one, with tabs between its parts.
fn put_hosted<S: Sink>(
    hosted: Option<&Hosted>,
    words: &Words,
    into: &mut S,
) -> Result<(), S::Error> {
    let line = |Hosted { parent, partner, vlan, spec, expected, payer, router }: &Hosted| {
        let (spec, payer) = (spec.text(), payer.text());
        let expected = expected.map_or("", SharedSpec::text);
        let router = router.as_ref().map_or("", RouterId::as_str);
        format!("{parent}\t{partner}\t{vlan}\t{spec}\t{expected}\t{payer}\t{router}")
    };
    hosted.map(line).map(Box::<str>::from).put(words, into)
}

/// The same, back.
fn take_hosted<S: Source>(words: &Words, from: &mut S) -> Result<Option<Hosted>, S::Error> {
    let text: Option<Box<str>> = Codec::take(words, from)?;
    let Some(text) = text else { return Ok(None) };
    let hosted = || {
        let parts: Vec<&str> = text.split('\t').collect();
        let [parent, partner, vlan, spec, expected, payer, router] = parts[..] else { return None };
        Some(Hosted {
            parent: CircuitId::new(parent)?,
            partner: AccountId(partner.parse().ok()?),
            vlan: vlan.parse().ok()?,
            spec: SharedSpec::find(spec)?,
            expected: match expected {
                "" => None,
                text => Some(SharedSpec::find(text)?),
            },
            payer: Payer::find(payer)?,
            router: match router {
                "" => None,
                text => Some(RouterId::new(text)?),
            },
        })
    };
    let hosted = hosted();
    let unreadable = || from.unreadable(format!("{text:?} is no shared circuit"));
    hosted.map(Some).ok_or_else(unreadable)
}

/// MACsec keys, a line each.
fn put_keys<S: Sink>(keys: &MacsecKeys, words: &Words, into: &mut S) -> Result<(), S::Error> {
    let line = |MacsecKey { ckn, suite, status, started_at }: &MacsecKey| {
        let (suite, status) = (suite.text(), status.text());
        format!("{ckn}\t{suite}\t{status}\t{}\n", started_at.ms())
    };
    let text: String = keys.all().iter().map(line).collect();
    Some(text).filter(|text| !text.is_empty()).map(Box::<str>::from).put(words, into)
}

/// The same, back.
fn take_keys<S: Source>(words: &Words, from: &mut S) -> Result<MacsecKeys, S::Error> {
    let text: Option<Box<str>> = Codec::take(words, from)?;
    let Some(text) = text else { return Ok(MacsecKeys::default()) };
    let key = |line: &str| {
        let mut parts = line.split('\t');
        let mut part = || parts.next();
        Some(MacsecKey {
            ckn: part()?.into(),
            suite: part().and_then(CipherSuite::find)?,
            status: part().and_then(KeyStatus::find)?,
            started_at: Timestamp::from_ms(part()?.parse().ok()?),
        })
    };
    let keys: Option<Vec<MacsecKey>> = text.split_terminator('\n').map(key).collect();
    let unreadable = || from.unreadable(format!("{text:?} are no MACsec keys"));
    keys.map(MacsecKeys::new).ok_or_else(unreadable)
}

/// Tags, a line each: the key, a tab and the value, neither of which has any of these.
pub(super) fn put_tags<S: Sink>(tags: &Tags, words: &Words, into: &mut S) -> Result<(), S::Error> {
    let lines = tags.all().iter().map(|Tag { key, value }| format!("{key}\t{value}\n"));
    let text: String = lines.collect();
    Some(text).filter(|text| !text.is_empty()).map(Box::<str>::from).put(words, into)
}

/// The same, back.
pub(super) fn take_tags<S: Source>(words: &Words, from: &mut S) -> Result<Tags, S::Error> {
    let text: Option<Box<str>> = Codec::take(words, from)?;
    let Some(text) = text else { return Ok(Tags::default()) };
    let tag = |line: &str| {
        let (key, value) = line.split_once('\t')?;
        Some(Tag { key: key.into(), value: value.into() })
    };
    let tags: Option<Vec<Tag>> = text.split_terminator('\n').map(tag).collect();
    let unreadable = || from.unreadable(format!("{text:?} are no tags"));
    tags.map(Tags::new).ok_or_else(unreadable)
}
