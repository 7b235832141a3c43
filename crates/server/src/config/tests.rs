//! What settings are read as.

use super::*;

#[test]
fn the_default_file_is_the_one_in_the_project() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config.default.toml");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, default_file()).expect("the project can be written");
    }
    let kept = std::fs::read_to_string(path).expect("config.default.toml");
    assert_eq!(kept, default_file(), "UPDATE_EXPECT=1 renews it");
}

#[test]
fn the_defaults_are_values() {
    let config = Config::with(&[]).expect("the defaults read");
    assert_eq!(config.edition, Edition::DEFAULT);
    assert_eq!(config.stamp_tolerance, Span(15 * 60_000));
}

#[test]
fn circuits_are_counted_by_access_point_but_in_a_sandbox_that_is_not_told_to() {
    let max = |changes: &[(&str, &str)]| {
        Config::with(changes).expect("they read").rules().access_point_circuits_max
    };
    assert_eq!((max(&[]), max(&[("sandbox", "true")])), (2, 0));
    for sandbox in ["true", "false"] {
        let set = |most| max(&[("sandbox", sandbox), ("access_point_circuits_max", most)]);
        assert_eq!((set("7"), set("0")), (7, 0));
    }
}

#[test]
fn a_wrong_value_names_its_setting_and_where_it_came_from() {
    let error = Config::with(&[("edition", "2021")]).expect_err("no such edition");
    assert!(error.contains("edition") && error.contains("2025-09"), "{error}");
}

#[test]
fn what_comes_later_is_refused_with_a_sentence() {
    let error = Config::with(&[("store", "postgres://x")]).expect_err("not yet");
    assert!(error.contains("later release"), "{error}");
}

#[test]
fn tls_is_off_or_by_a_ca_of_its_own_or_by_two_files() {
    let mode = |text| Config::with(&[("tls", text)]).map(|config| config.tls);
    assert_eq!(mode("off"), Ok(TlsMode::Off));
    assert_eq!(mode("self"), Ok(TlsMode::Own));
    let given = TlsMode::Given { certificate: "a.pem".into(), key: "b/c.key".into() };
    assert_eq!(mode("a.pem,b/c.key"), Ok(given));
    for text in ["", "on", "a.pem", "a.pem,", ",b.key"] {
        let error = mode(text).expect_err("it is none of them");
        assert!(error.contains("off, self, or CERT,KEY"), "{error}");
    }
}

#[test]
fn names_of_a_certificate_are_hosts_and_addresses() {
    let names = |text| Config::with(&[("tls_name", text)]).map(|config| config.tls_name.0);
    assert_eq!(names(""), Ok(Vec::new()));
    let read = names("vpc.example.com, 10.0.0.7,fe80::1").expect("three names");
    let texts: Vec<_> = read.iter().map(ServerName::to_str).collect();
    assert_eq!(texts, ["vpc.example.com", "10.0.0.7", "fe80::1"]);
    for text in ["*.example.com", "two words", "a..b"] {
        let error = names(text).expect_err("it is no name");
        assert!(error.contains("tls-name") && error.contains("host names"), "{error}");
    }
}

#[test]
fn lengths_of_time_are_iso_8601() {
    for (text, ms) in [("PT0S", Some(0)), ("P7D", Some(604_800_000)), ("PT1.5S", Some(1500))] {
        assert_eq!(parse_span(text), ms, "{text}");
    }
    for text in ["", "7", "P1M", "P1Y", "soon"] {
        assert_eq!(parse_span(text), None, "{text}");
    }
}
