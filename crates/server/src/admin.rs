//! `crossconnect admin`: what the operator of a running server does with it. Each command is one
//! call of the control API, and one line of a table here.

use crate::client::send;
use bytes::Bytes;
use clap::{Arg, ArgAction, ArgMatches, Command};
use http::{Method, Request, header};
use http_body_util::Full;
use serde_json::{Value, json};
use std::fmt::Write as _;
use store::DEFAULT_WORLD;

/// What commands are about: `crossconnect admin SUBJECT ACTION`.
struct Subject {
    name: &'static str,
    about: &'static str,
    actions: &'static [Action],
}

/// Something to be done.
struct Action {
    name: &'static str,
    about: &'static str,
    /// Adds the arguments that are its own.
    takes: fn(Command) -> Command,
    /// The call that it comes to.
    asks: fn(&ArgMatches) -> Asked,
    /// The answer, for people: lines.
    tells: fn(&Value) -> String,
}

/// A call of the control API; the path comes after `/control/v1`, or after a world's.
struct Asked {
    method: Method,
    path: String,
    body: Value,
}

/// All of them.
static SUBJECTS: &[Subject] = &[Subject {
    name: "snapshot",
    about: "How a world stands, kept under a name",
    actions: &[
        Action {
            name: "save",
            about: "Keeps how the world stands",
            takes: |command| {
                let replace = Arg::new("replace").long("replace").action(ArgAction::SetTrue);
                let replace = replace.help("Overwrites an earlier one of that name");
                command.arg(name_argument()).arg(replace)
            },
            asks: |matches| Asked {
                method: Method::POST,
                path: "/snapshots".into(),
                body: json!({"name": name_of(matches), "replace": matches.get_flag("replace")}),
            },
            tells: |answer| {
                format!("saved {}, taken at {}\n", word(answer, "name"), word(answer, "clock"))
            },
        },
        Action {
            name: "list",
            about: "Lists what is kept",
            takes: |command| command,
            asks: |_| Asked { method: Method::GET, path: "/snapshots".into(), body: Value::Null },
            tells: |answer| {
                let columns = [("NAME", "name"), ("WORLD'S TIME", "clock"), ("SAVED", "saved_at")];
                table(&answer["snapshots"], &columns)
            },
        },
        Action {
            name: "restore",
            about: "Puts the world back to how it stood",
            takes: |command| command.arg(name_argument()),
            asks: |matches| Asked {
                method: Method::POST,
                path: format!("/snapshots/{}/restore", segment(name_of(matches))),
                body: Value::Null,
            },
            tells: |answer| {
                let (name, clock) = (word(answer, "name"), word(answer, "clock"));
                format!("restored {name}, the world's time is {clock}\n")
            },
        },
        Action {
            name: "delete",
            about: "Forgets one",
            takes: |command| command.arg(name_argument()),
            asks: |matches| Asked {
                method: Method::DELETE,
                path: format!("/snapshots/{}", segment(name_of(matches))),
                body: Value::Null,
            },
            tells: |answer| format!("deleted {}\n", word(answer, "deleted")),
        },
    ],
}];

fn name_argument() -> Arg {
    Arg::new("name").required(true).value_name("NAME").help("Its name")
}

fn name_of(matches: &ArgMatches) -> &str {
    text(matches, "name")
}

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
    let subject = |subject: &'static Subject| {
        let actions = subject.actions.iter();
        let actions = actions.map(|it| (it.takes)(Command::new(it.name).about(it.about)));
        let command = Command::new(subject.name).about(subject.about);
        command.subcommand_required(true).arg_required_else_help(true).subcommands(actions)
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
    let (subject, matches) = matches.subcommand().expect("clap asks for one");
    let subject = SUBJECTS.iter().find(|it| it.name == subject).expect("it is in the table");
    let (action, matches) = matches.subcommand().expect("clap asks for one");
    let action = subject.actions.iter().find(|it| it.name == action).expect("it is in the table");
    let Asked { method, path, body } = (action.asks)(matches);
    let prefix = match text(matches, "world") {
        DEFAULT_WORLD => String::new(),
        world => format!("/worlds/{}", segment(world)),
    };
    let mut request = Request::builder().method(method).uri(format!("/control/v1{prefix}{path}"));
    if let Some(token) = matches.get_one::<String>("control_token").filter(|it| !it.is_empty()) {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())?;
    let (status, text) = send(plain(text(matches, "address"))?, request).await?;
    let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if status != 200 {
        let message = answer["error"]["message"].as_str().map(str::to_owned);
        return Err(message.unwrap_or_else(|| format!("{status} {text}")));
    }
    Ok(if matches.get_flag("json") { format!("{answer}\n") } else { (action.tells)(&answer) })
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
