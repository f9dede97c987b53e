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
mod mail;
mod money_faults;
mod money_races;
mod payments;
mod planted;
mod refunds;
mod seats;
mod shows;
mod sizes;
mod stream;
mod tumult;
mod webhooks;
