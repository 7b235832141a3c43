//! What exists before anyone orders anything: regions, access points, port types, operators.
//! Facts, no state. Prices are in `price.rs`.

use crate::print::{Fingerprint, Print};
use crate::words::words;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A region, as its place in [`REGIONS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Region(u8);

/// What is known about a region.
pub struct RegionFacts {
    /// Id on the wire, `cn-hangzhou`.
    pub id: &'static str,
    /// Name in Chinese, the service's default language.
    pub name_zh: &'static str,
    /// Name in English.
    pub name_en: &'static str,
}

const fn region(id: &'static str, name_zh: &'static str, name_en: &'static str) -> RegionFacts {
    RegionFacts { id, name_zh, name_en }
}

/// Every region with a VPC endpoint. The order is part of stored data only through the id.
/// SOURCE: api dossier 6 (ids). ASSUMED: names of regions that its samples do not print.
pub static REGIONS: &[RegionFacts] = &[
    region("cn-qingdao", "华北 1", "China (Qingdao)"),
    region("cn-beijing", "华北 2", "China (Beijing)"),
    region("cn-zhangjiakou", "华北 3", "China (Zhangjiakou)"),
    region("cn-huhehaote", "华北 5", "China (Hohhot)"),
    region("cn-wulanchabu", "华北 6 (乌兰察布)", "China (Ulanqab)"),
    region("cn-hangzhou", "华东 1", "China (Hangzhou)"),
    region("cn-shanghai", "华东 2", "China (Shanghai)"),
    region("cn-nanjing", "华东 5 (南京)", "China (Nanjing)"),
    region("cn-fuzhou", "华东 6 (福州)", "China (Fuzhou)"),
    region("cn-wuhan-lr", "华中 1 (武汉)", "China (Wuhan)"),
    region("cn-zhengzhou-jva", "郑州", "China (Zhengzhou)"),
    region("cn-shenzhen", "华南 1", "China (Shenzhen)"),
    region("cn-heyuan", "华南 2 (河源)", "China (Heyuan)"),
    region("cn-heyuan-acdr-1", "河源专属云", "China (Heyuan ACDR)"),
    region("cn-guangzhou", "华南 3 (广州)", "China (Guangzhou)"),
    region("cn-chengdu", "西南 1 (成都)", "China (Chengdu)"),
    region("cn-hongkong", "香港", "China (Hong Kong)"),
    region("cn-beijing-finance-1", "华北 2 金融云", "China (Beijing Finance)"),
    region("cn-shanghai-finance-1", "华东 2 金融云", "China (Shanghai Finance)"),
    region("cn-shenzhen-finance-1", "华南 1 金融云", "China (Shenzhen Finance)"),
    region("ap-southeast-1", "亚太东南 1 (新加坡)", "Singapore"),
    region("ap-southeast-2", "亚太东南 2 (悉尼)", "Australia (Sydney)"),
    region("ap-southeast-3", "亚太东南 3 (吉隆坡)", "Malaysia (Kuala Lumpur)"),
    region("ap-southeast-5", "亚太东南 5 (雅加达)", "Indonesia (Jakarta)"),
    region("ap-southeast-6", "亚太东南 6 (马尼拉)", "Philippines (Manila)"),
    region("ap-southeast-7", "亚太东南 7 (曼谷)", "Thailand (Bangkok)"),
    region("ap-south-1", "亚太南部 1 (孟买)", "India (Mumbai)"),
    region("ap-northeast-1", "亚太东北 1 (东京)", "Japan (Tokyo)"),
    region("ap-northeast-2", "亚太东北 2 (首尔)", "South Korea (Seoul)"),
    region("us-west-1", "美国西部 1 (硅谷)", "US (Silicon Valley)"),
    region("us-east-1", "美国东部 1 (弗吉尼亚)", "US (Virginia)"),
    region("na-south-1", "墨西哥", "Mexico"),
    region("eu-central-1", "欧洲中部 1 (法兰克福)", "Germany (Frankfurt)"),
    region("eu-west-1", "英国 (伦敦)", "UK (London)"),
    region("me-east-1", "中东东部 1 (迪拜)", "UAE (Dubai)"),
    region("me-central-1", "沙特 (利雅得)", "SAU (Riyadh - Partner Region)"),
];

/// Where a region's port fee stands in the price table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PriceZone {
    /// The Chinese mainland.
    Mainland,
    /// Everywhere else.
    Elsewhere,
    /// Riyadh, a partner region.
    Riyadh,
}

impl Region {
    /// The region with this id on the wire.
    pub fn find(id: &str) -> Option<Self> {
        // Looked up by every request and, when a store is loaded, for every circuit and order.
        static PLACES: LazyLock<HashMap<&str, Region>> =
            LazyLock::new(|| Region::all().map(|region| (region.id(), region)).collect());
        PLACES.get(id).copied()
    }

    /// All regions, in catalogue order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..u8::try_from(REGIONS.len()).expect("fewer than 256 regions")).map(Self)
    }

    /// Its place in the catalogue.
    pub fn place(self) -> usize {
        self.0.into()
    }

    /// What is known about it.
    pub fn facts(self) -> &'static RegionFacts {
        &REGIONS[usize::from(self.0)]
    }

    /// Its id on the wire.
    pub fn id(self) -> &'static str {
        self.facts().id
    }

    /// Its place in the price table.
    /// SOURCE: billing dossier 2.4. ASSUMED: Hong Kong counts as outside the mainland.
    pub fn price_zone(self) -> PriceZone {
        match self.id() {
            "me-central-1" => PriceZone::Riyadh,
            "cn-hongkong" => PriceZone::Elsewhere,
            id if id.starts_with("cn-") => PriceZone::Mainland,
            _ => PriceZone::Elsewhere,
        }
    }
}

/// An access point, as its place in [`ACCESS_POINTS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccessPoint(u16);

/// What is known about an access point.
pub struct AccessPointFacts {
    /// Id on the wire, `ap-cn-hangzhou-yh-B`.
    pub id: &'static str,
    /// Id of its region.
    pub region: &'static str,
    /// Name in Chinese.
    pub name_zh: &'static str,
    /// Name in English.
    pub name_en: &'static str,
    /// Who runs the building.
    pub host_operator: &'static str,
}

const fn access_point(
    id: &'static str,
    region: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
    host_operator: &'static str,
) -> AccessPointFacts {
    AccessPointFacts { id, region, name_zh, name_en, host_operator }
}

/// Access points whose ids are known.
/// SOURCE: api dossier 6. ASSUMED: English names; regions that follow from the name only.
pub static ACCESS_POINTS: &[AccessPointFacts] = &[
    access_point("ap-cn-beijing-ft-A", "cn-beijing", "北京-丰台-A", "Beijing-Fengtai-A", "皓宽"),
    access_point(
        "ap-cn-beijing-yz-A",
        "cn-beijing",
        "北京-亦庄-A",
        "Beijing-Yizhuang-A",
        "世纪互联",
    ),
    access_point("ap-cn-beijing-dx-A", "cn-beijing", "北京-大兴-A", "Beijing-Daxing-A", "GDS"),
    access_point("ap-cn-beijing-dx-B", "cn-beijing", "北京-大兴-B", "Beijing-Daxing-B", "中国联通"),
    access_point(
        "ap-cn-beijing-cp-A",
        "cn-beijing",
        "北京-昌平-A",
        "Beijing-Changping-A",
        "中国电信",
    ),
    access_point("ap-cn-beijing-cy-A", "cn-beijing", "北京-朝阳-A", "Beijing-Chaoyang-A", ""),
    access_point(
        "ap-cn-hangzhou-yh-B",
        "cn-hangzhou",
        "杭州-余杭-B",
        "Hangzhou-Yuhang-B",
        "Data Port",
    ),
    access_point(
        "ap-cn-hangzhou-yh-C",
        "cn-hangzhou",
        "杭州-余杭-C",
        "Hangzhou-Yuhang-C",
        "Huaton Cloud",
    ),
    access_point(
        "ap-cn-hangzhou-xs-B",
        "cn-hangzhou",
        "杭州-萧山-B",
        "Hangzhou-Xiaoshan-B",
        "China Telecom",
    ),
    access_point(
        "ap-cn-hangzhou-jg-B",
        "cn-hangzhou",
        "杭州-江干-B",
        "Hangzhou-Jianggan-B",
        "VNET",
    ),
    access_point(
        "ap-cn-hangzhou-finance-yh-E",
        "cn-hangzhou",
        "杭州-余杭-E",
        "Hangzhou-Yuhang-E",
        "",
    ),
    access_point(
        "ap-cn-hangzhou-yh-ts-A",
        "cn-hangzhou",
        "杭州-余杭-TS-A",
        "Hangzhou-Yuhang-TS-A",
        "",
    ),
    access_point("ap-cn-shanghai-pd-D", "cn-shanghai", "上海-宝山-D", "Shanghai-Baoshan-D", ""),
    access_point(
        "ap-cn-shanghai-nt-aligroup-C",
        "cn-shanghai",
        "上海-南通-C",
        "Shanghai-Nantong-C",
        "",
    ),
    access_point("ap-sg-singpore-A", "ap-southeast-1", "新加坡-A", "Singapore-A", "Equinix"),
    access_point(
        "ap-eu-frankfurt-B",
        "eu-central-1",
        "法兰克福-B",
        "Germany-Frankfurt-B",
        "Equinix",
    ),
];

impl AccessPoint {
    /// The access point with this id on the wire.
    pub fn find(id: &str) -> Option<Self> {
        static PLACES: LazyLock<HashMap<&str, AccessPoint>> =
            LazyLock::new(|| AccessPoint::all().map(|point| (point.id(), point)).collect());
        PLACES.get(id).copied()
    }

    /// All access points, in catalogue order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..u16::try_from(ACCESS_POINTS.len()).expect("fewer than 65,536 access points")).map(Self)
    }

    /// The access points of a region, in catalogue order.
    pub fn of(region: Region) -> impl Iterator<Item = Self> {
        Self::all().filter(move |a| a.facts().region == region.id())
    }

    /// Its place in the catalogue.
    pub fn place(self) -> usize {
        self.0.into()
    }

    /// What is known about it.
    pub fn facts(self) -> &'static AccessPointFacts {
        &ACCESS_POINTS[usize::from(self.0)]
    }

    /// Its id on the wire.
    pub fn id(self) -> &'static str {
        self.facts().id
    }
}

words! {
    /// What a port is. SOURCE: api dossier, annex A (CreatePhysicalConnection).
    PortType {
        /// 100 Mbit/s, copper.
        Base100T = "100Base-T",
        /// 1 Gbit/s, copper.
        Base1000T = "1000Base-T",
        /// 1 Gbit/s, optical.
        Base1000Lx = "1000Base-LX",
        /// 10 Gbit/s, copper.
        Base10GT = "10GBase-T",
        /// 10 Gbit/s, optical.
        Base10GLr = "10GBase-LR",
        /// 40 Gbit/s, optical.
        Base40GLr = "40GBase-LR",
        /// 100 Gbit/s, optical.
        Base100GLr = "100GBase-LR",
    }
}

impl PortType {
    /// The speed class that prices and the `Spec` filter speak of.
    /// SOURCE: prices.json, spec_of_port_type (inferred there).
    pub const fn spec(self) -> &'static str {
        match self {
            Self::Base100T | Self::Base1000T | Self::Base1000Lx => "1G",
            Self::Base10GT | Self::Base10GLr => "10G",
            Self::Base40GLr => "40G",
            Self::Base100GLr => "100G",
        }
    }

    /// The port's own speed, Mbit/s.
    pub const fn speed_mbps(self) -> u32 {
        match self {
            Self::Base100T => 100,
            Self::Base1000T | Self::Base1000Lx => 1_000,
            Self::Base10GT | Self::Base10GLr => 10_000,
            Self::Base40GLr => 40_000,
            Self::Base100GLr => 100_000,
        }
    }

    /// How fast a router on it may be told to be: from 10 Gbit/s on, 1024 Mbit/s are one Gbit/s.
    /// SOURCE: ROUTERS 7 (which bandwidths there are).
    pub const fn router_mbps(self) -> u32 {
        match self {
            Self::Base100T | Self::Base1000T | Self::Base1000Lx => self.speed_mbps(),
            _ => self.speed_mbps() / 1_000 * 1_024,
        }
    }
}

words! {
    /// How fast a shared port is, as tenants buy it.
    /// SOURCE: api_operations.json (CreateVirtualPhysicalConnection).
    SharedSpec {
        /// 50 Mbit/s.
        M50 = "50M",
        /// 100 Mbit/s.
        M100 = "100M",
        /// 200 Mbit/s.
        M200 = "200M",
        /// 300 Mbit/s.
        M300 = "300M",
        /// 400 Mbit/s.
        M400 = "400M",
        /// 500 Mbit/s.
        M500 = "500M",
        /// 1 Gbit/s.
        G1 = "1G",
        /// 2 Gbit/s, on request.
        G2 = "2G",
        /// 5 Gbit/s, on request.
        G5 = "5G",
        /// 8 Gbit/s, on request.
        G8 = "8G",
        /// 10 Gbit/s, on request.
        G10 = "10G",
    }
}

impl SharedSpec {
    /// How fast it is, Mbit/s.
    pub const fn mbps(self) -> u32 {
        match self {
            Self::M50 => 50,
            Self::M100 => 100,
            Self::M200 => 200,
            Self::M300 => 300,
            Self::M400 => 400,
            Self::M500 => 500,
            Self::G1 => 1_000,
            Self::G2 => 2_000,
            Self::G5 => 5_000,
            Self::G8 => 8_000,
            Self::G10 => 10_000,
        }
    }

    /// How fast a router on it is told to be: from 2 Gbit/s on, 1024 Mbit/s are one Gbit/s.
    /// SOURCE: ROUTERS 7 (which bandwidths there are).
    pub const fn router_mbps(self) -> u32 {
        match self {
            Self::G2 => 2_048,
            Self::G5 => 5_120,
            Self::G8 => 8_192,
            Self::G10 => 10_240,
            _ => self.mbps(),
        }
    }

    /// The one that a router of this bandwidth fits.
    pub fn of_router(mbps: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|spec| spec.router_mbps() == mbps)
    }
}

words! {
    /// The carrier of a line. SOURCE: api dossier, annex A (CreatePhysicalConnection).
    LineOperator {
        /// China Telecom.
        ChinaTelecom = "CT",
        /// China Unicom.
        ChinaUnicom = "CU",
        /// China Mobile.
        ChinaMobile = "CM",
        /// Another carrier of the mainland.
        MainlandOther = "CO",
        /// Equinix.
        Equinix = "Equinix",
        /// Another carrier outside the mainland.
        Other = "Other",
    }
}

impl Print for AccessPoint {
    fn print(&self, into: &mut Fingerprint) {
        into.text(self.id());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_point_is_listed_in_its_region_and_nowhere_else() {
        let listed: Vec<_> = Region::all()
            .flat_map(|region| AccessPoint::of(region).map(move |point| (point, region)))
            .collect();
        assert_eq!(listed.len(), ACCESS_POINTS.len());
        for (point, region) in listed {
            assert_eq!(point.facts().region, region.id(), "{}", point.id());
            assert_eq!(AccessPoint::find(point.id()), Some(point));
        }
    }

    /// Stores and tables number them by their places.
    #[test]
    fn a_region_and_an_access_point_know_their_places_in_the_catalogue() {
        for (place, region) in Region::all().enumerate() {
            assert_eq!((region.place(), REGIONS[place].id), (place, region.id()));
        }
        for (place, point) in AccessPoint::all().enumerate() {
            assert_eq!((point.place(), ACCESS_POINTS[place].id), (place, point.id()));
        }
    }

    #[test]
    fn a_port_is_as_fast_as_its_name_says() {
        for port in PortType::ALL {
            let (speed, _) = port.text().split_once("Base").expect("a speed comes first");
            let mbps = match speed.strip_suffix('G') {
                Some(gigabits) => gigabits.parse::<u32>().expect("a number") * 1_000,
                None => speed.parse().expect("a number"),
            };
            assert_eq!(port.speed_mbps(), mbps, "{port:?}");
            let class = port.spec().strip_suffix('G').expect("a class of gigabits");
            assert_eq!(class.parse(), Ok((mbps / 1_000).max(1)), "{port:?}");
        }
    }
}
