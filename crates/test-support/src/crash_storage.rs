//! A disk in memory that knows what was synced, and shows every state that a power cut may leave.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracker_ledger::{OpenMode, Storage, StorageError, StorageFile, StorageLock};

/// What a power cut does to one change that was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// Nothing of it is on the disk.
    Lost,
    /// All of it is on the disk.
    Kept,
    /// Only the first bytes of a write are on the disk; other changes are lost.
    Torn(usize),
    /// The length of a write is on the disk and only its first bytes are, the rest reads as zeros; other changes
    /// are kept.
    Zeroed(usize),
}

/// A change of a file's bytes that was not synced.
#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

impl Change {
    fn apply(&self, held: &mut Vec<u8>, fate: Fate) {
        match (self, fate) {
            (_, Fate::Lost) | (Self::Truncate(_), Fate::Torn(_)) => {}
            (Self::Truncate(size), _) => held.resize(*size, 0),
            (Self::Write { offset, bytes }, fate) => {
                let (kept, end) = match fate {
                    Fate::Torn(kept) => (kept.min(bytes.len()), offset + kept.min(bytes.len())),
                    Fate::Zeroed(kept) => (kept.min(bytes.len()), offset + bytes.len()),
                    Fate::Lost | Fate::Kept => (bytes.len(), offset + bytes.len()),
                };
                held.resize(held.len().max(end), 0);
                held[*offset..*offset + kept].copy_from_slice(&bytes[..kept]);
                held[*offset + kept..end].fill(0);
            }
        }
    }
}

/// A change of a name that was not synced.
#[derive(Debug, Clone)]
enum Naming {
    Link(PathBuf, usize),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf, usize),
    Folder(PathBuf),
}

impl Naming {
    fn is_in(&self, dir: &Path) -> bool {
        let (Self::Link(path, _) | Self::Unlink(path) | Self::Rename(_, path, _) | Self::Folder(path)) = self;
        folder_of(path) == dir
    }

    fn apply(&self, names: &mut Names) {
        match self {
            Self::Link(path, inode) => _ = names.files.insert(path.clone(), *inode),
            Self::Unlink(path) => _ = names.files.remove(path),
            Self::Rename(from, to, inode) => {
                names.files.remove(from);
                names.files.insert(to.clone(), *inode);
            }
            Self::Folder(path) => _ = names.dirs.insert(path.clone()),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Names {
    files: BTreeMap<PathBuf, usize>,
    dirs: BTreeSet<PathBuf>,
}

/// The bytes of a file: what a process sees, what is safe, and the changes in between.
#[derive(Debug, Clone, Default)]
struct Inode {
    live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Default)]
struct Disk {
    inodes: Vec<Inode>,
    live: Names,
    durable: Names,
    pending: Vec<Naming>,
    locks: BTreeSet<PathBuf>,
    operations: usize,
    dies_at: Option<usize>,
}

/// A disk in memory with the least that a file system promises: bytes are safe after a sync of their file, names
/// after a sync of their folder, and anything else may be lost, kept or torn, each for itself.
///
/// ```
/// use std::path::Path;
/// use tracker_ledger::{OpenMode, Storage};
/// use tracker_test_support::{CrashStorage, Fate};
///
/// let disk = CrashStorage::new();
/// let mut file = disk.open(Path::new("a"), OpenMode::Append)?;
/// file.append(b"synced")?;
/// file.sync_data()?;
/// disk.sync_dir(Path::new("."))?;
/// file.append(b", and not")?;
/// assert_eq!(disk.unsynced(), 1);
/// assert_eq!(disk.after_power_cut(|_, _| Fate::Lost).bytes("a"), b"synced");
/// assert_eq!(disk.after_power_cut(|_, _| Fate::Torn(2)).bytes("a"), b"synced, ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CrashStorage(Arc<Mutex<Disk>>);

impl CrashStorage {
    /// Returns an empty disk whose current folder exists.
    #[must_use]
    pub fn new() -> Self {
        let disk = Self::default();
        disk.disk().live.dirs.insert(PathBuf::from("."));
        disk.disk().durable.dirs.insert(PathBuf::from("."));
        disk
    }

    /// Lets the process die before operation `number`, counted from 0: it and all later ones fail.
    pub fn die_at(&self, number: usize) {
        self.disk().dies_at = Some(number);
    }

    /// Returns how many operations were asked for so far.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.disk().operations
    }

    /// Returns how many changes a power cut could undo.
    #[must_use]
    pub fn unsynced(&self) -> usize {
        let disk = self.disk();
        disk.pending.len() + disk.inodes.iter().map(|inode| inode.pending.len()).sum::<usize>()
    }

    /// Returns the disk as another process finds it after this one was killed: nothing is lost, nothing is locked.
    #[must_use]
    pub fn after_kill(&self) -> Self {
        let disk = self.disk();
        Self(Arc::new(Mutex::new(Disk {
            inodes: disk.inodes.clone(),
            live: disk.live.clone(),
            durable: disk.durable.clone(),
            pending: disk.pending.clone(),
            ..Disk::default()
        })))
    }

    /// Returns the disk after a power cut. `fate` is asked once for each change that was not synced, with its
    /// number and the bytes that it writes (0 for names and cuts).
    #[must_use]
    pub fn after_power_cut(&self, mut fate: impl FnMut(usize, usize) -> Fate) -> Self {
        let disk = self.disk();
        let mut names = disk.durable.clone();
        let mut number = 0..;
        let mut next = |bytes: usize| fate(number.next().unwrap_or_default(), bytes);
        for naming in &disk.pending {
            if matches!(next(0), Fate::Kept | Fate::Zeroed(_)) {
                naming.apply(&mut names);
            }
        }
        let mut inodes = Vec::with_capacity(disk.inodes.len());
        for inode in &disk.inodes {
            let mut held = inode.durable.clone();
            for change in &inode.pending {
                let bytes = if let Change::Write { bytes, .. } = change { bytes.len() } else { 0 };
                change.apply(&mut held, next(bytes));
            }
            inodes.push(Inode { live: held.clone(), durable: held, pending: Vec::new() });
        }
        // What stands in a folder whose own name was lost is lost with it.
        let dirs = names.dirs.clone();
        let reachable =
            |path: &Path| path.ancestors().skip(1).all(|dir| dir == Path::new("") || dirs.contains(dir));
        names.files.retain(|path, _| reachable(path));
        names.dirs.retain(|path| path == Path::new(".") || reachable(path));
        let (live, durable) = (names.clone(), names);
        Self(Arc::new(Mutex::new(Disk { inodes, live, durable, ..Disk::default() })))
    }

    /// Returns the bytes of a file as a process sees them; none when it does not exist.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let disk = self.disk();
        let inode = disk.live.files.get(Path::new(path)).and_then(|inode| disk.inodes.get(*inode));
        inode.map(|inode| inode.live.clone()).unwrap_or_default()
    }

    /// Sets the bytes of a file for good, as another program would.
    pub fn set(&self, path: &str, bytes: Vec<u8>) {
        let mut disk = self.disk();
        let inode = disk.inodes.len();
        disk.inodes.push(Inode { live: bytes.clone(), durable: bytes, pending: Vec::new() });
        disk.live.files.insert(PathBuf::from(path), inode);
        disk.durable.files.insert(PathBuf::from(path), inode);
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation, and fails when the process is dead.
    fn step(&self) -> io::Result<MutexGuard<'_, Disk>> {
        let mut disk = self.disk();
        let number = disk.operations;
        disk.operations += 1;
        if disk.dies_at.is_some_and(|at| number >= at) {
            return Err(io::Error::other("the process is dead"));
        }
        Ok(disk)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn not_found() -> StorageError {
    io::Error::from(io::ErrorKind::NotFound).into()
}

impl Storage for CrashStorage {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Box<dyn StorageFile>, StorageError> {
        let mut disk = if mode == OpenMode::Read { self.disk() } else { self.step()? };
        let inode = match (disk.live.files.get(path), mode) {
            (Some(inode), _) => *inode,
            (None, mode) if mode.needs_a_file() => return Err(not_found()),
            (None, _) if !disk.live.dirs.contains(folder_of(path)) => return Err(not_found()),
            (None, _) => {
                let inode = disk.inodes.len();
                disk.inodes.push(Inode::default());
                disk.live.files.insert(path.to_path_buf(), inode);
                disk.pending.push(Naming::Link(path.to_path_buf(), inode));
                inode
            }
        };
        Ok(Box::new(CrashFile { storage: self.clone(), inode }))
    }

    fn create_dir(&self, dir: &Path) -> Result<bool, StorageError> {
        if self.disk().live.dirs.contains(dir) {
            return Ok(false);
        }
        let mut disk = self.step()?;
        if !disk.live.dirs.contains(folder_of(dir)) {
            return Err(not_found());
        }
        disk.pending.push(Naming::Folder(dir.to_path_buf()));
        Ok(disk.live.dirs.insert(dir.to_path_buf()))
    }

    fn list(&self, dir: &Path) -> Result<Vec<String>, StorageError> {
        let disk = self.disk();
        let inside = disk.live.files.keys().filter(|path| folder_of(path) == dir);
        Ok(inside.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError> {
        let mut disk = self.step()?;
        let inode = disk.live.files.remove(from).ok_or_else(not_found)?;
        disk.live.files.insert(to.to_path_buf(), inode);
        disk.pending.push(Naming::Rename(from.to_path_buf(), to.to_path_buf(), inode));
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        let mut disk = self.step()?;
        disk.live.files.remove(path).ok_or_else(not_found)?;
        disk.pending.push(Naming::Unlink(path.to_path_buf()));
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), StorageError> {
        let mut disk = self.step()?;
        let (safe, pending) = std::mem::take(&mut disk.pending).into_iter().partition(|name| name.is_in(dir));
        disk.pending = pending;
        let safe: Vec<Naming> = safe;
        safe.iter().for_each(|naming| naming.apply(&mut disk.durable));
        Ok(())
    }

    fn try_lock(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        let is_free = self.step()?.locks.insert(path.to_path_buf());
        Ok(is_free.then(|| Box::new(Held(self.clone(), path.to_path_buf())) as Box<dyn StorageLock>))
    }
}

#[derive(Debug)]
struct Held(CrashStorage, PathBuf);

impl StorageLock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.disk().locks.remove(&self.1);
    }
}

#[derive(Debug)]
struct CrashFile {
    storage: CrashStorage,
    inode: usize,
}

impl CrashFile {
    fn change(&self, make: impl FnOnce(&Inode) -> Change) -> io::Result<()> {
        let mut disk = self.storage.step()?;
        let inode = disk.inodes.get_mut(self.inode).ok_or(io::ErrorKind::NotFound)?;
        let change = make(inode);
        change.apply(&mut inode.live, Fate::Kept);
        inode.pending.push(change);
        Ok(())
    }

    fn look<T>(&self, look: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        let disk = self.storage.disk();
        Ok(look(&disk.inodes.get(self.inode).ok_or(io::ErrorKind::NotFound)?.live))
    }
}

impl StorageFile for CrashFile {
    fn size(&self) -> io::Result<u64> {
        self.look(|held| held.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.look(|held| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let rest = held.get(start..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            read
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.change(|inode| Change::Write { offset: inode.live.len(), bytes: bytes.to_vec() })?;
        Ok(bytes.len())
    }

    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let offset = usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.change(|_| Change::Write { offset, bytes: bytes.to_vec() })?;
        Ok(bytes.len())
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        let size = usize::try_from(size).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.change(|_| Change::Truncate(size))
    }

    fn sync_data(&mut self) -> io::Result<()> {
        let mut disk = self.storage.step()?;
        let inode = disk.inodes.get_mut(self.inode).ok_or(io::ErrorKind::NotFound)?;
        inode.pending.clear();
        inode.durable = inode.live.clone();
        Ok(())
    }
}
