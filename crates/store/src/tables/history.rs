//! Histories: how circuits have stood, one row a move, the last of which is how each stands; and
//! how orders moved after they were made.

use crate::codec::{Codec, Sink, Source, Value};
use crate::row::{Reading, Row, Rows, Shape, Stored, Writing, row};
use crate::tables::{Described, Renewed};
use crate::words::Words;
use crate::world::WorldId;
use domain::circuit::CircuitState;
use domain::history::{CircuitMove, OrderMove, Why};
use domain::{AccountId, CircuitId, KeptRequest, RequestId};
use std::collections::HashMap;

/// How a circuit came to stand. A start reads the state alone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Moved {
    pub(crate) state: CircuitState,
    pub(crate) why: Option<Why>,
}

row! {
    Moved, Rows::History, "circuit_states" {
        state: "status" "loa" "business" "open_order" "paid_order" "enabled_at" "ends_at"
            "renewal_months" "stop_after_s" "release_after_s" "steps_at" "wakes_at" "deleted",
        why: "moved_at" "cause" "request",
    }
}

impl Codec for CircuitState {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let Self {
            status,
            loa,
            locks,
            open_order,
            paid_order,
            enabled_at,
            ends_at,
            subscription,
            wakes_at,
            deleted,
        } = self;
        status.put(words, into)?;
        loa.put(words, into)?;
        locks.put(words, into)?;
        open_order.put(words, into)?;
        paid_order.put(words, into)?;
        enabled_at.put(words, into)?;
        ends_at.put(words, into)?;
        subscription.put(words, into)?;
        wakes_at.put(words, into)?;
        deleted.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            status: Codec::take(words, from)?,
            loa: Codec::take(words, from)?,
            locks: Codec::take(words, from)?,
            open_order: Codec::take(words, from)?,
            paid_order: Codec::take(words, from)?,
            enabled_at: Codec::take(words, from)?,
            ends_at: Codec::take(words, from)?,
            subscription: Codec::take(words, from)?,
            wakes_at: Codec::take(words, from)?,
            deleted: Codec::take(words, from)?,
        })
    }
}

impl Stored for CircuitMove {
    const SHAPES: &'static [Shape] = &[Moved::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        let (place, _) = to.before(&self.circuit);
        to.put(place, &Moved { state: self.state, why: self.why })
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        let mut known: HashMap<_, (CircuitId, AccountId)> = HashMap::new();
        from.each(|spot, described: Described| {
            known.insert(spot, described.whose());
            Ok(())
        })?;
        let mut alone = false;
        from.each(|spot, Moved { state, why }| {
            let Some(&(circuit, account)) = known.get(&spot) else {
                alone = true;
                return Ok(());
            };
            // What only renewals change was not kept with each move.
            let state = Renewed::restore(None, state);
            take(spot.world, Self { circuit, account, state, why })
        })?;
        if alone { Err(from.unreadable(super::STATE_ALONE.into())) } else { Ok(()) }
    }
}

row! {
    OrderMove, Rows::Appended, "order_moves" {
        order: "order_id",
        account: "account",
        before: "before",
        status: "status",
        why: "moved_at" "cause" "request",
    }
}

impl Codec for Why {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        self.at.put(words, into)?;
        self.cause.put(words, into)?;
        self.request.put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let why: Option<Self> = Codec::take(words, from)?;
        why.ok_or_else(|| from.unreadable("a move without a cause".into()))
    }
}

/// Nothing where an earlier release did not keep it.
impl Codec for Option<Why> {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        self.map(|why| why.at).put(words, into)?;
        self.map(|why| why.cause).put(words, into)?;
        self.and_then(|why| why.request).put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let (at, cause) = (Codec::take(words, from)?, Codec::take(words, from)?);
        let request = Codec::take(words, from)?;
        match (at, cause) {
            (Some(at), Some(cause)) => Ok(Some(Why { at, cause, request })),
            (None, None) => Ok(None),
            _ => Err(from.unreadable("a move has an instant and a cause, or neither".into())),
        }
    }
}

/// 16 bytes, or nothing.
impl Codec for Option<RequestId> {
    fn put<S: Sink>(&self, _: &Words, into: &mut S) -> Result<(), S::Error> {
        let bytes = self.map(|request| request.0.to_be_bytes());
        into.put(bytes.as_ref().map_or(Value::Nothing, |bytes| Value::Blob(bytes)))
    }

    fn take<S: Source>(_: &Words, from: &mut S) -> Result<Self, S::Error> {
        match from.next()? {
            Value::Nothing => return Ok(None),
            Value::Blob(bytes) => {
                if let Ok(bytes) = bytes.try_into() {
                    return Ok(Some(RequestId(u128::from_be_bytes(bytes))));
                }
            }
            Value::Integer(_) | Value::Text(_) => {}
        }
        Err(from.unreadable("a request's id has 16 bytes".into()))
    }
}

impl Codec for Option<KeptRequest> {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        self.map(KeptRequest::id).put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let id: Option<RequestId> = Codec::take(words, from)?;
        Ok(id.and_then(KeptRequest::of))
    }
}
