//! What a buyer holds in hand: the signed link to a booking's ticket.

mod links;

pub use links::Links;
