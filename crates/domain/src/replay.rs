//! Idempotency: a token and a fingerprint lead to the earlier outcome.
//!
//! The key is (world, account, region, kind of command, token); compared is the command after
//! defaults. Neither the way the caller is spoken to nor what happens at a shortfall is compared.

use crate::command::{Amendment, Command};
use crate::record::{Charge, CircuitWords, Particulars};
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;

/// How long a token is remembered, milliseconds of the world's time: seven days, as long as an
/// unpaid order lives.
/// ASSUMED: the service does not say (idempotency cases, section 2).
pub const TOKEN_LIFE_MS: i64 = 7 * 86_400_000;

/// SipHash-1-3 of 128 bits, with a key of zeros: the same on every machine and in every release,
/// which a stored fingerprint needs and the standard hashers do not promise. A caller who finds a
/// collision only deceives himself.
struct Fingerprint {
    hasher: SipHasher13,
    /// What the hasher has not seen yet: to hash a few bytes at a time takes twice as long.
    waiting: [u8; 256],
    waiting_len: usize,
}

impl Fingerprint {
    fn new() -> Self {
        Self { hasher: SipHasher13::new(), waiting: [0; 256], waiting_len: 0 }
    }

    /// Adds one field; its length keeps neighbours apart.
    fn field(&mut self, bytes: &[u8]) -> &mut Self {
        self.write(&(bytes.len() as u64).to_le_bytes());
        self.write(bytes);
        self
    }

    fn write(&mut self, bytes: &[u8]) {
        let end = self.waiting_len + bytes.len();
        if let Some(room) = self.waiting.get_mut(self.waiting_len..end) {
            room.copy_from_slice(bytes);
            self.waiting_len = end;
        } else {
            self.flush();
            self.hasher.write(bytes);
        }
    }

    fn flush(&mut self) {
        self.hasher.write(&self.waiting[..self.waiting_len]);
        self.waiting_len = 0;
    }

    fn print(mut self) -> u128 {
        self.flush();
        self.hasher.finish128().as_u128()
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

/// A 128-bit mark of texts, for nonces and tokens.
pub fn mark(parts: &[&str]) -> u128 {
    let mut print = Fingerprint::new();
    for part in parts {
        print.text(part);
    }
    print.print()
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
    print.print()
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
        assert_eq!(fingerprint(&first), 336_936_271_205_738_121_780_202_946_137_626_731_113);
        assert_eq!(mark(&["a", "b"]), 224_203_931_220_717_469_065_384_890_792_379_203_043);
        assert_ne!(mark(&["a", "b"]), mark(&["ab", ""]), "fields must not run together");
    }
}
