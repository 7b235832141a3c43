//! Bytes to named fields: the one parameter set of query and body, the scheme of the request, and
//! whether its authentication fields are there and well formed.
//!
//! Nothing is trusted here, and nothing is looked up: neither keys nor the clock.

use std::borrow::Cow;
use std::fmt;

use http::HeaderMap;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};

use crate::percent;
use crate::reject::Reject;
use crate::sign_acs::Authorization;
use crate::sign_rpc::RpcMethod;

mod detect;
mod parameters;

pub(crate) use parameters::{Field, Parameters};

/// A request as the socket gave it; nothing is decoded yet.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// `GET` or `POST`; anything else is refused by [`parse`].
    pub method: &'a str,
    /// The path, undecoded; `/` for RPC.
    pub path: &'a str,
    /// The query, undecoded, without `?`; empty when absent.
    pub query: &'a str,
    /// All headers. The authority of an HTTP/2 request must be put here as `host`.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// Limits on what one request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest decoded value of a parameter, in bytes.
    pub parameter_bytes_max: usize,
    /// Most parameters in query and body together.
    pub parameters_max: usize,
}

impl Default for Limits {
    /// 32 KiB a value, 512 parameters. ASSUMED: no source states the real limits.
    fn default() -> Self {
        Self { parameter_bytes_max: 32 * 1024, parameters_max: 512 }
    }
}

/// The format of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `application/json`
    Json,
    /// `text/xml`
    Xml,
}

impl Format {
    /// `JSON` and `XML` in any case. SOURCE: wire dossier 2.
    fn named(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("json") {
            Some(Self::Json)
        } else {
            text.eq_ignore_ascii_case("xml").then_some(Self::Xml)
        }
    }
}

/// How a request says who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// `SignatureVersion=1.0` in parameters.
    Rpc1,
    /// `Authorization: ACS3-…`.
    Acs3,
    /// `Authorization: ACS4-…`.
    Acs4,
    /// `Authorization: acs …`.
    Roa1,
    /// A bearer token, whose truth is for the caller to check.
    Bearer,
    /// Nothing says who speaks.
    Anonymous,
}

/// What [`crate::verify`] will have to check.
pub(crate) enum Proof<'a> {
    Rpc(RpcMethod),
    Acs(Authorization<'a>),
    Roa { access_key_id: &'a str, signature: &'a str },
    Bearer,
    Anonymous,
}

/// Headers that speak for a request, each read once. Empty ones count as absent.
#[derive(Default)]
pub(crate) struct AcsHeaders<'a> {
    pub action: Option<&'a str>,
    pub version: Option<&'a str>,
    pub nonce: Option<&'a str>,
    pub date: Option<&'a str>,
    pub security_token: Option<&'a str>,
    pub bearer_token: Option<&'a str>,
}

/// Named fields of a request: decoded, not yet trusted.
pub struct Call<'a> {
    pub(crate) raw: Raw<'a>,
    pub(crate) parameters: Parameters<'a>,
    pub(crate) proof: Proof<'a>,
    acs: AcsHeaders<'a>,
    format: Format,
    stamp: Option<i64>,
    host: &'a str,
}

impl fmt::Debug for Call<'_> {
    /// Only what may stand in a log: no parameters, tokens or signatures.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("scheme", &self.scheme())
            .field("action", &self.action())
            .finish_non_exhaustive()
    }
}

impl<'a> Call<'a> {
    /// A call with these parameters that this one asks about: it was not made, and nobody signed
    /// it.
    ///
    /// # Errors
    /// One name stands for two values.
    pub fn about<'b>(
        &'b self,
        parameters: impl Iterator<Item = (&'b str, &'b str)>,
    ) -> Result<Call<'b>, Reject> {
        Ok(Call {
            raw: self.raw,
            parameters: Parameters::of(parameters)?,
            proof: Proof::Anonymous,
            acs: AcsHeaders::default(),
            format: self.format,
            stamp: self.stamp,
            host: self.host,
        })
    }

    /// How the request says who speaks.
    pub fn scheme(&self) -> Scheme {
        match &self.proof {
            Proof::Rpc(_) => Scheme::Rpc1,
            Proof::Acs(authorization) if authorization.is_acs4() => Scheme::Acs4,
            Proof::Acs(_) => Scheme::Acs3,
            Proof::Roa { .. } => Scheme::Roa1,
            Proof::Bearer => Scheme::Bearer,
            Proof::Anonymous => Scheme::Anonymous,
        }
    }

    /// The format of the answer; the same as [`format_of`] says.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The operation asked for. RPC 1.0: only the parameter `Action`, since its headers are
    /// unsigned. Header schemes: `x-acs-action`, else the parameter. Bearer and anonymous calls:
    /// the parameter, else the header.
    ///
    /// SOURCE: wire dossier 1.2. ASSUMED: which one wins.
    pub fn action(&self) -> Option<&str> {
        self.said(Field::Action, self.acs.action)
    }

    /// The API version asked for, found as [`Self::action`] is.
    pub fn version(&self) -> Option<&str> {
        self.said(Field::Version, self.acs.version)
    }

    fn said(&self, field: Field, header: Option<&'a str>) -> Option<&str> {
        let parameter = self.parameters.known(field);
        match &self.proof {
            Proof::Rpc(_) => parameter,
            Proof::Acs(_) | Proof::Roa { .. } => header.or(parameter),
            Proof::Bearer | Proof::Anonymous => parameter.or(header),
        }
    }

    /// The access key named; `None` for bearer and anonymous calls.
    pub fn access_key_id(&self) -> Option<&str> {
        match &self.proof {
            Proof::Rpc(_) => self.parameters.known(Field::AccessKeyId),
            Proof::Acs(authorization) => Some(authorization.access_key_id()),
            Proof::Roa { access_key_id, .. } => Some(access_key_id),
            Proof::Bearer | Proof::Anonymous => None,
        }
    }

    /// The STS token sent along, which the signature covers. An empty one is none.
    pub fn security_token(&self) -> Option<&str> {
        match &self.proof {
            Proof::Rpc(_) => self.parameters.known(Field::SecurityToken),
            Proof::Acs(_) | Proof::Roa { .. } => self.acs.security_token,
            Proof::Bearer | Proof::Anonymous => None,
        }
    }

    /// The bearer token of a bearer call.
    pub fn bearer_token(&self) -> Option<&str> {
        match &self.proof {
            Proof::Bearer => self.parameters.known(Field::BearerToken).or(self.acs.bearer_token),
            _ => None,
        }
    }

    /// The nonce; `None` for ROA 1.0, which has none.
    pub fn nonce(&self) -> Option<&str> {
        let parameter = self.parameters.known(Field::SignatureNonce);
        match &self.proof {
            Proof::Rpc(_) => parameter,
            Proof::Acs(_) => self.acs.nonce,
            Proof::Roa { .. } => None,
            Proof::Bearer | Proof::Anonymous => parameter.or(self.acs.nonce),
        }
    }

    /// When the client says it made the request, in epoch seconds. Always there for signed calls.
    pub fn stamp(&self) -> Option<i64> {
        self.stamp
    }

    /// The Host header as received, empty if there is none.
    pub fn host(&self) -> &str {
        self.host
    }

    /// The decoded value of a parameter: the exact name first, then ASCII case-insensitively,
    /// since Terraform writes some names in lower case.
    ///
    /// SOURCE: wire dossier 1.1.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.find(name)
    }

    /// All parameters of query and body, decoded, in the order received, those of authentication
    /// included. Each name occurs once.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|parameter| (&*parameter.name, &*parameter.value))
    }

    /// The path as received, undecoded.
    pub fn path(&self) -> &str {
        self.raw.path
    }

    /// The method, `GET` or `POST`.
    pub fn method(&self) -> &str {
        self.raw.method
    }

    /// The body as received, whose hash the header schemes sign.
    pub fn body(&self) -> &[u8] {
        self.raw.body
    }
}

/// The format of the answer, also for a request that cannot be parsed at all: the `Format`
/// parameter of the query, else of a form body (any case, read leniently), else JSON for header
/// schemes unless they accept XML alone, else XML.
///
/// SOURCE: wire dossier 2. ASSUMED: XML for a header scheme whose `accept` begins with XML.
pub fn format_of(raw: &Raw) -> Format {
    let form = form_of(raw).and_then(|body| std::str::from_utf8(body).ok()).unwrap_or_default();
    let asked = percent::pieces(raw.query)
        .chain(percent::pieces(form))
        .filter(|piece| percent::decode(piece.name).as_deref() == Some("Format"))
        .find_map(|piece| Format::named(&percent::decode(piece.value)?));
    asked.unwrap_or_else(|| default_format(raw.headers))
}

fn default_format(headers: &HeaderMap) -> Format {
    if !detect::is_header_scheme(headers) {
        return Format::Xml;
    }
    let accept = text_of(headers, &ACCEPT).trim_start().as_bytes();
    let accepts = |media: &str| {
        accept.get(..media.len()).is_some_and(|start| start.eq_ignore_ascii_case(media.as_bytes()))
    };
    if accepts("application/xml") || accepts("text/xml") { Format::Xml } else { Format::Json }
}

/// Turns bytes into named fields. Checks, in this order: the method, the encoding and the limits,
/// duplicates, `Format`, then presence and form of the authentication fields.
///
/// # Errors
/// The first check that fails, as the row of the gateway's error table.
pub fn parse<'a>(raw: &Raw<'a>, limits: &Limits) -> Result<Call<'a>, Reject> {
    if !matches!(raw.method, "GET" | "POST") {
        return Err(Reject::method());
    }
    let parameters = Parameters::read(raw, limits)?;
    let format = match parameters.known(Field::Format) {
        None => default_format(raw.headers),
        // ASSUMED: the code for an unknown format; the table names no other that fits.
        Some(text) => Format::named(text).ok_or_else(Reject::parameter_format)?,
    };
    let detected = detect::detect(raw, &parameters)?;
    let host = text_of(raw.headers, &HOST);
    let detect::Detected { proof, acs, stamp } = detected;
    Ok(Call { raw: *raw, parameters, proof, acs, format, stamp, host })
}

/// The first value of a header as text, empty when absent or not text.
fn text_of<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> &'a str {
    let bytes = headers.get(name).map_or(b"".as_slice(), http::HeaderValue::as_bytes);
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn media_is(headers: &HeaderMap, media: &str) -> bool {
    let value = text_of(headers, &CONTENT_TYPE);
    let end = value.find(';').unwrap_or(value.len());
    value[..end].trim().eq_ignore_ascii_case(media)
}

/// The body when it is a form.
fn form_of<'a>(raw: &Raw<'a>) -> Option<&'a [u8]> {
    let is_form =
        !raw.body.is_empty() && media_is(raw.headers, "application/x-www-form-urlencoded");
    is_form.then_some(raw.body)
}

/// The body when it holds JSON parameters, which only header schemes may send.
///
/// SOURCE: wire dossier 1.1, 1.2; fixture `python-tea__generic_json`.
fn json_of<'a>(raw: &Raw<'a>) -> Option<&'a [u8]> {
    let is_json = !raw.body.is_empty()
        && raw.headers.contains_key(AUTHORIZATION)
        && detect::is_header_scheme(raw.headers)
        && media_is(raw.headers, "application/json");
    is_json.then_some(raw.body)
}

/// A text as received or decoded.
type Text<'a> = Cow<'a, str>;

#[cfg(test)]
mod tests;
