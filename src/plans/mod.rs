//! Reads and writes pretix seating plans, and draws the halls of the presets.
