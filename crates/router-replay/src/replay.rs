//! The replay of a data dir.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tracker_cli_support::{CliError, Clock, Exit, Format, Ui};
use tracker_domain::ProviderId;
use tracker_ledger::wire::{self, Stamp};
use tracker_ledger::{Ledger, atomic};
use tracker_router::{PolicyName, plot};
use tracker_workflow::replay::{By, Done, Material, Request, prompts_a_week, replay, text};

use crate::Cli;

/// Options of a replay.
#[derive(Debug, Clone, clap::Args)]
pub struct ReplayArgs {
    /// The policy in question: bwk, ucb-bwk, primal-dual, thompson-ratio, ucb-ratio, epsilon-greedy, greedy, greedy-prd, oracle
    #[arg(long, value_name = "POLICY", default_value_t = PolicyName::Bwk)]
    strategy: PolicyName,
    /// The policy that it is compared to
    #[arg(long, value_name = "POLICY", default_value_t = PolicyName::Greedy)]
    baseline: PolicyName,
    /// What makes an arm: arm (provider and methodology) or provider
    #[arg(long, value_name = "WHAT", default_value = "arm")]
    by: By,
    /// Resamples of the log, at least 20
    #[arg(long, value_name = "N", default_value_t = 400)]
    replicates: usize,
    /// The seed: the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Weeks of 34 windows to replay
    #[arg(long, value_name = "K", default_value_t = 6)]
    weeks: usize,
    /// Points of each weekly bar that stay unused
    #[arg(long, value_name = "PP", default_value_t = 10.0)]
    buffer: f64,
    /// Prompts a week of a provider that counts prompts, for example glm=2000
    #[arg(long, value_name = "PROVIDER=N", value_parser = prompts_a_week)]
    prompts_a_week: Vec<(ProviderId, f64)>,
    /// Write a drawing of the replay
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Exit 3 when refused and 6 when worse
    #[arg(long)]
    exit_code: bool,
}

impl ReplayArgs {
    fn request(&self) -> Request {
        let mut request = Request::default();
        (request.strategy, request.baseline, request.by) = (self.strategy, self.baseline, self.by);
        (request.replicates, request.seed, request.weeks) = (self.replicates, self.seed, self.weeks);
        request.buffer_pp = self.buffer;
        request.prompts_a_week = self.prompts_a_week.iter().cloned().collect::<BTreeMap<_, _>>();
        request.threads = crate::threads();
        request
    }
}

/// Replays and prints. Stores nothing but the drawing that `--plot` names.
///
/// # Errors
/// Usage: settings out of range. Failed: a ledger cannot be read, or the drawing cannot be written.
pub fn run(cli: &Cli, ui: &mut Ui) -> Result<Exit, CliError> {
    let args = &cli.replay;
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let request = args.request();
    let dir = data_dir(cli.global.data_dir())?;
    if !dir.is_dir() {
        return Err(CliError::failed(format!("there is no data dir `{}`", dir.display()))
            .hint("name the folder of the JSONL ledgers with --data-dir"));
    }
    let failed = |cause: tracker_ledger::LedgerError| {
        CliError::caused(Exit::Failed, "cannot read the ledgers", &cause)
    };
    let material = Material::read(&Ledger::open(dir)).map_err(failed)?;
    for fault in material.faults.iter().take(10) {
        ui.warn(fault);
    }
    let mut progress = ui.progress();
    let done = replay(&material, &request, Clock::from_env()?.now(), |done, all| {
        progress.tick(|| format!("{done} of {all} resampled logs"));
    });
    drop(progress);
    let done = done.map_err(|cause| CliError::usage(cause.to_string()).hint("see --help"))?;
    draw(args, &done, ui)?;
    match format {
        Format::Json => {
            let stamp = Stamp::new(env!("CARGO_PKG_VERSION"), "router-replay");
            let line = wire::replay::write(&done.row, None, &stamp)
                .map_err(|cause| CliError::caused(Exit::Failed, "cannot write the replay", &cause))?;
            ui.json(&line)?;
        }
        _ => ui.text(&text(&done.row))?,
    }
    Ok(match done.row.verdict.as_str() {
        "refused" if args.exit_code => Exit::Refused,
        "worse" if args.exit_code => Exit::NoGo,
        _ => Exit::Ok,
    })
}

fn draw(args: &ReplayArgs, done: &Done, ui: &mut Ui) -> Result<(), CliError> {
    match (&args.plot, &done.report) {
        (Some(path), Some(report)) => atomic::write(path, plot::svg(report).as_bytes()).map_err(|cause| {
            CliError::caused(Exit::Failed, format_args!("cannot write `{}`", path.display()), &cause)
        }),
        (Some(path), None) => {
            ui.warn(format_args!("`{}` is not written: there is nothing to draw", path.display()));
            Ok(())
        }
        (None, _) => Ok(()),
    }
}

/// Returns the data dir: as given, else the usual place under the nearest folder with a `tracker.toml`.
fn data_dir(given: Option<&Path>) -> Result<PathBuf, CliError> {
    if let Some(dir) = given {
        return Ok(dir.to_path_buf());
    }
    let here = std::env::current_dir()
        .map_err(|cause| CliError::failed(format!("the current directory cannot be read: {cause}")))?;
    let root = here.ancestors().find(|dir| dir.join("tracker.toml").is_file()).unwrap_or(&here);
    Ok(root.join("data/week0/live"))
}
