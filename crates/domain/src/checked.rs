//! A view of what belongs to the parties of a decision, and of the world's own things.
//!
//! By id alone a decision finds only what is its parties': another's circuit, order or key is
//! simply not there. A question that names a stranger is a mistake in the rule that asks it, and
//! ends it. So a store that holds no accounts but those of the parties shows the same.

use crate::bill::Bill;
use crate::catalogue::{AccessPoint, Region};
use crate::circuit::Circuit;
use crate::id::{AccountId, CircuitId, Name};
use crate::kept::{Named as _, Record};
use crate::order::Order;
use crate::parties::Parties;
use crate::price::{Currency, PriceList};
use crate::receipt::{Earlier, ReceiptKey};
use crate::record::Due;
use crate::records;
use crate::reference::Reference;
use crate::router::Router;
use crate::rules::Rules;
use crate::time::Timestamp;
use crate::view::{Records, View};

/// Who may be seen, if anybody looks after that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard<'p>(Option<&'p Parties>);

impl<'p> Guard<'p> {
    /// Of these parties if `checks`; else nobody is kept from anything.
    pub(crate) fn new(parties: &'p Parties, checks: bool) -> Self {
        Self(checks.then_some(parties))
    }

    /// Whether an account is among the parties.
    pub(crate) fn lets_see(self, account: AccountId) -> bool {
        self.0.is_none_or(|parties| parties.hold(account))
    }

    /// Ends a rule that asks about a stranger.
    pub(crate) fn expect(self, account: AccountId) {
        let Self(parties) = self;
        assert!(
            self.lets_see(account),
            "account {account} is none of the parties, {parties:?}: name it among them",
        );
    }

    /// What was found by a name, if it is the parties'.
    pub(crate) fn see<'r, R: Record>(self, name: &R::Name, found: Option<&'r R>) -> Option<&'r R> {
        if let Some(account) = name.account() {
            self.expect(account);
        }
        found.filter(|record| self.lets_see(record.owner()))
    }

    /// Ends a rule that asks what only the world may.
    fn expect_world(self) {
        let Self(parties) = self;
        let is_world = parties.is_none_or(|parties| *parties == Parties::World);
        assert!(is_world, "only the world asks whose things are due, not {parties:?}");
    }
}

/// What the parties may see of a view.
pub(crate) struct Checked<'v> {
    view: &'v dyn View,
    guard: Guard<'v>,
}

impl<'v> Checked<'v> {
    /// What `guard` lets see of a view.
    pub(crate) fn new(view: &'v dyn View, guard: Guard<'v>) -> Self {
        Self { view, guard }
    }
}

macro_rules! records_of_parties {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        impl Records for Checked<'_> {
            $(fn $one(&self, name: &<$record as Record>::Name) -> Option<&$record> {
                self.guard.see(name, self.view.$one(name))
            })+
        }
    };
}

records!(records_of_parties);

impl View for Checked<'_> {
    fn rules(&self) -> &Rules {
        self.view.rules()
    }

    fn clock(&self) -> i64 {
        self.view.clock()
    }

    fn floor(&self) -> Timestamp {
        self.view.floor()
    }

    fn latest(&self, account: AccountId) -> Timestamp {
        self.guard.expect(account);
        self.view.latest(account)
    }

    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier> {
        self.guard.expect(key.account);
        self.view.receipt(key)
    }

    fn price_list(&self, currency: Currency) -> Option<&PriceList> {
        self.view.price_list(currency)
    }

    fn price_list_of(&self, version: u32) -> Option<&PriceList> {
        self.view.price_list_of(version)
    }

    fn price_version(&self) -> u32 {
        self.view.price_version()
    }

    fn is_filled(&self) -> bool {
        self.view.is_filled()
    }

    fn is_taken(&self, name: Name<'_>) -> bool {
        self.view.is_taken(name)
    }

    fn next_due(
        &self,
        account: AccountId,
        passed: Option<(Timestamp, Due)>,
    ) -> Option<(Timestamp, Due)> {
        self.guard.expect(account);
        self.view.next_due(account, passed)
    }

    fn earliest_due(&self) -> Option<Timestamp> {
        self.view.earliest_due()
    }

    fn due_accounts(&self, until: Timestamp) -> Vec<AccountId> {
        self.guard.expect_world();
        self.view.due_accounts(until)
    }

    fn circuits_of(
        &self,
        account: AccountId,
        region: Region,
    ) -> Box<dyn Iterator<Item = &Circuit> + '_> {
        self.guard.expect(account);
        self.view.circuits_of(account, region)
    }

    fn standing(&self, account: AccountId, region: Region, point: AccessPoint) -> usize {
        self.guard.expect(account);
        self.view.standing(account, region, point)
    }

    fn overdue(&self, account: AccountId, at: Timestamp) -> usize {
        self.guard.expect(account);
        self.view.overdue(account, at)
    }

    fn orders_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Order> + '_> {
        self.guard.expect(account);
        self.view.orders_of(account)
    }

    fn bills_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Bill> + '_> {
        self.guard.expect(account);
        self.view.bills_of(account)
    }

    fn routers_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Router> + '_> {
        self.guard.expect(account);
        self.view.routers_of(account)
    }

    fn routers_on(
        &self,
        account: AccountId,
        circuit: CircuitId,
    ) -> Box<dyn Iterator<Item = &Router> + '_> {
        self.guard.expect(account);
        self.view.routers_on(account, circuit)
    }

    fn references_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Reference> + '_> {
        self.guard.expect(account);
        self.view.references_of(account)
    }
}
