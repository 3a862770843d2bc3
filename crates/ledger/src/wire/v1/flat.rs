//! The earlier tool's names for meters: flat keys such as `weekly_pct`, frozen because scripts read them.
//!
//! The only place outside the panes crate that names providers; a new provider needs no entry here.

use tracker_domain::{MeterId, ProviderId};

/// One meter under its flat names.
#[derive(Debug)]
pub(crate) struct FlatMeter {
    /// Key of the used amount.
    pub(crate) amount: &'static str,
    /// Key of the reset as printed; `None` for counts.
    pub(crate) resets: Option<&'static str>,
    /// Key of the reset as an instant, where a row has one.
    pub(crate) resets_at: Option<&'static str>,
    id: FlatId,
    /// The label that the client prints.
    pub(crate) label: &'static str,
    /// Length of the limit's window in minutes.
    pub(crate) window_minutes: Option<u32>,
    /// Whether the earlier tool always printed it, as null where unknown.
    pub(crate) always: bool,
}

#[derive(Debug)]
enum FlatId {
    Whole(MeterId),
    WeeklyScope(&'static str),
}

impl FlatMeter {
    /// Returns the meter's id.
    pub(crate) fn id(&self) -> MeterId {
        match &self.id {
            FlatId::Whole(id) => id.clone(),
            FlatId::WeeklyScope(scope) => MeterId::scoped_weekly(scope),
        }
    }

    /// Tells whether the meter counts units and not percentage points.
    pub(crate) fn is_count(&self) -> bool {
        self.resets.is_none()
    }

    /// Tells whether the meter covers only some models.
    pub(crate) fn is_scoped(&self) -> bool {
        matches!(self.id, FlatId::WeeklyScope(_))
    }

    /// Tells whether a key is one of this meter's.
    pub(crate) fn owns(&self, key: &str) -> bool {
        self.amount == key || self.resets == Some(key) || self.resets_at == Some(key)
    }
}

const FIVE_HOURS_MINUTES: u32 = 300;
const WEEK_MINUTES: u32 = 10_080;

static CODEX: [FlatMeter; 2] = [
    FlatMeter {
        amount: "fiveh_pct",
        resets: Some("fiveh_resets"),
        resets_at: Some("fiveh_resets_at"),
        id: FlatId::Whole(MeterId::FIVE_HOURS),
        label: "5h limit",
        window_minutes: Some(FIVE_HOURS_MINUTES),
        always: true,
    },
    FlatMeter {
        amount: "weekly_pct",
        resets: Some("weekly_resets"),
        resets_at: Some("weekly_resets_at"),
        id: FlatId::Whole(MeterId::WEEKLY),
        label: "Weekly limit",
        window_minutes: Some(WEEK_MINUTES),
        always: true,
    },
];

static CLAUDE: [FlatMeter; 4] = [
    FlatMeter {
        amount: "session_pct",
        resets: Some("session_resets"),
        resets_at: Some("session_resets_at"),
        id: FlatId::Whole(MeterId::FIVE_HOURS),
        label: "Current session",
        window_minutes: Some(FIVE_HOURS_MINUTES),
        always: true,
    },
    FlatMeter {
        amount: "all_models_pct",
        resets: Some("all_models_resets"),
        resets_at: Some("all_models_resets_at"),
        id: FlatId::Whole(MeterId::WEEKLY),
        label: "Current week (all models)",
        window_minutes: Some(WEEK_MINUTES),
        always: true,
    },
    FlatMeter {
        amount: "opus_pct",
        resets: Some("opus_resets"),
        resets_at: Some("opus_resets_at"),
        id: FlatId::WeeklyScope("opus"),
        label: "Current week (Opus)",
        window_minutes: Some(WEEK_MINUTES),
        always: true,
    },
    FlatMeter {
        amount: "sonnet_pct",
        resets: Some("sonnet_resets"),
        resets_at: Some("sonnet_resets_at"),
        id: FlatId::WeeklyScope("sonnet"),
        label: "Current week (Sonnet only)",
        window_minutes: Some(WEEK_MINUTES),
        always: false,
    },
];

static GLM: [FlatMeter; 1] = [FlatMeter {
    amount: "prompts_used",
    resets: None,
    resets_at: None,
    id: FlatId::Whole(MeterId::PROMPTS),
    label: "Prompts",
    window_minutes: None,
    always: true,
}];

/// Returns the flat meters of a provider, none for those that the earlier tool did not know.
pub(crate) fn meters(provider: &ProviderId) -> &'static [FlatMeter] {
    match provider.as_str() {
        "codex" => &CODEX,
        "claude" => &CLAUDE,
        "glm" => &GLM,
        _ => &[],
    }
}

/// Tells whether a key is a flat name of the provider.
pub(crate) fn owns(provider: &ProviderId, key: &str) -> bool {
    meters(provider).iter().any(|meter| meter.owns(key))
}
