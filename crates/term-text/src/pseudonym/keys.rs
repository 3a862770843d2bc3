//! Credentials: API keys, tokens and JWTs, by their published shapes; and ids of accounts that have a prefix.

use super::IdentityKind;
use super::flow::Flow;
use super::hits::Hits;
use super::kind::{is_pseudonym, starts_with_pseudonym};

/// A shape: what it starts with, how many characters must follow, and what it identifies.
struct Shape(&'static str, usize, IdentityKind);

/// Prefixes as the issuers document them (OpenAI and Anthropic, GitHub, GitLab, Slack, AWS, Google, Hugging Face, npm,
/// Stripe), JWTs (RFC 7519: a header that starts with `{"`), and the ids of OpenAI and Anthropic.
const SHAPES: [Shape; 29] = [
    Shape("sk-", 16, IdentityKind::Key),
    Shape("ghp_", 16, IdentityKind::Key),
    Shape("gho_", 16, IdentityKind::Key),
    Shape("ghu_", 16, IdentityKind::Key),
    Shape("ghs_", 16, IdentityKind::Key),
    Shape("ghr_", 16, IdentityKind::Key),
    Shape("github_pat_", 16, IdentityKind::Key),
    Shape("glpat-", 16, IdentityKind::Key),
    Shape("xoxb-", 8, IdentityKind::Key),
    Shape("xoxp-", 8, IdentityKind::Key),
    Shape("xoxa-", 8, IdentityKind::Key),
    Shape("xoxr-", 8, IdentityKind::Key),
    Shape("xoxs-", 8, IdentityKind::Key),
    Shape("xapp-", 8, IdentityKind::Key),
    Shape("AKIA", 12, IdentityKind::Key),
    Shape("ASIA", 12, IdentityKind::Key),
    Shape("AIza", 24, IdentityKind::Key),
    Shape("hf_", 20, IdentityKind::Key),
    Shape("npm_", 20, IdentityKind::Key),
    Shape("eyJ", 16, IdentityKind::Key),
    Shape("Bearer ", 8, IdentityKind::Key),
    Shape("bearer ", 8, IdentityKind::Key),
    Shape("org-", 16, IdentityKind::Organization),
    Shape("org_", 16, IdentityKind::Organization),
    Shape("proj_", 16, IdentityKind::Organization),
    Shape("user-", 16, IdentityKind::Account),
    Shape("user_", 16, IdentityKind::Account),
    Shape("acct_", 12, IdentityKind::Account),
    Shape("account_", 16, IdentityKind::Account),
];

/// Finds credentials and prefixed ids.
pub(super) fn find(flow: &Flow, hits: &mut Hits) {
    for Shape(prefix, min, kind) in &SHAPES {
        // A token is looked at once, however often its prefix occurs in it.
        let mut done = 0;
        for (at, _) in flow.text.match_indices(prefix) {
            if at < done {
                continue;
            }
            let inside_word = flow.slice(0, at).ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            if !inside_word || flow.is_soft(at) {
                done = token(flow, at, prefix, *min, *kind, hits);
            }
        }
    }
    dotted(flow, hits);
}

/// Judges the token that begins at `at`; returns where it ends.
fn token(flow: &Flow, at: usize, prefix: &str, min: usize, kind: IdentityKind, hits: &mut Hits) -> usize {
    // "Bearer" stays readable, the token after it goes.
    let start = if prefix.ends_with(' ') { at + prefix.len() } else { at };
    let body = at + prefix.len();
    let dots = prefix == "eyJ" || prefix.ends_with(' ');
    let end = run_end(flow, at, body, dots);
    let value = flow.slice(body, end);
    let cut = flow.is_cut(end);
    let enough = value.len() >= min || (cut && kind == IdentityKind::Key && value.len() >= 6);
    let random = value.contains(|c: char| c.is_ascii_digit());
    let jwt = prefix != "eyJ" || value.contains('.') || cut;
    if enough && random && jwt && !starts_with_pseudonym(value) && !is_pseudonym(flow.slice(at, end)) {
        hits.cover(start, end, kind, cut && value.len() < min);
    }
    end
}

fn is_token(c: char, dots: bool) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || (dots && matches!(c, '.' | '/' | '+' | '=' | '~'))
}

/// Where the token that begins at `at` ends, searched from `from`. It goes on in the next line when that begins with more of the same: a word with a digit or
/// with mixed case, or a line that holds nothing else.
fn run_end(flow: &Flow, at: usize, from: usize, dots: bool) -> usize {
    let mut end = from;
    for (offset, c) in flow.text.get(from..).unwrap_or("").char_indices() {
        end = from + offset;
        let done = |end| is_pseudonym(flow.slice(at, end)) || is_pseudonym(flow.slice(from, end));
        let stops = |end| done(end) || (flow.is_soft(end) && !goes_on(flow, end, dots));
        if !is_token(c, dots) || (flow.is_line_start(end) && stops(end)) {
            return end;
        }
        end += c.len_utf8();
    }
    end
}

fn goes_on(flow: &Flow, joint: usize, dots: bool) -> bool {
    let rest = flow.text.get(joint..).unwrap_or("");
    let (mut digit, mut upper, mut lower) = (false, false, false);
    for (offset, c) in rest.char_indices() {
        if offset > 0 && flow.is_soft(joint + offset) {
            return true;
        }
        if !is_token(c, dots) {
            return c == '\n' || digit || (upper && lower && offset > 1 && !is_sentence(rest, offset));
        }
        digit |= c.is_ascii_digit();
        upper |= c.is_ascii_uppercase();
        lower |= c.is_ascii_lowercase();
    }
    true
}

/// Whether the first `len` bytes of `rest` are a word as a sentence has it: at most its first letter is a capital.
fn is_sentence(rest: &str, len: usize) -> bool {
    rest.bytes().take(len).skip(1).all(|b| b.is_ascii_lowercase() || b == b'.')
}

/// Keys of Z.AI and bigmodel: 32 hex digits, a dot, 16 letters and digits.
fn dotted(flow: &Flow, hits: &mut Hits) {
    for (dot, _) in flow.text.match_indices('.') {
        let Some(start) = dot.checked_sub(32) else { continue };
        let id = flow.slice(start, dot);
        if id.len() != 32 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            continue;
        }
        let end = run_end(flow, start, dot + 1, false);
        if end - dot > 8 {
            hits.cover(start, end, IdentityKind::Key, false);
        }
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
    fn published_shapes_are_found() {
        for key in [
            "sk-ant-api03-A1b2C3d4E5f6G7h8-_x",
            "ghp_0123456789abcdefABCDEF0123456789abcd",
            "github_pat_11ABCDEFG0123456789_abcdef",
            "xoxb-123456789012-abcdefGHIJ",
            "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "0123456789abcdef0123456789abcdef.AbCdEfGh01234567",
            "org-A1b2C3d4E5f6G7h8I9j0K1l2",
            "user-A1b2C3d4E5f6G7h8I9j0K1l2",
        ] {
            assert_eq!(found(&format!("key={key}, next")), [key]);
        }
        assert_eq!(found("Authorization: Bearer abc.def/123+x="), ["abc.def/123+x="]);
    }

    #[test]
    fn wrapped_keys_are_joined_and_prose_is_left() {
        assert_eq!(found("sk-A1b2C3d4E5f6G7\nh8I9j0 is it"), ["sk-A1b2C3d4E5f6G7h8I9j0"]);
        assert_eq!(found("sk-A1b2C3d4E5f6G7h8\nis the key"), ["sk-A1b2C3d4E5f6G7h8"]);
    }

    #[test]
    fn words_that_only_look_alike_are_left() {
        for text in [
            "risk-0123456789abcdef0",
            "sk-learn-is-a-package",
            "Bearer authentication",
            "org-chart",
            "user_name",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
