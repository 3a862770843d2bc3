//! The trait that a provider implements, and what it answers.

use std::borrow::Cow;
use std::fmt;

use tracker_domain::{ProviderId, Reading, Tag, UnknownField};

use crate::live::LiveMeter;
use crate::logs::LogFormat;
use crate::{Ctx, Input};

/// Knows one provider's panes, logs and replies.
///
/// The trait is open: implement it to read a client that this crate does not know.
///
/// ```
/// use tracker_domain::{Meter, MeterId, ProviderId, Reading, UsedPct, Level};
/// use tracker_panes::{Confidence, Ctx, Input, PaneParser, Parsed};
///
/// struct Acme;
/// impl PaneParser for Acme {
///     fn kind(&self) -> &'static str { "acme" }
///     fn provider(&self) -> ProviderId { ProviderId::new("acme").unwrap() }
///     fn describe(&self) -> &'static str { "the one line that acme prints" }
///     fn detect(&self, input: &Input<'_>) -> Confidence {
///         if input.text.starts_with("acme: ") { Confidence::sure("starts with \"acme: \"") } else { Confidence::NONE }
///     }
///     fn parse(&self, input: &Input<'_>, _ctx: &Ctx) -> Parsed {
///         let mut reading = Reading::new(self.provider(), "line");
///         let number = input.text.trim_start_matches("acme: ").trim_end_matches("% used").parse().ok();
///         let mut meter = Meter::new(MeterId::WEEKLY, "acme");
///         meter.level = number.and_then(|n| UsedPct::new(n).ok()).map(Level::Used);
///         reading.meters.push(meter);
///         Parsed::one(reading)
///     }
/// }
/// let ctx = Ctx::new("2026-01-01T00:00:00Z".parse().unwrap());
/// let reading = Acme.parse(&Input::new("acme: 7% used"), &ctx).into_newest().unwrap();
/// assert_eq!(reading.meters[0].used_amount(), Some(7.0));
/// ```
pub trait PaneParser: Sync {
    /// Returns the word of `tracker parse KIND`.
    fn kind(&self) -> &'static str;

    /// Returns whose meters it reads.
    fn provider(&self) -> ProviderId;

    /// Returns one line for people: which inputs it reads.
    fn describe(&self) -> &'static str;

    /// Tells how sure it is that the input is of its kind, and why. Linear in the input, and cheap.
    fn detect(&self, input: &Input<'_>) -> Confidence;

    /// Reads the input. It never fails as a whole and never panics: what cannot be told is tagged.
    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed;

    /// Returns the logs that the client leaves on disk, when it leaves any that can be summed.
    fn logs(&self) -> Option<&'static dyn LogFormat> {
        None
    }

    /// Returns how a machine can ask the client for its meter, when it can be asked.
    fn live(&self) -> Option<&'static LiveMeter> {
        None
    }
}

/// How sure a parser is that an input is of its kind, and why.
///
/// ```
/// use tracker_panes::Confidence;
/// assert!(Confidence::new(60, "a percent sign") < Confidence::sure("its own header"));
/// assert!(Confidence::NONE.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence {
    /// 0 (not of this kind) to 100 (certain).
    pub score: u8,
    /// What it was recognized by, or what was missing.
    pub reason: Cow<'static, str>,
}

impl Confidence {
    /// Not of this kind.
    pub const NONE: Self = Self { score: 0, reason: Cow::Borrowed("nothing of this kind in it") };

    /// Returns a confidence of `score` (cut to 0-100).
    #[must_use]
    pub fn new(score: u8, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { score: score.min(100), reason: reason.into() }
    }

    /// Returns certainty.
    #[must_use]
    pub fn sure(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(100, reason)
    }

    /// Tells whether the input is not of this kind.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.score == 0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}%)", self.reason, self.score)
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The readings, oldest first: a log has many, a pane one.
    pub readings: Vec<Reading>,
    /// What was seen and belongs to no reading.
    pub unknown: Vec<UnknownField>,
}

impl Parsed {
    /// Returns a single reading.
    #[must_use]
    pub fn one(reading: Reading) -> Self {
        Self { readings: vec![reading], unknown: Vec::new() }
    }

    /// Returns a single reading that holds nothing but the reason why.
    ///
    /// ```
    /// use tracker_domain::{ProviderId, Tag};
    /// let parsed = tracker_panes::Parsed::nothing(ProviderId::new("glm")?, "quota", Tag::InsufficientData);
    /// assert!(parsed.newest().is_some_and(|r| r.has(&Tag::InsufficientData) && !r.has_numbers()));
    /// # Ok::<(), tracker_domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn nothing(provider: ProviderId, kind: &str, why: Tag) -> Self {
        let mut reading = Reading::new(provider, kind);
        reading.tag(why);
        Self::one(reading)
    }

    /// Returns the newest reading.
    #[must_use]
    pub fn newest(&self) -> Option<&Reading> {
        self.readings.last()
    }

    /// Returns the newest reading alone.
    #[must_use]
    pub fn into_newest(mut self) -> Option<Reading> {
        self.readings.pop()
    }
}
