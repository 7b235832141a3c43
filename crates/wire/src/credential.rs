//! What a key can prove, with every key schedule computed once.
//!
//! The secret itself is not kept: only hash states made from it are. None can be printed, and the
//! hash crates clear them when they are dropped (their feature `zeroize`; aws-lc always does).

use std::fmt;
use std::hint::black_box;

use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sm3::Sm3;
use subtle::ConstantTimeEq;

use crate::percent::hex_of;

/// What a caller's key can prove. Key schedules are computed once, when it is made.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An access key secret, for every HMAC scheme.
    Secret(SecretKey),
    /// The public half of a key pair, for `SHA256withRSA` and `ACS3-RSA-SHA256`.
    PublicKey(RsaPublicKey),
}

/// An access key secret as prepared HMAC states, one for each scheme that uses it.
#[derive(Clone)]
pub struct SecretKey {
    pub(crate) states: Box<States>,
}

/// The states together, behind one pointer since they take most of a kilobyte.
#[derive(Clone)]
pub(crate) struct States {
    pub(crate) rpc_sha1: Hmac<Sha1>,
    pub(crate) rpc_sha256: HmacSha256,
    pub(crate) roa_sha1: Hmac<Sha1>,
    pub(crate) acs_sha256: HmacSha256,
    pub(crate) acs_sm3: Hmac<Sm3>,
    pub(crate) acs4_sha256: HmacSha256,
}

impl SecretKey {
    /// Prepares the states. RPC 1.0 keys its MAC with `secret&`, ACS4 with `aliyun_v4secret`, the
    /// others with the secret alone.
    ///
    /// SOURCE: wire dossier 1.1, 1.2, 1.2b, 1.3.
    pub fn new(secret: &str) -> Self {
        let mut text = [b"aliyun_v4", secret.as_bytes(), b"&"].concat();
        let end = text.len() - 1;
        let keys = States {
            rpc_sha1: keyed(&text[9..]),
            rpc_sha256: HmacSha256::keyed(&text[9..]),
            roa_sha1: keyed(&text[9..end]),
            acs_sha256: HmacSha256::keyed(&text[9..end]),
            acs_sm3: keyed(&text[9..end]),
            acs4_sha256: HmacSha256::keyed(&text[..end]),
        };
        // Our copy of the secret must not outlive this call; without `black_box` the compiler
        // would drop writes that nothing reads.
        text.fill(0);
        black_box(&text);
        Self { states: Box::new(keys) }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey(hidden)")
    }
}

/// HMAC-SHA256 under one key, by aws-lc: where a processor has no instructions for SHA-256 it takes
/// half the time of the plain Rust one, and where it has them as much (docs/decisions/0008).
#[derive(Clone)]
pub(crate) struct HmacSha256(aws_lc_rs::hmac::Key);

impl HmacSha256 {
    /// Takes a key of any length.
    pub(crate) fn keyed(key: &[u8]) -> Self {
        Self(aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key))
    }

    /// The MAC of `text`.
    pub(crate) fn mac_of(&self, text: &[u8]) -> Vec<u8> {
        aws_lc_rs::hmac::sign(&self.0, text).as_ref().to_vec()
    }

    /// Whether `received` is the MAC of `text`, in time that does not depend on where they differ.
    pub(crate) fn matches(&self, text: &[u8], received: &[u8]) -> bool {
        aws_lc_rs::hmac::verify(&self.0, text, received).is_ok()
    }
}

/// SHA-256 in lower-case hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex_of(digest::digest(&SHA256, bytes).as_ref())
}

/// An HMAC state under `key`.
fn keyed<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The MAC of `text` under a prepared state.
pub(crate) fn mac_of<M: Mac + Clone>(prepared: &M, text: &[u8]) -> Vec<u8> {
    prepared.clone().chain_update(text).finalize().into_bytes().to_vec()
}

/// Whether `received` is the MAC of `text`, in time that does not depend on where they differ.
pub(crate) fn mac_matches<M: Mac + Clone>(prepared: &M, text: &[u8], received: &[u8]) -> bool {
    let computed = prepared.clone().chain_update(text).finalize().into_bytes();
    computed.as_slice().ct_eq(received).into()
}

/// An RSA public key of 2048 to 8192 bits.
#[derive(Clone)]
pub struct RsaPublicKey(ParsedPublicKey);

impl RsaPublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` or `-----BEGIN RSA PUBLIC KEY-----`.
    ///
    /// # Errors
    /// A sentence saying what is wrong with the text.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        let body = pem
            .trim()
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| {
                rest.strip_prefix("RSA ").unwrap_or(rest).strip_prefix("PUBLIC KEY-----")
            })
            .and_then(|rest| rest.split_once("-----END "))
            .map(|(body, _)| body)
            .ok_or("not a PEM public key")?;
        let text: String = body.split_ascii_whitespace().collect();
        let der = STANDARD.decode(text).map_err(|error| format!("not base64 inside: {error}"))?;
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .map_err(|error| format!("not an RSA public key: {error}"))?;
        Ok(Self(key))
    }

    /// Takes the modulus and the exponent, big-endian; leading zeros are dropped.
    ///
    /// # Errors
    /// A sentence saying that the two are no RSA key.
    pub fn from_components(n: &[u8], e: &[u8]) -> Result<Self, String> {
        let components = RsaPublicKeyComponents { n: without_zeros(n), e: without_zeros(e) };
        let key = components
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .map_err(|error| format!("not an RSA public key: {error}"))?;
        Ok(Self(key))
    }

    /// Whether `signature` is RSA PKCS#1 v1.5 with SHA-256 over `text`. Nothing here is secret, so
    /// time may depend on the input.
    pub(crate) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(text, signature).is_ok()
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RsaPublicKey")
    }
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    &bytes[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_never_printed() {
        let credential = Credential::Secret(SecretKey::new("testsecret"));
        assert_eq!(format!("{credential:?}"), "Secret(SecretKey(hidden))");
        let key = RsaPublicKey::from_components(&[0xC1; 256], &[1, 0, 1]).expect("a key");
        assert_eq!(format!("{:?}", Credential::PublicKey(key)), "PublicKey(RsaPublicKey)");
    }

    #[test]
    fn prepared_states_are_cleared_when_dropped() {
        // Compiles only while the hashes that an HMAC state consists of keep their promise. That of
        // aws-lc is in its own documentation.
        fn cleared<T: hmac::digest::zeroize::ZeroizeOnDrop>() {}
        cleared::<Sha1>();
        cleared::<Sm3>();
    }

    #[test]
    fn a_key_longer_than_a_hash_block_still_makes_a_key() {
        let long = "k".repeat(200);
        let text = b"text";
        let expected = HmacSha256::keyed(long.as_bytes()).mac_of(text);
        assert!(SecretKey::new(&long).states.acs_sha256.matches(text, &expected));
        let direct: Hmac<Sha1> = keyed(long.as_bytes());
        let expected = mac_of(&direct, text);
        assert!(mac_matches(&SecretKey::new(&long).states.roa_sha1, text, &expected));
    }

    #[test]
    fn a_pem_key_is_read_with_and_without_its_algorithm() {
        // A 2048-bit modulus of no meaning: only its form is checked here; fixtures check use.
        let key = RsaPublicKey::from_components(&[0xC1; 256], &[0, 1, 0, 1]).expect("a key");
        // Its DER is a SubjectPublicKeyInfo (RFC 5280), which ends with the RSAPublicKey
        // (RFC 8017) after 24 bytes that say what kind of key it is.
        let wrapped = key.0.as_ref();
        let table = [("PUBLIC KEY", wrapped), ("RSA PUBLIC KEY", &wrapped[24..])];
        for (label, der) in table {
            let text = STANDARD.encode(der);
            let (head, tail) = text.split_at(64);
            let pem = format!("-----BEGIN {label}-----\n{head}\n{tail}\n-----END {label}-----\n");
            assert!(RsaPublicKey::from_pem(&pem).is_ok(), "{label}");
        }
    }

    #[test]
    fn text_that_is_no_key_is_refused_with_a_reason() {
        for pem in ["", "-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----", "AAAA"] {
            assert!(RsaPublicKey::from_pem(pem).is_err(), "{pem}");
        }
        let garbage = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
        assert!(RsaPublicKey::from_pem(garbage).is_err());
        assert!(RsaPublicKey::from_components(&[], &[1]).is_err());
    }
}
