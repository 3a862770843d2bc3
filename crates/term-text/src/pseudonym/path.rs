//! The user's name in home paths of Linux, macOS and Windows.

use super::IdentityKind;
use super::flow::Flow;
use super::hits::Hits;
use super::kind::is_pseudonym;

/// Longest user name that is taken as one.
const MAX_NAME: usize = 64;

/// Finds the user's part of home paths: `/home/NAME`, `/Users/NAME`, `C:\Users\NAME`, and the form with dashes that
/// Claude Code makes of a project's path (`-home-NAME-repo`). `/root` is nobody's name.
pub(super) fn find(flow: &Flow, hits: &mut Hits) {
    for (at, separator) in flow.text.match_indices(['/', '\\']) {
        let after = at + separator.len();
        let rest = flow.text.get(after..).unwrap_or("");
        if let Some(start) = after_home(rest, "/\\").map(|skip| after + skip) {
            name(flow, start, hits);
        }
    }
    for (at, _) in flow.text.match_indices('-') {
        let before = flow.slice(0, at).chars().next_back();
        if before.is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '\\' | '"' | '\'' | '=')) {
            dashed(flow, at + 1, hits);
        }
    }
}

/// How many bytes of `rest` lead into a home: the parent of homes and its separators.
fn after_home(rest: &str, separators: &str) -> Option<usize> {
    let parent =
        ["home", "Users", "users", "Documents and Settings"].iter().find(|p| rest.starts_with(**p))?;
    let tail = rest.get(parent.len()..)?;
    let name = tail.trim_start_matches(|c| separators.contains(c));
    let run = tail.len() - name.len();
    // JSON within JSON doubles backslashes twice: up to four.
    (1..=4).contains(&run).then_some(parent.len() + run)
}

fn ends_name(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '/' | '\\' | '"' | '\'' | '`' | ':' | ';' | ',' | '(' | ')' | '[' | ']' | '<' | '>' | '{' | '}'
        )
        || matches!(c, '|' | '*' | '?' | '=' | '\u{2026}' | '\u{2502}' | '\u{2503}' | '\u{2551}')
}

fn name(flow: &Flow, start: usize, hits: &mut Hits) {
    let mut end = start;
    for (offset, c) in flow.text.get(start..).unwrap_or("").char_indices().take(MAX_NAME) {
        end = start + offset;
        let stops = |end| is_pseudonym(flow.slice(start, end)) || (flow.is_soft(end) && !goes_on(flow, end));
        if ends_name(c) || (end > start && flow.is_line_start(end) && stops(end)) {
            break;
        }
        end += c.len_utf8();
    }
    end = with_blanks(flow, start, end);
    let name = flow.slice(start, end);
    if !name.is_empty() && !name.starts_with(['.', '$', '%']) && !is_pseudonym(name) {
        hits.cover(start, end, IdentityKind::Home, flow.is_cut(end) && !flow.is_soft(end));
    }
}

/// Whether the line after a joint begins with the rest of a path: a word with a separator in it.
fn goes_on(flow: &Flow, joint: usize) -> bool {
    let rest = flow.text.get(joint..).unwrap_or("");
    let word = rest.char_indices().take(MAX_NAME).take_while(|(_, c)| !c.is_whitespace() && *c != ':');
    !rest.starts_with('/') && word.into_iter().any(|(_, c)| matches!(c, '/' | '\\'))
}

/// A Windows name may hold blanks: it does when a backslash follows in the same line before anything else ends it.
fn with_blanks(flow: &Flow, start: usize, end: usize) -> usize {
    if !flow.slice(0, start).ends_with('\\')
        || !flow.text.get(end..).is_some_and(|rest| rest.starts_with(' '))
    {
        return end;
    }
    for (offset, c) in flow.text.get(end..).unwrap_or("").char_indices().take(MAX_NAME) {
        if c == '\\' {
            return end + offset;
        }
        if ends_name(c) && c != ' ' {
            break;
        }
    }
    end
}

fn dashed(flow: &Flow, at: usize, hits: &mut Hits) {
    let rest = flow.text.get(at..).unwrap_or("");
    let Some(start) = after_home(rest, "-").map(|skip| at + skip) else { return };
    let rest = flow.text.get(start..).unwrap_or("");
    let len = rest
        .char_indices()
        .take(MAX_NAME)
        .find(|(_, c)| *c == '-' || ends_name(*c))
        .map_or(0, |(len, _)| len);
    let pseudonym = rest.get(..17).is_some_and(is_pseudonym);
    if len > 0 && !pseudonym {
        hits.cover(start, start + len, IdentityKind::Home, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let flow = Flow::of(text);
        let mut hits = Hits::default();
        find(&flow, &mut hits);
        hits.settle().map(|hit| flow.slice(hit.start, hit.end).to_owned()).collect()
    }

    #[test]
    fn the_users_part_is_found_on_every_system() {
        for text in [
            "/home/alice/work",
            "cd /Users/alice",
            "C:\\Users\\alice\\work",
            "\"C:\\\\Users\\\\alice\\\\work\"",
            "c:/users/alice/work",
            "/mnt/c/Users/alice:x",
            "\"\\/home\\/alice\\/work\"",
            "~/.claude/projects/-home-alice-work/x",
            "/home/alice\u{2026}",
        ] {
            assert_eq!(found(text), ["alice"], "{text}");
        }
        assert_eq!(found("C:\\Users\\Alice B. Doe\\work and C:\\Users\\bob"), ["Alice B. Doe", "bob"]);
    }

    #[test]
    fn what_is_nobodys_is_left() {
        for text in
            ["/root/work", "/opt/cm/home/.claude/projects", "~/work", "/home/", "homeless/x", "/home/$USER"]
        {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_wrapped_name_is_joined() {
        assert_eq!(found("in /home/al\nice/work"), ["alice"]);
        assert_eq!(found("in /home/alice\nand then"), ["alice"]);
    }
}
