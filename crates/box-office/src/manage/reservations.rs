//! The reservations of a concert as a manager sees them: masked, unless the journal says who looked and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

use crate::{BoxOffice, Cancelled, Error, ReservationStatus, Result};

/// A reservation without personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReservationListed {
    /// The reservation.
    pub id: Uuid,
    /// Short number for people.
    pub number: String,
    /// Confirmed or cancelled.
    pub status: ReservationStatus,
    /// For example `김*수`.
    pub name_masked: String,
    /// For example `010-****-5678`.
    pub phone_masked: String,
    /// Labels, in the order of the map.
    pub seats: Vec<String>,
    /// In won, at the prices at sale.
    #[specta(type = i32)]
    pub total: i64,
    /// When it was confirmed.
    pub created_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Who sold it, by display name.
    pub counter: Option<String>,
}

/// Reservations, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReservationPage {
    /// At most 100.
    pub rows: Vec<ReservationListed>,
    /// There are older ones: ask again with `after` the last row's id.
    pub more: bool,
}

/// A customer, in the clear.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Unmasked {
    /// As stored.
    pub name: String,
    /// Digits only.
    pub phone: String,
}

impl BoxOffice {
    /// Reservations of a concert whose name has `search` in it or whose phone ends in these four digits; an empty
    /// search finds all.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn reservations_of(
        &self,
        _concert: Uuid,
        _search: &str,
        _after: Option<Uuid>,
    ) -> Result<ReservationPage> {
        Err(Error::Database { sqlstate: None })
    }

    /// Name and phone of a reservation. That this login asked is in the journal before it is answered.
    ///
    /// # Errors
    /// [`Error::UnknownReservation`], [`Error::Busy`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn unmask(&self, _reservation: Uuid) -> Result<Unmasked> {
        Err(Error::Database { sqlstate: None })
    }

    /// Cancels a reservation without the customer's password and past the cut-off. The reason, 1 to 200 characters,
    /// goes into the journal.
    ///
    /// # Errors
    /// [`Error::InvalidReason`], [`Error::UnknownReservation`], [`Error::AlreadyCancelled`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn cancel_for_customer(&self, _reservation: Uuid, _reason: &str) -> Result<Cancelled> {
        Err(Error::Database { sqlstate: None })
    }
}
