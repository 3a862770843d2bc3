//! `docs`: the documents that are made from the program, and the check that none is out of date.

mod cli;

use std::{fs, path::Path};

use crate::{Failure, demo, place};

/// A generated document: its path below the root, and its text.
struct Document {
    path: String,
    text: String,
}

/// Builds the tools and writes every generated document that differs.
pub(crate) fn write() -> Result<(), Failure> {
    demo::build()?;
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
    demo::build()?;
    check_built()
}

/// Does the work of [`check`] with release binaries that are there already.
pub(crate) fn check_built() -> Result<(), Failure> {
    let stale: Vec<String> = documents()?
        .into_iter()
        .filter(|document| current(&place::root().join(&document.path)) != document.text)
        .map(|document| document.path)
        .collect();
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!("out of date: {} (run `cargo xtask docs` and look at the difference)", stale.join(", ")))
    }
}

/// Returns the text of a document as it is, with the line ends that git may have changed on a checkout.
fn current(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

fn documents() -> Result<Vec<Document>, Failure> {
    cli::documents()
}
