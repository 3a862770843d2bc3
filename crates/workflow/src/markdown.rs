//! As much of Markdown as plans and glossaries need: lines outside of code, headings, tables.

use std::ops::Range;

/// One line of a document, outside of fenced code unless it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) number: usize,
    /// Byte offset of its first byte.
    pub(crate) offset: usize,
    /// Without its line end.
    pub(crate) text: &'a str,
    /// Whether it stands in a fenced block, or is a fence.
    pub(crate) in_code: bool,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    /// Its place in the document, all between the two bars.
    pub(crate) at: Range<usize>,
    /// What stands there, without the blanks around it.
    pub(crate) text: &'a str,
}

/// Returns the lines of a document.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut fence: Option<&str> = None;
    let mut offset = 0;
    text.split_inclusive('\n').zip(1..).map(move |(whole, number)| {
        let line = whole.trim_end_matches(['\n', '\r']);
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        let in_code = fence.is_some() || mark.is_some();
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        let found = Line { number, offset, text: line, in_code };
        offset += whole.len();
        found
    })
}

impl<'a> Line<'a> {
    /// Tells whether it is a row of a table.
    pub(crate) fn is_row(&self) -> bool {
        !self.in_code && self.text.trim_start().starts_with('|')
    }

    /// Tells whether it is the rule below a table's header.
    pub(crate) fn is_rule(&self) -> bool {
        self.is_row()
            && self.text.contains('-')
            && self.text.chars().all(|c| matches!(c, '|' | '-' | ':') || c.is_whitespace())
    }

    /// Returns the level and the text of a heading.
    pub(crate) fn heading(&self) -> Option<(usize, &'a str)> {
        let level = self.text.chars().take_while(|c| *c == '#').count();
        let title = self.text.get(level..)?.strip_prefix(' ')?;
        ((1..=6).contains(&level) && !self.in_code).then(|| (level, title.trim()))
    }

    /// Returns the cells of a row; none when it is no row. An escaped bar is part of its cell.
    pub(crate) fn cells(&self) -> Vec<Cell<'a>> {
        if !self.is_row() {
            return Vec::new();
        }
        let mut bars = Vec::new();
        let mut escaped = false;
        for (place, c) in self.text.char_indices() {
            if c == '|' && !escaped {
                bars.push(place);
            }
            escaped = c == '\\' && !escaped;
        }
        let ends = bars
            .iter()
            .skip(1)
            .copied()
            .chain((!self.text.trim_end().ends_with('|')).then_some(self.text.len()));
        bars.iter()
            .zip(ends)
            .map(|(bar, end)| Cell {
                at: self.offset + bar + 1..self.offset + end,
                text: self.text.get(bar + 1..end).unwrap_or_default().trim(),
            })
            .collect()
    }
}

/// Returns the text of a cell without code marks, emphasis and links.
pub(crate) fn plain(cell: &str) -> String {
    let mut text = cell.replace("\\|", "|").replace(['`', '*'], "");
    // `[word](target)` reads as `word`.
    while let Some((open, rest)) =
        text.split_once('[').and_then(|(open, rest)| rest.contains("](").then_some((open, rest)))
    {
        let (word, target) = rest.split_once("](").unwrap_or((rest, ""));
        let after = target.split_once(')').map_or("", |(_, after)| after);
        text = format!("{open}{word}{after}");
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_known_by_its_fences() {
        let text = "a\n```sh\n# b\n~~~\n```\n# c\n";
        let code: Vec<bool> = lines(text).map(|line| line.in_code).collect();
        assert_eq!(code, [false, true, true, true, true, false]);
        let headings: Vec<_> = lines(text).filter_map(|line| line.heading()).collect();
        assert_eq!(headings, [(1, "c")]);
    }

    #[test]
    fn cells_know_their_place() {
        let text = "x\n| a | b \\| c |d\n";
        let row = lines(text).nth(1).unwrap();
        let cells = row.cells();
        assert_eq!(cells.iter().map(|cell| cell.text).collect::<Vec<_>>(), ["a", "b \\| c", "d"]);
        assert_eq!(&text[cells[2].at.clone()], "d");
        assert_eq!(plain("see [the `page`](a/b.md), **now** \\| x"), "see the page, now | x");
        assert_eq!(plain("- [x] done"), "- [x] done");
        assert_eq!(plain("[a](b"), "a");
    }
}
