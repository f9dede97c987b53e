//! The ticket as a page.

use std::sync::LazyLock;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::qr::qr_svg;
use super::slip::Slip;

const NAME: &str = "ticket.html";

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment
        .add_template(NAME, include_str!("templates/ticket.html"))
        .expect("a test renders our own template");
    environment
});

/// The page of a ticket: its booking in words, and its QR code while it stands. It has no script
/// and loads nothing.
///
/// # Errors
/// The link is too long for a QR code.
pub fn page(slip: &Slip) -> Result<String, String> {
    let qr = if slip.cancelled { None } else { Some(qr_svg(&slip.link)?) };
    let rendered = PAGES.get_template(NAME).and_then(|page| {
        page.render(context! { booking => Serde(slip), qr => qr.map(Value::from_safe_string) })
    });
    rendered.map_err(|error| format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::super::slip::Line;
    use super::*;

    fn slip() -> Slip {
        Slip {
            id: "bkg_1".to_owned(),
            show: "Tom & <Jerry>".to_owned(),
            show_id: "jerry".to_owned(),
            venue: "Hall".to_owned(),
            starts: "Sunday".to_owned(),
            lines: vec![Line {
                label: "Row A, seat 1".to_owned(),
                category: "Stalls".to_owned(),
                price: "95.00 EUR".to_owned(),
            }],
            total: "95.00 EUR".to_owned(),
            cancelled: false,
            link: "https://tickets.example/".to_owned(),
        }
    }

    /// A ticket shows its code; names are escaped and nothing runs.
    #[test]
    fn a_ticket() {
        let page = page(&slip()).unwrap();
        for expected in ["Tom &amp; &lt;Jerry&gt;", "Row A, seat 1", "95.00 EUR", "bkg_1", "<svg "]
        {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        assert!(!page.contains("<script"));
    }

    /// A cancelled one says so, and shows none.
    #[test]
    fn a_cancelled_ticket() {
        let page = page(&Slip { cancelled: true, ..slip() }).unwrap();
        assert!(page.contains("cancelled") && !page.contains("<svg"), "{page}");
    }
}
