//! UUIDs of any version (RFC 9562), also wrapped by a frame or cut at its border.

use super::IdentityKind;
use super::flow::Flow;
use super::hits::Hits;

/// Text form: 8-4-4-4-12 hex digits.
const LEN: usize = 36;
const DASHES: [usize; 4] = [8, 13, 18, 23];
/// So much of a cut UUID is told from a date or a number: 8-4- and one digit.
const MIN_CUT: usize = 14;

/// Finds the UUIDs of the whole flow; without a label each is taken for a session's.
pub(super) fn find(flow: &Flow, hits: &mut Hits) {
    find_in(flow, 0, flow.text.len(), IdentityKind::Session, hits);
}

/// Finds the UUIDs between `start` and `end`.
pub(super) fn find_in(flow: &Flow, start: usize, end: usize, kind: IdentityKind, hits: &mut Hits) {
    let mut inside_word = false;
    let bytes = flow.slice(start, end).as_bytes();
    for (offset, byte) in bytes.iter().copied().enumerate() {
        let at = start + offset;
        // The first dash is looked for before the lines are: nearly every digit of a text ends there.
        let dashed = bytes.get(offset + DASHES[0]) == Some(&b'-');
        let starts = byte.is_ascii_hexdigit() && dashed && (!inside_word || flow.is_line_start(at));
        inside_word = byte.is_ascii_alphanumeric();
        if !starts {
            continue;
        }
        match match_at(flow, at, end) {
            Match::Whole(stop) => hits.cover(at, stop, kind, false),
            Match::Cut(stop) => hits.cover(at, stop, kind, true),
            Match::None => {}
        }
    }
}

enum Match {
    Whole(usize),
    Cut(usize),
    None,
}

fn match_at(flow: &Flow, start: usize, end: usize) -> Match {
    let window = flow.text.as_bytes().get(start..end.min(start + LEN)).unwrap_or_default();
    let mut matched = 0;
    for (index, byte) in window.iter().copied().enumerate() {
        let fits = if DASHES.contains(&index) { byte == b'-' } else { byte.is_ascii_hexdigit() };
        if !fits {
            break;
        }
        matched = index + 1;
    }
    if matched < MIN_CUT {
        return Match::None;
    }
    let after = flow.text.as_bytes().get(start + matched).copied().unwrap_or(b' ');
    let ends = !after.is_ascii_alphanumeric() || flow.is_line_start(start + matched);
    if matched == LEN && ends {
        return Match::Whole(start + LEN);
    }
    let last_joint = || (1..matched).rev().find(|index| flow.is_soft(start + index));
    let cut = if flow.is_cut(start + matched) { Some(matched) } else { last_joint() };
    match cut {
        Some(len) if (MIN_CUT..LEN).contains(&len) => Match::Cut(start + len),
        _ => Match::None,
    }
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

    const V7: &str = "01a1fa4e-2bcd-7431-9075-c4095220e501";

    #[test]
    fn whole_uuids_are_found_inside_names() {
        for text in [format!("({V7})"), format!("rollout-2026-11-20T18-00-00-{V7}.jsonl"), V7.to_uppercase()]
        {
            assert!(found(&text).iter().any(|(uuid, cut)| uuid.eq_ignore_ascii_case(V7) && !cut), "{text}");
        }
    }

    #[test]
    fn wrapped_and_cut_uuids_are_found() {
        assert_eq!(found(&format!("id {}\n{} and", &V7[..20], &V7[20..])), [(V7.to_owned(), false)]);
        assert_eq!(found("\u{2502} 01a1fa49-43f7-7f7 \u{2502}"), [("01a1fa49-43f7-7f7".to_owned(), true)]);
    }

    #[test]
    fn dates_and_numbers_are_none() {
        assert_eq!(found("20261120-1800 0.169.0 2026-11-20 12345678-abcd x"), []);
    }
}
