//! What `check --follow` reports while logs grow, as JSON, and its verdict at the end.

use std::mem::take;
use std::time::Instant;

use serde::Serialize;
use serde_json::to_string;

use crate::facts::followed::Followed;
use crate::facts::history::Names;
use crate::formats::time::Millis;
use crate::judge::finding::Finding;
use crate::judge::findings::Findings;
use crate::judge::judgement;
use crate::map::Set;
use crate::show::evidence::Quotes;
use crate::show::finding::ShownFinding;
use crate::show::problem::Problem;
use crate::show::selection::{Selection, client_of};
use crate::show::told::{Ledger, News, Now, ShownGrowth, Subject};
use crate::show::verdict::{COMMAND, Files, Verdict};

/// Bytes that are read before new findings are looked for.
const STEP: usize = 16 << 20;

/// Runs are kept longer than required by this fraction of the time, because forgetting goes through everything that is kept.
const SLACK: Millis = 8;

/// At most this fraction of the time is spent judging: everything that is kept is judged as a whole.
const SHARE: Millis = 4;

/// Says that the verdict is not about everything that was reported.
const PAST: &str = "Reported findings about runs that are no longer kept, which are not in this verdict";

/// How long something is waited for, or kept.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long a run is kept without being mentioned.
    pub keep: Millis,
    /// How long a finding waits for lines that may be on their way.
    pub settle: Millis,
    /// How long a run may be silent before it counts as never completed.
    pub stale: Millis,
}

/// What a step led to.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The reports, a JSON object each.
    pub told: Vec<String>,
    /// Whether there is more to read at once.
    pub has_more: bool,
    /// Whether nothing more can come.
    pub is_over: bool,
    /// Whether runs were forgotten.
    pub has_forgotten: bool,
}

/// How it ended.
pub struct End {
    /// The reports, a JSON object each.
    pub told: Vec<String>,
    /// The groups with forgotten findings, as a JSON array.
    pub past: String,
    /// As [`Follow::clients`] says.
    pub clients: Vec<String>,
    /// What is wrong in all that is kept.
    pub verdict: Verdict,
}

/// One report.
#[derive(Serialize)]
#[serde(tag = "told", rename_all = "camelCase")]
enum Telling<'a> {
    Finding { finding: Box<ShownFinding<'a>> },
    Changed { finding: Box<ShownFinding<'a>> },
    Withdrawn { finding: &'a Subject },
    Group { reason: &'static str, group: Box<ShownGrowth<'a>> },
}

/// Logs that are followed.
#[derive(Debug)]
pub struct Follow {
    followed: Followed,
    given: Vec<String>,
    terms: Terms,
    selection: Selection,
    ledger: Ledger,
    /// Hashes of the run IDs that were mentioned since the last judgement.
    touched: Set<u64>,
    /// When there is something to be judged, by the time of the logs.
    due: Option<Millis>,
    /// When it may be judged again, by the clock.
    free: Millis,
    /// Runs up to this time were forgotten.
    horizon: Option<Millis>,
    /// The clients of names up to this number were reported.
    clients: usize,
    /// Clients that were not requested yet.
    new_clients: Vec<String>,
}

impl Follow {
    /// Logs with these names on the command line. The data of those in `streams` is handed over.
    #[must_use]
    pub fn new(named: Vec<String>, streams: &[usize], terms: Terms, selection: Selection) -> Self {
        Self {
            given: named.clone(),
            followed: Followed::new(named, streams),
            terms,
            selection,
            ledger: Ledger::default(),
            touched: Set::default(),
            due: None,
            free: Millis::MIN,
            horizon: None,
            clients: 0,
            new_clients: Vec::new(),
        }
    }

    /// Hands over a stream's data; nothing at its end.
    pub fn feed(&mut self, named: usize, bytes: &[u8]) {
        self.followed.feed(named, bytes);
    }

    /// Reads what is new, and reports what has to be reported. `wall` is the time of a monotonic clock, in milliseconds.
    ///
    /// # Errors
    /// Never in practice.
    pub fn step(&mut self, wall: Millis) -> serde_json::Result<Step> {
        let begun = Instant::now();
        let has_more = self.followed.read(wall, STEP);
        let now = self.followed.now().unwrap_or(wall);
        self.take_news(now);
        let mut step = Step { has_more, is_over: self.followed.is_over(), ..Step::default() };
        let horizon = now - self.terms.keep;
        let is_old = |kept: Millis| horizon - kept >= (self.terms.keep / SLACK).max(1);
        let forgets = is_old(*self.horizon.get_or_insert(horizon));
        if forgets || (self.due.is_some_and(|due| due <= now) && wall >= self.free) {
            let judging = Instant::now();
            step.told = self.judge(now)?;
            if forgets {
                self.forget(horizon);
                step.has_forgotten = true;
            }
            self.free = wall + millis(begun) + (SHARE - 1) * millis(judging);
        }
        Ok(step)
    }

    /// Reads what is left, reports what was not reported yet, and judges everything that is kept, including what is absent.
    ///
    /// # Errors
    /// Never in practice.
    pub fn finish(mut self, wall: Millis) -> serde_json::Result<End> {
        self.followed.finish(wall);
        let now = self.followed.now().unwrap_or(wall);
        self.take_news(now);
        self.followed.join_processes();
        let findings = judgement::judge(&self.followed.history, self.terms.stale);
        let selected = self.selected(&findings);
        let told = self.tell(&selected, now, None)?;
        let past = to_string(&self.ledger.past_groups())?;
        let clients = self.clients();
        let failures = self.followed.failures();
        let Self { followed, given, selection, .. } = self;
        let files = Files { paths: followed.paths, names: followed.names, given, cut: 0 };
        let mut verdict = Verdict::judged(files, followed.history, failures, findings, &selection);
        verdict.quote_lines(&followed.lines);
        if self.ledger.past() > 0 {
            verdict.add_note(format!("{PAST}: {}", self.ledger.past()));
        }
        Ok(End { told, past, clients, verdict })
    }

    /// What is not read at present, as JSON.
    ///
    /// # Errors
    /// Never in practice.
    pub fn problems(&self) -> serde_json::Result<String> {
        to_string(&Problem::all(&self.followed.failures(), &self.followed.names, COMMAND))
    }

    /// The clients of runs that were mentioned since the last call; of all runs that are kept, if some were forgotten.
    pub fn clients(&mut self) -> Vec<String> {
        self.note_clients();
        take(&mut self.new_clients)
    }

    fn note_clients(&mut self) {
        let names = &self.followed.history.names;
        let new = names.iter().skip(self.clients).filter_map(|(_, text)| client_of(text));
        let new: Set<&str> = new.collect();
        self.new_clients.extend(new.into_iter().map(str::to_owned));
        self.clients = names.len();
    }

    /// How much is kept: runs, names, and reported findings.
    #[must_use]
    pub fn sizes(&self) -> [usize; 5] {
        let [told, groups, others] = self.ledger.sizes();
        let history = &self.followed.history;
        [history.runs.len(), history.names.len(), told, groups, others + self.touched.len()]
    }

    fn take_news(&mut self, now: Millis) {
        let news = self.followed.news();
        let names = &self.followed.history.names;
        let settle = self.terms.settle;
        // A finding without a time is first seen when it is judged.
        let mut due = news.suspect.map(|time| if time == Millis::MIN { now } else { time + settle });
        for run_id in news.touched {
            let run_id = names.text(run_id);
            if due.is_none() && self.ledger.concerns(run_id) {
                due = Some(now + settle);
            }
            self.touched.insert(self.ledger.hash_of(run_id));
        }
        self.due = self.due.into_iter().chain(due).min();
    }

    /// Judges all that is kept.
    fn judge(&mut self, now: Millis) -> serde_json::Result<Vec<String>> {
        let findings = self.findings();
        self.tell(&findings, now, Some(self.terms.settle))
    }

    /// Forgets what was not mentioned since then: all of it was judged.
    fn forget(&mut self, horizon: Millis) {
        self.note_clients();
        self.followed.forget(horizon);
        self.horizon = Some(horizon);
        self.clients = 0;
        let findings = self.findings();
        self.ledger.forget(&findings, &self.followed.history.names, horizon);
    }

    fn findings(&mut self) -> Vec<Finding> {
        self.followed.join_processes();
        self.selected(&judgement::judge_present(&self.followed.history))
    }

    fn selected(&self, findings: &Findings) -> Vec<Finding> {
        let names = &self.followed.history.names;
        findings.iter().filter(|finding| self.selection.takes(finding, names)).collect()
    }

    fn tell(
        &mut self,
        findings: &[Finding],
        time: Millis,
        settle: Option<Millis>,
    ) -> serde_json::Result<Vec<String>> {
        let touched = take(&mut self.touched);
        let history = &self.followed.history;
        let (news, waiting) = self.ledger.take(findings, Now { history, touched: &touched, time, settle });
        self.due = waiting.due;
        self.touched = touched;
        self.touched.retain(|run_id| waiting.run_ids.contains(run_id));
        let names: &Names = &history.names;
        let new = news.iter().filter_map(|news| match news {
            News::Finding(at) | News::Changed(at) => Some(findings[*at].clone()),
            _ => None,
        });
        let quotes = Quotes::default().with_lines(&self.followed.lines, new, &self.followed.names, names);
        let shown = |at: usize| {
            let shown = ShownFinding::of(&findings[at], &self.followed.names, names, &quotes);
            Box::new(shown.asked_of(&findings[at], names, &self.given))
        };
        let mut told = Vec::new();
        for news in &news {
            let telling = match news {
                News::Finding(at) => Telling::Finding { finding: shown(*at) },
                News::Changed(at) => Telling::Changed { finding: shown(*at) },
                News::Withdrawn(finding) => Telling::Withdrawn { finding },
                News::Group { key, is_new } => {
                    let Some(group) = self.ledger.shown(*key) else { continue };
                    let reason = if *is_new { "began" } else { "grew" };
                    Telling::Group { reason, group: Box::new(group) }
                }
            };
            told.push(to_string(&telling)?);
        }
        Ok(told)
    }
}

/// Milliseconds since then.
fn millis(since: Instant) -> Millis {
    Millis::try_from(since.elapsed().as_millis()).unwrap_or(Millis::MAX)
}
