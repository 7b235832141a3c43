//! What calls on virtual border routers do.

use super::atlas::{self, E2020, E2022, E2024};
use super::changes::{Change, Refusal};
use super::pages::number;
use super::router_addresses::{says_nothing_of, twice};
use super::router_forms::{self as forms, LATER};
use super::routers::{Line, Router, Vlan, one_subnet, whose};
use super::state::Outcome;
use super::time::CARRIER_STEP_MS;
use std::collections::BTreeMap;

impl Change<'_> {
    /// A word of the call, where its edition has such.
    fn said(&self, name: &str) -> Option<&str> {
        forms::said(self.reading, name)
    }

    pub fn later(&self) -> bool {
        self.reading.edition >= LATER
    }

    /// The router that the call names so, which its caller sees in its region.
    pub fn router_named(&self, name: &str) -> Option<usize> {
        let place = self.world.router_at(self.text(name))?;
        let router = &self.world.routers[place];
        let its = router.is_seen_by(self.account) && router.region == self.text("RegionId");
        (its && !router.deleted).then_some(place)
    }

    /// Which VLANs are free, as an edition says that one is not.
    fn vlan(
        &self,
        circuit: usize,
        vlan: i64,
        own: Option<usize>,
        one_code: bool,
    ) -> Result<(), Refusal> {
        let code = match self.world.vlan_is_taken(circuit, vlan, (own, None), self.at) {
            None => return Ok(()),
            Some(Vlan::PortHostsOthers) if !one_code => "OperationFailed.PconnAllocateVlan0",
            Some(Vlan::PortTaken | Vlan::PortHosted) if !one_code => {
                "OperationFailed.PconnExistVlan0Vbr"
            }
            Some(Vlan::PortShared) if !one_code => "OperationFailed.Vlan0VbrUnSharePconn",
            Some(Vlan::Kept) if self.later() => "OperationFailed.VlanIdInUse",
            Some(_) => "InvalidVlanId.Used",
        };
        Err((400, code))
    }

    /// What outbound traffic, a lock or the port's speed says, where the edition asks for it.
    fn served(&self) -> Result<(), Refusal> {
        if self.later() { self.service_open() } else { Ok(()) }
    }

    /// How fast a router is at most on the port of a circuit.
    /// SOURCE: ROUTERS 7: from 10 Gbit/s on 1024 Mbit/s are one.
    fn router_mbps(&self, circuit: usize) -> i64 {
        let port = atlas::port(self.world.circuits[circuit].word("PortType"));
        port.map_or(0, |(_, mbps)| if mbps < 10_000 { mbps } else { mbps / 1000 * 1024 })
    }

    fn fast_enough(&self, circuit: usize, mbps: i64) -> Result<(), Refusal> {
        let most = self.router_mbps(circuit);
        if self.later() && mbps > most { Err((400, "VbrBandwidthExceed")) } else { Ok(()) }
    }

    /// SOURCE: ROUTERS 6 and 8.
    fn addresses(&self, line: &Line, other: Option<u64>) -> Result<(), Refusal> {
        let [_, local, peer, mask, ..] = &line.words;
        let Some(other) = other else {
            if [local, peer, mask].iter().any(|text| text.is_empty()) {
                return Err((400, "MissingParameter"));
            }
            return if one_subnet(line) { Ok(()) } else { Err((400, "InvalidIp.NotSameSubnet")) };
        };
        if !self.world.accounts.contains_key(&other) {
            return Err((404, "InvalidVbrOwnerId.NotFound"));
        }
        says_nothing_of(line, &Line::default())?;
        for name in ["Name", "Description"] {
            if !self.text(name).is_empty() {
                return Err((403, forms::not_theirs(name)));
            }
        }
        Ok(())
    }

    /// Whether an account may have one more router on a circuit. SOURCE: ROUTERS 10.
    fn has_place(&self, circuit: usize, owner: u64) -> Result<(), Refusal> {
        let theirs = self.world.routers.iter().filter(|router| {
            let there = !router.deleted && router.status != "deleting";
            there && router.on(circuit).is_some() && router.owner == owner
        });
        if theirs.count() < 5 {
            return Ok(());
        }
        let creates = self.reading.call.action.starts_with("Create");
        let of_other = creates && self.later() && owner != self.account;
        let code = "QuotaExceeded.vbrPerpConn";
        Err((400, if of_other { "QuotaExceeded.CrossUserVBRPerUser" } else { code }))
    }

    /// CreateVirtualBorderRouter.
    pub fn make_router(&mut self) -> Result<Outcome, Refusal> {
        let not_found = (400, "InvalidPhysicalConnectionId.NotFound");
        let circuit = self.circuit_or(not_found)?;
        self.served()?;
        let line = forms::line_of(self.reading, circuit);
        let other = self.said("VbrOwnerId").and_then(number).map(whose);
        let other = other.filter(|other| *other != self.account);
        let said_mbps = self.said("Bandwidth").and_then(number);
        self.on_hosted(circuit, other, line.vlan, said_mbps)?;
        if self.world.circuits[circuit].status != "Enabled" {
            return Err((400, "InvalidPhysicalConnectionId.NotEnabled"));
        }
        self.point_is_open(circuit)?;
        self.has_ipv6(circuit, line.ipv6)?;
        self.addresses(&line, other)?;
        self.vlan(circuit, line.vlan, None, !self.later())?;
        let of_port = self.router_mbps(circuit);
        let hosted = self.world.hosted(circuit).map(|hosted| &*hosted.spec);
        let own_speed = hosted.map_or(of_port, super::hosted::router_mbps);
        let mbps = said_mbps.unwrap_or(own_speed);
        self.fast_enough(circuit, mbps)?;
        let owner = other.unwrap_or(self.account);
        self.has_place(circuit, owner)?;
        let text = |name| (name, self.said(name).unwrap_or_default().to_owned());
        let words = BTreeMap::from([
            ("Bandwidth", mbps.to_string()),
            ("MinTxInterval", "0".into()),
            ("MinRxInterval", "0".into()),
            ("DetectMultiplier", "0".into()),
            ("Mtu", "1500".into()),
            ("SitelinkEnable", "false".into()),
            text("Name"),
            text("Description"),
            text("ResourceGroupId"),
        ]);
        let own = other.is_none();
        let router = Router {
            home: self.account,
            owner,
            region: self.text("RegionId").to_owned(),
            created: self.at,
            status: if own { "active" } else { "unconfirmed" },
            times: [own.then_some(self.at), None, None],
            line,
            words,
            tags: super::tags::given_in(self.reading, "Tags", E2024),
            ..Router::default()
        };
        self.world.routers.push(router);
        Ok(Outcome::Router(self.world.routers.len() - 1))
    }

    /// Whether what is said is the caller's to say, on every circuit of the router; what is said
    /// again as it is always is. SOURCE: ROUTERS 3.4, 5 and 13.2.
    fn is_theirs(&self, router: &Router, line: &Line) -> Result<(), Refusal> {
        let [has_circuit, has_router] = [router.home, router.owner].map(|its| its == self.account);
        let mut lines = vec![(router.line.clone(), line.clone())];
        let changes = self.said("AssociatedPhysicalConnections").and_then(forms::further);
        for change in changes.unwrap_or_default() {
            let circuit = self.world.circuit_at(change.text("PhysicalConnectionId"));
            if let Some(its) = circuit.and_then(|circuit| router.on(circuit)) {
                let mut next = its.clone();
                change.amend(&mut next, self.reading.edition >= E2020);
                lines.push((its.clone(), next));
            }
        }
        for (is, next) in &lines {
            if next.words[0] != is.words[0] && !has_circuit {
                return Err((403, forms::not_theirs("CircuitCode")));
            }
            if !has_router {
                says_nothing_of(next, is)?;
            }
            if next.vlan != is.vlan && !has_circuit {
                return Err((403, forms::not_theirs("VlanId")));
            }
        }
        for name in ["Name", "Description"] {
            let other = self.said(name).is_some_and(|said| said != router.word(name));
            if other && !has_router {
                return Err((403, forms::not_theirs(name)));
            }
        }
        Ok(())
    }

    /// ModifyVirtualBorderRouterAttribute.
    pub fn amend_router(&mut self) -> Result<Outcome, Refusal> {
        let place = self.router_named("VbrId").ok_or((400, "InvalidVbrId.NotFound"))?;
        let router = self.world.routers[place].clone();
        let mut line = router.line.clone();
        forms::amend_line(self.reading, &mut line);
        let has_router = router.owner == self.account;
        let complete = line.words[1..4].iter().all(|text| !text.is_empty());
        let accepts = router.status == "unconfirmed" && has_router && complete;
        if !accepts && !["unconfirmed", "active"].contains(&router.status) {
            let old = "InvalidOperation.OperationNotAllowedInState";
            let code = if self.later() { "IncorrectStatus.VirtualBorderRouter" } else { old };
            return Err((400, code));
        }
        if self.later() && self.world.circuits[router.line.circuit].locked.0 {
            return Err((400, "OperationFailed.PhysicalConnectionFinancialLocked"));
        }
        self.served()?;
        self.is_theirs(&router, &line)?;
        let tries = router.status == "unconfirmed" && has_router && !complete;
        if self.later() && tries && self.says_an_address() {
            return Err((400, "MissingParameter"));
        }
        if !one_subnet(&line) {
            return Err((400, "InvalidIp.NotSameSubnet"));
        }
        let said_mbps = self.said("Bandwidth").and_then(number).map(|mbps| mbps.to_string());
        let same_speed = said_mbps.is_none_or(|mbps| mbps == router.word("Bandwidth"));
        let same = line.vlan == router.line.vlan && same_speed;
        if self.world.hosted(line.circuit).is_some() && !same {
            let new = "OperationDenied.VBRAssociateVPconn";
            let has_shared = self.reading.edition >= E2022;
            return Err((400, if has_shared { new } else { "InvalidVlanId.Used" }));
        }
        if line.vlan != router.line.vlan {
            self.vlan(line.circuit, line.vlan, Some(place), true)?;
        }
        if let Some(mbps) = self.said("Bandwidth").and_then(number) {
            self.fast_enough(line.circuit, mbps)?;
        }
        self.has_ipv6(line.circuit, line.ipv6 && !router.line.ipv6)?;
        let further = self.amend_further(place)?;
        if self.later() {
            self.amended_addresses(&router, (&line, &further))?;
        }
        let words: Vec<(&'static str, String)> = forms::AMENDED
            .into_iter()
            .filter_map(|name| Some((name, forms::normal(name, self.said(name)?))))
            .collect();
        let at = self.at;
        let router = &mut self.world.routers[place];
        router.line = line;
        router.further = further;
        router.words.extend(words);
        if accepts {
            router.status = "active";
            router.times[0].get_or_insert(at);
        }
        Ok(Outcome::Done)
    }

    /// Whether the call says any of what a router needs to be taken over.
    fn says_an_address(&self) -> bool {
        let names = ["LocalGatewayIp", "PeerGatewayIp", "PeeringSubnetMask"];
        names.into_iter().any(|name| self.said(name).is_some())
    }

    /// The further circuits as a call says that they are to be.
    fn amend_further(&self, place: usize) -> Result<Vec<Line>, Refusal> {
        let mut all = self.world.routers[place].further.clone();
        let Some(text) = self.said("AssociatedPhysicalConnections") else { return Ok(all) };
        for change in forms::further(text).expect("its form was looked at") {
            let circuit = self.world.circuit_at(change.text("PhysicalConnectionId"));
            let line = all.iter_mut().find(|line| Some(line.circuit) == circuit);
            let line = line.ok_or((400, "IllegalParam.AssociatedPhysicalConnections"))?;
            let before = line.vlan;
            change.amend(line, self.reading.edition >= E2020);
            let (circuit, vlan) = (line.circuit, line.vlan);
            let right = one_subnet(line);
            if vlan != before {
                self.vlan(circuit, vlan, Some(place), true)?;
            }
            if !right {
                return Err((400, "InvalidIp.NotSameSubnet"));
            }
        }
        Ok(all)
    }

    /// Refuses one address on two circuits of a router: said twice, or new beside an old one.
    /// SOURCE: the vendor's metadata of mid-2024. ASSUMED: which code is which.
    fn amended_addresses(&self, old: &Router, new: (&Line, &[Line])) -> Result<(), Refusal> {
        let changes = self.said("AssociatedPhysicalConnections").and_then(forms::further);
        let changes = changes.unwrap_or_default();
        for (word, name, code) in [
            (1, "LocalGatewayIp", "Duplicated.LocalGatewayIp"),
            (2, "PeerGatewayIp", "Duplicated.PeerGatewayIp"),
            (1, "", "IllegalParam.LocalGatewayIp"),
            (2, "", "IllegalParam.PeerGatewayIp"),
        ] {
            let of = |line: &Line, further: &[Line]| {
                twice([line].into_iter().chain(further).map(|line| line.words[word].clone()))
            };
            let said = [self.said(name).unwrap_or_default()].into_iter();
            let said = said.chain(changes.iter().map(|change| change.text(name)));
            let wrong = if name.is_empty() {
                of(new.0, new.1) > of(&old.line, &old.further)
            } else {
                twice(said.map(str::to_owned)) > 0
            };
            if wrong {
                return Err((400, code));
            }
        }
        Ok(())
    }

    /// UpdateVirtualBorderBandwidth.
    pub fn set_bandwidth(&mut self) -> Result<Outcome, Refusal> {
        let not_found = (400, "InvalidInstanceId.NotFound");
        let place = self.router_named("VirtualBorderRouterId").ok_or(not_found)?;
        if self.world.routers[place].status != "active" {
            return Err((400, "IncorrectStatus.VirtualBorderRouter"));
        }
        if self.world.hosted(self.world.routers[place].line.circuit).is_some() {
            return Err((400, "OperationFailed.Vpconn"));
        }
        let mbps = number(self.text("Bandwidth")).expect("it was looked at");
        self.fast_enough(self.world.routers[place].line.circuit, mbps)?;
        self.world.routers[place].words.insert("Bandwidth", mbps.to_string());
        Ok(Outcome::Done)
    }

    /// TerminateVirtualBorderRouter, RecoverVirtualBorderRouter and DeleteVirtualBorderRouter.
    pub fn step_router(&mut self, action: &str) -> Result<Outcome, Refusal> {
        let place = self.router_named("VbrId").ok_or((404, "InvalidVbrId.NotFound"))?;
        let router = &self.world.routers[place];
        let deletes = action.starts_with("Delete");
        let may = if deletes {
            router.owner == self.account || router.status == "unconfirmed"
        } else {
            router.home == self.account
        };
        if !may {
            return Err((403, forms::not_by_user(action, self.later())));
        }
        let wrong = (400, "InvalidOperation.OperationNotAllowedInState");
        let from: &[&str] = match action {
            "TerminateVirtualBorderRouter" => &["active"],
            "RecoverVirtualBorderRouter" => &["terminated"],
            _ => &["unconfirmed", "active", "terminated"],
        };
        if !from.contains(&router.status) {
            return Err(wrong);
        }
        if action.starts_with("Recover") {
            if self.world.circuits[router.line.circuit].status != "Enabled" {
                return Err(wrong);
            }
            self.served()?;
            for line in [&router.line].into_iter().chain(&router.further) {
                if self
                    .world
                    .vlan_is_taken(line.circuit, line.vlan, (Some(place), None), self.at)
                    .is_some()
                {
                    return Err((400, "OperationFailed.VlanIdAlreadyInUse"));
                }
            }
        }
        if deletes && !router.further.is_empty() {
            return Err((400, "InvalidStatus.NotAllowed"));
        }
        let auto = self.settings.carrier_auto;
        let router = &mut self.world.routers[place];
        router.status = match action {
            "TerminateVirtualBorderRouter" => "terminating",
            "RecoverVirtualBorderRouter" => "recovering",
            _ => "deleting",
        };
        router.wakes = auto.then_some(self.at + CARRIER_STEP_MS);
        // The carrier that goes on by itself removes at once.
        if deletes && auto {
            self.world.remove_router(place);
        }
        Ok(Outcome::Done)
    }

    /// AssociatePhysicalConnectionToVirtualBorderRouter.
    pub fn associate(&mut self) -> Result<Outcome, Refusal> {
        let tabled = self.reading.edition > 0;
        let elsewhere = (404, "InvalidInstanceId.NotFound");
        let named = self.world.router_at(self.text("VbrId")).map(|nth| &self.world.routers[nth]);
        let seen = named.filter(|its| its.is_seen_by(self.account) && !its.deleted);
        if tabled && seen.is_some_and(|its| its.region != self.text("RegionId")) {
            return Err(elsewhere);
        }
        let place = self.router_named("VbrId").ok_or((404, "InvalidVbrId.NotFound"))?;
        if self.world.routers[place].home != self.account {
            return Err((400, "Forbidden.OperationNotAllowed"));
        }
        if tabled && self.is_elsewhere() {
            return Err(elsewhere);
        }
        let circuit = self.circuit_or((400, "InvalidPhysicalConnectionId.NotFound"))?;
        let router = &self.world.routers[place];
        if router.status != "active" {
            return Err((400, "InvalidStatus.NotAllowed"));
        }
        if tabled && self.world.circuits[circuit].status.starts_with("Terminat") {
            return Err((400, "InvalidStatus.StatusNotEnabled"));
        }
        if self.world.circuits[circuit].status != "Enabled" {
            return Err((400, "InvalidPhysicalConnectionId.NotEnabled"));
        }
        self.served()?;
        let shared = [circuit, router.line.circuit].map(|place| self.world.hosted(place).is_some());
        if router.line.circuit == circuit || shared.contains(&true) {
            return Err((400, "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR"));
        }
        if router.on(circuit).is_some() {
            return Err((400, "InvalidParams.AlreadyExists"));
        }
        let line = forms::line_of(self.reading, circuit);
        if router.owner != self.account {
            says_nothing_of(&line, &Line::default())?;
        }
        let said = line.words[1..4].iter().filter(|text| !text.is_empty()).count();
        if tabled && ![0, 3].contains(&said) {
            return Err((400, "MissingParameter"));
        }
        if !one_subnet(&line) {
            return Err((400, "InvalidIp.NotSameSubnet"));
        }
        if self.later() {
            router.has_room_for(&line)?;
        }
        self.vlan(circuit, line.vlan, None, true)?;
        if router.further.len() >= 4 {
            return Err((400, "EXCEED_ASSOCIATE_MAX_NUM"));
        }
        self.has_place(circuit, router.owner)?;
        self.world.routers[place].further.push(line);
        Ok(Outcome::Done)
    }

    /// UnassociatePhysicalConnectionFromVirtualBorderRouter.
    pub fn unassociate(&mut self) -> Result<Outcome, Refusal> {
        let place = self.router_named("VbrId").ok_or((404, "InvalidVbrId.NotFound"))?;
        let router = &self.world.routers[place];
        if router.home != self.account {
            return Err((400, "Forbidden.OperationNotAllowed"));
        }
        if !["active", "terminated"].contains(&router.status) {
            return Err((400, "InvalidStatus.NotAllowed"));
        }
        let circuit = self.world.circuit_at(self.text("PhysicalConnectionId"));
        if Some(router.line.circuit) == circuit {
            return Err((400, "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR"));
        }
        let circuit = circuit.filter(|circuit| router.on(*circuit).is_some());
        let circuit = circuit.ok_or((400, "PHYSICAL_NOT_ASSOCIATE_TO_VBR"))?;
        self.world.routers[place].further.retain(|line| line.circuit != circuit);
        Ok(Outcome::Done)
    }
}
