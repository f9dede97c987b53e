//! Traces for whoever runs a collector: what a request went through, on whichever nodes.
//!
//! Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set, and then a request costs nothing for it. The
//! span that a task works in is found with [`current`], so that whoever has a step worth a span of
//! its own needs no handle. Names of routes, methods and statuses are told; never a user, a seat,
//! an e-mail address or a token. Nothing outside this room knows the crates.

mod span;
mod switch;

pub use span::{Context, Parent, Span, current};
pub use switch::{Traces, TracesError};
