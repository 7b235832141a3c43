//! Orders. A term is two columns, and so is what an order pays for.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Rows, row};
use crate::words::Words;
use domain::Timestamp;
use domain::order::{Charge, Order};
use domain::price::{Cycle, Term};

row! {
    Order, Rows::Numbered, "orders" {
        id: "id",
        account: "account",
        kind: "kind",
        follows: "follows",
        circuit: "circuit",
        region: "region",
        port_type: "port_type",
        shared: "shared_spec",
        charge: "term_count" "term_cycle",
        status: "status",
        cancel_cause: "cancel_cause",
        amount: "amount",
        currency: "currency",
        price_version: "price_version",
        created_at: "created_at",
        paid_at: "paid_at",
        dies_at: "dies_at",
        usage: "usage_start" "usage_end",
        auto_renew: "auto_renew",
        auto_renew_months: "auto_renew_months",
        by_time: "by_time",
        request: "request",
    }
}

impl Codec for Charge {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let (count, cycle) = match self {
            Self::PrePaid(term) => (Some(term.count), Some(term.cycle)),
            Self::PostPaid => (None, None),
            Self::Once => (Some(0), None),
        };
        count.put(words, into)?;
        cycle.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let count: Option<u32> = Codec::take(words, from)?;
        let cycle: Option<Cycle> = Codec::take(words, from)?;
        match (count, cycle) {
            (Some(count), Some(cycle)) => Ok(Self::PrePaid(Term { count, cycle })),
            (None, None) => Ok(Self::PostPaid),
            (Some(0), None) => Ok(Self::Once),
            _ => Err(from.unreadable("a term has both a count and a cycle".into())),
        }
    }
}

/// From when, and until when if that has an end.
type Usage = Option<(Timestamp, Option<Timestamp>)>;

impl Codec for Usage {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        self.map(|(start, _)| start).put(words, into)?;
        self.and_then(|(_, end)| end).put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let start: Option<Timestamp> = Codec::take(words, from)?;
        let end: Option<Timestamp> = Codec::take(words, from)?;
        match (start, end) {
            (Some(start), end) => Ok(Some((start, end))),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(from.unreadable("a usage that ends begins".into())),
        }
    }
}
