//! The JSON Schemas of every row, as the ledger's wire formats tell them, and of every JSON output of the tools.

use super::Document;

/// Returns `docs/schemas/<row>.json` for every schema.
pub(super) fn documents() -> Vec<Document> {
    let rows = tracker_ledger::wire::schemas().into_iter();
    let schemas = rows.chain(tracker::wire::schemas()).chain(router_replay::wire::schemas());
    schemas.map(|(name, text)| Document { path: format!("docs/schemas/{name}"), text }).collect()
}

#[cfg(test)]
mod tests {
    use crate::{docs::current, place};

    #[test]
    fn schemas_in_the_tree_are_those_of_the_code() {
        let documents = super::documents();
        assert!(!documents.is_empty());
        for document in documents {
            let there = current(&place::root().join(&document.path));
            assert!(there == document.text, "{} is out of date: run `cargo xtask docs`", document.path);
        }
    }
}
