//! Sections of a Markdown document: from a heading to the next one that is not below it.

/// Returns where the section of the first heading that holds `title` ends; blank lines at its end belong to it.
pub(super) fn end(text: &str, title: &str) -> Option<usize> {
    let title = title.to_lowercase();
    let (mut at, mut level, mut fence) = (0, None, None);
    for line in text.split_inclusive('\n') {
        let is_fence = fence_of(line);
        match (fence, is_fence) {
            (None, Some(_)) => fence = is_fence,
            (Some(open), Some(found)) if open == found => fence = None,
            _ => {}
        }
        if let (None, None, Some((depth, name))) = (fence, is_fence, heading(line)) {
            match level {
                Some(own) if depth <= own => return Some(at),
                None if name.to_lowercase().contains(&title) => level = Some(depth),
                _ => {}
            }
        }
        at += line.len();
    }
    level.map(|_| text.len())
}

/// Returns the depth and the words of a heading such as `## Must-Ship` (CommonMark, ATX headings).
fn heading(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_end();
    let depth = line.chars().take_while(|c| *c == '#').count();
    let name = line.get(depth..)?;
    ((1..=6).contains(&depth) && (name.is_empty() || name.starts_with([' ', '\t'])))
        .then_some((depth, name.trim()))
}

/// Returns which kind of code fence a line is: in one, a `#` begins a comment and no heading.
fn fence_of(line: &str) -> Option<char> {
    let line = line.trim_start();
    ['`', '~'].into_iter().find(|mark| line.starts_with(&mark.to_string().repeat(3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_end_at_the_next_heading_that_is_not_below() {
        let text = "# A\n## must-ship (today)\n### part\n```sh\n# no heading\n```\n## B\n";
        assert_eq!(end(text, "Must-Ship"), text.find("## B"));
        assert_eq!(end("# A\n## B\n", "Must-Ship"), None);
        let last = "## Must-Ship\nx\n";
        assert_eq!(end(last, "Must-Ship"), Some(last.len()));
        assert_eq!(end("#Must-Ship\n", "Must-Ship"), None, "no blank, no heading");
    }
}
