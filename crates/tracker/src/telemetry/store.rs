//! Events into the ledger, each once: what the window holds already is passed over, also what others stored meanwhile.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{ProxyEvent, RowRef, WindowId};
use tracker_ledger::wire::telemetry::{EventBatch, InputPosition, TelemetryRow, TelemetryTotals};
use tracker_ledger::wire::{self, Stamp};
use tracker_ledger::{Ledger, LedgerFile, Transaction};
use tracker_telemetry::{Classes, Health, Seen, Side, Summary, fingerprint};

use super::stored::{each_event, scan_window};
use crate::intake::Intake;
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors};

/// Bytes of a batch from which on it is stored. A row has room for 1 MiB; half of it leaves room for long notes and
/// keeps what is held in memory small, and larger ones would hardly save time.
const BATCH_BYTES: usize = 512 << 10;

/// How long an event waits for others before it is stored.
const PATIENCE: Duration = Duration::from_millis(200);

/// Distinct words whose pseudonyms are remembered; beyond that the memory starts anew.
const WORDS_KNOWN: usize = 4096;

/// Words that are looked through one by one before they are hashed.
const WORDS_COMPARED: usize = 12;

const FILE: LedgerFile = LedgerFile::PROXY_TELEMETRY;

/// The events of one window on their way into the ledger.
pub(crate) struct Store<'w> {
    workspace: &'w Workspace,
    ledger: Ledger,
    intake: &'w Intake,
    window: WindowId,
    source: String,
    notes: String,
    classes: Classes,
    dry_run: bool,
    seen: Seen,
    /// Counts of the events that the window holds; those at hand are counted in `summary`.
    counts: WindowCounts,
    /// Bytes of the ledger whose rows are known.
    ledger_end: u64,
    positions: Vec<InputPosition>,
    batch: EventBatch,
    summary: Summary,
    first_waiting: Option<Instant>,
    transaction: Option<(Transaction, Instant)>,
    words: HashMap<String, String>,
    /// The first words that need no pseudonym.
    harmless: Vec<String>,
    stored: u64,
    repeated: u64,
}

/// What a window holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WindowCounts {
    /// Events without routing decisions.
    pub(crate) events: u64,
    /// Those of them that were routed to GLM.
    pub(crate) routed: u64,
}

impl WindowCounts {
    fn add(&mut self, event: &ProxyEvent<'_>, classes: &Classes) {
        if classes.health(&event.status) != Health::Decision {
            self.events += 1;
            self.routed += u64::from(classes.side(event) == Side::Glm);
        }
    }

    fn with(self, summary: &Summary) -> Self {
        Self { events: self.events + summary.events(), routed: self.routed + summary.routed() }
    }

    /// Returns the percentage that was routed.
    pub(crate) fn routed_pct(self) -> Option<f64> {
        (self.events > 0).then(|| 100.0 * self.routed as f64 / self.events as f64)
    }
}

impl<'w> Store<'w> {
    /// Learns what the window holds.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub(crate) fn open(
        window: &WindowId,
        source: &str,
        notes: &str,
        dry_run: bool,
        intake: &'w Intake,
        workspace: &'w Workspace,
    ) -> Result<Self, CliError> {
        let ledger = workspace.ledger();
        let mut store = Self {
            workspace,
            ledger,
            intake,
            window: window.clone(),
            source: source.to_owned(),
            notes: intake.notes(notes),
            classes: workspace.config.classes(),
            dry_run,
            seen: Seen::default(),
            counts: WindowCounts::default(),
            ledger_end: 0,
            positions: Vec::new(),
            batch: EventBatch::default(),
            summary: Summary::default(),
            first_waiting: None,
            transaction: None,
            words: HashMap::new(),
            harmless: Vec::new(),
            stored: 0,
            repeated: 0,
        };
        store.learn(&mut BTreeSet::new())?;
        Ok(store)
    }

    /// Returns the window.
    pub(crate) fn window(&self) -> &WindowId {
        &self.window
    }

    /// Returns the ledgers.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns where earlier runs stopped reading files.
    pub(crate) fn positions(&mut self) -> Vec<InputPosition> {
        std::mem::take(&mut self.positions)
    }

    /// Returns what the window holds.
    pub(crate) fn counts(&self) -> WindowCounts {
        self.counts.with(&self.summary)
    }

    /// Returns how many events this run stored.
    pub(crate) fn stored(&self) -> u64 {
        self.stored
    }

    /// Returns how many events this run passed over because the window held them already.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Takes an event in, unless the window has it.
    pub(crate) fn offer(&mut self, event: ProxyEvent<'_>) {
        let event = self.without_identities(event);
        let name = fingerprint(&event);
        if !self.seen.insert(name) {
            self.repeated += 1;
            return;
        }
        self.summary.add(&event, &self.classes);
        self.batch.push(&event, name);
        self.first_waiting.get_or_insert_with(Instant::now);
    }

    /// Tells whether the events at hand should be stored now.
    pub(crate) fn is_due(&self) -> bool {
        self.batch.bytes() >= BATCH_BYTES
            || self.first_waiting.is_some_and(|since| since.elapsed() >= PATIENCE)
    }

    /// Stores the events at hand. The lock is kept for the next batch while more arrives at once.
    ///
    /// # Errors
    /// The ledger cannot be written: what is at hand is not stored.
    pub(crate) fn flush(&mut self, position: &InputPosition, ui: &mut Ui) -> Result<(), CliError> {
        self.first_waiting = None;
        if self.batch.is_empty() {
            return self.release_when_old(ui);
        }
        if self.dry_run {
            self.count_as_stored();
            return Ok(());
        }
        if self.transaction.is_none() {
            let transaction = self.ledger.begin(&[FILE]).map_err(errors::ledger)?;
            self.transaction = Some((transaction, Instant::now()));
            self.leave_out_what_others_stored()?;
        }
        if !self.batch.is_empty() {
            self.append(position)?;
        }
        self.release_when_old(ui)
    }

    /// Lets other writers in and moves the head.
    ///
    /// # Errors
    /// As [`Store::flush`].
    pub(crate) fn release(&mut self, ui: &mut Ui) -> Result<(), CliError> {
        if let Some((transaction, _)) = self.transaction.take() {
            for notice in transaction.commit().map_err(errors::ledger)? {
                ui.note(notice);
            }
        }
        Ok(())
    }

    fn release_when_old(&mut self, ui: &mut Ui) -> Result<(), CliError> {
        match &self.transaction {
            Some((_, since)) if since.elapsed() >= PATIENCE => self.release(ui),
            _ => Ok(()),
        }
    }

    fn append(&mut self, position: &InputPosition) -> Result<(), CliError> {
        let totals = TelemetryTotals {
            total: self.summary.events(),
            routed_to_glm_pct: self.summary.routed_pct(),
            latency_p50_ms: self.summary.latency_ms(0.5),
            latency_p95_ms: self.summary.latency_ms(0.95),
            error_rate_pct: self.summary.error_pct(),
        };
        let stamp = Stamp::new(TOOL_VERSION, &self.source).with_agent(self.workspace.lane.as_ref());
        let now = self.workspace.now();
        let row =
            wire::telemetry::write(&self.window, now, &self.notes, &totals, position, &self.batch, &stamp)
                .map_err(errors::wire)?;
        let Some((transaction, _)) = &mut self.transaction else { return Ok(()) };
        let ack = transaction.append(&FILE, &row).map_err(errors::ledger)?;
        self.ledger_end = ack.offset + ack.bytes;
        self.count_as_stored();
        Ok(())
    }

    /// Takes what is at hand as stored.
    fn count_as_stored(&mut self) {
        self.counts = self.counts.with(&self.summary);
        self.stored += self.batch.len() as u64;
        self.batch.clear();
        self.summary = Summary::default();
    }

    /// Under the lock: looks at rows that came since the last look, and takes out of the batch what they hold.
    fn leave_out_what_others_stored(&mut self) -> Result<(), CliError> {
        let path = self.ledger.dir().ledger(&FILE);
        let length = std::fs::metadata(path).map_or(0, |meta| meta.len());
        if length == self.ledger_end {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.batch);
        let stamp = Stamp::new(TOOL_VERSION, &self.source);
        let (totals, position) = (TelemetryTotals::default(), InputPosition::default());
        let line = wire::telemetry::write(
            &self.window,
            self.workspace.now(),
            "",
            &totals,
            &position,
            &waiting,
            &stamp,
        )
        .map_err(errors::wire)?;
        let row = wire::telemetry::read(line.as_bytes(), RowRef::default()).map_err(errors::wire)?;
        let mut mine: BTreeSet<u64> = row.iter().flat_map(TelemetryRow::names).collect();
        let before = mine.len();
        self.learn(&mut mine)?;
        self.repeated += (before - mine.len()) as u64;
        self.summary = Summary::default();
        for (name, event) in row.iter().flat_map(TelemetryRow::events).filter(|(name, _)| mine.contains(name))
        {
            self.summary.add(&event, &self.classes);
            self.batch.push(&event, name);
        }
        Ok(())
    }

    /// Reads the window's rows from the known end on. Names that are also in `mine` are taken out of it, as they are
    /// stored.
    fn learn(&mut self, mine: &mut BTreeSet<u64>) -> Result<(), CliError> {
        let path = self.ledger.dir().ledger(&FILE);
        let mut end = self.ledger_end;
        let (seen, counts, classes) = (&mut self.seen, &mut self.counts, &self.classes);
        let positions = &mut self.positions;
        scan_window(&self.ledger, self.ledger_end, &self.window, |row, row_end| {
            end = end.max(row_end);
            if row.input.head_bytes > 0 {
                positions.push(row.input.clone());
            }
            each_event(&row, |name, event| {
                if mine.remove(&name) || seen.insert(name) {
                    counts.add(event, classes);
                }
            });
            ControlFlow::Continue(())
        })?;
        // Rows of other windows count as known, too; a line in flight does not.
        self.ledger_end = match self.transaction {
            Some(_) => std::fs::metadata(path).map_or(end, |meta| meta.len()),
            None => end,
        };
        Ok(())
    }

    /// Replaces what identifies a person. Words are few, so each is looked at once; an id is looked at when it could
    /// hold an address, a path or a sentence.
    fn without_identities<'e>(&mut self, mut event: ProxyEvent<'e>) -> ProxyEvent<'e> {
        if event.rid.contains(['@', '/', '\\', ' ', '=', ':']) {
            event.rid = Cow::Owned(self.intake.text(event.rid.as_bytes()));
        }
        for word in [&mut event.lane, &mut event.model, &mut event.status, &mut event.reason] {
            if word.is_empty() {
                continue;
            }
            // Of most words there are few, which are compared sooner than hashed.
            if self.harmless.iter().any(|known| *known == **word) {
                continue;
            }
            if !self.words.contains_key(&**word) {
                if self.words.len() >= WORDS_KNOWN {
                    self.words.clear();
                }
                self.words.insert(word.to_string(), self.intake.text(word.as_bytes()));
            }
            let Some(safe) = self.words.get(&**word) else { continue };
            if *safe != **word {
                *word = Cow::Owned(safe.clone());
            } else if self.harmless.len() < WORDS_COMPARED {
                self.harmless.push(safe.clone());
            }
        }
        event
    }
}
