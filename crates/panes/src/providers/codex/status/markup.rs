//! Style tags of the client's own snapshot files (`[bold]`, `[dim]`, `[/]`), which captures of 2025 came with, and the
//! marks that people put around values in their notes.

use std::borrow::Cow;

/// Removes the tags from a text that closes one, and the marks of code from one that has them behind labels; any other
/// text stays as it is.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    if text.contains("limit: `") {
        return Cow::Owned(text.replace('`', ""));
    }
    if !text.contains("[/]") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_lowercase() || matches!(c, '+' | '-' | '/')));
        match end.map(|end| after.split_at(end)) {
            Some((tag, tail)) if !tag.is_empty() && tail.starts_with(']') => {
                rest = tail.strip_prefix(']').unwrap_or(tail);
            }
            _ => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_bars_stay() {
        assert_eq!(strip("[dim]a[/] [\u{2588}] [bold+red]3% used[/]"), "a [\u{2588}] 3% used");
        assert_eq!(strip("[dim] without an end"), "[dim] without an end");
        assert_eq!(strip("- 5h limit: `3% used`"), "- 5h limit: 3% used");
        assert_eq!(strip("run `/status`"), "run `/status`");
    }
}
