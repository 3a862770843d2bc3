//! Lines of a capture grouped to panels, and a panel's lines to sections.

use super::row;
use super::title::{Title, is_bar, is_clipped, title};
use crate::text::{Direction, cell};

/// One titled bar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section<'a> {
    pub(super) title: Title<'a>,
    pub(super) level: Option<(f64, Direction)>,
    pub(super) reset: Option<String>,
    /// Whether the reset may have lost its end.
    pub(super) reset_cut: bool,
    pub(super) detail: Option<&'a str>,
}

/// What a panel shows instead of bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice<'a> {
    Loading,
    Failed(&'a str),
    /// The sentence about the subscription, which stands above the rows of the headless command or alone.
    Subscription,
}

/// What `/usage` showed once.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Panel<'a> {
    pub(super) sections: Vec<Section<'a>>,
    pub(super) notice: Option<Notice<'a>>,
    /// Whether its rows are those of the headless command: `Current session: 37% used`.
    pub(super) headless: bool,
    /// "Extra usage not enabled", "Usage credits are off", "Unlimited".
    pub(super) extra: Option<&'a str>,
}

impl Panel<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.notice.is_none()
    }
}

/// A line of a copy that lost its line ends holds several titles; each begins a line of its own again.
fn segments(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    if line.contains('%') {
        let starts = line.match_indices(' ').map(|(at, _)| at).filter(|at| *at > 0);
        let titles = starts
            .filter(|at| line.get(*at..).is_some_and(|rest| TITLES.iter().any(|t| rest.starts_with(t))));
        for at in titles {
            parts.extend(line.get(from..at));
            from = at;
        }
    }
    parts.extend(line.get(from..));
    parts.retain(|part| !part.trim().is_empty() || line.trim().is_empty());
    parts
}

/// Titles as they stand within a line.
const TITLES: [&str; 4] = [" Current session", " Current week", " Extra usage", " Usage credits"];

/// No panel has more sections; what repeats a title without end is none.
const MAX_SECTIONS: usize = 64;

/// Lines that are looked at, from the end: the newest panel counts, and a capture of more lines shows none.
const MAX_LINES: usize = 50_000;

/// Splits a capture into the panels that it shows, oldest first.
pub(super) fn panels(text: &str) -> Vec<Panel<'_>> {
    let older = text.lines().count().saturating_sub(MAX_LINES);
    let parts: Vec<&str> = text.lines().skip(older).flat_map(segments).collect();
    let lengths: Vec<usize> = parts.iter().map(|line| line.chars().count()).collect();
    // Where several lines end in the column that none goes beyond, a terminal may have cut them there.
    let longest = lengths.iter().copied().max().unwrap_or_default();
    let edge =
        if lengths.iter().filter(|length| **length == longest).count() > 1 { longest } else { usize::MAX };
    let cells: Vec<_> = parts.into_iter().map(cell).collect();
    let lines: Vec<&str> = cells.iter().map(|cell| cell.text).collect();
    let mut reader = Reader::default();
    let mut above = "";
    for (at, line) in lines.iter().enumerate() {
        let below = lines.get(at + 1..).unwrap_or_default();
        reader.at_edge = cells.get(at).is_some_and(|cell| cell.column == 0);
        reader.full = lengths.get(at).is_some_and(|length| *length == edge);
        reader.line(line, below, above);
        if !line.is_empty() {
            above = line;
        }
    }
    reader.cut();
    reader.panels
}

#[derive(Default)]
struct Reader<'a> {
    panels: Vec<Panel<'a>>,
    panel: Panel<'a>,
    /// Whether the capture lost its first columns, so that a number at its left edge may have lost digits.
    clipped: bool,
    /// Whether the line stands at the left edge.
    at_edge: bool,
    /// Whether the line may be cut at its right end.
    full: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str, below: &[&'a str], above: &'a str) {
        if is_start(line) {
            self.cut();
        } else if let Some(notice) = notice(line) {
            // What stood above a notice is older than it; the headless command begins with its sentence.
            if notice == Notice::Subscription {
                self.cut();
            }
            self.panel.sections.clear();
            self.panel.notice = Some(notice);
        } else if let Some((title, rest)) = title(line) {
            // The session comes first, and no limit comes twice: another panel starts here.
            let known = |s: &Section<'_>| s.level.is_some() && !matches!(s.title, Title::Other(_));
            let again = |s: &Section<'_>| s.level.is_some() && s.title == title;
            let first = title == Title::Session && self.panel.sections.iter().any(known);
            if first || (is_limit(title) && self.panel.sections.iter().any(again)) {
                self.cut();
            }
            self.clipped |= is_clipped(line);
            self.panel.headless |= rest.starts_with(':');
            if self.panel.sections.len() >= MAX_SECTIONS {
                return;
            }
            self.panel.sections.push(Section {
                title,
                level: None,
                reset: None,
                reset_cut: false,
                detail: None,
            });
            self.body(rest, below, above);
        } else {
            self.body(line, below, above);
        }
    }

    /// Takes what a line below a title, or behind it, says.
    fn body(&mut self, line: &'a str, below: &[&'a str], above: &'a str) {
        let mut rest = line;
        if let Some((number, direction, after)) = row::percent(line) {
            rest = after;
            let complete = self.panel.sections.last().is_none_or(|s| s.level.is_some());
            if complete && !self.untitled(line, above) {
                return;
            }
            // A hard wrap may have cut the number in two: "3" above "7% used".
            let torn = line.starts_with(|c: char| c.is_ascii_digit())
                && ((self.clipped && self.at_edge) || above.ends_with(|c: char| c.is_ascii_digit()));
            if let Some(section) = self.panel.sections.last_mut().filter(|_| !torn) {
                section.level = Some((number, direction));
            }
        }
        let Some(section) = self.panel.sections.last_mut() else { return };
        if section.reset.is_none() {
            section.reset = row::reset(rest, below);
            section.reset_cut =
                self.full && section.reset.as_deref().is_some_and(|raw| row::may_be_cut(raw, rest));
        }
        let money = rest.contains(" spent");
        if money || rest.starts_with("One-time credit") {
            let end = rest.to_ascii_lowercase().find("resets").unwrap_or(rest.len());
            let detail = rest.get(..end).unwrap_or(rest);
            section.detail = Some(detail.trim_matches([' ', '\u{b7}']));
        }
        let of_reset = section.reset.as_deref().is_some_and(|reset| reset.contains(rest));
        let words = !rest.is_empty() && !money && !of_reset && !rest.starts_with(is_bar);
        if matches!(section.title, Title::Extra(_)) && section.level.is_none() && words {
            self.panel.extra.get_or_insert(rest);
        }
    }

    /// Opens a section for a bar below a line that is no known title; `false` when that line cannot be one.
    fn untitled(&mut self, line: &str, above: &'a str) -> bool {
        let name = above.chars().count() <= 60
            && above.starts_with(char::is_alphabetic)
            && !above.contains(['%', ':']);
        if line.starts_with(is_bar) && name {
            let title = Title::Other(above);
            self.panel.sections.push(Section {
                title,
                level: None,
                reset: None,
                reset_cut: false,
                detail: None,
            });
        }
        line.starts_with(is_bar) && name
    }

    fn cut(&mut self) {
        let panel = std::mem::take(&mut self.panel);
        if !panel.is_empty() {
            self.panels.push(panel);
        }
    }
}

fn is_limit(title: Title<'_>) -> bool {
    matches!(title, Title::Session | Title::Week | Title::ScopedWeek(_))
}

/// The tab bar of the panel, or the prompt line with the command.
fn is_start(line: &str) -> bool {
    let prompt = line.strip_prefix(['>', '\u{276f}']).is_some_and(|command| command.trim() == "/usage");
    let tabs = line.len() < 200 && {
        let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        plain.starts_with("Settings:StatusConfig") || plain.contains("StatusConfigUsage")
    };
    prompt || tabs
}

fn notice(line: &str) -> Option<Notice<'_>> {
    if line.starts_with("You are currently using your subscription") || line == "Unknown skill: usage" {
        return Some(Notice::Subscription);
    }
    let plain: String = line.chars().filter(|c| !c.is_whitespace()).take(60).collect();
    let says = |words: &str| plain.contains(words);
    if says("Loadingusagedata") {
        Some(Notice::Loading)
    } else if says("Failedtoloadusagedata")
        || says("Couldn'tloadusagedata")
        || says("usagepageisratelimited")
        || says("Statusdialogdismissed")
    {
        Some(Notice::Failed(line))
    } else {
        None
    }
}
