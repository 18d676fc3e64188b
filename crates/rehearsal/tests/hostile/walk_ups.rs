//! A walk-up sale is a sale like any other, and is opened again by a ticket's code or by a manager alone.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::ground::{Attack, HOLD, NOTHING, World, refusal};

const WALK_UP: &str = "select * from counter.confirm_walk_up(gen_random_uuid(), '{my_hold}', '{concert}', \
    array['{mine}']::uuid[], 50000)";
const SCAN: &str = "select * from counter.open_scan('\\x000102030405060708090a0b0c0d0e0f') where ticket is not null";
const VOUCH: &str = "select * from manager.vouch(gen_random_uuid(), 'counter_1', '01011111111', null) \
    where ticket is not null";

const WALK_UPS: &[Attack] = &[
    (
        "sell another's hold",
        "counter_1",
        "select * from counter.confirm_walk_up(gen_random_uuid(), '{their_hold}', '{concert}', array['{theirs}']::uuid[], 50000)",
        "sales_under_live_hold",
        WALK_UP,
    ),
    (
        "sell a free seat",
        "counter_1",
        "select * from counter.confirm_walk_up(gen_random_uuid(), '{my_hold}', '{concert}', array['{free}']::uuid[], 50000)",
        "sales_under_live_hold",
        WALK_UP,
    ),
    (
        "sell for nothing",
        "counter_1",
        "select * from counter.confirm_walk_up(gen_random_uuid(), '{my_hold}', '{concert}', array['{mine}']::uuid[], 0)",
        "sales_price_as_told",
        WALK_UP,
    ),
    (
        "sell after the start",
        "counter_1",
        "select * from counter.confirm_walk_up(gen_random_uuid(), '{begun_hold}', '{begun}', array['{begun_1}']::uuid[], 50000)",
        "sales_in_time",
        WALK_UP,
    ),
    (
        "sell what was archived since",
        "counter_1",
        "select * from counter.confirm_walk_up(gen_random_uuid(), '{archived_hold}', '{archived}', array['{archived_1}']::uuid[], 50000)",
        "sales_concert_on_sale",
        WALK_UP,
    ),
    (
        "sell under another's operation",
        "counter_1",
        "select * from counter.confirm_walk_up('{their_sale}', '{my_hold}', '{concert}', array['{mine}']::uuid[], 50000)",
        "reservations_pkey",
        WALK_UP,
    ),
    (
        "sell from an old snapshot",
        "counter_1",
        "begin isolation level repeatable read; select * from counter.confirm_walk_up(gen_random_uuid(), '{my_hold}', '{concert}', array['{mine}']::uuid[], 50000)",
        "verbs_read_committed",
        WALK_UP,
    ),
    (
        "sell with what the verbs share",
        "counter_1",
        "select * from verbs.sell(gen_random_uuid(), '{my_hold}', '{concert}', array['{mine}']::uuid[], 50000, '현장 판매', '', '')",
        "42501",
        WALK_UP,
    ),
    (
        "make a walk-up sale of a customer's",
        "counter_1",
        "update reservations set phone_number = '', password_hash = '', customer_name = '현장 판매' where id = '{my_sale}'",
        "42501",
        WALK_UP,
    ),
    (
        "look for the phone of nobody",
        "counter_1",
        "select counter.open_look_up('', '{hash}')",
        "look_ups_phone_is_number",
        WALK_UP,
    ),
    ("scan no code", "counter_1", "select counter.open_scan(null)", "scans_code_is_whole", SCAN),
    ("scan half a code", "counter_1", "select counter.open_scan('\\x0001020304050607')", "scans_code_is_whole", SCAN),
    ("scan 20 MB", "counter_1", "select counter.open_scan(repeat('x', 20000000)::bytea)", "scans_code_is_whole", SCAN),
    (
        "scan from an old snapshot",
        "counter_1",
        "begin isolation level repeatable read; select counter.open_scan('\\x000102030405060708090a0b0c0d0e0f')",
        "verbs_read_committed",
        SCAN,
    ),
    (
        "answer a scan before it is committed",
        "counter_1",
        "begin; select counter.answer_look_up((select ticket from counter.open_scan('\\x000102030405060708090a0b0c0d0e0f')))",
        "look_ups_answered_once",
        SCAN,
    ),
    (
        "read the codes that were scanned",
        "counter_1",
        "select code_hash, id_ending, vouched_by from look_up_tickets",
        "42501",
        SCAN,
    ),
    ("vouch for oneself", "counter_1", VOUCH, "42501", HOLD),
    (
        "forge a manager's word",
        "counter_1",
        "insert into look_up_tickets (phone_number, vouched_by, who) values ('01022222222', 'manager_1', 'counter_1')",
        "42501",
        HOLD,
    ),
    (
        "vouch for every number",
        "manager_1",
        "select * from manager.vouch(gen_random_uuid(), 'counter_1', null, '%')",
        "vouchers_name_a_sale",
        VOUCH,
    ),
    (
        "vouch for every phone",
        "manager_1",
        "select * from manager.vouch(gen_random_uuid(), 'counter_1', '', null)",
        "vouchers_name_a_sale",
        VOUCH,
    ),
    (
        "vouch for two things",
        "manager_1",
        "select * from manager.vouch(gen_random_uuid(), 'counter_1', '01011111111', '0123456789')",
        "vouchers_name_a_sale",
        VOUCH,
    ),
    (
        "vouch for nothing",
        "manager_1",
        "select * from manager.vouch(gen_random_uuid(), 'counter_1', null, null)",
        "vouchers_name_a_sale",
        VOUCH,
    ),
    (
        "vouch at no counter",
        "manager_1",
        "select * from manager.vouch(gen_random_uuid(), 'nobody_1', '01011111111', null)",
        "logins_known",
        VOUCH,
    ),
    (
        "vouch without the journal",
        "manager_1",
        "select * from manager.vouch(null, 'counter_1', '01011111111', null)",
        "23502",
        VOUCH,
    ),
    (
        "vouch from an old snapshot",
        "manager_1",
        "begin isolation level repeatable read; select * from manager.vouch(gen_random_uuid(), 'counter_1', '01011111111', null)",
        "verbs_read_committed",
        VOUCH,
    ),
];

#[tokio::test]
async fn nothing_is_sold_scanned_or_vouched_for_but_by_the_rules() {
    World::new().await.withstands(WALK_UPS).await;
}

#[tokio::test]
async fn where_the_venue_allows_no_walk_up_sale_a_plain_client_makes_none_either() {
    let world = World::new().await;
    world.could("counter_1", WALK_UP).await.unwrap();
    world.as_owner("update settings set walk_up_sales = false").await;
    world.withstands(&[("sell to nobody", "counter_1", WALK_UP, "sales_walk_up_allowed", HOLD)]).await;
}

#[tokio::test]
async fn another_counters_walk_up_sale_is_neither_printed_nor_cancelled_without_its_ticket() {
    let world = World::new().await;
    world.does("counter_1", WALK_UP).await;
    let sale = world.value("select id::text from reservations where walk_up").await;
    let cancel = format!("select counter.cancel(gen_random_uuid(), '{sale}')");
    let print = format!("select * from counter.issue_tickets(gen_random_uuid(), '{sale}')");
    for (login, verb, refused) in [
        ("counter_1", &cancel, "cancels_need_ticket"),
        ("counter_2", &cancel, "cancels_need_ticket"),
        ("counter_2", &print, "tickets_need_ticket"),
    ] {
        let told = refusal(world.told(login, verb).await);
        assert!(told.contains(&refused.to_owned()), "{login}: {told:?}");
    }
    // The control: with the ticket, whoever has it.
    let code: String = {
        let issue = format!("select encode(code, 'hex') from counter.issue_tickets(gen_random_uuid(), '{sale}')");
        sqlx::query_scalar(AssertSqlSafe(issue)).fetch_one(&mut world.raw("counter_1").await).await.unwrap()
    };
    let open = format!("select ticket::text from counter.open_scan('\\x{code}')");
    let opened = async |login: &str| -> String {
        sqlx::query_scalar(AssertSqlSafe(open.clone())).fetch_one(&mut world.raw(login).await).await.unwrap()
    };
    let of_two = opened("counter_2").await;
    let answer = format!("select counter.answer_look_up('{of_two}')");
    let stolen = refusal(world.told("counter_1", &answer).await);
    assert!(stolen.contains(&"look_ups_answered_once".to_owned()), "{stolen:?}");
    world.does("counter_2", &answer).await;
    let read = format!("select * from counter.read_look_up('{of_two}')");
    world.does("counter_2", &read).await;
    assert_eq!(refusal(world.told("counter_3", &read).await), [NOTHING]);
    assert!(world.could("counter_3", &cancel).await.is_err());
    world.does("counter_2", &cancel).await;
}

#[tokio::test]
async fn what_a_manager_vouched_for_is_answered_by_that_counter_alone() {
    let world = World::new().await;
    let vouch = "select ticket::text from manager.vouch(gen_random_uuid(), 'counter_1', '01022222222', null)";
    let ticket: String = sqlx::query_scalar(vouch).fetch_one(&mut world.raw("manager_1").await).await.unwrap();
    let answer = format!("select counter.answer_look_up('{ticket}')");
    for login in ["counter_2", "manager_1"] {
        let told = refusal(world.told(login, &answer).await);
        assert!(told.contains(&"look_ups_answered_once".to_owned()), "{login}: {told:?}");
    }
    world.does("counter_1", &answer).await;
    world.does("counter_1", &format!("select * from counter.read_look_up('{ticket}')")).await;
    world.could("counter_1", "select counter.cancel(gen_random_uuid(), '{their_sale}')").await.unwrap();
}

/// Over parallel sessions of one login.
#[tokio::test]
async fn a_hundred_scans_by_one_login_in_parallel_are_sixty() {
    let world = World::new().await;
    let mut running = Vec::new();
    for session in 0..10u32 {
        let options = world.options("counter_3");
        running.push(tokio::spawn(async move {
            let mut connection = PgConnection::connect_with(&options).await.unwrap();
            let mut tickets = 0;
            for number in 0..10u32 {
                let code = format!("{:032x}", session * 100 + number);
                let open = format!("select ticket::text from counter.open_scan('\\x{code}')");
                let told: Result<Option<String>, _> =
                    sqlx::query_scalar(AssertSqlSafe(open)).fetch_one(&mut connection).await;
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
    assert_eq!(tickets, 60);
    world.does("counter_3", "select * from counter.open_look_up('01099999998', '{hash}') where ticket is null").await;
    world.could("counter_4", SCAN).await.unwrap();
}
