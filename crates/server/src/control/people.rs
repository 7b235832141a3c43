//! Accounts, their money, their users and their keys.

use super::{
    Answer, ControlError, Parts, account_id, look_after, number_text, part, read, settle, word,
    world,
};
use crate::app::App;
use crate::keys::known;
use crate::policy::Policies;
use axum::extract::State;
use domain::command::{OpenAccount, PutKey, PutUser, TopUp};
use domain::price::{Currency, Money};
use domain::user::{Key, Proof, User};
use domain::{Found, Query, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use store::DEFAULT_WORLD;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountOrder {
    account: Value,
    currency: String,
    edition: Option<String>,
}

/// An edition's name, checked.
fn edition(name: Option<&String>) -> Result<Option<api::Edition>, ControlError> {
    name.map(|name| word("edition", name, api::Edition::find)).transpose()
}

pub(super) async fn open_account(
    State(app): State<Arc<App>>,
    parts: Parts,
    body: String,
) -> Answer {
    let order: AccountOrder = read(&body)?;
    let account = account_id(&number_text(&order.account)?)?;
    let currency = word("currency", &order.currency, Currency::find)?;
    edition(order.edition.as_ref())?;
    let world = world(&app, &parts).await?;
    let dialect = order.edition.map(Into::into);
    settle(&app, &world, OpenAccount { account, currency, dialect }).await?;
    Ok(axum::Json(json!({"account": account.to_string(), "balance": Money(0).render(currency)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credit {
    amount: String,
}

pub(super) async fn credit(State(app): State<Arc<App>>, parts: Parts, body: String) -> Answer {
    let order: Credit = read(&body)?;
    let id = account_id(part(&parts, "id"))?;
    let amount = Money::parse(&order.amount).filter(|amount| amount.0 > 0);
    let amount = amount.ok_or_else(|| {
        ControlError::bad(format!("{:?} is no amount above zero, such as 1000.00", order.amount))
    })?;
    let world = world(&app, &parts).await?;
    settle(&app, &world, TopUp { account: id, amount }).await?;
    let balance = match look_after(&app, &world, Query::Account(id)).await {
        Some(Found::Account(Some(account))) => Some(account.balance.render(account.currency)),
        _ => None,
    };
    Ok(axum::Json(json!({"account": id.to_string(), "balance": balance})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserOrder {
    account: Value,
    name: String,
    policies: Vec<Value>,
}

pub(super) async fn put_user(State(app): State<Arc<App>>, parts: Parts, body: String) -> Answer {
    let order: UserOrder = read(&body)?;
    let account = account_id(&number_text(&order.account)?)?;
    if order.name.is_empty() || order.name.len() > 64 {
        return Err(ControlError::bad("a user's name has 1-64 characters"));
    }
    // A document may come as an object or as its text.
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let policies: Vec<Box<str>> = order.policies.iter().map(|p| text(p).into()).collect();
    Policies::read(policies.iter().map(|text| &**text)).map_err(ControlError::bad)?;
    let user = User { account, name: order.name.into(), policies };
    let world = world(&app, &parts).await?;
    settle(&app, &world, PutUser { user: user.clone() }).await?;
    Ok(axum::Json(json!({"account": account.to_string(), "name": user.name})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyOrder {
    account: Value,
    access_key_id: String,
    secret: Option<String>,
    public_key: Option<String>,
    user: Option<String>,
    edition: Option<String>,
    security_token: Option<String>,
    expires_at: Option<String>,
    bearer_token: Option<String>,
    active: Option<bool>,
}

pub(super) async fn put_key(State(app): State<Arc<App>>, parts: Parts, body: String) -> Answer {
    let order: KeyOrder = read(&body)?;
    let account = account_id(&number_text(&order.account)?)?;
    let id = order.access_key_id;
    if id.is_empty()
        || id.len() > 128
        || id.contains('@')
        || !id.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(ControlError::bad("a key's id is 1-128 printable characters without @"));
    }
    let proof = match (order.secret, order.public_key) {
        (Some(secret), None) if !secret.is_empty() => Proof::Secret(secret.into()),
        (None, Some(pem)) => Proof::PublicKey(pem.into()),
        _ => return Err(ControlError::bad("give either secret or public_key")),
    };
    let time = |text: &String| {
        Timestamp::parse(text).ok_or_else(|| ControlError::bad(format!("{text:?} is no time")))
    };
    edition(order.edition.as_ref())?;
    if order.expires_at.is_some() && order.security_token.is_none() {
        return Err(ControlError::bad("expires_at is the security_token's: give both"));
    }
    let key = Key {
        id: id.into(),
        account,
        user: order.user.map(Into::into),
        proof,
        security_token: order.security_token.map(Into::into),
        expires_at: order.expires_at.as_ref().map(time).transpose()?,
        bearer_token: order.bearer_token.map(Into::into),
        dialect: order.edition.map(Into::into),
        active: order.active.unwrap_or(true),
    };
    known(&key).map_err(ControlError::bad)?;
    let world = world(&app, &parts).await?;
    settle(&app, &world, PutKey { key: Box::new(key.clone()) }).await?;
    let id = match &*world.name {
        DEFAULT_WORLD => key.id.to_string(),
        name => format!("{}@{name}", key.id),
    };
    Ok(axum::Json(json!({"access_key_id": id, "account": account.to_string()})))
}
