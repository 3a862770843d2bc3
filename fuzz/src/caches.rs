//! Files that may be thrown away: an index, a head, a scan's cache. Whatever they hold, the ledger decides.

use std::sync::Arc;

use tracker_capture::cache;
use tracker_ledger::{KeyExtractor, Ledger, LedgerFile};
use tracker_test_support::FaultStorage;

const FILE: LedgerFile = LedgerFile::SNAPSHOTS;

/// Rows are found by their first letter after `"w":"`.
struct ByWindow;

impl KeyExtractor for ByWindow {
    fn version(&self) -> u32 {
        1
    }

    fn keys(&self, line: &[u8], add: &mut dyn FnMut(&[u8])) {
        add(line.get(6..7).unwrap_or_default());
    }
}

/// An index of any bytes gives no row that has not the key, and a writer finds every row that has it; a head of any
/// bytes is no panic; a cache of any bytes is read or thrown away. The first byte chooses the file.
///
/// # Panics
/// Something of that does not hold.
pub fn caches(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    if let Some(files) = cache::decode(rest) {
        let entries: Vec<_> = files.iter().map(cache::CachedFile::entry).collect();
        assert_eq!(cache::decode(&cache::encode(&entries)), Some(files), "a cache reads back");
    }
    let disk = FaultStorage::new();
    let ledger = Ledger::with_storage("data", Arc::new(disk.clone()));
    let mut write = ledger.begin(&[FILE]).expect("an empty ledger can be written");
    for letter in ["a", "b", "a"] {
        write.append(&FILE, &format!("{{\"w\":\"{letter}\"}}")).expect("a row can be appended");
    }
    let built = write.index(&FILE, &ByWindow).expect("memory can be read").is_some();
    assert!(built, "an index can be made");
    write.commit().expect("memory can be synced");
    if first % 2 == 0 {
        disk.set("data/snapshots.jsonl.head", rest.to_vec());
        let _ = ledger.verify_all(tracker_ledger::Recovery::Tail).expect("memory can be read");
        let _ = ledger.begin(&[FILE]);
        return;
    }
    let path = "data/.index/snapshots.idx";
    let mut table = disk.bytes(path);
    assert!(!table.is_empty(), "the index lies there");
    // What is given overwrites the beginning or lies behind a good one.
    let at = if first % 4 == 1 { 0 } else { usize::from(first).min(table.len()) };
    table.truncate(at);
    table.extend_from_slice(rest);
    disk.set(path, table);
    if let Some(index) = ledger.index(&FILE, &ByWindow).expect("memory can be read") {
        let rows = index.lookup(b"a").unwrap_or_default();
        assert!(rows.iter().all(|row| row.bytes.starts_with(b"{\"w\":\"a\"")), "a row without the key");
    }
    let mut write = ledger.begin(&[FILE]).expect("the ledger is good");
    let _ = write.index(&FILE, &ByWindow).expect("a broken index is no error");
    assert_eq!(write.append(&FILE, "{\"w\":\"a\"}").map(|ack| ack.seq).ok(), Some(4));
    write.commit().expect("memory can be synced");
}
