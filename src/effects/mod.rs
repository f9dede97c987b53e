//! Carries the outbox to the world, on the leader.
//!
//! An effect is state until a command settles it: whatever a row asks for is done under the row's
//! id, and how it went is proposed. A crash or a change of leader between the two has it done
//! again, which a gateway recognises by the id. A letter may come twice, then. Nothing here decides
//! what is owed to whom; that is the core's affair.

mod backoff;
mod deliver;
mod ledger;
mod work;
mod worker;

mod file;
mod letter;
mod mail;
mod smtp;

pub use ledger::Ledger;
pub use letter::{Templates, TemplatesError, is_address};
pub use mail::{Letter, Mail, MailError, MailRoute, MailSettings, MailSettingsError, mail_of};
pub use worker::{Parts, run};

#[cfg(test)]
mod letter_tests;
#[cfg(test)]
mod mail_tests;
#[cfg(test)]
mod tests;
