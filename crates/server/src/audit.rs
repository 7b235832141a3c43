//! `crossconnect audit`: every invariant over a whole store, read-only, beside a running server.

use domain::audit::{Books, Finding, audit};
use serde_json::{Value, json};
use std::path::Path;
use store::sqlite::{OpenError, read_books, read_snapshots_in, read_world};

/// What an audit came to.
pub struct Report {
    /// World by world, invariant by invariant.
    pub worlds: Vec<(String, Vec<Finding>)>,
    /// The same of snapshots, each called `WORLD@NAME`.
    pub snapshots: Vec<(String, Vec<Finding>)>,
}

impl Report {
    /// Audits the store in this file.
    pub fn of(path: &Path) -> Result<Self, String> {
        let said = there(path)?;
        let worlds = read_books(path).map_err(said)?;
        let snapshots = read_snapshots_in(path, None).map_err(said)?;
        Ok(Self { worlds: audited(worlds), snapshots: audited(snapshots) })
    }

    /// Audits one world of it alone.
    pub fn of_world(path: &Path, world: &str) -> Result<Self, String> {
        let books = read_world(path, world).map_err(there(path)?)?;
        let nothing = || format!("{}: there is no world {world:?}", path.display());
        Ok(Self::of_books(vec![(world.to_owned(), books.ok_or_else(nothing)?)]))
    }

    /// Audits the books of worlds.
    pub fn of_books(books: Vec<(String, Books)>) -> Self {
        Self { worlds: audited(books), snapshots: Vec::new() }
    }

    fn all(&self) -> impl Iterator<Item = &(String, Vec<Finding>)> + Clone {
        self.worlds.iter().chain(&self.snapshots)
    }

    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.all().all(|(_, findings)| findings.iter().all(|f| f.offenders.is_empty()))
    }

    /// A line an invariant, all worlds together; offending ids where it is broken.
    pub fn text(&self) -> String {
        let mut lines = String::new();
        let Some((_, first)) = self.worlds.first() else {
            return "the store holds no world\n".into();
        };
        for (place, head) in first.iter().enumerate() {
            let all = self.all().map(|(name, findings)| (name, &findings[place]));
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
        let snapshots = match self.snapshots.len() {
            0 => String::new(),
            count => format!(", {count} snapshot(s)"),
        };
        lines + verdict + &format!(": {} world(s){snapshots}\n", self.worlds.len())
    }

    /// The same for machines.
    pub fn json(&self) -> Value {
        let finding = |f: &Finding| {
            json!({"invariant": f.invariant, "statement": f.statement, "checked": f.checked,
                "offenders": f.offenders, "holds": f.offenders.is_empty()})
        };
        let findings = |all: &[Finding]| all.iter().map(finding).collect::<Vec<_>>();
        let worlds = self.worlds.iter();
        let worlds = worlds.map(|(name, all)| json!({"world": name, "findings": findings(all)}));
        let kept = self.snapshots.iter();
        let kept = kept.map(|(name, all)| json!({"snapshot": name, "findings": findings(all)}));
        json!({"consistent": self.holds(), "worlds": worlds.collect::<Vec<_>>(),
            "snapshots": kept.collect::<Vec<_>>()})
    }
}

/// How to say what is wrong with a file, which is there.
fn there(path: &Path) -> Result<impl Fn(OpenError) -> String + Copy, String> {
    if path.exists() {
        Ok(move |error: OpenError| format!("{}: {error}", path.display()))
    } else {
        Err(format!("{}: there is no such store", path.display()))
    }
}

fn audited(books: Vec<(String, Books)>) -> Vec<(String, Vec<Finding>)> {
    books.into_iter().map(|(name, books)| (name, audit(&books))).collect()
}
