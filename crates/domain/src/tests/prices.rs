//! What is told of prices, and that it is what an order then costs.

use super::rig::*;
use crate::catalogue::{PortType, Region};
use crate::circuit::Status;
use crate::command::{DeleteCircuit, LoadPrices, OpenAccount};
use crate::id::AccountId;
use crate::order::Charge;
use crate::price::{Currency, Cycle, Money, PriceList, Term};
use crate::pricing::{PortAsked, Price, Priced, Span};
use crate::{Found, Query, Refusal};

const YEAR: Term = Term { count: 1, cycle: Cycle::Year };

fn told(world: &World, account: AccountId, what: Priced, count: u32) -> Result<Price, Refusal> {
    match world.look(&Query::Price(account, what, count)) {
        Found::Price(price) => price,
        other => panic!("{other:?}"),
    }
}

fn amount(world: &World, what: Priced, count: u32) -> Result<Money, Refusal> {
    told(world, OWNER, what, count).map(|price| price.amount)
}

#[test]
fn the_price_that_is_told_is_what_an_order_made_then_costs() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    for (number, month) in (2..).zip([None, Some(Money(123_456)), Some(Money::units(7))]) {
        if let Some(month) = month {
            let row = ((particulars().port_type, home()), month);
            world.done(LoadPrices::of_ports(Currency::Usd, [row].into()));
        }
        let asked = PortAsked::Of(circuit);
        let price = told(&world, OWNER, Priced::Port(asked, YEAR), 1).expect("a price");
        let same = world.give(given(Status::Confirmed), &format!("pc-{number}"));
        let made = world.placed(order(same, Charge::PrePaid(YEAR), false));
        assert_eq!((price.amount, price.currency), (made.amount, made.currency));
        assert_eq!(price.unit.times(12), Some(price.amount));
    }
}

#[test]
fn of_a_class_of_speed_the_first_port_that_has_a_price_is_told() {
    let mut world = World::new(rules());
    let month = |spec| {
        let term = Term { count: 1, cycle: Cycle::Month };
        Priced::Port(PortAsked::Any(spec, home()), term)
    };
    assert_eq!(amount(&world, month("100G"), 2), Ok(Money::units(10_400)));
    let rows = [(PortType::Base1000Lx, 5), (PortType::Base1000T, 4)];
    let rows = rows.map(|(port, units)| ((port, home()), Money::units(units)));
    world.done(LoadPrices::of_ports(Currency::Usd, rows.into()));
    assert_eq!(amount(&world, month("1G"), 3), Ok(Money::units(12)));
    assert_eq!(amount(&world, month("10G"), 1), Err(Refusal::NoPrice));
    let beyond = Term { count: u32::MAX, cycle: Cycle::Month };
    let beyond = Priced::Port(PortAsked::Any("1G", home()), beyond);
    assert_eq!(amount(&world, beyond, u32::MAX), Err(Refusal::NoPrice));
}

#[test]
fn nobody_is_told_the_price_of_a_circuit_that_is_not_his_or_is_gone() {
    let (mut world, circuit) = World::with(Status::Confirmed);
    let port = Priced::Port(PortAsked::Of(circuit), YEAR);
    let by_use = Priced::Use(PortAsked::Of(circuit), Span::Month, world.now());
    assert_eq!(amount(&world, by_use, 1), Ok(Money::units(85)));
    for what in [port, by_use] {
        assert_eq!(told(&world, OTHER, what, 1), Err(Refusal::NoSuchCircuit));
        assert_eq!(told(&world, NOBODY, what, 1), Err(Refusal::NoSuchAccount));
    }
    world.done(DeleteCircuit { circuit, waiting_too: true });
    assert_eq!(amount(&world, port, 1), Err(Refusal::NoSuchCircuit));
}

#[test]
fn setting_up_costs_what_the_list_says_unless_outbound_traffic_is_billed() {
    let mut world = World::new(rules());
    let fee = |world: &World, account| {
        told(world, account, Priced::Setup, 2).map(|price| (price.unit, price.amount))
    };
    assert_eq!(fee(&world, OWNER), Ok((Money(0), Money(0))), "the owner has opened the service");
    assert_eq!(fee(&world, OTHER), Ok((Money::units(1_500), Money::units(3_000))));
    let ports = LoadPrices::of_ports(Currency::Usd, [].into());
    world.done(LoadPrices { setup: Some(Money(15)), ..ports.clone() });
    assert_eq!(fee(&world, OTHER), Ok((Money(15), Money(30))));
    // A list says all that there is.
    world.done(ports);
    assert_eq!(fee(&world, OTHER), Err(Refusal::NoPrice));
    assert_eq!(fee(&world, OWNER), Ok((Money(0), Money(0))));
}

#[test]
fn the_lists_in_force_are_the_newest_of_each_currency_and_the_published_one_until_then() {
    let mut world = World::new(rules());
    let versions = |world: &World| match world.look(&Query::PriceLists) {
        Found::PriceLists(lists) => {
            lists.iter().map(|list| (list.currency, list.version)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(versions(&world), [(Currency::Usd, 1)]);
    let builtin = PriceList::builtin();
    assert_eq!(builtin.rows.len(), PortType::ALL.len() * Region::all().count());
    world.done(LoadPrices::of_ports(Currency::Jpy, [].into()));
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    world.done(LoadPrices::of_ports(Currency::Usd, [].into()));
    assert_eq!(versions(&world), [(Currency::Usd, 4), (Currency::Jpy, 2)]);
    world.done(OpenAccount {
        account: NOBODY,
        currency: Currency::Cny,
        dialect: None,
        orderless: false,
    });
    let term = Priced::Port(PortAsked::Any("1G", home()), YEAR);
    assert_eq!(told(&world, NOBODY, term, 1), Err(Refusal::NoPrice));
}
