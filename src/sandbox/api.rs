//! The gateway's routes: what the merchant calls, and the page that buyers see.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::json;
use tokio::time::timeout;

use super::answer::Answer;
use super::extract::{BODY_MAX, Id, Raw};
use super::fields::{self, NewRefund, NewSession};
use super::ledger::{Fact, Given, Press, Session};
use super::page;
use super::serve::Desk;

/// How long a button waits for its webhook to be taken; delivery goes on after that.
const PRESS_PATIENCE: Duration = Duration::from_secs(5);

type Shared = State<Arc<Desk>>;

pub(super) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/sessions", post(open).get(sessions))
        .route("/sessions/{id}", get(session))
        .route("/sessions/{id}/expire", post(expire))
        .route("/refunds", post(refund).get(refunds))
        .route("/pay/{id}", get(show))
        .route("/pay/{id}/approve", post(approve))
        .route("/pay/{id}/decline", post(decline))
        .route("/pay/{id}/fail", post(fail))
        .fallback(async || Answer::error(StatusCode::NOT_FOUND, "not_found", "no such route"))
        .method_not_allowed_fallback(async || {
            let (status, code) = (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
            Answer::error(status, code, "see Allow for the methods of this route")
        })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(desk)
}

async fn open(State(desk): Shared, headers: HeaderMap, Raw(body): Raw) -> Result<Answer, Answer> {
    let key = keyed(&headers)?;
    let session: NewSession = fields::read(&body)?;
    let session = session.check(desk.new_id("sbx"))?;
    let page = desk.page_of(&session.id);
    once(desk, format!("open {key}"), move |_, _| {
        let answer = json!({
            "id": session.id,
            "payment": session.payment,
            "status": session.status,
            "amount": session.amount,
            "currency": session.currency,
            "redirect_url": page,
        });
        Ok((Answer::new(StatusCode::CREATED, &answer), vec![Fact::Session(session)]))
    })
    .await
}

async fn expire(State(desk): Shared, Id(id): Id, headers: HeaderMap) -> Result<Answer, Answer> {
    let key = keyed(&headers)?;
    let event = desk.new_id("msg");
    let told = Arc::clone(&desk);
    let session = id.clone();
    let answer = once(desk, format!("expire {id} {key}"), move |books, now| {
        let (session, owed) = books.expire(&id, event, now).map_err(Answer::refused)?;
        let answer = Answer::new(StatusCode::OK, &listed(&session));
        let mut facts = vec![Fact::Session(session)];
        facts.extend(owed.map(Fact::Owed));
        Ok((answer, facts))
    })
    .await?;
    told.deliver(session);
    Ok(answer)
}

async fn refund(State(desk): Shared, headers: HeaderMap, Raw(body): Raw) -> Result<Answer, Answer> {
    let key = keyed(&headers)?;
    let refund: NewRefund = fields::read(&body)?;
    let NewRefund { session, amount } = refund.check()?;
    let id = desk.new_id("re");
    once(desk, format!("refund {key}"), move |books, _| {
        let made = books.refund(&session, amount, id, &key);
        let (session, refund) = made.map_err(Answer::refused)?;
        let answer = Answer::new(StatusCode::CREATED, &refund);
        Ok((answer, vec![Fact::Session(session), Fact::Refund(refund)]))
    })
    .await
}

async fn session(State(desk): Shared, Id(id): Id) -> Answer {
    desk.look(|books| match books.session(&id) {
        Some(session) => Answer::new(StatusCode::OK, &listed(session)),
        None => Answer::refused(super::ledger::Refusal::NotFound),
    })
}

async fn sessions(State(desk): Shared) -> Answer {
    desk.look(|books| {
        let all: Vec<_> = books.sessions().map(listed).collect();
        Answer::new(StatusCode::OK, &json!({ "data": all }))
    })
}

async fn refunds(State(desk): Shared) -> Answer {
    desk.look(|books| Answer::new(StatusCode::OK, &json!({ "data": books.refunds() })))
}

/// The page at which a buyer pays.
async fn show(State(desk): Shared, Id(id): Id) -> Response {
    let page = desk.page_of(&id);
    let found = desk.look(|books| books.session(&id).cloned());
    match found {
        Some(session) if session.status == super::ledger::Status::Open => {
            html(StatusCode::OK, page::open(&session, &page))
        }
        Some(session) => html(StatusCode::GONE, page::closed(&session)),
        None => html(StatusCode::NOT_FOUND, page::unknown()),
    }
}

async fn approve(desk: Shared, id: Id) -> Response {
    press(desk, id, Press::Approve).await
}

async fn decline(desk: Shared, id: Id) -> Response {
    press(desk, id, Press::Decline).await
}

async fn fail(desk: Shared, id: Id) -> Response {
    press(desk, id, Press::Fail).await
}

async fn press(State(desk): Shared, Id(id): Id, press: Press) -> Response {
    let event = desk.new_id("msg");
    let (session, of) = (id.clone(), event.clone());
    let pressed = desk.change(move |books, now| {
        let (session, owed) = books.press(&session, press, of, now).map_err(Answer::refused)?;
        Ok((session.clone(), vec![Fact::Session(session), Fact::Owed(owed)]))
    });
    let session = match pressed.await {
        Ok(session) => session,
        Err(refused) => {
            let found = desk.look(|books| books.session(&id).cloned());
            return match found {
                Some(session) if refused.status == 410 => {
                    html(StatusCode::GONE, page::closed(&session))
                }
                Some(_) => refused.into_response(),
                None => html(StatusCode::NOT_FOUND, page::unknown()),
            };
        }
    };
    desk.deliver(id);
    // Whether it was taken by then makes no difference to the buyer, who is sent on either way.
    let _in_time = timeout(PRESS_PATIENCE, desk.taken(&event)).await;
    let back = match press {
        Press::Approve => &session.success_url,
        Press::Decline | Press::Fail => &session.cancel_url,
    };
    let mut answer = StatusCode::SEE_OTHER.into_response();
    let back = HeaderValue::from_str(&page::with_payment(back, &session.payment));
    let back = back.expect("addresses have no control characters, and are escaped");
    answer.headers_mut().insert(header::LOCATION, back);
    answer
}

/// Answers a request once for its key. Only what was done is remembered: what was refused may be
/// asked for again, when things have changed.
async fn once(
    desk: Arc<Desk>,
    key: String,
    decide: impl FnOnce(&super::ledger::Ledger, u64) -> Result<(Answer, Vec<Fact>), Answer>
    + Send
    + 'static,
) -> Result<Answer, Answer> {
    desk.change(move |books, now| {
        if let Some(Given { status, body, .. }) = books.given(&key) {
            return Ok((Answer { status: *status, body: body.clone() }, Vec::new()));
        }
        let (answer, mut facts) = decide(books, now)?;
        let Answer { status, body } = answer.clone();
        facts.push(Fact::Given(Given { key, status, body }));
        Ok((answer, facts))
    })
    .await
}

fn keyed(headers: &HeaderMap) -> Result<String, Answer> {
    if fields::is_other_media(headers) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Answer::error(status, "unsupported_media_type", "say application/json"));
    }
    fields::key(headers)
}

/// A session as lists have it.
fn listed(session: &Session) -> serde_json::Value {
    json!({
        "id": session.id,
        "payment": session.payment,
        "status": session.status,
        "amount": session.amount,
        "currency": session.currency,
        "captured": session.captured,
        "refunded": session.refunded,
    })
}

fn html(status: StatusCode, text: String) -> Response {
    let mut answer = (status, Html(text)).into_response();
    for (name, value) in [
        // A form's answer sends the buyer back to the shop, wherever that is.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action *; \
             frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
