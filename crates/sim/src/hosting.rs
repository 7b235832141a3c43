//! Calls on shared circuits, made up so that partners and tenants come far with them.

use crate::call::Call;
use crate::flight::Item;
use crate::generate::{Maker, ORDER};
use crate::model::atlas::EDITIONS;
use crate::model::hosted::Hosted;
use crate::model::state::Circuit;
use crate::model::{POOR, RICH};

const MAKE: &str = "CreateVirtualPhysicalConnection";
const ROUTER: &str = "CreateVirtualBorderRouter";

/// Who makes a call.
#[derive(Clone, Copy)]
enum By {
    Partner,
    Tenant,
}

use By::{Partner, Tenant};

/// How often something makes sense, of whom, and what.
type Step = (u64, By, &'static str);

/// What makes sense of a shared circuit that stands so.
const STEPS: &[(&str, &[Step])] = &[
    (
        "Allocated",
        &[
            (10, Tenant, "ConfirmPhysicalConnection"),
            (3, Partner, "UpdateVirtualPhysicalConnection"),
            (1, Tenant, "UpdateVirtualPhysicalConnection"),
            (2, Partner, "DeletePhysicalConnection"),
            (1, Tenant, "DeletePhysicalConnection"),
            (1, Tenant, "CancelPhysicalConnection"),
            (1, Tenant, "ApplyPhysicalConnectionLOA"),
            (1, Tenant, "SecondApplyPhysicalConnectionLOA"),
            (1, Tenant, "ModifyPhysicalConnectionAttribute"),
        ],
    ),
    (
        "Confirmed",
        &[
            (10, Tenant, ORDER),
            (2, Tenant, "EnablePhysicalConnection"),
            (2, Partner, "UpdateVirtualPhysicalConnection"),
            (1, Partner, "DeletePhysicalConnection"),
            (1, Tenant, "DeletePhysicalConnection"),
            (1, Tenant, ROUTER),
        ],
    ),
    (
        "Enabled",
        &[
            (9, Tenant, ROUTER),
            (6, Partner, "AttachVbrToVpconn"),
            (5, Partner, "UpdateVirtualPhysicalConnection"),
            (3, Tenant, "RenewInstance"),
            (3, Tenant, "TerminatePhysicalConnection"),
            (3, Tenant, "UpdateVirtualBorderBandwidth"),
            (2, Tenant, "ModifyVirtualBorderRouterAttribute"),
            (2, Tenant, "TerminateVirtualBorderRouter"),
            (1, Tenant, "DeleteVirtualBorderRouter"),
            (2, Tenant, "AssociateMacSecKey"),
            (2, Tenant, "ModifyPhysicalConnectionAttribute"),
            (1, Partner, "DeletePhysicalConnection"),
            (1, Tenant, "RecoverPhysicalConnection"),
            (1, Tenant, MAKE),
        ],
    ),
    (
        "Terminated",
        &[
            (8, Tenant, "RecoverPhysicalConnection"),
            (2, Tenant, "DeletePhysicalConnection"),
            (1, Partner, "UpdateVirtualPhysicalConnection"),
            (1, Tenant, "RefundInstance"),
        ],
    ),
    ("Terminating", &[(1, Tenant, "RecoverPhysicalConnection")]),
    ("Canceled", &[(1, Partner, "UpdateVirtualPhysicalConnection")]),
];

impl Maker<'_> {
    /// A call that makes something shared, or goes on with what is.
    pub(crate) fn share(&mut self) -> Vec<Item> {
        let shared = |circuit: &&Circuit| circuit.hosted.is_some() && !circuit.deleted;
        let all: Vec<Circuit> = self.state().circuits.iter().filter(shared).cloned().collect();
        let call = if all.is_empty() || self.chance.percent(25) {
            self.begin_to_share()
        } else {
            let nth = self.chance.below(all.len());
            self.go_on_with(&all[nth])
        };
        call.into_iter().map(Item::Call).collect()
    }

    /// A key of an account, in this world.
    fn by(&mut self, call: &mut Call, account: u64) {
        let edition = EDITIONS[self.chance.below(EDITIONS.len())];
        let name = match account {
            RICH => format!("sandbox-{edition}"),
            POOR => "sandbox-poor".to_owned(),
            other => {
                let age = if self.chance.percent(70) { "new" } else { "old" };
                format!("{age}-{}", other.saturating_sub(2_000_000))
            }
        };
        call.key = if self.world == "default" { name } else { format!("{name}@{}", self.world) };
    }

    /// A partner makes a shared circuit, or a router of which one can be made.
    fn begin_to_share(&mut self) -> Option<Call> {
        let ports: Vec<Circuit> = {
            let all = self.state().circuits.iter();
            let own = all.filter(|its| its.hosted.is_none() && !its.deleted);
            own.filter(|its| its.status == "Enabled").cloned().collect()
        };
        let lent = self.state().routers.iter().filter(|its| its.owner != its.home && !its.deleted);
        let lent: Vec<_> = lent.map(|its| (its.home, its.region.clone(), its.id.clone())).collect();
        if !lent.is_empty() && self.chance.percent(35) {
            let (partner, region, id) = lent[self.chance.below(lent.len())].clone();
            let mut call = self.named("CreateVpconnFromVbr");
            self.by(&mut call, partner);
            call.set("RegionId", region);
            call.set("VbrId", id);
            return Some(call);
        }
        if ports.is_empty() {
            return None;
        }
        let port = ports[self.chance.below(ports.len())].clone();
        let accounts: Vec<u64> = self.state().accounts.keys().copied().collect();
        let others: Vec<u64> = accounts.into_iter().filter(|its| *its != port.account).collect();
        if others.is_empty() {
            return None;
        }
        let tenant = if port.account != RICH && self.chance.percent(60) {
            RICH
        } else {
            others[self.chance.below(others.len())]
        };
        let lends = self.chance.percent(35);
        let mut call = self.named(if lends { ROUTER } else { MAKE });
        self.by(&mut call, port.account);
        call.set("RegionId", port.region);
        call.set("PhysicalConnectionId", port.id);
        call.set("VlanId", self.chance.between(1, 9).to_string());
        if lends {
            for name in ["LocalGatewayIp", "PeerGatewayIp", "PeeringSubnetMask"] {
                call.remove(name);
            }
            call.remove("Name");
            call.remove("Description");
            call.set("VbrOwnerId", tenant.to_string());
            call.set("Bandwidth", *self.chance.pick(&["50", "100", "500", "2048"]));
        } else {
            call.set("VpconnAliUid", tenant.to_string());
            call.set("Spec", *self.chance.pick(&["50M", "100M", "500M", "1G", "5G"]));
        }
        Some(call)
    }

    fn go_on_with(&mut self, circuit: &Circuit) -> Option<Call> {
        let (_, steps) = STEPS.iter().find(|(status, _)| *status == circuit.status)?;
        let steps: Vec<_> =
            steps.iter().map(|(weight, by, name)| (*weight, (*by, *name))).collect();
        let (by, name) = self.chance.weighted(&steps);
        let hosted = circuit.hosted.clone()?;
        let mut call = self.named(name);
        self.by(&mut call, if matches!(by, Partner) { hosted.partner } else { circuit.account });
        let on = self.state().routers.iter().find(|its| {
            let first = &self.state().circuits[its.line.circuit];
            !its.deleted && first.id == circuit.id
        });
        let router = on.map(|its| its.id.clone());
        let of_router = name != ROUTER && name.contains("VirtualBorder");
        if of_router {
            call.set("RegionId", circuit.region.clone());
            let of_what =
                if name.starts_with("Update") { "VirtualBorderRouterId" } else { "VbrId" };
            call.set(of_what, router?);
            return Some(call);
        }
        let of_what = match name {
            "AttachVbrToVpconn" => "VpconnId",
            "UpdateVirtualPhysicalConnection"
            | "RecoverPhysicalConnection"
            | "RenewInstance"
            | "RefundInstance"
            | "ApplyPhysicalConnectionLOA"
            | "SecondApplyPhysicalConnectionLOA" => "InstanceId",
            _ => "PhysicalConnectionId",
        };
        call.set("RegionId", circuit.region.clone());
        call.set(of_what, circuit.id.clone());
        match name {
            "AttachVbrToVpconn" => {
                let router = hosted.router.map(|place| self.state().routers[place].id.clone());
                if let Some(id) = router {
                    call.set("VbrId", id);
                }
            }
            ROUTER => {
                if self.chance.percent(85) {
                    call.set("VlanId", hosted.vlan.to_string());
                    call.remove("VbrOwnerId");
                    call.remove("Bandwidth");
                }
                for (name, value) in [
                    ("LocalGatewayIp", "10.0.0.1"),
                    ("PeerGatewayIp", "10.0.0.2"),
                    ("PeeringSubnetMask", "255.255.255.252"),
                ] {
                    call.set(name, value);
                }
            }
            "UpdateVirtualPhysicalConnection" if self.chance.percent(60) => {
                let specs = ["50M", "100M", "500M", "1G", "2G", "10G"];
                call.set("ExpectSpec", *self.chance.pick(&specs));
            }
            ORDER if self.chance.percent(70) => call.set("AutoPay", "true"),
            MAKE => call.set("VpconnAliUid", hosted.partner.to_string()),
            _ => {}
        }
        Some(call)
    }

    /// The id of a shared circuit that is so, if any is.
    fn one_that(&mut self, is_so: impl Fn(&Circuit, &Hosted) -> bool) -> Option<String> {
        let all = self.state().circuits.iter();
        let all = all.filter(|its| its.hosted.as_ref().is_some_and(|hosted| is_so(its, hosted)));
        let ids: Vec<String> = all.map(|its| its.id.clone()).collect();
        (!ids.is_empty()).then(|| ids[self.chance.below(ids.len())].clone())
    }

    /// What calls on shared circuits say under a name; `None` for what any call may say.
    pub(crate) fn of_hosted(&mut self, name: &str, call: &Call, broken: bool) -> Option<String> {
        let account = self.model.key(call).map_or(RICH, |key| key.account);
        let text = match name {
            "VpconnAliUid" if !broken => {
                let accounts: Vec<u64> = self.state().accounts.keys().copied().collect();
                let one = accounts[self.chance.below(accounts.len())];
                if self.chance.percent(4) { "7".into() } else { one.to_string() }
            }
            "VpconnId" | "InstanceId"
                if !broken
                    && ["AttachVbrToVpconn", "UpdateVirtualPhysicalConnection"]
                        .contains(&&*call.action) =>
            {
                self.one_that(|_, hosted| hosted.partner == account)?
            }
            "InstanceId" if !broken && call.action == "RecoverPhysicalConnection" => {
                self.one_that(|circuit, _| circuit.account == account)?
            }
            "VpconnId" => "pc-nobody".into(),
            _ => return None,
        };
        Some(text)
    }

    /// Values of a list by which shared circuits are sought.
    pub(crate) fn hosted_list(&mut self, name: &str, call: &mut Call) {
        let shared = |circuit: &&Circuit| circuit.hosted.is_some();
        let all: Vec<Circuit> = self.state().circuits.iter().filter(shared).cloned().collect();
        for nth in 1..=1 + self.chance.below(2) {
            let one = if all.is_empty() { None } else { all.get(self.chance.below(all.len())) };
            let value = match (name, one) {
                ("VirtualPhysicalConnectionStatuses", _) => {
                    (*self.chance.pick(&["Confirmed", "UnConfirmed", "Deleted", "Lost"])).into()
                }
                ("VirtualPhysicalConnectionAliUids", Some(one)) => one.account.to_string(),
                ("VlanIds", Some(Circuit { hosted: Some(hosted), .. })) => hosted.vlan.to_string(),
                (_, Some(one)) => one.id.clone(),
                (_, None) => "1".into(),
            };
            call.set(&format!("{name}.{nth}"), value);
        }
    }
}
