//! Concerts as managers make them: drafts, publishing, archiving, deleting.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as, query_scalar};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::seats::seat_ids;
use super::to_edit::{ConcertForm, ConcertStatus, ConcertToEdit, Missing, to_edit};
use super::writing::{lock_against_sales, lock_version};
use crate::operate::new_operation;
use crate::{BoxOffice, Error, Result};

const TITLE_LONGEST: usize = 200;
const NOTE_LONGEST: usize = 2000;

/// A concert of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConcertListed {
    /// The concert.
    pub id: Uuid,
    /// As printed on the ticket.
    pub title: String,
    /// The hall.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Draft, published or archived.
    pub status: ConcertStatus,
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
            select c.id, c.title, c.venue, c.starts_at, c.status as "status: ConcertStatus", c.version,
                coalesce(s.seats, 0)::int as "seats!", coalesce(s.sold, 0)::int as "sold!",
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
    /// [`Error::InvalidSetting`] names the field; [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn create_concert(&self, form: &ConcertForm) -> Result<Uuid> {
        let form = checked(form)?;
        let id = new_operation();
        self.manage("create_concert", id, move |transaction| {
            Box::pin(async move {
                query!(
                    "insert into concerts (id, title, venue, starts_at, note) values ($1, $2, $3, $4, $5)",
                    id,
                    form.title,
                    form.venue,
                    form.starts_at,
                    form.note
                )
                .execute(&mut **transaction)
                .await?;
                Ok(())
            })
        })
        .await?;
        Ok(id)
    }

    /// Changes what is printed of a concert. `version` is the one the manager saw.
    ///
    /// # Errors
    /// [`Error::ConcertChanged`] with what it is now; [`Error::InvalidSetting`], [`Error::UnknownConcert`],
    /// [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn edit_concert(&self, id: Uuid, version: i64, form: &ConcertForm) -> Result<ConcertToEdit> {
        let form = checked(form)?;
        self.manage("edit_concert", id, move |transaction| {
            Box::pin(async move {
                lock_version(transaction, id, version).await?;
                query!(
                    "update concerts set title = $2, venue = $3, starts_at = $4, note = $5 where id = $1",
                    id,
                    form.title,
                    form.venue,
                    form.starts_at,
                    form.note
                )
                .execute(&mut **transaction)
                .await?;
                Ok(())
            })
        })
        .await?;
        self.concert_to_edit(id).await
    }

    /// Puts a draft on sale. A missing or past date is refused unless the manager was asked about it.
    ///
    /// # Errors
    /// [`Error::ConcertIncomplete`] says what is missing; [`Error::ConcertChanged`], [`Error::WrongStatus`],
    /// [`Error::UnknownConcert`], [`Error::Busy`], [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn publish_concert(&self, id: Uuid, version: i64, although_past: bool) -> Result<ConcertToEdit> {
        self.manage("publish_concert", id, move |transaction| {
            Box::pin(async move {
                lock_version(transaction, id, version).await?;
                let mut missing = to_edit(transaction, id).await?.missing;
                missing.retain(|one| !although_past || matches!(one, Missing::NoTier | Missing::NoSeats));
                if !missing.is_empty() {
                    return Err(Error::ConcertIncomplete { missing });
                }
                query!("update concerts set status = 'published' where id = $1", id)
                    .execute(&mut **transaction)
                    .await?;
                Ok(())
            })
        })
        .await?;
        self.concert_to_edit(id).await
    }

    /// Ends the sale for good. Waits for confirms in flight; those after it are refused.
    ///
    /// # Errors
    /// [`Error::ConcertChanged`], [`Error::WrongStatus`], [`Error::UnknownConcert`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn archive_concert(&self, id: Uuid, version: i64) -> Result<ConcertToEdit> {
        self.manage("archive_concert", id, move |transaction| {
            Box::pin(async move {
                lock_against_sales(transaction, id, version).await?;
                query!("update concerts set status = 'archived' where id = $1", id).execute(&mut **transaction).await?;
                Ok(())
            })
        })
        .await?;
        self.concert_to_edit(id).await
    }

    /// Takes a concert without live sales out of every list.
    ///
    /// # Errors
    /// [`Error::ConcertHasSales`], [`Error::ConcertChanged`], [`Error::UnknownConcert`], [`Error::Busy`],
    /// [`Error::Offline`], [`Error::OutcomeUnknown`].
    pub async fn delete_concert(&self, id: Uuid, version: i64) -> Result<()> {
        self.manage("delete_concert", id, move |transaction| {
            Box::pin(async move {
                lock_against_sales(transaction, id, version).await?;
                let sold = query_scalar!(
                    r#"select count(*)::int as "sold!" from seats where concert_id = $1 and status = 'reserved'"#,
                    id
                )
                .fetch_one(&mut **transaction)
                .await?;
                if sold > 0 {
                    return Err(Error::ConcertHasSales { sold });
                }
                query!("update concerts set deleted_at = clock_timestamp() where id = $1", id)
                    .execute(&mut **transaction)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// A new draft with the tiers, the seats and the stage of another concert; what is withheld there is withheld here,
    /// nothing is sold.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`], [`Error::UnknownConcert`], [`Error::Busy`], [`Error::Offline`],
    /// [`Error::OutcomeUnknown`].
    pub async fn duplicate_concert(&self, of: Uuid, title: &str, starts_at: Option<DateTime<Utc>>) -> Result<Uuid> {
        let title = one_line("title", title, 1, TITLE_LONGEST)?;
        let id = new_operation();
        self.manage_for_long("duplicate_concert", id, move |transaction| {
            Box::pin(async move {
                let made = query!(
                    "insert into concerts (id, title, venue, starts_at, note, stage)
                     select $1, $2, venue, $3, note, stage from concerts where id = $4",
                    id,
                    title,
                    starts_at,
                    of
                )
                .execute(&mut **transaction)
                .await?;
                if made.rows_affected() == 0 {
                    return Err(Error::UnknownConcert);
                }
                query!(
                    "insert into concert_seat_tiers (concert_id, label, price)
                     select $1, label, price from concert_seat_tiers where concert_id = $2 and deleted_at is null",
                    id,
                    of
                )
                .execute(&mut **transaction)
                .await?;
                let theirs = query_scalar!(
                    "select id from seats where concert_id = $1 and deleted_at is null
                     order by section_label, row_number, seat_number, label",
                    of
                )
                .fetch_all(&mut **transaction)
                .await?;
                query!(
                    "insert into seats (id, concert_id, seat_tier_id, label, section_label, row_label, row_number,
                        seat_number, x, y, angle, withheld_for)
                     select new.id, $1, mine.id, s.label, s.section_label, s.row_label, s.row_number, s.seat_number,
                        s.x, s.y, s.angle, s.withheld_for
                     from unnest($2::uuid[], $3::uuid[]) as new (id, theirs)
                     join seats s on s.id = new.theirs
                     join concert_seat_tiers theirs on theirs.id = s.seat_tier_id
                     join concert_seat_tiers mine on mine.concert_id = $1 and mine.label = theirs.label
                     order by new.id",
                    id,
                    &seat_ids(theirs.len()),
                    &theirs
                )
                .execute(&mut **transaction)
                .await?;
                Ok(())
            })
        })
        .await?;
        Ok(id)
    }
}

fn checked(form: &ConcertForm) -> Result<ConcertForm> {
    let note: String = form.note.nfc().filter(|c| *c == '\n' || !c.is_control()).collect();
    if note.chars().count() > NOTE_LONGEST {
        return Err(Error::InvalidSetting { field: "note".into() });
    }
    Ok(ConcertForm {
        title: one_line("title", &form.title, 1, TITLE_LONGEST)?,
        venue: one_line("venue", &form.venue, 0, TITLE_LONGEST)?,
        starts_at: form.starts_at,
        note: note.trim().to_owned(),
    })
}

/// A line of text as it is stored: NFC, trimmed, inner white space single, without control characters.
pub(super) fn one_line(field: &str, typed: &str, shortest: usize, longest: usize) -> Result<String> {
    let invalid = || Error::InvalidSetting { field: field.into() };
    if typed.len() > 16 * longest.max(16) || typed.chars().any(char::is_control) {
        return Err(invalid());
    }
    let line = typed.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if (shortest..=longest).contains(&line.chars().count()) { Ok(line) } else { Err(invalid()) }
}
