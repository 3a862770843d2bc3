//! The closed world that a tool runs in.

use std::{
    cell::Cell,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tempfile::TempDir;

use crate::{Invocation, Output};

/// When a world begins, unless [`TestEnv::set_now`] says otherwise: a Sunday, far from any change of clocks.
const FIRST_DAY: &str = "2025-10-19T06:00:00Z";

/// A directory with a home, a temporary directory and a clock of its own; it vanishes with the value.
///
/// The clock stands while a command runs and moves on by 1 second after it, so no two rows share an instant.
#[derive(Debug)]
pub struct TestEnv {
    root: TempDir,
    tool: PathBuf,
    now: Cell<DateTime<Utc>>,
}

impl TestEnv {
    /// Returns a new world for the tool at `tool` (give `env!("CARGO_BIN_EXE_<name>")`).
    #[must_use]
    pub fn new(tool: impl Into<PathBuf>) -> Self {
        let root = TempDir::with_prefix("tracker-test-").expect("a temporary directory can be made");
        for folder in ["work", "home", "tmp"] {
            fs::create_dir(root.path().join(folder)).expect("a fresh directory takes a folder");
        }
        Self { root, tool: tool.into(), now: Cell::new(instant(FIRST_DAY)) }
    }

    /// Runs the tool with `args` and waits for its end. Standard input is empty.
    pub fn tracker<S: AsRef<OsStr>>(&self, args: &[S]) -> Output {
        self.invoke(args).run()
    }

    /// Runs the tool with `args` and `stdin` as its standard input, and waits for its end.
    pub fn tracker_with_stdin<S: AsRef<OsStr>>(&self, args: &[S], stdin: impl Into<Vec<u8>>) -> Output {
        self.invoke(args).stdin(stdin).run()
    }

    /// Returns a call of the tool that can be refined before it is run.
    pub fn invoke<S: AsRef<OsStr>>(&self, args: &[S]) -> Invocation {
        self.invoke_tool(&self.tool, args)
    }

    /// Returns a call of another program in the same world.
    pub fn invoke_tool<S: AsRef<OsStr>>(&self, tool: &Path, args: &[S]) -> Invocation {
        let mut command = Command::new(tool);
        command.args(args).current_dir(self.work()).env_clear().envs(self.variables());
        self.advance(1);
        Invocation::new(command, self.root.path())
    }

    /// Sets the clock to an RFC 3339 time.
    pub fn set_now(&self, rfc3339: &str) {
        self.now.set(instant(rfc3339));
    }

    /// Moves the clock on by `seconds` (back, if negative).
    pub fn advance(&self, seconds: i64) {
        self.now.set(self.now.get() + TimeDelta::seconds(seconds));
    }

    /// Returns the instant that the next command will see.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now.get()
    }

    /// Returns the directory that the tool runs in.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// Writes a file below [`TestEnv::work`], with its folders, and returns its path.
    pub fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(&path, bytes).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
        path
    }

    /// Returns the text of a file below [`TestEnv::work`].
    #[must_use]
    pub fn read(&self, path: impl AsRef<Path>) -> String {
        let path = self.work().join(path);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()))
    }

    /// Returns every file in the world, home and temporary directory included, sorted, with `/` between folders.
    ///
    /// A test that a command creates nothing compares two of these lists.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let root = self.root.path();
        let relative = |path: &PathBuf| {
            let path = path.strip_prefix(root).expect("walked from the root");
            path.to_string_lossy().replace('\\', "/")
        };
        crate::fixture::walk(root).iter().map(relative).collect()
    }

    /// Returns the whole environment of the tool.
    fn variables(&self) -> Vec<(&'static str, std::ffi::OsString)> {
        let home = self.root.path().join("home");
        let tmp = self.root.path().join("tmp");
        let mut variables = vec![
            ("COLUMNS", "80".into()),
            ("TZ", "UTC".into()),
            ("LC_ALL", "C".into()),
            ("NO_COLOR", "1".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("TRACKER_NOW", self.now.get().to_rfc3339_opts(SecondsFormat::AutoSi, true).into()),
            ("XDG_CONFIG_HOME", home.join(".config").into()),
            ("XDG_DATA_HOME", home.join(".local/share").into()),
            ("XDG_STATE_HOME", home.join(".local/state").into()),
            ("XDG_CACHE_HOME", home.join(".cache").into()),
        ];
        variables.extend(["HOME", "USERPROFILE"].map(|name| (name, home.clone().into())));
        variables.extend(["TMPDIR", "TMP", "TEMP"].map(|name| (name, tmp.clone().into())));
        // What a process needs to start at all, and what a coverage run needs to be heard.
        let passed = ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];
        variables.extend(passed.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        variables
    }
}

fn instant(rfc3339: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(rfc3339).unwrap_or_else(|e| panic!("{rfc3339}: {e}")).to_utc()
}
