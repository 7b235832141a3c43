//! How circuits and routers move, drawn from the tables that move them.

use domain::circuit::machine::{By, relocked, rows};
use domain::circuit::{CircuitState, Event, LoaStatus, Locks, Status, step};
use domain::router::{self, RouterEvent, RouterStatus};
use std::fmt::Write as _;

/// Between these two lines of `docs/circuits.md` stands [`drawn`].
pub const MARKS: [&str; 2] =
    ["<!-- states: made by `cargo xtask generate` -->", "<!-- /states -->"];

/// The states of circuits and routers as diagrams and as tables.
pub fn drawn() -> String {
    [statuses(), table(), letters(), locks(), routers()].concat()
}

/// A name that a diagram takes: without blanks.
fn place(text: &str) -> String {
    text.replace(' ', "")
}

fn statuses() -> String {
    let mut text = String::from("### Status\n\n```mermaid\nstateDiagram-v2\n");
    for status in Status::ALL {
        let _ = writeln!(text, "    state \"{}\" as {}", status.text(), place(status.text()));
    }
    text.push_str("    [*] --> Initial\n");
    for &event in Event::ALL {
        let moves = rows(event).flat_map(|row| row.status).filter(|(from, to)| from != to);
        for (from, to) in moves {
            let (from, to) = (place(from.text()), place(to.text()));
            let _ = writeln!(text, "    {from} --> {to}: {}", event.text());
        }
    }
    text + "```\n\n"
}

/// Which event is taken where: rows are states, a letter that would allow it given.
fn table() -> String {
    let moving = || Event::ALL.iter().copied().filter(|event| rows(*event).next().is_some());
    let mut text = String::from(
        "Which event is taken in which Status, and where it leads (`=`: it stays there; nothing: \
         it is refused). Where a letter matters, one that allows it is there.\n\n| event | by |",
    );
    for status in Status::ALL {
        let _ = write!(text, " {} |", status.text());
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(Status::ALL.len()));
    text.push('\n');
    for event in moving() {
        let _ = write!(text, "| {} | {} |", event.text(), event.by().text());
        for &status in Status::ALL {
            let letters = || LoaStatus::ALL.iter().map(|loa| Some(*loa)).chain([None]);
            let leads = letters().find_map(|loa| {
                step(CircuitState { loa, ..CircuitState::born(status) }, event).ok()
            });
            let cell = match leads {
                None => String::new(),
                Some(next) if next.deleted => "gone".into(),
                Some(next) if next.status == status => "=".into(),
                Some(next) => next.status.text().into(),
            };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text + "\n"
}

fn letters() -> String {
    let mut text = String::from(
        "### LoaStatus\n\n```mermaid\nstateDiagram-v2\n    state \"no letter\" as none\n",
    );
    text.push_str("    [*] --> none\n");
    let name = |loa: Option<LoaStatus>| loa.map_or("none", LoaStatus::text);
    for &event in Event::ALL {
        let mut seen = Vec::new();
        for (from, to) in rows(event).flat_map(|row| row.loa) {
            if *from != Some(*to) && !seen.contains(&(from, to)) {
                let (from, to) = (name(*from), name(Some(*to)));
                let _ = writeln!(text, "    {from} --> {to}: {}", event.text());
            }
            seen.push((from, to));
        }
    }
    text + "```\n\n"
}

fn locks() -> String {
    let mut text = String::from(
        "### BusinessStatus\n\nEach of the two locks is set and lifted for itself, wherever the \
         circuit stands; of two, that for security is told.\n\n| event | by | Normal | \
         FinancialLocked | SecurityLocked | both |\n|---|---|---|---|---|---|\n",
    );
    let all = [Locks::None, Locks::Financial, Locks::Security, Locks::Both];
    for &event in Event::ALL.iter().filter(|event| relocked(Locks::None, **event).is_some()) {
        let _ = write!(text, "| {} | {} |", event.text(), By::Carrier.text());
        for locks in all {
            let after = relocked(locks, event).expect("it locks or unlocks").business();
            let _ = write!(text, " {} |", after.text());
        }
        text.push('\n');
    }
    text
}

fn routers() -> String {
    let mut text = String::from(
        "\n### Status of a router\n\n```mermaid\nstateDiagram-v2\n    [*] --> active: create\n    \
         [*] --> unconfirmed: create for another account\n",
    );
    for &event in RouterEvent::ALL {
        for (from, to) in router::moves(event).iter().filter(|(from, to)| from != to) {
            let _ = writeln!(text, "    {} --> {}: {}", from.text(), to.text(), event.text());
        }
    }
    text.push_str("    deleting --> [*]: finish\n```\n\n| event |");
    for status in RouterStatus::ALL {
        let _ = write!(text, " {} |", status.text());
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(RouterStatus::ALL.len()));
    text.push('\n');
    for &event in RouterEvent::ALL {
        let _ = write!(text, "| {} |", event.text());
        for &status in RouterStatus::ALL {
            let cell = match router::step(status, event) {
                Err(_) => "",
                Ok(RouterStatus::Deleting) if status == RouterStatus::Deleting => "gone",
                Ok(next) if next == status => "=",
                Ok(next) => next.text(),
            };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

/// The document with the states as they are now; `None` if the marks are missing.
pub fn renewed(document: &str) -> Option<String> {
    super::between(document, MARKS, &format!("\n\n{}\n", drawn()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_what_the_tables_say() {
        let drawn = drawn();
        for line in [
            "    Confirmed --> Enabled: enable",
            "    state \"Allocation Failed\" as AllocationFailed",
            "    none --> Applying: apply_for_loa",
            "| cancel | a call | Canceled | Canceled |  | Canceled | Canceled |  |  |  |  |  |  |",
            "| unlock | the carrier | Normal | Normal | Normal | Normal |",
            "    active --> terminating: terminate",
            "| finish |  |  | terminated |  | active | gone |",
        ] {
            assert!(drawn.lines().any(|its| its == line), "{line}\n{drawn}");
        }
        assert_eq!(renewed("no marks"), None);
    }
}
