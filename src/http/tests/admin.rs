//! What operators and their tools ask: the cluster, the audit, health, media.

use serde_json::{Value, json};

use super::rig::Rig;
use crate::http::Settings;
use crate::raft::AdminError;

#[tokio::test]
async fn the_cluster_is_told_and_led() {
    let rig = Rig::new();
    let status = rig.get("/v1/cluster").gives(200).await;
    assert_eq!(status, json!({"cluster_id": null, "leader": 7, "term": 3, "nodes": []}));
    assert_eq!(rig.post("/v1/cluster/init", &json!({})).gives(201).await, status);
    assert_eq!(rig.post("/v1/cluster/leader", &json!({"to": 2})).gives(200).await["leader"], 2);
    assert_eq!(rig.post("/v1/cluster/leader", &json!({"to": null})).gives(200).await["leader"], 1);
    for (error, status, init, leader) in [
        (AdminError::Refused("done".to_owned()), 409, "already_initialized", "refused"),
        (AdminError::Unreachable("alone".to_owned()), 503, "no_leader", "no_leader"),
        (AdminError::NotFound("nobody".to_owned()), 404, "not_found", "not_found"),
    ] {
        *rig.solo.admin_fails.lock().unwrap() = Some(error.clone());
        rig.post("/v1/cluster/init", &json!({})).refused(status, init).await;
        *rig.solo.admin_fails.lock().unwrap() = Some(error);
        rig.post("/v1/cluster/leader", &json!({})).refused(status, leader).await;
    }
    rig.post("/v1/cluster/leader", &json!({"to": "x"})).refused(400, "invalid_request").await;
    rig.post("/v1/cluster/init", &json!({"force": true})).refused(400, "invalid_request").await;
}

/// Every change of members reaches consensus as it was asked for, dry or not, and refusals have the
/// codes that the command line tells apart.
#[tokio::test]
async fn members_are_changed() {
    let rig = Rig::new();
    let new = json!({"id": 4, "peer": "h4:9100", "http": "h4:8100"});
    let none = json!({});
    let at = |rest: &str| format!("/v1/cluster/nodes{rest}");
    let post = |rest: &str, body: &Value| rig.post(&at(rest), body);
    let asked = [
        (post("", &new), 201, "Add { id: 4, peer: \"h4:9100\", http: \"h4:8100\" }"),
        (post("/4/promote", &none), 200, "Promote { id: 4 }"),
        (rig.delete(&at("/4")), 200, "Remove { id: 4 }"),
        (post("/4/replace", &json!({"by": 5})), 200, "Replace { old: 4, new: 5 }"),
        (post("/4/drain", &none), 202, "Drain { id: 4 }"),
        (
            rig.patch(&at("/4"), &json!({"http": "[::1]:8100"})),
            200,
            "SetAddress { id: 4, peer: None, http: Some(\"[::1]:8100\") }",
        ),
    ];
    for (call, status, change) in asked {
        let plan = call.gives(status).await;
        assert_eq!(plan["steps"], json!([format!("{change}, dry: false")]));
    }
    let plan = post("?dry_run=true", &new).gives(200).await;
    assert!(plan["steps"][0].as_str().unwrap().ends_with("dry: true"), "{plan}");
    for (error, status, code) in [
        (AdminError::Refused("unsafe".to_owned()), 409, "refused"),
        (AdminError::Unreachable("alone".to_owned()), 503, "no_leader"),
        (AdminError::NotFound("nobody".to_owned()), 404, "not_found"),
    ] {
        *rig.solo.admin_fails.lock().unwrap() = Some(error.clone());
        post("/4/promote", &none).refused(status, code).await;
        *rig.solo.admin_fails.lock().unwrap() = Some(error);
        rig.post("/v1/cluster/verify", &none).refused(status, code).await;
    }
    assert_eq!(rig.post("/v1/cluster/verify", &none).gives(200).await["equal"], true);
}

/// What is wrong with a change of members is named by its field.
#[tokio::test]
async fn odd_changes_of_members_are_refused() {
    let rig = Rig::new();
    for (peer, http, field) in [
        ("h4", "h4:1", "peer"),
        ("h4:0", "h4:1", "peer"),
        ("h4:65536", "h4:1", "peer"),
        (":1", "h4:1", "peer"),
        ("0.0.0.0:1", "h4:1", "peer"),
        ("h4:1", "[::]:1", "http"),
        ("h 4:1", "h4:1", "peer"),
        ("h4:1", "http://h4:1/x", "http"),
    ] {
        let body = json!({"id": 4, "peer": peer, "http": http});
        let problem = rig.post("/v1/cluster/nodes", &body).refused(400, "invalid_request").await;
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let nothing = rig.patch("/v1/cluster/nodes/4", &json!({}));
    assert_eq!(nothing.refused(400, "invalid_request").await["errors"][0]["field"], "peer");
    for odd in ["x", "-1", "+4", "1e3"] {
        let path = format!("/v1/cluster/nodes/{odd}/promote");
        rig.post(&path, &json!({})).refused(404, "not_found").await;
    }
    let path = "/v1/cluster/nodes/4/promote?dryrun=true";
    rig.post(path, &json!({})).refused(400, "invalid_request").await;
}

/// What a node knows of itself is told to operators alone.
#[tokio::test]
async fn a_node_tells_of_itself() {
    let rig = Rig::with(Settings {
        effective: json!({"node": {"id": 7}, "cluster": {"secret": "***"}}),
        ..Settings::default()
    });
    rig.show("s").await;
    rig.hold("s", "u", &["A-1"]).await;
    let said = rig.get("/v1/cluster/debug").gives(200).await;
    assert_eq!((&said["node"], &said["config"]["cluster"]["secret"]), (&json!(7), &json!("***")));
    assert_eq!((&said["counts"]["shows"], &said["counts"]["holds"]), (&json!(1), &json!(1)));
    assert_eq!(said["not_ready"], Value::Null);
    rig.get("/v1/cluster/debug?all=1").refused(400, "invalid_request").await;
}

/// The audit has the shape of CONTRACT section 7, and each currency for itself.
#[tokio::test]
async fn the_audit_sums_and_finds_nothing() {
    let rig = Rig::new();
    rig.show("s").await;
    rig.book(&rig.hold("s", "u", &["A-1"]).await).await;
    let hold = rig.hold("s", "v", &["A-2"]).await;
    rig.pay(&hold, 9500);
    let reply = rig.get("/v1/cluster/audit?consistency=linearizable").send().await;
    let audit = reply.json();
    assert_eq!(audit["index"], reply.index());
    assert_eq!(audit["violations"], json!([]));
    let sums = json!({"captured": 9500, "booked": 9500, "refund_pending": 0, "refunded": 0,
        "external": 9500});
    assert_eq!(audit["currencies"], json!({ "EUR": sums }));
    for (name, sum) in sums.as_object().unwrap() {
        assert_eq!(&audit[name], sum, "{name}");
    }
}

#[tokio::test]
async fn health_is_told() {
    let rig = Rig::new();
    for path in ["/livez", "/livez?verbose", "/readyz", "/readyz?verbose=true"] {
        let reply = rig.get(path).send().await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.text().contains("ok"), "{path}");
    }
    *rig.solo.not_ready.lock().unwrap() = Some("no cluster yet".to_owned());
    let problem = rig.get("/readyz").refused(503, "not_ready").await;
    assert_eq!(problem["detail"], "no cluster yet");
    rig.get("/livez").send().await;
}

/// Files of the folder and nothing else.
#[tokio::test]
async fn media_stay_in_their_folder() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("media");
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    std::fs::write(outer.path().join("secret.jpg"), "secret").unwrap();
    std::fs::write(folder.join("a.jpg"), vec![7; 200_000]).unwrap();
    std::fs::write(folder.join("sub/b.svg"), "<svg/>").unwrap();
    std::fs::write(folder.join(".hidden"), "hidden").unwrap();
    std::os::unix::fs::symlink(outer.path().join("secret.jpg"), folder.join("link.jpg")).unwrap();
    let rig = Rig::with(Settings { media_folder: Some(folder), ..Settings::default() });
    let image = rig.get("/media/a.jpg").send().await;
    assert_eq!((image.has("content-type"), image.body.len()), ("image/jpeg", 200_000));
    assert_eq!(image.has("x-content-type-options"), "nosniff");
    let known = rig.get("/media/a.jpg").header("if-none-match", image.has("etag")).send().await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let drawing = rig.get("/media/sub/b.svg").send().await;
    assert_eq!(
        (drawing.has("content-type"), drawing.text()),
        ("image/svg+xml", "<svg/>".to_owned())
    );
    assert!(drawing.has("content-security-policy").contains("sandbox"));
    for outside in [
        "../secret.jpg",
        "..%2fsecret.jpg",
        "sub/../../secret.jpg",
        "%2e%2e/secret.jpg",
        "link.jpg",
        ".hidden",
        "sub",
        "sub/",
        "none.jpg",
        "a.jpg%00",
        "%5c..%5csecret.jpg",
        "/a.jpg",
    ] {
        rig.get(&format!("/media/{outside}")).refused(404, "not_found").await;
    }
    let nowhere: Value = Rig::new().get("/media/a.jpg").refused(404, "not_found").await;
    assert_eq!(nowhere["status"], 404);
}
