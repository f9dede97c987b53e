//! A cluster with its gateway, and what buyers do with both.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;

use super::cluster::{Cluster, Node};
use super::gateway::{Gateway, WEBHOOK_SECRET};
use super::http::{Call, Reply};
use super::mail::{Letter, letters};
use super::wire::Wire;
use super::{START_MAX, eventually, list, text};

/// How long money may take to come to rest.
const REST_MAX: Duration = Duration::from_mins(1);

/// Three nodes and a gateway.
pub struct Paying {
    /// The nodes.
    pub cluster: Cluster,
    /// Where they have buyers pay.
    pub gateway: Gateway,
    _dir: TempDir,
}

impl Paying {
    /// All of it, running.
    pub async fn start() -> Paying {
        Paying::start_over(None, None, "").await
    }

    /// The same on a network in which something can go wrong, with the data directories in a folder
    /// and more in every node's configuration.
    pub async fn start_over(wire: Option<Wire>, disks: Option<&Path>, more: &str) -> Paying {
        let dir = tempfile::Builder::new().prefix("usher-gateway-").tempdir();
        let dir = dir.expect("a temporary folder can be made");
        let host = wire.as_ref().map_or(Ipv4Addr::LOCALHOST, Wire::host);
        let gateway = Gateway::start(dir.path(), host).await;
        let cluster = Cluster::start_calling(gateway.api(), wire, disks, more).await;
        Paying { cluster, gateway, _dir: dir }
    }

    /// A node.
    pub fn node(&self, id: u64) -> &Node {
        self.cluster.node(id)
    }

    /// Some node.
    pub fn any(&self) -> &Node {
        self.cluster.present().next().expect("there are nodes")
    }

    /// Holds seats, as one who must get them.
    pub async fn hold(&self, node: u64, show: &str, user: &str, seats: &[&str]) -> String {
        text(&self.node(node).hold(show, user, seats).gives(201).await, "id").to_owned()
    }

    /// A request to open a payment.
    pub fn pay(&self, node: u64, hold: &str, user: &str) -> Call {
        let body = json!({
            "gateway": "sandbox", "email": format!("{user}@example.com"),
            "success_url": "http://shop.example/thanks", "cancel_url": "http://shop.example/back",
        });
        self.node(node).post(&format!("/v1/holds/{hold}/payments"), &body).user(user)
    }

    /// Opens a payment: its id and its page.
    pub async fn opens(&self, node: u64, hold: &str, user: &str) -> (String, String) {
        let payment = self.pay(node, hold, user).gives(201).await;
        assert_eq!(payment["status"], "open", "{payment}");
        (text(&payment, "id").to_owned(), text(&payment, "redirect_url").to_owned())
    }

    /// Presses a button that sends the buyer on.
    pub async fn press(&self, page: &str, button: &str) {
        assert_eq!(self.gateway.press(page, button).await, 303, "{button} at {page}");
    }

    /// Holds, opens and pays: the payment's id.
    pub async fn buys(&self, node: u64, show: &str, user: &str, seats: &[&str]) -> String {
        let hold = self.hold(node, show, user, seats).await;
        let (payment, page) = self.opens(node % 3 + 1, &hold, user).await;
        self.press(&page, "approve").await;
        payment
    }

    /// A payment as it stands, with every acknowledged write in it.
    pub async fn payment(&self, node: u64, payment: &str) -> Value {
        let path = format!("/v1/payments/{payment}?consistency=linearizable");
        self.node(node).get(&path).organizer().gives(200).await
    }

    /// Waits until a payment has a status.
    pub async fn becomes(&self, node: u64, payment: &str, status: &str) -> Value {
        let mut last = Value::Null;
        eventually(&format!("{payment} is {status}"), REST_MAX, async || {
            let path = format!("/v1/payments/{payment}?consistency=linearizable");
            let reply = self.node(node).get(&path).organizer().try_send().await.ok()?;
            let said = (reply.status == 200).then(|| reply.json())?;
            if last != said {
                last = said.clone();
                eprintln!("{payment}: {said}");
            }
            (said["status"] == status).then_some(said)
        })
        .await
    }

    /// A hold's status.
    pub async fn hold_status(&self, node: u64, hold: &str) -> String {
        let path = format!("/v1/holds/{hold}?consistency=linearizable");
        text(&self.node(node).get(&path).organizer().gives(200).await, "status").to_owned()
    }

    /// Tells a node of an event, signed as the gateway would.
    pub async fn tell(&self, node: u64, id: &str, body: &Value) -> Reply {
        event(self.node(node), id, body).send().await
    }

    /// The gateway's name for a payment's session.
    pub async fn reference(&self, payment: &str) -> String {
        let sessions = self.gateway.sessions().await;
        let found = sessions.iter().find(|session| session["payment"] == payment);
        text(found.unwrap_or_else(|| panic!("no session of {payment}")), "id").to_owned()
    }

    /// What an event says of a payment that is paid as it should be.
    pub async fn event(&self, kind: &str, payment: &str, amount: u64, currency: &str) -> Value {
        let reference = self.reference(payment).await;
        json!({"type": kind, "data": {
            "payment": payment, "reference": reference, "amount": amount, "currency": currency,
        }})
    }

    /// Waits until letters to an address have come.
    pub async fn mailed(&self, to: &str, least: usize) -> Vec<Letter> {
        eventually(&format!("{least} letters to {to}"), REST_MAX, async || {
            let all = letters(&self.cluster.mail()).into_iter();
            let theirs: Vec<Letter> = all.filter(|letter| letter.to == to).collect();
            (theirs.len() >= least).then_some(theirs)
        })
        .await
    }

    /// Waits until nothing is owed to the outside any more, but what `allowed` says.
    pub async fn rests(&self) {
        eventually("the outbox is empty", REST_MAX, async || {
            let call = self.any().get("/v1/outbox?consistency=linearizable").operator();
            let reply = call.try_send().await.ok().filter(|reply| reply.status == 200)?;
            list(&reply.json(), "data").is_empty().then_some(())
        })
        .await;
    }

    /// The books balance, and the gateway's own books say the same of every payment.
    pub async fn balances(&self) {
        let ran = self.cluster.usher(&["audit", "--output", "json"]).await.exits(0);
        assert_eq!(ran.json()["violations"], json!([]));
        let (refunds, sessions) = (self.gateway.refunds().await, self.gateway.sessions().await);
        for session in sessions {
            let id = text(&session, "payment");
            let path = format!("/v1/payments/{id}?consistency=linearizable");
            let ours = eventually(&path, REST_MAX, async || {
                let reply = self.any().get(&path).organizer().try_send().await.ok()?;
                (reply.status == 200).then(|| reply.json())
            })
            .await;
            for field in ["captured", "refunded"] {
                assert_eq!(ours[field], session[field], "{field} of {ours} and {session}");
            }
            let back = refunds.iter().filter(|refund| refund["payment"] == id);
            let back: u64 = back.filter_map(|refund| refund["amount"].as_u64()).sum();
            assert_eq!(ours["refunded"], back, "refunds of {ours}");
        }
    }

    /// Waits for a leader after one was killed.
    pub async fn led_without(&self, dead: u64) -> u64 {
        self.cluster.leader_among(&self.cluster.others(dead)).await
    }

    /// Sends a write again under its key until it is decided.
    pub async fn decided(&self, what: &str, call: impl Fn() -> Call) -> Reply {
        eventually(what, START_MAX, async || {
            let reply = call().try_send().await.ok()?;
            (!matches!(reply.status.as_u16(), 502..=504)).then_some(reply)
        })
        .await
    }
}

/// An event for a node, signed as the gateway would.
pub fn event(node: &Node, id: &str, body: &Value) -> Call {
    let (body, now) = (body.to_string(), jiff::Timestamp::now().as_second());
    let now = u64::try_from(now).expect("it is after 1970");
    let call = node.call(reqwest::Method::POST, "/v1/gateways/sandbox/webhook");
    let signature = sign(id, now, &body);
    call.header("webhook-id", id)
        .header("webhook-timestamp", &now.to_string())
        .header("webhook-signature", &signature)
        .body("application/json", body)
}

/// A signature as Standard Webhooks has it, made here from the specification alone.
pub fn sign(id: &str, timestamp: u64, body: &str) -> String {
    let encoded = WEBHOOK_SECRET.strip_prefix("whsec_").expect("our secret has the prefix");
    let key = BASE64_STANDARD.decode(encoded).expect("our secret is base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}
