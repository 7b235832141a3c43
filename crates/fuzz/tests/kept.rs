//! Every target over every input that is kept: what it begins with, and what once broke something.
//!
//! A file in `regressions/TARGET/` is named after the promise that it once broke.

use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn check(name: &str) {
    let target = fuzz::find(name).expect("a target");
    for (number, seed) in (target.seeds)().iter().enumerate() {
        println!("{name}: seed {number}");
        (target.run)(seed);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions").join(name);
    for path in files(&folder) {
        println!("{}", path.display());
        (target.run)(&std::fs::read(&path).expect("a file"));
    }
    (target.run)(b"");
}

macro_rules! holds {
    ($($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })+

        #[test]
        fn every_target_is_a_file_and_is_tested_here() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/targets");
            let stem = |path: PathBuf| path.file_stem().expect("a name").display().to_string();
            let files: Vec<_> = files(&folder).into_iter().map(stem).collect();
            let mut known: Vec<_> = fuzz::TARGETS.iter().map(|target| target.name).collect();
            known.sort_unstable();
            assert_eq!(files, known);
            let mut tested = vec![$(stringify!($name)),+];
            tested.sort_unstable();
            assert_eq!(tested, known);
        }
    };
}

holds![acs, answers, authorization, calls, form, gateway, http, roa, rpc, values];
