//! What requests cost on GLM and on the baseline: from the ledger or from a file.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{ProxyEvent, RowRef, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire;
use tracker_telemetry::{Classes, CostComparison, Lines, PriceTable, Seen, fingerprint, read_line};

use crate::card::Material;
use crate::render::cost as render;
use crate::rows::Rows;
use crate::telemetry::stored::each_event;
use crate::{Workspace, errors};

/// Threads of a pass over the whole ledger.
const THREADS: usize = 2;

/// Parts that the threads sum up side by side; each request id belongs to one.
const PARTS: usize = 32;

/// Faults that are named; the rest is counted.
const NAMED: usize = 10;

/// What is compared, and how it is shown.
#[derive(Debug, Clone, clap::Args)]
pub struct CostArgs {
    /// Only this window
    #[arg(long, value_name = "ID")]
    pub window: Option<WindowId>,
    /// Read events from a file instead of the ledger (- is standard input)
    #[arg(long, value_name = "FILE", conflicts_with = "window")]
    pub file: Option<PathBuf>,
    /// Show at most so many requests; sums are over all
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// How many requests must be seen on both sides
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub min: usize,
    /// Exit with 3 when fewer are seen on both sides
    #[arg(long)]
    pub strict: bool,
    /// A price table (CSV) instead of the bundled one
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
}

impl Default for CostArgs {
    fn default() -> Self {
        Self { window: None, file: None, top: None, min: 3, strict: false, prices: None }
    }
}

/// Compares and shows. Read-only.
///
/// # Errors
/// Failed: unreadable input or ledger, or a window that no row names. Usage: a price table that cannot be read. Refused:
/// fewer matched requests than asked for, under `--strict`.
pub fn run(args: &CostArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Csv, Format::Json])?;
    let (prices, source) = price_table(args, workspace)?;
    let classes = workspace.config.classes();
    let comparison = match &args.file {
        Some(path) => of_file(path, &classes, &prices, ui)?,
        None => of_ledger(args.window.as_ref(), &classes, &prices, workspace, ui)?,
    };
    if let Some(window) = args.window.as_ref().filter(|_| comparison.is_empty()) {
        known(window, workspace)?;
    }
    let shown = render::Shown { prices: &prices, source: &source, top: args.top, min: args.min };
    match format {
        Format::Json => ui.json(&render::json(&comparison, &shown)?)?,
        Format::Csv => ui.text(&render::csv(&comparison, &shown))?,
        _ => ui.text(&render::text(&comparison, &shown))?,
    }
    if comparison.without_rid() > 0 {
        ui.note(format_args!(
            "{} events have no request id: they are in the totals and in no row",
            comparison.without_rid()
        ));
    }
    let matched = comparison.matched();
    if matched < args.min {
        ui.note(format_args!("{matched} matched requests; {} are asked for (--min)", args.min));
        if args.strict {
            return Ok(Exit::Refused);
        }
    }
    Ok(Exit::Ok)
}

/// Returns the requests with the largest differences in tokens: id, baseline, GLM, difference. None without telemetry.
///
/// # Errors
/// As [`run`].
pub(crate) fn largest(
    count: usize,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Vec<[String; 4]>, CliError> {
    let (prices, _) = price_table(&CostArgs::default(), workspace)?;
    let classes = workspace.config.classes();
    let comparison = of_ledger(None, &classes, &prices, workspace, ui)?;
    let cells = |row: tracker_telemetry::RequestRow| {
        let delta = row.delta_tokens().to_string();
        [row.rid, row.baseline.tokens.to_string(), row.glm.tokens.to_string(), delta]
    };
    Ok(comparison.rows(count).into_iter().map(cells).collect())
}

/// Fails when no row of any ledger names the window: it is mistyped, and zeros would pass for an answer.
fn known(window: &WindowId, workspace: &Workspace) -> Result<(), CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let material = Material::read(&mut rows, Some(window))?;
    let mut batches = 0;
    rows.telemetry(Some(window), |_| batches += 1)?;
    if material.audit(window, batches).is_unknown() {
        return Err(CliError::failed(format!("{window} is not known: no row names it"))
            .hint("`tracker preview` lists the windows that are known"));
    }
    Ok(())
}

/// Returns the table and what it is called: that of the option, else of the settings, else the bundled one.
fn price_table(args: &CostArgs, workspace: &Workspace) -> Result<(PriceTable, String), CliError> {
    let configured = Some(&workspace.config.prices.value).filter(|path| !path.as_os_str().is_empty());
    let Some(path) = args.prices.as_ref().or(configured) else {
        return Ok((PriceTable::bundled(), "bundled".to_owned()));
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| CliError::caused(Exit::Failed, format_args!("cannot read `{name}`"), &cause))?;
    let table = PriceTable::parse(&text).map_err(|fault| {
        CliError::usage(format!("`{name}`: {fault}"))
            .hint("columns: model,input_usd,cached_input_usd,output_usd,effective,source")
    })?;
    Ok((table, name))
}

fn of_file<'c>(
    path: &PathBuf,
    classes: &'c Classes,
    prices: &'c PriceTable,
    ui: &mut Ui,
) -> Result<CostComparison<'c>, CliError> {
    let failed = |cause: &std::io::Error| {
        CliError::caused(Exit::Failed, format_args!("cannot read `{}`", path.display()), cause)
            .hint("give a log of events with --file, or leave it out to read the ledger")
    };
    let mut input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(|cause| failed(&cause))?)
    };
    let (mut lines, mut seen) = (Lines::default(), Seen::default());
    let (mut comparison, mut faults, mut bad) = (CostComparison::new(classes, prices), Vec::new(), 0_u64);
    let mut take = |number: u64, bytes: &[u8]| match std::str::from_utf8(bytes)
        .map_err(|_| tracker_telemetry::BadLine::NotUtf8)
        .and_then(read_line)
    {
        Ok(events) => {
            for event in events.iter().filter(|event| seen.insert(fingerprint(event))) {
                comparison.add(event);
            }
        }
        Err(why) => {
            bad += 1;
            if faults.len() < NAMED {
                faults.push(format!("line {number}: {why} (invalid-json:{number})"));
            }
        }
    };
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = input.read(&mut buffer).map_err(|cause| failed(&cause))?;
        if count == 0 {
            break;
        }
        lines.feed(buffer.get(..count).unwrap_or_default(), |line| take(line.number, line.bytes));
    }
    if let Some(line) = lines.rest() {
        take(line.number, line.bytes);
    }
    for fault in faults {
        ui.warn(fault);
    }
    if bad > NAMED as u64 {
        ui.warn(format_args!("{} more bad lines", bad - NAMED as u64));
    }
    Ok(comparison)
}

/// One part of the requests: what was seen of it, and its sums.
struct Part<'c> {
    seen: Seen,
    comparison: CostComparison<'c>,
}

fn of_ledger<'c>(
    only: Option<&WindowId>,
    classes: &'c Classes,
    prices: &'c PriceTable,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<CostComparison<'c>, CliError> {
    let parts: Vec<Mutex<Part<'c>>> = (0..PARTS)
        .map(|_| Part { seen: Seen::default(), comparison: CostComparison::new(classes, prices) })
        .map(Mutex::new)
        .collect();
    if only.is_some() {
        let mut rows = Rows::new(workspace.ledger());
        rows.telemetry(only, |row| each_event(&row, |name, event| take(&parts, name, event)))?;
        rows.report(ui);
    } else {
        let ledger = workspace.ledger();
        let (faults, report) = ledger
            .scan_parallel(&LedgerFile::PROXY_TELEMETRY, THREADS, |line| {
                match wire::telemetry::read(line.bytes, RowRef::default()) {
                    Ok(row) => {
                        row.iter().for_each(|row| each_event(row, |name, event| take(&parts, name, event)));
                        None
                    }
                    Err(cause) => Some(format!("line {}: the row is skipped: {cause}", line.number)),
                }
            })
            .map_err(errors::ledger)?;
        let skipped = report.issues.iter().map(ToString::to_string);
        for fault in faults.into_iter().chain(skipped).take(NAMED) {
            ui.warn(format_args!("{}: {fault}", LedgerFile::PROXY_TELEMETRY));
        }
    }
    let mut whole = CostComparison::new(classes, prices);
    for part in parts {
        whole.absorb(part.into_inner().unwrap_or_else(PoisonError::into_inner).comparison);
    }
    Ok(whole)
}

/// Adds an event to the part of its request id, unless it is there.
fn take(parts: &[Mutex<Part<'_>>], name: u64, event: &ProxyEvent<'_>) {
    let mut hasher = DefaultHasher::new();
    event.rid.hash(&mut hasher);
    #[expect(clippy::cast_possible_truncation, reason = "below PARTS")]
    let place = (hasher.finish() % PARTS as u64) as usize;
    let Some(part) = parts.get(place) else { return };
    let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
    if part.seen.insert(name) {
        part.comparison.add(event);
    }
}
