//! `tracker ingest proxy-telemetry`: a stream of proxy events, stored while the producer still writes.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tracker_cli_support::{CliError, Exit, Ui, percent};
use tracker_domain::WindowId;
use tracker_ledger::wire::telemetry::InputPosition;
use tracker_panes::providers::REGISTRY;
use tracker_telemetry::{BadLine, Line, Lines, read_line};

use super::ingest::IngestArgs;
use crate::intake::Intake;
use crate::telemetry::store::Store;
use crate::telemetry::{Arrival, Arrivals, BadLines, Next, interrupted, sha256_hex};
use crate::{Workspace, alias_state};

/// How long is waited for input before what is at hand is stored.
const WAIT: Duration = Duration::from_millis(100);

/// After a request to end: how long input that is on its way is still taken.
const GRACE: Duration = Duration::from_secs(2);

/// Bytes at the start of a file by which it is known again.
const HEAD_BYTES: usize = 256;

/// Stores every event of the input once.
///
/// # Errors
/// Failed: unreadable input or ledger. Usage: no window, or no file to follow.
pub(super) fn run(args: &IngestArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let window = window(args, workspace)?;
    let follow = followed(args)?;
    let intake = Intake::open(&workspace.ledger(), !args.capture.dry_run)?;
    let source = args.capture.source.as_deref().unwrap_or("ingest");
    let notes = args.capture.notes_or(workspace, "");
    let mut store = Store::open(&window, source, &notes, args.capture.dry_run, &intake, workspace)?;
    let arrivals = match follow {
        Some(path) => Arrivals::of_file(path, store.positions()),
        None => Arrivals::of_input(args.capture.input.clone()),
    };
    let mut stream = Stream { lines: Lines::default(), head: None, bad: BadLines::default() };
    // What was read is stored also when reading fails.
    let read = take_all(&arrivals, &mut stream, &mut store, &intake, ui);
    match &stream.head {
        Some(_) => stream.pause(&mut store),
        None => stream.finish(&mut store, &intake, ui),
    }
    let (position, ledger) = (stream.position(), workspace.ledger());
    store.flush(&position, ui).and_then(|()| store.release(ui))?;
    if !args.capture.dry_run {
        stream.bad.write(&window, &ledger)?;
    }
    read?;
    report(&window, &store, &stream.bad, args.capture.dry_run, ui)?;
    Ok(Exit::Ok)
}

/// Returns the window: as given, else the one that is open in this lane for any provider.
fn window(args: &IngestArgs, workspace: &Workspace) -> Result<WindowId, CliError> {
    if let Some(window) = &args.window {
        return Ok(window.clone());
    }
    for parser in REGISTRY {
        if let Some(window) = alias_state::open_window(&parser.provider(), workspace)? {
            return Ok(window);
        }
    }
    Err(CliError::usage("no window is given, and none is open in this lane")
        .hint("give it by --window, for example --window W0-CHN"))
}

/// Returns the file to follow, when one is to be followed.
fn followed(args: &IngestArgs) -> Result<Option<PathBuf>, CliError> {
    let Some(follow) = &args.follow else { return Ok(None) };
    let path = follow.as_deref().or(args.capture.input.path());
    match path.filter(|path| path.as_os_str() != "-") {
        Some(path) => Ok(Some(path.to_path_buf())),
        None => Err(CliError::usage("--follow needs a file")
            .hint("give --follow FILE, or pipe `tail -F FILE` into --stdin")),
    }
}

/// The input as far as it has been read.
struct Stream {
    lines: Lines,
    /// The first bytes of the file that is followed.
    head: Option<Vec<u8>>,
    bad: BadLines,
}

impl Stream {
    /// Returns how far whole lines have been read.
    fn position(&self) -> InputPosition {
        self.position_at(self.lines.count(), self.lines.end())
    }

    fn position_at(&self, lines: u64, bytes: u64) -> InputPosition {
        let known = usize::try_from(bytes).unwrap_or(usize::MAX);
        let head = self.head.as_ref().map(|head| head.get(..known).unwrap_or(head)).unwrap_or_default();
        let head_sha256 = if head.is_empty() { String::new() } else { sha256_hex(head) };
        InputPosition { lines, bytes, head_bytes: head.len() as u64, head_sha256 }
    }

    fn take(
        &mut self,
        bytes: &[u8],
        store: &mut Store<'_>,
        intake: &Intake,
        ui: &mut Ui,
    ) -> Result<(), CliError> {
        if let Some(head) = self.head.as_mut().filter(|head| head.len() < HEAD_BYTES) {
            head.extend(bytes.iter().take(HEAD_BYTES - head.len()));
        }
        let mut lines = std::mem::take(&mut self.lines);
        let mut stored = Ok(());
        lines.feed(bytes, |line| {
            if stored.is_ok() {
                self.line(line, store, intake, ui);
                if store.is_due() {
                    stored = store.flush(&self.position_at(line.number, line.end), ui);
                }
            }
        });
        self.lines = lines;
        stored
    }

    fn line(&mut self, line: Line<'_>, store: &mut Store<'_>, intake: &Intake, ui: &mut Ui) {
        let events = match std::str::from_utf8(line.bytes) {
            _ if line.too_long => Err(BadLine::TooLong),
            Err(_) => Err(BadLine::NotUtf8),
            Ok(text) => read_line(text),
        };
        match events {
            Ok(events) => events.into_iter().for_each(|event| store.offer(event)),
            Err(why) => self.bad.add(line.number, &why, line.bytes, intake, ui),
        }
    }

    /// Takes the event behind the last line end of a file that will be read on, if it is there as a whole. The position
    /// stays before it: what the producer has not finished is read next time.
    fn pause(&self, store: &mut Store<'_>) {
        let rest = self.lines.rest();
        let text = rest.as_ref().and_then(|line| std::str::from_utf8(line.bytes).ok());
        for event in text.and_then(|text| read_line(text).ok()).into_iter().flatten() {
            store.offer(event);
        }
    }

    /// Takes what stands behind the last line end: no more of it will come.
    fn finish(&mut self, store: &mut Store<'_>, intake: &Intake, ui: &mut Ui) {
        let mut lines = std::mem::take(&mut self.lines);
        if let Some(line) = lines.rest() {
            self.line(line, store, intake, ui);
        }
        lines.finish();
        self.lines = lines;
    }
}

/// Takes in what arrives until the input ends or this process is asked to.
fn take_all(
    arrivals: &Arrivals,
    stream: &mut Stream,
    store: &mut Store<'_>,
    intake: &Intake,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let mut asked: Option<Instant> = None;
    loop {
        if asked.is_none() && interrupted() {
            asked = Some(Instant::now());
            ui.note("asked to end: what was read is being stored");
        }
        if asked.is_some_and(|since| since.elapsed() >= GRACE) {
            return Ok(());
        }
        match arrivals.next(WAIT)? {
            Next::Arrived(Arrival::Bytes(bytes)) => stream.take(&bytes, store, intake, ui)?,
            Next::Arrived(Arrival::File { position, head }) => {
                stream.finish(store, intake, ui);
                store.flush(&stream.position(), ui)?;
                stream.lines = Lines::resumed(position.lines, position.bytes);
                stream.head = Some(head);
            }
            Next::Nothing => {
                store.flush(&stream.position(), ui)?;
                store.release(ui)?;
                if asked.is_some() {
                    return Ok(());
                }
            }
            Next::End => return Ok(()),
        }
        if stream.bad.is_full() {
            stream.bad.write(store.window(), store.ledger())?;
        }
    }
}

fn report(
    window: &WindowId,
    store: &Store<'_>,
    bad: &BadLines,
    dry_run: bool,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let counts = store.counts();
    let routed = counts.routed_pct().map_or_else(|| "n/a".to_owned(), percent);
    ui.line(format_args!("stored proxy telemetry for {window} (events={}, routed={routed})", counts.events))?;
    ui.detail(format_args!("new events: {}", store.stored()));
    if store.repeated() > 0 {
        ui.note(format_args!("{} events had been stored before and count once", store.repeated()));
    }
    if bad.count() > 0 {
        let kept =
            if bad.files().is_empty() { String::new() } else { format!(": {}", bad.files().join(", ")) };
        ui.warn(format_args!("{} bad lines{kept}", bad.count()));
    }
    if counts.events == 0 {
        ui.warn("the input holds no event (no-events)");
    }
    if dry_run {
        ui.note("dry run: nothing was written");
    }
    Ok(())
}
