//! The secret that makes pseudonyms stable on one machine and useless on another.

use crate::atomic;
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::lock;
use crate::storage::{OpenMode, read_full_at};

const SALT_BYTES: usize = 32;

impl Ledger {
    /// Returns the salt of the data folder (`.salt`, 32 bytes, 0600), or `None` when there is none yet.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = tracker_ledger::Ledger::open(dir.path());
    /// assert_eq!(ledger.salt()?, None);
    /// assert_eq!(ledger.salt_or_create([7; 32])?, [7; 32]);
    /// assert_eq!(ledger.salt_or_create([8; 32])?, [7; 32]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when it cannot be read; [`LedgerError::Refused`] when it has another length: a new one
    /// would give every account a second pseudonym.
    pub fn salt(&self) -> Result<Option<[u8; SALT_BYTES]>, LedgerError> {
        let path = self.dir().salt();
        let file = match self.storage().open(&path, OpenMode::Read) {
            Err(error) if error.is_not_found() => return Ok(None),
            result => result.map_err(LedgerError::storage("read", &path))?,
        };
        // One more than there should be, to see that there is no more.
        let mut bytes = [0; SALT_BYTES + 1];
        let filled = read_full_at(&*file, &mut bytes, 0).map_err(LedgerError::io("read", &path))?;
        match bytes.first_chunk() {
            Some(salt) if filled == SALT_BYTES => Ok(Some(*salt)),
            _ => Err(LedgerError::Refused {
                path,
                reason: format!("a salt has {SALT_BYTES} bytes"),
                hint: "restore it from a copy; without it accounts get new pseudonyms".into(),
            }),
        }
    }

    /// Returns the salt, made of `random` when there is none yet.
    ///
    /// # Errors
    /// As [`Ledger::salt`], and when it cannot be written.
    pub fn salt_or_create(&self, random: [u8; SALT_BYTES]) -> Result<[u8; SALT_BYTES], LedgerError> {
        if let Some(salt) = self.salt()? {
            return Ok(salt);
        }
        atomic::ensure_dir(self.storage(), self.dir().path())?;
        // Two first captures at once must agree on one salt.
        let path = self.dir().salt();
        let _lock = lock::lock(
            self.storage(),
            &path.with_extension("lock"),
            &path.with_extension("line"),
            self.lock_timeout(),
        )?;
        if let Some(salt) = self.salt()? {
            return Ok(salt);
        }
        atomic::write_locked(self.storage(), &path, &random)?;
        Ok(random)
    }
}
