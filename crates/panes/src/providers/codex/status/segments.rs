//! A line of a copy that lost its line ends holds several rows: it is cut where the client must have begun a new one.

/// Corners of a box.
const CORNERS: [char; 4] = ['\u{256d}', '\u{256e}', '\u{2570}', '\u{256f}'];

/// U+2502, which stands at both ends of a row and nowhere else.
const BORDER: char = '\u{2502}';

/// Returns the parts of a line that are rows of their own; a line as the client prints it is one part.
pub(super) fn segments(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in at_corners(line) {
        if part.matches(BORDER).count() > 2 {
            parts.extend(part.split(BORDER).filter(|cell| !cell.trim().is_empty()));
        } else if part.matches("limit:").count() > 1 {
            behind_values(part, &mut parts);
        } else {
            parts.push(part);
        }
    }
    parts
}

/// Cuts before the left corners of a box and behind its right ones.
fn at_corners(line: &str) -> Vec<&str> {
    if !line.trim().contains(CORNERS) {
        return vec![line];
    }
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((at, corner)) = rest.char_indices().skip(1).find(|(_, c)| CORNERS.contains(c)) {
        let left = corner == CORNERS[0] || corner == CORNERS[2];
        let (part, next) = rest.split_at(if left { at } else { at + corner.len_utf8() });
        parts.push(part);
        rest = next;
        if rest.is_empty() {
            break;
        }
    }
    parts.push(rest);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Cuts behind each complete value that another row follows.
fn behind_values<'a>(line: &'a str, parts: &mut Vec<&'a str>) {
    let mut rest = line;
    while let Some(end) = value_end(rest) {
        let (part, next) = rest.split_at(end);
        parts.push(part);
        rest = next;
    }
    if !rest.trim().is_empty() {
        parts.push(rest);
    }
}

/// The end of the first limit's value in a text that goes on with another limit.
fn value_end(text: &str) -> Option<usize> {
    let label = text.find("limit:")?;
    let value = start(text.get(label..)?);
    let word = ["% left", "% used", "%left", "%used"]
        .iter()
        .filter_map(|word| value.find(word).map(|at| at + word.len()))
        .min()?;
    let after = value.get(word..)?;
    let reset = after.trim_start().starts_with("(resets");
    let end = word + if reset { after.find(')')? + 1 } else { 0 };
    let next = text.get(label + end..).map(start)?;
    (next.contains("limit:") && next.trim_start().starts_with(char::is_alphanumeric)).then_some(label + end)
}

/// Bytes in which a value ends and the next label stands, so that a long line costs no more than its length.
const NEAR: usize = 400;

fn start(text: &str) -> &str {
    let end = (0..=NEAR.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_as_printed_is_one_part() {
        for line in [
            "\u{2502} 5h limit: 4% used \u{2502}",
            "  Luna Weekly limit:  96% left (resets 20:06)",
            "",
            "\u{256d}\u{2500}\u{256e}",
        ] {
            assert_eq!(segments(line), [line]);
        }
    }

    #[test]
    fn rows_of_one_line_are_parted_behind_their_values() {
        let line = "5h limit: [\u{2588}] 4% used (resets 14:01) Spark limit: 5h limit: 1% used Luna Weekly limit: 9% left";
        assert_eq!(
            segments(line),
            [
                "5h limit: [\u{2588}] 4% used (resets 14:01)",
                " Spark limit: 5h limit: 1% used",
                " Luna Weekly limit: 9% left"
            ]
        );
    }

    #[test]
    fn boxes_of_one_line_are_parted_at_their_borders() {
        let line = "\u{256d}\u{2500}\u{256e} \u{2502} Model: m \u{2502} \u{2502} 5h limit: 4% used \u{2502} \u{2570}\u{2500}\u{256f} \u{256d}\u{2500}\u{256e}";
        let parts: Vec<&str> = segments(line).into_iter().map(str::trim).collect();
        assert_eq!(
            parts,
            [
                "\u{256d}\u{2500}\u{256e}",
                "Model: m",
                "5h limit: 4% used",
                "\u{2570}\u{2500}\u{256f}",
                "\u{256d}\u{2500}\u{256e}"
            ]
        );
    }
}
