//! The comparison as text in the grammar of benchstat, as Markdown, as CSV and as JSON.

mod cells;
mod csv;
mod json;
mod markdown;
mod text;

pub(crate) use csv::csv;
pub(crate) use json::json;
pub(crate) use markdown::markdown;
pub(crate) use text::text;
