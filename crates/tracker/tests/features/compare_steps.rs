//! Steps that record many windows of an arm, and look at what a comparison does not say.

use cucumber::{given, then};

use super::ledger_steps::pair;
use super::pane;
use super::world::World;

#[given(regex = r"^(\d+) codex windows by (\S+) of (\d+) pp with ([\d, ]+) features$")]
fn windows_of_an_arm(world: &mut World, count: usize, methodology: String, points: i64, features: String) {
    let features: Vec<&str> = features.split(", ").collect();
    assert_eq!(features.len(), count, "as many windows as numbers");
    for (place, features) in features.iter().enumerate() {
        let window = format!("{methodology}-{place:02}");
        pair(world, &window, points, false);
        let line = format!(
            "tracker complete --window {window} --codex-features {features} --quality 1 --outcome pass \
             --methodology {methodology}"
        );
        world.run(&line, None);
        let _ = world.last().success();
        world.env.advance(600);
    }
}

#[given(regex = r"^a finalized glm window (\S+) of (\d+) prompts with (\d+) features$")]
fn glm_window(world: &mut World, window: String, prompts: i64, features: i64) {
    world.run(&format!("tracker alias start glm --window {window}"), Some(&pane::glm(12)));
    let _ = world.last().success();
    world.env.advance(3600);
    world.run(&format!("tracker alias end glm --window {window}"), Some(&pane::glm(12 + prompts)));
    let _ = world.last().success();
    let line =
        format!("tracker complete --window {window} --glm-features {features} --quality 1 --outcome pass");
    world.run(&line, None);
    let _ = world.last().success();
}

#[then("stdout says no verdict")]
fn no_verdict(world: &mut World) {
    for word in [" vs ", "reallocate", "retire", "P(best)", "certainty"] {
        assert!(!world.last().stdout().contains(word), "{word:?} in\n{}", world.last());
    }
}

#[then(regex = r#"^stdout does not say "(.+)"$"#)]
fn stdout_says_not(world: &mut World, text: String) {
    assert!(!world.last().success().contains(&text), "{text:?} in\n{}", world.last());
}
