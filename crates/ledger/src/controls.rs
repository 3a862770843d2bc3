//! Parts of the protocol that the crash suite's controls switch off, to see that the suite notices.
//!
//! Only a build with the feature `test-controls` looks at the switch; in any other nothing can be switched off.

/// A part of the protocol that can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The sync of a row before it is acknowledged.
    DataSync,
    /// The repair of a torn tail before the next append.
    TailRepair,
    /// The cut back to the old length after a failed write.
    CutOnError,
    /// The sync of a folder after a name in it changed.
    FolderSync,
    /// The repetition of a call that a signal interrupted.
    InterruptLoop,
    /// The comparison of a ledger with its head.
    HeadCheck,
}

/// Returns true when the part is switched off: never.
#[cfg(not(feature = "test-controls"))]
pub(crate) const fn is_off(_part: Part) -> bool {
    false
}

/// Returns true when `TRACKER_LEDGER_WITHOUT` names the part, read once a process.
#[cfg(feature = "test-controls")]
pub(crate) fn is_off(part: Part) -> bool {
    static NAMED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let named = NAMED.get_or_init(|| std::env::var("TRACKER_LEDGER_WITHOUT").unwrap_or_default());
    named
        == match part {
            Part::DataSync => "data-sync",
            Part::TailRepair => "tail-repair",
            Part::CutOnError => "cut-on-error",
            Part::FolderSync => "folder-sync",
            Part::InterruptLoop => "interrupt-loop",
            Part::HeadCheck => "head-check",
        }
}
