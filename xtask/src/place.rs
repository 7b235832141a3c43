//! Where things are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project").into()
}

/// The folder of builds.
pub fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    set.map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A program that runs in the project's root as if it were called at a prompt. What `cargo run`
/// says to `xtask` of its package is not handed on: some build scripts (ring's) read it, and what
/// depends on them would be built anew whenever cargo is called by another.
pub fn program(path: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        let name_of = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name_of.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    command.current_dir(root());
    command
}

/// Cargo.
pub fn cargo() -> Command {
    program("cargo")
}

/// The triple of this machine.
pub fn host() -> Result<String, String> {
    let told = Command::new("rustc").arg("-vV").output().map_err(|e| format!("rustc: {e}"))?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| format!("rustc -vV names no host: {text}"))
}

/// A folder of this process alone, for what need not survive it: in memory where that can be had.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// Makes it.
    pub fn make(name: &str) -> Result<Self, String> {
        let memory = PathBuf::from("/dev/shm");
        let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let path = parent.join(format!("crossconnect-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
