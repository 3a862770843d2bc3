//! Every operation fails once: nothing is acknowledged that is not there, and the next writer goes on.

use std::io::ErrorKind;

use tracker_ledger::{ErrorClass, Status};

use crate::{FILE, PATH, in_memory, rows, store, store_all, verify};
use tracker_test_support::{Fault, FaultStorage as Memory};

const BODIES: [&str; 3] = [r#"{"n":1}"#, r#"{"n":2,"text":"two"}"#, r#"{"n":3}"#];

/// Stores the rows until one fails; returns how many were acknowledged.
fn run(memory: &Memory) -> usize {
    let ledger = in_memory(memory);
    BODIES.iter().take_while(|body| store(&ledger, body).is_ok()).count()
}

/// The number of operations that the run needs without faults.
fn operations() -> usize {
    let memory = Memory::new();
    assert_eq!(run(&memory), BODIES.len());
    memory.log().len()
}

/// Restarts after a fault: what was acknowledged is there, at most one row more, and the ledger goes on.
fn check_after(memory: &Memory, acked: usize, what: &str) {
    let restarted = memory.after_restart();
    let ledger = in_memory(&restarted);
    let present = rows(&ledger);
    assert!(present.len() == acked || present.len() == acked + 1, "{what}: {acked} acked, {present:?}");
    assert_eq!(present, BODIES[..present.len()], "{what}");
    assert!(verify(&ledger).status <= Status::Repairable, "{what}: {:?}", verify(&ledger).issues);
    store(&ledger, r#"{"n":"next"}"#).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(verify(&ledger).status, Status::Ok, "{what}: {:?}", verify(&ledger).issues);
    assert_eq!(rows(&ledger).len(), present.len() + 1, "{what}");
}

#[test]
fn an_error_at_any_operation_acknowledges_nothing_that_is_not_there() {
    for number in 0..operations() {
        for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
            let memory = Memory::new();
            memory.fail_at(number, Fault::Error(kind));
            let acked = run(&memory);
            check_after(&memory, acked, &format!("{kind:?} at {number} {:?}", memory.log().get(number)));
        }
    }
}

#[test]
fn death_at_any_operation_and_byte_loses_no_acknowledged_row() {
    let longest = 120;
    for number in 0..operations() {
        for taken in 0..longest {
            let memory = Memory::new();
            memory.fail_at(number, Fault::Death(taken));
            let acked = run(&memory);
            check_after(&memory, acked, &format!("death at {number} after {taken} bytes"));
            if !memory.log()[number].starts_with("append") {
                break;
            }
        }
    }
}

#[test]
fn short_and_interrupted_writes_are_not_seen() {
    for number in 0..operations() {
        let memory = Memory::new();
        memory.fail_at(number, Fault::Short(3));
        assert_eq!(run(&memory), BODIES.len(), "short at {number}");
        assert_eq!(rows(&in_memory(&memory)), BODIES);

        let memory = Memory::new();
        let is_write = {
            let probe = Memory::new();
            run(&probe);
            probe.log()[number].starts_with("append")
        };
        if is_write {
            memory.fail_at(number, Fault::Error(ErrorKind::Interrupted));
            assert_eq!(run(&memory), BODIES.len(), "interrupted at {number}");
        }
    }
}

#[test]
fn a_write_that_only_says_so_is_no_ack() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    store_all(&ledger, &BODIES[..1]);
    let begin = memory.log().len();
    let write = begin + memory_log_offset(&memory, "append snapshots.jsonl");
    memory.fail_at(write, Fault::Lie);
    assert_eq!(store(&ledger, BODIES[1]).unwrap_err().class(), ErrorClass::Io);
    assert_eq!(rows(&ledger), BODIES[..1]);
}

/// Where in a transaction of one row the operation is, told from the log of a run without faults.
fn memory_log_offset(memory: &Memory, operation: &str) -> usize {
    let probe = memory.after_restart();
    store(&in_memory(&probe), BODIES[1]).unwrap();
    probe.log().iter().position(|entry| entry == operation).unwrap()
}

#[test]
fn a_row_is_synced_before_the_next_one_is_written_and_before_its_head() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let mut write = ledger.begin(&[FILE]).unwrap();
    write.append(&FILE, BODIES[0]).unwrap();
    write.append(&FILE, BODIES[1]).unwrap();
    let log = memory.log();
    let place = |name: &str| log.iter().position(|entry| entry == name);
    let last = |name: &str| log.iter().rposition(|entry| entry == name);
    assert!(last("append snapshots.jsonl") > place("sync snapshots.jsonl"), "one row is unsynced: {log:?}");
    assert!(place("sync_dir data") > place("sync snapshots.jsonl"), "a new file's name is synced: {log:?}");
    write.commit().unwrap();
    let log = memory.log();
    let last = |name: &str| log.iter().rposition(|entry| entry == name);
    assert!(last("sync snapshots.jsonl") > last("append snapshots.jsonl"), "{log:?}");
    assert!(last("append .snapshots.jsonl.head.tmp") > last("sync snapshots.jsonl"), "{log:?}");
    let tail: Vec<_> = log[log.len() - 4..].iter().map(String::as_str).collect();
    assert_eq!(
        tail,
        [
            "append .snapshots.jsonl.head.tmp",
            "sync .snapshots.jsonl.head.tmp",
            "rename snapshots.jsonl.head",
            "sync_dir data"
        ]
    );
}

#[test]
fn a_disk_that_gets_full_inside_a_row_leaves_nothing_of_it() {
    for taken in 1..BODIES[1].len() + 80 {
        let memory = Memory::new();
        let ledger = in_memory(&memory);
        store_all(&ledger, &BODIES[..1]);
        let before = memory.bytes(PATH);
        let write = memory.log().len() + memory_log_offset(&memory, "append snapshots.jsonl");
        memory.fail_at(write, Fault::Full(taken));
        let error = store(&ledger, BODIES[1]).unwrap_err();
        assert!(error.hint().is_some_and(|hint| hint.contains("disk space")), "{error}");
        assert_eq!(memory.bytes(PATH), before, "full after {taken} bytes");
        store(&ledger, BODIES[1]).unwrap();
        assert_eq!(rows(&ledger), BODIES[..2]);
    }
}

#[test]
fn after_a_failed_sync_this_process_writes_no_more() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    store_all(&ledger, &BODIES[..1]);
    let sync = memory.log().len() + memory_log_offset(&memory, "sync snapshots.jsonl");
    memory.fail_at(sync, Fault::Error(ErrorKind::Other));
    let mut write = ledger.begin(&[FILE]).unwrap();
    write.append(&FILE, BODIES[1]).unwrap();
    assert_eq!(write.append(&FILE, BODIES[1]).unwrap_err().class(), ErrorClass::Io);
    assert!(write.append(&FILE, BODIES[1]).unwrap_err().to_string().contains("closed for writing"));
    drop(write);
    assert!(ledger.begin(&[FILE]).unwrap_err().to_string().contains("closed for writing"));
    assert_eq!(rows(&ledger), BODIES[..1]);
}

#[test]
fn a_commit_whose_sync_fails_is_no_ack_and_leaves_nothing() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    store_all(&ledger, &BODIES[..1]);
    let sync = memory.log().len() + memory_log_offset(&memory, "sync snapshots.jsonl");
    memory.fail_at(sync, Fault::Error(ErrorKind::Other));
    assert_eq!(store(&ledger, BODIES[1]).unwrap_err().class(), ErrorClass::Io);
    assert_eq!(rows(&ledger), BODIES[..1]);
    let next = in_memory(&memory);
    store(&next, BODIES[2]).unwrap();
    assert_eq!(rows(&next), [BODIES[0], BODIES[2]]);
}
