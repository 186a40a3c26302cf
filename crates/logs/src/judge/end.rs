//! In which order things were done with a run, and whether it was ended.

use run_id_core::run_id::RunId;

use crate::facts::history::{Run, Sight};
use crate::formats::time::Millis;
use crate::judge::class::Class;
use crate::judge::judgement::Judge;
use run_id_core::event::Table;

impl Judge<'_> {
    /// Judges whether the record was looked up before it was there.
    pub fn judge_order(&mut self, run_id: &str, run: &Run) {
        let Some((_, created)) = run.creation() else { return };
        let Some(parsed) = RunId::of(run_id) else { return };
        let table = Table::of(parsed);
        for (process, activity) in &run.activity {
            let missed =
                activity.missed.iter().filter(|miss| miss.table.is_none_or(|missed| missed == table));
            let mut sights: Vec<Sight> = missed.flat_map(|miss| &miss.sights).copied().collect();
            if !sights.is_empty() {
                sights.push(created);
                self.note(Class::LookedUpBeforeCreated, Some(run_id), None, *process, &sights);
            }
        }
    }

    /// Judges whether the run was ended.
    pub fn judge_end(&mut self, run_id: &str, run: &Run, grace: Millis) {
        let is_completed = run.activity.iter().any(|(_, activity)| activity.is_completed);
        if let (Some((process, created)), false) = (run.creation(), is_completed)
            && self.is_silent_since(run_id, grace)
        {
            self.note(Class::NeverCompleted, Some(run_id), None, process, &[created]);
        }
    }

    /// Whether nothing was heard of a run while the logs went on for `grace` milliseconds.
    fn is_silent_since(&self, run_id: &str, grace: Millis) -> bool {
        let last = RunId::of(run_id).and_then(|run_id| self.known.same_base(run_id.base)?.last_heard);
        last.zip(self.history.last).is_some_and(|(own, all)| all - own >= grace)
    }
}
