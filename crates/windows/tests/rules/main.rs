//! The rules of windows, each by a case that breaks them: one module a rule, named as the module it tests.

mod alias_state;
mod audit;
mod canonical;
mod capture;
mod finalize;
mod lanes;
mod prompts;
mod properties;
mod refusals;
mod units;
mod weekly_buffer;
mod world;
