//! What a server that speaks TLS shows to its clients: a certificate and its key, read at the start
//! and again when the operator says so. How a connection turns out to be TLS is in `stream.rs`.

mod own;

use crate::clock::Clock;
use crate::config::{Config, TlsMode};
use domain::Timestamp;
use own::Own;
use parking_lot::RwLock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::verify_server_cert_signed_by_trust_anchor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{CertificateError, Error, RootCertStore, ServerConfig};

/// What a server that speaks TLS shows to its clients.
pub struct Tls {
    source: Source,
    shown: RwLock<Arc<ServerConfig>>,
}

/// Where its certificate comes from.
enum Source {
    /// It is made here.
    Own(Own),
    /// It is the operator's.
    Given(Files),
}

/// A certificate, and behind it those that lead to its CA; and its key. Both in PEM.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Tls {
    /// What the settings ask for; `None` where TLS is off.
    pub fn open(config: &Config, wall: Timestamp) -> Result<Option<Self>, String> {
        if !config.tls_name.0.is_empty() && config.tls != TlsMode::Own {
            eprintln!("crossconnect: only --tls self takes names, so --tls-name is ignored");
        }
        let source = match &config.tls {
            TlsMode::Off => return Ok(None),
            TlsMode::Own => Source::Own(Own::of(config)),
            TlsMode::Given { certificate, key } => {
                Source::Given(Files { certificate: certificate.clone(), key: key.clone() })
            }
        };
        let shown = RwLock::new(source.read(wall)?);
        Ok(Some(Self { source, shown }))
    }

    /// Shows what its files hold now. Where they cannot be shown, what was shown before stays.
    pub fn reload(&self, wall: Timestamp) -> Result<(), String> {
        let read = self.source.read(wall)?;
        *self.shown.write() = read;
        Ok(())
    }

    /// Shakes hands with a client by what is shown now.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.shown.read()))
    }

    /// The certificate of the CA that was made here, if one was.
    pub fn own_ca(&self) -> Option<PathBuf> {
        match &self.source {
            Source::Own(own) => Some(own.ca()),
            Source::Given(_) => None,
        }
    }

    /// Reloads whenever the operator says so; and each day what is made here, so that it is renewed
    /// under a server that is never started anew.
    pub async fn keep_fresh(&self, clock: &Clock, mut hangup: Signal) {
        const DAY: Duration = Duration::from_hours(24);
        loop {
            let told = tokio::select! {
                told = hangup.recv() => told.is_some(),
                () = tokio::time::sleep(DAY) => false,
            };
            if !told && self.own_ca().is_none() {
                continue;
            }
            match self.reload(clock.wall()) {
                Ok(()) if told => eprintln!("crossconnect: the TLS certificate was read again"),
                Ok(()) => {}
                Err(why) => eprintln!("crossconnect: {why}; the one from before stays in use"),
            }
        }
    }
}

impl Source {
    fn read(&self, wall: Timestamp) -> Result<Arc<ServerConfig>, String> {
        match self {
            Self::Own(own) => {
                own.renew(wall)?;
                own.files().read(wall)
            }
            Self::Given(files) => files.read(wall),
        }
    }
}

impl Files {
    /// Everything that is needed to show them at that time; or why they cannot be shown.
    fn read(&self, wall: Timestamp) -> Result<Arc<ServerConfig>, String> {
        let (certificate, key) = (self.certificate.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| unread(&self.certificate, &error, "a certificate"))?;
        let first = chain.first().ok_or_else(|| format!("{certificate}: no certificate in it"))?;
        check_dates(first, wall).map_err(|why| format!("{certificate}: {why}"))?;
        let private = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| unread(&self.key, &error, "a private key that is not encrypted"))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has what TLS 1.2 and 1.3 need")
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(|error| match error {
                Error::InconsistentKeys(_) => {
                    format!("{key} is not the key of the certificate in {certificate}")
                }
                error => format!("{certificate} with {key}: {error}"),
            })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn provider() -> CryptoProvider {
    ring::default_provider()
}

/// Why nothing was read from a file in PEM.
fn unread(path: &Path, error: &pem::Error, wanted: &str) -> String {
    let path = path.display();
    match error {
        pem::Error::Io(error) => format!("{path}: {error}"),
        pem::Error::NoItemsFound => format!("{path}: expected {wanted}, in PEM"),
        error => format!("{path}: {error}"),
    }
}

/// Why a certificate is not valid at that time, if it is not.
fn check_dates(certificate: &CertificateDer<'_>, at: Timestamp) -> Result<(), String> {
    let date = |at: UnixTime| {
        Timestamp::from_ms(i64::try_from(at.as_secs()).unwrap_or(i64::MAX).saturating_mul(1000))
    };
    // Nobody is trusted, so there is no way to a CA; what is wrong with the dates is said before.
    match is_signed(certificate, &RootCertStore::empty(), at) {
        Err(Error::InvalidCertificate(error)) => match error {
            CertificateError::ExpiredContext { not_after, .. } => {
                Err(format!("the certificate ended at {}", date(not_after)))
            }
            CertificateError::NotValidYetContext { not_before, .. } => {
                Err(format!("the certificate begins only at {}", date(not_before)))
            }
            CertificateError::Expired => Err("the certificate ends before it begins".into()),
            CertificateError::BadEncoding => Err("the certificate cannot be read".into()),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether a client that trusts these CAs takes it for a server's at that time, whatever its name.
fn is_signed(
    certificate: &CertificateDer<'_>,
    roots: &RootCertStore,
    at: Timestamp,
) -> Result<(), Error> {
    let algorithms = provider().signature_verification_algorithms.all;
    let since = Duration::from_secs(u64::try_from(at.seconds()).unwrap_or(0));
    let at = UnixTime::since_unix_epoch(since);
    let certificate = ParsedCertificate::try_from(certificate)?;
    verify_server_cert_signed_by_trust_anchor(&certificate, roots, &[], at, algorithms)
}
