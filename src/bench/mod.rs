//! What measurements need: states of a size that a cluster reaches in months.

mod fill;

pub use fill::{Seller, Sold};
