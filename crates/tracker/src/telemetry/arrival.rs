//! Bytes as they arrive, read by a thread of their own so that waiting for them keeps nothing else waiting.

use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracker_cli_support::{CliError, Exit, InputArgs};
use tracker_ledger::wire::telemetry::InputPosition;

use super::follow::Follower;

/// Bytes that are read at once.
pub(super) const CHUNK_BYTES: usize = 256 << 10;

/// Chunks that may wait to be taken: with them 1 MiB at most.
const CHUNKS_WAITING: usize = 4;

/// Something that arrived.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// The next bytes.
    Bytes(Vec<u8>),
    /// The bytes that follow are those of another file, read from `position` on; `head` is how it begins.
    File {
        /// Where the reading begins.
        position: InputPosition,
        /// The first bytes of the file, those before the position included.
        head: Vec<u8>,
    },
}

/// What arrives, one after the other.
#[derive(Debug)]
pub(crate) struct Arrivals {
    receiver: Receiver<Result<Arrival, CliError>>,
    stop: Arc<AtomicBool>,
}

/// Where arrivals are handed over; tells by `false` that nobody takes them any more.
pub(super) struct Handover {
    sender: SyncSender<Result<Arrival, CliError>>,
    stop: Arc<AtomicBool>,
}

impl Handover {
    pub(super) fn give(&self, arrival: Arrival) -> bool {
        !self.stop.load(Ordering::Relaxed) && self.sender.send(Ok(arrival)).is_ok()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Arrivals {
    /// Reads an input to its end.
    pub(crate) fn of_input(input: InputArgs) -> Self {
        Self::spawn(move |handover| {
            let mut reader = input.open()?;
            let mut buffer = vec![0; CHUNK_BYTES];
            loop {
                match reader.read(&mut buffer) {
                    Ok(0) => return Ok(()),
                    Ok(count) => {
                        let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                        if !handover.give(Arrival::Bytes(bytes)) {
                            return Ok(());
                        }
                    }
                    Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                    Err(cause) => {
                        return Err(CliError::caused(Exit::Failed, "cannot read the input", &cause));
                    }
                }
            }
        })
    }

    /// Reads a file for ever, from where one of `known` positions says that reading stopped.
    pub(crate) fn of_file(path: PathBuf, known: Vec<InputPosition>) -> Self {
        Self::spawn(move |handover| Follower::start(path, &known, handover)?.run(handover))
    }

    fn spawn(work: impl FnOnce(&Handover) -> Result<(), CliError> + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(CHUNKS_WAITING);
        let stop = Arc::new(AtomicBool::new(false));
        let handover = Handover { sender, stop: Arc::clone(&stop) };
        // The thread is left behind when the command ends: it may wait for bytes that never come.
        thread::spawn(move || {
            if let Err(error) = work(&handover) {
                let _ = handover.sender.send(Err(error));
            }
        });
        Self { receiver, stop }
    }

    /// Waits for what arrives next; `None` when the time is over.
    ///
    /// # Errors
    /// What reading failed with.
    pub(crate) fn next(&self, wait: Duration) -> Result<Next, CliError> {
        match self.receiver.recv_timeout(wait) {
            Ok(arrival) => arrival.map(Next::Arrived),
            Err(RecvTimeoutError::Timeout) => Ok(Next::Nothing),
            Err(RecvTimeoutError::Disconnected) => Ok(Next::End),
        }
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What waiting brought.
#[derive(Debug)]
pub(crate) enum Next {
    /// Something.
    Arrived(Arrival),
    /// Nothing yet.
    Nothing,
    /// The end of the input.
    End,
}
