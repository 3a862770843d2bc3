//! Source files that nothing compiles: a test in one of them passes by never running.

use std::{
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
        let found = sources.iter().map(|(path, _)| path).filter(|path| {
            !is_cargo_target(&root, path)
                && !sources.iter().any(|(parent, text)| declares(parent, text, path))
        });
        orphans.extend(found.cloned());
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

/// Returns true if `parent`, whose source is `text`, has a `mod` line that compiles `path`.
fn declares(parent: &Path, text: &str, path: &Path) -> bool {
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else { return false };
    // `x/mod.rs` is declared as `x` one folder up.
    let (folder, stem) = match (folder.parent(), folder.file_name()) {
        (Some(upper), Some(name)) if stem == "mod" => (upper, name),
        _ => (folder, stem),
    };
    let stem = stem.to_string_lossy();
    let by_path = parent.parent().is_some_and(|near| {
        path.strip_prefix(near).is_ok_and(|relative| {
            text.contains(&format!("#[path = \"{}\"]", relative.to_string_lossy().replace('\\', "/")))
        })
    });
    let owns_folder = if is_folder_root(parent) {
        parent.parent() == Some(folder)
    } else {
        parent.with_extension("") == folder
    };
    let line = format!("mod {stem};");
    by_path || (owns_folder && text.lines().any(|text| text.trim_end().ends_with(&line) && !is_comment(text)))
}

/// Returns true for a file whose modules lie beside it: a crate root or a `mod.rs`.
fn is_folder_root(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let in_tests = path.parent().is_some_and(|folder| folder.ends_with("tests") || folder.ends_with("bin"));
    matches!(name.as_str(), "lib.rs" | "main.rs" | "mod.rs") || in_tests
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
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
        ];
        for (path, text) in files {
            env.write(path, text);
        }
        let found = orphans(env.work());
        assert_eq!(found, ["src/commented.rs", "tests/all/forgotten.rs"].map(|path| env.work().join(path)));
    }
}
