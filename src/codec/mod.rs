//! Versioned records: the only room that knows bytes.
