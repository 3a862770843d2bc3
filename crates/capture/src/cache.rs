//! What files said, as bytes: a cache that is thrown away whenever anything about it is odd.
//!
//! Layout: `TRKSCAN` and a version byte, a hash of the rest (8 bytes), then files one after another. Numbers are
//! LEB128, signed ones zigzag; hashes and floats are 8 bytes, little-endian; texts are preceded by their length.

use std::path::PathBuf;

use tracker_domain::{LimitPoint, LogFile, MeterId, MeterSeries, TokenCounts, TokenUse};

use crate::FoundFile;

const MAGIC: &[u8; 8] = b"TRKSCAN\x02";

/// One file of a cache.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedFile {
    /// The file as it was when it was read.
    pub found: FoundFile,
    /// The kind of log, as the registry names it.
    pub kind: String,
    /// What it said.
    pub log: LogFile,
}

impl CachedFile {
    /// Returns the file as an entry for a cache.
    #[must_use]
    pub fn entry(&self) -> Entry<'_> {
        Entry { found: &self.found, kind: &self.kind, log: &self.log }
    }
}

/// One file for a cache, where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The file as it was when it was read.
    pub found: &'a FoundFile,
    /// The kind of log, as the registry names it.
    pub kind: &'a str,
    /// What it said.
    pub log: &'a LogFile,
}

/// Bytes of an answer and of a reading in a cache, at most as a rule.
const ROW: usize = 48;

/// Returns the bytes of a cache.
///
/// ```
/// use tracker_capture::cache::{decode, encode};
/// assert_eq!(decode(&encode(&[])), Some(Vec::new()));
/// ```
#[must_use]
pub fn encode(files: &[Entry<'_>]) -> Vec<u8> {
    // Memory that grows is memory that is copied.
    let rows: usize = files.iter().map(|file| file.log.uses.len() + file.log.points.len()).sum();
    let mut out = Writer(Vec::with_capacity(rows * ROW + files.len() * 256 + 64));
    out.0.extend_from_slice(MAGIC);
    out.hash(0);
    out.number(files.len() as u64);
    for file in files {
        out.text(&file.found.path.to_string_lossy());
        out.number(file.found.bytes);
        out.number(file.found.changed_ns);
        out.text(file.kind);
        out.log(file.log);
    }
    let hash = checksum(out.0.get(16..).unwrap_or_default());
    if let Some(place) = out.0.get_mut(8..16) {
        place.copy_from_slice(&hash.to_le_bytes());
    }
    out.0
}

/// Returns the files of a cache, or `None` when the bytes are not exactly what [`encode`] wrote.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Vec<CachedFile>> {
    let body = bytes.strip_prefix(MAGIC)?;
    let mut input = Reader(body);
    let hash = input.hash()?;
    if hash != checksum(input.0) {
        return None;
    }
    let count = input.count()?;
    let mut files = Vec::with_capacity(count);
    for _ in 0..count {
        let path = PathBuf::from(input.text()?);
        let found = FoundFile { path, bytes: input.number()?, changed_ns: input.number()? };
        files.push(CachedFile { found, kind: input.text()?, log: input.log()? });
    }
    input.0.is_empty().then_some(files)
}

/// FNV-1a over words of 8 bytes: fast, and enough to see a torn or foreign file.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    let all = words.chain(rest.iter().map(|byte| u64::from(*byte)));
    all.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3))
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        #[expect(clippy::cast_possible_truncation, reason = "the low seven bits")]
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 0x80")]
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    fn hash(&mut self, hash: u64) {
        self.0.extend_from_slice(&hash.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.number(u64::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn log(&mut self, log: &LogFile) {
        self.hash(log.session);
        self.number(log.parents.len() as u64);
        log.parents.iter().for_each(|parent| self.hash(*parent));
        self.number(log.models.len() as u64);
        log.models.iter().for_each(|model| self.text(model));
        self.number(log.uses.len() as u64);
        log.uses.iter().for_each(|row| self.token_use(row));
        self.number(log.series.len() as u64);
        for series in &log.series {
            self.text(series.meter.as_str());
            self.optional(series.limit_id.as_deref());
            self.number(series.window_minutes.map_or(0, |minutes| u64::from(minutes) + 1));
            self.optional(series.plan.as_deref());
        }
        self.number(log.points.len() as u64);
        for point in &log.points {
            self.signed(point.at_ms);
            self.number(u64::from(point.series));
            self.hash(point.used_pct.to_bits());
            self.number(u64::from(point.reset_minute.is_some()));
            self.signed(point.reset_minute.unwrap_or(0));
            self.number(u64::from(point.after_uses));
        }
        self.number(u64::from(log.unreadable));
    }

    fn token_use(&mut self, row: &TokenUse) {
        self.signed(row.at_ms);
        self.hash(row.answer);
        self.hash(row.copy);
        self.number(u64::from(row.model));
        self.number(u64::from(row.is_side) | u64::from(row.copy_is_message) << 1);
        let counts = &row.counts;
        for number in [counts.input, counts.cache_read, counts.cache_write, counts.output, counts.reasoning] {
            self.number(number);
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A count of things that each take at least one byte: a larger one cannot be true.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    fn hash(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let count = self.count()?;
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    fn optional(&mut self) -> Option<Option<String>> {
        let is_some = self.number()? == 1;
        let text = self.text()?;
        Some(is_some.then_some(text))
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn log(&mut self) -> Option<LogFile> {
        Some(LogFile {
            session: self.hash()?,
            parents: self.many(Self::hash)?,
            models: self.many(Self::text)?,
            uses: self.many(Self::token_use)?,
            series: self.many(|input| {
                Some(MeterSeries {
                    meter: MeterId::new(input.text()?).ok()?,
                    limit_id: input.optional()?,
                    window_minutes: match input.number()? {
                        0 => None,
                        more => Some((more - 1).try_into().ok()?),
                    },
                    plan: input.optional()?,
                })
            })?,
            points: self.many(|input| {
                let (at_ms, series) = (input.signed()?, input.number()?.try_into().ok()?);
                let used_pct = f64::from_bits(input.hash()?);
                let (has_reset, minute) = (input.number()? == 1, input.signed()?);
                let after_uses = input.number()?.try_into().ok()?;
                Some(LimitPoint {
                    at_ms,
                    series,
                    used_pct,
                    reset_minute: has_reset.then_some(minute),
                    after_uses,
                })
            })?,
            unreadable: self.number()?.try_into().ok()?,
        })
    }

    fn token_use(&mut self) -> Option<TokenUse> {
        let (at_ms, answer, copy) = (self.signed()?, self.hash()?, self.hash()?);
        let (model, flags) = (self.number()?.try_into().ok()?, self.number()?);
        let counts = TokenCounts {
            input: self.number()?,
            cache_read: self.number()?,
            cache_write: self.number()?,
            output: self.number()?,
            reasoning: self.number()?,
        };
        let (is_side, copy_is_message) = (flags & 1 == 1, flags & 2 == 2);
        Some(TokenUse { at_ms, answer, copy, model, is_side, copy_is_message, counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file() -> CachedFile {
        let mut log = LogFile { session: 7, parents: vec![u64::MAX], unreadable: 2, ..LogFile::default() };
        let model = log.model("m\u{e9}");
        let counts = TokenCounts { input: u64::MAX, output: 127, reasoning: 128, ..TokenCounts::default() };
        let row =
            TokenUse { at_ms: -1, answer: 1, copy: 0, model, is_side: true, copy_is_message: false, counts };
        log.uses = vec![row, TokenUse { at_ms: i64::MIN, copy_is_message: true, ..row }];
        log.series.push(MeterSeries {
            meter: MeterId::WEEKLY,
            limit_id: None,
            window_minutes: Some(10_080),
            plan: Some(String::new()),
        });
        let point = LimitPoint { at_ms: 5, series: 0, used_pct: 12.5, reset_minute: Some(-3), after_uses: 1 };
        log.series.push(MeterSeries { window_minutes: None, ..log.series[0].clone() });
        log.points = vec![point, LimitPoint { reset_minute: None, ..point }];
        let found = FoundFile { path: "a/b.jsonl".into(), bytes: 9, changed_ns: u64::MAX };
        CachedFile { found, kind: "k".to_owned(), log }
    }

    fn encoded(files: &[CachedFile]) -> Vec<u8> {
        encode(&files.iter().map(CachedFile::entry).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_written_is_read_back() {
        let files = vec![file(), file()];
        assert_eq!(decode(&encoded(&files)), Some(files));
    }

    #[test]
    fn a_changed_byte_or_a_torn_end_is_no_cache() {
        let bytes = encoded(&[file()]);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x40;
            assert_eq!(decode(&changed), None, "byte {at}");
            assert_eq!(decode(&bytes[..at]), None, "cut at {at}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_safe(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = MAGIC.to_vec();
            bytes.extend_from_slice(&checksum(&body).to_le_bytes());
            bytes.extend_from_slice(&body);
            let _ = decode(&bytes);
        }
    }
}
