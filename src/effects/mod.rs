//! Carries the outbox to the world, on the leader.
