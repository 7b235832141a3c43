//! A connection of the load generator, plain or over TLS, and where it leads.

use mio::net::TcpStream;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Where connections lead, and how.
#[derive(Clone)]
pub struct Target {
    /// Who listens.
    pub address: SocketAddr,
    /// By what its certificate is judged, where TLS is spoken.
    tls: Option<Arc<ClientConfig>>,
}

impl From<SocketAddr> for Target {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

impl Target {
    /// Over TLS, to whoever this CA vouches for.
    pub fn trusting(address: SocketAddr, ca: &Path) -> Result<Self, String> {
        let said = |why: String| format!("{}: {why}", ca.display());
        let certificate = CertificateDer::from_pem_file(ca).map_err(|e| said(e.to_string()))?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate).map_err(|error| said(error.to_string()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| said(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { address, tls: Some(Arc::new(config)) })
    }

    /// Connects, and exchanges a request with what is answered first: that much of it.
    pub fn open(&self, request: &[u8], answer: &mut [u8]) -> io::Result<(Stream, usize)> {
        fn ask(
            stream: &mut (impl Read + Write),
            said: &[u8],
            into: &mut [u8],
        ) -> io::Result<usize> {
            stream.write_all(said)?;
            stream.read(into)
        }
        let mut socket = std::net::TcpStream::connect(self.address)?;
        socket.set_nodelay(true)?;
        let ready = |socket: std::net::TcpStream| {
            socket.set_nonblocking(true)?;
            Ok::<_, io::Error>(TcpStream::from_std(socket))
        };
        let Some(config) = &self.tls else {
            let filled = ask(&mut socket, request, answer)?;
            return Ok((Stream::Plain(ready(socket)?), filled));
        };
        let name = self.address.ip().into();
        let client = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(client, socket);
        let filled = ask(&mut stream, request, answer)?;
        let (client, socket) = stream.into_parts();
        Ok((Stream::Tls(Box::new(StreamOwned::new(client, ready(socket)?))), filled))
    }
}

/// An open connection.
pub enum Stream {
    /// As it is.
    Plain(TcpStream),
    /// Within TLS.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// What wakes whoever waits for it.
    pub fn socket(&mut self) -> &mut TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &mut stream.sock,
        }
    }

    /// Whether a read that does not fill its room has taken all that had come. TLS is read a few
    /// records at a time.
    pub fn reads_all(&self) -> bool {
        matches!(self, Self::Plain(_))
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
