//! The [`Load`] of the commits between two commits, read from the files at both ends.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Read};

use crate::commit::CommitId;
use crate::error::ChurnError;
use crate::git::Repo;
use crate::load::Load;
use crate::numstat::{self, FileStat};
use crate::paths::PathFilter;
use crate::source::{SourceFigures, figures};
use crate::survey::learn_attributes;

/// The longest chain of imports that is followed.
const DEEPEST: usize = 256;
/// A file above this size says nothing.
const LARGEST: usize = 4 << 20;

/// Returns the load of a range, but for the size of its plan, which lies outside of git.
///
/// # Errors
/// [`ChurnError::Git`].
pub fn range_load(
    repo: &Repo,
    start: &CommitId,
    end: &CommitId,
    filter: &PathFilter,
) -> Result<Load, ChurnError> {
    let (start, end) = (start.as_str(), end.as_str());
    let diff = [
        "diff",
        "--numstat",
        "-z",
        "-M",
        "--no-ext-diff",
        "--no-textconv",
        "--end-of-options",
        start,
        end,
        "--",
    ];
    let mut files = numstat::parse(&repo.output(&diff)?)?;
    let mut filter = filter.clone();
    let paths = || Ok(files.iter().map(|file| file.path.clone()).collect());
    learn_attributes(
        repo,
        &end.parse().map_err(|_| ChurnError::unreadable("diff", "no commit"))?,
        &mut filter,
        paths,
    )?;
    files.retain(|file| filter.counts(&file.path));
    let after = contents(repo, end, files.iter().map(|file| file.path.as_slice()))?;
    let old_path = |file: &FileStat| file.old_path.clone().unwrap_or_else(|| file.path.clone());
    let old_paths: Vec<Vec<u8>> = files.iter().map(old_path).collect();
    let before = contents(repo, start, old_paths.iter().map(Vec::as_slice))?;
    let folder =
        |file: &FileStat| file.path.rsplitn(2, |b| *b == b'/').nth(1).map(<[u8]>::to_vec).unwrap_or_default();
    let mut load = Load {
        files_touched: Some(count(files.len())),
        module_spread: Some(count(files.iter().map(folder).collect::<BTreeSet<_>>().len())),
        ..Load::default()
    };
    if after.is_empty() && before.is_empty() {
        // No file of a known language: the rest cannot be computed.
        return Ok(load);
    }
    let decisions =
        |side: &BTreeMap<String, SourceFigures>| side.values().map(|of| of.decisions).sum::<u64>();
    let (new, old) = (decisions(&after), decisions(&before));
    load.cyclomatic_delta =
        Some(count(usize::try_from(new).unwrap_or(0)) - count(usize::try_from(old).unwrap_or(0)));
    let interface = |side: &BTreeMap<String, SourceFigures>| -> BTreeSet<String> {
        side.values().flat_map(|of| of.interface.iter().cloned()).collect()
    };
    load.interface_delta = Some(count(interface(&after).symmetric_difference(&interface(&before)).count()));
    let (depth, refs) = references(&after, &all_paths(repo, end)?);
    (load.dep_depth, load.cross_refs) = (Some(count(depth)), Some(count(refs)));
    Ok(load)
}

#[expect(clippy::cast_precision_loss, reason = "counts in a repository lie far below 2^53")]
fn count(n: usize) -> f64 {
    n as f64
}

/// Returns the figures of the files of a commit, by path; files of unknown languages and absent ones are left out.
fn contents<'p>(
    repo: &Repo,
    commit: &str,
    paths: impl Iterator<Item = &'p [u8]>,
) -> Result<BTreeMap<String, SourceFigures>, ChurnError> {
    // A line is a request, so a path with a line end cannot be asked for.
    let names: Vec<&str> =
        paths.filter_map(|path| std::str::from_utf8(path).ok()).filter(|path| !path.contains('\n')).collect();
    let known = names.into_iter().filter(|path| figures(path, "").is_some()).collect::<Vec<_>>();
    let input: String = known.iter().map(|path| format!("{commit}:{path}\n")).collect();
    repo.stream(&["cat-file", "--batch"], input.into_bytes(), |out| {
        let mut found = BTreeMap::new();
        for path in known {
            if let Some(text) = blob(out)?
                && let Some(of) = figures(path, &text)
            {
                found.insert(path.to_owned(), of);
            }
        }
        Ok(found)
    })
}

/// Reads one answer of `git cat-file --batch`: `<id> <type> <size> LF <content> LF`, or `<request> missing LF`.
fn blob(out: &mut dyn BufRead) -> Result<Option<String>, ChurnError> {
    let failed = |cause: std::io::Error| ChurnError::unreadable("cat-file", cause.to_string());
    let mut header = Vec::new();
    out.read_until(b'\n', &mut header).map_err(failed)?;
    let header = String::from_utf8_lossy(&header);
    let Some(size) = header.trim_end().rsplit(' ').next().and_then(|word| word.parse::<u64>().ok()) else {
        return Ok(None);
    };
    let mut text = Vec::new();
    Read::take(&mut *out, size + 1).read_to_end(&mut text).map_err(failed)?;
    text.pop();
    Ok((text.len() <= LARGEST).then(|| String::from_utf8_lossy(&text).into_owned()))
}

fn all_paths(repo: &Repo, commit: &str) -> Result<Vec<String>, ChurnError> {
    let said = repo.output(&["ls-tree", "-r", "-z", "--name-only", "--end-of-options", commit])?;
    Ok(said.split(|b| *b == 0).map(|path| String::from_utf8_lossy(path).into_owned()).collect())
}

/// Returns the longest chain of imports among the changed files, and how many imports name other files.
fn references(changed: &BTreeMap<String, SourceFigures>, all: &[String]) -> (usize, usize) {
    let mut by_name: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in all {
        by_name.entry(module(path)).or_default().insert(path);
    }
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut outside = BTreeSet::new();
    for (path, of) in changed {
        let named = of.imports.iter().filter_map(|word| by_name.get(word.as_str())).flatten();
        for target in named.copied().filter(|target| *target != path && same_kind(target, path)) {
            if changed.contains_key(target) {
                edges.entry(path).or_default().insert(target);
            } else {
                outside.insert((path, target));
            }
        }
    }
    let mut depths = BTreeMap::new();
    let depth = changed.keys().map(|path| depth(path, &edges, &mut depths, &mut BTreeSet::new())).max();
    (depth.unwrap_or(0), outside.len())
}

/// Returns the name by which a file is imported: its stem, or its folder's name for `mod.rs`, `index.ts` and the like.
fn module(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let stem = parts.next().and_then(|name| name.split('.').next()).unwrap_or_default();
    if matches!(stem, "mod" | "index" | "__init__") { parts.next().unwrap_or(stem) } else { stem }
}

fn same_kind(a: &str, b: &str) -> bool {
    a.rsplit_once('.').map(|(_, ending)| ending) == b.rsplit_once('.').map(|(_, ending)| ending)
}

/// Returns the longest chain from a file on; a circle is walked once.
fn depth<'p>(
    path: &'p str,
    edges: &BTreeMap<&'p str, BTreeSet<&'p str>>,
    known: &mut BTreeMap<&'p str, usize>,
    above: &mut BTreeSet<&'p str>,
) -> usize {
    if let Some(depth) = known.get(path) {
        return *depth;
    }
    // A chain as long as this is no longer told apart, so that no repository exhausts the stack.
    if above.len() >= DEEPEST || !above.insert(path) {
        return 0;
    }
    let next = edges.get(path).into_iter().flatten();
    let found = next.filter(|next| !above.contains(*next)).copied().collect::<Vec<_>>();
    let longest = found.into_iter().map(|next| 1 + depth(next, edges, known, above)).max().unwrap_or(0);
    above.remove(path);
    known.insert(path, longest);
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_and_outside_references_are_counted() {
        let of = |imports: &[&str]| {
            let imports = imports.iter().map(|word| (*word).to_owned()).collect();
            SourceFigures { imports, ..SourceFigures::default() }
        };
        let changed = BTreeMap::from([
            ("src/a.rs".to_owned(), of(&["b", "crate"])),
            ("src/b.rs".to_owned(), of(&["c", "deep"])),
            ("src/c.rs".to_owned(), of(&["a"])),
        ]);
        let all = ["src/a.rs", "src/b.rs", "src/c.rs", "src/deep/mod.rs", "web/deep.ts"].map(str::to_owned);
        assert_eq!(references(&changed, &all), (2, 1), "a circle is walked once; deep is another file");
    }
}
