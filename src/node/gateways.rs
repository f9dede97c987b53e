//! The gateways that a node is configured with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::run::NodeError;
use crate::config::{Config, Gateway};
use crate::gateways::{Entry, Gateways, Sandbox};

/// Every configured gateway, ready to be spoken to.
///
/// # Errors
/// A table's values cannot be used.
pub(super) fn gateways(config: &Config) -> Result<Gateways, NodeError> {
    let entry = |(table, gateway): (&String, &Gateway)| {
        let unusable =
            |message: String| NodeError::Setting { key: format!("gateways.{table}"), message };
        let driver = match gateway.driver_or(table) {
            "sandbox" => Sandbox::new(&gateway.api, gateway.webhook_secret.reveal()),
            other => Err(format!("no driver is called {other:?}")),
        };
        let driver = Arc::new(driver.map_err(unusable)?);
        Ok((table.clone(), Entry { name: gateway.name_or(table).to_owned(), driver }))
    };
    let entries = config.gateways.iter().map(entry);
    entries.collect::<Result<BTreeMap<_, Entry>, NodeError>>().map(Gateways::new)
}
