//! Where things are: the repository, its crates, its build directory.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Returns the names of the folders in `crates/`, sorted.
pub(crate) fn crates() -> Vec<String> {
    folders(&root().join("crates"))
}

/// Returns the names of the folders in `folder`, sorted; none when it does not exist.
pub(crate) fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Returns every file below `folder`, sorted, without what git does not keep (`target`, hidden folders).
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if name == ".github" || name == ".ci" || !(name.starts_with('.') || name == "target") {
                    files.extend(self::files(&entry.path()));
                }
            }
            _ => files.push(entry.path()),
        }
    }
    files.sort();
    files
}

/// Returns a path relative to the root, with `/` between folders.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Returns the build directory: this program lies in `<build dir>/debug`, wherever cargo was told to build.
pub(crate) fn build_dir() -> PathBuf {
    let own = env::current_exe().unwrap_or_default();
    let build_dir = own.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    build_dir.map_or_else(|| root().join("target"), Path::to_owned)
}

/// Returns a binary of the release build.
pub(crate) fn release_binary(name: &str) -> PathBuf {
    build_dir().join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Returns a binary of the unoptimized build.
pub(crate) fn debug_binary(name: &str) -> PathBuf {
    build_dir().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Returns the tools that this tree has: the crates that hold a `main.rs`.
pub(crate) fn tools() -> Vec<String> {
    crates()
        .into_iter()
        .filter(|name| root().join("crates").join(name).join("src/main.rs").exists())
        .collect()
}
