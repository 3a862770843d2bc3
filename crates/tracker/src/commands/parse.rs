//! `tracker parse KIND`.

use tracker_cli_support::{CliError, Exit, Format, InputArgs, Ui, number};
use tracker_domain::{Fact, Level, Meter, Reading};
use tracker_ledger::wire;
use tracker_panes::{Confidence, Input, providers};

use crate::intake::{CAPTURE_CAP, Circumstances, Intake, parser_of};
use crate::{Workspace, errors};

/// Arguments of `tracker parse`.
#[derive(Debug, clap::Args)]
pub struct ParseArgs {
    /// codex, claude, glm, claude-monitor, ccusage or another kind; auto finds out
    #[arg(value_name = "KIND")]
    kind: String,
    #[command(flatten)]
    input: InputArgs,
    /// When it was captured (default: now)
    #[arg(long, value_name = "RFC3339", value_parser = tracker_cli_support::rfc3339)]
    captured_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Zone of times that name none, for example Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
}

/// Shows the newest reading of a capture and stores nothing.
///
/// # Errors
/// Failed: unreadable input, or input of no known kind. Usage: an unknown kind.
pub fn run(args: &ParseArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let parser = if args.kind == "auto" { None } else { Some(parser_of(&args.kind)?) };
    let bytes = args.input.read(CAPTURE_CAP)?;
    let name = args.input.file_name();
    let about = Circumstances {
        captured_at: args.captured_at.unwrap_or_else(|| workspace.now()),
        zone: workspace.config.timezone.value,
        window: None,
        name: name.as_deref(),
    };
    let intake = Intake::open(&workspace.ledger(), false)?;
    let capture = intake.read(&bytes, parser, &about)?;
    let read_as = if parser.is_none() { detected(&capture.text, about.name) } else { None };
    if let Some((kind, why)) = &read_as {
        ui.note(format_args!("read as {kind}: {}", why.reason));
    }
    let mut reading = capture.reading;
    reading.unknown.extend(capture.unknown);
    if format == Format::Json {
        let read_as = read_as.as_ref().map(|(kind, why)| (*kind, why.score, why.reason.as_ref()));
        let found = wire::reading::Found { captured_at: about.captured_at, read_as };
        ui.json(&wire::reading::write_found(&reading, &found).map_err(errors::wire)?)?;
    } else {
        text(&reading, ui)?;
    }
    Ok(Exit::Ok)
}

/// The kind as which a capture is recognized, and by what.
fn detected(text: &str, name: Option<&str>) -> Option<(&'static str, Confidence)> {
    let input = Input::new(text);
    let input = name.map_or(input, |name| input.with_name(name));
    providers::detect(&input).map(|(found, why)| (found.kind(), why))
}

fn text(reading: &Reading, ui: &mut Ui) -> Result<(), CliError> {
    ui.line(format_args!("{} {}", reading.provider, reading.kind))?;
    for meter in &reading.meters {
        ui.line(format_args!("  {}: {}", meter.id, level(meter)))?;
    }
    let named = [
        ("model", &reading.model),
        ("effort", &reading.effort),
        ("plan", &reading.plan),
        ("account", &reading.account),
        ("client", &reading.tool_version),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            ui.line(format_args!("  {name}: {value}"))?;
        }
    }
    for (name, fact) in &reading.facts {
        ui.line(format_args!("  {name}: {}", fact_text(fact)))?;
    }
    let tags: Vec<String> = reading.errors.iter().map(ToString::to_string).collect();
    ui.line(format_args!("  errors: [{}]", tags.join(", ")))?;
    for field in &reading.unknown {
        ui.line(format_args!("  unknown: {} = {} ({})", field.name, field.raw, field.why))?;
    }
    Ok(())
}

fn fact_text(fact: &Fact) -> String {
    match fact {
        Fact::Text(text) => text.clone(),
        fact => fact.as_number().map_or_else(|| "n/a".to_owned(), number),
    }
}

fn level(meter: &Meter) -> String {
    let level = match meter.level {
        None => "unknown".to_owned(),
        Some(Level::Count { used, cap: Some(cap) }) => format!("{} of {}", number(used), number(cap)),
        Some(Level::Count { used, cap: None }) => number(used),
        Some(_) => meter.used_pct().map_or_else(|| "unknown".to_owned(), |used| used.to_string()),
    };
    match (&meter.resets_raw, meter.resets_at) {
        (Some(raw), Some(at)) => format!("{level}, resets {raw} ({})", at.format("%Y-%m-%dT%H:%MZ")),
        (Some(raw), None) => format!("{level}, resets {raw}"),
        _ => level,
    }
}
