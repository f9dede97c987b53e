//! What a demonstration says: addresses for people, and a story that is also a shell script.

use super::settings::Settings;
use crate::seats::Role;

/// Addresses, then the story. From the line of dashes on it can be given to a shell as it is.
pub(super) fn tell(settings: &Settings) -> String {
    let endpoints = settings.endpoints();
    let node = |n: usize| endpoints[n % endpoints.len()].as_str();
    let (first, second, third) = (node(0), node(1), node(2));
    let gateway = format!("http://{}", settings.gateway);
    let mail = settings.mail();
    let mail = mail.display();
    let list = endpoints.join(",");
    let usher =
        std::env::current_exe().map_or_else(|_| "usher".to_owned(), |p| p.display().to_string());
    let header = |role: Role, open: &str| match settings.token(role) {
        Some(file) => format!("\"Authorization: Bearer $(cat '{}')\"", file.display()),
        None => format!("'{open}'"),
    };
    let anna = header(Role::Buyer, "X-User-Id: anna");
    let organizer = header(Role::Organizer, "X-Usher-Role: organizer");
    let token = settings.token(Role::Operator).map_or_else(String::new, |file| {
        format!("\nexport USHER_TOKEN=\"$(cat '{}')\"", file.display())
    });
    // The page takes a token out of its address at once; this text would stay.
    let admission = settings.token(Role::Buyer).map_or_else(String::new, |file| {
        format!("\n       (a buyer: the address with #token= and the text of {})", file.display())
    });
    format!(
        r#"{count} nodes serve: {all}
gateway without real money: {gateway}
mail: {mail}
pages: {first}/ for buyers, {first}/operator for operators{admission}
shows: club (300 seats), theatre (1,200), arena (20,000); Ctrl-C ends it

# ---------------------------------------------------------------- the story, for another terminal
# What is on, and what is free.
curl --silent {first}/v1/shows
curl --silent '{second}/v1/shows/club/seats?status=available' | cut --characters=1-400

# Anna holds the two best seats: hers for ten minutes, on every node.
hold=$(curl --silent {second}/v1/shows/club/holds --header {anna} \
  --header 'Idempotency-Key: annas-seats' --json '{{"best_available": {{"quantity": 2}}}}' | grep --only-matching --max-count=1 'hld_[0-9a-f]*' | head --lines=1)
curl --silent "{third}/v1/holds/$hold?consistency=linearizable" --header {anna}; echo

# She picks a gateway and gets an address to pay at: for a browser, or its button pressed here.
curl --silent {first}/v1/gateways; echo
pay=$(curl --silent "{third}/v1/holds/$hold/payments" --header {anna} --header 'Idempotency-Key: annas-payment' \
  --json '{{"gateway": "sandbox", "email": "anna@example.com", "success_url": "{first}/v1/shows/club", "cancel_url": "{first}/v1/shows"}}' \
  | grep --only-matching '{gateway}/[^"]*')
echo "pay at $pay"
curl --silent --request POST "$pay/approve" --output /dev/null --write-out 'paid: %{{http_code}} to %{{redirect_url}}\n'

# The webhook has booked the seats, and the mail is on its way: it has the ticket's link.
curl --silent '{second}/v1/me/bookings?consistency=linearizable' --header {anna}; echo
booking=$(curl --silent '{second}/v1/me/bookings?consistency=linearizable' \
  --header {anna} | grep --only-matching 'bkg_[0-9a-f]*' | head --lines=1)
for i in $(seq 50); do
  grep --silent "$booking" '{mail}'/*.eml 2>/dev/null && break; sleep 0.1
done
grep --files-with-matches "$booking" '{mail}'/*.eml

# Anna changes her mind: the organizer cancels, the seats are free, the money goes back.
curl --silent --request POST "{first}/v1/bookings/$booking/cancel" --header {organizer}; echo
for i in $(seq 50); do
  curl --silent {gateway}/refunds | grep --silent amount && break; sleep 0.1
done
curl --silent {gateway}/refunds; echo
curl --silent '{third}/v1/shows/club/report?consistency=linearizable' \
  --header {organizer}; echo

# Whatever happened, the books balance, here and at the gateway.
export USHER_ENDPOINTS={list}{token}
{usher} audit
{usher} payments reconcile"#,
        count = endpoints.len(),
        all = endpoints.join(" "),
    )
}
