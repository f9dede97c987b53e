//! Letters as they lie in a mail folder, read as far as tests need it.

use std::fs;
use std::path::Path;

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The file's name.
    pub name: String,
    /// To whom.
    pub to: String,
    /// The text part, decoded.
    pub text: String,
}

impl Letter {
    /// The link to the ticket, as the text has it.
    pub fn ticket(&self) -> &str {
        let mut words = self.text.split_whitespace();
        let link = words.find(|word| word.contains("/ticket?access="));
        link.unwrap_or_else(|| panic!("no ticket link in {}", self.text))
    }
}

/// Every letter of a folder that has been put there; none while there is no folder.
pub fn letters(folder: &Path) -> Vec<Letter> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| is_letter(name)).collect();
    names.sort();
    names.into_iter().map(|name| read(folder, name)).collect()
}

/// Whether a file's name is that of an outbox row's letter.
pub fn is_letter(name: &str) -> bool {
    name.strip_prefix("obx_").and_then(|rest| rest.strip_suffix(".eml")).is_some()
}

fn read(folder: &Path, name: String) -> Letter {
    let raw = fs::read_to_string(folder.join(&name)).expect("a letter can be read");
    let to = raw.lines().find_map(|line| line.strip_prefix("To: ")).expect("it has a recipient");
    let (_, part) = raw.split_once("Content-Type: text/plain").expect("it has a text part");
    let (head, body) = part.split_once("\r\n\r\n").expect("the part has a body");
    let (body, _) = body.split_once("\r\n--").expect("another part follows");
    let text = if head.contains("quoted-printable") {
        quoted_printable(body)
    } else {
        assert!(!head.contains("base64"), "this reader knows no base64: {head}");
        body.to_owned()
    };
    Letter { name, to: to.to_owned(), text }
}

/// RFC 2045, section 6.7.
fn quoted_printable(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.replace("=\r\n", "").into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.expect("two digits follow"));
        let digits = std::str::from_utf8(&digits).expect("digits are text");
        bytes.push(u8::from_str_radix(digits, 16).expect("they are digits"));
    }
    String::from_utf8(bytes).expect("our letters are UTF-8")
}
