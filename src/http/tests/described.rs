//! Whether the API does what its description says: every exchange of a test of this room is held
//! against the document, and the document against itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use axum::http::{Method, Uri, header};
use regex::Regex;
use serde_json::{Value, json};

use super::rig::{Reply, Rig};
use crate::http::openapi::document;
use crate::http::routes::routes;
use crate::http::time::Time;

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// Words of a schema that say nothing about a value.
const NOTES: &[&str] = &["description", "title", "default", "example", "discriminator"];

/// Fails if an exchange is not as the document says.
pub(super) fn check(method: &Method, uri: &Uri, sent: Option<&Value>, reply: &Reply) {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    if is_page(uri.path()) {
        return;
    }
    let Some(path) = route(uri.path()) else {
        assert_eq!(reply.status.as_u16(), 404, "{uri} is in no path of the document");
        return;
    };
    if *method == Method::OPTIONS && reply.headers.contains_key("access-control-max-age") {
        // What a browser asks before it asks; the CORS protocol describes it.
        return;
    }
    let operation = &path[method.as_str().to_lowercase()];
    if operation.is_null() {
        assert_eq!(reply.status.as_u16(), 405, "{method} {uri} is not in the document");
        return;
    }
    let at = format!("{method} {uri}: {}", reply.status);
    let response = resolve(&operation["responses"][reply.status.as_str()]);
    assert!(response.is_object(), "{at} is not in the document: {}", reply.text());
    if reply.status.is_success() {
        asked_as_described(operation, uri, sent, &at);
    }
    for (name, header) in members(&response["headers"]) {
        let header = resolve(header);
        let value = reply.headers.get(name.to_lowercase());
        assert!(value.is_some() || header["required"] != true, "{at} has no {name}");
        let Some(value) = value.map(|value| value.to_str().unwrap()) else { continue };
        let value = match header["schema"]["type"].as_str() {
            Some("integer") => value.parse::<u64>().unwrap().into(),
            _ => Value::from(value),
        };
        fits(&header["schema"], &value, &format!("{at}: {name}"));
    }
    let media = reply.headers.get(header::CONTENT_TYPE).map(|media| media.to_str().unwrap());
    let Some(media) = media else {
        assert!(response["content"].is_null(), "{at} has no type");
        return;
    };
    let media = media.split(';').next().unwrap();
    let content = &response["content"];
    let content = if content[media].is_null() { &content["*/*"] } else { &content[media] };
    assert!(content.is_object(), "{at}: {media} is not in the document");
    let plain = reply.headers.get(header::CONTENT_ENCODING).is_none();
    if media.ends_with("json") && plain && !reply.body.is_empty() {
        fits(&content["schema"], &reply.json(), &at);
    }
}

/// What was accepted must be what the document lets a client ask.
fn asked_as_described(operation: &'static Value, uri: &Uri, sent: Option<&Value>, at: &str) {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(resolve);
    let known: BTreeSet<&str> = parameters
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap();
        assert!(known.contains(name), "{at}: parameter {name} is not in the document");
    }
    if let Some(sent) = sent {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{at} takes no body: {sent}");
        let mut faults = Vec::new();
        faults_of(schema, sent, "", false, &mut faults);
        assert!(faults.is_empty(), "{at} took {sent}, which the document forbids: {faults:?}");
    }
}

fn fits(schema: &Value, value: &Value, at: &str) {
    let mut faults = Vec::new();
    faults_of(schema, value, "", true, &mut faults);
    assert!(faults.is_empty(), "{at} is not as the document says: {faults:?}\n{value}");
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Follows a reference.
fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            DOCUMENT.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => value,
    }
}

/// Whether a path is that of a page, or of what pages load.
fn is_page(path: &str) -> bool {
    let mut pages = routes().into_iter().filter(|route| route.doc.is_none());
    pages.any(|page| fits_pattern(&page.path.replace("{*", "{"), path))
}

/// Whether a path is one of a pattern's.
fn fits_pattern(pattern: &str, path: &str) -> bool {
    if let Some(folder) = pattern.strip_suffix("{path}") {
        return path.len() > folder.len() && path.starts_with(folder);
    }
    let (wanted, given) = (pattern.split('/'), path.split('/'));
    wanted.clone().count() == given.clone().count()
        && wanted.zip(given).all(|(wanted, given)| {
            wanted == given || (wanted.starts_with('{') && !given.is_empty())
        })
}

/// The item of the document for a path.
fn route(path: &str) -> Option<&'static Value> {
    let mut found = members(&DOCUMENT["paths"]).filter(|(pattern, _)| fits_pattern(pattern, path));
    let exact = found.next().map(|(_, item)| item);
    exact.filter(|_| found.next().is_none())
}

/// What of a value a schema forbids. `strict` also forbids members that no schema names: an answer
/// may grow, but the document must say so.
fn faults_of(schema: &Value, value: &Value, at: &str, strict: bool, faults: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(&reference[1..]).unwrap(),
        None => schema,
    };
    let mut say = |what: String| faults.push(format!("{at}: {what}"));
    for (word, rule) in members(schema) {
        if is_beyond(word, rule, value) {
            say(format!("is beyond {word} {rule}"));
        }
        match word.as_str() {
            "type" if !is_of(rule, value) => say(format!("is no {rule}")),
            "enum" if !list(rule).any(|one| one == value) => say(format!("is none of {rule}")),
            "pattern" => {
                let pattern = Regex::new(rule.as_str().unwrap()).unwrap();
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    say(format!("is not like {rule}"));
                }
            }
            "format" if rule == "date-time" => {
                if value.as_str().is_some_and(|text| Time::parse(text).is_err()) {
                    say("is no time".to_owned());
                }
            }
            "required" if value.is_object() => {
                for name in list(rule).filter_map(Value::as_str) {
                    if value.get(name).is_none() {
                        say(format!("has no {name}"));
                    }
                }
            }
            "anyOf" | "oneOf" => {
                let fit = list(rule).filter(|rule| {
                    let mut faults = Vec::new();
                    faults_of(rule, value, at, strict && !rule["$ref"].is_null(), &mut faults);
                    faults.is_empty()
                });
                let fit = fit.count();
                if fit == 0 || (word == "oneOf" && fit > 1) {
                    say(format!("fits {fit} of {rule}"));
                }
            }
            "type"
            | "enum"
            | "format"
            | "minLength"
            | "maxLength"
            | "minItems"
            | "maxItems"
            | "uniqueItems"
            | "minimum"
            | "maximum"
            | "maxProperties"
            | "required"
            | "properties"
            | "items"
            | "allOf"
            | "additionalProperties"
            | "propertyNames" => {}
            note => assert!(NOTES.contains(&note), "nobody checks {note:?} of a schema"),
        }
    }
    for (n, item) in list(value).enumerate() {
        faults_of(&schema["items"], item, &format!("{at}[{n}]"), strict, faults);
    }
    members_of(schema, value, at, strict, faults);
}

/// Whether a value is beyond a bound.
fn is_beyond(word: &str, rule: &Value, value: &Value) -> bool {
    let length = value.as_str().map(|text| text.chars().count() as u64);
    let entries = value.as_array().map(|list| list.len() as u64);
    let names = value.as_object().map(|members| members.len() as u64);
    let (least, most) = match word {
        "minLength" => (length, None),
        "maxLength" => (None, length),
        "minItems" => (entries, None),
        "maxItems" => (None, entries),
        "minimum" => (value.as_u64(), None),
        "maximum" => (None, value.as_u64()),
        "maxProperties" => (None, names),
        "uniqueItems" => {
            let once: BTreeSet<String> = list(value).map(ToString::to_string).collect();
            return entries.is_some_and(|entries| (once.len() as u64) < entries);
        }
        _ => return false,
    };
    let Some(bound) = rule.as_u64() else { return false };
    least.is_some_and(|it| it < bound) || most.is_some_and(|it| bound < it)
}

fn members_of(schema: &Value, value: &Value, at: &str, strict: bool, faults: &mut Vec<String>) {
    let mut named = BTreeSet::new();
    let mut all = vec![schema];
    while let Some(part) = all.pop() {
        let part = match part["$ref"].as_str() {
            Some(reference) => DOCUMENT.pointer(&reference[1..]).unwrap(),
            None => part,
        };
        all.extend(list(&part["allOf"]));
        for (name, rule) in members(&part["properties"]) {
            named.insert(name.clone());
            if let Some(member) = value.get(name) {
                faults_of(rule, member, &format!("{at}.{name}"), strict, faults);
            }
        }
    }
    let rest = &schema["additionalProperties"];
    for (name, member) in members(value).filter(|(name, _)| !named.contains(*name)) {
        if !schema["propertyNames"].is_null() {
            faults_of(&schema["propertyNames"], &Value::from(name.as_str()), at, strict, faults);
        }
        if rest.is_object() {
            faults_of(rest, member, &format!("{at}.{name}"), strict, faults);
        } else if *rest == false || (strict && !named.is_empty()) {
            faults.push(format!("{at}: {name} is not in the document"));
        }
    }
}

fn is_of(types: &Value, value: &Value) -> bool {
    let is = |one: &Value| match one.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => panic!("no type is called {one}"),
    };
    if types.is_array() { list(types).any(is) } else { is(types) }
}

/// Every value under a word, wherever it stands.
fn all_under<'d>(value: &'d Value, word: &str, found: &mut Vec<&'d Value>) {
    for (name, member) in members(value) {
        if name == word {
            found.push(member);
        }
        all_under(member, word, found);
    }
    list(value).for_each(|item| all_under(item, word, found));
}

/// Where nothing stands; examples apart, that is a mistake.
fn holes(value: &Value, at: &str, found: &mut Vec<String>) {
    if value.is_null() {
        found.push(at.to_owned());
    }
    for (name, member) in members(value).filter(|(name, _)| *name != "example") {
        holes(member, &format!("{at}/{name}"), found);
    }
    list(value).for_each(|item| holes(item, at, found));
}

/// Every reference leads somewhere, and nothing stands there that nobody refers to.
#[test]
fn the_document_hangs_together() {
    let mut empty = Vec::new();
    holes(&DOCUMENT, "", &mut empty);
    assert!(empty.is_empty(), "null is nothing to say: {empty:?}");
    let mut found = Vec::new();
    all_under(&DOCUMENT, "$ref", &mut found);
    let mut reached = BTreeSet::new();
    for reference in found.iter().filter_map(|reference| reference.as_str()) {
        assert!(DOCUMENT.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
        reached.insert(reference);
    }
    for kind in ["schemas", "responses", "parameters"] {
        for (name, _) in members(&DOCUMENT["components"][kind]) {
            let reference = format!("#/components/{kind}/{name}");
            assert!(reached.contains(reference.as_str()), "nobody refers to {reference}");
        }
    }
}

/// Names are unique, those that CONTRACT promises are there, and every route says what it does.
#[test]
fn every_operation_is_told() {
    let operations = || members(&DOCUMENT["paths"]).flat_map(|(_, item)| members(item));
    let mut ids = BTreeSet::new();
    for (_, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{id} is there twice");
        let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert!(text(&operation["summary"]), "{id} has no summary");
        let success = members(&operation["responses"]).any(|(status, _)| status.starts_with('2'));
        assert!(success, "{id} never succeeds");
        for status in ["400", "500"] {
            assert!(operation["responses"][status].is_object(), "{id}: {status}");
        }
    }
    for promised in ["get_shows", "get_seats", "reserve_seats", "create_payment"] {
        assert!(ids.contains(promised), "{promised} is promised");
    }
}

/// Examples are what their schemas say; those of requests that README tells of stand there.
#[test]
fn examples_are_true() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme: String =
        fs::read_to_string(readme).unwrap().split_whitespace().collect::<Vec<_>>().concat();
    let mut seen = 0;
    for (_, operation) in members(&DOCUMENT["paths"]).flat_map(|(_, item)| members(item)) {
        let mut contents = Vec::new();
        all_under(operation, "content", &mut contents);
        for (_, content) in contents.into_iter().flat_map(members) {
            if !content["example"].is_null() {
                let at = operation["operationId"].as_str().unwrap();
                let request = operation["requestBody"]["content"]["application/json"] == *content;
                let mut faults = Vec::new();
                faults_of(&content["schema"], &content["example"], "", !request, &mut faults);
                assert!(faults.is_empty(), "the example of {at}: {faults:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "only {seen} examples");
    for told in crate::http::openapi::OF_THE_STORY {
        let told: String = told.split_whitespace().collect::<Vec<_>>().concat();
        assert!(readme.contains(&told), "README's story has no {told}");
    }
}

/// The checker finds what is wrong: an unknown member, a missing one, a value out of bounds.
#[test]
fn the_checker_is_not_blind() {
    let hold = &DOCUMENT["paths"]["/v1/holds/{hold}"]["get"]["responses"]["200"]["content"]["application/json"];
    let good = &hold["example"];
    let check = |change: &dyn Fn(&mut Value), expected: usize| {
        let mut value = good.clone();
        change(&mut value);
        let mut faults = Vec::new();
        faults_of(&hold["schema"], &value, "", true, &mut faults);
        assert_eq!(faults.len(), expected, "{faults:?}: {value}");
    };
    check(&|_| {}, 0);
    check(&|hold| hold["more"] = 1.into(), 1);
    check(&|hold| drop(hold.as_object_mut().unwrap().remove("booking")), 1);
    check(&|hold| hold["status"] = "gone".into(), 1);
    check(&|hold| hold["id"] = "hld_1".into(), 1);
    check(&|hold| hold["expires_at"] = "tomorrow".into(), 1);
    check(&|hold| hold["total"]["amount"] = (-1).into(), 0);
    check(&|hold| hold["seats"][0]["price"] = "dear".into(), 1);
}

/// Both forms of the description are served to anybody, kept by caches, and load nothing.
#[tokio::test]
async fn the_description_is_served() {
    let rig = Rig::new();
    for (path, media) in [("/openapi.json", "application/json"), ("/docs", "text/html")] {
        let reply = rig.get(path).send().await;
        assert_eq!(reply.status, 200);
        assert!(reply.has("content-type").starts_with(media));
        let etag = reply.has("etag").to_owned();
        assert!(reply.headers.get("usher-applied-index").is_none());
        let again = rig.get(path).header("if-none-match", &etag).send().await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
        let zipped = rig.get(path).header("accept-encoding", "gzip").send().await;
        assert_eq!(zipped.has("content-encoding"), "gzip");
        assert!(zipped.body.len() < reply.body.len() / 4, "{} bytes", zipped.body.len());
        assert_ne!(zipped.has("etag"), etag);
        rig.get(&format!("{path}?a=b")).refused(400, "invalid_request").await;
    }
    assert_eq!(rig.get("/openapi.json").gives(200).await, *DOCUMENT);
    let policy = rig.get("/docs").send().await.has("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
    rig.get("/docs").header("accept", "application/json").refused(406, "not_acceptable").await;
    let told = json!({"openapi": DOCUMENT["openapi"]});
    assert_eq!(told, json!({"openapi": "3.1.0"}));
}
