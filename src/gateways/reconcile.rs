//! Compares our payments with the sessions of their gateway. Pure: who calls it asks both sides.

use std::collections::{BTreeMap, BTreeSet};

use super::gateway::{SessionReport, SessionStatus};
use crate::seats::{Amount, Currency, Payment, PaymentId, PaymentStatus};

/// What of a payment its gateway should know as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// The gateway's name for the session, once we were told.
    pub reference: Option<String>,
    /// Where the payment stands.
    pub status: PaymentStatus,
    /// Its session is being closed.
    pub closing: bool,
    /// What is to be paid.
    pub amount: Amount,
    /// In this currency.
    pub currency: Currency,
    /// What was paid.
    pub captured: Amount,
    /// In this currency.
    pub captured_currency: Currency,
    /// What is owed back.
    pub refund_pending: Amount,
    /// Of that, what was not paid back when it was last tried.
    pub refund_failed: Amount,
    /// What went back.
    pub refunded: Amount,
}

impl Ours {
    /// What we have of a payment. `refund_failed` is summed over its refunds.
    #[must_use]
    pub fn of(payment: &Payment, refund_failed: Amount) -> Ours {
        Ours {
            reference: payment.reference.clone(),
            status: payment.status,
            closing: payment.closing,
            amount: payment.amount,
            currency: payment.currency,
            captured: payment.captured,
            captured_currency: payment.captured_currency,
            refund_pending: payment.refund_pending,
            refund_failed,
            refunded: payment.refunded,
        }
    }
}

/// Our payments at one gateway.
pub type Accounts = BTreeMap<PaymentId, Ours>;

/// One thing that we and a gateway see differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What kind of thing.
    pub kind: DifferenceKind,
    /// The payment; as the gateway was told it, where it is none of ours.
    pub payment: String,
    /// The gateway's name for the session, if either side has one.
    pub reference: Option<String>,
    /// In which fields the two sides differ; of a mismatch only.
    pub fields: Vec<Field>,
    /// Our side, if we know the payment.
    pub ours: Option<Ours>,
    /// The gateway's side, if it knows the session.
    pub theirs: Option<SessionReport>,
}

/// What can be different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// The gateway has a session of a payment that is none of ours there.
    UnknownPayment,
    /// The gateway does not know the session of a payment of ours.
    UnknownSession,
    /// The gateway has a session of a payment of ours, and we know that payment by another one.
    SecondSession,
    /// Both know it, and differ in some fields.
    Mismatch,
}

/// A field in which two sides can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// One says that it is over, or paid, and the other does not.
    Status,
    /// What was to be paid.
    Amount,
    /// What was paid.
    Captured,
    /// What went back.
    Refunded,
}

/// Everything in which our payments and a gateway's sessions differ, by payment.
#[must_use]
pub fn compare(ours: &Accounts, theirs: &[SessionReport]) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for session in theirs {
        let payment = PaymentId::parse(&session.payment);
        let known = payment.and_then(|id| Some((id, ours.get(&id)?)));
        let Some((id, own)) = known else {
            found.push(of_session(DifferenceKind::UnknownPayment, session, None));
            continue;
        };
        if own.reference.as_ref().is_some_and(|reference| *reference != session.reference) {
            found.push(of_session(DifferenceKind::SecondSession, session, Some(own)));
            continue;
        }
        seen.insert(id);
        let fields = mismatches(own, session);
        if !fields.is_empty() {
            let mismatch = of_session(DifferenceKind::Mismatch, session, Some(own));
            found.push(Difference { fields, ..mismatch });
        }
    }
    let expected = ours.iter().filter(|(_, own)| {
        // A payment that ended before it had a session may have none.
        own.reference.is_some() || own.status == PaymentStatus::Open
    });
    found.extend(expected.filter(|(id, _)| !seen.contains(id)).map(|(id, own)| Difference {
        kind: DifferenceKind::UnknownSession,
        payment: id.to_string(),
        reference: own.reference.clone(),
        fields: Vec::new(),
        ours: Some(own.clone()),
        theirs: None,
    }));
    found.sort_by(|a, b| key(a).cmp(&key(b)));
    found
}

/// Those of `later` that stood in `earlier` as well, field by field. A payment in motion differs
/// for a moment, as the two sides are not asked in the same one; what differs twice is no motion.
#[must_use]
pub fn lasting(earlier: &[Difference], later: Vec<Difference>) -> Vec<Difference> {
    let before: BTreeMap<_, _> = earlier.iter().map(|one| (key(one), &one.fields)).collect();
    let kept = later.into_iter().filter_map(|mut one| {
        let fields = *before.get(&key(&one))?;
        one.fields.retain(|field| fields.contains(field));
        let empty = one.kind == DifferenceKind::Mismatch && one.fields.is_empty();
        (!empty).then_some(one)
    });
    kept.collect()
}

fn key(difference: &Difference) -> (&str, DifferenceKind, Option<&str>) {
    (&difference.payment, difference.kind, difference.reference.as_deref())
}

fn of_session(kind: DifferenceKind, session: &SessionReport, ours: Option<&Ours>) -> Difference {
    Difference {
        kind,
        payment: session.payment.clone(),
        reference: Some(session.reference.clone()),
        fields: Vec::new(),
        ours: ours.cloned(),
        theirs: Some(session.clone()),
    }
}

fn mismatches(ours: &Ours, theirs: &SessionReport) -> Vec<Field> {
    let same_currency = |currency: Currency| theirs.currency == currency.as_str();
    let captured_nothing = ours.captured == Amount(0) && theirs.captured == Amount(0);
    let captured = captured_nothing
        || (ours.captured == theirs.captured && same_currency(ours.captured_currency));
    // A refund that the gateway has made is pending here until its outbox row is settled. One that
    // has failed explains nothing: what went back instead of it was somebody else's doing, or its
    // answer was lost, and it is about to be asked for again.
    let on_its_way = ours.refund_pending.0.saturating_sub(ours.refund_failed.0);
    let refunded_max = Amount(ours.refunded.0.saturating_add(on_its_way));
    let refunded = ours.refunded <= theirs.refunded && theirs.refunded <= refunded_max;
    let checks = [
        (Field::Status, agree(ours, theirs.status)),
        (Field::Amount, ours.amount == theirs.amount && same_currency(ours.currency)),
        (Field::Captured, captured),
        (Field::Refunded, refunded),
    ];
    checks.into_iter().filter(|(_, same)| !same).map(|(field, _)| field).collect()
}

/// Whether two statuses can stand side by side. How a session ended unpaid makes no difference: the
/// first that was said of it stays.
fn agree(ours: &Ours, theirs: SessionStatus) -> bool {
    match (ours.status, theirs) {
        (PaymentStatus::Open, SessionStatus::Open)
        | (
            PaymentStatus::Failed | PaymentStatus::Expired,
            SessionStatus::Failed | SessionStatus::Expired,
        )
        | (
            PaymentStatus::Succeeded | PaymentStatus::RefundPending | PaymentStatus::Refunded,
            SessionStatus::Succeeded,
        ) => true,
        // The outbox closes it, and settles its row once the gateway has said that it is closed.
        (PaymentStatus::Open, SessionStatus::Failed | SessionStatus::Expired) => ours.closing,
        (
            PaymentStatus::Failed
            | PaymentStatus::Expired
            | PaymentStatus::Succeeded
            | PaymentStatus::RefundPending
            | PaymentStatus::Refunded,
            SessionStatus::Open,
        )
        | (
            PaymentStatus::Open | PaymentStatus::Failed | PaymentStatus::Expired,
            SessionStatus::Succeeded,
        )
        | (
            PaymentStatus::Succeeded | PaymentStatus::RefundPending | PaymentStatus::Refunded,
            SessionStatus::Failed | SessionStatus::Expired,
        ) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn ours(status: PaymentStatus) -> Ours {
        let paid = match status {
            PaymentStatus::Open | PaymentStatus::Failed | PaymentStatus::Expired => 0,
            PaymentStatus::Succeeded | PaymentStatus::RefundPending | PaymentStatus::Refunded => 9,
        };
        Ours {
            reference: Some("sbx_1".to_owned()),
            status,
            closing: false,
            amount: Amount(9),
            currency: euro(),
            captured: Amount(paid),
            captured_currency: euro(),
            refund_pending: Amount(if status == PaymentStatus::RefundPending { 9 } else { 0 }),
            refund_failed: Amount(0),
            refunded: Amount(if status == PaymentStatus::Refunded { 9 } else { 0 }),
        }
    }

    fn theirs(status: SessionStatus) -> SessionReport {
        SessionReport {
            reference: "sbx_1".to_owned(),
            payment: PaymentId(1).to_string(),
            status,
            amount: Amount(9),
            currency: "EUR".to_owned(),
            captured: Amount(if status == SessionStatus::Succeeded { 9 } else { 0 }),
            refunded: Amount(0),
        }
    }

    /// What one payment and one session differ in.
    fn check(ours: Ours, theirs: SessionReport) -> Vec<(DifferenceKind, Vec<Field>)> {
        let found = compare(&Accounts::from([(PaymentId(1), ours)]), &[theirs]);
        found.into_iter().map(|one| (one.kind, one.fields)).collect()
    }

    /// Every pair of statuses: those that fit are silent, the others are named.
    #[test]
    fn statuses_fit_or_contradict() {
        use PaymentStatus::{Expired, Failed, Open, RefundPending, Refunded, Succeeded};
        for (own, fits) in [
            (Open, &[SessionStatus::Open][..]),
            (Failed, &[SessionStatus::Failed, SessionStatus::Expired]),
            (Expired, &[SessionStatus::Failed, SessionStatus::Expired]),
            (Succeeded, &[SessionStatus::Succeeded]),
            (RefundPending, &[SessionStatus::Succeeded]),
            (Refunded, &[SessionStatus::Succeeded]),
        ] {
            for status in [
                SessionStatus::Open,
                SessionStatus::Succeeded,
                SessionStatus::Failed,
                SessionStatus::Expired,
            ] {
                let mut session = theirs(status);
                session.refunded = ours(own).refunded;
                let found = check(ours(own), session);
                let named = found.iter().any(|(_, fields)| fields.contains(&Field::Status));
                assert_eq!(!named, fits.contains(&status), "{own:?} and {status:?}: {found:?}");
            }
        }
        let closing = Ours { closing: true, ..ours(Open) };
        assert_eq!(check(closing.clone(), theirs(SessionStatus::Expired)), []);
        assert_eq!(check(closing.clone(), theirs(SessionStatus::Open)), []);
        let paid = check(closing, theirs(SessionStatus::Succeeded));
        assert_eq!(paid, [(DifferenceKind::Mismatch, vec![Field::Status, Field::Captured])]);
    }

    /// Sums are compared with their currency; a refund on its way explains its own amount, one that
    /// has failed does not.
    #[test]
    fn sums_are_compared() {
        let of = |field| vec![(DifferenceKind::Mismatch, vec![field])];
        let paid = || (ours(PaymentStatus::Succeeded), theirs(SessionStatus::Succeeded));
        let (own, mut session) = paid();
        session.captured = Amount(8);
        assert_eq!(check(own, session), of(Field::Captured));
        let (own, mut session) = paid();
        session.refunded = Amount(1);
        assert_eq!(check(own, session), of(Field::Refunded));
        let (own, mut session) = paid();
        session.currency = "USD".to_owned();
        let found = check(own, session);
        let both = vec![Field::Amount, Field::Captured];
        assert_eq!(found, [(DifferenceKind::Mismatch, both)]);
        let session = SessionReport { amount: Amount(10), ..theirs(SessionStatus::Open) };
        assert_eq!(check(ours(PaymentStatus::Open), session), of(Field::Amount));

        for refunded in [0, 4, 9] {
            let mut session = theirs(SessionStatus::Succeeded);
            session.refunded = Amount(refunded);
            assert_eq!(check(ours(PaymentStatus::RefundPending), session), []);
        }
        let failed =
            |amount| Ours { refund_failed: Amount(amount), ..ours(PaymentStatus::RefundPending) };
        let back = |refunded| SessionReport {
            refunded: Amount(refunded),
            ..theirs(SessionStatus::Succeeded)
        };
        assert_eq!(check(failed(9), back(0)), []);
        assert_eq!(check(failed(9), back(9)), of(Field::Refunded));
        assert_eq!(check(failed(5), back(4)), []);
        assert_eq!(check(failed(5), back(5)), of(Field::Refunded));
        let short = theirs(SessionStatus::Succeeded);
        assert_eq!(check(ours(PaymentStatus::Refunded), short), of(Field::Refunded));
    }

    /// What only one side knows is named, whichever side that is.
    #[test]
    fn one_sided_things_are_named() {
        let kinds = |accounts: &Accounts, sessions: &[SessionReport]| {
            let found = compare(accounts, sessions);
            found.into_iter().map(|one| (one.kind, one.payment)).collect::<Vec<_>>()
        };
        let one = PaymentId(1).to_string();
        let stray = SessionReport { payment: "x".to_owned(), ..theirs(SessionStatus::Open) };
        let none = Accounts::new();
        let unknown = [(DifferenceKind::UnknownPayment, "x".to_owned())];
        assert_eq!(kinds(&none, &[stray]), unknown);
        let unknown = [(DifferenceKind::UnknownPayment, one.clone())];
        assert_eq!(kinds(&none, &[theirs(SessionStatus::Open)]), unknown);

        let nameless = |status| Ours { reference: None, ..ours(status) };
        for (own, named) in [
            (ours(PaymentStatus::Expired), true),
            (nameless(PaymentStatus::Open), true),
            (nameless(PaymentStatus::Expired), false),
        ] {
            let found = kinds(&Accounts::from([(PaymentId(1), own.clone())]), &[]);
            let expected = [(DifferenceKind::UnknownSession, one.clone())];
            assert_eq!(found, if named { &expected[..] } else { &[] }, "{own:?}");
        }
        let accounts = Accounts::from([(PaymentId(1), ours(PaymentStatus::Open))]);
        let second =
            SessionReport { reference: "sbx_2".to_owned(), ..theirs(SessionStatus::Succeeded) };
        let sessions = [theirs(SessionStatus::Open), second];
        assert_eq!(kinds(&accounts, &sessions), [(DifferenceKind::SecondSession, one)]);
    }

    /// What differs once was in motion; what differs twice, in the same fields, lasts.
    #[test]
    fn only_what_lasts_is_kept() {
        let accounts = |own: Ours| Accounts::from([(PaymentId(1), own)]);
        let session = [theirs(SessionStatus::Succeeded)];
        let before = compare(&accounts(ours(PaymentStatus::Open)), &session);
        assert_eq!(before[0].fields, [Field::Status, Field::Captured]);
        let settled = compare(&accounts(ours(PaymentStatus::Succeeded)), &session);
        assert_eq!(lasting(&before, settled), []);
        assert_eq!(lasting(&before, before.clone()), before);
        let partly = Ours { captured: Amount(7), ..ours(PaymentStatus::Succeeded) };
        let partly = compare(&accounts(partly), &session);
        assert_eq!(lasting(&before, partly)[0].fields, [Field::Captured]);
        let refunded = Ours { refunded: Amount(3), ..ours(PaymentStatus::Succeeded) };
        let refunded = compare(&accounts(refunded), &session);
        assert_eq!(lasting(&before, refunded), []);
    }
}
