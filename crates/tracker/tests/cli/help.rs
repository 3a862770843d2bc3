//! `-h` and `--help` of every verb, at 80 columns.

use insta::assert_snapshot;

use super::world::{World, shown};

/// Returns the verbs that the tool lists itself, so that a new one cannot be forgotten here.
fn verbs(world: &World) -> Vec<String> {
    let help = world.run("-h").success();
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names =
        list.take_while(|line| line.starts_with("  ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn tool() {
    let world = World::new();
    assert_snapshot!("tool_short", shown(&world.run("-h")));
    assert_snapshot!("tool_long", shown(&world.run("--help")));
    assert_snapshot!("tool_version", shown(&world.run("--version")));
}

#[test]
fn no_verb_is_usage_and_shows_the_verbs() {
    let output = World::new().run("");
    assert_eq!(output.code(), Some(2), "{output}");
    assert!(output.stderr().contains("window-audit"), "{output}");
}

#[test]
fn every_verb_in_short_and_in_long() {
    let world = World::new();
    let verbs = verbs(&world);
    assert!(verbs.len() >= 14, "{verbs:?}");
    for verb in verbs {
        for (flag, name) in [("-h", "short"), ("--help", "long")] {
            let output = world.run(&format!("{verb} {flag}"));
            let _ = output.success();
            let wide = output.stdout().lines().map(|line| line.chars().count()).max();
            assert!(wide <= Some(80), "{verb} {flag} is {wide:?} columns wide\n{output}");
            assert_snapshot!(format!("{verb}_{name}"), shown(&output));
        }
    }
    assert_eq!(world.env.files(), Vec::<String>::new(), "help writes nothing");
}

#[test]
fn unknown_verb_names_the_like_of_it() {
    let output = World::new().run("previw");
    assert_eq!(output.code(), Some(2), "{output}");
    assert!(output.stderr().contains("preview"), "{output}");
}
