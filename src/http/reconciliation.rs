//! Our books beside those of the gateways, for the operator: what differs, which events fit no
//! payment, and which gateways did not answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::future::join_all;
use serde::Serialize;
use utoipa::ToSchema;

use super::app::Site;
use super::ask::Ask;
use super::exchange::json;
use super::openapi::{
    CurrencyCode, DifferenceKindWord, DifferingField, EventKind, PaymentStatusWord,
};
use super::params::Freshness;
use super::payments::known;
use super::problem::{Code, Problem};
use super::time::Time;
use super::view::payment_status;
use crate::gateways::{
    Accounts, Difference, DifferenceKind, Field, Ours, SessionReport, SessionStatus, compare,
    lasting,
};
use crate::seats::{
    Amount, GatewayEventKind, Payment, PaymentId, PaymentStatus, Refund, RefundStatus, Unmatched,
};
use crate::tasks;

/// How long a gateway may take to list its sessions, page by page.
const SESSIONS_PATIENCE: Duration = Duration::from_secs(20);

/// Differences and unmatched events that an answer names, of each. One cause makes many; the totals
/// say how many there are.
const NAMED_MAX: usize = 1_000;

/// Seconds after which an operator may ask again who found another reconciliation under way.
const RETRY_AFTER: u32 = 5;

/// What each gateway says of its sessions, or why it does not.
type Told = BTreeMap<String, Result<Arc<Vec<SessionReport>>, String>>;

/// Our payments by gateway, at an index.
struct Books {
    index: u64,
    accounts: BTreeMap<String, Accounts>,
}

/// `GET /v1/reconciliation`
///
/// A payment in motion differs for a moment, since nothing shows both sides at once. So each side
/// is read around the other, and what differs is read a second time: only what differs before and
/// after, both times, is told.
pub(super) async fn get(State(site): State<Arc<Site>>, ask: Ask) -> Result<Response, Problem> {
    let mut params = ask.params()?;
    let fresh = params.freshness();
    let gateway = params.text("gateway");
    if gateway.as_deref().is_some_and(|gateway| site.gateways.get(gateway).is_none()) {
        params.fault("gateway", known(&site.gateways));
    }
    params.finish()?;
    ask.allowed()?;
    let _turn = site.reconciliations.try_acquire().map_err(|_| {
        let detail = "nothing was done: another reconciliation is under way at this node";
        Problem::new(Code::Overloaded, detail).retry_after(RETRY_AFTER)
    })?;
    let fresh = Freshness { linearizable: true, ..fresh };
    let asked: BTreeSet<String> = match &gateway {
        Some(gateway) => BTreeSet::from([gateway.clone()]),
        None => site.gateways.names().map(|(id, _)| id.to_owned()).collect(),
    };

    let before = books(&site, fresh, gateway.as_deref()).await?;
    let mut told = sessions(&site, &asked).await;
    if !asked.is_empty() && told.values().all(Result::is_err) {
        return Err(all_silent(&told).at(before.index));
    }
    let mut after = books(&site, fresh, gateway.as_deref()).await?;
    let mut found = differing(&before, &told, &after).await?;
    if !found.is_empty() {
        let doubtful = found.keys().cloned().collect();
        let told_again = sessions(&site, &doubtful).await;
        let last = books(&site, fresh, gateway.as_deref()).await?;
        let mut again = differing(&after, &told_again, &last).await?;
        for (gateway, differences) in &mut found {
            *differences = lasting(differences, again.remove(gateway).unwrap_or_default());
        }
        // One that has fallen silent in between counts as silent.
        told.extend(told_again);
        after = last;
    }
    let unmatched = unmatched(&site, gateway.as_deref());
    Ok(json(
        StatusCode::OK,
        &report(&found, &unmatched, &silent(&site, &told, &after)),
        after.index,
    ))
}

/// Our side, as it is once everything acknowledged so far has been applied here.
async fn books(
    site: &Site,
    fresh: Freshness,
    gateway: Option<&str>,
) -> Result<Arc<Books>, Problem> {
    site.freshen(fresh).await?;
    // Entries wait to be applied for as long as somebody looks: what is kept is sorted afterwards.
    let (payments, refunds, index) =
        site.backend.read(|state, index| (state.payments_shared(), state.refunds_shared(), index));
    let gateway = gateway.map(str::to_owned);
    let sorted = tasks::blocking(move || accounts(&payments, &refunds, gateway.as_deref()));
    let accounts = sorted.await.map_err(|_| Problem::internal("sorting payments panicked"))?;
    Ok(Arc::new(Books { index, accounts }))
}

/// Payments by gateway, or those at one, each with what of it could not be paid back.
fn accounts(
    payments: &[Arc<Payment>],
    refunds: &[Arc<Refund>],
    gateway: Option<&str>,
) -> BTreeMap<String, Accounts> {
    let failed = |refund: &&Arc<Refund>| {
        refund.status == RefundStatus::Pending && refund.last_error.is_some()
    };
    let mut refund_failed: BTreeMap<PaymentId, Amount> = BTreeMap::new();
    for refund in refunds.iter().filter(failed) {
        refund_failed.entry(refund.payment).or_default().0 += refund.amount.0;
    }
    let mut accounts: BTreeMap<String, Accounts> = BTreeMap::new();
    for payment in payments {
        let at = payment.gateway.as_str();
        // What cost nothing is at no gateway.
        if at.is_empty() || gateway.is_some_and(|gateway| gateway != at) {
            continue;
        }
        if !accounts.contains_key(at) {
            accounts.insert(at.to_owned(), Accounts::new());
        }
        if let Some(of_one) = accounts.get_mut(at) {
            let failed = refund_failed.get(&payment.id).copied().unwrap_or_default();
            of_one.insert(payment.id, Ours::of(payment, failed));
        }
    }
    accounts
}

/// Their side, of all at the same time.
async fn sessions(site: &Site, gateways: &BTreeSet<String>) -> Told {
    let asked = gateways.iter().filter_map(|id| Some((id, site.gateways.get(id)?)));
    let asked = asked.map(|(id, driver)| async move {
        let told = match tokio::time::timeout(SESSIONS_PATIENCE, driver.sessions()).await {
            Ok(Ok(sessions)) => Ok(Arc::new(sessions)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_elapsed) => Err(format!("it did not list its sessions in {SESSIONS_PATIENCE:?}")),
        };
        (id.clone(), told)
    });
    join_all(asked).await.into_iter().collect()
}

/// What differs from our side both before and after a gateway was asked, by gateway.
async fn differing(
    before: &Arc<Books>,
    told: &Told,
    after: &Arc<Books>,
) -> Result<BTreeMap<String, Vec<Difference>>, Problem> {
    let (before, told, after) = (Arc::clone(before), told.clone(), Arc::clone(after));
    // A million sessions take a second to compare, and other requests run on this thread.
    let compared = tasks::blocking(move || {
        let none = Accounts::new();
        let mut found = BTreeMap::new();
        for (gateway, sessions) in told {
            let Ok(sessions) = sessions else { continue };
            let side =
                |books: &Books| compare(books.accounts.get(&gateway).unwrap_or(&none), &sessions);
            let differences = lasting(&side(&before), side(&after));
            if !differences.is_empty() {
                found.insert(gateway, differences);
            }
        }
        found
    });
    compared.await.map_err(|_| Problem::internal("the comparison panicked"))
}

/// Events that fit no payment of ours.
fn unmatched(site: &Site, gateway: Option<&str>) -> Vec<Arc<Unmatched>> {
    let mut all = site.backend.read(|state, _| state.unmatched_shared());
    all.retain(|one| gateway.is_none_or(|id| one.event.gateway == id));
    all
}

/// Gateways that did not answer, and those that payments of ours still need and nobody can ask.
fn silent(site: &Site, told: &Told, books: &Books) -> Vec<(String, String)> {
    let silent = told.iter().filter_map(|(id, told)| {
        let error = told.as_ref().err()?;
        Some((id.clone(), error.clone()))
    });
    let gone = books.accounts.iter().filter(|(id, accounts)| {
        site.gateways.get(id).is_none() && accounts.values().any(is_unsettled)
    });
    let gone = gone.map(|(id, _)| {
        (id.clone(), "it is not configured here, and payments are unsettled there".to_owned())
    });
    silent.chain(gone).collect()
}

fn is_unsettled(ours: &Ours) -> bool {
    match ours.status {
        PaymentStatus::Open | PaymentStatus::RefundPending => true,
        PaymentStatus::Succeeded
        | PaymentStatus::Failed
        | PaymentStatus::Expired
        | PaymentStatus::Refunded => false,
    }
}

fn all_silent(told: &Told) -> Problem {
    let gateways = told.iter().filter_map(|(id, told)| {
        let error = told.as_ref().err()?;
        Some(serde_json::json!({ "gateway": id, "error": error }))
    });
    let gateways = gateways.collect();
    Problem::new(Code::GatewayError, "no gateway answered").with("unanswered", gateways)
}

fn report<'a>(
    found: &'a BTreeMap<String, Vec<Difference>>,
    unmatched: &'a [Arc<Unmatched>],
    silent: &'a [(String, String)],
) -> Report<'a> {
    let differences = found.iter().flat_map(|(gateway, differences)| {
        differences.iter().map(|difference| DifferenceBody::of(gateway, difference))
    });
    let unanswered = silent.iter().map(|(gateway, error)| Unanswered { gateway, error });
    Report {
        differences: differences.take(NAMED_MAX).collect(),
        differences_total: found.values().map(Vec::len).sum(),
        unmatched: unmatched.iter().take(NAMED_MAX).map(|one| UnmatchedBody::of(one)).collect(),
        unmatched_total: unmatched.len(),
        unanswered: unanswered.collect(),
    }
}

/// Our books beside those of the gateways.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reconciliation)]
pub(super) struct Report<'a> {
    /// What differs; the first thousand.
    differences: Vec<DifferenceBody<'a>>,
    /// How many there are.
    differences_total: usize,
    /// Events that fit no payment of ours; the first thousand.
    unmatched: Vec<UnmatchedBody<'a>>,
    /// How many there are.
    unmatched_total: usize,
    /// Gateways that could not be asked.
    unanswered: Vec<Unanswered<'a>>,
}

/// A gateway that could not be asked.
#[derive(Debug, Serialize, ToSchema)]
struct Unanswered<'a> {
    /// Which.
    gateway: &'a str,
    /// Why.
    error: &'a str,
}

/// A payment or session that is not the same on both sides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
struct DifferenceBody<'a> {
    /// Where.
    gateway: &'a str,
    /// In which way.
    #[schema(value_type = DifferenceKindWord)]
    kind: &'static str,
    /// The payment, as the gateway or we call it.
    payment: &'a str,
    /// The gateway's name for the session.
    reference: Option<&'a str>,
    /// What is not the same.
    #[schema(value_type = Vec<DifferingField>)]
    fields: Vec<&'static str>,
    /// What we have.
    ours: Option<SideBody<'a>>,
    /// What the gateway has.
    theirs: Option<SideBody<'a>>,
}

/// One side's view; `refund_pending` is ours alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Side)]
struct SideBody<'a> {
    /// How the payment stands there.
    #[schema(value_type = PaymentStatusWord)]
    status: &'static str,
    /// What is to be paid, in minor units.
    amount: u64,
    /// Of all amounts.
    #[schema(value_type = CurrencyCode)]
    currency: &'a str,
    /// What was taken.
    captured: u64,
    /// What went back.
    refunded: u64,
    /// What is to go back.
    #[schema(value_type = u64, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_pending: Option<u64>,
}

impl DifferenceBody<'_> {
    fn of<'a>(gateway: &'a str, difference: &'a Difference) -> DifferenceBody<'a> {
        let field = |field: &Field| match field {
            Field::Status => "status",
            Field::Amount => "amount",
            Field::Captured => "captured",
            Field::Refunded => "refunded",
        };
        DifferenceBody {
            gateway,
            kind: match difference.kind {
                DifferenceKind::UnknownPayment => "unknown_payment",
                DifferenceKind::UnknownSession => "unknown_session",
                DifferenceKind::SecondSession => "second_session",
                DifferenceKind::Mismatch => "mismatch",
            },
            payment: &difference.payment,
            reference: difference.reference.as_deref(),
            fields: difference.fields.iter().map(field).collect(),
            ours: difference.ours.as_ref().map(SideBody::of_ours),
            theirs: difference.theirs.as_ref().map(SideBody::of_theirs),
        }
    }
}

impl SideBody<'_> {
    fn of_ours(ours: &Ours) -> SideBody<'_> {
        SideBody {
            status: payment_status(ours.status),
            amount: ours.amount.0,
            currency: ours.captured_currency.as_str(),
            captured: ours.captured.0,
            refunded: ours.refunded.0,
            refund_pending: Some(ours.refund_pending.0),
        }
    }

    fn of_theirs(theirs: &SessionReport) -> SideBody<'_> {
        SideBody {
            status: match theirs.status {
                SessionStatus::Open => "open",
                SessionStatus::Succeeded => "succeeded",
                SessionStatus::Failed => "failed",
                SessionStatus::Expired => "expired",
            },
            amount: theirs.amount.0,
            currency: &theirs.currency,
            captured: theirs.captured.0,
            refunded: theirs.refunded.0,
            refund_pending: None,
        }
    }
}

/// An event that fits no payment of ours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unmatched)]
struct UnmatchedBody<'a> {
    /// Who sent it.
    gateway: &'a str,
    /// Its id there.
    event: &'a str,
    /// What it says.
    #[schema(value_type = EventKind)]
    kind: &'static str,
    /// The payment that it names, if it is one of ours by its form.
    payment: Option<String>,
    /// The gateway's name for the session.
    reference: &'a str,
    /// The money that it names, in minor units.
    amount: u64,
    /// Of that money.
    #[schema(value_type = CurrencyCode)]
    currency: &'a str,
    /// Log time when it came.
    at: Time,
}

impl UnmatchedBody<'_> {
    fn of(unmatched: &Unmatched) -> UnmatchedBody<'_> {
        let event = &unmatched.event;
        UnmatchedBody {
            gateway: &event.gateway,
            event: &event.event,
            kind: match event.kind {
                GatewayEventKind::Succeeded => "succeeded",
                GatewayEventKind::Declined => "declined",
                GatewayEventKind::Failed => "failed",
                GatewayEventKind::Expired => "expired",
            },
            payment: event.payment.map(|id| id.to_string()),
            reference: &event.reference,
            amount: event.amount.0,
            currency: event.currency.as_str(),
            at: Time(unmatched.at),
        }
    }
}
