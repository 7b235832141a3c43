//! One answer tree, told as JSON or XML.
//!
//! Nothing here knows what an answer means: names, shapes and status come from outside.

use std::borrow::Cow;

use quick_xml::escape::partial_escape;

use crate::call::Format;
use crate::percent;
use crate::reject::Reject;

/// A value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Named fields, told in this order.
    Object(Vec<(&'static str, Node)>),
    /// JSON: an array under its field's name. XML: the field's element repeated, nothing at all
    /// when empty. A list right inside a list is told in XML as if it were one list.
    List(Vec<Node>),
    /// A text, owned or static.
    Text(Cow<'static, str>),
    /// An integer.
    Number(i64),
    /// `true` or `false`.
    Bool(bool),
    /// Told as the request id of the answer.
    RequestId,
}

/// A successful answer, or any other that is not an error body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Name of the XML root element, such as `DescribeRegionsResponse`.
    pub root: Cow<'static, str>,
    /// The body.
    pub body: Node,
}

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

/// Appends the body of `answer` to `out`.
pub fn encode(answer: &Answer, format: Format, head: &Head, out: &mut Vec<u8>) {
    match format {
        Format::Json => json(&answer.body, head, out),
        Format::Xml => {
            out.extend_from_slice(DECLARATION);
            open(&answer.root, out);
            xml_content(&answer.body, head, out);
            close(&answer.root, out);
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

fn json(node: &Node, head: &Head, out: &mut Vec<u8>) {
    match node {
        Node::Object(fields) => {
            out.push(b'{');
            for (index, (name, value)) in fields.iter().enumerate() {
                out.extend_from_slice(if index > 0 { b",\"" } else { b"\"" });
                // Names are ours and plain.
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"\":");
                json(value, head, out);
            }
            out.push(b'}');
        }
        Node::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                json(item, head, out);
            }
            out.push(b']');
        }
        Node::Text(text) => json_text(text, out),
        Node::Number(number) => decimal(*number, out),
        Node::Bool(value) => out.extend_from_slice(truth(*value).as_bytes()),
        Node::RequestId => json_text(head.request_id, out),
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

fn decimal(number: i64, out: &mut Vec<u8>) {
    serde_json::to_writer(out, &number).expect("a Vec takes every byte written to it");
}

fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// A field of an XML object: its element, or for a list one element an item.
fn xml(name: &str, node: &Node, head: &Head, out: &mut Vec<u8>) {
    if let Node::List(items) = node {
        for item in items {
            xml(name, item, head, out);
        }
        return;
    }
    open(name, out);
    xml_content(node, head, out);
    close(name, out);
}

fn xml_content(node: &Node, head: &Head, out: &mut Vec<u8>) {
    match node {
        Node::Object(fields) => {
            for (name, value) in fields {
                xml(name, value, head, out);
            }
        }
        // ASSUMED: only the root of an answer comes here with a list, which no operation has; its
        // items need some element of their own.
        Node::List(items) => {
            for item in items {
                xml("Item", item, head, out);
            }
        }
        Node::Text(text) => xml_text(text, out),
        Node::Number(number) => decimal(*number, out),
        Node::Bool(value) => out.extend_from_slice(truth(*value).as_bytes()),
        Node::RequestId => xml_text(head.request_id, out),
    }
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
