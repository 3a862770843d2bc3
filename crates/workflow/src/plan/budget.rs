//! The budget: 70 to 80 percent of the context window, with a buffer that no task may use.

use super::{Factor, PlanError, Task};

/// What one session may use of a context window.
///
/// Tasks and buffer together must not exceed 80 % of the window, and should reach 70 %.
///
/// ```
/// use tracker_workflow::plan::Budget;
/// let budget = Budget::default();
/// assert_eq!((budget.low(), budget.high()), (190_400, 217_600));
/// assert_eq!(budget.for_tasks(), 202_600);
/// assert!(Budget::new(272_000, 25_000).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    window: u64,
    buffer: u64,
}

/// The context window when nothing says it, in tokens.
const WINDOW: u64 = 272_000;
/// The buffer when nothing says it, in tokens.
const BUFFER: u64 = 15_000;
/// The buffers that are allowed, in tokens.
const BUFFERS: std::ops::RangeInclusive<u64> = 10_000..=20_000;
/// The context windows that are allowed, in tokens: 80 % of the smallest one is the largest buffer and some work.
const WINDOWS: std::ops::RangeInclusive<u64> = 32_000..=100_000_000;

impl Default for Budget {
    fn default() -> Self {
        Self { window: WINDOW, buffer: BUFFER }
    }
}

impl Budget {
    /// Returns the budget of a window and a buffer, both in tokens.
    ///
    /// # Errors
    /// [`PlanError::Range`]: a window outside of 32,000 to 100,000,000 or a buffer outside of 10,000 to 20,000.
    pub fn new(window: u64, buffer: u64) -> Result<Self, PlanError> {
        let range = |what, value| Err(PlanError::Range { what, value });
        match (WINDOWS.contains(&window), BUFFERS.contains(&buffer)) {
            (false, _) => range("a context window", window),
            (_, false) => range("a buffer", buffer),
            _ => Ok(Self { window, buffer }),
        }
    }

    /// Returns the buffer used when none is asked for, in tokens.
    #[must_use]
    pub fn default_buffer() -> u64 {
        BUFFER
    }

    /// Returns the context window used when nothing says its size, in tokens.
    #[must_use]
    pub fn default_window() -> u64 {
        WINDOW
    }

    /// Returns the context window in tokens.
    #[must_use]
    pub fn window(self) -> u64 {
        self.window
    }

    /// Returns the tokens that stay unplanned.
    #[must_use]
    pub fn buffer(self) -> u64 {
        self.buffer
    }

    /// Returns 70 % of the window: what a session should at least use.
    #[must_use]
    pub fn low(self) -> u64 {
        self.window * 70 / 100
    }

    /// Returns 80 % of the window: what a session may at most use.
    #[must_use]
    pub fn high(self) -> u64 {
        self.window * 80 / 100
    }

    /// Returns what all tasks together may use.
    #[must_use]
    pub fn for_tasks(self) -> u64 {
        self.high().saturating_sub(self.buffer)
    }

    /// Tells how tasks fit. A factor counts when it is certain: when its interval does not hold 1.
    ///
    /// ```
    /// use tracker_workflow::plan::{Budget, Task};
    /// let tasks = ["specs:60K", "code:140K", "docs:10K"].map(|text| text.parse::<Task>().unwrap());
    /// let fit = Budget::default().fit(&tasks, None);
    /// assert_eq!((fit.planned, fit.over, fit.drop.as_slice()), (210_000, 7_400, &[2][..]));
    /// ```
    #[must_use]
    pub fn fit(self, tasks: &[Task], factor: Option<&Factor>) -> Fit {
        let planned = sum(tasks.iter());
        let certain = factor.filter(|factor| factor.is_certain());
        let expected = certain.map(|factor| factor.of(planned));
        let most = self.for_tasks();
        // What must go is counted in planned tokens: a factor shrinks what may be planned.
        let room = match certain {
            Some(factor) => factor.room(most).min(most),
            None => most,
        };
        let over = planned.saturating_sub(room);
        let free = if over == 0 { room - planned } else { 0 };
        let is_low = over == 0 && planned + self.buffer < self.low();
        Fit { planned, expected, room, over, free, is_low, drop: to_drop(tasks, over) }
    }
}

/// How tasks fit a budget; all figures in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The sum of the tasks.
    pub planned: u64,
    /// What history says the tasks will use; `None` without a certain factor.
    pub expected: Option<u64>,
    /// What may be planned: 80 % of the window without the buffer, less where history says that plans are exceeded.
    pub room: u64,
    /// How much too much was planned; 0 when it fits.
    pub over: u64,
    /// What could still be planned.
    pub free: u64,
    /// Whether tasks and buffer stay below 70 % of the window.
    pub is_low: bool,
    /// The places of the tasks to drop so that the rest fits; the fewest, and the last of equals.
    pub drop: Vec<usize>,
}

fn sum<'a>(tasks: impl Iterator<Item = &'a Task>) -> u64 {
    tasks.fold(0, |sum, task| sum.saturating_add(task.tokens))
}

/// Returns one task that is enough, the cheapest such, else tasks from the end.
fn to_drop(tasks: &[Task], over: u64) -> Vec<usize> {
    if over == 0 {
        return Vec::new();
    }
    let enough = (0..).zip(tasks).filter(|(_, task)| task.tokens >= over);
    // The later of two equals goes: tasks stand in the order of their weight.
    if let Some((place, _)) = enough.min_by_key(|(place, task)| (task.tokens, std::cmp::Reverse(*place))) {
        return vec![place];
    }
    let (mut left, mut places) = (over, Vec::new());
    for (place, task) in (0..tasks.len()).zip(tasks).rev() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(task.tokens);
        places.push(place);
    }
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(tokens: &[u64]) -> Vec<Task> {
        tokens.iter().map(|tokens| format!("t:{tokens}").parse().unwrap()).collect()
    }

    #[test]
    fn a_plan_up_to_the_limit_fits_and_one_token_more_does_not() {
        let budget = Budget::default();
        let fit = budget.fit(&tasks(&[202_600]), None);
        assert_eq!((fit.over, fit.free, fit.drop.len()), (0, 0, 0));
        let fit = budget.fit(&tasks(&[202_601]), None);
        assert_eq!((fit.over, fit.drop), (1, vec![0]));
    }

    #[test]
    fn a_short_plan_is_told() {
        let fit = Budget::default().fit(&tasks(&[175_399]), None);
        assert_eq!((fit.is_low, fit.free), (true, 27_201));
        assert!(!Budget::default().fit(&tasks(&[175_400]), None).is_low);
    }

    #[test]
    fn the_fewest_tasks_go() {
        let drop = |tokens: &[u64]| Budget::default().fit(&tasks(tokens), None).drop;
        assert_eq!(drop(&[100_000, 30_000, 70_000, 30_000]), [3], "the last of equals is enough");
        assert_eq!(drop(&[100_000, 60_000, 90_000, 10_000]), [1], "one that is enough, the cheapest");
        assert_eq!(drop(&[90_000, 80_000, 80_000, 70_000]), [2, 3], "from the end when one is not enough");
    }

    #[test]
    fn a_certain_factor_shrinks_what_may_be_planned() {
        let sessions = |actual: &[u64]| {
            let rows: Vec<(u64, u64)> = actual.iter().map(|&actual| (100_000, actual)).collect();
            Factor::of_pairs(&rows).expect("three sessions or more")
        };
        let over = sessions(&[148_000, 150_000, 152_000, 150_000]);
        let fit = Budget::default().fit(&tasks(&[150_000]), Some(&over));
        assert_eq!((fit.expected, fit.room, fit.over), (Some(225_000), 135_066, 14_934));
        // Plans that are known to be generous do not make more room than there is.
        let under = sessions(&[48_000, 50_000, 52_000, 50_000]);
        let fit = Budget::default().fit(&tasks(&[150_000]), Some(&under));
        assert_eq!((fit.expected, fit.room), (Some(75_000), 202_600));
        // A factor whose interval holds 1 is shown and does not count.
        let unsure = sessions(&[60_000, 150_000, 120_000]);
        assert_eq!(Budget::default().fit(&tasks(&[150_000]), Some(&unsure)).expected, None);
    }

    #[test]
    fn huge_numbers_do_not_overflow() {
        let fit = Budget::default().fit(&tasks(&[u64::MAX, u64::MAX]), None);
        assert_eq!((fit.planned, fit.drop), (u64::MAX, vec![1]));
    }
}
