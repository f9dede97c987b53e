//! Where browsers reach the nodes of the cluster: pages are told so, and each node lets the pages
//! of all the others use it.

/// Scheme, host and port, as browsers write them: in small letters, and without a port that the
/// scheme has anyway. Nothing stands in it that means anything in HTML or in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin(String);

/// Hosts that are listened on, and cannot be dialled.
const NOWHERE: [&str; 2] = ["0.0.0.0", "[::]"];

impl Origin {
    /// The origin of an address; `None` for one that no browser can dial.
    pub(super) fn of(address: &str) -> Option<Origin> {
        let (scheme, rest) = address.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        let port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return None,
        };
        let host = host.strip_suffix(port).unwrap_or(&host);
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "-._:[]".contains(sign);
        let nowhere = NOWHERE.iter().any(|name| {
            host.strip_prefix(name).is_some_and(|port| port.is_empty() || port.starts_with(':'))
        });
        let dialled = !host.is_empty() && host.chars().all(plain) && !nowhere;
        dialled.then(|| Origin(format!("{scheme}://{host}")))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a page that a browser names so was served where it now asks. Only the scheme may differ:
/// a proxy that ends TLS has it changed.
pub(super) fn is_at(origin: &str, host: &str) -> bool {
    let Some((scheme, place)) = origin.split_once("://") else { return false };
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    // Browsers leave a scheme's own port out; clients of theirs and proxies may not.
    let bare = |host: &'_ str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
    bare(place) == bare(host)
}

/// The origins of all nodes, this one's first. A node knows its own public address, and of every
/// member host and port. Where its own is that of a member, the others are reached in the same way;
/// any other, such as a load balancer's, is the same for all nodes.
pub(super) fn origins(public_url: &str, members: &[String]) -> Vec<Origin> {
    let scheme = public_url.split_once("://").map_or("http", |(scheme, _)| scheme);
    let members: Vec<Origin> =
        members.iter().filter_map(|member| Origin::of(&format!("{scheme}://{member}"))).collect();
    match Origin::of(public_url) {
        None => members,
        Some(own) if !members.contains(&own) => vec![own],
        Some(own) => {
            let others = members.into_iter().filter(|member| *member != own);
            std::iter::once(own.clone()).chain(others).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address says its origin as browsers do, or nothing that could be used for harm.
    #[test]
    fn addresses_have_origins() {
        let check = |address: &str, expected: Option<&str>| {
            let origin = Origin::of(address);
            assert_eq!(origin.as_ref().map(Origin::as_str), expected, "{address}");
        };
        check("http://127.0.0.1:8101", Some("http://127.0.0.1:8101"));
        check("https://Tickets.Example/shop/?a#b", Some("https://tickets.example"));
        check("https://tickets.example:443", Some("https://tickets.example"));
        check("http://tickets.example:80/", Some("http://tickets.example"));
        check("http://tickets.example:443", Some("http://tickets.example:443"));
        check("http://[2001:db8::80]:8101", Some("http://[2001:db8::80]:8101"));
        for nowhere in ["", "tickets.example", "http://", "http:///x", "ftp://a", "javascript:x"] {
            check(nowhere, None);
        }
        check("http://0.0.0.0:8101", None);
        check("http://[::]:8101", None);
        check("http://0.0.0.0.example", Some("http://0.0.0.0.example"));
        for harm in ["a; script-src *", "a,b", "a\"><script>", "a'self'", "u:p@a", "a b", "\u{e9}"]
        {
            check(&format!("http://{harm}"), None);
        }
    }

    /// Host and port are compared, and what is no web page is at no host.
    #[test]
    fn pages_are_where_they_were_served() {
        let check = |origin: &str, host: &str, expected: bool| {
            assert_eq!(is_at(origin, host), expected, "{origin} at {host}");
        };
        check("http://127.0.0.1:8101", "127.0.0.1:8101", true);
        check("http://localhost:8101", "LocalHost:8101", true);
        check("http://0.0.0.0:8101", "0.0.0.0:8101", true);
        check("http://[::1]:8101", "[::1]:8101", true);
        check("https://tickets.example", "tickets.example", true);
        check("https://tickets.example", "tickets.example:443", true);
        check("http://tickets.example:8101", "tickets.example", false);
        check("http://127.0.0.1:8102", "127.0.0.1:8101", false);
        check("https://evil.example", "127.0.0.1:8101", false);
        check("https://tickets.example.evil.example", "tickets.example", false);
        check("chrome-extension://tickets.example", "tickets.example", false);
        for none in ["null", "", "://", "tickets.example"] {
            check(none, "tickets.example", false);
            check(none, "", false);
        }
    }

    /// Members are reached as this node is; one address for all stays alone.
    #[test]
    fn nodes_are_reached_in_one_way() {
        let check = |own: &str, members: &[&str], expected: &[&str]| {
            let members: Vec<String> = members.iter().map(|member| (*member).to_owned()).collect();
            let origins = origins(own, &members);
            let origins: Vec<&str> = origins.iter().map(Origin::as_str).collect();
            assert_eq!(origins, expected, "{own} among {members:?}");
        };
        let three = ["a:1", "b:2", "c:3"];
        check("http://b:2", &three, &["http://b:2", "http://a:1", "http://c:3"]);
        check("https://B:2/", &three, &["https://b:2", "https://a:1", "https://c:3"]);
        check("https://tickets.example", &three, &["https://tickets.example"]);
        check("http://b:2", &[], &["http://b:2"]);
        // One that left is none of them any more.
        check("http://b:2", &["a:1", "c:3"], &["http://b:2"]);
        // A node that listens everywhere and was told nothing else knows the others.
        check("http://0.0.0.0:1", &three, &["http://a:1", "http://b:2", "http://c:3"]);
        check("", &["0.0.0.0:1", "b:2"], &["http://b:2"]);
    }
}
