//! Sessions of one login that hold at the same time, and the most live holds that the login may have.
//!
//! As `hold_seats` does it: the login's row is locked, then its live holds are counted by a statement of its own, which
//! sees what was committed before it began; then the hold is written, and committed at some later time or never. Any
//! number of holds, which run out at any moment.

use stateright::{Checker, HasDiscoveries, Model, Property};

const SESSIONS: usize = 3;
const MOST: u8 = 2;

const CAP_HOLDS: &str = "a login never has more live holds than it may";

/// What keeps the promise; each can be taken out.
#[derive(Clone, Copy)]
struct Guards {
    /// The login's row is locked before its holds are counted.
    login_is_locked: bool,
    /// The count sees what was committed before it; under any isolation but read committed, what was before the transaction.
    count_is_fresh: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Session {
    Idle,
    /// With what its transaction's snapshot shows.
    Begun {
        saw: u8,
    },
    Locked {
        saw: u8,
    },
    /// Not seen by others.
    Written,
    Refused,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct World {
    sessions: [Session; SESSIONS],
    live: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Action {
    Begin(usize),
    Lock(usize),
    CountAndWrite(usize),
    Commit(usize),
    RollBack(usize),
    RunOut,
}

impl World {
    fn is_locked(&self) -> bool {
        self.sessions.iter().any(|session| matches!(session, Session::Locked { .. } | Session::Written))
    }
}

impl Model for Guards {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World { sessions: [Session::Idle; SESSIONS], live: 0 }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (number, session) in world.sessions.iter().enumerate() {
            match session {
                Session::Idle => actions.push(Action::Begin(number)),
                Session::Begun { .. } if self.login_is_locked && world.is_locked() => {}
                Session::Begun { .. } => actions.push(Action::Lock(number)),
                Session::Locked { .. } => actions.push(Action::CountAndWrite(number)),
                Session::Written => actions.extend([Action::Commit(number), Action::RollBack(number)]),
                Session::Refused => actions.push(Action::RollBack(number)),
            }
        }
        if world.live > 0 {
            actions.push(Action::RunOut);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut world = *world;
        let live = world.live;
        match action {
            Action::Begin(number) => world.sessions[number] = Session::Begun { saw: live },
            Action::Lock(number) => {
                if let Session::Begun { saw } = world.sessions[number] {
                    world.sessions[number] = Session::Locked { saw };
                }
            }
            Action::CountAndWrite(number) => {
                if let Session::Locked { saw } = world.sessions[number] {
                    let counted = if self.count_is_fresh { live } else { saw };
                    world.sessions[number] = if counted < MOST { Session::Written } else { Session::Refused };
                }
            }
            Action::Commit(number) => {
                world.sessions[number] = Session::Idle;
                world.live += 1;
            }
            Action::RollBack(number) => world.sessions[number] = Session::Idle,
            Action::RunOut => world.live -= 1,
        }
        // Sessions differ in nothing.
        world.sessions.sort_unstable();
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(CAP_HOLDS, |_, world: &World| world.live <= MOST),
            Property::sometimes("a login has as many live holds as it may", |_, world: &World| world.live == MOST),
            Property::sometimes("one more is refused", |_, world: &World| world.sessions.contains(&Session::Refused)),
            Property::sometimes("a session waits for another of its login", |_, world: &World| {
                world.is_locked() && world.sessions.iter().any(|session| matches!(session, Session::Begun { .. }))
            }),
        ]
    }
}

const ALL: Guards = Guards { login_is_locked: true, count_is_fresh: true };

#[track_caller]
fn assert_broken(guards: Guards) {
    let checker = guards.checker().finish_when(HasDiscoveries::AllOf([CAP_HOLDS].into())).spawn_bfs().join();
    let broken = checker.assert_any_discovery(CAP_HOLDS);
    println!("{:?}", broken.into_actions());
}

#[test]
fn parallel_sessions_of_one_login_never_hold_more_than_it_may() {
    let checker = ALL.checker().spawn_bfs().join();
    println!("{} unique states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn when_the_login_is_not_locked_its_parallel_sessions_hold_more_than_it_may() {
    assert_broken(Guards { login_is_locked: false, ..ALL });
}

#[test]
fn under_repeatable_read_a_session_counts_what_was_before_it_waited() {
    assert_broken(Guards { count_is_fresh: false, ..ALL });
}
