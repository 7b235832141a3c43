//! What writes do, and what is told of it.
//!
//! Long because every write begins here, and most are a few lines.

use super::atlas::{self, E2022, E2023, E2024, E2025_03, Edition};
use super::calendar::{Ms, period_end};
use super::offers::{self, Closed};
use super::pages::{Page, Reading};
use super::renewals::{KEPT, KEPT_LONGER};
use super::setups::SETUP;
use super::state::{Circuit, Outcome, Settings, World};
use super::{Expect, Leaf};
use std::collections::BTreeMap;

/// The error of too little money, where the setting asks for one.
pub const SHORT: &str = "PAY.INSUFFICIENT_BALANCE";

/// There is no price.
pub const NO_PRICE: Refusal = (400, "InvalidPrice.NotFound");

/// Status and code.
pub type Refusal = (u16, &'static str);

/// A write being done.
pub struct Change<'a> {
    /// Where.
    pub world: &'a mut World,
    /// What is set.
    pub settings: &'a Settings,
    /// Whose.
    pub account: u64,
    /// The call.
    pub reading: &'a Reading<'a>,
    /// When.
    pub at: Ms,
}

/// Why a circuit cannot be had.
pub enum Absent {
    /// There never was one.
    Never,
    /// It is gone.
    Deleted,
}

impl Change<'_> {
    /// Does it, or says why not.
    pub fn run(mut self, action: &str) -> Result<Outcome, Refusal> {
        match action {
            "OpenPhysicalConnectionService" => self.open(),
            "CreatePhysicalConnection" => self.apply(),
            "CreatePhysicalConnectionSetupOrder" => self.order_setup(),
            "CreateHighReliablePhysicalConnection" => self.apply_for_set(),
            "ModifyPhysicalConnectionAttribute" => self.amend(),
            "ConfirmPhysicalConnection" => self.confirm(),
            "CreatePhysicalConnectionOccupancyOrder" => self.order(),
            "TerminatePhysicalConnection" => self.terminate(),
            "DeletePhysicalConnection" => self.delete(),
            "CancelPhysicalConnection" => self.cancel_circuit(),
            "EnablePhysicalConnection" => self.enable(),
            "ApplyPhysicalConnectionLOA" => self.apply_for_letter(false),
            "SecondApplyPhysicalConnectionLOA" => self.apply_for_letter(true),
            "CompletePhysicalConnectionLOA" => self.report_line(),
            "TagResourcesForExpressConnect" => self.tag(),
            "UntagResourcesForExpressConnect" => self.untag(),
            "CancelOrder" => self.cancel(),
            "PayOrder" => self.pay_own(),
            "RefundInstance" => self.refund(),
            "RenewInstance" => self.renew(),
            "SetRenewal" => self.set_renewal(),
            "CreateVirtualBorderRouter" => self.make_router(),
            "ModifyVirtualBorderRouterAttribute" => self.amend_router(),
            "UpdateVirtualBorderBandwidth" => self.set_bandwidth(),
            "TerminateVirtualBorderRouter"
            | "RecoverVirtualBorderRouter"
            | "DeleteVirtualBorderRouter" => self.step_router(action),
            "AssociatePhysicalConnectionToVirtualBorderRouter" => self.associate(),
            "UnassociatePhysicalConnectionFromVirtualBorderRouter" => self.unassociate(),
            "CreateVbrHa" => self.make_group(),
            "DeleteVbrHa" => self.remove_group(),
            "GrantInstanceToVbr" => self.grant(true),
            "RevokeInstanceFromVbr" => self.grant(false),
            "ChangeResourceGroup" => self.regroup(),
            "AssociateMacSecKey" => self.put_key(),
            "DisassociateMacSecKey" => self.take_key(),
            "CreateVirtualPhysicalConnection" => self.host(),
            "UpdateVirtualPhysicalConnection" => self.amend_hosted(),
            "CreateVpconnFromVbr" => self.host_router(),
            "AttachVbrToVpconn" => self.move_router(),
            "RecoverPhysicalConnection" => self.recover_circuit(),
            other => panic!("the model does not know what {other} does"),
        }
    }

    pub fn text(&self, name: &str) -> &str {
        self.reading.call.parameter(name).unwrap_or_default()
    }

    /// A text that only some editions have.
    fn text_since(&self, name: &str, since: Edition) -> String {
        if self.reading.edition < since { String::new() } else { self.text(name).to_owned() }
    }

    /// The caller's circuit in the call's region.
    fn circuit(&self) -> Result<usize, Absent> {
        self.circuit_named("PhysicalConnectionId")
    }

    /// The same, which the call names so.
    pub fn circuit_named(&self, name: &str) -> Result<usize, Absent> {
        let place = self.world.circuit_at(self.text(name)).ok_or(Absent::Never)?;
        let circuit = &self.world.circuits[place];
        if circuit.account != self.account || circuit.region != self.text("RegionId") {
            return Err(Absent::Never);
        }
        if circuit.deleted { Err(Absent::Deleted) } else { Ok(place) }
    }

    /// Whether the caller has the circuit that the call names in another region.
    pub fn is_elsewhere(&self) -> bool {
        let place = self.world.circuit_at(self.text("PhysicalConnectionId"));
        let circuit = place.map(|place| &self.world.circuits[place]);
        let own = circuit.filter(|its| its.account == self.account && !its.deleted);
        own.is_some_and(|its| its.region != self.text("RegionId"))
    }

    /// The same, or this refusal.
    pub fn circuit_or(&self, refusal: Refusal) -> Result<usize, Refusal> {
        self.circuit().map_err(|_| refusal)
    }

    fn open(&mut self) -> Result<Outcome, Refusal> {
        let account = self.world.accounts.get_mut(&self.account).expect("a key has an account");
        if account.service_open {
            return Err((400, "InvalidOperation.OrderOpened"));
        }
        account.service_open = true;
        Ok(Outcome::Done)
    }

    /// Whether outbound traffic is billed, where that is asked for.
    pub fn service_open(&self) -> Result<(), Refusal> {
        // SOURCE: EDITIONS, T019 and T037.
        if self.reading.edition < E2022 {
            return Ok(());
        }
        let its = self.world.accounts.get(&self.account);
        if its.is_some_and(|its| its.service_open) {
            Ok(())
        } else {
            Err((400, "OperationFailed.PconnTrafficNotEnable"))
        }
    }

    /// Refuses what cannot be a companion.
    pub fn companion(&self, unknown: &'static str, others: &'static str) -> Result<(), Refusal> {
        let id = self.text("RedundantPhysicalConnectionId");
        if id.is_empty() {
            return Ok(());
        }
        let place = self.world.circuit_at(id).ok_or((400, unknown))?;
        let circuit = &self.world.circuits[place];
        if circuit.account != self.account {
            return Err((400, others));
        }
        if circuit.deleted {
            return Err((400, unknown));
        }
        if ["Allocated", "Confirmed", "Enabled"].contains(&circuit.status) {
            Ok(())
        } else {
            Err((400, "InvalidRedundantPhysicalConnectionStatus"))
        }
    }

    /// Refuses whoever may not have circuits more with such a port at these access points; what
    /// they do not offer is told so.
    /// SOURCE: api dossier 7 (none while one is overdue, five that are not Enabled, and so many at
    /// an access point).
    pub fn has_room(
        &self,
        points: &[&str],
        port: &str,
        told: impl Fn(Closed) -> Refusal,
    ) -> Result<(), Refusal> {
        let ours = || self.world.circuits.iter().filter(|c| c.account == self.account);
        if ours().any(|circuit| circuit.is_overdue(self.at)) {
            return Err((403, "InstanceExpiredOrInArrears"));
        }
        if let Some(closed) = self.settings.closed(points, port) {
            return Err(told(closed));
        }
        if ours().filter(|circuit| circuit.waits()).count() + points.len() > 5 {
            return Err((400, "QuotaExceeded.freePconnPerAP"));
        }
        let full = |point: &&str| {
            let new = points.iter().filter(|its| *its == point).count();
            let old = ours().filter(|circuit| circuit.stands_at(point)).count();
            self.settings.per_point.is_some_and(|most| old + new > most)
        };
        if points.iter().any(full) { Err((400, "QuotaExceeded.pConnPerAP")) } else { Ok(()) }
    }

    fn apply(&mut self) -> Result<Outcome, Refusal> {
        self.service_open()?;
        let others = "InvalidRedundantPhysicalConnection";
        self.companion("InvalidRedundantPhysicalConnectionId.NotFound", others)?;
        let port = self.reading.call.parameter("PortType").unwrap_or("1000Base-T");
        let told = |closed| offers::of_circuit(closed, self.reading.edition);
        self.has_room(&[self.text("AccessPointId")], port, told)?;
        let own_speed = atlas::port(port).map_or(0, |(_, mbps)| mbps).to_string();
        let bandwidth = self.reading.call.parameter("bandwidth").unwrap_or(&own_speed);
        let words = BTreeMap::from([
            ("AccessPointId", self.text("AccessPointId").to_owned()),
            ("LineOperator", self.text("LineOperator").to_owned()),
            ("PortType", port.to_owned()),
            ("Bandwidth", number_text(bandwidth)),
            ("Name", self.text("Name").to_owned()),
            ("Description", self.text("Description").to_owned()),
            ("PeerLocation", self.text("PeerLocation").to_owned()),
            ("CircuitCode", self.text("CircuitCode").to_owned()),
            ("OpticalModuleModel", self.text_since("OpticalModuleModel", atlas::E2025_09)),
            ("ResourceGroupId", self.text_since("ResourceGroupId", E2023)),
            (REDUNDANT, self.text(REDUNDANT).to_owned()),
        ]);
        let mut circuit = Circuit {
            account: self.account,
            region: self.text("RegionId").to_owned(),
            created: self.at,
            words,
            tags: super::tags::given(self.reading),
            ..Circuit::default()
        };
        circuit.go("Initial", self.at, self.settings);
        self.world.circuits.push(circuit);
        Ok(Outcome::Circuit(self.world.circuits.len() - 1))
    }

    fn amend(&mut self) -> Result<Outcome, Refusal> {
        let place = self.circuit_or((404, "InvalidPhysicalConnectionId.NotFound"))?;
        let status = self.world.circuits[place].status;
        let may = ["Initial", "Approved", "Allocated", "Confirmed", "Enabled", "Rejected"];
        if !may.contains(&status) {
            return Err((400, "InvalidStatus"));
        }
        let given = |name| self.reading.call.parameter(name).map(str::to_owned);
        let port = given("PortType");
        let circuit = &self.world.circuits[place];
        let other_port = port.is_some_and(|port| port != circuit.word("PortType"));
        let other_companion = given(REDUNDANT).is_some_and(|id| id != circuit.word(REDUNDANT));
        let of_line = ["LineOperator", "PortType", "bandwidth", "PeerLocation", "CircuitCode"];
        let delay = given("DownDelayTime").filter(|_| self.reading.edition >= atlas::E2025_09);
        let fixed = of_line.into_iter().chain([REDUNDANT]).any(|name| given(name).is_some())
            || delay.is_some();
        let old = self.reading.edition < E2024;
        let shared = (400, if old { "InvalidStatus" } else { "OperationDenied.VPconn" });
        if circuit.hosted.is_some() && fixed {
            return Err(shared);
        }
        // SOURCE: dossier 3.2; EDITIONS, T072.
        let specifies = ["Initial", "Rejected"].contains(&status)
            || (status == "Enabled" && self.reading.edition >= E2022);
        if (other_port || other_companion) && !specifies {
            return Err((400, "InvalidStatus"));
        }
        if other_port && self.world.hosted_on(place).next().is_some() {
            return Err(shared);
        }
        let not_ours = "InvalidRedundantPhysicalConnection";
        if other_companion && self.text(REDUNDANT) == self.text("PhysicalConnectionId") {
            return Err((400, not_ours));
        }
        if other_companion {
            self.companion(not_ours, not_ours)?;
        }
        let changes = [
            ("LineOperator", given("LineOperator")),
            ("PortType", given("PortType")),
            ("Bandwidth", given("bandwidth").map(|text| number_text(&text))),
            ("Name", given("Name")),
            ("Description", given("Description")),
            ("PeerLocation", given("PeerLocation")),
            ("CircuitCode", given("CircuitCode")),
            ("DownDelayTime", delay.map(|text| number_text(&text))),
            (REDUNDANT, given(REDUNDANT)),
        ];
        let circuit = &mut self.world.circuits[place];
        for (name, value) in changes {
            if let Some(value) = value {
                circuit.words.insert(name, value);
            }
        }
        if status == "Rejected" {
            circuit.go("Initial", self.at, self.settings);
        }
        Ok(Outcome::Done)
    }

    /// The circuit that the call names, where tables tell what was deleted apart.
    pub fn circuit_or_gone(&self) -> Result<usize, Refusal> {
        self.circuit().map_err(|absent| match absent {
            Absent::Deleted => (400, "ResourceNotFound.PhysicalConnectionId"),
            Absent::Never => (400, "InvalidPhysicalConnectionId.NotFound"),
        })
    }

    fn confirm(&mut self) -> Result<Outcome, Refusal> {
        self.service_open()?;
        let place = self.circuit_or_gone()?;
        let circuit = &mut self.world.circuits[place];
        if circuit.status != "Allocated" {
            return Err((400, "IncorrectStatus.PhysicalConnection"));
        }
        circuit.hand_over();
        self.serve_paid_by_partner(place);
        Ok(Outcome::Done)
    }

    fn terminate(&mut self) -> Result<Outcome, Refusal> {
        let place = self.circuit_or((404, "InvalidPhysicalConnectionId.NotFound"))?;
        let held = self.world.holds_back(place).is_some();
        let hosts = self.world.hosted_on(place).next().is_some();
        let circuit = &mut self.world.circuits[place];
        if circuit.status != "Enabled" {
            return Err((400, "Forbidden.NotAllowedInState"));
        }
        if held {
            let old = self.reading.edition < E2024;
            let code = if old { "Forbidden.NotAllowedInState" } else { "Forbidden.VbrAttached" };
            return Err((400, code));
        }
        if hosts {
            let old = self.reading.edition < E2022;
            let new = "OperationFailed.VpconnAttached";
            return Err((400, if old { "Forbidden.NotAllowedInState" } else { new }));
        }
        if !circuit.keys.is_empty() {
            let old = self.reading.edition < atlas::E2025_09;
            let new = "OperationDenied.MacsecAttached";
            return Err((400, if old { "Forbidden.NotAllowedInState" } else { new }));
        }
        circuit.begin(KEPT, self.at);
        if circuit.billed.is_some() {
            circuit.ends = Some(self.at);
        }
        circuit.go("Terminating", self.at, self.settings);
        Ok(Outcome::Done)
    }

    fn delete(&mut self) -> Result<Outcome, Refusal> {
        if let Some(taken_back) = self.take_back() {
            return taken_back;
        }
        if self.is_elsewhere() {
            return Err((400, "InvalidPhysicalConnectionId.NotMatched"));
        }
        let place = self.circuit_or((404, "InvalidPhysicalConnectionId.NotFound"))?;
        if self.world.hosted(place).is_some() && self.world.circuits[place].status == "Allocated" {
            let old = self.reading.edition < E2024;
            let new = "OperationDenied.NeedPconnOwner";
            return Err((400, if old { "Forbidden.NotAllowedInState" } else { new }));
        }
        match self.world.holds_back(place) {
            Some(true) => return Err((400, "Forbidden.VBRExists")),
            Some(false) => return Err((400, "Forbidden.AssociateToVBR")),
            None => {}
        }
        let old = self.reading.edition < E2024;
        let state =
            if old { "Forbidden.NotAllowedInState" } else { "Forbidden.NotInAllowDeleteStatus" };
        let circuit = &mut self.world.circuits[place];
        let may =
            ["Allocated", "Confirmed", "Rejected", "Canceled", "Allocation Failed", "Terminated"];
        let about_to_run = circuit.status == "Confirmed" && circuit.paid_order.is_some();
        // SOURCE: EDITIONS, T067.
        let waits = ["Allocated", "Confirmed"].contains(&circuit.status);
        let too_early = waits && self.reading.edition < E2025_03;
        if !may.contains(&circuit.status) || about_to_run || too_early {
            return Err((400, state));
        }
        circuit.deleted = true;
        circuit.wakes = None;
        if let Some(order) = circuit.open_order {
            self.world.void(order);
        }
        Ok(Outcome::Done)
    }

    fn cancel(&mut self) -> Result<Outcome, Refusal> {
        let place = self.world.order_at(self.text("OrderId"));
        let place = place.filter(|place| self.world.orders[*place].account == self.account);
        let place = place.ok_or((400, "InvalidParameter"))?;
        if !["Unpaid", "Abnormal"].contains(&self.world.orders[place].status) {
            return Err((400, "NotApplicable"));
        }
        self.world.void(place);
        Ok(Outcome::Order(place, false))
    }

    fn pay_own(&mut self) -> Result<Outcome, Refusal> {
        // A number may be written with zeros before it.
        let number = super::pages::number(self.text("OrderId")).expect("it was looked at");
        let place = self.world.order_at(&number.to_string());
        let place = place.filter(|place| self.world.orders[*place].account == self.account);
        let place = place.ok_or((400, "InvalidParameter"))?;
        if self.world.orders[place].status != "Unpaid" {
            return Err((400, "NotApplicable"));
        }
        if !self.world.pay(place, self.at, self.settings) {
            return Err((400, SHORT));
        }
        Ok(Outcome::Order(place, false))
    }

    /// SOURCE: CONTRACT, "Which cause gives which error", from top to bottom.
    fn order(&mut self) -> Result<Outcome, Refusal> {
        let edition = self.reading.edition;
        let since = |first, code, before| if edition >= first { (400, code) } else { before };
        let not_found = (404, "InvalidPhysicalConnectionId.NotFound");
        let not_now = (400, "Forbidden.NotAllowedInState");
        let place = self.circuit().map_err(|absent| match absent {
            Absent::Never => not_found,
            Absent::Deleted => since(E2024, "Abs.InstanceNotExist", not_found),
        })?;
        let circuit = self.world.circuits[place].clone();
        let paid_for = since(E2024, "INSTANCE.STATUS.NOT.ALLOW", not_now);
        if circuit.status != "Confirmed" && circuit.status != "Enabled" {
            return Err(not_now);
        }
        // SOURCE: CONTRACT: till it is enabled a second order meets the row "already Enabled".
        if circuit.status == "Enabled" || circuit.paid_order.is_some() {
            return Err(paid_for);
        }
        if circuit.locked != (false, false) {
            return Err(paid_for);
        }
        if circuit.open_order.is_some() {
            return Err(since(E2024, "IAbs.InvalidStatus.ValueNotSupported", not_now));
        }
        if !circuit.loa.is_empty() && circuit.loa != "Complete" {
            return Err(since(E2025_03, "IncorrectStatus.PhysicalConnection", not_now));
        }
        let months = self.months();
        let order = self.new_order(place, months, self.renewal())?;
        let circuit = &mut self.world.circuits[place];
        let circuit_kept = circuit.kept;
        circuit.kept = Some(if edition < E2024 { KEPT_LONGER } else { KEPT });
        let pay_now = match self.reading.call.parameter("AutoPay") {
            Some(text) => text.eq_ignore_ascii_case("true"),
            None => edition < E2022,
        };
        if !pay_now && months.is_some() {
            self.world.circuits[place].open_order = Some(order);
            return Ok(Outcome::Order(order, false));
        }
        Ok(self.pay_at_once(order, circuit_kept))
    }

    /// Pays an order in one go; of one that cannot be paid its circuit hears nothing.
    fn pay_at_once(&mut self, order: usize, circuit_kept: Option<(Ms, Ms)>) -> Outcome {
        let place = self.world.orders[order].circuit;
        let short = !self.world.pay(order, self.at, self.settings);
        if short {
            self.world.circuits[place].kept = circuit_kept;
            let cancelled = self.reading.edition >= E2023 || self.settings.shortfall_is_error;
            if cancelled {
                self.world.void(order);
            } else {
                self.world.orders[order].status = "Abnormal";
            }
        }
        Outcome::Order(order, short)
    }

    /// The length of the term; `None` when billed as it goes.
    fn months(&self) -> Option<i64> {
        if self.reading.is_postpaid() {
            return None;
        }
        let period = self.reading.call.parameter("Period").unwrap_or("1");
        let count = super::pages::number(period).expect("it was looked at");
        Some(if self.text("PricingCycle") == "Year" { count * 12 } else { count })
    }
}

/// What a call names a companion with.
pub const REDUNDANT: &str = "RedundantPhysicalConnectionId";

/// A number as it is shown.
fn number_text(text: &str) -> String {
    super::pages::number(text).map_or_else(|| text.to_owned(), |number| number.to_string())
}

impl Circuit {
    /// The line is handed over. A letter that exists is complete with it.
    pub fn hand_over(&mut self) {
        self.status = "Confirmed";
        self.wakes = None;
        if !self.loa.is_empty() {
            self.loa = "Complete".into();
        }
    }
}

impl World {
    /// What a term costs an account; `None` when there is no price.
    pub fn price(&self, place: usize, account: u64, months: Option<i64>) -> Option<i64> {
        let currency = self.accounts[&account].currency.as_str();
        let month = self.month_of(currency, place)?;
        let shared = self.circuits[place].hosted.is_some();
        // What is paid as it goes needs a price too, and its order costs nothing; what is shared is
        // not paid so.
        months.map_or((!shared).then_some(0), |months| month.checked_mul(months))
    }

    /// Pays an order from its account's balance, if that is enough.
    pub fn pay(&mut self, place: usize, at: Ms, settings: &Settings) -> bool {
        if self.orders[place].kind == SETUP {
            return self.pay_setup(place, at, settings);
        }
        if !self.post_payment(place, at) {
            return false;
        }
        self.order_is_paid(place);
        let order = &mut self.orders[place];
        let start = at + settings.enable_delay_ms;
        let end = order.months.and_then(|months| period_end(start, months));
        order.status = "Paid";
        order.paid = Some(at);
        order.dies = None;
        order.usage = Some((start, end));
        let renewal = order.renewal;
        let circuit = &mut self.circuits[order.circuit];
        circuit.open_order = None;
        circuit.paid_order = Some(place);
        circuit.renewal = renewal;
        if settings.enable_delay_ms == 0 {
            circuit.serve(place, start, end);
        } else {
            circuit.wakes = Some(start);
        }
        true
    }
}

/// What is told of a write that was done, now or before.
pub fn told(
    page: &Page,
    edition: Edition,
    outcome: Outcome,
    replay_of: Option<String>,
    settings: &Settings,
) -> Expect {
    let is = |path: &str, text: &str| Leaf::Is(path.into(), text.into());
    // A name that is not known yet stands as a mark, and is looked up when the answer is there.
    let leaves = match (page.action, outcome) {
        ("CancelOrder" | "SetRenewal", _) => vec![is("Code", "Success"), is("Success", "true")],
        ("RefundInstance", Outcome::Order(place, _)) => {
            vec![is("Data.OrderId", &format!("{ORDER_MARK}{place}")), is("Success", "true")]
        }
        ("PayOrder", Outcome::Order(place, _)) => {
            vec![is("OrderId", &format!("{ORDER_MARK}{place}")), is("PayStatus", "1")]
        }
        ("CreatePhysicalConnection", Outcome::Circuit(place)) => {
            vec![is("PhysicalConnectionId", &format!("{CIRCUIT_MARK}{place}"))]
        }
        ("UpdateVirtualPhysicalConnection", _) => vec![is("Success", "true")],
        (action, Outcome::Circuit(place) | Outcome::SetUp(place, _))
            if super::hosted::OWN.contains(&action) =>
        {
            super::hosted_looks::told(place)
        }
        (_, Outcome::Circuits(first, count)) => super::sets::told(first, count),
        (_, Outcome::SetUp(circuit, order)) => super::setups::told(circuit, order),
        (_, Outcome::Router(place)) => vec![is("VbrId", &format!("{ROUTER_MARK}{place}"))],
        (_, Outcome::Group(place)) => vec![is("VbrHaId", &format!("{GROUP_MARK}{place}"))],
        // SOURCE: ROUTERS 12, point 7.
        ("UpdateVirtualBorderBandwidth", _) => vec![
            is("Code", "200"),
            is("HttpStatusCode", "200"),
            is("Message", "successful"),
            is("Success", "true"),
        ],
        ("EnablePhysicalConnection", _) => Vec::new(),
        // SOURCE: EDITIONS, T045.
        ("CompletePhysicalConnectionLOA", _) if edition < super::atlas::E2020 => {
            vec![is("code", "200"), is("success", "true")]
        }
        (_, Outcome::Order(_, true)) if settings.shortfall_is_error => {
            return Expect::Error(400, SHORT.into());
        }
        (action, Outcome::Order(place, _)) if edition < E2022 && action != "RenewInstance" => vec![
            is("code", "200"),
            is("data.orderId", &format!("{ORDER_MARK}{place}")),
            is("httpStatusCode", "200"),
            is("message", "successful"),
            is("success", "true"),
        ],
        (_, Outcome::Order(place, _)) => {
            vec![is("Data.OrderId", &format!("{ORDER_MARK}{place}"))]
        }
        _ => Vec::new(),
    };
    Expect::Answer { leaves, replay_of }
}

/// Stands for the circuit at a place of the model's list.
pub const CIRCUIT_MARK: &str = "\u{1}circuit ";
/// Stands for the router at a place of the model's list.
pub const ROUTER_MARK: &str = "\u{1}router ";
/// Stands for the failover group at a place of the model's list.
pub const GROUP_MARK: &str = "\u{1}group ";
/// Stands for the order at a place of the model's list.
pub const ORDER_MARK: &str = "\u{1}order ";
