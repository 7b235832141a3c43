//! How calls on virtual border routers say things: which editions have a word, what form it has,
//! with what code it is refused, and what it comes to.

use super::atlas::{E2020, E2022, E2023, E2024, E2025_09, Edition};
use super::forms::{Form, Text};
use super::pages::{Reading, number};
use super::reference::Parameter;
use super::routers::{LINE, Line};
use super::{atlas, tags};
use crate::call::Call;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

/// From this edition on there are the rows that the vendor's metadata of mid-2024 has.
pub const LATER: Edition = E2024;

/// What of a router a call can change besides its line.
pub const AMENDED: [&str; 8] = [
    "Bandwidth",
    "MinTxInterval",
    "MinRxInterval",
    "DetectMultiplier",
    "Mtu",
    "SitelinkEnable",
    "Name",
    "Description",
];

/// Whether an operation is one of routers and of what hangs off them.
pub fn is_own(action: &str) -> bool {
    let hosted = super::hosted::OWN.contains(&action);
    let virtual_too = ["Virtual", "Vbr"].iter().any(|word| action.contains(word));
    virtual_too && !hosted || action == "ChangeResourceGroup"
}

/// Since when an operation of routers has a parameter. SOURCE: EDITIONS, section 7.
pub fn has(action: &str, name: &str) -> fn(Edition) -> bool {
    match name {
        "EnableIpv6" | "LocalIpv6GatewayIp" | "PeerIpv6GatewayIp" | "PeeringIpv6SubnetMask" => {
            |edition| edition >= E2020
        }
        "Bandwidth" if action != "UpdateVirtualBorderBandwidth" => |edition| edition >= E2020,
        "IncludeCrossAccountVbr" => |edition| edition >= E2023,
        "ResourceGroupId" | "Tags" | "SitelinkEnable" => |edition| edition >= E2024,
        "Mtu" => |edition| edition >= E2025_09,
        _ => |_| true,
    }
}

/// The form of a parameter of an operation of routers, where the reference's fields do not say it.
pub fn form(action: &str, told: &'static Parameter) -> Option<Form> {
    Some(match (action, &*told.name) {
        // SOURCE: CONTRACT, of circuits: what no thing has is not found, and not malformed.
        (
            _,
            "VbrId"
            | "PeerVbrId"
            | "VirtualBorderRouterId"
            | "VbrHaId"
            | "VbrInstanceIds"
            | "PhysicalConnectionId",
        )
        | ("DeleteVbrHa", "InstanceId")
        | ("DescribeVbrHa", "ClientToken")
        | ("DescribeVirtualBorderRouters", "ResourceGroupId") => Form::Any,
        (_, "Filter") => Form::Filters,
        (_, "Tags") => Form::Tags,
        (_, "VlanId") => Form::Number(0, 2999),
        (_, "LocalGatewayIp" | "PeerGatewayIp") => {
            Form::Fits(|text| text.parse::<Ipv4Addr>().is_ok())
        }
        // SOURCE: ROUTERS 6: 24 to 30 bits.
        (_, "PeeringSubnetMask") => Form::Fits(is_mask),
        (_, "LocalIpv6GatewayIp" | "PeerIpv6GatewayIp") => {
            Form::Fits(|text| text.parse::<Ipv6Addr>().is_ok())
        }
        (_, "PeeringIpv6SubnetMask") => Form::Fits(is_prefix),
        (_, "EnableIpv6") => Form::Bool,
        (_, "VbrOwnerId" | "VbrOwnerUid") => Form::Number(0, i64::MAX),
        ("ModifyVirtualBorderRouterAttribute" | "UpdateVirtualBorderBandwidth", "Bandwidth") => {
            Form::Number(1, 102_400)
        }
        (_, "MinTxInterval" | "MinRxInterval" | "DetectMultiplier") => {
            Form::Number(told.min.expect("a least"), told.max.expect("a most"))
        }
        (_, "AssociatedPhysicalConnections") => Form::Fits(|text| further(text).is_some()),
        ("CreateVbrHa", "Name") => Form::Text(Text::plain(128)),
        ("GrantInstanceToVbr" | "RevokeInstanceFromVbr", "InstanceId") => {
            Form::Text(Text::plain(128))
        }
        (_, "GrantType") => Form::AnyCase(vec!["All", "Specify"]),
        (_, "VbrRegionNo") => Form::Words(atlas::REGIONS.to_vec()),
        _ => return None,
    })
}

/// The form of a parameter of ChangeResourceGroup, of which no table has anything.
pub fn of_regrouping(name: &str) -> Form {
    match name {
        "ResourceType" => Form::Words(vec![
            "PHYSICALCONNECTION",
            "VIRTUALBORDERROUTER",
            "ROUTERINTERFACE",
            "TRAFFICQOS",
        ]),
        "ResourceId" => Form::Text(Text::plain(128)),
        "NewResourceGroupId" => Form::Text(Text::plain(64)),
        _ => Form::Any,
    }
}

/// What the form was before, and until when. SOURCE: EDITIONS, T104, T135, T136 and T142.
pub fn before(action: &str, told: &'static Parameter) -> Option<(Form, Edition)> {
    Some(match (action, &*told.name) {
        ("AssociatePhysicalConnectionToVirtualBorderRouter", "VlanId") => {
            (Form::Number(1, 2999), E2022)
        }
        (_, "VlanId") => (Form::Number(1, 2999), E2020),
        ("CreateVirtualBorderRouter" | "ModifyVirtualBorderRouterAttribute", "Name") => {
            (Form::Text(Text::told(told).with('.')), E2020)
        }
        _ => return None,
    })
}

/// SOURCE: ROUTERS 6: 24 to 30 bits.
fn is_mask(text: &str) -> bool {
    let last = text.strip_prefix("255.255.255.");
    last.is_some_and(|last| "0 128 192 224 240 248 252".split(' ').any(|its| its == last))
}

fn is_prefix(text: &str) -> bool {
    text.split_once('/').is_some_and(|(network, length)| {
        let plain = !length.is_empty() && length.chars().all(|c| c.is_ascii_digit());
        let length = length.parse::<u32>().is_ok_and(|length| length <= 128);
        plain && length && network.parse::<Ipv6Addr>().is_ok()
    })
}

/// The code for a value that has not its form.
pub fn code(action: &str, name: &str) -> Option<&'static str> {
    if ["GrantInstanceToVbr", "RevokeInstanceFromVbr"].contains(&action) && name != "RegionId" {
        return Some("Parameter.Illegal");
    }
    let joins = action == "AssociatePhysicalConnectionToVirtualBorderRouter";
    Some(match name {
        "ResourceType" => "IllegalParam.ResourceType",
        "ClientToken" => "IllegalParam.ClientToken",
        "LocalIpv6GatewayIp" | "PeerIpv6GatewayIp" | "PeeringIpv6SubnetMask" if joins => {
            "InvalidIP.Malformed"
        }
        "LocalIpv6GatewayIp" | "PeerIpv6GatewayIp" => "IllegalParam.IpAddress",
        "PeeringIpv6SubnetMask" => "IllegalParam.CidrBlock",
        "VlanId" => "InvalidVlanId.Malformed",
        "CircuitCode" => "InvalidCircuitCode.Malformed",
        "LocalGatewayIp" | "PeerGatewayIp" if action.starts_with("Modify") => "InvalidIp.Malformed",
        "LocalGatewayIp" => "InvalidLocalGatewayIp.Malformed",
        "PeerGatewayIp" => "InvalidPeerGatewayIp.Malformed",
        "PeeringSubnetMask" => "InvalidPeeringSubnetMask.Malformed",
        "Name" if action != "CreateVbrHa" => "InvalidName.Malformed",
        "Description" if action != "CreateVbrHa" => "InvalidDescription.Malformed",
        "VbrOwnerId" => "IllegalParam.OwnerAliUid",
        "Bandwidth" if action.starts_with("Create") => "IllegalParam.Bandwidth",
        "MinTxInterval" => "IllegalParam.MinTxInterval",
        "MinRxInterval" => "IllegalParam.MinRxInterval",
        "DetectMultiplier" => "IllegalParam.DetectMultiplier",
        "AssociatedPhysicalConnections" => "IllegalParam.AssociatedPhysicalConnections",
        _ => return None,
    })
}

/// What a caller is told who may not say something.
pub fn not_theirs(name: &str) -> &'static str {
    match name {
        "CircuitCode" => "Forbidden.CircuitCodeNotAllowedByCaller",
        "LocalGatewayIp" => "Forbidden.LocalGatewayIpNotAllowedByCaller",
        "PeerGatewayIp" => "Forbidden.PeerGatewayIpNotAllowedByCaller",
        "PeeringSubnetMask" => "Forbidden.PeeringSubnetMaskNotAllowedByCaller",
        "VlanId" => "Forbidden.VlanIdNotAllowedByCaller",
        "Name" => "Forbidden.NameNotAllowedByCaller",
        _ => "Forbidden.DescriptionNotAllowedByCaller",
    }
}

/// What a caller is told who may not do something.
pub fn not_by_user(action: &str, later: bool) -> &'static str {
    match (action, later) {
        ("TerminateVirtualBorderRouter", true) => "Forbidden.OperationTerminateNotAllowedByUser",
        ("RecoverVirtualBorderRouter", true) => "Forbidden.OperationRecoverNotAllowedByUser",
        (_, true) => "Forbidden.OperationDeleteNotAllowedByUser",
        (_, false) => "Forbidden.OperationNotAllowedByUser",
    }
}

/// What is found out once every value has its form.
pub fn late_error(reading: &Reading) -> Option<(u16, &'static str)> {
    let call = reading.call;
    match call.action.as_str() {
        "DescribeVbrHa" => {
            let none = ["VbrId", "VbrHaId"].iter().all(|name| call.parameter(name).is_none());
            none.then_some((400, "MissingParam.VbrHaIdOrVbrId"))
        }
        "GrantInstanceToVbr" | "RevokeInstanceFromVbr" => {
            if tags::texts(call, "VbrInstanceIds").len() > 20 {
                return Some((400, "Parameter.Illegal"));
            }
            let all = named(call);
            let specified = call.parameter("GrantType")?.eq_ignore_ascii_case("Specify");
            match all.len() {
                0 if specified => Some((400, "InvalidParam.NotNull")),
                21.. if specified => Some((400, "Parameter.Illegal")),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The routers that a call names. SOURCE: ROUTERS 12, point 9.
fn named(call: &Call) -> Vec<String> {
    let mut said: Vec<String> =
        tags::texts(call, "VbrInstanceIds").into_iter().map(str::to_owned).collect();
    if let Some(text) = call.parameter("VbrInstanceIds") {
        match serde_json::from_str::<Vec<String>>(text) {
            Ok(array) => said.extend(array),
            Err(_) => said.push(text.to_owned()),
        }
    }
    let ids = said.iter().flat_map(|text| text.split(',')).map(str::trim);
    ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// To which routers something is granted; `None` for all.
pub fn granted(call: &Call) -> Option<BTreeSet<String>> {
    let all = call.parameter("GrantType").is_some_and(|kind| kind.eq_ignore_ascii_case("All"));
    (!all).then(|| named(call).into_iter().collect())
}

/// A word of a call, where its edition has such.
pub fn said<'c>(reading: &Reading<'c>, name: &str) -> Option<&'c str> {
    let has = has(&reading.call.action, name)(reading.edition);
    reading.call.parameter(name).filter(|_| has)
}

/// The line on a circuit that a call describes.
pub fn line_of(reading: &Reading, circuit: usize) -> Line {
    let mut line = Line { circuit, ..Line::default() };
    amend_line(reading, &mut line);
    line
}

/// What of a line a call says otherwise.
pub fn amend_line(reading: &Reading, line: &mut Line) {
    if let Some(vlan) = said(reading, "VlanId").and_then(number) {
        line.vlan = vlan;
    }
    for (name, word) in LINE.iter().zip(&mut line.words) {
        if let Some(text) = said(reading, name) {
            text.clone_into(word);
        }
    }
    if let Some(text) = said(reading, "EnableIpv6") {
        line.ipv6 = text.eq_ignore_ascii_case("true");
    }
}

/// A word as it is kept.
pub fn normal(name: &str, text: &str) -> String {
    match name {
        "SitelinkEnable" => text.to_ascii_lowercase(),
        "Name" | "Description" => text.to_owned(),
        _ => number(text).map_or_else(|| text.to_owned(), |number| number.to_string()),
    }
}

/// A further circuit that a call changes, as JSON says it.
pub struct FurtherChange(Map<String, Value>);

impl FurtherChange {
    fn value(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(key, _)| key.trim() == name);
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// What it says of something; empty for nothing.
    pub fn text(&self, name: &str) -> &str {
        self.value(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn vlan(&self) -> Option<i64> {
        let value = self.value("VlanId")?;
        value.as_i64().or_else(|| number(value.as_str()?))
    }

    fn is_right(&self) -> bool {
        let texts = LINE.iter().all(|name| self.value(name).is_none_or(Value::is_string));
        let fits = |name: &str, is: fn(&str) -> bool| {
            let text = self.text(name);
            text.is_empty() || is(text)
        };
        let four = |text: &str| text.parse::<Ipv4Addr>().is_ok();
        let six = |text: &str| text.parse::<Ipv6Addr>().is_ok();
        let code = self.text("CircuitCode");
        let vlan = self.value("VlanId").is_none()
            || self.vlan().is_some_and(|vlan| (0..=2999).contains(&vlan));
        texts
            && vlan
            && self
                .value("PhysicalConnectionId")
                .is_some_and(|id| id.as_str().is_some_and(|id| id.starts_with("pc-")))
            && code.chars().count() <= 128
            && !code.chars().any(char::is_control)
            && self.value("ipv6Enable").is_none_or(Value::is_boolean)
            && fits("LocalGatewayIp", four)
            && fits("PeerGatewayIp", four)
            && fits("PeeringSubnetMask", is_mask)
            && fits("LocalIpv6GatewayIp", six)
            && fits("PeerIpv6GatewayIp", six)
            && fits("PeeringIpv6SubnetMask", is_prefix)
    }

    /// Changes a line so, and what says of IPv6 if there is such.
    pub fn amend(&self, line: &mut Line, ipv6: bool) {
        if let Some(vlan) = self.vlan() {
            line.vlan = vlan;
        }
        for (place, (name, word)) in LINE.iter().zip(&mut line.words).enumerate() {
            let text = self.text(name);
            if !text.is_empty() && (place < 4 || ipv6) {
                text.clone_into(word);
            }
        }
        if let Some(flag) = self.value("ipv6Enable").and_then(Value::as_bool).filter(|_| ipv6) {
            line.ipv6 = flag;
        }
    }
}

/// What a call changes of further circuits; `None` if that cannot be.
pub fn further(text: &str) -> Option<Vec<FurtherChange>> {
    let objects: Vec<Map<String, Value>> = serde_json::from_str(text).ok()?;
    let changes: Vec<_> = objects.into_iter().map(FurtherChange).collect();
    changes.iter().all(FurtherChange::is_right).then_some(changes)
}

/// What two calls with one token must say alike of further circuits.
pub fn further_text(text: &str, ipv6: bool) -> String {
    let Some(changes) = further(text) else { return text.to_owned() };
    let said = |change: &FurtherChange| {
        let words = LINE.iter().take(if ipv6 { LINE.len() } else { 4 });
        let words: Vec<&str> = words.map(|name| change.text(name)).collect();
        let flag = change.value("ipv6Enable").and_then(Value::as_bool).filter(|_| ipv6);
        let (circuit, vlan) = (change.text("PhysicalConnectionId"), change.vlan());
        // What is not said of IPv6 is as good as nothing.
        format!("{circuit} {vlan:?} {flag:?} {}", words.join(" ").trim_end())
    };
    changes.iter().map(said).collect::<Vec<_>>().join("; ")
}
