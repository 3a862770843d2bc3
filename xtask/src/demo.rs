//! `demo`: the tool's own demo, from a release build, in a home where nothing else is.

use std::{fs, path::PathBuf, process::Command, time::Instant};

use crate::{Failure, place, step};

/// Builds and runs `tracker demo` with `args`; its output goes to the terminal.
pub(crate) fn run(args: &[&str]) -> Result<(), Failure> {
    build()?;
    let home = Home::new()?;
    step::pass(home.tool("tracker").arg("demo").args(args))
}

/// Runs the demo as [`run`] does and returns what it said and how many seconds it took.
pub(crate) fn heard() -> Result<(String, f64), Failure> {
    let home = Home::new()?;
    let mut said = String::new();
    let started = Instant::now();
    let ended_well = step::listen(home.tool("tracker").arg("demo").arg("--dir").arg("demo"), |line| {
        said.push_str(line);
        said.push('\n');
    })?;
    let seconds = started.elapsed().as_secs_f64();
    if ended_well { Ok((said, seconds)) } else { Err(format!("`tracker demo` failed:\n{said}")) }
}

/// Builds the release binaries of every tool in the tree.
pub(crate) fn build() -> Result<(), Failure> {
    build_as(&["--release"])
}

/// Builds the unoptimized binaries of every tool: the same words, minutes sooner.
pub(crate) fn build_debug() -> Result<(), Failure> {
    build_as(&[])
}

fn build_as(profile: &[&str]) -> Result<(), Failure> {
    let mut words = vec!["build".to_owned(), "--bins".into(), "--quiet".into()];
    words.extend(profile.iter().map(|&word| word.to_owned()));
    words.extend(place::tools().into_iter().flat_map(|tool| ["--package".to_owned(), tool]));
    step::pass(&mut step::cargo(&words))
}

/// A home directory that is gone after the run.
pub(crate) struct Home {
    folder: PathBuf,
}

impl Home {
    pub(crate) fn new() -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("tracker-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
        Ok(Self { folder })
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Returns a release binary that knows of nothing but this home.
    pub(crate) fn tool(&self, name: &str) -> Command {
        self.closed(place::release_binary(name))
    }

    /// Returns an unoptimized binary that knows of nothing but this home.
    pub(crate) fn debug_tool(&self, name: &str) -> Command {
        self.closed(place::debug_binary(name))
    }

    fn closed(&self, binary: PathBuf) -> Command {
        let mut command = Command::new(binary);
        command
            .current_dir(&self.folder)
            .env_clear()
            .env("COLUMNS", "80")
            .env("NO_COLOR", "1")
            .env("TZ", "UTC");
        for variable in ["HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "XDG_CONFIG_HOME"] {
            command.env(variable, &self.folder);
        }
        for variable in ["PATH", "SystemRoot"] {
            if let Some(value) = std::env::var_os(variable) {
                command.env(variable, value);
            }
        }
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What stays behind lies in the temporary directory, which the system sweeps.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
