//! A price list as its operator writes it, in JSON or TOML: read and checked by one function, for
//! the control API and for the command line.

use crate::control::fields::Is;
use domain::catalogue::{PortType, Region, SharedSpec};
use domain::command::LoadPrices;
use domain::price::{Currency, Money, MonthlyPrices, SharedPrices};
use serde::Deserialize;

/// What a list says. Amounts are texts: a number of JSON or TOML may be a binary fraction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    currency: Is<Currency>,
    prices: Vec<PortPrice>,
    setup: Option<String>,
    #[serde(default)]
    shared: Vec<SharedPrice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PortPrice {
    port_type: Is<PortType>,
    region: Is<Region>,
    month: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedPrice {
    spec: Is<SharedSpec>,
    month: String,
}

/// Reads a price list, JSON if it begins as an object of JSON does and else TOML, and checks it:
/// what is to be loaded, or what is wrong with it.
pub fn read(text: &str) -> Result<LoadPrices, String> {
    let Written { currency: Is(currency), prices, setup, shared } = parse(text)?;
    let mut rows = MonthlyPrices::new();
    for PortPrice { port_type: Is(port), region: Is(region), month } in prices {
        let what = format!("{} in {}", port.text(), region.id());
        let month = price(&what, &month, currency)?;
        if rows.insert((port, region), month).is_some() {
            return Err(format!("{what} has two prices"));
        }
    }
    let mut of_shared = SharedPrices::new();
    for SharedPrice { spec: Is(spec), month } in shared {
        let what = format!("a shared port of {}", spec.text());
        let month = price(&what, &month, currency)?;
        if of_shared.insert(spec, month).is_some() {
            return Err(format!("{what} has two prices"));
        }
    }
    let setup = setup.map(|fee| price("setup", &fee, currency)).transpose()?;
    Ok(LoadPrices { currency, rows, setup, shared: of_shared })
}

fn parse(text: &str) -> Result<Written, String> {
    if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }
}

/// The months of the calendar. A price is not so large that all that is ever paid for one circuit
/// could not be counted.
const MONTHS_MAX: i64 = 12 * 9_999;

/// The price of something: no list has others than these.
fn price(what: &str, text: &str, currency: Currency) -> Result<Money, String> {
    let wrong = |why: &str| Err(format!("{what}: {text:?} {why}"));
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    // The least number that no amount can be has so many digits.
    let is_long = whole.len() >= 15 && whole.bytes().all(|byte| byte.is_ascii_digit());
    match Money::parse(text) {
        None if is_long => wrong("is too large"),
        None => wrong("is no amount of at most four digits after the point, such as 85.00"),
        Some(amount) if amount.0 < 0 => wrong("is negative"),
        Some(amount) if !currency.has(amount) => {
            wrong(&format!("has more digits than {} has", currency.text()))
        }
        Some(amount) if amount.times(MONTHS_MAX).is_none() => wrong("is too large"),
        Some(amount) => Ok(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"
        {"currency": "USD",
         "prices": [{"port_type": "1000Base-LX", "region": "cn-hangzhou", "month": "85.00"}],
         "setup": "1500.00",
         "shared": [{"spec": "50M", "month": "8.5"}, {"spec": "1G", "month": "0"}]}"#;

    const TOML: &str = r#"
        # What we pay.
        currency = "USD"
        setup = "1500.00"

        [[prices]]
        port_type = "1000Base-LX"
        region = "cn-hangzhou"
        month = "85.00"

        [[shared]]
        spec = "50M"
        month = "8.5"

        [[shared]]
        spec = "1G"
        month = "0""#;

    fn told(text: &str) -> String {
        read(text).map(drop).expect_err("it is refused")
    }

    #[test]
    fn a_list_says_the_same_in_json_and_in_toml() {
        let list = read(JSON).expect("JSON");
        assert_eq!(read(&format!("{TOML}\n")), Ok(list.clone()));
        let port = (PortType::Base1000Lx, Region::find("cn-hangzhou").expect("a region"));
        assert_eq!(list.rows, [(port, Money::units(85))].into());
        assert_eq!((list.currency, list.setup), (Currency::Usd, Some(Money::units(1_500))));
        let shared = [(SharedSpec::M50, Money(85_000)), (SharedSpec::G1, Money(0))];
        assert_eq!(list.shared, shared.into());
    }

    #[test]
    fn set_up_and_shared_ports_may_be_left_out() {
        for text in [r#"{"currency": "JPY", "prices": []}"#, "currency = 'JPY'\nprices = []"] {
            assert_eq!(read(text), Ok(LoadPrices::of_ports(Currency::Jpy, [].into())), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_said_with_what_it_is_the_price_of() {
        let with = |month: &str| told(&JSON.replace("85.00", month));
        for (month, why) in [
            ("-1.00", "\"-1.00\" is negative"),
            ("1.00001", "is no amount of at most four digits after the point"),
            ("free", "is no amount"),
            ("99999999999999999999", "is too large"),
            ("922337203685477.58", "is too large"),
        ] {
            let told = with(month);
            assert!(told.starts_with("1000Base-LX in cn-hangzhou: "), "{told}");
            assert!(told.contains(why), "{told}");
        }
        let yen = told(&JSON.replace("USD", "JPY"));
        assert_eq!(yen, "a shared port of 50M: \"8.5\" has more digits than JPY has");
        let setup = told(&JSON.replace("1500.00", "1,500.00"));
        assert!(setup.starts_with("setup: \"1,500.00\" is no amount"), "{setup}");
    }

    #[test]
    fn a_row_twice_and_a_name_that_is_not_known_are_refused() {
        let twice = told(&JSON.replace("\"1G\"", "\"50M\""));
        assert_eq!(twice, "a shared port of 50M has two prices");
        for (from, to, why) in [
            ("50M", "51M", "\"51M\" is no speed of a shared port"),
            ("1000Base-LX", "1000Base-XX", "\"1000Base-XX\" is no port type"),
            ("cn-hangzhou", "cn-atlantis", "\"cn-atlantis\" is no region"),
            ("USD", "DEM", "\"DEM\" is no currency"),
            ("setup", "install", "unknown field `install`"),
            ("\"85.00\"", "85.00", "expected a string"),
        ] {
            for text in [JSON, TOML] {
                let told = told(&text.replace(from, to));
                assert!(told.contains(why), "{told}");
            }
        }
    }
}
