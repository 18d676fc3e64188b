//! Judges a season: those of the checker's rules that can be asked of a database of this size, by SQL.

use std::fmt::Write;

use rehearsal::check::Verdict;
use rehearsal::evidence::Snapshot;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{Error, Told};

/// A rule, what it asks, what it looks at, how many of these there are, and those that break it.
type Rule = (&'static str, &'static str, &'static str, &'static str, &'static str);

const RULES: [Rule; 3] = [
    (
        "acknowledged-sale-is-whole",
        "the sales are those that a counter was told of, each with all its seats at the price it was told",
        "sales",
        "select count(*) from told",
        "select coalesce(told.reservation, kept.id)::text
        from told
        full join (
            select reservation_id as id, count(*) as seats, sum(price) as total
            from reservation_seats where released_at is null group by reservation_id
        ) as kept on kept.id = told.reservation
        where (kept.seats, kept.total) is distinct from (told.seats, told.total)
        limit 20",
    ),
    (
        "acknowledged-is-kept",
        "each sale and its hold are in the journal, and no others",
        "journal rows",
        "select count(*) from journal where kind in ('hold', 'confirm')",
        "select 'sale ' || coalesce(told.reservation, sold.op_id)
        from told
        full join (select op_id from journal where kind = 'confirm') as sold on sold.op_id = told.reservation
        where told.reservation is null or sold.op_id is null
        union all
        select holds || ' holds for ' || sales || ' sales'
        from (select count(*) as holds from journal where kind = 'hold') as held, (select count(*) as sales from told) as sold
        where holds <> sales
        limit 20",
    ),
    (
        "journal-equals-writes",
        "the journal names the seats of each sale, and no others",
        "seats sold",
        "select count(*) from reservation_seats",
        "select coalesce(named.id, sold.reservation_id)::text
        from (
            select op_id as id, seat.id::uuid as seat from journal, jsonb_array_elements_text(detail->'seats') as seat (id)
            where kind = 'confirm'
        ) as named
        full join reservation_seats sold on sold.reservation_id = named.id and sold.seat_id = named.seat
        where named.id is null or sold.reservation_id is null
        limit 20",
    ),
];

/// Compares what the counters were told with what is there.
pub async fn judge(owner: &str, told: &[Told]) -> Result<Vec<Verdict>, Error> {
    let mut owner = PgConnection::connect(owner).await?;
    // Millions of rows are sorted and joined here, for which no login gets the room.
    sqlx::raw_sql("set work_mem = '256MB'; set temp_file_limit = -1").execute(&mut owner).await?;
    tell(&mut owner, told).await?;
    let seats = Snapshot::take(&mut owner).await?;
    let unsold =
        (seats.reserved != seats.total).then(|| format!("{} of {} seats are sold", seats.reserved, seats.total));
    let disagreeing = names(&seats.disagreeing).into_iter().chain(names(&seats.half)).collect();
    let of_seats = |rule, asks, violations| verdict(rule, asks, "seats", seats.total, violations);
    let mut verdicts = vec![
        of_seats("one-live-sale", "no seat is in two sales", names(&seats.sold_twice)),
        of_seats(
            "reserved-has-one-sale",
            "a seat is reserved exactly when it is in a sale, and no sale is empty",
            disagreeing,
        ),
        of_seats("counts-add-up", "every seat is sold", unsold.into_iter().collect()),
    ];
    for (rule, asks, things, count, broken) in RULES {
        let looked_at: i64 = sqlx::query_scalar(count).fetch_one(&mut owner).await?;
        let violations: Vec<String> = sqlx::query_scalar(broken).fetch_all(&mut owner).await?;
        verdicts.push(verdict(rule, asks, things, looked_at, violations));
    }
    owner.close().await?;
    Ok(verdicts)
}

/// Puts what the counters were told beside what is there.
async fn tell(owner: &mut PgConnection, told: &[Told]) -> Result<(), Error> {
    sqlx::raw_sql("create temporary table told (reservation uuid, seats bigint, total bigint)")
        .execute(&mut *owner)
        .await?;
    let mut copy = owner.copy_in_raw("copy told from stdin").await?;
    for some in told.chunks(10_000) {
        let mut lines = String::new();
        for Told { reservation, seats, total } in some {
            writeln!(lines, "{reservation}\t{seats}\t{total}")?;
        }
        copy.send(lines.into_bytes()).await?;
    }
    copy.finish().await?;
    sqlx::raw_sql("analyze told").execute(owner).await?;
    Ok(())
}

fn names(ids: &[Uuid]) -> Vec<String> {
    ids.iter().map(Uuid::to_string).collect()
}

fn verdict(
    rule: &'static str,
    asks: &'static str,
    things: &'static str,
    looked_at: i64,
    violations: Vec<String>,
) -> Verdict {
    Verdict { rule, asks, looked_at: looked_at.unsigned_abs(), things, violations }
}
