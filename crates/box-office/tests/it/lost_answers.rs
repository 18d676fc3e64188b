//! A verb's call, which is its COMMIT too, on a wire that breaks: before it reaches the server, and after it did but before
//! the answer came back. And a wire that is open and carries nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use box_office::{BoxOffice, Error, Resolved};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{PASSWORD, PHONE, World, form, sell};

const PASS: u8 = 0;
const CUT_BEFORE_COMMIT: u8 = 1;
const CUT_AFTER_COMMIT: u8 = 2;
const STAND_STILL: u8 = 3;

/// A wire to the server that can be told to break at the next call of a verb, once.
struct Wire {
    port: u16,
    mode: Arc<AtomicU8>,
}

impl Wire {
    async fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(AtomicU8::new(PASS));
        let told = mode.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let upstream = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(carry(client, upstream, told.clone()));
            }
        });
        Self { port, mode }
    }
}

/// Carries bytes both ways until either side closes or the wire is told to break.
async fn carry(mut client: TcpStream, mut server: TcpStream, mode: Arc<AtomicU8>) {
    let (mut asked, mut answered) = ([0; 16_384], [0; 16_384]);
    // Whether this connection has prepared a verb; each BIND on it is a call of one then.
    let mut calls_verbs = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(count @ 1..) = read else { return };
                if mode.load(Ordering::SeqCst) == STAND_STILL {
                    return std::future::pending().await;
                }
                let commits = calls_verbs && asked[0] == b'B';
                calls_verbs |= String::from_utf8_lossy(&asked[..count]).contains("from counter.")
                    || String::from_utf8_lossy(&asked[..count]).contains("select counter.");
                let told = if commits { mode.swap(PASS, Ordering::SeqCst) } else { PASS };
                if told == CUT_BEFORE_COMMIT || server.write_all(&asked[..count]).await.is_err() {
                    return;
                }
                if told == CUT_AFTER_COMMIT {
                    // The server has committed once it answers; nobody hears it.
                    drop(server.read(&mut answered).await);
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(count @ 1..) = read else { return };
                if client.write_all(&answered[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// A counter behind a wire of its own.
async fn behind_wire(world: &World) -> (BoxOffice, Wire) {
    let options = world.options("counter_1");
    let wire = Wire::to(options.get_port()).await;
    (BoxOffice::connect_with(options.port(wire.port), None).await.unwrap(), wire)
}

/// Resolves an answer that was lost, twice.
async fn resolve_twice<T>(office: &BoxOffice, lost: Result<T, Error>) -> [Resolved; 2] {
    let Some(Error::OutcomeUnknown { operation }) = lost.err() else {
        panic!("an answer that was lost must not be taken for a known one")
    };
    [office.resolve(operation).await.unwrap(), office.resolve(operation).await.unwrap()]
}

async fn confirm_over(world: &World, break_at: u8) -> [Resolved; 2] {
    let concert = world.concert(2).await;
    let (office, wire) = behind_wire(world).await;
    let hold = office.hold_seats(concert.id, &concert.seats).await.unwrap();
    wire.mode.store(break_at, Ordering::SeqCst);
    resolve_twice(&office, office.confirm(&form(&hold)).await).await
}

async fn hold_over(world: &World, break_at: u8) -> [Resolved; 2] {
    let concert = world.concert(2).await;
    let (office, wire) = behind_wire(world).await;
    wire.mode.store(break_at, Ordering::SeqCst);
    resolve_twice(&office, office.hold_seats(concert.id, &concert.seats).await).await
}

async fn cancel_over(world: &World, break_at: u8) -> [Resolved; 2] {
    let concert = world.concert(2).await;
    let (office, wire) = behind_wire(world).await;
    let sold = sell(&office, &concert, &concert.seats).await;
    office.look_up(PHONE, PASSWORD).await.unwrap();
    wire.mode.store(break_at, Ordering::SeqCst);
    resolve_twice(&office, office.cancel(sold.id).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_cut_before_its_commit_resolves_to_void_and_holds_nothing() {
    let world = World::new().await;
    assert_eq!(hold_over(&world, CUT_BEFORE_COMMIT).await, [Resolved::Void, Resolved::Void]);
    assert_eq!(world.count("select count(*) from seats where status = 'available'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_cut_after_its_commit_resolves_to_the_hold_and_its_time_left() {
    let world = World::new().await;
    let [answer, again] = hold_over(&world, CUT_AFTER_COMMIT).await;
    let (Resolved::Held { hold }, Resolved::Held { hold: same }) = (answer, again) else { panic!("it was held") };
    assert_eq!((hold.token, hold.seats.len()), (same.token, 2));
    assert!(hold.expires_in_ms > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_cut_before_its_commit_resolves_to_void_and_the_reservation_stands() {
    let world = World::new().await;
    assert_eq!(cancel_over(&world, CUT_BEFORE_COMMIT).await, [Resolved::Void, Resolved::Void]);
    assert_eq!(world.count("select count(*) from reservations where status = 'confirmed'").await, 1);
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_cut_after_its_commit_resolves_to_cancelled_with_what_it_freed() {
    let world = World::new().await;
    let [Resolved::Cancelled { cancelled }, Resolved::Cancelled { cancelled: again }] =
        cancel_over(&world, CUT_AFTER_COMMIT).await
    else {
        panic!("it was cancelled")
    };
    assert_eq!((cancelled.seats_freed, &cancelled), (2, &again));
    assert_eq!(world.count("select count(*) from seats where status = 'available'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirm_cut_before_its_commit_resolves_to_void_and_the_seats_stay_held() {
    let world = World::new().await;
    let answers = confirm_over(&world, CUT_BEFORE_COMMIT).await;
    assert_eq!(answers, [Resolved::Void, Resolved::Void]);
    assert_eq!(world.count("select count(*) from reservations").await, 0);
    assert_eq!(world.count("select count(*) from seats where status = 'temporarily_held'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirm_cut_after_its_commit_resolves_to_the_one_sale_that_was_made() {
    let world = World::new().await;
    let answers = confirm_over(&world, CUT_AFTER_COMMIT).await;
    let [Resolved::Confirmed { seats, .. }, again] = &answers else { panic!("{answers:?}") };
    assert_eq!(seats.len(), 2);
    assert_eq!(&answers[0], again);
    assert_eq!(world.count("select count(*) from reservations").await, 1);
    assert_eq!(world.count("select count(*) from seats where status = 'reserved'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_ended_cost_no_operation() {
    let world = World::new().await;
    let concert = world.concert(4).await;
    let office = world.counter(1).await;
    // Two at once, so that there are two connections to end.
    let (one, two) = tokio::join!(
        office.hold_seats(concert.id, &concert.seats[..1]),
        office.hold_seats(concert.id, &concert.seats[1..2])
    );
    one.and(two).unwrap();
    world
        .as_owner(
            "select pg_terminate_backend(pid, 60000) from pg_stat_activity
            where datname = current_database() and usename = 'counter_1'",
        )
        .await;
    assert_eq!(office.hold_seats(concert.id, &concert.seats[2..]).await.unwrap().seats.len(), 2);
    assert_eq!(world.count("select count(*) from journal").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_on_a_wire_that_stands_still_ends_and_the_next_one_on_a_mended_wire_is_answered() {
    let world = World::new().await;
    let (office, wire) = behind_wire(&world).await;
    wire.mode.store(STAND_STILL, Ordering::SeqCst);
    assert_eq!(office.server_now().await.unwrap_err(), Error::Offline);
    assert_eq!(office.concerts_on_sale().await.unwrap_err(), Error::Offline);
    wire.mode.store(PASS, Ordering::SeqCst);
    office.server_now().await.unwrap();
}
