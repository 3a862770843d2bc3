//! A command that prints its figures and ends.

use std::io::Read;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::{CaptureError, End, MeterCommand, Patience};

/// How often the clock is looked at.
const GLANCE: Duration = Duration::from_millis(40);

/// After the command has ended, what it left in the pipes is read for so long.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What a command printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// How it ended. The command has ended in every case, and with it its process group.
    pub end: End,
}

/// Runs a command with nothing on its standard input, and returns what it printed.
///
/// # Errors
/// [`CaptureError::Start`].
///
/// ```
/// use std::time::Duration;
/// use tracker_capture::{End, MeterCommand, Patience, printed};
/// let missing = MeterCommand::new("no-such-program-here", ".");
/// let error = printed(&missing, &Patience::of(Duration::from_secs(9)), &|| false).unwrap_err();
/// assert!(error.to_string().starts_with("cannot start `no-such-program-here`: "));
/// ```
pub fn printed(
    command: &MeterCommand,
    patience: &Patience,
    is_interrupted: &dyn Fn() -> bool,
) -> Result<Printed, CaptureError> {
    let mut plain = command.to_std();
    plain.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    let mark = {
        std::os::unix::process::CommandExt::process_group(&mut plain, 0);
        crate::session::mark(&mut plain)
    };
    let mut child = plain.spawn().map_err(|source| command.not_started(source))?;
    let said = listen(&mut child);
    let mut printed = Printed { stdout: Vec::new(), stderr: Vec::new(), end: End::TimedOut };
    printed.end = collect(&mut child, &said, patience, is_interrupted, &mut printed);
    #[cfg(unix)]
    crate::session::Session::of(&child, mark).end(&mut child, patience.grace);
    #[cfg(not(unix))]
    close(&mut child);
    // What is still in the pipes, now that nobody writes.
    let closed = Instant::now();
    while closed.elapsed() < LAST_WORDS
        && printed.stdout.len() + printed.stderr.len() <= patience.max_bytes
        && let Ok(chunk) = said.recv_timeout(LAST_WORDS)
    {
        printed.take(chunk);
    }
    Ok(printed)
}

/// Bytes of one of the two streams.
enum Chunk {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

impl Printed {
    fn take(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Out(bytes) => self.stdout.extend(bytes),
            Chunk::Err(bytes) => self.stderr.extend(bytes),
        }
    }
}

/// Reads both streams on threads: a pipe that is full would stop the command.
fn listen(child: &mut Child) -> Receiver<Chunk> {
    let (sender, receiver) = channel();
    if let Some(stream) = child.stdout.take() {
        forward(stream, sender.clone(), Chunk::Out);
    }
    if let Some(stream) = child.stderr.take() {
        forward(stream, sender, Chunk::Err);
    }
    receiver
}

fn forward(mut stream: impl Read + Send + 'static, sender: Sender<Chunk>, of: fn(Vec<u8>) -> Chunk) {
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.send(of(bytes)).is_err() {
                break;
            }
        }
    });
}

fn collect(
    child: &mut Child,
    said: &Receiver<Chunk>,
    patience: &Patience,
    is_interrupted: &dyn Fn() -> bool,
    printed: &mut Printed,
) -> End {
    let started = Instant::now();
    loop {
        match said.recv_timeout(GLANCE) {
            Ok(chunk) => printed.take(chunk),
            Err(RecvTimeoutError::Timeout) => {}
            // Both streams are closed: only its end is waited for.
            Err(RecvTimeoutError::Disconnected) => thread::sleep(GLANCE),
        }
        if let Ok(Some(status)) = child.try_wait() {
            return End::Exited(status.code());
        }
        if is_interrupted() {
            return End::Interrupted;
        }
        if started.elapsed() >= patience.timeout {
            return End::TimedOut;
        }
        if printed.stdout.len() + printed.stderr.len() > patience.max_bytes {
            return End::TooLong;
        }
    }
}

#[cfg(not(unix))]
fn close(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
