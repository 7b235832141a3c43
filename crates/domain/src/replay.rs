//! Idempotency: a token and a fingerprint lead to the earlier outcome.
//!
//! The key is (world, account, region, kind of command, token); compared is the command after
//! defaults. Neither the way the caller is spoken to nor what happens at a shortfall is compared.

use crate::command::{Amendment, Command};
use crate::record::{Charge, CircuitWords, Particulars};

/// How long a token is remembered, milliseconds of the world's time: seven days, as long as an
/// unpaid order lives.
/// ASSUMED: the service does not say (idempotency cases, section 2).
pub const TOKEN_LIFE_MS: i64 = 7 * 86_400_000;

/// FNV-1a over 128 bits: the same on every machine and release, which a stored fingerprint needs
/// and the standard hashers do not promise. A caller who finds a collision only deceives himself.
struct Fingerprint(u128);

impl Fingerprint {
    const fn new() -> Self {
        Self(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D)
    }

    /// Adds one field; its length keeps neighbours apart.
    fn field(&mut self, bytes: &[u8]) -> &mut Self {
        let length = (bytes.len() as u64).to_le_bytes();
        for &byte in length.iter().chain(bytes) {
            self.0 ^= u128::from(byte);
            self.0 = self.0.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.field(text.as_bytes())
    }

    fn number(&mut self, number: u64) -> &mut Self {
        self.field(&number.to_le_bytes())
    }

    fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.number(1).text(text),
            None => self.number(0),
        }
    }
}

/// A 128-bit mark of any text, for nonces.
pub fn mark(parts: &[&str]) -> u128 {
    let mut print = Fingerprint::new();
    for part in parts {
        print.text(part);
    }
    print.0
}

/// What two calls with one token must have in common.
pub fn fingerprint(command: &Command) -> u128 {
    let mut print = Fingerprint::new();
    print.text(command.kind().text());
    match command {
        Command::ApplyForCircuit(particulars) => print_particulars(&mut print, particulars),
        Command::ConfirmCircuit(circuit)
        | Command::TerminateCircuit(circuit)
        | Command::DeleteCircuit(circuit) => {
            print.text(circuit.as_str());
        }
        Command::PlaceOccupancyOrder {
            circuit,
            charge,
            pay_now,
            auto_renew,
            auto_renew_months,
            shortfall: _,
        } => {
            print.text(circuit.as_str());
            match charge {
                Charge::PrePaid(term) => {
                    print.text(term.cycle.text()).number(u64::from(term.count))
                }
                Charge::PostPaid => print.text("PostPaid"),
            };
            print.number(u64::from(*pay_now)).number(u64::from(*auto_renew));
            print.number(u64::from(*auto_renew_months));
        }
        Command::AmendCircuit(circuit, amendment) => {
            print.text(circuit.as_str());
            print_amendment(&mut print, amendment);
        }
        Command::CancelOrder(order) => {
            print.number(order.number());
        }
        // Nothing else carries a token.
        _ => {}
    }
    print.0
}

fn print_particulars(print: &mut Fingerprint, particulars: &Particulars) {
    let Particulars { access_point, line_operator, port_type, bandwidth_mbps, words } = particulars;
    print.text(access_point.id()).text(line_operator.text()).text(port_type.text());
    print.number(u64::from(*bandwidth_mbps));
    let none = CircuitWords::default();
    let CircuitWords {
        name,
        description,
        peer_location,
        circuit_code,
        optical_module,
        resource_group,
        redundant,
    } = words.as_deref().unwrap_or(&none);
    for text in [name, description, peer_location, circuit_code, optical_module, resource_group] {
        print.text(text);
    }
    print.optional(redundant.as_ref().map(super::record::CircuitId::as_str));
}

fn print_amendment(print: &mut Fingerprint, amendment: &Amendment) {
    let Amendment {
        line_operator,
        port_type,
        bandwidth_mbps,
        redundant,
        name,
        description,
        peer_location,
        circuit_code,
    } = amendment;
    print.optional(line_operator.map(super::catalogue::LineOperator::text));
    print.optional(port_type.map(super::catalogue::PortType::text));
    print.number(bandwidth_mbps.map_or(0, |mbps| u64::from(mbps) + 1));
    print.optional(redundant.as_ref().map(super::record::CircuitId::as_str));
    for text in [name, description, peer_location, circuit_code] {
        print.optional(text.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Shortfall;
    use crate::price::{Cycle, Term};
    use crate::record::CircuitId;

    fn order(count: u32, cycle: Cycle, pay_now: bool, shortfall: Shortfall) -> Command {
        Command::PlaceOccupancyOrder {
            circuit: CircuitId::new("pc-a").expect("well formed"),
            charge: Charge::PrePaid(Term { count, cycle }),
            pay_now,
            auto_renew: false,
            auto_renew_months: 1,
            shortfall,
        }
    }

    #[test]
    fn the_shortfall_form_is_not_compared_and_everything_else_is() {
        let first = order(1, Cycle::Month, true, Shortfall::Cancel);
        let same = order(1, Cycle::Month, true, Shortfall::Abnormal);
        assert_eq!(fingerprint(&first), fingerprint(&same));
        for other in [
            order(2, Cycle::Month, true, Shortfall::Cancel),
            order(1, Cycle::Year, true, Shortfall::Cancel),
            order(1, Cycle::Month, false, Shortfall::Cancel),
        ] {
            assert_ne!(fingerprint(&first), fingerprint(&other), "{other:?}");
        }
    }

    #[test]
    fn a_stored_fingerprint_means_the_same_in_every_release() {
        let first = order(1, Cycle::Month, true, Shortfall::Cancel);
        let kept = fingerprint(&first);
        assert_eq!(kept, fingerprint(&first.clone()));
        assert_eq!(mark(&["a", "b"]), mark(&["a", "b"]));
        assert_ne!(mark(&["a", "b"]), mark(&["ab", ""]), "fields must not run together");
    }
}
