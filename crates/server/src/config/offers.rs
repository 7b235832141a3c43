//! What access points offer, as a setting says it.

use super::Setting;
use domain::catalogue::{AccessPoint, PortType};
use domain::offers::{AccessPointStatus, Offer, Offers};

const FORM: &str = "expected ID=WORD,WORD… with semicolons between, each WORD one of recommended, \
                    hot, full, disabled, no-ipv6, no-bypass and no- before a type of port";

impl Setting for Offers {
    fn read(text: &str) -> Result<Self, String> {
        let mut offers = Self::default();
        let mut said = Vec::new();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (id, words) = entry.split_once('=').ok_or(FORM)?;
            let id = id.trim();
            let point = AccessPoint::find(id);
            let point = point.ok_or_else(|| format!("there is no access point {id}"))?;
            if said.contains(&point) {
                return Err(format!("{id} is said twice"));
            }
            said.push(point);
            *offers.at_mut(point) =
                words.split(',').map(str::trim).try_fold(Offer::EVERYTHING, with_word)?;
        }
        Ok(offers)
    }
}

fn with_word(mut offer: Offer, word: &str) -> Result<Offer, String> {
    if let Some(status) = AccessPointStatus::find(word) {
        offer.status = status;
        return Ok(offer);
    }
    match word.strip_prefix("no-") {
        Some("ipv6") => offer.ipv6 = false,
        Some("bypass") => offer.without_order = false,
        Some(port) => offer = offer.without(PortType::find(port).ok_or(FORM)?),
        None => return Err(FORM.into()),
    }
    Ok(offer)
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use domain::catalogue::{AccessPoint, PortType};
    use domain::offers::{AccessPointStatus, Offer, Offers};

    fn read(text: &str) -> Result<Offers, String> {
        Config::with(&[("access_points", text)]).map(|config| config.rules().offers)
    }

    fn offer(text: &str, id: &str) -> Offer {
        let point = AccessPoint::find(id).expect("in the catalogue");
        *read(text).expect("it reads").at(point)
    }

    #[test]
    fn an_access_point_offers_what_its_words_have_not_taken_away() {
        let text = "ap-cn-hangzhou-yh-B=full; ap-cn-hangzhou-jg-B = hot, no-ipv6,no-10GBase-LR;\n\
                    ap-sg-singpore-A=no-bypass;";
        let set = |set: fn(&mut Offer)| {
            let mut offer = Offer::EVERYTHING;
            set(&mut offer);
            offer
        };
        let full = set(|offer| offer.status = AccessPointStatus::Full);
        assert_eq!(offer(text, "ap-cn-hangzhou-yh-B"), full);
        let hot = set(|offer| (offer.status, offer.ipv6) = (AccessPointStatus::Hot, false));
        assert_eq!(offer(text, "ap-cn-hangzhou-jg-B"), hot.without(PortType::Base10GLr));
        let ordered = set(|offer| offer.without_order = false);
        assert_eq!(offer(text, "ap-sg-singpore-A"), ordered);
        assert_eq!(offer(text, "ap-eu-frankfurt-B"), Offer::EVERYTHING);
        assert_eq!(read(""), Ok(Offers::default()));
    }

    #[test]
    fn what_is_no_access_point_or_no_word_of_one_is_refused() {
        for (text, why) in [
            ("ap-nowhere=full", "no access point ap-nowhere"),
            ("ap-cn-hangzhou-yh-B", "ID=WORD"),
            ("ap-cn-hangzhou-yh-B=", "ID=WORD"),
            ("ap-cn-hangzhou-yh-B=closed", "ID=WORD"),
            ("ap-cn-hangzhou-yh-B=no-ports", "ID=WORD"),
            ("ap-cn-hangzhou-yh-B=hot;ap-cn-hangzhou-yh-B=full", "said twice"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains("access-points") && error.contains(why), "{error}");
        }
    }
}
