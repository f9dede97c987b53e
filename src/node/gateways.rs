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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;

    /// A node's configuration with these keys besides those that it must have.
    fn config(more: &[(&str, &str)]) -> Config {
        let keys =
            [("node.id", "1"), ("node.data_dir", "d"), ("cluster.secret", "0123456789abcdef")];
        let flags = keys.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        load(None, [], flags.collect()).unwrap()
    }

    /// Each table is a gateway under its own name; what a driver does not take is named by table.
    #[test]
    fn tables_are_gateways() {
        assert_eq!(gateways(&config(&[])).unwrap().names().count(), 0);
        let tables = [
            ("gateways.sandbox.api", "http://127.0.0.1:8200"),
            ("gateways.sandbox.webhook_secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
            ("gateways.bank.driver", "sandbox"),
            ("gateways.bank.name", "Our bank"),
            ("gateways.bank.api", "http://127.0.0.1:8201/"),
            ("gateways.bank.webhook_secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
        ];
        let found = gateways(&config(&tables)).unwrap();
        let names: Vec<_> = found.names().collect();
        assert_eq!(names, [("bank", "Our bank"), ("sandbox", "sandbox")]);
        assert!(found.get("bank").is_some() && found.get("other").is_none());

        let mut unknown = config(&tables);
        unknown.gateways.get_mut("bank").unwrap().driver = "moon".to_owned();
        let error = gateways(&unknown).unwrap_err().to_string();
        assert_eq!(error, "gateways.bank: no driver is called \"moon\"");
    }
}
