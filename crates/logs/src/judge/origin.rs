//! Who generated a run ID, and created its record.

use run_id_core::order;

use crate::facts::history::Sight;
use crate::judge::class::Class;
use crate::judge::finding::Seen;
use crate::judge::judgement::{Judge, Note, seen};

impl Judge<'_> {
    /// Judges processes that tried to create a record that another process had created.
    pub fn judge_creations(&mut self) {
        let history = self.history;
        for (name, run) in history.in_order_of_sight() {
            let Some((_, created)) = run.creation() else { continue };
            let others = run.activity.iter().filter(|(process, _)| run.is_created_by_another(*process));
            let again = others.flat_map(|(process, activity)| seen(*process, name, activity.exists()));
            let mut again: Vec<Seen> = again.collect();
            order::sort_by_key(&mut again, |seen| (seen.sight.time, seen.sight.place));
            let is_certain = created.is_certain && again.iter().all(|seen| seen.sight.is_certain);
            self.note(Note::of(Class::CreatedTwice, Some(name), &again, is_certain));
        }
    }

    /// Judges who generated each base.
    pub fn judge_generators(&mut self) {
        let mut twice: Vec<(Vec<Seen>, Sight)> = Vec::new();
        for same_base in self.known.by_second.values() {
            let alone = || same_base.generators.iter().filter(|(process, ..)| !same_base.has_clash(*process));
            let earliest = alone().min_by_key(|(.., sight)| (sight.time, sight.place));
            let Some((earliest, _, first)) = earliest else { continue };
            let others = alone().filter(|(process, ..)| process != earliest);
            let mut others: Vec<Seen> = others
                .map(|(process, run_id, sight)| Seen { process: *process, run_id: *run_id, sight: *sight })
                .collect();
            order::sort_by_key(&mut others, |seen| (seen.sight.time, seen.sight.place));
            if !others.is_empty() {
                twice.push((others, *first));
            }
        }
        for (others, first) in twice {
            let is_certain = first.is_certain && others.iter().all(|seen| seen.sight.is_certain);
            let also = [first.place];
            let run_id = others.first().map(|seen| seen.run_id);
            self.note(Note { also: &also, ..Note::of(Class::GeneratedTwice, run_id, &others, is_certain) });
        }
    }
}
