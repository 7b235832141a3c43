//! Snapshots: how a world stands, kept under a name.

use super::{Action, Asked, Subject, segment, table, text, word};
use clap::{Arg, ArgAction, ArgMatches};
use http::Method;
use serde_json::json;

pub(super) static SUBJECT: Subject = Subject::Each {
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
            asks: |matches| {
                let body = json!({
                    "name": name_of(matches),
                    "replace": matches.get_flag("replace"),
                });
                Ok(Asked::post("/snapshots", body.to_string()))
            },
            tells: |answer| {
                format!("saved {}, taken at {}\n", word(answer, "name"), word(answer, "clock"))
            },
            shows: None,
        },
        Action {
            name: "list",
            about: "Lists what is kept",
            takes: |command| command,
            asks: |_| Ok(Asked::get("/snapshots")),
            tells: |answer| {
                let columns = [("NAME", "name"), ("WORLD'S TIME", "clock"), ("SAVED", "saved_at")];
                table(&answer["snapshots"], &columns)
            },
            shows: None,
        },
        Action {
            name: "restore",
            about: "Puts the world back to how it stood",
            takes: |command| command.arg(name_argument()),
            asks: |matches| {
                Ok(Asked::post(format!("/snapshots/{}/restore", segment(name_of(matches))), ""))
            },
            tells: |answer| {
                let (name, clock) = (word(answer, "name"), word(answer, "clock"));
                format!("restored {name}, the world's time is {clock}\n")
            },
            shows: None,
        },
        Action {
            name: "delete",
            about: "Forgets one",
            takes: |command| command.arg(name_argument()),
            asks: |matches| {
                let path = format!("/snapshots/{}", segment(name_of(matches)));
                Ok(Asked::Call { method: Method::DELETE, path, body: String::new() })
            },
            tells: |answer| format!("deleted {}\n", word(answer, "deleted")),
            shows: None,
        },
    ],
};

fn name_argument() -> Arg {
    Arg::new("name").required(true).value_name("NAME").help("Its name")
}

fn name_of(matches: &ArgMatches) -> &str {
    text(matches, "name")
}
