//! Requests with all that was answered to them, from the histories.

use uuid::Uuid;

use crate::evidence::Evidence;
use crate::history::{Answer, Ask, Event};

/// One request.
pub struct Story<'e> {
    /// Whose.
    pub login: &'e str,
    /// Its place in the history.
    pub n: u64,
    /// What was asked for.
    pub ask: &'e Ask,
    /// Each answer in turn: one, or several after a lost one.
    pub answers: Vec<&'e Answer>,
    /// The operation, when the answer was lost.
    pub lost: Option<Uuid>,
    /// The longest time that a clerk waited for an answer or for giving up.
    pub took_ms: u64,
    /// Whether the program stood still.
    pub hung: bool,
}

impl Story<'_> {
    /// The first answer.
    pub fn answer(&self) -> Option<&Answer> {
        self.answers.first().copied()
    }
}

/// Those of all logins, in the order of each history.
pub struct Stories<'e>(pub Vec<Story<'e>>);

impl<'e> Stories<'e> {
    pub fn read(evidence: &'e Evidence) -> Self {
        let mut all = Vec::new();
        for (name, events) in &evidence.histories {
            // What follows a dash is a window of the same counter.
            let login = name.split('-').next().unwrap_or(name);
            let first = all.len();
            for event in events {
                // Requests are counted from 0 in each history.
                let of = |n: u64| first + n as usize;
                match event {
                    Event::Sent { n, ask, .. } => {
                        all.push(Story { login, n: *n, ask, answers: Vec::new(), lost: None, took_ms: 0, hung: false })
                    }
                    Event::Known { n, took_ms, answer } => {
                        if let Some(story) = all.get_mut(of(*n)) {
                            story.answers.push(answer);
                            story.took_ms = story.took_ms.max(*took_ms);
                        }
                    }
                    Event::Unknown { n, took_ms, operation } => {
                        if let Some(story) = all.get_mut(of(*n)) {
                            story.lost = Some(*operation);
                            story.took_ms = story.took_ms.max(*took_ms);
                        }
                    }
                    Event::Resolved { n, answer, .. } => {
                        if let Some(story) = all.get_mut(of(*n)) {
                            story.answers.push(answer);
                        }
                    }
                    Event::Hung { n } => {
                        if let Some(story) = all.get_mut(of(*n)) {
                            story.hung = true;
                        }
                    }
                    Event::Started { .. } => {}
                }
            }
        }
        Self(all)
    }
}
