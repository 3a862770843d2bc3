//! Identities by label: `Account:`, `Session:`, `Organization:` and the like.

use super::flow::{Field, Flow};
use super::hits::Hits;
use super::kind::holds_pseudonym;
use super::{IdentityKind, mail, uuid};

/// What the value after a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Account,
    Session,
    Organization,
    /// Its value is a path: joined when wrapped, and left to the finder of paths.
    Path,
}

/// Words that stand where an account or an organisation could: plans and absences.
const NO_IDENTITY: [&str; 22] = [
    "",
    "none",
    "<none>",
    "unknown",
    "n/a",
    "null",
    "-",
    "--",
    "\u{2014}",
    "free",
    "go",
    "plus",
    "pro",
    "max",
    "team",
    "business",
    "enterprise",
    "edu",
    "education",
    "chatgpt",
    "api",
    "personal",
];

impl Label {
    /// Returns what `label` (in lower case) names, when the value after it may identify somebody.
    pub(super) fn of(label: &str) -> Option<Label> {
        match label {
            "account" | "account id" | "email" | "e-mail" | "login method" | "login" | "logged in as"
            | "signed in as" | "user" | "user id" | "auth" => Some(Label::Account),
            "session" | "session id" | "forked from" | "thread" | "thread id" | "conversation"
            | "conversation id" | "resumed from" => Some(Label::Session),
            "organization" | "organisation" | "organization id" | "organization name" | "org" | "org id"
            | "chatgpt workspace" | "workspace" | "workspace id" | "team" | "group" | "groups"
            | "company" => Some(Label::Organization),
            "directory" | "working directory" | "cwd" | "agents.md" | "path" | "project" | "config"
            | "memory" => Some(Label::Path),
            _ => None,
        }
    }
}

/// Finds the identities among the flow's labelled values.
pub(super) fn find(flow: &Flow, hits: &mut Hits) {
    for field in &flow.fields {
        match field.label {
            Label::Account => account(flow, field, hits),
            Label::Session => session(flow, field, hits),
            Label::Organization => organization(flow, field, hits),
            Label::Path => {}
        }
    }
}

fn account(flow: &Flow, field: &Field, hits: &mut Hits) {
    uuid::find_in(flow, field.start(), field.end(), IdentityKind::Account, hits);
    let value = flow.slice(field.start(), field.end());
    if value.contains('@') {
        mail::find_in(flow, field.start(), field.end(), hits);
        return;
    }
    // Cut before its "@" an address is one word that touches the frame; a plan is a known word.
    let word = value.trim();
    let plan = NO_IDENTITY.contains(&word.to_lowercase().as_str()) || word.contains(char::is_whitespace);
    if field.full && !plan && !holds_pseudonym(word) {
        hits.add(field.start(), field.start() + word.len(), IdentityKind::Account, true);
    }
}

fn session(flow: &Flow, field: &Field, hits: &mut Hits) {
    uuid::find_in(flow, field.start(), field.end(), IdentityKind::Session, hits);
    let value = flow.slice(field.start(), field.end());
    let word = value.split_whitespace().next().unwrap_or("");
    let id = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '\u{2026}'));
    let hex = word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let long = if hex { word.len() >= 4 } else { word.len() >= 6 };
    if id && long && word.contains(|c: char| c.is_ascii_digit()) && !holds_pseudonym(word) {
        hits.add(field.start(), field.start() + word.len(), IdentityKind::Session, field.full || hex);
    }
}

fn organization(flow: &Flow, field: &Field, hits: &mut Hits) {
    let value = flow.slice(field.start(), field.end()).trim_end();
    let path = value.starts_with(['/', '~', '.', '[', '\\']) || value.contains(":\\");
    if path || NO_IDENTITY.contains(&value.to_lowercase().as_str()) || holds_pseudonym(value) {
        return;
    }
    hits.add(field.start(), field.start() + value.len(), IdentityKind::Organization, false);
}
