//! Words that a project does not use, each with the word to use instead.

use super::Finding;
use crate::markdown;

/// Titles of the column with the word to use.
const USE: [&str; 4] = ["use", "word", "term", "preferred"];
/// Titles of the column with the words not to use.
const NOT: [&str; 6] = ["not", "avoid", "instead of", "do not use", "synonyms", "forbidden"];

/// Why a document is no list of terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermsError {
    /// No table with both columns, or none with a row.
    #[error("no table with the columns `use` and `not` that has a row")]
    NoTable,
}

/// The words of a project.
///
/// ```
/// use tracker_workflow::lint::Terms;
/// let terms = Terms::read("| use | not |\n|---|---|\n| pane | screen dump, screenshot |\n").unwrap();
/// let found = terms.check("Paste the Screen dump.\n");
/// assert_eq!(found[0].to_string(), "1: \"Screen dump\": write \"pane\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The word to use, and a word not to use as lower-case words.
    pairs: Vec<(String, Vec<String>)>,
}

impl Terms {
    /// Reads every table that has a column of words to use (`use`, `word`, `term`) and one of words not to use
    /// (`not`, `avoid`, `instead of`); several words not to use stand in one cell, separated by commas.
    ///
    /// # Errors
    /// [`TermsError::NoTable`].
    pub fn read(text: &str) -> Result<Self, TermsError> {
        let lines: Vec<markdown::Line<'_>> = markdown::lines(text).collect();
        let mut pairs = Vec::new();
        for (place, line) in lines.iter().enumerate() {
            if !lines.get(place + 1).is_some_and(markdown::Line::is_rule) {
                continue;
            }
            let titles: Vec<String> =
                line.cells().iter().map(|cell| markdown::plain(cell.text).to_lowercase()).collect();
            let find = |words: &[&str]| titles.iter().position(|title| words.contains(&title.as_str()));
            let (Some(good), Some(bad)) = (find(&USE), find(&NOT)) else { continue };
            for row in lines.iter().skip(place + 2).take_while(|line| line.is_row()) {
                let cells = row.cells();
                let text = |place: usize| {
                    cells.get(place).map(|cell| markdown::plain(cell.text)).unwrap_or_default()
                };
                let good = text(good);
                let bad = text(bad);
                let words = bad.split(',').map(words_of).filter(|words| !words.is_empty());
                pairs.extend(words.map(|words| (good.clone(), words)));
            }
        }
        if pairs.is_empty() { Err(TermsError::NoTable) } else { Ok(Self { pairs }) }
    }

    /// Returns how many words are not to be used.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pairs.len()
    }

    /// Returns where a document uses such words. Code, addresses and the tables that say which words not to use are
    /// left out; a word counts whole, whatever its case.
    #[must_use]
    pub fn check(&self, text: &str) -> Vec<Finding> {
        let lines: Vec<markdown::Line<'_>> = markdown::lines(text).collect();
        let mut findings = Vec::new();
        let mut in_list = false;
        for (place, line) in lines.iter().enumerate() {
            if lines.get(place + 1).is_some_and(markdown::Line::is_rule) {
                let titles = line.cells();
                in_list = titles
                    .iter()
                    .any(|cell| NOT.contains(&markdown::plain(cell.text).to_lowercase().as_str()));
            }
            in_list &= line.is_row();
            if line.in_code || in_list {
                continue;
            }
            let prose = prose(line.text);
            let words = words_at(&prose);
            for (good, bad) in &self.pairs {
                for at in places(&words, bad) {
                    let (from, to) = (at.first().map_or(0, |w| w.0), at.last().map_or(0, |w| w.1));
                    let seen = line.text.get(from..to).unwrap_or_default();
                    findings
                        .push(Finding { line: line.number, message: format!("{seen:?}: write {good:?}") });
                }
            }
        }
        findings.sort();
        findings
    }
}

fn words_of(text: &str) -> Vec<String> {
    words_at(text).into_iter().map(|(.., word)| word).collect()
}

/// Returns the words with their first byte and the byte after their last one.
fn words_at(text: &str) -> Vec<(usize, usize, String)> {
    let mut words = Vec::new();
    let mut start = None;
    for (place, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric() || c == '_', start) {
            (true, None) => start = Some(place),
            (false, Some(from)) => {
                words.push((from, place, text.get(from..place).unwrap_or_default().to_lowercase()));
                start = None;
            }
            _ => {}
        }
    }
    words
}

type Word = (usize, usize, String);

/// Returns where the words `bad` stand one after another.
fn places<'a>(words: &'a [Word], bad: &'a [String]) -> impl Iterator<Item = &'a [Word]> {
    let same = move |at: &&[Word]| at.iter().zip(bad).all(|((.., word), bad)| word == bad);
    words.windows(bad.len().max(1)).filter(same)
}

/// Returns the line with code, link targets and addresses blanked, byte for byte, so that places stay.
fn prose(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut code = 0;
    let mut chars = line.char_indices().peekable();
    let mut in_target = false;
    while let Some((place, c)) = chars.next() {
        if c == '`' && !in_target {
            let run =
                1 + line.get(place + 1..).map_or(0, |rest| rest.bytes().take_while(|b| *b == b'`').count());
            (0..run).for_each(|_| out.push(' '));
            for _ in 1..run {
                let _ = chars.next();
            }
            code = match code {
                0 => run,
                open if open == run => 0,
                open => open,
            };
            continue;
        }
        in_target = match in_target {
            false => code == 0 && c == '(' && line.get(..place).is_some_and(|before| before.ends_with(']')),
            true => c != ')',
        };
        let hidden = code > 0 || in_target;
        if hidden { (0..c.len_utf8()).for_each(|_| out.push(' ')) } else { out.push(c) }
    }
    // An address is one word up to the next blank.
    for scheme in ["https://", "http://"] {
        while let Some(from) = out.find(scheme) {
            let end = out
                .get(from..)
                .and_then(|rest| rest.find(char::is_whitespace))
                .map_or(out.len(), |at| from + at);
            out.replace_range(from..end, &" ".repeat(end - from));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# Words\n\n| use | not |\n|---|---|\n| **pane** | screen dump, `screenshot` |\n| lane | agent slot |\n";

    fn found(text: &str) -> Vec<String> {
        Terms::read(LIST).unwrap().check(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn whole_words_are_found_in_any_case() {
        assert_eq!(
            found("A SCREENSHOT, a\nscreen-dump and an Agent  slot.\n"),
            [
                "1: \"SCREENSHOT\": write \"pane\"",
                "2: \"Agent  slot\": write \"lane\"",
                "2: \"screen-dump\": write \"pane\""
            ]
        );
        assert!(found("screenshots are others; a screen, a dump; reagent slot\n").is_empty());
    }

    #[test]
    fn code_addresses_and_the_list_itself_are_left_out() {
        assert!(found("`screenshot` and ``a ` screenshot``\n```\nscreenshot\n```\n").is_empty());
        assert!(found("[a picture](docs/screenshot.png) https://example.com/screenshot\n").is_empty());
        assert!(found(LIST).is_empty());
        assert_eq!(found("[screenshot](a.png) b\n"), ["1: \"screenshot\": write \"pane\""]);
        assert_eq!(found("\u{2713} `x` \u{fc} screenshot\n"), ["1: \"screenshot\": write \"pane\""]);
        assert_eq!(
            found("| use | what |\n|---|---|\n| screenshot | x |\n").len(),
            1,
            "another table is prose"
        );
    }

    #[test]
    fn a_list_needs_a_row() {
        for text in [
            "",
            "| use | not |\n|---|---|\n",
            "| word | meaning |\n|---|---|\n| a | b |\n",
            "| use | not |\n|---|---|\n| a | , |\n",
        ] {
            assert_eq!(Terms::read(text), Err(TermsError::NoTable), "{text}");
        }
        assert_eq!(Terms::read(LIST).unwrap().count(), 3);
    }
}
