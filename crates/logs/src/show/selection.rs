//! Which findings are requested. SPEC §11, "Filters": they select findings, never what is read.

use run_id_core::run_id::RunId;

use crate::facts::history::{Name, Names};
use crate::facts::service::service_of;
use crate::formats::time::Millis;
use crate::judge::class::{Class, Severity};
use crate::judge::finding::Finding;
use crate::show::finding::severity_rank;

/// Which findings are requested; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Those that last until then or later.
    pub since: Option<Millis>,
    /// Those that begin before.
    pub until: Option<Millis>,
    /// Whose wrong or expected ID belongs to this client.
    pub client: Option<String>,
    /// Whose wrong or expected ID is this one.
    pub run: Option<String>,
    /// In which this service has the culprit, the arrival of the wrong ID, or a consequence.
    pub service: Option<String>,
    /// The same for a process.
    pub process: Option<String>,
    /// The names of classes; all if there are none.
    pub classes: Vec<String>,
    /// At least this severity.
    pub severity: Option<Severity>,
}

impl Selection {
    /// Whether a finding is requested.
    #[must_use]
    pub fn takes(&self, finding: &Finding, names: &Names) -> bool {
        self.takes_time(finding)
            && self.takes_class(finding.class)
            && self.run.as_deref().is_none_or(|wanted| finding.ids(names).any(|run_id| run_id == wanted))
            && self.client.as_deref().is_none_or(|wanted| {
                finding.ids(names).any(|run_id| client_of(run_id).is_some_and(|client| client == wanted))
            })
            && self.service.as_deref().is_none_or(|wanted| {
                processes_of(finding).any(|process| service_of(names.text(process)) == wanted)
            })
            && self
                .process
                .as_deref()
                .is_none_or(|wanted| processes_of(finding).any(|process| names.text(process) == wanted))
    }

    fn takes_class(&self, class: Class) -> bool {
        (self.classes.is_empty() || self.classes.iter().any(|wanted| wanted == class.name()))
            && self.severity.is_none_or(|least| severity_rank(class.severity()) <= severity_rank(least))
    }

    /// Whether the time from the first sight of the wrong ID to the last consequence overlaps the requested time. A finding without a
    /// time does not.
    fn takes_time(&self, finding: &Finding) -> bool {
        let [first, last] =
            [finding.first_time.or(finding.last_time), finding.last_time.or(finding.first_time)];
        self.since.is_none_or(|since| last.is_some_and(|last| last >= since))
            && self.until.is_none_or(|until| first.is_some_and(|first| first < until))
    }
}

/// The client of a run ID.
#[must_use]
pub fn client_of(run_id: &str) -> Option<&str> {
    RunId::of(run_id)?.client.and_then(|client| str::from_utf8(client).ok())
}

/// The processes that made the wrong ID, that it arrived at, and that met the consequences.
fn processes_of(finding: &Finding) -> impl Iterator<Item = Name> {
    [finding.process]
        .into_iter()
        .chain(finding.changed_by.iter().map(|culprit| culprit.to.process))
        .chain(finding.arrived_at.iter().map(|arrival| arrival.seen.process))
        .chain(finding.consequences.iter().map(|seen| seen.process))
}
