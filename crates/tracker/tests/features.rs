//! Runs `features/*.feature`, one user story each, against the real binary in a closed world per scenario.

mod features {
    pub(crate) mod bundle_steps;
    pub(crate) mod card_steps;
    pub(crate) mod churn_steps;
    pub(crate) mod client_steps;
    pub(crate) mod compare_steps;
    pub(crate) mod job_steps;
    pub(crate) mod ledger_steps;
    pub(crate) mod log_steps;
    pub(crate) mod pane;
    pub(crate) mod plan_steps;
    pub(crate) mod replay_steps;
    pub(crate) mod session_steps;
    pub(crate) mod steps;
    pub(crate) mod telemetry_steps;
    pub(crate) mod world;
}

use cucumber::World as _;
use cucumber::writer::Stats as _;
use features::world::World;

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../features");
    let runner = World::cucumber().max_concurrent_scenarios(4).fail_on_skipped();
    let writer = futures::executor::block_on(runner.run(folder));
    // The line that `cargo xtask uat` counts.
    let (passed, failed) = (writer.passed_steps(), writer.failed_steps() + writer.parsing_errors());
    assert!(passed > 0, "no step ran: the folder of the features is empty");
    if writer.execution_has_failed() {
        panic!("{passed} steps passed, {failed} failed");
    }
}
