//! Source files that nothing compiles: a test in one of them passes by never running.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use crate::fixture::walk;

/// Returns the `.rs` files below `src` and `tests` of the crate at `manifest_dir` that no `mod` line names.
///
/// ```
/// assert_eq!(tracker_test_support::orphans(env!("CARGO_MANIFEST_DIR")), Vec::<std::path::PathBuf>::new());
/// ```
#[must_use]
pub fn orphans(manifest_dir: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut orphans = Vec::new();
    for root in ["src", "tests"].map(|folder| manifest_dir.as_ref().join(folder)) {
        let sources: Vec<(PathBuf, String)> = walk(&root)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .map(|path| (path.clone(), fs::read_to_string(&path).unwrap_or_default()))
            .collect();
        let named: HashSet<PathBuf> = sources.iter().flat_map(|(path, text)| named(path, text)).collect();
        let found = sources.iter().map(|(path, _)| path);
        orphans.extend(
            found.filter(|path| !is_cargo_target(&root, path) && !named.contains(&module(path))).cloned(),
        );
    }
    orphans
}

/// Returns true for the files that cargo finds by itself.
fn is_cargo_target(root: &Path, path: &Path) -> bool {
    let folder = path.parent();
    let is_main = path.file_name().is_some_and(|name| name == "main.rs");
    let is_direct = folder == Some(root);
    if root.ends_with("tests") {
        return is_direct || (is_main && folder.and_then(Path::parent) == Some(root));
    }
    let is_bin = folder.is_some_and(|folder| folder.starts_with(root.join("bin")));
    (is_direct && (is_main || path.ends_with("lib.rs"))) || is_bin
}

/// Returns the module that a file holds, as a path without an ending: `x/mod.rs` and `x.rs` are both `x`.
fn module(path: &Path) -> PathBuf {
    let module = path.with_extension("");
    match module.parent() {
        Some(folder) if module.ends_with("mod") => folder.to_owned(),
        _ => module,
    }
}

/// Returns the modules that the `mod` and `#[path]` lines of the file at `path` name.
fn named(path: &Path, text: &str) -> Vec<PathBuf> {
    let beside = path.parent().unwrap_or(path);
    let base = if is_folder_root(path) { beside.to_owned() } else { path.with_extension("") };
    let mut named = Vec::new();
    // The modules written inline around the line: each is a folder for the files named in it.
    let mut around: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        let words = line.trim();
        let indent = line.len() - line.trim_start().len();
        if words.starts_with('}') {
            around.retain(|(outer, _)| *outer < indent);
        } else if let Some(name) = declared(words, ';') {
            let folder = around.iter().fold(base.clone(), |folder, (_, name)| folder.join(name));
            named.push(folder.join(name));
        } else if let Some(name) = declared(words, '{') {
            around.push((indent, name));
        } else if let Some(file) = words.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]"))
        {
            named.push(module(&beside.join(file)));
        }
    }
    named
}

/// Returns the name in `mod name;` or `pub(crate) mod name {`.
fn declared(line: &str, end: char) -> Option<&str> {
    let (before, name) = line.strip_suffix(end)?.trim_end().rsplit_once("mod ")?;
    (before.is_empty() || before.starts_with("pub")).then_some(name)
}

/// Returns true for a file whose modules lie beside it: a crate root or a `mod.rs`.
fn is_folder_root(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let in_tests = path.parent().is_some_and(|folder| folder.ends_with("tests") || folder.ends_with("bin"));
    matches!(name.as_str(), "lib.rs" | "main.rs" | "mod.rs") || in_tests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TestEnv;

    #[test]
    fn only_what_no_one_names_is_found() {
        let env = TestEnv::new("unused");
        let files = [
            ("src/lib.rs", "mod a;\npub mod deep;\n// mod commented;\n"),
            ("src/a.rs", "mod inner;\n"),
            ("src/a/inner.rs", ""),
            ("src/deep/mod.rs", "pub(crate) mod leaf;\n#[path = \"odd name.rs\"]\nmod odd;\n"),
            ("src/deep/leaf.rs", ""),
            ("src/deep/odd name.rs", ""),
            ("src/commented.rs", ""),
            ("src/bin/tool.rs", ""),
            ("tests/cli.rs", "mod common;\n"),
            ("tests/common/mod.rs", ""),
            ("tests/all/main.rs", "mod alias;\n"),
            ("tests/all/alias.rs", ""),
            ("tests/all/forgotten.rs", ""),
            ("tests/stories.rs", "mod stories {\n    pub mod steps;\n}\nmod near;\n"),
            ("tests/stories/steps.rs", ""),
            ("tests/stories/near.rs", ""),
        ];
        for (path, text) in files {
            env.write(path, text);
        }
        let found = orphans(env.work());
        assert_eq!(
            found,
            ["src/commented.rs", "tests/all/forgotten.rs", "tests/stories/near.rs"]
                .map(|path| env.work().join(path))
        );
    }
}
