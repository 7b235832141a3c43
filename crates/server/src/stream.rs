//! A connection as its client turns out to speak: plain, or TLS if its first byte says so.
//!
//! It is found out at the first read, by whoever waits for a request. So a client that says
//! nothing, or stops amid a handshake, is an idle connection like any other, and ends as one.

use crate::app::App;
use crate::tls::Tls;
use std::io::{self, ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::rustls::{AlertDescription, Error};
use tokio_rustls::server::TlsStream;

/// What TLS begins with: a record of a handshake. HTTP begins with a letter.
/// SOURCE: RFC 8446, section 5.1.
const HANDSHAKE: u8 = 22;

/// A record with a fatal alert, `handshake_failure`, as any version reads it.
/// SOURCE: RFC 8446, sections 5.1 and 6.
const ALERT: [u8; 7] = [21, 3, 1, 0, 2, 2, 40];

/// So much is read of a client that nobody speaks TLS with: a hello is shorter.
const HELLO_BYTES_MAX: u64 = 64 << 10;

/// A connection that was accepted.
pub struct Stream {
    coming: Coming,
    spoken: Option<Spoken>,
    /// Set once it is known that nobody else reads along.
    private: Arc<AtomicBool>,
}

/// How its client speaks.
enum Spoken {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection before that is known.
struct Coming {
    client: SocketAddr,
    app: Arc<App>,
    tls: Option<Arc<Tls>>,
    /// Until its first byte is there.
    silent: Option<TcpStream>,
    /// From then on, if it is that of TLS.
    greeting: Option<Pin<Box<dyn Future<Output = io::Result<Spoken>> + Send>>>,
}

impl Stream {
    /// Of a client that has said nothing yet.
    pub fn new(
        socket: TcpStream,
        client: SocketAddr,
        app: Arc<App>,
        tls: Option<Arc<Tls>>,
        private: Arc<AtomicBool>,
    ) -> Self {
        let coming = Coming { client, app, tls, silent: Some(socket), greeting: None };
        Self { coming, spoken: None, private }
    }

    fn spoken(&mut self, context: &mut Context<'_>) -> Poll<io::Result<&mut Spoken>> {
        Poll::Ready(Ok(match &mut self.spoken {
            Some(spoken) => spoken,
            none => {
                let spoken = ready!(self.coming.poll(context))?;
                self.private.store(matches!(spoken, Spoken::Tls(_)), Ordering::Relaxed);
                none.insert(spoken)
            }
        }))
    }
}

impl Coming {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Spoken>> {
        let mut first = [0];
        if let Some(socket) = &self.silent {
            ready!(socket.poll_peek(context, &mut ReadBuf::new(&mut first)))?;
        }
        if let Some(socket) = self.silent.take() {
            if first != [HANDSHAKE] {
                return Poll::Ready(Ok(Spoken::Plain(socket)));
            }
            let (app, tls) = (Arc::clone(&self.app), self.tls.clone());
            self.greeting = Some(Box::pin(greet(socket, self.client, app, tls)));
        }
        let Some(greeting) = &mut self.greeting else {
            return Poll::Ready(Err(ErrorKind::NotConnected.into()));
        };
        let greeted = ready!(greeting.as_mut().poll(context));
        self.greeting = None;
        Poll::Ready(greeted)
    }
}

/// Shakes hands with a client that wants TLS; or tells it, and the log, that there is none.
async fn greet(
    mut socket: TcpStream,
    client: SocketAddr,
    app: Arc<App>,
    tls: Option<Arc<Tls>>,
) -> io::Result<Spoken> {
    let log = |what: &str| app.requests.put_refused(app.clock.wall(), client, what);
    let Some(tls) = tls else {
        log("asked for TLS, which is off here: call http://, or serve with --tls");
        turn_away(&mut socket).await?;
        return Err(ErrorKind::Unsupported.into());
    };
    match tls.acceptor().accept(socket).await {
        Ok(stream) => Ok(Spoken::Tls(Box::new(stream))),
        Err(error) => {
            // Who only looks whether anybody listens, or goes away, says nothing of interest.
            if let Some(why) = error.get_ref().and_then(|why| why.downcast_ref::<Error>()) {
                log(&told(why));
            }
            Err(error)
        }
    }
}

/// Why a handshake failed.
fn told(why: &Error) -> String {
    use AlertDescription::{BadCertificate, CertificateUnknown, UnknownCA};
    match why {
        Error::AlertReceived(BadCertificate | CertificateUnknown | UnknownCA) => {
            format!("does not trust the TLS certificate: {why} (see crossconnect env --tls-ca)")
        }
        why => format!("TLS handshake: {why}"),
    }
}

/// Says in TLS that there is none. What a connection that ends has not read would take the alert
/// with it, so whatever comes is read until the client ends too.
async fn turn_away(socket: &mut TcpStream) -> io::Result<()> {
    socket.write_all(&ALERT).await?;
    socket.shutdown().await?;
    tokio::io::copy(&mut socket.take(HELLO_BYTES_MAX), &mut tokio::io::sink()).await?;
    Ok(())
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match ready!(self.spoken(context))? {
            Spoken::Plain(socket) => Pin::new(socket).poll_read(context, into),
            Spoken::Tls(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match ready!(self.spoken(context))? {
            Spoken::Plain(socket) => Pin::new(socket).poll_write(context, bytes),
            Spoken::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match ready!(self.spoken(context))? {
            Spoken::Plain(socket) => Pin::new(socket).poll_write_vectored(context, pieces),
            Spoken::Tls(stream) => Pin::new(stream).poll_write_vectored(context, pieces),
        }
    }

    /// Both can.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match ready!(self.spoken(context))? {
            Spoken::Plain(socket) => Pin::new(socket).poll_flush(context),
            Spoken::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match ready!(self.spoken(context))? {
            Spoken::Plain(socket) => Pin::new(socket).poll_shutdown(context),
            Spoken::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
