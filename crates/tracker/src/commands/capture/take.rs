//! Taking the capture: from a fresh file, else from the client.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_capture::{End, MeterCommand, Patience, Talk, printed, talk};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::Reading;
use tracker_panes::{Ctx, Input, PaneParser};
use tracker_term_text::clean;

use super::failure::Failure;
use super::{AskArgs, Target};
use crate::ask::Asker;
use crate::disk_source::{self, Wanted};
use crate::telemetry::interrupted;
use crate::{Surroundings, Workspace};

/// What a capture is wanted for.
pub(super) struct Manner<'a> {
    /// Figures on disk must be newer than this.
    pub(super) newer_than: Option<DateTime<Utc>>,
    /// Whether a message may be spent on the session's own meter.
    pub(super) wants_session: bool,
    /// What stands for `{scope}` in the command.
    pub(super) scope: Option<&'a str>,
}

/// A capture.
pub(super) struct Taken {
    pub(super) bytes: Vec<u8>,
    /// When it held, for figures on disk; a client shows the present.
    pub(super) observed_at: Option<DateTime<Utc>>,
    /// What file told it; `None` for a client.
    pub(super) source: Option<&'static str>,
}

pub(super) fn take(
    args: &AskArgs,
    target: &Target,
    manner: &Manner<'_>,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Taken, Failure> {
    let read = |text: &str| reading(text, target.parser, workspace);
    let minutes = args.max_age.unwrap_or(workspace.config.max_age_minutes.value);
    if minutes > 0 {
        let now = workspace.now();
        let wanted =
            Wanted { now, max_age: TimeDelta::minutes(i64::from(minutes)), after: manner.newer_than };
        if let Some(found) = disk_source::find(target.live, &read, &wanted, around, ui) {
            let age = (now - found.observed_at).num_seconds();
            let (name, path) = (found.name, found.path.display());
            ui.note(format_args!("{}: read from the {name} log, told {age} s ago ({path})", args.kind));
            let observed_at = Some(found.observed_at);
            return Ok(Taken { bytes: found.bytes, observed_at, source: Some(found.name) });
        }
    }
    let command = command(args, target, manner.scope, workspace);
    ui.detail(format_args!("{}: asking `{}`", args.kind, command.shown()));
    let patience = Patience::of(timeout(args, workspace));
    let bytes = if target.live.on_terminal {
        from_screen(args, target, manner, &command, &patience, &read, workspace)
    } else {
        from_output(&command, &patience)
    };
    bytes.map(|bytes| Taken { bytes, observed_at: None, source: None })
}

/// Tells whether a capture holds figures of its kind.
pub(super) fn has_meter(bytes: &[u8], target: &Target, workspace: &Workspace) -> bool {
    reading(&String::from_utf8_lossy(bytes), target.parser, workspace).is_some()
}

/// Returns what a screen or file says; `None` when it is not of the kind.
pub(super) fn reading(text: &str, parser: &dyn PaneParser, workspace: &Workspace) -> Option<Reading> {
    let text = clean(text.as_bytes()).text;
    let input = Input::new(&text);
    if parser.detect(&input).is_none() {
        return None;
    }
    let ctx = Ctx::new(workspace.now()).with_zone(workspace.config.timezone.value);
    parser.parse(&input, &ctx).into_newest()
}

fn timeout(args: &AskArgs, workspace: &Workspace) -> Duration {
    let configured = u64::from(workspace.config.timeout_seconds.value);
    args.timeout.unwrap_or(Duration::from_secs(configured))
}

/// Returns the command: as given, as configured, or the client's own.
fn command(args: &AskArgs, target: &Target, scope: Option<&str>, workspace: &Workspace) -> MeterCommand {
    let configured = workspace.config.commands.get(&args.kind);
    let words: Vec<OsString> = match configured {
        _ if !args.command.is_empty() => args.command.clone(),
        Some(setting) => setting.value.iter().map(OsString::from).collect(),
        None => target.live.command.iter().map(OsString::from).collect(),
    };
    let scoped = |word: OsString| match (scope, word.to_str()) {
        (Some(scope), Some("{scope}")) => OsString::from(scope),
        _ => word,
    };
    let mut words = words.into_iter().map(scoped);
    let dir: PathBuf = workspace.root.clone();
    MeterCommand::new(words.next().unwrap_or_default(), dir).with_args(words)
}

fn from_screen(
    args: &AskArgs,
    target: &Target,
    manner: &Manner<'_>,
    command: &MeterCommand,
    patience: &Patience,
    read: crate::ask::Read<'_>,
    workspace: &Workspace,
) -> Result<Vec<u8>, Failure> {
    let may_greet = workspace.config.greeting.value && !args.no_greeting;
    let mut asker = Asker::new(target.live, read).with_greeting(may_greet).with_session(manner.wants_session);
    let talked = talk(command, patience, &interrupted, &mut |view| asker.turn(view))
        .map_err(|cause| Failure::new("capture-failed", cause.to_string()))?;
    let Talk { screen, end } = talked;
    let bytes = screen.into_bytes();
    let failed = match (end, asker.obstacle()) {
        (End::Done, _) => return Ok(bytes),
        (End::TimedOut, None) if asker.is_usable() => return Ok(bytes),
        (_, Some(obstacle)) => {
            Failure::new("capture-blocked", format!("the client waits for a person: {:?}", obstacle.words))
                .hint(obstacle.remedy)
        }
        (end, None) => ended(end, patience),
    };
    Err(failed.showing(bytes))
}

fn from_output(command: &MeterCommand, patience: &Patience) -> Result<Vec<u8>, Failure> {
    let said = printed(command, patience, &interrupted)
        .map_err(|cause| Failure::new("capture-failed", cause.to_string()))?;
    match said.end {
        End::Exited(Some(0)) if !said.stdout.trim_ascii().is_empty() => Ok(said.stdout),
        End::Exited(Some(0)) => Err(Failure::new("capture-failed", "it printed nothing")),
        end => Err(ended(end, patience).showing([said.stdout, said.stderr].concat())),
    }
}

fn ended(end: End, patience: &Patience) -> Failure {
    let seconds = patience.timeout.as_secs_f64();
    match end {
        End::TimedOut => Failure::new("capture-timeout", format!("no whole meter within {seconds} s"))
            .hint("give it longer by --timeout SECONDS, or run the client by hand and look"),
        End::Exited(Some(status)) => {
            Failure::new("capture-failed", format!("it ended with status {status} before it showed a meter"))
        }
        End::Exited(None) => {
            Failure::new("capture-failed", "it was ended by a signal before it showed a meter")
        }
        End::Interrupted => Failure::new("capture-interrupted", "it was interrupted"),
        End::TooLong => Failure::new("capture-failed", "it printed without end"),
        _ => Failure::new("capture-failed", "it ended before it showed a meter"),
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        failure.error()
    }
}
