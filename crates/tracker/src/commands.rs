//! The verbs: one file each, named like the verb.

pub mod alias;
pub mod bundle;
pub mod churn;
pub mod cls;
pub mod compare;
pub mod complete;
pub mod completions;
pub mod config;
pub mod decision_card;
pub mod demo;
pub mod evidence;
pub mod handoff;
pub mod ingest;
pub mod init;
pub mod lint;
pub mod man;
pub mod override_values;
pub mod parse;
pub mod plan;
pub mod power;
pub mod preview;
mod proxy_telemetry;
pub mod replay;
pub mod scan;
pub mod shell_init;
pub mod verify;
pub mod window_audit;
