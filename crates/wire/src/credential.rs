//! What a key can prove, with every key schedule of a secret computed once.
//!
//! The secret itself is not kept: only hash states made from it are. None can be printed, and those
//! of SHA-1 and SM3 are cleared when they are dropped; ring does not clear those of SHA-256.

use std::fmt;
use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ring::digest::{self, SHA256};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
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

/// HMAC-SHA256 under one key, by ring: where a processor has no instructions for SHA-256 it takes
/// half the time of the plain Rust one, and where it has them as much (docs/decisions/0008).
#[derive(Clone)]
pub(crate) struct HmacSha256(ring::hmac::Key);

impl HmacSha256 {
    /// Takes a key of any length.
    pub(crate) fn keyed(key: &[u8]) -> Self {
        Self(ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key))
    }

    /// The MAC of `text`.
    pub(crate) fn mac_of(&self, text: &[u8]) -> Vec<u8> {
        ring::hmac::sign(&self.0, text).as_ref().to_vec()
    }

    /// Whether `received` is the MAC of `text`, in time that does not depend on where they differ.
    pub(crate) fn matches(&self, text: &[u8], received: &[u8]) -> bool {
        ring::hmac::verify(&self.0, text, received).is_ok()
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
pub struct RsaPublicKey(RsaPublicKeyComponents<Box<[u8]>>);

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
        let (n, e) = der::modulus_and_exponent(&der).ok_or("not an RSA public key inside")?;
        Self::from_components(n, e)
    }

    /// Takes the modulus and the exponent, big-endian; leading zeros are dropped.
    ///
    /// # Errors
    /// A sentence saying that the two are no RSA key.
    pub fn from_components(n: &[u8], e: &[u8]) -> Result<Self, String> {
        let (n, e) = (without_zeros(n), without_zeros(e));
        let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
        let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
        if !odd(n) || !odd(e) || e == [1] || e.len() > 4 {
            return Err("not an RSA public key: modulus or exponent".into());
        }
        if !(2048..=8192).contains(&bits) {
            return Err(format!("not an RSA public key of 2048 to 8192 bits: it has {bits}"));
        }
        Ok(Self(RsaPublicKeyComponents { n: n.into(), e: e.into() }))
    }

    /// Whether `signature` is RSA PKCS#1 v1.5 with SHA-256 over `text`. Nothing here is secret, so
    /// time may depend on the input.
    pub(crate) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, text, signature).is_ok()
    }
}

/// The little of DER that a public key is written in.
mod der {
    const INTEGER: u8 = 0x02;
    const BIT_STRING: u8 = 0x03;
    const SEQUENCE: u8 = 0x30;

    /// The algorithm of a SubjectPublicKeyInfo: rsaEncryption without parameters.
    /// SOURCE: RFC 8017, appendix A.1.
    const RSA_ENCRYPTION: &[u8] =
        &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];

    /// Of an RSAPublicKey (RFC 8017), or of the SubjectPublicKeyInfo (RFC 5280) around one.
    pub(super) fn modulus_and_exponent(der: &[u8]) -> Option<(&[u8], &[u8])> {
        let inside = whole(SEQUENCE, der)?;
        if let Some((algorithm, rest)) = value(SEQUENCE, inside) {
            let key = whole(BIT_STRING, rest)?.strip_prefix(&[0])?;
            return if algorithm == RSA_ENCRYPTION { modulus_and_exponent(key) } else { None };
        }
        let (n, rest) = value(INTEGER, inside)?;
        Some((n, whole(INTEGER, rest)?))
    }

    /// What a value of this kind holds, if that is all there is.
    fn whole(tag: u8, der: &[u8]) -> Option<&[u8]> {
        value(tag, der).filter(|(_, rest)| rest.is_empty()).map(|(inside, _)| inside)
    }

    /// What a value of this kind holds, and what follows it.
    fn value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
        let (&length, rest) = der.strip_prefix(&[tag])?.split_first()?;
        // From 128 on the lower bits say how many bytes the length itself takes.
        let (length, rest) = match length {
            0..=0x7F => (usize::from(length), rest),
            0x81..=0x82 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7F))?;
                (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        rest.split_at_checked(length)
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
        // Compiles only while the hashes that an HMAC state consists of keep their promise.
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

    /// A value of DER.
    fn der_of(tag: u8, inside: &[u8]) -> Vec<u8> {
        let length = inside.len();
        let head = match length {
            0..128 => vec![tag, u8::try_from(length).expect("short")],
            _ => {
                [&[tag, 0x82][..], &u16::try_from(length).expect("not long").to_be_bytes()].concat()
            }
        };
        [head, inside.to_vec()].concat()
    }

    fn pem_of(label: &str, der: &[u8]) -> String {
        let text = STANDARD.encode(der);
        let (head, tail) = text.split_at(text.len().min(64));
        format!("-----BEGIN {label}-----\n{head}\n{tail}\n-----END {label}-----\n")
    }

    /// A 2048-bit modulus of no meaning: only its form is read here; fixtures check use.
    fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        let modulus = der_of(0x02, &[&[0], modulus].concat());
        der_of(0x30, &[modulus, der_of(0x02, exponent)].concat())
    }

    const RSA: [u8; 15] =
        [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];

    #[test]
    fn a_pem_key_is_read_with_and_without_its_algorithm() {
        let bare = rsa_public_key(&[0xC1; 256], &[1, 0, 1]);
        let key = der_of(0x03, &[&[0], &bare[..]].concat());
        let wrapped = der_of(0x30, &[&RSA[..], &key].concat());
        for (label, der) in [("PUBLIC KEY", &wrapped), ("RSA PUBLIC KEY", &bare)] {
            let read = RsaPublicKey::from_pem(&pem_of(label, der)).expect(label);
            assert_eq!((&*read.0.n, &*read.0.e), (&[0xC1; 256][..], &[1, 0, 1][..]), "{label}");
        }
        // An algorithm that is not RSA, a byte behind the end, and a key that is cut off.
        let mut other = wrapped.clone();
        other[4 + 12] = 0x0A;
        for der in [other, [&wrapped[..], &[0]].concat(), wrapped[..200].to_vec()] {
            assert!(RsaPublicKey::from_pem(&pem_of("PUBLIC KEY", &der)).is_err());
        }
    }

    #[test]
    fn a_key_that_is_too_short_too_long_or_even_is_none() {
        let whole = [0xC1; 256];
        for (modulus, exponent) in [
            (&whole[..255], &[1, 0, 1][..]),
            (&[0xC1; 1025], &[1, 0, 1]),
            (&[0xC2; 256], &[1, 0, 1]),
            (&whole, &[1]),
            (&whole, &[2]),
            (&whole, &[1, 0, 0, 0, 1]),
            (&whole, &[]),
        ] {
            assert!(RsaPublicKey::from_components(modulus, exponent).is_err(), "{exponent:?}");
        }
        for length in [256, 1024] {
            assert!(RsaPublicKey::from_components(&vec![0xC1; length], &[3]).is_ok(), "{length}");
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
