//! On a real disk: rights, and what is refused.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "test writes its fixture")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use tracker_ledger::{ErrorClass, Ledger, LedgerFile, atomic};

use crate::{FILE, store, verify};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn everything_in(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_in(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn what_is_created_is_private_and_nothing_is_left_over() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("data/live");
    let ledger = Ledger::open(&dir);
    store(&ledger, "{}").unwrap();
    ledger.salt_or_create([1; 32]).unwrap();
    fs::write(dir.join("churn.jsonl"), "{\"torn").unwrap();
    ledger.begin(&[LedgerFile::CHURN]).unwrap().commit().unwrap();
    atomic::write(dir.join("state/main/codex.json"), b"{}").unwrap();
    for path in everything_in(root.path()) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        if path != dir.join("churn.jsonl") {
            assert_eq!(mode(&path), expected, "{}", path.display());
        }
        assert!(!path.display().to_string().ends_with(".tmp"), "{}", path.display());
    }
    assert_eq!(fs::read(dir.join(".salt")).unwrap(), [1; 32]);
}

#[test]
fn reading_creates_nothing() {
    let root = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(root.path().join("data"));
    assert_eq!(verify(&ledger).chained, 0);
    assert_eq!(ledger.salt().unwrap(), None);
    assert!(everything_in(root.path()).is_empty());
}

#[test]
fn links_folders_pipes_and_shared_files_are_refused_with_a_hint() {
    let root = tempfile::tempdir().unwrap();
    let (dir, target) = (root.path().join("data"), root.path().join("target"));
    let path = dir.join("snapshots.jsonl");
    fs::create_dir(&dir).unwrap();
    fs::write(&target, "").unwrap();
    let refusal = || {
        let error = Ledger::open(&dir).begin(&[FILE]).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Refused, "{error}");
        assert!(error.hint().is_some() && error.to_string().contains("snapshots.jsonl"), "{error}");
        error.to_string()
    };
    symlink(&target, &path).unwrap();
    assert!(refusal().contains("symbolic link"));
    fs::remove_file(&path).unwrap();
    symlink("/dev/full", &path).unwrap();
    assert!(refusal().contains("symbolic link"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(refusal().contains("regular file"));
    fs::remove_dir(&path).unwrap();
    fs::hard_link(&target, &path).unwrap();
    store(&Ledger::open(&dir), "{}").unwrap_err();
    assert!(refusal().contains("hard link"));
    assert_eq!(fs::read(&target).unwrap(), b"");
}

#[test]
fn a_folder_that_everybody_may_write_to_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("data");
    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
    let error = store(&Ledger::open(&dir), "{}").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Refused);
    assert_eq!(mode(&dir), 0o777, "rights are never changed");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o1777)).unwrap();
    store(&Ledger::open(&dir), "{}").unwrap();
}

#[test]
fn an_atomic_write_replaces_the_whole_file() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("plans/next.md");
    atomic::write(&path, b"a longer first text").unwrap();
    atomic::write(&path, b"short").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"short");
    assert_eq!(everything_in(root.path()).len(), 2);
    atomic::remove(&path).unwrap();
    atomic::remove(&path).unwrap();
    assert!(!path.exists());
}

#[test]
fn a_salt_of_another_length_is_not_replaced() {
    let root = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(root.path());
    fs::write(root.path().join(".salt"), [1; 31]).unwrap();
    assert_eq!(ledger.salt_or_create([2; 32]).unwrap_err().class(), ErrorClass::Refused);
    fs::write(root.path().join(".salt"), [1; 33]).unwrap();
    assert_eq!(ledger.salt().unwrap_err().class(), ErrorClass::Refused);
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_killed_process_left_of_a_replaced_file_goes_with_the_next_write_and_a_running_ones_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (gone, runs) = (".codex.json.4194304-0.tmp", format!(".codex.json.{}-9.tmp", std::process::id()));
    for name in [gone, &runs, ".codex.json.notes.tmp", ".glm.json.4194304-0.tmp"] {
        tracker_ledger::atomic::write(dir.path().join(name), b"half").unwrap();
    }
    tracker_ledger::atomic::write(dir.path().join("codex.json"), b"whole").unwrap();
    let there = |name: &str| dir.path().join(name).exists();
    assert!(!there(gone));
    assert!(there(&runs) && there(".codex.json.notes.tmp") && there(".glm.json.4194304-0.tmp"));
}
