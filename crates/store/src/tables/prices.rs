//! Price lists: a head each, and the prices under it.

use crate::row::{Reading, Row, Rows, Shape, Stored, Writing, row};
use crate::world::WorldId;
use domain::catalogue::{PortType, Region, SharedSpec};
use domain::price::{Currency, Money, MonthlyPrices, PriceList, SharedPrices};
use std::collections::HashMap;

/// The head of a price list.
#[derive(Clone, Copy)]
struct Head {
    version: u32,
    currency: Currency,
    setup: Option<Money>,
}

row! {
    Head, Rows::Keyed(&["version"]), "price_lists" {
        version: "version",
        currency: "currency",
        setup: "setup",
    }
}

/// The price of a port.
#[derive(Clone, Copy)]
struct Price {
    version: u32,
    port_type: PortType,
    region: Region,
    month: Money,
}

row! {
    Price, Rows::Keyed(&["version", "port_type", "region"]), "prices" {
        version: "version",
        port_type: "port_type",
        region: "region",
        month: "month",
    }
}

/// The price of a shared port.
#[derive(Clone, Copy)]
struct SharedPrice {
    version: u32,
    spec: SharedSpec,
    month: Money,
}

row! {
    SharedPrice, Rows::Keyed(&["version", "spec"]), "shared_prices" {
        version: "version",
        spec: "spec",
        month: "month",
    }
}

impl Stored for PriceList {
    const SHAPES: &'static [Shape] = &[Head::SHAPE, Price::SHAPE, SharedPrice::SHAPE];

    fn write<W: Writing>(&self, to: &mut W) -> Result<(), W::Error> {
        let Self { version, currency, rows, setup, shared } = self;
        let version = *version;
        to.put(0, &Head { version, currency: *currency, setup: *setup })?;
        for (&(port_type, region), &month) in rows {
            to.put(0, &Price { version, port_type, region, month })?;
        }
        for (&spec, &month) in shared {
            to.put(0, &SharedPrice { version, spec, month })?;
        }
        Ok(())
    }

    fn read<F: Reading>(
        from: &mut F,
        mut take: impl FnMut(WorldId, Self) -> Result<(), F::Error>,
    ) -> Result<(), F::Error> {
        let mut prices: HashMap<(WorldId, u32), MonthlyPrices> = HashMap::new();
        from.each(|spot, price: Price| {
            let Price { version, port_type, region, month } = price;
            prices.entry((spot.world, version)).or_default().insert((port_type, region), month);
            Ok(())
        })?;
        let mut of_shared: HashMap<(WorldId, u32), SharedPrices> = HashMap::new();
        from.each(|spot, SharedPrice { version, spec, month }| {
            of_shared.entry((spot.world, version)).or_default().insert(spec, month);
            Ok(())
        })?;
        from.each(|spot, Head { version, currency, setup }| {
            let rows = prices.remove(&(spot.world, version)).unwrap_or_default();
            let shared = of_shared.remove(&(spot.world, version)).unwrap_or_default();
            take(spot.world, Self { version, currency, rows, setup, shared })
        })?;
        if prices.is_empty() && of_shared.is_empty() {
            Ok(())
        } else {
            Err(from.unreadable(PRICES_ALONE.into()))
        }
    }
}

/// Said of a file whose prices are of more lists than there are.
const PRICES_ALONE: &str = "prices of a list that is not there";
