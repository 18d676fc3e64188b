//! Finding reservations: by phone and password, by a ticket's QR, or with a manager who vouches. No hash ever leaves the
//! server.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::types::Json;
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::confirm::ending_of;
use crate::operate::new_operation;
use crate::text::without_marks;
use crate::{
    BoxOffice, Error, HeldSeat, Reservation, ReservationStatus, Result, ScannedTicket, phone_number, reservation_number,
};

/// What a look-up found. For ten minutes this login may cancel it.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct LookUp {
    /// Confirmed ones first.
    pub reservations: Vec<Reservation>,
}

/// What a ticket was found to be.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Scan {
    /// It admits. For ten minutes this login may print or cancel what it is of.
    Valid {
        /// Its one.
        reservations: Vec<Reservation>,
    },
    /// It admits nobody: it was printed again, or its sale cancelled.
    Void {
        /// What it was.
        ticket: ScannedTicket,
    },
}

impl BoxOffice {
    /// Reservations of this phone whose password this is. An unknown phone takes the same steps, the same hashing and
    /// gives the same answer as a wrong password.
    ///
    /// The guess is stored and committed first and compared in a second transaction, so that no client can take a
    /// guess back by rolling back; and what was found is read in a third, once the journal says so.
    ///
    /// # Errors
    /// [`Error::NoMatch`], [`Error::TooManyLookUps`], [`Error::InvalidPhone`], [`Error::InvalidPassword`],
    /// [`Error::Offline`].
    pub async fn look_up(&self, phone: &str, password: &str) -> Result<LookUp> {
        let phone = phone_number(phone)?;
        let guess = self.password_hash(&phone, password).await?;
        let opened =
            query!(r#"select ticket, wait_seconds as "wait_seconds!" from counter.open_look_up($1, $2)"#, phone, guess);
        let opened = self.call(new_operation(), opened).await.map_err(lost)?;
        let opened = opened.first().ok_or(Error::Offline)?;
        self.answered(opened.ticket.ok_or(Error::TooManyLookUps { seconds: opened.wait_seconds })?).await
    }

    /// The reservation of a ticket, by what its QR says, at whatever counter: the code is the secret, and the customer is
    /// told masked. Counted as look-ups are. A ticket that is void opens nothing.
    ///
    /// # Errors
    /// [`Error::UnknownTicket`], [`Error::TooManyLookUps`], [`Error::Offline`].
    pub async fn look_up_ticket(&self, scanned: &str) -> Result<Scan> {
        let code = code_in(scanned).ok_or(Error::UnknownTicket)?;
        let opened = query!(r#"select ticket, wait_seconds as "wait_seconds!" from counter.open_scan($1)"#, &code[..]);
        let opened = self.call(new_operation(), opened).await.map_err(lost)?;
        let opened = opened.first().ok_or(Error::Offline)?;
        let ticket = opened.ticket.ok_or(Error::TooManyLookUps { seconds: opened.wait_seconds })?;
        match self.answered(ticket).await {
            Ok(LookUp { reservations }) => Ok(Scan::Valid { reservations }),
            Err(Error::NoMatch) => {
                Ok(Scan::Void { ticket: self.scan_ticket(code).await?.ok_or(Error::UnknownTicket)? })
            }
            Err(error) => Err(error),
        }
    }

    /// Reservations of a phone, or the one of a number, without their password: a manager signs for it, with a login of his
    /// own over a connection of its own that is closed again. That he did is in the journal before anything is found. The
    /// counter then goes on as after any look-up.
    ///
    /// # Errors
    /// [`Error::NeitherNumberNorPhone`], [`Error::WrongLogin`] and [`Error::NotAManager`] of the manager,
    /// [`Error::NoMatch`], [`Error::TooManyLookUps`], [`Error::Offline`].
    pub async fn look_up_vouched(&self, manager: &str, manager_password: &str, wanted: &str) -> Result<LookUp> {
        // Eight digits may be both; a number is what is asked for first.
        let number_ending = ending_of(without_marks(wanted).trim());
        let phone = if number_ending.is_none() { phone_number(wanted).ok() } else { None };
        if number_ending.is_none() && phone.is_none() {
            return Err(Error::NeitherNumberNorPhone);
        }
        let me = query_scalar!(r#"select session_user::text as "me!""#).fetch_one(&self.pool).await?;
        let vouched = query!(
            r#"select ticket, wait_seconds as "wait_seconds!" from manager.vouch($1, $2, $3, $4)"#,
            new_operation().0,
            me,
            phone,
            number_ending
        );
        let told = self.call_as(manager, manager_password, vouched).await.map_err(|error| match lost(error) {
            Error::NotACounter => Error::NotAManager,
            error => error,
        })?;
        let opened = told.first().ok_or(Error::Offline)?;
        self.answered(opened.ticket.ok_or(Error::TooManyLookUps { seconds: opened.wait_seconds })?).await
    }

    /// What an opened look-up finds, once the journal says so.
    async fn answered(&self, ticket: Uuid) -> Result<LookUp> {
        let answered = query!(r#"select counter.answer_look_up($1) as "found!""#, ticket).map(|row| row.found);
        if self.call(new_operation(), answered).await.map_err(lost)?.first() == Some(&0) {
            return Err(Error::NoMatch);
        }
        let found = query!(
            r#"
            select reservation_id as "id!", concert_id as "concert_id!", title as "title!", venue as "venue!", starts_at,
                status as "status!: ReservationStatus", walk_up as "walk_up!", customer_name as "customer_name!",
                phone_number as "phone!", created_at as "created_at!", cancelled_at,
                seats as "seats!: Json<Vec<HeldSeat>>"
            from counter.read_look_up($1)
            "#,
            ticket
        );
        let found = self.call(new_operation(), found).await.map_err(lost)?;
        if found.is_empty() {
            return Err(Error::NoMatch);
        }
        let reservations = found
            .into_iter()
            .map(|row| Reservation {
                id: row.id.into(),
                number: reservation_number(row.id.into()),
                concert_id: row.concert_id.into(),
                title: row.title,
                venue: row.venue,
                starts_at: row.starts_at,
                status: row.status,
                walk_up: row.walk_up,
                customer_name: row.customer_name,
                phone: row.phone,
                total: row.seats.iter().map(|seat| seat.price).sum(),
                seats: row.seats.0,
                created_at: row.created_at,
                cancelled_at: row.cancelled_at,
            })
            .collect();
        Ok(LookUp { reservations })
    }
}

/// The code in what a ticket's QR says, such as `K7Q2-93FD.0F3C…`: 32 hexadecimal digits behind a point. A scanner types it
/// like a keyboard, so that capitals may have become small letters.
fn code_in(scanned: &str) -> Option<[u8; 16]> {
    let (_, digits) = scanned.trim().split_once('.')?;
    if digits.len() != 32 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes)
}

/// A look-up is simply made again: it changes nothing that anybody asks after.
pub(crate) fn lost(error: Error) -> Error {
    if matches!(error, Error::OutcomeUnknown { .. }) { Error::Offline } else { error }
}
