//! `docs/mutants.md`: the mutants that nothing catches, with the reason why they cannot matter.

use super::Verdicts;
use crate::place::root;
use std::collections::{BTreeMap, BTreeSet};

/// How many mutants of each name may survive. Names are without lines and columns, which every
/// edit changes.
pub struct Listed(BTreeMap<String, usize>);

impl Listed {
    pub fn read() -> Result<Self, String> {
        let path = root().join("docs/mutants.md");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text)
    }

    /// Each entry begins "- `name`", or "- `name` ×2" if several mutants are called so.
    fn parse(text: &str) -> Result<Self, String> {
        let mut listed = BTreeMap::new();
        for line in text.lines() {
            let Some((name, rest)) = line.strip_prefix("- `").and_then(|l| l.split_once('`'))
            else {
                continue;
            };
            let times = rest.trim_start().strip_prefix('×');
            let digits = times.map(|times| times.split(|c: char| !c.is_ascii_digit()).next());
            let count = match digits.flatten() {
                Some(digits) => digits.parse().map_err(|_| format!("how many? {line}"))?,
                None => 1,
            };
            if listed.insert(name.to_owned(), count).is_some() {
                return Err(format!("{name} is listed twice"));
            }
        }
        Ok(Self(listed))
    }

    /// What is wrong: survivors that are not listed, and, if the run was `whole`, or had any
    /// mutant of the file, listed ones that did not survive.
    pub fn compare(&self, verdicts: &Verdicts, whole: bool) -> Vec<String> {
        let mut survived: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let mut files = BTreeSet::new();
        for (name, verdict) in verdicts {
            let (file, short) = shorten(name);
            files.insert(file);
            if verdict.is_none() {
                survived.entry(short).or_default().push(name);
            }
        }
        let mut wrong = Vec::new();
        for (short, names) in &survived {
            let listed = self.0.get(short).copied().unwrap_or(0);
            if names.len() > listed {
                let names = names.join("\n    ");
                wrong.push(format!("survives, listed {listed} times:\n    {names}"));
            }
        }
        for (short, &listed) in &self.0 {
            let survive = survived.get(short).map_or(0, Vec::len);
            let tried = whole || short.split(": ").next().is_some_and(|file| files.contains(file));
            if tried && survive < listed {
                wrong.push(format!("listed {listed} times, but survives {survive} times: {short}"));
            }
        }
        wrong
    }
}

/// The file of a mutant, and its name without line and column.
fn shorten(name: &str) -> (&str, String) {
    let mut parts = name.splitn(4, ':');
    let file = parts.next().unwrap_or_default();
    let what = parts.nth(2).unwrap_or_default();
    (file, format!("{file}:{what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# Title\n\n- `a.rs: replace x with y`: for a reason\n  of two lines.\n\
                        - `b.rs: delete !` ×2, for another.\n";

    fn check(verdicts: &[(&str, Option<&str>)], whole: bool, wrong: usize) {
        let listed = Listed::parse(LIST).expect("a list");
        let owned =
            verdicts.iter().map(|(name, by)| ((*name).to_owned(), by.map(str::to_owned))).collect();
        let got = listed.compare(&owned, whole);
        assert_eq!(got.len(), wrong, "{verdicts:?}: {got:?}");
    }

    #[test]
    fn survivors_and_list_must_be_the_same() {
        let (a, b, c) = ("a.rs:1:2: replace x with y", "b.rs:1:1: delete !", "b.rs:2:2: delete !");
        check(&[(a, None), (b, None), (c, None)], true, 0);
        check(&[(a, None), (b, None), (c, Some("unit tests"))], true, 1);
        check(&[(a, Some("unit tests")), (b, None), (c, None)], true, 1);
        check(&[(a, None), (b, None), (c, None), ("b.rs:3:3: delete !", None)], true, 1);
        check(&[(a, None), ("c.rs:1:1: delete -", None)], false, 1);
        check(&[(a, None)], false, 0);
        check(&[(a, None)], true, 1);
    }

    #[test]
    fn nothing_is_listed_twice() {
        assert!(Listed::parse("- `a`\n- `a`\n").is_err());
    }
}
