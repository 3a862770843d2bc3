//! Rust source, seen as the part that ships and the part that tests it.

/// Returns the lines before the test module at the end of the file.
pub(super) fn shipped(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let begins_tests = |at: usize| {
        lines[at] == "#[cfg(test)]" && lines[at..].iter().take(8).any(|line| is_inline_module(line))
    };
    let end = (0..lines.len()).find(|&at| begins_tests(at)).unwrap_or(lines.len());
    lines[..end].to_vec()
}

fn is_inline_module(line: &str) -> bool {
    line.ends_with('{') && (line.starts_with("mod ") || line.starts_with("pub(crate) mod "))
}

/// Returns true for a line that only comments.
pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_at_the_end_are_cut_off_and_a_test_only_item_is_not() {
        let text = "//! x\n#[cfg(test)]\nuse y;\n\n\n\n\n\n\n\nfn a() {}\n#[cfg(test)]\n#[expect(z)]\nmod tests {\n}\n";
        assert_eq!(shipped(text).len(), 11);
        assert!(is_comment("    /// doc") && !is_comment("let x = 1; // y"));
    }
}
