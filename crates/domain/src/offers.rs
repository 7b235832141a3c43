//! What access points offer, as the operator of a server has set it: whether they take
//! applications, which ports they have, and what their devices can do. With nothing set each offers
//! everything.

use crate::catalogue::{ACCESS_POINTS, AccessPoint, PortType};
use crate::words::words;

words! {
    /// What is told of an access point. SOURCE: api dossier, annex A (DescribeAccessPoints).
    AccessPointStatus {
        /// It has room.
        Recommended = "recommended",
        /// It has some left.
        Hot = "hot",
        /// It has no port left.
        Full = "full",
        /// It is closed.
        Disabled = "disabled",
    }
}

/// What one access point offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Whether it takes applications.
    pub status: AccessPointStatus,
    /// Whether its devices have IPv6.
    pub ipv6: bool,
    /// Whether its devices let a circuit be enabled without an order.
    pub without_order: bool,
    /// The types that it has no ports of, a bit each.
    pub(crate) lacks: u8,
}

const _: () = assert!(PortType::ALL.len() <= 8, "a bit for each type of port");

impl Offer {
    /// Everything. ASSUMED: of every access point, unless it is set otherwise.
    pub const EVERYTHING: Self =
        Self { status: AccessPointStatus::Recommended, ipv6: true, without_order: true, lacks: 0 };

    /// Whether it is closed.
    pub const fn is_disabled(&self) -> bool {
        matches!(self.status, AccessPointStatus::Disabled)
    }

    /// Whether no port is left.
    pub const fn is_full(&self) -> bool {
        matches!(self.status, AccessPointStatus::Full)
    }

    /// The same without ports of a type.
    #[must_use]
    pub const fn without(mut self, port: PortType) -> Self {
        self.lacks |= 1 << port as u8;
        self
    }

    /// Whether it has ports of a type.
    pub const fn has(&self, port: PortType) -> bool {
        self.lacks & (1 << port as u8) == 0
    }
}

/// What every access point offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offers([Offer; ACCESS_POINTS.len()]);

impl Default for Offers {
    fn default() -> Self {
        Self([Offer::EVERYTHING; ACCESS_POINTS.len()])
    }
}

impl Offers {
    /// What one offers.
    pub fn at(&self, point: AccessPoint) -> &Offer {
        &self.0[point.place()]
    }

    /// The same, to be set.
    pub fn at_mut(&mut self, point: AccessPoint) -> &mut Offer {
        &mut self.0[point.place()]
    }

    /// Whether it is so of every access point of the region of one.
    pub fn all_beside(&self, point: AccessPoint, is_so: impl Fn(&Offer) -> bool) -> bool {
        let is_beside = |other: &AccessPoint| other.facts().region == point.facts().region;
        AccessPoint::all().filter(is_beside).all(|other| is_so(self.at(other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_point_has_the_ports_that_were_not_taken_away_and_no_other_lacks_them() {
        let [one, other] = ["ap-cn-hangzhou-yh-B", "ap-cn-hangzhou-jg-B"]
            .map(|id| AccessPoint::find(id).expect("in the catalogue"));
        for gone in PortType::ALL {
            let mut offers = Offers::default();
            *offers.at_mut(one) = offers.at(one).without(*gone);
            for port in PortType::ALL {
                assert_eq!(offers.at(one).has(*port), port != gone, "{port:?}");
                assert!(offers.at(other).has(*port));
            }
        }
    }

    #[test]
    fn a_region_is_as_all_of_its_access_points_are() {
        let [one, other, elsewhere] =
            ["ap-cn-shanghai-pd-D", "ap-cn-shanghai-nt-aligroup-C", "ap-sg-singpore-A"]
                .map(|id| AccessPoint::find(id).expect("in the catalogue"));
        let mut offers = Offers::default();
        let nowhere = |offers: &Offers, point| offers.all_beside(point, |offer| !offer.ipv6);
        offers.at_mut(one).ipv6 = false;
        assert!(!nowhere(&offers, one) && !nowhere(&offers, other));
        offers.at_mut(other).ipv6 = false;
        assert!(nowhere(&offers, one) && nowhere(&offers, other));
        assert!(!nowhere(&offers, elsewhere));
    }
}
