//! Letters as they are written, read back as a mail program would.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::letter::{Composer, Templates};
use super::mail::Letter;
use super::mail_tests::letter;
use crate::tickets::{Slip, qr_png};

/// A message or a part of one (RFC 2045), decoded.
struct Part {
    /// Name in lower case, and unfolded value.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    parts: Vec<Part>,
}

impl Part {
    fn read(raw: &str) -> Part {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let headers = head.split("\r\n").map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        });
        let mut part = Part { headers: headers.collect(), body: Vec::new(), parts: Vec::new() };
        if let Some((_, boundary)) = part.header("content-type").split_once("boundary=\"") {
            let limit = format!("--{}", boundary.split('"').next().unwrap());
            let pieces: Vec<&str> = body.split(limit.as_str()).collect();
            let (last, pieces) = pieces.split_last().unwrap();
            assert!(last.starts_with("--"), "the last limit is marked");
            let pieces = pieces[1..].iter().map(|piece| Part::read(piece.trim_start()));
            part.parts = pieces.collect();
        } else {
            part.body = match part.header("content-transfer-encoding") {
                "base64" => BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap(),
                "quoted-printable" => unquote(body),
                "7bit" => body.as_bytes().to_vec(),
                other => panic!("{other} is no encoding that every server takes"),
            };
        }
        part
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no {name}: {:?}", self.headers)).1
    }

    fn is(&self, media: &str) -> bool {
        self.header("content-type").split(';').next() == Some(media)
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// Quoted-printable (RFC 2045, section 6.7).
fn unquote(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut pieces = text.split('=');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend(piece[2..].bytes());
    }
    bytes
}

/// Encoded words (RFC 2047); spaces between two of them do not count.
fn unword(text: &str) -> String {
    let text = text.replace("?= =?utf-8?b?", "?==?utf-8?b?");
    let mut pieces = text.split("=?utf-8?b?");
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        let (word, rest) = piece.split_once("?=").unwrap();
        bytes.extend(BASE64_STANDARD.decode(word).unwrap());
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).unwrap()
}

fn composer(from: &str, templates: Option<&Path>) -> Result<Composer, String> {
    let templates = Templates::load(templates).map_err(|error| error.to_string())?;
    Composer::new(from, templates)
}

fn write(letter: &Letter) -> Part {
    let composer = composer("Kasse Zürich <tickets@example.com>", None).unwrap();
    let raw = String::from_utf8(composer.compose(letter).unwrap().formatted()).unwrap();
    assert!(raw.is_ascii(), "{raw}");
    for line in raw.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "RFC 5322, 2.1.1: {line:?}");
    }
    Part::read(&raw)
}

/// Asserts that a text has all that a buyer must know of a booking.
fn tells(text: &str, slip: &Slip, written: impl Fn(&str) -> String) {
    let facts = [&slip.id, &slip.show, &slip.venue, &slip.starts, &slip.total, &slip.link];
    let lines = slip.lines.iter().flat_map(|line| [&line.label, &line.category, &line.price]);
    for fact in facts.into_iter().chain(lines) {
        assert!(text.contains(&written(fact)), "{fact:?} is missing in {text}");
    }
}

/// Text and HTML say the same; HTML escapes what could be taken for it, loads nothing from
/// elsewhere, and shows the ticket's code, which comes along as a PNG.
#[test]
fn a_letter_is_whole() {
    let letter = letter();
    let message = write(&letter);
    assert!(message.is("multipart/alternative"));
    let [text, related] = message.parts.as_slice() else { panic!("two alternatives") };
    assert!(text.is("text/plain") && related.is("multipart/related"));
    tells(&text.text(), &letter.slip, str::to_owned);

    let [html, picture] = related.parts.as_slice() else { panic!("a page and its picture") };
    assert!(html.is("text/html") && picture.is("image/png"));
    // Slashes are escaped too, which says the same.
    let page = html.text().replace("&#x2f;", "/");
    tells(&page, &letter.slip, |text| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    });
    assert!(!page.contains("<script") && !page.contains("src=\"http"), "{page}");

    assert!(page.contains("src=\"cid:ticket-qr\""), "{page}");
    assert_eq!(picture.header("content-id"), "<ticket-qr>");
    assert!(picture.header("content-disposition").starts_with("inline"));
    assert_eq!(picture.body, qr_png(&letter.slip.link).unwrap());
    let mut reader = png::Decoder::new(std::io::Cursor::new(&picture.body)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert!(frame.width == frame.height && 100 < frame.width);
}

/// The head says who writes to whom, when, what about and by whose doing; the same row has the same
/// message id whenever it is sent.
#[test]
fn the_head_is_complete() {
    let mut letter = letter();
    let message = write(&letter);
    let expected = [
        ("to", "anna@example.com"),
        ("date", "Sat, 25 Jul 2026 17:20:00 +0000"),
        ("message-id", "<obx_00000000000000000000000000000007@example.com>"),
        ("auto-submitted", "auto-generated"),
        ("mime-version", "1.0"),
    ];
    for (name, value) in expected {
        assert_eq!(message.header(name), value, "{name}");
    }
    let from = unword(message.header("from")).replace('"', "");
    assert_eq!(from, "Kasse Zürich <tickets@example.com>");
    letter.at.0 += 1_000;
    let again = write(&letter);
    assert_eq!(again.header("message-id"), message.header("message-id"));
    assert_eq!(again.header("date"), "Sat, 25 Jul 2026 17:20:01 +0000");
}

/// Names in any script arrive as they were given, in the subject too, however long.
#[test]
fn names_keep_their_letters() {
    for show in ["Größe & <b>Wahn</b>", "仮名手本忠臣蔵 通し狂言 大序より討入りまで 昼の部と夜の部"]
    {
        let mut letter = letter();
        letter.slip.show = show.to_owned();
        let message = write(&letter);
        assert_eq!(unword(message.header("subject")), format!("Your tickets for {show}"));
        assert!(message.parts[0].text().contains(show));
    }
}

/// A booking that was cancelled before its letter left has no code to show at the door.
#[test]
fn a_cancelled_booking_gets_no_ticket() {
    let mut letter = letter();
    letter.slip.cancelled = true;
    let message = write(&letter);
    assert!(message.header("subject").starts_with("Cancelled: "));
    assert_eq!(message.parts.len(), 2);
    for (part, media) in message.parts.iter().zip(["text/plain", "text/html"]) {
        assert!(part.is(media));
        let text = part.text();
        assert!(text.contains("cancelled") && text.contains(&letter.slip.id), "{text}");
        assert!(!text.contains("at the door") && !text.contains("<img"), "{text}");
    }
}

/// Templates in a folder replace ours, each for itself; one that is no template, or names what
/// there is not, is refused when the node starts and not when the first booking is mailed.
#[test]
fn templates_are_replaceable() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let compose = || {
        let composer = composer("a@example.com", Some(folder.path()))?;
        let letter = composer.compose(&letter()).map_err(|error| error.to_string())?;
        Ok::<_, String>(Part::read(&String::from_utf8(letter.formatted()).unwrap()))
    };
    put("booking.subject", "\nSee you\n  at {{ booking.venue }}\n");
    let message = compose().unwrap();
    assert_eq!(message.header("subject"), "See you at Old Mill");
    assert!(message.parts[0].text().contains("Row A"));
    let text = "{% for line in booking.lines %}{{ line.label }}{% endfor %}";
    put("booking.txt", text);
    assert_eq!(compose().unwrap().parts[0].text().trim_end(), "Row A, seat 12 × Standing");
    for broken in [
        "{{ booking.colour }}",
        "{% if %}",
        "{% if booking.cancelled %}{{ colour }}{% endif %}",
        "{% include \"other.txt\" %}",
    ] {
        put("booking.txt", broken);
        let error = Templates::load(Some(folder.path())).err().unwrap().to_string();
        assert!(error.contains("booking.txt"), "{broken}: {error}");
    }
    put("booking.txt", text);
    fs::write(folder.path().join("booking.html"), [0xff, 0xfe]).unwrap();
    let error = Templates::load(Some(folder.path())).err().unwrap().to_string();
    assert!(error.contains("booking.html"), "{error}");
    assert!(Templates::load(Some(Path::new("/nowhere/at/all"))).is_err());
}
