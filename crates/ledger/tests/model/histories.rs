//! Random histories against a model of two numbers: how many rows were acknowledged, and what a reader may see.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use tracker_ledger::{ErrorClass, Ledger, LedgerFile, Recovery, Status};
use tracker_test_support::{CrashStorage, Fate, check_promise, store_numbered, stored_numbers};

const FILE: LedgerFile = LedgerFile::SNAPSHOTS;
const PATH: &str = "data/snapshots.jsonl";

/// What happens to a ledger.
#[derive(Debug, Clone)]
enum Action {
    /// A row is stored.
    Append,
    /// The process is killed so many operations into the next append.
    Kill(usize),
    /// The power is cut so many operations into the next append; the unsynced changes share one fate a bit.
    Cut(usize, u16, usize),
    /// The disk stops taking bytes so many operations into the next append, and works again later.
    Full(usize),
    /// Another process opens the ledger.
    Reopen,
    /// A byte of an acknowledged row is changed, looked at, and put back.
    Corrupt(usize, u8),
    /// A reader looks.
    Read,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        4 => Just(Action::Append),
        1 => (0..24_usize).prop_map(Action::Kill),
        2 => (0..24_usize, any::<u16>(), 0..160_usize).prop_map(|(at, fates, tear)| Action::Cut(at, fates, tear)),
        1 => (0..24_usize).prop_map(Action::Full),
        1 => Just(Action::Reopen),
        1 => (any::<usize>(), 1..=255_u8).prop_map(|(at, change)| Action::Corrupt(at, change)),
        1 => Just(Action::Read),
    ];
    prop::collection::vec(action, 0..24)
}

/// A disk and what is known of it.
struct World {
    disk: CrashStorage,
    /// Rows that must be there.
    acked: usize,
    /// Rows that are there: a killed process may have left some that a power cut may still take.
    stored: usize,
}

impl World {
    fn ledger(&self) -> Ledger {
        Ledger::with_storage("data", Arc::new(self.disk.clone()))
    }

    /// Appends on a disk that dies after `operations`; an acknowledged row counts.
    fn append_and_die(&mut self, operations: usize) {
        self.disk.die_at(self.disk.operations() + operations);
        self.append().ok();
    }

    fn append(&mut self) -> Result<(), String> {
        let number = self.stored;
        self.stored += 1;
        store_numbered(&self.ledger(), &FILE, number).map_err(|e| format!("append: {e}"))?;
        self.acked = self.stored;
        Ok(())
    }

    /// Checks the promise on a copy, then counts what is there.
    fn recover(&mut self, disk: CrashStorage) -> Result<(), String> {
        self.disk = disk;
        check_promise(
            &Ledger::with_storage("data", Arc::new(self.disk.after_kill())),
            &FILE,
            self.acked,
            self.stored,
        )?;
        self.stored = stored_numbers(&self.ledger(), &FILE)?.len();
        Ok(())
    }

    fn act(&mut self, action: &Action) -> Result<(), String> {
        match *action {
            Action::Append => {
                self.append()?;
            }
            Action::Kill(at) | Action::Full(at) => {
                self.append_and_die(at);
                self.recover(self.disk.after_kill())?;
            }
            Action::Cut(at, fates, tear) => {
                self.append_and_die(at);
                let cut = self.disk.after_power_cut(|number, bytes| match fates >> (number % 16) & 1 {
                    0 => Fate::Lost,
                    _ if tear < bytes => Fate::Torn(tear),
                    _ => Fate::Kept,
                });
                self.recover(cut)?;
            }
            Action::Reopen => self.recover(self.disk.after_kill())?,
            Action::Corrupt(at, change) => self.corrupt(at, change)?,
            Action::Read => {
                let seen = stored_numbers(&self.ledger(), &FILE)?;
                if seen.len() != self.stored {
                    return Err(format!("{} rows are stored, a reader sees {seen:?}", self.stored));
                }
            }
        }
        Ok(())
    }

    /// Any change of acknowledged bytes is seen by `verify`; what writers do about it is at most to refuse.
    fn corrupt(&self, at: usize, change: u8) -> Result<(), String> {
        let mut bytes = self.disk.bytes(PATH);
        // What the head does not cover yet was not acknowledged: changed, it may be a torn tail.
        let Some(head) = self.ledger().head(&FILE).map_err(|e| e.to_string())? else { return Ok(()) };
        let at = at % head.len as usize;
        bytes[at] ^= change;
        let copy = self.disk.after_kill();
        copy.set(PATH, bytes);
        let ledger = Ledger::with_storage("data", Arc::new(copy));
        let report = ledger.verify(&FILE, Recovery::Tail).map_err(|e| e.to_string())?;
        if report.status != Status::Damaged {
            return Err(format!("byte {at} was changed by {change:#x} and not seen: {:?}", report.issues));
        }
        match store_numbered(&ledger, &FILE, self.stored) {
            Err(error) if error.class() != ErrorClass::Damaged => Err(format!("the next append: {error}")),
            _ => Ok(()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/proptest-regressions/histories.txt",
        )))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_history_loses_an_acknowledged_row_or_shows_a_partial_one(actions in actions()) {
        let mut world = World { disk: CrashStorage::new(), acked: 0, stored: 0 };
        for (step, action) in actions.iter().enumerate() {
            let held = world.act(action);
            prop_assert!(held.is_ok(), "step {step}, {action:?}: {}", held.unwrap_err());
        }
        let held = world.recover(world.disk.after_kill());
        prop_assert!(held.is_ok(), "at the end: {}", held.unwrap_err());
    }
}
