//! `tracker override`: meter values typed by hand.

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{
    CountKind, DomainError, Level, Meter, MeterId, Phase, PromptCount, ProviderId, Reading, RowRef, Snapshot,
    Tag, UsedPct, WindowId,
};
use tracker_panes::Ctx;
use tracker_panes::reset::{self, Reset};
use tracker_windows::canonical::{CanonicalSnapshots, PhaseKey};

use crate::intake::Capture;
use crate::rows::Rows;
use crate::store::{self, Draft, Manner};
use crate::{Workspace, prompts};

/// Arguments of `tracker override`.
#[derive(Debug, clap::Args)]
pub struct OverrideArgs {
    /// codex, claude, glm or another provider
    #[arg(value_name = "PROVIDER")]
    provider: ProviderId,
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
    /// before or after the work
    #[arg(long, value_name = "PHASE")]
    phase: Phase,
    /// Percent used of a meter, for example weekly=14 (prompts=N is a count); may be repeated
    #[arg(long, value_name = "METER=PCT", value_parser = meter_value)]
    set: Vec<(MeterId, f64)>,
    /// Reset of a meter as a client prints it, for example 5h=14:01; may be repeated
    #[arg(long, value_name = "METER=TEXT", value_parser = meter_text)]
    resets: Vec<(MeterId, String)>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "manual override")]
    notes: String,
    /// When the values were read (default: as the reading that they correct, else now)
    #[arg(long, value_name = "RFC3339", value_parser = tracker_cli_support::rfc3339)]
    captured_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Zone of reset texts that name none
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
    /// Say what would be done and write nothing
    #[arg(long)]
    dry_run: bool,
    // Last: the heading of its options holds for all that follow.
    #[command(flatten)]
    flat: FlatArgs,
}

/// The flags of the earlier tool.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Flags of the earlier tool")]
struct FlatArgs {
    /// As --set 5h=PCT
    #[arg(long, value_name = "PCT", value_parser = percent, allow_negative_numbers = true)]
    fiveh_pct: Option<f64>,
    /// As --resets 5h=TEXT
    #[arg(long, value_name = "TEXT")]
    fiveh_resets: Option<String>,
    /// As --set weekly=PCT
    #[arg(long, value_name = "PCT", value_parser = percent, allow_negative_numbers = true)]
    weekly_pct: Option<f64>,
    /// As --resets weekly=TEXT
    #[arg(long, value_name = "TEXT")]
    weekly_resets: Option<String>,
    /// As --set 5h=PCT
    #[arg(long, value_name = "PCT", value_parser = percent, allow_negative_numbers = true)]
    session_pct: Option<f64>,
    /// As --resets 5h=TEXT
    #[arg(long, value_name = "TEXT")]
    session_resets: Option<String>,
    /// As --set weekly=PCT
    #[arg(long, value_name = "PCT", value_parser = percent, allow_negative_numbers = true)]
    all_models_pct: Option<f64>,
    /// As --resets weekly=TEXT
    #[arg(long, value_name = "TEXT")]
    all_models_resets: Option<String>,
    /// As --set weekly:opus=PCT
    #[arg(long, value_name = "PCT", value_parser = percent, allow_negative_numbers = true)]
    opus_pct: Option<f64>,
    /// As --resets weekly:opus=TEXT
    #[arg(long, value_name = "TEXT")]
    opus_resets: Option<String>,
}

fn percent(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "use a number from 0 to 100".to_owned())?;
    UsedPct::typed(value).map(UsedPct::get).map_err(|cause| cause.to_string())
}

fn meter_text(text: &str) -> Result<(MeterId, String), String> {
    let (id, value) = text
        .rsplit_once('=')
        .or_else(|| text.split_once('='))
        .ok_or("use METER=VALUE, for example weekly=14")?;
    Ok((id.parse().map_err(|cause: DomainError| cause.to_string())?, value.to_owned()))
}

fn meter_value(text: &str) -> Result<(MeterId, f64), String> {
    let (id, value) = meter_text(text)?;
    if id.is_prompts() {
        let count = value.parse().ok().filter(|n: &f64| (0.0..=1e9).contains(n));
        return Ok((id, count.ok_or("use a count of at least 0")?));
    }
    Ok((id, percent(&value)?))
}

/// Stores typed values as a snapshot. The newest row of a phase counts: it is the reading that stood there, with the
/// typed meters in it; meters that are not given stay as they were read.
///
/// # Errors
/// Usage: no value at all. Refused: an after older than its before.
pub fn run(args: &OverrideArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let values = values(args);
    if values.is_empty() {
        return Err(CliError::usage("no value is given").hint("for example --set 5h=9 --set weekly=14"));
    }
    let resets = resets(args);
    check_once(&values, &resets)?;
    let corrected = corrected(args, workspace, ui)?;
    let of_corrected = corrected.as_ref().map(|snapshot| snapshot.captured_at);
    let captured_at = args.captured_at.or(of_corrected).unwrap_or_else(|| workspace.now());
    let mut reading = match corrected {
        Some(snapshot) => kept(snapshot.reading, &values),
        None => Reading::new(args.provider.clone(), KIND),
    };
    reading.tag(Tag::ManualOverride);
    let ctx = Ctx::new(captured_at).with_zone(workspace.config.timezone.value);
    for (id, value) in &values {
        let text = resets.iter().find(|(of, _)| of == id).map(|(_, text)| text.as_str());
        set(&mut reading, id, *value, text, &ctx);
    }
    match values.iter().find(|(id, _)| id.is_prompts()) {
        Some((_, count)) => store_count(args, *count, &reading, captured_at, workspace, ui)?,
        None => {
            let capture = Capture { text: String::new(), hash: String::new(), reading, unknown: Vec::new() };
            let draft = Draft {
                window: args.window.clone(),
                provider: args.provider.clone(),
                phase: args.phase,
                captured_at,
                notes: args.notes.clone(),
                source: KIND.to_owned(),
                capture: &capture,
            };
            let manner = Manner { typed: true, dry_run: args.dry_run, late: false, keep_raw: None };
            store::snapshots(&[draft], manner, workspace, ui)?;
        }
    }
    ui.line(format_args!("recorded manual {} {} snapshot for {}", args.provider, args.phase, args.window))?;
    Ok(Exit::Ok)
}

/// The kind of a reading that was typed, in whole or in part.
const KIND: &str = "override";

/// Returns the reading that the typed values correct: the newest of this phase and lane that is not withdrawn.
fn corrected(args: &OverrideArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Option<Snapshot>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let (snapshots, retractions) = rows.snapshots(Some(&args.window))?;
    rows.report(ui);
    let key = PhaseKey {
        window: args.window.clone(),
        provider: args.provider.clone(),
        lane: workspace.lane.clone(),
        phase: args.phase,
    };
    Ok(CanonicalSnapshots::new(&snapshots, &retractions).get(&key).cloned())
}

/// Returns what stays of a corrected reading: whose it is, its meters, and what it could not tell of the others.
fn kept(reading: Reading, values: &[(MeterId, f64)]) -> Reading {
    let is_typed = |id: &MeterId| values.iter().any(|(typed, _)| typed == id);
    let is_open = |tag: &Tag| match tag {
        Tag::Truncated(field) => !values.iter().any(|(id, _)| id.as_str() == field),
        Tag::SectionMissingWeek => !is_typed(&MeterId::WEEKLY),
        Tag::SectionMissingSession => !is_typed(&MeterId::FIVE_HOURS),
        Tag::ManualOverride => true,
        _ => false,
    };
    let errors = reading.errors.iter().filter(|tag| is_open(tag)).cloned().collect();
    Reading { kind: KIND.to_owned(), errors, ..reading }
}

/// Sets one meter; without a reset text its reset stays as it was read.
fn set(reading: &mut Reading, id: &MeterId, value: f64, resets: Option<&str>, ctx: &Ctx) {
    let at = reading.meters.iter().position(|meter| meter.id == *id);
    let mut meter = at.map_or_else(|| Meter::new(id.clone(), id.as_str()), |at| reading.meters.remove(at));
    meter.level = if id.is_prompts() {
        Some(Level::Count { used: value, cap: None })
    } else {
        UsedPct::typed(value).ok().map(Level::Used)
    };
    meter.window_minutes = meter.window_minutes.or_else(|| minutes(id));
    if let Some(text) = resets {
        meter.resets_raw = Some(text.to_owned());
        meter.resets_at = match reset::resolve(text, ctx) {
            Reset::At(at) => Some(at),
            _ => {
                reading.tag(Tag::ResetAmbiguous);
                None
            }
        };
    }
    reading.meters.insert(at.unwrap_or(reading.meters.len()), meter);
}

/// Stores a typed prompt count: the running figure of the phase.
fn store_count(
    args: &OverrideArgs,
    count: f64,
    reading: &Reading,
    captured_at: chrono::DateTime<chrono::Utc>,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let row = PromptCount {
        window: args.window.clone(),
        provider: args.provider.clone(),
        lane: workspace.lane.clone(),
        captured_at,
        prompts_used: Some(count),
        kind: CountKind::Absolute,
        baseline: None,
        commit: None,
        count_source: "manual".to_owned(),
        notes: args.notes.clone(),
        errors: reading.errors.clone(),
        row: RowRef::default(),
    };
    prompts::store(&row, None, "override", args.dry_run, workspace, ui)
}

/// Refuses two values for one meter (neither is more likely to be meant) and the reset of a meter without a value.
fn check_once(values: &[(MeterId, f64)], resets: &[(MeterId, String)]) -> Result<(), CliError> {
    let twice = |ids: &[&MeterId]| {
        let found = ids.iter().find(|id| ids.iter().filter(|other| other == id).count() > 1);
        found.map(|id| CliError::usage(format!("{id} is given twice")).hint("give one value for each meter"))
    };
    let values: Vec<&MeterId> = values.iter().map(|(id, _)| id).collect();
    let resets: Vec<&MeterId> = resets.iter().map(|(id, _)| id).collect();
    let alone = resets.iter().find(|id| !values.contains(id)).map(|id| {
        CliError::usage(format!("a reset is given for {id} and no value"))
            .hint(format!("add its value, for example --set {id}=14"))
    });
    match twice(&values).or_else(|| twice(&resets)).or(alone) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn minutes(id: &MeterId) -> Option<u32> {
    match id.as_str() {
        "5h" => Some(300),
        name if name == "weekly" || name.starts_with("weekly:") => Some(10_080),
        _ => None,
    }
}

fn values(args: &OverrideArgs) -> Vec<(MeterId, f64)> {
    let flat = &args.flat;
    let mut values = args.set.clone();
    let named = [
        (MeterId::FIVE_HOURS, flat.fiveh_pct),
        (MeterId::FIVE_HOURS, flat.session_pct),
        (MeterId::WEEKLY, flat.weekly_pct),
        (MeterId::WEEKLY, flat.all_models_pct),
        (MeterId::scoped_weekly("opus"), flat.opus_pct),
    ];
    values.extend(named.into_iter().filter_map(|(id, value)| Some((id, value?))));
    values
}

fn resets(args: &OverrideArgs) -> Vec<(MeterId, String)> {
    let flat = &args.flat;
    let mut texts = args.resets.clone();
    let named = [
        (MeterId::FIVE_HOURS, flat.fiveh_resets.as_ref()),
        (MeterId::FIVE_HOURS, flat.session_resets.as_ref()),
        (MeterId::WEEKLY, flat.weekly_resets.as_ref()),
        (MeterId::WEEKLY, flat.all_models_resets.as_ref()),
        (MeterId::scoped_weekly("opus"), flat.opus_resets.as_ref()),
    ];
    texts.extend(named.into_iter().filter_map(|(id, text)| Some((id, text?.clone()))));
    texts
}
