//! The server under test: the release binary, as its users start it.

use super::proc::{self, Usage};
use super::stream::Target;
use crate::connection::Connection;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Builder;
use http::{Request, Response, StatusCode};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The stages of a request, in the order in which it comes to them.
const STAGES: [&str; 12] = [
    "parse", "verify", "permit", "check", "look", "queue", "decide", "commit", "apply", "wake",
    "answer", "note",
];

/// Stages that a request spends on the processor of the thread that serves it.
pub const OWN_STAGES: [&str; 7] = ["parse", "verify", "permit", "check", "look", "answer", "note"];

/// A call of the control API may have much to do.
const PATIENCE: Duration = Duration::from_mins(10);

/// A process that never outlives its owner.
pub struct Guarded(Child);

impl Guarded {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.spawn().map(Self).map_err(|error| format!("{program}: {error}"))
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) {
        let _ = self.0.wait();
    }

    /// Ends it as a power cut would, and waits until it is gone.
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for `NAME ready http://ADDRESS` on its output, https where it speaks TLS.
pub fn ready_line(child: &mut Guarded, name: &str) -> Result<SocketAddr, String> {
    let output = child.0.stdout.take().ok_or("its output is not ours to read")?;
    let mut line = String::new();
    let mut output = BufReader::new(output);
    output.read_line(&mut line).map_err(|error| error.to_string())?;
    let url = line.trim().strip_prefix(name).and_then(|rest| rest.strip_prefix(" ready http"));
    let address = url.and_then(|rest| rest.strip_prefix('s').unwrap_or(rest).strip_prefix("://"));
    // Kept open: a server that prints more must not die of it.
    child.0.stdout = Some(output.into_inner());
    address
        .and_then(|address| address.parse().ok())
        .ok_or_else(|| format!("{name} said {line:?} instead of being ready"))
}

/// A folder for stores, on a real disk, removed in the end.
pub struct Folder {
    path: PathBuf,
    next: std::cell::Cell<u32>,
}

impl Folder {
    /// Makes it beside the build.
    pub fn make() -> Result<Self, String> {
        let target = crate::place::target();
        sweep(&target);
        let path = target.join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let kind = proc::file_system(&path);
        if matches!(kind.as_str(), "tmpfs" | "ramfs") {
            return Err(format!("{} is on {kind}: a sync there costs nothing", path.display()));
        }
        Ok(Self { path, next: std::cell::Cell::new(0) })
    }

    /// A fresh folder for one store; the path of the store in it.
    pub fn store(&self) -> Result<PathBuf, String> {
        let nth = self.next.replace(self.next.get() + 1);
        let path = self.path.join(nth.to_string());
        std::fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path.join("store.db"))
    }

    /// Where it is, and on what.
    pub fn text(&self) -> String {
        format!("{} ({})", self.path.display(), proc::file_system(&self.path))
    }
}

/// Removes the folders of runs that were ended from outside.
fn sweep(target: &Path) {
    for entry in std::fs::read_dir(target).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix("bench-").and_then(|number| number.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Has perf look at a process for so long, from outside.
pub fn profile(process: u32, file: &Path, seconds: f64) -> Result<Guarded, String> {
    let mut command = Command::new("perf");
    command.args(["record", "-q", "-F", "1999", "-g", "-p", &process.to_string(), "-o"]);
    command.arg(file).args(["--", "sleep", &seconds.to_string()]);
    Guarded::start(&mut command)
}

/// A running server.
pub struct Server {
    child: Guarded,
    store: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// From before exec to its ready line.
    pub ready: Duration,
}

impl Server {
    /// Starts it on a store with every setting at its default; its log goes to a file beside the
    /// store.
    pub fn start(binary: &Path, store: &Path) -> Result<Self, String> {
        Self::start_with(binary, store, &[])
    }

    /// Starts it with some settings, by the names of their variables without `CROSSCONNECT_`.
    pub fn start_with(
        binary: &Path,
        store: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self, String> {
        let log = store.with_extension("log");
        // Of this server alone, not of one that had the store before.
        let log =
            std::fs::File::create(&log).map_err(|error| format!("{}: {error}", store.display()))?;
        let mut command = Command::new(binary);
        command
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--store"])
            .arg(format!("sqlite:{}", store.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CROSSCONNECT_") {
                command.env_remove(name);
            }
        }
        command.envs(settings.iter().map(|(name, value)| (format!("CROSSCONNECT_{name}"), value)));
        let before = proc::now();
        let mut child = Guarded::start(&mut command)?;
        let address = ready_line(&mut child, "crossconnect")?;
        let ready = before.elapsed();
        Ok(Self { child, store: store.into(), address, ready })
    }

    /// Where load goes that speaks TLS with it, if it was started with `TLS` at `self`.
    pub fn over_tls(&self) -> Result<Target, String> {
        Target::trusting(self.address, &self.store.with_file_name("crossconnect-ca.pem"))
    }

    /// Calls the control API.
    pub fn control(&self, path: &str, body: &Value) -> Result<Value, String> {
        let request = Request::post(format!("/control/v1/{path}"));
        self.told(path, request.header(CONTENT_TYPE, "application/json"), body.to_string())
    }

    /// Looks at something through the control API.
    pub fn look(&self, path: &str) -> Result<Value, String> {
        self.told(path, Request::get(format!("/control/v1/{path}")), String::new())
    }

    /// What the control API says to a request.
    fn told(&self, path: &str, request: Builder, body: String) -> Result<Value, String> {
        let said = |why: String| format!("control {path}: {why}");
        let answer = self.ask(request, body).map_err(said)?;
        if answer.status() != StatusCode::OK {
            let text = String::from_utf8_lossy(answer.body());
            return Err(said(format!("{} {text}", answer.status().as_u16())));
        }
        serde_json::from_slice(answer.body()).map_err(|error| said(error.to_string()))
    }

    /// Sends a request on a connection of its own.
    fn ask(&self, request: Builder, body: String) -> Result<Response<Bytes>, String> {
        let request = request.body(body).map_err(|error| error.to_string())?;
        let connection = Connection::open(self.address, PATIENCE);
        let mut connection = connection.map_err(|error| error.to_string())?;
        connection.call(request).map_err(|why| why.to_string())
    }

    /// Where the time of requests went: each stage and its mean, microseconds, in the order in
    /// which a request comes to them. Stages that it never came to are left out.
    pub fn stages(&self) -> Result<Vec<(String, f64)>, String> {
        let answer = self.ask(Request::get("/metrics"), String::new());
        let answer = answer.map_err(|why| format!("/metrics: {why}"))?;
        let stages = means(&String::from_utf8_lossy(answer.body()));
        if stages.is_empty() { Err("/metrics: it tells no stage".into()) } else { Ok(stages) }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has used of the processors.
    pub fn usage(&self) -> Usage {
        Usage::of(self.child.id())
    }

    /// Its resident memory, KiB.
    pub fn resident_kib(&self) -> Result<u64, String> {
        proc::resident_kib(self.child.id())
    }

    /// Ends it by SIGKILL. Its store, as a crash leaves it.
    pub fn kill(mut self) -> PathBuf {
        self.child.kill();
        std::mem::take(&mut self.store)
    }

    /// Ends it by SIGTERM, and waits until it is gone.
    pub fn stop(mut self) -> Result<PathBuf, String> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        sent.map_err(|error| format!("kill: {error}"))?;
        let status = self.child.0.wait().map_err(|error| error.to_string())?;
        if !status.success() {
            return Err(format!("the server ended with {status}"));
        }
        Ok(std::mem::take(&mut self.store))
    }
}

/// The last line of `crossconnect audit` over a store; an error when it does not pass.
pub fn audit(binary: &Path, store: &Path) -> Result<String, String> {
    let mut command = Command::new(binary);
    command.args(["audit", "--store", &format!("sqlite:{}", store.display())]);
    let output = command.output().map_err(|error| format!("audit: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the audit does not pass ({}):\n{text}{why}", output.status));
    }
    Ok(text.lines().last().unwrap_or_default().into())
}

/// Where the time of the writes in a server's log went: the median and the mean of each stage.
pub fn logged_stages(store: &Path) -> Result<String, String> {
    let path = store.with_extension("log");
    let log = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let writes = || log.lines().filter(|line| !line.contains(" commit=0us"));
    let stage = |name: &str| {
        let start = format!("{name}=");
        let read = |line: &str| {
            let word = line.split(' ').find_map(|word| word.strip_prefix(&start))?;
            word.strip_suffix("us")?.parse::<u64>().ok()
        };
        let mut times: Vec<u64> = writes().filter_map(read).collect();
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let mean = times.iter().sum::<u64>() / u64::try_from(times.len().max(1)).unwrap_or(1);
        format!("{name} {median}/{mean}")
    };
    let stages = ["queue", "decide", "commit"].map(stage).join(", ");
    Ok(format!("stages p50/mean us: {stages}"))
}

/// The numbers of the paid orders of an account in a store, in order.
pub fn orders_of(store: &Path, account: u64) -> Result<Vec<u64>, String> {
    let said = |error: rusqlite::Error| format!("{}: {error}", store.display());
    let db = rusqlite::Connection::open(store).map_err(said)?;
    let mut orders = db
        .prepare(
            "SELECT id FROM orders JOIN words ON n = status WHERE account = ?1 AND text = 'Paid' \
             ORDER BY id",
        )
        .map_err(said)?;
    let account = i64::try_from(account).expect("account numbers have 16 digits");
    let ids = orders.query_map([account], |row| row.get::<_, i64>(0)).map_err(said)?;
    ids.map(|id| id.map(i64::cast_unsigned)).collect::<Result<_, _>>().map_err(said)
}

/// The mean of each stage that any request came to, microseconds, of OpenMetrics text.
fn means(text: &str) -> Vec<(String, f64)> {
    let told = |what: &str, stage: &str| {
        let begin = format!("crossconnect_stage_seconds_{what}{{stage=\"{stage}\"}} ");
        let number = text.lines().find_map(|line| line.strip_prefix(&begin))?;
        number.parse::<f64>().ok()
    };
    let mean = |stage: &&str| {
        let (sum, count) = (told("sum", stage)?, told("count", stage)?);
        (count > 0.0).then(|| ((*stage).to_owned(), sum / count * 1e6))
    };
    STAGES.iter().filter_map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_stage_is_read_from_its_sum_and_its_count() {
        let text = "\
            # TYPE crossconnect_stage_seconds histogram\n\
            crossconnect_stage_seconds_sum{stage=\"verify\"} 0.003\n\
            crossconnect_stage_seconds_count{stage=\"verify\"} 1000\n\
            crossconnect_stage_seconds_bucket{le=\"+Inf\",stage=\"verify\"} 1000\n\
            crossconnect_stage_seconds_sum{stage=\"look\"} 0.0\n\
            crossconnect_stage_seconds_count{stage=\"look\"} 0\n# EOF\n";
        let [(stage, mean_us)] = &means(text)[..] else { panic!("one was come to") };
        assert_eq!(stage, "verify");
        assert!((mean_us - 3.0).abs() < 1e-9, "{mean_us}");
    }
}
