//! Writes letters: subject, text and HTML from templates, with the ticket's QR code.

use std::path::Path;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::mail::{Letter, MailError};
use crate::seats::BookingId;
use crate::tickets::{Line, Slip, qr_png};

/// Each template's name with our own.
const TEMPLATES: [(&str, &str); 3] = [
    (SUBJECT, include_str!("templates/booking.subject")),
    (TEXT, include_str!("templates/booking.txt")),
    (HTML, include_str!("templates/booking.html")),
];

const SUBJECT: &str = "booking.subject";
const TEXT: &str = "booking.txt";
/// The one in which values are escaped.
const HTML: &str = "booking.html";

/// By which the HTML names its picture.
const QR_ID: &str = "ticket-qr";

/// What letters are written from.
pub struct Templates(Environment<'static>);

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplatesError(String);

impl Templates {
    /// Our own, or for each the one that stands in a folder under its name. Each is tried on a
    /// booking that stands and on one that is cancelled: one that cannot be rendered would keep
    /// every letter from leaving, and is better known of before there is one.
    ///
    /// # Errors
    /// One cannot be read, is no template, or names what there is not.
    pub fn load(folder: Option<&Path>) -> Result<Templates, TemplatesError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| {
            if name == HTML { AutoEscape::Html } else { AutoEscape::None }
        });
        if let Some(folder) = folder
            && !folder.is_dir()
        {
            return Err(TemplatesError(format!("{} is no folder", folder.display())));
        }
        for (name, ours) in TEMPLATES {
            let text = match folder.map(|folder| std::fs::read_to_string(folder.join(name))) {
                None => ours.to_owned(),
                Some(Ok(text)) => text,
                Some(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => ours.to_owned(),
                Some(Err(error)) => return Err(TemplatesError(format!("{name}: {error}"))),
            };
            let added = environment.add_template_owned(name, text);
            added.map_err(|error| TemplatesError(format!("{name}: {error}")))?;
        }
        let templates = Templates(environment);
        for cancelled in [false, true] {
            for (name, _) in TEMPLATES {
                templates.render(name, &sample(cancelled)).map_err(TemplatesError)?;
            }
        }
        Ok(templates)
    }

    fn render(&self, name: &str, slip: &Slip) -> Result<String, String> {
        let qr = (!slip.cancelled).then(|| format!("cid:{QR_ID}"));
        let values = context! { booking => Serde(slip), qr };
        let rendered = self.0.get_template(name).and_then(|template| template.render(values));
        rendered.map_err(|error| format!("{name}: {error:#}"))
    }
}

/// A booking to try templates on.
fn sample(cancelled: bool) -> Slip {
    let line = Line {
        label: "Row A, seat 1".to_owned(),
        category: "Stalls".to_owned(),
        price: "95.00 EUR".to_owned(),
    };
    Slip {
        id: BookingId(1).to_string(),
        show: "Hamlet".to_owned(),
        show_id: "hamlet".to_owned(),
        venue: "Old Mill".to_owned(),
        starts: "Sunday, 1 March 2099, 19:30 UTC".to_owned(),
        lines: vec![line],
        total: "95.00 EUR".to_owned(),
        cancelled,
        link: "https://tickets.example/".to_owned(),
    }
}

/// Writes letters from one sender.
pub(super) struct Composer {
    from: Mailbox,
    templates: Templates,
}

impl Composer {
    /// `from` is an address, or a name with one.
    pub(super) fn new(from: &str, templates: Templates) -> Result<Composer, String> {
        let parsed = from.parse().map_err(|error| format!("is no address: {error}"));
        Ok(Composer { from: parsed?, templates })
    }

    /// Writes a letter as it leaves.
    pub(super) fn compose(&self, letter: &Letter) -> Result<Message, MailError> {
        let to = letter.to.parse();
        let to = to.map_err(|error| MailError::Refused(format!("{}: {error}", letter.to)))?;
        let render = |name| self.templates.render(name, &letter.slip).map_err(MailError::Failed);
        let (subject, text, html) = (render(SUBJECT)?, render(TEXT)?, render(HTML)?);
        let body = MultiPart::alternative().singlepart(SinglePart::plain(text));
        // Booked and cancelled before the letter left: there is nothing to show at the door.
        let body = if letter.slip.cancelled {
            body.singlepart(SinglePart::html(html))
        } else {
            let png = qr_png(&letter.slip.link).map_err(MailError::Failed)?;
            let png_type = ContentType::parse("image/png").map_err(broken)?;
            let picture = Attachment::new_inline(QR_ID.to_owned()).body(png, png_type);
            let html = SinglePart::html(html);
            body.multipart(MultiPart::related().singlepart(html).singlepart(picture))
        };
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(letter.at.0);
        // The same letter again is recognised by its id, where mail programs look for that.
        let id = format!("<{}@{}>", letter.id, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&subject))
            .date(at)
            .message_id(Some(id))
            .raw_header(automatic())
            .multipart(body)
            .map_err(broken)
    }
}

/// Whether a letter can be addressed to this: an address, without a name.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok() && text.parse::<Mailbox>().is_ok()
}

/// A subject is one line, however its template is laid out.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keeps programs that are away from answering (RFC 3834, section 5).
fn automatic() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

fn broken(error: impl std::fmt::Display) -> MailError {
    MailError::Failed(error.to_string())
}
