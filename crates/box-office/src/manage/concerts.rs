//! Concerts as managers make them: drafts, publishing, archiving, deleting.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{PgConnection, query, query_as, query_scalar};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::intents::Intent;
use crate::operate::{DEADLINE, Work, new_operation};
use crate::{BoxOffice, Error, Result};

/// For work on all seats of a concert.
const LONG: Duration = Duration::from_secs(120);
const TITLE_LONGEST: usize = 200;
const NOTE_LONGEST: usize = 2000;

/// What a manager types of a concert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConcertForm {
    /// As printed on the ticket: 1 to 200 characters.
    pub title: String,
    /// The hall; up to 200 characters, may be empty.
    pub venue: String,
    /// The start.
    pub starts_at: Option<DateTime<Utc>>,
    /// For the clerks; up to 2,000 characters.
    pub note: String,
}

/// The life of a concert, in this order only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "concert_status", rename_all = "snake_case")]
pub enum ConcertStatus {
    /// Seen by managers only.
    Draft,
    /// On sale.
    Published,
    /// Over.
    Archived,
}

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

/// A concert in the editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConcertToEdit {
    /// The concert.
    pub id: Uuid,
    /// As it is stored.
    pub form: ConcertForm,
    /// Draft, published or archived.
    pub status: ConcertStatus,
    /// To be sent along with the next edit.
    #[specta(type = i32)]
    pub version: i64,
    /// Dearest first.
    pub tiers: Vec<TierToEdit>,
    /// Seats in all.
    pub seats: i32,
    /// Sold.
    pub sold: i32,
    /// On a live hold.
    pub held: i32,
    /// Kept from sale.
    pub withheld: i32,
    /// What stands between it and its publishing.
    pub missing: Vec<Missing>,
}

/// A tier in the editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TierToEdit {
    /// The tier.
    pub id: Uuid,
    /// For example `R석`.
    pub label: String,
    /// In won.
    #[specta(type = i32)]
    pub price: i64,
    /// Seats of it.
    pub seats: i32,
    /// Sold ones.
    pub sold: i32,
}

/// What a concert lacks to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Refused.
    NoTier,
    /// Refused.
    NoSeats,
    /// Asked about once more.
    NoDate,
    /// Asked about once more.
    PastDate,
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

    /// A concert as the editor shows it.
    ///
    /// # Errors
    /// [`Error::UnknownConcert`], [`Error::Offline`], [`Error::NotACounter`].
    pub async fn concert_to_edit(&self, id: Uuid) -> Result<ConcertToEdit> {
        to_edit(&mut *self.pool.acquire().await?, id).await
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
                query!(
                    "insert into seats (concert_id, seat_tier_id, label, section_label, row_label, row_number,
                        seat_number, x, y, angle, withheld_for)
                     select $1, mine.id, s.label, s.section_label, s.row_label, s.row_number, s.seat_number, s.x, s.y,
                        s.angle, s.withheld_for
                     from seats s
                     join concert_seat_tiers theirs on theirs.id = s.seat_tier_id
                     join concert_seat_tiers mine on mine.concert_id = $1 and mine.label = theirs.label
                     where s.concert_id = $2 and s.deleted_at is null",
                    id,
                    of
                )
                .execute(&mut **transaction)
                .await?;
                Ok(())
            })
        })
        .await?;
        Ok(id)
    }

    /// [`manage`](Self::manage) for work on all seats of a concert, which takes longer than a sale may.
    pub(crate) async fn manage_for_long<T, W>(&self, what: &'static str, concert: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut sqlx::PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        self.manage_within(LONG, what, concert, move |transaction| {
            Box::pin(async move {
                sqlx::raw_sql("set local statement_timeout = '60s'").execute(&mut **transaction).await?;
                work(transaction).await
            })
        })
        .await
    }

    /// A manager's write: the work, and its row in the journal, in one transaction.
    pub(crate) async fn manage<T, W>(&self, what: &'static str, concert: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut sqlx::PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        self.manage_within(DEADLINE, what, concert, work).await
    }

    async fn manage_within<T, W>(&self, deadline: Duration, what: &'static str, concert: Uuid, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut sqlx::PgTransaction<'_>) -> Work<'t, T> + Send + 'static,
    {
        let operation = new_operation();
        let intent = Intent { operation, concert_id: Uuid::nil(), seats: Vec::new() };
        self.operate_within(deadline, intent, move |transaction| {
            Box::pin(async move {
                let done = work(transaction).await?;
                query!(
                    "insert into journal (op_id, kind, detail)
                     values ($1, 'manage', jsonb_build_object('what', $2::text, 'concert', $3::uuid))",
                    operation,
                    what,
                    concert
                )
                .execute(&mut **transaction)
                .await?;
                Ok(done)
            })
        })
        .await
    }
}

/// Locks the concert's row against other managers, and says its version. Sales go on: the foreign key check of a confirm
/// passes this lock, as it would not pass `for update`.
pub(super) async fn lock_concert(transaction: &mut PgConnection, id: Uuid) -> Result<i64> {
    query_scalar!("select version from concerts where id = $1 and deleted_at is null for no key update", id)
        .fetch_optional(transaction)
        .await?
        .ok_or(Error::UnknownConcert)
}

/// The same, for an edit of what a manager saw.
pub(super) async fn lock_version(transaction: &mut PgConnection, id: Uuid, version: i64) -> Result<()> {
    if lock_concert(transaction, id).await? == version {
        return Ok(());
    }
    Err(Error::ConcertChanged { now: Box::new(to_edit(transaction, id).await?) })
}

/// The same against sales too, for what ends them: it waits for confirms in flight, and those after it wait for what is
/// decided here, and then see it.
async fn lock_against_sales(transaction: &mut PgConnection, id: Uuid, version: i64) -> Result<()> {
    lock_version(transaction, id, version).await?;
    query!("select id from concerts where id = $1 for update", id).fetch_one(transaction).await?;
    Ok(())
}

pub(super) async fn to_edit(connection: &mut PgConnection, id: Uuid) -> Result<ConcertToEdit> {
    let concert = query!(
        r#"
        select c.title, c.venue, c.starts_at, c.note, c.status as "status: ConcertStatus", c.version,
            coalesce(c.starts_at <= statement_timestamp(), false) as "past!",
            count(s.id)::int as "seats!",
            count(*) filter (where s.status = 'reserved')::int as "sold!",
            count(*) filter (where s.withheld_for is not null)::int as "withheld!",
            count(*) filter (where s.status = 'temporarily_held'
                and s.hold_expires_at > statement_timestamp())::int as "held!"
        from concerts c
        left join seats s on s.concert_id = c.id and s.deleted_at is null
        where c.id = $1 and c.deleted_at is null
        group by c.id
        "#,
        id
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Error::UnknownConcert)?;
    let tiers = query_as!(
        TierToEdit,
        r#"
        select t.id, t.label, t.price::bigint as "price!", count(s.id)::int as "seats!",
            count(*) filter (where s.status = 'reserved')::int as "sold!"
        from concert_seat_tiers t
        left join seats s on s.seat_tier_id = t.id and s.deleted_at is null
        where t.concert_id = $1 and t.deleted_at is null
        group by t.id
        order by t.price desc, t.label
        "#,
        id
    )
    .fetch_all(connection)
    .await?;
    let missing = [
        (tiers.is_empty(), Missing::NoTier),
        (concert.seats == 0, Missing::NoSeats),
        (concert.starts_at.is_none(), Missing::NoDate),
        (concert.past, Missing::PastDate),
    ];
    Ok(ConcertToEdit {
        id,
        form: ConcertForm {
            title: concert.title,
            venue: concert.venue,
            starts_at: concert.starts_at,
            note: concert.note,
        },
        status: concert.status,
        version: concert.version,
        tiers,
        seats: concert.seats,
        sold: concert.sold,
        held: concert.held,
        withheld: concert.withheld,
        missing: missing.into_iter().filter_map(|(is, what)| is.then_some(what)).collect(),
    })
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
