//! A node's configuration: a TOML file, over it `USHER_*` variables of the environment, over them
//! flags. An unknown key is an error wherever it comes from.

mod keys;
mod load;
mod settings;

pub use keys::reference;
pub use load::{ConfigError, Overrides, load};
pub use settings::{
    Auth, AuthMode, Cluster, Config, Gateway, Http, Jwt, Limits, Log, LogFormat, Mail,
    MailTransport, Media, MemberEntry, Node, Peer, Raft, Secret, Storage, TokenEntry,
};
