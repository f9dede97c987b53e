//! Tokens that are good, and every way in which one is not. The keys in `fixtures` sign nothing
//! outside of these tests.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::*;
use crate::clock::SystemRng;
use crate::seats::{Millis, Role, UserId};

const ED25519: &[u8] = include_bytes!("fixtures/ed25519.pem");
const ED25519_NEXT: &[u8] = include_bytes!("fixtures/ed25519.next.pem");
const P256: &[u8] = include_bytes!("fixtures/p256.pem");
const RSA: &[u8] = include_bytes!("fixtures/rsa.pem");
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// The present of these tests.
const NOW: Millis = Millis(1_785_000_000_000);

fn ed25519() -> SigningKey {
    SigningKey::pem(ED25519, Algorithm::EdDsa, Some("ed")).unwrap()
}

fn next() -> SigningKey {
    SigningKey::pem(ED25519_NEXT, Algorithm::EdDsa, Some("next")).unwrap()
}

fn p256() -> SigningKey {
    SigningKey::pem(P256, Algorithm::Es256, Some("ec")).unwrap()
}

fn rsa() -> SigningKey {
    SigningKey::pem(RSA, Algorithm::Rs256, Some("rsa")).unwrap()
}

fn secret() -> SigningKey {
    SigningKey::secret(SECRET)
}

fn set(keys: &[&SigningKey]) -> String {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() }).to_string()
}

/// Rules that allow all algorithms.
fn rules() -> Rules {
    Rules {
        algorithms: Algorithm::NAMES.map(|(_, algorithm)| algorithm).to_vec(),
        secret: Some(Secret::new(SECRET)),
        awaits_keys: true,
        ..Rules::default()
    }
}

/// An authority that knows the public halves of the first three keys.
fn authority(rules: Rules) -> Authority {
    let authority = Authority::new(rules);
    let keys = set(&[&ed25519(), &p256(), &rsa()]);
    authority.set_keys(Keys::parse(keys.as_bytes()).unwrap());
    authority
}

fn grant() -> Grant {
    Grant::new(Some("ada"), Role::Buyer, Millis(NOW.0 + 60_000))
}

/// A token with claims of any kind, signed with HS256.
fn claims(claims: &Value) -> String {
    use jsonwebtoken::{EncodingKey, Header, encode};
    let header = Header::new(jsonwebtoken::Algorithm::HS256);
    encode(&header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn base64(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

/// Each algorithm's tokens are good, with a key's name or without; roles are taken from the claim.
#[test]
fn good_tokens() {
    let authority = authority(rules());
    let unnamed = SigningKey::pem(ED25519, Algorithm::EdDsa, None).unwrap();
    for key in [ed25519(), p256(), rsa(), secret(), unnamed] {
        for role in Role::ALL {
            let token = key.sign(&Grant { role: role.name(), ..grant() }).unwrap();
            // The second time it is remembered.
            for _ in 0..2 {
                let bearer = authority.check(&token, NOW);
                let (user, ends) = (Some(UserId::from("ada")), Some(Millis(NOW.0 + 60_000)));
                assert_eq!(bearer, Ok(Bearer { user, role, ends }), "{key:?}");
            }
        }
    }
    // What runs the cluster need not be a user.
    let operator = Grant { sub: None, role: "operator", ..grant() };
    let bearer = authority.check(&secret().sign(&operator).unwrap(), NOW).unwrap();
    assert_eq!((bearer.user, bearer.role), (None, Role::Operator));
    // Without a role it is a buyer; times may have fractions.
    let plain = claims(&json!({"sub": "ada", "exp": 1_785_000_000.5}));
    assert_eq!(authority.check(&plain, NOW).unwrap().role, Role::Buyer);
    assert_eq!(authority.check(&plain, Millis(NOW.0 + 500)), Err(BadToken::Expired));
}

/// Nothing that is wrong with a token is let pass.
#[test]
fn bad_tokens() {
    let authority = authority(rules());
    let good = ed25519().sign(&grant()).unwrap();
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let forged = base64(r#"{"sub":"eve","role":"operator","exp":9999999999}"#);
    let unsigned = base64(r#"{"alg":"none"}"#);
    let hs256 = base64(r#"{"alg":"HS256","kid":"rsa"}"#);
    let far = 9_999_999_999_u64;
    for (token, expected) in [
        (String::new(), BadToken::Unknown),
        ("usher_not-a-token".to_owned(), BadToken::Unknown),
        ("a.b.c".to_owned(), BadToken::Unknown),
        ("x".repeat(9_000), BadToken::Unknown),
        (format!("{head}.{body}"), BadToken::Unknown),
        (format!("{head}.{forged}.{signature}"), BadToken::Signature),
        (format!("{head}.{body}."), BadToken::Signature),
        (format!("{unsigned}.{forged}."), BadToken::Unknown),
        // The public key is no secret: whoever signs with it proves nothing.
        (format!("{hs256}.{forged}.{signature}"), BadToken::Signature),
        (next().sign(&grant()).unwrap(), BadToken::Key),
        (
            SigningKey::pem(ED25519_NEXT, Algorithm::EdDsa, Some("ed"))
                .unwrap()
                .sign(&grant())
                .unwrap(),
            BadToken::Signature,
        ),
        (
            SigningKey::secret(b"another secret that is long too!").sign(&grant()).unwrap(),
            BadToken::Signature,
        ),
        (claims(&json!({"sub": "ada"})), BadToken::Claims),
        (claims(&json!({"sub": "ada", "exp": "soon"})), BadToken::Claims),
        (claims(&json!({"sub": 7, "exp": far})), BadToken::Claims),
        (claims(&json!({"sub": "ada", "exp": 1_784_999_999})), BadToken::Expired),
        (claims(&json!({"sub": "ada", "exp": -1})), BadToken::Expired),
        (claims(&json!({"sub": "ada", "exp": far, "nbf": 1_785_000_001})), BadToken::NotYet),
        (claims(&json!({"sub": "ada", "exp": far, "role": "king"})), BadToken::Role),
        (claims(&json!({"exp": far})), BadToken::Subject),
        (claims(&json!({"sub": "", "exp": far})), BadToken::Subject),
        (claims(&json!({"sub": "a b", "exp": far})), BadToken::Subject),
        (claims(&json!({"sub": "token:till", "exp": far})), BadToken::Subject),
        (claims(&json!({"sub": "a".repeat(129), "exp": far})), BadToken::Subject),
    ] {
        assert_eq!(authority.check(&token, NOW), Err(expected), "{token}");
    }
}

/// A remembered token expires when it says so.
#[test]
fn remembered_tokens_expire() {
    let authority = authority(rules());
    let token = ed25519().sign(&grant()).unwrap();
    assert!(authority.check(&token, NOW).is_ok());
    assert!(authority.check(&token, Millis(NOW.0 + 59_999)).is_ok());
    assert_eq!(authority.check(&token, Millis(NOW.0 + 60_000)), Err(BadToken::Expired));
    let lenient = Authority::new(Rules { leeway: Millis(5_000), ..rules() });
    let token = secret().sign(&grant()).unwrap();
    let bearer = lenient.check(&token, Millis(NOW.0 + 64_999)).unwrap();
    assert_eq!(bearer.ends, Some(Millis(NOW.0 + 65_000)));
    assert_eq!(lenient.check(&token, Millis(NOW.0 + 65_000)), Err(BadToken::Expired));
}

/// An algorithm that is not allowed is refused, whatever keys there are.
#[test]
fn algorithms_are_allowed_by_name() {
    let allowed = |algorithm| authority(Rules { algorithms: vec![algorithm], ..rules() });
    let keys = [
        (Algorithm::EdDsa, ed25519()),
        (Algorithm::Es256, p256()),
        (Algorithm::Rs256, rsa()),
        (Algorithm::Hs256, secret()),
    ];
    for (algorithm, key) in &keys {
        let token = key.sign(&grant()).unwrap();
        for (other, _) in &keys {
            let answer = allowed(*other).check(&token, NOW);
            let expected = if other == algorithm { None } else { Some(BadToken::Algorithm) };
            assert_eq!(answer.err(), expected, "{algorithm:?} where {other:?} is allowed");
        }
    }
}

/// Audience and issuer are looked at once they are configured, and must then be there.
#[test]
fn audience_and_issuer() {
    let strict = authority(Rules {
        audience: vec!["tickets".to_owned(), "till".to_owned()],
        issuer: Some("https://id.example".to_owned()),
        ..rules()
    });
    let check = |aud: Option<&str>, iss: Option<&str>| {
        let grant = Grant { aud: aud.map(str::to_owned), iss: iss.map(str::to_owned), ..grant() };
        strict.check(&ed25519().sign(&grant).unwrap(), NOW).err()
    };
    assert_eq!(check(Some("till"), Some("https://id.example")), None);
    assert_eq!(check(Some("shop"), Some("https://id.example")), Some(BadToken::Audience));
    assert_eq!(check(None, Some("https://id.example")), Some(BadToken::Audience));
    assert_eq!(check(Some("till"), Some("https://evil.example")), Some(BadToken::Issuer));
    assert_eq!(check(Some("till"), None), Some(BadToken::Issuer));
    // Who configures neither takes tokens that have them.
    let grant = Grant { aud: Some("x".to_owned()), iss: Some("y".to_owned()), ..grant() };
    assert!(authority(rules()).check(&ed25519().sign(&grant).unwrap(), NOW).is_ok());
}

/// A static token is known by its hash alone, and acts as a user that no issuer can name.
#[test]
fn static_tokens() {
    let (token, hash) = new_static(&SystemRng);
    let (other, _) = new_static(&SystemRng);
    assert_ne!(token, other);
    let till = StaticToken { name: "till".to_owned(), role: Role::Organizer };
    let authority =
        Authority::new(Rules { tokens: BTreeMap::from([(hash, till)]), ..Rules::default() });
    let bearer = authority.check(&token, NOW).unwrap();
    let user = Some(UserId::from("token:till"));
    assert_eq!(bearer, Bearer { user, role: Role::Organizer, ends: None });
    assert_eq!(authority.check(&other, NOW), Err(BadToken::Unknown));
    assert_eq!(authority.check(&token[..token.len() - 1], NOW), Err(BadToken::Unknown));
    let shown = format!("{authority:?}");
    assert!(!shown.contains(&token) && !shown.contains("0123456789abcdef"), "{shown}");
}

/// Keys are rotated: the new one counts once it is there, the old one no longer once it is gone,
/// remembered tokens included.
#[test]
fn keys_are_rotated() {
    let authority = Authority::new(rules());
    let (old, new) = (ed25519().sign(&grant()).unwrap(), next().sign(&grant()).unwrap());
    assert_eq!(authority.check(&old, NOW), Err(BadToken::KeysMissing));
    let take =
        |keys: &[&SigningKey]| authority.set_keys(Keys::parse(set(keys).as_bytes()).unwrap());
    take(&[&ed25519()]);
    assert!(authority.check(&old, NOW).is_ok());
    assert_eq!(authority.check(&new, NOW), Err(BadToken::Key));
    take(&[&ed25519(), &next()]);
    assert!(authority.check(&old, NOW).is_ok() && authority.check(&new, NOW).is_ok());
    take(&[&next()]);
    assert_eq!(authority.check(&old, NOW), Err(BadToken::Key));
    assert!(authority.check(&new, NOW).is_ok());
}

/// A set is read for what signs; one that has nothing of the kind is refused.
#[test]
fn sets_of_keys() {
    let mut for_encryption = ed25519().jwk();
    for_encryption["use"] = json!("enc");
    let oct = json!({"kty": "oct", "k": base64("0123456789abcdef0123456789abcdef"), "kid": "o"});
    let text = |keys: Value| json!({ "keys": keys }).to_string();
    for (set, expected) in [
        ("{}".to_owned(), "no set of keys"),
        ("[]".to_owned(), "no set of keys"),
        (text(json!([])), "none of its keys"),
        (text(json!([for_encryption])), "none of its keys"),
        (text(json!([oct])), "none of its keys"),
        (text(json!(vec![ed25519().jwk(); 65])), "at most 64 keys"),
        (" ".repeat((1 << 20) + 1), "at most 64 keys"),
    ] {
        let error = Keys::parse(set.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(Keys::parse(text(json!([oct, ed25519().jwk()])).as_bytes()).is_ok());
    // A secret that stands in the set of public keys signs nothing.
    let authority = Authority::new(Rules { secret: None, ..rules() });
    authority.set_keys(Keys::parse(text(json!([oct, ed25519().jwk()])).as_bytes()).unwrap());
    assert_eq!(authority.check(&secret().sign(&grant()).unwrap(), NOW), Err(BadToken::Key));
}

/// An issuer that answers each call with the next of these, and the last one again and again.
fn issuer(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let last = answers.last().cloned().unwrap_or_default();
        for body in answers.into_iter().chain(std::iter::repeat(last)) {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut head = [0; 2_048];
            let _read = stream.read(&mut head);
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let _sent = write!(stream, "{head}\r\ncontent-length: {length}\r\n\r\n{body}");
        }
    });
    url
}

/// A new key is fetched when its time comes, or soon after a token has named it.
#[tokio::test]
async fn keys_are_fetched() {
    let url = issuer(vec![set(&[&ed25519()]), "oops".to_owned(), set(&[&next()])]);
    let authority = Arc::new(Authority::new(rules()));
    let (stop, stopping) = watch::channel(false);
    let (every, source) = (Duration::from_millis(20), Source::of(&url).unwrap());
    let task = tokio::spawn(refresh(Arc::clone(&authority), source, every, stopping));
    let token = next().sign(&grant()).unwrap();
    let fetched = async {
        // The second answer is no set: the first stays in force until the third.
        while authority.check(&token, NOW).is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), fetched).await.unwrap();
    stop.send_replace(true);
    task.await.unwrap();
}

/// An unknown key's name has the set read before its time, but not at once after the last reading.
#[tokio::test(start_paused = true)]
async fn an_unknown_key_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    std::fs::write(&path, set(&[&ed25519()])).unwrap();
    let authority = Arc::new(Authority::new(rules()));
    let (stop, stopping) = watch::channel(false);
    let source = Source::of(path.to_str().unwrap()).unwrap();
    let hour = Duration::from_hours(1);
    let task = tokio::spawn(refresh(Arc::clone(&authority), source, hour, stopping));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let (old, new) = (ed25519().sign(&grant()).unwrap(), next().sign(&grant()).unwrap());
    assert!(authority.check(&old, NOW).is_ok());
    std::fs::write(&path, set(&[&ed25519(), &next()])).unwrap();
    assert_eq!(authority.check(&new, NOW), Err(BadToken::Key));
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(authority.check(&new, NOW), Err(BadToken::Key));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(authority.check(&new, NOW).is_ok());
    stop.send_replace(true);
    task.await.unwrap();
}

/// A node that starts while its issuer is away looks for the keys when somebody brings a token, and
/// not only when it is time again.
#[tokio::test(start_paused = true)]
async fn keys_that_are_missing_are_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let authority = Arc::new(Authority::new(rules()));
    let (stop, stopping) = watch::channel(false);
    let source = Source::of(path.to_str().unwrap()).unwrap();
    let hour = Duration::from_hours(1);
    let task = tokio::spawn(refresh(Arc::clone(&authority), source, hour, stopping));
    tokio::time::sleep(Duration::from_millis(1)).await;
    let token = ed25519().sign(&grant()).unwrap();
    assert_eq!(authority.check(&token, NOW), Err(BadToken::KeysMissing));
    std::fs::write(&path, set(&[&ed25519()])).unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(authority.check(&token, NOW).is_ok());
    stop.send_replace(true);
    task.await.unwrap();
}

/// What is not there is said with its name.
#[tokio::test]
async fn sources_that_are_none() {
    let error = Source::of("no/such/file").unwrap().read().await.unwrap_err().to_string();
    assert!(error.starts_with("no/such/file: "), "{error}");
    let large = issuer(vec![" ".repeat((1 << 20) + 1)]);
    let error = Source::of(&large).unwrap().read().await.unwrap_err().to_string();
    assert!(error.contains("at most 64 keys"), "{error}");
}

mod wild {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever comes as a token or as a set of keys is refused, and nothing panics.
        #[test]
        fn nothing_is_a_token_by_chance(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            parts in prop::collection::vec("[A-Za-z0-9_-]{0,40}", 0..5),
            header in "\\{\"alg\":\"(HS256|none|EdDSA|RS256|XX)\"(,\"kid\":\"[a-z]{0,5}\")?\\}",
            body in any::<String>(),
        ) {
            let authority = authority(rules());
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let composed = format!("{}.{}.{}", base64(&header), base64(&body), base64(&text));
            for token in [text, parts.join("."), composed] {
                prop_assert!(authority.check(&token, NOW).is_err());
            }
            prop_assert!(Keys::parse(&bytes).is_err());
        }
    }
}
