//! Who the command line is to a cluster.

use super::args::Connect;
use super::exit::{Exit, Failure};
use crate::client::Client;

/// Who the command line is where callers are believed.
const USER: &str = "usher-cli";

/// A client of the endpoints on the command line.
///
/// # Errors
/// The token cannot be read.
pub(super) fn client(connect: &Connect) -> Result<Client, Failure> {
    let client = Client::builder(connect.endpoints.clone())
        .user(USER)
        .role("operator")
        .patience(connect.timeout);
    let client = match token(connect)? {
        Some(token) => client.token(token),
        None => client,
    };
    Ok(client.build()?)
}

fn token(connect: &Connect) -> Result<Option<String>, Failure> {
    let token = match &connect.token_file {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            Failure::new(Exit::Usage, format!("--token-file {}: {error}", path.display()))
        })?),
        None => std::env::var("USHER_TOKEN").ok(),
    };
    Ok(token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()))
}
