//! `crossconnect audit`: every invariant over a whole store, read-only, beside a running server.

use domain::audit::{Books, Finding, audit};
use serde_json::{Value, json};
use std::path::Path;
use store::sqlite::read_books;

/// What an audit came to.
pub struct Report {
    /// World by world, invariant by invariant.
    pub worlds: Vec<(String, Vec<Finding>)>,
}

impl Report {
    /// Audits the store in this file.
    pub fn of(path: &Path) -> Result<Self, String> {
        if !path.exists() {
            return Err(format!("{}: there is no such store", path.display()));
        }
        let books = read_books(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self::of_books(books))
    }

    /// Audits the books of worlds.
    pub fn of_books(books: Vec<(String, Books)>) -> Self {
        Self { worlds: books.into_iter().map(|(name, books)| (name, audit(&books))).collect() }
    }

    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.worlds.iter().all(|(_, findings)| findings.iter().all(|f| f.offenders.is_empty()))
    }

    /// A line an invariant, all worlds together; offending ids where it is broken.
    pub fn text(&self) -> String {
        let mut lines = String::new();
        let Some((_, first)) = self.worlds.first() else {
            return "the store holds no world\n".into();
        };
        for (place, head) in first.iter().enumerate() {
            let all = self.worlds.iter().map(|(name, findings)| (name, &findings[place]));
            let checked: usize = all.clone().map(|(_, finding)| finding.checked).sum();
            let broken: Vec<String> = all
                .flat_map(|(world, f)| f.offenders.iter().map(move |id| format!("{world}/{id}")))
                .collect();
            let verdict = if broken.is_empty() { "ok  " } else { "FAIL" };
            let line =
                format!("{verdict} {:<3} {:>9}  {}\n", head.invariant, checked, head.statement);
            lines.push_str(&line);
            for id in broken {
                lines.push_str("     ");
                lines.push_str(&id);
                lines.push('\n');
            }
        }
        let verdict = if self.holds() { "CONSISTENT" } else { "BROKEN" };
        lines + verdict + &format!(": {} world(s)\n", self.worlds.len())
    }

    /// The same for machines.
    pub fn json(&self) -> Value {
        let finding = |f: &Finding| {
            json!({"invariant": f.invariant, "statement": f.statement, "checked": f.checked,
                "offenders": f.offenders, "holds": f.offenders.is_empty()})
        };
        let worlds = self.worlds.iter().map(|(name, findings)| {
            json!({"world": name, "findings": findings.iter().map(finding).collect::<Vec<_>>()})
        });
        json!({"consistent": self.holds(), "worlds": worlds.collect::<Vec<_>>()})
    }
}
