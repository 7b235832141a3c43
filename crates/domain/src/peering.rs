//! The addresses of both sides of a router's line, kept letter for letter as they were said:
//! clients compare texts.

use crate::print::printed;
use std::net::{Ipv4Addr, Ipv6Addr};

printed! {
    /// The addresses of both sides. An empty text is none.
    #[derive(Default)]
    Peering {
        /// `LocalGatewayIp`: the cloud's.
        local_ip: Box<str>,
        /// `PeerGatewayIp`: the customer's.
        peer_ip: Box<str>,
        /// `PeeringSubnetMask`, with dots.
        mask: Box<str>,
        /// `LocalIpv6GatewayIp`.
        local_ipv6: Box<str>,
        /// `PeerIpv6GatewayIp`.
        peer_ipv6: Box<str>,
        /// `PeeringIpv6SubnetMask`: no mask, but a prefix with its length.
        ipv6_prefix: Box<str>,
    }
}

impl Peering {
    /// Its addresses of IPv4 are said, all three.
    pub fn is_complete(&self) -> bool {
        [&self.local_ip, &self.peer_ip, &self.mask].iter().all(|text| !text.is_empty())
    }

    /// Any of them is said.
    pub fn has_ipv4(&self) -> bool {
        [&self.local_ip, &self.peer_ip, &self.mask].iter().any(|text| !text.is_empty())
    }

    /// Nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With whatever those say in the place of its own.
    #[must_use]
    pub fn with(&self, those: &Self) -> Self {
        let newer = |own: &str, other: &str| Box::from(if other.is_empty() { own } else { other });
        Self {
            local_ip: newer(&self.local_ip, &those.local_ip),
            peer_ip: newer(&self.peer_ip, &those.peer_ip),
            mask: newer(&self.mask, &those.mask),
            local_ipv6: newer(&self.local_ipv6, &those.local_ipv6),
            peer_ipv6: newer(&self.peer_ipv6, &those.peer_ipv6),
            ipv6_prefix: newer(&self.ipv6_prefix, &those.ipv6_prefix),
        }
    }

    /// Whether another line has the same address of the cloud's side.
    pub fn has_local_ip_of(&self, other: &Self) -> bool {
        !self.local_ip.is_empty() && self.local_ip == other.local_ip
    }

    /// Whether another line has the same address of the customer's side.
    pub fn has_peer_ip_of(&self, other: &Self) -> bool {
        !self.peer_ip.is_empty() && self.peer_ip == other.peer_ip
    }

    /// The IPv6 address of the cloud's side is said.
    pub fn has_local_ipv6(&self) -> bool {
        !self.local_ipv6.is_empty()
    }

    /// The IPv6 address of the customer's side is said.
    pub fn has_peer_ipv6(&self) -> bool {
        !self.peer_ipv6.is_empty()
    }

    /// Whether another line has the same IPv6 address of the cloud's side.
    pub fn has_local_ipv6_of(&self, other: &Self) -> bool {
        is_same_ipv6(&self.local_ipv6, &other.local_ipv6)
    }

    /// Whether another line has the same IPv6 address of the customer's side.
    pub fn has_peer_ipv6_of(&self, other: &Self) -> bool {
        is_same_ipv6(&self.peer_ipv6, &other.peer_ipv6)
    }

    /// Whether both sides lie in one subnet, of IPv4 and of IPv6, as far as they are said.
    /// SOURCE: ROUTERS 6. ASSUMED: of equal addresses, and of a network's own, nothing is told.
    pub fn is_one_subnet(&self) -> bool {
        self.is_one_ipv4().unwrap_or(false) && self.is_one_ipv6().unwrap_or(false)
    }

    fn is_one_ipv4(&self) -> Option<bool> {
        if !self.is_complete() {
            return Some(true);
        }
        let read = |text: &str| text.parse::<Ipv4Addr>().ok().map(u32::from);
        let mask = read(&self.mask)?;
        Some(read(&self.local_ip)? & mask == read(&self.peer_ip)? & mask)
    }

    fn is_one_ipv6(&self) -> Option<bool> {
        if self.ipv6_prefix.is_empty() {
            return Some(true);
        }
        let (network, length) = read_prefix(&self.ipv6_prefix)?;
        let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
        let sides = [&self.local_ipv6, &self.peer_ipv6].into_iter().filter(|text| !text.is_empty());
        for side in sides {
            let side = u128::from(side.parse::<Ipv6Addr>().ok()?);
            if side & mask != network & mask {
                return Some(false);
            }
        }
        Some(true)
    }
}

/// Whether two texts are one address, however it is written.
fn is_same_ipv6(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<Ipv6Addr>().ok();
    read(one).is_some_and(|address| read(other) == Some(address))
}

/// A prefix of IPv6 and its length, at most 128.
pub fn read_prefix(text: &str) -> Option<(u128, u32)> {
    let (network, length) = text.split_once('/')?;
    let plain = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length: u32 = length.parse().ok().filter(|length| plain && *length <= 128)?;
    Some((network.parse::<Ipv6Addr>().ok()?.into(), length))
}

/// Whether a text is a mask of 24 to 30 bits with dots. SOURCE: ROUTERS 6.
pub fn is_mask(text: &str) -> bool {
    let last = text.strip_prefix("255.255.255.");
    last.is_some_and(|last| ["0", "128", "192", "224", "240", "248", "252"].contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(local: &str, peer: &str, mask: &str) -> Peering {
        Peering {
            local_ip: local.into(),
            peer_ip: peer.into(),
            mask: mask.into(),
            ..Peering::default()
        }
    }

    #[test]
    fn both_sides_lie_in_one_subnet_as_far_as_they_are_said() {
        for (peering, one) in [
            (Peering::default(), true),
            (sides("10.0.0.1", "", ""), true),
            (sides("10.0.0.1", "10.0.0.2", "255.255.255.252"), true),
            (sides("10.0.0.1", "10.0.0.5", "255.255.255.252"), false),
            (sides("10.0.0.1", "10.0.0.5", "255.255.255.0"), true),
            (sides("10.0.0.1", "10.0.1.1", "255.255.255.0"), false),
            (sides("10.0.0.1", "nowhere", "255.255.255.0"), false),
        ] {
            assert_eq!(peering.is_one_subnet(), one, "{peering:?}");
        }
        let six = |local: &str, peer: &str, prefix: &str| Peering {
            local_ipv6: local.into(),
            peer_ipv6: peer.into(),
            ipv6_prefix: prefix.into(),
            ..sides("10.0.0.1", "10.0.0.2", "255.255.255.252")
        };
        for (peering, one) in [
            (six("2408::1", "2408::2", "2408::/126"), true),
            (six("2408::1", "2408::9", "2408::/126"), false),
            (six("2408::1", "", "2408::/126"), true),
            (six("2408::1", "2409::1", ""), true),
            (six("2408::1", "2409::1", "::/0"), true),
            (six("2408::1", "2408::2", "2408::/129"), false),
            (six("2408::1", "2408::2", "2408::/x"), false),
            (six("x", "2408::2", "2408::/64"), false),
        ] {
            assert_eq!(peering.is_one_subnet(), one, "{peering:?}");
        }
    }

    #[test]
    fn what_is_said_takes_the_place_of_what_was() {
        let first = sides("10.0.0.1", "10.0.0.2", "255.255.255.252");
        let later = sides("", "10.0.0.3", "");
        assert_eq!(first.with(&later), sides("10.0.0.1", "10.0.0.3", "255.255.255.252"));
        assert!(first.is_complete() && !later.is_complete());
        assert!(!later.is_empty() && Peering::default().is_empty());
    }

    #[test]
    fn a_mask_has_24_to_30_bits() {
        for (text, is) in [
            ("255.255.255.0", true),
            ("255.255.255.252", true),
            ("255.255.255.254", false),
            ("255.255.254.0", false),
            ("255.255.255.1", false),
            ("24", false),
        ] {
            assert_eq!(is_mask(text), is, "{text}");
        }
    }
}
