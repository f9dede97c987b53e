//! Tokens whose keys an issuer publishes, and changes.

use std::ffi::OsStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use usher::seats::Role;
use usher::tokens::{Algorithm, SigningKey};

use crate::harness::{Certificate, Cluster, eventually, plans, run, show, tokens};

/// Two keys, each with its name and public half.
const OLD: (&str, &str, &[u8]) = (
    "old",
    "4FnQlq32SJpOWF4CppyGKMckejonUyvs2TFm20co-gA",
    include_bytes!("../../src/tokens/fixtures/ed25519.pem"),
);
const NEW: (&str, &str, &[u8]) = (
    "new",
    "syro5QA-XBNnXYXwrjN_P6i82C1gTJwH0HNtol8slsc",
    include_bytes!("../../src/tokens/fixtures/ed25519.next.pem"),
);

/// Nodes read the keys every second; all of this is far beyond that, on a busy machine.
const READ_MAX: Duration = Duration::from_secs(30);

/// Whoever publishes keys: ends with the test.
struct Issuer {
    url: String,
    published: Arc<Mutex<Value>>,
    serving: JoinHandle<()>,
}

impl Issuer {
    async fn start(keys: &[(&str, &str, &[u8])]) -> Issuer {
        Issuer::start_with(keys, None).await
    }

    /// Over HTTPS, if there is a certificate to show.
    async fn start_with(keys: &[(&str, &str, &[u8])], certificate: Option<&Certificate>) -> Issuer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there are free ports");
        let port = listener.local_addr().expect("it listens").port();
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let acceptor = certificate.map(Certificate::acceptor);
        let published = Arc::new(Mutex::new(set(keys)));
        let current = Arc::clone(&published);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let body = current.lock().unwrap_or_else(PoisonError::into_inner).to_string();
                match &acceptor {
                    None => answer(stream, &body).await,
                    // Who does not trust the certificate goes away.
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            answer(stream, &body).await;
                        }
                    }
                }
            }
        });
        Issuer { url: format!("{scheme}://localhost:{port}/jwks.json"), published, serving }
    }

    fn publish(&self, keys: &[(&str, &str, &[u8])]) {
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = set(keys);
    }
}

/// Whoever goes away before the end asks again.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, body: &str) {
    let _read = stream.read(&mut [0; 2048]).await;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/jwk-set+json\r\nconnection: close";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let _sent = stream.write_all(answer.as_bytes()).await;
    let _ended = stream.shutdown().await;
}

fn set(keys: &[(&str, &str, &[u8])]) -> Value {
    let key = |(id, x, _): &(&str, &str, &[u8])| {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id, "x": x,
        })
    };
    json!({ "keys": keys.iter().map(key).collect::<Vec<_>>() })
}

fn token((id, _, pem): (&str, &str, &[u8]), user: &str) -> String {
    let key = SigningKey::pem(pem, Algorithm::EdDsa, Some(id)).expect("it is a key in PEM");
    tokens::signed(&key, Some(user), Role::Buyer)
}

/// What a node says to whoever has a token.
async fn status(cluster: &Cluster, node: u64, token: &str) -> u16 {
    let call = cluster.node(node).get("/v1/me/hold");
    call.header("authorization", &format!("Bearer {token}")).send().await.status.as_u16()
}

/// An issuer changes its keys while the cluster runs: tokens of the new one are good on every node
/// soon, those of the old one until it is withdrawn and no longer. An issuer that is away, or says
/// nonsense, changes nothing.
#[test]
fn keys_are_rotated_under_a_cluster() {
    run(async {
        let issuer = Issuer::start(&[OLD]).await;
        let cluster = Cluster::start_proving(Some(&issuer.url), "").await;
        cluster.node(1).create_show(&show("keys", &plans::theatre())).await;
        let (old, new) = (token(OLD, "anna"), token(NEW, "ben"));
        let everywhere = async |what: &str, token: &str, due: u16| {
            for node in 1..=3 {
                eventually(&format!("{what} at node {node}"), READ_MAX, async || {
                    (status(&cluster, node, token).await == due).then_some(())
                })
                .await;
            }
        };
        let warned = async |reason: &str| {
            for node in cluster.nodes() {
                eventually(&format!("{reason} at node {}", node.id), READ_MAX, async || {
                    node.process.log().contains(reason).then_some(())
                })
                .await;
            }
        };
        everywhere("the old key is known", &old, 404).await;
        for node in 1..=3 {
            assert_eq!(status(&cluster, node, &new).await, 401, "nobody has published it");
            // Another token under the name of a key that is known.
            let forged =
                format!("{}.{}", old.rsplit_once('.').expect("three parts").0, "A".repeat(86));
            assert_eq!(status(&cluster, node, &forged).await, 401);
        }
        let hold = cluster.node(2).post("/v1/shows/keys/holds", &json!({"seats": ["A-1"]}));
        let hold = hold.header("authorization", &format!("Bearer {old}")).gives(201).await;
        assert_eq!(hold["user"], "anna");

        issuer.publish(&[OLD, NEW]);
        everywhere("the new key is known", &new, 404).await;
        everywhere("the old one still is", &old, 200).await;
        issuer.publish(&[NEW]);
        everywhere("the old key is withdrawn", &old, 401).await;
        *issuer.published.lock().unwrap_or_else(PoisonError::into_inner) = json!("nonsense");
        warned("this is no set of keys").await;
        issuer.serving.abort();
        warned("onnection refused").await;
        for node in 1..=3 {
            assert_eq!(status(&cluster, node, &new).await, 404);
        }
        // Without a set there is no key: a node that starts says "not now", and not "you may not".
        cluster.node(3).process.kill();
        cluster.start_node(3);
        assert!(cluster.node(3).opens().await.is_none());
        let call = cluster.node(3).get("/v1/me/hold");
        let call = call.header("authorization", &format!("Bearer {new}"));
        call.refused(503, "not_ready").await;
    });
}

/// An issuer elsewhere is asked over HTTPS, and believed only if the machine trusts its certificate.
#[test]
fn keys_come_over_https_from_whom_the_machine_trusts() {
    run(async {
        let issuer = Issuer::start(&[OLD]).await;
        let cluster = Cluster::start_proving(Some(&issuer.url), "").await;
        let node = cluster.node(3);
        let certificate = Certificate::make();
        let secure = Issuer::start_with(&[NEW], Some(&certificate)).await;
        let jwks = ("USHER_AUTH_JWT_JWKS", OsStr::new(&secure.url));
        let stranger = Certificate::make();
        let new = token(NEW, "anna");

        node.process.kill();
        let trusted = ("SSL_CERT_FILE", stranger.file.as_os_str());
        cluster.start_node_with(3, &[jwks, trusted]);
        assert!(node.opens().await.is_none());
        eventually("the certificate is refused", READ_MAX, async || {
            node.process.log().contains("invalid peer certificate").then_some(())
        })
        .await;
        assert_eq!(status(&cluster, 3, &new).await, 503);

        node.process.kill();
        let trusted = ("SSL_CERT_FILE", certificate.file.as_os_str());
        cluster.start_node_with(3, &[jwks, trusted]);
        eventually("the key is known", READ_MAX, async || {
            (node.opens().await.is_none() && status(&cluster, 3, &new).await == 404).then_some(())
        })
        .await;
        assert_eq!(status(&cluster, 3, &token(OLD, "anna")).await, 401);
    });
}
