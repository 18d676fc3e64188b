//! No login writes a table, whatever the statement.

use sqlx::Row;

use crate::ground::{Attack, CONFIRM, HOLD, LOOK, RENAME, SWEEP, World, refusal};

#[tokio::test]
async fn no_statement_writes_or_locks_any_table() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    // From the catalog, so that a new table is attacked too.
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select c.oid::regclass::text, (select min(quote_ident(attname)) from pg_attribute
            where attrelid = c.oid and attnum > 0 and attgenerated = '')
        from pg_class c where c.relkind in ('r', 'v') and c.relnamespace in ('public'::regnamespace, 'verbs'::regnamespace)",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(tables.len() >= 14, "{tables:?}");
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (login, honest) in [("counter_1", HOLD), ("manager_1", SWEEP)] {
        for (table, column) in &tables {
            for sql in [
                format!("insert into {table} default values"),
                format!("update {table} set {column} = default"),
                format!("update {table} set {column} = {column}"),
                format!("delete from {table}"),
                format!("truncate {table}"),
                format!("begin; lock table {table} in row exclusive mode"),
                format!("begin; lock table {table} in access exclusive mode"),
                format!("copy {table} from stdin"),
                format!("select 1 from {table} for update"),
                format!("select 1 from {table} for key share"),
                format!("alter table {table} disable trigger all"),
                format!("drop table {table}"),
            ] {
                tried += 1;
                let outcome = refusal(world.told(login, &sql).await);
                // A view refuses some of these for what it is.
                if !["42501", "42809"].contains(&outcome[0].as_str()) {
                    wrong.push(format!("{login}: {sql}: {outcome:?}"));
                }
            }
        }
        world.could(login, honest).await.unwrap();
    }
    assert!(wrong.is_empty(), "of {tried}:\n{}", wrong.join("\n"));
    let seats = "select count(*) from seats where status = 'available' and deleted_at is null";
    assert_eq!(world.count(seats).await, 240 - 9);
}

#[tokio::test]
async fn a_sale_is_not_forged_by_hand() {
    const FORGED: &[Attack] = &[
        (
            "attach a seat to an own reservation",
            "counter_1",
            "insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ('{my_sale}', '{free}', '{concert}', 0)",
            "42501",
            CONFIRM,
        ),
        (
            "attach a seat to another's reservation",
            "counter_1",
            "insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ('{their_sale}', '{free}', '{concert}', 50000)",
            "42501",
            CONFIRM,
        ),
        (
            "attach a seat of an archived concert",
            "counter_1",
            "insert into reservation_seats (reservation_id, seat_id, concert_id, price) values ('{my_sale}', '{archived_1}', '{archived}', 50000)",
            "42501",
            CONFIRM,
        ),
        (
            "make a reservation of nothing",
            "counter_1",
            "insert into reservations (concert_id, customer_name, phone_number, password_hash) values ('{concert}', '홍길동', '01012345678', '{hash}')",
            "42501",
            CONFIRM,
        ),
        (
            "move an own reservation to another concert",
            "counter_1",
            "update reservations set concert_id = '{other}' where id = '{my_sale}'",
            "42501",
            CONFIRM,
        ),
        (
            "take over another's reservation",
            "counter_1",
            "update reservations set password_hash = '{hash}' where id = '{their_sale}'",
            "42501",
            CONFIRM,
        ),
        (
            "cancel without freeing the seats",
            "counter_1",
            "update reservations set status = 'cancelled', cancelled_at = now() where id = '{my_sale}'",
            "42501",
            CONFIRM,
        ),
        (
            "release one sold seat and keep the reservation",
            "counter_1",
            "update reservation_seats set released_at = now() where seat_id = '{my_sold}'",
            "42501",
            CONFIRM,
        ),
        (
            "free a seat that is sold",
            "counter_1",
            "update seats set status = 'available' where id = '{their_sold}'",
            "42501",
            HOLD,
        ),
        (
            "sell a seat without a sale",
            "counter_1",
            "update seats set status = 'reserved' where id = '{free}'",
            "42501",
            HOLD,
        ),
        (
            "forge whose hold it is",
            "counter_1",
            "update seats set held_by = repeat('가', 20000000) where id = '{mine}'",
            "42501",
            HOLD,
        ),
        (
            "renew a hold for ever",
            "counter_1",
            "update seats set hold_expires_at = 'infinity' where id = '{mine}'",
            "42501",
            HOLD,
        ),
        (
            "end another's hold",
            "counter_1",
            "update seats set hold_expires_at = '-infinity' where id = '{theirs}'",
            "42501",
            HOLD,
        ),
        ("lower a price", "counter_1", "update concert_seat_tiers set price = 0", "42501", HOLD),
        ("loosen the rules", "counter_1", "update settings set seats_per_sale = 100", "42501", HOLD),
        (
            "make every map load again",
            "counter_1",
            "update concerts set layout_version = layout_version",
            "42501",
            HOLD,
        ),
        (
            "tell every map of a seat that did not change",
            "counter_1",
            "update seats set label = label where concert_id = '{concert}'",
            "42501",
            HOLD,
        ),
        (
            "bank a guess",
            "counter_1",
            "insert into look_up_tickets (phone_number, guess) values ('01022222222', '{hash}')",
            "42501",
            LOOK,
        ),
        (
            "answer a guess by hand",
            "counter_1",
            "update look_up_tickets set reservations = array['{their_sale}'::uuid], answered_at = now()",
            "42501",
            LOOK,
        ),
        ("forget wrong guesses", "counter_1", "delete from look_up_tickets", "42501", LOOK),
        (
            "take another's display name by hand",
            "counter_1",
            "insert into counters values ('counter_2', '가짜')",
            "42501",
            RENAME,
        ),
        (
            "say that somebody sweeps",
            "manager_1",
            "insert into sweepers values ('manager_2', now(), 0, 0, 60)",
            "42501",
            SWEEP,
        ),
        (
            "publish by hand",
            "manager_1",
            "update concerts set status = 'published' where id = '{draft}'",
            "42501",
            SWEEP,
        ),
        (
            "withhold a sold seat by hand",
            "manager_1",
            "update seats set withheld_for = 'x' where id = '{my_sold}'",
            "42501",
            SWEEP,
        ),
        ("write through a verb's view", "counter_1", "update verbs.seats_as_told set price = 0", "42501", HOLD),
        (
            "write through a cte",
            "counter_1",
            "with w as (delete from seats returning id) select * from w",
            "42501",
            HOLD,
        ),
        (
            "merge into seats",
            "counter_1",
            "merge into seats s using settings on true when matched then update set status = 'available'",
            "42501",
            HOLD,
        ),
        (
            "call what the verbs share",
            "counter_1",
            "select verbs.cancel(gen_random_uuid(), '{their_sale}', '{}')",
            "42501",
            HOLD,
        ),
        ("note something by hand", "counter_1", "select verbs.note(gen_random_uuid(), 'sweep', '{}')", "42501", HOLD),
        (
            "end holds with what managers share",
            "manager_1",
            "select verbs.end_holds(array['{theirs}']::uuid[])",
            "42501",
            SWEEP,
        ),
        (
            "cancel with a manager's verb",
            "counter_1",
            "select manager.cancel(gen_random_uuid(), '{their_sale}', 'x')",
            "42501",
            HOLD,
        ),
        (
            "unmask with a manager's verb",
            "counter_1",
            "select manager.unmask(gen_random_uuid(), '{their_sale}')",
            "42501",
            HOLD,
        ),
        ("sweep as a counter", "counter_1", "select manager.sweep(gen_random_uuid(), null, 0, 1)", "42501", HOLD),
    ];
    World::new().await.withstands(FORGED).await;
}

#[tokio::test]
async fn every_managers_verb_is_refused_to_a_counter() {
    let world = World::new().await;
    let calls = "select format('select %s(%s)', p.oid::regproc,
            (select string_agg('null::' || t::regtype, ', ' order by n) from unnest(p.proargtypes) with ordinality a (t, n)))
        from pg_proc p where p.pronamespace = 'manager'::regnamespace";
    let calls = sqlx::raw_sql(calls).fetch_all(&mut world.owner().await).await.unwrap();
    assert!(calls.len() >= 20);
    for call in calls {
        let call: String = call.get(0);
        assert_eq!(refusal(world.told("counter_1", &call).await)[0], "42501", "{call}");
    }
    world.could("manager_1", "select * from manager.logins()").await.unwrap();
}
