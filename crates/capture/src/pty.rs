//! A client on a pseudo-terminal of its own, and the end of it and of all that it started.

use std::io::{self, Read, Write};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::keys::Keys;
use crate::screen::{COLS, ROWS, Screen};
use crate::session::{self, Session};
use crate::talk::{Talk, Turn, View};
use crate::{CaptureError, End, MeterCommand, Patience};

/// How often a silent client is looked at.
const GLANCE: Duration = Duration::from_millis(40);

/// After a client has ended, what it printed last is read for so long.
const LAST_WORDS: Duration = Duration::from_millis(300);

pub(crate) fn talk(
    command: &MeterCommand,
    patience: &Patience,
    is_interrupted: &dyn Fn() -> bool,
    judge: &mut dyn FnMut(&View<'_>) -> Turn,
) -> Result<Talk, CaptureError> {
    let (pty, terminal) = open().map_err(terminal_error)?;
    pty.resize(Size::new(ROWS, COLS)).map_err(terminal_error)?;
    let mut plain = command.to_std();
    // Clients ask for the kind and the size of the terminal that we run in, which is not theirs.
    plain.env("TERM", "xterm-256color").env_remove("COLUMNS").env_remove("LINES");
    let mark = session::mark(&mut plain);
    let child = Command::from(plain).spawn(terminal).map_err(|error| match error {
        pty_process::Error::Io(source) => command.not_started(source),
        rustix @ pty_process::Error::Rustix(_) => terminal_error(rustix),
    })?;
    let mut client = Client::new(pty, child, mark);
    let end = client.listen(patience, is_interrupted, judge);
    client.close(patience.grace);
    Ok(Talk { screen: client.screen.text(), end: end? })
}

fn terminal_error(error: pty_process::Error) -> CaptureError {
    CaptureError::Terminal(match error {
        pty_process::Error::Io(error) => error,
        pty_process::Error::Rustix(error) => error.into(),
    })
}

/// A client that runs; it does not outlive the value.
struct Client {
    pty: Pty,
    child: Child,
    session: Session,
    screen: Screen,
    text: String,
    keys: Keys,
    started: Instant,
    changed: Duration,
    bytes: usize,
    is_silent: bool,
    is_closed: bool,
}

impl Client {
    fn new(pty: Pty, child: Child, mark: String) -> Self {
        Self {
            session: Session::of(&child, mark),
            pty,
            child,
            screen: Screen::new(),
            text: String::new(),
            keys: Keys::default(),
            started: Instant::now(),
            changed: Duration::ZERO,
            bytes: 0,
            is_silent: false,
            is_closed: false,
        }
    }

    fn listen(
        &mut self,
        patience: &Patience,
        is_interrupted: &dyn Fn() -> bool,
        judge: &mut dyn FnMut(&View<'_>) -> Turn,
    ) -> Result<End, CaptureError> {
        loop {
            self.hear().map_err(CaptureError::Terminal)?;
            let exited = self.exited().map_err(CaptureError::Terminal)?;
            let now = self.started.elapsed();
            let text = self.screen.text();
            let is_new = text != self.text;
            if is_new {
                (self.text, self.changed) = (text, now);
            }
            if self.keys.is_empty() || exited.is_some() {
                let view = View {
                    text: &self.text,
                    is_new,
                    elapsed: now,
                    quiet: now.saturating_sub(self.changed),
                    has_ended: exited.is_some(),
                };
                match judge(&view) {
                    Turn::Wait => {}
                    Turn::Type(keys) => self.keys.press(&keys, now),
                    Turn::Done => return Ok(End::Done),
                    Turn::GiveUp => return Ok(exited.map_or(End::GivenUp, End::Exited)),
                }
            }
            match exited {
                Some(status) => return Ok(End::Exited(status)),
                None if is_interrupted() => return Ok(End::Interrupted),
                None if now >= patience.timeout => return Ok(End::TimedOut),
                None if self.bytes > patience.max_bytes => return Ok(End::TooLong),
                None => {}
            }
            self.press_keys();
        }
    }

    /// Reads what is there, waiting for it a moment.
    fn hear(&mut self) -> io::Result<()> {
        if self.is_silent {
            thread::sleep(GLANCE);
            return Ok(());
        }
        let mut buffer = [0; 1 << 14];
        let mut wait = GLANCE;
        // A client that prints without end must not keep us from looking at the clock.
        for _ in 0..64 {
            if !self.is_ready(PollFlags::IN, wait)? {
                break;
            }
            match self.pty.read(&mut buffer) {
                Ok(0) => self.is_silent = true,
                Ok(length) => {
                    self.screen.draw(buffer.get(..length).unwrap_or_default());
                    self.bytes += length;
                    let answers = self.screen.take_answers();
                    self.send(&answers);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Linux says so when the last process has closed its end.
                Err(_) => self.is_silent = true,
            }
            if self.is_silent {
                break;
            }
            wait = Duration::ZERO;
        }
        Ok(())
    }

    fn is_ready(&self, flags: PollFlags, wait: Duration) -> io::Result<bool> {
        let mut fds = [PollFd::new(&self.pty, flags)];
        let wait = Timespec::try_from(wait).map_err(io::Error::other)?;
        match poll(&mut fds, Some(&wait)) {
            Ok(ready) => Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Types what is due; a client that does not read loses it, and we do not wait.
    fn press_keys(&mut self) {
        let now = self.started.elapsed();
        while let Some(key) = self.keys.next(now) {
            self.send(key.encode_utf8(&mut [0; 4]).as_bytes());
            self.changed = now;
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() && self.is_ready(PollFlags::OUT, Duration::ZERO).unwrap_or(false) {
            // Who does not take its input does without it.
            let _ = self.pty.write(bytes);
        }
    }

    /// Returns the status of a client that has ended, after its last words were read.
    fn exited(&mut self) -> io::Result<Option<Option<i32>>> {
        let Some(status) = self.child.try_wait()? else { return Ok(None) };
        let ended = Instant::now();
        while !self.is_silent
            && ended.elapsed() < LAST_WORDS
            && self.is_ready(PollFlags::IN, Duration::ZERO)?
        {
            self.hear()?;
        }
        Ok(Some(status.code()))
    }

    /// Asks the client and all that it started to end, and kills what does not within `grace`.
    fn close(&mut self, grace: Duration) {
        self.is_closed = true;
        self.session.end(&mut self.child, grace);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if !self.is_closed {
            self.close(Duration::ZERO);
        }
    }
}
