//! The intervals of the providers as one drawing: a panel a unit, because points and prompts share no axis.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::html::escaped;
use crate::card::ProviderLine;

/// Left and right edge of the axis, in the drawing's own unit.
const LEFT: f64 = 110.0;
const RIGHT: f64 = 690.0;
/// Heights: a provider's line, and what a panel needs above and below its lines.
const LINE: f64 = 34.0;
const ABOVE: f64 = 26.0;
const BELOW: f64 = 34.0;
/// Marks on an axis.
const TICKS: u32 = 4;

const STYLE: &str = "<style>
text{font:13px system-ui,sans-serif;fill:var(--fg,#1f2328)}.small{font-size:11px;fill:var(--dim,#59636e)}
.axis{stroke:var(--edge,#8c959f);stroke-width:1}.bar{stroke:var(--mark,#0a7d77);stroke-width:4;stroke-linecap:round}
.dot{fill:var(--mark,#0a7d77);stroke:var(--bg,#fff);stroke-width:2}
</style>
";

/// Returns the drawing as a file of its own; empty when no provider has an efficiency.
pub(crate) fn file(providers: &[ProviderLine]) -> String {
    svg(providers).replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1)
}

/// Returns the drawing as a part of a page; empty when no provider has an efficiency.
pub(super) fn svg(providers: &[ProviderLine]) -> String {
    let mut panels: BTreeMap<(&str, &str), Vec<&ProviderLine>> = BTreeMap::new();
    for of in providers.iter().filter(|of| of.estimate.efficiency.is_some()) {
        panels.entry((of.estimate.unit, &of.estimate.meter)).or_default().push(of);
    }
    if panels.is_empty() {
        return String::new();
    }
    let height: f64 = panels.values().map(|of| ABOVE + LINE * of.len() as f64 + BELOW).sum();
    let mut out = format!(
        "<svg viewBox=\"0 0 760 {height:.0}\" role=\"img\">\n\
         <title>Features per unit of capacity with 95 % intervals</title>\n{STYLE}"
    );
    let mut top = 0.0;
    for ((unit, meter), of) in panels {
        panel(unit, meter, &of, top, &mut out);
        top += ABOVE + LINE * of.len() as f64 + BELOW;
    }
    out.push_str("</svg>\n");
    out
}

fn panel(unit: &str, meter: &str, providers: &[&ProviderLine], top: f64, out: &mut String) {
    let ends =
        |of: &&ProviderLine| of.facts.interval.map(|(_, hi)| hi).into_iter().chain(of.estimate.efficiency);
    let most = nice(providers.iter().flat_map(ends).fold(0.0, f64::max));
    let x = |value: f64| LEFT + (RIGHT - LEFT) * (value / most).clamp(0.0, 1.0);
    let unit = if unit == "pp" { "percentage point" } else { "prompt" };
    let _ = writeln!(
        out,
        "<text x=\"{LEFT:.0}\" y=\"{:.1}\" class=\"small\">features per {unit} ({}), 95 % interval</text>",
        top + 15.0,
        escaped(meter)
    );
    for (at, of) in providers.iter().enumerate() {
        let y = top + ABOVE + LINE * (at as f64 + 0.5);
        let _ = writeln!(
            out,
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 12.0,
            y + 4.5,
            escaped(&of.facts.provider)
        );
        if let Some((lo, hi)) = of.facts.interval {
            let _ = writeln!(
                out,
                "<line class=\"bar\" x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>",
                x(lo),
                x(hi)
            );
            let _ = writeln!(
                out,
                "<text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{lo:.2} to {hi:.2}</text>",
                x(lo).midpoint(x(hi)).clamp(LEFT + 36.0, RIGHT),
                y - 8.0
            );
        }
        if let Some(efficiency) = of.estimate.efficiency {
            let title = format!("{}: {efficiency:.2}", of.facts.provider);
            let _ = writeln!(
                out,
                "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"6\"><title>{}</title></circle>",
                x(efficiency),
                escaped(&title)
            );
        }
    }
    axis(top + ABOVE + LINE * providers.len() as f64 + 2.0, most, out);
}

fn axis(y: f64, most: f64, out: &mut String) {
    let _ = writeln!(out, "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{RIGHT}\" y2=\"{y:.1}\"/>");
    for tick in 0..=TICKS {
        let part = f64::from(tick) / f64::from(TICKS);
        let at = LEFT + (RIGHT - LEFT) * part;
        let places = if most < 0.2 { 3 } else { 2 };
        let _ = writeln!(
            out,
            "<line class=\"axis\" x1=\"{at:.1}\" y1=\"{y:.1}\" x2=\"{at:.1}\" y2=\"{:.1}\"/>",
            y + 4.0
        );
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.places$}</text>",
            y + 17.0,
            most * part
        );
    }
}

/// Returns the next number at or above `value` that reads well: 1, 2, 4, 5 or 8 times a power of ten.
fn nice(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 4.0, 5.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|end| *end >= value * (1.0 - 1e-12)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_number_that_reads_well() {
        let close =
            |value: f64, end: f64| assert!((nice(value) - end).abs() < 1e-12, "{value}: {}", nice(value));
        for (value, end) in [(0.71, 0.8), (0.12, 0.2), (3.0, 4.0), (8.1, 10.0), (0.4, 0.4), (0.0, 1.0)] {
            close(value, end);
        }
        close(f64::NAN, 1.0);
    }
}
