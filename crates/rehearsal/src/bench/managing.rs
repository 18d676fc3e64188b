//! What managers do with a stadium, and how long a counter waits meanwhile that sells other seats of the same concert.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use box_office::{
    BoxOffice, ConcertForm, ConcertId, ConfirmForm, IfSold, Missing, Plan, PlanTier, PlannedSeat, Replace, SeatEdit,
    SeatId,
};
use tokio::task::JoinHandle;

use super::figure::{Figure, Target};
use super::ground::Halls;
use super::sale::HASHED;
use super::{Error, Size, say};

/// Of each section of the plan.
const ROW: usize = 50;

/// Import, publish and bulk edits of as many seats as the stadium has.
pub async fn figures(halls: &Halls<'_>, size: &Size) -> Result<Vec<Figure>, Error> {
    let manager = halls.manager().await?;
    let counter = halls.counter().await?;
    let (mut import, mut publish, mut change) = (Vec::new(), Vec::new(), Vec::new());
    let (mut wait_for_edit, mut wait_for_import) = (Vec::new(), Vec::new());
    for round in 0..size.rounds {
        say(&format!("managing, round {} of {}", round + 1, size.rounds));
        let form = ConcertForm {
            title: format!("스타디움 {round}"),
            venue: "주경기장".into(),
            starts_at: None,
            note: String::new(),
        };
        let concert = manager.create_concert(&form).await?;

        let begun = Instant::now();
        let hall = plan(size.stadium, "");
        let written = manager.add_seats(concert, 1, hall, Replace::Nothing, |_, _| (), Arc::default()).await?;
        import.push((begun.elapsed().as_secs_f64(), None));

        let begun = Instant::now();
        manager.publish_concert(concert, written.version, &[Missing::NoDate]).await?;
        publish.push((begun.elapsed().as_secs_f64(), None));

        // The counter sells from one end while the manager changes the other, and then adds as many seats again.
        let ids = manager.seats_to_edit(concert).await?.map.ids;
        let (edited, sold) = ids.split_at(size.stadium / 5);
        let (first, second) = sold.split_at(sold.len() / 2);
        let selling = Selling::start(&counter, concert, first);
        let begun = Instant::now();
        let edit = SeatEdit::Tier { tier: written.tiers[0].id };
        let done = manager.edit_seats(concert, edited, edit, IfSold::Refuse).await?;
        change.push((begun.elapsed().as_secs_f64(), None));
        if done.changed as usize != edited.len() {
            return Err("not every seat was changed".into());
        }
        wait_for_edit.push((selling.longest().await?, None));

        let version = manager.concert_to_edit(concert).await?.version;
        let selling = Selling::start(&counter, concert, second);
        let more = plan(size.stadium, "별관 ");
        manager.add_seats(concert, version, more, Replace::Nothing, |_, _| (), Arc::default()).await?;
        wait_for_import.push((selling.longest().await?, None));
    }
    manager.close().await;
    counter.close().await;
    let (seats, edited) = (size.stadium, size.stadium / 5);
    Ok(vec![
        Figure::of(format!("import of {seats} seats"), "s", Some(Target::AtMost(10.0)), &import),
        Figure::of(format!("publish a concert of {seats} seats"), "s", Some(Target::AtMost(1.0)), &publish),
        Figure::of(format!("change the tier of {edited} seats"), "s", Some(Target::AtMost(2.0)), &change),
        Figure::of("longest sale of another seat meanwhile", "ms", Some(Target::AtMost(300.0)), &wait_for_edit),
        Figure::of(
            format!("longest sale while {seats} seats are added"),
            "ms",
            Some(Target::AtMost(300.0)),
            &wait_for_import,
        ),
    ])
}

/// A counter that sells seats which nobody edits, one after the other.
struct Selling {
    over: Arc<AtomicBool>,
    longest: JoinHandle<Result<f64, box_office::Error>>,
}

impl Selling {
    fn start(counter: &BoxOffice, concert: ConcertId, seats: &[SeatId]) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let longest = tokio::spawn(sell(counter.clone(), concert, seats.to_vec(), over.clone()));
        Self { over, longest }
    }

    /// Of its sales, in milliseconds, without the hashing of the password, which waits for nobody.
    async fn longest(self) -> Result<f64, Error> {
        self.over.store(true, Ordering::SeqCst);
        Ok(self.longest.await??)
    }
}

async fn sell(
    counter: BoxOffice,
    concert: ConcertId,
    seats: Vec<SeatId>,
    over: Arc<AtomicBool>,
) -> Result<f64, box_office::Error> {
    let mut longest: f64 = 0.0;
    for seat in seats {
        let begun = Instant::now();
        let hold = counter.hold_seats(concert, &[seat]).await?;
        let form = ConfirmForm {
            hold: hold.token,
            concert_id: concert,
            seat_ids: vec![seat],
            total: hold.total,
            name: "홍길동".into(),
            phone: "01012345678".into(),
            password: String::new(),
        };
        counter.confirm_hashed(&form, HASHED.to_owned()).await?;
        longest = longest.max(begun.elapsed().as_secs_f64() * 1e3);
        if over.load(Ordering::SeqCst) {
            break;
        }
    }
    Ok(longest)
}

/// A plan of so many seats in sections of twenty rows, two tiers by turns.
pub fn plan(seats: usize, building: &str) -> Plan {
    let tier = |label: &str, price| PlanTier { label: label.into(), price: Some(price), color: None };
    let seat = |n: usize| PlannedSeat {
        label: format!("{building}{}구역 {}열 {}번", n / (20 * ROW) + 1, n / ROW % 20 + 1, n % ROW + 1),
        section: Some(format!("{building}{}", n / (20 * ROW) + 1)),
        row: Some((n / ROW % 20 + 1).to_string()),
        row_number: Some((n / ROW % 20 + 1) as i32),
        number: Some((n % ROW + 1) as i32),
        tier: n / 20 / ROW % 2,
        x: (n % ROW) as f64,
        y: (n / ROW) as f64,
        angle: 0.0,
    };
    Plan { stage: None, tiers: vec![tier("R석", 99_000), tier("S석", 66_000)], seats: (0..seats).map(seat).collect() }
}
