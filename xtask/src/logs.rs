//! `logs`: makes archives of session logs whose sums are known, to measure `tracker scan` on.
//!
//! An archive holds what real ones hold: answers in several rows with a placeholder first, resumed and forked sessions,
//! side chains that repeat their parent, rows written again, rows of the client itself, torn ends, long tool outputs.

mod answers;
mod rollouts;
mod truth;

use std::{fs, path::Path};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Failure;
pub(crate) use truth::Truth;

/// The first instant of a made archive, in seconds since 1970: 2026-09-01T00:00:00Z.
const START: i64 = 1_788_220_800;

/// Writes an archive of about `megabytes`, half of it from each client, and its truth (`truth.json`).
pub(crate) fn write(out: &str, megabytes: &str, seed: &str) -> Result<(), Failure> {
    let megabytes: u64 = megabytes.parse().map_err(|_| format!("{megabytes:?} is no number of megabytes"))?;
    let seed: u64 = seed.parse().map_err(|_| format!("{seed:?} is no seed"))?;
    let truth = make(Path::new(out), megabytes << 20, seed)?;
    println!("made {out}: {} cells of tokens, {} readings of meters", truth.cells(), truth.readings());
    Ok(())
}

/// Makes an archive of about `bytes` and returns its truth.
pub(crate) fn make(out: &Path, bytes: u64, seed: u64) -> Result<Truth, Failure> {
    let mut truth = Truth::default();
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    answers::make(&out.join("claude"), bytes / 2, &mut chance, &mut truth)?;
    rollouts::make(&out.join("codex"), bytes / 2, &mut chance, &mut truth)?;
    put(&out.join("truth.json"), truth.json().as_bytes())?;
    Ok(truth)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// Returns an instant as logs write it.
fn stamp(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let (hour, minute, second, milli) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000);
    format!("{}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z", day(days))
}

/// Returns the day that is so many days after 1 January 1970 (the civil calendar, after Howard Hinnant).
fn day(days: i64) -> String {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{of_month:02}", year_of_era + era * 400 + i64::from(month <= 2))
}

/// Returns words as tools print them, with what a careless reader would take for fields.
fn noise(chance: &mut impl Rng, length: usize) -> String {
    const PIECES: [&str; 6] = [
        "error[E0308]: mismatched types\\n  --> src/main.rs:10:5\\n",
        "{\\\"usage\\\":{\\\"input_tokens\\\":999999,\\\"output_tokens\\\":999999}}",
        "\\\"type\\\":\\\"token_count\\\" and \\\"total_token_usage\\\"",
        "the quick brown fox jumps over the lazy dog ",
        "    let value = compute(&state, index)?;\\n",
        "test result: ok. 120 passed; 0 failed; \\u2713 \\n",
    ];
    let mut text = String::with_capacity(length + 80);
    while text.len() < length {
        text.push_str(PIECES[chance.random_range(0..PIECES.len())]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants() {
        assert_eq!(stamp(START * 1000 + 1), "2026-09-01T00:00:00.001Z");
        assert_eq!(
            (day(0), day(19_782), day(-1)),
            ("1970-01-01".into(), "2024-02-29".into(), "1969-12-31".into())
        );
    }

    /// Reads an archive as the scan does, without its command line.
    fn scanned(home: &Path, kind: &str) -> (Truth, usize) {
        let logs =
            tracker_panes::providers::by_kind(kind).and_then(<dyn tracker_panes::PaneParser>::logs).unwrap();
        let mut blocks = tracker_capture::Blocks::new();
        let places = logs.places().iter().map(|place| (home.join(place.folder), place));
        let mut found: Vec<_> = places
            .flat_map(|(folder, place)| {
                tracker_capture::walk(&folder, place.prefix, place.extension).unwrap()
            })
            .collect();
        found.sort();
        found.dedup();
        let files: Vec<_> = found
            .iter()
            .map(|file| {
                let mut reader = logs.reader();
                blocks.read(&file.path, |lines| reader.lines(lines)).unwrap();
                reader.finish()
            })
            .collect();
        let sums = tracker_panes::logs::counted(logs.repeats(), &files.iter().collect::<Vec<_>>());
        let mut truth = Truth::default();
        for row in &sums.uses {
            let counts = row.counts;
            let model = &files[row.file as usize].models[usize::from(row.model)];
            let tokens =
                [counts.input, counts.cache_read, counts.cache_write, counts.output, counts.reasoning];
            truth.answer(row.at_ms, kind, model, row.is_side, tokens);
        }
        (truth, files.len())
    }

    #[test]
    fn a_made_archive_is_read_without_a_wrong_cell() {
        for seed in 0..4 {
            let dir = tempfile::tempdir().unwrap();
            let truth = make(dir.path(), 4_000_000, seed).unwrap();
            for kind in ["claude", "codex"] {
                let (found, files) = scanned(&dir.path().join(kind), kind);
                assert!(files >= 4, "{files} files of {kind} hold no fork");
                let of_kind = truth.tokens.iter().filter(|((_, provider, ..), _)| provider == kind);
                let expected: Vec<_> = of_kind.collect();
                assert_eq!(found.tokens.iter().collect::<Vec<_>>(), expected, "seed {seed}");
            }
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_archive() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        make(one.path(), 200_000, 7).unwrap();
        make(two.path(), 200_000, 7).unwrap();
        let read = |dir: &tempfile::TempDir| fs::read_to_string(dir.path().join("truth.json")).unwrap();
        assert_eq!(read(&one), read(&two));
    }
}
