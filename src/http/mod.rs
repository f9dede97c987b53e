//! Translates HTTP to commands, and views of the state to HTTP.
//!
//! Nothing here decides anything about seats: a request is checked for syntax, becomes a command,
//! and what the core answers is written down. Reads copy what they need out of the state and render
//! it outside its lock. Nothing outside this room knows a status or a header.
//!
//! A node makes an [`App`], calls [`router`] and hands what it gets to [`serve`]. [`Backend`]
//! stands between this room and consensus, so that the whole API can be tested over one state in
//! memory.

mod app;
mod audit;
mod backend;

mod router;
mod routes;

mod guests;
mod pace;
mod serve;
mod source;

mod ask;
mod body;
mod cors;
mod envelope;
mod exchange;
mod file;
mod headers;
mod identity;
mod origins;
mod page;
mod params;
mod problem;
mod rates;
mod refusals;
mod shares;

mod backup;
mod blocks;
mod bookings;
mod cluster;
mod debug;
mod gateways;
mod health;
mod holds;
mod media;
mod nodes;
mod openapi;
mod outbox;
mod pages;
mod payments;
mod reconciliation;
mod refunds;
mod report;
mod scrape;
mod seat_map;
mod seats;
mod show_new;
mod shows;
mod stream;
mod ticket;

mod bodies;
mod checks;
mod frame;
mod time;
mod view;

#[cfg(test)]
mod tests;

pub use app::{App, Auth, Limits, Settings};
pub use backend::Backend;
pub use openapi::openapi;
pub use rates::{Rate, Rates};
pub use router::router;
pub use serve::{Ends, ServeLimits, serve};
