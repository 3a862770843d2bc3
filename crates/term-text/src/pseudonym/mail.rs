//! E-mail addresses, also wrapped by a frame or cut at its border.

use super::IdentityKind;
use super::flow::Flow;
use super::hits::Hits;

/// Longest local part and longest domain of an address (RFC 5321, section 4.5.3.1).
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 255;

/// Finds the addresses of the whole flow.
pub(super) fn find(flow: &Flow, hits: &mut Hits) {
    let mut done = 0;
    for (at, _) in flow.text.match_indices('@') {
        if at >= done {
            done = address(flow, at, 0, flow.text.len(), false, hits);
        }
    }
}

/// Finds the addresses of a labelled value: there a domain needs no dot to count.
pub(super) fn find_in(flow: &Flow, start: usize, end: usize, hits: &mut Hits) {
    for (at, _) in flow.slice(start, end).match_indices('@') {
        address(flow, start + at, start, end, true, hits);
    }
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '&' | '~' | '\u{301}')
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}

/// Judges the address around the `@` at `at`; returns where it ends. Addresses glued together are one: what is left
/// of the second would be an address again.
fn address(flow: &Flow, at: usize, from: usize, to: usize, labelled: bool, hits: &mut Hits) -> usize {
    let start = local_start(flow, at, from);
    if start == at {
        return at + 1;
    }
    let start = chain_start(flow, start, from);
    let mut last = at;
    let mut end = domain_end(flow, at + 1, to);
    while flow.slice(end, to).starts_with('@') {
        last = end;
        end = domain_end(flow, end + 1, to);
    }
    let at = last;
    let domain = flow.slice(at + 1, end);
    if is_complete(domain) {
        hits.cover(start, end, IdentityKind::Account, false);
    } else if labelled
        || ((flow.is_cut(end) || hits.touch(end)) && !domain.starts_with(|c: char| c.is_ascii_digit()))
    {
        hits.cover(start, end, IdentityKind::Account, true);
    }
    end
}

/// Where the local part before the `@` starts. It goes on in the line before when it would be empty else, or when
/// that line is full to the edge.
fn local_start(flow: &Flow, at: usize, from: usize) -> usize {
    let mut start = at;
    for (before, c) in flow.slice(from, at).char_indices().rev().take(MAX_LOCAL) {
        let joint = flow.is_soft(start);
        if !is_local(c) || (joint && start != at && !flow.is_full(start)) {
            break;
        }
        start = from + before;
    }
    // An address does not start with punctuation: "('user@example.com'".
    let local = flow.slice(start, at);
    start + (local.len() - local.trim_start_matches(['\'', '.', '-', '&', '~']).len())
}

/// Where a chain of glued addresses starts; so many are undone at most, which keeps the time linear.
fn chain_start(flow: &Flow, mut start: usize, from: usize) -> usize {
    for _ in 0..8 {
        if !flow.slice(from, start).ends_with('@') {
            break;
        }
        start = local_start(flow, start - 1, from);
    }
    start
}

/// Where the domain ends. It goes on in the next line only if it is not complete before, and is then.
fn domain_end(flow: &Flow, from: usize, to: usize) -> usize {
    let mut sure = None;
    let mut end = from;
    for (offset, c) in flow.slice(from, to).char_indices() {
        end = from + offset;
        if !is_domain(c) || offset > MAX_DOMAIN {
            break;
        }
        if flow.is_soft(end) {
            if is_complete(flow.slice(from, end)) {
                break;
            }
            sure.get_or_insert(end);
        }
        end += c.len_utf8();
    }
    let trimmed = |end: usize| from + flow.slice(from, end).trim_end_matches(['.', '-']).len();
    match sure {
        Some(joint) if !is_complete(flow.slice(from, trimmed(end))) => joint,
        _ if is_complete(flow.slice(from, trimmed(end))) => trimmed(end),
        _ => end,
    }
}

/// Whether a domain has a dot and ends in what begins like a top-level domain: a letter and more. A version does not.
fn is_complete(domain: &str) -> bool {
    let Some((host, top)) = domain.rsplit_once('.') else { return false };
    !host.is_empty()
        && !host.starts_with('.')
        && top.starts_with(char::is_alphabetic)
        && top.chars().count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        let flow = Flow::of(text);
        let mut hits = Hits::default();
        find(&flow, &mut hits);
        hits.settle().map(|hit| (flow.slice(hit.start, hit.end).to_owned(), hit.cut)).collect()
    }

    #[test]
    fn whole_addresses_are_found_in_prose() {
        for (text, address) in [
            ("mail <user+tag@mail.example.com>.", "user+tag@mail.example.com"),
            ("USER@EXAMPLE.COM's Organization", "USER@EXAMPLE.COM"),
            ("('j\u{fc}rgen@b\u{fc}cher.example')", "j\u{fc}rgen@b\u{fc}cher.example"),
            ("x@xn--bcher-kva.xn--p1ai, y", "x@xn--bcher-kva.xn--p1ai"),
            ("at the end: user@example.com.", "user@example.com"),
        ] {
            assert_eq!(found(text), [(address.to_owned(), false)], "{text}");
        }
    }

    #[test]
    fn cut_addresses_are_found_at_a_line_end_only() {
        assert_eq!(found("\u{2502} user@examp\u{2502}"), [("user@examp".to_owned(), true)]);
        assert_eq!(found("\u{2502} user@ \u{2502}"), [("user@".to_owned(), true)]);
        assert_eq!(found("npm i claude-code@latest now, codex@0.169.0"), []);
    }

    #[test]
    fn an_address_goes_on_in_the_next_line() {
        assert_eq!(found("write to user@exam\nple.com now"), [("user@example.com".to_owned(), false)]);
        assert_eq!(
            found("mine is user@example.com\nand that is it"),
            [("user@example.com".to_owned(), false)]
        );
    }
}
