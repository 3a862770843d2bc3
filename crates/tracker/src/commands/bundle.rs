//! `tracker bundle`: the Show & Ask pack, one archive that holds what was decided and what it was decided from.

mod pack;

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use tracker_cli_support::{CliError, Exit, Format, Ui, run_with};
use tracker_domain::WindowId;
use tracker_ledger::{LedgerFile, atomic};

use super::replay::{self, Drawing};
use super::{compare, preview, window_audit};
use crate::card::{DecisionCard, Subject, decide};
use crate::cli::{Cli, Verb};
use crate::cost::{self, CostArgs};
use crate::rows::Rows;
use crate::wire::bundle::{FileJson, HeadsJson, WitnessJson};
use crate::{Surroundings, Workspace, errors, wire};
use pack::Pack;

/// Arguments of `tracker bundle`.
#[derive(Debug, clap::Args)]
pub struct BundleArgs {
    /// The window, or WEEK0 for the whole run
    #[arg(long, value_name = "ID")]
    window: Subject,
    /// The archive to write
    #[arg(long, value_name = "FILE.zip")]
    out: PathBuf,
    /// Replace the archive when it is there
    #[arg(long)]
    force: bool,
    /// A feature that is ready and waits for capacity (repeatable), as for decision-card
    #[arg(long, value_name = "FEATURE")]
    blocked_feature: Vec<String>,
}

/// Collects the views and writes them as one archive; the same ledgers give the same bytes.
///
/// # Errors
/// Failed: an unknown window, or something cannot be read or written. Refused: the archive is there.
pub fn run(
    args: &BundleArgs,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    ui.format_among(&[Format::Text])?;
    let out = around.current_dir.join(&args.out);
    if out.exists() && !args.force {
        return Err(CliError::new(Exit::Refused, format!("{} is there already", out.display()))
            .hint("give another file by --out, or --force to replace it"));
    }
    let mut pack = Pack::default();
    collect(args, workspace, &mut pack)?;
    add_replay(&mut pack, workspace, ui)?;
    atomic::write(&out, &pack.zip()?).map_err(errors::ledger)?;
    ui.line(format_args!("bundled {} in {} files: {}", args.window, pack.len(), out.display()))?;
    Ok(Exit::Ok)
}

fn collect(args: &BundleArgs, workspace: &Workspace, pack: &mut Pack) -> Result<(), CliError> {
    let card = decide(&args.window, &args.blocked_feature, workspace)?;
    pack.add("heads.json", wire::text(&heads(&card))?);
    if let Some(plot) = card.plot() {
        pack.add("plots/intervals.svg", plot);
    }
    add_card(card, pack)?;
    let windows = match &args.window {
        Subject::Window(window) => vec![window.clone()],
        Subject::Week0 => {
            let windows = finalized(workspace)?;
            for window in &windows {
                add_card(decide(&Subject::Window(window.clone()), &[], workspace)?, pack)?;
            }
            windows
        }
    };
    for window in &windows {
        let words = ["window-audit", "--window", window.as_str(), "--format", "json"];
        pack.add(format!("audit/{window}.json"), said(&words, workspace)?);
    }
    let only = match &args.window {
        Subject::Window(window) => vec!["--window", window.as_str()],
        Subject::Week0 => Vec::new(),
    };
    pack.add("preview.txt", said(&[&["preview", "--explain"], &only[..]].concat(), workspace)?);
    pack.add("preview.json", said(&[&["preview", "--format", "json"], &only[..]].concat(), workspace)?);
    pack.add("compare.txt", said(&["compare"], workspace)?);
    pack.add("cost_compare.csv", cost_compare(args, workspace)?);
    Ok(())
}

/// Adds the newest replay and its drawing.
fn add_replay(pack: &mut Pack, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let Some(row) = Rows::new(workspace.ledger()).objects(&LedgerFile::REPLAY, None)?.pop() else {
        return Ok(());
    };
    pack.add("replay.json", wire::text(&row)?);
    match replay::drawing(&row, workspace)? {
        Drawing::Svg(svg) => pack.add("plots/replay.svg", svg),
        Drawing::Nothing => {}
        Drawing::Moved => {
            ui.warn("the newest replay is bundled without its drawing: the ledgers have moved on since");
            ui.note("`tracker replay` stores one of the ledgers as they are");
        }
    }
    Ok(())
}

/// Adds a card in its three shapes. Where the ledgers lie is nobody's business who gets the pack.
fn add_card(mut card: DecisionCard, pack: &mut Pack) -> Result<(), CliError> {
    card.data_dir = PathBuf::from(".");
    let name = card.card.subject.clone();
    pack.add(format!("cards/{name}.txt"), card.text(true));
    pack.add(format!("cards/{name}.json"), card.json()?);
    pack.add(format!("cards/{name}.html"), card.html(true));
    Ok(())
}

fn finalized(workspace: &Workspace) -> Result<Vec<WindowId>, CliError> {
    let rows = Rows::new(workspace.ledger()).finalized(None)?;
    let names: std::collections::BTreeSet<WindowId> = rows.into_iter().map(|row| row.window).collect();
    Ok(names.into_iter().collect())
}

fn heads(card: &DecisionCard) -> HeadsJson<'_> {
    let files = card.heads.iter().map(|of| FileJson {
        file: &of.file,
        head: of.last.as_ref().map(|last| WitnessJson { seq: last.seq, h: &last.hash, len: last.len }),
    });
    HeadsJson { files: files.collect() }
}

/// Returns what a verb says on standard output, by the settings of this command.
fn said(words: &[&str], workspace: &Workspace) -> Result<String, CliError> {
    let args = ["tracker"].iter().chain(words).map(Into::into);
    captured(words, |ui| {
        run_with(ui, args, |cli: Cli, ui| match &cli.verb {
            Verb::Preview(args) => preview::run(args, workspace, ui),
            Verb::Compare(args) => compare::run(args, workspace, ui),
            Verb::WindowAudit(args) => window_audit::run(args, workspace, ui),
            _ => Err(CliError::failed("a view that the bundle does not know")),
        })
    })
}

fn cost_compare(args: &BundleArgs, workspace: &Workspace) -> Result<String, CliError> {
    let window = match &args.window {
        Subject::Window(window) => Some(window.clone()),
        Subject::Week0 => None,
    };
    let asked = CostArgs { window, ..CostArgs::default() };
    captured(&["proxy-cost-compare"], |mut ui| {
        let done = cost::run(&asked, workspace, &mut ui).and_then(|exit| ui.flush().map(|()| exit));
        done.unwrap_or_else(|error| error.exit())
    })
}

/// Runs a view on a page of its own.
fn captured(words: &[&str], view: impl FnOnce(Ui) -> Exit) -> Result<String, CliError> {
    let page = Page::default();
    let exit = view(Ui::new(page.clone(), io::sink()));
    let text = String::from_utf8_lossy(&page.0.borrow()).into_owned();
    match exit {
        Exit::Ok => Ok(text),
        _ => Err(CliError::new(exit, format!("`{}` failed, so the bundle was not written", words.join(" ")))
            .hint("run that command by itself: it tells why")),
    }
}

/// Standard output that is kept.
#[derive(Debug, Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
