//! Bills.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Rows, row};
use crate::words::Words;
use domain::Timestamp;
use domain::bill::Bill;

row! {
    Bill, Rows::Numbered, "bills" {
        id: "id",
        account: "account",
        circuit: "circuit",
        region: "region",
        port_type: "port_type",
        used: "used_from" "used_to",
        amount: "amount",
        currency: "currency",
        price_version: "price_version",
        made_at: "made_at",
        paid_at: "paid_at",
        tries_at: "tries_at",
        overdue_at: "overdue_at",
    }
}

/// From when, and until when.
impl Codec for (Timestamp, Timestamp) {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        self.0.put(words, into)?;
        self.1.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok((Codec::take(words, from)?, Codec::take(words, from)?))
    }
}
