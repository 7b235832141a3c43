//! What a decision may read, whatever stands behind it.

use crate::bill::Bill;
use crate::catalogue::{AccessPoint, Region};
use crate::circuit::Circuit;
use crate::id::{AccountId, CircuitId, Name, RouterId};
use crate::kept::Record;
use crate::order::Order;
use crate::price::{Currency, PriceList};
use crate::receipt::{Earlier, ReceiptKey};
use crate::record::Due;
use crate::records;
use crate::reference::Reference;
use crate::router::Router;
use crate::rules::Rules;
use crate::time::Timestamp;

macro_rules! getters {
    (
        keyed { $($kind:ident: $one:ident, $many:ident, $record:ty $(, $wakes:ident)?;)+ }
        appended { $($entry:ident: $entries:ident, $appended:ty;)+ }
    ) => {
        /// Records by their names.
        pub trait Records {
            $(#[doc = concat!("The ", stringify!($one), " of this name.")]
            fn $one(&self, name: &<$record as Record>::Name) -> Option<&$record>;)+
        }
    };
}

records!(getters);

/// What a decision may read.
pub trait View: Records {
    /// The operator's rules.
    fn rules(&self) -> &Rules;

    /// How far the clock is ahead of the wall, milliseconds.
    fn clock(&self) -> i64;

    /// The instant that the world's clock was last set to: nobody decides before it.
    fn floor(&self) -> Timestamp;

    /// The latest instant at which anything of an account was decided: its time never runs back.
    fn latest(&self, account: AccountId) -> Timestamp;

    /// A receipt with a token, whether or not its life has ended.
    fn receipt(&self, key: &ReceiptKey) -> Option<Earlier>;

    /// The newest price list loaded in a currency.
    fn price_list(&self, currency: Currency) -> Option<&PriceList>;

    /// The price list of this version, if it was loaded: version 1 is in no list.
    fn price_list_of(&self, version: u32) -> Option<&PriceList>;

    /// The newest version of any price list; 1 when none was loaded.
    fn price_version(&self) -> u32;

    /// Whether there is any account.
    fn is_filled(&self) -> bool;

    /// Whether a name that is made or given is somebody's already: the one question about others.
    fn is_taken(&self, name: Name<'_>) -> bool;

    /// What is due next of an account, and when; after `passed` in the order in which it happens.
    fn next_due(
        &self,
        account: AccountId,
        passed: Option<(Timestamp, Due)>,
    ) -> Option<(Timestamp, Due)>;

    /// An instant before which nothing is due of anybody; `None` if nothing ever is.
    fn earliest_due(&self) -> Option<Timestamp>;

    /// The accounts of which anything is due by `until`.
    fn due_accounts(&self, until: Timestamp) -> Vec<AccountId>;

    /// The circuits of an account in a region, in order of making, deleted ones included.
    fn circuits_of(
        &self,
        account: AccountId,
        region: Region,
    ) -> Box<dyn Iterator<Item = &Circuit> + '_>;

    /// How many circuits of an account stand at an access point of this region.
    fn standing(&self, account: AccountId, region: Region, point: AccessPoint) -> usize;

    /// How many circuits of an account are overdue at an instant.
    fn overdue(&self, account: AccountId, at: Timestamp) -> usize;

    /// The orders of an account, newest first.
    fn orders_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Order> + '_>;

    /// The bills of an account, newest first.
    fn bills_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Bill> + '_>;

    /// The routers on an account's circuits, in order of making, deleted ones included.
    fn routers_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Router> + '_>;

    /// The routers on a circuit of an account, also as a further one, deleted ones included.
    fn routers_on(
        &self,
        account: AccountId,
        circuit: CircuitId,
    ) -> Box<dyn Iterator<Item = &Router> + '_>;

    /// What an account sees of others' things, by what they are called.
    fn references_of(&self, account: AccountId) -> Box<dyn Iterator<Item = &Reference> + '_>;
}

/// Who owns what: asked for the parties of a command or a query, before anything else is.
pub trait Whose {
    /// The account that has something of this name, deleted or not.
    fn owner(&self, name: Name<'_>) -> Option<AccountId>;

    /// The account that a router belongs to, wherever that is at home.
    fn holder(&self, router: &RouterId) -> Option<AccountId>;

    /// The account at which a thing is at home that another account sees; `None` if that does not.
    fn home(&self, account: AccountId, thing: &str) -> Option<AccountId>;

    /// The accounts at which everything is at home that an account sees of others.
    fn homes(&self, account: AccountId) -> Vec<AccountId>;
}

/// Who owns what in a view that hides nothing.
impl<V: View + ?Sized> Whose for V {
    fn owner(&self, name: Name<'_>) -> Option<AccountId> {
        match name {
            Name::Circuit(id) => self.circuit(id).map(Record::owner),
            Name::Order(id) => self.order(&id).map(Record::owner),
            Name::Key(id) => self.key(&id.into()).map(Record::owner),
            Name::Router(id) => self.router(id).map(Record::owner),
            Name::Group(id) => self.group(id).map(Record::owner),
        }
    }

    fn holder(&self, router: &RouterId) -> Option<AccountId> {
        self.router(router).map(|router| router.owner)
    }

    fn home(&self, account: AccountId, thing: &str) -> Option<AccountId> {
        // Most accounts see nothing of others, and no name is made for them.
        self.references_of(account).next()?;
        self.reference(&(account, thing.into())).map(|reference| reference.home)
    }

    fn homes(&self, account: AccountId) -> Vec<AccountId> {
        let mut homes: Vec<_> =
            self.references_of(account).map(|reference| reference.home).collect();
        homes.sort_unstable();
        homes.dedup();
        homes
    }
}
