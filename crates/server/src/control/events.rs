//! What happens, as it happens: server-sent events.

use super::ControlError;
use super::fields::read;
use super::here::{Here, There};
use crate::events::{Line, Reader, What, Wish};
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::news::{News, NewsKind};
use domain::{AccountId, CircuitId, OrderId, RouterId};
use futures_util::stream::{Stream, unfold};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;

/// What is asked for; empty is everything.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    account: String,
    /// Kinds, or their beginnings such as `order` or `order.*`, with commas between.
    #[serde(default)]
    kind: String,
}

pub(super) async fn follow(
    here: Here,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ControlError> {
    let Query(asked) = asked.map_err(|error| ControlError::bad(error.body_text()))?;
    let account = Some(&*asked.account).filter(|text| !text.is_empty());
    let account = account.map(read::<AccountId>).transpose().map_err(ControlError::bad)?;
    let kinds = kinds(&asked.kind).map_err(ControlError::bad)?;
    let after = headers.get("last-event-id").map(|id| id.to_str().unwrap_or("\u{fffd}"));
    let There { world, .. } = here.open().await?;
    let wish = Wish { world: world.name.clone(), account, kinds };
    let chance = (here.app.clock.moment().seed >> 64) as u64;
    let reader = here.app.events.read(here.app.store.as_ref(), wish, after, chance);
    let reader = reader.map_err(ControlError::bad)?;
    let told = unfold(reader, |mut reader: Reader| async {
        let line = reader.next().await?;
        Some((Ok(event(line)), reader))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()))
}

/// The kinds that a text names; none for all.
fn kinds(text: &str) -> Result<Vec<NewsKind>, String> {
    let mut found = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let group = name.strip_suffix(".*").unwrap_or(name);
        let is = |kind: &&NewsKind| {
            kind.text() == name || kind.text().split_once('.').is_some_and(|(of, _)| of == group)
        };
        let before = found.len();
        found.extend(NewsKind::ALL.iter().filter(is));
        if found.len() == before {
            let all: Vec<_> = NewsKind::ALL.iter().map(|kind| kind.text()).collect();
            return Err(format!("{name:?} is no kind of event; there are {}", all.join(", ")));
        }
    }
    Ok(found)
}

fn event(Line { id, what }: Line) -> Event {
    let (name, data) = match what {
        What::Event(event) => (None, told(&event.world, &event.news)),
        What::Missed(count) => (Some("missed"), json!({"count": count})),
    };
    let event = Event::default().id(id).data(data.to_string());
    match name {
        Some(name) => event.event(name),
        None => event,
    }
}

fn told(world: &Arc<str>, news: &News) -> Value {
    let News { kind, why, account, circuit, order, router } = news;
    let mut told = json!({
        "world": &**world,
        "at": why.at.to_string(),
        "kind": kind.text(),
        "cause": why.cause.text(),
    });
    let named = [
        ("account", account.map(|AccountId(id)| id.to_string())),
        ("circuit", circuit.as_ref().map(CircuitId::to_string)),
        ("order", order.as_ref().map(OrderId::to_string)),
        ("router", router.as_ref().map(RouterId::to_string)),
        ("request_id", why.request.map(|id| id.to_string())),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            told[name] = value.into();
        }
    }
    told
}
