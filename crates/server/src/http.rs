//! The listener: raw bytes in, raw bytes out. One `match` sends our own paths to the control
//! router and every other path to the gateway.

use crate::app::App;
use crate::control::ControlError;
use crate::gateway::{Body, Cut, Reply};
use crate::stream::Stream;
use crate::tls::Tls;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, EXPECT, HOST, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use wire::{Raw, Reject};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
static RETRY_AFTER: HeaderName = HeaderName::from_static("x-acs-retry-after");
static REPLAYED: HeaderName = HeaderName::from_static("x-crossconnect-replayed");
static IGNORED: HeaderName = HeaderName::from_static("x-crossconnect-ignored");
static FIRST_REQUEST: HeaderName = HeaderName::from_static("x-crossconnect-first-request-id");

/// Serves until `stop` resolves, then finishes what is in flight.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    app: Arc<App>,
    control: axum::Router,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(app.config.connections_max));
    let builder = builder(&app);
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let Ok(place) = (tokio::select! {
            place = place => place,
            () = &mut stop => break,
        }) else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        // Out of file handles, most likely: let some come back.
        let Ok((socket, client)) = accepted else {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            continue;
        };
        // Answers are one small write each; waiting to fill a packet only delays them.
        let _ = socket.set_nodelay(true);
        let peer = Peer::new(client, Arc::clone(&app), control.clone());
        let private = Arc::clone(&peer.private);
        let stream = Stream::new(socket, client, Arc::clone(&app), tls.clone(), private);
        let ours = Arc::clone(&peer);
        let service = hyper::service::service_fn(move |request| {
            let peer = Arc::clone(&ours);
            async move { answer(request, &peer).await }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            peer.keep(connection).await;
            drop(place);
        });
    }
    drop(listener);
    app.events.close();
    let _ = tokio::time::timeout(app.config.stop_timeout.duration(), graceful.shutdown()).await;
}

/// Serves one connection of any kind until it ends: for checks that do without sockets.
pub async fn serve_connection<C>(connection: C, app: Arc<App>, control: axum::Router)
where
    C: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let builder = builder(&app);
    let peer = Peer::new(SocketAddr::from(([127, 0, 0, 1], 0)), app, control);
    let ours = Arc::clone(&peer);
    let service = hyper::service::service_fn(move |request| {
        let peer = Arc::clone(&ours);
        async move { answer(request, &peer).await }
    });
    peer.keep(builder.serve_connection(TokioIo::new(connection), service)).await;
}

/// Whoever is at the other end of a connection. One for each, since all connections counting
/// references to one gateway would have every core wait for that one number.
struct Peer {
    address: SocketAddr,
    app: Arc<App>,
    control: axum::Router,
    /// Whether it speaks TLS, once that is known: before its first request is.
    private: Arc<AtomicBool>,
    /// How many requests have begun.
    begun: AtomicU64,
    /// How many have ended.
    ended: AtomicU64,
}

impl Peer {
    fn new(address: SocketAddr, app: Arc<App>, control: axum::Router) -> Arc<Self> {
        let (begun, ended) = (AtomicU64::new(0), AtomicU64::new(0));
        let private = Arc::default();
        Arc::new(Self { address, app, control, private, begun, ended })
    }

    /// Serves a connection until it ends. One on which nothing is under way and nothing comes to
    /// a request for as long as the idle timeout loses its place to others; it is looked at now
    /// and then, since a timer a request costs more than reading its head.
    async fn keep(&self, connection: impl Future) {
        const LOOKS: u32 = 4;
        let look_every = self.app.config.idle_timeout.duration() / LOOKS;
        let mut connection = std::pin::pin!(connection);
        let (mut seen, mut silent) = (0, 0);
        while silent <= LOOKS {
            tokio::select! {
                biased;
                // A client that goes away, sends nonsense or is cut off on purpose: its own affair.
                _ = &mut connection => return,
                () = tokio::time::sleep(look_every) => {}
            }
            let begun = self.begun.load(Ordering::Relaxed);
            let idle = begun == seen && begun == self.ended.load(Ordering::Relaxed);
            silent = if idle { silent + 1 } else { 0 };
            seen = begun;
        }
    }
}

fn builder(app: &App) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // An answer is one small write. Never hyper's `pipeline_flush`: it holds answers back for as
    // long as anything lies unread behind the request, be it only the end of a line.
    builder.http1().header_read_timeout(None).writev(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(app.config.idle_timeout.duration()))
        .max_concurrent_streams(256);
    builder
}

/// A request under way; ended when it is let go, whatever became of it.
struct UnderWay(Arc<Peer>);

impl UnderWay {
    fn begin(peer: &Arc<Peer>) -> Self {
        peer.begun.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(peer))
    }

    /// An answer whose end nobody knows is under way for as long as it goes on.
    fn goes_on(self, response: Response<Body>) -> Response<Body> {
        use hyper::body::Body as _;
        match response.into_parts() {
            (head, Body::Right(body)) if body.size_hint().exact().is_none() => {
                let going_on = body.map_frame(move |frame| {
                    let _ = &self;
                    frame
                });
                Response::from_parts(head, Body::Right(axum::body::Body::new(going_on)))
            }
            (head, body) => Response::from_parts(head, body),
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

async fn answer(mut request: Request<Incoming>, peer: &Arc<Peer>) -> Result<Response<Body>, Cut> {
    let under_way = UnderWay::begin(peer);
    let app = peer.app.as_ref();
    let named = check_host(&request);
    name_host(&mut request);
    if is_ours(request.uri().path()) {
        return Ok(match named {
            Ok(()) => under_way.goes_on(ask_control(request, peer).await),
            Err(reject) => ControlError::bad(reject.message).into_response().map(Body::Right),
        });
    }
    let (parts, body) = request.into_parts();
    let waits = parts.headers.contains_key(EXPECT);
    let mut gathered = Gathered::default();
    let failure = read_body(body, waits, app, &mut gathered).await.and(named).err();
    // What came of a body that is refused may still say how it is to be answered.
    let body = gathered.whole();
    let raw = Raw {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &body,
    };
    match failure {
        None => {
            let private = peer.private.load(Ordering::Relaxed);
            app.gateway().heard(private).answer(raw).await.map(respond)
        }
        Some(reject) => {
            let mut response = respond(app.gateway().refuse(raw, &reject));
            // What is left of the body must not be taken for another request.
            let close = HeaderValue::from_static("close");
            if parts.version < Version::HTTP_2 {
                response.headers_mut().insert(http::header::CONNECTION, close);
            }
            Ok(response)
        }
    }
}

/// So much of a body that is too long is read and let fall.
const REST_BYTES_MAX: usize = 64 << 20;

/// The whole body, within its limits of length and time. A client that waits to be told to go on
/// is not asked for a body that is too long.
async fn read_body(
    mut body: Incoming,
    waits: bool,
    app: &App,
    gathered: &mut Gathered,
) -> Result<(), Reject> {
    use hyper::body::Body as _;
    if body.is_end_stream() {
        return Ok(());
    }
    let length_max = app.config.body_bytes_max;
    if waits && usize::try_from(body.size_hint().lower()).is_ok_and(|length| length > length_max) {
        return Err(Reject::body_too_large());
    }
    let timeout = app.config.read_timeout.duration();
    match within(timeout, gathered.fill(&mut body, length_max)).await {
        Some(Ok(true)) => Ok(()),
        Some(Ok(false)) => {
            // A client that is still writing would lose the answer with a connection that ends:
            // the rest is read, for as long as a body may take, and let fall. One that never ends
            // would have a processor to itself meanwhile, so it is not read for ever.
            let rest = async {
                let mut length = 0;
                while let Some(Ok(frame)) = body.frame().await
                    && length < REST_BYTES_MAX
                {
                    length += frame.data_ref().map_or(0, Bytes::len);
                }
            };
            let _ = tokio::time::timeout(timeout, rest).await;
            Err(Reject::body_too_large())
        }
        Some(Err(_)) => Err(Reject::parameter_format()),
        None => Err(Reject::too_slow()),
    }
}

/// What comes of a future if it ends in time. A body has mostly come with its head and is handed
/// over at the next turn, so a timer is set only for what is not there by then.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut turns = 0;
    let early = std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        turns += 1;
        if turns > 1 {
            return Poll::Ready(None);
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    match early.await {
        Some(output) => Some(output),
        None => tokio::time::timeout(limit, future).await.ok(),
    }
}

/// A body's bytes: those of its one frame as they are, or all of its frames in a row.
#[derive(Default)]
struct Gathered {
    first: Bytes,
    all: Vec<u8>,
}

impl Gathered {
    /// Takes in a body to its end. `false` when that would be too much.
    async fn fill(&mut self, body: &mut Incoming, length_max: usize) -> Result<bool, hyper::Error> {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            let room = length_max - self.first.len().max(self.all.len());
            let fits = data.len() <= room;
            let data = data.slice(..data.len().min(room));
            if self.first.is_empty() {
                self.first = data;
            } else {
                if self.all.is_empty() {
                    self.all.extend_from_slice(&self.first);
                }
                self.all.extend_from_slice(&data);
            }
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn whole(self) -> Bytes {
        if self.all.is_empty() { self.first } else { Bytes::from(self.all) }
    }
}

/// Paths that are ours and not the service's.
fn is_ours(path: &str) -> bool {
    path.starts_with("/control/")
        || path.starts_with("/meta/")
        || matches!(path, "/healthz" | "/readyz" | "/metrics" | "/openapi.json")
}

/// Whoever speaks HTTP/1.1 names the host that is meant, once; HTTP/1.0 need not, and HTTP/2 has a
/// field of its own for it.
///
/// SOURCE: RFC 9112, section 3.2, which asks for 400. ASSUMED: the codes.
fn check_host<B>(request: &Request<B>) -> Result<(), Reject> {
    if request.version() != Version::HTTP_11 {
        return Ok(());
    }
    match request.headers().get_all(HOST).iter().count() {
        0 => Err(Reject::missing("Host")),
        1 => Ok(()),
        _ => Err(Reject::parameter_format()),
    }
}

/// HTTP/2 names the host in a field of its own: all behind this look for the header alone.
fn name_host<B>(request: &mut Request<B>) {
    let authority = request.uri().authority();
    if let Some(Ok(host)) = authority.map(|host| HeaderValue::from_str(host.as_str())) {
        request.headers_mut().entry(HOST).or_insert(host);
    }
}

async fn ask_control(request: Request<Incoming>, peer: &Peer) -> Response<Body> {
    let mut request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(peer.address);
    // On its own: a caller that goes away leaves no clock half moved whose turn another takes.
    let answered = tokio::spawn(peer.control.clone().oneshot(request)).await;
    let answered: Result<_, Infallible> = answered.unwrap_or_else(|broken| {
        // What breaks takes its connection with it, as any other request's does.
        std::panic::resume_unwind(broken.into_panic())
    });
    answered.unwrap_or_else(|never| match never {}).map(Body::Right)
}

/// SOURCE: wire dossier 3.1, the headers that clients look at.
fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::Left(Full::new(Bytes::from(reply.body))));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.reserve(5);
    let id = |id: domain::RequestId| HeaderValue::from_bytes(&id.text()).expect("a UUID");
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(wire::content_type(reply.format)));
    headers.insert(REQUEST_ID.clone(), id(reply.request));
    headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(http::header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    if let Some(wait_ms) = reply.retry_after_ms {
        headers.insert(RETRY_AFTER.clone(), HeaderValue::from(wait_ms));
    }
    if let Some(first) = reply.replay_of {
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
        headers.insert(FIRST_REQUEST.clone(), id(first));
    }
    if !reply.ignored.is_empty() {
        let names = HeaderValue::from_str(&reply.ignored.join(", "));
        headers.insert(IGNORED.clone(), names.expect("names of parameters are plain"));
    }
    response
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut off on purpose")
    }
}

impl std::error::Error for Cut {}
