//! The command line as its user meets it: the real binary in a closed world, one module a verb or a fault.

#[path = "features/pane.rs"]
mod pane;

mod cli {
    pub(crate) mod world;

    mod alias;
    mod bad_files;
    mod bad_input;
    mod bad_values;
    mod compare;
    mod complete;
    mod completions;
    mod config;
    mod demo;
    mod earlier_tool;
    mod faults;
    mod faults_of_meters;
    mod faults_of_panes;
    mod help;
    mod ingest;
    mod init;
    mod man;
    mod override_values;
    mod parallel;
    mod parse;
    mod plan;
    mod power;
    mod preview;
    mod schemas;
    mod seed_lines;
    mod shell_init;
    mod stamps;
    mod verify;
    mod window_audit;
}
