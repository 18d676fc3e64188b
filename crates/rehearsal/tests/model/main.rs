//! Every interleaving of a small box office: three counters, two seats, two sweepers, and everything that goes wrong.
//!
//! A test of the engine sees one order of events, and a rehearsal a great many; this sees all of them, of a model. The
//! model's rows, steps and names are the engine's: `operate`, `hold`, `confirm`, `cancel`, `resolve`, `sweep` and
//! `intents` in `box-office`, and the journal and `resolve_operation` of the migrations. Who changes those changes this.
//!
//! **What is in it.** Rows with their locks and what is committed of them. Each operation as a transaction of several
//! statements: it locks row by row in id order and waits, looks, writes with its journal row, sends COMMIT, has it
//! applied at some later time or never, and is answered or not. An error at any step before. Time, which passes for any
//! hold at any moment. A counter that crashes, with statements of its still on the wire, and starts again with its
//! intents. Resolve, whose void row waits for a journal row that is not committed yet, and whose answer may be lost too.
//! Sweeps with a snapshot, skip locked and the check on the locked row, committed or rolled back.
//!
//! **How much of it.** Nothing is counted out: any number of operations, crashes, lost answers, expiries and sweeps. What
//! is bounded is how many operations are under way or remembered by somebody at the same time: four, which are enough
//! for a hold on each seat, the confirm of one, and one more that gets in their way. An operation is forgotten when no row
//! and nobody knows it (`forget`); a lost hold or a cancelled sale may be remembered, and tried, for as long as there is
//! room. That makes 4,011,837 states, worlds that differ in names only counted once, and steps that can't be told from
//! outside not interleaved. Nothing is reduced for two operations at a time, which makes 886,564 states, with sweeps
//! whose snapshot is old, and crashes after which everything is asked again. Both take a minute of processor time.
//!
//! **What is not in it, and why.** The guards in the database, which are triggers, constraints and grants: they only ever
//! refuse, and an operation may fail at any step here anyway. So what is shown is that the engine keeps its promises
//! without them. Release, which frees a hold as a sweep does, for its owner. Prices, names, look-ups, withheld seats, and
//! concerts that are archived: other rows. A crash of the server, which rolls back what is not committed, as may happen
//! to each transaction here. Deadlocks, which the order of locks excludes, and which are an error before COMMIT.
//!
//! Two smaller models stand beside it: `failover`, where a standby takes over that hasn't all, and `cap`, where sessions
//! of one login hold at the same time.

mod cap;
mod failover;
mod forget;
mod operate;
mod promises;
mod rows;
mod steps;
mod sweep;

use std::time::Instant;

use promises::{
    LIVE_HOLD_STAYS, NO_STALE_TOKEN, NOT_AFTER_EXPIRY, ONE_ANSWER, ONE_LIVE_SALE, REFUSED_NEVER_IS, RESERVED_IS_SOLD,
    SWEEP_SPARES_LIVE,
};
use stateright::{Checker, Expectation, HasDiscoveries, Model};
use steps::{BoxOffice, Guards, Interleaving};

/// Checks all states and says how many there are.
fn check_all(operations: usize, interleaving: Interleaving) -> impl Checker<BoxOffice> {
    let begin = Instant::now();
    let office = BoxOffice { guards: Guards::ALL, operations, interleaving, trouble: true };
    let checker = office.checker().threads(2).spawn_bfs().join();
    println!(
        "{operations} operations at a time: {} unique states, {} steps, at most {} deep, {:.0?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        begin.elapsed()
    );
    checker
}

#[test]
fn four_operations_at_a_time_keep_every_promise_and_meet_every_trouble() {
    check_all(4, Interleaving::WhatOthersCanTell).assert_properties();
}

#[test]
fn two_operations_at_a_time_keep_every_promise_however_their_statements_mix() {
    let checker = check_all(2, Interleaving::Everything);
    for property in checker.model().properties() {
        if property.expectation == Expectation::Always {
            checker.assert_no_discovery(property.name);
        }
    }
}

/// Asserts that each of the promises is broken, and prints the shortest way to the first.
#[track_caller]
fn assert_broken<const N: usize>(promises: [&'static str; N], office: BoxOffice) {
    let checker = office.checker().finish_when(HasDiscoveries::AllOf(promises.into())).spawn_bfs().join();
    let ways = promises.map(|promise| checker.assert_any_discovery(promise).into_actions());
    println!(
        "Broken in {} steps, after {} unique states: {}.",
        ways[0].len(),
        checker.unique_state_count(),
        promises[0]
    );
    for step in &ways[0] {
        println!("    {step:?}");
    }
}

/// As many operations as it takes, with these guards.
fn careless(operations: usize, guards: Guards) -> BoxOffice {
    BoxOffice { guards, operations, interleaving: Interleaving::Everything, trouble: true }
}

#[test]
fn without_the_hold_token_a_counter_sells_seats_that_another_holds() {
    let office = careless(3, Guards { hold_token: false, ..Guards::ALL });
    assert_broken([NO_STALE_TOKEN, LIVE_HOLD_STAYS], BoxOffice { trouble: false, ..office });
}

#[test]
fn without_the_row_lock_a_seat_is_sold_twice() {
    let office = careless(4, Guards { row_lock: false, ..Guards::ALL });
    assert_broken([ONE_LIVE_SALE, RESERVED_IS_SOLD], BoxOffice { trouble: false, ..office });
}

#[test]
fn with_now_instead_of_a_clock_read_under_the_locks_an_expired_hold_is_sold() {
    assert_broken([NOT_AFTER_EXPIRY], careless(2, Guards { clock_after_lock: false, ..Guards::ALL }));
}

#[test]
fn when_resolve_only_reads_what_is_there_its_answer_changes() {
    assert_broken([ONE_ANSWER, REFUSED_NEVER_IS], careless(2, Guards { void_row: false, ..Guards::ALL }));
}

#[test]
fn when_an_unknown_operation_is_sent_again_one_that_happened_is_called_refused() {
    assert_broken([REFUSED_NEVER_IS], careless(2, Guards { resolve_before_retry: false, ..Guards::ALL }));
}

#[test]
fn when_the_sweep_does_not_check_again_it_frees_a_live_hold() {
    assert_broken([SWEEP_SPARES_LIVE], careless(2, Guards { sweep_rechecks: false, ..Guards::ALL }));
}
