//! `docs`: the documents that are made from the program, and the check that none is out of date.

mod cli;
mod providers;
mod schemas;

use std::{fs, path::Path};

use crate::{Failure, demo, place};

/// A generated document: its path below the root, and its text.
#[derive(Debug, Clone)]
struct Document {
    path: String,
    text: String,
}

/// Builds the tools and writes every generated document that differs.
pub(crate) fn write() -> Result<(), Failure> {
    demo::build_debug()?;
    for document in documents()? {
        let path = place::root().join(&document.path);
        if current(&path) != document.text {
            let folder = path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, &document.text))
                .map_err(|e| format!("cannot write {}: {e}", document.path))?;
            println!("wrote {}", document.path);
        }
    }
    Ok(())
}

/// Builds the tools and tells which generated documents are out of date.
pub(crate) fn check() -> Result<(), Failure> {
    demo::build_debug()?;
    check_built()
}

/// Does the work of [`check`] with the unoptimized binaries that a test run has left.
pub(crate) fn check_built() -> Result<(), Failure> {
    let documents = documents()?;
    let differs = |document: &&Document| current(&place::root().join(&document.path)) != document.text;
    let mut stale: Vec<String> =
        documents.iter().filter(differs).map(|document| document.path.clone()).collect();
    stale.extend(left_over(&documents));
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!("out of date: {} (run `cargo xtask docs` and look at the difference)", stale.join(", ")))
    }
}

/// Returns the files in the generated folders that nothing generates any more.
fn left_over(documents: &[Document]) -> Vec<String> {
    let folders = ["docs/cli", "docs/schemas"].map(|folder| place::files(&place::root().join(folder)));
    let there = folders.concat().into_iter().map(|file| place::shown(&file));
    let gone =
        there.filter(|path| !path.ends_with("README.md") && documents.iter().all(|made| made.path != *path));
    gone.map(|path| format!("{path} (delete it)")).collect()
}

/// Returns the text of a document as it is, with the line ends that git may have changed on a checkout.
fn current(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

fn documents() -> Result<Vec<Document>, Failure> {
    Ok([cli::documents()?, schemas::documents(), providers::documents()?].concat())
}
