//! Records of every kind, drawn by chance: with whatever they may have or lack, whether or not it
//! makes sense together.
//!
//! Long because every kind of record is drawn.

use crate::sqlite::rows::ORDERS_FROM;
use crate::tables::Renewed;
use domain::account::Account;
use domain::audit::Books;
use domain::bill::Bill;
use domain::catalogue::{AccessPoint, LineOperator, PortType, Region, SharedSpec};
use domain::circuit::{
    Circuit, CircuitState, CircuitWords, Hosted, LoaStatus, Locks, Particulars, Payer, Status,
};
use domain::grant::Grant;
use domain::history::{Cause, CircuitMove, OrderMove, RouterMove, Why};
use domain::ledger::{LedgerAccount, Posting};
use domain::letter::{Engineer, Letter, Line};
use domain::macsec::{CipherSuite, KeyStatus, MacsecKey, MacsecKeys};
use domain::order::{CancelCause, Charge, Order, OrderKind, OrderStatus};
use domain::peering::Peering;
use domain::price::{Currency, Cycle, Money, PriceList, Term};
use domain::receipt::{Outcome, Receipt};
use domain::reference::Reference;
use domain::router::{Association, Described, Detection, Router, RouterStatus, Times};
use domain::router_group::{GroupStatus, RouterGroup};
use domain::subscription::{Grace, Renewal, Subscription};
use domain::tag::{Tag, Tags};
use domain::user::{Key, Proof, User};
use domain::{AccountId, CircuitId, GroupId, KeptRequest, OrderId, RequestId, RouterId, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// Any text that a row can hold.
fn text() -> impl Strategy<Value = Box<str>> {
    prop_oneof![Just(String::new()), any::<String>()].prop_map(String::into_boxed_str)
}

fn maybe_text() -> impl Strategy<Value = Option<Box<str>>> {
    prop::option::of(text())
}

fn at() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_ms)
}

fn maybe_at() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of(at())
}

fn money() -> impl Strategy<Value = Money> {
    (0..=i64::MAX).prop_map(Money)
}

fn account_id() -> impl Strategy<Value = AccountId> {
    (0..=i64::MAX.cast_unsigned()).prop_map(AccountId)
}

fn order_id() -> impl Strategy<Value = OrderId> {
    (1..=i64::MAX.cast_unsigned()).prop_map(|number| OrderId::new(number).expect("not zero"))
}

/// A number that an order can have.
fn number_of_order() -> impl Strategy<Value = OrderId> {
    let first = ORDERS_FROM.cast_unsigned() + 1;
    (first..first + 1_000_000_000).prop_map(|number| OrderId::new(number).expect("not zero"))
}

fn circuit_id() -> impl Strategy<Value = CircuitId> {
    let minted = (any::<u128>(), any::<u32>()).prop_map(|(seed, nth)| CircuitId::mint(seed, nth));
    let named = vec(select(&b"abcxyz0189-"[..]), 0..=28).prop_map(|bytes| {
        CircuitId::from_bytes(&[b"pc-", &bytes[..]].concat()).expect("well formed")
    });
    prop_oneof![minted, named]
}

fn router_id() -> impl Strategy<Value = RouterId> {
    (any::<u128>(), any::<u32>()).prop_map(|(seed, nth)| RouterId::mint(seed, nth))
}

fn group_id() -> impl Strategy<Value = GroupId> {
    (any::<u128>(), any::<u32>()).prop_map(|(seed, nth)| GroupId::mint(seed, nth))
}

fn region() -> impl Strategy<Value = Region> {
    select(Region::all().collect::<Vec<_>>())
}

pub(in crate::sqlite) fn account() -> impl Strategy<Value = Account> {
    let has = (money(), any::<bool>(), any::<u32>(), any::<bool>());
    (account_id(), select(Currency::ALL), has, maybe_text()).prop_map(
        |(id, currency, (balance, service_open, waiting_circuits, orderless), dialect)| Account {
            id,
            currency,
            balance,
            dialect,
            service_open,
            waiting_circuits,
            orderless,
        },
    )
}

fn tags() -> impl Strategy<Value = Tags> {
    let tag = ("[a-z专:/ ]{1,5}", "[a-z专:/ ]{0,5}")
        .prop_map(|(key, value)| Tag { key: key.into(), value: value.into() });
    vec(tag, 0..4).prop_map(Tags::new)
}

fn macsec() -> impl Strategy<Value = MacsecKeys> {
    let key = ("[0-9A-F]{4}", select(CipherSuite::ALL), select(KeyStatus::ALL), at());
    let key = key.prop_map(|(ckn, suite, status, started_at)| MacsecKey {
        ckn: ckn.into(),
        suite,
        status,
        started_at,
    });
    vec(key, 0..3).prop_map(MacsecKeys::new)
}

fn hosted() -> impl Strategy<Value = Hosted> {
    let whose = (circuit_id(), account_id(), prop::option::of(router_id()));
    let speeds = (select(SharedSpec::ALL), prop::option::of(select(SharedSpec::ALL)));
    (whose, any::<u32>(), speeds, select(Payer::ALL)).prop_map(
        |((parent, partner, router), vlan, (spec, expected), payer)| Hosted {
            parent,
            partner,
            vlan,
            spec,
            expected,
            payer,
            router,
        },
    )
}

fn circuit_words() -> impl Strategy<Value = Option<Box<CircuitWords>>> {
    let texts = prop::array::uniform6(text());
    let more = (prop::option::of(circuit_id()), tags(), macsec(), prop::option::of(hosted()));
    (texts, more, 0..3_u32).prop_map(|(texts, (redundant, tags, macsec, hosted), down_delay_ms)| {
        let [name, description, peer_location, circuit_code, optical_module, resource_group] =
            texts;
        let words = CircuitWords {
            name,
            description,
            peer_location,
            circuit_code,
            optical_module,
            resource_group,
            redundant,
            tags,
            macsec,
            down_delay_ms,
            hosted,
        };
        (words != CircuitWords::default()).then(|| Box::new(words))
    })
}

fn particulars() -> impl Strategy<Value = Particulars> {
    let access_points: Vec<_> = AccessPoint::all().collect();
    let what = (select(LineOperator::ALL), select(PortType::ALL), any::<u32>());
    (select(access_points), what, circuit_words()).prop_map(
        |(access_point, (line_operator, port_type, bandwidth_mbps), words)| Particulars {
            access_point,
            line_operator,
            port_type,
            bandwidth_mbps,
            words,
        },
    )
}

fn subscription() -> impl Strategy<Value = Subscription> {
    let auto = any::<NonZeroU32>().prop_map(Renewal::Auto);
    let renewal = prop_oneof![Just(Renewal::Manual), Just(Renewal::Never), auto];
    let grace = (any::<u32>(), any::<u32>())
        .prop_map(|(stop_after_s, release_after_s)| Grace { stop_after_s, release_after_s });
    let orders = [(); 2].map(|()| prop::option::of(order_id()));
    let times = [(); 3].map(|()| maybe_at());
    (renewal, prop::option::of(grace), any::<u8>(), orders, times).prop_map(
        |(renewal, grace, anchor_day, [last_order, refund], times)| {
            let [begins_at, billed_to, steps_at] = times;
            Subscription {
                renewal,
                grace,
                anchor_day,
                last_order,
                begins_at,
                billed_to,
                refund,
                steps_at,
            }
        },
    )
}

pub(in crate::sqlite) fn circuit_state() -> impl Strategy<Value = CircuitState> {
    let stands = (select(Status::ALL), prop::option::of(select(LoaStatus::ALL)));
    let orders = [(); 2].map(|()| prop::option::of(order_id()));
    let times = [(); 3].map(|()| maybe_at());
    let more = (subscription(), any::<bool>());
    (stands, select(Locks::ALL), orders, times, more).prop_map(
        |((status, loa), locks, [open_order, paid_order], times, (subscription, deleted))| {
            let [enabled_at, ends_at, wakes_at] = times;
            CircuitState {
                status,
                loa,
                locks,
                subscription,
                open_order,
                paid_order,
                enabled_at,
                ends_at,
                wakes_at,
                deleted,
            }
        },
    )
}

pub(in crate::sqlite) fn circuit() -> impl Strategy<Value = Circuit> {
    let whose = (circuit_id(), account_id(), region(), at(), any::<bool>());
    (whose, particulars(), circuit_state()).prop_map(
        |((id, account, region, created_at, given), particulars, state)| Circuit {
            id,
            account,
            region,
            created_at,
            given,
            particulars,
            state,
        },
    )
}

fn charge() -> impl Strategy<Value = Charge> {
    let term = (any::<u32>(), select(Cycle::ALL)).prop_map(|(count, cycle)| Term { count, cycle });
    prop_oneof![term.prop_map(Charge::PrePaid), Just(Charge::PostPaid), Just(Charge::Once)]
}

pub(in crate::sqlite) fn order() -> impl Strategy<Value = Order> {
    let port = (select(PortType::ALL), prop::option::of(select(SharedSpec::ALL)));
    let what = (circuit_id(), region(), port, charge());
    let ended = (select(OrderStatus::ALL), prop::option::of(select(CancelCause::ALL)));
    let cost = (money(), select(Currency::ALL), any::<u32>());
    let times = (at(), maybe_at(), maybe_at(), prop::option::of((at(), maybe_at())));
    let renewal = (any::<bool>(), any::<u32>(), any::<bool>(), maybe_request());
    let kind = (select(OrderKind::ALL), prop::option::of(order_id()));
    (number_of_order(), account_id(), what, ended, cost, times, (renewal, kind)).prop_map(
        |(id, account, what, (status, cancel_cause), cost, times, (renewal, kind))| {
            let (kind, follows) = kind;
            let (circuit, region, (port_type, shared), charge) = what;
            let (amount, currency, price_version) = cost;
            let (created_at, paid_at, dies_at, usage) = times;
            let (auto_renew, auto_renew_months, by_time, request) = renewal;
            Order {
                id,
                account,
                kind,
                follows,
                circuit,
                region,
                port_type,
                shared,
                charge,
                status,
                cancel_cause,
                amount,
                currency,
                price_version,
                created_at,
                paid_at,
                dies_at,
                usage,
                auto_renew,
                auto_renew_months,
                by_time,
                request: request.and_then(KeptRequest::of),
            }
        },
    )
}

pub(in crate::sqlite) fn bill() -> impl Strategy<Value = Bill> {
    let what = (circuit_id(), region(), select(PortType::ALL), (at(), at()));
    let cost = (money(), select(Currency::ALL), any::<u32>());
    let times = (at(), maybe_at(), maybe_at(), maybe_at());
    let id = number_of_order();
    (id, account_id(), what, cost, times).prop_map(|(id, account, what, cost, times)| {
        let (circuit, region, port_type, used) = what;
        let (amount, currency, price_version) = cost;
        let (made_at, paid_at, tries_at, overdue_at) = times;
        Bill {
            id,
            account,
            circuit,
            region,
            port_type,
            used,
            amount,
            currency,
            price_version,
            made_at,
            paid_at,
            tries_at,
            overdue_at,
        }
    })
}

pub(in crate::sqlite) fn letter() -> impl Strategy<Value = Letter> {
    let word = || text().prop_map(Box::<str>::from);
    let engineer = [(); 5].map(|()| word()).prop_map(
        |[name, gender, certificate_type, certificate_no, contact]| Engineer {
            name,
            gender,
            certificate_type,
            certificate_no,
            contact,
        },
    );
    let line = [(); 4].map(|()| word()).prop_map(|[code, label, provider, contact]| Line {
        code,
        label,
        provider,
        contact,
    });
    let said = [(); 4].map(|()| word());
    let numbers = (maybe_at(), prop::option::of(any::<u32>()));
    (circuit_id(), account_id(), said, numbers, vec(engineer, 0..4), line).prop_map(
        |(circuit, account, said, (construction_at, bandwidth_mbps), engineers, line)| {
            let [company, line_type, builder, peer_location] = said;
            Letter {
                circuit,
                account,
                company,
                line_type,
                builder,
                construction_at,
                bandwidth_mbps,
                peer_location,
                engineers,
                line,
            }
        },
    )
}

fn peering() -> impl Strategy<Value = Peering> {
    prop::array::uniform6(text()).prop_map(
        |[local_ip, peer_ip, mask, local_ipv6, peer_ipv6, ipv6_prefix]| Peering {
            local_ip,
            peer_ip,
            mask,
            local_ipv6,
            peer_ipv6,
            ipv6_prefix,
        },
    )
}

fn association() -> impl Strategy<Value = Association> {
    (circuit_id(), any::<u32>(), text(), peering(), any::<bool>()).prop_map(
        |(circuit, vlan, circuit_code, peering, ipv6)| Association {
            circuit,
            vlan,
            circuit_code,
            peering,
            ipv6,
        },
    )
}

fn described() -> impl Strategy<Value = Described> {
    let numbers = [(); 6].map(|()| any::<u32>());
    let texts = [(); 4].map(|()| text());
    (numbers, texts, peering(), any::<(bool, bool)>(), tags()).prop_map(
        |(numbers, texts, peering, (ipv6, sitelink), tags)| {
            let [vlan, bandwidth_mbps, sent, awaited, multiplier, mtu] = numbers;
            let [circuit_code, name, description, resource_group] = texts;
            let detection = Detection { min_tx_ms: sent, min_rx_ms: awaited, multiplier };
            Described {
                vlan,
                circuit_code,
                peering,
                ipv6,
                bandwidth_mbps,
                detection,
                mtu,
                sitelink,
                name,
                description,
                resource_group,
                tags,
            }
        },
    )
}

pub(in crate::sqlite) fn router() -> impl Strategy<Value = Router> {
    let ids = (router_id(), account_id(), account_id(), circuit_id(), region());
    let times = [(); 4].map(|()| maybe_at());
    let stands = (select(RouterStatus::ALL), any::<bool>());
    let more = (described(), vec(association(), 0..3), prop::option::of(group_id()));
    (ids, at(), times, stands, more).prop_map(|(ids, created_at, times, stands, more)| {
        let (id, account, owner, circuit, region) = ids;
        let [activated_at, terminated_at, recovered_at, wakes_at] = times;
        let times = Times { activated_at, terminated_at, recovered_at };
        let ((status, deleted), (described, associations, group)) = (stands, more);
        Router {
            id,
            account,
            owner,
            circuit,
            region,
            created_at,
            status,
            times,
            wakes_at,
            deleted,
            described,
            associations,
            group,
        }
    })
}

fn router_move() -> impl Strategy<Value = RouterMove> {
    let whose = (router_id(), account_id(), account_id());
    (whose, select(RouterStatus::ALL), any::<bool>(), why()).prop_map(
        |((router, account, owner), status, deleted, why)| RouterMove {
            router,
            account,
            owner,
            status,
            deleted,
            why,
        },
    )
}

pub(in crate::sqlite) fn router_group() -> impl Strategy<Value = RouterGroup> {
    let ids = (group_id(), account_id(), region(), [(); 2].map(|()| router_id()));
    let stands = (at(), select(GroupStatus::ALL), maybe_at(), any::<bool>());
    (ids, stands, [(); 2].map(|()| text())).prop_map(|(ids, stands, [name, description])| {
        let ((id, account, region, routers), (created_at, status, wakes_at, deleted)) =
            (ids, stands);
        RouterGroup {
            id,
            account,
            region,
            routers,
            created_at,
            status,
            wakes_at,
            deleted,
            name,
            description,
        }
    })
}

pub(in crate::sqlite) fn reference() -> impl Strategy<Value = Reference> {
    (account_id(), text(), account_id()).prop_map(|(account, thing, home)| Reference {
        account,
        thing,
        home,
    })
}

pub(in crate::sqlite) fn grant() -> impl Strategy<Value = Grant> {
    let whose = (account_id(), text(), region(), account_id(), region());
    (whose, any::<bool>(), vec(router_id(), 0..4)).prop_map(
        |((account, vpc, vpc_region, owner, region), all, routers)| Grant {
            account,
            vpc,
            vpc_region,
            owner,
            region,
            all,
            routers,
        },
    )
}

fn maybe_request() -> impl Strategy<Value = Option<RequestId>> {
    prop::option::of(any::<u128>().prop_map(RequestId))
}

fn why() -> impl Strategy<Value = Why> {
    (at(), select(Cause::ALL), maybe_request()).prop_map(|(at, cause, request)| Why {
        at,
        cause,
        request,
    })
}

/// The one move of a circuit that stands so: what only renewals change is not kept with moves.
pub(in crate::sqlite) fn moved(circuit: &Circuit, why: Option<Why>) -> CircuitMove {
    let state = Renewed::restore(None, circuit.state);
    CircuitMove { circuit: circuit.id, account: circuit.account, state, why }
}

fn order_move() -> impl Strategy<Value = OrderMove> {
    let statuses = (select(OrderStatus::ALL), select(OrderStatus::ALL));
    (order_id(), account_id(), statuses, why()).prop_map(
        |(order, account, (before, status), why)| OrderMove { order, account, before, status, why },
    )
}

pub(in crate::sqlite) fn user() -> impl Strategy<Value = User> {
    (account_id(), text(), vec(text(), 0..4)).prop_map(|(account, name, policies)| User {
        account,
        name,
        policies,
    })
}

pub(in crate::sqlite) fn key() -> impl Strategy<Value = Key> {
    let proof = prop_oneof![text().prop_map(Proof::Secret), text().prop_map(Proof::PublicKey)];
    let tokens = (maybe_text(), maybe_at(), maybe_text());
    (text(), account_id(), maybe_text(), proof, tokens, maybe_text(), any::<bool>()).prop_map(
        |(
            id,
            account,
            user,
            proof,
            (security_token, expires_at, bearer_token),
            dialect,
            active,
        )| {
            Key {
                id,
                account,
                user,
                proof,
                security_token,
                expires_at,
                bearer_token,
                dialect,
                active,
            }
        },
    )
}

fn price_list() -> impl Strategy<Value = PriceList> {
    let rows = btree_map((select(PortType::ALL), region()), money(), 0..5);
    let setup = prop::option::of(money());
    let shared = btree_map(select(SharedSpec::ALL), money(), 0..3);
    (any::<u32>(), select(Currency::ALL), rows, setup, shared).prop_map(
        |(version, currency, rows, setup, shared)| PriceList {
            version,
            currency,
            rows,
            setup,
            shared,
        },
    )
}

fn ledger_account() -> impl Strategy<Value = LedgerAccount> {
    prop_oneof![
        account_id().prop_map(LedgerAccount::Cash),
        select(Currency::ALL).prop_map(LedgerAccount::Revenue),
        select(Currency::ALL).prop_map(LedgerAccount::Funding),
    ]
}

pub(in crate::sqlite) fn posting() -> impl Strategy<Value = Posting> {
    let amounts = (money(), select(Currency::ALL), money());
    (at(), ledger_account(), ledger_account(), amounts, prop::option::of(order_id())).prop_map(
        |(at, debit, credit, (amount, currency, balance_after), order)| Posting {
            at,
            debit,
            credit,
            amount,
            currency,
            balance_after,
            order,
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Done),
        circuit_id().prop_map(Outcome::Circuit),
        router_id().prop_map(Outcome::Router),
        group_id().prop_map(Outcome::Group),
        (order_id(), any::<bool>()).prop_map(|(order, short)| Outcome::Order { order, short }),
        (any::<u128>(), 1..=domain::command::SET_MAX).prop_map(|(seed, count)| {
            Outcome::Circuits { first: CircuitId::mint(seed, 0), count }
        }),
        (circuit_id(), order_id()).prop_map(|(circuit, order)| Outcome::SetUp { circuit, order }),
    ]
}

pub(in crate::sqlite) fn receipt() -> impl Strategy<Value = Receipt> {
    let call = (account_id(), region(), select(domain::KINDS), maybe_text());
    let marks = (any::<u128>(), any::<u128>(), any::<u128>());
    (call, outcome(), marks, at(), at()).prop_map(
        |((account, region, kind, token), outcome, marks, made_at, received_at)| {
            let (fingerprint, request, nonce_mark) = marks;
            Receipt {
                account,
                region,
                kind,
                token: token.map(Into::into),
                fingerprint,
                outcome,
                request: RequestId(request),
                made_at,
                nonce_mark,
                received_at,
            }
        },
    )
}

/// Records in the order of what they are called, each name once.
fn named<R: std::fmt::Debug + Clone, N: Ord + std::fmt::Debug>(
    record: impl Strategy<Value = R>,
    name: fn(&R) -> N,
) -> impl Strategy<Value = Vec<R>> {
    vec(record, 0..4).prop_map(move |records| {
        let named = records.into_iter().map(|record| (name(&record), record));
        named.collect::<BTreeMap<_, _>>().into_values().collect()
    })
}

/// Records of every kind, as a file gives them back; circuits are in the order of making.
pub(in crate::sqlite) fn books() -> impl Strategy<Value = Books> {
    let keyed = (
        named(account(), |account| account.id),
        named(circuit(), |circuit| circuit.id),
        named(order(), |order| order.id),
        named(bill(), |bill| bill.id),
        named(letter(), |letter| letter.circuit),
        (
            named(router(), |router| router.id),
            named(router_group(), |group| group.id),
            named(reference(), |its| (its.account, its.thing.clone())),
            named(grant(), |its| (its.account, its.vpc.clone(), its.owner, its.region)),
        ),
        named(user(), |user| (user.account, user.name.clone())),
        named(key(), |key| key.id.clone()),
    );
    let appended = (
        named(price_list(), |list| list.version),
        vec(posting(), 0..4),
        vec(receipt(), 0..4),
        vec(order_move(), 0..4),
        vec(router_move(), 0..4),
    );
    (keyed, appended, prop::option::of(why())).prop_map(|(keyed, appended, why)| {
        let (accounts, circuits, orders, bills, letters, routing, users, keys) = keyed;
        let (routers, groups, references, grants) = routing;
        let (price_lists, postings, receipts, order_moves, router_moves) = appended;
        let circuit_moves = circuits.iter().map(|circuit| moved(circuit, why)).collect();
        Books {
            accounts,
            circuits,
            orders,
            bills,
            letters,
            routers,
            groups,
            references,
            grants,
            users,
            keys,
            price_lists,
            postings,
            receipts,
            circuit_moves,
            order_moves,
            router_moves,
        }
    })
}
