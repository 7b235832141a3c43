//! The program itself: what it says of TLS, what it does on SIGHUP, and what `env` prints.

use super::files::given;
use super::{shake, trusting};
use crate::rig::{audit, fresh_folder, run};
use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use tokio::io::AsyncWriteExt as _;

/// The program as a process of its own, which does not outlive the test.
struct Program {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
    /// What it printed once it was ready.
    ready: String,
}

impl Program {
    /// Serves a sandbox in a folder until it is told to end.
    fn serve(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_crossconnect"))
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program is built");
        let said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut ready = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut ready).expect("it speaks");
        Self { child, said, ready: ready.trim().to_owned() }
    }

    fn address(&self) -> SocketAddr {
        let (_, address) = self.ready.split_once("://").expect("a URL");
        address.parse().expect("an address")
    }

    /// Waits for a line on stderr that has these words in it.
    fn wait_for(&mut self, words: &str) -> String {
        let mut lines = self.said.by_ref().map(|line| line.expect("text"));
        lines.find(|line| line.contains(words)).unwrap_or_else(|| panic!("never said: {words}"))
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args([name, &pid]).status().expect("kill is there");
        assert!(told.success());
    }

    fn end(mut self, folder: &Path) {
        self.signal("-TERM");
        assert!(self.child.wait().expect("a child of ours").success());
        audit(&folder.join("crossconnect.db"));
        fs::remove_dir_all(folder).expect("the folder was the test's own");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the certificate that is shown there is the one in the file.
async fn shows(address: SocketAddr, certificate: &Path) -> bool {
    let client = trusting(certificate, &[]);
    let Ok(mut stream) = shake(&client, address, "127.0.0.1").await else { return false };
    stream.shutdown().await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_how_to_trust_it_and_who_does_not() {
    let folder = fresh_folder();
    let mut program = Program::serve(&folder, &["--tls", "self"]);
    assert!(program.ready.starts_with("crossconnect ready https://127.0.0.1:"));
    let ca = folder.join("crossconnect-ca.pem");
    let whole = ca.canonicalize().expect("it is made").display().to_string();
    for variable in ["SSL_CERT_FILE=", "ALIBABA_CLOUD_CA_BUNDLE=", "NODE_EXTRA_CA_CERTS="] {
        let line = program.wait_for(variable);
        assert!(line.contains(&whole), "{line}");
    }
    assert!(program.wait_for("keytool -importcert").contains(&whole));
    let command = program.wait_for("crossconnect env");
    assert!(command.contains(&format!("--address {} --tls-ca", program.address())), "{command}");
    assert!(shows(program.address(), &ca).await);
    let (stranger, _) = given(&folder, "stranger", [2025, 1, 1], [2035, 1, 1]);
    assert!(!shows(program.address(), &stranger).await);
    let line = program.wait_for("does not trust");
    assert!(line.contains("127.0.0.1:") && line.contains("--tls-ca"), "{line}");
    program.end(&folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_a_hello_gets_an_alert_and_a_line_in_the_log() {
    for form in ["text", "json"] {
        let folder = fresh_folder();
        let (stranger, _) = given(&folder, "stranger", [2025, 1, 1], [2035, 1, 1]);
        let mut program = Program::serve(&folder, &["--log", form]);
        let address = program.address();
        let error = shake(&trusting(&stranger, &[]), address, "127.0.0.1").await;
        let error = error.expect_err("nobody speaks TLS").to_string();
        assert!(error.contains("HandshakeFailure"), "{error}");
        let line = program.wait_for("asked for TLS, which is off here");
        assert!(line.contains("127.0.0.1:") && line.contains("--tls"), "{line}");
        assert_eq!(line.starts_with('{'), form == "json", "{line}");
        ureq::get(format!("http://{address}/healthz")).call().expect("plain HTTP is spoken");
        program.end(&folder);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_has_the_files_read_again_and_what_is_wrong_with_them_changes_nothing() {
    let folder = fresh_folder();
    let (certificate, key) = given(&folder, "served", [2025, 1, 1], [2035, 1, 1]);
    let (next, next_key) = given(&folder, "next", [2025, 1, 1], [2035, 1, 1]);
    let (ended, _) = given(&folder, "ended", [2020, 1, 1], [2021, 1, 1]);
    let (other, _) = given(&folder, "other", [2025, 1, 1], [2035, 1, 1]);
    let first = folder.join("first.pem");
    fs::copy(&certificate, &first).expect("a file");
    let mut program = Program::serve(&folder, &["--tls", "served.pem,served.key"]);
    let address = program.address();
    assert!(shows(address, &first).await);
    fs::copy(&next, &certificate).expect("a file");
    fs::copy(&next_key, &key).expect("a file");
    assert!(shows(address, &first).await, "nobody has asked for another");
    program.signal("-HUP");
    program.wait_for("the TLS certificate was read again");
    assert!(shows(address, &next).await && !shows(address, &first).await);
    for (wrong, why) in [(&other, "is not the key of"), (&ended, "ended at 2021-01-01T00:00:00Z")] {
        fs::copy(wrong, &certificate).expect("a file");
        program.signal("-HUP");
        let line = program.wait_for(why);
        assert!(line.contains("served.pem") && line.contains("stays in use"), "{line}");
        assert!(shows(address, &next).await);
    }
    program.end(&folder);
}

#[test]
fn a_server_that_cannot_show_its_certificate_says_why_and_fails() {
    let folder = fresh_folder();
    let (certificate, _) = given(&folder, "a", [2025, 1, 1], [2035, 1, 1]);
    let (_, key) = given(&folder, "b", [2025, 1, 1], [2035, 1, 1]);
    let tls = format!("{},{}", certificate.display(), key.display());
    let store = format!("sqlite:{}", folder.join("crossconnect.db").display());
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--store", &store, "--tls", &tls]);
    let why = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{why}");
    assert!(why.contains("is not the key of the certificate in"), "{why}");
    assert!(output.stdout.is_empty());
    fs::remove_dir_all(folder).expect("the folder was the test's own");
}

fn printed(arguments: &[&str]) -> String {
    let output = run(&[&["env"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn env_prints_what_each_client_needs_for_https() {
    let folder = fresh_folder();
    let (ca, _) = given(&folder, "ca", [2025, 1, 1], [2035, 1, 1]);
    let ca = ca.canonicalize().expect("a file").display().to_string();
    let set = |name: &str| format!("{name}='{ca}'");
    let pricing = "export ALIBABA_CLOUD_PRICING_ENDPOINT='localhost:443'";
    let keytool = format!("keytool -importcert -noprompt -alias crossconnect -file '{ca}'");
    for (client, needed, not_needed) in [
        (None, vec![pricing.into(), format!("export {}", set("SSL_CERT_FILE"))], "{"),
        (None, vec![set("ALIBABA_CLOUD_CA_BUNDLE"), set("NODE_EXTRA_CA_CERTS")], "{"),
        (Some("cli"), vec![pricing.into(), set("export SSL_CERT_FILE")], "--insecure"),
        (Some("terraform"), vec![r#"= "HTTPS""#.into(), set("SSL_CERT_FILE")], "{own"),
        (Some("python"), vec![r#"protocol="https""#.into(), format!("ca=\"{ca}\"")], "{own"),
        (Some("python"), vec![set("ALIBABA_CLOUD_CA_BUNDLE")], "{own"),
        (Some("node"), vec!["protocol: 'https'".into(), set("NODE_EXTRA_CA_CERTS")], "{own"),
        (Some("go"), vec![r#"Scheme = "HTTPS""#.into(), set("SSL_CERT_FILE")], "{own"),
        (Some("java"), vec!["ProtocolType.HTTPS".into(), "trustStore=".into()], "{own"),
        (Some("java"), vec![keytool, "trustStorePassword=changeit".into()], "{trust"),
    ] {
        let client: Vec<&str> = client.into_iter().collect();
        let https = [&client[..], &["--address", "localhost:443", "--tls-ca", &ca]].concat();
        let text = printed(&https);
        for words in needed {
            assert!(text.contains(&words), "{words} is not in {text}");
        }
        assert!(!text.contains(not_needed), "{text}");
        // Who trusts the server's CA anyway is told of https alone; who calls http of neither.
        let known = printed(&[&client[..], &["--address", "https://localhost:443"]].concat());
        assert!(!known.contains("CA") && !known.contains("SSL_CERT") && !known.contains("keytool"));
        let plain = printed(&[&client[..], &["--address", "localhost:443"]].concat());
        assert!(!plain.contains("https") && !plain.contains("HTTPS") && !plain.contains("PRICING"));
    }
    let missing = run(&["env", "--tls-ca", "/nowhere/ca.pem"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere/ca.pem: No such file"));
    fs::remove_dir_all(folder).expect("the folder was the test's own");
}
