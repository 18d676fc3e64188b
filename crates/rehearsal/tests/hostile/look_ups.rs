//! Guessing passwords: counted before they are compared, by phone and by login, whatever the sessions and transactions.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::ground::{Attack, LOOK, NOTHING, World, hash, refusal};

const LOOK_UPS: &[Attack] = &[
    (
        "answer another's look-up",
        "counter_1",
        "select counter.answer_look_up('{their_ticket}')",
        "look_ups_answered_once",
        LOOK,
    ),
    ("answer twice", "counter_1", "select counter.answer_look_up('{my_ticket}')", "look_ups_answered_once", LOOK),
    ("answer nothing", "counter_1", "select counter.answer_look_up(null)", "look_ups_answered_once", LOOK),
    (
        "answer before the guess is committed",
        "counter_1",
        "begin; select counter.answer_look_up((select ticket from counter.open_look_up('01022222222', '{hash}')))",
        "look_ups_answered_once",
        LOOK,
    ),
    (
        "answer behind a savepoint",
        "counter_1",
        "begin; savepoint a; select counter.open_look_up('01022222222', '{hash}'); release a; savepoint b; select counter.answer_look_up((select ticket from counter.open_look_up('01022222222', '{hash}')))",
        "look_ups_answered_once",
        LOOK,
    ),
    ("read what another found", "counter_1", "select * from counter.read_look_up('{their_ticket}')", NOTHING, LOOK),
    ("read nothing", "counter_1", "select * from counter.read_look_up(null)", NOTHING, LOOK),
    (
        "guess in plain text",
        "counter_1",
        "select counter.open_look_up('01022222222', '1234')",
        "look_ups_guess_is_hashed",
        LOOK,
    ),
    (
        "guess nothing",
        "counter_1",
        "select counter.open_look_up('01022222222', null)",
        "look_ups_guess_is_hashed",
        LOOK,
    ),
    (
        "guess 20 MB",
        "counter_1",
        "select counter.open_look_up('01022222222', '$argon2id$v=19$' || repeat('a', 20000000))",
        "look_up_tickets_guess_length",
        LOOK,
    ),
    (
        "guess for every hash at once",
        "counter_1",
        "select counter.open_look_up('01022222222', '%')",
        "look_ups_guess_is_hashed",
        LOOK,
    ),
    ("look for no phone", "counter_1", "select counter.open_look_up(null, '{hash}')", "look_ups_phone_is_number", LOOK),
    (
        "look for every phone",
        "counter_1",
        "select counter.open_look_up('010%', '{hash}')",
        "look_ups_phone_is_number",
        LOOK,
    ),
    (
        "look for a phone of 20 MB",
        "counter_1",
        "select counter.open_look_up(repeat('0', 20000000), '{hash}')",
        "look_ups_phone_is_number",
        LOOK,
    ),
    (
        "count the same phone as another",
        "counter_1",
        "select counter.open_look_up(E'01022222222\\n', '{hash}')",
        "look_ups_phone_is_number",
        LOOK,
    ),
    (
        "count from an old snapshot",
        "counter_1",
        "begin isolation level repeatable read; select 1 from seats; select counter.open_look_up('01022222222', '{hash}')",
        "verbs_read_committed",
        LOOK,
    ),
    (
        "answer from an old snapshot",
        "counter_1",
        "begin isolation level serializable; select counter.answer_look_up('{my_ticket}')",
        "verbs_read_committed",
        LOOK,
    ),
    (
        "read from an old snapshot",
        "counter_1",
        "begin isolation level serializable; select * from counter.read_look_up('{my_ticket}')",
        "verbs_read_committed",
        LOOK,
    ),
];

#[tokio::test]
async fn no_look_up_skips_a_step() {
    let world = World::new().await;
    world.withstands(LOOK_UPS).await;
    world.does("counter_1", "select * from counter.read_look_up('{my_ticket}')").await;
}

#[tokio::test]
async fn a_guess_that_was_rolled_back_is_never_answered() {
    let world = World::new().await;
    let mut session = world.raw("counter_1").await;
    let guess = hash(1);
    let open = async |session: &mut PgConnection| -> String {
        let open = format!("select ticket::text from counter.open_look_up('01022222222', '{guess}')");
        sqlx::query_scalar(AssertSqlSafe(open)).fetch_one(session).await.unwrap()
    };
    session.execute("begin").await.unwrap();
    let ticket = open(&mut session).await;
    session.execute("rollback").await.unwrap();
    let answer = format!("select counter.answer_look_up('{ticket}')");
    let refused = refusal(world.told("counter_1", &answer).await);
    assert!(refused.contains(&"look_ups_answered_once".to_owned()), "{refused:?}");
    // An answer that was rolled back is told to nobody, and its guess is counted.
    let ticket = open(&mut session).await;
    let wrong = "select count(*) from look_up_tickets where who = 'counter_1' and reservations = '{}'";
    assert_eq!(world.count(wrong).await, 1);
    let answer = format!("begin; select counter.answer_look_up('{ticket}'); rollback");
    session.execute(AssertSqlSafe(answer)).await.unwrap();
    let read = format!("select * from counter.read_look_up('{ticket}')");
    assert!(world.told("counter_1", &read).await.unwrap().is_empty());
    assert_eq!(world.count(wrong).await, 1);
    // The control: one that is committed is read.
    world.does("counter_1", &format!("select counter.answer_look_up('{ticket}')")).await;
    world.does("counter_1", &read).await;
}

#[tokio::test]
async fn a_guess_is_not_banked_for_longer_than_a_minute() {
    let world = World::new().await;
    let mut session = world.raw("counter_1").await;
    let mut open = async || -> String {
        let open = world.fill("select ticket::text from counter.open_look_up('01022222222', '{hash}')");
        sqlx::query_scalar(AssertSqlSafe(open)).fetch_one(&mut session).await.unwrap()
    };
    let banked = open().await;
    world.as_owner("update look_up_tickets set opened_at = opened_at - interval '61 seconds'").await;
    let fresh = open().await;
    let refused = refusal(world.told("counter_1", &format!("select counter.answer_look_up('{banked}')")).await);
    assert!(refused.contains(&"look_ups_answered_once".to_owned()), "{refused:?}");
    world.does("counter_1", &format!("select counter.answer_look_up('{fresh}')")).await;
}

/// Opens look-ups over parallel sessions. Returns how many tickets there were.
async fn guess(world: &World, logins: &[&str], sessions: usize, each: usize, phone: impl Fn(usize) -> String) -> usize {
    let mut running = Vec::new();
    for session in 0..sessions {
        let options = world.options(logins[session % logins.len()]);
        let guesses: Vec<String> = (0..each)
            .map(|number| {
                let number = session * each + number;
                format!(
                    "select ticket::text from counter.open_look_up('{}', '{}')",
                    phone(number),
                    hash(number as u32 + 2)
                )
            })
            .collect();
        running.push(tokio::spawn(async move {
            let mut session = PgConnection::connect_with(&options).await.unwrap();
            let mut tickets = 0;
            for guess in guesses {
                let told: Result<Option<String>, _> =
                    sqlx::query_scalar(AssertSqlSafe(guess)).fetch_one(&mut session).await;
                match told {
                    Ok(ticket) => tickets += usize::from(ticket.is_some()),
                    // It waited for others of the same line.
                    Err(error) => assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("55P03")),
                }
            }
            tickets
        }));
    }
    let mut tickets = 0;
    for session in running {
        tickets += session.await.unwrap();
    }
    tickets
}

#[tokio::test]
async fn thirty_guesses_at_one_phone_by_parallel_logins_are_ten() {
    let world = World::new().await;
    let tickets = guess(&world, &["counter_1", "counter_2", "counter_3"], 10, 3, |_| "01022222222".to_owned()).await;
    assert_eq!(tickets, 10);
    let waits = "select * from counter.open_look_up('01022222222', '{hash}') where ticket is null and wait_seconds > 0";
    world.does("counter_4", waits).await;
    world.could("counter_4", LOOK).await.unwrap();
}

#[tokio::test]
async fn a_hundred_and_eighty_guesses_by_one_login_in_parallel_are_sixty() {
    let world = World::new().await;
    let tickets = guess(&world, &["counter_3"], 12, 15, |number| format!("010{number:08}")).await;
    assert_eq!(tickets, 60);
    world.does("counter_3", "select * from counter.open_look_up('01099999998', '{hash}') where ticket is null").await;
    world.could("counter_4", LOOK).await.unwrap();
}

/// What a session can count of itself: rows and index entries read, by table.
async fn figures(world: &World, phone: &str) -> String {
    let mut session = world.raw("counter_1").await;
    let wrong = hash(7);
    let open = format!("select ticket::text from counter.open_look_up('{phone}', '{wrong}')");
    let ticket: String = sqlx::query_scalar(AssertSqlSafe(open)).fetch_one(&mut session).await.unwrap();
    session.execute("begin").await.unwrap();
    session.execute(AssertSqlSafe(format!("select counter.answer_look_up('{ticket}')"))).await.unwrap();
    let counted = "select coalesce(string_agg(concat_ws(' ', relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch,
            n_tup_ins, n_tup_upd), '; ' order by relname), '')
        from pg_stat_xact_all_tables where schemaname = 'public' and coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0";
    let counted: String = sqlx::query_scalar(counted).fetch_one(&mut session).await.unwrap();
    session.close().await.unwrap();
    counted
}

#[tokio::test]
async fn a_wrong_guess_counts_the_same_for_a_customers_phone_and_for_nobodys() {
    let world = World::new().await;
    world.as_owner("analyze").await;
    // Once for the plans to be there.
    figures(&world, "01033333333").await;
    let (known, unknown) = (figures(&world, "01022222222").await, figures(&world, "01044444444").await);
    assert!(known.contains("look_up_tickets") && known.contains("reservations"), "{known}");
    assert_eq!(known, unknown);
}
