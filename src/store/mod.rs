//! Keeps rows and log records durably, behind the [`Engine`] trait. Nothing here knows what a row or a
//! record means, and nothing outside knows RocksDB.
