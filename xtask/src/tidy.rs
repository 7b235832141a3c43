//! Style as a test: what no compiler checks.
//!
//! Functions have at most 70 lines and lines at most 100 columns; a file of more than 500 lines
//! says why; every operation file is listed; every path that ARCHITECTURE.md names exists; nothing
//! is left unfinished.

use crate::place::root;
use std::fs;
use std::path::{Path, PathBuf};

const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 100;
const FILE_LINES_MAX: usize = 500;

/// How a file of more than [`FILE_LINES_MAX`] lines says why, near its top.
const LONG_BECAUSE: &str = "Long because ";

/// Checks the whole tree.
pub fn run() -> Result<(), String> {
    println!("\n==> tidy");
    let root = root();
    let mut findings = Vec::new();
    let mut files = Vec::new();
    for folder in ["crates", "xtask"] {
        rust_files(&root.join(folder), &mut files);
    }
    for file in &files {
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let name = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        check_file(&name, &text, &mut findings);
    }
    for (folder, table, before, after) in TABLES {
        check_listed(&root, folder, table, (before, after), &mut findings);
    }
    check_architecture(&root, &mut findings);
    for finding in &findings {
        eprintln!("{finding}");
    }
    if findings.is_empty() {
        println!("{} files are tidy", files.len());
        Ok(())
    } else {
        Err(format!("{} findings", findings.len()))
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn check_file(name: &str, text: &str, findings: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    if !text.starts_with("//!") {
        findings.push(format!("{name}: does not open with what it is for"));
    }
    if lines.len() > FILE_LINES_MAX && !text.contains(LONG_BECAUSE) {
        findings.push(format!("{name}: {} lines and no reason", lines.len()));
    }
    // Put together here, so that this file does not find itself.
    let unfinished = [["FIX", "ME"], ["to", "do!("], ["unimple", "mented!("]].map(|w| w.concat());
    for (number, line) in (1..).zip(&lines) {
        if line.chars().count() > LINE_COLUMNS_MAX && !line.contains("r#\"") {
            findings.push(format!("{name}:{number}: longer than {LINE_COLUMNS_MAX} columns"));
        }
        if unfinished.iter().any(|word| line.contains(word.as_str())) {
            findings.push(format!("{name}:{number}: left unfinished"));
        }
    }
    check_functions(name, &lines, findings);
}

/// A function begins where a line says `fn` and ends at the brace that stands as far out.
fn check_functions(name: &str, lines: &[&str], findings: &mut Vec<String>) {
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let starts = ["fn ", "pub fn ", "async fn ", "pub async fn ", "const fn ", "pub const fn "];
        let crate_only = code.strip_prefix("pub(crate) ").or(code.strip_prefix("pub(super) "));
        let code = crate_only.unwrap_or(code);
        if !starts.iter().any(|word| code.starts_with(word)) {
            continue;
        }
        let mut head = lines[start..].iter();
        if head.find(|line| line.ends_with(['{', ';'])).is_some_and(|last| last.ends_with(';')) {
            continue; // declared, not defined
        }
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == end);
        if let Some(length) = length
            && length + 1 > FUNCTION_LINES_MAX
        {
            findings.push(format!("{name}:{}: a function of {} lines", start + 1, length + 1));
        }
    }
}

/// Folders whose every file stands in a table, the table, and what stands before and after a name.
const TABLES: [(&str, &str, &str, &str); 3] = [
    ("crates/api/src/operations", "crates/api/src/operations.rs", "    ", ","),
    ("crates/domain/src/commands", "crates/domain/src/command.rs", "mod ", ";"),
    ("crates/store/src/tables", "crates/store/src/tables.rs", "mod ", ";"),
];

/// Every file of a folder stands in its table.
fn check_listed(
    root: &Path,
    folder: &str,
    table: &str,
    (before, after): (&str, &str),
    findings: &mut Vec<String>,
) {
    let text = fs::read_to_string(root.join(table)).unwrap_or_default();
    let mut files = Vec::new();
    rust_files(&root.join(folder), &mut files);
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if !text.contains(&format!("{before}{name}{after}")) {
            findings.push(format!("{folder}/{name}.rs does not stand in {table}"));
        }
    }
}

/// Every path in ARCHITECTURE.md's code marks exists.
fn check_architecture(root: &Path, findings: &mut Vec<String>) {
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default();
    for word in text.split('`').skip(1).step_by(2) {
        let is_path = word.contains('/') && !word.contains(' ') && !word.contains(':');
        let is_ours = ["crates/", "xtask/", "clients/", "fixtures/", "docs/"]
            .iter()
            .any(|folder| word.starts_with(folder));
        if is_path && is_ours && !root.join(word).exists() {
            findings.push(format!("ARCHITECTURE.md names {word}, which does not exist"));
        }
    }
}
