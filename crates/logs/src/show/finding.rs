//! A finding as it is shown, as JSON.

use std::fmt::Write;
use std::ops::Range;

use run_id_core::change::Change;
use serde::Serialize;

use crate::facts::history::{Names, Place, base_of};
use crate::facts::service::service_of;
use crate::formats::observation::confidence;
use crate::formats::time::{Millis, iso};
use crate::judge::class::{Class, Severity};
use crate::judge::finding::{Arrival, Culprit, Finding, Seen};
use crate::read::compressed::quoted;
use crate::show::evidence::Quotes;

/// The most files that [`ShownFinding::next`] names.
const MAX_NEXT_FILES: usize = 5;

/// A finding as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownFinding<'a> {
    class: &'static str,
    severity: &'static str,
    confidence: &'static str,
    run_id: Option<&'a str>,
    expected: Option<&'a str>,
    candidates: Vec<&'a str>,
    change: Option<ShownChange>,
    changed_by: Vec<ShownCulprit<'a>>,
    arrived_at: Option<ShownArrival<'a>>,
    last_right: Option<ShownSight<'a>>,
    process: &'a str,
    at: Option<&'a str>,
    service: &'a str,
    route: Option<&'a str>,
    consequences: Vec<ShownSight<'a>>,
    consequence_count: usize,
    first_time: Option<String>,
    last_time: Option<String>,
    code: Option<&'a str>,
    source: Option<&'a str>,
    message: Option<&'a str>,
    evidence: Vec<ShownEvidence<'a>>,
    meaning: &'static str,
    next: Option<String>,
}

/// How the run ID became another, as it is shown.
#[derive(Debug, Serialize)]
pub struct ShownChange {
    kind: &'static str,
    start: usize,
    end: usize,
    minutes: Option<i64>,
}

impl From<&Change> for ShownChange {
    fn from(change: &Change) -> Self {
        let Range { start, end } = change.span;
        Self { kind: change.kind.name(), start, end, minutes: change.minutes }
    }
}

/// A run ID in a process, as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownSight<'a> {
    process: &'a str,
    run_id: &'a str,
    at: Option<&'a str>,
    time: Option<String>,
    file: Option<&'a str>,
    line: u64,
}

#[derive(Debug, Serialize)]
struct ShownCulprit<'a> {
    process: &'a str,
    at: Option<&'a str>,
    from: Option<ShownSight<'a>>,
    to: ShownSight<'a>,
}

#[derive(Debug, Serialize)]
struct ShownArrival<'a> {
    #[serde(flatten)]
    seen: ShownSight<'a>,
    source: Option<&'a str>,
}

/// A line that shows what is wrong.
#[derive(Debug, Serialize)]
struct ShownEvidence<'a> {
    file: &'a str,
    line: u64,
    time: Option<String>,
    process: Option<&'a str>,
    text: Option<&'a str>,
}

/// What is needed to show sights.
#[derive(Clone, Copy)]
struct Teller<'a> {
    files: &'a [String],
    names: &'a Names,
}

impl<'a> Teller<'a> {
    fn file(self, number: u32) -> Option<&'a str> {
        self.files.get(usize::try_from(number).ok()?).map(String::as_str)
    }

    fn sight(self, seen: &Seen) -> ShownSight<'a> {
        ShownSight {
            process: self.names.text(seen.process),
            run_id: self.names.text(seen.run_id),
            at: seen.sight.at.map(|at| self.names.text(at)),
            time: seen.sight.time.map(iso),
            file: self.file(seen.sight.place.file),
            line: seen.sight.place.line,
        }
    }

    fn culprit(self, culprit: &Culprit) -> ShownCulprit<'a> {
        let to = self.sight(&culprit.to);
        ShownCulprit {
            process: to.process,
            at: to.at,
            from: culprit.from.as_ref().map(|from| self.sight(from)),
            to,
        }
    }

    fn arrival(self, arrival: &Arrival) -> ShownArrival<'a> {
        ShownArrival {
            seen: self.sight(&arrival.seen),
            source: arrival.source.map(|source| self.names.text(source)),
        }
    }

    fn evidence(self, place: Place, finding: &Finding, quotes: &'a Quotes) -> Option<ShownEvidence<'a>> {
        let quote = quotes.of(place);
        let seen = sights_of(finding).find(|seen| seen.sight.place == place);
        let time = seen.and_then(|seen| seen.sight.time).or_else(|| quote?.time);
        let process = seen.map(|seen| self.names.text(seen.process));
        Some(ShownEvidence {
            file: self.file(place.file)?,
            line: place.line,
            time: time.map(iso),
            process: process.or_else(|| quote?.process.as_deref()),
            text: quote.map(|quote| &*quote.text),
        })
    }
}

/// The command that shows the life of the run, with files, folders or patterns.
fn command(finding: &Finding, names: &Names, files: &[String]) -> Option<String> {
    let ids = [finding.right(names), finding.wrong(names)];
    let run_id = ids.into_iter().flatten().find(|run_id| base_of(run_id).is_some())?;
    let mut command = format!("npx unified-run-id flow {run_id}");
    for file in files.iter().take(MAX_NEXT_FILES) {
        // Writing to a text cannot fail.
        let _ = write!(command, " {}", quoted(file));
    }
    if files.len() > MAX_NEXT_FILES {
        command.push_str(" …");
    }
    Some(command)
}

/// Every sight in a finding.
fn sights_of(finding: &Finding) -> impl Iterator<Item = &Seen> {
    let culprits = finding.changed_by.iter().flat_map(|culprit| [culprit.from.as_ref(), Some(&culprit.to)]);
    culprits
        .flatten()
        .chain(finding.arrived_at.as_ref().map(|arrival| &arrival.seen))
        .chain(finding.last_right.as_ref())
        .chain(&finding.consequences)
}

/// What a class means.
#[must_use]
pub fn meaning_of(class: Class) -> &'static str {
    class.row().map_or("", |row| row.sentence)
}

/// The place of a severity among all, the greatest first.
#[must_use]
pub fn severity_rank(severity: Severity) -> usize {
    Severity::ALL.iter().position(|other| *other == severity).unwrap_or(Severity::ALL.len())
}

impl<'a> ShownFinding<'a> {
    /// How a finding is shown.
    #[must_use]
    pub fn of(finding: &Finding, files: &'a [String], names: &'a Names, quotes: &'a Quotes) -> Self {
        let teller = Teller { files, names };
        let text = |name| names.text(name);
        let time = |time: Option<Millis>| time.map(iso);
        let process = names.text(finding.process);
        let refused = finding.refused;
        Self {
            class: finding.class.name(),
            severity: finding.class.severity().name(),
            confidence: confidence(finding.is_certain),
            run_id: finding.run_id.map(text),
            expected: finding.expected.map(text),
            candidates: finding.candidates.iter().map(|name| names.text(*name)).collect(),
            change: finding.change.as_ref().map(ShownChange::from),
            changed_by: finding.changed_by.iter().map(|culprit| teller.culprit(culprit)).collect(),
            arrived_at: finding.arrived_at.as_ref().map(|arrival| teller.arrival(arrival)),
            last_right: finding.last_right.as_ref().map(|seen| teller.sight(seen)),
            process,
            at: finding.at.map(text),
            service: service_of(process),
            route: finding.route.map(text),
            consequences: finding.consequences.iter().map(|seen| teller.sight(seen)).collect(),
            consequence_count: finding.consequence_count,
            first_time: time(finding.first_time),
            last_time: time(finding.last_time),
            code: refused.map(|refused| names.text(refused.code)),
            source: refused.and_then(|refused| refused.source).map(text),
            message: refused.and_then(|refused| refused.message).map(text),
            evidence: finding
                .evidence
                .iter()
                .filter_map(|place| teller.evidence(*place, finding, quotes))
                .collect(),
            meaning: meaning_of(finding.class),
            next: command(finding, names, files),
        }
    }

    /// With the argument of the command line in place of each file.
    #[must_use]
    pub fn asked_of(mut self, finding: &Finding, names: &Names, given: &[String]) -> Self {
        self.next = command(finding, names, given);
        self
    }
}
