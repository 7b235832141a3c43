//! The load generator: one thread that waits on epoll and sends requests made beforehand, a
//! connection always one. It checks every answer.
//!
//! A closed loop: percentiles carry no correction for coordinated omission.

use super::proc::{self, Usage};
use super::stream::{Stream, Target};
use memchr::memmem;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Read, Write};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Requests, ready to be written to a socket.
#[derive(Default)]
pub struct Requests {
    /// All of them, one after another.
    pub bytes: Vec<u8>,
    /// Where each is.
    pub places: Vec<Range<usize>>,
    /// What each answer must be; one for all of them when there is only one.
    pub expected: Vec<Expected>,
    /// Whether to begin again when all were sent.
    pub again: bool,
    /// Whether the server may say that it has too much to do.
    pub may_be_refused: bool,
}

/// What an answer must be.
#[derive(Clone)]
pub struct Expected {
    /// HTTP status.
    pub status: u16,
    /// A text in its body.
    pub text: Box<[u8]>,
}

impl Expected {
    /// A success that holds this text.
    pub fn success(text: impl Into<Vec<u8>>) -> Self {
        Self::answer(200, text)
    }

    /// An answer that holds this text.
    pub fn answer(status: u16, text: impl Into<Vec<u8>>) -> Self {
        Self { status, text: text.into().into_boxed_slice() }
    }

    fn is(&self, status: u16, body: &[u8]) -> bool {
        self.status == status && memmem::find(body, &self.text).is_some()
    }
}

impl Requests {
    /// Adds one.
    pub fn push(&mut self, request: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(request);
        self.places.push(start..self.bytes.len());
    }

    /// Adds others.
    pub fn append(&mut self, others: &Self) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&others.bytes);
        self.places.extend(others.places.iter().map(|p| p.start + start..p.end + start));
    }

    fn expects(&self, nth: usize, status: u16, body: &[u8]) -> bool {
        let expected = self.expected.get(nth).or_else(|| self.expected.first());
        expected.map_or(status == 200, |expected| expected.is(status, body))
    }

    /// Whether an answer says, in the service's words, that there is too much to do.
    fn is_refusal(&self, status: u16, body: &[u8]) -> bool {
        let says = |code: &[u8]| memmem::find(body, code).is_some();
        let busy = status == 503 && says(b"\"Code\":\"ServiceUnavailable\"");
        self.may_be_refused && (busy || says(b"\"Code\":\"Throttling"))
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Good answers.
    pub done: u64,
    /// Other answers, and the first of them.
    pub errors: u64,
    /// The first answer that was not good.
    pub first_error: Option<String>,
    /// How long it lasted.
    pub lasted: Duration,
    /// How long each good answer took, microseconds, shortest first.
    pub latencies_us: Vec<u32>,
    /// The same of answers that there is too much to do.
    pub refusals_us: Vec<u32>,
    /// Order numbers in the answers.
    pub orders: Vec<u64>,
    /// The generator's own processor time, nanoseconds.
    pub own_ns: u64,
    /// The server's, by threads.
    pub server: Usage,
    /// Where the time of a request went in the server: stages and their means, microseconds.
    pub stages: Vec<(String, f64)>,
    /// The share of the machine that nobody used meanwhile.
    pub idle: f64,
    /// The share of the machine that others used meanwhile.
    pub foreign: f64,
    /// The share of it that the host took away.
    pub stolen: f64,
}

#[allow(clippy::cast_precision_loss)] // Counts of some minutes are below 2^53.
impl Run {
    /// Good answers a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.lasted.as_secs_f64().max(1e-9)
    }

    /// The time within which this share of answers came, milliseconds.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        quantile_ms(&self.latencies_us, share)
    }

    /// KiB written to files, an answer.
    pub fn written_kib(&self) -> f64 {
        self.server.written as f64 / 1024.0 / self.done.max(1) as f64
    }

    /// Nanoseconds of something, an answer: microseconds.
    pub fn each_us(&self, ns: u64) -> f64 {
        ns as f64 / 1e3 / self.done.max(1) as f64
    }
}

/// The time within which this share of some sorted microseconds lies, milliseconds.
#[allow(clippy::cast_precision_loss)] // Fewer than 2^53.
pub fn quantile_ms(sorted_us: &[u32], share: f64) -> f64 {
    let last = sorted_us.len().saturating_sub(1);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Within the list.
    let place = (share * last as f64).ceil() as usize;
    sorted_us.get(place).map_or(0.0, |us| f64::from(*us) / 1e3)
}

struct Connection {
    stream: Stream,
    /// The request on its way, and how much of it is written.
    nth: usize,
    rest: Range<usize>,
    sent_at: Instant,
    answer: Vec<u8>,
    filled: usize,
    busy: bool,
}

/// A run under way.
struct Generator<'r> {
    requests: &'r Requests,
    next: usize,
    open: bool,
    run: Run,
    busy: usize,
}

/// Answers longer than this are read in several goes.
const ANSWER_BYTES: usize = 16 << 10;

/// How long the last answers may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Open connections to a server.
pub struct Load {
    target: Target,
    poll: Poll,
    connections: Vec<Connection>,
    /// Which connection is the first to send next time: with few requests each has its turn.
    first: usize,
}

/// Sends requests over so many connections for so long, or until there are no more.
pub fn drive(
    target: impl Into<Target>,
    connections: usize,
    duration: Duration,
    requests: &Requests,
    usage: impl Fn() -> Usage,
) -> Result<Run, String> {
    Load::connect(target, connections)?.drive(duration, requests, usage)
}

impl Load {
    /// Connects so often.
    pub fn connect(target: impl Into<Target>, connections: usize) -> Result<Self, String> {
        let target = target.into();
        let opened = Poll::new().and_then(|poll| Ok((connect(&target, connections, &poll)?, poll)));
        let (connections, poll) =
            opened.map_err(|error| format!("load on {}: {error}", target.address))?;
        Ok(Self { target, poll, connections, first: 0 })
    }

    /// Sends requests for so long, or until there are no more.
    pub fn drive(
        &mut self,
        duration: Duration,
        requests: &Requests,
        usage: impl Fn() -> Usage,
    ) -> Result<Run, String> {
        let most = if requests.again { 4_000_000 } else { requests.places.len() };
        let latencies_us = Vec::with_capacity(most);
        let run = Run { latencies_us, orders: Vec::with_capacity(most), ..Run::default() };
        let mut generator = Generator { requests, next: 0, open: true, run, busy: 0 };
        let machine = proc::Machine::look();
        let (server_before, own_before) = (usage(), proc::own_thread());
        let started = proc::now();
        let (first, poll) = (self.first, &mut self.poll);
        let all = generator.all(poll, &mut self.connections, first, started, duration);
        all.map_err(|error| format!("load on {}: {error}", self.target.address))?;
        self.first = (first + requests.places.len()) % self.connections.len();
        let mut run = generator.run;
        run.lasted = started.elapsed();
        run.own_ns = proc::own_thread() - own_before;
        run.server = usage().since(&server_before);
        let ours = run.own_ns + run.server.total();
        (run.foreign, run.stolen) = proc::Machine::foreign_since(&machine, ours);
        run.idle = proc::Machine::idle_since(&machine);
        run.latencies_us.sort_unstable();
        run.refusals_us.sort_unstable();
        Ok(run)
    }
}

/// Opens the connections, and has each answered once so that it is accepted and warm.
fn connect(target: &Target, count: usize, poll: &Poll) -> std::io::Result<Vec<Connection>> {
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", target.address);
    let open = |nth: usize| {
        let mut answer = vec![0; ANSWER_BYTES];
        let (mut stream, filled) = target.open(request.as_bytes(), &mut answer)?;
        if !answer[..filled].starts_with(b"HTTP/1.1 200") {
            return Err(std::io::Error::other("it does not answer /healthz"));
        }
        poll.registry().register(stream.socket(), Token(nth), Interest::READABLE)?;
        let (rest, sent_at) = (0..0, proc::now());
        Ok(Connection { stream, nth: 0, rest, sent_at, answer, filled: 0, busy: false })
    };
    (0..count).map(open).collect()
}

impl Generator<'_> {
    fn all(
        &mut self,
        poll: &mut Poll,
        connections: &mut [Connection],
        first: usize,
        started: Instant,
        duration: Duration,
    ) -> std::io::Result<()> {
        let mut events = Events::with_capacity(1024);
        let (after, before) = connections.split_at_mut(first);
        for connection in before.iter_mut().chain(after) {
            self.send(connection)?;
        }
        while self.busy > 0 {
            match poll.poll(&mut events, Some(Duration::from_millis(100))) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            let lasted = started.elapsed();
            self.open &= lasted < duration;
            if lasted > duration + PATIENCE {
                return Err(std::io::Error::other(format!("{} answers never came", self.busy)));
            }
            for event in &events {
                self.receive(&mut connections[event.token().0])?;
            }
        }
        Ok(())
    }

    /// Sends the next request, if there is one.
    fn send(&mut self, connection: &mut Connection) -> std::io::Result<()> {
        if self.next == self.requests.places.len() && self.requests.again {
            self.next = 0;
        }
        let place = self.requests.places.get(self.next).filter(|_| self.open);
        let Some(place) = place else { return Ok(()) };
        (connection.nth, connection.rest) = (self.next, place.clone());
        (connection.busy, connection.sent_at) = (true, proc::now());
        self.next += 1;
        self.busy += 1;
        while !connection.rest.is_empty() {
            // A request is far shorter than a socket's buffer: what does not fit is an error.
            let wrote = connection.stream.write(&self.requests.bytes[connection.rest.clone()])?;
            connection.rest.start += wrote;
        }
        Ok(())
    }

    /// Takes what has come, and sends the next request when the answer is whole.
    fn receive(&mut self, connection: &mut Connection) -> std::io::Result<()> {
        loop {
            if connection.filled == connection.answer.len() {
                connection.answer.resize(connection.filled * 2, 0);
            }
            let room = connection.answer.len() - connection.filled;
            match connection.stream.read(&mut connection.answer[connection.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    connection.filled += read;
                    if let Some(whole) = whole(&connection.answer[..connection.filled]) {
                        self.take(connection, &whole)?;
                    }
                    // Less than there was room for: all that had come. More wakes us again.
                    if read < room && connection.stream.reads_all() {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn take(&mut self, connection: &mut Connection, whole: &Whole) -> std::io::Result<()> {
        if !connection.busy || whole.end != connection.filled {
            return Err(std::io::Error::other("an answer that nobody asked for"));
        }
        let took_us = connection.sent_at.elapsed().as_micros();
        let body = &connection.answer[whole.body..whole.end];
        let took_us = u32::try_from(took_us).unwrap_or(u32::MAX);
        if self.requests.expects(connection.nth, whole.status, body) {
            self.run.done += 1;
            self.run.latencies_us.push(took_us);
            self.run.orders.extend(order_number(body));
        } else if self.requests.is_refusal(whole.status, body) {
            self.run.refusals_us.push(took_us);
        } else {
            self.run.errors += 1;
            let text = || format!("{} {}", whole.status, String::from_utf8_lossy(body));
            self.run.first_error.get_or_insert_with(text);
        }
        (connection.filled, connection.busy) = (0, false);
        self.busy -= 1;
        self.send(connection)
    }
}

/// A whole answer: its status, where its body begins and where it ends.
struct Whole {
    status: u16,
    body: usize,
    end: usize,
}

fn whole(bytes: &[u8]) -> Option<Whole> {
    let body = memmem::find(bytes, b"\r\n\r\n")? + 4;
    let head = &bytes[..body];
    let length = memmem::find(head, b"content-length: ")? + b"content-length: ".len();
    let end = body + usize::try_from(digits(&head[length..])).ok()?;
    let status = u16::try_from(digits(head.get(9..12)?)).ok()?;
    (bytes.len() >= end).then_some(Whole { status, body, end })
}

fn order_number(body: &[u8]) -> Option<u64> {
    let name = b"\"OrderId\":\"";
    memmem::find(body, name).map(|place| digits(&body[place + name.len()..]))
}

/// The number that these bytes begin with.
fn digits(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_all_of_its_body_has_come() {
        let text = b"HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"OrderId\":\"2000000001\"}";
        assert!(whole(&text[..text.len() - 2]).is_none());
        let found = whole(text).expect("it is whole");
        assert_eq!(found.status, 200);
        assert_eq!(order_number(&text[found.body..]), Some(2_000_000_001));
    }

    #[test]
    fn quantiles_are_of_the_sorted_list() {
        let run = Run { latencies_us: (1..=1000).collect(), ..Run::default() };
        assert!((run.quantile_ms(0.5) - 0.501).abs() < 1e-9);
        assert!((run.quantile_ms(1.0) - 1.0).abs() < 1e-9);
    }
}
