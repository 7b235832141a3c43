//! Why the gateway cannot understand or trust a request: status, code and words of each row of
//! its error table.
//!
//! Refusals of the business behind the gateway are not here; they belong to their operations.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why the gateway cannot understand or trust a request.
///
/// SOURCE of every code and message without another mark: wire dossier 3.3 and its error table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// HTTP status.
    pub status: u16,
    /// `Code` of the error body.
    pub code: Cow<'static, str>,
    /// `Message` of the error body.
    pub message: Cow<'static, str>,
}

impl fmt::Display for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {}", self.status, self.code, self.message)
    }
}

impl Error for Reject {}

const fn row(status: u16, code: &'static str, message: &'static str) -> Reject {
    Reject { status, code: Cow::Borrowed(code), message: Cow::Borrowed(message) }
}

/// Rows that name what was wrong.
impl Reject {
    /// A refusal of the caller's own words.
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// 400 `Missing{Name}`.
    pub fn missing(name: &str) -> Self {
        let message = format!("{name} is mandatory for this action.");
        Self::new(400, format!("Missing{name}"), message)
    }

    /// 400 `Invalid{Name}`.
    pub fn invalid(name: &str) -> Self {
        let message = format!("Specified parameter {name} is not valid.");
        Self::new(400, format!("Invalid{name}"), message)
    }

    /// 400 `SignatureDoesNotMatch` of RPC 1.0 and ROA 1.0. Clients cut the message at its first
    /// colon and compare the rest with what they signed, so the words before hold exactly one.
    ///
    /// ASSUMED: ROA 1.0 uses the same words; no real answer to it was read.
    pub fn signature(string_to_sign: &str) -> Self {
        let message = format!(
            "Specified signature is not matched with our calculation. \
             server string to sign is:{string_to_sign}"
        );
        Self::new(400, "SignatureDoesNotMatch", message)
    }

    /// 400 `SignatureDoesNotMatch` of the ACS schemes.
    pub fn signature_acs(string_to_sign: &str, canonical_request: &str) -> Self {
        let message = format!(
            "Specified signature does not match our calculation. \
             server StringToSign is [{string_to_sign}] \
             server CanonicalRequest is [{canonical_request}]"
        );
        Self::new(400, "SignatureDoesNotMatch", message)
    }
}

/// Rows about the form of a request.
impl Reject {
    /// 400 `UnsupportedHTTPMethod`.
    pub const fn method() -> Self {
        row(400, "UnsupportedHTTPMethod", "This http method is not supported.")
    }

    /// 400 `InvalidParameter.Format`.
    pub const fn parameter_format() -> Self {
        row(400, "InvalidParameter.Format", "Specified parameter format is not valid.")
    }

    /// 413 `RequestEntityTooLarge`. ASSUMED: code and words, since no source shows the answer.
    pub const fn body_too_large() -> Self {
        row(413, "RequestEntityTooLarge", "The request body is too large.")
    }

    /// 408 `RequestTimeout`. ASSUMED: code and words, since no source shows the answer.
    pub const fn too_slow() -> Self {
        row(408, "RequestTimeout", "The request was not received in time.")
    }
}

/// Rows about time, key, token, signature and nonce.
impl Reject {
    /// 400 `InvalidTimeStamp.Format`.
    pub const fn stamp_format() -> Self {
        let message = "Specified time stamp or date value is not well formatted.";
        row(400, "InvalidTimeStamp.Format", message)
    }

    /// 400 `InvalidTimeStamp.Expired`.
    pub const fn stamp_expired() -> Self {
        let message = "Specified time stamp or date value is expired.";
        row(400, "InvalidTimeStamp.Expired", message)
    }

    /// 404 `InvalidAccessKeyId.NotFound`.
    pub const fn key_not_found() -> Self {
        row(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    }

    /// 400 `InvalidAccessKeyId.Inactive`.
    pub const fn key_inactive() -> Self {
        row(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
    }

    /// 400 `MissingSecurityToken`.
    pub const fn token_missing() -> Self {
        row(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
    }

    /// 400 `InvalidSecurityToken.Malformed`.
    pub const fn token_malformed() -> Self {
        row(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
    }

    /// 400 `InvalidSecurityToken.MismatchWithAccessKey`.
    pub const fn token_mismatch() -> Self {
        let message = "Specified SecurityToken mismatch with the AccessKey.";
        row(400, "InvalidSecurityToken.MismatchWithAccessKey", message)
    }

    /// 400 `InvalidSecurityToken.Expired`.
    pub const fn token_expired() -> Self {
        row(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
    }

    /// 400 `IncompleteSignature`.
    pub const fn signature_incomplete() -> Self {
        let message = "The request signature does not conform to Aliyun standards.";
        row(400, "IncompleteSignature", message)
    }

    /// 400 `InvalidSignatureMethod`.
    pub const fn signature_method() -> Self {
        row(400, "InvalidSignatureMethod", "Specified signature method is not valid.")
    }

    /// 400 `SignatureNonceUsed`.
    pub const fn nonce_used() -> Self {
        row(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
    }
}

/// Rows about permission, load and our own failures.
impl Reject {
    /// 403 `Forbidden.RAM`.
    pub const fn forbidden_ram() -> Self {
        let message = "User not authorized to operate on the specified resource, \
                       or this API doesn't support RAM.";
        row(403, "Forbidden.RAM", message)
    }

    /// 400 `Throttling.User`.
    pub const fn throttled_user() -> Self {
        row(400, "Throttling.User", "Request was denied due to user flow control.")
    }

    /// 500 `InternalError`.
    pub const fn internal() -> Self {
        let message =
            "The request processing has failed due to some unknown error, exception or failure.";
        row(500, "InternalError", message)
    }

    /// 503 `ServiceUnavailable`.
    pub const fn unavailable() -> Self {
        let message = "The request has failed due to a temporary failure of the server.";
        row(503, "ServiceUnavailable", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_name_the_parameter() {
        let missing = Reject::missing("Timestamp");
        assert_eq!(
            missing.to_string(),
            "400 MissingTimestamp: Timestamp is mandatory for this action."
        );
        let invalid = Reject::invalid("Version");
        assert_eq!(
            invalid.to_string(),
            "400 InvalidVersion: Specified parameter Version is not valid."
        );
    }

    #[test]
    fn a_client_that_splits_at_the_colon_finds_the_string_to_sign() {
        // SOURCE: wire dossier 4.2, Python V1.
        let reject = Reject::signature("GET&%2F&a%3Db");
        assert_eq!(reject.message.split(':').nth(1), Some("GET&%2F&a%3Db"));
    }
}
