//! What managers do with a stadium, and how long a counter waits meanwhile that sells other seats of the same concert.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use box_office::{BoxOffice, ConcertForm, IfSold, Plan, PlanTier, PlannedSeat, Replace, SeatEdit};
use uuid::Uuid;

use super::figure::{Figure, Target};
use super::ground::Halls;
use super::{Error, Size, say};

/// Of each section of the plan.
const ROW: usize = 50;

/// Import, publish and bulk edits of as many seats as the stadium has.
pub async fn figures(halls: &Halls<'_>, size: &Size) -> Result<Vec<Figure>, Error> {
    let manager = halls.manager().await?;
    let counter = halls.counter().await?;
    let (mut import, mut publish, mut change, mut wait) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
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
        let plan = plan(size.stadium);
        let written = manager.add_seats(concert, 1, plan, Replace::Nothing, |_, _| (), Arc::default()).await?;
        import.push((begun.elapsed().as_secs_f64(), None));

        let begun = Instant::now();
        manager.publish_concert(concert, written.version, true).await?;
        publish.push((begun.elapsed().as_secs_f64(), None));

        // The counter sells from one end while the manager changes the other.
        let ids = manager.seats_to_edit(concert).await?.map.ids;
        let (edited, sold) = ids.split_at(size.stadium / 5);
        let over = Arc::new(AtomicBool::new(false));
        let selling = tokio::spawn(hold_and_release(counter.clone(), concert, sold[0], over.clone()));
        let begun = Instant::now();
        let edit = SeatEdit::Tier { tier: written.tiers[0].id };
        let done = manager.edit_seats(concert, edited, edit, IfSold::Refuse).await?;
        change.push((begun.elapsed().as_secs_f64(), None));
        if done.changed as usize != edited.len() {
            return Err("not every seat was changed".into());
        }
        over.store(true, Ordering::SeqCst);
        wait.push((selling.await??, None));
    }
    manager.close().await;
    counter.close().await;
    let (seats, edited) = (size.stadium, size.stadium / 5);
    Ok(vec![
        Figure::of(format!("import of {seats} seats"), "s", Some(Target::AtMost(10.0)), &import),
        Figure::of(format!("publish a concert of {seats} seats"), "s", Some(Target::AtMost(1.0)), &publish),
        Figure::of(format!("change the tier of {edited} seats"), "s", Some(Target::AtMost(2.0)), &change),
        Figure::of("longest hold of another seat meanwhile", "ms", Some(Target::AtMost(300.0)), &wait),
    ])
}

/// The longest hold, in milliseconds, of a seat that nobody edits.
async fn hold_and_release(
    counter: BoxOffice,
    concert: Uuid,
    seat: Uuid,
    over: Arc<AtomicBool>,
) -> Result<f64, box_office::Error> {
    let mut longest: f64 = 0.0;
    loop {
        let begun = Instant::now();
        let hold = counter.hold_seats(concert, &[seat]).await?;
        longest = longest.max(begun.elapsed().as_secs_f64() * 1e3);
        counter.release_hold(hold.hold, &[seat]).await?;
        if over.load(Ordering::SeqCst) {
            return Ok(longest);
        }
    }
}

fn plan(seats: usize) -> Plan {
    let tier = |label: &str, price| PlanTier { label: label.into(), price: Some(price), color: None };
    let seat = |n: usize| PlannedSeat {
        label: format!("{}구역 {}열 {}번", n / (20 * ROW) + 1, n / ROW % 20 + 1, n % ROW + 1),
        section: Some((n / (20 * ROW) + 1).to_string()),
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
