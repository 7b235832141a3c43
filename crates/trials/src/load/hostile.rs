//! Clients that only cost: they hold connections and never get to the end of a request. Whoever is
//! thrown out comes back at once.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// What such a client does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Nothing, once it is connected.
    Idle,
    /// A byte of a request's head each second.
    ByteOfHead,
    /// A byte of a request's body each second.
    ByteOfBody,
    /// As much of a body as there is room for, for ever.
    Endless,
}

/// What became of them.
#[derive(Default)]
pub struct Seen {
    /// Connections that were refused.
    pub refused: AtomicU64,
    /// Times that one was thrown out, and came back.
    pub thrown_out: AtomicU64,
    /// Bytes that were taken from them.
    pub taken: AtomicU64,
    /// They are to stop.
    pub stop: AtomicBool,
}

/// Endless bodies grow by so much this often.
const STEP: Duration = Duration::from_millis(100);
const STEP_BYTES: usize = 32 << 10;

/// Steps in a second.
const STEPS: usize = 10;

struct Client {
    habit: Habit,
    stream: Option<TcpStream>,
    sent: usize,
}

/// A head whose end never comes at this pace.
const HEAD: &[u8] = b"POST /?Action=DescribeRegions HTTP/1.1\r\nhost: localhost\r\n\
    content-type: application/x-www-form-urlencoded\r\naccept: application/json\r\n";

const BODY_HEAD: &[u8] = b"POST /?Action=DescribeRegions HTTP/1.1\r\nhost: localhost\r\n\
    content-type: application/x-www-form-urlencoded\r\ncontent-length: 100000\r\n\r\n";

const ENDLESS_HEAD: &[u8] = b"POST /?Action=DescribeRegions HTTP/1.1\r\nhost: localhost\r\n\
    content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n";

/// Clients under way.
pub struct Crowd {
    address: SocketAddr,
    clients: Vec<Client>,
}

impl Crowd {
    /// So many idle ones, and so many of the two other kinds each.
    pub fn connect(address: SocketAddr, idle: usize, hostile: usize) -> Self {
        let habit = |nth: usize| match nth {
            nth if nth < idle => Habit::Idle,
            nth if nth < idle + hostile / 2 => Habit::ByteOfHead,
            nth if nth < idle + hostile => Habit::ByteOfBody,
            _ => Habit::Endless,
        };
        let client = |nth| Client { habit: habit(nth), stream: open(address).ok(), sent: 0 };
        Self { address, clients: (0..idle + 2 * hostile).map(client).collect() }
    }

    /// How many are connected.
    pub fn connected(&self) -> usize {
        self.clients.iter().filter(|client| client.stream.is_some()).count()
    }

    /// Has them do what they do until they are told to stop.
    pub fn run(mut self, seen: &Seen) {
        let chunk = chunk();
        let mut step = 0;
        while !seen.stop.load(Ordering::Relaxed) {
            for (nth, client) in self.clients.iter_mut().enumerate() {
                // Each has its turn in the second.
                if client.habit == Habit::Endless || nth % STEPS == step % STEPS {
                    client.step(self.address, &chunk, seen);
                }
            }
            step += 1;
            std::thread::sleep(STEP);
        }
    }
}

impl Client {
    fn step(&mut self, address: SocketAddr, chunk: &[u8], seen: &Seen) {
        if self.stream.is_none() || self.is_thrown_out() {
            seen.thrown_out.fetch_add(u64::from(self.stream.is_some()), Ordering::Relaxed);
            (self.stream, self.sent) = (open(address).ok(), 0);
            seen.refused.fetch_add(u64::from(self.stream.is_none()), Ordering::Relaxed);
        }
        let next: &[u8] = match (self.habit, self.sent) {
            (Habit::Idle, _) => return,
            (Habit::ByteOfHead, sent) => HEAD.get(sent..=sent).unwrap_or(b"x"),
            (Habit::ByteOfBody, 0) => BODY_HEAD,
            (Habit::ByteOfBody, _) => b"x",
            (Habit::Endless, 0) => ENDLESS_HEAD,
            // In the middle of a chunk or at its beginning.
            (Habit::Endless, sent) => &chunk[(sent - ENDLESS_HEAD.len()) % chunk.len()..],
        };
        let Some(stream) = &mut self.stream else { return };
        match stream.write(next) {
            Ok(wrote) => {
                self.sent += wrote;
                seen.taken.fetch_add(wrote as u64, Ordering::Relaxed);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => {
                self.stream = None;
                seen.thrown_out.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Whether the server has ended the connection. What it says before that is let fall.
    fn is_thrown_out(&mut self) -> bool {
        let mut answer = [0; 4096];
        let Some(stream) = &mut self.stream else { return true };
        loop {
            match stream.read(&mut answer) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != ErrorKind::WouldBlock,
            }
        }
    }
}

fn open(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

/// One chunk of a chunked body.
fn chunk() -> Vec<u8> {
    let mut chunk = format!("{STEP_BYTES:x}\r\n").into_bytes();
    chunk.resize(chunk.len() + STEP_BYTES, b'x');
    chunk.extend_from_slice(b"\r\n");
    chunk
}
