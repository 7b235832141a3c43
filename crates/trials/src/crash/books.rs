//! The books after the end, held against what clients were told.

use super::client::{Answer, Client, Wish};
use super::load::{Sightings, Tally};
use crate::bench::server::Server;
use chance::Chance;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The account that orders.
pub const ACCOUNT: &str = "1000000000000001";

/// What must be true of a token when it is asked for again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// What was committed and not told is possible: the server was killed.
    MayHaveCommitted,
    /// What was committed was told: the server ended in good order.
    ToldAll,
}

/// Asks for each wish of the last load again: a told order is told again, a refused one refused
/// again, and what was never answered is decided now. A token refused in the end has no order.
pub fn repeat(
    server: &Server,
    sightings: &mut Sightings,
    promise: Promise,
    tally: &mut Tally,
    chance: &mut Chance,
) -> Result<(), String> {
    let mut client = Client::new(server.address, Chance::of(chance.draw(), 2));
    // What happened comes before what is decided now: else a repeat would take a circuit away
    // from a rival that is known to have lost it.
    let told_first = |known: &super::load::Seen| (known.orders.is_empty(), known.unanswered > 0);
    let mut wishes: Vec<Wish> = sightings.keys().cloned().collect();
    wishes.sort_by_key(|wish| told_first(&sightings[wish]));
    for wish in wishes {
        let known = sightings.get_mut(&wish).expect("it is its own key");
        let answer = client.order(&wish);
        tally.repeats += 1;
        if known.unanswered > 0 && known.orders.is_empty() {
            let committed = matches!(answer, Answer::Order(_, true));
            tally.found_committed += u64::from(committed);
            tally.not_committed += u64::from(!committed);
            if committed && promise == Promise::ToldAll {
                return Err(format!("it was committed and nobody was told: {wish:?}"));
            }
        }
        match (&answer, known.orders.as_slice()) {
            (Answer::Order(order, true), [told]) if order == told => {}
            // A refusal was for good: a rival had the circuit. What was never answered, or
            // unavailable, is decided now at the latest; a replay of what nobody ever asked for
            // or was told to be unavailable would be an order out of nothing.
            (Answer::Order(order, replayed), [])
                if known.refused.is_none() && (known.unanswered > 0 || !replayed) =>
            {
                known.orders.push(order.clone());
            }
            (Answer::Refused(_), []) => {}
            _ => return Err(format!("{wish:?}: {known:?}, and after the end {answer:?}")),
        }
    }
    Ok(())
}

/// Holds the whole state against everything that was ever told about this store.
pub fn compare(state: &Value, sightings: &Sightings, start: i64) -> Result<u64, String> {
    let orders = state["orders"].as_array().ok_or("a state without orders")?;
    let word = |value: &Value, name: &str| value[name].as_str().unwrap_or("?").to_owned();
    let mut told = BTreeMap::new();
    for (wish, known) in sightings {
        for order in &known.orders {
            if let Some(other) = told.insert(order.clone(), wish) {
                return Err(format!("order {order} was told to {wish:?} and {other:?}"));
            }
        }
    }
    let (mut paid_circuits, mut spent) = (BTreeSet::new(), 0);
    for order in orders {
        let id = word(order, "id");
        let Some(wish) = told.remove(&id) else {
            return Err(format!("order {id} is there, and no call accounts for it: {order}"));
        };
        let status = word(order, "status");
        let expected = if wish.pays { "Paid" } else { "Unpaid" };
        if status != expected || word(order, "circuit") != wish.circuit {
            return Err(format!("{wish:?} became {order}"));
        }
        if status == "Paid" {
            spent += ten_thousandths(&word(order, "amount"))?;
            if !paid_circuits.insert(wish.circuit.clone()) {
                return Err(format!("circuit {} has two paid orders", wish.circuit));
            }
        }
    }
    if let Some((id, wish)) = told.first_key_value() {
        return Err(format!("order {id} was acknowledged and is lost: {wish:?}"));
    }
    let balance = balance(state)?;
    if balance != start - spent {
        return Err(format!("the balance is {balance}, not {start} less {spent}"));
    }
    Ok(orders.len() as u64)
}

/// The balance of the account that orders.
pub fn balance(state: &Value) -> Result<i64, String> {
    let accounts = state["accounts"].as_array().ok_or("a state without accounts")?;
    let ours = accounts.iter().find(|account| account["account"] == ACCOUNT);
    let balance = ours.and_then(|account| account["balance"].as_str());
    ten_thousandths(balance.ok_or("no account orders")?)
}

/// An amount in 1/10000 of its unit.
fn ten_thousandths(text: &str) -> Result<i64, String> {
    let (units, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{units}{fraction:0<4}").parse().map_err(|_| format!("{text} is no amount"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::load::Seen;
    use serde_json::json;

    fn wish(token: &str) -> Wish {
        Wish { token: token.into(), circuit: "pc-1".into(), period: 1, pays: true }
    }

    fn state(orders: &[&str], balance: &str) -> Value {
        let order =
            |id: &&str| json!({"id": id, "status": "Paid", "circuit": "pc-1", "amount": "85.00"});
        json!({"accounts": [{"account": ACCOUNT, "balance": balance}],
            "orders": orders.iter().map(order).collect::<Vec<_>>()})
    }

    #[test]
    fn the_books_must_be_what_was_told() {
        let start = 1_000_000;
        let told = Seen { orders: vec!["7".into()], ..Seen::default() };
        let sightings: Sightings = [(wish("a"), told.clone())].into();
        assert_eq!(compare(&state(&["7"], "15.00"), &sightings, start), Ok(1));
        let lost = compare(&state(&[], "100.00"), &sightings, start).expect_err("it is lost");
        assert!(lost.contains("lost"), "{lost}");
        let more = compare(&state(&["7", "8"], "15.00"), &sightings, start).expect_err("one more");
        assert!(more.contains("no call accounts for it"), "{more}");
        let debit = compare(&state(&["7"], "14.00"), &sightings, start).expect_err("a debit");
        assert!(debit.contains("balance"), "{debit}");
        let other = Seen { orders: vec!["8".into()], ..Seen::default() };
        let twice: Sightings = [(wish("a"), told), (wish("b"), other)].into();
        let twice = compare(&state(&["7", "8"], "15.00"), &twice, start).expect_err("two");
        assert!(twice.contains("two paid orders"), "{twice}");
    }
}
