//! Which files count: not what a program wrote or somebody else, and only what was asked for.

use std::collections::BTreeMap;

/// Patterns of generated and vendored files, in the words of [`matches()`]. Taken from what linguist takes as such
/// (github-linguist, `vendor.yml` and `generated.rb`), cut to what is common.
pub const DEFAULT_EXCLUDES: [&str; 24] = [
    "vendor/",
    "vendored/",
    "third_party/",
    "third-party/",
    "node_modules/",
    "bower_components/",
    "target/",
    "dist/",
    "__pycache__/",
    "*.min.js",
    "*.min.css",
    "*.js.map",
    "*.pb.go",
    "*_pb2.py",
    "*.generated.*",
    "*.snap",
    "Cargo.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "uv.lock",
    "Gemfile.lock",
    "go.sum",
];

/// Says which files count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFilter {
    only: Vec<String>,
    excludes: Vec<String>,
    /// What the repository's `.gitattributes` say: `true` generated or vendored, `false` expressly not.
    attributes: BTreeMap<Vec<u8>, bool>,
}

impl Default for PathFilter {
    /// Leaves out generated and vendored files.
    fn default() -> Self {
        let excludes = DEFAULT_EXCLUDES.map(str::to_owned).to_vec();
        Self { only: Vec::new(), excludes, attributes: BTreeMap::new() }
    }
}

impl PathFilter {
    /// Returns a filter that lets every file pass.
    ///
    /// ```
    /// use tracker_churn::PathFilter;
    /// assert!(PathFilter::everything().counts(b"vendor/x.js"));
    /// ```
    #[must_use]
    pub fn everything() -> Self {
        Self { only: Vec::new(), excludes: Vec::new(), attributes: BTreeMap::new() }
    }

    /// Lets only these patterns pass; none means all.
    #[must_use]
    pub fn with_only(mut self, patterns: impl IntoIterator<Item = String>) -> Self {
        self.only.extend(patterns);
        self
    }

    /// Leaves these patterns out, too.
    #[must_use]
    pub fn with_excludes(mut self, patterns: impl IntoIterator<Item = String>) -> Self {
        self.excludes.extend(patterns);
        self
    }

    /// Adds what `.gitattributes` say; they go before the patterns.
    pub(crate) fn learn(&mut self, attributes: BTreeMap<Vec<u8>, bool>) {
        self.attributes.extend(attributes);
    }

    /// Returns true when `.gitattributes` matter.
    pub(crate) fn asks_attributes(&self) -> bool {
        !self.excludes.is_empty()
    }

    /// Returns true for a file that counts.
    ///
    /// ```
    /// use tracker_churn::PathFilter;
    /// let filter = PathFilter::default().with_only(["src".to_owned()]);
    /// assert!(filter.counts(b"src/main.rs"));
    /// assert!(!filter.counts(b"src/vendor/x.rs") && !filter.counts(b"docs/a.md"));
    /// ```
    #[must_use]
    pub fn counts(&self, path: &[u8]) -> bool {
        let is_asked = self.only.is_empty() || self.only.iter().any(|only| matches(only.as_bytes(), path));
        is_asked
            && match self.attributes.get(path) {
                Some(is_foreign) => !is_foreign,
                None => !self.excludes.iter().any(|pattern| matches(pattern.as_bytes(), path)),
            }
    }

    /// Returns text that two filters share only when they let the same files pass.
    pub(crate) fn key(&self) -> String {
        format!("{:?}|{:?}", self.only, self.excludes)
    }
}

/// Returns true when a pattern matches a path: `name/` a folder anywhere, `a/b` that file or all below that folder,
/// `name` a file or folder of that name anywhere, `/name` only at the top, `*` any run of characters but `/`.
///
/// ```
/// use tracker_churn::paths::matches;
/// assert!(matches(b"vendor/", b"a/vendor/b.c") && !matches(b"vendor/", b"src/vendor"));
/// assert!(matches(b"src/a", b"src/a/b.rs") && !matches(b"src/a", b"x/src/a/b.rs"));
/// assert!(matches(b"/data", b"data/a.jsonl") && !matches(b"/data", b"src/data/a.rs"));
/// assert!(matches(b"*.min.js", b"web/x.min.js") && !matches(b"*.min.js", b"x.min.js/y"));
/// ```
#[must_use]
pub fn matches(pattern: &[u8], path: &[u8]) -> bool {
    if let Some(folder) = pattern.strip_suffix(b"/").filter(|folder| !folder.contains(&b'/')) {
        let mut parts: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
        parts.pop();
        return parts.into_iter().any(|part| glob(folder, part));
    }
    let pattern = pattern.strip_suffix(b"/").unwrap_or(pattern);
    let (pattern, is_rooted) = match pattern.strip_prefix(b"/") {
        Some(rooted) => (rooted, true),
        None => (pattern, pattern.contains(&b'/')),
    };
    if !is_rooted && !pattern.contains(&b'/') {
        let parts: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
        let (last, folders) = parts.split_last().unwrap_or((&path, &[]));
        let is_plain = !pattern.contains(&b'*');
        return glob(pattern, last) || (is_plain && folders.contains(&pattern));
    }
    let wanted: Vec<&[u8]> = pattern.split(|b| *b == b'/').collect();
    let parts: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
    wanted.len() <= parts.len() && wanted.iter().zip(parts).all(|(wanted, part)| glob(wanted, part))
}

/// Matches one part of a path; linear in the path for every star but the last that failed.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from, mut retry) = (0, 0, None);
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at, from));
                at += 1;
            }
            Some(byte) if Some(byte) == text.get(from) => (at, from) = (at + 1, from + 1),
            _ => {
                let Some((star, start)) = retry else { return false };
                retry = Some((star, start + 1));
                (at, from) = (star + 1, start + 1);
            }
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

/// Reads the output of `git check-attr -z --stdin linguist-generated linguist-vendored`:
/// `path NUL attribute NUL value NUL`.
pub(crate) fn read_attributes(bytes: &[u8]) -> BTreeMap<Vec<u8>, bool> {
    let mut attributes = BTreeMap::new();
    let mut fields = bytes.split(|b| *b == 0);
    while let (Some(path), Some(_), Some(value)) = (fields.next(), fields.next(), fields.next()) {
        match value {
            b"unspecified" => {}
            b"unset" | b"false" => {
                attributes.entry(path.to_vec()).or_insert(false);
            }
            _ => {
                attributes.insert(path.to_vec(), true);
            }
        }
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stop_at_a_slash_and_try_again() {
        assert!(glob(b"*.generated.*", b"a.generated.b.generated.rs"));
        assert!(glob(b"a*b*c", b"aXbXbc") && !glob(b"a*b*c", b"aXbX"));
        assert!(glob(b"*", b"") && !glob(b"", b"x"));
        assert!(!matches(b"src/*.rs", b"src/a/b.rs") && matches(b"src/*.rs", b"src/a.rs"));
    }

    #[test]
    fn an_attribute_goes_before_a_pattern() {
        let mut filter = PathFilter::default();
        let said = b"vendor/own.rs\0linguist-vendored\0false\0src/gen.rs\0linguist-generated\0set\0x\0y\0unspecified\0";
        filter.learn(read_attributes(said));
        assert!(filter.counts(b"vendor/own.rs") && !filter.counts(b"vendor/other.rs"));
        assert!(!filter.counts(b"src/gen.rs") && filter.counts(b"x"));
    }
}
