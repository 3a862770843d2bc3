//! Reads the events of sub-agent proxies, counts each once, sums them up and compares what the lanes cost.
//!
//! ```
//! use tracker_telemetry::{Classes, Seen, Summary, fingerprint, read_line};
//!
//! let line = r#"{"ts":"2025-10-19T16:05:10Z","rid":"R1","lane":"glm","model":"glm-4.6","status":"ok",
//!     "input_tokens":1000,"output_tokens":500,"latency_ms":380}"#;
//! let (classes, mut seen, mut summary) = (Classes::default(), Seen::default(), Summary::default());
//! for copy in [line, line] {
//!     for event in read_line(copy)? {
//!         if seen.insert(fingerprint(&event)) {
//!             summary.add(&event, &classes);
//!         }
//!     }
//! }
//! assert_eq!((summary.events(), summary.routed_pct(), summary.latency_ms(0.5)), (1, Some(100.0), Some(380.0)));
//! # Ok::<(), tracker_telemetry::BadLine>(())
//! ```
//!
//! # Concepts
//! - [`Lines`] takes bytes as they arrive and gives whole lines; [`read_line`] reads the events of one line, by the
//!   field names of proxies, LiteLLM, OpenRouter and OpenTelemetry.
//! - [`fingerprint`] names an event by its [`canonical`] content; [`Seen`] remembers the names, 14 bytes each.
//! - [`Classes`] says what is GLM, what is the baseline and what went well: data, with defaults.
//! - [`Summary`] holds counts, exact percentiles and tokens by model; [`CostComparison`] joins both sides by request
//!   id, in tokens and, by a dated [`PriceTable`], in money.
//!
//! Every number is a sum of whole numbers or an order statistic: neither the order of events nor the borders of
//! batches change one.
//!
//! # Limits
//! - Two different events of one window are taken for one with a chance of 3 in a million at 10 million events.
//! - A [`Summary`] keeps 8 bytes a latency, a [`CostComparison`] about 150 bytes a request id.
//! - One event a line (an OTLP post may hold several); a document over many lines is no event.
//! - Tokens written to a cache are priced like input, as the price table has no column of their own.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod bad_line;
mod classes;
mod compare;
mod identity;
mod lines;
mod object;
mod otlp;
mod percentile;
mod price;
mod read;
mod seen;
mod slot;
mod summary;

pub use bad_line::BadLine;
pub use classes::{Classes, Health, Side};
pub use compare::{CostComparison, MeanDelta, ModelCost, RequestRow, SideSum};
pub use identity::{canonical, fingerprint};
pub use lines::{Line, Lines, MAX_LINE_BYTES};
pub use percentile::percentile;
pub use price::{PriceFault, PriceTable};
pub use read::read_line;
pub use seen::Seen;
pub use summary::{ModelTokens, Summary};
