//! `tidy`: the house rules that a compiler does not know, checked on the tree.

pub(crate) mod identity;
mod layout;
mod proofs;
mod provider;
mod rust_text;
mod source;

use crate::{Failure, docs, place};

/// Checks every rule and the generated documents, and prints each finding on a line of its own.
pub(crate) fn run() -> Result<(), Failure> {
    println!("{}", provider::report());
    let findings = findings();
    for finding in &findings {
        println!("{finding}");
    }
    let documents = docs::check();
    if findings.is_empty() { documents } else { Err(format!("{} findings", findings.len())) }
}

/// Returns what breaks a rule, as `path:line: what, and what to do`; the rules are those of CONTRIBUTING.md.
fn findings() -> Vec<String> {
    let files = place::files(&place::root());
    [
        layout::findings(),
        source::findings(&files),
        identity::findings(&files),
        provider::findings(),
        proofs::findings(&files),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn tree_keeps_the_house_rules() {
        let findings = super::findings();
        assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
    }
}
