//! What happened to recent requests: one log line each, and a bounded ring in memory for the
//! control API. Never secrets: signatures and tokens of any kind are left out.

use crate::config::LogForm;
use crate::stages::Watch;
use domain::{RequestId, Timestamp};
use parking_lot::{Condvar, Mutex};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{DEFAULT_WORLD, Stages};
use wire::Call;

/// A text of a [`Trace`].
#[derive(Clone, Copy)]
pub enum Word {
    /// HTTP method.
    Method,
    /// The world's name; empty when nobody knows it.
    World,
    /// The access key it named.
    AccessKeyId,
    /// `Action` as asked for.
    Action,
    /// `Version` as asked for.
    Version,
    /// Its own parameters; common ones that prove or name the caller are left out.
    Parameters,
    /// `Code` of the answer, empty for a success.
    Code,
}

const WORDS_LEN: usize = 7;

/// The texts of a request, one after another: every request has them, so they share one
/// allocation.
#[derive(Clone, Debug, Default)]
struct Words {
    text: String,
    /// Where each begins and ends.
    spans: [(u32, u32); WORDS_LEN],
}

/// Parameters that prove or name the caller.
const PROVING: [&str; 5] =
    ["Signature", "SecurityToken", "BearerToken", "SignatureNonce", "AccessKeyId"];

/// About so many bytes of a request's parameters are kept for looking at.
const PARAMETERS_KEPT_MAX: usize = 2048;

/// The beginning of a text, of at most so many bytes.
fn beginning(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// What is known of a request when its answer leaves.
#[derive(Clone, Default)]
pub struct Trace {
    /// Its id.
    pub request: RequestId,
    /// When it came, by the wall.
    pub wall: Timestamp,
    /// The world's time, once the world is known.
    pub world_time: Option<Timestamp>,
    /// How it said who speaks.
    pub scheme: Option<wire::Scheme>,
    /// How it is to be answered, once it is parsed.
    pub format: Option<wire::Format>,
    /// Whose call it is.
    pub account: Option<domain::AccountId>,
    /// Which operation it is, once it is known to be ours.
    pub operation: Option<&'static api::Operation>,
    /// How it was understood.
    pub edition: Option<api::Edition>,
    /// HTTP status of the answer; 0 when the connection was cut instead.
    pub status: u16,
    /// The first call's id, when this one was a replay.
    pub replay_of: Option<RequestId>,
    /// Where its time went in the store.
    pub stages: Option<Stages>,
    /// From the door to the answer.
    pub total_us: u64,
    /// Why the server failed, if it did; never shown to the caller.
    pub failure: Option<Box<str>>,
    /// Times its stages, if it is one of those whose stages are timed.
    pub watch: Watch,
    words: Words,
}

impl Trace {
    /// Of a request that has just come.
    pub fn new(request: RequestId, wall: Timestamp, method: &str) -> Self {
        let words = Words { text: String::with_capacity(512), ..Words::default() };
        let mut trace = Self { request, wall, words, ..Self::default() };
        trace.note(Word::Method, [method]);
        trace
    }

    /// Notes a text, given in pieces.
    pub fn note<'t>(&mut self, word: Word, pieces: impl IntoIterator<Item = &'t str>) {
        let place = |text: &String| u32::try_from(text.len()).expect("a trace is short");
        let start = place(&self.words.text);
        self.words.text.extend(pieces);
        self.words.spans[word as usize] = (start, place(&self.words.text));
    }

    /// Notes what the caller asked for: nothing that proves who it is.
    pub fn note_call(&mut self, call: &Call<'_>) {
        self.scheme = Some(call.scheme());
        self.format = Some(call.format());
        for (word, said, bytes_max) in [
            (Word::Action, call.action(), 80),
            (Word::Version, call.version(), 20),
            (Word::AccessKeyId, call.access_key_id(), 128),
        ] {
            self.note(word, said.map(|text| beginning(text, bytes_max)));
        }
        let mut room = PARAMETERS_KEPT_MAX;
        let kept = call.parameters().filter(|(name, _)| {
            // In any case: a token under a name that is spelt wrongly is a token still.
            !PROVING.iter().any(|proof| name.eq_ignore_ascii_case(proof))
        });
        let pieces = kept.enumerate().flat_map(|(nth, (name, value))| {
            let between = if nth == 0 { "" } else { "&" };
            let value = if api::is_secret(name) { "***" } else { value };
            [between, name, "=", value].map(|piece| {
                let piece = beginning(piece, room);
                room -= piece.len();
                piece
            })
        });
        self.note(Word::Parameters, pieces);
    }

    /// A text; empty when nothing was noted.
    pub fn word(&self, word: Word) -> &str {
        let (start, end) = self.words.spans[word as usize];
        &self.words.text[start as usize..end as usize]
    }

    /// Whether it is to be found in a world: the default one also shows requests whose world
    /// nobody knows, such as those without a key.
    fn is_of(&self, world: &str) -> bool {
        let ours = self.word(Word::World);
        ours == world || (ours.is_empty() && world == DEFAULT_WORLD)
    }

    /// As JSON, for the control API and for logs.
    pub fn json(&self) -> Value {
        let stages = self.stages.map(|s| {
            json!({"queue_us": s.queue_us, "decide_us": s.decide_us, "commit_us": s.commit_us,
                "batch_len": s.batch_len})
        });
        json!({
            "request_id": self.request.to_string(),
            "received_at": self.wall.to_string(),
            "world": self.word(Word::World),
            "world_time": self.world_time.map(|at| at.to_string()),
            "method": self.word(Word::Method),
            "scheme": self.scheme.map(|scheme| format!("{scheme:?}")),
            "access_key_id": self.word(Word::AccessKeyId),
            "account": self.account.map(|id| id.to_string()),
            "action": self.word(Word::Action),
            "version": self.word(Word::Version),
            "edition": self.edition.map(api::Edition::name),
            "parameters": self.word(Word::Parameters),
            "status": self.status,
            "code": self.word(Word::Code),
            "replay_of": self.replay_of.map(|id| id.to_string()),
            "stages": stages,
            "total_us": self.total_us,
            "failure": self.failure,
        })
    }

    /// The log line. Written by hand: it is on the path of every request.
    fn line(&self, form: LogForm, out: &mut Vec<u8>) {
        let stages = self.stages.unwrap_or_default();
        let edition = self.edition.map_or("-", api::Edition::name);
        // Writing to memory does not fail.
        let _ = match form {
            LogForm::Off => Ok(()),
            LogForm::Text => {
                out.extend_from_slice(&self.wall.text().unwrap_or_default());
                out.push(b' ');
                out.extend_from_slice(&self.request.text());
                for word in [Word::World, Word::Action] {
                    push_word(self.word(word), out);
                }
                push_word(edition, out);
                let _ = write!(out, " {}", self.status);
                push_word(self.word(Word::Code), out);
                let _ = write!(out, " {}us", self.total_us);
                if self.stages.is_some() {
                    let Stages { queue_us, decide_us, commit_us, .. } = stages;
                    let _ = write!(out, " queue={queue_us}us decide={decide_us}us");
                    let _ = write!(out, " commit={commit_us}us");
                }
                if self.replay_of.is_some() {
                    out.extend_from_slice(b" replayed");
                }
                if let Some(why) = &self.failure {
                    let _ = write!(out, " failure={why:?}");
                }
                out.push(b'\n');
                Ok(())
            }
            LogForm::Json => {
                let mut line = self.json();
                if let Some(members) = line.as_object_mut() {
                    // Bodies stay in memory; a log is kept by people and machines unknown.
                    members.remove("parameters");
                }
                writeln!(out, "{line}")
            }
        };
    }
}

/// A blank and a word; nothing a caller names itself can break the line.
fn push_word(word: &str, out: &mut Vec<u8>) {
    out.push(b' ');
    if word.is_empty() {
        out.push(b'-');
    } else if word.bytes().all(|byte| byte.is_ascii_graphic()) {
        out.extend_from_slice(word.as_bytes());
    } else {
        let _ = write!(out, "{}", word.escape_default());
    }
}

/// Lines on their way to stderr, and a thread that takes them there. All share one buffer, so a
/// line costs a lock and no allocation; the channels of crates for this take one a line, and a
/// system call too.
struct Log {
    lines: Mutex<(Vec<u8>, bool)>,
    more: Condvar,
}

/// Beyond this many bytes waiting, lines are dropped rather than requests held up.
const LOG_BYTES_MAX: usize = 8 << 20;

/// Recent requests and the log.
pub struct Requests {
    ring: Mutex<VecDeque<Trace>>,
    kept: usize,
    form: LogForm,
    log: Arc<Log>,
    writer: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Requests {
    /// Keeps this many, and logs in this form.
    pub fn new(kept: usize, form: LogForm) -> Self {
        let log = Arc::new(Log { lines: Mutex::default(), more: Condvar::new() });
        let ours = Arc::clone(&log);
        let writer = (form != LogForm::Off).then(|| {
            let thread = std::thread::Builder::new().name("log".into());
            thread.spawn(move || ours.run()).expect("a thread at start")
        });
        let ring = Mutex::new(VecDeque::with_capacity(kept.min(1024)));
        Self { ring, kept, form, log, writer: Mutex::new(writer) }
    }

    /// Logs a line, which is written by what is given, in the form that was set.
    fn log(&self, write: impl FnOnce(LogForm, &mut Vec<u8>)) {
        if self.form == LogForm::Off {
            return;
        }
        let mut lines = self.log.lines.lock();
        if lines.0.len() < LOG_BYTES_MAX {
            let was_empty = lines.0.is_empty();
            write(self.form, &mut lines.0);
            drop(lines);
            if was_empty {
                self.log.more.notify_one();
            }
        }
    }

    /// Logs why a client's connection came to no request.
    pub fn put_refused(&self, wall: Timestamp, client: SocketAddr, why: &str) {
        self.log(|form, out| {
            let line = match form {
                LogForm::Json => json!({"received_at": wall.to_string(),
                    "client": client.to_string(), "failure": why})
                .to_string(),
                LogForm::Text | LogForm::Off => format!("{wall} {client} {why}"),
            };
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        });
    }

    /// Notes a request whose answer is leaving.
    pub fn put(&self, trace: Trace) {
        self.log(|form, out| trace.line(form, out));
        if self.kept > 0 {
            let mut ring = self.ring.lock();
            let oldest = if ring.len() >= self.kept { ring.pop_front() } else { None };
            ring.push_back(trace);
            drop(ring);
            // Taken apart only when nobody waits for the ring.
            drop(oldest);
        }
    }

    /// What happened to a request of a world, if it is still known.
    pub fn find(&self, world: &str, request: &str) -> Option<Value> {
        let ring = self.ring.lock();
        let mut traces = ring.iter().rev();
        let wanted = request.to_ascii_uppercase();
        let named = |t: &&Trace| t.request.to_string() == wanted && t.is_of(world);
        traces.find(named).map(Trace::json)
    }

    /// The most recent requests of a world, newest first.
    pub fn recent(&self, world: &str, count: usize) -> Vec<Value> {
        let ring = self.ring.lock();
        let ours = ring.iter().rev().filter(|trace| trace.is_of(world));
        ours.take(count).map(Trace::json).collect()
    }

    /// Writes what waits and ends the log.
    pub fn close(&self) {
        if let Some(writer) = self.writer.lock().take() {
            self.log.lines.lock().1 = true;
            self.log.more.notify_one();
            let _ = writer.join();
        }
    }
}

impl Log {
    /// Takes lines to stderr, many at a time: a line a request would cost each a system call.
    fn run(&self) {
        loop {
            let mut lines = self.lines.lock();
            while lines.0.is_empty() && !lines.1 {
                self.more.wait(&mut lines);
            }
            let (bytes, ended) = (std::mem::take(&mut lines.0), lines.1);
            drop(lines);
            // Nobody can be told that stderr is gone.
            let _ = std::io::stderr().write_all(&bytes);
            if ended {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_caller_names_its_request_is_one_line() {
        let mut trace = Trace::default();
        for word in [Word::Action, Word::Code] {
            trace.note(word, ["a\nb\u{1b}[2J"]);
        }
        for form in [LogForm::Text, LogForm::Json] {
            let mut line = Vec::new();
            trace.line(form, &mut line);
            let line = String::from_utf8(line).expect("UTF-8");
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            assert!(line.ends_with('\n') && !line.contains('\u{1b}'), "{line:?}");
        }
    }
}
