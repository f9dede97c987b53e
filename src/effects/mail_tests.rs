//! Letters put into folders, and taken by a mail server.

use std::fs;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

#[path = "../../tests/cluster/harness/certificate.rs"]
mod certificate;

use certificate::Certificate;

use super::mail::{Letter, MailError, MailRoute, MailSettings, mail_of};
use crate::seats::{Millis, OutboxId};
use crate::tickets::{Line, Slip};

pub(super) fn letter() -> Letter {
    let line = |label: &str| Line {
        label: label.to_owned(),
        category: "Stalls".to_owned(),
        price: "95.00 EUR".to_owned(),
    };
    Letter {
        id: OutboxId(7),
        to: "anna@example.com".to_owned(),
        slip: Slip {
            id: "bkg_1".to_owned(),
            show: "Größe & <b>Wahn</b>".to_owned(),
            show_id: "wahn".to_owned(),
            venue: "Old Mill".to_owned(),
            starts: "Sunday, 1 March 2099, 19:30 UTC".to_owned(),
            lines: vec![line("Row A, seat 1"), line("2 × Standing")],
            total: "190.00 EUR".to_owned(),
            cancelled: false,
            link: "http://tickets.example/v1/bookings/bkg_1/ticket?access=abc".to_owned(),
        },
        at: Millis(1_785_000_000_000),
    }
}

fn settings(transport: MailRoute) -> MailSettings {
    MailSettings { from: "Box office <tickets@example.com>".to_owned(), transport, templates: None }
}

/// A file is there whole, under its row's name, and nothing beside it, however many nodes put it
/// there at once.
#[tokio::test]
async fn files_are_put_whole() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("not/there/yet");
    let mail = mail_of(&settings(MailRoute::File(below.clone()))).unwrap();
    let letter = letter();
    let all = (0..8).map(|_| mail.deliver(&letter));
    for delivered in futures_util::future::join_all(all).await {
        delivered.unwrap();
    }
    let names = fs::read_dir(&below).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["obx_00000000000000000000000000000007.eml"]);
    let in_the_way = folder.path().join("file");
    fs::write(&in_the_way, "").unwrap();
    let mail = mail_of(&settings(MailRoute::File(in_the_way))).unwrap();
    assert!(mail.deliver(&letter).await.unwrap_err().to_string().contains("file"));
}

/// Each setting that cannot be used is named by its key.
#[test]
fn settings_are_checked() {
    let check = |settings: MailSettings, key: &str| {
        let error = mail_of(&settings).err().unwrap();
        assert_eq!(error.key, key, "{error}");
    };
    let file = || MailRoute::File("mail".into());
    let smtp = |url: &str, ca: Option<&str>| MailRoute::Smtp {
        url: url.to_owned(),
        ca: ca.map(Into::into),
    };
    check(MailSettings { from: "nobody".to_owned(), ..settings(file()) }, "mail.from");
    let nowhere = Some("/nowhere/at/all".into());
    check(MailSettings { templates: nowhere, ..settings(file()) }, "mail.templates");
    check(settings(smtp("mail.example.com", None)), "mail.url");
    check(settings(smtp("http://mail.example.com", None)), "mail.url");
    check(settings(smtp("smtp://mail.example.com?tls=perhaps", None)), "mail.url");
    check(settings(smtp("smtps://mail.example.com", Some("/nowhere"))), "mail.ca");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let ca = path.to_str();
    for unusable in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n%%\n"] {
        fs::write(&path, unusable).unwrap();
        check(settings(smtp("smtps://mail.example.com", ca)), "mail.ca");
    }
    let certificate = Certificate::make();
    let ca = certificate.file.to_str();
    check(settings(smtp("smtp://mail.example.com", ca)), "mail.ca");
    check(settings(smtp("smtp://mail.example.com?other_tls=required", ca)), "mail.ca");
    for fine in ["smtps://mail.example.com", "smtp://mail.example.com?tls=opportunistic"] {
        assert!(mail_of(&settings(smtp(fine, ca))).is_ok(), "{fine}");
    }
    let hidden = format!("{:?}", settings(smtp("smtps://user:secret@mail.example.com", None)));
    assert!(!hidden.contains("secret"), "{hidden}");
}

/// A mail server for one letter: what it was told, line by line.
struct Server {
    port: u16,
    told: JoinHandle<Vec<String>>,
    certificate: Certificate,
}

impl Server {
    /// With TLS from the start, or after STARTTLS.
    async fn start(from_the_start: bool) -> Server {
        let certificate = Certificate::make();
        let acceptor = certificate.acceptor();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let told = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut told = Vec::new();
            if !from_the_start {
                talk(&mut stream, &mut told, true).await;
                assert_eq!(told.last().map(String::as_str), Some("STARTTLS"));
            }
            match acceptor.accept(stream).await {
                Ok(mut stream) => talk(&mut stream, &mut told, false).await,
                Err(error) => told.push(format!("no TLS: {error}")),
            }
            told
        });
        Server { port, told, certificate }
    }
}

/// Speaks SMTP (RFC 5321) until the client quits, goes, or asks for TLS.
async fn talk(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    told: &mut Vec<String>,
    plain: bool,
) {
    let mut stream = BufReader::new(stream);
    // After STARTTLS there is no second greeting.
    if plain || told.is_empty() {
        stream.write_all(b"220 localhost ready\r\n").await.unwrap();
    }
    let mut letter = false;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let said = line.trim_end().to_owned();
        told.push(said.clone());
        let answer: &[u8] = match said.as_str() {
            "." if letter => {
                letter = false;
                b"250 taken\r\n"
            }
            _ if letter => continue,
            "STARTTLS" => {
                stream.write_all(b"220 go ahead\r\n").await.unwrap();
                return;
            }
            "DATA" => {
                letter = true;
                b"354 go on\r\n"
            }
            "QUIT" => {
                // The client may be gone already.
                let _ = stream.write_all(b"221 bye\r\n").await;
                return;
            }
            hello if hello.starts_with("EHLO") && plain => b"250-localhost\r\n250 STARTTLS\r\n",
            hello if hello.starts_with("EHLO") => b"250-localhost\r\n250 AUTH PLAIN LOGIN\r\n",
            auth if auth.starts_with("AUTH") => b"235 welcome\r\n",
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer).await.unwrap();
    }
}

async fn sends(from_the_start: bool, url: impl Fn(u16) -> String) -> Vec<String> {
    let server = Server::start(from_the_start).await;
    let ca = Some(server.certificate.file.clone());
    let route = MailRoute::Smtp { url: url(server.port), ca };
    let mail = mail_of(&settings(route)).unwrap();
    mail.deliver(&letter()).await.unwrap();
    // Connections are kept; the server's ends with them.
    drop(mail);
    server.told.await.unwrap()
}

/// Letters go to a server with TLS from the start, and to one with STARTTLS, whose certificate is
/// signed with the one that is configured; user and password go inside TLS alone.
#[tokio::test]
async fn letters_go_through_tls() {
    let told = sends(true, |port| format!("smtps://user:secret@localhost:{port}")).await;
    assert!(told.iter().any(|line| line.starts_with("AUTH PLAIN")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("RCPT TO:<anna@example.com>")), "{told:?}");
    assert!(told.contains(&".".to_owned()), "{told:?}");
    for tls in ["required", "opportunistic"] {
        let url = |port| format!("smtp://user:secret@localhost:{port}?tls={tls}");
        let told = sends(false, url).await;
        let tls = told.iter().position(|line| line == "STARTTLS").unwrap();
        let auth = told.iter().position(|line| line.starts_with("AUTH")).unwrap();
        assert!(tls < auth, "{told:?}");
        assert!(told.contains(&".".to_owned()), "{told:?}");
    }
}

/// What becomes of a letter whose recipient, or whose sender, a server answers so.
async fn answered(command: &'static str, answer: &'static str) -> MailError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://user:secret@{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 localhost ready\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| 0 < read) {
            let told: &[u8] = match line.as_str() {
                said if said.starts_with(command) => answer.as_bytes(),
                said if said.starts_with("EHLO") => b"250-localhost\r\n250 AUTH PLAIN\r\n",
                said if said.starts_with("AUTH") => b"235 welcome\r\n",
                _ => b"250 fine\r\n",
            };
            stream.write_all(told).await.unwrap();
            line.clear();
        }
    });
    let mail = mail_of(&settings(MailRoute::Smtp { url, ca: None })).unwrap();
    mail.deliver(&letter()).await.unwrap_err()
}

/// A letter is refused for good with a 5yz that is about the letter, and by nothing else: not by an
/// answer that asks for patience, nor by one that is about our password.
#[tokio::test]
async fn final_answers_are_told_apart() {
    for (command, answer, is_final) in [
        ("RCPT", "550 no such user\r\n", true),
        ("RCPT", "501 what address is that\r\n", true),
        ("MAIL", "554 not from you\r\n", true),
        ("RCPT", "450 try again later\r\n", false),
        ("AUTH", "535 wrong password\r\n", false),
        ("MAIL", "530 who are you\r\n", false),
    ] {
        let error = answered(command, answer).await;
        let text = answer.trim_end().split_once(' ').unwrap().1;
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(matches!(error, MailError::Refused(_)), is_final, "{error}");
    }
    let nobody = Letter { to: "anna..k@example.com".to_owned(), ..letter() };
    let folder = tempfile::tempdir().unwrap();
    let mail = mail_of(&settings(MailRoute::File(folder.path().to_owned()))).unwrap();
    let error = mail.deliver(&nobody).await.unwrap_err();
    assert!(matches!(error, MailError::Refused(_)), "{error}");
}

/// A server whose certificate nobody vouches for gets no letter.
#[tokio::test]
async fn strangers_get_no_letters() {
    let server = Server::start(true).await;
    let url = format!("smtps://localhost:{}", server.port);
    let mail = mail_of(&settings(MailRoute::Smtp { url, ca: None })).unwrap();
    let error = mail.deliver(&letter()).await.unwrap_err();
    assert!(error.to_string().to_lowercase().contains("certificate"), "{error}");
    let told = server.told.await.unwrap();
    assert!(told.iter().all(|line| !line.contains("anna")), "{told:?}");
}
