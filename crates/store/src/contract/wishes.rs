//! What is asked of a store: drawn by chance, or named by a test.
//!
//! Long because every command is wished for.

use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{BusinessStatus, CircuitWords, Event, GivenCircuit, Particulars, Status};
use domain::command::{
    AmendCircuit, Amendment, ApplyForCircuit, ApplyForCircuits, CancelOrder, CarrierEvent,
    ConfirmCircuit, DeleteCircuit, Fill, GiveCircuits, LoadPrices, MoveClock, OfSet, OpenAccount,
    OpenService, PayOrder, PayOwnOrder, PlaceOccupancyOrder, PlaceSetupOrder, PutKey, PutUser,
    RefundCircuit, RenewCircuit, Reset, SetRenewal, Shortfall, TerminateCircuit, TopUp, Wake,
};
use domain::order::Charge;
use domain::price::{Currency, Cycle, Money, Term};
use domain::query::{
    CircuitFilter, HostedFilter, InstanceFilter, OrderFilter, Page, Part, RouterFilter,
};
use domain::subscription::Renewal;
use domain::user::{Key, Proof, User};
use domain::{AccountId, CircuitId, Command, Kept, OrderId, Query, State, Timestamp, sandbox};
use proptest::prelude::*;
use std::num::NonZeroU32;

/// 2026-11-22T08:00:00Z, where every world begins.
pub(super) const START: Timestamp = Timestamp::from_ms(1_795_334_400_000);
pub(super) const HOUR_MS: i64 = 3_600_000;
/// The names of the worlds.
pub(super) const WORLDS: [&str; 2] = ["default", "other"];
/// Who calls, or is spoken of: the sandbox's two, and others that may not be there.
const ACCOUNTS: [AccountId; 4] = [sandbox::RICH, sandbox::POOR, AccountId(1), AccountId(2)];

/// What one proposal asks for. Numbers stand for the n-th of what there is.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Place {
        circuit: u8,
        charge: Option<u8>,
        pay_now: bool,
        shortfall: bool,
    },
    Cancel(u8),
    Renew(u8, u8),
    SetRenewal(u8, u8),
    Pay(u8),
    Apply(u8),
    Confirm(u8),
    Terminate(u8),
    Delete(u8),
    /// What is done before service: given up, enabled, a letter asked for, a line reported.
    Before(u8, u8),
    Amend(u8, u8),
    /// What is done about a circuit and a router.
    Router(u8, u8, u8),
    /// What is done about a circuit and a shared one.
    Hosted(u8, u8, u8),
    OpenService,
    Carrier(u8, u8),
    Give(u8),
    TopUp(u16),
    Prices(u8),
    OpenAccount(u8),
    PutUser(u8),
    PutKey(u8, u8),
    /// By so many hours.
    MoveClock(i16),
    Wake(u8),
    Fill,
    Reset,
}

/// One proposal: where, whose, under which token, how much later by the wall, and what.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) world: usize,
    pub(super) account: AccountId,
    pub(super) elsewhere: bool,
    pub(super) token: Option<u8>,
    pub(super) later_ms: i64,
    pub(super) seed: u16,
    pub(super) act: Act,
}

/// A look at something of an account, or of all.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    pub(super) world: usize,
    account: AccountId,
    elsewhere: bool,
    what: u8,
    nth: u8,
}

/// What happens to the store.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A batch.
    Settle(Vec<Wish>),
    /// Somebody looks.
    Look(Sight),
    /// It tidies up.
    Tidy,
    /// It is closed and opened.
    Reopen,
    /// Something is done to a world as a whole.
    World(Whole),
}

/// Something done to a world as a whole, and which: numbers stand for one of few snapshots.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whole {
    /// How it stands is kept.
    Save(usize, u8),
    /// It is put back.
    Restore(usize, u8),
    /// A snapshot is forgotten.
    Discard(usize, u8),
    /// The other world is removed, and begins anew as the default one stands or stood.
    Fork(Option<u8>),
}

impl Whole {
    /// A snapshot's name.
    pub(super) fn name(nth: u8) -> Box<str> {
        format!("snapshot-{}", nth % 2).into()
    }

    /// Whether it may take the place of another.
    pub(super) fn replaces(nth: u8) -> bool {
        !nth.is_multiple_of(3)
    }
}

/// Whoever adds a command has it drawn, and then names it here.
const _: fn(&Command) = |command| match command {
    Command::OpenService(_)
    | Command::ApplyForCircuit(_)
    | Command::ConfirmCircuit(_)
    | Command::PlaceOccupancyOrder(_)
    | Command::AmendCircuit(_)
    | Command::TerminateCircuit(_)
    | Command::DeleteCircuit(_)
    | Command::CancelOrder(_)
    | Command::RenewCircuit(_)
    | Command::SetRenewal(_)
    | Command::PayOwnOrder(_)
    | Command::RefundCircuit(_)
    | Command::CancelCircuit(_)
    | Command::EnableCircuit(_)
    | Command::ApplyForLetter(_)
    | Command::ApplyForLetterAgain(_)
    | Command::ReportLine(_)
    | Command::TagResources(_)
    | Command::UntagResources(_)
    | Command::MakeRouter(_)
    | Command::AmendRouter(_)
    | Command::SetRouterBandwidth(_)
    | Command::TerminateRouter(_)
    | Command::RecoverRouter(_)
    | Command::DeleteRouter(_)
    | Command::AssociateCircuit(_)
    | Command::UnassociateCircuit(_)
    | Command::MakeRouterGroup(_)
    | Command::DeleteRouterGroup(_)
    | Command::GrantRouters(_)
    | Command::RevokeRouters(_)
    | Command::ChangeResourceGroup(_)
    | Command::AssociateMacsecKey(_)
    | Command::DisassociateMacsecKey(_)
    | Command::FailMacsecKey(_)
    | Command::FinishRouter(_)
    | Command::FinishGroup(_)
    | Command::OpenAccount(_)
    | Command::TopUp(_)
    | Command::PayOrder(_)
    | Command::GiveCircuits(_)
    | Command::CarrierEvent(_)
    | Command::LoadPrices(_)
    | Command::PutUser(_)
    | Command::PutKey(_)
    | Command::MoveClock(_)
    | Command::Fill(_)
    | Command::Reset(_)
    | Command::ApplyForCircuits(_)
    | Command::PlaceSetupOrder(_)
    | Command::HostCircuit(_)
    | Command::AmendHostedCircuit(_)
    | Command::HostRouter(_)
    | Command::MoveRouter(_)
    | Command::RecoverCircuit(_)
    | Command::Wake(_) => (),
};

fn act() -> impl Strategy<Value = Act> {
    let charge = prop::option::weighted(0.8, 1..30_u8);
    let place = (any::<u8>(), charge, any::<bool>(), any::<bool>()).prop_map(
        |(circuit, charge, pay_now, shortfall)| Act::Place { circuit, charge, pay_now, shortfall },
    );
    let rare = prop_oneof![
        any::<u8>().prop_map(Act::Prices),
        any::<u8>().prop_map(Act::OpenAccount),
        any::<u8>().prop_map(Act::PutUser),
        Just(Act::OpenService),
        Just(Act::Fill),
        prop::bool::weighted(0.2).prop_map(|yes| if yes { Act::Reset } else { Act::Wake(0) }),
    ];
    prop_oneof![
        12 => place,
        3 => any::<u8>().prop_map(Act::Cancel),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, how)| Act::Renew(circuit, how)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, how)| Act::SetRenewal(circuit, how)),
        3 => any::<u8>().prop_map(Act::Pay),
        3 => any::<u8>().prop_map(Act::Apply),
        4 => any::<u8>().prop_map(Act::Confirm),
        2 => any::<u8>().prop_map(Act::Terminate),
        3 => any::<u8>().prop_map(Act::Delete),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, how)| Act::Amend(circuit, how)),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, how)| Act::Before(circuit, how)),
        8 => any::<(u8, u8, u8)>().prop_map(|(circuit, nth, how)| Act::Router(circuit, nth, how)),
        6 => any::<(u8, u8, u8)>().prop_map(|(circuit, nth, how)| Act::Hosted(circuit, nth, how)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(circuit, event)| Act::Carrier(circuit, event)),
        3 => any::<u8>().prop_map(Act::Give),
        2 => any::<u16>().prop_map(Act::TopUp),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(key, how)| Act::PutKey(key, how)),
        3 => (-2..120_i16).prop_map(Act::MoveClock),
        1 => (500..800_i16).prop_map(Act::MoveClock),
        2 => any::<u8>().prop_map(Act::Wake),
        6 => rare,
    ]
}

fn account() -> impl Strategy<Value = AccountId> {
    prop_oneof![
        6 => Just(ACCOUNTS[0]),
        3 => Just(ACCOUNTS[1]),
        1 => prop::sample::select(&ACCOUNTS[2..]),
    ]
}

/// Mostly later, but walls step back.
fn later_ms() -> impl Strategy<Value = i64> {
    prop_oneof![3 => Just(0), 3 => 1..2_000_i64, 3 => 0..40_000_000_i64, 1 => -600_000..0_i64]
}

fn wish() -> impl Strategy<Value = Wish> {
    let who = (0..WORLDS.len(), account(), prop::bool::weighted(0.1));
    (who, prop::option::of(0..4_u8), later_ms(), any::<u16>(), act()).prop_map(
        |((world, account, elsewhere), token, later_ms, seed, act)| Wish {
            world,
            account,
            elsewhere,
            token,
            later_ms,
            seed,
            act,
        },
    )
}

fn sight() -> impl Strategy<Value = Sight> {
    let who = (0..WORLDS.len(), account(), prop::bool::weighted(0.1));
    (who, any::<u8>(), any::<u8>()).prop_map(|((world, account, elsewhere), what, nth)| Sight {
        world,
        account,
        elsewhere,
        what,
        nth,
    })
}

fn whole() -> impl Strategy<Value = Whole> {
    let which = || (0..WORLDS.len(), any::<u8>());
    prop_oneof![
        4 => which().prop_map(|(world, nth)| Whole::Save(world, nth)),
        5 => which().prop_map(|(world, nth)| Whole::Restore(world, nth)),
        1 => which().prop_map(|(world, nth)| Whole::Discard(world, nth)),
        2 => any::<Option<u8>>().prop_map(Whole::Fork),
    ]
}

/// What happens to a store, at random.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => prop::collection::vec(wish(), 1..12).prop_map(Step::Settle),
        4 => sight().prop_map(Step::Look),
        1 => Just(Step::Tidy),
        1 => Just(Step::Reopen),
        3 => whole().prop_map(Step::World),
    ];
    prop::collection::vec(step, 1..20)
}

fn region(elsewhere: bool) -> Region {
    let beijing = || Region::find("cn-beijing").expect("in the catalogue");
    if elsewhere { beijing() } else { sandbox::region() }
}

fn pick<T: Copy>(of: &[T], nth: u8) -> T {
    of[usize::from(nth) % of.len()]
}

/// An application for a circuit, with its setup, or for a set.
fn apply(among: &State, how: u8) -> Command {
    let particulars = particulars(among, how);
    match how % 8 {
        3 => {
            let region = region(how % 16 == 3);
            let set = vec![
                OfSet { region: self::region(false), particulars: particulars.clone() },
                OfSet { region, particulars },
            ];
            ApplyForCircuits { set, dry_run: how % 32 == 3, silent: false }.into()
        }
        0 | 4 => PlaceSetupOrder { particulars, pay_now: how.is_multiple_of(8) }.into(),
        _ => ApplyForCircuit { particulars, needs_service: true }.into(),
    }
}

impl Wish {
    /// Of the account with money in the default world, without a token, at once.
    pub(super) fn of(act: Act) -> Self {
        let account = sandbox::RICH;
        Self { world: 0, account, elsewhere: false, token: None, later_ms: 0, seed: 0, act }
    }

    pub(super) fn with_token(self, token: u8) -> Self {
        Self { token: Some(token), ..self }
    }

    pub(super) fn later(self, later_ms: i64) -> Self {
        Self { later_ms, ..self }
    }

    /// Where the call is to happen.
    pub(super) fn region(&self) -> Region {
        region(self.elsewhere)
    }

    /// The command that it stands for in a world as it is.
    pub(super) fn command(&self, among: &State, wall: Timestamp, now: Timestamp) -> Command {
        match self.act {
            Act::Place { circuit, charge, pay_now, shortfall } => PlaceOccupancyOrder {
                circuit: nth_circuit(among, circuit),
                charge: charge.map_or(Charge::PostPaid, |count| {
                    let cycle = if count % 3 == 0 { Cycle::Year } else { Cycle::Month };
                    Charge::PrePaid(Term { count: u32::from(count), cycle })
                }),
                pay_now,
                auto_renew: circuit.is_multiple_of(3),
                kept: domain::Kept::Since2024,
                auto_renew_months: 1,
                shortfall: if shortfall { Shortfall::Abnormal } else { Shortfall::Cancel },
            }
            .into(),
            Act::Cancel(nth) => CancelOrder { order: nth_order(among, nth) }.into(),
            Act::Renew(nth, how) if how.is_multiple_of(4) => {
                let release_now = how.is_multiple_of(8);
                RefundCircuit { circuit: nth_circuit(among, nth), release_now }.into()
            }
            Act::Renew(nth, how) => {
                let months = NonZeroU32::MIN.saturating_add(u32::from(how % 3));
                let kept = if how.is_multiple_of(2) { Kept::Since2024 } else { Kept::Until2023 };
                RenewCircuit { circuit: nth_circuit(among, nth), months, kept }.into()
            }
            Act::SetRenewal(nth, how) => {
                let also = how.is_multiple_of(5).then(|| nth_circuit(among, how));
                let circuits = also.into_iter().chain([nth_circuit(among, nth)]).collect();
                let renewal = match how % 3 {
                    0 => Renewal::Manual,
                    1 => Renewal::Never,
                    _ => Renewal::Auto(NonZeroU32::MIN),
                };
                SetRenewal { circuits, renewal }.into()
            }
            Act::Pay(nth) if nth % 2 == 0 => PayOwnOrder { order: nth_order(among, nth) }.into(),
            Act::Pay(nth) => PayOrder { order: nth_order(among, nth) }.into(),
            Act::Apply(how) => apply(among, how),
            Act::Confirm(nth) => {
                ConfirmCircuit { circuit: nth_circuit(among, nth), needs_service: true }.into()
            }
            Act::Terminate(nth) => TerminateCircuit { circuit: nth_circuit(among, nth) }.into(),
            Act::Delete(nth) => {
                DeleteCircuit { circuit: nth_circuit(among, nth), waiting_too: true }.into()
            }
            Act::Before(nth, how) => super::letters::before(nth_circuit(among, nth), how),
            Act::Amend(nth, how) => amend(among, nth, how),
            Act::Router(circuit, nth, how) => {
                super::routers::about(among, nth_circuit(among, circuit), nth, how)
            }
            Act::Hosted(circuit, nth, how) => {
                let circuit = nth_circuit(among, circuit);
                super::hosted::about(among, self.account, circuit, nth, how)
            }
            Act::OpenService => OpenService {}.into(),
            Act::MoveClock(hours) => {
                MoveClock { to: now.plus_ms(i64::from(hours) * HOUR_MS), wall }.into()
            }
            Act::Wake(nth) => Wake { account: pick(&ACCOUNTS, nth) }.into(),
            Act::Fill => Fill { start: START, wall }.into(),
            Act::Reset => Reset { start: START, wall }.into(),
            _ => self.operators(among),
        }
    }

    /// The same of what the operator puts there.
    fn operators(&self, among: &State) -> Command {
        let account = self.account;
        match self.act {
            Act::Carrier(nth, event) => {
                let theirs = Event::ALL.iter().filter_map(|event| Event::of_carrier(event.text()));
                let theirs: Vec<_> = theirs.collect();
                CarrierEvent { circuit: nth_circuit(among, nth), event: pick(&theirs, event) }
                    .into()
            }
            Act::Give(how) => self.give(among, how),
            Act::TopUp(units) => TopUp { account, amount: Money(i64::from(units) + 1) }.into(),
            Act::Prices(how) => {
                // Odd ones have a fraction, which is refused of the yen.
                let price = Money(i64::from(how) * (10_000 + i64::from(how % 2)));
                let rows = [((PortType::Base1000Lx, sandbox::region()), price)].into();
                let setup = how.is_multiple_of(3).then_some(price);
                let shared = [(pick(SharedSpec::ALL, how), price)].into();
                LoadPrices { currency: pick(Currency::ALL, how), rows, setup, shared }.into()
            }
            Act::OpenAccount(nth) => OpenAccount {
                account: pick(&ACCOUNTS, nth),
                currency: pick(Currency::ALL, nth / 4),
                dialect: nth.is_multiple_of(2).then(|| "2019".into()),
                orderless: nth.is_multiple_of(3),
            }
            .into(),
            Act::PutUser(nth) => {
                let policies = vec![Box::from("{}"); usize::from(nth / 3 % 3)];
                PutUser { user: User { account, name: user(nth), policies } }.into()
            }
            Act::PutKey(nth, how) => PutKey { key: Box::new(key(account, nth, how)) }.into(),
            _ => unreachable!("everything else is done"),
        }
    }

    /// Few ids, so that some are taken.
    fn give(&self, among: &State, how: u8) -> Command {
        let given = GivenCircuit {
            account: self.account,
            region: self.region(),
            particulars: particulars(among, how),
            status: pick(&[Status::Confirmed, Status::Allocated, Status::Enabled], how),
            loa: None,
            business: BusinessStatus::Normal,
        };
        let seed = u128::from(self.seed % 512) + 1_000;
        let ids = (0..u32::from(how % 4)).map(|nth| CircuitId::mint(seed, nth)).collect();
        GiveCircuits { given: Box::new(given), ids }.into()
    }
}

fn user(nth: u8) -> Box<str> {
    format!("user-{}", nth % 3).into()
}

/// Few ids, so that they move between accounts.
fn key(account: AccountId, nth: u8, how: u8) -> Key {
    let text = |text: &str| Some(text.into()).filter(|_| how.is_multiple_of(2));
    Key {
        id: format!("key-{}", nth % 3).into(),
        account,
        user: how.is_multiple_of(3).then(|| user(how)),
        proof: match how % 4 {
            0 => Proof::PublicKey("a public key".into()),
            _ => Proof::Secret(format!("secret {how}").into()),
        },
        security_token: text("a security token"),
        expires_at: how.is_multiple_of(5).then_some(START),
        bearer_token: text("a bearer token"),
        dialect: text("2019"),
        active: !how.is_multiple_of(7),
    }
}

fn amend(among: &State, nth: u8, how: u8) -> Command {
    let amendment = Amendment {
        name: Some(format!("name {}", how % 3).into()),
        port_type: how.is_multiple_of(2).then(|| pick(PortType::ALL, how)),
        redundant: how.is_multiple_of(5).then(|| nth_circuit(among, how)),
        ..Amendment::default()
    };
    let circuit = nth_circuit(among, nth);
    let in_service_too = !how.is_multiple_of(3);
    AmendCircuit { circuit, amendment: Box::new(amendment), in_service_too }.into()
}

fn particulars(among: &State, how: u8) -> Particulars {
    let words = CircuitWords {
        name: "named".into(),
        redundant: how.is_multiple_of(7).then(|| nth_circuit(among, how)),
        ..CircuitWords::default()
    };
    let port_type = if how.is_multiple_of(4) { PortType::Base10GLr } else { PortType::Base1000Lx };
    Particulars {
        access_point: AccessPoint::find("ap-cn-hangzhou-yh-B").expect("in the catalogue"),
        line_operator: LineOperator::ChinaTelecom,
        port_type,
        bandwidth_mbps: 1_000,
        words: how.is_multiple_of(2).then(|| Box::new(words)),
    }
}

impl Sight {
    /// Of everything that an account has, in the default world.
    pub(super) fn of(account: AccountId) -> Self {
        Self { world: 0, account, elsewhere: false, what: 0, nth: 0 }
    }

    /// Of all of a world, the default one.
    pub(super) fn of_everybody() -> Self {
        Self { what: 8, ..Self::of(sandbox::RICH) }
    }

    /// The query that it stands for in a world as it is.
    pub(super) fn query(&self, among: &State) -> Query {
        let Self { account, nth, .. } = *self;
        let region = region(self.elsewhere);
        let page = Page { number: 1 + u32::from(nth % 2), size: 5 };
        let circuits = CircuitFilter::default();
        match self.what % 15 {
            0 => Query::Account(account),
            1 => Query::Circuits(account, region, circuits, page),
            2 => {
                let ids = [nth, nth / 2, nth / 3].map(|nth| Some(nth_circuit(among, nth)));
                let some = CircuitFilter { ids: Some(ids.to_vec()), ..circuits };
                Query::Circuits(account, region, some, page)
            }
            3 => Query::Orders(account, OrderFilter::default(), page),
            4 => Query::Order(account, nth_order(among, nth)),
            5 => Query::AnyCircuit(nth_circuit(among, nth)),
            6 => Query::AnyOrder(nth_order(among, nth)),
            7 => Query::IsFilled,
            8 => Query::Everybody,
            9 => Query::Instances(account, InstanceFilter::default(), page),
            10 => Query::Routers(account, region, RouterFilter::default(), page),
            11 => {
                let circuit = nth_circuit(among, nth);
                Query::RoutersOn(account, region, circuit, RouterFilter::default(), page)
            }
            13 => {
                let part = (usize::from(nth % 2), usize::from(nth));
                Query::Hosted(account, region, HostedFilter::default(), part)
            }
            12 => {
                let (after, limit) = (None, usize::from(nth));
                Query::AllRouters(Some(account), None, Part { after, limit })
            }
            _ => Query::World,
        }
    }
}

/// The n-th circuit that there is, or one that there is not.
fn nth_circuit(among: &State, nth: u8) -> CircuitId {
    let circuits: Vec<_> = among.circuits().collect();
    let found = circuits.get(usize::from(nth) % (circuits.len() + 1));
    found.map_or_else(|| CircuitId::new("pc-none").expect("well formed"), |circuit| circuit.id)
}

fn nth_order(among: &State, nth: u8) -> OrderId {
    let orders: Vec<_> = among.orders().collect();
    orders.get(usize::from(nth) % (orders.len() + 1)).map_or(OrderId::NONE, |order| order.id)
}
