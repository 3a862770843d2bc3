//! What a parser gets: clean text, and what the text does not say.

use chrono::{DateTime, Utc};
use tracker_domain::WindowId;

use crate::Zone;

/// Clean text to be read, with the name it came under.
///
/// ```
/// use tracker_panes::Input;
/// let input = Input::new("Weekly limit: 90% left").with_name("pane.txt");
/// assert_eq!((input.text, input.name), ("Weekly limit: 90% left", Some("pane.txt")));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Input<'a> {
    /// The text, cleaned of terminal control.
    pub text: &'a str,
    /// File name or URL, as a hint for [`crate::providers::detect`] where two formats look alike.
    pub name: Option<&'a str>,
}

impl<'a> Input<'a> {
    /// Returns an input without a name.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, name: None }
    }

    /// Returns the input with the name it came under.
    #[must_use]
    pub fn with_name(self, name: &'a str) -> Self {
        Self { name: Some(name), ..self }
    }
}

/// What a text does not say about itself.
///
/// ```
/// use tracker_panes::{Ctx, Zone};
/// let ctx = Ctx::new("2025-10-19T05:00:00Z".parse().unwrap()).with_zone("Asia/Tokyo".parse().unwrap());
/// assert_eq!(ctx.zone.to_string(), "Asia/Tokyo");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Ctx {
    /// When the text was captured: a reset without a date is the next such time after it.
    pub captured_at: DateTime<Utc>,
    /// The zone in which times without a printed zone are read.
    pub zone: Zone,
    /// The window that was asked for, where an input holds several (GLM prompt blocks).
    pub window: Option<WindowId>,
}

impl Ctx {
    /// Returns a context in UTC without a window.
    #[must_use]
    pub fn new(captured_at: DateTime<Utc>) -> Self {
        Self { captured_at, zone: Zone::UTC, window: None }
    }

    /// Returns the context with the zone for times that name none.
    #[must_use]
    pub fn with_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Returns the context with the window that is asked for.
    #[must_use]
    pub fn with_window(self, window: WindowId) -> Self {
        Self { window: Some(window), ..self }
    }
}
