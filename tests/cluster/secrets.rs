//! Secrets stay where they belong: canaries are put wherever a node has or gets one, and then looked
//! for in everything that it says.

use serde_json::json;

use crate::harness::{Cluster, SECRET, plans, run, show};

/// Stands in the configuration: a gateway's keys and the key of JSON Web Tokens.
const CONFIGURED: &str = "canaryc0nf1gured";

/// Comes with requests: a token, a password in a wrong header, a signature.
const SENT: &str = "canarys3nt";

/// Of a buyer: the log is no list of who buys.
const BUYER: &str = "buyer-canaryb0ught";

/// At the highest level of detail of this program, with requests that are refused, that fail and that
/// succeed, no log, error, metric or debug page has a secret in it, and no log a buyer's address.
#[test]
fn nothing_that_is_said_has_a_secret() {
    run(async {
        let disks = tempfile::tempdir().expect("a temporary folder can be made");
        let more = format!(
            "[auth.jwt]\nalgorithms = [\"HS256\"]\nsecret = \"{CONFIGURED}0123456789abcdef\"\n\n\
             [gateways.planted]\ndriver = \"sandbox\"\napi = \"http://127.0.0.1:1\"\n\
             webhook_secret = \"whsec_{CONFIGURED}AAAAAAAA\"\nsecret_key = \"{CONFIGURED}\"\n\n\
             [log]\nformat = \"json\"\nfilter = \"info,usher=trace\"\n"
        );
        let cluster = Cluster::start_on(disks.path(), &more).await;
        let node = cluster.node(2);
        node.create_show(&show("kept", &plans::theatre())).await;
        let hold = node.hold("kept", BUYER, &["A-1"]).gives(201).await;
        let email = format!("{BUYER}@example.com");
        let pay = json!({"gateway": "planted", "email": email,
            "success_url": "https://example.com/", "cancel_url": "https://example.com/"});
        let path = format!("/v1/holds/{}/payments", hold["id"].as_str().expect("a hold has an id"));
        let mut said = Vec::new();
        // The gateway is not there: the buyer is told so, and the log as well.
        said.push(node.post(&path, &pay).user(BUYER).send().await.text());
        for (name, value) in [
            ("authorization", format!("Bearer {SENT}")),
            ("authorization", format!("Basic {SENT}")),
            ("cookie", format!("session={SENT}")),
            ("x-usher-role", SENT.to_owned()),
        ] {
            said.push(node.get("/v1/me/hold").header(name, &value).send().await.text());
        }
        let event = json!({"type": "payment.succeeded", "data": {}});
        let webhook = node.post("/v1/gateways/planted/webhook", &event);
        let webhook = webhook.header("webhook-id", "evt").header("webhook-timestamp", "1");
        let refused = webhook.header("webhook-signature", &format!("v1,{SENT}")).send().await;
        said.push(refused.expect(400).text());
        for page in ["/v1/cluster/debug", "/v1/cluster", "/metrics", "/readyz?verbose"] {
            said.push(node.get(page).operator().send().await.expect(200).text());
        }
        for said in &said {
            for secret in [CONFIGURED, SENT, SECRET] {
                assert!(!said.contains(secret), "{secret} in {said}");
            }
        }
        for node in cluster.nodes() {
            let log = node.process.log();
            assert!(log.contains("node serves"), "the log is elsewhere: {log}");
            for secret in [CONFIGURED, SENT, SECRET, &email] {
                let line = log.lines().find(|line| line.contains(secret));
                assert!(line.is_none(), "{secret} in the log: {line:?}");
            }
        }
    });
}
