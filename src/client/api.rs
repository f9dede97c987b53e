//! The calls of the contract, each with its types.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::Client;
use super::call::Call;
use super::error::Error;
use super::list::List;
use super::types::{
    Blocks, Booking, ClusterStatus, Confirmation, Gateway, Hold, NewHold, NewPayment, NewShow,
    Packed, Payment, Refund, Report, Seats, Show, ShowPatch, StoredMap, Trail,
};

/// Whether a node can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It can.
    Ready,
    /// It is there, and cannot.
    NotReady,
    /// Nobody is there.
    Nobody,
}

/// Shows and seats (section 3 of the contract).
impl Client {
    /// Shows; `from`, `to`, `venue`, `q` and `status` choose among them.
    pub fn shows(&self) -> List<Show> {
        self.rows(&["v1", "shows"])
    }

    /// A show.
    pub fn show(&self, show: &str) -> Call<Show> {
        self.read(&["v1", "shows", show])
    }

    /// Creates a show.
    pub fn create_show(&self, new: &NewShow) -> Call<Show> {
        self.write(Method::POST, &["v1", "shows"], new)
    }

    /// Changes a show.
    pub fn change_show(&self, show: &str, patch: &ShowPatch) -> Call<Show> {
        self.write(Method::PATCH, &["v1", "shows", show], patch)
    }

    /// Cancels a show: its sale stops, and every booking is paid back.
    pub fn cancel_show(&self, show: &str) -> Call<Show> {
        self.write(Method::POST, &["v1", "shows", show, "cancel"], &NOTHING)
    }

    /// Stores a seating plan for shows to share. Storing it again changes nothing.
    pub fn create_seat_map(&self, plan: &impl Serialize) -> Call<StoredMap> {
        self.write(Method::POST, &["v1", "seat-maps"], plan)
    }

    /// The plan of a show.
    pub fn seat_map(&self, show: &str) -> Call<Value> {
        self.read(&["v1", "shows", show, "seat-map"])
    }

    /// The seats of a show; `status=available`, `section` and `mine=true` choose among them.
    pub fn seats(&self, show: &str) -> Call<Seats> {
        self.read(&["v1", "shows", show, "seats"])
    }

    /// The states of a show's seats, as small as they can be.
    ///
    /// # Errors
    /// As of any call.
    pub async fn packed_seats(&self, show: &str) -> Result<Packed, Error> {
        let answer = self.seats(show).query("format", "packed").answer().await?;
        Ok(Packed(answer.body))
    }

    /// Takes seats from sale.
    pub fn block(&self, show: &str, seats: &[&str]) -> Call<Blocks> {
        self.write(Method::POST, &["v1", "shows", show, "block"], &json!({ "seats": seats }))
    }

    /// Gives blocked seats back to sale.
    pub fn unblock(&self, show: &str, seats: &[&str]) -> Call<Blocks> {
        self.write(Method::POST, &["v1", "shows", show, "unblock"], &json!({ "seats": seats }))
    }

    /// The holds of a show; `status` chooses among them.
    pub fn show_holds(&self, show: &str) -> List<Hold> {
        self.rows(&["v1", "shows", show, "holds"])
    }

    /// Seats and money of a show by state and category.
    pub fn report(&self, show: &str) -> Call<Report> {
        self.read(&["v1", "shows", show, "report"])
    }
}

/// Holds (section 4).
impl Client {
    /// Takes seats from sale for the caller, until a deadline.
    pub fn create_hold(&self, show: &str, new: &NewHold) -> Call<Hold> {
        self.write(Method::POST, &["v1", "shows", show, "holds"], new)
    }

    /// A hold.
    pub fn hold(&self, hold: &str) -> Call<Hold> {
        self.read(&["v1", "holds", hold])
    }

    /// The caller's pending hold; `not_found` if there is none.
    pub fn my_hold(&self) -> Call<Hold> {
        self.read(&["v1", "me", "hold"])
    }

    /// Has a hold last so many seconds from now, if it would not anyway.
    pub fn extend_hold(&self, hold: &str, ttl_seconds: u64) -> Call<Hold> {
        let body = json!({ "ttl_seconds": ttl_seconds });
        self.write(Method::POST, &["v1", "holds", hold, "extend"], &body)
    }

    /// Gives a hold back. What has ended already stays so.
    pub fn release_hold(&self, hold: &str) -> Call<()> {
        self.write(Method::DELETE, &["v1", "holds", hold], &NOTHING)
    }

    /// Sells a hold at the box office.
    pub fn confirm_hold(&self, hold: &str, confirmation: &Confirmation) -> Call<Booking> {
        self.write(Method::POST, &["v1", "holds", hold, "confirm"], confirmation)
    }
}

/// Payments, bookings and refunds (section 5).
impl Client {
    /// Where one can pay.
    pub fn gateways(&self) -> List<Gateway> {
        // No replicated state: how fresh it is to be cannot be said.
        self.list("/v1/gateways")
    }

    /// Opens a payment of a hold. A gateway that does not answer is asked again under the same key.
    pub fn create_payment(&self, hold: &str, new: &NewPayment) -> Call<Payment> {
        self.write(Method::POST, &["v1", "holds", hold, "payments"], new)
    }

    /// A payment.
    pub fn payment(&self, payment: &str) -> Call<Payment> {
        self.read(&["v1", "payments", payment])
    }

    /// Closes a payment's session; its hold stays.
    pub fn cancel_payment(&self, payment: &str) -> Call<Payment> {
        self.write(Method::POST, &["v1", "payments", payment, "cancel"], &NOTHING)
    }

    /// A booking.
    pub fn booking(&self, booking: &str) -> Call<Booking> {
        self.read(&["v1", "bookings", booking])
    }

    /// The caller's bookings.
    pub fn my_bookings(&self) -> List<Booking> {
        self.rows(&["v1", "me", "bookings"])
    }

    /// Everybody's bookings; `show`, `email` and `status` choose among them.
    pub fn bookings(&self) -> List<Booking> {
        self.rows(&["v1", "bookings"])
    }

    /// Cancels seats of a booking, or all of it with `None`; what was paid for them goes back.
    pub fn cancel_booking(&self, booking: &str, seats: Option<&[&str]>) -> Call<Booking> {
        let body = seats.map_or_else(|| json!({}), |seats| json!({ "seats": seats }));
        self.write(Method::POST, &["v1", "bookings", booking, "cancel"], &body)
    }

    /// Has a booking's letter sent again.
    pub fn resend_booking(&self, booking: &str) -> Call<Booking> {
        self.write(Method::POST, &["v1", "bookings", booking, "resend"], &NOTHING)
    }

    /// Refunds; `status` chooses among them.
    pub fn refunds(&self) -> List<Refund> {
        self.rows(&["v1", "refunds"])
    }

    /// A refund.
    pub fn refund(&self, refund: &str) -> Call<Refund> {
        self.read(&["v1", "refunds", refund])
    }

    /// Has a refund tried now.
    pub fn retry_refund(&self, refund: &str) -> Call<Refund> {
        self.write(Method::POST, &["v1", "refunds", refund, "retry"], &NOTHING)
    }
}

/// What organizers and operators ask.
impl Client {
    /// Who did what, the oldest first. At least one of `seat` (with `show`), `user`, `hold` and
    /// `payment` says of what; `from` and `to` bound it, `limit` and `cursor` cut it into pages.
    pub fn trail(&self) -> Call<Trail> {
        self.read(&["v1", "audit"])
    }

    /// The cluster as a node sees it.
    pub fn cluster(&self) -> Call<ClusterStatus> {
        self.get("/v1/cluster")
    }
}

/// A body that says nothing: `{}`.
#[derive(Serialize)]
struct Nothing {}

const NOTHING: Nothing = Nothing {};
