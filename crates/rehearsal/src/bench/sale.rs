//! Holding, confirming and cancelling pairs of seats that no two clients want at once.

use std::sync::Arc;

use box_office::{BoxOffice, ConcertId, ConfirmForm, HoldId, ReservationId, Result, SeatId};

use super::figure::{Figure, Round, Target};
use super::ground::Halls;
use super::pgbench::Script;
use super::{Error, Size, clients, processor, say};

/// What a clerk does with two seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Hold,
    Confirm,
    Cancel,
}

/// A pair of seats as our side needs it.
#[derive(Clone)]
pub struct Pair {
    pub concert: ConcertId,
    pub seats: [SeatId; 2],
    pub hold: HoldId,
    pub sale: ReservationId,
    pub phone: String,
}

/// A PHC string as argon2id gives it, without the hashing.
pub const HASHED: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
/// What a hold costs grows with its login's live holds, since they are counted. At a venue they are 8 at most; so few would
/// leave clients idle at the end of each wave.
const HOLDS_AT_ONCE: usize = 24;
/// Of two seats.
const TOTAL: i64 = 100_000;

impl Deed {
    fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Confirm => "confirm",
            Self::Cancel => "cancel",
        }
    }

    /// Times the same work typed by hand.
    fn target(self) -> f64 {
        match self {
            Self::Hold => 1.2,
            Self::Confirm | Self::Cancel => 1.3,
        }
    }

    fn script(self) -> &'static str {
        match self {
            Self::Hold => include_str!("sql/hold.sql"),
            Self::Confirm => include_str!("sql/confirm.sql"),
            Self::Cancel => include_str!("sql/cancel.sql"),
        }
    }

    pub async fn by_us(self, office: &BoxOffice, pair: &Pair) -> Result<()> {
        match self {
            Self::Hold => office.hold_seats(pair.concert, &pair.seats).await.map(drop),
            Self::Confirm => confirm(office, pair, pair.hold).await,
            Self::Cancel => office.cancel(pair.sale).await.map(drop),
        }
    }
}

/// Sells a pair under its hold.
pub async fn confirm(office: &BoxOffice, pair: &Pair, hold: HoldId) -> Result<()> {
    let form = ConfirmForm {
        hold,
        concert_id: pair.concert,
        seat_ids: pair.seats.to_vec(),
        total: TOTAL,
        name: "홍길동".into(),
        phone: pair.phone.clone(),
        password: String::new(),
    };
    office.confirm_hashed(&form, HASHED.to_owned()).await.map(drop)
}

/// The first `many` pairs of seats, as prepared for this round.
pub async fn pairs(halls: &Halls<'_>, many: usize, round: usize) -> std::result::Result<Vec<Pair>, Error> {
    let concerts = halls.ids("concert", 1..=halls.concerts).await?;
    let seats = halls.ids("seat", 1..=2 * many).await?;
    let holds = halls.ids("hold", 1..=many).await?;
    let sales = halls.ids(&format!("sale {round}"), 1..=many).await?;
    let pair = |n: usize| Pair {
        concert: concerts[2 * n / halls.seats],
        seats: [seats[2 * n], seats[2 * n + 1]],
        hold: holds[n],
        sale: sales[n],
        phone: format!("010{:08}", (round * 1_000_003 + n) % 100_000_000),
    };
    Ok((0..many).map(pair).collect())
}

/// Every pair free, held by the counter, or sold and looked up by it.
/// `each` is how many each client gets: the first so many are the first client's.
pub async fn prepare(
    halls: &Halls<'_>,
    deed: Deed,
    many: usize,
    each: usize,
    round: usize,
) -> std::result::Result<(), Error> {
    halls.free_all().await?;
    match deed {
        Deed::Hold => {}
        Deed::Confirm => {
            halls
                .as_owner(format!(
                    "update seats
                    set status = 'temporarily_held', hold_token = md5('hold ' || (n + 1) / 2)::uuid,
                        held_by = 'counter_' || ((n + 1) / 2 - 1) / {each} + 1, hold_expires_at = clock_timestamp() + interval '30 minutes'
                    from generate_series(1, 2 * {many}) as n
                    where id = md5('seat ' || n)::uuid"
                ))
                .await?;
        }
        Deed::Cancel => {
            halls
                .as_owner(format!(
                    "insert into reservations (id, concert_id, customer_name, phone_number, password_hash)
                    select md5('sale {round} ' || n)::uuid, md5('concert ' || (2 * n - 1) / {seats} + 1)::uuid,
                        '홍길동', '010' || lpad((({round}::bigint * 1000003 + n) % 100000000)::text, 8, '0'), '{HASHED}'
                    from generate_series(1, {many}) as n;
                    insert into reservation_seats (reservation_id, seat_id, concert_id, price)
                    select md5('sale {round} ' || (n + 1) / 2)::uuid, md5('seat ' || n)::uuid,
                        md5('concert ' || (n - 1) / {seats} + 1)::uuid, 50000
                    from generate_series(1, 2 * {many}) as n;
                    update seats set status = 'reserved'
                    from generate_series(1, 2 * {many}) as n where id = md5('seat ' || n)::uuid;
                    insert into look_up_tickets (phone_number, who, answered_at, reservations)
                    select '010' || lpad((({round}::bigint * 1000003 + n) % 100000000)::text, 8, '0'), 'counter_' || (n - 1) / {each} + 1, clock_timestamp(),
                        array[md5('sale {round} ' || n)::uuid]
                    from generate_series(1, {many}) as n",
                    seats = halls.seats,
                ))
                .await?;
        }
    }
    halls.settle().await
}

/// Deeds a second, and milliseconds of the processor's time for each.
async fn by_us(
    halls: &Halls<'_>,
    deed: Deed,
    clients: usize,
    times: usize,
    numbered: usize,
) -> std::result::Result<(f64, f64), Error> {
    let pairs: Arc<[Pair]> = pairs(halls, clients * times, numbered).await?.into();
    let mut counters = halls.counters(clients).await?;
    let (mut seconds, mut processor_ms) = (0.0, 0.0);
    let wave = if deed == Deed::Hold { times.min(HOLDS_AT_ONCE) } else { times };
    for before in (0..times).step_by(wave) {
        let now = wave.min(times - before);
        let pairs = Arc::clone(&pairs);
        let used = processor::used_by(&halls.ground.server)?;
        let ran = clients::run(counters, now, move |office, client, time| {
            let pair = pairs[client * times + before + time].clone();
            async move { deed.by_us(&office, &pair).await }
        })
        .await?;
        let used = processor::used_by(&halls.ground.server)?.since(used, 1);
        seconds += (clients * now) as f64 / ran.per_second;
        processor_ms += used.client + used.server;
        counters = ran.counters;
        if deed == Deed::Hold {
            halls.end_holds().await?;
        }
    }
    for counter in counters {
        counter.close().await;
    }
    let deeds = (clients * times) as f64;
    say(&format!("ours: {:.0} per s, {:.3} ms each", deeds / seconds, processor_ms / deeds));
    Ok((deeds / seconds, processor_ms / deeds))
}

/// One deed by 1, 8 and 32 clients; of the holds by eight also what they cost the processor.
pub async fn figures(halls: &Halls<'_>, deed: Deed, size: &Size) -> std::result::Result<Vec<Figure>, Error> {
    let mut figures = Vec::new();
    for clients in [1, 8, 32] {
        let name = format!("{}, {clients} {}", deed.word(), if clients == 1 { "client" } else { "clients" });
        let times = (size.deeds / clients).max(1).min(size.deeds_of_one);
        let (mut per_second, mut processor_ms): (Vec<Round>, Vec<Round>) = Default::default();
        for round in 0..size.rounds {
            say(&format!("{name}, round {} of {}", round + 1, size.rounds));
            let (mut ours, mut by_hand) = ((0.0, 0.0), (0.0, 0.0));
            // Whoever comes second finds the machine as the first left it: they take turns.
            for side in [round % 2, (round + 1) % 2] {
                // No two preparations of one database share the ids of their sales.
                let numbered = deed as usize * 100_000 + clients * 1_000 + 2 * round + side;
                prepare(halls, deed, clients * times, times, numbered).await?;
                if side == 0 {
                    ours = by_us(halls, deed, clients, times, numbered).await?;
                } else {
                    let script = Script::new(deed.script(), clients, times);
                    let script = script.with("round", numbered).with("seats", halls.seats);
                    let used = processor::used_by(&halls.ground.server)?;
                    let ran = script.run(halls).await?;
                    let used = processor::used_by(&halls.ground.server)?.since(used, clients * times);
                    say(&format!("by hand: {:.0} per s, {used:.3?} ms each", ran.per_second));
                    by_hand = (ran.per_second, used.client + used.server);
                }
            }
            per_second.push((ours.0, Some(by_hand.0)));
            processor_ms.push((ours.1, Some(by_hand.1)));
        }
        figures.push(Figure::of(name, "per s", Some(Target::RatioAtLeast(deed.target())), &per_second));
        if deed == Deed::Hold && clients == 8 {
            let name = "processor time of a hold, client and server";
            figures.push(Figure::of(name, "ms", Some(Target::AtMost(0.6)), &processor_ms));
        }
    }
    Ok(figures)
}
