//! Identities by the key of a JSON member, in JSON and in JSON inside a JSON string.

use super::flow::Flow;
use super::hits::Hits;
use super::kind::holds_pseudonym;
use super::{IdentityKind, uuid};

const MAX_KEY: usize = 48;
const MAX_VALUE: usize = 1024;

/// Finds the string values of members whose key names an identity.
pub(super) fn find(flow: &Flow, hits: &mut Hits) {
    for (colon, _) in flow.text.match_indices(':') {
        let Some(kind) = key_before(flow, colon).and_then(|key| kind_of(&key)) else { continue };
        let Some((start, end)) = value_after(flow, colon + 1) else { continue };
        let value = flow.slice(start, end);
        if value.trim().is_empty() || holds_pseudonym(value) {
            continue;
        }
        // A session may be named by a file that holds its id among dates: only the id goes.
        uuid::find_in(flow, start, end, kind, hits);
        hits.add(start, end, kind, false);
    }
}

/// The key that ends right before the colon, as letters and digits in lower case.
fn key_before(flow: &Flow, colon: usize) -> Option<String> {
    let from = colon.saturating_sub(MAX_KEY);
    let bytes = flow.text.as_bytes().get(from..colon)?.trim_ascii_end().strip_suffix(b"\"")?;
    let start = bytes.iter().rposition(|&b| b == b'"')?;
    let key = bytes.get(start + 1..)?;
    Some(
        key.iter()
            .filter(|b| b.is_ascii_alphanumeric())
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect(),
    )
}

fn kind_of(key: &str) -> Option<IdentityKind> {
    let account = ["account", "user", "enduser", "username", "fullname", "login"];
    let session = ["forkedfrom", "resumedfrom"];
    let organization = ["organization", "organisation", "org", "team", "company"];
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| key.ends_with(suffix));
    if ends(&["sessionid", "sessionuuid", "threadid", "conversationid", "forkedfromid"])
        || session.contains(&key)
    {
        Some(IdentityKind::Session)
    } else if ends(&[
        "orgid",
        "orguuid",
        "orgname",
        "orgalias",
        "teamid",
        "teamname",
        "teamalias",
        "workspaceid",
    ]) || ends(&[
        "organizationid",
        "organizationuuid",
        "organizationname",
        "workspacename",
        "groupid",
        "groupname",
    ]) || organization.contains(&key)
    {
        Some(IdentityKind::Organization)
    } else if ends(&["email", "emailaddress", "accountid", "accountuuid", "userid", "useruuid"])
        || account.contains(&key)
    {
        Some(IdentityKind::Account)
    } else {
        None
    }
}

/// The range of the string that follows a colon, without its quotes. Quotes may be escaped, then alike at both ends.
fn value_after(flow: &Flow, from: usize) -> Option<(usize, usize)> {
    let rest = flow.text.get(from..)?;
    let opened = rest.trim_start_matches([' ', '\t']);
    let quoted = opened.trim_start_matches('\\');
    let escaped = quoted.len() < opened.len();
    let body = quoted.strip_prefix('"')?;
    let start = from + rest.len() - body.len();
    let mut after_backslash = false;
    for (at, b) in body.bytes().enumerate().take(MAX_VALUE) {
        match b {
            b'\n' => return None,
            b'"' if escaped || !after_backslash => {
                let value = body.get(..at)?;
                let end = if escaped { value.trim_end_matches('\\').len() } else { at };
                return Some((start, start + end));
            }
            _ => after_backslash = b == b'\\' && !after_backslash,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, IdentityKind)> {
        let flow = Flow::of(text);
        let mut hits = Hits::default();
        find(&flow, &mut hits);
        hits.settle().map(|hit| (flow.slice(hit.start, hit.end).to_owned(), hit.kind)).collect()
    }

    #[test]
    fn members_are_known_by_their_key() {
        for (member, value, kind) in [
            (r#"{"accountUuid":"a-1"}"#, "a-1", IdentityKind::Account),
            (r#"{"user_api_key_user_email" : "x y"}"#, "x y", IdentityKind::Account),
            (r#"{"sessionId": "session-beta"}"#, "session-beta", IdentityKind::Session),
            (r#"{"organization_name":"Acme \"A\" Corp"}"#, r#"Acme \"A\" Corp"#, IdentityKind::Organization),
            (r#""{\"orgId\":\"o-1\",\"x\":1}""#, "o-1", IdentityKind::Organization),
        ] {
            assert_eq!(found(member), [(value.to_owned(), kind)], "{member}");
        }
    }

    #[test]
    fn other_members_are_left() {
        for member in [r#"{"model":"gpt-6-sol","plan_type":"plus"}"#, r#"{"account":null,"user":0,"org":""}"#]
        {
            assert!(found(member).is_empty(), "{member}");
        }
    }

    #[test]
    fn of_a_session_file_only_the_id_goes() {
        let id = "01a1fa4e-2bcd-7431-9075-c4095220e501";
        let member = format!(r#"{{"sessionId":"2026/11/20/rollout-2026-11-20T18-00-00-{id}"}}"#);
        assert_eq!(found(&member), [(id.to_owned(), IdentityKind::Session)]);
    }
}
