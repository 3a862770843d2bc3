//! Router room: the bars that cap the work, nested by their periods.

use crate::RouterError;

/// One bar: what may be used of it before it fills up, and after how many rounds it starts again.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bar {
    /// Its name, for example `codex weekly`.
    pub name: String,
    /// What may be used in a period, in the unit of the costs; the buffer is taken off already.
    pub budget: f64,
    /// Rounds of a period, at least 1: a five-hour bar has 1, a weekly bar as many as there are windows in a week.
    pub period: usize,
}

impl Bar {
    /// Returns a bar that may be used up to `budget` every `period` rounds.
    #[must_use]
    pub fn new(name: impl Into<String>, budget: f64, period: usize) -> Self {
        Self { name: name.into(), budget, period }
    }
}

/// The bars of a world. A window is paid from every bar that its arm uses, so a five-hour bar lies inside a weekly one.
///
/// ```
/// use tracker_router::{Bar, Caps};
/// let caps = Caps::new(vec![Bar::new("5h", 1.0, 1), Bar::new("weekly", 2.25, 34)])?;
/// assert_eq!((caps.len(), caps.longest_period(), caps.outer()), (2, 34, vec![1]));
/// assert!(Caps::new(vec![Bar::new("weekly", f64::NAN, 34)]).is_err());
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Caps {
    bars: Vec<Bar>,
}

impl Caps {
    /// Returns the caps.
    ///
    /// # Errors
    /// [`RouterError::Range`] without a bar, for a budget that is not above 0 and finite, or a period of 0.
    pub fn new(bars: Vec<Bar>) -> Result<Self, RouterError> {
        let range = |what, range| Err(RouterError::Range { what, range });
        if bars.is_empty() {
            return range("the number of bars", "at least 1");
        }
        if bars.iter().any(|bar| !(bar.budget.is_finite() && bar.budget > 0.0)) {
            return range("the budget of a bar", "above 0 and finite");
        }
        if bars.iter().any(|bar| bar.period == 0) {
            return range("the period of a bar", "at least 1 round");
        }
        Ok(Self { bars })
    }

    /// Returns the bars.
    #[must_use]
    pub fn bars(&self) -> &[Bar] {
        &self.bars
    }

    /// Returns the number of bars, at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always a bar")]
    pub fn len(&self) -> usize {
        self.bars.len()
    }

    /// Returns the rounds of the longest period.
    #[must_use]
    pub fn longest_period(&self) -> usize {
        self.bars.iter().map(|bar| bar.period).max().unwrap_or(1)
    }

    /// Returns what each bar allows a round on average: the right side of the linear program.
    #[must_use]
    pub fn rates(&self) -> Vec<f64> {
        self.bars.iter().map(|bar| bar.budget / bar.period as f64).collect()
    }

    /// Returns the outer bars, those of the longest period: the capacity by which efficiency divides. A bar inside them
    /// is another view of the same use and must not be added to it.
    #[must_use]
    pub fn outer(&self) -> Vec<usize> {
        let longest = self.longest_period();
        self.bars.iter().enumerate().filter(|(_, bar)| bar.period == longest).map(|(at, _)| at).collect()
    }

    /// Returns what each bar allows over the longest period.
    #[must_use]
    pub(crate) fn budgets_over_longest(&self) -> Vec<f64> {
        let longest = self.longest_period() as f64;
        self.bars.iter().map(|bar| bar.budget * (longest / bar.period as f64)).collect()
    }
}
