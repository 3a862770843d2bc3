//! `tracker capability`: how far each capability of the map is, and how far the whole.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{Evidence, FeatureKind, FeatureRecord, WindowId};
use tracker_gates::{CapabilityState, capability_state, distance_around, distance_to_target, runners};

use crate::capabilities::{Capability, CapabilityMap};
use crate::render::capability as render;
use crate::rows::Rows;
use crate::{Workspace, wire};

/// Arguments of `tracker capability`.
#[derive(Debug, clap::Args)]
pub struct CapabilityArgs {
    /// What to do
    #[command(subcommand)]
    action: CapabilityAction,
}

/// What to do with capabilities.
#[derive(Debug, clap::Subcommand)]
pub enum CapabilityAction {
    /// Show the state of each capability and the distance to the target
    List(ViewArgs),
    /// Check the map: ids, weights, acceptance files, rows that name no capability
    Check(ViewArgs),
}

/// Arguments of both.
#[derive(Debug, clap::Args)]
pub struct ViewArgs {
    /// Show the distance before and after this window, too
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
}

/// What is shown.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// The map.
    pub(crate) map: &'a CapabilityMap,
    /// Each capability with its state.
    pub(crate) rows: Vec<Row<'a>>,
    /// The distance to the target, 0 to 1.
    pub(crate) distance: Option<f64>,
    /// A window with the distance before and after it.
    pub(crate) around: Option<(WindowId, f64, f64)>,
    /// What `check` found.
    pub(crate) findings: Vec<String>,
}

/// One capability.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// The capability.
    pub(crate) capability: &'a Capability,
    /// How far it is.
    pub(crate) state: CapabilityState,
    /// Runners whose newest run passes.
    pub(crate) passing: usize,
    /// Runners whose newest run fails.
    pub(crate) failing: usize,
    /// Windows that hold it in reserve.
    pub(crate) reserved: Vec<String>,
}

/// Shows the map. Read-only.
///
/// # Errors
/// Failed: a file or ledger that cannot be read. `check` ends with exit code 1 when it found anything.
pub fn run(args: &CapabilityArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let (is_check, args) = match &args.action {
        CapabilityAction::List(args) => (false, args),
        CapabilityAction::Check(args) => (true, args),
    };
    let map = CapabilityMap::read(workspace)?;
    let mut rows = Rows::new(workspace.ledger());
    let (evidence, features) = (rows.evidence(None)?, rows.features(None)?);
    rows.report(ui);
    let view = view(&map, args.window.as_ref(), is_check, &evidence, &features, workspace);
    if !is_check {
        map.warn(ui);
    }
    match format {
        Format::Json => ui.json(&wire::text(&wire::capability::output(&view))?)?,
        _ => ui.text(&render::text(&view, is_check))?,
    }
    if map.capabilities.is_empty() {
        ui.note(format_args!("no capabilities: {}", map.about()));
    }
    if let (Some(window), None) = (&args.window, &view.around) {
        ui.note(format_args!("{window} has no evidence and no features"));
    }
    Ok(if view.findings.is_empty() { Exit::Ok } else { Exit::Failed })
}

fn view<'m>(
    map: &'m CapabilityMap,
    window: Option<&WindowId>,
    is_check: bool,
    evidence: &[Evidence],
    features: &[FeatureRecord],
    workspace: &Workspace,
) -> View<'m> {
    let weights = map.weights();
    let row = |capability: &'m Capability| {
        let (passing, failing) = runners(&capability.id, evidence);
        let state = capability_state(&capability.id, evidence, features);
        Row { capability, state, passing, failing, reserved: reserved(&capability.id, features) }
    };
    let around = window.and_then(|window| {
        let (before, after) = distance_around(window, &weights, evidence, features)?;
        Some((window.clone(), before, after))
    });
    View {
        map,
        rows: map.capabilities.iter().map(row).collect(),
        distance: distance_to_target(&weights, evidence, features),
        around,
        findings: if is_check { findings(map, evidence, features, workspace) } else { Vec::new() },
    }
}

fn reserved(id: &str, features: &[FeatureRecord]) -> Vec<String> {
    let held = features
        .iter()
        .filter(|row| row.kind == FeatureKind::Reserved && row.capability.as_deref() == Some(id));
    held.map(|row| row.window.to_string()).collect()
}

/// Returns what is wrong with the map, and with rows that do not meet it.
fn findings(
    map: &CapabilityMap,
    evidence: &[Evidence],
    features: &[FeatureRecord],
    workspace: &Workspace,
) -> Vec<String> {
    let mut findings = map.findings.clone();
    for capability in &map.capabilities {
        let path = capability.acceptance_path.as_str();
        if !path.is_empty() && !workspace.root.join(path).exists() {
            findings
                .push(format!("{}: the acceptance of {} is not at {path}", capability.place, capability.id));
        }
    }
    let named = evidence.iter().map(|row| (&row.capability, &row.row));
    let logged = features.iter().filter(|row| !row.is_new);
    let named = named.chain(logged.filter_map(|row| Some((row.capability.as_ref()?, &row.row))));
    for (id, row) in named {
        if map.get(id).is_none() {
            findings.push(format!("{row}: {id} is not in the map"));
        }
    }
    findings
}
