//! Draws a replay as one SVG: features so far with their bands, resets marked, shadow prices under it.
//!
//! ```
//! use tracker_router::{Bar, plot, replay::{LoggedArm, LoggedWindow, Outcome, ReplayLog, Settings, replay}};
//! let arm = |name: &str, points| LoggedArm::new(name, vec![LoggedWindow::new(0, 1.0, 0.9, vec![points]); 8]);
//! let log = ReplayLog::new(vec![arm("codex", 4.0), arm("claude", 9.0)], vec![Bar::new("weekly", 90.0, 34)])?;
//! let settings = Settings::default().with_replicates(20).with_rounds(68);
//! if let Outcome::Replayed(report) = replay(&log, &settings, |_, _| {})? {
//!     let svg = plot::svg(&report);
//!     assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
//! }
//! # Ok::<(), tracker_router::RouterError>(())
//! ```

use std::fmt::Write as _;

use crate::replay::{PolicyReport, Report};

/// The place of a panel: left, right, top and bottom edge in pixels.
#[derive(Debug, Clone, Copy)]
struct Panel {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    rounds: f64,
    most: f64,
}

impl Panel {
    fn x(&self, round: f64) -> f64 {
        self.left + (self.right - self.left) * round / self.rounds
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * (value / self.most).clamp(0.0, 1.0)
    }
}

/// Colours that hold on white and on black, and the styles; text follows the reader's scheme.
const STYLE: &str = "<style>
text{font:12px system-ui,sans-serif;fill:#24292f}.axis{stroke:#8c959f;stroke-width:1;fill:none}
.reset{stroke:#8c959f;stroke-dasharray:2 4}.bound{stroke:#8c959f;stroke-dasharray:8 4;fill:none}
.s0{stroke:#0a7d77;fill:none;stroke-width:2}.b0{fill:#0a7d77;fill-opacity:.18}
.s1{stroke:#bf5700;fill:none;stroke-width:2;stroke-dasharray:6 3}.b1{fill:#bf5700;fill-opacity:.18}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.s0{stroke:#39c5bb}.b0{fill:#39c5bb}.s1{stroke:#ff9d4d}.b1{fill:#ff9d4d}}
</style>
";

/// Returns the drawing. The same report gives the same bytes.
#[must_use]
pub fn svg(report: &Report) -> String {
    let rounds = report.rounds.max(1) as f64;
    let policies = [&report.strategy, &report.baseline];
    let highest = policies.iter().flat_map(|policy| &policy.curve).map(|point| point.hi);
    let most = highest.fold(report.bound, f64::max).max(f64::MIN_POSITIVE);
    let upper = Panel { left: 64.0, right: 700.0, top: 48.0, bottom: 300.0, rounds, most };
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 470\" role=\"img\" font-size=\"12\">\n",
    );
    let title = format!("{} against {}: {}", report.strategy.name, report.baseline.name, report.summary());
    let _ = writeln!(out, "<title>{}</title>", escaped(&title));
    out.push_str(STYLE);
    let _ = writeln!(out, "<text x=\"64\" y=\"20\">{}</text>", escaped(&title));
    axes(&upper, "quality-weighted features", report, &mut out);
    let bound = format!(
        "M{:.1} {:.1}L{:.1} {:.1}",
        upper.x(0.0),
        upper.y(0.0),
        upper.x(rounds),
        upper.y(report.bound)
    );
    let _ =
        writeln!(out, "<path class=\"bound\" d=\"{bound}\"><title>bound {:.1}</title></path>", report.bound);
    for (at, policy) in policies.iter().enumerate() {
        curve(at, policy, &upper, report, &mut out);
    }
    out.push_str("<path class=\"bound\" d=\"M76 100H104\"/><text x=\"110\" y=\"104\">bound</text>\n");
    if resets(report).next().is_some() {
        out.push_str("<path class=\"reset\" d=\"M76 118H104\"/><text x=\"110\" y=\"122\">reset</text>\n");
    }
    prices(policies, report, &mut out);
    out.push_str("</svg>\n");
    out
}

/// Draws the edges, the end values and a mark at every reset of the longest bar.
fn axes(panel: &Panel, label: &str, report: &Report, out: &mut String) {
    let Panel { left, right, top, bottom, most, .. } = panel;
    let _ = writeln!(out, "<path class=\"axis\" d=\"M{left:.1} {top:.1}V{bottom:.1}H{right:.1}\"/>");
    let _ = writeln!(out, "<text x=\"{left:.1}\" y=\"{:.1}\">{}</text>", top - 8.0, escaped(label));
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        left - 6.0,
        top + 8.0,
        short(*most)
    );
    let _ = writeln!(out, "<text x=\"{:.1}\" y=\"{bottom:.1}\" text-anchor=\"end\">0</text>", left - 6.0);
    for round in resets(report) {
        let x = panel.x(round as f64);
        let _ = writeln!(
            out,
            "<path class=\"reset\" d=\"M{x:.1} {top:.1}V{bottom:.1}\"><title>reset after window {round}</title></path>"
        );
    }
}

/// Returns the windows after which the longest bar starts again.
fn resets(report: &Report) -> impl Iterator<Item = usize> {
    let (rounds, period) =
        (report.rounds, report.bars.iter().map(|bar| bar.period).max().unwrap_or(1).max(1));
    // More marks than these would be a grey area.
    let weeks = if rounds / period <= 60 { rounds / period } else { 0 };
    (1..=weeks).map(move |week| week * period).filter(move |round| *round < rounds)
}

fn curve(at: usize, policy: &PolicyReport, panel: &Panel, report: &Report, out: &mut String) {
    let points = || report.checkpoints.iter().map(|round| panel.x(*round as f64)).zip(&policy.curve);
    let mut line = format!("M{:.1} {:.1}", panel.x(0.0), panel.y(0.0));
    let mut band = line.clone();
    for (x, point) in points() {
        let _ = write!(line, "L{x:.1} {:.1}", panel.y(point.mean));
        let _ = write!(band, "L{x:.1} {:.1}", panel.y(point.hi));
    }
    for (x, point) in points().collect::<Vec<_>>().into_iter().rev() {
        let _ = write!(band, "L{x:.1} {:.1}", panel.y(point.lo));
    }
    let _ = writeln!(out, "<path class=\"b{at}\" d=\"{band}Z\"/>\n<path class=\"s{at}\" d=\"{line}\"/>");
    let y = 64.0 + 18.0 * at as f64;
    let _ = writeln!(
        out,
        "<path class=\"s{at}\" d=\"M76 {y:.1}H104\"/><text x=\"110\" y=\"{:.1}\">{} ({} of the bound)</text>",
        y + 4.0,
        policy.name,
        format_args!("{:.0}%", policy.share.mean * 100.0)
    );
}

/// Draws the shadow prices of the outer bars, or says that there are none.
fn prices(policies: [&PolicyReport; 2], report: &Report, out: &mut String) {
    let period = report.bars.iter().map(|bar| bar.period).max().unwrap_or(1);
    let outer: Vec<usize> = (0..report.bars.len()).filter(|bar| report.bars[*bar].period == period).collect();
    let highest = policies.iter().flat_map(|policy| &policy.prices);
    let most = highest.flat_map(|prices| outer.iter().map(|bar| prices[*bar])).fold(0.0, f64::max);
    let rounds = report.rounds.max(1) as f64;
    let panel = Panel {
        left: 64.0,
        right: 700.0,
        top: 346.0,
        bottom: 430.0,
        rounds,
        most: most.max(f64::MIN_POSITIVE),
    };
    let label = if most > 0.0 { "shadow price, features per point" } else { "no bar had a shadow price" };
    axes(&panel, label, report, out);
    for (at, policy) in policies.iter().enumerate().filter(|(_, policy)| !policy.prices.is_empty()) {
        for (dashes, bar) in DASHES.iter().cycle().zip(&outer) {
            let points = report.checkpoints.iter().zip(&policy.prices);
            let places: Vec<String> = points
                .map(|(round, prices)| format!("{:.1} {:.1}", panel.x(*round as f64), panel.y(prices[*bar])))
                .collect();
            let name = escaped(&report.bars[*bar].name);
            let _ = writeln!(
                out,
                "<path class=\"s{at}\" style=\"stroke-dasharray:{dashes}\" d=\"M{}\"><title>{name}</title></path>",
                places.join("L")
            );
        }
    }
    caps(&outer, report, out);
    let _ = writeln!(
        out,
        "<text x=\"700\" y=\"450\" text-anchor=\"end\">windows (0 to {})</text>",
        report.rounds
    );
}

/// How the lines of several bars differ, in their order.
const DASHES: [&str; 4] = ["none", "2 3", "9 3", "9 3 2 3"];

/// Writes what each line under the prices stands for, and how much each bar has.
fn caps(outer: &[usize], report: &Report, out: &mut String) {
    let mut left = 64.0;
    for (dashes, bar) in DASHES.iter().cycle().zip(outer) {
        let bar = &report.bars[*bar];
        let text = format!("{}, {} points", bar.name, short(bar.budget));
        // A glyph of the style is some 7 pixels wide; what does not fit is named by the title of its line.
        let right = left + 46.0 + 7.0 * text.chars().count() as f64;
        if right > 580.0 {
            break;
        }
        let _ = writeln!(
            out,
            "<path class=\"axis\" style=\"stroke-width:2;stroke-dasharray:{dashes}\" d=\"M{left:.0} 446H{:.0}\"/>\
             <text x=\"{:.0}\" y=\"450\">{}</text>",
            left + 28.0,
            left + 34.0,
            escaped(&text)
        );
        left = right;
    }
}

fn short(value: f64) -> String {
    if value >= 10.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

/// Arms and bars carry names that people typed.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bar;
    use crate::replay::{LoggedArm, LoggedWindow, Outcome, ReplayLog, Settings, replay};

    fn drawn(threads: usize, rounds: usize) -> String {
        let arm = |name: &str, reward: f64, points: f64| {
            let window =
                |at: u32| LoggedWindow::new(0, 1.0, reward, vec![points + f64::from(at % 3), points]);
            LoggedArm::new(name, (0..8).map(window).collect())
        };
        let bars = vec![Bar::new("a<b> & \"weekly\"", 90.0, 34), Bar::new("5h", 100.0, 1)];
        let log = ReplayLog::new(vec![arm("x", 0.4, 3.0), arm("y", 0.9, 12.0)], bars).unwrap();
        let settings = Settings::default().with_replicates(20).with_rounds(rounds).with_threads(threads);
        match replay(&log, &settings, |_, _| {}).unwrap() {
            Outcome::Replayed(report) => svg(&report),
            Outcome::Refused(refusal) => panic!("{refusal}"),
        }
    }

    #[test]
    fn same_report_same_bytes_and_every_week_is_marked() {
        let one = drawn(1, 102);
        assert_eq!(one, drawn(2, 102));
        assert_eq!(one.matches("reset after window 34<").count(), 2, "one mark in each panel");
        assert_eq!(one.matches("class=\"reset\"").count(), 5, "two resets in each panel, and their legend");
        assert!(one.contains("a&lt;b&gt; &amp; &quot;weekly&quot;, 90 points</text>"), "{one}");
        assert!(
            one.contains("prefers-color-scheme:dark") && one.contains("a&lt;b&gt; &amp; &quot;weekly&quot;")
        );
        assert!(!one.contains("NaN") && !one.contains("inf"));
        assert_eq!(one.matches("<path").count(), one.matches("/>").count() + one.matches("</path>").count());
        assert!(!drawn(1, 1).contains("NaN"));
    }
}
