//! Letters of Authorization: a head each, and who may enter under it, in order. What is secret of
//! them comes here masked.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Reading, Row, Rows, Shape, Stored, Writing, row};
use crate::words::Words;
use crate::world::WorldId;
use domain::letter::{Engineer, Letter, Line};
use domain::{AccountId, CircuitId, Timestamp};
use std::collections::HashMap;

/// The head of a letter.
struct Head {
    circuit: CircuitId,
    account: AccountId,
    company: Box<str>,
    line_type: Box<str>,
    builder: Box<str>,
    construction_at: Option<Timestamp>,
    bandwidth_mbps: Option<u32>,
    peer_location: Box<str>,
    line: Line,
}

row! {
    Head, Rows::Keyed(&["circuit"]), "letters" {
        circuit: "circuit",
        account: "account",
        company: "company",
        line_type: "line_type",
        builder: "builder",
        construction_at: "construction_at",
        bandwidth_mbps: "bandwidth_mbps",
        peer_location: "peer_location",
        line: "line_code" "line_label" "line_provider" "line_contact",
    }
}

/// One who may enter.
struct Named {
    circuit: CircuitId,
    place: u32,
    engineer: Engineer,
}

row! {
    Named, Rows::Keyed(&["circuit", "place"]), "letter_engineers" {
        circuit: "circuit",
        place: "place",
        engineer: "name" "gender" "certificate_type" "certificate_no" "contact",
    }
}

impl Stored for Letter {
    const SHAPES: &'static [Shape] = &[Head::SHAPE, Named::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        let Self { circuit, engineers, .. } = self;
        to.put(0, &Head::of(self))?;
        let nobody = Named { circuit: *circuit, place: 0, engineer: blank() };
        // There may have been more of them before.
        to.remove_like(&nobody, 1)?;
        for (place, engineer) in (0..).zip(engineers) {
            to.put(0, &Named { circuit: *circuit, place, engineer: engineer.clone() })?;
        }
        Ok(())
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        let mut engineers: HashMap<(WorldId, CircuitId), Vec<Engineer>> = HashMap::new();
        from.each(|spot, named: Named| {
            // They come in the order of their places.
            let Named { circuit, place: _, engineer } = named;
            engineers.entry((spot.world, circuit)).or_default().push(engineer);
            Ok(())
        })?;
        from.each(|spot, head: Head| {
            let engineers = engineers.remove(&(spot.world, head.circuit)).unwrap_or_default();
            take(spot.world, head.with(engineers))
        })?;
        if engineers.is_empty() { Ok(()) } else { Err(from.unreadable(ENGINEERS_ALONE.into())) }
    }
}

impl Head {
    fn of(letter: &Letter) -> Self {
        let Letter {
            circuit,
            account,
            company,
            line_type,
            builder,
            construction_at,
            bandwidth_mbps,
            peer_location,
            engineers: _,
            line,
        } = letter.clone();
        Self {
            circuit,
            account,
            company,
            line_type,
            builder,
            construction_at,
            bandwidth_mbps,
            peer_location,
            line,
        }
    }

    fn with(self, engineers: Vec<Engineer>) -> Letter {
        let Self {
            circuit,
            account,
            company,
            line_type,
            builder,
            construction_at,
            bandwidth_mbps,
            peer_location,
            line,
        } = self;
        Letter {
            circuit,
            account,
            company,
            line_type,
            builder,
            construction_at,
            bandwidth_mbps,
            peer_location,
            engineers,
            line,
        }
    }
}

fn blank() -> Engineer {
    Engineer {
        name: Box::default(),
        gender: Box::default(),
        certificate_type: Box::default(),
        certificate_no: Box::default(),
        contact: Box::default(),
    }
}

/// Said of a file whose engineers are of more letters than there are.
const ENGINEERS_ALONE: &str = "engineers of a letter that is not there";

impl Codec for Line {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { code, label, provider, contact } = self;
        [code, label, provider, contact].into_iter().try_for_each(|text| text.put(words, into))
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            code: Codec::take(words, from)?,
            label: Codec::take(words, from)?,
            provider: Codec::take(words, from)?,
            contact: Codec::take(words, from)?,
        })
    }
}

impl Codec for Engineer {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self { name, gender, certificate_type, certificate_no, contact } = self;
        let all = [name, gender, certificate_type, certificate_no, contact];
        all.into_iter().try_for_each(|text| text.put(words, into))
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            name: Codec::take(words, from)?,
            gender: Codec::take(words, from)?,
            certificate_type: Codec::take(words, from)?,
            certificate_no: Codec::take(words, from)?,
            contact: Codec::take(words, from)?,
        })
    }
}
