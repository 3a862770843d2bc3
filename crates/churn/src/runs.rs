//! Where the lines of a file come from, as runs: a file of a million lines costs as little as its changes.

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// No commit that is followed.
    Other,
    /// A followed line, by its number over all commits.
    Line(u32),
}

/// Lines that follow each other: all [`Origin::Other`], or numbered on from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: Origin,
    len: u32,
}

impl Run {
    /// Splits off the first `at` lines.
    fn split(self, at: u32) -> (Self, Self) {
        let second = match self.first {
            Origin::Other => Origin::Other,
            Origin::Line(id) => Origin::Line(id.saturating_add(at)),
        };
        (Self { first: self.first, len: at }, Self { first: second, len: self.len - at })
    }

    fn is_continued_by(self, next: Origin) -> bool {
        match (self.first, next) {
            (Origin::Other, Origin::Other) => true,
            (Origin::Line(id), Origin::Line(after)) => id.checked_add(self.len) == Some(after),
            _ => false,
        }
    }
}

/// The lines of one file from the top; what follows the last run is [`Origin::Other`], however long it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Runs(Vec<Run>);

impl Runs {
    /// Adds lines at the end.
    pub(crate) fn push(&mut self, first: Origin, len: u32) {
        if len == 0 {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.is_continued_by(first) => last.len += len,
            _ => self.0.push(Run { first, len }),
        }
    }

    /// Returns true when no line is followed.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|run| run.first == Origin::Other)
    }

    /// Returns the followed lines as their first numbers and lengths.
    pub(crate) fn followed(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.0.iter().filter_map(|run| match run.first {
            Origin::Line(id) => Some((id, run.len)),
            Origin::Other => None,
        })
    }

    /// Returns the runs with every followed line that `keep` refuses turned into another.
    pub(crate) fn retain(&self, keep: impl Fn(u32) -> bool) -> Self {
        let mut kept = Self::default();
        for run in &self.0 {
            match run.first {
                Origin::Other => kept.push(Origin::Other, run.len),
                Origin::Line(first) => {
                    for id in first..first.saturating_add(run.len) {
                        kept.push(if keep(id) { Origin::Line(id) } else { Origin::Other }, 1);
                    }
                }
            }
        }
        kept
    }

    /// Lays `under` below: a line that is another's here takes its origin from there.
    pub(crate) fn over(&self, under: &Self) -> Self {
        let (mut top, mut low) = (Cut::new(self), Cut::new(under));
        let mut laid = Self::default();
        while let Some(len) = match (top.left(), low.left()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        } {
            let (above, below) = (top.take(len), low.take(len));
            laid.push(if above == Origin::Other { below } else { above }, len);
        }
        laid
    }

    /// Begins to walk down the file.
    pub(crate) fn cut(&self) -> Cut<'_> {
        Cut::new(self)
    }
}

/// A walk down a file.
#[derive(Debug)]
pub(crate) struct Cut<'r> {
    rest: std::slice::Iter<'r, Run>,
    open: Option<Run>,
}

impl<'r> Cut<'r> {
    fn new(runs: &'r Runs) -> Self {
        let mut rest = runs.0.iter();
        Self { open: rest.next().copied(), rest }
    }

    /// Returns how many lines of the open run are left, `None` in the endless rest.
    fn left(&self) -> Option<u32> {
        self.open.map(|run| run.len)
    }

    /// Takes lines of one run.
    fn take(&mut self, len: u32) -> Origin {
        let Some(run) = self.open else { return Origin::Other };
        let (taken, after) = run.split(len.min(run.len));
        self.open = if after.len == 0 { self.rest.next().copied() } else { Some(after) };
        taken.first
    }

    /// Takes the next `len` lines and adds them to `to`.
    pub(crate) fn copy(&mut self, mut len: u32, to: &mut Runs) {
        while len > 0 {
            let step = self.left().map_or(len, |left| left.min(len));
            to.push(self.take(step), step);
            len -= step;
        }
    }

    /// Takes all that is left.
    pub(crate) fn finish(mut self, to: &mut Runs) {
        while let Some(left) = self.left() {
            to.push(self.take(left), left);
        }
    }

    /// Takes the next `len` lines one by one.
    pub(crate) fn lines(&mut self, len: usize) -> Vec<Origin> {
        (0..len).map(|_| self.take(1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn runs(lines: &[u8]) -> Runs {
        let mut runs = Runs::default();
        for line in lines {
            runs.push(if *line == 0 { Origin::Other } else { Origin::Line(u32::from(*line)) }, 1);
        }
        runs
    }

    proptest! {
        #[test]
        fn runs_say_what_their_lines_say(a in proptest::collection::vec(0_u8..4, 0..12), b in proptest::collection::vec(0_u8..4, 0..12)) {
            let long = a.len().max(b.len());
            let at = |lines: &[u8], at: usize| lines.get(at).copied().unwrap_or(0);
            let laid: Vec<u8> = (0..long).map(|i| if at(&a, i) == 0 { at(&b, i) } else { at(&a, i) }).collect();
            let over = runs(&a).over(&runs(&b));
            prop_assert_eq!(over.cut().lines(long), runs(&laid).cut().lines(long));
            let mut cut = over.cut();
            let mut copied = Runs::default();
            cut.copy(3, &mut copied);
            cut.finish(&mut copied);
            prop_assert_eq!(copied.cut().lines(20), over.cut().lines(20));
            let odd = runs(&a).retain(|id| id % 2 == 1);
            let kept: Vec<u8> = a.iter().map(|id| if id % 2 == 1 { *id } else { 0 }).collect();
            prop_assert_eq!(odd.cut().lines(12), runs(&kept).cut().lines(12));
        }
    }
}
