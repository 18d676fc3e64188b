//! An operation, the questions after it, and a standby that takes over.
//!
//! A model of its own, since a server that loses commits is a world that the other can't have: one operation of one
//! counter, any number of its answers lost, three questions, two failovers. The leader's WAL is a list of the journal's
//! rows, of which the standby has the first few. A commit waits for the standby. Others see it once the standby has it,
//! or once its session is ended while it waits: then it is seen by all and may yet be lost. That is what `resolve`
//! guards against with a row of its own, whose commit waits for all that was written before it.

use stateright::{Checker, HasDiscoveries, Model, Property};

use crate::rows::{Outcome, Told};

const QUESTIONS: u8 = 3;
const FAILOVERS: u8 = 2;

const ACKNOWLEDGED_STAYS: &str = "what a counter was told is done is on the server that leads";
const REFUSED_NEVER_IS: &str = "what a counter was told never was is not on the server that leads";
const ONE_ANSWER: &str = "what a counter was told never changes";

/// What keeps the promises; each can be taken out.
#[derive(Clone, Copy)]
struct Guards {
    /// A question writes a row of its own.
    question_is_noted: bool,
    /// Whoever commits is told once the standby has it.
    commit_waits_for_standby: bool,
}

/// A committed row of the journal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Row {
    Operation,
    Void,
    Question,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Session {
    Sent,
    /// Committed, and nobody sees it yet.
    WaitsForStandby,
    /// Answered or ended.
    Over,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Client {
    Listening,
    /// It doesn't know the outcome.
    Unsettled,
    Settled,
}

/// A question whose answer is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Question {
    outcome: Outcome,
    /// Rows that the standby has to have before the answer is sent.
    waits_for: usize,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct World {
    wal: Vec<Row>,
    /// Rows that the standby has.
    shipped: usize,
    session: Session,
    client: Client,
    told: Told,
    question: Option<Question>,
    questions: u8,
    failovers: u8,
    /// A failover took an operation with it that all had seen.
    lost_a_seen_one: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Action {
    Commit,
    Ship,
    Answer,
    LoseAnswer,
    /// The session is ended while its commit waits: from now on all see the row.
    EndSession,
    Ask,
    AnswerQuestion,
    LoseQuestion,
    Failover,
}

impl World {
    fn begin() -> Self {
        Self {
            wal: Vec::new(),
            shipped: 0,
            session: Session::Sent,
            client: Client::Listening,
            told: Told::Nothing,
            question: None,
            questions: 0,
            failovers: 0,
            lost_a_seen_one: false,
        }
    }

    fn has(&self, row: Row) -> bool {
        self.wal.contains(&row)
    }

    fn standby_has(&self, row: Row) -> bool {
        self.wal[..self.shipped].contains(&row)
    }

    fn tell(&mut self, outcome: Outcome) {
        self.told = self.told.then(outcome);
        self.client = Client::Settled;
    }

    fn ask(&mut self, guards: Guards) {
        let before = self.wal.len();
        // `on conflict do nothing`: what is there already is no write, and waits for nobody.
        if !self.has(Row::Operation) && !self.has(Row::Void) {
            self.wal.push(Row::Void);
        }
        if guards.question_is_noted {
            self.wal.push(Row::Question);
        }
        let has_written = self.wal.len() > before;
        self.question = Some(Question {
            outcome: if self.has(Row::Operation) { Outcome::Done } else { Outcome::Void },
            waits_for: if has_written && guards.commit_waits_for_standby { self.wal.len() } else { 0 },
        });
        self.questions += 1;
    }

    fn fail_over(&mut self) {
        let was_seen = self.has(Row::Operation) && self.session == Session::Over;
        self.wal.truncate(self.shipped);
        self.lost_a_seen_one |= was_seen && !self.has(Row::Operation);
        // All sessions were the old leader's.
        self.session = Session::Over;
        self.question = None;
        if self.client == Client::Listening {
            self.client = Client::Unsettled;
        }
        self.failovers += 1;
    }
}

impl Model for Guards {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::begin()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        match world.session {
            Session::Sent => actions.push(Action::Commit),
            Session::WaitsForStandby => {
                let may_answer = world.standby_has(Row::Operation) || !self.commit_waits_for_standby;
                if may_answer && world.client == Client::Listening {
                    actions.push(Action::Answer);
                }
                actions.push(Action::EndSession);
            }
            Session::Over => {}
        }
        if world.client == Client::Listening {
            actions.push(Action::LoseAnswer);
        }
        if world.shipped < world.wal.len() {
            actions.push(Action::Ship);
        }
        match world.question {
            Some(question) => {
                if question.waits_for <= world.shipped {
                    actions.push(Action::AnswerQuestion);
                }
                actions.push(Action::LoseQuestion);
            }
            // A void row waits for one that is not seen yet. What is settled may be asked again.
            None => {
                let waits = world.session == Session::WaitsForStandby && !world.standby_has(Row::Operation);
                if world.client != Client::Listening && !waits && world.questions < QUESTIONS {
                    actions.push(Action::Ask);
                }
            }
        }
        if world.failovers < FAILOVERS {
            actions.push(Action::Failover);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut world = world.clone();
        match action {
            // The void row keeps a late one out.
            Action::Commit if world.has(Row::Void) => world.session = Session::Over,
            Action::Commit => {
                world.wal.push(Row::Operation);
                world.session = Session::WaitsForStandby;
            }
            Action::Ship => world.shipped += 1,
            Action::Answer => {
                world.session = Session::Over;
                world.tell(Outcome::Done);
            }
            Action::LoseAnswer => world.client = Client::Unsettled,
            Action::EndSession => {
                world.session = Session::Over;
                if world.client == Client::Listening {
                    world.client = Client::Unsettled;
                }
            }
            Action::Ask => world.ask(*self),
            Action::AnswerQuestion => {
                if let Some(question) = world.question.take() {
                    world.tell(question.outcome);
                }
            }
            Action::LoseQuestion => world.question = None,
            Action::Failover => world.fail_over(),
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ACKNOWLEDGED_STAYS, |_, world: &World| {
                world.told != Told::Done || world.has(Row::Operation)
            }),
            Property::always(REFUSED_NEVER_IS, |_, world: &World| {
                world.told != Told::Void || !world.has(Row::Operation)
            }),
            Property::always(ONE_ANSWER, |_, world: &World| world.told != Told::Contradicted),
            Property::sometimes("an operation is seen by all that the standby has not", |_, world: &World| {
                world.session == Session::Over && world.has(Row::Operation) && !world.standby_has(Row::Operation)
            }),
            Property::sometimes("a failover takes with it what all had seen", |_, world: &World| world.lost_a_seen_one),
            Property::sometimes("a question waits for the standby", |_, world: &World| {
                world.question.is_some_and(|question| question.waits_for > world.shipped)
            }),
            Property::sometimes("a question is answered: done", |_, world: &World| {
                world.questions > 0 && world.told == Told::Done
            }),
            Property::sometimes("a question is answered: never was", |_, world: &World| world.told == Told::Void),
            Property::sometimes("the second standby leads", |_, world: &World| world.failovers == FAILOVERS),
        ]
    }
}

const ALL: Guards = Guards { question_is_noted: true, commit_waits_for_standby: true };

#[track_caller]
fn assert_broken<const N: usize>(promises: [&'static str; N], guards: Guards) {
    let checker = guards.checker().finish_when(HasDiscoveries::AllOf(promises.into())).spawn_bfs().join();
    for promise in promises {
        println!("{promise}: broken by {:?}", checker.assert_any_discovery(promise).into_actions());
    }
}

#[test]
fn with_a_standby_that_takes_over_what_was_acknowledged_stays_and_no_answer_changes() {
    let checker = ALL.checker().spawn_bfs().join();
    println!("{} unique states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn when_a_question_writes_no_row_of_its_own_it_confirms_a_sale_that_a_failover_loses() {
    assert_broken([ACKNOWLEDGED_STAYS, ONE_ANSWER], Guards { question_is_noted: false, ..ALL });
}

#[test]
fn when_commits_do_not_wait_for_the_standby_an_acknowledged_sale_is_lost() {
    assert_broken([ACKNOWLEDGED_STAYS], Guards { commit_waits_for_standby: false, ..ALL });
}
