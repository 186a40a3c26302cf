//! The facts in a line, with numbers in place of its texts: the threads that read lines pass them to the one that collects
//! the facts of all lines and keeps texts longer.

use std::borrow::Cow;
use std::mem;
use std::num::NonZeroU64;

use crate::facts::acts::fingerprint;
use crate::facts::history::{Name, Names, Place};
use crate::formats::event::{EventKind, NO_PART, Process};
use crate::formats::observation::{Observation, Zone};
use crate::formats::time::Millis;

/// The fact in a line. Its names are those of the [`Facts`] that contain it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The line.
    pub place: Place,
    /// When.
    pub time: Option<Millis>,
    /// The same by a clock whose zone was not yet known.
    pub local: Option<Millis>,
    /// Which process.
    pub process: Name,
    /// Whether the line names the process as events do.
    pub is_own: bool,
    /// In which thread of it.
    pub thread: Option<i64>,
    /// Its number among the lines of that thread.
    pub n: Option<i64>,
    /// In which operation.
    pub op: Option<NonZeroU64>,
    /// On which route of a boundary.
    pub route: Option<Name>,
    /// The call site.
    pub at: Option<Name>,
    /// The run in hand.
    pub within: Option<Name>,
    /// By which source it came.
    pub arrived: Option<Name>,
    /// Which run.
    pub run_id: Option<Name>,
    /// What.
    pub kind: EventKind<Name>,
    /// Whether the library itself or a structured log says so first-hand.
    pub is_certain: bool,
    /// Whether the line has an HTTP status of 400 or more.
    pub is_failed: bool,
}

/// What some lines of one file tell, in their order.
#[derive(Debug, Default)]
pub struct Facts {
    /// Their texts.
    pub names: Names,
    /// Each of them.
    pub all: Vec<Fact>,
    /// What they tell of the zone of the times in the file.
    pub zone: Zone,
    /// The last name of a process, a file, a run and a call site: the next line often has the same.
    last: [Option<Name>; 4],
    process: Written,
}

/// The name of the last process.
#[derive(Debug, Default)]
struct Written {
    text: String,
    /// Where the service and the host end in it, and where `proc` begins; none if it does not have these parts.
    parts: Option<[usize; 3]>,
    pid: Option<i64>,
}

impl Written {
    /// Whether this is the name of a process.
    fn is(&self, process: &Process<'_>) -> bool {
        let (Process::Parts { service, host, pid, proc }, Some([service_end, host_end, proc_start])) =
            (process, self.parts)
        else {
            return false;
        };
        let is = |text: &str, part: &Option<Cow<'_, str>>| text == part.as_deref().unwrap_or(NO_PART);
        self.pid == *pid
            && is(&self.text[..service_end], service)
            && is(&self.text[service_end + 1..host_end], host)
            && is(&self.text[proc_start..], proc)
    }

    fn write(&mut self, process: &Process<'_>) {
        process.write("", &mut self.text);
        self.parts = None;
        if let Process::Parts { service, host, pid, proc } = process {
            let length = |part: &Option<Cow<'_, str>>| part.as_deref().unwrap_or(NO_PART).len();
            let service_end = length(service);
            let proc_start = self.text.len() - length(proc);
            self.parts = Some([service_end, service_end + 1 + length(host), proc_start]);
            self.pid = *pid;
        }
    }
}

/// The name of a text, which is often the last one of its kind.
fn name_of(names: &mut Names, last: &mut Option<Name>, text: &str) -> Name {
    match *last {
        Some(last) if names.text(last) == text => last,
        _ => *last.insert(names.name(text)),
    }
}

impl Facts {
    /// Adds the fact in a line. `file` stands for a process that the line does not name.
    pub fn take(&mut self, observation: &Observation<'_>, place: Place, file: &str) {
        let event = &observation.event;
        let names = &mut self.names;
        let [last_process, last_file, last_run_id, last_at] = &mut self.last;
        let process = match (&event.process, *last_process) {
            (Process::Unnamed, _) => name_of(names, last_file, file),
            (process, Some(last)) if self.process.is(process) => last,
            (process, _) => {
                self.process.write(process);
                name_of(names, last_process, &self.process.text)
            }
        };
        let run_id = event.run_id.as_deref().map(|run_id| name_of(names, last_run_id, run_id));
        let at = event.at.as_deref().map(|at| name_of(names, last_at, at));
        let mut name = |text: Option<&str>| text.map(|text| names.name(text));
        self.all.push(Fact {
            place,
            time: event.time,
            local: observation.local,
            process,
            is_own: matches!(event.process, Process::Parts { .. }),
            thread: event.thread,
            n: event.n,
            op: event.op.as_deref().and_then(fingerprint),
            route: name(event.route.as_deref()),
            at,
            within: name(event.within.as_deref()),
            arrived: name(event.arrived.as_deref()),
            run_id,
            kind: event.kind.map(&mut |text| names.name(text)),
            is_certain: observation.is_certain,
            is_failed: observation.is_failed,
        });
    }

    /// Returns what has been added so far; the next lines of the file follow.
    #[must_use]
    pub fn hand_over(&mut self) -> Self {
        let zone = self.zone;
        // As many may come again.
        let all = Vec::with_capacity(self.all.len());
        mem::replace(self, Self { all, zone, ..Self::default() })
    }
}

/// Translates the names of some facts to those of the collecting thread. Only texts that are kept get one.
pub struct Own<'f> {
    /// The texts of the facts.
    pub texts: &'f Names,
    known: Vec<Option<Name>>,
}

impl<'f> Own<'f> {
    /// None yet.
    #[must_use]
    pub fn of(texts: &'f Names) -> Self {
        Self { texts, known: vec![None; texts.len()] }
    }

    /// The name among `names`.
    pub fn name(&mut self, names: &mut Names, name: Name) -> Name {
        *self.known[name.at()].get_or_insert_with(|| names.name(self.texts.text(name)))
    }
}
