//! The whole node above its seams, many times over, in one thread under virtual time.

pub(crate) mod bugs;
pub(crate) mod observer;
pub(crate) mod scope;
