//! A disk in memory that logs every operation and fails, shortens, forgets or dies at the n-th.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tracker_ledger::{OpenMode, Storage, StorageError, StorageFile, StorageLock};

/// What happens at the chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails and does nothing.
    Error(io::ErrorKind),
    /// A write takes only so many bytes; other operations are as always.
    Short(usize),
    /// The disk is full after so many bytes of a write, until a file is cut.
    Full(usize),
    /// A write says that it was done, and was not.
    Lie,
    /// The process dies: a write takes so many bytes, and nothing works from then on.
    Death(usize),
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<PathBuf, Vec<u8>>,
    dirs: BTreeSet<PathBuf>,
    locks: BTreeSet<PathBuf>,
    log: Vec<String>,
    fault: Option<(usize, Fault)>,
    is_dead: bool,
    is_full: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<State>>);

impl Memory {
    pub(crate) fn new() -> Self {
        let memory = Self::default();
        memory.0.lock().unwrap().dirs.insert(PathBuf::from("."));
        memory
    }

    /// The same bytes after the faulty process is gone: no fault, no locks, an empty log.
    pub(crate) fn after_restart(&self) -> Self {
        let state = self.0.lock().unwrap();
        let kept = State { files: state.files.clone(), dirs: state.dirs.clone(), ..State::default() };
        Self(Arc::new(Mutex::new(kept)))
    }

    /// Sets what happens at operation `number`, counted from 0.
    pub(crate) fn fail_at(&self, number: usize, fault: Fault) {
        self.0.lock().unwrap().fault = Some((number, fault));
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.0.lock().unwrap().log.clone()
    }

    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        self.0.lock().unwrap().files.get(Path::new(path)).cloned().unwrap_or_default()
    }

    pub(crate) fn set(&self, path: &str, bytes: Vec<u8>) {
        self.0.lock().unwrap().files.insert(PathBuf::from(path), bytes);
    }

    pub(crate) fn remove_file(&self, path: &str) {
        self.0.lock().unwrap().files.remove(Path::new(path));
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.0.lock().unwrap().files.keys().map(|path| path.display().to_string()).collect()
    }

    /// Logs an operation and returns the fault that hits it, unless that is a plain error.
    fn step(&self, name: &str, path: &Path) -> io::Result<Option<Fault>> {
        let mut state = self.0.lock().unwrap();
        if state.is_dead {
            return Err(io::Error::other("dead"));
        }
        let number = state.log.len();
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        state.log.push(format!("{name} {file}"));
        match state.fault.filter(|(at, _)| *at == number) {
            Some((_, Fault::Error(kind))) => Err(io::Error::from(kind)),
            Some((_, Fault::Death(taken))) => {
                state.is_dead = true;
                if name == "append" { Ok(Some(Fault::Death(taken))) } else { Err(io::Error::other("dead")) }
            }
            Some((_, Fault::Full(taken))) if name == "append" => {
                state.is_full = true;
                Ok(Some(Fault::Short(taken)))
            }
            _ if state.is_full && name == "append" => Err(io::Error::from(io::ErrorKind::StorageFull)),
            found => {
                state.is_full &= name != "truncate";
                Ok(found.map(|(_, fault)| fault))
            }
        }
    }
}

impl Storage for Memory {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Box<dyn StorageFile>, StorageError> {
        let exists = self.0.lock().unwrap().files.contains_key(path);
        if mode == OpenMode::Read && !exists {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        }
        if mode != OpenMode::Read {
            self.step("open", path)?;
            self.0.lock().unwrap().files.entry(path.to_path_buf()).or_default();
        }
        Ok(Box::new(MemoryFile { memory: self.clone(), path: path.to_path_buf() }))
    }

    fn create_dir(&self, dir: &Path) -> Result<bool, StorageError> {
        if self.0.lock().unwrap().dirs.contains(dir) {
            return Ok(false);
        }
        self.step("create_dir", dir)?;
        Ok(self.0.lock().unwrap().dirs.insert(dir.to_path_buf()))
    }

    fn list(&self, dir: &Path) -> Result<Vec<String>, StorageError> {
        let state = self.0.lock().unwrap();
        let inside = state.files.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError> {
        self.step("rename", to)?;
        let mut state = self.0.lock().unwrap();
        let bytes = state.files.remove(from).ok_or(io::ErrorKind::NotFound).map_err(io::Error::from)?;
        state.files.insert(to.to_path_buf(), bytes);
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        self.step("remove", path)?;
        self.0.lock().unwrap().files.remove(path);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), StorageError> {
        self.step("sync_dir", dir)?;
        Ok(())
    }

    fn try_lock(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        self.step("lock", path)?;
        let is_free = self.0.lock().unwrap().locks.insert(path.to_path_buf());
        Ok(is_free.then(|| Box::new(Held(self.clone(), path.to_path_buf())) as Box<dyn StorageLock>))
    }
}

#[derive(Debug)]
struct Held(Memory, PathBuf);
impl StorageLock for Held {}
impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().locks.remove(&self.1);
    }
}

#[derive(Debug)]
struct MemoryFile {
    memory: Memory,
    path: PathBuf,
}

impl MemoryFile {
    fn change<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        change(self.memory.0.lock().unwrap().files.entry(self.path.clone()).or_default())
    }
}

impl StorageFile for MemoryFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.change(|bytes| bytes.len() as u64))
    }
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(self.change(|bytes| {
            let rest = bytes.get(offset as usize..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            read
        }))
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self.memory.step("append", &self.path)? {
            Some(Fault::Lie) => return Ok(bytes.len()),
            Some(Fault::Short(taken) | Fault::Death(taken)) => taken.min(bytes.len()),
            Some(Fault::Error(_) | Fault::Full(_)) | None => bytes.len(),
        };
        self.change(|held| held.extend_from_slice(&bytes[..taken]));
        Ok(taken)
    }
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.memory.step("write_at", &self.path)?;
        self.change(|held| {
            let end = offset as usize + bytes.len();
            held.resize(held.len().max(end), 0);
            held[offset as usize..end].copy_from_slice(bytes);
        });
        Ok(bytes.len())
    }
    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.memory.step("truncate", &self.path)?;
        self.change(|bytes| bytes.resize(size as usize, 0));
        Ok(())
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.memory.step("sync", &self.path)?;
        Ok(())
    }
}
