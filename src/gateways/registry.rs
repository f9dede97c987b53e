//! The gateways of a node, by their names in the configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::gateway::Gateway;

/// One configured gateway.
#[derive(Clone)]
pub struct Entry {
    /// What buyers read.
    pub name: String,
    /// How it is spoken to.
    pub driver: Arc<dyn Gateway>,
}

/// The gateways that a node is configured with.
#[derive(Clone, Default)]
pub struct Gateways(BTreeMap<String, Entry>);

impl Gateways {
    /// These, by id.
    #[must_use]
    pub fn new(entries: BTreeMap<String, Entry>) -> Gateways {
        Gateways(entries)
    }

    /// How a gateway is spoken to, if there is one of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Gateway>> {
        self.0.get(id).map(|entry| &entry.driver)
    }

    /// Each gateway's id with what buyers read.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> + '_ {
        self.0.iter().map(|(id, entry)| (id.as_str(), entry.name.as_str()))
    }
}

impl fmt::Debug for Gateways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Where a gateway can tell the cluster of its sessions: at the public address, and at each
/// member's own, since any node takes webhooks and the others may be down. `members` are host and
/// port.
#[must_use]
pub fn webhook_urls(gateway: &str, public_url: &str, members: &[String]) -> Vec<String> {
    let own = members.iter().map(|member| format!("http://{member}"));
    let mut bases: Vec<String> = own.collect();
    if !bases.iter().any(|base| base == public_url) {
        bases.insert(0, public_url.to_owned());
    }
    bases.iter().map(|base| format!("{base}/v1/gateways/{gateway}/webhook")).collect()
}
