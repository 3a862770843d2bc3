//! One line on the terminal that says how far a long task is.

use std::{
    fmt,
    io::Write,
    time::{Duration, Instant},
};

use tracker_term_text::escape_terminal_line;

/// A task shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// The least time between two drawings.
const PACE: Duration = Duration::from_millis(100);

/// A progress line on standard error; made by [`Ui::progress`](crate::Ui::progress), wiped when dropped.
///
/// It shows only on a terminal, only after 1 second, and never when the user asked for quiet.
pub struct Progress {
    terminal: Option<Box<dyn Write>>,
    started: Instant,
    drawn: Option<Duration>,
}

impl Progress {
    pub(crate) fn new(terminal: Option<Box<dyn Write>>) -> Self {
        Self { terminal, started: Instant::now(), drawn: None }
    }

    /// Shows `text` if it is time to; the text is made only then.
    pub fn tick<T: fmt::Display>(&mut self, text: impl FnOnce() -> T) {
        self.draw(self.started.elapsed(), text);
    }

    fn draw<T: fmt::Display>(&mut self, elapsed: Duration, text: impl FnOnce() -> T) {
        let due = self.drawn.map_or(PATIENCE, |last| last + PACE);
        if let Some(terminal) = self.terminal.as_mut().filter(|_| elapsed >= due) {
            self.drawn = Some(elapsed);
            // A terminal that is gone is no reason to stop the task.
            let _ = write!(terminal, "\r\u{1b}[K{}", escape_terminal_line(&text().to_string()));
            let _ = terminal.flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let (Some(terminal), Some(_)) = (self.terminal.as_mut(), self.drawn) {
            let _ = write!(terminal, "\r\u{1b}[K");
            let _ = terminal.flush();
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").field("shown", &self.drawn.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tests::Page;

    #[test]
    fn is_patient_then_paced_then_wiped() {
        let page = Page::default();
        let mut progress = Progress::new(Some(Box::new(page.clone())));
        let at = Duration::from_millis;
        progress.draw(at(999), || "early");
        assert_eq!(page.text(), "");
        progress.draw(at(1000), || "1/3\u{7}");
        progress.draw(at(1099), || "too soon");
        progress.draw(at(1100), || "2/3");
        drop(progress);
        let shown = page.text();
        assert_eq!(shown.replace("\r\u{1b}[K", "|").matches('|').count(), 3);
        assert!(
            shown.contains("1/3")
                && shown.contains("2/3")
                && !shown.contains("soon")
                && !shown.contains('\u{7}')
        );
    }

    #[test]
    fn without_a_terminal_the_text_is_never_made() {
        let mut progress = Progress::new(None);
        progress.draw(Duration::from_secs(9), || -> &str { panic!("made without need") });
    }
}
