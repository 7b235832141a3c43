//! Where a control call is made, and its body.

use super::ControlError;
use crate::app::App;
use crate::keys::is_world_name;
use crate::worlds::operator;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use domain::audit::Books;
use domain::price::PriceList;
use domain::{Command, Found, Query};
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Verdict, World};

/// The process that was called, and what the path names.
pub(super) struct Here {
    pub(super) app: Arc<App>,
    pub(super) world: String,
    /// What `{id}` in the path is; "" where it has none.
    pub(super) id: String,
}

impl FromRequestParts<Arc<App>> for Here {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        let Path(mut named) = path.map_err(IntoResponse::into_response)?;
        let world = named.remove("world").unwrap_or_else(|| DEFAULT_WORLD.to_owned());
        Ok(Self { app: Arc::clone(app), world, id: named.remove("id").unwrap_or_default() })
    }
}

impl Here {
    /// What only a sandbox has or can is refused elsewhere.
    pub(super) fn need_sandbox(&self, message: &str) -> Result<(), ControlError> {
        let sandbox = self.app.config.sandbox;
        if sandbox { Ok(()) } else { Err(ControlError::not_a_sandbox(message)) }
    }

    /// The world that is called, opened if need be: not before the call was read, so that a bad
    /// one leaves nothing behind.
    pub(super) async fn open(&self) -> Result<There<'_>, ControlError> {
        let (app, name) = (&*self.app, self.world.as_str());
        let known = name == DEFAULT_WORLD || (app.config.sandbox && is_world_name(name));
        if !known {
            let message = "a world's name is 1-32 of a-z, 0-9 and -, and worlds need --sandbox";
            return Err(ControlError::no_such_world(message));
        }
        let moment = app.clock.moment();
        let world = app.worlds.open(name, app.store.as_ref(), &moment).await??;
        Ok(There { app, world })
    }
}

/// An open world.
pub(super) struct There<'h> {
    pub(super) app: &'h App,
    pub(super) world: Arc<World>,
}

impl There<'_> {
    /// Its time.
    pub(super) fn clock(&self) -> String {
        self.world.time(self.app.clock.wall()).to_string()
    }

    /// Has a command of the operator decided.
    pub(super) async fn settle(&self, command: impl Into<Command>) -> Result<(), ControlError> {
        let proposal = operator(command, &self.app.clock.moment());
        match self.app.store.settle(&self.world, proposal).await?.verdict {
            Verdict::Accepted(_) | Verdict::Replayed(..) => Ok(()),
            Verdict::Refused(refusal) => Err(refusal.into()),
        }
    }

    /// What is found.
    pub(super) async fn look(&self, query: Query) -> Result<Found, ControlError> {
        let at = self.world.time(self.app.clock.wall());
        Ok(self.app.store.look(&self.world, at, query).await?)
    }

    /// What is found after something was done: it happened, so a store that cannot be asked now
    /// must not make it look as if it had not, or it is done twice.
    pub(super) async fn look_after(&self, query: Query) -> Option<Found> {
        self.look(query).await.ok()
    }

    /// The price list in force in each currency.
    pub(super) async fn price_lists(&self) -> Result<Vec<PriceList>, ControlError> {
        match self.look(Query::PriceLists).await? {
            Found::PriceLists(lists) => Ok(lists),
            _ => unreachable!("price lists are found when they are asked for"),
        }
    }

    /// All of it.
    pub(super) async fn books(&self) -> Result<Books, ControlError> {
        match self.look(Query::World).await? {
            Found::World(books) => Ok(*books),
            _ => unreachable!("a world is found when a world is asked for"),
        }
    }
}

/// A body: JSON, whatever its content type says.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let text = String::from_request(request, app).await.map_err(IntoResponse::into_response)?;
        let read = serde_json::from_str(&text);
        read.map(Self).map_err(|error| ControlError::bad(error.to_string()).into_response())
    }
}
