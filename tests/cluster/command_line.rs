//! Section 7 of the contract: what the command line says and how it exits.

use serde_json::{Value, json};

use crate::harness::{Cluster, START_MAX, eventually, list, plans, run, show, text, usher, write};

#[test]
fn a_cluster_is_formed_once() {
    run(async {
        let cluster = Cluster::start_unformed().await;
        for node in cluster.nodes() {
            assert_eq!(node.get("/readyz").send().await.status, 503, "no cluster yet");
            node.hold("x", "u", &["A-1"]).refused(503, "not_ready").await;
            let read = node.get("/v1/shows?consistency=linearizable").send().await;
            assert_eq!(read.status, 503, "{}", read.text());
        }
        cluster.usher(&["cluster", "init"]).await.exits(0);
        // It returned when a leader serves: no waiting here.
        cluster.node(1).create_show(&show("formed", &plans::rows(&[("A", 1)]))).await;
        let again = cluster.usher(&["cluster", "init"]).await.exits(5);
        assert!(!again.stderr.is_empty(), "it says so");
        cluster.ready().await;
        let status = status(&cluster).await;
        cluster.usher(&["cluster", "init"]).await.exits(5);
        let later = self::status(&cluster).await;
        assert_eq!(later["cluster_id"], status["cluster_id"]);
    });
}

async fn status(cluster: &Cluster) -> Value {
    cluster.usher(&["cluster", "status", "--output", "json"]).await.exits(0).json()
}

#[test]
fn the_status_names_every_node() {
    run(async {
        let cluster = Cluster::shared().await;
        let status = status(&cluster).await;
        assert!(!text(&status, "cluster_id").is_empty());
        assert!(status["term"].as_u64().is_some_and(|term| term > 0), "{status}");
        let nodes = list(&status, "nodes");
        assert_eq!(nodes.len(), 3);
        for (at, node) in nodes.iter().enumerate() {
            assert_eq!(node["id"], at + 1);
            let role = if node["id"] == status["leader"] { "leader" } else { "follower" };
            assert_eq!(node["role"], role, "{status}");
            assert!(node["applied_index"].is_u64() && node["last_log_index"].is_u64(), "{status}");
            assert!(
                cluster.nodes()[at].base().contains(text(node, "http"))
                    || text(node, "http").contains(cluster.nodes()[at].base())
            );
            assert!(text(node, "peer").starts_with("127.0.0.1:"));
        }
        let table = cluster.usher(&["cluster", "status"]).await.exits(0);
        assert!(table.stdout.contains("leader") && table.stdout.contains("follower"));
    });
}

/// A node that is down is said to be; leadership goes where it is sent.
#[test]
fn leadership_is_transferred() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("moved", &plans::rows(&[("A", 9)]))).await;
        let leader = cluster.leader().await;
        let to = cluster.others(leader)[0];
        cluster.usher(&["leader", "transfer", "--to", &to.to_string()]).await.exits(0);
        assert_eq!(cluster.leader().await, to);
        cluster.node(leader).hold("moved", "moved-a", &["A-1"]).gives(201).await;
        cluster.usher(&["leader", "transfer", "--to", "99"]).await.exits(4);
        cluster.usher(&["leader", "transfer"]).await.exits(0);
        let now = cluster.leader().await;
        assert_ne!(now, to, "it went to somebody else");

        let down = cluster.others(now)[0];
        cluster.node(down).process.kill();
        eventually("the status shows a node that is down", START_MAX, async || {
            let status = status(&cluster).await;
            let nodes = list(&status, "nodes").to_vec();
            let shown = nodes.into_iter().find(|node| node["id"] == down)?;
            (shown["role"] == "unreachable").then_some(())
        })
        .await;
        cluster.node(now).process.kill();
        let left = cluster.others(now).into_iter().find(|id| *id != down).expect("three nodes");
        let only = ["leader", "transfer", "--endpoints", cluster.node(left).base()];
        usher(&only).await.exits(3);
    });
}

#[test]
fn shows_are_seeded_listed_and_exported() {
    run(async {
        let cluster = Cluster::shared().await;
        cluster.usher(&["show", "seed", "--preset", "bench", "--ids", "0..3"]).await.exits(0);
        for number in 0..=3u64 {
            let path = format!("/v1/shows/bench-{number}/seats?consistency=linearizable");
            let seats = cluster.node(1 + number % 3).get(&path).gives(200).await;
            let seats = list(&seats, "seats");
            assert_eq!(seats.len(), 1000);
            assert_eq!((&seats[0]["id"], &seats[999]["id"]), (&json!("0"), &json!("999")));
        }
        let show = cluster.node(1).get("/v1/shows/bench-0").gives(200).await;
        let last = cluster.node(2).get("/v1/shows/bench-3").gives(200).await;
        assert_eq!(show["seat_map"]["hash"], last["seat_map"]["hash"], "one stored map");
        assert_eq!(show["policy"]["hold_ttl_seconds"], 7200);
        cluster.node(3).hold("bench-2", "seeded-u", &["0", "999"]).gives(201).await;

        let listed = cluster.usher(&["show", "list", "--output", "json"]).await.exits(0);
        assert!(listed.stdout.contains("bench-1"), "{}", listed.stdout);
        listed.json();
        let exported = cluster.usher(&["show", "export", "bench-1"]).await.exits(0);
        assert_eq!(exported.json()["id"], "bench-1");
        cluster.usher(&["show", "export", "bench-not"]).await.exits(4);

        let file = cluster.dir().join("show.json");
        let body = crate::harness::show("from-a-file", &plans::theatre());
        write(&file, &body.to_string());
        let file = file.to_str().expect("UTF-8");
        cluster.usher(&["show", "create", "--file", file]).await.exits(0);
        cluster.node(2).get("/v1/shows/from-a-file?consistency=linearizable").gives(200).await;
        cluster.usher(&["show", "create", "--file", file]).await.exits(4);
    });
}

#[test]
fn the_presets_have_the_sizes_that_are_promised() {
    run(async {
        let cluster = Cluster::start().await;
        for preset in ["club", "theatre", "arena", "stadium"] {
            cluster.usher(&["show", "seed", "--preset", preset]).await.exits(0);
        }
        let shows =
            cluster.node(2).get("/v1/shows?consistency=linearizable&limit=200").gives(200).await;
        let mut sizes: Vec<u64> =
            list(&shows, "data").iter().filter_map(|show| show["available"].as_u64()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [300, 1200, 20_000, 100_000]);
    });
}

#[test]
fn a_sound_cluster_is_audited_as_sound() {
    run(async {
        let cluster = Cluster::start().await;
        cluster.node(1).create_show(&show("audited", &plans::theatre())).await;
        let held = cluster.node(2).hold("audited", "audited-a", &["A-1", "C-1"]).gives(201).await;
        let path = format!("/v1/holds/{}/confirm", text(&held, "id"));
        let confirm = cluster.node(3).post(&path, &json!({"reference": "till", "email": null}));
        let index = confirm.organizer().send().await.expect(201).index();
        let audit = cluster.usher(&["audit", "--output", "json"]).await.exits(0).json();
        assert_eq!(audit["violations"], json!([]));
        assert!(audit["index"].as_u64().is_some_and(|audited| audited >= index), "{audit}");
        for sum in ["captured", "booked", "refund_pending", "refunded"] {
            assert!(!audit[sum].is_null(), "no {sum} in {audit}");
        }
        assert!(audit["external"].to_string().contains("16000"), "{audit}");
    });
}

#[test]
fn nobody_there_is_exit_3() {
    run(async {
        // Port 9 is the discard service's, which no machine of ours runs.
        let nobody = ["--endpoints", "http://127.0.0.1:9"];
        for command in [
            ["cluster", "status"].as_slice(),
            &["cluster", "init"],
            &["leader", "transfer"],
            &["show", "list"],
            &["show", "seed", "--preset", "club"],
            &["audit"],
            &["payments", "reconcile"],
            &["outbox", "list"],
            &["refunds", "list"],
            &["refunds", "retry", "rfd_00000000000000000000000000000001"],
        ] {
            let ran = usher(&[command, &nobody].concat()).await;
            assert_eq!(ran.code, 3, "{command:?}: {}{}", ran.stdout, ran.stderr);
            assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "talk goes to stderr");
        }
    });
}

/// Commands about money say which of it they could not look at: what is not there is exit 4, a
/// gateway that is down is exit 1, and neither looks like calm.
#[test]
fn money_that_cannot_be_looked_at() {
    run(async {
        // The shared cluster's gateway is one that is never there.
        let cluster = Cluster::shared().await;
        let silent = cluster.usher(&["payments", "reconcile"]).await.exits(1);
        assert!(silent.stdout.is_empty() && silent.stderr.contains("gateway"), "{}", silent.stderr);
        let nobody = "rfd_00000000000000000000000000000001";
        let ran = cluster.usher(&["refunds", "retry", nobody]).await.exits(4);
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty());
    });
}

#[test]
fn wrong_usage_is_exit_2() {
    run(async {
        for command in [
            ["fly"].as_slice(),
            &["cluster"],
            &["cluster", "status", "--colour"],
            &["leader", "transfer", "--to", "two"],
            &["show", "seed", "--preset", "moon"],
            &["payments"],
            &["payments", "reconcile", "--gateway", ""],
            &["refunds", "list", "--status", "lost"],
            &["sandbox-gateway", "--listen", "nowhere", "--webhook-secret", "whsec_AAAA"],
            &["show", "seed", "--preset", "bench", "--ids", "3..0x"],
            &["cluster", "status", "--output", "poem", "--endpoints", "http://127.0.0.1:9"],
        ] {
            let ran = usher(command).await;
            assert_eq!(ran.code, 2, "{command:?}: {}{}", ran.stdout, ran.stderr);
        }
    });
}

#[test]
fn configurations_are_checked() {
    run(async {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let path = dir.path().join("node.toml");
        let file = path.to_str().expect("UTF-8");
        let good = "[node]\nid = 1\ndata_dir = \"data\"\n[http]\nlisten = \"127.0.0.1:8101\"\n\
                    public_url = \"http://127.0.0.1:8101\"\n[peer]\nlisten = \"127.0.0.1:9101\"\n\
                    advertise = \"127.0.0.1:9101\"\n[cluster]\n\
                    secret = \"s3cret-that-is-long-enough\"\n\
                    members = [{ id = 1, peer = \"127.0.0.1:9101\", http = \"127.0.0.1:8101\" }]\n\
                    [auth]\nmode = \"open\"\n";
        write(&path, good);
        usher(&["config", "check", "--config", file]).await.exits(0);
        let printed = usher(&["config", "print", "--config", file]).await.exits(0);
        assert!(printed.stdout.contains("heartbeat_ms"), "defaults are shown: {}", printed.stdout);
        assert!(!printed.stdout.contains("s3cret"), "a secret is printed");
        let reference = usher(&["config", "reference"]).await.exits(0);
        for key in ["data_dir", "election_timeout_ms", "allow_open_on_network", "webhook_secret"] {
            assert!(reference.stdout.contains(key), "no {key} in the reference");
        }
        for (what, from, to) in [
            ("an unknown key", "id = 1\n", "id = 1\ncolour = \"red\"\n"),
            ("an unknown section", "[auth]", "[nonsense]\nx = 1\n[auth]"),
            ("a wrong type", "id = 1\n", "id = \"one\"\n"),
            ("an unknown mode", "\"open\"", "\"ajar\""),
            (
                "open mode on the network",
                "listen = \"127.0.0.1:8101\"",
                "listen = \"0.0.0.0:8101\"",
            ),
            ("no TOML", "[node]", "[node"),
        ] {
            write(&path, &good.replacen(from, to, 1));
            let ran = usher(&["config", "check", "--config", file]).await;
            assert!(matches!(ran.code, 1 | 2 | 5), "{what}: {} {}", ran.code, ran.stderr);
            assert!(!ran.stderr.is_empty(), "{what} is named");
            let serve = usher(&["serve", "--config", file]).await;
            assert_ne!(serve.code, 0, "{what}");
        }
    });
}
