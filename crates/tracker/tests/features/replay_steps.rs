//! Steps that record the windows of an arm, enough for a replay.

use cucumber::{given, then};

use super::ledger_steps::pair;
use super::world::World;

#[given(regex = r"^(\d+) windows of codex by (\S+) that used (\d+) pp with (\d+) features each$")]
fn arm(world: &mut World, count: usize, methodology: String, points: i64, features: i64) {
    for place in 0..count {
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

#[then(regex = r"^the answer ends with exit code (\d+)$")]
fn answer(world: &mut World, code: i32) {
    assert_eq!(world.last().code(), Some(code), "{}", world.last());
}
