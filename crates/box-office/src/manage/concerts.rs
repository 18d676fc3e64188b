//! Concerts as managers make them: drafts, edits, copies, deleting. What puts them on sale is in `publishing.rs`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};
use unicode_normalization::UnicodeNormalization;

use super::to_edit::{ConcertForm, ConcertStatus, ConcertToEdit};
use crate::operate::new_operation;
use crate::text::one_line;
use crate::{BoxOffice, ConcertId, Error, Result, limits};

/// A concert of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConcertListed {
    /// The concert.
    pub id: ConcertId,
    /// As printed on the ticket.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Draft, published or archived.
    pub status: ConcertStatus,
    /// On sale, and nothing is sold until a manager goes on with it.
    pub paused: bool,
    /// Counts the edits.
    #[specta(type = i32)]
    pub version: i64,
    /// Seats in all.
    pub seats: i32,
    /// Sold.
    pub sold: i32,
    /// Kept from sale.
    pub withheld: i32,
    /// On a live hold.
    pub on_hold: i32,
    /// Of the live sales, in won.
    #[specta(type = i32)]
    pub revenue: i64,
    /// Deleted; shown only when asked for.
    pub deleted: bool,
}

impl BoxOffice {
    /// Concerts of every status, newest first; deleted ones when asked for.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::NotACounter`].
    pub async fn concerts_to_manage(&self, with_deleted: bool) -> Result<Vec<ConcertListed>> {
        Ok(query_as!(
            ConcertListed,
            r#"
            with counted_seats as (
                select concert_id, count(*) as seats,
                    count(*) filter (where status = 'reserved') as sold,
                    count(*) filter (where withheld_for is not null) as withheld,
                    count(*) filter (where status = 'temporarily_held'
                        and hold_expires_at > statement_timestamp()) as on_hold
                from seats where deleted_at is null group by concert_id
            ),
            revenues as (
                select concert_id, sum(price) as revenue from reservation_seats where released_at is null
                group by concert_id
            )
            select c.id, c.title, c.venue, c.starts_at, c.status as "status: ConcertStatus", c.sales_paused as paused,
                c.version, coalesce(s.seats, 0)::int as "seats!", coalesce(s.sold, 0)::int as "sold!",
                coalesce(s.withheld, 0)::int as "withheld!", coalesce(s.on_hold, 0)::int as "on_hold!",
                coalesce(r.revenue, 0)::bigint as "revenue!", c.deleted_at is not null as "deleted!"
            from concerts c
            left join counted_seats s on s.concert_id = c.id
            left join revenues r on r.concert_id = c.id
            where $1 or c.deleted_at is null
            order by c.created_at desc, c.id
            "#,
            with_deleted
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Makes a draft without tiers and seats.
    ///
    /// # Errors
    /// [`Error::InvalidField`] names the field; [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn create_concert(&self, form: &ConcertForm) -> Result<ConcertId> {
        let form = checked(form)?;
        let operation = new_operation();
        let verb = query!(
            r#"select true as "done!" from manager.create_concert($1, $2, $3, $4, $5)"#,
            operation.0,
            form.title,
            form.venue,
            form.starts_at,
            form.note
        );
        self.manage(operation, verb).await?;
        Ok(ConcertId::made_by(operation))
    }

    /// Changes what is printed of a concert. `version` is the one the manager saw.
    ///
    /// # Errors
    /// [`Error::ConcertChanged`] with what it is now; [`Error::InvalidField`], [`Error::UnknownConcert`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn edit_concert(&self, id: ConcertId, version: i64, form: &ConcertForm) -> Result<ConcertToEdit> {
        let form = checked(form)?;
        let operation = new_operation();
        let verb = query!(
            r#"select manager.edit_concert($1, $2, $3, $4, $5, $6, $7) as "done!""#,
            operation.0,
            id.0,
            version,
            form.title,
            form.venue,
            form.starts_at,
            form.note
        );
        let done = self.manage(operation, verb).await?.done;
        self.after_edit(id, done).await
    }

    /// Takes a concert without live sales out of every list.
    ///
    /// # Errors
    /// [`Error::ConcertHasSales`], [`Error::ConcertChanged`], [`Error::UnknownConcert`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn delete_concert(&self, id: ConcertId, version: i64) -> Result<()> {
        let operation = new_operation();
        let verb = query!(r#"select manager.delete_concert($1, $2, $3) as "done!""#, operation.0, id.0, version);
        if !self.manage(operation, verb).await?.done {
            self.after_edit(id, false).await?;
        }
        Ok(())
    }

    /// A new draft with the tiers, the seats and the stage of another concert; what is withheld there is withheld here,
    /// nothing is sold.
    ///
    /// # Errors
    /// [`Error::InvalidField`], [`Error::UnknownConcert`], [`Error::Busy`], [`Error::Offline`],
    /// [`Error::OutcomeUnknown`].
    pub async fn duplicate_concert(
        &self,
        of: ConcertId,
        title: &str,
        starts_at: Option<DateTime<Utc>>,
    ) -> Result<ConcertId> {
        let title = one_line(title, limits::TITLE).ok_or_else(|| invalid("title"))?;
        let operation = new_operation();
        let verb = query!(
            r#"select true as "done!" from manager.duplicate_concert($1, $2, $3, $4)"#,
            operation.0,
            of.0,
            title,
            starts_at
        );
        self.manage_for_long(operation, verb, Arc::default()).await?;
        Ok(ConcertId::made_by(operation))
    }
}

fn checked(form: &ConcertForm) -> Result<ConcertForm> {
    let note: String = form.note.nfc().filter(|c| *c == '\n' || !c.is_control()).collect();
    let note = note.trim().to_owned();
    if !limits::NOTE.holds(note.chars().count()) {
        return Err(invalid("note"));
    }
    Ok(ConcertForm {
        title: one_line(&form.title, limits::TITLE).ok_or_else(|| invalid("title"))?,
        venue: one_line(&form.venue, limits::VENUE).ok_or_else(|| invalid("venue"))?,
        starts_at: form.starts_at,
        note,
    })
}

fn invalid(field: &str) -> Error {
    Error::InvalidField { field: field.into() }
}
