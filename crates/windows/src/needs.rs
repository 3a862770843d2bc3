//! Needs: what a window still lacks before it can be finalized.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tracker_domain::{FinalizedWindow, Lane, Phase, PromptCount, ProviderId, Snapshot, WindowId};

use crate::canonical::CanonicalSnapshots;
use crate::counts::{by_window, counts_of, in_force, in_force_of};
use crate::order::sort_by_place;
use crate::pairing::pairs;
use crate::prompts::prompt_use;

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Missing {
    /// The lane has an after and no before.
    Before,
    /// The lane has a before and no after.
    After,
    /// There is one running prompt count, and no second one.
    SecondCount,
    /// Neither a snapshot nor a prompt count.
    AnyReading,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Before => "before",
            Self::After => "after",
            Self::SecondCount => "second prompt count",
            Self::AnyReading => "before and after",
        })
    }
}

/// One thing that a window lacks.
///
/// ```
/// use tracker_windows::needs::{Missing, Need};
/// let need = Need { provider: "codex".parse()?, lane: Some("sub1".parse()?), missing: Missing::After };
/// assert_eq!(need.to_string(), "codex (lane sub1) needs after");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// The provider.
    pub provider: ProviderId,
    /// The lane, when one is named.
    pub lane: Option<Lane>,
    /// What is missing.
    pub missing: Missing,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.provider)?;
        if let Some(lane) = &self.lane {
            write!(f, " (lane {lane})")?;
        }
        write!(f, " needs {}", self.missing)
    }
}

/// Returns what each provider of a window lacks, by provider and lane.
#[must_use]
pub fn needs(window: &WindowId, canonical: &CanonicalSnapshots<'_>, counts: &[PromptCount]) -> Vec<Need> {
    let paired = pairs(canonical, window);
    let mut out: Vec<Need> = paired
        .values()
        .flat_map(|lanes| &lanes.halves)
        .map(|half| Need {
            provider: half.provider.clone(),
            lane: half.lane.clone(),
            missing: if half.phase == Phase::Before { Missing::After } else { Missing::Before },
        })
        .collect();
    let counted: BTreeSet<&ProviderId> = in_force_of(counts.iter().filter(|row| row.window == *window))
        .iter()
        .map(|row| &row.provider)
        .collect();
    for provider in counted.into_iter().filter(|provider| !paired.contains_key(provider)) {
        let used = prompt_use(counts, window, provider);
        if used.prompts.is_none() && used.rows == 1 {
            out.push(Need { provider: provider.clone(), lane: None, missing: Missing::SecondCount });
        }
    }
    out.sort();
    out
}

/// A window that has rows and is not finalized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWindow {
    /// The window.
    pub window: WindowId,
    /// Its providers.
    pub providers: BTreeSet<ProviderId>,
    /// What it lacks; empty when it is ready to be finalized.
    pub needs: Vec<Need>,
}

/// Returns the open windows, from the one that was begun first.
#[must_use]
pub fn open_windows(
    canonical: &CanonicalSnapshots<'_>,
    counts: &[PromptCount],
    finalized: &[FinalizedWindow],
) -> Vec<OpenWindow> {
    let closed: BTreeSet<&WindowId> = finalized.iter().map(|row| &row.window).collect();
    let mut current: Vec<&Snapshot> = canonical.entries().filter_map(|(_, entry)| entry.canonical).collect();
    sort_by_place(&mut current, |snapshot| &snapshot.row);
    let mut begun: Vec<&WindowId> = Vec::new();
    let mut providers: BTreeMap<&WindowId, BTreeSet<ProviderId>> = BTreeMap::new();
    let rows = current.into_iter().map(|row| (&row.window, &row.provider));
    for (window, provider) in rows.chain(in_force(counts).into_iter().map(|row| (&row.window, &row.provider)))
    {
        if closed.contains(window) {
            continue;
        }
        let known = providers.entry(window).or_insert_with(|| {
            begun.push(window);
            BTreeSet::new()
        });
        known.insert(provider.clone());
    }
    let by_window = by_window(counts);
    begun
        .into_iter()
        .map(|window| OpenWindow {
            window: window.clone(),
            providers: providers.remove(window).unwrap_or_default(),
            needs: needs(window, canonical, counts_of(&by_window, window)),
        })
        .collect()
}
