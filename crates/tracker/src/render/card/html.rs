//! A decision card as one page that stands alone: no script, no outer reference, readable in the dark and on paper.

use std::fmt::Write as _;

use tracker_cli_support::percent;
use tracker_gates::{Source, Status};
use tracker_term_text::escape_terminal_line;

use super::plot;
use super::{comparison_line, expansion_line, provider_cells, rows, share};
use crate::card::{DecisionCard, ProviderLine, Week0};

/// The looks. Colours are chosen for both schemes; on paper the light ones are used.
const STYLE: &str = "
:root{color-scheme:light dark;--fg:#1f2328;--dim:#59636e;--bg:#fff;--box:#f6f8fa;--edge:#d1d9e0;--go:#1a7f37;--soft:#9a6700;--no:#cf222e;--mark:#0a7d77}
@media (prefers-color-scheme:dark){:root{--fg:#e6edf3;--dim:#9198a1;--bg:#0d1117;--box:#151b23;--edge:#3d444d;--go:#3fb950;--soft:#d29922;--no:#f85149;--mark:#39c5bb}}
@media print{:root{color-scheme:light;--fg:#000;--dim:#444;--bg:#fff;--box:#fff;--edge:#999;--go:#1a7f37;--soft:#9a6700;--no:#cf222e;--mark:#0a7d77}html{font-size:12px}body{max-width:none!important;font-size:12px!important;padding:0!important}tr,li,dl,svg{break-inside:avoid}h2{break-after:avoid}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:1.75rem 0 .5rem}.dim{color:var(--dim)}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;border-bottom:2px solid var(--edge);padding-bottom:1rem}
.status{font-weight:700;padding:.15rem .75rem;border:2px solid currentColor;border-radius:.5rem}.go{color:var(--go)}.soft-go{color:var(--soft)}.no-go{color:var(--no)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.25rem,1fr));gap:.5rem;margin:1rem 0}dl div{background:var(--box);border:1px solid var(--edge);border-radius:.4rem;padding:.4rem .7rem}
dt{font-size:.8rem;color:var(--dim)}dd{margin:0;font-weight:600;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--edge)}th{font-weight:600;color:var(--dim)}td.n{white-space:nowrap}.narrow{width:auto}.narrow td{padding-right:2.5rem}
ul{margin:.25rem 0;padding-left:1.2rem}li{margin:.2rem 0;overflow-wrap:anywhere}code{font:.85em ui-monospace,monospace;overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto;margin:.5rem 0}
";

/// Returns the page.
pub(crate) fn html(of: &DecisionCard, explain: bool) -> String {
    let mut out = String::new();
    let title = format!("Decision Card {}: {}", of.card.subject, of.card.status);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        escaped(&title)
    );
    head(of, &mut out);
    if !of.card.reasons.is_empty() {
        out.push_str("<section>\n<h2>Reasons</h2>\n");
        let reasons = of.card.reasons.iter().map(|reason| {
            format!(
                "<code>{}</code> {}{}",
                escaped(&reason.code),
                escaped(&reason.text),
                places(&rows(&reason.rows))
            )
        });
        list(reasons, &mut out);
        out.push_str("</section>\n");
    }
    checks(of, explain, &mut out);
    if let Some(week0) = &of.week0 {
        compiled(week0, &mut out);
    }
    section("Panel", of.votes.iter().map(source), &mut out);
    section("Notes", of.notes.iter().map(|note| escaped(note)), &mut out);
    heads(of, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn head(of: &DecisionCard, out: &mut String) {
    let class = class(of.card.status);
    let _ = write!(
        out,
        "<header>\n<h1>Decision Card <span class=\"dim\">{}</span></h1>\n<span class=\"status {class}\">{}</span>\n</header>\n<dl>\n",
        escaped(&of.card.subject),
        of.card.status
    );
    let (tally, (met, all)) = (&of.tally, of.card.completeness());
    let finalized = match (&of.week0, tally.finalized) {
        (Some(week0), count) => format!("{count} windows, {} open", week0.open),
        (None, 0) => "no".to_owned(),
        (None, _) => "yes".to_owned(),
    };
    let facts = [
        ("Anomalies", format!("{} ({} blocking)", tally.anomalies, tally.blocking)),
        ("Finalized", finalized),
        ("Outcome", tally.outcome.clone().unwrap_or_else(|| "none".to_owned())),
        ("Evidence", tally.evidence.to_string()),
        ("Churn", tally.churn.to_string()),
        ("Completeness", format!("{} ({met}/{all})", percent(share(met, all)))),
    ];
    for (name, value) in facts {
        let _ = writeln!(out, "<div><dt>{name}</dt><dd>{}</dd></div>", escaped(&value));
    }
    out.push_str("</dl>\n");
}

/// Returns the name of an answer's colour.
fn class(of: Status) -> &'static str {
    match of {
        Status::Go => "go",
        Status::SoftGo => "soft-go",
        Status::NoGo => "no-go",
    }
}

fn checks(of: &DecisionCard, explain: bool, out: &mut String) {
    out.push_str("<section>\n<h2>Checks</h2>\n<table>\n<tr><th>check</th><th></th><th>found</th></tr>\n");
    for check in &of.card.checks {
        let (class, word) = if check.met { ("go", "&#10003; met") } else { ("no-go", "&#10007; not met") };
        let _ = write!(
            out,
            "<tr><td class=\"n\">{}</td><td class=\"n {class}\">{word}</td><td>{}",
            check.name,
            escaped(&check.found)
        );
        if explain && !check.sources.is_empty() {
            list(check.sources.iter().map(source), out);
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</table>\n</section>\n");
}

fn compiled(week0: &Week0, out: &mut String) {
    out.push_str("<section>\n<h2>Providers</h2>\n");
    out.push_str(&plot::svg(&week0.providers));
    providers(&week0.providers, out);
    out.push_str(
        "</section>\n<section>\n<h2>Windows</h2>\n<table class=\"narrow\">\n<tr><th>window</th><th>answer</th></tr>\n",
    );
    for (window, status) in &week0.windows {
        let class = class(*status);
        let _ = writeln!(out, "<tr><td>{}</td><td class=\"{class}\">{status}</td></tr>", escaped(window));
    }
    out.push_str("</table>\n</section>\n");
    section("Comparison", week0.comparison.iter().map(|of| escaped(&comparison_line(of))), out);
    section("Expansion", week0.expansion.iter().map(|of| escaped(&expansion_line(of))), out);
    let replay = week0
        .replay
        .iter()
        .map(|(summary, row)| format!("{}{}", escaped(summary), places(&format!(" [{row}]"))));
    section("Replay", replay, out);
}

/// Writes the numbers under the drawing, as the text has them.
fn providers(all: &[ProviderLine], out: &mut String) {
    out.push_str(
        "<table>\n<tr><th>provider</th><th>windows</th><th>efficiency</th><th>95&nbsp;% interval</th><th>width</th>\
         <th>n</th><th>power</th><th>highest week</th></tr>\n",
    );
    for of in all {
        out.push_str("<tr>");
        for cell in provider_cells(of) {
            let _ = write!(out, "<td>{}</td>", escaped(&cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn heads(of: &DecisionCard, out: &mut String) {
    let _ = write!(
        out,
        "<section>\n<h2>Heads</h2>\n<p class=\"dim\">The last rows of the ledgers in <code>{}</code>.</p>\n<table>\n\
         <tr><th>ledger</th><th>rows</th><th>seq</th><th>hash</th></tr>\n",
        escaped(&of.data_dir.display().to_string())
    );
    for head in &of.heads {
        let (seq, hash) = match &head.last {
            Some(last) => (last.seq.to_string(), last.hash.as_str()),
            None => ("none".to_owned(), ""),
        };
        let _ = writeln!(
            out,
            "<tr><td class=\"n\">{}</td><td>{}</td><td>{seq}</td><td><code>{hash}</code></td></tr>",
            escaped(&head.file),
            head.rows
        );
    }
    out.push_str("</table>\n</section>\n");
}

/// Writes a headed list; nothing when there is nothing to list.
fn section(name: &str, items: impl Iterator<Item = String>, out: &mut String) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        let _ = writeln!(out, "<section>\n<h2>{name}</h2>");
        list(items, out);
        out.push_str("</section>\n");
    }
}

/// Writes a list whose items are HTML already.
fn list(items: impl Iterator<Item = String>, out: &mut String) {
    out.push_str("<ul>\n");
    for item in items {
        let _ = writeln!(out, "<li>{item}</li>");
    }
    out.push_str("</ul>\n");
}

fn source(of: &Source) -> String {
    format!("{}{}", escaped(&of.text), places(&format!(" [{}]", of.row)))
}

fn places(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<span class=\"dim\">{}</span>", escaped(text)) }
}

/// Returns text that stands for itself in HTML, also in an attribute; control characters are shown by their number.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in escape_terminal_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            escaped("<b title=\"x\">&'\u{1b}[2J"),
            "&lt;b title=&quot;x&quot;&gt;&amp;&#39;\\u{1b}[2J"
        );
    }
}
