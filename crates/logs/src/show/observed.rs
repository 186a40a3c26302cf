//! What was observed by place, and which places are ready to be switched to the library. None of it is a finding: nothing
//! was refused. SPEC §13.

use std::cmp::Reverse;
use std::mem::take;

use run_id_core::event::Outcome;
use run_id_core::order;
use serde::Serialize;

use crate::facts::history::{Heard, History, Name, Names};
use crate::facts::observed::{Case, Sum, Where};
use crate::facts::service::service_of;
use crate::formats::observation::confidence;
use crate::formats::time::iso;

/// The most places that are shown, those with the most to do first.
const MAX_SHOWN: usize = 1000;

/// The state of a place, those with the most to do first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Something would be refused, or another run ID would be found.
    Refused,
    /// Nothing would, but a new run would begin where the application had its own ID.
    Generates,
    /// Nothing would be refused, but the count covers several places, so it cannot be switched by itself.
    Unplaced,
    /// The library would do the same.
    Ready,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Generates => "generates",
            Self::Unplaced => "unplaced",
            Self::Ready => "ready",
        }
    }
}

/// What was observed at a place, by all processes of a service.
#[derive(Debug)]
pub struct ObservedPlace {
    service: Box<str>,
    place: Where,
    state: State,
    seen: u64,
    same: u64,
    would_generate: u64,
    refused: Vec<Refused>,
    heard: Heard,
    is_certain: bool,
}

#[derive(Clone, Copy, Debug)]
struct Refused {
    outcome: Outcome,
    code: Option<Name>,
    count: u64,
    received: Option<Name>,
}

/// A place as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownPlace<'a> {
    service: &'a str,
    place: Option<&'a str>,
    others: bool,
    state: &'static str,
    seen: u64,
    same: u64,
    would_generate: u64,
    refused: Vec<ShownRefused<'a>>,
    first_time: Option<String>,
    last_time: Option<String>,
    confidence: &'static str,
}

#[derive(Debug, Serialize)]
struct ShownRefused<'a> {
    outcome: &'static str,
    code: Option<&'a str>,
    count: u64,
    received: Option<&'a str>,
}

/// All places, those with the most to do first; taken out of the facts.
#[must_use]
pub fn places(history: &mut History) -> Vec<ObservedPlace> {
    let observed = take(&mut history.observed);
    let certain = observed.certain.in_order();
    // If a process reports for itself, nothing else is believed about it.
    let is_heard = |process: Name| certain.binary_search_by(|(case, _)| case.process.cmp(&process)).is_ok();
    let doubtful = observed.doubtful.in_order().into_iter().filter(|(case, _)| !is_heard(case.process));
    let mut cases: Vec<(Case, Sum, bool)> = doubtful.map(|(case, sum)| (case, sum, false)).collect();
    cases.extend(certain.into_iter().map(|(case, sum)| (case, sum, true)));
    let text = |name: Name| history.names.text(name);
    let place_of = |case: &Case| (service_of(text(case.process)), case.place);
    order::sort_by(&mut cases, |one, other| place_of(&one.0).cmp(&place_of(&other.0)));
    let mut places: Vec<ObservedPlace> = Vec::new();
    for (case, sum, is_certain) in &cases {
        let (service, at) = place_of(case);
        if places.last().is_none_or(|last| (&*last.service, last.place) != (service, at)) {
            places.push(ObservedPlace {
                service: service.into(),
                place: at,
                state: State::Ready,
                seen: 0,
                same: 0,
                would_generate: 0,
                refused: Vec::new(),
                heard: Heard::default(),
                is_certain: true,
            });
        }
        if let Some(place) = places.last_mut() {
            place.add(case, sum, *is_certain);
        }
    }
    for place in &mut places {
        order::sort_by_key(&mut place.refused, |refused| Reverse(refused.count));
        place.state = place.state();
    }
    order::sort_by_key(&mut places, |place| {
        let refused = place.refused.iter().fold(0_u64, |sum, refused| sum.saturating_add(refused.count));
        let name = if let Where::Named(name) = place.place { text(name) } else { "" };
        (place.state, Reverse(refused), Reverse(place.seen), place.service.clone(), name)
    });
    places
}

impl ObservedPlace {
    fn add(&mut self, case: &Case, sum: &Sum, is_certain: bool) {
        // What a log says may be any number.
        self.seen = self.seen.saturating_add(sum.count);
        self.heard.extend(sum.heard);
        self.is_certain &= is_certain;
        match case.outcome {
            Outcome::Same => self.same = self.same.saturating_add(sum.count),
            Outcome::WouldGenerate => self.would_generate = self.would_generate.saturating_add(sum.count),
            Outcome::Differs | Outcome::WouldThrow => {
                let known = self
                    .refused
                    .iter_mut()
                    .find(|refused| (refused.outcome, refused.code) == (case.outcome, case.code));
                if let Some(known) = known {
                    known.count = known.count.saturating_add(sum.count);
                    known.received = known.received.or(sum.received);
                } else {
                    let Sum { count, received, .. } = *sum;
                    self.refused.push(Refused { outcome: case.outcome, code: case.code, count, received });
                }
            }
        }
    }

    fn state(&self) -> State {
        if !self.refused.is_empty() {
            State::Refused
        } else if self.would_generate > 0 {
            State::Generates
        } else if matches!(self.place, Where::Named(_)) {
            State::Ready
        } else {
            State::Unplaced
        }
    }
}

/// The places that are shown.
#[must_use]
pub fn shown<'a>(places: &'a [ObservedPlace], names: &'a Names) -> Vec<ShownPlace<'a>> {
    let text = |name: Option<Name>| name.map(|name| names.text(name));
    let place = |place: &'a ObservedPlace| ShownPlace {
        service: &place.service,
        place: if let Where::Named(name) = place.place { Some(names.text(name)) } else { None },
        others: place.place == Where::Others,
        state: place.state.name(),
        seen: place.seen,
        same: place.same,
        would_generate: place.would_generate,
        refused: place
            .refused
            .iter()
            .map(|refused| ShownRefused {
                outcome: refused.outcome.name(),
                code: text(refused.code),
                count: refused.count,
                received: text(refused.received),
            })
            .collect(),
        first_time: place.heard.first.map(iso),
        last_time: place.heard.last.map(iso),
        confidence: confidence(place.is_certain),
    };
    places.iter().take(MAX_SHOWN).map(place).collect()
}
