//! stub
#[derive(Default)]
pub(crate) struct Observer;
