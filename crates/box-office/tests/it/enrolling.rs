//! The PC of a new counter comes to its login by a file, once. Each test's logins have names of their own: roles are the
//! server's.

use box_office::{
    BoxOffice, Enrolment, EnrolmentFault, Error, OpenedEnrolment, SealedEnrolment, ServerLogin, random_password,
};
use chrono::DateTime;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::support::{World, sell};

async fn added(world: &World, login: &str) -> Result<SealedEnrolment, Error> {
    let manager = world.manager(1).await;
    let sealed = manager.seal_enrolment(&world.server_login(login), None).await?;
    manager.open_enrolment(&sealed).await?;
    Ok(sealed)
}

async fn opened(sealed: &SealedEnrolment) -> OpenedEnrolment {
    Enrolment::open(&sealed.file, &sealed.code).await.unwrap()
}

fn cannot(why: EnrolmentFault) -> Option<Error> {
    Some(Error::CannotEnrol { why })
}

async fn enrols_until(world: &World, login: &str) -> Option<i64> {
    let listed = world.manager(1).await.logins().await.unwrap();
    let found = listed.into_iter().find(|listed| listed.login == login).unwrap();
    found.enrols_until.map(|until| until.timestamp())
}

#[tokio::test]
async fn a_pc_enrols_with_a_file_and_sells_under_a_password_that_nobody_else_knows() {
    let world = World::new().await;
    let concert = world.concert(1).await;
    let sealed = added(&world, "enrols").await.unwrap();
    assert_eq!(enrols_until(&world, "enrols").await, Some(sealed.enrolment.valid_until.timestamp()));
    let password = random_password().unwrap();
    let login = opened(&sealed).await.enrol(&password, None).await.unwrap();
    assert_eq!((login.password.as_str(), login.login.as_str()), (password.as_str(), "enrols"));
    assert_eq!(enrols_until(&world, "enrols").await, None);
    let counter = BoxOffice::connect(&login, None).await.unwrap();
    sell(&counter, &concert, &concert.seats).await;
    assert_eq!(counter.logins().await.err(), Some(Error::NotACounter));

    let noted = "select count(*) from journal where detail ->> 'login' = 'enrols'
        and (who, detail ->> 'what') in (('manager_1', 'open_enrolment'), ('enrols', 'enrol'))";
    assert_eq!(world.count(noted).await, 2);
    for secret in [password.as_str(), &sealed.code, "SCRAM"] {
        let sql = format!("select count(*) from journal j where j::text like '%{secret}%'");
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut world.owner().await).await.unwrap();
        assert_eq!(found, 0, "{secret}");
    }
    // As many connections as any other login.
    let limits = "select count(distinct rolconnlimit) from pg_roles where rolname in ('enrols', 'counter_1')";
    assert_eq!(world.count(limits).await, 1);
}

#[tokio::test]
async fn a_used_file_opens_nothing_whoever_has_its_code() {
    let world = World::new().await;
    let sealed = added(&world, "used_once").await.unwrap();
    let copy = opened(&sealed).await;
    let mine = random_password().unwrap();
    opened(&sealed).await.enrol(&mine, None).await.unwrap();
    assert_eq!(copy.enrol(&random_password().unwrap(), None).await.err(), cannot(EnrolmentFault::Used));
    PgConnection::connect_with(&world.options("used_once").password(&mine)).await.unwrap();
    let removed = added(&world, "removed_before").await.unwrap();
    world.manager(1).await.remove_login("removed_before").await.unwrap();
    let refused = opened(&removed).await.enrol(&mine, None).await.err();
    assert_eq!(refused, cannot(EnrolmentFault::Used));
}

#[tokio::test]
async fn two_pcs_with_one_file_at_once_are_one_counter() {
    let world = World::new().await;
    let sealed = added(&world, "twins").await.unwrap();
    let (one, other) = (opened(&sealed).await, opened(&sealed).await);
    let (first, second) = (random_password().unwrap(), random_password().unwrap());
    let (one, other) = tokio::join!(one.enrol(&first, None), other.enrol(&second, None));
    let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(lost.err(), cannot(EnrolmentFault::Used));
    BoxOffice::connect(&won.unwrap(), None).await.unwrap();
}

/// The PC lost its current between the change and everything after it: its keyring has the password, and the file is used.
#[tokio::test]
async fn a_pc_that_lost_the_answer_enrols_again_with_the_password_it_kept() {
    let world = World::new().await;
    let sealed = added(&world, "lost_answer").await.unwrap();
    let kept = random_password().unwrap();
    opened(&sealed).await.enrol(&kept, None).await.unwrap();
    let again = opened(&sealed).await.enrol(&kept, None).await.unwrap();
    BoxOffice::connect(&again, None).await.unwrap();
}

/// As verbs take it: of a password that is none of this test's.
const VERIFIER: &str = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

async fn refusal(raw: &mut PgConnection, sql: String) -> Option<String> {
    let refused = sqlx::raw_sql(AssertSqlSafe(sql)).execute(raw).await.unwrap_err();
    refused.as_database_error().and_then(|error| error.constraint()).map(str::to_owned)
}

#[tokio::test]
async fn an_old_file_is_refused_by_the_server_itself_and_told_as_old() {
    let world = World::new().await;
    let sealed = added(&world, "came_late").await.unwrap();
    let late =
        Enrolment { valid_until: DateTime::from_timestamp(1_500_000_000, 0).unwrap(), ..sealed.enrolment.clone() };
    let late = opened(&late.seal().await.unwrap()).await;
    assert_eq!(late.enrol(&random_password().unwrap(), None).await.err(), cannot(EnrolmentFault::Over));
    // The right password is no use then either.
    world.as_owner("alter role came_late valid until '2020-01-01'").await;
    let file = opened(&sealed).await;
    assert_eq!(file.enrol(&random_password().unwrap(), None).await.err(), cannot(EnrolmentFault::Used));
    world.as_owner("alter role came_late valid until '2100-01-01'").await;
    file.enrol(&random_password().unwrap(), None).await.unwrap();
}

#[tokio::test]
async fn nobody_enrols_over_a_connection_from_before_the_end_of_the_files_days() {
    let world = World::new().await;
    world.as_owner("create role lingers login in role counter password 'secret' valid until '2100-01-01'").await;
    let mut raw = world.raw("lingers").await;
    world.as_owner("alter role lingers valid until '2020-01-01'").await;
    let enrol = format!("select counter.enrol(gen_random_uuid(), '{VERIFIER}')");
    assert_eq!(refusal(&mut raw, enrol).await.as_deref(), Some("enrolments_in_time"));
}

#[tokio::test]
async fn a_file_is_good_for_some_days_and_no_longer() {
    let world = World::new().await;
    let mut raw = world.raw("manager_1").await;
    for until in ["'2020-01-01'", "'infinity'", "null", "clock_timestamp() + interval '32 days'"] {
        let open = format!("select manager.open_enrolment(gen_random_uuid(), 'too_long', '{VERIFIER}', {until})");
        assert_eq!(refusal(&mut raw, open).await.as_deref(), Some("enrolments_end"), "{until}");
    }
}

#[tokio::test]
async fn what_keeps_a_pc_from_the_server_is_said_and_the_file_stays_good() {
    let world = World::new().await;
    let manager = world.manager(1).await;
    let nowhere = ServerLogin { port: 1, ..world.server_login("not_yet") };
    let sealed = manager.seal_enrolment(&nowhere, None).await.unwrap();
    manager.open_enrolment(&sealed).await.unwrap();
    let password = random_password().unwrap();
    let refused = opened(&sealed).await.enrol(&password, None).await.err();
    assert_eq!(refused, Some(Error::CannotConnect { why: box_office::Obstacle::PortClosed }));
    assert!(enrols_until(&world, "not_yet").await.is_some());
}

#[tokio::test]
async fn a_counter_is_added_under_the_rules_for_logins() {
    let world = World::new().await;
    for taken in ["counter_1", "manager_1", "box_office"] {
        assert_eq!(added(&world, taken).await.err(), Some(Error::LoginTaken), "{taken}");
    }
    for name in ["", "A", "창구", "pg_x"] {
        assert_eq!(added(&world, name).await.err(), Some(Error::InvalidField { field: "login".into() }), "{name}");
    }
}
