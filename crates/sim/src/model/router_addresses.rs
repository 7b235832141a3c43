//! Which addresses a router may have on its circuits, and whose they are to say.

use super::changes::Refusal;
use super::router_forms as forms;
use super::routers::{Line, Router};
use std::collections::BTreeMap;

/// How many pairs of texts are the same, empty ones left out.
pub fn twice(texts: impl Iterator<Item = String>) -> usize {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut pairs = 0;
    for text in texts.filter(|text| !text.is_empty()) {
        let times = seen.entry(text).or_default();
        pairs += *times;
        *times += 1;
    }
    pairs
}

impl Router {
    /// Refuses a line whose addresses it has on another circuit.
    /// SOURCE: the vendor's metadata of mid-2024. ASSUMED: what its own circuit has has a code
    /// apart.
    pub fn has_room_for(&self, line: &Line) -> Result<(), Refusal> {
        if !line.words[1].is_empty() && line.words[1] == self.line.words[1] {
            return Err((400, "Duplicated.LocalGatewayIp"));
        }
        let six = |text: &str| text.parse::<std::net::Ipv6Addr>().ok();
        let all = || [&self.line].into_iter().chain(&self.further);
        for (word, code) in [
            (1, "DuplicatedParam.LocalGatewayIp"),
            (2, "DuplicatedParam.PeerGatewayIp"),
            (4, "DuplicatedParam.LocalIpv6GatewayIp"),
            (5, "DuplicatedParam.PeerIpv6GatewayIp"),
        ] {
            let (new, is_six) = (&line.words[word], word > 3);
            let same = |its: &&Line| {
                let its = &its.words[word];
                if is_six { six(its).is_some() && six(its) == six(new) } else { its == new }
            };
            if !new.is_empty() && all().any(|its| same(&its)) {
                return Err((400, code));
            }
        }
        Ok(())
    }
}

/// Refuses addresses that are another's to say, unless they are so already.
pub fn says_nothing_of(next: &Line, is: &Line) -> Result<(), Refusal> {
    for (word, name) in [
        (1, "LocalGatewayIp"),
        (2, "PeerGatewayIp"),
        (3, "PeeringSubnetMask"),
        (4, "LocalGatewayIp"),
        (5, "PeerGatewayIp"),
        (6, "PeeringSubnetMask"),
    ] {
        let six = |line: &Line| line.words[word].parse::<std::net::Ipv6Addr>().ok();
        let same_six = six(next).is_some() && six(next) == six(is);
        if next.words[word] != is.words[word] && !same_six {
            return Err((403, forms::not_theirs(name)));
        }
    }
    Ok(())
}
