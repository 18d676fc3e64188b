//! The proxy breaks the wire where it says. On a real server, with the engine as client.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails by panicking")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use box_office::ServerLogin;
use private_postgres::ThrowAway;
use rehearsal::clerk::{Clerk, Told};
use rehearsal::history::{Answer, Ask};
use rehearsal::proxy::{Carriage, Deed, Place, Proxy, Sprung, Trap, When};
use rehearsal::venue::{self, DATABASE};
use sqlx::{Connection, PgConnection, query_scalar};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

struct World {
    server: ThrowAway,
    proxy: Proxy,
    sprung: mpsc::UnboundedReceiver<Sprung>,
    clerk: Clerk,
    concert: Uuid,
    seats: Vec<Uuid>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let server = ThrowAway::start().unwrap();
        let owner = server.owner_url(DATABASE);
        let venue = venue::set_up(&server.owner_url("postgres"), &owner, 1, 0, 60, &[(4, 1)]).await.unwrap();
        let (proxy, sprung) = Proxy::to(server.port()).await.unwrap();
        let (login, password) = venue.counters[0].clone();
        let folder = tempfile::tempdir().unwrap();
        let at = ServerLogin {
            host: "127.0.0.1".to_owned(),
            port: proxy.port(),
            database: DATABASE.to_owned(),
            login,
            password,
            ca_certificate: None,
        };
        let (clerk, _) = Clerk::start(&PathBuf::from(folder.path()), &at, 0).await.unwrap();
        let mut owner = PgConnection::connect(&owner).await.unwrap();
        let seats = query_scalar("select id from seats order by id").fetch_all(&mut owner).await.unwrap();
        Self { server, proxy, sprung, clerk, concert: venue.concerts[0].0, seats, _folder: folder }
    }

    fn trap(&self, place: Place, deed: Deed) {
        self.proxy.set(Trap { fault: "trap", login: None, place, deed });
    }

    /// Of what it holds first.
    async fn confirm(&mut self) -> Ask {
        let Some(Answer::Held { hold, seats, total, .. }) = self.clerk.ask(self.hold()).await.unwrap().answer() else {
            panic!("free seats were not held")
        };
        Ask::Confirm { hold, concert: self.concert, seats, total, phone: "01012345678".to_owned() }
    }

    fn hold(&self) -> Ask {
        Ask::Hold { concert: self.concert, seats: self.seats[..2].to_vec() }
    }

    async fn held_seats(&self) -> i64 {
        self.seats_that_are("temporarily_held").await
    }

    async fn seats_that_are(&self, status: &str) -> i64 {
        let mut owner = PgConnection::connect(&self.server.owner_url(DATABASE)).await.unwrap();
        query_scalar("select count(*) from seats where status::text = $1")
            .bind(status)
            .fetch_one(&mut owner)
            .await
            .unwrap()
    }

    async fn happened(&mut self) -> (&'static str, String) {
        let sprung = self.sprung.recv().await.unwrap();
        (sprung.fault, sprung.login)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_before_commit_the_server_has_nothing_and_the_answer_is_lost() {
    let mut world = World::new().await;
    world.trap(Place::BeforeCommit, Deed::Cut);
    let Told::Lost { n, operation } = world.clerk.ask(world.hold()).await.unwrap() else { panic!("it was answered") };
    assert_eq!(world.held_seats().await, 0);
    assert_eq!(world.clerk.resolve(n, operation).await.unwrap(), Answer::Void);
    assert_eq!(world.happened().await, ("trap", "counter_1".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_after_commit_the_server_has_everything_and_the_answer_is_lost() {
    let mut world = World::new().await;
    world.trap(Place::AfterCommit, Deed::Cut);
    let Told::Lost { n, operation } = world.clerk.ask(world.hold()).await.unwrap() else { panic!("it was answered") };
    assert_eq!(world.held_seats().await, 2);
    assert!(matches!(world.clerk.resolve(n, operation).await.unwrap(), Answer::Held { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_before_its_call_a_verb_has_not_run_and_the_answer_is_lost_all_the_same() {
    let mut world = World::new().await;
    let confirm = world.confirm().await;
    world.trap(Place::BeforeCall, Deed::Cut);
    let Told::Lost { n, operation } = world.clerk.ask(confirm.clone()).await.unwrap() else {
        panic!("it was answered")
    };
    assert_eq!(world.happened().await.0, "trap");
    assert_eq!((world.held_seats().await, world.seats_that_are("reserved").await), (2, 0));
    assert_eq!(world.clerk.resolve(n, operation).await.unwrap(), Answer::Void);
    // Nothing of it is left in the way of the next try.
    assert!(matches!(world.clerk.ask(confirm).await.unwrap().answer(), Some(Answer::Confirmed { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_comes_late_is_waited_for_by_resolve() {
    let mut world = World::new().await;
    let told = Arc::new(Notify::new());
    world.trap(Place::BeforeCommit, Deed::ForwardLate(When::Told(told.clone())));
    let Told::Lost { n, operation } = world.clerk.ask(world.hold()).await.unwrap() else { panic!("it was answered") };
    assert_eq!(world.held_seats().await, 0, "the server has not got it yet");
    told.notify_one();
    assert!(matches!(world.clerk.resolve(n, operation).await.unwrap(), Answer::Held { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn slices_and_delays_change_nothing_but_the_time() {
    for carriage in [Carriage::Sliced, Carriage::Delayed(Duration::from_millis(5))] {
        let mut world = World::new().await;
        // All of a counter's connections.
        (0..8).for_each(|pick| world.proxy.carry(pick, "slow", carriage));
        assert!(matches!(world.clerk.ask(world.hold()).await.unwrap().answer(), Some(Answer::Held { .. })));
        assert_eq!(world.happened().await.0, "slow");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_open_wire_is_given_up_and_what_became_of_the_hold_is_known_once_it_is_mended() {
    for carriage in [Carriage::HalfOpen, Carriage::AnswersLost, Carriage::RequestsLost] {
        let mut world = World::new().await;
        (0..8).for_each(|pick| world.proxy.carry(pick, "dead", carriage));
        let told = world.clerk.ask(world.hold()).await.unwrap();
        world.proxy.mend();
        // A connection that was not just used is found dead and replaced; on one that was, the answer is lost.
        let answer = match told {
            Told::Answer(answer) => answer,
            Told::Lost { n, operation } => world.clerk.resolve(n, operation).await.unwrap(),
        };
        let held = matches!(answer, Answer::Held { .. });
        assert_eq!(world.held_seats().await, if held { 2 } else { 0 }, "{carriage:?}: {answer:?}");
        if !held {
            assert!(matches!(world.clerk.ask_and_resolve(world.hold()).await.unwrap(), Answer::Held { .. }));
        }
    }
}
