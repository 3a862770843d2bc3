//! What a commit message says about the feature that the commit belongs to.

use crate::commit::CommitId;

/// Which feature of which window a commit belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Label {
    /// The feature; `None` for a commit known by its range only.
    pub feature: Option<String>,
    /// The window.
    pub window: String,
    /// How it is known.
    pub by: LabelSource,
}

/// How a commit is known to belong to a window, from the surest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LabelSource {
    /// The subject starts with `xfeat::<Feature>::<Window>::<Stage>`.
    Tag,
    /// The message has the trailers `Feature:` and `Window:`.
    Trailer,
    /// The commit lies in the window's commit range, and no commit names the window.
    Range,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Message {
    /// The feature and window, by tag or trailers.
    pub label: Option<Label>,
    /// The subject starts with `xproto::`: a prototype, which is left out.
    pub is_prototype: bool,
    /// The commit that it says to revert.
    pub reverts: Option<CommitId>,
}

impl Label {
    /// Returns the label of a commit that is known by its range only.
    #[must_use]
    pub fn by_range(window: impl Into<String>) -> Self {
        Self { feature: None, window: window.into(), by: LabelSource::Range }
    }
}

/// Reads a commit message.
///
/// ```
/// use tracker_churn::label::{LabelSource, read_message};
/// let tagged = read_message("xfeat::Login::W0-19::green form\n\nFeature: Other\nWindow: W0-20\n");
/// let label = tagged.label.ok_or("a label")?;
/// assert_eq!((label.feature.as_deref(), label.window.as_str(), label.by), (Some("Login"), "W0-19", LabelSource::Tag));
/// assert!(read_message("xproto::Login::W0-19::sketch").is_prototype);
/// let trailer = read_message("add the form\n\nFeature: Login\nWindow: W0-19\n").label.ok_or("a label")?;
/// assert_eq!(trailer.by, LabelSource::Trailer);
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn read_message(message: &str) -> Message {
    let subject = message.lines().next().unwrap_or_default();
    let is_prototype = subject.starts_with("xproto::");
    let label = if is_prototype { None } else { tag(subject).or_else(|| trailers(message)) };
    Message { label, is_prototype, reverts: reverted(message) }
}

fn tag(subject: &str) -> Option<Label> {
    let mut parts = subject.strip_prefix("xfeat::")?.splitn(3, "::");
    let feature = parts.next()?.trim();
    let window = parts.next()?.split_whitespace().next()?;
    let feature = (!feature.is_empty()).then(|| feature.to_owned())?;
    Some(Label { feature: Some(feature), window: window.to_owned(), by: LabelSource::Tag })
}

/// Trailers are the `Key: value` lines of the last paragraph (git-interpret-trailers(1)).
fn trailers(message: &str) -> Option<Label> {
    let text = message.trim_end();
    let (_, last) = text.rsplit_once("\n\n")?;
    let value = |key: &str| {
        let of_key = |line: &str| {
            let (name, value) = line.split_once(':')?;
            let value = value.trim();
            (name.trim().eq_ignore_ascii_case(key) && !value.is_empty()).then(|| value.to_owned())
        };
        last.lines().find_map(of_key)
    };
    Some(Label { feature: value("Feature"), window: value("Window")?, by: LabelSource::Trailer })
}

fn reverted(message: &str) -> Option<CommitId> {
    let (_, after) = message.split_once("This reverts commit ")?;
    after.split(|c: char| !c.is_ascii_hexdigit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_tag_is_no_label() {
        for subject in
            ["xfeat::Login", "xfeat::::W0-1::green", "xfeat:Login::W0-1::x", "fix xfeat::A::W::s", ""]
        {
            assert_eq!(read_message(subject).label, None, "{subject:?}");
        }
        assert_eq!(read_message("Window: W0-1").label, None, "a subject is no trailer");
        assert_eq!(read_message("a\n\nWindow: W0-1\n\nmore text").label, None, "only the last paragraph");
    }

    #[test]
    fn a_revert_names_its_commit() {
        let id = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
        let message = read_message(&format!("Revert \"x\"\n\nThis reverts commit {id}.\n"));
        assert_eq!(message.reverts.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(read_message("This reverts commit 3b18.").reverts, None);
    }
}
