//! `tracker completions`.

use std::path::Path;

use super::world::World;

#[test]
fn every_shell_gets_a_script_that_knows_the_verbs() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = world.run(&format!("completions {shell}")).success();
        for word in ["window-audit", "captured-at", "tracker"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn scripts_are_well_formed_for_the_shells_that_are_here() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = world.run(&format!("completions {shell}")).success();
        let path = world.env.write(format!("completions.{shell}"), script);
        super::shell_init::check_syntax(&world, shell, Path::new(&path));
    }
}

#[test]
fn bash_completes_a_verb() {
    let world = World::new();
    if super::shell_init::is_missing(&world, "bash") {
        return;
    }
    world.env.write("completions.bash", world.run("completions bash").success());
    let script = "source completions.bash; COMP_WORDS=(tracker window-); COMP_CWORD=1; _tracker tracker window- \
                  tracker; echo \"${COMPREPLY[*]}\"";
    let output = world.env.invoke_tool(Path::new("bash"), &["--norc", "-c", script]).run();
    assert_eq!(output.success(), "window-audit\n");
}
