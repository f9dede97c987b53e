//! `token`: tokens for nodes that want them.

use std::fmt::Write as _;
use std::fs;

use serde_json::json;

use super::args::{Format, Sign, TokenVerb};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::clock::{Clock as _, SystemClock, SystemRng};
use crate::seats::{Millis, Role};
use crate::tokens::{Algorithm, Grant, SigningKey, new_static};

/// Makes a token.
pub(super) fn token(verb: &TokenVerb, output: &mut Output) -> Result<Exit, Failure> {
    match verb {
        TokenVerb::New { name, role } => make(name, *role, output),
        TokenVerb::Sign(sign) => {
            let token = signed(sign)?;
            match output.format {
                Format::Json => output.json(&json!({ "token": token })),
                Format::Table => output.data(&token),
            }
        }
    }
    Ok(Exit::Done)
}

/// The token goes to stdout alone, so that it can be put into a file unseen.
fn make(name: &str, role: Role, output: &mut Output) {
    let (token, hash) = new_static(&SystemRng);
    let sha256 = hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let role = role.name();
    match output.format {
        Format::Json => {
            let made = json!({ "token": token, "name": name, "role": role, "sha256": sha256 });
            output.json(&made);
        }
        Format::Table => {
            output.data(&token);
            output.say(&format!(
                "It is shown this once. Every node's configuration gets its hash:\n\n\
                 [[auth.tokens]]\nname = \"{name}\"\nrole = \"{role}\"\nsha256 = \"{sha256}\""
            ));
        }
    }
}

fn signed(sign: &Sign) -> Result<String, Failure> {
    if sign.role == Role::Buyer && sign.user.is_none() {
        return Err(Failure::new(Exit::Usage, "--user is missing: a buyer is somebody"));
    }
    let usage = |error: &dyn std::fmt::Display| {
        Failure::new(Exit::Usage, format!("--key {}: {error}", sign.key.display()))
    };
    let bytes = fs::read(&sign.key).map_err(|error| usage(&error))?;
    let key = match sign.algorithm {
        Algorithm::Hs256 => SigningKey::secret(bytes.trim_ascii()),
        Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Rs256 => {
            SigningKey::pem(&bytes, sign.algorithm, sign.key_id.as_deref())
                .map_err(|error| usage(&error))?
        }
    };
    let until = Millis(SystemClock::new().wall().0 + sign.lifetime * 1_000);
    let grant = Grant {
        aud: sign.audience.clone(),
        iss: sign.issuer.clone(),
        ..Grant::new(sign.user.as_deref(), sign.role, until)
    };
    key.sign(&grant).map_err(|error| usage(&error))
}
