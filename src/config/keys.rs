//! Every key with its default and its meaning. From this table come the defaults, the names of the
//! environment variables and the commented reference file, so that the three cannot differ.

use std::fmt::Write as _;

/// One key of the configuration.
pub(super) struct Key {
    /// Section and name, such as `http.listen`.
    pub path: &'static str,
    /// Its default as TOML; `None` if it must be given.
    pub default: Option<&'static str>,
    /// An example as TOML, shown where there is no default.
    pub example: &'static str,
    /// What it means, for an operator.
    pub doc: &'static str,
}

const fn given(path: &'static str, example: &'static str, doc: &'static str) -> Key {
    Key { path, default: None, example, doc }
}

const fn defaulted(path: &'static str, default: &'static str, doc: &'static str) -> Key {
    Key { path, default: Some(default), example: default, doc }
}

/// In the order of the reference file. Keys of `cluster.members` and of `gateways` repeat and stand
/// in [`REPEATED`].
pub(super) const KEYS: &[Key] = &[
    given("node.id", "1", "This node's number, from 1. Never reuse one, not even after removal."),
    given("node.data_dir", "\"data/1\"", "Its data directory, made at the first start."),
    defaulted("http.listen", "\"127.0.0.1:8101\"", "Where clients reach it."),
    defaulted(
        "http.public_url",
        "\"\"",
        "What links begin with: best the same on all nodes, such as a load balancer's address.\n\
         Empty: http:// and the address above.",
    ),
    defaulted(
        "http.cors_origins",
        "[]",
        "Other sites whose pages may use the API from a browser: exact origins, such as\n\
         \"https://shop.example.com\", or \"*\" for all. Empty: none.",
    ),
    defaulted(
        "http.trusted_proxies",
        "[]",
        "Addresses of proxies whose X-Forwarded-For is believed, for limits per address.",
    ),
    defaulted("peer.listen", "\"127.0.0.1:9101\"", "Where its peers reach it."),
    defaulted("peer.advertise", "\"\"", "Host and port that peers dial. Empty: the address above."),
    given(
        "cluster.secret",
        "\"change me: at least 16 characters\"",
        "Known to all nodes of the cluster and nobody else.",
    ),
    defaulted(
        "raft.heartbeat_ms",
        "200",
        "How often a leader makes itself heard, 20 to 5000; also the deadline of a call to a peer.",
    ),
    defaulted(
        "raft.election_timeout_ms",
        "[500, 900]",
        "Least and most of the random time without a leader after which a follower seeks\n\
         election. Lease and timeout add up: with these, a failover takes at most about 2 s.",
    ),
    defaulted(
        "auth.mode",
        "\"open\"",
        "\"open\": callers are who they say, for demonstrations and trusted networks;\n\
         \"token\": they show a token (Authorization: Bearer).",
    ),
    defaulted(
        "auth.allow_open_on_network",
        "false",
        "Allows open mode on an address that others than this machine can reach.",
    ),
    defaulted(
        "auth.jwt.algorithms",
        "[]",
        "What JSON Web Tokens may be signed with: \"EdDSA\", \"ES256\", \"RS256\", \"HS256\".\n\
         Empty: none is taken. sub is the user, exp must be there, role may be organizer or operator.",
    ),
    defaulted(
        "auth.jwt.jwks",
        "\"\"",
        "The issuer's public keys (JWKS): a file, or an https address.",
    ),
    defaulted("auth.jwt.refresh_seconds", "60", "How often they are read anew, 1 to 86400."),
    defaulted("auth.jwt.secret", "\"\"", "The key of HS256: at least 32 bytes."),
    defaulted(
        "auth.jwt.audience",
        "[]",
        "Tokens must be meant (aud) for one of these. Empty: for anybody.",
    ),
    defaulted("auth.jwt.issuer", "\"\"", "Tokens must come (iss) from here. Empty: from anywhere."),
    defaulted(
        "auth.jwt.leeway_seconds",
        "0",
        "How far the issuer's clock and this node's may be apart, up to 300.",
    ),
    defaulted(
        "limits.connections_max",
        "10000",
        "Open client connections. For one more, whoever is silent or idle longest gives way.",
    ),
    defaulted(
        "limits.connections_per_address",
        "0",
        "Open connections of one address (of IPv6: one /64); more are closed at once. 0: any number,\n\
         as behind a proxy, where all come from its address.",
    ),
    defaulted(
        "limits.user_rate",
        "0",
        "Requests a second of one user; more get 429 with Retry-After. 0: any number.",
    ),
    defaulted(
        "limits.user_burst",
        "0",
        "Requests that one user may make at once. 0: as many as in a second.",
    ),
    defaulted(
        "limits.address_rate",
        "0",
        "Requests a second of one address, whoever they are for. 0: any number.",
    ),
    defaulted(
        "limits.address_burst",
        "0",
        "Requests that one address may make at once. 0: as many as in a second.",
    ),
    defaulted(
        "limits.bookings_per_user_and_show",
        "0",
        "Bookings that a user may have of one show, else holds are refused: the same on all nodes.\n\
         0: any number.",
    ),
    defaulted(
        "media.base_url",
        "\"\"",
        "What relative media addresses are put under, such as a CDN's. Empty: this node.",
    ),
    defaulted("media.folder", "\"\"", "Folder that this node serves under /media/. Empty: none."),
    defaulted(
        "mail.transport",
        "\"file\"",
        "\"file\": one file a message; \"smtp\": a mail server.",
    ),
    defaulted("mail.folder", "\"data/mail\"", "Where \"file\" writes; nodes may share it."),
    defaulted(
        "mail.from",
        "\"tickets@example.com\"",
        "The sender: an address, or \"Name <address>\".",
    ),
    defaulted(
        "mail.url",
        "\"\"",
        "Where \"smtp\" delivers: smtps://user:password@host:465 (TLS from the start) or\n\
         smtp://user:password@host:587?tls=required (STARTTLS).",
    ),
    defaulted(
        "mail.ca",
        "\"\"",
        "File with the certificate (PEM) that the mail server's is signed with. Empty: those that\n\
         the system trusts.",
    ),
    defaulted(
        "mail.templates",
        "\"\"",
        "Folder with booking.subject, booking.txt and booking.html to use instead of our own.",
    ),
    defaulted(
        "storage.ballast_mib",
        "64",
        "Size of a file in the data directory that an operator may delete to get a full disk going.",
    ),
    defaulted(
        "storage.low_water_mib",
        "256",
        "Free space below which the node takes no writes (503) and says so.",
    ),
    defaulted(
        "storage.log_mib",
        "512",
        "Size of the log from which on it is shortened to half, behind a checkpoint; a node that was \
         away for longer gets a snapshot. A leader lets it grow to four times that while a member \
         that answers is behind.",
    ),
    defaulted("log.format", "\"text\"", "\"text\" for people, \"json\" for machines; to stderr."),
    defaulted(
        "log.filter",
        "\"info,openraft=warn\"",
        "Which events, as tracing filters are written.",
    ),
];

/// Shown at the end of the reference: tables that repeat.
const REPEATED: &str = r#"
# The first members of the cluster; `usher cluster init` alone uses them.
# [[cluster.members]]
# id = 1
# peer = "127.0.0.1:9101"
# http = "127.0.0.1:8101"

# Tokens of organizers and operators, as `usher token new` makes them. All nodes must know the same.
# [[auth.tokens]]
# name = "till"              # its holds and keys are those of the user token:till
# role = "organizer"         # or "operator"
# sha256 = "…"               # of the token, 64 hexadecimal digits

# Payment gateways, one table each. All nodes must know the same ones.
# [gateways.sandbox]
# driver = "sandbox"         # how it is spoken to; without this, the table's name says it
# name = "Sandbox"           # what buyers read; without this, the table's name
# api = "http://127.0.0.1:8200"
# webhook_secret = "whsec_…"
# secret_key = ""
"#;

/// The environment variable of a key: `http.listen` is `USHER_HTTP_LISTEN`.
pub(super) fn variable(path: &str) -> String {
    format!("USHER_{}", path.replace('.', "_").to_uppercase())
}

/// A commented node file with every key, its default and its environment variable.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(
        "# Every key of a node's configuration. A key that is commented out stands at its default.\n\
         # Each can also be set by the environment variable named beside it, which wins over the file.\n\
         # An unknown key is an error.\n",
    );
    let mut section = "";
    for key in KEYS {
        let (table, name) = key.path.split_once('.').unwrap_or(("", key.path));
        if table != section {
            let _ = write!(text, "\n[{table}]\n");
            section = table;
        }
        for line in key.doc.lines() {
            let _ = writeln!(text, "# {line}");
        }
        let mark = if key.default.is_some() { "# " } else { "" };
        let _ = writeln!(text, "{mark}{name} = {}    # {}", key.example, variable(key.path));
    }
    text.push_str(REPEATED);
    text
}
