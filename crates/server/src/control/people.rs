//! Accounts, their money, their users and their keys.

use super::fields::{AccountNumber, Is, read};
use super::here::{Body, Here};
use super::{Answer, ControlError};
use crate::keys::known;
use crate::policy::Policies;
use domain::command::{OpenAccount, PutKey, PutUser, TopUp};
use domain::price::{Currency, Money};
use domain::user::{Key, Proof, User};
use domain::{Found, Query, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use store::DEFAULT_WORLD;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountOrder {
    account: AccountNumber,
    currency: Is<Currency>,
    edition: Option<Is<api::Edition>>,
    /// Whether its circuits may be enabled without an order: `ByPassSp`.
    #[serde(default)]
    bypass_sp: bool,
}

/// An edition as the store keeps it.
fn dialect(edition: Option<Is<api::Edition>>) -> Option<Box<str>> {
    edition.map(|Is(edition)| edition.name().into())
}

pub(super) async fn open_account(here: Here, Body(order): Body<AccountOrder>) -> Answer {
    let AccountOrder { account: AccountNumber(account), currency: Is(currency), .. } = order;
    let (dialect, orderless) = (dialect(order.edition), order.bypass_sp);
    here.open().await?.settle(OpenAccount { account, currency, dialect, orderless }).await?;
    Ok(axum::Json(json!({"account": account.to_string(), "balance": Money(0).render(currency)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credit {
    amount: Is<Money>,
}

pub(super) async fn credit(here: Here, Body(order): Body<Credit>) -> Answer {
    let Is(amount) = order.amount;
    let account = read(&here.id).map_err(ControlError::bad)?;
    if amount.0 <= 0 {
        return Err(ControlError::bad("the amount is above zero, such as 1000.00"));
    }
    let there = here.open().await?;
    there.settle(TopUp { account, amount }).await?;
    let balance = match there.look_after(Query::Account(account)).await {
        Some(Found::Account(Some(account))) => Some(account.balance.render(account.currency)),
        _ => None,
    };
    Ok(axum::Json(json!({"account": account.to_string(), "balance": balance})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserOrder {
    account: AccountNumber,
    name: String,
    policies: Vec<Value>,
}

pub(super) async fn put_user(here: Here, Body(order): Body<UserOrder>) -> Answer {
    let AccountNumber(account) = order.account;
    if order.name.is_empty() || order.name.len() > 64 {
        return Err(ControlError::bad("a user's name has 1-64 characters"));
    }
    // A document may come as an object or as its text.
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let policies: Vec<Box<str>> = order.policies.iter().map(|p| text(p).into()).collect();
    Policies::read(policies.iter().map(|text| &**text)).map_err(ControlError::bad)?;
    let user = User { account, name: order.name.into(), policies };
    here.open().await?.settle(PutUser { user: user.clone() }).await?;
    Ok(axum::Json(json!({"account": account.to_string(), "name": user.name})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyOrder {
    account: AccountNumber,
    access_key_id: String,
    secret: Option<String>,
    public_key: Option<String>,
    user: Option<String>,
    edition: Option<Is<api::Edition>>,
    security_token: Option<String>,
    expires_at: Option<Is<Timestamp>>,
    bearer_token: Option<String>,
    active: Option<bool>,
}

pub(super) async fn put_key(here: Here, Body(order): Body<KeyOrder>) -> Answer {
    let AccountNumber(account) = order.account;
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
    if order.expires_at.is_some() && order.security_token.is_none() {
        return Err(ControlError::bad("expires_at is the security_token's: give both"));
    }
    let key = Key {
        id: id.into(),
        account,
        user: order.user.map(Into::into),
        proof,
        security_token: order.security_token.map(Into::into),
        expires_at: order.expires_at.map(|Is(at)| at),
        bearer_token: order.bearer_token.map(Into::into),
        dialect: dialect(order.edition),
        active: order.active.unwrap_or(true),
    };
    known(&key).map_err(ControlError::bad)?;
    let there = here.open().await?;
    there.settle(PutKey { key: Box::new(key.clone()) }).await?;
    let id = match &*there.world.name {
        DEFAULT_WORLD => key.id.to_string(),
        name => format!("{}@{name}", key.id),
    };
    Ok(axum::Json(json!({"access_key_id": id, "account": account.to_string()})))
}
