//! The comparison as CSV: one row an arm.

use tracker_term_text::escape_csv_cell;

use crate::comparison::{Compared, Comparison};

const HEADER: &str = "meter,arm,n,features,capacity,unit,efficiency,lo,hi,method,p_best,\
                      base,delta,delta_lo,delta_hi,p,certainty,test,reallocate,retire\n";

/// Returns the header and a row for each arm; a value that does not exist is an empty cell.
pub(crate) fn csv(all: &[Comparison]) -> String {
    let rows = all.iter().flat_map(|of| of.arms.iter().map(move |arm| row(of, arm)));
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

fn row(of: &Comparison, arm: &Compared) -> String {
    let plain = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let interval = arm.interval.as_ref();
    let versus = arm.versus.as_ref();
    let verdicts = versus.and_then(|versus| versus.verdicts.as_ref());
    let answer = |fires: Option<bool>| fires.map(|fires| fires.to_string()).unwrap_or_default();
    let cells = [
        quoted(&of.meter),
        quoted(&arm.name),
        arm.n.to_string(),
        arm.features.to_string(),
        arm.capacity.to_string(),
        of.unit.to_owned(),
        plain(arm.efficiency),
        plain(interval.and_then(|interval| interval.lo)),
        plain(interval.and_then(|interval| interval.hi)),
        interval.map(|interval| interval.method.to_string()).unwrap_or_default(),
        plain(arm.best),
        versus.map(|versus| quoted(&versus.base)).unwrap_or_default(),
        plain(versus.map(|versus| versus.delta)),
        plain(versus.and_then(|versus| versus.lo)),
        plain(versus.and_then(|versus| versus.hi)),
        plain(versus.map(|versus| versus.p)),
        plain(versus.and_then(|versus| versus.certainty)),
        versus.map_or("", |versus| versus.test).to_owned(),
        answer(verdicts.map(|verdicts| verdicts.reallocate.fires)),
        answer(verdicts.map(|verdicts| verdicts.retire.fires)),
    ];
    format!("{}\n", cells.join(","))
}

/// A text cell: no formula, and quoted where it holds a separator (RFC 4180).
fn quoted(text: &str) -> String {
    let safe = escape_csv_cell(text);
    if safe.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cells_are_quoted_and_no_formula() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
