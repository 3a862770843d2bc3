//! Documents that nobody wrote with care: whatever they hold is read, linted or changed without a panic.

use proptest::prelude::*;
use tracker_workflow::lint::{self, Terms};
use tracker_workflow::plan::{Budget, Task, TaskTable, slug, tokens};

/// Text made of what the readers look for, and of anything else.
fn document() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("|".to_owned()),
        Just("\\|".to_owned()),
        Just("| Task | Spec | Tokens | Status |\n|---|---|---|---|\n".to_owned()),
        Just("| use | not |\n|---|---|\n".to_owned()),
        Just("## Tasks\n### 1. A\n- Budget: ".to_owned()),
        Just("```\n".to_owned()),
        Just("`".to_owned()),
        Just("[a](b".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_document_is_linted_line_by_line(text in document()) {
        let lines = text.lines().count().max(1) + 1;
        for finding in lint::plan(&text) {
            prop_assert!((1..=lines).contains(&finding.line), "{finding}");
        }
        if let Ok(terms) = Terms::read(&text) {
            prop_assert!(terms.count() > 0);
            for finding in terms.check(&text) {
                prop_assert!((1..=lines).contains(&finding.line), "{finding}");
            }
        }
    }

    #[test]
    fn only_status_cells_change(text in document(), status in "[a-z |]{0,9}") {
        if let Ok(table) = TaskTable::read(&text) {
            let open = table.open();
            prop_assert_eq!(&table.with_status(&text, &[], &status), &text);
            let changed = table.with_status(&text, &open, &status);
            prop_assert_eq!(changed.lines().count(), text.lines().count());
            let again = TaskTable::read(&changed);
            prop_assert_eq!(again.map(|table| table.tasks.len()), Ok(table.tasks.len()));
        }
    }

    #[test]
    fn any_words_make_a_task_or_none(text in any::<String>()) {
        if let Ok(count) = tokens(&text) {
            prop_assert!(count > 0);
        }
        if let Ok(task) = text.parse::<Task>() {
            prop_assert!(!task.name.is_empty() && task.tokens > 0);
            let _ = Budget::default().fit(&[task.clone(), task], None);
        }
        let name = slug(&text);
        prop_assert!(!name.is_empty() && !name.contains(['/', '\\', '.', '\n']));
    }
}
