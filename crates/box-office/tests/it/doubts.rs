//! What about a server a program doubts when it connects. `venue_server.rs` shows that one set up for a venue gives no
//! reason.

use box_office::{BoxOffice, ServerDoubt};

use crate::support::World;

async fn doubts_of(office: &BoxOffice) -> Vec<ServerDoubt> {
    office.facts().await.unwrap().doubts
}

/// What a counter doubts once this is set for its database.
async fn doubts_with(setting: &str) -> Vec<ServerDoubt> {
    let world = World::new().await;
    // A quiet log, whatever this PC's PostgreSQL comes with.
    let quiet = [
        "log_error_verbosity = terse",
        "log_statement = none",
        "log_parameter_max_length_on_error = 0",
        "synchronous_commit = on",
    ];
    for setting in quiet.into_iter().chain([setting]) {
        world.set_for_database(setting).await;
    }
    doubts_of(&world.counter(1).await).await
}

#[tokio::test]
async fn a_server_that_forgets_in_a_power_cut_is_doubted() {
    let doubts = doubts_of(&World::new().await.counter(1).await).await;
    for expected in [ServerDoubt::FsyncOff, ServerDoubt::FullPageWritesOff, ServerDoubt::SynchronousCommitOff] {
        assert!(doubts.contains(&expected), "{expected:?} in {doubts:?}");
    }
}

#[tokio::test]
async fn a_log_that_would_get_customers_names_is_doubted_whichever_setting_writes_them() {
    let quiet = doubts_with("log_min_duration_statement = -1").await;
    assert!(!quiet.contains(&ServerDoubt::CustomersLogged), "{quiet:?}");
    assert!(!quiet.contains(&ServerDoubt::SynchronousCommitOff), "{quiet:?}");
    for setting in [
        "log_statement = 'all'",
        "log_min_duration_statement = 500",
        "log_error_verbosity = verbose",
        "log_parameter_max_length_on_error = 64",
    ] {
        let doubts = doubts_with(setting).await;
        assert!(doubts.contains(&ServerDoubt::CustomersLogged), "{setting}: {doubts:?}");
    }
}

#[tokio::test]
async fn an_unencrypted_connection_on_this_pc_is_not_doubted() {
    let doubts = doubts_of(&World::new().await.counter(1).await).await;
    assert!(!doubts.contains(&ServerDoubt::Unencrypted), "{doubts:?}");
}
