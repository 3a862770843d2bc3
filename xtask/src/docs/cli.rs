//! The command-line reference: what every tool and every verb says to `--help`.

use super::Document;
use crate::{Failure, demo::Home, place, step};

/// Returns `docs/cli/<tool>.md` for every tool.
pub(super) fn documents() -> Result<Vec<Document>, Failure> {
    let home = Home::new()?;
    let page = |tool: String| {
        let mut text = format!("# `{tool}`\n\n<!-- Made by `cargo xtask docs`; do not edit. -->\n");
        section(&home, &tool, &mut Vec::new(), &mut text)?;
        Ok(Document { path: format!("docs/cli/{tool}.md"), text })
    };
    place::tools().into_iter().map(page).collect()
}

/// Appends the help of the verb at `path` and of all below it.
fn section(home: &Home, tool: &str, path: &mut Vec<String>, text: &mut String) -> Result<(), Failure> {
    let mut help = String::new();
    let mut command = home.debug_tool(tool);
    let ended_well = step::listen(command.args(&*path).arg("--help"), |line| {
        help.push_str(line.trim_end());
        help.push('\n');
    })?;
    if !ended_well {
        return Err(format!("`{tool} {} --help` failed:\n{help}", path.join(" ")));
    }
    if !path.is_empty() {
        text.push_str(&format!("\n{} `{tool} {}`\n", "#".repeat(path.len() + 1), path.join(" ")));
    }
    text.push_str(&format!("\n```text\n{}\n```\n", help.trim_end()));
    for verb in verbs(&help) {
        path.push(verb);
        section(home, tool, path, text)?;
        path.pop();
    }
    Ok(())
}

/// Returns the verbs that a help text lists, without `help` itself.
fn verbs(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // With long descriptions there are blank lines between the verbs; the list ends where a text begins at the edge.
    let list = list.take_while(|line| line.is_empty() || line.starts_with("  "));
    let names = list.filter_map(|line| {
        let line = line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?;
        line.split_whitespace().next()
    });
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_found_in_both_layouts() {
        let short = "Does things\n\nUsage: tool <COMMAND>\n\nCommands:\n  alias  Open a window,\n         or close it\n  \
                     verify Check\n  help   Print this\n\nOptions:\n  -h, --help\n";
        let long =
            "Commands:\n  alias\n          Open a window\n\n  verify\n          Check\n\nOptions:\n  -h\n";
        for help in [short, long] {
            assert_eq!(verbs(help), ["alias", "verify"]);
        }
        assert!(verbs("Usage: tool\n\nOptions:\n  -h, --help\n").is_empty());
    }
}
