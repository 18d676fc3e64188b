//! Collects doubts, and says at once how each is settled.

use std::collections::HashMap;

use crate::reading::{About, Choice, Choices, DOUBTS_MOST, Doubt, PLACES_MOST, Place};

/// What stood there is shown, but not a page of it.
const VALUE_MOST: usize = 120;

/// The doubts of one reading, each key once.
pub(crate) struct Doubts<'a> {
    choices: &'a Choices,
    found: Vec<Doubt>,
    at: HashMap<String, usize>,
    more: u32,
}

/// A doubt to be raised.
pub(crate) struct Ask {
    pub key: String,
    pub about: About,
    pub value: String,
    pub choices: Vec<Choice>,
    pub takes_names: bool,
    pub default: Option<Choice>,
}

impl Ask {
    pub fn new(key: impl Into<String>, about: About, value: impl Into<String>) -> Self {
        Self { key: key.into(), about, value: value.into(), choices: Vec::new(), takes_names: false, default: None }
    }

    /// The first is the default.
    pub fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        self.choices = choices.into_iter().collect();
        self.default = self.choices.first().cloned();
        self
    }

    /// The manager has to say.
    pub fn open(mut self) -> Self {
        self.default = None;
        self
    }

    pub fn or_a_name(mut self) -> Self {
        self.takes_names = true;
        self
    }
}

impl<'a> Doubts<'a> {
    pub fn new(choices: &'a Choices) -> Self {
        Self { choices, found: Vec::new(), at: HashMap::new(), more: 0 }
    }

    /// Raises a doubt, or adds a place to one that was raised; returns what is chosen, if anything is.
    pub fn ask(&mut self, place: Place, ask: Ask) -> Option<Choice> {
        if let Some(at) = self.at.get(&ask.key) {
            let doubt = &mut self.found[*at];
            doubt.times += 1;
            if doubt.places.len() < PLACES_MOST {
                doubt.places.push(place);
            }
            return doubt.chosen.clone();
        }
        let answer = self.choices.answers.get(&ask.key).filter(|answer| {
            let is_name = matches!(answer, Choice::Name(name) if !name.trim().is_empty());
            ask.choices.contains(answer) || (ask.takes_names && is_name)
        });
        let chosen = answer.cloned().or_else(|| ask.default.clone());
        if self.found.len() >= DOUBTS_MOST {
            // One that can't be shown can't be settled, unless it settles itself.
            self.more += u32::from(chosen.is_none());
            return chosen;
        }
        self.at.insert(ask.key.clone(), self.found.len());
        let value = ask.value.chars().take(VALUE_MOST).collect();
        let Ask { key, about, choices, takes_names, default, .. } = ask;
        let chosen_now = chosen.clone();
        self.found.push(Doubt {
            key,
            about,
            places: vec![place],
            times: 1,
            value,
            choices,
            takes_names,
            default,
            chosen,
        });
        chosen_now
    }

    /// Something to be said, with nothing to choose.
    pub fn note(&mut self, place: Place, key: impl Into<String>, about: About, value: impl Into<String>) {
        let mut ask = Ask::new(key, about, value);
        ask.default = Some(Choice::Noted);
        self.ask(place, ask);
    }

    /// Takes back what another file has answered.
    pub fn withdraw(&mut self, is: impl Fn(&Doubt) -> bool) {
        self.found.retain(|doubt| !is(doubt));
        self.at = self.found.iter().map(|doubt| doubt.key.clone()).zip(0..).collect();
    }

    pub fn choices(&self) -> &'a Choices {
        self.choices
    }

    pub fn into_parts(self) -> (Vec<Doubt>, u32) {
        (self.found, self.more)
    }
}
