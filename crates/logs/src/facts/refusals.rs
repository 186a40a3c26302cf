//! What processes refused, and where they found that sources disagree.

use run_id_core::lookalike;
use run_id_core::run_id::RunId;

use crate::facts::fact::Fact;
use crate::facts::history::{Name, Names, Sight, keep};
use crate::formats::event::EventKind;
use crate::formats::time::Millis;
use crate::map::Map;

/// What a line of code of a process refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Refusal {
    /// Such as `ERR_RUN_ID_FORMAT`.
    pub code: Name,
    /// What came. Where a line of code refuses what is neither a run ID nor another system's, it is any of these.
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

/// Two sources that name different runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Conflict {
    /// The one.
    pub run_id: Name,
    /// The other.
    pub other: Name,
    /// Which process.
    pub process: Name,
    /// Which line of code.
    pub at: Option<Name>,
}

/// How often something was refused, and what was told of it first.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// What came.
    pub received: Option<Name>,
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
    fn add(&mut self, sight: Sight) {
        keep(&mut self.sights, sight);
        self.count += 1;
        self.first = self.first.into_iter().chain(sight.time).min();
        self.last = self.last.max(sight.time);
    }

    fn append(&mut self, later: Self, own: impl Fn(Name) -> Name, moved: impl Fn(Sight) -> Sight) {
        self.received = self.received.or(later.received.map(&own));
        self.message = self.message.or(later.message.map(&own));
        self.source = self.source.or(later.source.map(&own));
        self.route = self.route.or(later.route.map(&own));
        self.count += later.count;
        self.first = self.first.into_iter().chain(later.first).min();
        self.last = self.last.max(later.last);
        later.sights.into_iter().for_each(|sight| keep(&mut self.sights, moved(sight)));
    }
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
            EventKind::Reject { code, received, expect_client, source, message, .. } => {
                let is_told = |name: &Name| {
                    let text = texts.text(*name);
                    at.is_none() || RunId::of(text).is_some() || lookalike::is_external(text)
                };
                let Some(code) = own(names, Some(code)) else { return };
                let key = Refusal {
                    code,
                    received: own(names, received.filter(is_told)),
                    expect_client: own(names, expect_client),
                    source: own(names, source),
                    process,
                    at,
                };
                self.refused
                    .entry(key)
                    .or_insert_with(|| Refusals {
                        received: own(names, received),
                        message: own(names, message),
                        source: key.source,
                        route: own(names, fact.route),
                        ..Refusals::default()
                    })
                    .add(sight);
            }
            EventKind::Conflict { source, other_run_id: Some(other), other_source } => {
                let Some((run_id, other)) = own(names, fact.run_id).zip(own(names, Some(other))) else {
                    return;
                };
                let key = Conflict { run_id, other, process, at };
                self.conflicts
                    .entry(key)
                    .or_insert_with(|| {
                        let (source_name, route) = (own(names, source), own(names, fact.route));
                        let both =
                            [source, other_source].map(|name| name.map_or("?", |name| texts.text(name)));
                        Refusals {
                            message: Some(names.name(&both.join(", "))),
                            source: source_name,
                            route,
                            ..Refusals::default()
                        }
                    })
                    .add(sight);
            }
            _ => {}
        }
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
                run_id: own(key.run_id),
                other: own(key.other),
                process: own(key.process),
                at: key.at.map(&own),
            };
            self.conflicts.entry(key).or_default().append(facts, &own, &moved);
        }
    }
}
