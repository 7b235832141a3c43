//! The CA and the certificate that a server makes itself, in their files.

use super::{shake, trusting, with_own_ca};
use crate::rig::{Rig, fresh_folder, stopped_clock};
use crossconnect::config::Config;
use crossconnect::server::{Parts, Server};
use rcgen::{CertificateParams, DnType, Issuer, KeyPair};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt as _;

const CA: &str = "crossconnect-ca.pem";
const CA_KEY: &str = "crossconnect-ca.key";
const CERTIFICATE: &str = "crossconnect-tls.pem";
const KEY: &str = "crossconnect-tls.key";

/// What the files of a folder hold.
fn texts(folder: &Path) -> BTreeMap<&'static str, String> {
    let read = |name| (name, fs::read_to_string(folder.join(name)).expect("a file"));
    [CA, CA_KEY, CERTIFICATE, KEY].map(read).into()
}

/// Which files differ.
fn changed(
    before: &BTreeMap<&'static str, String>,
    after: &BTreeMap<&'static str, String>,
) -> Vec<&'static str> {
    before.keys().filter(|name| before[*name] != after[*name]).copied().collect()
}

/// What the files hold once a server was started on them at that time, called by these names too.
async fn started(folder: &Path, at: &str, names: &str) -> BTreeMap<&'static str, String> {
    let parts = Parts { clock: Some(stopped_clock(at)), ..Parts::default() };
    Rig::open(folder, &[("tls", "self"), ("tls_name", names)], parts).await.end_keeping().await;
    texts(folder)
}

/// A certificate that says of itself that it is good for some days, and its key, in files.
pub fn given(folder: &Path, name: &str, days: [i32; 3], until: [i32; 3]) -> (PathBuf, PathBuf) {
    let date = |[year, month, day]: [i32; 3]| {
        let small = |number: i32| u8::try_from(number).expect("a date");
        rcgen::date_time_ymd(year, small(month), small(day))
    };
    let mut params = CertificateParams::new(["127.0.0.1".into()]).expect("a name");
    (params.not_before, params.not_after) = (date(days), date(until));
    let key = KeyPair::generate().expect("a key");
    let (certificate, key_file) =
        (folder.join(name).with_extension("pem"), folder.join(name).with_extension("key"));
    fs::write(&certificate, params.self_signed(&key).expect("a signature").pem()).expect("a file");
    fs::write(&key_file, key.serialize_pem()).expect("a file");
    (certificate, key_file)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_for_their_owner_alone_and_all_is_kept_over_a_restart() {
    let folder = with_own_ca().await.end_keeping().await;
    for name in [CA_KEY, KEY] {
        let mode = fs::metadata(folder.join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let before = texts(&folder);
    let rig = Rig::open(&folder, &[("tls", "self")], Parts::default()).await;
    assert_eq!(changed(&before, &texts(&folder)), [""; 0]);
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_is_for_every_name_that_the_server_is_called_by() {
    let rig = Rig::with(&[("tls", "self"), ("tls_name", "vpc.example.com,10.0.0.7")]).await;
    let client = trusting(&rig.store_path().with_file_name(CA), &[]);
    for name in ["localhost", "127.0.0.1", "::1", "vpc.example.com", "10.0.0.7"] {
        let mut stream = shake(&client, rig.address, name).await.expect("a handshake");
        stream.shutdown().await.expect("an end");
    }
    for name in ["example.com", "10.0.0.8"] {
        let error = shake(&client, rig.address, name).await.expect_err("not its name");
        assert!(error.to_string().contains("not valid for name"), "{error}");
    }
    rig.end().await;
}

/// Whoever steals the CA's key can be no other server to those who trust it.
#[tokio::test(flavor = "multi_thread")]
async fn the_ca_can_sign_for_no_other_name() {
    let folder = with_own_ca().await.end_keeping().await;
    let ca_key = fs::read_to_string(folder.join(CA_KEY)).expect("a file");
    let ca_key = KeyPair::from_pem(&ca_key).expect("a key");
    let mark = ca_key.public_key_raw().last_chunk().copied().map_or(0, u32::from_be_bytes);
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, format!("crossconnect CA {mark:08X}"));
    let forged = CertificateParams::new(["www.example.com".into()]).expect("a name");
    let key = KeyPair::generate().expect("a key");
    let forged = forged.signed_by(&key, &Issuer::new(ca, ca_key)).expect("a signature");
    fs::write(folder.join("forged.pem"), forged.pem()).expect("a file");
    fs::write(folder.join("forged.key"), key.serialize_pem()).expect("a file");
    let file = |name: &str| folder.join(name).display().to_string();
    let tls = format!("{},{}", file("forged.pem"), file("forged.key"));
    let rig = Rig::open(&folder, &[("tls", &tls)], Parts::default()).await;
    let client = trusting(&folder.join(CA), &[]);
    let error = shake(&client, rig.address, "www.example.com").await.expect_err("no such right");
    assert!(error.to_string().contains("NameConstraintViolation"), "{error}");
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_near_its_end_is_renewed_by_the_ca_that_clients_trust() {
    let folder = fresh_folder();
    let first = started(&folder, "2026-11-22T08:00:00Z", "").await;
    let later = started(&folder, "2027-11-01T08:00:00Z", "").await;
    assert_eq!(changed(&first, &later), [""; 0], "it is good for more than a month");
    let last_month = started(&folder, "2027-12-01T08:00:00Z", "").await;
    assert_eq!(changed(&first, &last_month), [KEY, CERTIFICATE]);
    let last_year = started(&folder, "2036-11-18T08:00:00Z", "").await;
    assert_eq!(changed(&first, &last_year), [CA_KEY, CA, KEY, CERTIFICATE]);
    fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_more_takes_a_new_ca_and_a_name_less_nothing() {
    let folder = fresh_folder();
    let at = "2026-11-22T08:00:00Z";
    let two = started(&folder, at, "vpc.example.com,10.0.0.7").await;
    assert_eq!(changed(&two, &started(&folder, at, "10.0.0.7").await), [""; 0]);
    // What lies under a name is the name's.
    let under = started(&folder, at, "eu.vpc.example.com").await;
    assert_eq!(changed(&two, &under), [KEY, CERTIFICATE]);
    let other = started(&folder, at, "vpc.example.org").await;
    assert_eq!(changed(&under, &other), [CA_KEY, CA, KEY, CERTIFICATE]);
    fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_fit_one_another_are_made_anew() {
    let folder = with_own_ca().await.end_keeping().await;
    let before = texts(&folder);
    let stranger = KeyPair::generate().expect("a key").serialize_pem();
    for (name, content, renewed) in [
        (KEY, stranger.as_str(), &[KEY, CERTIFICATE][..]),
        (CERTIFICATE, "", &[KEY, CERTIFICATE]),
        (CA_KEY, &stranger, &[CA_KEY]),
        (CA, "", &[CA_KEY, CA, KEY, CERTIFICATE]),
    ] {
        for (name, text) in &before {
            fs::write(folder.join(name), text).expect("a file");
        }
        fs::write(folder.join(name), content).expect("a file");
        Rig::open(&folder, &[("tls", "self")], Parts::default()).await.end_keeping().await;
        assert_eq!(changed(&before, &texts(&folder)), renewed, "{name} was {content:?}");
    }
    fs::remove_dir_all(folder).expect("the folder was the test's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_to_clients_keeps_the_server_from_starting() {
    let folder = fresh_folder();
    let (good, its_key) = given(&folder, "good", [2026, 1, 1], [2028, 1, 1]);
    let (_, other_key) = given(&folder, "other", [2026, 1, 1], [2028, 1, 1]);
    let (ended, ended_key) = given(&folder, "ended", [2025, 1, 1], [2026, 11, 1]);
    let (coming, coming_key) = given(&folder, "coming", [2027, 1, 1], [2028, 1, 1]);
    let (nothing, store) = (folder.join("nothing"), folder.join("store.db"));
    fs::write(&nothing, "no PEM").expect("a file");
    for (certificate, key, why) in [
        (&good, &other_key, "is not the key of the certificate in"),
        (&ended, &ended_key, "the certificate ended at 2026-11-01T00:00:00Z"),
        (&coming, &coming_key, "the certificate begins only at 2027-01-01T00:00:00Z"),
        (&nothing, &its_key, "no certificate in it"),
        (&good, &nothing, "expected a private key that is not encrypted"),
        (&folder.join("absent"), &its_key, "No such file"),
        (&good, &folder.join("absent"), "No such file"),
    ] {
        let tls = format!("{},{}", certificate.display(), key.display());
        let store = format!("sqlite:{}", store.display());
        let settings = [("listen", "127.0.0.1:0"), ("store", &store), ("tls", &tls)];
        let config = Config::with(&settings).expect("settings of a test");
        let clock = Some(stopped_clock("2026-11-22T08:00:00Z"));
        let started = Server::start(config, Parts { clock, ..Parts::default() }).await;
        let error = started.err().expect("it does not start");
        assert!(error.contains(why) && error.contains('/'), "{error}");
    }
    fs::remove_dir_all(folder).expect("the folder was the test's own");
}
