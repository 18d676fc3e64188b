//! The seat map: geometry once, then only what changed.

use serde::{Deserialize, Serialize};
use specta::Type;
use sqlx::{query, query_as};

use crate::layout::{Place, Stage, place_seats};
use crate::{BoxOffice, ConcertId, Error, Result, SeatId, SeatState, Tier};

/// Geometry and status of a concert. Columnar: entry i of every list is seat i. Positions are in hundredths of a plan
/// unit; neighbouring seats are about 100 apart.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SeatMap {
    /// The concert.
    pub concert_id: ConcertId,
    /// Changes with the geometry, the labels and the tiers of seats.
    pub layout_version: String,
    /// Dearest first.
    pub tiers: Vec<Tier>,
    /// Section labels in the order of the map.
    pub sections: Vec<String>,
    /// Where the stage is, if the plan has one.
    pub stage: Option<Stage>,
    /// Seat ids.
    pub ids: Vec<SeatId>,
    /// Seat labels.
    pub labels: Vec<String>,
    /// Across.
    pub x: Vec<i32>,
    /// Down.
    pub y: Vec<i32>,
    /// Tenths of a degree, clockwise.
    pub angle: Vec<i32>,
    /// Index into `tiers`.
    pub tier: Vec<i32>,
    /// Index into `sections`.
    pub section: Vec<i32>,
    /// Row labels.
    pub row: Vec<String>,
    /// Numbers in the row.
    pub number: Vec<Option<i32>>,
    /// Status when the map was read.
    pub status: Vec<SeatState>,
    /// The running holds, and where to go on from.
    pub changes: SeatChanges,
}

/// Which seats changed since an earlier answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SeatChanges {
    /// To ask from next time.
    pub seen: String,
    /// The map's version now.
    pub layout_version: String,
    /// A manager stopped the sale for now.
    pub paused: bool,
    /// Counts the managers' edits: with it the title, the date or a price changes.
    #[specta(type = i32)]
    pub edits: i64,
    /// The server was restored or switched: load the whole map again.
    pub reload: bool,
    /// Everything that changed, some of it perhaps told before.
    pub seats: Vec<SeatChange>,
}

/// A seat as it stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SeatChange {
    /// The seat.
    pub id: SeatId,
    /// How it stands.
    pub state: SeatState,
    /// Milliseconds until a hold is over; after that the seat is available though no row changes.
    pub expires_in_ms: Option<i32>,
    /// Who holds it, by display name.
    pub counter: Option<String>,
}

/// One seat, asked for by a click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SeatNow {
    /// The seat.
    pub id: SeatId,
    /// Its label.
    pub label: String,
    /// How it stands.
    pub state: SeatState,
    /// Who holds it, by display name.
    pub counter: Option<String>,
}

impl BoxOffice {
    /// Everything needed to draw a concert's map.
    ///
    /// # Errors
    /// [`Error::ConcertNotOnSale`], [`Error::Offline`].
    pub async fn seat_map(&self, concert: ConcertId) -> Result<SeatMap> {
        // Status is asked for first: what changes between the two reads comes again with the next delta.
        let changes = self.changes_since(concert, None).await?;
        self.plan_of(concert, changes).await
    }

    /// Geometry and status of a concert of any status that this login may see.
    pub(crate) async fn plan_of(&self, concert: ConcertId, changes: SeatChanges) -> Result<SeatMap> {
        let stage =
            query!(r#"select stage as "stage: sqlx::types::Json<Stage>" from concerts where id = $1"#, concert.0)
                .fetch_optional(&self.pool)
                .await?
                .ok_or(Error::ConcertNotOnSale)?
                .stage
                .map(|stage| stage.0);
        let tiers = self.tiers(concert).await?;
        let seats = query_as!(
            Place,
            r#"
            select s.id, s.label, s.seat_tier_id as "tier!", s.section_label as section, s.row_label as row,
                s.row_number, s.seat_number as number, s.x, s.y, s.angle,
                seat_state(s.status, s.withheld, s.hold_expires_at, s.held_by) as "state!: SeatState"
            from seats s
            where s.concert_id = $1 and s.deleted_at is null
            order by s.section_label nulls first, s.row_number nulls first, s.row_label, s.seat_number, s.label
            "#,
            concert.0
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(place_seats(concert, tiers, stage, seats, changes))
    }

    /// What changed since `since`, the `seen` of an earlier answer.
    ///
    /// # Errors
    /// [`Error::ConcertNotOnSale`] once the sale is over, [`Error::Offline`].
    pub async fn seat_changes(&self, concert: ConcertId, since: &str) -> Result<SeatChanges> {
        self.changes_since(concert, Some(since)).await
    }

    /// How one seat stands this moment.
    ///
    /// # Errors
    /// [`Error::UnknownSeats`] also when its concert is no longer on sale; [`Error::Offline`].
    pub async fn check_seat(&self, seat: SeatId) -> Result<SeatNow> {
        let now = query_as!(
            SeatNow,
            r#"
            select s.id, s.label,
                seat_state(s.status, s.withheld, s.hold_expires_at, s.held_by) as "state!: SeatState",
                case when s.status = 'temporarily_held' then
                    coalesce((select display_name from counters where login = s.held_by), s.held_by)
                end as counter
            from seats s
            where s.id = $1 and s.deleted_at is null
            "#,
            seat.0
        )
        .fetch_optional(&self.pool)
        .await?;
        now.ok_or(Error::UnknownSeats { seats: vec![seat] })
    }

    /// The delta query: one statement and so one snapshot. It asks for every seat whose last write the earlier snapshot
    /// did not see: nothing is missed, whatever order transactions commit in, and nothing is told twice while an old
    /// transaction stays open. One list for each state, since 50,000 rows take twice as long; and of holds, three that
    /// belong together.
    async fn changes_since(&self, concert: ConcertId, since: Option<&str>) -> Result<SeatChanges> {
        let (incarnation, snapshot) = match since.and_then(|since| since.split_once('/')) {
            Some((incarnation, snapshot)) if is_snapshot(snapshot) => (Some(incarnation), snapshot),
            // Without a past only running holds are of interest, and they all come along below.
            _ => (None, "18446744073709551614:18446744073709551614:"),
        };
        let told = query!(
            r#"
            select (select server_incarnation()) as "incarnation!",
                pg_current_snapshot()::text as "snapshot!",
                c.layout_version::text as "layout_version!", c.sales_paused, c.version, n.*
            from concerts c
            cross join lateral (
                select
                    coalesce(array_agg(id) filter (where withheld), '{}') as "withheld!",
                    coalesce(array_agg(id) filter (where status = 'reserved'), '{}') as "reserved!",
                    coalesce(array_agg(id) filter (where not withheld
                        and (status = 'available' or hold_expires_at <= statement_timestamp())), '{}') as "available!",
                    coalesce(array_agg(id) filter (where hold_expires_at > statement_timestamp()), '{}') as "held!",
                    coalesce(array_agg((extract(epoch from hold_expires_at - statement_timestamp()) * 1000)::int)
                        filter (where hold_expires_at > statement_timestamp()), '{}') as "expires_in_ms!",
                    coalesce(array_agg(held_by = session_user)
                        filter (where hold_expires_at > statement_timestamp()), '{}') as "mine!",
                    coalesce(array_agg(coalesce((select display_name from counters where login = held_by), held_by))
                        filter (where hold_expires_at > statement_timestamp()), '{}') as "counters!"
                from (
                    select id, status, withheld, hold_expires_at, held_by from seats
                    where concert_id = c.id and deleted_at is null
                        and changed_in >= pg_snapshot_xmin($2::text::pg_snapshot)
                        and not pg_visible_in_snapshot(changed_in, $2::text::pg_snapshot)
                        -- Numbers from before a dump was restored here are no changes.
                        and changed_in < pg_snapshot_xmax(pg_current_snapshot())
                    union all
                    select id, status, withheld, hold_expires_at, held_by from seats
                    where $3 and concert_id = c.id and deleted_at is null and status = 'temporarily_held'
                        and hold_expires_at > statement_timestamp()
                ) as told
            ) n
            where c.id = $1 and c.status = 'published' and c.deleted_at is null
            "#,
            concert.0,
            snapshot,
            incarnation.is_none()
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(Error::ConcertNotOnSale)?;
        let went_back = first_number(snapshot) > first_number(&told.snapshot);
        let reload = incarnation.is_some_and(|known| known != told.incarnation || went_back);
        let held = told.held.into_iter().zip(told.mine).zip(told.expires_in_ms).zip(told.counters);
        let held = held.map(|(((id, mine), expires_in_ms), counter)| SeatChange {
            id: id.into(),
            state: if mine { SeatState::Mine } else { SeatState::Held },
            expires_in_ms: Some(expires_in_ms),
            counter: Some(counter),
        });
        let rest = [
            (SeatState::Available, told.available),
            (SeatState::Reserved, told.reserved),
            (SeatState::Withheld, told.withheld),
        ];
        let rest = rest.into_iter().flat_map(|(state, seats)| {
            seats.into_iter().map(move |id| SeatChange { id: id.into(), state, expires_in_ms: None, counter: None })
        });
        Ok(SeatChanges {
            seen: format!("{}/{}", told.incarnation, told.snapshot),
            layout_version: told.layout_version,
            paused: told.sales_paused,
            edits: told.version,
            reload,
            seats: rest.chain(held).collect(),
        })
    }
}

/// Whether it is a snapshot as PostgreSQL writes it: `xmin:xmax:xip,xip,…`.
fn is_snapshot(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u64>().ok());
    match (number(parts.next()), number(parts.next()), parts.next()) {
        (Some(xmin), Some(xmax), Some(running)) => {
            xmin > 0
                && xmin <= xmax
                && running.len() < 65_536
                && running
                    .split(',')
                    .all(|xid| running.is_empty() || xid.parse().is_ok_and(|xid: u64| (xmin..xmax).contains(&xid)))
        }
        _ => false,
    }
}

fn first_number(snapshot: &str) -> Option<u64> {
    snapshot.split(':').next()?.parse().ok()
}
