//! Bytes of a capture to a pseudonymized reading: the way that every capture takes, before anything is written.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tracker_cli_support::{CliError, Exit};
use tracker_domain::{ProviderId, Reading, UnknownField, WindowId};
use tracker_ledger::{Ledger, atomic};
use tracker_panes::{Ctx, Input, PaneParser, Zone, providers};
use tracker_term_text::{Pseudonymizer, clean};

use crate::errors;

/// The most bytes of a pane that a row keeps; of a longer one it keeps the end, where the newest pane stands.
const KEPT_BYTES: usize = 256 << 10;

/// The most bytes that are read of one capture: with all that is made of them a command stays within 64 MiB of what it
/// takes anyway, whatever the bytes are (`cargo xtask limits`). A pane has some KiB, a long ccusage report 1 MiB.
pub const CAPTURE_CAP: u64 = 4 << 20;

/// What is known about a capture besides its bytes.
#[derive(Debug, Clone)]
pub struct Circumstances<'a> {
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The zone of times that name none.
    pub zone: Zone,
    /// The window that is asked for.
    pub window: Option<&'a WindowId>,
    /// The name of the file it came from.
    pub name: Option<&'a str>,
}

/// A capture after cleaning, pseudonyms and parsing.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The clean text with pseudonyms, without blank ends; cut to its end when it is very long.
    pub text: String,
    /// SHA-256 (hex) of the whole pseudonymized text: equal for equal panes of one data dir.
    pub hash: String,
    /// What it says.
    pub reading: Reading,
    /// What belongs to no reading.
    pub unknown: Vec<UnknownField>,
}

/// Cleans bytes and replaces what identifies a person.
#[derive(Debug, Clone)]
pub struct Intake {
    pseudonymizer: Pseudonymizer,
}

impl Intake {
    /// Returns the intake of a data dir, with its own salt; makes the salt when `create` allows to write.
    /// A read-only command without a salt uses one that is forgotten with the process.
    ///
    /// # Errors
    /// The salt cannot be read or written, or the machine has no randomness.
    pub fn open(ledger: &Ledger, create: bool) -> Result<Self, CliError> {
        let mut fresh = [0u8; 32];
        getrandom::fill(&mut fresh)
            .map_err(|cause| CliError::failed(format!("the machine gives no random bytes: {cause}")))?;
        let salt = if create {
            ledger.salt_or_create(fresh)
        } else {
            ledger.salt().map(|salt| salt.unwrap_or(fresh))
        };
        Ok(Self { pseudonymizer: Pseudonymizer::new(salt.map_err(errors::ledger)?) })
    }

    /// Returns the clean, pseudonymized text of a capture.
    #[must_use]
    pub fn text(&self, bytes: &[u8]) -> String {
        let mut text = self.pseudonymizer.pseudonymized(&clean(bytes).text);
        text.truncate(text.trim_end().len());
        text
    }

    /// Returns notes as a row keeps them: with pseudonyms, else as typed.
    #[must_use]
    pub fn notes(&self, typed: &str) -> String {
        self.pseudonymizer.pseudonymized(typed)
    }

    /// Reads a capture as one of `parser`'s, or as whatever it is when `parser` is none.
    ///
    /// # Errors
    /// Failed: nothing in it is of that kind; the message says what it looks like instead.
    pub fn read(
        &self,
        bytes: &[u8],
        parser: Option<&dyn PaneParser>,
        about: &Circumstances<'_>,
    ) -> Result<Capture, CliError> {
        let text = self.text(bytes);
        let mut input = Input::new(&text);
        if let Some(name) = about.name {
            input = input.with_name(name);
        }
        if text.trim().is_empty() {
            return Err(CliError::failed("the capture holds no text")
                .hint("capture the pane while it shows its meters, then give it again"));
        }
        let parser = match parser {
            Some(parser) if parser.detect(&input).is_none() => return Err(not_of_kind(parser, &input)),
            Some(parser) => parser,
            None => detected(&input)?,
        };
        let mut ctx = Ctx::new(about.captured_at).with_zone(about.zone);
        if let Some(window) = about.window {
            ctx = ctx.with_window(window.clone());
        }
        let mut parsed = parser.parse(&input, &ctx);
        let unknown = std::mem::take(&mut parsed.unknown);
        let reading = parsed.into_newest().unwrap_or_else(|| Reading::new(parser.provider(), parser.kind()));
        Ok(Capture { hash: sha256_hex(&text), reading, unknown, text: kept_end(text) })
    }

    /// Returns the hash of the pane in a stored row that names none: the earlier tool's rows.
    #[must_use]
    pub fn hash_of_row(&self, line: &[u8]) -> Option<String> {
        let raw = tracker_ledger::wire::snapshot::raw_text(line).ok().flatten()?;
        (!raw.trim().is_empty()).then(|| sha256_hex(&self.text(raw.as_bytes())))
    }

    /// Keeps refused input, with pseudonyms, so that nothing is lost; returns the error with the place in its hint.
    #[must_use]
    pub fn quarantine(&self, ledger: &Ledger, bytes: &[u8], error: CliError) -> CliError {
        kept_aside(&self.text(bytes), ledger, error)
    }
}

/// Returns notes as a row keeps them, for a verb that writes and has no capture.
///
/// # Errors
/// As [`Intake::open`].
pub fn notes(typed: &str, ledger: &Ledger) -> Result<String, CliError> {
    if typed.is_empty() { Ok(String::new()) } else { Ok(Intake::open(ledger, true)?.notes(typed)) }
}

impl Capture {
    /// Keeps a capture that a rule refused, so that nothing is lost; returns the error with the place in its hint.
    /// Any other error is returned as it is: then the capture is stored, or could not be.
    #[must_use]
    pub fn kept_if_refused(&self, ledger: &Ledger, dry_run: bool, error: CliError) -> CliError {
        match error.exit() {
            Exit::Refused if !dry_run => kept_aside(&self.text, ledger, error),
            _ => error,
        }
    }
}

/// Writes a pseudonymized text into quarantine, under a name that equal texts share.
fn kept_aside(text: &str, ledger: &Ledger, error: CliError) -> CliError {
    let hash = sha256_hex(text);
    let name = hash.get(..12).unwrap_or(&hash);
    let path = ledger.dir().quarantine().join(format!("refused-{name}.txt"));
    match atomic::write(&path, text.as_bytes()) {
        Ok(()) => error.hint(format!("the input is kept in {}", path.display())),
        Err(cause) => CliError::caused(Exit::Failed, format!("{error}; and it could not be kept"), &cause),
    }
}

/// Returns the SHA-256 of a text as 64 hex digits.
pub(crate) fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the parser of a word such as `codex`.
///
/// # Errors
/// Usage: no such kind; the hint lists them.
pub fn parser_of(kind: &str) -> Result<&'static dyn PaneParser, CliError> {
    providers::by_kind(kind).ok_or_else(|| {
        let known: Vec<&str> = providers::REGISTRY.iter().map(|parser| parser.kind()).collect();
        CliError::usage(format!("{kind:?} is no kind of capture"))
            .hint(format!("known kinds: {}", known.join(", ")))
    })
}

/// Returns the parser of a provider: its kind's word is the provider's name.
///
/// # Errors
/// As [`parser_of`].
pub fn parser_of_provider(provider: &ProviderId) -> Result<&'static dyn PaneParser, CliError> {
    parser_of(provider.as_str())
}

fn detected(input: &Input<'_>) -> Result<&'static dyn PaneParser, CliError> {
    providers::detect(input).map(|(parser, _)| parser).ok_or_else(|| {
        CliError::failed("the capture is of no kind that is known")
            .hint("`tracker parse KIND` says what is missing")
    })
}

fn not_of_kind(parser: &dyn PaneParser, input: &Input<'_>) -> CliError {
    let reason = parser.detect(input).reason;
    let error = CliError::failed(format!("the capture is not of {}: {reason}", parser.kind()));
    match providers::detect(input) {
        Some((other, why)) if other.kind() != parser.kind() => {
            error.hint(format!("it looks like {}: {}", other.kind(), why.reason))
        }
        _ => error.hint(format!("give {}", parser.describe())),
    }
}

/// Cuts a very long text to its last lines.
fn kept_end(text: String) -> String {
    if text.len() <= KEPT_BYTES {
        return text;
    }
    let start =
        (text.len() - KEPT_BYTES..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let tail = text.get(start..).unwrap_or_default();
    tail.split_once('\n').map_or(tail, |(_, lines)| lines).to_owned()
}
