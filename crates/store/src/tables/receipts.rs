//! Receipts. What a receipt proves is three marks in one column, since each value of a row costs;
//! and at a start only what is remembered of it is read, without its texts.

use crate::codec::{Codec, Column, Sink, Source, Value, text};
use crate::row::{Reading, Row, Rows, Shape, Stored, Writing, row};
use crate::words::Words;
use crate::world::WorldId;
use domain::catalogue::Region;
use domain::command::SET_MAX;
use domain::receipt::{Earlier, Outcome, Receipt, ReceiptKey};
use domain::{AccountId, CircuitId, GroupId, Kind, OrderId, RequestId, RouterId, Timestamp};
use std::sync::Arc;

/// A receipt, its marks together.
pub(crate) struct Receipted {
    account: AccountId,
    region: Region,
    kind: Kind,
    token: Option<Arc<str>>,
    outcome: Outcome,
    marks: Marks,
    made_at: Timestamp,
    received_at: Timestamp,
}

row! {
    Receipted, Rows::Appended, "receipts" {
        account: "account",
        region: "region",
        kind: "kind",
        token: "token",
        outcome: "outcome" "circuit" "order_id",
        marks: "marks",
        made_at: "made_at",
        received_at: "received_at",
    }
}

impl Receipted {
    pub(crate) fn of(receipt: &Receipt) -> Self {
        let Receipt {
            account,
            region,
            kind,
            token,
            fingerprint,
            outcome,
            request,
            made_at,
            nonce_mark,
            received_at,
        } = receipt;
        Self {
            account: *account,
            region: *region,
            kind: *kind,
            token: token.clone(),
            outcome: *outcome,
            marks: Marks::of([*fingerprint, request.0, *nonce_mark]),
            made_at: *made_at,
            received_at: *received_at,
        }
    }

    pub(crate) fn receipt(self) -> Receipt {
        let Self { account, region, kind, token, outcome, marks, made_at, received_at } = self;
        let [fingerprint, request, nonce_mark] = marks.marks();
        let request = RequestId(request);
        Receipt {
            account,
            region,
            kind,
            token,
            fingerprint,
            outcome,
            request,
            made_at,
            nonce_mark,
            received_at,
        }
    }
}

impl Stored for Receipt {
    const SHAPES: &'static [Shape] = &[Receipted::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        to.put(0, &Receipted::of(self))
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        from.each(|spot, row: Receipted| take(spot.world, row.receipt()))
    }
}

/// A receipt's fingerprint, its request's id and its nonce's mark, 16 bytes each.
struct Marks([u8; 48]);

impl Marks {
    fn of(marks: [u128; 3]) -> Self {
        let bytes = marks.map(u128::to_be_bytes);
        Self(*bytes.as_flattened().first_chunk().expect("three times 16 bytes are 48"))
    }

    fn marks(&self) -> [u128; 3] {
        [0, 1, 2].map(|nth| {
            let bytes = self.0[16 * nth..].first_chunk().expect("three times 16 bytes are 48");
            u128::from_be_bytes(*bytes)
        })
    }
}

impl Column for Marks {
    fn value(&self, _: &Words) -> Value<'_> {
        Value::Blob(&self.0)
    }

    fn read(_: &Words, value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Blob(bytes) => {
                let marks = bytes.try_into().map_err(|_| "marks are 48 bytes".to_owned())?;
                Ok(Self(marks))
            }
            _ => Err("marks are a blob".into()),
        }
    }
}

/// From here on the outcome is a set of circuits: so many as it is further on.
const SET: i64 = 16;

impl Codec for Outcome {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let (outcome, named, order) = match self {
            Self::Done => (0, Value::Nothing, None),
            Self::Circuit(id) => (1, Value::Text(id.as_str().as_bytes()), None),
            Self::Order { order, short } => (2 + i64::from(*short), Value::Nothing, Some(*order)),
            Self::Router(id) => (4, Value::Text(id.as_str().as_bytes()), None),
            Self::Group(id) => (5, Value::Text(id.as_str().as_bytes()), None),
            Self::Circuits { first, count } => {
                (SET + i64::from(*count), Value::Text(first.as_str().as_bytes()), None)
            }
            Self::SetUp { circuit, order } => {
                (6, Value::Text(circuit.as_str().as_bytes()), Some(*order))
            }
        };
        outcome.put(words, into)?;
        into.put(named)?;
        order.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let outcome: i64 = Codec::take(words, from)?;
        let named = match (outcome, from.next()?) {
            (1 | 6 | SET.., Value::Text(id)) => {
                CircuitId::from_bytes(id).map(|id| Some(Self::Circuit(id)))
            }
            (4, Value::Text(id)) => RouterId::from_bytes(id).map(|id| Some(Self::Router(id))),
            (5, Value::Text(id)) => GroupId::from_bytes(id).map(|id| Some(Self::Group(id))),
            (_, Value::Nothing) => Some(None),
            _ => None,
        };
        let order: Option<OrderId> = Codec::take(words, from)?;
        match (outcome, named, order) {
            (6, Some(Some(Self::Circuit(circuit))), Some(order)) => {
                Ok(Self::SetUp { circuit, order })
            }
            (1 | 4 | 5, Some(Some(named)), None) => Ok(named),
            (SET.., Some(Some(Self::Circuit(first))), None) if outcome - SET <= SET_MAX.into() => {
                let count = u8::try_from(outcome - SET).expect("a few");
                Ok(Self::Circuits { first, count })
            }
            (0, Some(None), None) => Ok(Self::Done),
            (2 | 3, Some(None), Some(order)) => Ok(Self::Order { order, short: outcome == 3 }),
            _ => Err(from.unreadable(format!("{outcome} is no outcome, or names something else"))),
        }
    }
}

/// What is remembered of a receipt in memory: the same without its texts.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Remembered {
    pub(crate) account: AccountId,
    pub(crate) key: Option<ReceiptKey>,
    pub(crate) earlier: Earlier,
    /// The mark of its nonce, and when that came.
    pub(crate) nonce: (u128, Timestamp),
}

impl Remembered {
    /// Reads a row of [`Receipted`], keeping no text.
    pub(crate) fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let account = Codec::take(words, from)?;
        let region = Codec::take(words, from)?;
        let kind = Codec::take(words, from)?;
        let key = match from.next()? {
            Value::Nothing => Ok(None),
            token => text(token).map(|token| Some(ReceiptKey::new(account, region, kind, token))),
        };
        let key = key.map_err(|why| from.unreadable(why))?;
        let outcome = Codec::take(words, from)?;
        let marks: Marks = Codec::take(words, from)?;
        let [fingerprint, request, nonce_mark] = marks.marks();
        let key = key.map(|key| key.of_call(kind, || fingerprint));
        let (request, made_at) = (RequestId(request), Codec::take(words, from)?);
        let earlier = Earlier { fingerprint, outcome, request, made_at };
        Ok(Self { account, key, earlier, nonce: (nonce_mark, Codec::take(words, from)?) })
    }
}
