//! What measurements need: states of a size that a cluster reaches in months, and the core alone.

mod core;
mod fill;

pub use core::Core;
pub use fill::{Seller, Sold};
