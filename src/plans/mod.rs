//! Reads and writes pretix seating plans, and draws the halls of the presets.
//!
//! A plan enters in two steps. [`Draft`] is whatever JSON said, of any shape, within bounds;
//! [`Draft::finish`] judges it and says where it is wrong. Nothing after that knows JSON.
//!
//! The published format has had several versions, and editors add fields of their own, so reading
//! is lenient: fields that are not needed are passed over, numbers stand for texts, the last of two
//! equal keys counts. What decides who sits where (ids, categories, the number of seats) is strict.

mod canon;
mod drawing;
mod halls;
mod label;
mod preset;
mod raw;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use canon::{PART_BYTES_MAX, parts};
pub use preset::{Preset, PresetName};
pub use raw::Draft;
pub use read::{PLAN_BYTES_MAX, read, unpriced};
pub use write::write;
