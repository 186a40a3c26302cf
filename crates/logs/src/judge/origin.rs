//! Who made a run ID, and its record.

use run_id_core::run_id::RunId;

use crate::facts::history::{Activity, Name, Run, Sight};
use crate::judge::class::Class;
use crate::judge::judgement::Judge;

impl<'h> Judge<'h> {
    /// Judges who made a record.
    pub fn judge_creation(&mut self, run_id: &str, run: &Run, process: Name, activity: &Activity) {
        if !activity.exists.is_empty() && run.is_created_by_another(process) {
            self.note(Class::CreatedTwice, Some(run_id), None, process, &activity.exists);
        }
    }

    /// Judges who made each base.
    pub fn judge_generators(&mut self) {
        let mut twice: Vec<(Name, Vec<Sight>, &'h str)> = Vec::new();
        for same_base in self.known.by_second.values() {
            let alone =
                || same_base.generators.iter().filter(|(process, ..)| !same_base.clashes.contains(process));
            let Some((earliest, first, _)) = alone().min_by_key(|(_, sight, _)| (sight.time, sight.place))
            else {
                continue;
            };
            for (process, sight, run_id) in alone().filter(|(process, ..)| process != earliest) {
                twice.push((*process, vec![*sight, *first], run_id));
            }
        }
        for (process, sights, run_id) in twice {
            self.note(Class::GeneratedTwice, Some(run_id), None, process, &sights);
        }
    }

    /// Judges whether an ID that was used was made.
    pub fn judge_origin(&mut self, run_id: &str, run: &Run) {
        let Some(RunId { base, .. }) = RunId::of(run_id) else { return };
        let has_earlier = self.known.first_generated.is_some_and(|first| first < base.unix());
        if !has_earlier || self.known.is_generated(base) {
            return;
        }
        for (process, activity) in &run.activity {
            if let Some(used) = activity.used {
                self.note(Class::NeverGenerated, Some(run_id), None, *process, &[used]);
            }
        }
    }
}
