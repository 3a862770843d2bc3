//! Documents whose commands are run: console blocks, and what they show against what is printed.

/// Returns the text of every fenced block of a language in a Markdown document.
///
/// ```
/// let page = "Look:\n```console\n$ tracker verify\nverify: ok\n```\n```sh\nnot this\n```\n";
/// assert_eq!(tracker_test_support::blocks(page, "console"), ["$ tracker verify\nverify: ok\n"]);
/// ```
#[must_use]
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    let mut in_other = false;
    for line in text.lines() {
        match &mut current {
            Some(block) if line == "```" => {
                found.push(std::mem::take(block));
                current = None;
            }
            Some(block) => block.push_str(&format!("{line}\n")),
            None if in_other => in_other = line != "```",
            None if line == format!("```{language}") => current = Some(String::new()),
            None => in_other = line.starts_with("```"),
        }
    }
    found
}

/// Splits a console block into commands and what each prints; a command that is a comment is left out. `quotes` tells
/// whether a command's output may itself hold lines that begin with `$ `, as that of a demo.
///
/// ```
/// let block = "$ tracker verify\nverify: ok\n$ # work\n$ tracker preview\n";
/// let commands = tracker_test_support::commands(block, |_| false);
/// assert_eq!(commands[0], ("tracker verify".to_owned(), "verify: ok\n".to_owned()));
/// assert_eq!(commands.len(), 2);
/// ```
///
/// # Panics
/// When the block begins with something else than a command.
#[must_use]
pub fn commands(block: &str, quotes: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        let is_quoted = found.last().is_some_and(|(command, _)| quotes(command));
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) if !is_quoted => {
                if !command.starts_with('#') {
                    found.push((command.to_owned(), String::new()));
                }
            }
            (_, Some((_, output))) => output.push_str(&format!("{line}\n")),
            (_, None) => panic!("a console block starts with a command: {line}"),
        }
    }
    found
}

/// Compares line by line what is shown with what is printed; `...` alone stands for any lines, at the end of a line for
/// any rest.
///
/// ```
/// use tracker_test_support::shows;
/// assert!(shows("Windows: W0-01\n...\nverify: ok", "Windows: W0-01\nmore\nverify: ok\n"));
/// assert!(shows("created ...", "created /a/b\n") && !shows("created ...", "made /a/b\n"));
/// ```
#[must_use]
pub fn shows(expected: &str, actual: &str) -> bool {
    fn lines(expected: &[&str], actual: &[&str]) -> bool {
        match (expected.split_first(), actual.split_first()) {
            (None, None) => true,
            (Some((&"...", rest)), _) => (0..=actual.len()).any(|skip| lines(rest, &actual[skip..])),
            (Some((want, more)), Some((got, rest))) => {
                let same = match want.strip_suffix("...") {
                    Some(start) => got.starts_with(start),
                    None => want == got,
                };
                same && lines(more, rest)
            }
            _ => false,
        }
    }
    lines(&expected.lines().collect::<Vec<_>>(), &actual.lines().collect::<Vec<_>>())
}
