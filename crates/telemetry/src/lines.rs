//! Bytes as they arrive to whole lines with their numbers; memory stays bounded by the longest line.

/// The longest line that is read, in bytes (1 MiB); a longer one is bad and its bytes are dropped as they arrive.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// One line of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number, counted from 1.
    pub number: u64,
    /// Its bytes without the line end; of one that is too long the beginning.
    pub bytes: &'a [u8],
    /// Whether it is longer than [`MAX_LINE_BYTES`].
    pub too_long: bool,
    /// Bytes of the stream up to its end, the line end included.
    pub end: u64,
}

/// Takes a stream of bytes apart into lines.
///
/// ```
/// use tracker_telemetry::Lines;
/// let mut lines = Lines::default();
/// let mut seen = Vec::new();
/// lines.feed(b"first\nsec", |line| seen.push((line.number, line.bytes.to_vec())));
/// lines.feed(b"ond\nto", |line| seen.push((line.number, line.bytes.to_vec())));
/// assert_eq!(seen, [(1, b"first".to_vec()), (2, b"second".to_vec())]);
/// assert_eq!((lines.count(), lines.end(), lines.rest().map(|line| line.bytes)), (2, 13, Some(&b"to"[..])));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// What came after the last line end.
    carry: Vec<u8>,
    /// Bytes that the line in hand has beyond what is carried.
    dropped: u64,
    count: u64,
    end: u64,
}

impl Lines {
    /// Returns a reader that goes on after `count` lines of `end` bytes.
    #[must_use]
    pub fn resumed(count: u64, end: u64) -> Self {
        Self { count, end, ..Self::default() }
    }

    /// Takes bytes in and hands out each line that they complete.
    pub fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(Line<'_>)) {
        let mut start = 0;
        for at in memchr::memchr_iter(b'\n', bytes) {
            let piece = bytes.get(start..at).unwrap_or_default();
            self.end += (self.carry.len() + piece.len() + 1) as u64 + self.dropped;
            self.count += 1;
            let whole = if self.carry.is_empty() {
                piece
            } else {
                self.keep(piece);
                &self.carry
            };
            let too_long = self.dropped > 0 || whole.len() > MAX_LINE_BYTES;
            let kept = whole.get(..MAX_LINE_BYTES).unwrap_or(whole);
            each(Line { number: self.count, bytes: without_return(kept), too_long, end: self.end });
            self.carry.clear();
            self.dropped = 0;
            start = at + 1;
        }
        self.keep(bytes.get(start..).unwrap_or_default());
    }

    /// Returns what came after the last line end: a line in flight, or one that was torn.
    #[must_use]
    pub fn rest(&self) -> Option<Line<'_>> {
        let too_long = self.dropped > 0;
        let end = self.end + self.carry.len() as u64 + self.dropped;
        let line = Line { number: self.count + 1, bytes: without_return(&self.carry), too_long, end };
        (!self.carry.is_empty()).then_some(line)
    }

    /// Counts what came after the last line end as a line of its own: the stream has ended.
    pub fn finish(&mut self) {
        if !self.carry.is_empty() {
            self.count += 1;
            self.end += self.carry.len() as u64 + self.dropped;
            self.carry.clear();
            self.dropped = 0;
        }
    }

    /// Returns how many whole lines there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns how many bytes the whole lines had, their line ends included.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    fn keep(&mut self, piece: &[u8]) {
        let room = (MAX_LINE_BYTES + 1).saturating_sub(self.carry.len());
        let (kept, dropped) = piece.split_at(piece.len().min(room));
        self.carry.extend_from_slice(kept);
        self.dropped += dropped.len() as u64;
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Seen = (u64, Vec<u8>, bool);

    fn all(chunks: &[&[u8]]) -> (Vec<Seen>, Lines) {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for chunk in chunks {
            lines.feed(chunk, |line| seen.push((line.number, line.bytes.to_vec(), line.too_long)));
        }
        (seen, lines)
    }

    #[test]
    fn a_long_line_costs_no_memory_and_no_other_line() {
        let long = vec![b'x'; MAX_LINE_BYTES];
        let (seen, lines) = all(&[b"a\n", &long, &long, &long, b"y\nb\n"]);
        let shape: Vec<_> = seen.iter().map(|(n, bytes, long)| (*n, bytes.len(), *long)).collect();
        assert_eq!(shape, [(1, 1, false), (2, MAX_LINE_BYTES, true), (3, 1, false)]);
        assert_eq!((lines.end(), lines.count()), (2 + 3 * MAX_LINE_BYTES as u64 + 2 + 2, 3));
    }

    #[test]
    fn the_end_of_the_stream_makes_a_line_of_the_rest() {
        let (_, mut lines) = all(&[b"a\r\nbc"]);
        assert_eq!(lines.rest().map(|line| (line.number, line.bytes)), Some((2, &b"bc"[..])));
        lines.finish();
        assert_eq!((lines.count(), lines.end(), lines.rest()), (2, 5, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn borders_of_chunks_change_nothing(text in "[a-c\n\r]{0,60}", cuts in prop::collection::vec(0usize..60, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let (whole, lines) = all(&[bytes]);
            let (cut, cut_lines) = all(&chunks);
            prop_assert_eq!(whole, cut);
            prop_assert_eq!((lines.end(), lines.rest()), (cut_lines.end(), cut_lines.rest()));
        }
    }
}
