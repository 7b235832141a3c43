//! What moved an account's money, and what it is billed for what it uses.

use super::circuits::order_id;
use super::fields::Is;
use super::here::{Here, There};
use super::part::{Anything, Wanted};
use super::show::time_text;
use super::{Answer, ControlError};
use domain::bill::Bill;
use domain::ledger::PostingKind;
use domain::query::{Page, Part, PostingFilter, Record, Transaction};
use domain::statement::{Item, ItemFilter, ItemKind};
use domain::{AccountId, Found, Query, Refusal, month_text};
use serde::Deserialize;
use serde_json::{Value, json};

/// The account of a call's path.
async fn account(there: &There<'_>, id: &str) -> Result<AccountId, ControlError> {
    let id = id.parse().map(AccountId).map_err(|_| Refusal::NoSuchAccount)?;
    match there.look(Query::Account(id)).await? {
        Found::Account(Some(_)) => Ok(id),
        _ => Err(Refusal::NoSuchAccount.into()),
    }
}

/// An account's postings, the oldest first.
pub(super) async fn postings(here: Here, wanted: Wanted<Anything>) -> Answer {
    let after: u64 = wanted.after(|text| text.parse().ok())?.unwrap_or_default();
    let there = here.open().await?;
    let account = account(&there, &here.id).await?;
    let size = u32::try_from(wanted.sought()).expect("a part is small");
    let last = after.saturating_add(u64::from(size));
    let numbers = Some((after.saturating_add(1), last));
    let filter = PostingFilter { numbers, ..PostingFilter::default() };
    let record = Record::Postings(account, filter, Page { number: 1, size });
    let Found::Postings(mut found, _) = there.look(Query::Record(record)).await? else {
        unreachable!("postings are found when they are asked for")
    };
    found.reverse();
    let shown = found.iter().map(|its| (its.number.to_string(), posting_json(its))).collect();
    Ok(axum::Json(wanted.answer("postings", shown)))
}

fn posting_json(Transaction { number, posting }: &Transaction) -> Value {
    let kind = match posting.kind() {
        PostingKind::TopUp => "top_up",
        PostingKind::Payment => "payment",
        PostingKind::Refund => "refund",
    };
    json!({
        "id": number.to_string(),
        "at": posting.at.to_string(),
        "kind": kind,
        "debit": posting.debit.to_string(),
        "credit": posting.credit.to_string(),
        "amount": posting.amount.render(posting.currency),
        "currency": posting.currency.text(),
        "balance_after": posting.balance_after.render(posting.currency),
        "order": posting.order.map(|id| id.to_string()),
    })
}

/// A month, counted from the year 0.
#[derive(Clone, Copy)]
pub(crate) struct Month(pub(crate) u32);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfMonth {
    month: Option<Is<Month>>,
}

/// An account's bills, the oldest first; or the lines of a month.
pub(super) async fn bills(here: Here, wanted: Wanted<OfMonth>) -> Answer {
    let after = wanted.after(order_id)?;
    let there = here.open().await?;
    let account = account(&there, &here.id).await?;
    if let Some(Is(Month(month))) = wanted.of.month {
        let query = Query::Statement(account, month, ItemFilter::default());
        let Found::Statement(lines) = there.look(query).await? else {
            unreachable!("a month is found when it is asked for")
        };
        let mut rest = lines.iter();
        if let Some(after) = after {
            rest.by_ref().find(|line| line.id == after);
        }
        let shown = rest.take(wanted.sought()).map(|line| (line.id.to_string(), line_json(line)));
        let mut answer = wanted.answer("lines", shown.collect());
        answer["month"] = month_text(month).into();
        return Ok(axum::Json(answer));
    }
    let part = Part { after, limit: wanted.sought() };
    let Found::Bills(found) = there.look(Query::Bills(account, part)).await? else {
        unreachable!("bills are found when they are asked for")
    };
    let shown = found.iter().map(|bill| (bill.id.to_string(), bill_json(bill)));
    Ok(axum::Json(wanted.answer("bills", shown.collect())))
}

fn bill_json(bill: &Bill) -> Value {
    json!({
        "id": bill.id.to_string(),
        "account": bill.account.to_string(),
        "circuit": bill.circuit.as_str(),
        "region": bill.region.id(),
        "port_type": bill.port_type.text(),
        "status": if bill.paid_at.is_some() { "Paid" } else { "Unpaid" },
        "amount": bill.amount.render(bill.currency),
        "currency": bill.currency.text(),
        "price_version": bill.price_version,
        "used_from": bill.used.0.to_string(),
        "used_until": bill.used.1.to_string(),
        "made_at": bill.made_at.to_string(),
        "paid_at": time_text(bill.paid_at),
        "tries_at": time_text(bill.tries_at),
        "overdue_at": time_text(bill.overdue_at),
    })
}

fn line_json(line: &Item) -> Value {
    let kind = match line.kind {
        ItemKind::Subscription => "subscription",
        ItemKind::Usage => "usage",
        ItemKind::Refund => "refund",
    };
    json!({
        "id": line.id.to_string(),
        "kind": kind,
        "order_type": line.order.map(domain::order::OrderKind::text),
        "circuit": line.circuit.as_str(),
        "region": line.region.id(),
        "port_type": line.port_type.text(),
        "status": if line.paid_at.is_some() { "Paid" } else { "Unpaid" },
        "amount": line.charge().render(line.currency),
        "currency": line.currency.text(),
        "at": line.at.to_string(),
        "used_from": time_text(line.usage.map(|(from, _)| from)),
        "used_until": time_text(line.usage.and_then(|(_, until)| until)),
        "paid_at": time_text(line.paid_at),
    })
}
