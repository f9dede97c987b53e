//! Reads, layers and checks a configuration.

use std::fmt;
use std::path::Path;

use config::{File, FileFormat, Value};
use http::Uri;

use super::keys::{KEYS, variable};
use super::settings::{Auth, AuthMode, Config, Gateway, MailTransport};
use crate::seats::Role;
use crate::tokens::{Algorithm, StaticToken};

/// What is wrong with a configuration: the key and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Such as `http.listen`; empty if the whole is unreadable.
    pub key: String,
    /// The rule, and where the value came from if that is known.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.key, self.message)
        }
    }
}

/// What flags and the environment say, as (key, TOML value or bare text).
pub type Overrides = Vec<(String, String)>;

/// Shortest secret: 16 random characters are past guessing over a network.
const SECRET_LEN_MIN: usize = 16;

/// Shortest key of HS256: as long as its hash (RFC 7518, section 3.2).
const JWT_SECRET_LEN_MIN: usize = 32;

/// Gateways that this program can speak to.
const GATEWAY_DRIVERS: [&str; 1] = ["sandbox"];

/// Characters of a gateway's name, which stands in its webhooks' address and in every payment.
const GATEWAY_NAME_MAX: usize = 64;

/// Variables of the command line's clients and of logging, which are no node keys.
const FOREIGN_VARIABLES: &[&str] =
    &["USHER_ENDPOINTS", "USHER_TOKEN", "USHER_SANDBOX_WEBHOOK_SECRET"];

/// Loads the file at `path` (if any), then `environment`, then `flags`, and checks the whole.
///
/// `environment` holds variables with their names, of which those that begin with `USHER_` count.
///
/// # Errors
/// Every key that is unknown, missing or breaks a rule.
pub fn load(
    path: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
    flags: Overrides,
) -> Result<Config, Vec<ConfigError>> {
    let mut builder = config::Config::builder();
    for key in KEYS {
        if let Some(default) = key.default {
            builder = set(builder, key.path, default, Layer::Default).map_err(|e| vec![e])?;
        }
    }
    if let Some(path) = path {
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![ConfigError {
                key: String::new(),
                message: format!("{}: {error}", path.display()),
            }]
        })?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    let mut errors = Vec::new();
    let overrides = from_environment(environment, &mut errors);
    for (key, value) in overrides.into_iter().chain(flags) {
        match set(builder.clone(), &key, &value, Layer::Override) {
            Ok(changed) => builder = changed,
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let read = builder.build().and_then(config::Config::try_deserialize::<Config>);
    let config = read.map_err(|error| vec![describe(&error)])?;
    let broken = broken_rules(&config);
    if broken.is_empty() { Ok(config) } else { Err(broken) }
}

#[derive(Clone, Copy)]
enum Layer {
    Default,
    Override,
}

type Builder = config::ConfigBuilder<config::builder::DefaultState>;

/// Sets a key to a TOML value, or to the text itself where that is no TOML.
fn set(builder: Builder, key: &str, text: &str, layer: Layer) -> Result<Builder, ConfigError> {
    let fault = |error: config::ConfigError| ConfigError {
        key: key.to_owned(),
        message: error.to_string(),
    };
    let parsed = text.parse::<toml::Value>().ok();
    let value: Value = match parsed.and_then(|value| Value::try_from_toml(&value)) {
        Some(value) => value,
        None => text.into(),
    };
    match layer {
        Layer::Default => builder.set_default(key, value).map_err(fault),
        Layer::Override => builder.set_override(key, value).map_err(fault),
    }
}

/// The few kinds of values that our keys have.
trait FromToml: Sized {
    fn try_from_toml(value: &toml::Value) -> Option<Self>;
}

impl FromToml for Value {
    fn try_from_toml(value: &toml::Value) -> Option<Value> {
        Some(match value {
            toml::Value::String(text) => text.clone().into(),
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Boolean(flag) => (*flag).into(),
            toml::Value::Array(items) => {
                let items: Option<Vec<Value>> = items.iter().map(Value::try_from_toml).collect();
                items?.into()
            }
            toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => {
                return None;
            }
        })
    }
}

/// Variables by key. A double underscore between section and name is taken too.
fn from_environment(
    environment: impl IntoIterator<Item = (String, String)>,
    errors: &mut Vec<ConfigError>,
) -> Overrides {
    let mut overrides = Overrides::new();
    for (name, value) in environment {
        if !name.starts_with("USHER_") || FOREIGN_VARIABLES.contains(&name.as_str()) {
            continue;
        }
        let plain = name.replace("__", "_");
        if let Some(key) = KEYS.iter().find(|key| variable(key.path) == plain) {
            overrides.push((key.path.to_owned(), value));
        } else if let Some(key) = gateway_key(&plain) {
            overrides.push((key, value));
        } else {
            errors.push(ConfigError { key: name, message: "no such variable is known".to_owned() });
        }
    }
    overrides
}

/// `USHER_GATEWAYS_SANDBOX_WEBHOOK_SECRET` is `gateways.sandbox.webhook_secret`.
fn gateway_key(variable: &str) -> Option<String> {
    let rest = variable.strip_prefix("USHER_GATEWAYS_")?.to_lowercase();
    ["webhook_secret", "secret_key", "api", "driver", "name"].into_iter().find_map(|field| {
        let name = rest.strip_suffix(field)?.strip_suffix('_')?;
        (!name.is_empty()).then(|| format!("gateways.{name}.{field}"))
    })
}

/// A configuration error of the library, in our words.
fn describe(error: &config::ConfigError) -> ConfigError {
    let (key, cause) = match error {
        config::ConfigError::At { key: Some(key), error, .. } => (key.clone(), error.to_string()),
        config::ConfigError::Type { key: Some(key), .. } => (key.clone(), error.to_string()),
        config::ConfigError::NotFound(key) => (key.clone(), "must be given".to_owned()),
        other => (String::new(), other.to_string()),
    };
    let unknown = cause.contains("unknown field");
    let hint = if unknown { "; `usher config reference` lists every key" } else { "" };
    ConfigError { key, message: format!("{cause}{hint}") }
}

/// What types cannot say.
fn broken_rules(config: &Config) -> Vec<ConfigError> {
    let mut broken = Vec::new();
    let mut rule = |holds: bool, key: &str, message: &str| {
        if !holds {
            broken.push(ConfigError { key: key.to_owned(), message: message.to_owned() });
        }
    };
    rule(config.node.id >= 1, "node.id", "must be 1 or more");
    rule(!config.node.data_dir.as_os_str().is_empty(), "node.data_dir", "must not be empty");
    let secret = config.cluster.secret.reveal().len();
    rule(secret >= SECRET_LEN_MIN, "cluster.secret", "must have at least 16 characters");
    let heartbeat = config.raft.heartbeat_ms;
    rule((20..=5_000).contains(&heartbeat), "raft.heartbeat_ms", "must be 20 to 5000");
    let [least, most] = config.raft.election_timeout_ms;
    rule(least < most, "raft.election_timeout_ms", "the first must be less than the second");
    rule(
        least >= heartbeat.saturating_mul(2) && most <= 60_000,
        "raft.election_timeout_ms",
        "must be between twice raft.heartbeat_ms and 60000",
    );
    let open_to_others =
        config.auth.mode == AuthMode::Open && !config.http.listen.ip().is_loopback();
    rule(
        !open_to_others || config.auth.allow_open_on_network,
        "auth.mode",
        "\"open\" believes every caller, and http.listen is not a loopback address: \
         set auth.allow_open_on_network = true if that is meant",
    );
    for (key, address) in
        [("http.public_url", &config.http.public_url), ("media.base_url", &config.media.base_url)]
    {
        rule(!tells_user(address), key, "must not have a user or a password: it is shown");
        rule(
            address.is_empty() || tells_user(address) || is_http_url(address),
            key,
            "must be an http(s) address with a host, such as https://tickets.example",
        );
    }
    rule(config.limits.connections_max >= 1, "limits.connections_max", "must be 1 or more");
    let origins = &config.http.cors_origins;
    rule(
        origins.iter().all(|origin| origin == "*" || is_origin(origin)),
        "http.cors_origins",
        "must be \"*\" or origins such as https://shop.example.com: a scheme, a host in small letters \
         and perhaps a port, and nothing more",
    );
    rule((1..=65_536).contains(&config.storage.log_mib), "storage.log_mib", "must be 1 to 65536");
    let smtp = config.mail.transport == MailTransport::Smtp;
    rule(!smtp || !config.mail.url.reveal().is_empty(), "mail.url", "must be given for \"smtp\"");
    for (at, member) in config.cluster.members.iter().enumerate() {
        let earlier = &config.cluster.members[..at];
        let known = earlier.iter().any(|other| {
            other.id == member.id || other.peer == member.peer || other.http == member.http
        });
        let key = format!("cluster.members[{at}]");
        rule(!known, &key, "repeats the id or an address of an earlier member");
        rule(member.id >= 1, &key, "its id must be 1 or more");
    }
    let own = config.cluster.members.iter().find(|member| member.id == config.node.id);
    rule(
        own.is_none_or(|own| own.peer == config.peer_advertised()),
        "cluster.members",
        "this node's entry has another peer address than peer.advertise",
    );
    for (name, gateway) in &config.gateways {
        gateway_rules(name, gateway, &mut rule);
    }
    auth_rules(&config.auth, &mut rule);
    broken
}

fn auth_rules(auth: &Auth, rule: &mut impl FnMut(bool, &str, &str)) {
    let jwt = &auth.jwt;
    let allowed: Vec<_> = jwt.algorithms.iter().map(|name| Algorithm::named(name)).collect();
    let known = allowed.iter().all(Option::is_some);
    rule(known, "auth.jwt.algorithms", "must be some of EdDSA, ES256, RS256, HS256");
    let secret = jwt.secret.reveal().len();
    let secret_used = allowed.contains(&Some(Algorithm::Hs256));
    rule(
        !secret_used || secret >= JWT_SECRET_LEN_MIN,
        "auth.jwt.secret",
        "must have at least 32 bytes for HS256",
    );
    rule(secret == 0 || secret_used, "auth.jwt.secret", "is for HS256, which is not allowed");
    let keys_used = allowed.iter().flatten().any(|one| *one != Algorithm::Hs256);
    rule(
        keys_used != jwt.jwks.is_empty(),
        "auth.jwt.jwks",
        "must be given for EdDSA, ES256 and RS256, and is for nothing else",
    );
    let local = |url: &str| {
        let uri: Option<Uri> = url.parse().ok();
        uri.is_some_and(|uri| matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]")))
    };
    rule(
        !jwt.jwks.starts_with("http://") || local(&jwt.jwks),
        "auth.jwt.jwks",
        "must begin with https:// unless it is on this machine: whoever is between could make tokens",
    );
    rule(
        !tells_user(&jwt.jwks),
        "auth.jwt.jwks",
        "must not have a user or a password: it is shown",
    );
    rule(
        (1..=86_400).contains(&jwt.refresh_seconds),
        "auth.jwt.refresh_seconds",
        "must be 1 to 86400",
    );
    rule(jwt.leeway_seconds <= 300, "auth.jwt.leeway_seconds", "must be 0 to 300");
    for (at, token) in auth.tokens.iter().enumerate() {
        let key = format!("auth.tokens[{at}]");
        let name = StaticToken::is_name(&token.name);
        rule(name, &key, "its name must have 1 to 64 letters, digits, -, _ or .");
        rule(
            Role::named(&token.role).is_some(),
            &key,
            "its role must be buyer, organizer or operator",
        );
        rule(token.hash().is_some(), &key, "its sha256 must have 64 hexadecimal digits");
        let earlier = &auth.tokens[..at];
        let repeated = earlier.iter().any(|other| {
            other.name == token.name || other.sha256.eq_ignore_ascii_case(&token.sha256)
        });
        rule(!repeated, &key, "repeats the name or the hash of an earlier token");
    }
    rule(
        auth.mode == AuthMode::Open || !auth.tokens.is_empty() || !allowed.is_empty(),
        "auth.mode",
        "\"token\" lets nobody in: give auth.tokens or auth.jwt.algorithms",
    );
}

fn gateway_rules(name: &str, gateway: &Gateway, rule: &mut impl FnMut(bool, &str, &str)) {
    let table = format!("gateways.{name}");
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    let slug = (1..=GATEWAY_NAME_MAX).contains(&name.len()) && name.bytes().all(plain);
    rule(slug, &table, "its name must have 1 to 64 characters of a-z, 0-9, - and _");
    let message =
        format!("must be one of: {}; without it the table's name must", GATEWAY_DRIVERS.join(", "));
    let known = GATEWAY_DRIVERS.contains(&gateway.driver_or(name));
    rule(known, &format!("{table}.driver"), &message);
    rule(
        is_http_url(&gateway.api),
        &format!("{table}.api"),
        "must be an http(s) address with a host, and without a user or a password",
    );
    let signed = !gateway.webhook_secret.reveal().is_empty();
    rule(signed, &format!("{table}.webhook_secret"), "must not be empty");
}

fn is_http_url(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        let web = matches!(uri.scheme_str(), Some("http" | "https"));
        let named = !tells_user(text) && uri.host().is_some_and(|host| !host.is_empty());
        web && named && uri.query().is_none()
    })
}

/// Whether a text is an origin as browsers send it.
fn is_origin(text: &str) -> bool {
    let web = text.parse::<Uri>().is_ok_and(|uri| {
        let host = uri.host().is_some_and(|host| !host.is_empty());
        matches!(uri.scheme_str(), Some("http" | "https")) && host && !tells_user(text)
    });
    let plain = text.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
    web && plain && !text.contains(char::is_uppercase)
}

/// Whether an address has a user, perhaps with a password, before its host. Addresses are printed
/// and logged.
fn tells_user(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| uri.authority().is_some_and(|at| at.as_str().contains('@')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str =
        "[node]\nid = 1\ndata_dir = \"d\"\n[cluster]\nsecret = \"0123456789abcdef\"\n";

    fn check(file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.toml");
        std::fs::write(&path, file).unwrap();
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        load(Some(&path), variables, Overrides::new())
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    /// The least that a file must say; everything else has a default.
    #[test]
    fn minimal() {
        let config = check(MINIMAL, &[]).unwrap();
        assert_eq!(config.http.listen.port(), 8101);
        assert_eq!(config.raft.election_timeout_ms, [500, 900]);
        assert_eq!(config.public_url(), "http://127.0.0.1:8101");
    }

    /// The environment wins over the file, in either spelling, and flags win over both.
    #[test]
    fn layers() {
        let variables = [
            ("USHER_HTTP_LISTEN", "127.0.0.1:1"),
            ("USHER_RAFT__HEARTBEAT_MS", "100"),
            ("USHER_GATEWAYS_SANDBOX_API", "http://x"),
            ("USHER_GATEWAYS_SANDBOX_WEBHOOK_SECRET", "whsec_x"),
            ("USHER_ENDPOINTS", "ignored"),
            ("PATH", "ignored"),
        ];
        let config = check(MINIMAL, &variables).unwrap();
        assert_eq!(config.http.listen.port(), 1);
        assert_eq!(config.raft.heartbeat_ms, 100);
        assert_eq!(config.gateways["sandbox"].api, "http://x");
    }

    /// Who may use the API from elsewhere, and how often, is off unless it is set.
    #[test]
    fn limits() {
        let config = check(MINIMAL, &[]).unwrap();
        assert!(config.http.cors_origins.is_empty() && config.http.trusted_proxies.is_empty());
        let limits = config.limits;
        assert_eq!((limits.user_rate, limits.address_rate), (0, 0));
        assert_eq!(limits.connections_per_address, 0);
        let config = check(
            &MINIMAL.replace("[cluster]", "[limits]\nuser_rate = 5\nuser_burst = 20\n[cluster]"),
            &[
                (
                    "USHER_HTTP_CORS_ORIGINS",
                    "[\"https://shop.example.com\", \"http://[::1]:8000\"]",
                ),
                ("USHER_HTTP_TRUSTED_PROXIES", "[\"10.0.0.1\", \"2001:db8::1\"]"),
            ],
        );
        let config = config.unwrap();
        assert_eq!((config.limits.user_rate, config.limits.user_burst), (5, 20));
        assert_eq!((config.http.cors_origins.len(), config.http.trusted_proxies.len()), (2, 2));
    }

    /// Each wrong configuration names the key and the rule.
    #[test]
    fn wrong() {
        for (file, variables, expected) in [
            ("[node]\nid = 1\ncolour = 2\n", &[][..], "colour"),
            ("[planet]\nid = 1\n", &[], "planet"),
            ("node = ", &[], "TOML parse error"),
            (
                "[node]\nid = \"x\"\ndata_dir = \"d\"\n[cluster]\nsecret = \"0123456789abcdef\"\n",
                &[],
                "node.id",
            ),
            (
                "[node]\nid = 0\ndata_dir = \"d\"\n[cluster]\nsecret = \"0123456789abcdef\"\n",
                &[],
                "node.id: must be 1",
            ),
            (
                "[node]\nid = 1\ndata_dir = \"d\"\n[cluster]\nsecret = \"short\"\n",
                &[],
                "cluster.secret",
            ),
            (MINIMAL, &[("USHER_HTTP_LISTEN", "0.0.0.0:1")], "allow_open_on_network"),
            (MINIMAL, &[("USHER_HTTP_COLOUR", "1")], "USHER_HTTP_COLOUR"),
            (MINIMAL, &[("USHER_RAFT_ELECTION_TIMEOUT_MS", "[900, 500]")], "less than the second"),
            (MINIMAL, &[("USHER_RAFT_HEARTBEAT_MS", "300")], "twice raft.heartbeat_ms"),
            (MINIMAL, &[("USHER_AUTH_MODE", "none")], "auth.mode"),
            (MINIMAL, &[("USHER_HTTP_PUBLIC_URL", "https://u:p@x")], "http.public_url: must not"),
            (MINIMAL, &[("USHER_MEDIA_BASE_URL", "https://u@x/")], "media.base_url: must not"),
            (
                MINIMAL,
                &[("USHER_HTTP_PUBLIC_URL", "tickets.example")],
                "http.public_url: must be an http(s) address",
            ),
            (
                MINIMAL,
                &[("USHER_HTTP_PUBLIC_URL", "https://tickets.example/?a=b")],
                "http.public_url: must be an http(s) address",
            ),
            (MINIMAL, &[("USHER_MEDIA_BASE_URL", "/media")], "media.base_url: must be an http(s)"),
            (MINIMAL, &[("USHER_MEDIA_BASE_URL", "//cdn.example")], "media.base_url: must be"),
            (MINIMAL, &[("USHER_MAIL_TRANSPORT", "smtp")], "mail.url"),
            (MINIMAL, &[("USHER_AUTH_MODE", "token")], "auth.mode: \"token\" lets nobody in"),
            (MINIMAL, &[("USHER_AUTH_JWT_ALGORITHMS", "[\"none\"]")], "auth.jwt.algorithms"),
            (
                MINIMAL,
                &[("USHER_AUTH_JWT_ALGORITHMS", "[\"HS256\"]")],
                "auth.jwt.secret: must have",
            ),
            (MINIMAL, &[("USHER_AUTH_JWT_SECRET", "0123")], "auth.jwt.secret: is for HS256"),
            (MINIMAL, &[("USHER_AUTH_JWT_ALGORITHMS", "[\"EdDSA\"]")], "auth.jwt.jwks: must be"),
            (MINIMAL, &[("USHER_AUTH_JWT_JWKS", "http://example.com/")], "must begin with https"),
            (MINIMAL, &[("USHER_AUTH_JWT_LEEWAY_SECONDS", "301")], "auth.jwt.leeway_seconds"),
            (
                MINIMAL,
                &[("USHER_HTTP_CORS_ORIGINS", "[\"https://x/\"]")],
                "http.cors_origins: must",
            ),
            (MINIMAL, &[("USHER_HTTP_CORS_ORIGINS", "[\"x.com\"]")], "http.cors_origins: must"),
            (
                MINIMAL,
                &[("USHER_HTTP_CORS_ORIGINS", "[\"https://u@x\"]")],
                "http.cors_origins: must",
            ),
            (MINIMAL, &[("USHER_HTTP_TRUSTED_PROXIES", "[\"proxy\"]")], "http.trusted_proxies"),
            (MINIMAL, &[("USHER_LIMITS_USER_RATE", "-1")], "limits.user_rate"),
        ] {
            let error = check(file, variables).unwrap_err();
            assert!(error.contains(expected), "{file:?} {variables:?}: {error}");
        }
    }

    /// A static token has a name, a role and a hash, none of them twice.
    #[test]
    fn tokens() {
        let hash = "0123456789abcdef".repeat(4);
        let entry = |name: &str, role: &str, sha256: &str| {
            format!(
                "[[auth.tokens]]\nname = \"{name}\"\nrole = \"{role}\"\nsha256 = \"{sha256}\"\n"
            )
        };
        let token = [("USHER_AUTH_MODE", "token")];
        let good = format!("{MINIMAL}{}", entry("till", "organizer", &hash));
        let config = check(&good, &token).unwrap();
        assert_eq!(config.auth.tokens[0].hash().unwrap()[..2], [0x01, 0x23]);
        for (more, expected) in [
            (entry("till", "organizer", &"f".repeat(64)), "auth.tokens[1]: repeats"),
            (entry("other", "operator", &hash.to_uppercase()), "auth.tokens[1]: repeats"),
            (entry("a b", "operator", &"f".repeat(64)), "auth.tokens[1]: its name"),
            (entry("other", "king", &"f".repeat(64)), "auth.tokens[1]: its role"),
            (entry("other", "operator", "ff"), "auth.tokens[1]: its sha256"),
            (entry("other", "operator", &"g".repeat(64)), "auth.tokens[1]: its sha256"),
        ] {
            let error = check(&format!("{good}{more}"), &token).unwrap_err();
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }

    /// A gateway's table names a driver by key or by its own name; each rule it breaks is named.
    #[test]
    fn gateways() {
        let table = |name: &str, more: &str| {
            let table = "api = \"http://127.0.0.1:8200\"\nwebhook_secret = \"whsec_x\"";
            check(&format!("{MINIMAL}[gateways.{name}]\n{table}\n{more}\n"), &[])
        };
        let config = table("sandbox", "").unwrap();
        let sandbox = &config.gateways["sandbox"];
        assert_eq!((sandbox.driver_or("t"), sandbox.name_or("t")), ("t", "t"));
        let config = table("bank", "driver = \"sandbox\"\nname = \"Our bank\"").unwrap();
        let bank = &config.gateways["bank"];
        assert_eq!((bank.driver_or("t"), bank.name_or("t")), ("sandbox", "Our bank"));

        let named = |found: Result<Config, String>, expected: &str| {
            let error = found.unwrap_err();
            assert!(error.contains(expected), "{expected}: {error}");
        };
        named(table("bank", ""), "gateways.bank.driver: must be one of: sandbox");
        named(table("sandbox", "driver = \"x\""), "gateways.sandbox.driver: must be one of");
        named(table("\"a/b\"", "driver = \"sandbox\""), "gateways.a/b: its name must");
        named(table("sandbox", "colour = 1"), "colour");
        for api in [
            "",
            "127.0.0.1:8200",
            "ftp://x",
            "http://",
            "http://x/?a=b",
            "http:// x",
            "http://u:p@x",
        ] {
            let file =
                format!("{MINIMAL}[gateways.sandbox]\napi = \"{api}\"\nwebhook_secret = \"\"");
            named(check(&file, &[]), "gateways.sandbox.api: must be an http(s) address");
            named(check(&file, &[]), "gateways.sandbox.webhook_secret: must not be empty");
        }
    }

    /// The reference is a valid file once the two keys that must be given are.
    #[test]
    fn reference_is_valid() {
        let config = check(&super::super::reference(), &[]).unwrap();
        assert_eq!(config.node.id, 1);
        let every_key = super::super::reference().replace("# id", "#id");
        for key in KEYS {
            assert!(every_key.contains(&variable(key.path)), "{} is missing", key.path);
        }
    }

    /// Secrets do not leave by `Debug` or `config print`.
    #[test]
    fn secrets_are_hidden() {
        let config = check(MINIMAL, &[]).unwrap();
        let shown = format!("{config:?}{}", toml::to_string(&config).unwrap());
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
    }
}
