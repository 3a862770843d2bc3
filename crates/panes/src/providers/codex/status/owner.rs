//! Rows of a limit whose owner may have scrolled away with the top of the pane.

use super::label::Label;
use super::rows::{Pane, Row};

/// Columns of the longest label that every session may have: `Collaboration mode:`.
const COMMON: usize = 19;

/// Blanks between the longest label and the values: 3 within a box, 2 without one.
const GAP: usize = 3;

/// Tells whether the rows without a family may be those of a family whose header is not in the capture.
///
/// The client sets all values of a pane in one column, behind its longest label. Where that column lies further right
/// than every label in sight explains, a longer one stood above: the header of a family, or a row that names its own.
/// Then what comes first may be anybody's. Rows about the session above it prove that nothing is missing, and where
/// the end is not in sight the longer label may stand below.
pub(super) fn is_lost(pane: &Pane<'_>) -> bool {
    let first = pane.rows.iter().position(|row| matches!(row.label, Label::Limit { .. }));
    let ends = pane.ended || pane.rows.last().is_some_and(|row| matches!(row.label, Label::About(_)));
    let room = first.filter(|at| *at == 0 && ends).and_then(|_| pane.rows.iter().filter_map(unnamed).max());
    room.is_some_and(|room| room > pane.widest.max(COMMON) + GAP)
}

/// The columns before the value of a row of a limit that names no family.
fn unnamed(row: &Row<'_>) -> Option<usize> {
    if matches!(row.label, Label::Limit { family: "", .. }) { row.room } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::rows::panes;
    use super::*;

    fn lost(text: &str) -> bool {
        is_lost(panes(text).last().unwrap())
    }

    const ROWS: &str = "\u{2502}  5h limit:                    29% left  \u{2502}\n\u{2502}  Weekly limit:                84% left  \u{2502}\n";
    const END: &str = "\u{2570}\u{2500}\u{2500}\u{256f}\n";

    #[test]
    fn rows_at_the_top_belong_to_nobody_where_a_longer_label_is_missing() {
        assert!(lost(&format!("{ROWS}{END}")));
        assert!(lost(&format!("{ROWS}\u{2502}  Credits:                     123 credits  \u{2502}\n")));
        assert!(lost(&ROWS.replace('\u{2502}', " ").replace("84% left", "84% left\n\n\u{203a} Ask")));
        assert!(lost(&format!("{ROWS}\u{2502}  premium limit:  \u{2502}\n{END}")));
    }

    #[test]
    fn rows_are_the_accounts_where_nothing_is_missing() {
        assert!(!lost(ROWS), "the longer label may stand below");
        assert!(!lost(&format!("{ROWS}\u{2502}  GPT-5.3-Codex-Spark limit:  \u{2502}\n{END}")));
        assert!(!lost(&format!("\u{2502}  Session:                     x  \u{2502}\n{ROWS}{END}")));
        assert!(!lost(&format!("{}{END}", ROWS.replace(":       ", ":"))), "Collaboration mode");
        assert!(!lost(&format!("\u{2502}  Luna Reserve Weekly limit:   9% left  \u{2502}\n{ROWS}{END}")));
    }
}
