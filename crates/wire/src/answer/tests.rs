//! Both formats, read back by parsers that did not write them.

use proptest::prelude::*;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde_json::Value;

use super::*;

const HEAD: Head = Head {
    request_id: "9B9300FE-11E2-4E3B-949C-BED3B44DD26D",
    host: "vpc.aliyuncs.com:8080",
    product: "Vpc",
};

/// A value of an answer, to be written. There is no list right inside a list.
#[derive(Clone, Debug)]
enum Node {
    Object(Vec<(&'static str, Node)>),
    List(Vec<Node>),
    Text(String),
    Number(i64),
    /// So many hundredths.
    Decimal(i64),
    Bool(bool),
    RequestId,
}

impl Node {
    /// Writes it as a field.
    fn write(&self, name: &str, writer: &mut Writer) {
        match self {
            Self::Object(fields) => writer.object(name, |inside| write_all(fields, inside)),
            Self::List(items) => writer.list(name, |list| {
                for item in items {
                    match item {
                        Self::Object(fields) => list.object(|inside| write_all(fields, inside)),
                        Self::Number(number) => list.number(*number),
                        Self::Text(text) => list.text(text),
                        other => unreachable!("{other:?} in a list"),
                    }
                }
            }),
            Self::Text(text) => writer.text(name, text),
            Self::Number(number) => writer.number(name, *number),
            Self::Decimal(hundredths) => writer.decimal(name, &decimal(*hundredths)),
            Self::Bool(value) => writer.boolean(name, *value),
            Self::RequestId => writer.request_id(name),
        }
    }
}

/// So many hundredths, as written.
fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

fn write_all(fields: &[(&'static str, Node)], writer: &mut Writer) {
    for (name, value) in fields {
        value.write(name, writer);
    }
}

fn told(fields: &[(&'static str, Node)], format: Format) -> String {
    let mut out = Vec::new();
    let root = Root { action: "R", bare: true };
    encode(root, format, &HEAD, &mut out, |writer| write_all(fields, writer));
    String::from_utf8(out).expect("answers are UTF-8")
}

fn refused(reject: &Reject, detail: Option<&AccessDenied>, format: Format) -> String {
    let mut out = Vec::new();
    encode_reject(reject, detail, format, &HEAD, &mut out);
    String::from_utf8(out).expect("answers are UTF-8")
}

fn action_not_found() -> Reject {
    let message = "Specified api is not found, please check your url and method.";
    Reject::new(404, "InvalidAction.NotFound", message)
}

#[test]
fn an_error_is_told_as_the_real_gateway_tells_it() {
    // SOURCE: wire dossier 3.2, both bodies observed.
    let json = concat!(
        r#"{"RequestId":"9B9300FE-11E2-4E3B-949C-BED3B44DD26D","Message":"Specified api is not "#,
        r#"found, please check your url and method.","Recommend":"https://api.aliyun.com/"#,
        r#"troubleshoot?q=InvalidAction.NotFound&product=Vpc&requestId=9B9300FE-11E2-4E3B-949C-"#,
        r#"BED3B44DD26D","HostId":"vpc.aliyuncs.com","Code":"InvalidAction.NotFound"}"#
    );
    assert_eq!(refused(&action_not_found(), None, Format::Json), json);
    let xml = concat!(
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>9B9300FE-11E2-4E3B-949C-BED3B44",
        "DD26D</RequestId><HostId>vpc.aliyuncs.com</HostId><Code>InvalidAction.NotFound</Code>",
        "<Message>Specified api is not found, please check your url and method.</Message>",
        "<Recommend><![CDATA[https://api.aliyun.com/troubleshoot?q=InvalidAction.NotFound&product",
        "=Vpc&requestId=9B9300FE-11E2-4E3B-949C-BED3B44DD26D]]></Recommend></Error>"
    );
    assert_eq!(refused(&action_not_found(), None, Format::Xml), xml);
}

#[test]
fn each_format_is_announced_as_the_clients_compare_it() {
    assert_eq!(content_type(Format::Json), "application/json;charset=utf-8");
    assert_eq!(content_type(Format::Xml), "text/xml;charset=utf-8");
}

#[test]
fn what_xml_cannot_hold_is_told_as_a_mark() {
    let body = [("T", Node::Text("\u{1}a\t\u{b}\u{1f}\u{fffe}\u{7f}".into()))];
    let xml = told(&body, Format::Xml);
    assert!(xml.contains("<T>\u{fffd}a\t\u{fffd}\u{fffd}\u{fffd}\u{7f}</T>"), "{xml:?}");
    let json: Value = serde_json::from_str(&told(&body, Format::Json)).expect("it is JSON");
    assert_eq!(json["T"], "\u{1}a\t\u{b}\u{1f}\u{fffe}\u{7f}");
}

#[test]
fn the_denial_detail_is_told_in_both_formats() {
    let detail = AccessDenied {
        auth_action: "vpc:A".into(),
        policy_type: "SessionPolicy".into(),
        ..AccessDenied::default()
    };
    let json = refused(&Reject::forbidden_ram(), Some(&detail), Format::Json);
    let value: Value = serde_json::from_str(&json).expect("the body is JSON");
    assert_eq!(value["AccessDeniedDetail"]["AuthAction"], "vpc:A");
    assert_eq!(value["AccessDeniedDetail"]["PolicyType"], "SessionPolicy");
    assert!(json.contains(r#""AccessDeniedDetail":{"PolicyType":"SessionPolicy","AuthPri"#));
    let xml = refused(&Reject::forbidden_ram(), Some(&detail), Format::Xml);
    assert!(xml.contains("<AccessDeniedDetail><PolicyType>SessionPolicy</PolicyType><Auth"));
}

#[test]
fn a_list_repeats_its_element_in_xml_and_vanishes_when_empty() {
    let items = vec![Node::Number(1), Node::Text("two".into()), Node::Object(vec![])];
    let fields = [
        ("RequestId", Node::RequestId),
        ("Set", Node::Object(vec![("Type", Node::List(items)), ("Is", Node::Bool(true))])),
        ("Price", Node::Decimal(-50)),
        ("None", Node::List(vec![])),
    ];
    assert_eq!(
        told(&fields, Format::Xml),
        "<?xml version='1.0' encoding='UTF-8'?><R><RequestId>9B9300FE-11E2-4E3B-949C-BED3B44DD26D\
         </RequestId><Set><Type>1</Type><Type>two</Type><Type></Type><Is>true</Is></Set><Price>\
         -0.50</Price></R>"
    );
    assert_eq!(
        told(&fields, Format::Json),
        r#"{"RequestId":"9B9300FE-11E2-4E3B-949C-BED3B44DD26D","#.to_owned()
            + r#""Set":{"Type":[1,"two",{}],"Is":true},"Price":-0.50,"None":[]}"#
    );
}

#[test]
fn only_a_number_of_json_without_an_exponent_is_a_decimal() {
    for text in ["0", "85", "85.00", "-0.50", "0.0001", "922337203685477.5807"] {
        assert!(is_decimal(text), "{text}");
        assert!(serde_json::from_str::<f64>(text).is_ok(), "{text}");
    }
    for text in ["", "-", ".5", "5.", "05", "00.1", "1e3", "+1", "1,000.00", "1.2.3", "NaN", " 1"] {
        assert!(!is_decimal(text), "{text}");
    }
}

#[test]
fn the_root_in_xml_is_the_action_bare_or_followed_by_response() {
    for (bare, expected) in [(true, "<A></A>"), (false, "<AResponse></AResponse>")] {
        let mut out = Vec::new();
        encode(Root { action: "A", bare }, Format::Xml, &HEAD, &mut out, |_| ());
        assert!(String::from_utf8(out).expect("UTF-8").ends_with(expected));
    }
}

#[test]
fn a_code_cannot_break_out_of_its_xml_section() {
    let reject = Reject::invalid("]]><x>");
    let xml = refused(&reject, None, Format::Xml);
    assert!(xml.contains("q=Invalid%5D%5D%3E%3Cx%3E&"), "{xml}");
    let mut out = Vec::new();
    xml_cdata("a]]>b]]", &mut out);
    assert_eq!(out, b"<![CDATA[a]]]]><![CDATA[>b]]]]>");
}

#[test]
fn the_host_id_has_no_port() {
    let table = [
        ("vpc.aliyuncs.com", "vpc.aliyuncs.com"),
        ("127.0.0.1:37905", "127.0.0.1"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
        ("::1", "::1"),
        ("", ""),
    ];
    for (host, expected) in table {
        assert_eq!(host_id(host), expected);
    }
}

/// Any text, control characters and non-characters included.
fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect())
}

fn any_node() -> impl Strategy<Value = Node> {
    let item = prop_oneof![any_text().prop_map(Node::Text), any::<i64>().prop_map(Node::Number),];
    let decimal = any::<i64>().prop_map(Node::Decimal);
    let leaf =
        prop_oneof![item, decimal, any::<bool>().prop_map(Node::Bool), Just(Node::RequestId)];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let objects = prop::collection::vec(any_fields(inner.clone()).prop_map(Node::Object), 0..4);
        prop_oneof![objects.prop_map(Node::List), any_fields(inner).prop_map(Node::Object)]
    })
}

/// Fields of different names.
fn any_fields(
    value: impl Strategy<Value = Node>,
) -> impl Strategy<Value = Vec<(&'static str, Node)>> {
    let name = prop::sample::select(vec!["Code", "Data", "orderId", "Type"]);
    prop::collection::vec((name, value), 0..4).prop_map(|mut fields| {
        let mut seen = std::collections::BTreeSet::new();
        fields.retain(|(name, _)| seen.insert(*name));
        fields
    })
}

fn as_value(node: &Node) -> Value {
    match node {
        Node::Object(fields) => {
            fields.iter().map(|(name, value)| (name.to_string(), as_value(value))).collect()
        }
        Node::List(items) => items.iter().map(as_value).collect(),
        Node::Text(text) => text.as_str().into(),
        Node::Number(number) => (*number).into(),
        Node::Decimal(hundredths) => serde_json::from_str(&decimal(*hundredths)).expect("a number"),
        Node::Bool(value) => (*value).into(),
        Node::RequestId => HEAD.request_id.into(),
    }
}

/// `<name>`, `text`, `</name>` in the order in which they must be read back.
fn as_marks(name: &str, node: &Node, marks: &mut Vec<String>) {
    if let Node::List(items) = node {
        return items.iter().for_each(|item| as_marks(name, item, marks));
    }
    marks.push(format!("<{name}>"));
    match node {
        Node::Object(fields) => {
            for (name, value) in fields {
                as_marks(name, value, marks);
            }
        }
        Node::List(_) => {}
        Node::Text(text) => marks.push(holdable(text).into_owned()),
        Node::Number(number) => marks.push(number.to_string()),
        Node::Decimal(hundredths) => marks.push(decimal(*hundredths)),
        Node::Bool(value) => marks.push(value.to_string()),
        Node::RequestId => marks.push(HEAD.request_id.to_owned()),
    }
    marks.push(format!("</{name}>"));
}

/// What a reader finds, neighbouring text joined and empty text left out.
fn read_marks(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut marks, mut text) = (Vec::new(), String::new());
    loop {
        let event = reader.read_event().expect("the answer is well-formed");
        match &event {
            Event::Text(part) => {
                text.push_str(&quick_xml::escape::unescape(part).expect("escapes are known"));
                continue;
            }
            Event::GeneralRef(part) => {
                let whole = format!("&{};", &**part);
                text.push_str(&quick_xml::escape::unescape(&whole).expect("escapes are known"));
                continue;
            }
            Event::CData(part) => {
                text.push_str(part);
                continue;
            }
            _ => {}
        }
        if !text.is_empty() {
            marks.push(std::mem::take(&mut text));
        }
        match event {
            Event::Start(tag) => {
                marks.push(format!("<{}>", tag.name().as_ref()));
            }
            Event::End(tag) => {
                marks.push(format!("</{}>", tag.name().as_ref()));
            }
            Event::Eof => return marks,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn json_parses_back_to_the_same_value(fields in any_fields(any_node())) {
        let parsed: Value = serde_json::from_str(&told(&fields, Format::Json)).expect("it is JSON");
        prop_assert_eq!(parsed, as_value(&Node::Object(fields)));
    }

    #[test]
    fn xml_is_well_formed_and_reads_back(fields in any_fields(any_node())) {
        let xml = told(&fields, Format::Xml);
        let mut expected = Vec::new();
        as_marks("R", &Node::Object(fields), &mut expected);
        expected.retain(|mark| !mark.is_empty());
        prop_assert_eq!(read_marks(&xml), expected);
    }

    #[test]
    fn any_error_is_well_formed_in_both_formats(code in any_text(), message in any_text()) {
        let reject = Reject::new(400, code.clone(), message.clone());
        let json = refused(&reject, None, Format::Json);
        let parsed: Value = serde_json::from_str(&json).expect("the body is JSON");
        prop_assert_eq!(&parsed["Code"], &Value::from(code));
        prop_assert_eq!(&parsed["Message"], &Value::from(message.clone()));
        let marks = read_marks(&refused(&reject, None, Format::Xml));
        let at = marks.iter().position(|mark| mark == "<Message>").expect("it has a message");
        if !message.is_empty() {
            prop_assert_eq!(marks[at + 1].as_str(), &*holdable(&message));
        }
    }
}
