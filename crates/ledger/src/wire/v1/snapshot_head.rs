//! The head of a snapshot row: everything but `parsed` and `raw_text`, borrowed from the line.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use tracker_domain::SnapshotId;

use super::snapshot::{derived_id, lane_in_notes};
use crate::wire::object::check_schema;
use crate::wire::{WireError, error::quote};

/// What a scan over a whole ledger needs of a row, as text and unchecked.
///
/// `parsed` and `raw_text` are passed over: their depth, their numbers and a key repeated in them are not
/// seen. Check the row by [`snapshot::read`](super::snapshot::read) before it counts.
///
/// ```
/// use tracker_ledger::wire::snapshot::SnapshotHead;
/// let line = br#"{"window":"W0-19","provider":"codex","phase":"before","raw_text":"...","notes":"agent:sub1"}"#;
/// let head = SnapshotHead::decode(line)?;
/// assert_eq!(head.window.as_deref(), Some("W0-19"));
/// assert_eq!(head.lane(), Some("sub1"));
/// assert!(head.id(line)?.as_str().starts_with("s-"));
/// # Ok::<(), tracker_ledger::wire::WireError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SnapshotHead<'a> {
    /// The window.
    pub window: Option<Cow<'a, str>>,
    /// Whose meters.
    pub provider: Option<Cow<'a, str>>,
    /// `before` or `after`.
    pub phase: Option<Cow<'a, str>>,
    /// When it was captured, as written.
    pub captured_at: Option<Cow<'a, str>>,
    /// The agent, when the row has the field; see [`lane`](Self::lane).
    pub agent_id: Option<Cow<'a, str>>,
    /// The operator's notes.
    pub notes: Option<Cow<'a, str>>,
    /// The row's name, when it has one on disk; see [`id`](Self::id).
    pub snapshot_id: Option<Cow<'a, str>>,
    /// The snapshot that this row withdraws.
    pub retracts: Option<Cow<'a, str>>,
    /// What stored it.
    pub source: Option<Cow<'a, str>>,
    /// SHA-256 (hex) of the pane as received.
    pub pane_sha256: Option<Cow<'a, str>>,
    /// The `cross` that stored this pane twice.
    pub cross_id: Option<Cow<'a, str>>,
    /// Pseudonym of the account.
    pub account: Option<Cow<'a, str>>,
    /// Whether this is a row of the ledger itself and no data.
    pub is_ledger_row: bool,
    schema_version: u64,
}

impl<'a> SnapshotHead<'a> {
    /// Decodes the head of one line.
    ///
    /// # Errors
    /// [`WireError::NotJson`] or [`WireError::NewerSchema`].
    pub fn decode(line: &'a [u8]) -> Result<Self, WireError> {
        let mut decoder = serde_json::Deserializer::from_slice(line);
        let head = decoder
            .deserialize_map(HeadVisitor)
            .and_then(|head| decoder.end().map(|()| head))
            .map_err(|error| WireError::NotJson { reason: error.to_string() })?;
        check_schema(Some(&head.schema_version.into()))?;
        Ok(head)
    }

    /// Returns the lane: the `agent_id`, else what the notes name.
    #[must_use]
    pub fn lane(&self) -> Option<&str> {
        match self.agent_id.as_deref() {
            Some(lane) if !lane.is_empty() => Some(lane),
            _ => lane_in_notes(self.notes.as_deref()?),
        }
    }

    /// Returns the row's name, derived from the line's bytes when it has none on disk.
    ///
    /// # Errors
    /// [`WireError::Invalid`] when the name on disk is not an identifier.
    pub fn id(&self, line: &[u8]) -> Result<SnapshotId, WireError> {
        match self.snapshot_id.as_deref() {
            None => derived_id(line),
            Some(id) => SnapshotId::new(id).map_err(|_| WireError::Invalid {
                field: "snapshot_id",
                expected: "an identifier (1-64 of A-Z a-z 0-9 . _ -)",
                value: quote(id),
            }),
        }
    }
}

/// A member of the row.
enum Member {
    SchemaVersion,
    Adopt,
    Window,
    Provider,
    Phase,
    CapturedAt,
    AgentId,
    Notes,
    SnapshotId,
    Retracts,
    Source,
    PaneSha256,
    CrossId,
    Account,
    Other,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(MemberVisitor)
    }
}

struct MemberVisitor;

impl Visitor<'_> for MemberVisitor {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Member, E> {
        Ok(match key {
            "schema_version" => Member::SchemaVersion,
            "adopt" => Member::Adopt,
            "window" => Member::Window,
            "provider" => Member::Provider,
            "phase" => Member::Phase,
            "captured_at" => Member::CapturedAt,
            "agent_id" => Member::AgentId,
            "notes" => Member::Notes,
            "snapshot_id" => Member::SnapshotId,
            "retracts" => Member::Retracts,
            "source" => Member::Source,
            "pane_sha256" => Member::PaneSha256,
            "cross_id" => Member::CrossId,
            "account" => Member::Account,
            _ => Member::Other,
        })
    }
}

struct HeadVisitor;

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = SnapshotHead<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<SnapshotHead<'de>, A::Error> {
        let mut head = SnapshotHead::default();
        while let Some(member) = members.next_key()? {
            let slot = match member {
                Member::SchemaVersion => {
                    head.schema_version = members.next_value::<Version>()?.0;
                    continue;
                }
                Member::Adopt => {
                    members.next_value::<IgnoredAny>()?;
                    head.is_ledger_row = true;
                    continue;
                }
                Member::Other => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
                Member::Window => &mut head.window,
                Member::Provider => &mut head.provider,
                Member::Phase => &mut head.phase,
                Member::CapturedAt => &mut head.captured_at,
                Member::AgentId => &mut head.agent_id,
                Member::Notes => &mut head.notes,
                Member::SnapshotId => &mut head.snapshot_id,
                Member::Retracts => &mut head.retracts,
                Member::Source => &mut head.source,
                Member::PaneSha256 => &mut head.pane_sha256,
                Member::CrossId => &mut head.cross_id,
                Member::Account => &mut head.account,
            };
            let Text(text) = members.next_value()?;
            if slot.is_some() {
                return Err(serde::de::Error::custom("a key of the row's head stands twice"));
            }
            *slot = text;
        }
        Ok(head)
    }
}

/// Text, borrowed where the line has no escapes; lists of texts are joined, anything else is none.
#[derive(Default)]
struct Text<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(truth.to_string()))))
    }

    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text<'de>, A::Error> {
        let mut texts = Vec::new();
        while let Some(Text(item)) = items.next_element()? {
            texts.extend(item);
        }
        Ok(Text(Some(Cow::Owned(texts.join("; ")))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Text<'de>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

/// A schema version; 0 when it is no integer.
struct Version(u64);

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(value.as_u64().unwrap_or(0)))
    }
}
