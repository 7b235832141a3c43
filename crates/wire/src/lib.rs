//! How Alibaba Cloud's RPC-style gateway speaks: bytes to named fields, signatures, and one
//! answer tree told as JSON or XML.
//!
//! It knows no operation, no account and no clock. Whether an access key exists, a stamp is
//! fresh, a nonce is new or a token belongs to its key is for the caller to decide.

mod answer;
mod call;
pub mod client;
mod credential;
mod percent;
mod reject;
mod sign_acs;
mod sign_roa;
mod sign_rpc;
mod stamp;

pub use answer::{AccessDenied, Head, Items, Root, Writer, content_type, encode, encode_reject};
pub use call::{Call, Format, Limits, Raw, Scheme, format_of, parse};
pub use credential::{Credential, RsaPublicKey, SecretKey};
pub use reject::Reject;
pub use stamp::{http_date, iso_stamp};

use call::Proof;

/// Checks the signature in constant time over the decoded parameters, and the declared hash of
/// the body where the scheme has one (`x-acs-content-sha256`, `x-acs-content-sm3`, `Content-MD5`).
///
/// Bearer and anonymous calls carry no signature and pass: the caller must look at
/// [`Call::scheme`], compare the bearer token, or refuse.
///
/// # Errors
/// `SignatureDoesNotMatch`, which quotes what we signed and never the secret.
pub fn verify(call: &Call, credential: &Credential) -> Result<(), Reject> {
    match &call.proof {
        Proof::Rpc(method) => sign_rpc::verify(call, *method, credential),
        Proof::Acs(authorization) => sign_acs::verify(call, authorization, credential),
        Proof::Roa { signature, .. } => sign_roa::verify(call, signature, credential),
        Proof::Bearer | Proof::Anonymous => Ok(()),
    }
}

/// What the server signs for this call, for diagnosis: the RPC or ROA string to sign, the
/// canonical request of the `ACS` schemes, and nothing for bearer and anonymous calls.
pub fn string_to_sign(call: &Call) -> String {
    let text = match &call.proof {
        Proof::Rpc(_) => sign_rpc::string_to_sign(call),
        Proof::Acs(authorization) => sign_acs::canonical_request_of(call, authorization),
        Proof::Roa { .. } => sign_roa::string_to_sign(call),
        Proof::Bearer | Proof::Anonymous => Vec::new(),
    };
    String::from_utf8_lossy(&text).into_owned()
}
