//! What the logs tell of all runs, by base, for the rules that compare runs with one another.

use std::collections::{HashMap, HashSet};

use run_id_core::base::Base;
use run_id_core::known::KnownRunIds;
use run_id_core::run_id::RunId;

use crate::facts::history::{History, Name, Sight};
use crate::formats::time::Millis;

/// What the logs tell of all run IDs of one base.
#[derive(Default)]
pub struct SameBase<'h> {
    /// Who made which of them.
    pub generators: Vec<(Name, Sight, &'h str)>,
    /// Who found the base taken.
    pub clashes: HashSet<Name>,
    /// The last that was heard of any.
    pub last_heard: Option<Millis>,
}

/// What the logs tell of all runs.
#[derive(Default)]
pub struct Known<'h> {
    /// Those that were made, or under which a record was made.
    pub run_ids: KnownRunIds<'h>,
    /// By base, in seconds since 1970.
    pub by_second: HashMap<i64, SameBase<'h>>,
    /// Who made a run ID first, and where.
    first_generators: HashMap<&'h str, (Name, Sight)>,
    /// The first base that was made.
    pub first_generated: Option<i64>,
}

impl<'h> Known<'h> {
    /// What these logs tell.
    pub fn of(history: &'h History) -> Self {
        let mut all = Self::default();
        let mut run_ids = Vec::new();
        for (name, run) in &history.runs {
            let text = history.names.text(*name);
            let Some(run_id) = RunId::of(text) else { continue };
            let second = run_id.base.unix();
            let same_base = all.by_second.entry(second).or_default();
            same_base.last_heard = same_base.last_heard.max(run.last);
            for (process, activity) in &run.activity {
                if activity.has_clash {
                    same_base.clashes.insert(*process);
                }
                if let Some(sight) = activity.generated {
                    same_base.generators.push((*process, sight, text));
                    let first = all.first_generators.entry(text).or_insert((*process, sight));
                    *first = earlier(*first, (*process, sight));
                    all.first_generated = Some(all.first_generated.map_or(second, |first| first.min(second)));
                }
            }
            if run.is_known() {
                run_ids.push(text);
            }
        }
        all.run_ids = run_ids.into_iter().collect();
        all
    }

    /// What is told of the run IDs of a base.
    pub fn same_base(&self, base: Base) -> Option<&SameBase<'h>> {
        self.by_second.get(&base.unix())
    }

    /// Whether any run ID of a base was generated.
    pub fn is_generated(&self, base: Base) -> bool {
        self.same_base(base).is_some_and(|same_base| !same_base.generators.is_empty())
    }

    /// Who made a run ID, or its base, first. Of another client's run ID, or of a client's where the base was missed,
    /// it is not this one's maker.
    pub fn first_generator(&self, run_id: RunId<'_>) -> Option<(Name, Sight)> {
        let of = |run_id: RunId<'_>| self.first_generators.get(&*run_id.to_string()).copied();
        let [own, base] = [of(run_id), of(RunId { client: None, ..run_id })];
        own.into_iter().chain(base).reduce(earlier)
    }
}

fn earlier(one: (Name, Sight), other: (Name, Sight)) -> (Name, Sight) {
    let order = |(_, sight): &(Name, Sight)| (sight.time, sight.place);
    if order(&other) < order(&one) { other } else { one }
}
