//! Findings that rest on something absent from the logs: an ID that no process generated, a run that none ended. If the log
//! or lines of a service are missing, that is reported instead, once for the service.

use std::collections::BTreeMap;

use run_id_core::order;
use run_id_core::run_id::RunId;

use crate::facts::history::{Activity, Name, Run};
use crate::facts::service::service_of;
use crate::formats::time::Millis;
use crate::judge::class::Class;
use crate::judge::finding::Seen;
use crate::judge::judgement::{Judge, Note};
use crate::map::Set;

/// From this many runs of a service on, its log is reported as missing instead of each run.
const MANY: usize = 5;

/// The runs of a service in which something is absent.
type ByService<'h> = BTreeMap<&'h str, Vec<Seen>>;

impl<'h> Judge<'h> {
    /// Judges what is absent, of runs that no other finding explains. `stale` is how long a run may be silent.
    pub fn judge_absences(&mut self, stale: Millis) {
        let lines = self.judge_lines();
        if self.history.has_cut_extract {
            return;
        }
        let missing = |services: &Set<&str>| -> usize {
            let of_services = lines.iter().filter(|(service, _)| services.contains(*service));
            of_services.fold(0, |sum, (_, count)| sum.saturating_add(*count))
        };
        let generate = self.services_that(|activity| activity.generated.is_some());
        let unmade = self.never_generated();
        self.note_absences(Class::NeverGenerated, unmade, missing(&generate), |_| true);
        let complete = self.services_that(|activity| activity.is_completed);
        let unended = self.never_completed(stale);
        let is_ended = self.services_with_an_end();
        let may_be_log = |service: &str| !is_ended.contains(service);
        self.note_absences(Class::NeverCompleted, unended, missing(&complete), may_be_log);
    }

    /// Judges where lines are missing. Returns how many, by service.
    fn judge_lines(&mut self) -> BTreeMap<&'h str, usize> {
        let history = self.history;
        let mut by_service: BTreeMap<&'h str, (usize, Vec<Seen>)> = BTreeMap::new();
        for (process, count, sight) in history.threads.missing() {
            let of_service = by_service.entry(service_of(history.names.text(process))).or_default();
            // What a log says may be any number.
            of_service.0 = of_service.0.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
            of_service.1.push(Seen { process, run_id: process, sight });
        }
        let mut counts = BTreeMap::new();
        for (service, (count, mut seen)) in by_service {
            order::sort_by_key(&mut seen, |seen| (seen.sight.time, seen.sight.place));
            counts.insert(service, count);
            let note = Note::of(Class::LinesMissing, None, &seen, false);
            self.note(Note { count: count.saturating_add(1), ..note });
        }
        counts
    }

    /// Notes runs with one finding each; or where there are many of a service, one for it; or none, where lines that
    /// are missing explain all of them.
    fn note_absences(
        &mut self,
        class: Class,
        by_service: ByService<'_>,
        missing: usize,
        may_be_log: impl Fn(&str) -> bool,
    ) {
        let all: usize = by_service.values().map(Vec::len).sum();
        if all <= missing {
            return;
        }
        for (service, mut runs) in by_service {
            order::sort_by_key(&mut runs, |seen| (seen.sight.time, seen.sight.place));
            if runs.len() >= MANY && may_be_log(service) {
                self.note(Note::of(Class::LogMissing, None, &runs, false));
                continue;
            }
            for seen in runs {
                self.note(Note::of(class, Some(seen.run_id), &[seen], false));
            }
        }
    }

    /// IDs that were used and not made, by the service that used them first.
    fn never_generated(&self) -> ByService<'h> {
        let mut by_service = ByService::new();
        for (name, run) in self.unmentioned() {
            let Some(RunId { base, .. }) = RunId::of(self.history.names.text(name)) else { continue };
            let has_earlier = self.known.first_generated.is_some_and(|first| first < base.unix());
            let is_forgotten = self.history.is_forgotten(base);
            if !has_earlier || is_forgotten || self.known.is_generated(base) || run.is_missed() {
                continue;
            }
            let used = run.activity.iter().filter_map(|(process, activity)| {
                Some(Seen { process: *process, run_id: name, sight: activity.used? })
            });
            if let Some(first) = used.min_by_key(|seen| (seen.sight.time, seen.sight.place)) {
                self.add(&mut by_service, first);
            }
        }
        by_service
    }

    /// Runs whose record was made and not ended, by the service that made it.
    fn never_completed(&self, stale: Millis) -> ByService<'h> {
        let mut by_service = ByService::new();
        for (name, run) in self.unmentioned() {
            let is_completed = run.activity.iter().any(|(_, activity)| activity.is_completed);
            if let (Some((process, created)), false) = (run.creation(), is_completed)
                && self.is_silent_since(name, stale)
            {
                self.add(&mut by_service, Seen { process, run_id: name, sight: created });
            }
        }
        by_service
    }

    fn add(&self, by_service: &mut ByService<'h>, seen: Seen) {
        by_service.entry(service_of(self.history.names.text(seen.process))).or_default().push(seen);
    }

    /// The services with a process that did this.
    fn services_that(&self, did: impl Fn(&Activity) -> bool) -> Set<&'h str> {
        let activities = self.history.runs.values().flat_map(|run| &run.activity);
        let processes: Set<Name> =
            activities.filter(|(_, activity)| did(activity)).map(|(process, _)| *process).collect();
        processes.into_iter().map(|process| service_of(self.history.names.text(process))).collect()
    }

    /// The services that ended at least one of their runs.
    fn services_with_an_end(&self) -> Set<&'h str> {
        let is_ended = |run: &&Run| run.activity.iter().any(|(_, activity)| activity.is_completed);
        let ended = self.history.runs.values().filter(is_ended);
        ended.filter_map(|run| Some(service_of(self.history.names.text(run.creation()?.0)))).collect()
    }

    /// Whether a run was not mentioned while the logs continued for that many milliseconds.
    fn is_silent_since(&self, name: Name, stale: Millis) -> bool {
        let run_id = RunId::of(self.history.names.text(name));
        let last = run_id.and_then(|run_id| self.known.same_base(run_id.base)?.last_heard);
        last.zip(self.history.last).is_some_and(|(own, all)| all - own >= stale)
    }
}
