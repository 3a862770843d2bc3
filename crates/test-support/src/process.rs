//! A command that is started, fed, waited for with patience that ends, or killed.

use std::{
    ffi::OsStr,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{Output, Usage};

/// A command that ran this long hangs; generous, because a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often to look whether it ended.
const GLANCE: Duration = Duration::from_millis(2);

/// A call of the tool before it is run.
#[derive(Debug)]
#[must_use = "run or start it"]
pub struct Invocation {
    command: Command,
    stdin: Vec<u8>,
    patience: Duration,
    root: PathBuf,
}

impl Invocation {
    pub(crate) fn new(command: Command, root: &Path) -> Self {
        Self { command, stdin: Vec::new(), patience: PATIENCE, root: root.to_owned() }
    }

    /// Gives these bytes as standard input, then its end.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes a variable from the environment.
    pub fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs in this directory instead of the world's `work`.
    pub fn dir(mut self, path: impl AsRef<Path>) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Counts the command as hung after `patience` instead of a minute.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs the command to its end; a command that hangs fails the test.
    pub fn run(mut self) -> Output {
        let bytes = std::mem::take(&mut self.stdin);
        let mut running = self.start();
        let mut pipe = running.stdin.take().expect("standard input is piped");
        // From a thread: a command that answers before it has read all must not block us. One that stops reading
        // early is within its rights, so a broken pipe is no error.
        let feeder = thread::spawn(move || {
            let _ = pipe.write_all(&bytes);
        });
        let output = running.wait();
        let _ = feeder.join();
        output
    }

    /// Starts the command and leaves its standard input open.
    pub fn start(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            self.command.spawn().unwrap_or_else(|e| panic!("cannot start {:?}: {e}", self.command));
        let stdout = Heard::listen(child.stdout.take().expect("standard output is piped"));
        let stderr = Heard::listen(child.stderr.take().expect("standard error is piped"));
        let stdin = child.stdin.take();
        Running { child, stdin, stdout, stderr, patience: self.patience, root: self.root }
    }
}

/// A command that runs; it is killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Heard,
    stderr: Heard,
    patience: Duration,
    root: PathBuf,
}

impl Running {
    /// Writes to the command's standard input; false when the command no longer reads it.
    #[must_use]
    pub fn feed(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let pipe = self.stdin.as_mut().expect("standard input was closed before");
        pipe.write_all(bytes.as_ref()).and_then(|()| pipe.flush()).is_ok()
    }

    /// Waits until standard output holds `text`; fails the test when it does not come.
    pub fn expect_stdout(&mut self, text: &str) {
        let started = Instant::now();
        while !String::from_utf8_lossy(&self.stdout.so_far()).contains(text) {
            assert!(started.elapsed() < self.patience, "{text:?} did not come\n{}", self.shown(None));
            thread::sleep(GLANCE);
        }
    }

    /// Kills the command at once and returns what it had said.
    pub fn kill(mut self) -> Output {
        let _ = self.child.kill();
        self.wait()
    }

    /// Closes standard input and waits for the end; a command that hangs fails the test.
    pub fn wait(mut self) -> Output {
        drop(self.stdin.take());
        let started = Instant::now();
        let mut usage = Usage::default();
        let status = loop {
            usage.update(self.child.id());
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                break status;
            }
            self.check_patience(started);
            thread::sleep(GLANCE);
        };
        while !(self.stdout.is_finished() && self.stderr.is_finished()) {
            self.check_patience(started);
            thread::sleep(GLANCE);
        }
        self.shown(status.code()).with_usage(usage)
    }

    fn check_patience(&mut self, started: Instant) {
        if started.elapsed() >= self.patience {
            let _ = self.child.kill();
            panic!("the command hangs after {:?}; so far it said\n{}", self.patience, self.shown(None));
        }
    }

    fn shown(&self, code: Option<i32>) -> Output {
        Output::new(self.stdout.so_far(), self.stderr.so_far(), code, &self.root)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a thread has read of a stream.
#[derive(Debug)]
struct Heard {
    bytes: Arc<Mutex<Vec<u8>>>,
    listener: JoinHandle<()>,
}

impl Heard {
    fn listen(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let listener = thread::spawn(move || {
            let mut buffer = [0; 1 << 13];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                sink.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
            }
        });
        Self { bytes, listener }
    }

    fn so_far(&self) -> Vec<u8> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_finished(&self) -> bool {
        self.listener.is_finished()
    }
}
