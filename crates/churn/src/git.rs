//! The one place that starts git: deaf to the user's settings and variables, with a time limit. A repository that is
//! there is only read; one for a demo can be made.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::commit::CommitId;
use crate::error::ChurnError;

/// How long one git command may take by default.
const TIMEOUT: Duration = Duration::from_secs(600);
/// How often an ended command is looked for.
const GLANCE: Duration = Duration::from_millis(2);
/// How much of what git says on standard error is kept.
const SAID: u64 = 16 * 1024;

/// Settings that would start other programs, use the network, or change what is printed.
const SETTINGS: [&str; 13] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.quotePath=false",
    "color.ui=false",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.suppressBlankEmpty=false",
    "diff.renameLimit=1000",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
    "protocol.allow=never",
    "gc.auto=0",
];

/// Commands that write, for a repository of our own making: they hear no setting of the user or the machine at all.
const WRITING: [&str; 3] = ["init", "fast-import", "reset"];

/// A repository that is read through the `git` program; only [`Repo::create`] and [`Repo::import`] ever write.
///
/// No lock is taken, no hook, pager, file-system monitor, external diff or text conversion runs, nothing is fetched,
/// and `GIT_*` variables of the caller have no effect.
#[derive(Debug, Clone)]
pub struct Repo {
    dir: PathBuf,
    timeout: Duration,
    is_shallow: bool,
}

/// Where a repository stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeadState {
    /// The commit that is checked out.
    pub commit: CommitId,
    /// Whether a tracked file differs from it.
    pub is_dirty: bool,
}

impl Repo {
    /// Opens the repository that holds `dir`.
    ///
    /// ```no_run
    /// let repo = tracker_churn::Repo::open(".")?;
    /// println!("{}", repo.head()?.commit);
    /// # Ok::<(), tracker_churn::ChurnError>(())
    /// ```
    ///
    /// # Errors
    /// [`ChurnError::NoRepo`], [`ChurnError::NoGit`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, ChurnError> {
        let mut repo = Self { dir: dir.as_ref().to_owned(), timeout: TIMEOUT, is_shallow: false };
        let no_repo = |reason: String| ChurnError::NoRepo { dir: dir.as_ref().to_owned(), reason };
        if !repo.dir.is_dir() {
            return Err(no_repo("there is no such folder".into()));
        }
        match repo.output(&["rev-parse", "--is-shallow-repository"]) {
            Ok(said) => repo.is_shallow = said.starts_with(b"true"),
            Err(ChurnError::Git { reason, .. }) => return Err(no_repo(reason)),
            Err(other) => return Err(other),
        }
        Ok(repo)
    }

    /// Makes an empty repository in a folder that is there and holds none, for a demo or a test. Its branch is `main`.
    ///
    /// # Errors
    /// [`ChurnError::NoGit`]; [`ChurnError::Git`] when the folder cannot be written or holds a repository.
    pub fn create(dir: impl AsRef<Path>) -> Result<Self, ChurnError> {
        let repo = Self { dir: dir.as_ref().to_owned(), timeout: TIMEOUT, is_shallow: false };
        if repo.dir.join(".git").exists() {
            let reason = format!("{} holds a repository", repo.dir.display());
            return Err(ChurnError::Git { command: "init".into(), reason });
        }
        repo.output(&["init", "--quiet", "--template=", "--initial-branch=main"])?;
        Ok(repo)
    }

    /// Adds commits to a repository that [`Repo::create`] made, and checks the branch `main` out. Names and times come
    /// from the stream (the format of `git fast-import`), so that the same stream gives the same commits everywhere.
    ///
    /// # Errors
    /// [`ChurnError::Git`] for a stream that is none.
    pub fn import(&self, stream: &[u8]) -> Result<(), ChurnError> {
        let quiet = |out: &mut dyn BufRead| {
            std::io::copy(out, &mut std::io::sink()).map_err(|cause| broken(&["fast-import"], &cause))
        };
        self.stream(&["fast-import", "--quiet"], stream.to_vec(), quiet)?;
        self.output(&["reset", "--hard", "--quiet", "refs/heads/main"]).map(drop)
    }

    /// Sets how long one git command may take (10 minutes by default).
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns whether the history is cut off.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    /// Returns the folder of the working tree, or that of a bare repository.
    ///
    /// # Errors
    /// [`ChurnError::Git`].
    pub fn top(&self) -> Result<PathBuf, ChurnError> {
        let said = match self.output(&["rev-parse", "--show-toplevel"]) {
            Err(ChurnError::Git { .. }) => self.output(&["rev-parse", "--absolute-git-dir"])?,
            said => said?,
        };
        let text = said.strip_suffix(b"\n").unwrap_or(&said);
        Ok(PathBuf::from(String::from_utf8_lossy(text).into_owned()))
    }

    /// Returns the commit that a revision names.
    ///
    /// # Errors
    /// [`ChurnError::UnknownCommit`]; a text that looks like an option is one of those.
    pub fn resolve(&self, rev: &str) -> Result<CommitId, ChurnError> {
        let unknown = || ChurnError::UnknownCommit { rev: rev.to_owned(), is_shallow: self.is_shallow };
        if rev.is_empty() || rev.contains(['\0', '\n']) {
            return Err(unknown());
        }
        let asked = format!("{rev}^{{commit}}");
        match self.output(&["rev-parse", "--verify", "--quiet", "--end-of-options", &asked]) {
            Ok(said) => String::from_utf8_lossy(&said).trim_end().parse().map_err(|_| unknown()),
            Err(ChurnError::Git { .. }) => Err(unknown()),
            Err(other) => Err(other),
        }
    }

    /// Returns the commit that is checked out and whether the working tree differs from it.
    ///
    /// # Errors
    /// [`ChurnError::UnknownCommit`] before the first commit.
    pub fn head(&self) -> Result<HeadState, ChurnError> {
        let commit = self.resolve("HEAD")?;
        let status = ["status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all"];
        // A bare repository has no working tree, so it cannot be dirty.
        let is_dirty = self.output(&status).is_ok_and(|said| !said.is_empty());
        Ok(HeadState { commit, is_dirty })
    }

    /// Runs a command and returns what it prints.
    pub(crate) fn output(&self, args: &[&str]) -> Result<Vec<u8>, ChurnError> {
        self.stream(args, Vec::new(), |out| {
            let mut bytes = Vec::new();
            out.read_to_end(&mut bytes).map_err(|cause| broken(args, &cause))?;
            Ok(bytes)
        })
    }

    /// Runs a command on `input` and lets `read` take its output while it comes.
    pub(crate) fn stream<T>(
        &self,
        args: &[&str],
        input: Vec<u8>,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, ChurnError>,
    ) -> Result<T, ChurnError> {
        let begun = Instant::now();
        let mut child = self.command(args).spawn().map_err(|source| ChurnError::NoGit { source })?;
        let feeder = child.stdin.take().map(|pipe| thread::spawn(move || feed(pipe, &input)));
        let listener = child.stderr.take().map(|pipe| thread::spawn(move || listen(pipe)));
        let out = child.stdout.take();
        let child = Arc::new(Mutex::new(child));
        let (done, watch) = mpsc::channel::<()>();
        let (watched, limit) = (Arc::clone(&child), self.timeout);
        let watchdog = thread::spawn(move || {
            let is_late = watch.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if is_late {
                // A command that has just ended cannot be killed, and need not be.
                let _ = lock(&watched).kill();
            }
            is_late
        });
        let result = match out {
            Some(pipe) => {
                let mut reader = BufReader::with_capacity(1 << 16, pipe);
                let result = read(&mut reader);
                if result.is_err() {
                    let _ = std::io::copy(&mut reader, &mut std::io::sink());
                }
                result
            }
            None => Err(ChurnError::unreadable(name(args), "it has no output")),
        };
        let status = wait(&child).map_err(|cause| broken(args, &cause))?;
        drop(done);
        // A watchdog that was not given the time to look says nothing; the clock does.
        let is_late = watchdog.join().unwrap_or(false) || begun.elapsed() >= self.timeout;
        drop(feeder.map(thread::JoinHandle::join));
        let said = listener.and_then(|listener| listener.join().ok()).unwrap_or_default();
        match (is_late, status.success()) {
            (true, _) => Err(ChurnError::TimedOut { command: name(args).into(), limit: self.timeout }),
            (false, true) => result,
            (false, false) => Err(ChurnError::Git { command: name(args).into(), reason: first_line(&said) }),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        #[expect(clippy::disallowed_methods, reason = "this file is where the churn crate starts git")]
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_NO_LAZY_FETCH", "1").env("GIT_PAGER", "cat");
        command.arg("--no-optional-locks").arg("--no-pager").arg("-C").arg(&self.dir);
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        if WRITING.contains(&name(args)) {
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        }
        if name(args) == "diff-tree" {
            // A larger file has no lines for the replay, so that its patch is never held.
            command.args(["-c", "core.bigFileThreshold=16m"]);
        }
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn name<'a>(args: &[&'a str]) -> &'a str {
    args.first().copied().unwrap_or_default()
}

fn broken(args: &[&str], cause: &std::io::Error) -> ChurnError {
    ChurnError::unreadable(name(args), cause.to_string())
}

fn feed(mut pipe: ChildStdin, input: &[u8]) {
    // A command that stops reading early says why by its exit status.
    let _ = pipe.write_all(input);
}

fn listen(pipe: ChildStderr) -> Vec<u8> {
    let (mut said, mut pipe) = (Vec::new(), pipe);
    let _ = (&mut pipe).take(SAID).read_to_end(&mut said);
    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    said
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait(child: &Mutex<Child>) -> std::io::Result<ExitStatus> {
    loop {
        // The lock is let go between the looks, so that the watchdog can kill.
        if let Some(status) = lock(child).try_wait()? {
            return Ok(status);
        }
        thread::sleep(GLANCE);
    }
}

fn first_line(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.next().unwrap_or("it said nothing").to_owned()
}
