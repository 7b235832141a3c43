//! What things cost now, by the price lists in force: the same for whoever orders and whoever only
//! asks.

use crate::account::Account;
use crate::bill::usage_fee;
use crate::catalogue::{PortType, Region};
use crate::id::{AccountId, CircuitId};
use crate::order::Charge;
use crate::price::{Currency, Money, Port, PriceList, Term};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::view::View;

/// A port whose price is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortAsked {
    /// Any of this class of speed, in this region.
    Any(&'static str, Region),
    /// That of a circuit, where it is.
    Of(CircuitId),
}

/// For how long what is used as it goes is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// A 24th of a day.
    Hour,
    /// A day of the month that it is.
    Day,
    /// A calendar month.
    Month,
    /// Twelve months.
    Year,
}

/// What a price is asked of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Priced {
    /// A port for a term, paid beforehand.
    Port(PortAsked, Term),
    /// A port as it goes, for so long, at this instant.
    Use(PortAsked, Span, Timestamp),
    /// Setting a circuit up.
    Setup,
}

/// What something costs an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// One of it, and of what is for a term a month.
    pub unit: Money,
    /// All that was asked about.
    pub amount: Money,
    /// The account's.
    pub currency: Currency,
}

/// The price list in force in a currency, if there is one.
pub(crate) fn in_force(view: &dyn View, currency: Currency) -> Option<&PriceList> {
    let builtin = || Some(PriceList::builtin()).filter(|list| list.currency == currency);
    view.price_list(currency).or_else(builtin)
}

/// What a month of a port costs in a currency, and by which version of the price list.
pub(crate) fn month(
    view: &dyn View,
    port: Port,
    currency: Currency,
) -> Result<(Money, u32), Refusal> {
    let list = in_force(view, currency).ok_or(Refusal::NoPrice)?;
    Ok((list.month(port).ok_or(Refusal::NoPrice)?, list.version))
}

/// What the occupation of a port costs in a currency, and by which version of the price list.
pub(crate) fn occupation(
    view: &dyn View,
    port: Port,
    currency: Currency,
    charge: Charge,
) -> Result<(Money, u32), Refusal> {
    let (month, version) = month(view, port, currency)?;
    let Charge::PrePaid(term) = charge else {
        // ASSUMED: when shared circuits came, nothing was paid as it goes any more.
        if port.shared.is_some() {
            return Err(Refusal::NoPrice);
        }
        // ASSUMED: billed as it goes, the order itself is free (billing dossier 7, point 10).
        return Ok((Money(0), version));
    };
    let months = term.months().ok_or(Refusal::NoPrice)?;
    Ok((month.times(i64::from(months)).ok_or(Refusal::NoPrice)?, version))
}

/// What setting a circuit up costs an account, once, and by which version of the price list.
pub(crate) fn setup(view: &dyn View, account: &Account) -> Result<(Money, u32), Refusal> {
    if account.service_open {
        // SOURCE: billing dossier 2.4: waived once outbound-traffic billing is on.
        return Ok((Money(0), 0));
    }
    let list = in_force(view, account.currency).ok_or(Refusal::NoPrice)?;
    Ok((list.setup.ok_or(Refusal::NoPrice)?, list.version))
}

/// What a port that costs so much a month costs as it goes. `None` past what can be counted.
///
/// ASSUMED: by the day, as it is billed; an hour is told as a 24th of that, rounded down to the
/// smallest amount that the currency has.
fn as_it_goes(month: Money, currency: Currency, span: Span, at: Timestamp) -> Option<Money> {
    // Who uses it for an instant pays the day that it is in.
    let day = || usage_fee(month, (at, at.plus_ms(1)), currency);
    match span {
        Span::Hour => {
            let part = Money(day()?.0 / 24);
            if currency.has(part) { Some(part) } else { currency.whole(part) }
        }
        Span::Day => day(),
        Span::Month => Some(month),
        Span::Year => month.times(12),
    }
}

/// What so many of something cost an account.
pub(crate) fn price(
    view: &dyn View,
    account: AccountId,
    what: Priced,
    count: u32,
) -> Result<Price, Refusal> {
    let account = view.account(&account).ok_or(Refusal::NoSuchAccount)?;
    let currency = account.currency;
    let (unit, one) = match what {
        Priced::Port(asked, term) => {
            let port = found(view, account, asked)?;
            let (whole, _) = occupation(view, port, currency, Charge::PrePaid(term))?;
            (month(view, port, currency)?.0, whole)
        }
        Priced::Use(asked, span, at) => {
            let (month, _) = month(view, found(view, account, asked)?, currency)?;
            let used = as_it_goes(month, currency, span, at).ok_or(Refusal::NoPrice)?;
            (used, used)
        }
        Priced::Setup => {
            let (fee, _) = setup(view, account)?;
            (fee, fee)
        }
    };
    let amount = one.times(i64::from(count)).ok_or(Refusal::NoPrice)?;
    Ok(Price { unit, amount, currency })
}

/// The port that is asked about, and where it is: of a class of speed the first that has a price.
fn found(view: &dyn View, account: &Account, asked: PortAsked) -> Result<Port, Refusal> {
    match asked {
        PortAsked::Any(spec, region) => {
            let list = in_force(view, account.currency).ok_or(Refusal::NoPrice)?;
            let ports = PortType::ALL.iter().filter(|port| port.spec() == spec);
            let mut ports = ports.map(|port| Port::whole(*port, region));
            ports.find(|port| list.month(*port).is_some()).ok_or(Refusal::NoPrice)
        }
        PortAsked::Of(id) => {
            let circuit = view.circuit(&id).filter(|its| its.account == account.id);
            let circuit = circuit.filter(|its| !its.state.deleted);
            Ok(circuit.ok_or(Refusal::NoSuchCircuit)?.port())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_costs_its_part_of_the_month_that_it_is_in_utc_8_rounded_down_to_the_coin() {
        let at = |text| Timestamp::parse(text).expect("a time");
        let (leap, february, march) =
            (at("2028-02-10T00:00:00Z"), at("2027-02-28T15:59:59Z"), at("2027-02-28T16:00:00Z"));
        for (month, currency, span, at, cost) in [
            // 85 / 29 is 2.9310..., 85 / 28 is 3.0357..., 85 / 31 is 2.7419...
            (Money::units(85), Currency::Usd, Span::Day, leap, Money(29_300)),
            (Money::units(85), Currency::Usd, Span::Day, february, Money(30_300)),
            (Money::units(85), Currency::Cny, Span::Day, march, Money(27_400)),
            (Money::units(85), Currency::Jpy, Span::Day, march, Money::units(2)),
            // 2.74 / 24 is 0.11416...
            (Money::units(85), Currency::Usd, Span::Hour, march, Money(1_141)),
            (Money::units(30_000), Currency::Jpy, Span::Hour, march, Money::units(40)),
            (Money(99), Currency::Usd, Span::Day, march, Money(0)),
            (Money::units(85), Currency::Usd, Span::Month, march, Money::units(85)),
            (Money::units(85), Currency::Usd, Span::Year, march, Money::units(1_020)),
        ] {
            assert_eq!(as_it_goes(month, currency, span, at), Some(cost), "{span:?} of {month}");
        }
        assert_eq!(as_it_goes(Money(i64::MAX), Currency::Usd, Span::Year, march), None);
    }
}
