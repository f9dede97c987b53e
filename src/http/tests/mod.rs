//! Tests of the room: the whole router over one state in memory.

mod admin;
mod audit;
mod browsers;
mod conventions;
mod described;
mod errors;
mod holds;
mod hostile;
mod limits;
mod lists;
mod observe;
mod outbox;
mod pages;
mod payments;
mod reconciliation;
mod rig;
mod roles;
mod seats;
mod serving;
mod shows;
mod streams;
mod ticket;
mod till;
mod webhooks;
