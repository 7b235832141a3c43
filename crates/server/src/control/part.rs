//! Lists in parts: `?after=` the last id that was seen, `&limit=` so many, and what else a list may
//! be asked for.

use super::ControlError;
use crate::app::App;
use axum::extract::{FromRequestParts, Query};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Without a limit so many are told, and at most so many with one.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1000;

/// A list that is asked for no more than a part of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anything {}

/// Which part of a list is asked for, and of what.
pub(super) struct Wanted<F> {
    after: Option<String>,
    limit: usize,
    pub(super) of: F,
}

impl<F> Wanted<F> {
    /// The id that was seen last, read.
    pub(super) fn after<N>(
        &self,
        read: impl FnOnce(&str) -> Option<N>,
    ) -> Result<Option<N>, ControlError> {
        let Some(text) = &self.after else { return Ok(None) };
        let bad = || ControlError::bad(format!("after: {text:?} is no id of this list"));
        read(text).map(Some).ok_or_else(bad)
    }

    /// How many to look for: one more than is told says whether there are more.
    pub(super) const fn sought(&self) -> usize {
        self.limit + 1
    }

    /// What was found, which comes after what was seen last, as the answer that is named so.
    pub(super) fn answer(&self, name: &str, mut found: Vec<(String, Value)>) -> Value {
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let next = found.last().filter(|_| more).map(|(id, _)| id.clone());
        let shown: Vec<Value> = found.into_iter().map(|(_, shown)| shown).collect();
        json!({name: shown, "next": next})
    }
}

impl<F: DeserializeOwned> FromRequestParts<Arc<App>> for Wanted<F> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let query = query.map_err(|error| ControlError::bad(error.body_text()));
        query.and_then(|Query(query)| read(query)).map_err(IntoResponse::into_response)
    }
}

fn read<F: DeserializeOwned>(query: Vec<(String, String)>) -> Result<Wanted<F>, ControlError> {
    let (mut after, mut limit, mut others) = (None, LIMIT, Map::new());
    for (name, text) in query {
        match name.as_str() {
            "after" => after = Some(text),
            "limit" => {
                let count = text.parse().ok().filter(|count| (1..=LIMIT_MAX).contains(count));
                let bad = || ControlError::bad(format!("limit is 1-{LIMIT_MAX}"));
                limit = count.ok_or_else(bad)?;
            }
            _ => drop(others.insert(name, Value::String(text))),
        }
    }
    let of = serde_json::from_value(Value::Object(others));
    of.map(|of| Wanted { after, limit, of }).map_err(|error| ControlError::bad(error.to_string()))
}
