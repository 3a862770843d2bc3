//! Steps about decision cards.
#![expect(clippy::disallowed_methods, reason = "a test makes a folder to stand in")]

use cucumber::{then, when};

use super::world::{DATA, World};

#[when(regex = r"^I run `tracker ([^`]+)` again from another folder$")]
fn again_elsewhere(world: &mut World, line: String) {
    let other = world.env.work().join("../elsewhere");
    std::fs::create_dir(&other).expect("a folder");
    let data = world.env.work().join(DATA).to_string_lossy().into_owned();
    let words: Vec<&str> = line.split(' ').chain(["--data-dir", &data]).collect();
    let first = world.last().stdout();
    let second = world.env.invoke(&words).dir(&other).run();
    world.outputs = first;
    world.last = Some(second);
}

#[then("both printed the same")]
fn same(world: &mut World) {
    assert!(world.outputs.starts_with("Decision Card"), "{}", world.outputs);
    assert_eq!(world.outputs, world.last().success());
}

#[then("no file was made")]
fn none(world: &mut World) {
    assert_eq!(world.env.files(), Vec::<String>::new());
}
