//! Tests over real processes, from CONTRACT.md alone: nodes are started from the binary, formed
//! into clusters on free ports, asked over HTTP and the command line, killed, paused and cut off.
//!
//! Waiting for a process means asking it until a deadline; nothing sleeps in the hope that
//! something has happened meanwhile. Random tests print the seed that repeats them.

#![forbid(unsafe_code)]

mod backups;
mod bookings;
mod buyers;
mod chaos;
mod client;
mod command_line;
mod contention;
mod conventions;
mod demo;
mod disks;
mod drills;
mod faults;
mod harness;
mod history;
mod holds;
mod hostile;
mod imports;
#[path = "chaos/judged.rs"]
mod judged;
mod keys;
mod mail;
mod members;
mod money_faults;
mod money_races;
mod payments;
mod planted;
mod refunds;
mod seats;
mod secrets;
mod shows;
mod sizes;
mod stream;
mod tumult;
mod webhooks;

// The simulation's own judge, with the naive model that it asks.
#[path = "../core_simulation/hall.rs"]
#[allow(dead_code, reason = "halls are made over HTTP here")]
mod hall;
#[path = "../../src/simulation/judge/mod.rs"]
#[allow(dead_code, unused_imports, reason = "some of it is for the simulation alone")]
mod judge;
#[path = "../core_simulation/oracle/mod.rs"]
#[allow(dead_code, unused_imports, reason = "some of it is for the core's simulation alone")]
mod oracle;
#[path = "../core_simulation/rng.rs"]
#[allow(dead_code, reason = "halls are drawn with it, which here they are not")]
mod rng;
#[path = "../core_simulation/story.rs"]
#[allow(dead_code, reason = "whichever of its words a story needs")]
mod story;
