//! The price list: checked here, and loaded into a running server.

use super::{Action, Asked, Subject, table, word};
use crate::price_file;
use clap::{Arg, ArgAction};
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(super) static SUBJECT: Subject = Subject::One(Action {
    name: "prices",
    about: "Checks a price list and loads it, or shows those in force",
    takes: |command| {
        let file = Arg::new("file").value_name("FILE").help("The list, in TOML or JSON");
        let check = Arg::new("check").long("check").action(ArgAction::SetTrue).requires("file");
        command
            .arg(file)
            .arg(check.help("Checks it and loads nothing; needs no server"))
            .after_help("Example: crossconnect admin prices prices.toml")
    },
    asks: |matches| {
        let Some(file) = matches.get_one::<String>("file") else {
            return Ok(Asked::get("/prices"));
        };
        let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        let list = price_file::read(&text).map_err(|wrong| format!("{file}: {wrong}"))?;
        if !matches.get_flag("check") {
            return Ok(Asked::post("/prices", text));
        }
        Ok(Asked::Known(json!({
            "currency": list.currency.text(),
            "prices": list.rows.len(),
            "setup": list.setup.map(|fee| fee.render(list.currency)),
            "shared": list.shared.len(),
        })))
    },
    tells: |answer| match answer["price_lists"].as_array() {
        Some(lists) => lists.iter().map(shown).collect(),
        None => loaded(answer),
    },
    shows: None,
});

/// A list that was read, and its version once it is loaded.
fn loaded(list: &Value) -> String {
    let what = match list["version"].as_u64() {
        Some(version) => format!("loaded as version {version}"),
        None => "fine".to_owned(),
    };
    let mut line = format!("{what}: {} prices in {}", list["prices"], word(list, "currency"));
    if let Some(setup) = list["setup"].as_str() {
        let _ = write!(line, ", a set-up of {setup}");
    }
    let _ = writeln!(line, ", {} of shared ports", list["shared"]);
    line
}

/// A list with its rows.
fn shown(list: &Value) -> String {
    let state = if list["in_force"] == true { "in force" } else { "published, replaced" };
    let (version, currency) = (&list["version"], word(list, "currency"));
    let setup = word(list, "setup");
    let ports = [("PORT", "port_type"), ("REGION", "region"), ("A MONTH", "month")];
    let ports = table(&list["prices"], &ports);
    let mut text = format!("version {version}, {currency}, {state}; set-up {setup}\n\n{ports}\n");
    if list["shared"].as_array().is_some_and(|shared| !shared.is_empty()) {
        let shared = table(&list["shared"], &[("SHARED PORT", "spec"), ("A MONTH", "month")]);
        let _ = writeln!(text, "{shared}");
    }
    text
}
