//! What a source file says about itself: decisions, public declarations, imports. A tokenizer, not a parser.

use std::collections::BTreeSet;

/// Figures of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SourceFigures {
    /// Points at which control can go two ways (McCabe 1976, without the 1 of each function): branches, loops, cases,
    /// short-circuit operators.
    pub decisions: u64,
    /// Public declarations, without bodies.
    pub interface: BTreeSet<String>,
    /// Words of the import lines: what may name another file.
    pub imports: BTreeSet<String>,
}

/// How a family of languages writes.
struct Language {
    endings: &'static [&'static str],
    line_comments: &'static [&'static str],
    has_block_comments: bool,
    /// A quote may also begin a lifetime, as in Rust.
    has_lifetimes: bool,
    decisions: &'static [&'static str],
    operators: &'static [&'static str],
    imports: &'static [&'static str],
    public: fn(&str) -> bool,
}

const LANGUAGES: [Language; 4] = [
    Language {
        endings: &["rs"],
        line_comments: &["//"],
        has_block_comments: true,
        has_lifetimes: true,
        decisions: &["if", "while", "for", "loop"],
        operators: &["&&", "||", "=>"],
        imports: &["use ", "pub use ", "mod ", "pub mod "],
        public: |line| line.starts_with("pub "),
    },
    Language {
        endings: &["py"],
        line_comments: &["#"],
        has_block_comments: false,
        has_lifetimes: false,
        decisions: &["if", "elif", "while", "for", "except", "case", "and", "or"],
        operators: &[],
        imports: &["import ", "from "],
        public: |line| {
            ["def ", "class ", "async def "]
                .iter()
                .any(|word| line.strip_prefix(word).is_some_and(|name| !name.starts_with('_')))
        },
    },
    Language {
        endings: &[
            "js", "jsx", "mjs", "ts", "tsx", "java", "kt", "cs", "swift", "c", "h", "cc", "cpp", "hpp",
            "php", "scala",
        ],
        line_comments: &["//"],
        has_block_comments: true,
        has_lifetimes: false,
        decisions: &["if", "while", "for", "case", "catch"],
        operators: &["&&", "||", " ? "],
        imports: &["import ", "export * from", "using ", "#include", "require", "const "],
        public: |line| line.starts_with("export ") || line.starts_with("public "),
    },
    Language {
        endings: &["go"],
        line_comments: &["//"],
        has_block_comments: true,
        has_lifetimes: false,
        decisions: &["if", "for", "case", "select"],
        operators: &["&&", "||"],
        imports: &["import ", "\""],
        public: |line| {
            ["func ", "type ", "var ", "const "].iter().any(|word| {
                line.strip_prefix(word).is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
            })
        },
    },
];

/// Returns the figures of a file, or `None` when its language is not known by its ending.
///
/// ```
/// use tracker_churn::source::figures;
/// let text = "use crate::ledger;\npub fn f(x: u8) -> bool {\n    // if only\n    if x > 1 && x < 9 { \"for && while\"; }\n}\n";
/// let found = figures("src/a.rs", text).ok_or("Rust is known")?;
/// assert_eq!((found.decisions, found.interface.len()), (2, 1));
/// assert!(found.imports.contains("ledger") && figures("a.txt", text).is_none());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn figures(path: &str, text: &str) -> Option<SourceFigures> {
    let (_, ending) = path.rsplit_once('.')?;
    let language = LANGUAGES.iter().find(|language| language.endings.contains(&ending))?;
    let code = blank(text, language);
    let mut found = SourceFigures { decisions: decisions(&code, language), ..SourceFigures::default() };
    for (raw, line) in text.lines().zip(code.lines()) {
        let (raw, trimmed) = (raw.trim_start(), line.trim_start());
        // A declaration is known at the margin or inside of a block; Python's only at the margin.
        let line = if ending == "py" { line } else { trimmed };
        if (language.public)(line) {
            let head = line.split(['{', ';']).next().unwrap_or(line);
            found.interface.insert(head.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        if !trimmed.is_empty() && language.imports.iter().any(|import| raw.starts_with(import)) {
            found.imports.extend(words(raw).map(str::to_owned));
        }
    }
    Some(found)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).filter(|word| !word.is_empty())
}

fn decisions(code: &str, language: &Language) -> u64 {
    let mut count = 0;
    // `impl X for Y` and `for<'a>` are no loops: in Rust a loop's `for` begins a statement.
    for line in code.lines() {
        let is_impl =
            language.has_lifetimes && (line.trim_start().starts_with("impl") || line.contains("for<"));
        let branches =
            words(line).filter(|word| language.decisions.contains(word) && !(is_impl && *word == "for"));
        count += branches.count() as u64;
        count += language.operators.iter().map(|operator| line.matches(operator).count() as u64).sum::<u64>();
    }
    count
}

/// Returns the text with comments and strings turned into blanks, line by line.
fn blank(text: &str, language: &Language) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest, language).or_else(|| string(rest, language));
        let length = match skipped {
            Some(length) => {
                let part = rest.get(..length).unwrap_or(rest);
                code.extend(part.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
                length
            }
            None => {
                code.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    code
}

fn comment(rest: &str, language: &Language) -> Option<usize> {
    if language.line_comments.iter().any(|mark| rest.starts_with(mark)) {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if language.has_block_comments && rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    None
}

/// Returns the length of the string that begins here; a string that does not end is the rest of its line.
fn string(rest: &str, language: &Language) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    for mark in ["\"\"\"", "'''"] {
        if let Some(body) = rest.strip_prefix(mark) {
            return Some(body.find(mark).map_or(rest.len(), |end| end + 2 * mark.len()));
        }
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => {
                // 'a in `&'a str` is a lifetime; 'x' is a character.
                let is_long = language.has_lifetimes && quote == '\'' && at > 2 && !rest.starts_with("'\\");
                return if is_long { None } else { Some(at + 1) };
            }
            '\n' if quote == '\'' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(path: &str, text: &str) -> SourceFigures {
        figures(path, text).expect("a known language")
    }

    #[test]
    fn lifetimes_and_impls_are_no_strings_and_no_loops() {
        let text = "impl<'a> Show for Pane<'a> {\n    fn f(&'a self) { for c in 'x'..='\\'' { if c == '\"' || true {} } }\n}\n";
        assert_eq!(of("a.rs", text).decisions, 3);
        assert_eq!(of("a.rs", "fn f(x: &'static str) { if x == \"if\" {} }").decisions, 1);
    }

    #[test]
    fn each_language_is_counted_in_its_own_words() {
        let python =
            "def f(x):\n    \"\"\"if and or\"\"\"\n    if x and x > 1:  # or\n        pass\ndef _g(): pass\n";
        let found = of("a.py", python);
        assert_eq!((found.decisions, found.interface.len()), (2, 1));
        let script = "import { a } from './ledger/row';\nexport const f = (x) => x ? 1 : 2; // if\n";
        let found = of("a.ts", script);
        assert_eq!((found.decisions, found.interface.len()), (1, 1));
        assert!(found.imports.contains("row"));
        let go = "package p\nimport \"x/ledger\"\nfunc Open() { if a && b { } }\nfunc shut() {}\n";
        let found = of("a.go", go);
        assert_eq!((found.decisions, found.interface.len()), (2, 1));
        assert!(found.imports.contains("ledger"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r#"(\PC|[\n"'`/*\\#]){0,60}"#, ending in "(rs|py|ts|go)") {
            let path = format!("x.{ending}");
            let found = of(&path, &text);
            prop_assert!(found.decisions as usize <= text.len());
        }
    }
}
