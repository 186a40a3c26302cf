//! Refusals: of something else in place of a run ID, of a run ID that was no longer the right one, or of anything else.

use run_id_core::change::Kind;
use run_id_core::lookalike;
use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::history::Name;
use crate::facts::refusals::{Refusal, Refusals};
use crate::formats::miss_forms;
use crate::judge::class::Class;
use crate::judge::finding::{Refused, Seen};
use crate::judge::judgement::{Cause, Judge, Note, seen};

/// The code of a record that was there already.
const EXISTS: &str = "ERR_JOB_EXISTS";

impl<'h> Judge<'h> {
    /// Whether another finding says that the record was to be created again.
    fn is_created_twice(&self, run_id: Name) -> bool {
        let run = self.history.runs.get(&run_id);
        run.is_some_and(|run| {
            let is_again = |process: Name| run.is_created_by_another(process);
            run.activity.iter().any(|(process, activity)| !activity.exists().is_empty() && is_again(*process))
        })
    }

    /// Judges all refusals.
    pub fn judge_refusals(&mut self) {
        let history = self.history;
        for (refusal, facts) in &history.refusals.refused {
            let text = |name: Option<Name>| name.map(|name| history.names.text(name));
            let code = history.names.text(refusal.code);
            let received = text(facts.received);
            let run_id = received.and_then(RunId::of);
            if code == miss_forms::CODE && run_id.is_some() {
                // It is judged with the lookups that missed.
                continue;
            }
            let of_change =
                run_id.and_then(|run_id| self.change_of_refusal(code, run_id, text(refusal.expect_client)));
            if code == EXISTS && facts.received.is_some_and(|run_id| self.is_created_twice(run_id)) {
                continue;
            }
            let Some((kind, rights)) = of_change else {
                self.note_refusal(refusal, facts, class_of(code, received));
                continue;
            };
            let Some(wrong) = facts.received else { continue };
            let is_certain = self.are_certain(&rights);
            let rights: Vec<Name> = rights.iter().filter_map(|right| history.names.find(right)).collect();
            let misses = seen(refusal.process, wrong, &facts.sights);
            let (class, source) = (Class::Change(kind), facts.source);
            let cause = Cause {
                class,
                rights: &rights,
                also: None,
                source,
                more: facts.count - facts.sights.len(),
                last: facts.last,
                is_certain,
            };
            self.note_case(wrong, cause, misses);
        }
    }

    /// What the refusal of a run ID says about it, and what it may have been.
    fn change_of_refusal(
        &self,
        code: &str,
        run_id: RunId<'_>,
        client: Option<&str>,
    ) -> Option<(Kind, Vec<&'h str>)> {
        let known = &self.known.run_ids;
        match code.strip_prefix("ERR_RUN_ID_")? {
            "CLIENT_MISMATCH" => {
                let own = client.map(|client| RunId { client: Some(client.as_bytes()), ..run_id });
                let expected = own.and_then(|own| known.get(own));
                Some((Kind::SuffixOfAnotherClient, expected.into_iter().collect()))
            }
            "SUFFIX" => {
                let once = known.changed_into(run_id, Kind::SuffixTwice);
                Some((Kind::SuffixTwice, vec![once.or_else(|| known.get(run_id))?]))
            }
            "KIND" => {
                let rights = self.with_lost_suffix(run_id, client);
                (!rights.is_empty()).then_some((Kind::SuffixMissing, rights))
            }
            _ => None,
        }
    }

    fn note_refusal(&mut self, refusal: &Refusal, facts: &Refusals, class: Class) {
        let refused = Refused { code: refusal.code, source: facts.source, message: facts.message };
        self.note_call_site(class, refusal.process, facts.received, facts, Some(refused), &[]);
    }

    /// Judges where sources disagree: the moment in which one run meets the other.
    pub fn judge_conflicts(&mut self) {
        let history = self.history;
        for (conflict, facts) in &history.refusals.conflicts {
            let is_verified = conflict.runs.is_some();
            let class = if is_verified { Class::SourcesDisagree } else { Class::BaggageDisagrees };
            self.note_call_site(class, conflict.process, facts.received, facts, None, facts.other.as_slice());
        }
    }

    fn note_call_site(
        &mut self,
        class: Class,
        process: Name,
        run_id: Option<Name>,
        facts: &Refusals,
        refused: Option<Refused>,
        candidates: &[Name],
    ) {
        let mut sights = facts.sights.clone();
        order::sort_by_key(&mut sights, |sight| (sight.time, sight.place));
        let seen: Vec<Seen> = sights
            .iter()
            .map(|sight| Seen { process, run_id: run_id.unwrap_or(process), sight: *sight })
            .collect();
        // Something that anyone can send proves nothing.
        let is_certain = class != Class::BaggageDisagrees && sights.iter().any(|sight| sight.is_certain);
        self.note(Note {
            candidates,
            refused,
            count: facts.count,
            last: facts.last,
            route: facts.route,
            ..Note::of(class, run_id, &seen, is_certain)
        });
    }
}

fn class_of(code: &str, received: Option<&str>) -> Class {
    match code.strip_prefix("ERR_RUN_ID_") {
        Some("FORMAT") if received.is_some_and(lookalike::is_external) => Class::ExternalId,
        Some("TYPE" | "FORMAT" | "MISSING") => Class::NotAnId,
        _ => Class::Refused,
    }
}
