//! What processes refused, and where they found that sources disagree.

use run_id_core::event::{BAGGAGE, Sender};
use run_id_core::lookalike;
use run_id_core::run_id::RunId;

use crate::facts::fact::Fact;
use crate::facts::history::{MAX_PLACES, Name, Names, Sight, keep};
use crate::formats::event::{EventKind, LeftOut};
use crate::formats::time::Millis;
use crate::map::Map;

/// What a line of code of a process refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Refusal {
    /// Such as `ERR_RUN_ID_FORMAT`.
    pub code: Name,
    /// What came; none for all values at a call site that are neither a run ID nor another system's ID.
    pub received: Option<Name>,
    /// Whose run ID it had to be.
    pub expect_client: Option<Name>,
    /// In which source.
    pub source: Option<Name>,
    /// Which process.
    pub process: Name,
    /// Which line of code.
    pub at: Option<Name>,
}

impl Refusal {
    /// Refusals that were counted and not logged.
    fn of_counted(names: &mut Names, counted: &LeftOut<Name>, texts: &Names, process: Name) -> Self {
        let code = names.name(texts.text(counted.code));
        let at = counted.at.map(|at| names.name(texts.text(at)));
        Self { code, received: None, expect_client: None, source: None, process, at }
    }
}

/// Two sources that name different runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Conflict {
    /// The one and the other; none for baggage that anyone may have sent, because anyone can send any number of IDs.
    pub runs: Option<(Name, Name)>,
    /// Which process.
    pub process: Name,
    /// Which line of code.
    pub at: Option<Name>,
}

/// How often something was refused, and what was first reported about it.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// What came.
    pub received: Option<Name>,
    /// What another source names.
    pub other: Option<Name>,
    /// The words of the error, or both sources.
    pub message: Option<Name>,
    /// In which source.
    pub source: Option<Name>,
    /// On which route.
    pub route: Option<Name>,
    /// Where.
    pub sights: Vec<Sight>,
    /// How often.
    pub count: usize,
    /// The first time.
    pub first: Option<Millis>,
    /// The last time.
    pub last: Option<Millis>,
}

impl Refusals {
    /// Whether one at that time is there. Of one that would not be kept, this is assumed: there is nothing to compare it with.
    fn has(&self, time: Option<Millis>) -> bool {
        let is_between = self.sights.len() == MAX_PLACES && self.first <= time && time <= self.last;
        is_between || self.sights.iter().any(|sight| sight.time == time)
    }

    fn add(&mut self, sight: Sight, count: usize) {
        keep(&mut self.sights, sight);
        // What a log says may be any number.
        self.count = self.count.saturating_add(count);
        self.first = self.first.into_iter().chain(sight.time).min();
        self.last = self.last.max(sight.time);
    }

    fn append(&mut self, later: Self, own: impl Fn(Name) -> Name, moved: impl Fn(Sight) -> Sight) {
        // What happened first counts, whichever log was read first.
        let is_earlier = later.first.zip(self.first).is_some_and(|(later, own)| later < own);
        let first = |known: Option<Name>, new: Option<Name>| {
            let new = new.map(&own);
            if is_earlier { new.or(known) } else { known.or(new) }
        };
        self.received = first(self.received, later.received);
        self.other = first(self.other, later.other);
        self.message = first(self.message, later.message);
        self.source = first(self.source, later.source);
        self.route = first(self.route, later.route);
        self.count = self.count.saturating_add(later.count);
        self.first = self.first.into_iter().chain(later.first).min();
        self.last = self.last.max(later.last);
        later.sights.into_iter().for_each(|sight| keep(&mut self.sights, moved(sight)));
    }
}

/// What was refused, if that is what a fact tells.
fn refusal_of(
    names: &mut Names,
    fact: &Fact,
    texts: &Names,
    process: Name,
    at: Option<Name>,
) -> Option<Refusal> {
    let EventKind::Reject { code, received, expect_client, source, .. } = fact.kind else { return None };
    let is_told = |name: &Name| {
        let text = texts.text(*name);
        at.is_none() || RunId::of(text).is_some() || lookalike::is_external(text)
    };
    let mut own = |name: Option<Name>| name.map(|name| names.name(texts.text(name)));
    Some(Refusal {
        code: own(Some(code))?,
        received: own(received.filter(is_told)),
        expect_client: own(expect_client),
        source: own(source),
        process,
        at,
    })
}

/// All that was refused.
#[derive(Debug, Default)]
pub struct AllRefusals {
    /// Refusals.
    pub refused: Map<Refusal, Refusals>,
    /// Sources that disagree.
    pub conflicts: Map<Conflict, Refusals>,
}

impl AllRefusals {
    /// Takes in a refusal or a conflict; `texts` are those of the fact.
    pub fn take(&mut self, names: &mut Names, fact: &Fact, texts: &Names, process: Name, sight: Sight) {
        let at = sight.at;
        let own = |names: &mut Names, name: Option<Name>| name.map(|name| names.name(texts.text(name)));
        match fact.kind {
            EventKind::Reject { received, message, .. } => {
                let Some(key) = refusal_of(names, fact, texts, process, at) else { return };
                let facts = self.refused.entry(key).or_default();
                // Refusals that were only counted may have come first.
                if facts.message.is_none() {
                    facts.received = own(names, received);
                    facts.message = own(names, message);
                    facts.source = key.source;
                    facts.route = own(names, fact.route);
                }
                facts.add(sight, 1);
            }
            // The received values are not known: these are counted with refusals that do not depend on them.
            EventKind::LeftOut { ref counts } => {
                for counted in counts.iter().filter(|counted| counted.count > 0) {
                    let key = Refusal::of_counted(names, counted, texts, process);
                    let count = usize::try_from(counted.count).unwrap_or(usize::MAX);
                    self.refused.entry(key).or_default().add(Sight { at: key.at, ..sight }, count);
                }
            }
            EventKind::Conflict { source, other_run_id: Some(other), other_source, sender } => {
                let Some(run_id) = fact.run_id else { return };
                let runs =
                    |names: &mut Names| (names.name(texts.text(run_id)), names.name(texts.text(other)));
                let is_baggage = other_source.is_some_and(|source| texts.text(source) == BAGGAGE);
                let is_verified = !is_baggage || sender == Some(Sender::Internal);
                let key = Conflict { runs: is_verified.then(|| runs(names)), process, at };
                self.conflicts
                    .entry(key)
                    .or_insert_with(|| {
                        let (run_id, other) = runs(names);
                        let (source_name, route) = (own(names, source), own(names, fact.route));
                        let both =
                            [source, other_source].map(|name| name.map_or("?", |name| texts.text(name)));
                        Refusals {
                            received: Some(run_id),
                            other: Some(other),
                            message: Some(names.name(&both.join(", "))),
                            source: source_name,
                            route,
                            ..Refusals::default()
                        }
                    })
                    .add(sight, 1);
            }
            _ => {}
        }
    }

    /// Whether the same refusal, or the same count of refusals, is there.
    pub fn has(&self, names: &mut Names, fact: &Fact, texts: &Names, process: Name, sight: Sight) -> bool {
        let has = |key: &Refusal| self.refused.get(key).is_some_and(|facts| facts.has(sight.time));
        if let EventKind::LeftOut { counts } = &fact.kind {
            let mut counted = counts.iter().filter(|counted| counted.count > 0);
            return counted.all(|counted| has(&Refusal::of_counted(names, counted, texts, process)));
        }
        refusal_of(names, fact, texts, process, sight.at).is_some_and(|key| has(&key))
    }

    /// Forgets what did not happen since then.
    pub fn forget(&mut self, horizon: Millis) {
        self.refused.retain(|_, facts| facts.last >= Some(horizon));
        self.conflicts.retain(|_, facts| facts.last >= Some(horizon));
    }

    /// Takes in what was read after this: `own` gives its names those that they have here, and `moved` its places.
    pub fn append(&mut self, later: Self, own: impl Fn(Name) -> Name, moved: impl Fn(Sight) -> Sight) {
        for (key, facts) in later.refused {
            let key = Refusal {
                code: own(key.code),
                received: key.received.map(&own),
                expect_client: key.expect_client.map(&own),
                source: key.source.map(&own),
                process: own(key.process),
                at: key.at.map(&own),
            };
            self.refused.entry(key).or_default().append(facts, &own, &moved);
        }
        for (key, facts) in later.conflicts {
            let key = Conflict {
                runs: key.runs.map(|(run_id, other)| (own(run_id), own(other))),
                process: own(key.process),
                at: key.at.map(&own),
            };
            self.conflicts.entry(key).or_default().append(facts, &own, &moved);
        }
    }
}
