//! `tracker man`.

use super::world::{World, assert_told};

#[test]
fn page_names_the_tool_the_verbs_and_the_exit_codes() {
    let world = World::new();
    let page = world.run("man").success();
    assert!(page.contains(".TH tracker 1"), "{page}");
    for part in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "window\\-audit", "AGENT_ID", "tracker.toml"] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    let odd = page.lines().find(|line| line.starts_with('\''));
    assert_eq!(odd, None, "a line that roff takes for a request");
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn verbs_have_pages_of_their_own() {
    let world = World::new();
    for (verb, option) in
        [("alias", "keep\\-raw"), ("complete", "accept\\-anomaly"), ("window-audit", "window")]
    {
        let page = world.run(&format!("man {verb}")).success();
        assert!(page.contains(".TH ") && page.contains(option), "{page}");
    }
    assert_told(&world.run("man nothing"), 2, "a page of no verb");
}
