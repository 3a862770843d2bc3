//! A [`History`] as text, so that it need not be found out twice: a cache, never a truth.

use std::fmt::Write as _;

use crate::commit::CommitId;
use crate::history::{Change, FeatureCommit, History, Revert};
use crate::label::{Label, LabelSource};
use crate::survey::SurveyOptions;

/// Changes whenever a history is found out or written in another way.
const VERSION: u32 = 1;

/// Returns what a history depends on: its commit, the files that count and the windows' ranges.
///
/// ```
/// use tracker_churn::{SurveyOptions, cache};
/// let end = "0".repeat(40).parse()?;
/// assert!(!cache::key(&end, &SurveyOptions::default()).contains('\n'));
/// # Ok::<(), tracker_churn::NotACommitId>(())
/// ```
#[must_use]
pub fn key(end: &CommitId, options: &SurveyOptions) -> String {
    let mut key = format!("{VERSION} {end} {}", options.filter.key());
    for range in &options.ranges {
        let _ = write!(key, "|{:?} {} {}", range.window, range.start, range.end);
    }
    key
}

/// Writes a history with its key.
///
/// ```
/// use tracker_churn::{History, cache};
/// let text = cache::write(&History::default(), "1 key");
/// assert_eq!(cache::read(&text, "1 key"), Some(History::default()));
/// assert_eq!(cache::read(&text, "1 other"), None);
/// ```
#[must_use]
pub fn write(history: &History, key: &str) -> String {
    let mut text = format!("tracker-churn {key}\n");
    for commit in &history.commits {
        let _ =
            writeln!(text, "c\t{}\t{}\t{}\t{}", commit.id, commit.time, commit.lines, label(&commit.label));
        for change in &commit.changes {
            let of = change.label.as_ref().map(label).unwrap_or_default();
            let _ = writeln!(text, "x\t{}\t{}\t{}\t{of}", change.by, change.time, change.lines);
        }
    }
    for revert in &history.reverts {
        let (said, exact) = (u8::from(revert.is_said), u8::from(revert.is_exact));
        let _ = writeln!(
            text,
            "r\t{}\t{}\t{}\t{said}{exact}\t{}",
            revert.by,
            revert.time,
            revert.of,
            label(&revert.label)
        );
    }
    for (by, of) in &history.repeats {
        let _ = writeln!(text, "p\t{by}\t{of}");
    }
    text.push_str("end\n");
    text
}

/// Reads what [`write()`] wrote; `None` for another key and for anything that is not whole.
#[must_use]
pub fn read(text: &str, key: &str) -> Option<History> {
    let mut lines = text.strip_suffix("end\n")?.lines();
    if lines.next()?.strip_prefix("tracker-churn ")? != key {
        return None;
    }
    let mut history = History::default();
    for line in lines {
        let (kind, rest) = line.split_once('\t')?;
        let mut fields = rest.split('\t');
        match kind {
            "c" => history.commits.push(FeatureCommit {
                id: fields.next()?.parse().ok()?,
                time: fields.next()?.parse().ok()?,
                lines: fields.next()?.parse().ok()?,
                label: read_label(&mut fields)??,
                changes: Vec::new(),
            }),
            "x" => history.commits.last_mut()?.changes.push(Change {
                by: fields.next()?.parse().ok()?,
                time: fields.next()?.parse().ok()?,
                lines: fields.next()?.parse().ok()?,
                label: read_label(&mut fields)?,
            }),
            "r" => {
                let (by, time) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
                let (of, flags) = (fields.next()?.parse().ok()?, fields.next()?);
                let label = read_label(&mut fields)??;
                let (is_said, is_exact) = (flags.starts_with('1'), flags.ends_with('1'));
                history.reverts.push(Revert { by, time, of, label, is_said, is_exact });
            }
            "p" => history.repeats.push((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?)),
            _ => return None,
        }
    }
    Some(history)
}

fn label(label: &Label) -> String {
    let by = match label.by {
        LabelSource::Tag => "tag",
        LabelSource::Trailer => "trailer",
        LabelSource::Range => "range",
    };
    let feature = label.feature.as_deref().map(|feature| format!("={}", escape(feature))).unwrap_or_default();
    format!("{by}\t{}\t{feature}", escape(&label.window))
}

/// Reads a label; the inner `None` is a commit without one, the outer one a line that cannot be read.
#[expect(clippy::option_option, reason = "no label and no readable label are two things")]
fn read_label<'t>(fields: &mut impl Iterator<Item = &'t str>) -> Option<Option<Label>> {
    let by = match fields.next()? {
        "" => return Some(None),
        "tag" => LabelSource::Tag,
        "trailer" => LabelSource::Trailer,
        "range" => LabelSource::Range,
        _ => return None,
    };
    let window = unescape(fields.next()?);
    let feature = fields.next()?.strip_prefix('=').map(unescape);
    Some(Some(Label { feature, window, by }))
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\t', "%09").replace('\n', "%0a").replace('\r', "%0d")
}

fn unescape(text: &str) -> String {
    text.replace("%0d", "\r").replace("%0a", "\n").replace("%09", "\t").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn label_strategy() -> impl Strategy<Value = Label> {
        let text = r"[a-z%\t\r=0-9]{0,6}";
        let by = prop_oneof![Just(LabelSource::Tag), Just(LabelSource::Trailer), Just(LabelSource::Range)];
        (proptest::option::of(text), text, by).prop_map(|(feature, window, by)| Label { feature, window, by })
    }

    fn id() -> impl Strategy<Value = CommitId> {
        "[0-9a-f]{40}".prop_map(|text| text.parse().expect("an id"))
    }

    fn history() -> impl Strategy<Value = History> {
        let change = (id(), any::<i64>(), proptest::option::of(label_strategy()), any::<u32>())
            .prop_map(|(by, time, label, lines)| Change { by, time, label, lines });
        let changes = proptest::collection::vec(change, 0..3);
        let commit = (id(), any::<i64>(), label_strategy(), any::<u32>(), changes)
            .prop_map(|(id, time, label, lines, changes)| FeatureCommit { id, time, label, lines, changes });
        let revert = (id(), any::<i64>(), id(), label_strategy(), any::<bool>(), any::<bool>()).prop_map(
            |(by, time, of, label, is_said, is_exact)| Revert { by, time, of, label, is_said, is_exact },
        );
        let lists = (proptest::collection::vec(commit, 0..3), proptest::collection::vec(revert, 0..2));
        (lists, proptest::collection::vec((id(), id()), 0..2))
            .prop_map(|((commits, reverts), repeats)| History { commits, reverts, repeats })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_is_read(history in history(), cut in 1_usize..40) {
            let text = write(&history, "1 key");
            prop_assert_eq!(read(&text, "1 key"), Some(history));
            let shorter = text.get(..text.len().saturating_sub(cut)).unwrap_or_default();
            prop_assert_eq!(read(shorter, "1 key"), None);
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"(tracker-churn k\n)?(\PC|[\t\n]){0,60}(end\n)?") {
            let _ = read(&text, "k");
        }
    }
}
