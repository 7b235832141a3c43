//! What calls on shared circuits do.

use super::atlas::{E2022, E2023, E2024, E2025_03};
use super::changes::{Change, NO_PRICE, Refusal, SHORT};
use super::hosted::{HOSTING, Hosted, MOST, SPECS, mbps, router_mbps};
use super::pages::number;
use super::routers::{Vlan, whose};
use super::state::{Circuit, Order, Outcome, Renewal};
use super::tags;
use std::collections::BTreeMap;

impl Change<'_> {
    fn is_dry(&self) -> Result<(), Refusal> {
        let dry = self.text("DryRun").eq_ignore_ascii_case("true");
        if dry { Err((400, "DryRunOperation")) } else { Ok(()) }
    }

    /// Does it, and takes it back if it was only to be found out whether it could be done.
    fn try_it(
        &mut self,
        run: impl Fn(&mut Self) -> Result<Outcome, Refusal>,
    ) -> Result<Outcome, Refusal> {
        let before = self.world.clone();
        let done = run(self).and_then(|outcome| self.is_dry().map(|()| outcome));
        if done.is_err() {
            *self.world = before;
        }
        done
    }

    /// CreateVirtualPhysicalConnection.
    pub fn host(&mut self) -> Result<Outcome, Refusal> {
        self.try_it(Self::host_now)
    }

    fn host_now(&mut self) -> Result<Outcome, Refusal> {
        let parent = self.circuit_or_gone()?;
        if self.world.hosted(parent).is_some() {
            return Err((400, "OperationDenied.CreateVpconn"));
        }
        let ended = self.world.circuits[parent].status.starts_with("Terminat");
        if ended && self.reading.edition >= E2025_03 {
            return Err((400, "IncorrectStatus.PhysicalConnection"));
        }
        if self.world.circuits[parent].status != "Enabled" {
            return Err((400, "InvalidPhysicalConnectionId.NotEnabled"));
        }
        let tenant = number(self.text("VpconnAliUid")).map(whose).expect("it was looked at");
        if tenant == self.account {
            return Err((400, "Forbidden.VpconnAliUid"));
        }
        if !self.world.accounts.contains_key(&tenant) {
            return Err((400, "IllegalParam.VpconnAliUid"));
        }
        let vlan = number(self.text("VlanId")).expect("it was looked at");
        if let Some(why) = self.world.vlan_is_taken(parent, vlan, (None, None), self.at) {
            return Err((
                400,
                match why {
                    Vlan::Taken | Vlan::Kept => "VLAN_ID_HAS_BEEN_USED_IN_PHYSICAL_CONNECTION",
                    Vlan::PortTaken => "OperationFailed.VbrBindedPconn",
                    Vlan::PortHosted => "OperationFailed.VPconnCreated",
                    Vlan::PortShared | Vlan::PortHostsOthers => {
                        "OperationFailed.PconnAllocateVlan0"
                    }
                },
            ));
        }
        let since = |name: &'static str| {
            let text = if self.reading.edition >= E2023 { self.text(name) } else { "" };
            (name, text.to_owned())
        };
        let words = BTreeMap::from([
            ("Name", self.text("Name").to_owned()),
            ("Description", self.text("Description").to_owned()),
            since("ResourceGroupId"),
        ]);
        let hosted = Hosted {
            parent,
            partner: self.account,
            vlan,
            spec: self.text("Spec").to_owned(),
            expected: None,
            payer: self.text("OrderMode").to_owned(),
            router: None,
        };
        self.add_hosted(tenant, hosted, words, tags::given(self.reading))
    }

    fn add_hosted(
        &mut self,
        tenant: u64,
        hosted: Hosted,
        words: BTreeMap<&'static str, String>,
        tags: BTreeMap<String, String>,
    ) -> Result<Outcome, Refusal> {
        let parent = hosted.parent;
        self.world.room(parent, &hosted.spec, None)?;
        if self.world.hosted_on(parent).count() >= MOST {
            return Err((400, "QuotaExceeded.VPCONN"));
        }
        let of_port = self.world.circuits[parent].clone();
        let mut all = words;
        for name in ["AccessPointId", "LineOperator", "PortType"] {
            all.insert(name, of_port.word(name).to_owned());
        }
        all.insert("Bandwidth", mbps(&hosted.spec).to_string());
        let pays = hosted.by_partner();
        self.world.circuits.push(Circuit {
            account: tenant,
            region: of_port.region,
            created: self.at,
            words: all,
            tags,
            status: "Allocated",
            hosted: Some(hosted),
            ..Circuit::default()
        });
        let place = self.world.circuits.len() - 1;
        if pays {
            let order = self.charge_partner(place)?;
            return Ok(Outcome::SetUp(place, order));
        }
        Ok(Outcome::Circuit(place))
    }

    /// The partner pays for a shared circuit as fast as it is sold.
    fn charge_partner(&mut self, place: usize) -> Result<usize, Refusal> {
        let circuit = &self.world.circuits[place];
        let hosted = circuit.hosted.as_ref().expect("a shared circuit");
        let (partner, shared) = (hosted.partner, hosted.sold().to_owned());
        let port = circuit.word("PortType").to_owned();
        let amount_e4 = self.world.price(place, partner, Some(1)).ok_or(NO_PRICE)?;
        self.world.orders.push(Order {
            id: String::new(),
            account: partner,
            kind: HOSTING,
            by_time: false,
            follows: None,
            circuit: place,
            port,
            shared,
            // It has no term, and is paid beforehand.
            months: Some(0),
            status: "Paid",
            amount_e4,
            month_e4: 0,
            currency: self.world.accounts[&partner].currency.clone(),
            created: self.at,
            paid: Some(self.at),
            dies: None,
            usage: None,
            renewal: Renewal::ByHand,
        });
        let order = self.world.orders.len() - 1;
        if self.world.post_payment(order, self.at) { Ok(order) } else { Err((400, SHORT)) }
    }

    /// The shared circuit that the call names so, which its caller has made for another.
    fn made_by_caller(&self, name: &str) -> Option<usize> {
        let place = self.world.circuit_at(self.text(name))?;
        let circuit = &self.world.circuits[place];
        let hosted = circuit.hosted.as_ref()?;
        let its = hosted.partner == self.account && circuit.region == self.text("RegionId");
        its.then_some(place)
    }

    /// UpdateVirtualPhysicalConnection.
    pub fn amend_hosted(&mut self) -> Result<Outcome, Refusal> {
        self.try_it(Self::amend_hosted_now)
    }

    fn amend_hosted_now(&mut self) -> Result<Outcome, Refusal> {
        let own = self.circuit_named("InstanceId");
        if own.is_ok_and(|place| self.world.hosted(place).is_some()) {
            return Err((400, "Forbidden.PhysicalConnection"));
        }
        let place = self.made_by_caller("InstanceId");
        let place = place.filter(|place| !self.world.circuits[*place].deleted);
        let place = place.ok_or((400, "ResourceNotFound.PhysicalConnectionId"))?;
        let circuit = self.world.circuits[place].clone();
        let before = circuit.hosted.clone().expect("a shared circuit");
        let ended = ["Terminating", "Terminated", "Canceled"].contains(&circuit.status);
        if ended || self.world.circuits[before.parent].deleted {
            return Err((400, "OperationFailed.PhysicalConnectionTerminated"));
        }
        if circuit.locked.0 || self.world.circuits[before.parent].locked.0 {
            return Err((400, "OperationFailed.PhysicalConnectionFinancialLocked"));
        }
        let mut next = before.clone();
        next.vlan = number(self.text("VlanId")).expect("it was looked at");
        if let Some(text) = self.reading.call.parameter("ExpectSpec") {
            next.expected = Some(text.to_owned());
        }
        if next.vlan != before.vlan {
            if next.vlan == 0 && self.world.is_awaited(place) {
                return Err((400, "IllegalParam.VlanId"));
            }
            let own = (before.router, Some(place));
            if self.world.vlan_is_taken(before.parent, next.vlan, own, self.at).is_some() {
                return Err((400, "IllegalParam.VlanId"));
            }
            let mut on = self.world.routers.iter().filter(|its| its.line.circuit == place);
            if on.any(|its| !its.deleted && its.status != "active") {
                return Err((400, "IncorrectStatus.VBR"));
            }
        }
        let sold = next.sold().to_owned();
        if sold != before.sold() {
            self.world.room(before.parent, &sold, Some(place))?;
            if let Some(order) = circuit.open_order {
                self.world.void(order);
            }
        }
        let by_partner = next.by_partner();
        let pays = by_partner && mbps(&sold) > mbps(before.sold());
        self.world.circuits[place].hosted = Some(next);
        self.world.routers_follow(place);
        let order = if pays { Some(self.charge_partner(place)?) } else { None };
        if by_partner && circuit.acceptance() == "Confirmed" {
            self.world.speed_is_paid(place, &sold);
        }
        Ok(order.map_or(Outcome::Done, |order| Outcome::Order(order, false)))
    }

    /// CreateVpconnFromVbr.
    pub fn host_router(&mut self) -> Result<Outcome, Refusal> {
        self.try_it(Self::host_router_now)
    }

    fn host_router_now(&mut self) -> Result<Outcome, Refusal> {
        let not_found = (400, "ResourceNotFound.PhysicalConnectionId");
        let place = self.router_named("VbrId").ok_or(not_found)?;
        let router = self.world.routers[place].clone();
        if router.home != self.account {
            return Err(not_found);
        }
        let bound = (400, "OperationFailed.VbrBindedPconn");
        if router.owner == router.home || !router.further.is_empty() || router.group.is_some() {
            return Err(bound);
        }
        if !["unconfirmed", "active"].contains(&router.status) {
            return Err((400, "IncorrectStatus.VbrId"));
        }
        let parent = router.line.circuit;
        if self.world.circuits[parent].status != "Enabled" {
            return Err((400, "IncorrectStatus.VbrId"));
        }
        if router.line.vlan == 0 {
            return Err((400, "OperationFailed.BandwidthOrVlanIdEmpty"));
        }
        let is_its = |spec: &&&str| router_mbps(spec).to_string() == router.word("Bandwidth");
        let spec = SPECS.iter().find(is_its).ok_or((400, "IllegalParam.Bandwidth"))?;
        let made = |on: usize| self.world.hosted(on).is_some_and(|its| its.router == Some(place));
        if self.world.hosted_on(parent).any(made) {
            return Err((400, "OperationFailed.VPconnCreated"));
        }
        if !self.world.accounts[&router.owner].service_open {
            return Err((400, "OperationFailed.TargetUserPconnTrafficNotEnable"));
        }
        let words = BTreeMap::from([
            ("Name", router.word("Name").to_owned()),
            ("Description", router.word("Description").to_owned()),
        ]);
        let payer = self.reading.call.parameter("OrderMode");
        let hosted = Hosted {
            parent,
            partner: self.account,
            vlan: router.line.vlan,
            spec: (*spec).to_owned(),
            expected: None,
            payer: payer.unwrap_or("PayByVirtualPhysicalConnectionOwner").to_owned(),
            router: Some(place),
        };
        self.add_hosted(router.owner, hosted, words, BTreeMap::new())
    }

    /// AttachVbrToVpconn.
    pub fn move_router(&mut self) -> Result<Outcome, Refusal> {
        let not_found = (400, "ResourceNotFound.PhysicalConnectionId");
        let place = self.made_by_caller("VpconnId");
        let place = place.filter(|place| !self.world.circuits[*place].deleted);
        let place = place.ok_or(not_found)?;
        if self.world.circuits[place].status != "Enabled" {
            return Err((400, "IncorrectStatus.PhysicalConnection"));
        }
        let on = |its: &super::routers::Router| !its.deleted && its.line.circuit == place;
        if self.world.routers.iter().any(on) {
            return Err((400, "QuotaExceeded.VPCONN"));
        }
        let nth = self.router_named("VbrId").ok_or(not_found)?;
        let router = &self.world.routers[nth];
        let bound =
            router.owner == router.home || !router.further.is_empty() || router.group.is_some();
        let hosted = self.world.hosted(place).expect("a shared circuit");
        let moves = ["terminating", "recovering", "deleting"].contains(&router.status);
        if bound || hosted.router != Some(nth) || moves {
            return Err((400, "OperationFailed.VbrBindedPconn"));
        }
        self.is_dry()?;
        let tenant = self.world.circuits[place].account;
        let router = &mut self.world.routers[nth];
        (router.home, router.line.circuit) = (tenant, place);
        self.world.routers_follow(place);
        Ok(Outcome::Circuit(place))
    }

    /// RecoverPhysicalConnection.
    pub fn recover_circuit(&mut self) -> Result<Outcome, Refusal> {
        let place = self.circuit_named("InstanceId").map_err(|_| (400, "ResourceNotFound"))?;
        if self.world.hosted(place).is_none() {
            return Err((400, "OperationDenied.PconnNotAllowRecover"));
        }
        let circuit = &self.world.circuits[place];
        if circuit.status == "Terminating" {
            return Err((400, "OperationDenied.TerminateVirtualPhysicalConnection"));
        }
        let over = circuit.refund.is_some() || circuit.ends.is_some_and(|end| end <= self.at);
        if circuit.status != "Terminated" || over {
            return Err((400, "IncorrectStatus.PhysicalConnection"));
        }
        self.is_dry()?;
        let circuit = &mut self.world.circuits[place];
        (circuit.status, circuit.looked) = ("Enabled", self.at);
        Ok(Outcome::Done)
    }

    /// A tenant takes a shared circuit that its partner has paid for: it is in service.
    pub fn serve_paid_by_partner(&mut self, place: usize) {
        if !self.world.hosted(place).is_some_and(Hosted::by_partner) {
            return;
        }
        let sold = self.world.circuits[place].sold();
        self.world.speed_is_paid(place, &sold);
        let circuit = &mut self.world.circuits[place];
        (circuit.status, circuit.enabled) = ("Enabled", Some(self.at));
    }

    /// Whether the partner may take a circuit back that he has made for another: `None` of one that
    /// he has not.
    pub fn take_back(&mut self) -> Option<Result<Outcome, Refusal>> {
        let place = self.made_by_caller("PhysicalConnectionId")?;
        let old = self.reading.edition < E2024;
        if self.world.circuits[place].deleted {
            return Some(Err((404, "InvalidPhysicalConnectionId.NotFound")));
        }
        let circuit = &mut self.world.circuits[place];
        if circuit.acceptance() != "UnConfirmed" {
            let new = "OperationDenied.NeedVpconnOwner";
            return Some(Err((400, if old { "Forbidden.NotAllowedInState" } else { new })));
        }
        circuit.deleted = true;
        Some(Ok(Outcome::Done))
    }

    /// Why a router cannot be made on a circuit that is shared. SOURCE: ROUTERS 4 and 10.
    pub fn on_hosted(
        &self,
        circuit: usize,
        other: Option<u64>,
        vlan: i64,
        said_mbps: Option<i64>,
    ) -> Result<(), Refusal> {
        let Some(hosted) = self.world.hosted(circuit) else { return Ok(()) };
        let has_shared = self.reading.edition >= E2022;
        let told = |new, old: Refusal| Err(if has_shared { (400, new) } else { old });
        if other.is_some() {
            return told("OperationDenied.VPconn", (404, "InvalidVbrOwnerId.NotFound"));
        }
        if self.world.circuits[circuit].status != "Enabled" {
            let old = (400, "InvalidPhysicalConnectionId.NotEnabled");
            return told("IncorrectStatus.VirtualPhysicalConnection", old);
        }
        let used = (400, "InvalidVlanId.Used");
        let mut on = self.world.routers.iter().filter(|its| its.line.circuit == circuit);
        if on.any(|its| !its.deleted) || self.world.is_awaited(circuit) {
            return told("OperationFailed.VirtualPhysicalConnectionExistVBR", used);
        }
        let fits = said_mbps.is_none_or(|said| said == router_mbps(&hosted.spec));
        if vlan != hosted.vlan || !fits {
            return told("OperationFailed.NotConsistentWithVpconn", used);
        }
        Ok(())
    }
}
