//! One enum of codes with data. The words for them are in the message catalogue of the UI.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::postgres::PgDatabaseError;

use crate::{ConcertToEdit, Missing, Obstacle, OperationId, PlanFault, SeatId, SeatState};

/// What every function of the engine returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was not done. Unless it says otherwise, nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Error {
    /// Another counter held or sold these first; none of the seats asked for was held.
    #[error("seats were taken")]
    SeatsTaken {
        /// The seats that were lost, and to whom.
        seats: Vec<TakenSeat>,
    },
    /// The five minutes were over, or the seats were held anew by somebody else since.
    #[error("the hold has expired")]
    HoldExpired,
    /// A manager changed a price since the customer was told the total.
    #[error("the price changed")]
    PriceChanged {
        /// The total now, in won.
        #[specta(type = i32)]
        total: i64,
    },
    /// Unknown, unpublished, archived or deleted.
    #[error("the concert is not on sale")]
    ConcertNotOnSale,
    /// Not seats of this concert.
    #[error("unknown seats")]
    UnknownSeats {
        /// The ids that are not.
        seats: Vec<SeatId>,
    },
    /// A hold or sale of nothing.
    #[error("no seats")]
    NoSeats,
    /// More than the venue's rule.
    #[error("too many seats")]
    TooManySeats {
        /// Seats per sale.
        limit: i32,
    },
    /// This login has as many running holds as the venue allows: it waits for one to end, or gives one up.
    #[error("too many holds")]
    TooManyHolds {
        /// Running holds of one login.
        limit: i32,
    },
    /// This login gave up one of the seats a moment ago; others come first.
    #[error("held just now")]
    HeldJustNow {
        /// For how long, in all.
        seconds: i32,
    },
    /// The same seat twice in one request.
    #[error("a seat is repeated")]
    SeatRepeated,
    /// Blank, over 80 characters, or with control characters.
    #[error("invalid name")]
    InvalidName,
    /// Not a phone number.
    #[error("invalid phone number")]
    InvalidPhone,
    /// The venue's sales keep Korean mobile numbers only.
    #[error("not a mobile number")]
    PhoneNotMobile,
    /// The venue sells to known customers only.
    #[error("no walk-up sales")]
    NoWalkUpSales,
    /// Too short, too long, or with control characters.
    #[error("invalid password")]
    InvalidPassword {
        /// Characters, at least.
        shortest: i32,
        /// Characters, at most.
        longest: i32,
    },
    /// No reservation has this phone and this password; which of them is wrong is not said.
    #[error("no match")]
    NoMatch,
    /// Not what a ticket's QR says, or no ticket that was ever issued.
    #[error("unknown ticket")]
    UnknownTicket,
    /// Neither a reservation number nor a phone.
    #[error("neither number nor phone")]
    NeitherNumberNorPhone,
    /// The login that is to vouch for a customer is no manager's.
    #[error("not a manager")]
    NotAManager,
    /// Too many wrong look-ups of this phone or at this counter.
    #[error("too many look-ups")]
    TooManyLookUps {
        /// Seconds until the next one is taken.
        seconds: i32,
    },
    /// A reservation is cancelled within ten minutes of its look-up.
    #[error("the look-up is too old")]
    TicketExpired,
    /// Somebody cancelled it before.
    #[error("already cancelled")]
    AlreadyCancelled,
    /// Past the venue's cut-off before the start.
    #[error("too late to cancel")]
    CancelTooLate {
        /// The cut-off, minutes before the start.
        minutes: i32,
    },
    /// No such concert, deleted or not.
    #[error("unknown concert")]
    UnknownConcert,
    /// Another manager changed the concert since this one read it.
    #[error("the concert was changed")]
    ConcertChanged {
        /// As it is now.
        now: Box<ConcertToEdit>,
    },
    /// What has to be there before a concert is published.
    #[error("the concert is incomplete")]
    ConcertIncomplete {
        /// What is missing.
        missing: Vec<Missing>,
    },
    /// A concert goes from draft to published to archived.
    #[error("not in this status")]
    WrongStatus,
    /// Sold or held seats stand in the way.
    #[error("the concert has sales")]
    ConcertHasSales {
        /// Sold or held seats.
        sold: i32,
    },
    /// The concert has begun, and the venue sells no seats after that.
    #[error("the concert has begun")]
    SalesOver,
    /// A manager stopped the sale of this concert for now. What is held stays held.
    #[error("the sale is paused")]
    SalesPaused,
    /// The label of another tier of the concert.
    #[error("the label is taken")]
    LabelTaken,
    /// Seats have this tier.
    #[error("the tier is in use")]
    TierInUse {
        /// How many.
        seats: i32,
    },
    /// Another manager changed the rules since this one read them.
    #[error("the rules were changed")]
    RulesChanged,
    /// What is wrong with a seating plan; nothing of it was written.
    #[error("the plan has faults")]
    PlanFaults {
        /// The first two hundred.
        faults: Vec<PlanFault>,
    },
    /// Seats of these labels are there already.
    #[error("seat labels are taken")]
    SeatLabelsTaken {
        /// The first twenty.
        labels: Vec<String>,
    },
    /// The manager stopped it.
    #[error("stopped")]
    Stopped,
    /// No such reservation.
    #[error("unknown reservation")]
    UnknownReservation,
    /// A reason that a manager has to give is blank or too long.
    #[error("invalid reason")]
    InvalidReason {
        /// Characters, at most.
        longest: i32,
    },
    /// The login may not change the schema, or may not make the group roles that are missing.
    #[error("the owner's login is needed")]
    OwnerNeeded,
    /// COMMIT was sent and its answer lost: ask [`BoxOffice::resolve`](crate::BoxOffice::resolve), never send again.
    #[error("the outcome is unknown")]
    OutcomeUnknown {
        /// The operation to resolve.
        operation: OperationId,
    },
    /// The server can't be reached, and why; see [`with_obstacle`](crate::with_obstacle).
    #[error("can't connect: {why:?}")]
    CannotConnect {
        /// What stands in the way.
        why: Obstacle,
    },
    /// The server can't be reached.
    #[error("offline")]
    Offline,
    /// Somebody else holds the same rows just now.
    #[error("busy")]
    Busy,
    /// Unknown login or wrong password.
    #[error("wrong login")]
    WrongLogin,
    /// The server's certificate doesn't check out.
    #[error("certificate refused")]
    CertificateRefused,
    /// The login belongs to neither `counter` nor `manager`.
    #[error("not a counter")]
    NotACounter,
    /// The server's schema is older than this program.
    #[error("schema is older")]
    SchemaOlder {
        /// Migrations applied there.
        found: i32,
        /// Migrations this program knows.
        wanted: i32,
    },
    /// The server's schema is newer than this program.
    #[error("schema is newer")]
    SchemaNewer {
        /// Migrations applied there.
        found: i32,
        /// Migrations this program knows.
        wanted: i32,
    },
    /// The database has tables of another program, or of a Maepyo that was never released.
    #[error("schema is foreign")]
    SchemaForeign,
    /// Another counter is called so.
    #[error("the counter's name is taken")]
    CounterNameTaken,
    /// There is or was a login of this name.
    #[error("the login is taken")]
    LoginTaken,
    /// No login of a counter or a manager.
    #[error("unknown login")]
    UnknownLogin,
    /// A field out of its range, or with what it can't hold.
    #[error("invalid field {field}")]
    InvalidField {
        /// The field.
        field: String,
    },
    /// The record of unanswered operations can't be written, so nothing was sent.
    #[error("intents not recorded")]
    IntentsNotRecorded,
    /// Another program on this PC works with the same record of unanswered operations.
    #[error("intents are in use")]
    IntentsInUse,
    /// The server's verbs are of another version than this program: it was brought up to date meanwhile.
    #[error("the server's verbs changed")]
    VerbsChanged,
    /// The server answered what this program can't read.
    #[error("the answer can't be read")]
    AnswerUnreadable,
    /// A part of this program failed: a task or a hash.
    #[error("internal error")]
    Internal,
    /// The database refused or failed; rolled back.
    #[error("database error {sqlstate}")]
    Database {
        /// For support.
        sqlstate: String,
    },
}

/// A seat that another counter had first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TakenSeat {
    /// The seat.
    pub id: SeatId,
    /// Its label.
    pub label: String,
    /// How it stands now.
    pub state: SeatState,
    /// Who holds it, by display name.
    pub counter: Option<String>,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().unwrap_or_default();
                let detail = refusal.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail);
                let figure = detail.and_then(|figure| figure.parse().ok()).unwrap_or(0);
                let known = refusal.constraint().and_then(|name| of_constraint(name, figure));
                known.unwrap_or_else(|| of_sqlstate(&code))
            }
            sqlx::Error::Tls(_) => Self::CertificateRefused,
            // A failed handshake comes as an error of the wire.
            _ if certificate_error(&error).is_some() => Self::CertificateRefused,
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Offline,
            _ => {
                tracing::error!(kind = %kind(&error), "an answer of the server could not be read");
                Self::AnswerUnreadable
            }
        }
    }
}

/// The one place where the name of a constraint or of a verb's rule becomes an error; `figure` is what the refusal was
/// measured by. Those that only a broken client can meet stay [`Error::Database`].
fn of_constraint(name: &str, figure: i64) -> Option<Error> {
    let invalid = |field: &str| Error::InvalidField { field: field.into() };
    Some(match name {
        "reservation_seats_one_live_sale" => Error::SeatsTaken { seats: Vec::new() },
        "holds_concert_on_sale" | "sales_concert_on_sale" => Error::ConcertNotOnSale,
        "holds_in_time" | "sales_in_time" => Error::SalesOver,
        "holds_while_on_sale" | "sales_while_on_sale" => Error::SalesPaused,
        "holds_seats_per_sale" => Error::TooManySeats { limit: figure as i32 },
        "holds_per_login" => Error::TooManyHolds { limit: figure as i32 },
        "holds_after_pause" => Error::HeldJustNow { seconds: figure as i32 },
        "sales_under_live_hold" => Error::HoldExpired,
        "sales_price_as_told" => Error::PriceChanged { total: figure },
        "cancels_need_ticket" | "tickets_need_ticket" => Error::TicketExpired,
        "cancels_in_time" => Error::CancelTooLate { minutes: figure as i32 },
        "cancels_known_reservation" => Error::UnknownReservation,
        "reservations_cancelled_is_final" | "tickets_of_live_sale" => Error::AlreadyCancelled,
        "reservations_name_length" | "reservations_name_is_plain" => Error::InvalidName,
        "reservations_phone_is_number" | "look_ups_phone_is_number" => Error::InvalidPhone,
        "sales_phone_is_mobile" => Error::PhoneNotMobile,
        "sales_walk_up_allowed" => Error::NoWalkUpSales,
        "look_ups_answered_once" => Error::Offline,
        "edits_known_concert" => Error::UnknownConcert,
        "edits_tier_of_concert" => invalid("tier"),
        "concert_seat_tiers_concert_id_label_key" => Error::LabelTaken,
        "tiers_removed_have_no_seats" => Error::TierInUse { seats: figure as i32 },
        "plans_replace_no_sales" => Error::ConcertHasSales { sold: figure as i32 },
        "concerts_status_order" => Error::WrongStatus,
        "concerts_deleted_has_no_sales" => Error::ConcertHasSales { sold: figure.max(1) as i32 },
        "settings_time_zone_known" => invalid("time_zone"),
        "settings_hold_seconds_range" => invalid("hold_seconds"),
        "settings_seats_per_sale_range" => invalid("seats_per_sale"),
        "settings_cancel_cutoff_range" => invalid("cancel_cutoff_minutes"),
        "accesses_of_a_month" => invalid("month"),
        "sweepers_every_seconds_range" => invalid("sweep_seconds"),
        "logins_name_is_plain" => invalid("login"),
        "logins_name_is_free" => Error::LoginTaken,
        "logins_known" => Error::UnknownLogin,
        "counters_display_name_length" | "counters_display_name_is_plain" => invalid("counter_name"),
        "counters_display_name_key" => Error::CounterNameTaken,
        _ => return None,
    })
}

fn of_sqlstate(code: &str) -> Error {
    match code {
        // lock_not_available, query_canceled, deadlock_detected, serialization_failure
        "55P03" | "57014" | "40P01" | "40001" => Error::Busy,
        // read_only_sql_transaction: a standby; too_many_connections
        "25006" | "53300" => Error::Offline,
        "28P01" | "28000" | "3D000" => Error::WrongLogin,
        "42501" => Error::NotACounter,
        // undefined_table, undefined_function, undefined_column, feature_not_supported: the server's schema and verbs are
        // others than this program's.
        "42P01" | "42883" | "42703" | "0A000" => Error::VerbsChanged,
        _ if code.starts_with("08") || code.starts_with("57P") => Error::Offline,
        _ => Error::Database { sqlstate: code.to_owned() },
    }
}

/// What rustls found wrong, in whatever sqlx wrapped it.
pub(crate) fn certificate_error(error: &sqlx::Error) -> Option<&rustls::Error> {
    match error {
        sqlx::Error::Io(error) => error.get_ref()?.downcast_ref(),
        sqlx::Error::Tls(error) => error.downcast_ref(),
        _ => None,
    }
}

/// The variant's name only: an error's text may quote a row.
fn kind(error: &sqlx::Error) -> String {
    format!("{error:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// Whether a verb that this connection knows is no longer there as it was.
pub(crate) fn is_newer_server(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| matches!(&*code, "42883" | "0A000"))
}

/// Whether the server itself said no, so that nothing of the transaction is left.
pub(crate) fn server_refused(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refusal) => {
            let code = refusal.code().unwrap_or_default();
            !(code.starts_with("08") || code.starts_with("57P"))
        }
        _ => false,
    }
}
