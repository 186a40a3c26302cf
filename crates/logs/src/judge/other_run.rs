//! Which run an operation used, and which one it had in hand.

use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::history::Name;
use crate::judge::class::Class;
use crate::judge::finding::Seen;
use crate::judge::judgement::{Judge, Note, seen};
use crate::map::Map;

impl Judge<'_> {
    /// Judges the operations that used another run than the one they had in hand.
    pub fn judge_other_runs(&mut self) {
        let history = self.history;
        let is_known = |name: Name| {
            let run_id = RunId::of(history.names.text(name));
            run_id.is_some_and(|run_id| self.known.run_ids.has_base(run_id.base))
        };
        let mut pairs: Map<(Name, Name), [Vec<Seen>; 2]> = Map::default();
        for (pair, sights) in &history.operations.other_runs {
            if is_known(pair.used) && is_known(pair.in_hand) {
                let of_pair = pairs.entry((pair.used, pair.in_hand)).or_default();
                of_pair[usize::from(pair.is_write)].extend(seen(pair.process, pair.used, sights));
            }
        }
        for ((used, in_hand), [mut reads, mut writes]) in pairs {
            let class = if writes.is_empty() { Class::OtherRunRead } else { Class::OtherRun };
            let seen = if writes.is_empty() { &mut reads } else { &mut writes };
            order::sort_by_key(seen, |seen| (seen.sight.time, seen.sight.place));
            // A report may read any number of runs.
            let is_certain = class == Class::OtherRun && seen.iter().all(|seen| seen.sight.is_certain);
            let note = Note::of(class, Some(used), seen, is_certain);
            self.note(Note { expected: Some(in_hand), ..note });
        }
    }
}
