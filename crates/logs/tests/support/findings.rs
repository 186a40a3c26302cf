//! Findings without logs.

use run_id_core::change::Kind;
use run_id_logs::facts::history::{Name, Names, Place, Sight};
use run_id_logs::judge::class::Class;
use run_id_logs::judge::finding::{Culprit, Finding, Seen};
use run_id_logs::judge::findings;

/// A time at which nothing happened before.
pub const NOON: i64 = 1_759_752_000_000;

/// Findings, and the names in them.
#[derive(Default)]
pub struct Findings {
    pub names: Names,
    pub all: Vec<Finding>,
}

impl Findings {
    /// Adds that `process` cut the suffix of a client's run, some seconds after noon.
    pub fn cut(&mut self, process: &str, at: &str, run_id: &str, seconds: i64) -> &mut Finding {
        self.add(Class::Change(Kind::SuffixCut), process, Some(at), Some(run_id), seconds)
    }

    pub fn add(
        &mut self,
        class: Class,
        process: &str,
        at: Option<&str>,
        run_id: Option<&str>,
        seconds: i64,
    ) -> &mut Finding {
        let time = Some(NOON + 1000 * seconds);
        let finding = Finding {
            class,
            run_id: run_id.map(|run_id| self.names.name(run_id)),
            expected: None,
            candidates: Vec::new(),
            change: None,
            is_certain: true,
            changed_by: Vec::new(),
            arrived_at: None,
            last_right: None,
            process: self.names.name(process),
            at: at.map(|at| self.names.name(at)),
            route: None,
            consequences: Vec::new(),
            consequence_count: 0,
            first_time: time,
            last_time: time,
            refused: None,
            evidence: Vec::new(),
        };
        self.all.push(finding);
        self.all.last_mut().unwrap()
    }

    /// As they are judged.
    pub fn written(&self) -> findings::Findings {
        self.all.iter().cloned().collect()
    }

    /// A run ID in a process.
    pub fn seen(&mut self, process: &str, run_id: &str, line: u64) -> Seen {
        let sight = Sight { place: Place { file: 0, line }, time: None, at: None, is_certain: true };
        Seen { process: self.names.name(process), run_id: self.names.name(run_id), sight }
    }

    /// A process that changed a run ID without having had the right one.
    pub fn culprit(&mut self, process: &str, run_id: &str) -> Culprit {
        Culprit { from: None, to: self.seen(process, run_id, 1) }
    }

    pub fn name(&mut self, text: &str) -> Name {
        self.names.name(text)
    }
}
