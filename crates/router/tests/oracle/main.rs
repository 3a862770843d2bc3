//! Numbers that other programs worked out: HiGHS (linear programs), obp 0.4.1 (off-policy estimates), and an
//! independent implementation of dual pacing and greedy (tapes).
//!
//! `TRACKER_ORACLE_DIR` names a folder with further files of the same kinds; each test reads those beside its own.

mod linear_programs;
mod open_bandit;
mod tapes;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Reads the fixtures whose names start with `kind`, and those of `TRACKER_ORACLE_DIR`.
fn oracles<T: DeserializeOwned>(kind: &str) -> Vec<(String, T)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let further = std::env::var_os("TRACKER_ORACLE_DIR").map(PathBuf::from);
    let mut read = Vec::new();
    for folder in [Some(own), further].into_iter().flatten() {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .expect("the folder of the oracles can be read")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        for path in files {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            if name.starts_with(kind) && name.ends_with(".json") {
                let text = std::fs::read_to_string(&path).expect("an oracle can be read");
                read.push((name, serde_json::from_str(&text).expect("an oracle has the shape of its kind")));
            }
        }
    }
    assert!(!read.is_empty(), "there is no {kind} file");
    read
}

/// Tells whether two numbers agree to 1e-9, relative above 1.
fn close(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0)
}
