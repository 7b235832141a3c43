//! `--tls self`: a CA of this server's own and a certificate signed by it, in files beside the
//! store's. `docs/decisions/0015-a-ca-of-our-own.md` says why they are as they are.

use super::{Files, check_dates, is_signed};
use crate::config::{Config, StoreUrl};
use domain::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::server::ParsedCertificate;

/// How long a CA lasts, days.
const CA_DAYS: i64 = 3650;
/// How long a certificate lasts, days: clients are known to refuse more than 398.
const CERTIFICATE_DAYS: i64 = 397;
/// What ends sooner than this is made anew, days.
const LEAD_DAYS: i64 = 30;
/// Clients whose clocks are slow take what has just been made, days.
const SLOW_DAYS: i64 = 1;

const DAY_MS: i64 = 86_400_000;

/// The files of a CA and its certificate, and the names that are wanted of it.
pub struct Own {
    folder: PathBuf,
    names: Vec<ServerName<'static>>,
}

impl Own {
    /// Beside the store's file, for every name by which this server may be called.
    pub fn of(config: &Config) -> Self {
        let StoreUrl::Sqlite(store) = &config.store;
        let folder = store.parent().unwrap_or(Path::new("")).to_owned();
        let host = config.listen.rsplit_once(':').map_or("", |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        // Nobody calls at "any address".
        let host = Some(host).filter(|host| !is_unspecified(host));
        let texts = ["localhost", "127.0.0.1", "::1"].into_iter().chain(host);
        // What is no name is told by whoever listens there.
        let usual = texts.filter_map(|text| ServerName::try_from(text.to_owned()).ok());
        let mut names = Vec::new();
        for name in usual.chain(config.tls_name.0.iter().cloned()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self { folder, names }
    }

    /// The CA's certificate, which clients are to trust.
    pub fn ca(&self) -> PathBuf {
        self.folder.join("crossconnect-ca.pem")
    }

    /// The certificate and its key.
    pub fn files(&self) -> Files {
        let file = |name| self.folder.join(name);
        Files { certificate: file("crossconnect-tls.pem"), key: file("crossconnect-tls.key") }
    }

    fn ca_key(&self) -> PathBuf {
        self.folder.join("crossconnect-ca.key")
    }

    /// Sees to it that the files will do for another month. As much as will do is kept, the CA
    /// above all: clients trust it already.
    pub fn renew(&self, wall: Timestamp) -> Result<(), String> {
        let until = wall.plus_ms(LEAD_DAYS * DAY_MS);
        if self.will_do(until) {
            return Ok(());
        }
        let known = self.kept_ca_key()?;
        if let Some(key) = &known {
            self.issue(key, wall)?;
            if self.will_do(until) {
                return Ok(());
            }
            let ca = self.ca();
            eprintln!("crossconnect: {} is made anew: clients must trust it anew", ca.display());
        }
        self.issue(&self.make_ca(wall)?, wall)
    }

    /// Whether a client that trusts the CA is content at that time, by every name.
    fn will_do(&self, at: Timestamp) -> bool {
        let files = self.files();
        let read = |path: &Path| CertificateDer::from_pem_file(path);
        let (Ok(ca), Ok(certificate)) = (read(&self.ca()), read(&files.certificate)) else {
            return false;
        };
        let mut roots = RootCertStore::empty();
        let named = |name| {
            let parsed = ParsedCertificate::try_from(&certificate);
            parsed.is_ok_and(|parsed| verify_server_name(&parsed, name).is_ok())
        };
        check_dates(&ca, at).is_ok()
            && roots.add(ca).is_ok()
            && is_signed(&certificate, &roots, at).is_ok()
            && self.names.iter().all(named)
            && files.read(at).is_ok()
    }

    fn kept_ca_key(&self) -> Result<Option<KeyPair>, String> {
        let path = self.ca_key();
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| format!("{}: {error}", path.display()))?,
        };
        let key = KeyPair::from_pem(&text);
        // Whoever has put something else there is not to lose it.
        key.map(Some).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Makes a CA, whose key is returned.
    fn make_ca(&self, wall: Timestamp) -> Result<KeyPair, String> {
        let key = KeyPair::generate().map_err(told)?;
        let mut ca = ca_of(&key);
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.name_constraints = Some(NameConstraints {
            permitted_subtrees: self.names.iter().map(subtree).collect(),
            excluded_subtrees: Vec::new(),
        });
        last(&mut ca, wall, CA_DAYS);
        let certificate = ca.self_signed(&key).map_err(told)?;
        put(&self.ca_key(), &key.serialize_pem(), 0o600)?;
        put(&self.ca(), &certificate.pem(), 0o644)?;
        Ok(key)
    }

    /// Makes a certificate with a key of its own, signed by the CA of that key.
    fn issue(&self, ca_key: &KeyPair, wall: Timestamp) -> Result<(), String> {
        let names: Vec<String> = self.names.iter().map(|name| name.to_str().into()).collect();
        let mut server = CertificateParams::new(names).map_err(told)?;
        server.distinguished_name.push(DnType::CommonName, "crossconnect");
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        last(&mut server, wall, CERTIFICATE_DAYS);
        let key = KeyPair::generate().map_err(told)?;
        let ca = ca_of(ca_key);
        let certificate =
            server.signed_by(&key, &Issuer::from_params(&ca, ca_key)).map_err(told)?;
        let files = self.files();
        put(&files.key, &key.serialize_pem(), 0o600)?;
        put(&files.certificate, &certificate.pem(), 0o644)
    }
}

fn is_unspecified(host: &str) -> bool {
    host.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified())
}

/// What every certificate that a CA signs tells of it. Its name follows from its key, so that two
/// of them are never taken for one another, and the key alone is enough to sign.
fn ca_of(key: &KeyPair) -> CertificateParams {
    let mark = key.public_key_raw().last_chunk().copied().map_or(0, u32::from_be_bytes);
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, format!("crossconnect CA {mark:08X}"));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    ca
}

/// A name for which the CA may sign.
fn subtree(name: &ServerName<'_>) -> GeneralSubtree {
    let text = name.to_str();
    match text.parse() {
        Ok(IpAddr::V4(ip)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(ip.octets(), 32))
        }
        Ok(IpAddr::V6(ip)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(ip.octets(), 128))
        }
        Err(_) => GeneralSubtree::DnsName(text.into()),
    }
}

/// Has a certificate last so many days from now on.
fn last(certificate: &mut CertificateParams, wall: Timestamp, days: i64) {
    let after = |days: i64| {
        let at = wall.plus_ms(days * DAY_MS).seconds();
        let since = Duration::from_secs(u64::try_from(at).unwrap_or(0));
        rcgen::date_time_ymd(1970, 1, 1) + since
    };
    certificate.not_before = after(-SLOW_DAYS);
    certificate.not_after = after(days);
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn told(error: rcgen::Error) -> String {
    format!("no certificate could be made: {error}")
}

/// Puts a file in its place whole: whoever reads it meanwhile reads the old one or the new one.
fn put(path: &Path, text: &str, mode: u32) -> Result<(), String> {
    let fresh = path.with_extension("new");
    let put = || {
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    put().map_err(|error| format!("{}: {error}", path.display()))
}
