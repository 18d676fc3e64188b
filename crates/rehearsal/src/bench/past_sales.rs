//! Whether a cancel gets dearer with what was sold before.

use super::figure::{Figure, Target, percentile};
use super::ground::{Ground, Halls};
use super::sale::HASHED;
use super::{Error, Size, clients, say};

/// Of one hall, as elsewhere.
const SEATS: usize = 2_000;
/// Halls whose sales are cancelled; what was sold before is in others.
const HALLS: usize = 5;
/// One counter's cancels in a round, of two seats each.
const CANCELS: usize = 1_000;

/// The p50 of a cancel with very many past sales in the database ÷ with none.
pub async fn figure(ground: &Ground, size: &Size) -> Result<Figure, Error> {
    let past = size.past_sales;
    say(&format!("selling {past} times, which takes a while"));
    let none = ground.halls_as_imported("none_sold", HALLS, SEATS).await?;
    let many = ground.halls_as_imported("many_sold", HALLS + (2 * past).div_ceil(SEATS), SEATS).await?;
    many.as_owner(sales(&many, &past_id(), HALLS * SEATS, past)).await?;
    let mut rounds = Vec::new();
    for round in 0..size.rounds {
        say(&format!("cancel with {past} past sales and with none, round {} of {}", round + 1, size.rounds));
        let mut p50 = [0.0; 2];
        for side in [round % 2, (round + 1) % 2] {
            p50[side] = median_cancel(if side == 0 { &many } else { &none }, round).await?;
        }
        rounds.push((p50[0], Some(p50[1])));
    }
    let name = format!("p50 of a cancel with {past} past sales ÷ with none");
    Ok(Figure::of(name, "ms", Some(Target::RatioAtMost(1.1)), &rounds))
}

async fn median_cancel(halls: &Halls<'_>, round: usize) -> Result<f64, Error> {
    let id = id_in_order(1_800_000_000_000 + round * 10 * CANCELS);
    halls.as_owner(sales(halls, &id, 0, CANCELS)).await?;
    let found = format!(
        "insert into look_up_tickets (phone_number, who, answered_at, reservations)
        select '01012345678', 'counter_1', clock_timestamp(), array[{id}] from generate_series(1, {CANCELS}) as n"
    );
    halls.as_owner(found).await?;
    halls.settle().await?;
    let sold = halls.ids_as(&id, 1..=CANCELS).await?;
    let ran = clients::run(vec![halls.counter().await?], CANCELS, move |office, _, time| {
        let sale = sold[time];
        async move { office.cancel(sale).await }
    })
    .await?;
    ran.close().await;
    Ok(percentile(&ran.milliseconds(), 50))
}

fn past_id() -> String {
    id_in_order(1_700_000_000_000)
}

/// The id of sale number n as a version 7 has it: first the time, a sale a millisecond.
fn id_in_order(from: usize) -> String {
    format!("(lpad(to_hex({from} + n), 12, '0') || '7' || substr(md5('sale ' || n), 14))::uuid")
}

/// So many sales of two seats with their rows in the journal, from the first free seat on. Row by row, triggers would take
/// minutes; these rows are right without them.
fn sales(halls: &Halls<'_>, id: &str, sold_before: usize, many: usize) -> String {
    let (seat, seats) = (halls.seat_id, halls.seats);
    format!(
        "set session_replication_role = replica;
        create temporary table sale as
        select {id} as id, md5('concert ' || ({sold_before} + 2 * n - 1) / {seats} + 1)::uuid as concert,
            case when {sold_before} = 0 then '01012345678' else '010' || lpad((n * 7919::bigint % 100000000)::text, 8, '0') end as phone,
            {sold_before} + 2 * n - 1 as first
        from generate_series(1, {many}) as n;
        create temporary table of_sale as
        select s.id as sale, s.concert, {seat} as seat
        from sale s, lateral (values (s.first), (s.first + 1)) as seats (n);
        insert into reservations (id, concert_id, customer_name, phone_number, password_hash)
        select id, concert, '홍길동', phone, '{HASHED}' from sale;
        insert into reservation_seats (reservation_id, seat_id, concert_id, price)
        select sale, seat, concert, 50000 from of_sale;
        update seats set status = 'reserved' from of_sale where seats.id = of_sale.seat;
        insert into journal (op_id, kind, who, reservation_id, detail)
        select sale, 'confirm', 'counter_1', sale,
            jsonb_build_object('concert', min(concert::text), 'seats', jsonb_agg(seat), 'total', 100000)
        from of_sale group by sale;"
    )
}
