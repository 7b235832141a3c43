//! Answers, written field by field as JSON or XML; no tree stands between.
//!
//! Nothing here knows what an answer means: names, shapes and status come from outside.

use std::borrow::Cow;

use quick_xml::escape::partial_escape;

use crate::call::Format;
use crate::percent;
use crate::reject::Reject;

/// What every answer says about its request.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Upper-case UUID.
    pub request_id: &'a str,
    /// The Host header as received; `HostId` is this without its port.
    pub host: &'a str,
    /// The product's name in `Recommend`, such as `Vpc`.
    pub product: &'static str,
}

/// `AccessDeniedDetail` of a refusal by policy.
///
/// SOURCE: wire dossier 6.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessDenied {
    /// `AuthAction`, such as `vpc:CreatePhysicalConnection`.
    pub auth_action: String,
    /// `AuthPrincipalType`: `SubUser`, `AssumedRoleUser` or `FederatedSSO`.
    pub principal_type: String,
    /// `AuthPrincipalOwnerId`, the account's id.
    pub principal_owner_id: String,
    /// `AuthPrincipalDisplayName`.
    pub principal_display_name: String,
    /// `NoPermissionType`: `ImplicitDeny` or `ExplicitDeny`.
    pub no_permission_type: String,
    /// `PolicyType`, such as `AccountLevelIdentityBasedPolicy`.
    pub policy_type: String,
    /// `EncodedDiagnosticMessage`, opaque to clients.
    pub encoded_diagnostic_message: String,
}

impl AccessDenied {
    /// The fields in the order observed in a real answer.
    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("PolicyType", &self.policy_type),
            ("AuthPrincipalOwnerId", &self.principal_owner_id),
            ("EncodedDiagnosticMessage", &self.encoded_diagnostic_message),
            ("AuthPrincipalType", &self.principal_type),
            ("AuthPrincipalDisplayName", &self.principal_display_name),
            ("NoPermissionType", &self.no_permission_type),
            ("AuthAction", &self.auth_action),
        ]
    }
}

/// The `Content-Type` of a body. The Tea SDKs compare the XML one literally.
///
/// SOURCE: wire dossier 3.1.
pub fn content_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json;charset=utf-8",
        Format::Xml => "text/xml;charset=utf-8",
    }
}

const DECLARATION: &[u8] = b"<?xml version='1.0' encoding='UTF-8'?>";

/// The root element of an answer in XML: an action's name, bare or followed by `Response`.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// `Action`.
    pub action: &'static str,
    /// Whether it stands alone.
    pub bare: bool,
}

impl Root {
    const fn ending(self) -> &'static str {
        if self.bare { "" } else { "Response" }
    }
}

/// Appends the body of an answer to `out`, whose fields `body` writes.
pub fn encode(
    root: Root,
    format: Format,
    head: &Head,
    out: &mut Vec<u8>,
    body: impl FnOnce(&mut Writer),
) {
    let mut writer = Writer { format, request_id: head.request_id, out };
    match format {
        Format::Json => writer.braced(body),
        Format::Xml => {
            writer.out.extend_from_slice(DECLARATION);
            writer.mark(b"<", root);
            body(&mut writer);
            writer.mark(b"</", root);
        }
    }
}

/// Writes the fields of an object. Names are ours and plain.
pub struct Writer<'w> {
    format: Format,
    request_id: &'w str,
    out: &'w mut Vec<u8>,
}

impl Writer<'_> {
    /// A text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.field(name, |writer| writer.text_value(text));
    }

    /// An integer.
    pub fn number(&mut self, name: &str, number: i64) {
        self.field(name, |writer| integer(number, writer.out));
    }

    /// A number that may have a fraction, as its exact decimal text, such as `-0.50`: what is
    /// written was never a binary fraction. Anything else would be no JSON.
    pub fn decimal(&mut self, name: &str, text: &str) {
        debug_assert!(is_decimal(text), "{text:?}");
        self.field(name, |writer| writer.out.extend_from_slice(text.as_bytes()));
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, name: &str, value: bool) {
        self.field(name, |writer| writer.out.extend_from_slice(truth(value).as_bytes()));
    }

    /// The request id of the answer.
    pub fn request_id(&mut self, name: &str) {
        let id = self.request_id;
        self.field(name, |writer| writer.text_value(id));
    }

    /// An object.
    pub fn object(&mut self, name: &str, fields: impl FnOnce(&mut Self)) {
        self.field(name, |writer| writer.object_value(fields));
    }

    /// A list. JSON: an array under its name. XML: the name's element repeated, nothing at all when
    /// empty.
    pub fn list(&mut self, name: &str, items: impl FnOnce(&mut Items)) {
        if self.format == Format::Json {
            self.begin(name);
            self.out.push(b'[');
        }
        items(&mut Items { name, writer: self });
        if self.format == Format::Json {
            self.out.push(b']');
        }
    }

    fn field(&mut self, name: &str, value: impl FnOnce(&mut Self)) {
        self.begin(name);
        value(self);
        if self.format == Format::Xml {
            close(name, self.out);
        }
    }

    fn begin(&mut self, name: &str) {
        match self.format {
            Format::Json => {
                self.comma();
                self.out.push(b'"');
                self.out.extend_from_slice(name.as_bytes());
                self.out.extend_from_slice(b"\":");
            }
            Format::Xml => open(name, self.out),
        }
    }

    /// Between what stands side by side in JSON.
    fn comma(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }

    fn text_value(&mut self, text: &str) {
        match self.format {
            Format::Json => json_text(text, self.out),
            Format::Xml => xml_text(text, self.out),
        }
    }

    fn object_value(&mut self, fields: impl FnOnce(&mut Self)) {
        match self.format {
            Format::Json => self.braced(fields),
            Format::Xml => fields(self),
        }
    }

    fn braced(&mut self, fields: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        fields(self);
        self.out.push(b'}');
    }

    fn mark(&mut self, bracket: &[u8], root: Root) {
        for part in [bracket, root.action.as_bytes(), root.ending().as_bytes(), b">"] {
            self.out.extend_from_slice(part);
        }
    }
}

/// Writes the items of a list.
pub struct Items<'i, 'w> {
    name: &'i str,
    writer: &'i mut Writer<'w>,
}

impl Items<'_, '_> {
    /// An item that is a text.
    pub fn text(&mut self, text: &str) {
        self.item(|writer| writer.text_value(text));
    }

    /// An item that is an integer.
    pub fn number(&mut self, number: i64) {
        self.item(|writer| integer(number, writer.out));
    }

    /// An item that is an object.
    pub fn object(&mut self, fields: impl FnOnce(&mut Writer)) {
        self.item(|writer| writer.object_value(fields));
    }

    fn item(&mut self, value: impl FnOnce(&mut Writer)) {
        match self.writer.format {
            Format::Json => {
                self.writer.comma();
                value(self.writer);
            }
            Format::Xml => self.writer.field(self.name, value),
        }
    }
}

/// Appends the error body of `reject` to `out`, `detail` last.
///
/// SOURCE: wire dossier 3.2. ASSUMED: the place of `AccessDeniedDetail`; no whole body with it was
/// read.
pub fn encode_reject(
    reject: &Reject,
    detail: Option<&AccessDenied>,
    format: Format,
    head: &Head,
    out: &mut Vec<u8>,
) {
    match format {
        Format::Json => json_reject(reject, detail, head, out),
        Format::Xml => xml_reject(reject, detail, head, out),
    }
}

fn json_reject(reject: &Reject, detail: Option<&AccessDenied>, head: &Head, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"RequestId\":");
    json_text(head.request_id, out);
    out.extend_from_slice(b",\"Message\":");
    json_text(&reject.message, out);
    out.extend_from_slice(b",\"Recommend\":");
    json_text(&recommend(&reject.code, head), out);
    out.extend_from_slice(b",\"HostId\":");
    json_text(host_id(head.host), out);
    out.extend_from_slice(b",\"Code\":");
    json_text(&reject.code, out);
    if let Some(detail) = detail {
        out.extend_from_slice(b",\"AccessDeniedDetail\":");
        let mut before = b'{';
        for (name, value) in detail.fields() {
            out.push(before);
            json_text(name, out);
            out.push(b':');
            json_text(value, out);
            before = b',';
        }
        out.push(b'}');
    }
    out.push(b'}');
}

fn xml_reject(reject: &Reject, detail: Option<&AccessDenied>, head: &Head, out: &mut Vec<u8>) {
    out.extend_from_slice(DECLARATION);
    open("Error", out);
    xml_field("RequestId", head.request_id, out);
    xml_field("HostId", host_id(head.host), out);
    xml_field("Code", &reject.code, out);
    xml_field("Message", &reject.message, out);
    open("Recommend", out);
    xml_cdata(&recommend(&reject.code, head), out);
    close("Recommend", out);
    if let Some(detail) = detail {
        open("AccessDeniedDetail", out);
        for (name, value) in detail.fields() {
            xml_field(name, value, out);
        }
        close("AccessDeniedDetail", out);
    }
    close("Error", out);
}

/// Where the real service explains an error.
fn recommend(code: &str, head: &Head) -> String {
    let mut url = b"https://api.aliyun.com/troubleshoot?q=".to_vec();
    percent::encode_once(code, &mut url);
    url.extend_from_slice(b"&product=");
    percent::encode_once(head.product, &mut url);
    url.extend_from_slice(b"&requestId=");
    percent::encode_once(head.request_id, &mut url);
    String::from_utf8(url).expect("percent-encoding yields ASCII")
}

/// The host without its port; an IPv6 literal keeps its brackets.
///
/// SOURCE: wire dossier 3.2. ASSUMED: without the port.
pub fn host_id(host: &str) -> &str {
    if host.starts_with('[') {
        return host.find(']').map_or(host, |end| &host[..=end]);
    }
    match host.split_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn json_text(text: &str, out: &mut Vec<u8>) {
    let special = |byte: &u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    // All are counted, whatever the first says: that is done many bytes at a time.
    if text.bytes().filter(special).count() == 0 {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    serde_json::to_writer(out, text).expect("a Vec takes every byte written to it");
}

fn integer(number: i64, out: &mut Vec<u8>) {
    serde_json::to_writer(out, &number).expect("a Vec takes every byte written to it");
}

/// Whether a text is a number of JSON without an exponent.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn open(name: &str, out: &mut Vec<u8>) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

fn close(name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

fn xml_field(name: &str, text: &str, out: &mut Vec<u8>) {
    open(name, out);
    xml_text(text, out);
    close(name, out);
}

fn xml_text(text: &str, out: &mut Vec<u8>) {
    let holdable = holdable(text);
    out.extend_from_slice(partial_escape(&*holdable).as_bytes());
}

fn xml_cdata(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<![CDATA[");
    // The closing mark is split over two sections, so that no text can end the section early.
    out.extend_from_slice(holdable(text).replace("]]>", "]]]]><![CDATA[>").as_bytes());
    out.extend_from_slice(b"]]>");
}

/// The text with U+FFFD for every character that XML 1.0 cannot hold, not even escaped.
fn holdable(text: &str) -> Cow<'_, str> {
    let forbidden = |character: char| {
        matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}')
            || matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(forbidden) {
        Cow::Owned(text.replace(forbidden, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests;
