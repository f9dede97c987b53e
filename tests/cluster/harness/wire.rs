//! The network between the nodes of a cluster, of either of two kinds that take the same troubles:
//! namespaces, where there is root and the kernel's tools, and proxies on the loopback address.

use std::fmt;
use std::net::Ipv4Addr;

use super::network::Network;
use super::ports;
use super::spaces::Spaces;
use super::trouble::{Trouble, Troubles};

/// The network of one cluster.
pub enum Wire {
    /// Every node in a namespace of its own.
    Spaces(Spaces),
    /// Every node behind a proxy of ours.
    Proxies(Network),
}

/// Where one node is in it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its number.
    pub id: u64,
    /// Its address.
    pub address: Ipv4Addr,
    /// Where its clients reach it.
    pub http: u16,
    /// Where it listens for peers.
    pub peer: u16,
    /// Where peers dial it.
    pub advertised: u16,
    /// The file of the network namespace that it runs in, if not in ours.
    pub space: Option<String>,
}

impl Place {
    /// On the loopback address, with nothing in between.
    pub fn plain(id: u64) -> Place {
        let (http, peer) = (ports::free(), ports::free());
        let address = Ipv4Addr::LOCALHOST;
        Place { id, address, http, peer, advertised: peer, space: None }
    }

    /// As the configuration lists members.
    pub fn member(&self) -> String {
        let Place { id, address, http, advertised, .. } = self;
        format!("{{ id = {id}, peer = \"{address}:{advertised}\", http = \"{address}:{http}\" }}")
    }
}

impl Wire {
    /// Namespaces if this machine can, else proxies; says which, and why.
    pub fn best() -> Wire {
        match Spaces::make() {
            Ok(spaces) => {
                println!("wire: every node in a network namespace of its own, {spaces}");
                Wire::Spaces(spaces)
            }
            Err(why) => {
                println!(
                    "wire: proxies on the loopback address, as namespaces are left out: {why}"
                );
                Wire::proxies()
            }
        }
    }

    /// Proxies.
    pub fn proxies() -> Wire {
        Wire::Proxies(Network::new())
    }

    /// Where we listen for what nodes send to us.
    pub fn host(&self) -> Ipv4Addr {
        match self {
            Wire::Spaces(spaces) => spaces.host(),
            Wire::Proxies(_) => Ipv4Addr::LOCALHOST,
        }
    }

    /// Makes a place for a node; an error if its ports were taken meanwhile.
    pub async fn join(&self, id: u64) -> std::io::Result<Place> {
        match self {
            Wire::Spaces(spaces) => Ok(spaces.join(id)),
            Wire::Proxies(network) => {
                let place = Place { advertised: ports::free(), ..Place::plain(id) };
                network.stand_before(id, place.advertised, place.peer).await?;
                Ok(place)
            }
        }
    }

    /// Takes away the place of a node that has ended.
    pub fn leave(&self, id: u64) {
        match self {
            Wire::Spaces(spaces) => spaces.leave(id),
            Wire::Proxies(network) => network.leave(id),
        }
    }

    /// Tells which process a node is now.
    pub fn runs_as(&self, node: u64, pid: u32) {
        match self {
            // A namespace knows its own.
            Wire::Spaces(_) => {}
            Wire::Proxies(network) => network.runs_as(node, pid),
        }
    }

    /// Adds to what is wrong, or takes from it.
    pub fn trouble(&self, change: impl FnOnce(&mut Troubles)) {
        match self {
            Wire::Spaces(spaces) => spaces.trouble(change),
            Wire::Proxies(network) => network.trouble(change),
        }
    }

    /// Cuts a node off these others, both ways.
    pub fn cut(&self, node: u64, others: &[u64]) {
        self.trouble(|troubles| troubles.around(node, others, |way| way.cut = true));
    }

    /// Nothing is wrong any more.
    pub fn heal(&self) {
        self.trouble(|troubles| *troubles = Troubles::default());
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Trouble { cut, loss, delay_ms, jitter_ms } = self;
        match (cut, loss, delay_ms) {
            (true, _, _) => write!(f, "cut"),
            (false, 0, 0) => write!(f, "whole"),
            (false, 0, _) => write!(f, "{delay_ms} to {} ms late", delay_ms + jitter_ms),
            (false, _, _) => write!(f, "{loss} % lost"),
        }
    }
}
