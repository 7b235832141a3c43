//! `crossconnect admin`: what the operator of a running server does with it. Each command is one
//! call of the control API; a file a subject.

mod clock;
mod prices;
mod snapshot;

use crate::client::send;
use bytes::Bytes;
use clap::{Arg, ArgAction, ArgMatches, Command};
use http::{Method, Request, header};
use http_body_util::Full;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;
use store::DEFAULT_WORLD;

/// What commands are about.
enum Subject {
    /// `crossconnect admin NAME`.
    One(Action),
    /// `crossconnect admin NAME ACTION`.
    Each { name: &'static str, about: &'static str, actions: &'static [Action] },
}

/// Something to be done.
struct Action {
    name: &'static str,
    about: &'static str,
    /// Adds the arguments that are its own.
    takes: fn(Command) -> Command,
    /// The call that it comes to; `Err`: why it cannot be made.
    asks: fn(&ArgMatches) -> Result<Asked, String>,
    /// The answer, for people: lines.
    tells: fn(&Value) -> String,
    /// How far it is, for people: of what GET told of the same path first, and what it tells now.
    shows: Option<fn(&Value, &Value) -> Option<String>>,
}

/// What an action comes to.
enum Asked {
    /// A call of the control API; the path comes after `/control/v1`, or after a world's.
    Call { method: Method, path: String, body: String },
    /// Nothing needs to be asked: this is the answer.
    Known(Value),
}

impl Asked {
    fn get(path: &str) -> Self {
        Self::Call { method: Method::GET, path: path.to_owned(), body: String::new() }
    }

    fn post(path: impl Into<String>, body: impl Into<String>) -> Self {
        Self::Call { method: Method::POST, path: path.into(), body: body.into() }
    }
}

/// All of them.
static SUBJECTS: &[&Subject] = &[&snapshot::SUBJECT, &prices::SUBJECT, &clock::SUBJECT];

/// A text that is required or has a default.
fn text<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    matches.get_one::<String>(name).expect("it is there")
}

/// The command with everything below it.
pub fn command() -> Command {
    let shared = [
        Arg::new("world").long("world").default_value(DEFAULT_WORLD).help("The world"),
        Arg::new("address")
            .long("address")
            .env("CROSSCONNECT_LISTEN")
            .default_value("127.0.0.1:8616")
            .help("Where the server listens"),
        Arg::new("control_token")
            .long("control-token")
            .env("CROSSCONNECT_CONTROL_TOKEN")
            .hide_env_values(true)
            .help("What lets in who is not on the server's machine, or where there is no sandbox"),
        Arg::new("json").long("json").action(ArgAction::SetTrue).help("For machines"),
    ];
    let action = |it: &Action| (it.takes)(Command::new(it.name).about(it.about));
    let subject = |subject: &&Subject| match subject {
        Subject::One(it) => action(it),
        Subject::Each { name, about, actions } => {
            let command = Command::new(*name).about(*about).subcommand_required(true);
            command.arg_required_else_help(true).subcommands(actions.iter().map(action))
        }
    };
    Command::new("admin")
        .about("What the operator of a running server does: calls of its control API")
        .args(shared.map(|argument| argument.global(true)))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(SUBJECTS.iter().map(subject))
}

/// Makes the call that these arguments come to. Gives the answer as it is to be shown; `Err`: the
/// words in which it was refused.
pub async fn run(matches: &ArgMatches) -> Result<String, String> {
    let (action, matches) = chosen(matches);
    let for_people = !matches.get_flag("json");
    let answer = match (action.asks)(matches)? {
        Asked::Known(answer) => answer,
        Asked::Call { method, path, body } => {
            let server = Server::of(matches)?;
            let call = server.call(method, &path, body);
            match action.shows.filter(|_| for_people) {
                Some(shows) => showing(call, &server, &path, shows).await?,
                None => call.await?,
            }
        }
    };
    Ok(if for_people { (action.tells)(&answer) } else { format!("{answer}\n") })
}

/// What is to be done, and its arguments.
fn chosen(matches: &ArgMatches) -> (&'static Action, &ArgMatches) {
    let (name, matches) = matches.subcommand().expect("clap asks for one");
    let found = SUBJECTS.iter().find_map(|subject| match subject {
        Subject::One(action) => (action.name == name).then_some((action, matches)),
        Subject::Each { name: its, actions, .. } => {
            let (name, matches) = matches.subcommand().filter(|_| *its == name)?;
            Some((actions.iter().find(|action| action.name == name)?, matches))
        }
    });
    found.expect("what clap knows is in the table")
}

/// The server that is meant, and the world in it.
struct Server<'m> {
    address: &'m str,
    prefix: String,
    authorization: Option<String>,
}

impl<'m> Server<'m> {
    fn of(matches: &'m ArgMatches) -> Result<Self, String> {
        let prefix = match text(matches, "world") {
            DEFAULT_WORLD => String::new(),
            world => format!("/worlds/{}", segment(world)),
        };
        let token = matches.get_one::<String>("control_token").filter(|it| !it.is_empty());
        let authorization = token.map(|token| format!("Bearer {token}"));
        Ok(Self { address: plain(text(matches, "address"))?, prefix, authorization })
    }

    /// What the server answers; `Err`: the words in which it refuses.
    async fn call(&self, method: Method, path: &str, body: String) -> Result<Value, String> {
        let uri = format!("/control/v1{}{path}", self.prefix);
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let (status, text) =
            send(self.address, request.map_err(|error| error.to_string())?).await?;
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status != 200 {
            let message = answer["error"]["message"].as_str().map(str::to_owned);
            return Err(message.unwrap_or_else(|| format!("{status} {text}")));
        }
        Ok(answer)
    }
}

/// How often it is looked how far a call is; in a file, every so many looks are a line.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const LOOKS_A_LINE: u32 = 25;

/// Waits for a call, and shows on stderr how far it is.
async fn showing(
    call: impl Future<Output = Result<Value, String>>,
    server: &Server<'_>,
    path: &str,
    shows: fn(&Value, &Value) -> Option<String>,
) -> Result<Value, String> {
    let mut call = std::pin::pin!(call);
    let mut stderr = std::io::stderr();
    let drawn = stderr.is_terminal();
    let (mut first, mut looks) = (None, 0);
    let answer = loop {
        tokio::select! {
            answer = &mut call => break answer,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Ok(now) = server.call(Method::GET, path, String::new()).await else { continue };
        let Some(line) = shows(first.get_or_insert_with(|| now.clone()), &now) else { continue };
        looks += 1;
        // Who cannot be shown anything waits all the same.
        let _ = match (drawn, looks % LOOKS_A_LINE) {
            (true, _) => write!(stderr, "\r\x1b[2K{line}"),
            (false, 1) => writeln!(stderr, "{line}"),
            (false, _) => Ok(()),
        };
    };
    if drawn && looks > 0 {
        let _ = write!(stderr, "\r\x1b[2K");
    }
    answer
}

/// Where to call. A server that speaks TLS answers plain HTTP on the same port.
fn plain(address: &str) -> Result<&str, String> {
    if address.starts_with("https://") {
        return Err("this command speaks http, which a server answers on the same port".into());
    }
    Ok(address.strip_prefix("http://").unwrap_or(address))
}

/// A text as a part of a path.
fn segment(text: &str) -> String {
    let mut segment = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            segment.push(byte.into());
        } else {
            let _ = write!(segment, "%{byte:02X}");
        }
    }
    segment
}

/// A member of an answer as people read it.
fn word<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or("-")
}

/// Rows under the names of their columns, each as wide as it must be.
fn table(rows: &Value, columns: &[(&str, &str)]) -> String {
    let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
    let widths = columns.iter().map(|(title, name)| {
        rows.iter().map(|row| word(row, name).len()).chain([title.len()]).max().unwrap_or(0)
    });
    let widths: Vec<usize> = widths.collect();
    let line = |words: Vec<&str>| {
        let mut line = String::new();
        for (word, width) in words.iter().zip(&widths) {
            let _ = write!(line, "{word:<width$}  ");
        }
        line.trim_end().to_owned() + "\n"
    };
    let head = line(columns.iter().map(|(title, _)| *title).collect());
    let rows =
        rows.iter().map(|row| line(columns.iter().map(|(_, name)| word(row, name)).collect()));
    head + &rows.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_command_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn a_server_is_found_as_it_names_itself_but_not_by_https() {
        assert_eq!(plain("127.0.0.1:8616"), Ok("127.0.0.1:8616"));
        assert_eq!(plain("http://127.0.0.1:8616"), Ok("127.0.0.1:8616"));
        assert!(plain("https://127.0.0.1:8616").is_err());
    }

    #[test]
    fn whatever_a_name_is_it_stays_one_part_of_its_path() {
        assert_eq!(segment("before-1.a_b"), "before-1.a_b");
        assert_eq!(segment("a/b?c d\u{e9}"), "a%2Fb%3Fc%20d%C3%A9");
    }

    #[test]
    fn a_table_is_as_wide_as_its_words() {
        let rows = json!([{"name": "a", "clock": "soon"}, {"name": "longer than its title"}]);
        let table = table(&rows, &[("NAME", "name"), ("TIME", "clock")]);
        let lines = [
            "NAME                   TIME",
            "a                      soon",
            "longer than its title  -",
        ];
        assert_eq!(table, lines.map(|line| format!("{line}\n")).concat());
    }
}
