//! Keeps rows and log records durably, behind the [`Engine`] trait. Nothing here knows what a row
//! or a record means, and nothing outside knows RocksDB.

mod database;
mod disk;
mod engine;
mod error;
mod identity;
mod rocks;
mod sentinel;
mod view;
mod writer;

pub use engine::{
    Done, Durability, Engine, Family, Page, Reads, View, Visit, Write, Writes, keep_sentinel, write,
};
pub use error::StoreError;
pub use identity::{claim, join_cluster};
pub use rocks::{Options, RocksEngine, RocksReader, in_use};

pub use crate::codec::{Identity, Sentinel};

#[cfg(test)]
mod tests;
