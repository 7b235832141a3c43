//! A call as a client makes it: what it says, how it signs it, and the bytes of it.

use crate::model::calendar::{Ms, stamp};
use std::fmt;
use wire::client::{Place, Signed, Signer, sign_acs3, sign_acs4, sign_roa, sign_rpc};

/// How a call says who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// RPC 1.0, HMAC-SHA1.
    Rpc,
    /// ACS3-HMAC-SHA256.
    Acs3,
    /// ACS4-HMAC-SHA256.
    Acs4,
    /// ROA 1.0, HMAC-SHA1, which is of a path and has no nonce: on walks alone.
    Roa,
}

/// A signed call, before it is signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The access key's id, with `@WORLD` for a world beside the default one.
    pub key: String,
    /// What it signs with.
    pub secret: &'static str,
    /// `Action`.
    pub action: String,
    /// `Version`.
    pub version: &'static str,
    /// Its own parameters.
    pub parameters: Vec<(String, String)>,
    /// How it signs.
    pub scheme: Scheme,
    /// `Format`, if it names one.
    pub format: Option<&'static str>,
    /// Whether its parameters go into the query of a GET.
    pub get: bool,
    /// `SignatureNonce`.
    pub nonce: String,
    /// What its stamp says, whole seconds.
    pub stamped: Ms,
}

/// The host that is called.
pub const HOST: &str = "127.0.0.1:8616";

/// The secret of every key.
pub const SECRET: &str = "sandbox-secret";

impl Call {
    /// Its own parameter of this name, unless empty: an empty one is none.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Sets a parameter, in the place of an earlier value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.parameters.iter_mut().find(|(given, _)| given == name) {
            Some((_, old)) => *old = value,
            None => self.parameters.push((name.to_owned(), value)),
        }
    }

    /// Takes a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.parameters.retain(|(given, _)| given != name);
    }

    /// The world that its key is for.
    pub fn world(&self) -> &str {
        self.key.rsplit_once('@').map_or("default", |(_, world)| world)
    }

    /// The key's name in its world.
    pub fn key_name(&self) -> &str {
        self.key.rsplit_once('@').map_or(&self.key, |(name, _)| name)
    }

    /// Where it is: `Action` chooses at `/`, elsewhere the path does.
    pub fn path(&self) -> &'static str {
        match self.action.as_str() {
            "GetApiPrice" => "/api/v1/price/quote",
            "ListSupportedPricingApis" => "/api/v1/price/supported-apis",
            _ => "/",
        }
    }

    /// The bytes of it.
    pub fn sign(&self) -> Signed {
        let mut signed = self.sign_at_root();
        if self.scheme != Scheme::Roa {
            signed.target.replace_range(..1, self.path());
        }
        signed
    }

    fn sign_at_root(&self) -> Signed {
        let signer = Signer { access_key_id: self.key.clone(), secret: self.secret.to_owned() };
        let mut all: Vec<(&str, &str)> = Vec::with_capacity(self.parameters.len() + 3);
        if self.scheme == Scheme::Rpc {
            all.extend([("Action", self.action.as_str()), ("Version", self.version)]);
        }
        all.extend(self.format.map(|format| ("Format", format)));
        all.extend(self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let (method, place) = if self.get { ("GET", Place::Query) } else { ("POST", Place::Form) };
        let stamp = stamp(self.stamped);
        match self.scheme {
            Scheme::Rpc => sign_rpc(&signer, method, &all, place, &self.nonce, &stamp),
            Scheme::Roa => sign_roa(&signer, method, self.path(), &all, place, &stamp),
            Scheme::Acs3 | Scheme::Acs4 => {
                let sign = if self.scheme == Scheme::Acs3 { sign_acs3 } else { sign_acs4 };
                let (action, version) = (self.action.as_str(), self.version);
                sign(&signer, method, action, version, &all, place, HOST, &self.nonce, &stamp)
            }
        }
    }
}

/// As one would tell a colleague.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", self.action, self.key)?;
        for (name, value) in &self.parameters {
            let shown: String = value.chars().take(48).collect();
            let cut = if shown.len() < value.len() { "…" } else { "" };
            write!(f, " {name}={shown:?}{cut}")?;
        }
        let method = if self.get { "GET" } else { "POST" };
        let format = self.format.unwrap_or("no format");
        write!(f, " ({:?} {method} {format}, nonce {})", self.scheme, self.nonce)
    }
}
