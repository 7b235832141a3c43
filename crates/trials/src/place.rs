//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's root.
fn root() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).expect("this crate lies in the project's crates")
}

/// The folder of builds.
pub fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    set.map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// How the server is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Build {
    /// As it is handed out: everything optimized as one piece, built slowly.
    Dist,
    /// As README builds it.
    Release,
}

impl Build {
    /// Its profile's name, and its folder's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dist => "dist",
            Self::Release => "release",
        }
    }

    /// Where the server is, once it is built so.
    pub fn binary(self) -> PathBuf {
        target().join(self.name()).join("crossconnect")
    }

    /// Builds the server, and says where it is.
    pub fn make(self) -> Result<PathBuf, String> {
        let mut command = Command::new("cargo");
        command.args(["build", "--profile", self.name(), "--package", "server"]);
        match command.args(["--bin", "crossconnect"]).current_dir(root()).status() {
            Ok(status) if status.success() => Ok(self.binary()),
            Ok(status) => Err(format!("the server could not be built: {status}")),
            Err(error) => Err(format!("cargo: {error}")),
        }
    }
}

/// A folder of this process alone, for what need not survive it.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// Makes it under a folder.
    pub fn under(parent: &Path, name: &str) -> Result<Self, String> {
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
