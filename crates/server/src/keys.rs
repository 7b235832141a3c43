//! Access keys: who signs, what for, and how to be spoken to.
//!
//! The sandbox's keys are fixed and stand in no store; keys of the control API are records, and
//! this is their index. `ID@NAME` is the key `ID` of the world NAME.

use crate::policy::Policies;
use api::{Caller, Edition};
use domain::account::Account;
use domain::user::{Key, Proof, User};
use domain::{AccountId, Delta, State, Timestamp, sandbox};
use hashbrown::HashMap;
use parking_lot::RwLock;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Listener};
use wire::{Credential, RsaPublicKey, SecretKey};

/// Nothing that the key proves itself by.
impl std::fmt::Debug for KnownKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("KnownKey");
        shown.field("caller", &self.caller).field("active", &self.active).finish_non_exhaustive()
    }
}

/// A key, ready to be verified against.
pub struct KnownKey {
    /// Who calls with it.
    pub caller: Caller,
    /// What it signs with.
    pub credential: Credential,
    /// The token that must come with it.
    pub security_token: Option<Box<str>>,
    /// When that token ends, by the wall.
    pub expires_at: Option<Timestamp>,
    /// How its calls are to be understood.
    pub edition: Option<Edition>,
    /// Whether it may be used.
    pub active: bool,
}

/// A RAM user's policies; `None` stands for the account itself, which may do everything.
pub type Permissions = Option<Arc<Policies>>;

#[derive(Default)]
struct WorldKeys {
    keys: HashMap<Box<str>, Arc<KnownKey>>,
    bearers: HashMap<Box<str>, Arc<KnownKey>>,
    users: HashMap<(AccountId, Box<str>), Arc<Policies>>,
    editions: HashMap<AccountId, Edition>,
}

/// Every key that verifies.
pub struct Keys {
    sandbox: bool,
    fixed: WorldKeys,
    worlds: RwLock<HashMap<Box<str>, WorldKeys>>,
}

/// The secret of every sandbox key. SOURCE: CONTRACT, "The sandbox".
pub const SANDBOX_SECRET: &str = "sandbox-secret";

/// A key's own name and the world it signs for.
fn parts(access_key_id: &str) -> (&str, &str) {
    access_key_id.rsplit_once('@').unwrap_or((access_key_id, DEFAULT_WORLD))
}

/// Whether a world can have this name: 1-32 of a-z, 0-9, `-`.
pub fn is_world_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=32).contains(&name.len()) && name.bytes().all(plain)
}

impl Keys {
    /// The fixed keys if there is a sandbox, and no others yet.
    pub fn new(sandbox: bool) -> Self {
        let fixed = if sandbox { fixed_keys() } else { WorldKeys::default() };
        Self { sandbox, fixed, worlds: RwLock::default() }
    }

    /// The key of this id, and the name of the world it signs for.
    pub fn find<'i>(&self, access_key_id: &'i str) -> Option<(Arc<KnownKey>, &'i str)> {
        let (id, world) = parts(access_key_id);
        if !self.may_be_world(world) {
            return None;
        }
        let made = self.worlds.read().get(world).and_then(|keys| keys.keys.get(id).cloned());
        made.or_else(|| self.fixed.keys.get(id).cloned()).map(|key| (key, world))
    }

    /// The key that a bearer token stands for, and its world. A token says `TOKEN@NAME` for a
    /// world as a key does. It is found by a hash with a seed of the process's own, so the time
    /// that takes tells nothing of how much of a guess was right.
    pub fn find_bearer<'t>(&self, token: &'t str) -> Option<(Arc<KnownKey>, &'t str)> {
        let worlds = self.worlds.read();
        let find = |token: &str, world: &str| worlds.get(world)?.bearers.get(token).cloned();
        if let Some(key) = find(token, DEFAULT_WORLD) {
            return Some((key, DEFAULT_WORLD));
        }
        let (token, world) = parts(token);
        find(token, world).map(|key| (key, world))
    }

    fn may_be_world(&self, world: &str) -> bool {
        world == DEFAULT_WORLD || (self.sandbox && is_world_name(world))
    }

    /// What a caller may do in a world.
    pub fn permissions(&self, world: &str, caller: &Caller) -> Permissions {
        let name = caller.user.as_ref()?;
        let user = (caller.account, name.clone());
        let made = self.worlds.read().get(world).and_then(|keys| keys.users.get(&user).cloned());
        let found = made.or_else(|| self.fixed.users.get(&user).cloned());
        Some(found.unwrap_or_default())
    }

    /// How an account's calls are to be understood, if its key does not say.
    pub fn account_edition(&self, world: &str, account: AccountId) -> Option<Edition> {
        self.worlds.read().get(world)?.editions.get(&account).copied()
    }

    /// Takes up a key.
    pub fn put_key(&self, world: &str, key: &Key) -> Result<(), String> {
        let known = Arc::new(known(key)?);
        self.worlds.write().entry(world.into()).or_default().put_key(key, known);
        Ok(())
    }

    /// Takes up a RAM user.
    fn put_user(&self, world: &str, user: &User) -> Result<(), String> {
        let policies = policies_of(user)?;
        self.worlds.write().entry(world.into()).or_default().put_user(user, policies);
        Ok(())
    }

    /// Takes up how an account's calls are to be understood, if that is said and new.
    fn put_account(&self, world: &str, account: &Account) {
        let edition = edition_of(account);
        if edition.is_some() && self.account_edition(world, account.id) != edition {
            self.worlds.write().entry(world.into()).or_default().put_account(account);
        }
    }

    /// Forgets every key, user and edition made in a world.
    fn forget(&self, world: &str) {
        self.worlds.write().remove(world);
    }
}

impl WorldKeys {
    fn put_key(&mut self, key: &Key, known: Arc<KnownKey>) {
        let earlier = self.keys.insert(key.id.clone(), Arc::clone(&known));
        // A bearer token lives no longer than the key that it was given with.
        self.bearers.retain(|_, bearer| !earlier.iter().any(|key| Arc::ptr_eq(key, bearer)));
        if let Some(token) = &key.bearer_token {
            self.bearers.insert(token.clone(), known);
        }
    }

    fn put_user(&mut self, user: &User, policies: Policies) {
        self.users.insert((user.account, user.name.clone()), Arc::new(policies));
    }

    fn put_account(&mut self, account: &Account) {
        if let Some(edition) = edition_of(account) {
            self.editions.insert(account.id, edition);
        }
    }

    /// Those of a world that is there, and why some of them cannot be used.
    fn of(state: &State) -> (Self, Vec<String>) {
        let (mut keys, mut unfit) = (Self::default(), Vec::new());
        state.accounts().for_each(|account| keys.put_account(account));
        for user in state.users() {
            match policies_of(user) {
                Ok(policies) => keys.put_user(user, policies),
                Err(why) => unfit.push(why),
            }
        }
        for key in state.keys() {
            match known(key) {
                Ok(known) => keys.put_key(key, Arc::new(known)),
                Err(why) => unfit.push(why),
            }
        }
        (keys, unfit)
    }
}

fn policies_of(user: &User) -> Result<Policies, String> {
    Policies::read(user.policies.iter().map(|text| &**text))
}

fn edition_of(account: &Account) -> Option<Edition> {
    account.dialect.as_deref().and_then(Edition::find)
}

/// Whoever put these there has looked whether they can be read. One that cannot lets nobody in,
/// which is no reason to end.
fn tell_unfit(world: &str, unfit: impl IntoIterator<Item = String>) {
    for why in unfit {
        eprintln!("crossconnect: what is kept in the world {world} cannot be used: {why}");
    }
}

/// The store tells of each commit before it answers anybody, so a key verifies as soon as its maker
/// is told of it, and not a moment after it is gone.
impl Listener for Keys {
    fn found(&self, world: &str, state: &State) -> Result<(), String> {
        let (keys, unfit) = WorldKeys::of(state);
        if let Some(why) = unfit.into_iter().next() {
            return Err(why);
        }
        self.worlds.write().insert(world.into(), keys);
        Ok(())
    }

    fn committed(&self, world: &str, delta: &Delta) {
        if delta.cleared {
            self.forget(world);
        }
        delta.accounts.iter().for_each(|account| self.put_account(world, account));
        let users = delta.users.iter().map(|user| self.put_user(world, user));
        let keys = delta.keys.iter().map(|key| self.put_key(world, key));
        tell_unfit(world, users.chain(keys).filter_map(Result::err));
    }

    fn replaced(&self, world: &str, state: Option<&State>) {
        let Some(state) = state else { return self.forget(world) };
        let (keys, unfit) = WorldKeys::of(state);
        tell_unfit(world, unfit);
        // At once: no key that is in both is ever unknown.
        self.worlds.write().insert(world.into(), keys);
    }
}

/// A record made ready. Also says whether it can be: a bad PEM or edition is found here.
pub fn known(key: &Key) -> Result<KnownKey, String> {
    let credential = match &key.proof {
        Proof::Secret(secret) => Credential::Secret(SecretKey::new(secret)),
        Proof::PublicKey(pem) => Credential::PublicKey(RsaPublicKey::from_pem(pem)?),
    };
    let edition = match &key.dialect {
        Some(name) => {
            Some(Edition::find(name).ok_or_else(|| format!("there is no edition {name:?}"))?)
        }
        None => None,
    };
    Ok(KnownKey {
        caller: Caller { account: key.account, user: key.user.clone() },
        credential,
        security_token: key.security_token.clone(),
        expires_at: key.expires_at,
        edition,
        active: key.active,
    })
}

/// SOURCE: CONTRACT, "The sandbox".
fn fixed_keys() -> WorldKeys {
    let mut keys = WorldKeys::default();
    let mut put = |id: String, account, user: Option<&str>, edition, active| {
        let key = KnownKey {
            caller: Caller { account, user: user.map(Box::from) },
            credential: Credential::Secret(SecretKey::new(SANDBOX_SECRET)),
            security_token: None,
            expires_at: None,
            edition,
            active,
        };
        keys.keys.insert(id.into(), Arc::new(key));
    };
    put("sandbox".into(), sandbox::RICH, None, None, true);
    for edition in Edition::ALL {
        put(format!("sandbox-{}", edition.name()), sandbox::RICH, None, Some(edition), true);
    }
    for user in ["readonly", "denied"] {
        put(format!("sandbox-{user}"), sandbox::RICH, Some(user), None, true);
    }
    put("sandbox-poor".into(), sandbox::POOR, None, None, true);
    put("sandbox-inactive".into(), sandbox::RICH, None, None, false);
    let looks = r#"{"Version":"1","Statement":[{"Effect":"Allow",
        "Action":["*:Describe*","*:List*","*:Get*","*:Query*"],"Resource":"*"}]}"#;
    let readonly = Policies::read([looks]).expect("a policy of ours");
    keys.users.insert((sandbox::RICH, "readonly".into()), Arc::new(readonly));
    keys.users.insert((sandbox::RICH, "denied".into()), Arc::default());
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_is_named_after_the_at_sign_and_only_in_a_sandbox() {
        let keys = Keys::new(true);
        let world = |id: &'static str| keys.find(id).map(|(_, world)| world);
        assert_eq!(world("sandbox"), Some("default"));
        assert_eq!(world("sandbox-2019@ci-7"), Some("ci-7"));
        assert_eq!(world("sandbox@CI"), None);
        assert_eq!(world("sandbox@"), None);
        assert_eq!(world("nobody"), None);
        assert!(Keys::new(false).find("sandbox").is_none());
    }

    #[test]
    fn secrets_are_not_printed() {
        let keys = Keys::new(true);
        let (key, _) = keys.find("sandbox").expect("a fixed key");
        assert!(!format!("{key:?}").contains(SANDBOX_SECRET));
    }
}
