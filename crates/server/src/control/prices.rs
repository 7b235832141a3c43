//! Price lists: loading one, and those in force.

use super::here::{Here, There};
use super::{Answer, ControlError};
use crate::price_file;
use domain::price::PriceList;
use domain::{Found, Query};
use serde_json::{Value, json};

/// Loads a list, JSON or TOML.
pub(super) async fn load(here: Here, text: String) -> Answer {
    let list = price_file::read(&text).map_err(ControlError::bad)?;
    let (currency, prices, shared) = (list.currency, list.rows.len(), list.shared.len());
    let setup = list.setup.map(|fee| fee.render(currency));
    let there = here.open().await?;
    there.settle(list).await?;
    let version = match there.look_after(Query::PriceLists).await {
        Some(Found::PriceLists(lists)) => {
            let its = lists.iter().find(|list| list.currency == currency);
            its.map(|list| list.version)
        }
        _ => None,
    };
    Ok(axum::Json(json!({"version": version, "currency": currency.text(), "prices": prices,
        "setup": setup, "shared": shared})))
}

/// The list in force in each currency, and the one that every world begins with.
pub(super) async fn show(here: Here) -> Answer {
    let there: There = here.open().await?;
    let in_force = there.price_lists().await?;
    let builtin = PriceList::builtin();
    let replaced = Some(builtin).filter(|list| !in_force.contains(list));
    let lists = in_force.iter().map(|list| list_json(list, true));
    let lists = lists.chain(replaced.map(|list| list_json(list, false)));
    Ok(axum::Json(json!({"price_lists": lists.collect::<Vec<_>>()})))
}

fn list_json(list: &PriceList, in_force: bool) -> Value {
    let currency = list.currency;
    let prices = list.rows.iter().map(|((port, region), month)| {
        json!({"port_type": port.text(), "region": region.id(), "month": month.render(currency)})
    });
    let shared = list
        .shared
        .iter()
        .map(|(spec, month)| json!({"spec": spec.text(), "month": month.render(currency)}));
    json!({
        "version": list.version,
        "in_force": in_force,
        "currency": currency.text(),
        "prices": prices.collect::<Vec<_>>(),
        "setup": list.setup.map(|fee| fee.render(currency)),
        "shared": shared.collect::<Vec<_>>(),
    })
}
