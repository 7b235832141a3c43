//! The path of a request. Read this first.
//!
//! The order of the lines of [`Gateway::serve`] is what clients can see (a bad signature hides a
//! bad parameter), so it sits in one function; fixtures pin it.
//!
//! Long because each step of that function stands below it, in its order.

mod quotes;

use crate::app::App;
use crate::clock::{Moment, now_us};
use crate::faults::{FaultKind, FaultOrder};
use crate::keys::KnownKey;
use crate::nonces::nonce_mark;
use crate::policy::{denied, resources};
use crate::requests::{Trace, Word};
use crate::stages::{Stage, Watch};
use api::operations::Route;
use api::{Ask, Blank, Caller, Edition, Input, Invalid, Operation, Told};
use bytes::Bytes;
use domain::receipt::Origin;
use domain::{Assumptions, Command, Proposal, Timestamp};
use std::sync::Arc;
use store::{Fault, Settled, Verdict, World, WorldRefusal};
use subtle::ConstantTimeEq as _;
use wire::{AccessDenied, Call, Format, Head, Limits, Raw, Reject, Scheme};

/// The path of a request through the process.
#[derive(Clone, Copy)]
pub struct Gateway<'a> {
    app: &'a App,
    /// Whether others may read along although the server speaks TLS.
    overheard: bool,
}

impl App {
    /// The path of its requests.
    pub fn gateway(&self) -> Gateway<'_> {
        Gateway { app: self, overheard: false }
    }
}

/// An answer on its way out.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON or XML.
    pub format: Format,
    /// The body.
    pub body: Vec<u8>,
    /// The request's id.
    pub request: domain::RequestId,
    /// The first call's id, when this is a replay.
    pub replay_of: Option<domain::RequestId>,
    /// How long to wait before trying again, milliseconds.
    pub retry_after_ms: Option<u64>,
    /// Parameters of the call that came to nothing.
    pub ignored: Vec<&'static str>,
}

/// What an operation answered.
struct Answered {
    body: Vec<u8>,
    ignored: Vec<&'static str>,
}

/// The connection is to be cut without an answer.
#[derive(Debug)]
pub struct Cut;

/// Why a request gets no answer of its operation. Boxed where large: it is off the good path.
enum Trouble {
    /// It could not be understood or trusted, or the answer is no.
    Reject(Reject),
    /// Policies deny it.
    Denied(Reject, Box<AccessDenied>),
    /// It is to wait before it tries again.
    Throttled(u64),
    /// The store failed or is full.
    Fault(Fault),
    /// The connection is cut.
    Cut,
}

impl From<Reject> for Trouble {
    fn from(reject: Reject) -> Self {
        Self::Reject(reject)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Invalid> for Trouble {
    fn from(invalid: Invalid) -> Self {
        Self::Reject(Reject::new(invalid.status, invalid.code, invalid.message))
    }
}

/// Who calls, where, and how they are to be understood.
struct Session {
    key: Arc<KnownKey>,
    world: Arc<World>,
    edition: Edition,
    nonce_mark: u128,
}

impl Gateway<'_> {
    /// The same of a connection that is private, or that is not though it could be.
    #[must_use]
    pub fn heard(self, private: bool) -> Self {
        Self { overheard: !private && self.app.config.answer_settings().tls, ..self }
    }

    /// Answers a request, whatever it is. `Err`: the connection is to be cut.
    pub async fn answer(self, raw: Raw<'_>) -> Result<Reply, Cut> {
        let started_us = now_us();
        let moment = self.app.clock.moment();
        let mut trace = Trace::new(moment.request, moment.wall, raw.method);
        trace.watch = Watch::start(moment.seed);
        let served = self.serve(&raw, &moment, &mut trace).await;
        let reply = tell(served, &raw, &moment, &mut trace);
        trace.watch.lap(Stage::Answer);
        trace.total_us = now_us().saturating_sub(started_us);
        crate::metrics::note(&trace);
        let mut watch = trace.watch;
        self.app.requests.put(trace);
        watch.lap(Stage::Note);
        reply
    }

    async fn serve(
        self,
        raw: &Raw<'_>,
        moment: &Moment,
        trace: &mut Trace,
    ) -> Result<Answered, Trouble> {
        let call = wire::parse(raw, &self.limits())?;
        trace.note_call(&call);
        trace.watch.lap(Stage::Parse);
        let mut session = self.authenticate(&call, moment, trace).await?;
        trace.watch.lap(Stage::Verify);
        let operation = api::find(Route {
            path: call.path(),
            method: raw.method,
            version: call.version(),
            action: call.action(),
            edition: session.edition,
            signs_path: call.scheme() == Scheme::Roa1,
        })?;
        trace.operation = Some(operation);
        if operation.https_only && self.overheard {
            return Err(api::error::NEED_SSL.invalid().into());
        }
        loop {
            match self.perform(&call, raw, operation, &session, moment, trace).await {
                // Its world was removed on the way, so it is done in the next of that name, if its
                // key is known there too.
                Err(Trouble::Fault(Fault::Removed)) => {
                    let (key, world) = self.find_key(&call).ok_or_else(Reject::key_not_found)?;
                    let world = self.open(world, moment).await?;
                    session = Session { key, world, ..session };
                }
                done => return done,
            }
        }
    }

    /// What an operation comes to in the world of a session.
    async fn perform(
        self,
        call: &Call<'_>,
        raw: &Raw<'_>,
        operation: &'static Operation,
        session: &Session,
        moment: &Moment,
        trace: &mut Trace,
    ) -> Result<Answered, Trouble> {
        let (edition, caller) = (session.edition, &session.key.caller);
        self.permit(operation, edition, caller, &session.world, call)?;
        self.fail_before(&session.world, operation).await?;
        trace.watch.lap(Stage::Permit);
        let now = session.world.time(moment.wall);
        let settings = self.app.config.answer_settings();
        let input = api::check(operation, call, caller, edition, now, settings)?;
        let told = match operation.ask(&input)? {
            Ask::Change(command) => {
                let proposal = proposal(command, &input, session, moment);
                trace.watch.lap(Stage::Check);
                let settled = self.app.store.settle(&session.world, proposal).await?;
                trace.stages = Some(settled.stages);
                trace.watch.lap_settled(&settled.stages);
                self.fail_after(&settled, &session.world, operation).await?;
                match settled.verdict {
                    Verdict::Accepted(outcome) => Told::Outcome(outcome),
                    Verdict::Replayed(outcome, first) => {
                        trace.replay_of = Some(first);
                        Told::Outcome(outcome)
                    }
                    Verdict::Refused(refusal) => {
                        return Err(operation.refusal(refusal, &input).into());
                    }
                }
            }
            Ask::Look(query) => {
                trace.watch.lap(Stage::Check);
                let found = self.app.store.look(&session.world, now, query).await?;
                trace.watch.lap(Stage::Look);
                Told::Found(found)
            }
            Ask::Quote(command) => {
                let proposal = proposal(command, &input, session, moment);
                Told::Quoted(self.quote(session, now, proposal, Assumptions::default()).await?)
            }
            Ask::Price(priced) => Told::Priced(self.price(priced, call, session, moment).await?),
            Ask::Nothing => Told::Nothing,
        };
        let request_id = moment.request.text();
        let head = head(raw, &request_id, operation.product.name);
        let mut body = Vec::with_capacity(1024);
        let blank = Blank { format: call.format(), head: &head, out: &mut body };
        operation.answer(&input, told, blank)?;
        Ok(Answered { body, ignored: input.ignored() })
    }

    fn limits(self) -> Limits {
        Limits {
            parameter_bytes_max: self.app.config.parameter_bytes_max,
            parameters_max: self.app.config.parameters_max,
        }
    }

    /// The key that a call names, and its world's name.
    fn find_key<'c>(self, call: &'c Call<'_>) -> Option<(Arc<KnownKey>, &'c str)> {
        match call.scheme() {
            Scheme::Bearer => self.app.keys.find_bearer(call.bearer_token()?),
            _ => self.app.keys.find(call.access_key_id()?),
        }
    }

    /// Who speaks: time, key, token, signature, nonce, in this order.
    async fn authenticate(
        self,
        call: &Call<'_>,
        moment: &Moment,
        trace: &mut Trace,
    ) -> Result<Session, Trouble> {
        if call.scheme() == Scheme::Anonymous {
            // SOURCE: wire dossier 1.1: no operation that is served here allows it.
            return Err(Reject::missing("AccessKeyId").into());
        }
        let found = self.find_key(call);
        if let Some((_, world)) = &found {
            // Also a call that is refused below is looked for where its key belongs.
            trace.note(Word::World, [*world]);
        }
        let wall = moment.wall;
        let world_time = found.as_ref().map(|(_, world)| self.app.worlds.time(world, wall));
        if let Some(stamp) = call.stamp() {
            self.check_stamp(stamp, wall, world_time)?;
        }
        let Some((key, world)) = found else {
            return Err(match call.scheme() {
                // ASSUMED: a bearer token that is not known reads like a malformed one.
                Scheme::Bearer => Reject::token_malformed(),
                _ => Reject::key_not_found(),
            }
            .into());
        };
        check_key(call, &key, moment.wall)?;
        wire::verify(call, &key.credential)?;
        let nonce = call.nonce().map(|nonce| {
            nonce_mark(call.access_key_id().or(call.bearer_token()).unwrap_or_default(), nonce)
        });
        let first_use = |mark| self.app.nonces.first_use(mark, call.stamp(), wall);
        if nonce.is_some_and(|mark| !first_use(mark)) {
            return Err(Reject::nonce_used().into());
        }
        let world = self.open(world, moment).await?;
        let edition = key
            .edition
            .or_else(|| self.app.keys.account_edition(&world.name, key.caller.account))
            .unwrap_or(self.app.config.edition);
        trace.world_time = Some(world.time(moment.wall));
        trace.account = Some(key.caller.account);
        trace.edition = Some(edition);
        Ok(Session { key, world, edition, nonce_mark: nonce.unwrap_or_default() })
    }

    async fn open(self, world: &str, moment: &Moment) -> Result<Arc<World>, Trouble> {
        let opened = self.app.worlds.open(world, self.app.store.as_ref(), moment).await?;
        Ok(opened.map_err(too_many_worlds)?)
    }

    /// A stamp is fresh by the wall or, in a sandbox, by the world's own time.
    fn check_stamp(
        self,
        stamp: i64,
        wall: Timestamp,
        world_time: Option<Timestamp>,
    ) -> Result<(), Reject> {
        let tolerance_ms = self.app.config.stamp_tolerance.0;
        let fresh = |now: Timestamp| {
            stamp.saturating_mul(1000).abs_diff(now.ms()) <= tolerance_ms.unsigned_abs()
        };
        let by_world = self.app.config.sandbox && world_time.is_some_and(fresh);
        if fresh(wall) || by_world { Ok(()) } else { Err(Reject::stamp_expired()) }
    }

    /// Permission comes before any look at parameters and before any replay.
    fn permit(
        self,
        operation: &'static Operation,
        edition: Edition,
        caller: &Caller,
        world: &World,
        call: &Call<'_>,
    ) -> Result<(), Trouble> {
        let Some(policies) = self.app.keys.permissions(&world.name, caller) else {
            return Ok(());
        };
        if operation.open_to_all {
            return Ok(());
        }
        let action = format!("{}:{}", operation.product.ram_prefix, operation.name);
        let mut names = vec![action.as_str()];
        names.extend(operation.ram_aliases);
        let resources = resources(operation, edition, caller, call);
        let decided = policies.decide_all(&names, &resources);
        decided.map_err(|denial| {
            let (reject, detail) = denied(operation, caller, denial);
            Trouble::Denied(reject, Box::new(detail))
        })
    }

    async fn fail_before(self, world: &World, operation: &Operation) -> Result<(), Trouble> {
        let Some(fault) = self.app.faults.before(&world.name, operation.name) else {
            return Ok(());
        };
        match fault.kind {
            FaultKind::Throttle => Err(Trouble::Throttled(fault.milliseconds)),
            FaultKind::Latency => {
                tokio::time::sleep(std::time::Duration::from_millis(fault.milliseconds)).await;
                Ok(())
            }
            FaultKind::Error => Err(Trouble::Reject(ordered_error(&fault))),
            FaultKind::Unavailable => Err(Trouble::Reject(Reject::unavailable())),
            FaultKind::DropBefore | FaultKind::DropAfterCommit => Err(Trouble::Cut),
        }
    }

    /// The answer to something that was committed is lost, or late.
    async fn fail_after(
        self,
        settled: &Settled,
        world: &World,
        operation: &Operation,
    ) -> Result<(), Trouble> {
        if !matches!(settled.verdict, Verdict::Accepted(_)) {
            return Ok(());
        }
        match self.app.faults.after_commit(&world.name, operation.name) {
            Some(fault) if fault.kind == FaultKind::DropAfterCommit => Err(Trouble::Cut),
            Some(fault) => {
                tokio::time::sleep(std::time::Duration::from_millis(fault.milliseconds)).await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// An answer to a request that could not even be read.
    pub fn refuse(self, raw: Raw<'_>, reject: &Reject) -> Reply {
        let moment = self.app.clock.moment();
        let mut trace = Trace::new(moment.request, moment.wall, raw.method);
        let refused = Err(Trouble::Reject(reject.clone()));
        let reply = tell(refused, &raw, &moment, &mut trace);
        crate::metrics::note(&trace);
        self.app.requests.put(trace);
        reply.expect("a refusal is never a cut")
    }
}

/// The answer of whatever became of a request, in its format: also of one that could not be
/// parsed, if its format can be told.
fn tell(
    served: Result<Answered, Trouble>,
    raw: &Raw<'_>,
    moment: &Moment,
    trace: &mut Trace,
) -> Result<Reply, Cut> {
    let format = trace.format.unwrap_or_else(|| wire::format_of(raw));
    let mut retry_after_ms = None;
    let (reject, detail) = match served {
        Ok(Answered { body, ignored }) => {
            trace.status = 200;
            let (request, replay_of) = (moment.request, trace.replay_of);
            let reply =
                Reply { status: 200, format, body, request, replay_of, retry_after_ms, ignored };
            return Ok(reply);
        }
        Err(Trouble::Cut) => return Err(Cut),
        Err(Trouble::Reject(reject)) => (reject, None),
        Err(Trouble::Denied(reject, detail)) => (reject, Some(detail)),
        Err(Trouble::Throttled(wait_ms)) => {
            retry_after_ms = Some(wait_ms);
            (Reject::throttled_user(), None)
        }
        Err(Trouble::Fault(fault)) => {
            trace.failure = Some(fault.to_string().into());
            (fault_reject(&fault), None)
        }
    };
    let product = match trace.operation {
        Some(operation) => operation.product.name,
        None => product_name(trace.word(Word::Version)),
    };
    let request_id = moment.request.text();
    let head = head(raw, &request_id, product);
    let mut body = Vec::with_capacity(1024);
    wire::encode_reject(&reject, detail.as_deref(), format, &head, &mut body);
    trace.status = reject.status;
    trace.note(Word::Code, [&*reject.code]);
    let (status, request) = (reject.status, moment.request);
    // An outcome may be told as an error, and told again.
    let replay_of = trace.replay_of;
    let ignored = Vec::new();
    Ok(Reply { status, format, body, request, replay_of, retry_after_ms, ignored })
}

/// What every answer says about its request.
fn head<'h>(raw: &Raw<'h>, request_id: &'h [u8; 36], product: &'static str) -> Head<'h> {
    let request_id = std::str::from_utf8(request_id).expect("ASCII");
    Head { request_id, host: host(raw.headers).unwrap_or_default(), product }
}

/// The host and port that was called, if it can be told.
pub fn host(headers: &http::HeaderMap) -> Option<&str> {
    headers.get(http::header::HOST)?.to_str().ok()
}

/// Whether the key may be used, and its token is the right one.
fn check_key(call: &Call<'_>, key: &KnownKey, wall: Timestamp) -> Result<(), Reject> {
    if !key.active {
        return Err(Reject::key_inactive());
    }
    if call.scheme() == Scheme::Bearer {
        return Ok(());
    }
    match (&key.security_token, call.security_token()) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(Reject::token_missing()),
        (Some(kept), Some(given)) if kept.as_bytes().ct_eq(given.as_bytes()).into() => {
            let ended = key.expires_at.is_some_and(|end| end <= wall);
            if ended { Err(Reject::token_expired()) } else { Ok(()) }
        }
        _ => Err(Reject::token_mismatch()),
    }
}

fn proposal(command: Command, input: &Input, session: &Session, moment: &Moment) -> Proposal {
    let origin = Origin {
        account: input.caller.account,
        region: input.region(),
        token: input.token(),
        request: moment.request,
        nonce_mark: session.nonce_mark,
        received_at: moment.wall,
    };
    Proposal { wall: moment.wall, seed: moment.seed, origin: Some(origin), command }
}

fn ordered_error(fault: &FaultOrder) -> Reject {
    let internal = Reject::internal();
    let code = fault.code.clone().map_or(internal.code, Into::into);
    let message = fault.message.clone().map_or(internal.message, Into::into);
    Reject::new(fault.status.unwrap_or(internal.status), code, message)
}

/// The store's failures in the service's dialect. None of them is the caller's doing.
fn fault_reject(fault: &Fault) -> Reject {
    match fault {
        Fault::Busy
        | Fault::Unavailable(_)
        | Fault::Unknown(_)
        | Fault::Closed
        | Fault::Removed => Reject::unavailable(),
        Fault::Broken(_) => Reject::internal(),
    }
}

/// ASSUMED: the real service has no worlds; the nearest of its errors is a quota.
fn too_many_worlds(_: WorldRefusal) -> Reject {
    Reject::new(400, "QuotaExceeded.World", "There are as many worlds as there may be.")
}

/// The product of a version, for troubleshooting links; VPC when it is none of ours.
fn product_name(version: &str) -> &'static str {
    let operation = api::OPERATIONS.iter().find(|operation| operation.product.version == version);
    operation.map_or("Vpc", |operation| operation.product.name)
}

/// The body of an answer: whole, or as it comes.
pub type Body = http_body_util::Either<http_body_util::Full<Bytes>, axum::body::Body>;
