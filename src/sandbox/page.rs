//! The page at which a buyer pays, or does not.

use super::ledger::{Session, Status};

/// A session that can be paid.
pub(super) fn open(session: &Session, page: &str) -> String {
    let amount = escape(&amount(session));
    let (payment, page) = (escape(&session.payment), escape(page));
    frame(
        "Pay",
        &format!(
            "<h1>Pay {amount}</h1>\n\
             <p>For payment <code>{payment}</code>.</p>\n\
             <div class=\"buttons\">\n\
             <form method=\"post\" action=\"{page}/approve\"><button class=\"pay\">Pay</button></form>\n\
             <form method=\"post\" action=\"{page}/decline\"><button>Decline</button></form>\n\
             </div>"
        ),
    )
}

/// A session that is closed.
pub(super) fn closed(session: &Session) -> String {
    let what = match session.status {
        Status::Open => "can be paid",
        Status::Succeeded => "was paid",
        Status::Failed => "has failed",
        Status::Expired => "was closed unpaid",
    };
    let payment = escape(&session.payment);
    frame(
        "Closed",
        &format!("<h1>Nothing to pay</h1>\n<p>Payment <code>{payment}</code> {what}.</p>"),
    )
}

/// No session.
pub(super) fn unknown() -> String {
    frame("Unknown", "<h1>Nothing to pay</h1>\n<p>There is no such payment here.</p>")
}

/// An address with the payment's name appended to its query. What is not ASCII is escaped, since
/// headers carry nothing else.
pub(super) fn with_payment(url: &str, payment: &str) -> String {
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let mark = match url.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("payment", payment).finish();
    let whole = format!("{url}{mark}{query}{fragment}");
    let mut ascii = String::with_capacity(whole.len());
    for byte in whole.bytes() {
        if byte.is_ascii() {
            ascii.push(char::from(byte));
        } else {
            ascii.extend(form_urlencoded::byte_serialize(&[byte]));
        }
    }
    ascii
}

fn frame(title: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · sandbox gateway</title>\n\
         <style>{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         <main>\n\
         <p class=\"label\" role=\"note\">Sandbox gateway: no real money moves here.</p>\n\
         {content}\n\
         </main>\n\
         </body>\n\
         </html>\n"
    )
}

const STYLE: &str = "\
body{font-family:system-ui,sans-serif;line-height:1.5;margin:0;padding:1rem}\
main{margin:10vh auto 0;max-width:26rem}\
.label{border:1px dashed;border-radius:.4rem;font-size:.9rem;padding:.5rem .75rem}\
code{overflow-wrap:anywhere}\
.buttons{display:flex;gap:.75rem}\
button{border:1px solid;border-radius:.4rem;cursor:pointer;font:inherit;padding:.6rem 1.4rem}\
button.pay{background:#0b6;border-color:#0b6;color:#000;font-weight:bold}";

/// Money with a point where people expect it: most currencies have two decimals, and those without
/// say so in their amounts.
fn amount(session: &Session) -> String {
    let (amount, currency) = (session.amount, session.currency.as_str());
    match currency {
        "JPY" | "KRW" | "CLP" | "VND" | "ISK" => format!("{amount} {currency}"),
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => {
            format!("{}.{:03} {currency}", amount / 1000, amount % 1000)
        }
        _ => format!("{}.{:02} {currency}", amount / 100, amount % 100),
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The payment is appended to whatever query there is, before a fragment.
    #[test]
    fn the_payment_is_appended() {
        for (url, expected) in [
            ("http://a/b", "http://a/b?payment=pay_1"),
            ("http://a/b?c=d", "http://a/b?c=d&payment=pay_1"),
            ("http://a/b#top", "http://a/b?payment=pay_1#top"),
            ("http://a/b?c#top", "http://a/b?c&payment=pay_1#top"),
            ("http://a/b?", "http://a/b?payment=pay_1"),
            ("http://a/b?c=d&#top", "http://a/b?c=d&payment=pay_1#top"),
            ("http://a/schön?für=alle", "http://a/sch%C3%B6n?f%C3%BCr=alle&payment=pay_1"),
        ] {
            assert_eq!(with_payment(url, "pay_1"), expected);
        }
        assert_eq!(with_payment("http://a/", "a&b"), "http://a/?payment=a%26b");
    }
}
