//! Keys. What a key proves itself by is one of two columns.

use crate::codec::{Codec, Sink, Source};
use crate::row::{Rows, row};
use crate::words::Words;
use domain::user::{Key, Proof};

row! {
    Key, Rows::Keyed(&["id"]), "keys" {
        id: "id",
        account: "account",
        user: "user",
        proof: "secret" "public_key",
        security_token: "security_token",
        expires_at: "expires_at",
        bearer_token: "bearer_token",
        dialect: "dialect",
        active: "active",
    }
}

impl Codec for Proof {
    fn put<S: Sink>(&self, words: &Words, into: &mut S) -> Result<(), S::Error> {
        let (secret, public_key) = match self {
            Self::Secret(secret) => (Some(secret), None),
            Self::PublicKey(pem) => (None, Some(pem)),
        };
        secret.cloned().put(words, into)?;
        public_key.cloned().put(words, into)
    }

    fn take<S: Source>(words: &Words, from: &mut S) -> Result<Self, S::Error> {
        let secret: Option<Box<str>> = Codec::take(words, from)?;
        let public_key: Option<Box<str>> = Codec::take(words, from)?;
        match (secret, public_key) {
            (Some(secret), None) => Ok(Self::Secret(secret)),
            (None, Some(pem)) => Ok(Self::PublicKey(pem)),
            _ => Err(from.unreadable("a key has either a secret or a public key".into())),
        }
    }
}
