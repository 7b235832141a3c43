//! The clock of a world: shown, moved, and how far a move is.

use super::{Action, Asked, Subject, word};
use clap::{Arg, ArgGroup};
use domain::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(super) static SUBJECT: Subject = Subject::One(Action {
    name: "clock",
    about: "Moves the clock of a sandbox's world, or shows it",
    takes: |command| {
        let advance = Arg::new("advance").long("advance").value_name("DURATION");
        let set = Arg::new("set").long("set").value_name("TIME");
        command
            .arg(advance.help("By so much, such as P30D or P5Y"))
            .arg(set.help("To this instant, such as 2030-01-01T00:00:00Z"))
            .group(ArgGroup::new("move").args(["advance", "set"]))
            .after_help("Example: crossconnect admin clock --advance P5Y")
    },
    asks: |matches| {
        let said = |name: &str| matches.get_one::<String>(name);
        Ok(match (said("advance"), said("set")) {
            (Some(span), _) => Asked::post("/clock", json!({"advance": span}).to_string()),
            (None, Some(time)) => Asked::post("/clock", json!({"set": time}).to_string()),
            (None, None) => Asked::get("/clock"),
        })
    },
    tells: |answer| {
        let mut text = format!("the world's time is {}\n", word(answer, "clock"));
        for (cause, count) in answer["happened"].as_object().into_iter().flatten() {
            let _ = writeln!(text, "{:>10} {cause}", count.to_string());
        }
        if let Some(line) = shown(answer, answer) {
            let _ = writeln!(text, "on its way: {line}");
        }
        text
    },
    shows: Some(shown),
});

/// How wide the bar is.
const WIDTH: usize = 30;

/// How far a move is, as a bar over the years that it passes.
fn shown(first: &Value, now: &Value) -> Option<String> {
    let at = |told: &Value, name: &str| Timestamp::parse(told["moving"][name].as_str()?);
    let (from, reached, to) = (at(first, "reached")?, at(now, "reached")?, at(now, "to")?);
    let parts = |from: Timestamp, to: Timestamp| usize::try_from(to.ms() - from.ms()).unwrap_or(0);
    let share = |of: usize| parts(from, reached).saturating_mul(of) / parts(from, to).max(1);
    let bar = "#".repeat(share(WIDTH).min(WIDTH));
    let (percent, year) = (share(100).min(100), reached.to_string());
    let (done, left) = (&now["moving"]["done"], &now["moving"]["left"]);
    Some(format!("[{bar:.<WIDTH$}] {percent:>3} %  {year}  {done} done, {left} due"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_is_shown_as_a_bar_over_its_years_and_nothing_else_is() {
        let moving = |reached: &str| {
            json!({"clock": "2031-01-01T00:00:00Z", "moving": {"to": "2031-01-01T00:00:00Z",
                "reached": reached, "done": 7, "left": 3}})
        };
        let (first, now) = (moving("2030-01-01T00:00:00Z"), moving("2030-07-02T12:00:00Z"));
        assert_eq!(
            shown(&first, &now).as_deref(),
            Some("[###############...............]  50 %  2030-07-02T12:00:00Z  7 done, 3 due")
        );
        assert_eq!(shown(&first, &json!({"clock": "2031-01-01T00:00:00Z"})), None);
    }
}
