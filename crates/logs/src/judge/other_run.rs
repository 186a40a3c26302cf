//! Which run an operation used, and which one it had in hand.

use run_id_core::run_id::RunId;

use crate::judge::class::Class;
use crate::judge::judgement::{Judge, in_order_of_place};
use crate::judge::known::Known;

impl Judge<'_> {
    /// Judges the operations that used another run than they had resolved.
    pub fn judge_other_runs(&mut self) {
        let is_known_base = |known: &Known<'_>, run_id: &str| {
            RunId::of(run_id).is_some_and(|run_id| known.run_ids.has_base(run_id.base))
        };
        for (pair, sights) in in_order_of_place(&self.history.other_runs) {
            let [looked_up, resolved] =
                [pair.looked_up, pair.resolved].map(|name| self.history.names.text(name));
            if is_known_base(&self.known, looked_up) && is_known_base(&self.known, resolved) {
                self.note(Class::OtherRun, Some(looked_up), Some(resolved), pair.process, sights);
            }
        }
    }
}
