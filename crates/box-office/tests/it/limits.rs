//! The list of limits beside what the server enforces.

use std::collections::BTreeSet;

use box_office::limits::{self, Limit};
use box_office::{BoxOffice, ConcertForm, Error};

use crate::support::World;

#[tokio::test]
async fn the_servers_constraints_have_the_limits_of_the_list() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for Limit { name, least, most, constraint } in limits::ALL.iter().filter(|limit| !limit.constraint.is_empty()) {
        let definition: String = sqlx::query_scalar(
            "
                select pg_get_constraintdef(oid) from pg_constraint where conname = $1
                union all select pg_get_triggerdef(oid) from pg_trigger where tgname = $1
            ",
        )
        .bind(constraint)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        let numbers: BTreeSet<i64> =
            definition.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        assert!(numbers.contains(most), "{name}: {definition}");
        assert!(*least == 0 || numbers.contains(least) || numbers.len() == 1, "{name}: {definition}");
    }
}

async fn with_note(manager: &BoxOffice, note: &str) -> Result<(), Error> {
    let form = ConcertForm { title: "공연".into(), venue: String::new(), starts_at: None, note: note.into() };
    manager.create_concert(&form).await.map(drop)
}

/// What only a verb checks, at its edge: a client that does not use the engine meets the same limit.
#[tokio::test]
async fn verbs_have_the_limits_that_no_constraint_has() {
    let world = World::new().await;
    let mut raw = world.raw("manager_1").await;
    let refusal = async |sql: String| {
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap_err();
        refused.as_database_error().and_then(|error| error.constraint()).map(str::to_owned)
    };
    let mut refusal = refusal;
    let (reason, login) = (limits::CANCEL_REASON.most as usize, limits::LOGIN.most as usize);
    let (password, seats) = (limits::LOGIN_PASSWORD, limits::PLAN_SEATS.most);
    let cancel = |length| format!("select manager.cancel(gen_random_uuid(), gen_random_uuid(), repeat('x', {length}))");
    assert_eq!(refusal(cancel(reason + 1)).await.as_deref(), Some("cancels_need_reason"));
    assert_eq!(refusal(cancel(reason)).await.as_deref(), Some("cancels_known_reservation"));
    let add = |login: usize, password: i64| {
        format!("select manager.add_login(gen_random_uuid(), 'counter', repeat('x', {login}), repeat('x', {password}))")
    };
    assert_eq!(refusal(add(login + 1, password.least)).await.as_deref(), Some("logins_name_is_plain"));
    assert_eq!(refusal(add(login, password.least - 1)).await.as_deref(), Some("logins_password_length"));
    assert_eq!(refusal(add(login, password.most + 1)).await.as_deref(), Some("logins_password_length"));
    let plan = |seats: i64| {
        format!(
            "select manager.add_seats(gen_random_uuid(), gen_random_uuid(), 1, false, null, '{{}}', '{{}}', '{{}}',
                array_fill('x'::text, array[{seats}]), '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}')"
        )
    };
    assert_eq!(refusal(plan(seats + 1)).await.as_deref(), Some("plans_seats_most"));
    assert_eq!(refusal(plan(seats)).await.as_deref(), Some("edits_known_concert"));
    let manager = world.manager(1).await;
    assert!(with_note(&manager, &"가".repeat(limits::NOTE.most as usize)).await.is_ok());
    assert!(with_note(&manager, &"가".repeat(limits::NOTE.most as usize + 1)).await.is_err());
}
